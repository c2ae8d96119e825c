/* SPDX-License-Identifier: MIT
 * methods/adam.c - adaptive moments:
 *     m <- beta1 m + (1 - beta1) g,   s <- beta2 s + (1 - beta2) g^2,
 *     x <- x - t (m/(1 - beta1^k)) / (sqrt(s/(1 - beta2^k)) + epsilon)   in step k,
 * m = s = 0 at the start.
 *
 * Kingma and Ba, Adam: a method for stochastic optimization (2015), algorithm 1.  Each
 * variable moves by about t while its gradient keeps its sign, whatever the scale of the
 * function.  For noisy gradients and many variables of different scales.  Not for few
 * digits' distance to a minimum: a fixed step hovers there, and convex functions exist on
 * which it does not converge at all (Reddi, Kale and Kumar 2018). */
#include "descent/moments.h"

static enum engine_progress step(struct descent *d)
{
    return moments_step(d, 0);
}

static const descent_setting settings[] = {MOMENTS_SETTINGS, {.name = NULL}};

const descent_method method_adam = {
    .name = "adam",
    .summary = "inertia and a rate for each variable, by running means (Adam)",
    .formula = MOMENTS_FORMULA "x <- x - t*a, for each variable",
    .settings = settings,
    .needs = ENGINE_NEEDS_RATE,
    .default_step = 0.001,
    .scratch = moments_scratch,
    .step = step,
};
