/* SPDX-License-Identifier: MIT
 * methods/newton.c - Newton's method:  x <- x - t H(x)^-1 g(x).
 *
 * Nocedal and Wright, Numerical Optimization (2006), sections 3.3 and 3.4.  Each step
 * solves the quadratic model at x, so a parabola takes one step, whatever its scale, and
 * near a minimum with positive curvature the number of correct digits doubles.  One step
 * costs n(n+1)/2 second derivatives and n^3/6 multiplications.  Beyond ENGINE_DENSE
 * variables conjugate gradients solve nearly, by products of the Hessian with vectors
 * (truncated Newton: Dembo and Steihaug 1983; Nocedal and Wright, algorithm 7.1), with a
 * residual that shrinks with the gradient; where a direction curves down they end.
 *
 * Where H is not positive definite its inverse may lead uphill, to a saddle or a maximum.
 * There H + E takes its place (linear/ldl.h), which turns the sign of a negative
 * curvature, and since that model has no minimum to aim at, the step is at most as long
 * as max(1, |x|).  Where H is not finite the negative gradient is the direction. */
#include "descent/methods/model.h"
#include "descent/vector.h"
#include "linear/ldl.h"

#include <math.h>
#include <string.h>

/* Beyond ENGINE_DENSE variables: the direction, the gradient, room, the band.
 * Else the Hessian and its factors, the order of its rows, the solution, room to solve.
 */
static size_t scratch(size_t n, const double *settings)
{
    (void)settings;
    if (n > ENGINE_DENSE)
        return banded_size(n) == SIZE_MAX ? SIZE_MAX : 6 * n + banded_size(n);
    return n * (n + 3);
}

/* The factor that keeps a step of this length within max(1, |x|). */
static double shorten(const struct descent *d, double length)
{
    double most = fmax(1, vector_norm(d->at.n, d->x));
    return length > most ? most / length : 1;
}

/* The residual that conjugate gradients leave shrinks with the gradient, so that the
 * convergence stays faster than linear. */
static enum engine_progress step_by_products(struct descent *d)
{
    size_t n = d->at.n;
    double *p = d->method_scratch, *gradient = p + n, *room = gradient + n;
    struct banded band = banded_of(n, room + 4 * n);
    memcpy(gradient, engine_face_gradient(d), n * sizeof *gradient);
    double tolerance = fmin(0.5, sqrt(vector_norm(n, gradient)));
    double fall = model_minimize_by_products(d, gradient, (double)INFINITY, tolerance, p,
                                             &band, room);
    double length = vector_norm(n, p);
    if (!(fall > 0) || !isfinite(length) || length == 0)
        return engine_descend(d, d->gradient, -1);
    return engine_descend(d, p, shorten(d, length));
}

static enum engine_progress step(struct descent *d)
{
    if (d->at.n > ENGINE_DENSE)
        return step_by_products(d);
    size_t n = d->at.n;
    double *h = d->method_scratch, *order = h + n * n, *p = order + n, *work = p + n;
    if (!engine_hessian(d, h))
        return engine_descend(d, d->gradient, -1);
    bool positive = ldl_factor(n, h, order);
    ldl_solve(n, h, order, engine_face_gradient(d), p, work);
    double length = vector_norm(n, p);
    if (!isfinite(length) || length == 0)
        return engine_descend(d, d->gradient, -1);
    return engine_descend(d, p, positive ? -1 : -shorten(d, length));
}

static const descent_setting settings[] = {{.name = NULL}};

const descent_method method_newton = {
    .name = "newton",
    .summary = "Newton's method: to the minimum of the quadratic model",
    .formula = "x <- x - t*(H + E)^-1*g, H the Hessian at x, "
               "E = 0 where H is positive definite",
    .settings = settings,
    .needs = ENGINE_NEEDS_HESSIAN,
    .gives = ENGINE_GIVES_LENGTH,
    .scratch = scratch,
    .step = step,
};
