/* SPDX-License-Identifier: MIT
 * linear_fixture.h - random matrices and plain loops to compare factorizations with. */
#ifndef LINEAR_FIXTURE_H
#define LINEAR_FIXTURE_H

#include "linear/product.h"

#include <float.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* The largest size of a matrix that most tests draw. */
enum { MOST = 40 };

/* Scales at which a factorization must do as well as at 1. */
static const double scales[] = {1, 1e-150, 1e150};
enum { SCALES = sizeof scales / sizeof *scales };

/* A number between -1 and 1. */
static inline double draw(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return (double)(*seed >> 11) / 4503599627370496.0 - 1;
}

static inline void fill(uint64_t *seed, size_t count, double scale, double *a)
{
    for (size_t i = 0; i < count; i++)
        a[i] = scale * draw(seed);
}

/* Entry (i, j) of A B, of at most PRODUCT_RUN terms, in the order that product.h fixes:
 * onto `sum` come the sums of blocks, or go off it. */
static inline double chain_of(bool is_fused, double sum, double sign, size_t inner,
                              struct view a, struct view b, size_t i, size_t j)
{
    for (size_t first = 0; first < inner; first += PRODUCT_BLOCK) {
        double block = 0;
        for (size_t k = first; k < inner && k < first + PRODUCT_BLOCK; k++) {
            double left = view_entry(a, i, k), right = view_entry(b, k, j);
            block = is_fused ? fma(left, right, block) : block + left * right;
        }
        sum += sign * block;
    }
    return sum;
}

static inline double chain(double sum, double sign, size_t inner, struct view a,
                           struct view b, size_t i, size_t j)
{
    return chain_of(product_is_fused(), sum, sign, inner, a, b, i, j);
}

/* C <- A B by three plain loops, in that order. */
static inline void multiply(size_t rows, size_t inner, size_t columns, struct view a,
                            struct view b, double *c)
{
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < columns; j++)
            c[i * columns + j] = chain(0, 1, inner, a, b, i, j);
}

/* The Frobenius norm, without overflow. */
static inline double norm(size_t count, const double *a)
{
    double largest = 0, sum = 0;
    for (size_t i = 0; i < count; i++)
        largest = isnan(a[i]) ? a[i] : fmax(largest, fabs(a[i]));
    if (largest == 0 || !isfinite(largest))
        return largest;
    for (size_t i = 0; i < count; i++)
        sum += (a[i] / largest) * (a[i] / largest);
    return largest * sqrt(sum);
}

static inline double distance(size_t count, const double *a, const double *b)
{
    double difference[4 * MOST * MOST];
    assert_true(count <= sizeof difference / sizeof *difference);
    for (size_t i = 0; i < count; i++)
        difference[i] = a[i] - b[i];
    return norm(count, difference);
}

/* |A X - B| / (|A| |X|): the norm-wise backward error of the solution of n equations. */
static inline double backward_error(size_t n, size_t count, struct view a,
                                    const double *x, const double *b)
{
    double product[MOST * MOST], copy[MOST * MOST];
    if (n * count == 0)
        return 0;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            copy[i * n + j] = view_entry(a, i, j);
    multiply(n, n, count, a, view_rows(x, count), product);
    return distance(n * count, product, b) / norm(n * n, copy) / norm(n * count, x);
}

/* 1 / (i + j + 1), ill-conditioned: 1.5e10 for n = 8. */
static inline void fill_hilbert(size_t n, double *a)
{
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            a[i * n + j] = 1 / (double)(i + j + 1);
}

static inline void fill_identity(size_t n, double *a)
{
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            a[i * n + j] = i == j;
}

/* Whether the numbers have the same bits, where they are not NaN. */
static inline bool are_same(size_t count, const double *a, const double *b)
{
    for (size_t i = 0; i < count; i++)
        if (isnan(a[i]) ? !isnan(b[i]) : memcmp(&a[i], &b[i], sizeof *a) != 0)
            return false;
    return true;
}

#endif
