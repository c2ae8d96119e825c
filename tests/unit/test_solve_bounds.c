/* SPDX-License-Identifier: MIT
 * test_solve_bounds.c - the stability bound that a report prints separates the steps that
 * converge from those that diverge. */
#include "solve_fixture.h"

enum { STEPS = 20000 };

struct shape {
    const char *objective; /* with a place for the factor */
    const char *variables;
    double greatest; /* eigenvalue of the Hessian at factor 1 */
};

static const struct shape shapes[] = {
    {"%.17g/2*(x - 1)^2", "x from 3", 1},
    {"%.17g*(4*x^2 + y^2/2)", "x, y from 2", 8},
    /* Eigenvalues 1 and 3, along the diagonals. */
    {"%.17g*(x^2 + x*y + y^2)", "x from 2, y from 1", 3},
};
enum { SHAPES = sizeof shapes / sizeof *shapes };

static const char *const methods[] = {
    "gradient",
    "momentum(beta = 0)",
    "momentum(beta = 0.5)",
    "momentum",
    "momentum(beta = 0.99)",
    "nesterov(beta = 0)",
    "nesterov(beta = 0.5)",
    "nesterov",
    "nesterov(beta = 0.99)",
};
enum { METHODS = sizeof methods / sizeof *methods };

static const double factors[] = {1e-6, 0.3, 1, 37.5e4};
enum { FACTORS = sizeof factors / sizeof *factors };

struct problem {
    const struct shape *shape;
    const char *method;
    double factor;
};

static void write_problem(char *script, const struct problem *p, double step, int steps)
{
    char objective[200];
    snprintf(objective, sizeof objective, p->shape->objective, p->factor);
    snprintf(script, SCRIPT_MOST, "minimize %s over %s by %s step %.17g until %d steps\n",
             objective, p->shape->variables, p->method, step, steps);
}

/* The last number of the line that has these words. */
static double number_in_line(const struct run *run, const char *words)
{
    const char *line = strstr(run->shown, words);
    if (line == NULL)
        return (double)NAN;
    size_t begin = strcspn(line, "\n");
    while (begin > 0 && line[begin - 1] != ' ')
        begin--;
    return strtod(line + begin, NULL);
}

/* As the report of a step that is past the bound shows it. */
static double printed_bound(const struct problem *p)
{
    char script[SCRIPT_MOST];
    struct run run;
    write_problem(script, p, 5 / (p->factor * p->shape->greatest), 3);
    run_script(&run, NULL, script);
    double bound = number_in_line(&run, "is past the stability bound");
    if (run.status != TW_OK || !(bound > 0))
        fail_msg("no bound\n%s%s", script, run.shown);
    return bound;
}

/* As the report of a step below it shows it: for the step times the curvature. */
static double printed_limit(const struct problem *p)
{
    const char *words = ", stable below ";
    char script[SCRIPT_MOST];
    struct run run;
    write_problem(script, p, 0.5 / (p->factor * p->shape->greatest), 5000);
    run_script(&run, NULL, script);
    const char *at = strstr(run.shown, words);
    if (at == NULL)
        fail_msg("no limit\n%s%s", script, run.shown);
    return strtod(at + strlen(words), NULL);
}

static void solve_near(struct run *run, const struct problem *p, double bound,
                       double relative)
{
    char script[SCRIPT_MOST];
    bool close = fabs(relative - 1) < 0.01;
    write_problem(script, p, bound * relative, close ? STEPS : STEPS / 4);
    run_json(run, script);
    double stable = 2 / (p->factor * p->shape->greatest);
    if (!(fabs(json_number(run, "stable_step") / stable - 1) <= 1e-9))
        fail_msg("stable step %.17g?\n%s%s", stable, script, run->shown);
    bool below = relative < 1,
         converges = json_is(run, "status", "budget") &&
                     json_number(run, "gradient_norm") < 1e-3 * p->factor;
    bool diverges =
        json_is(run, "status", "diverged") && json_is(run, "regime", "diverging");
    if (below ? !converges : !diverges)
        fail_msg("%g of the bound\n%s%s", relative, script, run->shown);
}

static void check_problem(const struct problem *p)
{
    const double relatives[] = {0.5, 0.8, 0.95, 0.999, 1.001, 1.05, 1.3, 2};
    double bound = printed_bound(p);
    double limit = bound * p->factor * p->shape->greatest;
    /* Both are shown with four digits. */
    if (!(fabs(printed_limit(p) / limit - 1) <= 1e-3))
        fail_msg("%s: %g and %g", p->method, printed_limit(p), limit);
    for (size_t i = 0; i < sizeof relatives / sizeof *relatives; i++) {
        struct run run;
        solve_near(&run, p, bound, relatives[i]);
    }
}

static void the_printed_bound_separates(void **state)
{
    (void)state;
    for (size_t shape = 0; shape < SHAPES; shape++)
        for (size_t method = 0; method < METHODS; method++)
            for (size_t factor = 0; factor < FACTORS; factor++) {
                struct problem p = {&shapes[shape], methods[method], factors[factor]};
                check_problem(&p);
            }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_printed_bound_separates),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
