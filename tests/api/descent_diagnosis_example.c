/* SPDX-License-Identifier: MIT
 * descent_diagnosis_example.c - what the point is at which a search ended.
 *
 * f(x) = x^4 - 2 x^2 has minima at -1 and 1 and a maximum at 0, where the slope is zero
 * too: a search that begins there converges at once.  descent_diagnose tells the two
 * apart.  Enclosures of the derivatives make a proof of it. */
#include <descent.h>

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static void evaluate(void *context, const double *x, double *value, double *gradient)
{
    (void)context;
    *value = x[0] * x[0] * (x[0] * x[0] - 2);
    if (gradient != NULL)
        gradient[0] = 4 * x[0] * (x[0] * x[0] - 1);
}

static void hessian(void *context, const double *x, double *second)
{
    (void)context;
    second[0] = 12 * x[0] * x[0] - 4;
}

/* ---- enclosures: bounds that hold whatever rounding does ---- */

struct interval {
    double low, high;
};

/* Widened to the next numbers outside, since each operation rounds to the nearest. */
static struct interval outward(double low, double high)
{
    return (struct interval){nextafter(low, -(double)INFINITY),
                             nextafter(high, (double)INFINITY)};
}

static struct interval add(struct interval a, double b)
{
    return outward(a.low + b, a.high + b);
}

static struct interval multiply(struct interval a, struct interval b)
{
    double p = a.low * b.low, q = a.low * b.high, r = a.high * b.low, s = a.high * b.high;
    return outward(fmin(fmin(p, q), fmin(r, s)), fmax(fmax(p, q), fmax(r, s)));
}

static struct interval scale(double factor, struct interval a)
{
    return multiply((struct interval){factor, factor}, a);
}

/* x = [low, high] twice is more than its square, which is not negative. */
static struct interval square(struct interval x)
{
    struct interval s = multiply(x, x);
    return (struct interval){fmax(s.low, 0), s.high};
}

static void enclose_value(void *context, const double *low, const double *high,
                          double *value_low, double *value_high)
{
    (void)context;
    struct interval s = square((struct interval){*low, *high});
    struct interval value = multiply(s, add(s, -2));
    *value_low = value.low;
    *value_high = value.high;
}

static void enclose_gradient(void *context, const double *low, const double *high,
                             double *gradient_low, double *gradient_high)
{
    (void)context;
    struct interval x = {*low, *high};
    struct interval slope = multiply(scale(4, x), add(square(x), -1));
    *gradient_low = slope.low;
    *gradient_high = slope.high;
}

/* Derivatives of order 2 and more; from the fifth on they are zero. */
static bool enclose_derivative(void *context, unsigned order, double low, double high,
                               double *derivative_low, double *derivative_high)
{
    (void)context;
    struct interval x = {low, high}, derivative = {0, 0};
    if (order == 2)
        derivative = add(scale(12, square(x)), -4);
    else if (order == 3)
        derivative = scale(24, x);
    else if (order == 4)
        derivative = (struct interval){24, 24};
    *derivative_low = derivative.low;
    *derivative_high = derivative.high;
    return true;
}

/* ---- */

static const char expected[] = "converged after 0 steps: a maximum at 0, curvature -4\n"
                               "converged after 8 steps: a minimum at 1, curvature 8\n";

static char output[1000];
static size_t length;

static void tell(const descent_problem *problem, double start)
{
    const double step = 0.12;
    const descent_options options = {.search = descent_search_find("fixed"),
                                     .search_settings = &step};
    descent *search = descent_new(problem, &options, &start);
    if (search == NULL)
        return;
    (void)descent_run(search);
    const descent_diagnosis *found = descent_diagnose(search);
    if (found != NULL && found->point != NULL)
        length += (size_t)snprintf(
            output + length, sizeof output - length,
            "%s after %d steps: a %s at %.6g, curvature %.6g\n",
            descent_status_name(found->status), (int)descent_get_result(search)->steps,
            descent_kind_name(found->kind), found->point[0], found->least_curvature);
    descent_free(search);
}

int main(void)
{
    const descent_problem problem = {.n = 1,
                                     .evaluate = evaluate,
                                     .hessian = hessian,
                                     .enclose_value = enclose_value,
                                     .enclose_gradient = enclose_gradient,
                                     .enclose_derivative = enclose_derivative};
    tell(&problem, 0);
    tell(&problem, 0.5);
    fputs(output, stdout);
    return strcmp(output, expected) == 0 ? 0 : 1;
}
