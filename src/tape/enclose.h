/* SPDX-License-Identifier: MIT
 * enclose.h - what the files of interval arithmetic share and nobody else sees. */
#ifndef TAPE_ENCLOSE_H
#define TAPE_ENCLOSE_H

#include "tape/interval.h"

/* ---- interval_round.c: one operation on numbers, rounded towards -inf or inf ---- */
double add_towards(double a, double b, double towards);
double multiply_towards(double a, double b, double towards); /* 0 times anything is 0 */
double divide_towards(double a, double b, double towards);   /* of finite numbers */
double sqrt_towards(double a, double towards);
/* `units` floating-point numbers further. */
double widen_towards(double a, unsigned units, double towards);

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
struct interval interval_add(struct interval a, struct interval b);
struct interval interval_multiply(struct interval a, struct interval b);

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
