/* SPDX-License-Identifier: MIT
 * vector.h - products and norms of n numbers, always added in the same order. */
#ifndef DESCENT_VECTOR_H
#define DESCENT_VECTOR_H

#include <stddef.h>

double vector_dot(size_t n, const double *a, const double *b);
/* The 2-norm.  Finite entries of any size give it without a detour over infinity; NaN
 * when an entry is NaN. */
double vector_norm(size_t n, const double *a);
/* sqrt(a^2 + b^2), likewise. */
double vector_hypotenuse(double a, double b);

#endif
