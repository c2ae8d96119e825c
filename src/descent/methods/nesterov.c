/* SPDX-License-Identifier: MIT
 * methods/nesterov.c - Nesterov's accelerated gradient with constant momentum:
 *     v <- beta v - t g(x),   x <- x + beta v - t g(x),   v = 0 at the start.
 *
 * Nesterov, Introductory Lectures on Convex Optimization (2004), section 2.2, constant
 * step scheme III, whose gradient is taken at the point y ahead, y = z + beta v.  Here x
 * is that y, so that one evaluation gives the value and the gradient of the same point
 * (Bengio, Boulanger-Lewandowski and Pascanu, Advances in optimizing recurrent networks,
 * 2013, section 3.5); z and y have the same limit.
 *
 * On a quadratic whose greatest eigenvalue is L fixed steps converge for
 * t L < (2 + 2 beta)/(1 + 2 beta).  With t = 1/L and beta = (1 - q)/(1 + q), q =
 * sqrt(m/L), the number of steps grows with sqrt(L/m) only, on every strongly convex
 * function.  Not with noisy gradients, which the acceleration amplifies; values need not
 * fall in each step. */
#include "descent/engine.h"

#include <math.h>

enum { BETA };

static enum engine_progress step(struct descent *d)
{
    double *v = d->method_scratch, beta = d->method_settings[BETA];
    double rate = engine_rate(d);
    for (size_t i = 0; i < d->at.n; i++) {
        double move = rate * d->gradient[i];
        v[i] = beta * v[i] - move;
        d->trial_x[i] = d->x[i] + (beta * v[i] - move);
    }
    return engine_arrive(d, rate);
}

static double bound(const double *settings)
{
    return 2 * (1 + settings[BETA]) / (1 + 2 * settings[BETA]);
}

static size_t scratch(size_t n, const double *settings)
{
    (void)settings;
    return n;
}

static const descent_setting settings[] = {
    {"beta", 0.9, 0, 1, "the share of the last move that goes on"},
    {.name = NULL},
};

const descent_method method_nesterov = {
    .gives = ENGINE_GIVES_ANY_SET,
    .name = "nesterov",
    .summary = "Nesterov's accelerated gradient: inertia that looks ahead",
    .formula = "v <- beta*v - t*g, v = 0 at the start\n"
               "x <- x + beta*v - t*g",
    .settings = settings,
    .needs = ENGINE_NEEDS_RATE,
    .default_step = (double)NAN,
    .bound = bound,
    .scratch = scratch,
    .step = step,
};
