/* SPDX-License-Identifier: MIT
 * starts_minima.c - the distinct ends of many searches. */
#include "descent/starts.h"

#include "descent/vector.h"

#include <math.h>
#include <string.h>

static bool is_same(const struct multistart *m, const descent_minimum *minimum,
                    const descent_result *result)
{
    const double values = 1e-6, points = 1e-4;
    double size = fmax(1, vector_norm(m->n, result->x));
    if (fabs(minimum->value - result->value) > values * fmax(1, fabs(result->value)))
        return false;
    for (size_t i = 0; i < m->n; i++)
        if (fabs(minimum->x[i] - result->x[i]) > points * size)
            return false;
    return true;
}

void starts_note(struct multistart *m, const descent_result *result, size_t start)
{
    descent_minima *all = &m->told;
    size_t k = 0;
    if (result->status != DESCENT_CONVERGED || !isfinite(result->value))
        return;
    while (k < all->count && !is_same(m, &all->list[k], result))
        k++;
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
