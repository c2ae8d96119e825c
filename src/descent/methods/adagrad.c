/* SPDX-License-Identifier: MIT
 * methods/adagrad.c - a rate for each variable, by all gradients so far:
 *     s <- s + g^2,   x <- x - t g/(sqrt(s) + epsilon),   s = 0 at the start.
 *
 * Duchi, Hazan and Singer, Adaptive subgradient methods for online learning and
 * stochastic optimization, Journal of Machine Learning Research 12 (2011), figure 1, the
 * form with diagonal matrices.  A variable that rarely matters keeps a long step.  The
 * first step moves each variable by t, whatever the scale of the function; later ones
 * shrink like 1/sqrt(k) while the gradient keeps its size.  Not for long searches: the
 * steps become too short, since s never falls.
 *
 * sqrt(s) is kept instead of s, so that the square of a large gradient does not overflow.
 */
#include "descent/engine.h"
#include "descent/vector.h"

#include <math.h>

enum { EPSILON };

static enum engine_progress step(struct descent *d)
{
    double *root = d->method_scratch, epsilon = d->method_settings[EPSILON];
    double rate = engine_rate(d);
    for (size_t i = 0; i < d->at.n; i++) {
        root[i] = vector_hypotenuse(root[i], d->gradient[i]);
        d->trial_x[i] = d->x[i] - rate * (d->gradient[i] / (root[i] + epsilon));
    }
    return engine_arrive(d, rate);
}

static size_t scratch(size_t n, const double *settings)
{
    (void)settings;
    return n;
}

static const descent_setting settings[] = {
    {"epsilon", 1e-10, 1e-100, 1e100, "keeps the divisor away from 0"},
    {.name = NULL},
};

const descent_method method_adagrad = {
    .name = "adagrad",
    .summary = "a rate for each variable, by the sum of its squared gradients",
    .formula = "s <- s + g^2, s = 0 at the start\n"
               "x <- x - t*g/(sqrt(s) + epsilon), for each variable",
    .settings = settings,
    .needs = ENGINE_NEEDS_RATE,
    .default_step = 0.01,
    .scratch = scratch,
    .step = step,
};
