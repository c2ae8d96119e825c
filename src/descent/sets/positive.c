/* SPDX-License-Identifier: MIT
 * sets/positive.c - numbers above 0, which itself is not allowed: scales, rates.
 *
 * A move that would reach 0 keeps a tenth of the distance to it, the step to the boundary
 * of interior point methods (Nocedal and Wright, Numerical Optimization, 2006, section
 * 19.2).  An infimum at 0 is approached, tenfold in each step, and not attained. */
#include "descent/sets/sets.h"

#include <math.h>

static void project(const descent_set *set, double *x, double *room)
{
    (void)room;
    for (size_t i = 0; i < set->count; i++)
        if (x[i] < 0)
            x[i] = 0;
}

static void bend(const descent_set *set, const double *x, double *v)
{
    (void)set;
    (void)x;
    (void)v;
}

static void keep(const descent_set *set, const double *from, double *x)
{
    for (size_t i = 0; i < set->count; i++)
        if (x[i] < from[i] / 10)
            x[i] = from[i] / 10;
}

static void recede(const descent_set *set, double *v)
{
    for (size_t i = 0; i < set->count; i++)
        v[i] = fmax(v[i], 0);
}

const descent_set_kind set_positive = {
    .name = "positive",
    .summary = "every number is above 0",
    .is_open = true,
    .project = project,
    .bend = bend,
    .recede = recede,
    .keep = keep,
};
