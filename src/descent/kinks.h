/* SPDX-License-Identifier: MIT
 * kinks.h - the place where a function made of numbers |u_k| is stationary, kinks in it.
 *
 * There some u_k, the active ones, are 0, and signs s_k from -1 to 1 in the place of
 * theirs make the gradient of the function with s_k u_k for |u_k| vanish (Clarke,
 * Optimization and Nonsmooth Analysis, 1983, section 2.3).  Where every |u_k| that is 0
 * counts with a positive weight, the function lies above that one with signs, and it has
 * a strict minimum where the gradients of the active u_k are independent, their signs lie
 * inside, and the Hessian is positive along what they leave free: the conditions of
 * Fletcher, Practical Methods of Optimization (1987), section 14.2.
 *
 * Conditions and bounds take part as rows with multipliers y (section 14.5): then it is
 * the gradient of f + y'(rows) that vanishes, and y has the sign of the bound that holds.
 * A row is to the system what a kink is, its multiplier what a sign is. */
#ifndef DESCENT_KINKS_H
#define DESCENT_KINKS_H

#include "descent.h"

enum kinks_state {
    KINKS_NONE,       /* no such place was found here */
    KINKS_STATIONARY, /* it is one */
    KINKS_MINIMUM     /* and a strict minimum */
};

enum { KINKS_EQUATION = 2 };

struct kinks {
    const descent_problem *problem;
    size_t n, count;
    size_t m, rows;    /* conditions; and the bounds of the variables after them */
    size_t near, most; /* kinks that may be active, at most n + n/2 + 8 */
    size_t active;
    /* Of the kinks and then of the rows: a row's number in lists is count + row, its sign
     * the multiplier, its argument how far it is from its bound, its weight 1. */
    double *signs, *arguments, *weights;
    double *other_arguments, *other_weights; /* count */
    double *marks; /* rows: 0, -1 the lower bound holds, 1 the upper, KINKS_EQUATION */
    double *c, *scale, *jacobian;           /* m, m, m * n */
    double *point, *gradient, *side, *step; /* n each */
    double *columns; /* (most + rows) * n: derivatives of the gradient by the signs */
    double *basis;   /* n * n */
    double *hessian; /* n * n */
    double *system;  /* 2n * 2n */
    double *right, *order, *work; /* 2n, 2n, 6n */
    double *index, *chosen,
        *ranked;           /* most + rows: of the near ones, the active ones, by rank */
    double reach;          /* within which kinks may be active */
    size_t met;            /* kinks that meet at the place, the active ones among them */
    bool has_idle;         /* a kink at the place has no weight there */
    double residual, size; /* of the gradient, and of what it is made of */
};

/* How many numbers it needs; SIZE_MAX: too many. */
size_t kinks_size(const descent_problem *problem);
struct kinks kinks_of(const descent_problem *problem, double *block);
/* Looks from x and the multipliers y of the rows (NULL: not known), with kinks within
 * `reach` of 0 taken as those that may be active.  Unless it is KINKS_NONE `point`
 * becomes the place, and `gradient` that with the signs and multipliers. */
enum kinks_state kinks_settle(struct kinks *k, const double *x, const double *y,
                              double reach);

/* ---- kinks.c ---- */
static inline size_t kinks_at(const double *list, size_t position)
{
    return (size_t)list[position];
}

void kinks_evaluate(struct kinks *k, double *hessian);
bool kinks_are_finite(size_t n, const double *numbers);
void kinks_measure_columns(struct kinks *k, const double *kinks, size_t count);

/* ---- kinks_signs.c ---- */
/* The signs of the sides on which the point lies, about 0 within `radius` of a kink;
 * false where something is not finite. */
bool kinks_find_signs(struct kinks *k, double radius);
/* Signs and multipliers, and the active ones among them; false where none are. */
bool kinks_estimate(struct kinks *k);
double kinks_row_low(const struct kinks *k, size_t row);
double kinks_row_high(const struct kinks *k, size_t row);
double kinks_row_value(const struct kinks *k, size_t row);
/* The size that a violation is relative to. */
double kinks_row_scale(const struct kinks *k, size_t row);
/* The bound that it is at. */
double kinks_row_target(const struct kinks *k, size_t row);

#endif
