/* SPDX-License-Identifier: MIT
 * lanczos.c - Lanczos' method with differences of gradients. */
#include "descent/lanczos.h"
#include "descent/vector.h"
#include "linear/eigen.h"

#include <math.h>
#include <string.h>

bool lanczos_product(const struct descent *d, const struct diagnosis *diagnosis,
                     const double *x, const double *v, double *product)
{
    size_t n = d->at.n;
    if (d->problem.hessian_product != NULL) {
        d->problem.hessian_product(d->problem.context, x, v, product);
        return isfinite(vector_norm(n, product)) != 0;
    }
    double *at = diagnosis->trial, *left = diagnosis->gradient_low;
    double length = vector_norm(n, v);
    if (length == 0)
        length = 1;
    double apart = 0x1p-17 * fmax(vector_norm(n, x), diagnosis->reach) / length;
    for (size_t i = 0; i < n; i++)
        at[i] = x[i] + apart * v[i];
    bool finite = diagnosis_gradient(d, at, product);
    for (size_t i = 0; i < n; i++)
        at[i] = x[i] - apart * v[i];
    finite &= diagnosis_gradient(d, at, left);
    for (size_t i = 0; i < n; i++)
        product[i] = (product[i] - left[i]) / (2 * apart);
    return finite;
}

/* A direction that has a part along every eigenvector, as far as chance allows: fixed
 * numbers of Lehmer's generator. */
static void choose_start(size_t n, double *v)
{
    uint64_t state = 48271;
    for (size_t i = 0; i < n; i++) {
        state = state * 48271 % 2147483647;
        v[i] = (double)state / 2147483647 - 0.5;
    }
    double norm = vector_norm(n, v);
    for (size_t i = 0; i < n; i++)
        v[i] /= norm;
}

/* Takes what lies along the first `count` vectors of the basis off v, twice, for the
 * first time leaves rounding. */
static void make_orthogonal(size_t n, const double *basis, size_t count, double *v)
{
    for (int pass = 0; pass < 2; pass++)
        for (size_t k = 0; k < count; k++) {
            const double *unit = &basis[k * n];
            double share = vector_dot(n, unit, v);
            for (size_t i = 0; i < n; i++)
                v[i] -= share * unit[i];
        }
}

/* The tridiagonal projection into `tridiagonal` (size m, below the diagonal); returns m,
 * 0 when a gradient is not finite. */
static size_t project(const struct descent *d, const struct diagnosis *diagnosis,
                      const double *x, double *tridiagonal)
{
    size_t n = d->at.n, most = diagnosis->basis_size;
    double *basis = diagnosis->vectors, *next = diagnosis->gradient_high, largest = 0;
    memset(tridiagonal, 0, most * most * sizeof *tridiagonal);
    choose_start(n, basis);
    for (size_t k = 0; k < most; k++) {
        if (!lanczos_product(d, diagnosis, x, &basis[k * n], next))
            return 0;
        double diagonal = vector_dot(n, &basis[k * n], next);
        tridiagonal[k * most + k] = diagonal;
        make_orthogonal(n, basis, k + 1, next);
        double rest = vector_norm(n, next);
        largest = fmax(largest, fmax(fabs(diagonal), rest));
        /* What is left of a space that the products do not leave is their rounding. */
        if (k + 1 == most || !(rest > 1e-7 * largest))
            return k + 1;
        tridiagonal[(k + 1) * most + k] = rest;
        for (size_t i = 0; i < n; i++)
            basis[(k + 1) * n + i] = next[i] / rest;
    }
    return most;
}

bool lanczos_measure(const struct descent *d, struct diagnosis *diagnosis,
                     const double *x)
{
    size_t n = d->at.n, most = diagnosis->basis_size;
    double *tridiagonal = diagnosis->small, *vectors = tridiagonal + most * most;
    double *value = vectors + most * most, *work = value + most;
    size_t m = project(d, diagnosis, x, tridiagonal);
    for (size_t i = 1; i < m; i++)
        for (size_t j = 0; j <= i; j++)
            tridiagonal[i * m + j] = tridiagonal[i * most + j];
    if (m == 0 || !eigen_solve(m, tridiagonal, value, vectors, work))
        return false;
    diagnosis->value[0] = value[0];
    diagnosis->value[n - 1] = value[m - 1];
    double *direction = diagnosis->least_direction;
    memset(direction, 0, n * sizeof *direction);
    for (size_t k = 0; k < m; k++)
        for (size_t i = 0; i < n; i++)
            direction[i] += vectors[k] * diagnosis->vectors[k * n + i];
    double norm = vector_norm(n, direction);
    for (size_t i = 0; i < n; i++)
        direction[i] /= norm;
    return true;
}
