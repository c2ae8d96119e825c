/* SPDX-License-Identifier: MIT
 * squares.h - the linear model of the residuals of a sum of squares.
 *
 * Near x the residuals are about r + J p.  What the methods need of J, whose rows may be
 * many, is the triangle of its QR factorization, made block by block: |r + J p| differs
 * from |z + R p| by a constant.  J'J is never formed: its condition is that of J squared.
 */
#ifndef DESCENT_SQUARES_H
#define DESCENT_SQUARES_H

#include "descent.h"

/* [R z; 0 rest], (n + 1) * (n + 1) numbers row by row, |rest| the least |r + J p|. */
enum { SQUARES_BLOCK = 64 }; /* rows that are reflected at a time */
/* Doubles of `triangle`, and of `block`. */
size_t squares_triangle_size(size_t n);
size_t squares_block_size(size_t n);

/* Makes the triangle at x.  Held variables (n claims, or NULL for none) do not move:
 * their columns are 0 but for a 1 on the diagonal.  False when a number is not finite. */
bool squares_linearize(const descent_problem *problem, const double *x, const bool *held,
                       double *triangle, double *block);
/* The gradient 2 R'z of the sum of squares. */
void squares_gradient(size_t n, const double *triangle, double *gradient);
/* |z|: how far the residuals can be from orthogonal to all columns of J. */
double squares_slope(size_t n, const double *triangle);
/* The norms of the columns of J, 1 where a column is 0. */
void squares_scales(size_t n, const double *triangle, double *scales);

/* p that makes |z + R p| least, with the columns divided by `scales` beforehand; of
 * columns that depend on the others p is 0.  Returns the rank.  `work` has
 * squares_solve_size(n) doubles. */
size_t squares_solve_size(size_t n);
size_t squares_solve(size_t n, const double *triangle, const double *scales, double *p,
                     double *work);

#endif
