/* SPDX-License-Identifier: MIT
 * kinks_signs.c - which kinks and rows are active at a place, and about which signs and
 * multipliers they have there. */
#include "descent/constrained.h"
#include "descent/kinks.h"
#include "descent/vector.h"

#include <math.h>
#include <string.h>

enum { SWEEPS = 300, ROUNDS = 20 };

/* ---- rows ---- */

double kinks_row_low(const struct kinks *k, size_t row)
{
    const descent_problem *p = k->problem;
    return row < k->m         ? p->constraint_lower[row]
           : p->lower != NULL ? p->lower[row - k->m]
                              : -(double)INFINITY;
}

double kinks_row_high(const struct kinks *k, size_t row)
{
    const descent_problem *p = k->problem;
    return row < k->m         ? p->constraint_upper[row]
           : p->upper != NULL ? p->upper[row - k->m]
                              : (double)INFINITY;
}

double kinks_row_value(const struct kinks *k, size_t row)
{
    return row < k->m ? k->c[row] : k->point[row - k->m];
}

double kinks_row_scale(const struct kinks *k, size_t row)
{
    return row < k->m ? k->scale[row] : fmax(1, fabs(k->point[row - k->m]));
}

double kinks_row_target(const struct kinks *k, size_t row)
{
    double mark = k->marks[row];
    return mark == 0   ? kinks_row_value(k, row)
           : mark == 1 ? kinks_row_high(k, row)
                       : kinks_row_low(k, row);
}

/* Which rows are at a bound. */
static void mark_rows(struct kinks *k)
{
    const double near = 1e-6;
    if (k->m > 0)
        constrained_scale(k->problem, k->point, k->jacobian, k->scale);
    for (size_t row = 0; row < k->rows; row++) {
        double low = kinks_row_low(k, row), high = kinks_row_high(k, row);
        double value = kinks_row_value(k, row), reach = near * kinks_row_scale(k, row);
        k->marks[row] = low == high             ? KINKS_EQUATION
                        : value - low <= reach  ? -1
                        : high - value <= reach ? 1
                                                : 0;
        k->weights[k->count + row] = 1;
    }
}

/* A sign from -1 to 1, a multiplier of the sign that its bound allows. */
static double within(const struct kinks *k, size_t id, double number)
{
    if (id < k->count)
        return fmax(-1, fmin(1, number));
    double mark = k->marks[id - k->count];
    return mark == KINKS_EQUATION ? number
           : mark == 0            ? 0
           : mark < 0             ? fmin(number, 0)
                                  : fmax(number, 0);
}

/* ---- what is near ---- */

/* The signs of the sides on which x lies, smooth between them.  A kink may stand in the
 * argument of another, whose side is known only then. */
bool kinks_find_signs(struct kinks *k, double radius)
{
    const int depth = 64;
    for (int pass = 0; pass < depth; pass++) {
        bool same = true;
        kinks_evaluate(k, NULL);
        for (size_t i = 0; i < k->count; i++) {
            double u = k->arguments[i];
            double sign = u == 0 ? 0 : u / sqrt(u * u + radius * radius);
            if (fabs(u) > 20 * radius)
                sign = copysign(1, u);
            same &= sign == k->signs[i];
            k->signs[i] = sign;
        }
        if (same)
            break;
    }
    kinks_evaluate(k, NULL);
    return kinks_are_finite(k->n, k->gradient) &&
           kinks_are_finite(k->count, k->arguments) &&
           kinks_are_finite(k->count, k->weights);
}

/* Kinks first, then the rows that are at a bound; the others have no multiplier. */
static bool find_near(struct kinks *k, double reach)
{
    k->near = 0;
    for (size_t i = 0; i < k->count; i++) {
        if (!(fabs(k->arguments[i]) <= reach) || k->weights[i] == 0)
            continue;
        if (k->near == k->most)
            return false;
        k->index[k->near++] = (double)i;
    }
    if (k->near == 0)
        return false;
    for (size_t row = 0; row < k->rows; row++) {
        double *y = &k->signs[k->count + row];
        *y = within(k, k->count + row, k->marks[row] == 0 ? 0 : *y);
        if (k->marks[row] != 0)
            k->index[k->near++] = (double)(k->count + row);
    }
    return true;
}

/* ---- signs that make the gradient small ---- */

/* One sign or multiplier after the other, each the best of those that it may have. */
static void sweep_signs(struct kinks *k)
{
    size_t n = k->n;
    double *gradient = k->gradient;
    for (int sweep = 0; sweep < SWEEPS; sweep++) {
        double change = 0;
        for (size_t j = 0; j < k->near; j++) {
            const double *column = k->columns + j * n;
            double *sign = &k->signs[kinks_at(k->index, j)];
            double square = vector_dot(n, column, column);
            if (!(square > 0))
                continue;
            double best = *sign - vector_dot(n, gradient, column) / square;
            best = within(k, kinks_at(k->index, j), best);
            for (size_t i = 0; i < n; i++)
                gradient[i] += (best - *sign) * column[i];
            change = fmax(change, fabs(best - *sign));
            *sign = best;
        }
        if (change < 1e-12)
            break;
    }
}

/* Where kinks stand in the arguments of others the columns change with the signs. */
static bool estimate_signs(struct kinks *k)
{
    const double same = 1e-9;
    for (int round = 0; round < ROUNDS; round++) {
        double change = 0;
        for (size_t j = 0; j < k->near; j++)
            k->ranked[j] = k->signs[kinks_at(k->index, j)];
        kinks_measure_columns(k, k->index, k->near);
        if (!kinks_are_finite(k->near * k->n, k->columns))
            return false;
        sweep_signs(k);
        for (size_t j = 0; j < k->near; j++)
            change = fmax(change, fabs(k->signs[kinks_at(k->index, j)] - k->ranked[j]));
        kinks_evaluate(k, NULL);
        if (change <= same)
            break;
    }
    return kinks_are_finite(k->n, k->gradient);
}

/* ---- which of them are active ---- */

/* What comes first: equations, rows with a multiplier, then the signs that are farthest
 * inside. */
static double rank_of(const struct kinks *k, size_t position)
{
    size_t id = kinks_at(k->index, position);
    if (id < k->count)
        return fabs(k->signs[id]);
    return k->marks[id - k->count] == KINKS_EQUATION ? -2 : k->signs[id] != 0 ? -1 : 2;
}

static void rank(struct kinks *k)
{
    for (size_t j = 0; j < k->near; j++) {
        size_t at = j;
        double own = rank_of(k, j);
        for (; at > 0 && rank_of(k, kinks_at(k->ranked, at - 1)) > own; at--)
            k->ranked[at] = k->ranked[at - 1];
        k->ranked[at] = (double)j;
    }
}

/* What of the column the basis does not hold joins it; false when that is nothing. */
static bool join_basis(struct kinks *k, const double *column)
{
    const double independent = 1e-8;
    size_t n = k->n;
    double *rest = k->basis + k->active * n, size = vector_norm(n, column);
    memcpy(rest, column, n * sizeof *rest);
    for (int twice = 0; twice < 2; twice++)
        for (size_t b = 0; b < k->active; b++) {
            const double *known = k->basis + b * n;
            double part = vector_dot(n, rest, known);
            for (size_t i = 0; i < n; i++)
                rest[i] -= part * known[i];
        }
    double left = vector_norm(n, rest);
    if (!(left > independent * size))
        return false;
    for (size_t i = 0; i < n; i++)
        rest[i] /= left;
    return true;
}

/* Kinks before rows. */
static void sort_chosen(struct kinks *k)
{
    for (size_t a = 1; a < k->active; a++) {
        double id = k->chosen[a];
        size_t at = a;
        for (; at > 0 && k->chosen[at - 1] > id; at--)
            k->chosen[at] = k->chosen[at - 1];
        k->chosen[at] = id;
    }
}

/* Independent ones.  The others keep their signs.  While the gradient does not vanish one
 * at its end may still have to leave it. */
static void choose_active(struct kinks *k)
{
    const double vanished = 1e-9, end = 1;
    bool is_open = vector_norm(k->n, k->gradient) > vanished * k->size;
    k->active = 0;
    rank(k);
    for (size_t r = 0; r < k->near && k->active < k->n; r++) {
        size_t j = kinks_at(k->ranked, r);
        if ((is_open || rank_of(k, j) < end) && join_basis(k, k->columns + j * k->n))
            k->chosen[k->active++] = k->index[j];
    }
    sort_chosen(k);
}

bool kinks_estimate(struct kinks *k)
{
    if (!kinks_find_signs(k, k->reach / 20))
        return false;
    mark_rows(k);
    if (!find_near(k, k->reach) || !estimate_signs(k))
        return false;
    choose_active(k);
    return k->active > 0;
}
