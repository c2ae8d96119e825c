/* SPDX-License-Identifier: MIT
 * vector.c - products and norms of n numbers.
 *
 * Sums run in four lanes that meet in a fixed order: the additions do not wait for each
 * other, and the bits are the same everywhere. */
#include "descent/vector.h"

#include <math.h>
#include <stdbool.h>

/* The four lanes of up to three products, written out. */
static double dot_of_few(size_t n, const double *a, const double *b)
{
    double first = n > 0 ? 0 + a[0] * b[0] : 0;
    double second = n > 1 ? 0 + a[1] * b[1] : 0;
    double third = n > 2 ? 0 + a[2] * b[2] : 0;
    return (first + second) + third;
}

double vector_dot(size_t n, const double *a, const double *b)
{
    if (n < 4)
        return dot_of_few(n, a, b);
    double lane[4] = {0};
    size_t i = 0;
    for (; i + 4 <= n; i += 4)
        for (size_t j = 0; j < 4; j++)
            lane[j] += a[i + j] * b[i + j];
    for (size_t j = 0; i < n; i++, j++)
        lane[j] += a[i] * b[i];
    return (lane[0] + lane[1]) + (lane[2] + lane[3]);
}

/* A sum of squares from the first bound on has lost no digits to underflow. */
static bool is_safe(double square)
{
    return (square >= 1e-280 && square < (double)INFINITY) || isnan(square);
}

/* For entries whose squares overflow or underflow. */
static double scaled_norm(size_t n, const double *a)
{
    double largest = 0, sum = 0;
    for (size_t i = 0; i < n; i++)
        largest = fmax(largest, fabs(a[i]));
    if (largest == 0 || isinf(largest))
        return largest;
    for (size_t i = 0; i < n; i++)
        sum += (a[i] / largest) * (a[i] / largest);
    return largest * sqrt(sum);
}

double vector_norm(size_t n, const double *a)
{
    double square = vector_dot(n, a, a);
    return is_safe(square) ? sqrt(square) : scaled_norm(n, a);
}

double vector_hypotenuse(double a, double b)
{
    double square = a * a + b * b;
    return is_safe(square) ? sqrt(square) : scaled_norm(2, (const double[]){a, b});
}
