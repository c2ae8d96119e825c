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

const struct walk_level LEVEL_NAME(LEVEL) = {measure_one, compare};
