/* SPDX-License-Identifier: MIT
 * descent_example.c - the descent engine alone in a C program.
 *
 * Minimizes a function of two variables: first step by step, as a debugger or a lesson
 * would, then to the end with the default step rule. */
#include <descent.h>

#include <stdio.h>
#include <string.h>

/* f(x, y) = (x - 1)^2 + 4 (y + 2)^2 + x y, with the minimum at (32, -34)/15. */
static void evaluate(void *context, const double *at, double *value, double *gradient)
{
    (void)context;
    double x = at[0], y = at[1];
    *value = (x - 1) * (x - 1) + 4 * (y + 2) * (y + 2) + x * y;
    if (gradient != NULL) {
        gradient[0] = 2 * (x - 1) + y;
        gradient[1] = 8 * (y + 2) + x;
    }
}

static const char expected[] =
    "step 0: (0, 0) value 17\n"
    "step 1: (0.2, -1.6) value 0.96\n"
    "step 2: (0.52, -1.94) value -0.764\n"
    "step 3: (0.81, -2.04) value -1.6099\n"
    "budget after 3 steps\n"
    "converged at (2.133333, -2.266667), value -3.2666666667\n";

static char output[1000];
static size_t length;

#define SHOW(...)                                                                        \
    (length += (size_t)snprintf(output + length, sizeof output - length, __VA_ARGS__))

static void walk(const descent_problem *problem, const double *start)
{
    const double step = 0.1;
    const descent_options options = {.search = descent_search_find("fixed"),
                                     .search_settings = &step,
                                     .most_steps = 3};
    descent *search = descent_new(problem, &options, start);
    if (search == NULL)
        return;
    bool more = true;
    while (more) {
        const descent_result *at = descent_get_result(search);
        SHOW("step %d: (%.6g, %.6g) value %.6g\n", (int)at->steps, at->x[0], at->x[1],
             at->value);
        more = at->status == DESCENT_RUNNING;
        descent_step(search);
    }
    SHOW("%s after %d steps\n", descent_status_name(descent_get_result(search)->status),
         (int)descent_get_result(search)->steps);
    descent_free(search);
}

static void run(const descent_problem *problem, const double *start)
{
    descent *search = descent_new(problem, NULL, start);
    if (search == NULL)
        return;
    descent_status status = descent_run(search);
    const descent_result *end = descent_get_result(search);
    SHOW("%s at (%.6f, %.6f), value %.10f\n", descent_status_name(status), end->x[0],
         end->x[1], end->value);
    descent_free(search);
}

int main(void)
{
    const descent_problem problem = {.n = 2, .evaluate = evaluate};
    const double start[] = {0, 0};
    walk(&problem, start);
    run(&problem, start);
    fputs(output, stdout);
    return strcmp(output, expected) == 0 ? 0 : 1;
}
