/* SPDX-License-Identifier: MIT */
#include "descent/walk_measure.h"

#include <float.h>
#include <math.h>
#include <stdint.h>

void walk_sizes(size_t count, const double *restrict number, double *restrict size)
{
    for (size_t i = 0; i < count; i++)
        size[i] = fabs(number[i]);
}

void walk_changes(size_t count, const double *restrict number, double *restrict change)
{
    for (size_t i = 1; i <= count; i++)
        change[i] = fabs(number[i] - number[i - 1]);
}

/* Zero times a finite number is zero. */
bool walk_all_finite(size_t count, const double *a, const double *b, const double *c)
{
    uint64_t any = 0;
    for (size_t i = 0; i < count; i++)
        any |= 0 * (a[i] + b[i] + c[i]) == 0 ? 0 : 1;
    return any == 0;
}

bool walk_any_above(size_t count, const double *number, double from, double limit)
{
    uint64_t any = 0;
    for (size_t i = 0; i < count; i++)
        any |= number[i] - from > limit ? 1 : 0;
    return any != 0;
}

bool walk_any_below(size_t count, const double *number, double limit)
{
    uint64_t any = 0;
    for (size_t i = 0; i < count; i++)
        any |= number[i] < limit ? 1 : 0;
    return any != 0;
}

static inline double error_of(double length, double last, double point)
{
    return DBL_EPSILON * (point + (length > last ? length : last));
}

struct walk_moves walk_rate_moves(size_t count, const double *length, const double *point,
                                  double last, double shortest, double longest)
{
    double first = count > 0 ? error_of(length[0], last, point[0]) : 0;
    uint64_t longer = count > 0 && !(length[0] <= shortest * first);
    uint64_t shorter = count > 0 && !(length[0] >= longest * first && first > 0);
    for (size_t i = 1; i < count; i++) {
        double error = error_of(length[i], length[i - 1], point[i]);
        longer |= length[i] <= shortest * error ? 0 : 1;
        shorter |= length[i] >= longest * error ? 0 : 1;
        shorter |= error > 0 ? 0 : 1;
    }
    return (struct walk_moves){longer != 0, shorter != 0};
}
