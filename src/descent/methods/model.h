/* SPDX-License-Identifier: MIT
 * model.h - minima of the quadratic model  g's + s'Hs/2  in a ball |s| <= radius.
 *
 * g is the gradient on the face of the bounds, and H the Hessian there. */
#ifndef DESCENT_METHODS_MODEL_H
#define DESCENT_METHODS_MODEL_H

#include "descent/methods/banded.h"

/* H by its eigenvectors. */
struct model {
    size_t n;
    double *hessian; /* n * n, room */
    double *vectors; /* n * n, a row an eigenvector */
    double *value;   /* n, rising */
    double *rotated; /* g in the eigenvectors */
    double *part;    /* n, room: the step in the eigenvectors */
    double *scaled;  /* n, room */
};

/* How many numbers it needs, and how they are cut from a block; SIZE_MAX: too many. */
size_t model_size(size_t n);
struct model model_of(size_t n, double *block);
/* Measures gradient and Hessian at x; false when the Hessian is not finite. */
bool model_measure(struct descent *d, struct model *model);
/* The same from the Hessian that stands in model->hessian, which is overwritten. */
bool model_take(struct model *model, const double *gradient);
/* The same in variables that are multiplied by `scales`: so are the step and the ball. */
bool model_measure_scaled(struct descent *d, struct model *model, const double *scales);
/* The exact minimum in the ball into s; returns by how much the model falls. */
double model_minimize(const struct model *model, double radius, double *s);
/* By how much the model falls with another step, such as one that bounds have bent. */
double model_fall(const struct model *model, const double *s);
/* An eigenvalue is negative, by more than rounding explains. */
bool model_curves_down(const struct model *model);

/* Nearly the minimum by conjugate gradients, with products of the Hessian alone: the
 * residual is at most `tolerance` times |g|, or the step ends on the edge of the ball, at
 * once where a direction curves down (Steihaug 1983; Nocedal and Wright, algorithm 7.2).
 * With an infinite radius a direction that curves down ends it before that, on the way or
 * as -g where it is the first (their algorithm 7.1).  Where many products do not
 * suffice the band of H preconditions the others.  `room` has 4 n numbers.  Returns by
 * how much the model falls; NaN when a product is not finite. */
double model_minimize_by_products(struct descent *d, const double *gradient,
                                  double radius, double tolerance, double *s,
                                  const struct banded *band, double *room);
/* As model_fall, by a product; `room` has n numbers. */
double model_fall_by_product(struct descent *d, const double *gradient, const double *s,
                             double *room);

#endif
