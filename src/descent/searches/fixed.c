/* SPDX-License-Identifier: MIT
 * searches/fixed.c - the same length factor in every step.
 *
 * Each step is carried out in full, better or not: where a fixed step is too long the
 * search is to show it.  There is no default, as the right length depends on the
 * curvature. */
#include "descent/engine.h"

#include <float.h>
#include <math.h>

enum { STEP };

static double length(struct descent *d)
{
    return d->search_settings[STEP];
}

static const descent_setting settings[] = {
    {"step", (double)NAN, 0, DBL_MAX, "the factor of the gradient in each step"},
    {.name = NULL},
};

const descent_search search_fixed = {
    .name = "fixed",
    .summary = "the same length factor in every step",
    .settings = settings,
    .length = length,
    .is_constant = true,
};
