/* SPDX-License-Identifier: MIT
 * methods/gradient.c - gradient descent (steepest descent):  x <- x - t g(x).
 *
 * Cauchy 1847; Nocedal and Wright, Numerical Optimization (2006), section 2.2.  The value
 * falls fastest along the negative gradient, for a short enough step.  On a quadratic
 * with eigenvalues between m and L fixed steps converge for t < 2/L, at best with the
 * factor (L - m)/(L + m) at t = 2/(L + m).  Not for badly scaled problems: the number of
 * steps grows with L/m. */
#include "descent/engine.h"

static enum engine_progress step(struct descent *d)
{
    return engine_descend(d, d->gradient, -1);
}

static const descent_setting settings[] = {{.name = NULL}};

const descent_method method_gradient = {
    .name = "gradient",
    .summary = "gradient descent: along the negative gradient",
    .settings = settings,
    .step = step,
};
