/* SPDX-License-Identifier: MIT
 * methods/momentum.c - gradient descent with inertia, the heavy ball:
 *     v <- beta v - t g(x),   x <- x + v,   v = 0 at the start.
 *
 * Polyak, Some methods of speeding up the convergence of iteration methods, USSR
 * Computational Mathematics and Mathematical Physics 4 (1964).  Along flat valleys the
 * velocity v adds up to 1/(1 - beta) gradient steps.  On a quadratic whose greatest
 * eigenvalue is L fixed steps converge for t L < 2 (1 + beta); the factor is sqrt(beta)
 * wherever the motion oscillates.  With a schedule t acts on the new part of v alone.
 *
 * Not where each step must improve: the ball rolls through a minimum and comes back.  Far
 * from quadratics it can run in cycles where gradient descent converges. */
#include "descent/engine.h"

#include <math.h>

enum { BETA };

static enum engine_progress step(struct descent *d)
{
    double *v = d->method_scratch, beta = d->method_settings[BETA];
    double rate = engine_rate(d);
    for (size_t i = 0; i < d->at.n; i++) {
        v[i] = beta * v[i] - rate * d->gradient[i];
        d->trial_x[i] = d->x[i] + v[i];
    }
    return engine_arrive(d, rate);
}

static double bound(const double *settings)
{
    return 2 * (1 + settings[BETA]);
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

const descent_method method_momentum = {
    .gives = ENGINE_GIVES_ANY_SET,
    .name = "momentum",
    .summary = "gradient descent with inertia (the heavy ball)",
    .formula = "v <- beta*v - t*g, v = 0 at the start\n"
               "x <- x + v",
    .settings = settings,
    .needs = ENGINE_NEEDS_RATE,
    .default_step = (double)NAN,
    .bound = bound,
    .scratch = scratch,
    .step = step,
};
