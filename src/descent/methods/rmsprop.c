/* SPDX-License-Identifier: MIT
 * methods/rmsprop.c - a rate for each variable, by its recent gradients:
 *     s <- decay s + (1 - decay) g^2,   x <- x - t g/(sqrt(s) + epsilon),
 * s = 0 at the start.
 *
 * Hinton, Neural networks for machine learning (lecture 6e, 2012).  Like adagrad, but old
 * gradients are forgotten, so the steps do not die out.  As s starts at 0, the first
 * moves are long: t/sqrt(1 - decay).  With a fixed step it does not settle: near a
 * minimum the moves keep a length of about t, so let the step fall with k, or take a
 * method that uses the gradient's size.
 *
 * sqrt(s) is kept instead of s, so that the square of a large gradient does not overflow.
 */
#include "descent/engine.h"
#include "descent/vector.h"

#include <math.h>

enum { DECAY, EPSILON };

static enum engine_progress step(struct descent *d)
{
    const double *setting = d->method_settings;
    double *root = d->method_scratch, rate = engine_rate(d);
    double old = sqrt(setting[DECAY]), fresh = sqrt(1 - setting[DECAY]);
    for (size_t i = 0; i < d->at.n; i++) {
        double gradient = d->gradient[i];
        root[i] = vector_hypotenuse(old * root[i], fresh * gradient);
        d->trial_x[i] = d->x[i] - rate * (gradient / (root[i] + setting[EPSILON]));
    }
    return engine_arrive(d, rate);
}

static size_t scratch(size_t n, const double *settings)
{
    (void)settings;
    return n;
}

static const descent_setting settings[] = {
    {"decay", 0.99, 0, 0.999999, "the share of the mean square that is kept"},
    {"epsilon", 1e-8, 1e-100, 1e100, "keeps the divisor away from 0"},
    {.name = NULL},
};

const descent_method method_rmsprop = {
    .name = "rmsprop",
    .summary = "a rate for each variable, by the mean of its recent squared gradients",
    .formula = "s <- decay*s + (1 - decay)*g^2, s = 0 at the start\n"
               "x <- x - t*g/(sqrt(s) + epsilon), for each variable",
    .settings = settings,
    .needs = ENGINE_NEEDS_RATE,
    .default_step = 0.01,
    .scratch = scratch,
    .step = step,
};
