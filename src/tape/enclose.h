/* SPDX-License-Identifier: MIT
 * enclose.h - what the files of interval arithmetic share and nobody else sees. */
#ifndef TAPE_ENCLOSE_H
#define TAPE_ENCLOSE_H

#include "tape/interval.h"
#include "tape/interval_round.h"

/* ---- here, since most steps are sums and products ---- */

static inline double interval_lesser(double a, double b)
{
    return a < b ? a : b;
}

static inline double interval_greater(double a, double b)
{
    return a > b ? a : b;
}

static inline struct interval interval_add(struct interval a, struct interval b)
{
    return interval_between(add_towards(a.low, b.low, -(double)INFINITY),
                            add_towards(a.high, b.high, (double)INFINITY));
}

/* a.low < 0 < a.high */
static inline struct interval interval_multiply_mixed(struct interval a,
                                                      struct interval b)
{
    if (b.low >= 0)
        return interval_between(multiply_towards(a.low, b.high, -(double)INFINITY),
                                multiply_towards(a.high, b.high, (double)INFINITY));
    if (b.high <= 0)
        return interval_between(multiply_towards(a.high, b.low, -(double)INFINITY),
                                multiply_towards(a.low, b.low, (double)INFINITY));
    return interval_between(
        interval_lesser(multiply_towards(a.low, b.high, -(double)INFINITY),
                        multiply_towards(a.high, b.low, -(double)INFINITY)),
        interval_greater(multiply_towards(a.low, b.low, (double)INFINITY),
                         multiply_towards(a.high, b.high, (double)INFINITY)));
}

/* Signs tell which products of bounds are the least and the greatest (Moore, Kearfott and
 * Cloud, section 2.3). */
static inline struct interval interval_multiply(struct interval a, struct interval b)
{
    if (a.low < 0 && a.high > 0)
        return interval_multiply_mixed(a, b);
    if (b.low < 0 && b.high > 0)
        return interval_multiply_mixed(b, a);
    bool is_low_first = b.low >= 0, is_low_second = a.low >= 0;
    return interval_between(
        multiply_towards(is_low_first ? a.low : a.high, is_low_second ? b.low : b.high,
                         -(double)INFINITY),
        multiply_towards(is_low_first ? a.high : a.low, is_low_second ? b.high : b.low,
                         (double)INFINITY));
}

/* ---- interval_basic.c: arithmetic, order, logic ---- */
typedef struct interval enclose_function(const struct interval *x, size_t count);
enclose_function enclose_add, enclose_multiply, enclose_negate, enclose_divide,
    enclose_sqrt, enclose_abs, enclose_mod, enclose_min, enclose_max, enclose_clamp;
enclose_function enclose_less, enclose_less_equal, enclose_greater, enclose_greater_equal,
    enclose_equal, enclose_not_equal, enclose_and, enclose_or, enclose_not,
    enclose_select;
/* Whether mod(x[0], x[1]) may begin anew somewhere. */
bool enclose_wraps(const struct interval *x);
/* The product of two operands that are one and the same. */
struct interval interval_square(struct interval x);
struct interval interval_whole(bool partial);
struct interval interval_empty(void);
struct interval interval_hull(struct interval a, struct interval b);

/* ---- interval_function.c: functions of the C library and of math/ ---- */
enclose_function enclose_power, enclose_times_log, enclose_hypot, enclose_sin,
    enclose_cos, enclose_tan, enclose_cosh, enclose_atan2, enclose_lgamma,
    enclose_digamma, enclose_polygamma;

/* A function that rises or falls all over its domain. */
struct monotone {
    double (*value)(double);
    bool falls;
    double from, to;    /* its domain: finite ends belong to it ... */
    bool is_open;       /* ... or not, where the function goes to infinity there */
    double least, most; /* its range */
    unsigned margin;    /* units in the last place that `value` may be off */
};
struct interval enclose_monotone(const struct monotone *row, struct interval x);

/* ---- interval_op.c ---- */

/* Whether the operation may have a kink with finite slopes, or a jump, there. */
bool enclose_bends(enum op op, const struct interval *operands);
/* The row of an operation that rises or falls all over its domain, else NULL. */
const struct monotone *enclose_row(enum op op);

#endif
