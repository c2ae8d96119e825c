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
    /* Conditions that only nearly hold at the end make its value too low. */
    double unkept = d->multipliers != NULL ? 1e-7 * fmax(1, fabs(d->at.value)) : 0;
    double value = diagnosis_value(d, k->point);
    double size = vector_norm(k->n, d->x), scale = fmax(size, diagnosis->travelled);
    for (size_t i = 0; i < k->n; i++)
        diagnosis->trial[i] = k->point[i] - d->x[i];
    double distance = vector_norm(k->n, diagnosis->trial);
    diagnosis->told.distance = distance <= same * size ? 0 : distance;
    diagnosis->told.value = value;
    return distance <= close * scale &&
           value <= d->at.value + diagnosis_rounding(d->at.value) + unkept;
}

/* The function, and what bounds and conditions leave. */
static bool is_convex(const struct descent *d, const struct kinks *k)
{
    const descent_problem *problem = &d->problem;
    unsigned char *is_linear = (unsigned char *)k->work; /* 6n numbers of room */
    bool proved = k->m == 0 && diagnosis_is_convex(d);
    return proved || (problem->find_convex_program != NULL &&
                      problem->find_convex_program(problem->context, is_linear));
}

static void tell(const struct descent *d, struct diagnosis *diagnosis,
                 const struct kinks *k, enum kinks_state state)
{
    descent_diagnosis *told = &diagnosis->told;
    bool is_minimum = state == KINKS_MINIMUM || is_convex(d, k);
    memcpy(diagnosis->point, told->distance == 0 ? d->x : k->point,
           k->n * sizeof *k->point);
    told->point = diagnosis->point;
    told->kind = is_minimum ? DESCENT_MINIMUM : DESCENT_FLAT;
    told->at_kink = true;
    told->kinks = k->met;
}

/* From the kinks that x lies on to those that are a little aside. */
static enum kinks_state look(const struct descent *d, struct diagnosis *diagnosis,
                             struct kinks *k, const double *y, bool *is_at_kinks)
{
    const double shares[] = {1e-10, 1e-7, 1e-4};
    double size = find_size(d, diagnosis, k);
    enum kinks_state state = KINKS_NONE;
    if (!isfinite(size))
        return KINKS_NONE;
    size = size > 0 ? size : 1;
    for (size_t i = 0; state == KINKS_NONE && i < sizeof shares / sizeof *shares; i++) {
        state = kinks_settle(k, d->x, y, shares[i] * size);
        if (i == 0)
            *is_at_kinks = k->near > 0;
        if (state != KINKS_NONE && !is_near(d, diagnosis, k))
            state = KINKS_NONE;
    }
    return state;
}

/* One variable by itself has a judge of its own. */
static bool fits(const struct descent *d)
{
    const descent_problem *problem = &d->problem;
    return problem->kink_count > 0 && problem->n <= ENGINE_DENSE &&
           problem->set_count == 0 && (d->at.n > 1 || d->multipliers != NULL);
}

/* A block for the kinks, and the multipliers of rows after it; NULL: they cannot be had.
 */
static double *open_block(const struct descent *d, struct kinks *k, size_t *size)
{
    size_t numbers = kinks_size(&d->problem),
           rows = d->problem.constraint_count + d->at.n;
    if (!fits(d) || numbers > SIZE_MAX / sizeof(double) - rows)
        return NULL;
    *size = (numbers + rows) * sizeof(double);
    double *block = d->options.allocate(d->options.memory_context, *size);
    if (block == NULL)
        return NULL;
    *k = kinks_of(&d->problem, block);
    double *y = block + numbers;
    for (size_t i = 0; i < k->m; i++)
        y[i] = d->multipliers != NULL ? -d->multipliers[i] : 0;
    for (size_t j = 0; j < k->n; j++)
        y[k->m + j] = d->multipliers != NULL ? -d->bound_multipliers[j] : 0;
    return block;
}

static void close_block(const struct descent *d, double *block, size_t size)
{
    if (d->options.release != NULL)
        d->options.release(d->options.memory_context, block, size);
}

bool classify_kinks(struct descent *d, struct diagnosis *diagnosis, bool *is_at_kinks)
{
    struct kinks k;
    size_t size;
    *is_at_kinks = false;
    double *block = open_block(d, &k, &size);
    if (block == NULL)
        return false;
    const double *y = block + kinks_size(&d->problem);
    enum kinks_state state = look(d, diagnosis, &k, y, is_at_kinks);
    if (state != KINKS_NONE)
        tell(d, diagnosis, &k, state);
    else
        diagnosis->told.value = diagnosis->told.distance = (double)NAN;
    close_block(d, block, size);
    return state != KINKS_NONE;
}

/* Some |u| that counts is 0 within a move of about `move` to all sides. */
static bool meets_kink(struct kinks *k, const double *x, double move)
{
    bool meets = false;
    memset(k->signs, 0, (k->count + k->rows) * sizeof *k->signs);
    memset(k->marks, 0, k->rows * sizeof *k->marks);
    memcpy(k->point, x, k->n * sizeof *x);
    if (!kinks_find_signs(k, 0))
        return true;
    for (int side = 0; side < 4; side++) {
        for (size_t j = 0; j < k->n; j++)
            k->step[j] = x[j] + (side % 2 == 0 || j % 2 == 0 ? move : -0.7 * move) *
                                    (side < 2 ? 1 : -1);
        k->problem->kinks(k->problem->context, k->step, k->signs, k->side,
                          k->other_arguments, k->other_weights, NULL);
        for (size_t i = 0; i < k->count; i++) {
            double u = k->arguments[i], change = fabs(k->other_arguments[i] - u);
            meets |= k->weights[i] != 0 && fabs(u) <= 4 * change;
        }
    }
    return meets;
}

bool classify_lies_on_kinks(const struct descent *d, const double *x)
{
    const double close = 1e-6;
    struct kinks k;
    size_t size;
    double *block = open_block(d, &k, &size);
    if (block == NULL)
        return false;
    bool lies = meets_kink(&k, x, close * fmax(1, vector_norm(k.n, x)));
    close_block(d, block, size);
    return lies;
}
