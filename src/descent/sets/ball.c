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

/* Any direction; the share of the volume within the distance is evenly distributed, too
 * (Muller, A note on a method for generating points uniformly on n-dimensional spheres,
 * Communications of the ACM 2, 1959). */
static void draw(const descent_set *set, double (*normal)(void *context), void *context,
                 double *x)
{
    double a = normal(context), b = normal(context);
    double share = exp(-(a * a + b * b) / 2);
    for (size_t i = 0; i < set->count; i++)
        x[i] = normal(context);
    double norm = vector_norm(set->count, x);
    double distance = set->radius * pow(share, 1 / (double)set->count);
    for (size_t i = 0; i < set->count; i++)
        x[i] = norm > 0 ? x[i] / norm * distance : 0;
}

const descent_set_kind set_ball = {
    .name = "ball",
    .summary = "the 2-norm is at most the radius",
    .has_radius = true,
    .project = project,
    .bend = bend,
    .recede = recede,
    .draw = draw,
};
