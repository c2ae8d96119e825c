/* SPDX-License-Identifier: MIT
 * methods/adamw.c - Adam with decoupled weight decay:
 *     x <- x - t (a + weight_decay x),   a the direction of adam.
 *
 * Loshchilov and Hutter, Decoupled weight decay regularization (2019), algorithm 2; the
 * decay is multiplied by t, as is common in software.  Other than a term |x|^2 in the
 * objective the decay is not divided by the size of the gradients.  For fits with more
 * weights than data can hold.  Not to find the minimum of the objective as it is written:
 * the end point is pulled towards 0, and a test on |grad| may never hold. */
#include "descent/moments.h"

static enum engine_progress step(struct descent *d)
{
    return moments_step(d, d->method_settings[MOMENTS_SETTING_COUNT]);
}

static const descent_setting settings[] = {
    MOMENTS_SETTINGS,
    {"weight_decay", 0.01, 0, 1e100, "the share of x that is taken off, times the step"},
    {.name = NULL},
};

const descent_method method_adamw = {
    .name = "adamw",
    .summary = "Adam that pulls the variables towards 0 (decoupled weight decay)",
    .formula = MOMENTS_FORMULA "x <- x - t*(a + weight_decay*x), for each variable",
    .settings = settings,
    .needs = ENGINE_NEEDS_RATE,
    .default_step = 0.001,
    .scratch = moments_scratch,
    .step = step,
};
