/* SPDX-License-Identifier: MIT
 * methods/cg.c - nonlinear conjugate gradients:
 *     x <- x + t d,   d <- -g + beta d,
 *     beta = (y - 2 d y'y / d'y)' g / d'y,  y the change of g along the last move.
 *
 * Hager and Zhang, A new conjugate gradient method with guaranteed descent and an
 * efficient line search, SIAM Journal on Optimization 16 (2005): with every step rule d
 * leads downhill, g'd <= -7/8 |g|^2, as long as beta is not cut off from below, which is
 * done far out only (their equation 1.5).  With exact steps on a parabola the directions
 * are conjugate, and n steps end the search.  Where d does not lead downhill, or shows no
 * curvature, and after every 6 n steps (20 at least) as in their CG_DESCENT (ACM
 * Transactions on Mathematical Software 32, 2006), the method begins again with the
 * gradient: in a few variables it can else go round among directions that are hardly
 * conjugate.
 *
 * It begins again, too, where bounds hold other variables than before.
 *
 * Keeps one vector: for very many variables.  lbfgs needs fewer evaluations as a rule,
 * and is less particular about its steps.  Wolfe's second constant is 0.1 by default: the
 * directions are only as good as the steps are exact (Nocedal and Wright, Numerical
 * Optimization, 2006, section 5.2). */
#include "descent/methods/secant.h"
#include "descent/vector.h"

#include <math.h>

/* The direction, y, what was held. */
static size_t scratch(size_t n, const double *settings)
{
    (void)settings;
    return n > SIZE_MAX / 3 ? SIZE_MAX : 3 * n;
}

/* 0 where the last move tells nothing, or it is time to begin again. */
static double find_beta(struct descent *d, const double *direction, double *change)
{
    const double floor = 0.01;
    size_t n = d->at.n;
    bool changes_face = secant_changes_face(d, change + n);
    size_t period = n < 4 ? 20 : 6 * n;
    bool begins_anew = d->at.step_count % period == 0;
    if (begins_anew || secant_pair(d, change) == 0 || changes_face)
        return 0;
    secant_project(d, change);
    double curvature = vector_dot(n, direction, change);
    double square = vector_dot(n, change, change);
    double beta =
        (vector_dot(n, change, engine_face_gradient(d)) -
         2 * square / curvature * vector_dot(n, direction, engine_face_gradient(d))) /
        curvature;
    double least =
        -1 / (vector_norm(n, direction) * fmin(floor, d->previous_gradient_norm));
    return isfinite(beta) ? fmax(beta, least) : 0;
}

static enum engine_progress step(struct descent *d)
{
    size_t n = d->at.n;
    double *direction = d->method_scratch, *change = direction + n;
    double beta = find_beta(d, direction, change);
    const double *gradient = engine_face_gradient(d);
    for (size_t i = 0; i < n; i++)
        direction[i] = -gradient[i] + beta * direction[i];
    bool fresh = beta == 0;
    enum engine_progress progress = fresh
                                        ? engine_descend(d, d->gradient, secant_first(d))
                                        : secant_descend(d, direction, 1, &fresh);
    for (size_t i = 0; i < n && fresh; i++)
        direction[i] = -d->gradient[i];
    return progress;
}

static const descent_setting settings[] = {{.name = NULL}};
static const double wolfe_settings[] = {1e-4, 0.1};

const descent_method method_cg = {
    .name = "cg",
    .summary = "nonlinear conjugate gradients (Hager and Zhang)",
    .formula = "d <- beta*d - g, d = 0 at the start, beta = (y - 2*d*y'y/d'y)'g/d'y, "
               "y the change of g along the last move\n"
               "x <- x + t*d",
    .settings = settings,
    .gives = ENGINE_GIVES_TURN,
    .default_search = "wolfe",
    .default_search_settings = wolfe_settings,
    .scratch = scratch,
    .step = step,
};
