/* SPDX-License-Identifier: MIT
 * certify.c - whether a function of many variables has a minimum close to a point.
 *
 * The Hessian, made of its products with the unit vectors, is factored at the point, less
 * a share of its greatest curvature that covers rounding (Higham, Accuracy and Stability
 * of Numerical Algorithms, 2nd ed., 2002, theorem 10.7), so all curvatures are positive.
 * Newton's step from there tells how far the minimum is; beyond it, at twice the step,
 * the Hessian must be positive definite again.  As everywhere without enclosures that
 * rests on the Hessian being what it is at these two points in between. */
#include "descent/classify.h"
#include "descent/vector.h"
#include "linear/cholesky.h"

#include <float.h>
#include <math.h>
#include <string.h>

enum { MOST = 2000 };

/* Factors the Hessian at x, less `shift`; uses `trial` for the unit vectors. */
static bool factor(const struct descent *d, const struct diagnosis *diagnosis,
                   const double *x, double shift, double *hessian)
{
    size_t n = d->at.n;
    double *unit = diagnosis->trial;
    memset(unit, 0, n * sizeof *unit);
    for (size_t i = 0; i < n; i++) {
        unit[i] = 1;
        d->problem.hessian_product(d->problem.context, x, unit, hessian + i * n);
        unit[i] = 0;
        hessian[i * n + i] -= shift;
    }
    return cholesky_factor(n, hessian);
}

/* Newton's step into `move`; its length. */
static double find_step(const struct descent *d, struct diagnosis *diagnosis,
                        const double *hessian)
{
    size_t n = d->at.n;
    for (size_t i = 0; i < n; i++)
        diagnosis->move[i] = -diagnosis->gradient[i];
    cholesky_solve(n, hessian, 1, diagnosis->move);
    return vector_norm(n, diagnosis->move);
}

static bool certify(const struct descent *d, struct diagnosis *diagnosis, double *hessian,
                    double farthest)
{
    size_t n = d->at.n;
    double greatest = fabs(diagnosis->value[n - 1]);
    double shift = 16 * (double)n * DBL_EPSILON * greatest;
    if (!diagnosis_gradient(d, diagnosis->point, diagnosis->gradient) ||
        !factor(d, diagnosis, diagnosis->point, shift, hessian) ||
        !(find_step(d, diagnosis, hessian) <= farthest))
        return false;
    for (size_t i = 0; i < n; i++)
        diagnosis->low[i] = diagnosis->point[i] + 2 * diagnosis->move[i];
    return factor(d, diagnosis, diagnosis->low, shift, hessian);
}

bool certify_minimum(const struct descent *d, struct diagnosis *diagnosis,
                     double farthest)
{
    size_t n = d->at.n, size = n * n * sizeof(double);
    if (n > MOST || d->problem.hessian_product == NULL || d->has_sets)
        return false;
    double *hessian = d->options.allocate(d->options.memory_context, size);
    if (hessian == NULL)
        return false;
    bool certain = certify(d, diagnosis, hessian, farthest);
    if (d->options.release != NULL)
        d->options.release(d->options.memory_context, hessian, size);
    return certain;
}
