/* SPDX-License-Identifier: MIT
 * damped.h - steps of a sum of squares within a radius |D p| <= radius, D the largest
 * norms that the columns of the Jacobian had so far: by the linear model of the
 * residuals, |r + J p|, or with the second derivatives of the residuals. */
#ifndef DESCENT_METHODS_DAMPED_H
#define DESCENT_METHODS_DAMPED_H

#include "descent/methods/model.h"

/* Numbers that last from step to step. */
enum {
    DAMPED_RADIUS,
    DAMPED_DAMPING,
    DAMPED_READY,    /* the triangle is that at x */
    DAMPED_SLOW,     /* steps in a row that were slow */
    DAMPED_CURVED,   /* steps go by second derivatives */
    DAMPED_FINISHED, /* steps made since the stopping test held */
    DAMPED_NUMBERS
};

struct damped {
    size_t n;
    double *numbers, *triangle, *next, *damped, *rows, *block, *work;
    double *scales, *p, *q, *slope, *next_scales;
    struct model model; /* of a problem with few variables and second derivatives */
    bool has_model;
};

/* Doubles of room; SIZE_MAX: more than there can be. */
size_t damped_size(const descent_problem *problem);
struct damped damped_of(struct descent *d, double *block);

/* Row i, column j of the triangle. */
double damped_entry(const struct damped *m, size_t i, size_t j);
/* p, and q = D p; the length of q.  Without damping where that is short enough. */
double damped_choose(const struct damped *m);
/* By how much the linear model says that the sum of squares falls. */
double damped_foretell(const struct damped *m, double length);
/* The same with second derivatives, once damped_measure_curvature has found them. */
bool damped_measure_curvature(struct descent *d, struct damped *m);
double damped_choose_curved(const struct damped *m, double *foretold);

#endif
