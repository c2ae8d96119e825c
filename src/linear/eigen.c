/* SPDX-License-Identifier: MIT
 * eigen.c - Householder's reduction and the QL method.
 *
 * The matrix is first scaled by a power of two, so that no square over- or underflows and
 * nothing is rounded.  The vectors are kept as rows, Z = Q': a reflection or rotation of
 * columns of Q is one of rows of Z, which lie together in memory. */
#include "linear/eigen.h"

#include <float.h>
#include <math.h>

/* Rotations to one eigenvalue; two or three are usual. */
enum { MOST_SWEEPS = 60 };

static double dot(size_t n, const double *a, const double *b)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += a[i] * b[i];
    return sum;
}

/* The power of two that brings the largest entry below 1; 0 for a zero matrix, NaN when
 * an entry is not finite. */
static double find_scale(size_t n, const double *a)
{
    double largest = 0;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j <= i; j++) {
            if (!isfinite(a[i * n + j]))
                return (double)NAN;
            largest = fmax(largest, fabs(a[i * n + j]));
        }
    int exponent = 0;
    (void)frexp(largest, &exponent);
    /* The reciprocal of a subnormal would overflow; it stays small, which does no harm.
     */
    return largest > 0 ? ldexp(1, exponent < -1000 ? -1000 : exponent) : 0;
}

/* ---- the reduction ---- */

/* w = b S v - (b^2 v'Sv / 2) v for the block S from row `first` on: then the reflected
 * block is S - v w' - w v'. */
static void find_update(size_t n, const double *a, size_t first, const double *v,
                        double b, double *w)
{
    for (size_t i = first; i < n; i++)
        w[i] = 0;
    for (size_t i = first; i < n; i++) {
        const double *row = &a[i * n];
        double sum = row[i] * v[i];
        for (size_t j = first; j < i; j++) {
            sum += row[j] * v[j];
            w[j] += row[j] * v[i];
        }
        w[i] += sum;
    }
    double half = b / 2 * (b * dot(n - first, &w[first], &v[first]));
    for (size_t i = first; i < n; i++)
        w[i] = b * w[i] - half * v[i];
}

/* Makes column k zero below the subdiagonal.  The reflection I - b v v' is kept: v in row
 * k above the diagonal, which nothing else uses.  Returns b, 0 when nothing is to do. */
static double reflect(size_t n, double *a, size_t k, double *subdiagonal, double *w)
{
    double *v = &a[k * n];
    double below = 0;
    for (size_t i = k + 1; i < n; i++) {
        v[i] = a[i * n + k];
        below = i > k + 1 ? fmax(below, fabs(v[i])) : below;
    }
    *subdiagonal = v[k + 1];
    if (below == 0)
        return 0;
    double norm = 0;
    double unit = fmax(below, fabs(v[k + 1]));
    for (size_t i = k + 1; i < n; i++) {
        v[i] /= unit;
        norm += v[i] * v[i];
    }
    norm = sqrt(norm);
    *subdiagonal = copysign(norm, -v[k + 1]) * unit;
    v[k + 1] += copysign(norm, v[k + 1]);
    double b = 2 / dot(n - k - 1, &v[k + 1], &v[k + 1]);
    find_update(n, a, k + 1, v, b, w);
    for (size_t i = k + 1; i < n; i++)
        for (size_t j = k + 1; j <= i; j++)
            a[i * n + j] -= v[i] * w[j] + w[i] * v[j];
    return b;
}

/* Z = the product of the reflections, b[k] their factors, from the last to the first. */
static void gather(size_t n, const double *a, const double *b, double *z)
{
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            z[i * n + j] = i == j ? 1 : 0;
    for (size_t k = n > 2 ? n - 2 : 0; k-- > 0;) {
        const double *v = &a[k * n];
        for (size_t i = k + 1; b[k] != 0 && i < n; i++) {
            double share = b[k] * dot(n - k - 1, &z[i * n + k + 1], &v[k + 1]);
            for (size_t j = k + 1; j < n; j++)
                z[i * n + j] -= share * v[j];
        }
    }
}

/* A = Q T Q', T with the given diagonals. */
static void reduce(size_t n, double *a, double *diagonal, double *subdiagonal, double *z)
{
    /* `diagonal` holds the factors of the reflections and lends its end to w: entries
     * k + 1 and after, when factor k is not yet written. */
    for (size_t k = 0; k + 2 < n; k++)
        diagonal[k] = reflect(n, a, k, &subdiagonal[k], diagonal);
    if (n > 1)
        subdiagonal[n - 2] = a[(n - 1) * n + n - 2];
    gather(n, a, diagonal, z);
    for (size_t i = 0; i < n; i++)
        diagonal[i] = a[i * n + i];
}

/* ---- the QL method ---- */

static void rotate_rows(size_t n, double *z, size_t i, double cosine, double sine)
{
    double *first = &z[i * n], *second = first + n;
    for (size_t j = 0; j < n; j++) {
        double kept = second[j];
        second[j] = sine * first[j] + cosine * kept;
        first[j] = cosine * first[j] - sine * kept;
    }
}

/* The end of the block from row `first` on that no zero of the subdiagonal divides. */
static size_t find_end(size_t n, const double *d, const double *e, size_t first)
{
    size_t end = first;
    while (end + 1 < n &&
           fabs(e[end]) > DBL_EPSILON * (fabs(d[end]) + fabs(d[end + 1])) &&
           fabs(e[end]) > DBL_MIN)
        end++;
    return end;
}

/* One sweep of rotations over the rows first ... end with Wilkinson's shift. */
static void sweep(size_t n, double *d, double *e, double *z, size_t first, size_t end)
{
    double half = (d[first + 1] - d[first]) / (2 * e[first]);
    double root = copysign(hypot(half, 1), half);
    double g = d[end] - d[first] + e[first] / (half + root);
    double sine = 1, cosine = 1, moved = 0;
    for (size_t i = end; i-- > first;) {
        double f = sine * e[i], h = cosine * e[i];
        double length = hypot(f, g);
        e[i + 1] = length;
        if (length == 0) {
            d[i + 1] -= moved;
            e[end] = 0;
            return;
        }
        sine = f / length;
        cosine = g / length;
        g = d[i + 1] - moved;
        double change = (d[i] - g) * sine + 2 * cosine * h;
        moved = sine * change;
        d[i + 1] = g + moved;
        g = cosine * change - h;
        rotate_rows(n, z, i, cosine, sine);
    }
    d[first] -= moved;
    e[first] = g;
    e[end] = 0;
}

static bool iterate(size_t n, double *d, double *e, double *z)
{
    if (n > 0)
        e[n - 1] = 0;
    for (size_t first = 0; first < n; first++)
        for (int count = 0;; count++) {
            size_t end = find_end(n, d, e, first);
            if (end == first)
                break;
            if (count == MOST_SWEEPS)
                return false;
            sweep(n, d, e, z, first, end);
        }
    return true;
}

/* Into rising order, by selection: it moves each row once at most. */
static void sort(size_t n, double *value, double *z)
{
    for (size_t i = 0; i + 1 < n; i++) {
        size_t least = i;
        for (size_t j = i + 1; j < n; j++)
            if (value[j] < value[least])
                least = j;
        double kept = value[i];
        value[i] = value[least];
        value[least] = kept;
        for (size_t j = 0; least != i && j < n; j++) {
            kept = z[i * n + j];
            z[i * n + j] = z[least * n + j];
            z[least * n + j] = kept;
        }
    }
}

bool eigen_solve(size_t n, double *a, double *value, double *vectors, double *work)
{
    double scale = find_scale(n, a);
    if (isnan(scale))
        return false;
    for (size_t i = 0; scale > 0 && i < n; i++)
        for (size_t j = 0; j <= i; j++)
            a[i * n + j] /= scale;
    reduce(n, a, value, work, vectors);
    if (!iterate(n, value, work, vectors))
        return false;
    sort(n, value, vectors);
    for (size_t i = 0; i < n; i++)
        value[i] *= scale;
    return true;
}

double eigen_error(size_t n, const double *value)
{
    double largest = n > 0 ? fmax(fabs(value[0]), fabs(value[n - 1])) : 0;
    /* Both parts of the method together stay below n eps |A| in practice by far. */
    return 8 * DBL_EPSILON * (double)n * largest;
}
