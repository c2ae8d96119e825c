/* SPDX-License-Identifier: MIT
 * methods/coordinate.c - cyclic coordinate descent:  x_i <- x_i - t g_i(x), one variable
 * a step, one after the other.
 *
 * Nocedal and Wright, Numerical Optimization (2006), section 9.3; Luenberger and Ye,
 * Linear and Nonlinear Programming (2008), section 8.9.  Variables whose derivative is 0,
 * or along which no length is good enough, are passed over.  Where the function is a sum
 * of functions of one variable each, exact steps along every variable end the search, and
 * nearly so where variables hardly meet.  Where they do meet it zigzags like gradient
 * descent, and at a kink along no coordinate it sticks (x and y in |x - y| + ...). */
#include "descent/engine.h"

#include <string.h>

/* The direction, all 0 but for one entry; the next variable. */
static size_t scratch(size_t n, const double *settings)
{
    (void)settings;
    return n > SIZE_MAX - 1 ? SIZE_MAX : n + 1;
}

static enum engine_progress step(struct descent *d)
{
    size_t n = d->at.n, first = (size_t)d->method_scratch[n];
    double *direction = d->method_scratch;
    enum engine_progress progress = ENGINE_ROUNDING;
    for (size_t k = 0; k < n; k++) {
        size_t i = (first + k) % n;
        if (d->gradient[i] == 0)
            continue;
        direction[i] = d->gradient[i];
        enum engine_progress along = engine_descend(d, direction, -1);
        direction[i] = 0;
        if (along == ENGINE_MOVED || along == ENGINE_NOT_FINITE) {
            d->method_scratch[n] = (double)((i + 1) % n);
            return along;
        }
        if (along == ENGINE_STALLED)
            progress = along;
    }
    return progress;
}

static const descent_setting settings[] = {{.name = NULL}};
static const double exact_settings[] = {0.01};

const descent_method method_coordinate = {
    .name = "coordinate",
    .summary = "along one variable after the other",
    .formula = "x[i] <- x[i] - t*g[i], i = 1, 2, ... in turn",
    .settings = settings,
    .gives = ENGINE_GIVES_TURN,
    .default_search = "exact",
    .default_search_settings = exact_settings,
    .scratch = scratch,
    .step = step,
};
