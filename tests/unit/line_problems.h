/* SPDX-License-Identifier: MIT
 * line_problems.h - functions of one variable with their derivatives and with enclosures
 * of them, for the tests of the engine's diagnosis. */
#ifndef LINE_PROBLEMS_H
#define LINE_PROBLEMS_H

#include "descent_problems.h"

struct enclosure {
    double low, high;
};

/* The derivative of this order (0: the value) at every number of x. */
typedef struct enclosure (*line_formula)(unsigned order, struct enclosure x);

struct line_problem {
    line_formula formula;
    const double *coefficient; /* of a polynomial, from the constant on, or NULL */
    unsigned degree;
    uint64_t calls;
};

static inline struct enclosure widen(double low, double high)
{
    return (struct enclosure){nextafter(low, -(double)INFINITY),
                              nextafter(high, (double)INFINITY)};
}

/* Sums and products that are exact, above all those with 0, stay so. */
static inline struct enclosure add(struct enclosure a, struct enclosure b)
{
    if (b.low == 0 && b.high == 0)
        return a;
    if (a.low == 0 && a.high == 0)
        return b;
    return widen(a.low + b.low, a.high + b.high);
}

static inline struct enclosure multiply(struct enclosure a, struct enclosure b)
{
    if ((a.low == 0 && a.high == 0) || (b.low == 0 && b.high == 0))
        return (struct enclosure){0, 0};
    double p = a.low * b.low, q = a.low * b.high, r = a.high * b.low, s = a.high * b.high;
    struct enclosure product =
        widen(fmin(fmin(p, q), fmin(r, s)), fmax(fmax(p, q), fmax(r, s)));
    bool positive = (a.low >= 0 && b.low >= 0) || (a.high <= 0 && b.high <= 0);
    bool negative = (a.low >= 0 && b.high <= 0) || (a.high <= 0 && b.low >= 0);
    /* The sign is exact whatever underflows; of numbers without 0 it stays 0 at most. */
    if (positive && product.low < 0)
        product.low = 0;
    if (negative && product.high > 0)
        product.high = 0;
    return product;
}

static inline struct enclosure power(struct enclosure x, unsigned exponent)
{
    struct enclosure result = {1, 1};
    for (unsigned i = 0; i < exponent; i++)
        result = multiply(result, x);
    if (exponent % 2 == 0 && result.low < 0)
        result.low = 0;
    return result;
}

static inline struct enclosure enclose_polynomial(const struct line_problem *problem,
                                                  unsigned order, struct enclosure x)
{
    struct enclosure sum = {0, 0};
    for (unsigned i = order; i <= problem->degree; i++) {
        double factor = problem->coefficient[i];
        for (unsigned k = 0; k < order; k++)
            factor *= (double)(i - k);
        sum = add(sum, multiply((struct enclosure){factor, factor}, power(x, i - order)));
    }
    return sum;
}

static inline struct enclosure enclose_order(struct line_problem *problem, unsigned order,
                                             double low, double high)
{
    struct enclosure x = {low, high};
    problem->calls++;
    return problem->formula != NULL ? problem->formula(order, x)
                                    : enclose_polynomial(problem, order, x);
}

static inline double read_order(struct line_problem *problem, unsigned order, double x)
{
    if (problem->formula == NULL) {
        double sum = 0;
        for (unsigned i = problem->degree + 1; i-- > order;) {
            double factor = problem->coefficient[i];
            for (unsigned k = 0; k < order; k++)
                factor *= (double)(i - k);
            sum = sum * x + factor;
        }
        return sum;
    }
    struct enclosure range = problem->formula(order, (struct enclosure){x, x});
    return range.low == range.high ? range.low : (range.low + range.high) / 2;
}

static inline void line_evaluate(void *context, const double *x, double *value,
                                 double *gradient)
{
    struct line_problem *problem = context;
    problem->calls++;
    *value = read_order(problem, 0, x[0]);
    if (gradient != NULL)
        gradient[0] = read_order(problem, 1, x[0]);
}

static inline void line_hessian(void *context, const double *x, double *hessian)
{
    struct line_problem *problem = context;
    problem->calls++;
    hessian[0] = read_order(problem, 2, x[0]);
}

static inline void line_enclose_value(void *context, const double *low,
                                      const double *high, double *value_low,
                                      double *value_high)
{
    struct enclosure range = enclose_order(context, 0, *low, *high);
    *value_low = range.low;
    *value_high = range.high;
}

static inline void line_enclose_gradient(void *context, const double *low,
                                         const double *high, double *gradient_low,
                                         double *gradient_high)
{
    struct enclosure range = enclose_order(context, 1, *low, *high);
    *gradient_low = range.low;
    *gradient_high = range.high;
}

static inline void line_enclose_hessian(void *context, const double *low,
                                        const double *high, double *hessian_low,
                                        double *hessian_high)
{
    struct enclosure range = enclose_order(context, 2, *low, *high);
    *hessian_low = range.low;
    *hessian_high = range.high;
}

static inline bool line_enclose_derivative(void *context, unsigned order, double low,
                                           double high, double *derivative_low,
                                           double *derivative_high)
{
    struct enclosure range = enclose_order(context, order, low, high);
    *derivative_low = range.low;
    *derivative_high = range.high;
    return true;
}

enum knowledge { GRADIENT, HESSIAN, ENCLOSED, KNOWLEDGE_COUNT };

static inline descent_problem line_problem_of(struct line_problem *problem,
                                              enum knowledge knowledge)
{
    descent_problem made = {.n = 1, .context = problem, .evaluate = line_evaluate};
    if (knowledge >= HESSIAN)
        made.hessian = line_hessian;
    if (knowledge >= ENCLOSED) {
        made.enclose_value = line_enclose_value;
        made.enclose_gradient = line_enclose_gradient;
        made.enclose_hessian = line_enclose_hessian;
        made.enclose_derivative = line_enclose_derivative;
    }
    return made;
}

#endif
