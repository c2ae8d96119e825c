/* SPDX-License-Identifier: MIT
 * Compiled once for each level; LEVEL is its name. */
#include "descent/walk_measure.h"

#include <float.h>
#include <math.h>
#include <stdint.h>

#define JOIN(a, b) a##b
#define LEVEL_NAME(suffix) JOIN(walk_level_, suffix)

static void measure_one(const struct walk_rows *rows, size_t count)
{
    const double *restrict x = rows->x, *restrict gradient = rows->gradient;
    double *restrict norm = rows->norm, *restrict gradient_norm = rows->gradient_norm;
    double *restrict length = rows->length;
    for (size_t i = 1; i <= count; i++) {
        norm[i] = fabs(x[i]);
        gradient_norm[i] = fabs(gradient[i]);
        length[i] = fabs(x[i] - x[i - 1]);
    }
}

/* Squares of the norms of rows, added as vector_dot does, or of the moves between them;
 * false where one of them may have lost digits to underflow, or overflows. */
static inline bool square_rows(size_t n, size_t count, const double *restrict a,
                               bool is_move, double *restrict square)
{
    uint64_t unsafe = 0;
    for (size_t i = 1; i <= count; i++) {
        const double *row = a + i * n, *before = row - n;
        double lane[4] = {0}, size = 0;
        for (size_t j = 0; j < n; j++) {
            double entry = is_move ? row[j] - before[j] : row[j];
            lane[j % 4] += entry * entry;
            size += fabs(entry);
        }
        double sum = (lane[0] + lane[1]) + (lane[2] + lane[3]);
        square[i] = sum;
        unsafe |= (sum >= 1e-280 && sum < (double)INFINITY) || size == 0 ? 0 : 1;
    }
    return unsafe == 0;
}

static void take_roots(size_t count, double *restrict number)
{
    for (size_t i = 1; i <= count; i++)
        number[i] = sqrt(number[i]);
}

/* With the number of variables known, the loop over them is none. */
static bool square_all(const struct walk_rows *rows, size_t n, size_t count)
{
    const double *x = rows->x, *gradient = rows->gradient;
#define SQUARES(n)                                                                       \
    square_rows(n, count, gradient, false, rows->gradient_norm) &&                       \
        square_rows(n, count, x, false, rows->norm) &&                                   \
        square_rows(n, count, x, true, rows->length)
    switch (n) {
    case 2:
        return SQUARES(2);
    case 3:
        return SQUARES(3);
    case 4:
        return SQUARES(4);
    default:
        return SQUARES(n);
    }
#undef SQUARES
}

static bool measure_many(const struct walk_rows *rows, size_t n, size_t count)
{
    if (!square_all(rows, n, count))
        return false;
    take_roots(count, rows->gradient_norm);
    take_roots(count, rows->norm);
    take_roots(count, rows->length);
    return true;
}

static struct walk_claims compare(const struct walk_rows *rows, size_t count,
                                  const struct walk_limits *limits)
{
    const struct walk_limits to = *limits;
    const double *restrict value = rows->value, *restrict norm = rows->norm;
    const double *restrict length = rows->length;
    const double *restrict gradient_norm = rows->gradient_norm;
    double *restrict value_change = rows->value_change;
    uint64_t outside = 0, grown = 0, lower = 0, longer = 0, shorter = 0;
    for (size_t i = 1; i <= count; i++) {
        double last = length[i - 1], larger = length[i] > last ? length[i] : last;
        double error = DBL_EPSILON * (norm[i] + larger);
        value_change[i] = fabs(value[i] - value[i - 1]);
        /* zero times a finite number is zero */
        outside |= 0 * (value[i] + gradient_norm[i] + length[i]) == 0 ? 0 : 1;
        grown |= value[i] - to.start > to.growth ? 1 : 0;
        lower |= value[i] < to.best ? 1 : 0;
        longer |= length[i] <= to.shortest * error ? 0 : 1;
        shorter |= length[i] >= to.longest * error ? 0 : 1;
        shorter |= error > 0 ? 0 : 1;
    }
    return (struct walk_claims){outside == 0, grown != 0, lower != 0, longer != 0,
                                shorter != 0};
}

const struct walk_level LEVEL_NAME(LEVEL) = {measure_one, measure_many, compare};
