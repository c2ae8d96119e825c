/* SPDX-License-Identifier: MIT
 * methods/gauss_newton.c - Gauss and Newton's method for sums of squares:
 * x <- x + t p, where p makes |r(x) + J(x) p| least.
 *
 * Gauss, Theoria motus, 1809; Nocedal and Wright, Numerical Optimization (2006), section
 * 10.3; Bjorck, Numerical Methods for Least Squares Problems (1996), section 9.2.  A
 * linear model of the residuals takes one step.  Near a minimum with small residuals it
 * is as fast as Newton's method, without second derivatives.  p is solved for by QR
 * factorization of J, whose columns are scaled to length 1: the normal equations would
 * lose twice as many digits.
 *
 * Not for residuals that are large and curved, where it slows down, nor for a J whose
 * columns come near to dependence on the way, where steps become long and useless:
 * levenberg_marquardt bounds them.  Columns that depend on others are left out. */
#include "descent/engine.h"
#include "descent/squares.h"
#include "descent/vector.h"

#include <math.h>

static size_t scratch(size_t n, const double *settings)
{
    (void)settings;
    size_t triangle = squares_triangle_size(n), block = squares_block_size(n),
           solve = squares_solve_size(n);
    if (triangle > SIZE_MAX / 8 || block > SIZE_MAX / 8 || solve > SIZE_MAX / 8)
        return SIZE_MAX;
    return triangle + block + solve + 2 * n;
}

static enum engine_progress step(struct descent *d)
{
    size_t n = d->at.n;
    double *triangle = d->method_scratch, *block = triangle + squares_triangle_size(n),
           *work = block + squares_block_size(n), *scales = work + squares_solve_size(n),
           *p = scales + n;
    d->gradient_evaluations++;
    if (!squares_linearize(&d->problem, d->x, engine_held(d), triangle, block))
        return engine_descend(d, d->gradient, -1);
    squares_scales(n, triangle, scales);
    (void)squares_solve(n, triangle, scales, p, work);
    if (!isfinite(vector_norm(n, p)))
        return engine_descend(d, d->gradient, -1);
    return engine_descend(d, p, 1);
}

static const descent_setting settings[] = {{.name = NULL}};

const descent_method method_gauss_newton = {
    .name = "gauss_newton",
    .summary = "Gauss and Newton's method for sums of squares: to the minimum of the "
               "linear model of the residuals",
    .formula = "x <- x + t*p, p makes |r + J*p| least, r the residuals, J their "
               "derivatives",
    .settings = settings,
    .needs = ENGINE_NEEDS_SQUARES,
    .gives = ENGINE_GIVES_LENGTH,
    .scratch = scratch,
    .step = step,
};
