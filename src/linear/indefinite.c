/* SPDX-License-Identifier: MIT
 * indefinite.c - L D L' with pivots of one or two rows.
 *
 * What is left of the matrix after j columns stands on and below the diagonal from row j
 * on; row i of it is a[i*n + j .. i*n + i], and the rest of the row is column i below the
 * diagonal. */
#include "linear/indefinite.h"

#include <float.h>
#include <math.h>

/* (1 + sqrt 17) / 8, which bounds growth best. */
static const double pivot_share = 0.6403882032022076;

static void swap(double *a, double *b)
{
    double kept = *a;
    *a = *b;
    *b = kept;
}

/* Rows and columns i < j of the symmetric matrix change places, in the lower half. */
static void exchange(size_t n, double *a, double *order, size_t i, size_t j)
{
    if (i == j)
        return;
    for (size_t k = 0; k < i; k++)
        swap(&a[i * n + k], &a[j * n + k]);
    swap(&a[i * n + i], &a[j * n + j]);
    for (size_t k = i + 1; k < j; k++)
        swap(&a[k * n + i], &a[j * n + k]);
    for (size_t k = j + 1; k < n; k++)
        swap(&a[k * n + i], &a[k * n + j]);
    swap(&order[i], &order[j]);
}

/* ---- pivots ---- */

struct pivot {
    size_t first, second; /* equal: one row */
};

static double entry(size_t n, const double *a, size_t i, size_t j)
{
    return fabs(i >= j ? a[i * n + j] : a[j * n + i]);
}

/* The largest entry beside the diagonal in row `row` of what is left from j on. */
static double largest_beside(size_t n, const double *a, size_t j, size_t row, size_t *at)
{
    double largest = -1;
    for (size_t k = j; k < n; k++) {
        double size = k == row ? -1 : entry(n, a, row, k);
        if (size > largest) {
            largest = size;
            *at = k;
        }
    }
    return fmax(largest, 0);
}

/* From row j on to an entry that is the largest in both its rows. */
static struct pivot find_pivot(size_t n, const double *a, size_t j)
{
    size_t row = j, at = j, next = j;
    double beside = largest_beside(n, a, j, row, &at);
    while (entry(n, a, row, row) < pivot_share * beside) {
        double there = largest_beside(n, a, j, at, &next);
        if (entry(n, a, at, at) >= pivot_share * there)
            return (struct pivot){at, at};
        if (there <= beside)
            return row < at ? (struct pivot){row, at} : (struct pivot){at, row};
        row = at;
        beside = there;
        at = next;
    }
    return (struct pivot){row, row};
}

/* ---- elimination ---- */

/* What is taken off the diagonal is kept as its size: a pivot far below it is rounding.
 */
struct elimination {
    size_t n;
    double *a, *order, *first, *second, *size;
    struct inertia inertia;
};

static void bring(const struct elimination *e, size_t to, size_t from)
{
    exchange(e->n, e->a, e->order, to, from);
    swap(&e->size[to], &e->size[from]);
}

static void eliminate_one(const struct elimination *e, size_t j)
{
    size_t n = e->n;
    double d = e->a[j * n + j], *column = e->first;
    for (size_t i = j + 1; i < n; i++)
        column[i] = e->a[i * n + j];
    for (size_t i = j + 1; i < n; i++) {
        double l = column[i] / d, *row = e->a + i * n;
        if (l == 0)
            continue;
        for (size_t k = j + 1; k <= i; k++)
            row[k] -= l * column[k];
        e->size[i] = fmax(e->size[i], fabs(l * column[i]));
        row[j] = l;
    }
}

static void eliminate_two(const struct elimination *e, size_t j)
{
    size_t n = e->n;
    double *a = e->a, *first = e->first, *second = e->second;
    /* Scaled by the entry beside the diagonal, which is the largest of the block. */
    double beside = a[(j + 1) * n + j];
    double p = a[j * n + j] / beside, q = a[(j + 1) * n + j + 1] / beside;
    double t = 1 / (p * q - 1) / beside;
    for (size_t i = j + 2; i < n; i++) {
        first[i] = a[i * n + j];
        second[i] = a[i * n + j + 1];
    }
    for (size_t i = j + 2; i < n; i++) {
        double l = t * (q * first[i] - second[i]), r = t * (p * second[i] - first[i]);
        double *row = a + i * n;
        if (l == 0 && r == 0)
            continue;
        for (size_t k = j + 2; k <= i; k++)
            row[k] -= l * first[k] + r * second[k];
        e->size[i] = fmax(e->size[i], fmax(fabs(l * first[i]), fabs(r * second[i])));
        row[j] = l;
        row[j + 1] = r;
    }
}

static void drop_column(const struct elimination *e, size_t j)
{
    for (size_t i = j; i < e->n; i++)
        e->a[i * e->n + j] = 0;
}

/* A block of two has one eigenvalue of each sign, since the entry beside the diagonal is
 * by far the largest. */
static size_t take_two(struct elimination *e, size_t j, struct pivot pivot)
{
    const double noise = 64 * DBL_EPSILON;
    bring(e, j, pivot.first);
    bring(e, j + 1, pivot.second);
    double beside = fabs(e->a[(j + 1) * e->n + j]);
    if (beside <= noise * fmin(e->size[j], e->size[j + 1])) {
        drop_column(e, j);
        e->inertia.zero++;
        return j + 1;
    }
    e->order[j] += 0.5;
    eliminate_two(e, j);
    e->inertia.positive++;
    e->inertia.negative++;
    return j + 2;
}

static size_t take_one(struct elimination *e, size_t j, size_t pivot)
{
    const double noise = 64 * DBL_EPSILON;
    bring(e, j, pivot);
    double d = e->a[j * e->n + j];
    if (fabs(d) <= noise * e->size[j]) {
        drop_column(e, j);
        e->inertia.zero++;
        return j + 1;
    }
    e->inertia.positive += d > 0;
    e->inertia.negative += d < 0;
    eliminate_one(e, j);
    return j + 1;
}

struct inertia indefinite_factor(size_t n, double *a, double *order, double *work)
{
    struct elimination e = {.n = n, .a = a, .order = order};
    e.first = work;
    e.second = work + n;
    e.size = work + 2 * n;
    for (size_t i = 0; i < n; i++) {
        order[i] = (double)i;
        e.size[i] = 0;
    }
    for (size_t j = 0; j < n;) {
        struct pivot pivot = find_pivot(n, a, j);
        j = pivot.first == pivot.second ? take_one(&e, j, pivot.first)
                                        : take_two(&e, j, pivot);
    }
    return e.inertia;
}

/* ---- solving ---- */

static bool begins_two(const double *order, size_t i)
{
    return order[i] != floor(order[i]);
}

static void divide_by_blocks(size_t n, const double *a, const double *order, double *x)
{
    for (size_t i = 0; i < n; i++) {
        if (!begins_two(order, i)) {
            x[i] = a[i * n + i] == 0 ? 0 : x[i] / a[i * n + i];
            continue;
        }
        double beside = a[(i + 1) * n + i];
        double p = a[i * n + i] / beside, q = a[(i + 1) * n + i + 1] / beside;
        double u = x[i] / beside, v = x[i + 1] / beside;
        x[i] = (q * u - v) / (p * q - 1);
        x[i + 1] = (p * v - u) / (p * q - 1);
        i++;
    }
}

void indefinite_solve(size_t n, const double *a, const double *order, const double *b,
                      double *x, double *work)
{
    for (size_t i = 0; i < n; i++)
        work[i] = b[(size_t)order[i]];
    for (size_t i = 0; i < n; i++) {
        /* Row i of L has no entry inside its own block. */
        size_t end = i > 0 && begins_two(order, i - 1) ? i - 1 : i;
        double sum = work[i];
        for (size_t j = 0; j < end; j++)
            sum -= a[i * n + j] * work[j];
        work[i] = sum;
    }
    divide_by_blocks(n, a, order, work);
    for (size_t i = n; i-- > 0;) {
        size_t end = i > 0 && begins_two(order, i - 1) ? i - 1 : i;
        for (size_t j = 0; j < end; j++)
            work[j] -= a[i * n + j] * work[i];
    }
    for (size_t i = 0; i < n; i++)
        x[(size_t)order[i]] = work[i];
}
