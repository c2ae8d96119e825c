/* SPDX-License-Identifier: MIT
 * searches/backtracking.c - shorten the step until it improves enough (Armijo).
 *
 * Nocedal and Wright, Numerical Optimization (2006), algorithm 3.1: t is accepted when
 *     f(x + t d) <= f(x) + decrease * t * g'd,
 * else it is multiplied by `shrink`.  The first step begins with `initial`, a later one
 * with `grow` times the t accepted before, `initial` at most.  Along a direction that has
 * a length of its own, such as Newton's, each step begins with `initial`, without which
 * the convergence would be linear only. */
#include "descent/searches/armijo.h"

#include <float.h>
#include <math.h>

enum { INITIAL, SHRINK, GROW, DECREASE };

static enum engine_progress search(struct descent *d, const struct engine_line *line)
{
    const double *setting = d->search_settings;
    const struct armijo_rule rule = {setting[SHRINK], setting[DECREASE], d->at.value};
    double first = isnan(d->at.step) || engine_has_length(d)
                       ? setting[INITIAL]
                       : fmin(setting[INITIAL], setting[GROW] * d->at.step);
    return armijo_search(d, line, &rule, first, setting[INITIAL]);
}

static const descent_setting settings[] = {
    {"initial", 1, DBL_MIN, DBL_MAX, "the length factor that is tried first"},
    {"shrink", 0.5, 0.01, 0.99, "what a rejected length is multiplied by"},
    {"grow", 1.5, 1, 1e6, "what an accepted length is multiplied by for the next step"},
    {"decrease", 1e-4, 0, 0.99, "the share of the promised decrease that is enough"},
    {.name = NULL},
};

const descent_search search_backtracking = {
    .name = "backtracking",
    .summary = "shorten the step until it improves enough (Armijo)",
    .settings = settings,
    .search = search,
};
