/* SPDX-License-Identifier: MIT
 * methods/gradient.c - gradient descent (steepest descent):  x <- x - t g(x).
 *
 * Cauchy 1847; Nocedal and Wright, Numerical Optimization (2006), section 2.2.  The value
 * falls fastest along the negative gradient, for a short enough step.  On a quadratic
 * with eigenvalues between m and L fixed steps converge for t < 2/L, at best with the
 * factor (L - m)/(L + m) at t = 2/(L + m).  Not for badly scaled problems: the number of
 * steps grows with L/m.
 *
 * With noise s > 0 the step goes along g(x) + s z, z standard normal in each component:
 * the stochastic approximation of Robbins and Monro 1951.  It leaves saddle points and
 * shallow minima, and with fixed steps it hovers about a minimum.  A rule that compares
 * values cannot judge a direction that is not the gradient's, so it asks for a step.  The
 * stopping test sees the gradient without noise. */
#include "descent/engine.h"

enum { NOISE };

static enum engine_progress step(struct descent *d)
{
    double noise = d->method_settings[NOISE], *noisy = d->method_scratch;
    if (noise == 0)
        return engine_descend(d, d->gradient, -1);
    for (size_t i = 0; i < d->at.n; i++)
        noisy[i] = d->gradient[i] + noise * d->options.normal(d->options.normal_context);
    return engine_descend(d, noisy, -1);
}

static unsigned needs_with(const double *settings)
{
    return settings[NOISE] > 0 ? ENGINE_NEEDS_NORMAL | ENGINE_NEEDS_RATE : 0;
}

static const char *formula_with(const double *settings)
{
    return settings[NOISE] > 0 ? "x <- x - t*(g + noise*z), z standard normal"
                               : "x <- x - t*g";
}

static double bound(const double *settings)
{
    (void)settings;
    return 2;
}

static size_t scratch(size_t n, const double *settings)
{
    return settings[NOISE] > 0 ? n : 0;
}

static const descent_setting settings[] = {
    {"noise", 0, 0, 1e100, "deviation of the normal noise on each component"},
    {.name = NULL},
};

const descent_method method_gradient = {
    .gives = ENGINE_GIVES_ANY_SET | ENGINE_GIVES_STEEPEST,
    .name = "gradient",
    .summary = "gradient descent: along the negative gradient",
    .formula_with = formula_with,
    .settings = settings,
    .needs_with = needs_with,
    .bound = bound,
    .scratch = scratch,
    .step = step,
};
