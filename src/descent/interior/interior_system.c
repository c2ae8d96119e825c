/* SPDX-License-Identifier: MIT
 * interior_system.c - the matrix of a step and its factors: dense with pivots that are
 * searched for, or, of many rows with few entries, sparse with pivots that are chosen
 * beforehand (linear/sparse.h). */
#include "descent/interior/interior.h"

#include <math.h>
#include <string.h>

/* Below the first size a dense factorization is as fast, above the other it would not fit
 * into memory. */
enum { LEAST_SPARSE = 150, MOST_DENSE = 3000 };

size_t interior_dense_numbers(size_t size)
{
    return size <= MOST_DENSE ? size * size : 0;
}

/* Entries of the lower half that are not zero. */
static size_t count_entries(const struct interior *in)
{
    size_t n = in->n, count = in->size;
    for (size_t j = 0; j < n; j++)
        for (size_t k = 0; k < j; k++)
            count += in->hessian[j * n + k] != 0;
    for (size_t k = 0; k < in->m * n; k++)
        count += in->jacobian[k] != 0;
    return count;
}

void interior_choose_system(struct descent *d, struct interior *in)
{
    const size_t share = 10;
    bool must = interior_dense_numbers(in->size) == 0;
    in->sparse = NULL;
    if (in->size < LEAST_SPARSE)
        return;
    if (!must && (!interior_curvature(d, in, in->at.w, 1, in->y) ||
                  count_entries(in) > in->size * in->size / 2 / share))
        return;
    if (d->sparse == NULL) {
        struct sparse_memory memory = {d->options.allocate, d->options.release,
                                       d->options.memory_context};
        d->sparse = sparse_new(&memory, in->size, in->n);
    }
    in->sparse = d->sparse;
}

bool interior_make_dense(struct interior *in)
{
    if (in->sparse == NULL || interior_dense_numbers(in->size) == 0)
        return false;
    in->sparse = NULL;
    return true;
}

/* ---- filling ---- */

void interior_clear_matrix(struct interior *in)
{
    if (in->sparse != NULL)
        sparse_begin(in->sparse);
}

double *interior_row(struct interior *in, size_t i)
{
    return in->sparse != NULL ? in->row : in->matrix + i * in->size;
}

void interior_keep_row(struct interior *in, size_t i, size_t count)
{
    if (in->sparse != NULL)
        sparse_put_row(in->sparse, in->row, count, in->row[i]);
    else
        memset(in->matrix + i * in->size + count, 0, (i - count) * sizeof *in->matrix);
}

/* ---- factors ---- */

struct inertia interior_factor_matrix(struct interior *in)
{
    struct inertia none = {0, 0, in->size}, found;
    if (in->sparse != NULL)
        return sparse_factor(in->sparse, &found) ? found : none;
    if (interior_dense_numbers(in->size) == 0)
        return none;
    memcpy(in->factor, in->matrix, in->size * in->size * sizeof *in->factor);
    return indefinite_factor(in->size, in->factor, in->order, in->work);
}

static void solve_with(struct interior *in, const double *right, double *solution)
{
    if (in->sparse != NULL)
        sparse_solve(in->sparse, right, solution);
    else
        indefinite_solve(in->size, in->factor, in->order, right, solution, in->work);
}

/* right - matrix * solution, with the lower half alone. */
static void find_residual(struct interior *in)
{
    size_t size = in->size;
    if (in->sparse != NULL) {
        sparse_residual(in->sparse, in->right, in->solution, in->residual);
        return;
    }
    memcpy(in->residual, in->right, size * sizeof *in->residual);
    for (size_t i = 0; i < size; i++) {
        const double *row = in->matrix + i * size;
        double sum = 0, x = in->solution[i];
        for (size_t k = 0; k < i; k++) {
            sum += row[k] * in->solution[k];
            in->residual[k] -= row[k] * x;
        }
        in->residual[i] -= sum + row[i] * x;
    }
}

static double largest(const double *x, size_t count)
{
    double most = 0;
    for (size_t i = 0; i < count; i++)
        most = fmax(most, fabs(x[i]));
    return most;
}

/* Solved, and refined as long as that makes the residual smaller. */
void interior_solve(struct interior *in)
{
    size_t size = in->size;
    double before = (double)INFINITY, wanted = largest(in->right, size);
    in->solve_error = 0;
    solve_with(in, in->right, in->solution);
    for (int round = 0; round < 4; round++) {
        find_residual(in);
        double error = largest(in->residual, size);
        if (!(error < before / 2) || error == 0)
            break;
        before = error;
        in->solve_error = wanted > 0 ? error / wanted : 0;
        solve_with(in, in->residual, in->residual);
        for (size_t i = 0; i < size; i++)
            in->solution[i] += in->residual[i];
    }
}
