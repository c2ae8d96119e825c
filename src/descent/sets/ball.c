/* SPDX-License-Identifier: MIT
 * sets/ball.c - vectors whose 2-norm is at most the radius.
 *
 * What is outside is shortened to the radius.  Parikh and Boyd, Proximal algorithms,
 * Foundations and Trends in Optimization 1 (2014), section 6.5.1. */
#include "descent/sets/sets.h"
#include "descent/vector.h"

#include <float.h>
#include <math.h>
#include <string.h>

static void project(const descent_set *set, double *x, double *room)
{
    (void)room;
    double norm = vector_norm(set->count, x);
    if (!(norm > set->radius) || !isfinite(norm))
        return;
    for (size_t i = 0; i < set->count; i++)
        x[i] = x[i] / norm * set->radius;
}

/* On the surface a move outwards keeps what runs along it. */
static void bend(const descent_set *set, const double *x, double *v)
{
    double norm = vector_norm(set->count, x);
    if (norm < set->radius * (1 - 4 * DBL_EPSILON) || !(norm > 0))
        return;
    double outwards = vector_dot(set->count, x, v) / norm;
    for (size_t i = 0; outwards > 0 && i < set->count; i++)
        v[i] -= outwards * (x[i] / norm);
}

/* It is bounded. */
static void recede(const descent_set *set, double *v)
{
    memset(v, 0, set->count * sizeof *v);
}

const descent_set_kind set_ball = {
    .name = "ball",
    .summary = "the 2-norm is at most the radius",
    .has_radius = true,
    .project = project,
    .bend = bend,
    .recede = recede,
};
