/* SPDX-License-Identifier: MIT
 * ldl.c - L D L' with a diagonal made large enough.
 *
 * Column j is c = A's column less what the columns before explain.  Its diagonal entry
 * becomes d = max(|c_jj|, (theta/beta)^2), with theta the largest |c_ij| below it.  The
 * second bound keeps l_ij sqrt(d) below beta, which is chosen so that a matrix that is
 * positive definite passes unchanged. */
#include "linear/ldl.h"

#include <float.h>
#include <math.h>

struct bounds {
    double beta_squared;
    double least; /* in the place of a d that is zero */
};

static struct bounds measure(size_t n, const double *a)
{
    double diagonal = 0, below = 0;
    for (size_t i = 0; i < n; i++) {
        diagonal = fmax(diagonal, fabs(a[i * n + i]));
        for (size_t j = 0; j < i; j++)
            below = fmax(below, fabs(a[i * n + j]));
    }
    double count = (double)n, share = n > 1 ? below / sqrt(count * count - 1) : 0;
    double largest = fmax(diagonal, below);
    return (struct bounds){.beta_squared = fmax(fmax(diagonal, share), DBL_MIN),
                           .least =
                               fmax(DBL_EPSILON * (largest > 0 ? largest : 1), DBL_MIN)};
}

static void swap(double *a, double *b)
{
    double kept = *a;
    *a = *b;
    *b = kept;
}

/* Rows and columns i < j of the symmetric matrix change places, in the lower half. */
static void exchange(size_t n, double *a, size_t i, size_t j)
{
    for (size_t k = 0; k < i; k++)
        swap(&a[i * n + k], &a[j * n + k]);
    swap(&a[i * n + i], &a[j * n + j]);
    for (size_t k = i + 1; k < j; k++)
        swap(&a[k * n + i], &a[j * n + k]);
    for (size_t k = j + 1; k < n; k++)
        swap(&a[k * n + i], &a[k * n + j]);
}

/* The row from `first` on with the largest diagonal entry. */
static size_t find_pivot(size_t n, const double *a, size_t first)
{
    size_t pivot = first;
    for (size_t i = first + 1; i < n; i++)
        if (fabs(a[i * n + i]) > fabs(a[pivot * n + pivot]))
            pivot = i;
    return pivot;
}

/* Takes l d l' of column j off the part that is left; column j becomes l.  Upwards, since
 * the entries above are needed as they were. */
static void eliminate(size_t n, double *a, size_t j)
{
    for (size_t i = n; i-- > j + 1;) {
        double l = a[i * n + j] / a[j * n + j];
        for (size_t k = j + 1; k <= i; k++)
            a[i * n + k] -= l * a[k * n + j];
        a[i * n + j] = l;
    }
}

/* The diagonal entry of column j that is used. */
static double enlarge(const struct bounds *bounds, size_t n, const double *a, size_t j)
{
    double theta = 0;
    for (size_t i = j + 1; i < n; i++)
        theta = fmax(theta, fabs(a[i * n + j]));
    double d = fmax(fabs(a[j * n + j]), theta * (theta / bounds->beta_squared));
    return d > 0 ? d : bounds->least;
}

bool ldl_factor(size_t n, double *a, double *order)
{
    const struct bounds bounds = measure(n, a);
    bool unchanged = true;
    for (size_t i = 0; i < n; i++)
        order[i] = (double)i;
    for (size_t j = 0; j < n; j++) {
        size_t pivot = find_pivot(n, a, j);
        if (pivot != j) {
            exchange(n, a, j, pivot);
            swap(&order[j], &order[pivot]);
        }
        double d = enlarge(&bounds, n, a, j);
        unchanged &= d == a[j * n + j];
        a[j * n + j] = d;
        eliminate(n, a, j);
    }
    return unchanged;
}

void ldl_solve(size_t n, const double *a, const double *order, const double *b, double *x,
               double *work)
{
    for (size_t i = 0; i < n; i++) {
        double sum = b[(size_t)order[i]];
        for (size_t j = 0; j < i; j++)
            sum -= a[i * n + j] * work[j];
        work[i] = sum;
    }
    for (size_t i = 0; i < n; i++)
        work[i] /= a[i * n + i];
    for (size_t i = n; i-- > 0;)
        for (size_t j = 0; j < i; j++)
            work[j] -= a[i * n + j] * work[i];
    for (size_t i = 0; i < n; i++)
        x[(size_t)order[i]] = work[i];
}
