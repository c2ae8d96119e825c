/* SPDX-License-Identifier: MIT
 * matrix.c - matrices, which are the last two axes, for each of a batch.
 *
 * The algorithms are those of linear/.  A matrix is copied before it is factored, and
 * factored once when several right sides of the batch share it. */
#include "linear/eigen.h"
#include "linear/lu.h"
#include "linear/product.h"
#include "tape/kernels/kernel.h"
#include "tape/kernels/walk.h"

#include <assert.h>
#include <math.h>
#include <string.h>

static size_t rows_of(const struct shape *shape)
{
    return shape->extent[shape->rank - 2];
}

static size_t columns_of(const struct shape *shape)
{
    return shape->extent[shape->rank - 1];
}

static struct shape batch_of(const struct shape *shape)
{
    return shape_without(shape, 3u << (shape->rank - 2));
}

/* How the matrices of an operand, of so many elements each, are repeated to a batch. */
static struct strides strides_of_batch(const struct shape *from, const struct shape *to)
{
    struct shape batch = batch_of(from);
    struct strides strides = strides_repeated(&batch, to);
    for (size_t i = 0; i < to->rank; i++)
        strides.axis[i] *= (ptrdiff_t)(rows_of(from) * columns_of(from));
    return strides;
}

/* The matrices of a call of two operands, one result after the other. */
struct pairs {
    struct walk walk;
    size_t at; /* the element of its row, which is one matrix of each array */
    bool any;
};

static struct pairs pairs_begin(const struct kernel_call *call)
{
    struct shape batch = batch_of(call->shape);
    struct strides strides[] = {strides_of_batch(&call->operands[0].shape, &batch),
                                strides_of_batch(&call->operands[1].shape, &batch),
                                strides_of_batch(call->shape, &batch)};
    struct pairs pairs = {.at = 0};
    pairs.any =
        shape_elements(call->shape) > 0 && walk_begin(&pairs.walk, &batch, strides, 3);
    return pairs;
}

static size_t pairs_offset(const struct pairs *pairs, size_t array)
{
    const struct walk *walk = &pairs->walk;
    return (size_t)(walk->offset[array] + walk->step[array] * (ptrdiff_t)pairs->at);
}

static bool pairs_next(struct pairs *pairs)
{
    if (++pairs->at < pairs->walk.width)
        return true;
    pairs->at = 0;
    return walk_next(&pairs->walk);
}

static void fill(double *out, size_t n, double value)
{
    for (size_t i = 0; i < n; i++)
        out[i] = value;
}

/* ---- Products ---- */

static struct view view_operand(const struct kernel_call *call, size_t which,
                                const double *matrix)
{
    struct view view = view_rows(matrix, columns_of(&call->operands[which].shape));
    return (call->transposed >> which & 1) != 0 ? view_transposed(view) : view;
}

static bool product_goes_on(void *poll, size_t terms)
{
    return array_goes_on(poll, terms);
}

bool kernel_matmul(const struct kernel_call *call)
{
    const struct array *a = &call->operands[0], *b = &call->operands[1];
    bool is_turned = (call->transposed & 1) != 0;
    size_t inner = is_turned ? rows_of(&a->shape) : columns_of(&a->shape);
    size_t rows = rows_of(call->shape), columns = columns_of(call->shape);
    const struct product_poll poll = {product_goes_on, call->poll};
    struct pairs pairs = pairs_begin(call);
    while (pairs.any) {
        struct view left = view_operand(call, 0, a->numbers + pairs_offset(&pairs, 0));
        struct view right = view_operand(call, 1, b->numbers + pairs_offset(&pairs, 1));
        double *c = call->out + pairs_offset(&pairs, 2);
        if (!product_multiply_polled(PRODUCT_SET, rows, inner, columns, left, right, c,
                                     columns, &poll))
            return true;
        pairs.any = pairs_next(&pairs);
    }
    return true;
}

/* ---- By factors ---- */

/* The factors of a matrix and where they stand in the work memory. */
struct factored {
    size_t n;
    double *factors, *pivots;
    enum lu_status status;
};

static struct factored factor(const struct kernel_call *call, size_t n,
                              const double *matrix)
{
    struct factored f = {n, call->work, call->work + n * n, LU_FACTORED};
    if (n > 0)
        memcpy(f.factors, matrix, n * n * sizeof *matrix);
    f.status = lu_factor(n, f.factors, f.pivots);
    return f;
}

bool kernel_solve(const struct kernel_call *call)
{
    size_t n = rows_of(call->shape), count = columns_of(call->shape);
    const double *last = NULL;
    struct factored f = {.n = n};
    struct pairs pairs = pairs_begin(call);
    while (pairs.any) {
        const double *matrix = call->operands[0].numbers + pairs_offset(&pairs, 0);
        const double *right = call->operands[1].numbers + pairs_offset(&pairs, 1);
        double *out = call->out + pairs_offset(&pairs, 2);
        if (matrix != last)
            f = factor(call, n, matrix);
        last = matrix;
        memcpy(out, right, n * count * sizeof *out);
        if (f.status == LU_FACTORED)
            lu_solve(n, f.factors, f.pivots, count, out);
        else
            fill(out, n * count, (double)NAN);
        pairs.any = pairs_next(&pairs);
    }
    return true;
}

bool kernel_inverse(const struct kernel_call *call)
{
    size_t n = rows_of(call->shape), count = shape_elements(call->shape);
    for (size_t begin = 0; begin < count; begin += n * n) {
        struct factored f = factor(call, n, call->operands->numbers + begin);
        if (f.status == LU_FACTORED)
            lu_inverse(n, f.factors, f.pivots, call->out + begin);
        else
            fill(call->out + begin, n * n, (double)NAN);
    }
    return true;
}

/* LOGDET and DET. */
bool kernel_determinant(const struct kernel_call *call)
{
    size_t n = rows_of(&call->operands->shape), count = shape_elements(call->shape);
    for (size_t i = 0; i < count; i++) {
        struct factored f = factor(call, n, call->operands->numbers + i * n * n);
        double value = (double)NAN;
        if (f.status != LU_NOT_FINITE) {
            struct lu_determinant d = lu_determinant(n, f.factors, f.pivots);
            double logarithm = d.sign < 0 ? (double)NAN : d.logarithm;
            value = call->op == OP_DET ? d.value : logarithm;
        }
        call->out[i] = value;
    }
    return true;
}

/* ---- Eigenvalues and eigenvectors ---- */

static void average_with_transposed(size_t n, const double *a, double *out)
{
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            out[i * n + j] = 0.5 * a[i * n + j] + 0.5 * a[j * n + i];
}

/* The sign that makes the element of greatest magnitude positive. */
static double sign_of(size_t n, const double *vector)
{
    size_t greatest = 0;
    for (size_t j = 1; j < n; j++)
        if (fabs(vector[j]) > fabs(vector[greatest]))
            greatest = j;
    return vector[greatest] < 0 ? -1 : 1;
}

static void put_vectors(size_t n, const double *rows, double *columns)
{
    for (size_t i = 0; i < n; i++) {
        double sign = sign_of(n, rows + i * n);
        for (size_t j = 0; j < n; j++)
            columns[j * n + i] = sign * rows[i * n + j];
    }
}

bool kernel_eigen(const struct kernel_call *call)
{
    bool wants_vectors = call->op == OP_EIGENVECTORS;
    const struct shape *shape = &call->operands->shape;
    size_t n = rows_of(shape), each = wants_vectors ? n * n : n;
    size_t matrices = n == 0 ? 0 : shape_elements(shape) / (n * n);
    double *a = call->work, *vectors = a + n * n, *values = vectors + n * n;
    for (size_t i = 0; i < matrices; i++) {
        average_with_transposed(n, call->operands->numbers + i * n * n, a);
        double *out = call->out + i * each;
        if (!eigen_solve(n, a, values, vectors, values + n))
            fill(out, each, (double)NAN);
        else if (wants_vectors)
            put_vectors(n, vectors, out);
        else
            memcpy(out, values, n * sizeof *out);
    }
    return true;
}
