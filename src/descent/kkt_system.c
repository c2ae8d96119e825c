/* SPDX-License-Identifier: MIT
 * kkt_system.c - the linear system of a point that is judged: dense, or with few entries
 * where the search had such a one. */
#include "descent/kkt.h"

#include <math.h>
#include <string.h>

static double *row_at(struct kkt *k, size_t i)
{
    return k->sparse != NULL ? k->row : k->matrix + i * (k->n + k->m);
}

static void keep_row(struct kkt *k, size_t i, size_t count)
{
    if (k->sparse != NULL)
        sparse_put_row(k->sparse, k->row, count, k->row[i]);
    else
        memset(k->matrix + i * (k->n + k->m) + count, 0, (i - count) * sizeof *k->matrix);
}

static void fill(struct kkt *k, double weight, double shift)
{
    const double corner = 1e-12;
    size_t n = k->n;
    if (k->sparse != NULL)
        sparse_begin(k->sparse);
    for (size_t j = 0; j < n; j++) {
        double *row = row_at(k, j);
        bool free = kkt_is_free(k, j);
        for (size_t i = 0; i < j; i++)
            row[i] = weight == 0 && free && kkt_is_free(k, i) ? k->hessian[j * n + i] : 0;
        row[j] = weight > 0 ? fmax(weight, free ? 0 : 1)
                 : free     ? k->hessian[j * n + j] + shift
                            : 1;
        keep_row(k, j, j);
    }
    for (size_t i = 0; i < k->m; i++) {
        double *row = row_at(k, n + i);
        bool holds = k->active[i] != 0;
        for (size_t j = 0; j < n; j++)
            row[j] = holds && kkt_is_free(k, j) ? k->jacobian[i * n + j] : 0;
        row[n + i] = holds ? -corner * k->scale[i] : -1;
        keep_row(k, n + i, n);
    }
}

struct inertia kkt_factor(struct kkt *k, double weight, double shift)
{
    size_t rows = k->n + k->m;
    struct inertia found, none = {0, 0, rows};
    fill(k, weight, shift);
    if (k->sparse == NULL)
        return indefinite_factor(rows, k->matrix, k->order, k->work);
    return sparse_factor(k->sparse, &found) ? found : none;
}

/* Pivots that are chosen beforehand want their solution refined. */
static void solve_sparse(struct kkt *k)
{
    const int rounds = 3;
    size_t rows = k->n + k->m;
    double *right = k->work, *rest = k->work + rows;
    memcpy(right, k->right, rows * sizeof *right);
    sparse_solve(k->sparse, right, k->right);
    for (int round = 0; round < rounds; round++) {
        sparse_residual(k->sparse, right, k->right, rest);
        sparse_solve(k->sparse, rest, rest);
        for (size_t i = 0; i < rows; i++)
            k->right[i] += rest[i];
    }
}

void kkt_solve_again(struct kkt *k)
{
    if (k->sparse != NULL)
        solve_sparse(k);
    else
        indefinite_solve(k->n + k->m, k->matrix, k->order, k->right, k->right, k->work);
}

void kkt_solve(struct kkt *k, double weight)
{
    (void)kkt_factor(k, weight, 0);
    kkt_solve_again(k);
}
