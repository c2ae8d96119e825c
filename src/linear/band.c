/* SPDX-License-Identifier: MIT */
#include "linear/band.h"

#include <float.h>
#include <math.h>
#include <string.h>

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

void band_multiply(size_t n, size_t width, const double *a, const double *v, double *out)
{
    for (size_t i = 0; i < n; i++) {
        const double *row = a + i * (width + 1);
        size_t before = least(i, width);
        out[i] = row[0] * v[i];
        for (size_t k = 1; k <= before; k++) {
            out[i] += row[k] * v[i - k];
            out[i - k] += row[k] * v[i];
        }
    }
}

/* What comes in the place of a d that is not positive. */
static double turn(double d, double diagonal, double largest)
{
    double rounding = DBL_EPSILON * fmax(fabs(diagonal), DBL_EPSILON * largest);
    return fmax(fabs(d), rounding > 0 ? rounding : 1);
}

/* Row i of L, from right to left of the band; what of the diagonal it leaves. */
static double reduce_row(size_t width, double *a, size_t i)
{
    double *row = a + i * (width + 1), d = row[0];
    size_t before = least(i, width);
    for (size_t k = before; k > 0; k--) {
        const double *other = row - k * (width + 1);
        double sum = row[k];
        for (size_t l = k + 1; l <= before && l - k <= width; l++)
            sum -= row[l] * other[l - k];
        row[k] = sum; /* times d of its column, until the row is done */
    }
    for (size_t k = before; k > 0; k--) {
        double with_d = row[k];
        row[k] = with_d / *(row - k * (width + 1));
        d -= row[k] * with_d;
    }
    return d;
}

bool band_factor(size_t n, size_t width, double *a)
{
    double largest = 0;
    bool is_positive = true;
    for (size_t i = 0; i < n; i++)
        largest = fmax(largest, fabs(a[i * (width + 1)]));
    for (size_t i = 0; i < n; i++) {
        double *row = a + i * (width + 1), diagonal = row[0];
        double d = reduce_row(width, a, i);
        bool is_fine = d > DBL_EPSILON * fabs(diagonal) && d > 0;
        row[0] = is_fine ? d : turn(d, diagonal, largest);
        is_positive = is_positive && is_fine;
    }
    return is_positive;
}

void band_solve(size_t n, size_t width, const double *factor, const double *b, double *x)
{
    memmove(x, b, n * sizeof *x);
    for (size_t i = 0; i < n; i++)
        for (size_t k = least(i, width); k > 0; k--)
            x[i] -= factor[i * (width + 1) + k] * x[i - k];
    for (size_t i = 0; i < n; i++)
        x[i] /= factor[i * (width + 1)];
    for (size_t i = n; i-- > 0;)
        for (size_t k = least(i, width); k > 0; k--)
            x[i - k] -= factor[i * (width + 1) + k] * x[i];
}
