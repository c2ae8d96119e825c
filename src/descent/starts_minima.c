/* SPDX-License-Identifier: MIT
 * starts_minima.c - the distinct ends of many searches. */
#include "descent/starts.h"

#include <math.h>
#include <string.h>

/* What differences of values are measured by: their size, or how far those of the drawn
 * candidates reach where that is less than 1, as it is of an objective in small units. */
static double value_scale(const struct multistart *m, double value)
{
    const struct candidates *c = &m->drawn;
    double range = c->worth[c->order[c->count / 2]].value - c->worth[c->order[0]].value;
    return fmax(fabs(value), range > 0 ? fmin(1, range) : 1);
}

static bool is_as_low(const struct multistart *m, double a, double b)
{
    return fabs(a - b) <= 1e-6 * value_scale(m, b);
}

/* Each entry in its own unit. */
static bool is_near(const struct multistart *m, const double *a, const double *b)
{
    const double near = 1e-4, of_spread = 1e-6;
    for (size_t i = 0; i < m->n; i++)
        if (!(fabs(a[i] - b[i]) <= fmax(near * fabs(b[i]), of_spread * m->spread[i])))
            return false;
    return true;
}

/* Whether the value rises on the way from a to b: else both are of one minimum, flat as
 * it may be, or of one valley.  The shares meet no lattice of minima. */
static bool rises_between(struct multistart *m, const double *a, const double *b,
                          double value)
{
    const double shares[] = {0.38196601125, 0.5, 0.72360679775};
    for (size_t k = 0; k < sizeof shares / sizeof *shares; k++) {
        double there = (double)NAN;
        for (size_t i = 0; i < m->n; i++)
            m->trial[i] = a[i] + shares[k] * (b[i] - a[i]);
        m->problem->evaluate(m->problem->context, m->trial, &there, NULL);
        m->told.evaluations++;
        if (!(there <= value || is_as_low(m, there, value)))
            return true;
    }
    return false;
}

/* In units of the spread. */
static double distance(const struct multistart *m, const double *a, const double *b)
{
    double most = 0;
    for (size_t i = 0; i < m->n; i++)
        most = fmax(most, fabs(a[i] - b[i]) / m->spread[i]);
    return most;
}

/* The minimum that this end is one of; `count` when it is a new one.  The way there is
 * looked at from the nearest that is as low; conditions may bar it. */
static size_t find(struct multistart *m, const descent_result *result)
{
    const descent_minima *all = &m->told;
    size_t nearest = all->count;
    double least = (double)INFINITY;
    for (size_t k = 0; k < all->count; k++) {
        if (!is_as_low(m, result->value, all->list[k].value))
            continue;
        double apart = distance(m, all->list[k].x, result->x);
        nearest = apart < least ? k : nearest;
        least = fmin(least, apart);
    }
    if (nearest == all->count || is_near(m, result->x, all->list[nearest].x))
        return nearest;
    bool barred = m->problem->constraint_count > 0;
    return barred || rises_between(m, result->x, all->list[nearest].x,
                                   fmax(result->value, all->list[nearest].value))
               ? all->count
               : nearest;
}

void starts_note(struct multistart *m, const descent_result *result, size_t start)
{
    descent_minima *all = &m->told;
    if (result->status != DESCENT_CONVERGED || !isfinite(result->value))
        return;
    size_t k = find(m, result);
    descent_minimum *minimum = &all->list[k];
    double *x = m->minima_x + k * m->n;
    if (k == all->count) {
        *minimum = (descent_minimum){(double)INFINITY, 0, start, x};
        all->count++;
    }
    minimum->hits++;
    if (result->value < minimum->value) {
        minimum->value = result->value;
        minimum->start = start;
        memcpy(x, result->x, m->n * sizeof *x);
    }
}

void starts_sort_minima(descent_minima *all)
{
    for (size_t i = 1; i < all->count; i++) {
        descent_minimum moved = all->list[i];
        size_t k = i;
        for (; k > 0 && all->list[k - 1].value > moved.value; k--)
            all->list[k] = all->list[k - 1];
        all->list[k] = moved;
    }
}
