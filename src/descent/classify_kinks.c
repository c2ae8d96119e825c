/* SPDX-License-Identifier: MIT
 * classify_kinks.c - what a point is in which kinks of several variables meet.
 *
 * kinks.h finds the place and tells a strict minimum.  A place that is stationary and no
 * more is a minimum of a convex function all the same. */
#include "descent/classify.h"
#include "descent/kinks.h"
#include "descent/vector.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* How large the arguments are at x, or beside it, where x lies on all of them. */
static double find_size(const struct descent *d, const struct diagnosis *diagnosis,
                        struct kinks *k)
{
    double size = 0;
    memset(k->signs, 0, k->count * sizeof *k->signs);
    for (int side = 0; side < 2; side++) {
        for (size_t j = 0; j < k->n; j++)
            k->point[j] = d->x[j] + side * (j % 2 == 0 ? 1 : -0.7) * diagnosis->reach;
        d->problem.kinks(d->problem.context, k->point, k->signs, k->gradient,
                         k->arguments, k->weights, NULL);
        for (size_t i = 0; i < k->count; i++)
            if (side == 0 || isfinite(k->arguments[i]))
                size = fmax(size, fabs(k->arguments[i]));
    }
    return size;
}

/* So close that the search may be said to have ended there, and no higher than rounding
 * explains. */
static bool is_near(const struct descent *d, struct diagnosis *diagnosis,
                    const struct kinks *k)
{
    const double close = 1e-5, same = 16 * DBL_EPSILON;
    double value = diagnosis_value(d, k->point);
    double size = vector_norm(k->n, d->x), scale = fmax(size, diagnosis->travelled);
    for (size_t i = 0; i < k->n; i++)
        diagnosis->trial[i] = k->point[i] - d->x[i];
    double distance = vector_norm(k->n, diagnosis->trial);
    diagnosis->told.distance = distance <= same * size ? 0 : distance;
    diagnosis->told.value = value;
    return distance <= close * scale &&
           value <= d->at.value + diagnosis_rounding(d->at.value);
}

static void tell(const struct descent *d, struct diagnosis *diagnosis,
                 const struct kinks *k, enum kinks_state state)
{
    descent_diagnosis *told = &diagnosis->told;
    bool is_minimum = state == KINKS_MINIMUM || diagnosis_is_convex(d);
    memcpy(diagnosis->point, told->distance == 0 ? d->x : k->point,
           k->n * sizeof *k->point);
    told->point = diagnosis->point;
    told->kind = is_minimum ? DESCENT_MINIMUM : DESCENT_FLAT;
    told->at_kink = true;
    told->kinks = k->met;
}

/* From the kinks that x lies on to those that are a little aside. */
static enum kinks_state look(const struct descent *d, struct diagnosis *diagnosis,
                             struct kinks *k, bool *is_at_kinks)
{
    const double shares[] = {1e-10, 1e-7, 1e-4};
    double size = find_size(d, diagnosis, k);
    enum kinks_state state = KINKS_NONE;
    if (!isfinite(size))
        return KINKS_NONE;
    size = size > 0 ? size : 1;
    for (size_t i = 0; state == KINKS_NONE && i < sizeof shares / sizeof *shares; i++) {
        state = kinks_settle(k, d->x, shares[i] * size);
        if (i == 0)
            *is_at_kinks = k->near > 0;
        if (state != KINKS_NONE && !is_near(d, diagnosis, k))
            state = KINKS_NONE;
    }
    return state;
}

bool classify_kinks(struct descent *d, struct diagnosis *diagnosis, bool *is_at_kinks)
{
    *is_at_kinks = false;
    size_t numbers = kinks_size(&d->problem);
    if (d->problem.kink_count == 0 || d->at.n == 1 || d->at.n > ENGINE_DENSE ||
        d->has_sets || numbers > SIZE_MAX / sizeof(double))
        return false;
    size_t size = numbers * sizeof(double);
    double *block = d->options.allocate(d->options.memory_context, size);
    if (block == NULL)
        return false;
    struct kinks k = kinks_of(&d->problem, block);
    enum kinks_state state = look(d, diagnosis, &k, is_at_kinks);
    if (state != KINKS_NONE)
        tell(d, diagnosis, &k, state);
    else
        diagnosis->told.value = diagnosis->told.distance = (double)NAN;
    if (d->options.release != NULL)
        d->options.release(d->options.memory_context, block, size);
    return state != KINKS_NONE;
}
