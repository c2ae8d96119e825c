/* SPDX-License-Identifier: MIT
 * walk_rows.c - what is known of the rows of a walk.
 *
 * Most of what is asked of rows is answered by the least and the greatest value and norm
 * of the gradients: so many loads and comparisons, no roots and nothing stored.  Lengths
 * of moves are those of gradients times the step, but for rounding, which is bounded.
 * Where that does not decide, numbers are computed row by row, with the bits of single
 * steps. */
#include "descent/engine.h"
#include "descent/vector.h"
#include "descent/walk_measure.h"

#include <assert.h>
#include <float.h>
#include <math.h>

/* ---- bounds ---- */

/* A sum of squares from the first bound on has lost no digits to underflow, see vector.c;
 * the norms at both ends. */
static const double safe_square = 1e-280, least_safe = 1e-140, most_safe = 1e154;

static double least_norm(double square)
{
    if (square >= (double)INFINITY)
        return most_safe;
    return square >= safe_square ? sqrt(square) : 0;
}

static double greatest_norm(const struct walk_level *level, const double *a, size_t n,
                            size_t count, double square)
{
    if (square >= (double)INFINITY)
        return square;
    if (square >= safe_square)
        return sqrt(square);
    /* of entries all zero it is zero */
    double entry = level->range_of_sizes(a, n * count).greatest;
    return fmin(2 * least_safe, (double)n * entry);
}

static bool look_at_gradients(struct descent *d, size_t count)
{
    struct walk_rows *rows = &d->walk;
    size_t n = d->at.n;
    const double *gradient = rows->gradient + n;
    struct walk_range range = n == 1 ? rows->level->range_of_sizes(gradient, count)
                                     : rows->level->range_of_squares(gradient, n, count);
    rows->gradients = (struct walk_bounds){range.least, range.greatest};
    if (n > 1) {
        rows->gradients.least = least_norm(range.least);
        rows->gradients.greatest =
            greatest_norm(rows->level, gradient, n, count, range.greatest);
    }
    return range.is_finite;
}

static bool look_at_values(struct descent *d, size_t count)
{
    struct walk_range range = d->walk.level->range(d->walk.value + 1, count);
    d->walk.values = (struct walk_bounds){range.least, range.greatest};
    return range.is_finite;
}

/* A rounded move is at most twice as long as the exact one, since a point is a number
 * that does not move at all; and it differs by roundings of the points. */
static void bound_moves(struct descent *d, size_t count)
{
    struct walk_rows *rows = &d->walk;
    double step = fabs(d->options.search->length(d));
    double least = step * fmin(rows->gradients.least, d->at.gradient_norm);
    double greatest = step * fmax(rows->gradients.greatest, d->at.gradient_norm);
    rows->start = walk_norm(d->at.n, rows->x);
    if (greatest > 0 && greatest < 1e-290) /* digits are lost */
        greatest = 1e-290;
    if (isnan(greatest)) /* a step of 0 and gradients past the last number */
        greatest = (double)INFINITY;
    rows->reach = 2.1 * (double)count * greatest;
    double rounding = 16 * DBL_EPSILON * (rows->start + rows->reach) + 1e-290;
    rows->moves.least = fmax(least * (1 - 0x1p-30) - rounding, 0);
    rows->moves.greatest =
        greatest == 0 ? 0 : fmin(2.1 * greatest, greatest * (1 + 0x1p-30) + rounding);
}

bool walk_look(struct descent *d, size_t count)
{
    if (!look_at_values(d, count) || !look_at_gradients(d, count))
        return false;
    d->walk.count = count;
    bound_moves(d, count);
    return isfinite(d->walk.start + d->walk.reach);
}

void walk_look_again(struct descent *d, size_t count)
{
    (void)look_at_values(d, count);
    (void)look_at_gradients(d, count);
    d->walk.count = count;
    bound_moves(d, count);
}

/* ---- row by row ---- */

double walk_norm(size_t n, const double *a)
{
    return n == 1 ? fabs(a[0]) : vector_norm(n, a);
}

double walk_gradient_norm(const struct descent *d, size_t i)
{
    return i == 0 ? d->at.gradient_norm
                  : walk_norm(d->at.n, d->walk.gradient + i * d->at.n);
}

double walk_length(const struct descent *d, ptrdiff_t i)
{
    double move[WALK_MOST_VARIABLES];
    size_t n = d->at.n;
    const double *x = d->walk.x + i * (ptrdiff_t)n;
    for (size_t j = 0; j < n; j++)
        move[j] = x[j] - (x - n)[j];
    return walk_norm(n, move);
}

size_t walk_find_least(const struct descent *d)
{
    const struct walk_rows *rows = &d->walk;
    return 1 + rows->level->find(rows->value + 1, rows->count, rows->values.least);
}

void walk_measure_moves(const struct descent *d, size_t count)
{
    const struct walk_rows *rows = &d->walk;
    size_t n = d->at.n;
    rows->length[0] = d->contraction.last_length;
    if (n == 1) {
        rows->level->measure_one(rows, count);
        return;
    }
    if (rows->level->measure_many(rows, n, count))
        return;
    for (size_t i = 1; i <= count; i++) {
        rows->norm[i] = walk_norm(n, rows->x + i * n);
        rows->length[i] = walk_length(d, (ptrdiff_t)i);
    }
}

/* ---- for tests ---- */

void descent_measure_bounds(const descent_points *points, descent_measure measure,
                            double *least, double *greatest)
{
    const struct walk_rows *rows = &points->search->walk;
    struct walk_range range = {0};
    struct walk_bounds bounds = {0};
    switch (measure) {
    case DESCENT_VALUE:
        bounds = rows->values;
        break;
    case DESCENT_GRADIENT_NORM:
        bounds = rows->gradients;
        break;
    case DESCENT_POINT_CHANGE:
        bounds = rows->moves;
        break;
    case DESCENT_GRADIENT:
        assert(points->n == 1);
        range = rows->level->range(points->gradient, points->count);
        bounds = (struct walk_bounds){range.least, range.greatest};
        break;
    case DESCENT_VALUE_CHANGE:
        range = rows->level->range_of_changes(points->value, points->count);
        bounds = (struct walk_bounds){range.least, range.greatest};
        break;
    }
    *least = bounds.least;
    *greatest = bounds.greatest;
}

const double *descent_measure_all(const descent_points *points, descent_measure measure)
{
    const struct walk_rows *rows = &points->search->walk;
    size_t n = points->n;
    switch (measure) {
    case DESCENT_VALUE:
        return points->value;
    case DESCENT_GRADIENT:
        assert(n == 1);
        return points->gradient;
    case DESCENT_GRADIENT_NORM:
        for (size_t i = 0; i < points->count; i++)
            rows->gradient_norm[i + 1] = walk_norm(n, points->gradient + i * n);
        return rows->gradient_norm + 1;
    case DESCENT_VALUE_CHANGE:
        for (size_t i = 0; i < points->count; i++)
            rows->value_change[i + 1] = fabs(points->value[i] - (points->value + i)[-1]);
        return rows->value_change + 1;
    case DESCENT_POINT_CHANGE:
        walk_measure_moves(points->search, points->count);
        return rows->length + 1;
    }
    return NULL;
}
