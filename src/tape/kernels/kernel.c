/* SPDX-License-Identifier: MIT
 * Which kernel computes an operation, with how much work memory, in how many operations.
 */
#include "tape/kernels/kernel.h"

#include <assert.h>

/* Numbers of work memory, and operations: both by the shapes of a call. */
typedef size_t measure(const struct kernel_call *call);

static size_t last_extent(const struct shape *shape)
{
    return shape->extent[shape->rank - 1];
}

/* Of the one operand, or the first of them. */
static size_t operand_elements(const struct kernel_call *call)
{
    return shape_elements(&call->operands->shape);
}

static size_t none(const struct kernel_call *call)
{
    (void)call;
    return 0;
}

static size_t one_each(const struct kernel_call *call)
{
    return shape_elements(call->shape);
}

static size_t twice(const struct kernel_call *call)
{
    return 2 * operand_elements(call);
}

/* Two of items with a value and a place. */
static size_t two_rows_of_items(const struct kernel_call *call)
{
    return 4 * last_extent(call->shape);
}

static size_t comparisons_of_sort(const struct kernel_call *call)
{
    size_t levels = 0;
    while (last_extent(call->shape) >> levels > 1)
        levels++;
    return levels * shape_elements(call->shape);
}

static size_t of_product(const struct kernel_call *call)
{
    const struct shape *a = &call->operands->shape;
    size_t inner = a->extent[a->rank - ((call->transposed & 1) != 0 ? 2 : 1)];
    return 2 * shape_elements(call->shape) * inner;
}

static size_t factors(const struct kernel_call *call)
{
    size_t n = last_extent(&call->operands->shape);
    return n * n + n;
}

static size_t two_matrices(const struct kernel_call *call)
{
    size_t n = last_extent(&call->operands->shape);
    return 2 * n * n + 2 * n;
}

/* Two thirds of n^3 for the factors of each matrix. */
static size_t of_factors(const struct kernel_call *call)
{
    return operand_elements(call) * last_extent(&call->operands->shape) * 2 / 3;
}

static size_t of_solution(const struct kernel_call *call)
{
    size_t n = last_extent(&call->operands->shape);
    return of_factors(call) + 2 * n * shape_elements(call->shape);
}

static size_t of_eigenvalues(const struct kernel_call *call)
{
    return 9 * operand_elements(call) * last_extent(&call->operands->shape);
}

struct kernel {
    bool (*run)(const struct kernel_call *call);
    measure *work, *operations;
};

static const struct kernel *kernel_of(enum op op)
{
    static const struct kernel elementwise = {kernel_elementwise, none, one_each};
    static const struct kernel kernels[] = {
        [OP_RANGE] = {kernel_range, none, none},
        [OP_SUM_OVER] = {kernel_reduce, none, operand_elements},
        [OP_PROD_OVER] = {kernel_reduce, none, operand_elements},
        [OP_MIN_OVER] = {kernel_reduce, none, operand_elements},
        [OP_MAX_OVER] = {kernel_reduce, none, operand_elements},
        [OP_LOGSUMEXP_OVER] = {kernel_reduce, none, twice},
        [OP_NORM_OVER] = {kernel_reduce, none, twice},
        [OP_ARGMIN_OVER] = {kernel_reduce, none, operand_elements},
        [OP_ARGMAX_OVER] = {kernel_reduce, none, operand_elements},
        [OP_BROADCAST] = {kernel_broadcast, none, none},
        [OP_RESHAPE] = {kernel_reshape, none, none},
        [OP_PERMUTE] = {kernel_permute, none, none},
        [OP_SLICE] = {kernel_slice, none, none},
        [OP_PAD] = {kernel_pad, none, none},
        [OP_GATHER] = {kernel_gather, none, none},
        [OP_SCATTER] = {kernel_scatter, none, operand_elements},
        [OP_CONCAT] = {kernel_concat, none, none},
        [OP_CUMSUM] = {kernel_cumsum, none, one_each},
        [OP_ARGSORT] = {kernel_argsort, two_rows_of_items, comparisons_of_sort},
        [OP_MATMUL] = {kernel_matmul, none, of_product},
        [OP_SOLVE] = {kernel_solve, factors, of_solution},
        [OP_INVERSE] = {kernel_inverse, factors, of_solution},
        [OP_LOGDET] = {kernel_determinant, factors, of_factors},
        [OP_DET] = {kernel_determinant, factors, of_factors},
        [OP_EIGENVALUES] = {kernel_eigen, two_matrices, of_eigenvalues},
        [OP_EIGENVECTORS] = {kernel_eigen, two_matrices, of_eigenvalues},
        [OP_DIAGONAL] = {kernel_diagonal, none, none},
        [OP_MAKE_DIAGONAL] = {kernel_make_diagonal, none, none},
    };
    static_assert(sizeof kernels / sizeof *kernels == OP_END, "up to the last one");
    if (op < OP_COUNT)
        return &elementwise;
    assert(kernels[op].run != NULL);
    return &kernels[op];
}

bool kernel_run(const struct kernel_call *call)
{
    return kernel_of(call->op)->run(call);
}

size_t kernel_work(const struct kernel_call *call)
{
    return kernel_of(call->op)->work(call);
}

/* n operands are joined by n - 1 additions or multiplications. */
size_t kernel_operations(const struct kernel_call *call)
{
    size_t each = op_info(call->op)->arity < 0 && call->op < OP_COUNT && call->count > 0
                      ? call->count - 1
                      : 1;
    return each * kernel_of(call->op)->operations(call);
}

/* Element by element nothing is written before it is read, but what comes in a later
 * pass. */
bool kernel_may_overwrite(enum op op, size_t which)
{
    return op < OP_COUNT && which < KERNEL_MOST_AT_ONCE;
}
