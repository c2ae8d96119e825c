/* SPDX-License-Identifier: MIT
 * kinks.h - the place where a function made of numbers |u_k| is stationary, kinks in it.
 *
 * There some u_k, the active ones, are 0, and signs s_k from -1 to 1 in the place of
 * theirs make the gradient of the function with s_k u_k for |u_k| vanish (Clarke,
 * Optimization and Nonsmooth Analysis, 1983, section 2.3).  Where every |u_k| that is 0
 * counts with a positive weight, the function lies above that one with signs, and it has
 * a strict minimum where the gradients of the active u_k are independent, their signs lie
 * inside, and the Hessian is positive along what they leave free: the conditions of
 * Fletcher, Practical Methods of Optimization (1987), section 14.2. */
#ifndef DESCENT_KINKS_H
#define DESCENT_KINKS_H

#include "descent.h"

enum kinks_state {
    KINKS_NONE,       /* no such place was found here */
    KINKS_STATIONARY, /* it is one */
    KINKS_MINIMUM     /* and a strict minimum */
};

struct kinks {
    const descent_problem *problem;
    size_t n, count;
    size_t near, most; /* kinks that may be active, at most n + n/2 + 8 */
    size_t active;
    double *signs, *arguments, *weights, *other_arguments, *other_weights; /* count */
    double *point, *gradient, *side, *step;                                /* n each */
    double *columns;              /* most * n: derivatives of the gradient by the signs */
    double *basis;                /* n * n */
    double *hessian;              /* n * n */
    double *system;               /* 2n * 2n */
    double *right, *order, *work; /* 2n, 2n, 6n */
    double *index, *chosen,
        *ranked;           /* most: of the near ones, the active ones, by sign */
    double reach;          /* within which kinks may be active */
    size_t met;            /* kinks that meet at the place, the active ones among them */
    bool has_idle;         /* a kink at the place has no weight there */
    double residual, size; /* of the gradient, and of what it is made of */
};

/* How many numbers it needs; SIZE_MAX: too many. */
size_t kinks_size(const descent_problem *problem);
struct kinks kinks_of(const descent_problem *problem, double *block);
/* Looks from x, with kinks within `reach` of 0 taken as those that may be active.  Unless
 * it is KINKS_NONE `point` becomes the place, and `gradient` that with the signs. */
enum kinks_state kinks_settle(struct kinks *k, const double *x, double reach);

#endif
