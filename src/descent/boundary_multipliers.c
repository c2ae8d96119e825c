/* SPDX-License-Identifier: MIT
 * boundary_multipliers.c - whether the value rises inwards from the bounds that hold
 * variables, for certain and all over a box. */
#include "descent/boundary.h"
#include "descent/vector.h"

#include <math.h>

/* The box of this radius around the point, within the sets. */
static void set_box(struct boundary *b, double radius)
{
    const descent_problem *problem = &b->d->problem;
    for (size_t i = 0; i < b->d->at.n; i++) {
        size_t pivot = 0;
        const descent_set *simplex = boundary_simplex(b, i, &pivot);
        /* What the others give up comes to the pivot. */
        double most =
            simplex != NULL && i == pivot ? radius * (double)simplex->count : radius;
        b->low[i] = b->point[i] - most;
        b->high[i] = b->point[i] + most;
        if (simplex != NULL) {
            b->low[i] = fmax(b->low[i], 0);
        } else if (problem->lower != NULL) {
            b->low[i] = fmax(b->low[i], problem->lower[i]);
            b->high[i] = fmin(b->high[i], problem->upper[i]);
        }
    }
}

/* The slope of a held entry all over the box whose gradients are in `gradient` and
 * `gradient_high`. */
static enum boundary_rise read_rise(const struct boundary *b, size_t i)
{
    size_t pivot = 0;
    double low = b->gradient[i], high = b->gradient_high[i];
    if (boundary_simplex(b, i, &pivot) != NULL) {
        low -= b->gradient_high[pivot];
        high -= b->gradient[pivot];
    }
    if (!(low <= high))
        return BOUNDARY_RISES_NOT;
    double inwards = b->side[i] == BOUNDARY_UPPER ? -high : low;
    return inwards > 0    ? BOUNDARY_RISES_STRICTLY
           : inwards == 0 ? BOUNDARY_RISES_LEVEL
                          : BOUNDARY_RISES_NOT;
}

/* Of all held variables the least rise; of variable `weak` when it is BOUNDARY_RISES_NOT.
 */
static enum boundary_rise weigh_box(struct boundary *b, double radius, size_t *weak)
{
    enum boundary_rise least = BOUNDARY_RISES_STRICTLY;
    set_box(b, radius);
    b->d->problem.enclose_gradient(b->d->problem.context, b->low, b->high, b->gradient,
                                   b->gradient_high);
    for (size_t i = 0; i < b->d->at.n; i++) {
        enum boundary_rise rise =
            boundary_is_held(b->side[i]) ? read_rise(b, i) : BOUNDARY_RISES_STRICTLY;
        if (rise < least) {
            least = rise;
            *weak = i;
        }
    }
    return least;
}

/* Without enclosures: slopes that are more than rounding makes of a gradient of this
 * size. */
static enum boundary_rise weigh_point(struct boundary *b, size_t *weak)
{
    size_t n = b->d->at.n;
    double value, largest = 0;
    b->d->problem.evaluate(b->d->problem.context, b->point, &value, b->gradient);
    for (size_t i = 0; i < n; i++)
        largest = fmax(largest, fabs(b->gradient[i]));
    for (size_t i = 0; i < n; i++)
        if (boundary_is_held(b->side[i]) &&
            !(boundary_slope_inwards(b, b->gradient, i, b->side[i]) > 1e-9 * largest)) {
            *weak = i;
            return BOUNDARY_RISES_NOT;
        }
    return BOUNDARY_RISES_STRICTLY;
}

/* How far from the point the minimum on the face may lie: the box of its proof. */
static double doubt(const struct boundary *b, const struct diagnosis *diagnosis,
                    double size)
{
    double most = 1e-10 * size;
    for (size_t k = 0; b->free_count > 1 && diagnosis->dense && k < b->free_count; k++)
        most = fmax(most, diagnosis->high[k] - diagnosis->low[k]);
    return most;
}

enum boundary_rise boundary_weigh(struct boundary *b, const struct diagnosis *diagnosis,
                                  size_t *weak)
{
    double size = fmax(diagnosis->reach, vector_norm(b->d->at.n, b->point));
    double least = doubt(b, diagnosis, size);
    if (b->d->problem.enclose_gradient == NULL)
        return weigh_point(b, weak);
    for (double radius = fmax(1e-3 * size, least); radius >= least; radius /= 16) {
        enum boundary_rise rise = weigh_box(b, radius, weak);
        if (rise != BOUNDARY_RISES_NOT)
            return rise;
    }
    return BOUNDARY_RISES_NOT;
}
