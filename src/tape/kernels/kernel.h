/* SPDX-License-Identifier: MIT
 * kernel.h - what computes one operation on whole arrays: one file a family.
 *
 * A kernel reads operands and writes its result; it allocates nothing, and the order of
 * its operations depends on the shapes alone, never on the machine. */
#ifndef TAPE_KERNELS_KERNEL_H
#define TAPE_KERNELS_KERNEL_H

#include "math/block.h"
#include "tape/apply.h"

/* So many operands of a sum or a product are taken in one pass over the result; the
 * others are added to it in further passes. */
enum { KERNEL_MOST_AT_ONCE = 7 };

struct kernel_call {
    enum op op;
    const struct attributes *attributes; /* never NULL */
    const struct array *operands;
    size_t count;
    const struct shape *shape; /* of the result */
    unsigned transposed; /* MATMUL: bit k: the matrices of operand k stand transposed */
    double *out;
    double *work;              /* kernel_work numbers */
    struct index_fault *fault; /* set when the kernel returns false */
    struct array_poll *poll;   /* told of the work by kernels that may take long */
};

/* Runs the kernel; false when an index lies outside.  One that is interrupted returns at
 * once. */
bool kernel_run(const struct kernel_call *call);
/* The numbers of work memory that the call needs; only its shapes are looked at. */
size_t kernel_work(const struct kernel_call *call);
/* The arithmetic operations of a call, likewise; what moves elements has none. */
size_t kernel_operations(const struct kernel_call *call);
/* Whether the result may be written where operand `which` stands, of the same shape. */
bool kernel_may_overwrite(enum op op, size_t which);

/* Whether all indices are whole numbers from 0 to below the extent; if not the first one
 * that is none is told. */
bool kernel_check_indices(const struct array *indices, size_t extent,
                          struct index_fault *fault);

/* The loop over a block of numbers that a function of one operand has; NULL: none. */
math_block *kernel_block(enum op op);

/* The families. */
bool kernel_elementwise(const struct kernel_call *call);
bool kernel_reduce(const struct kernel_call *call);
bool kernel_range(const struct kernel_call *call);
bool kernel_broadcast(const struct kernel_call *call);
bool kernel_reshape(const struct kernel_call *call);
bool kernel_permute(const struct kernel_call *call);
bool kernel_slice(const struct kernel_call *call);
bool kernel_pad(const struct kernel_call *call);
bool kernel_concat(const struct kernel_call *call);
bool kernel_diagonal(const struct kernel_call *call);
bool kernel_make_diagonal(const struct kernel_call *call);
bool kernel_gather(const struct kernel_call *call);
bool kernel_scatter(const struct kernel_call *call);
bool kernel_cumsum(const struct kernel_call *call);
bool kernel_argsort(const struct kernel_call *call);
bool kernel_matmul(const struct kernel_call *call);
bool kernel_solve(const struct kernel_call *call);
bool kernel_inverse(const struct kernel_call *call);
bool kernel_determinant(const struct kernel_call *call);
bool kernel_eigen(const struct kernel_call *call);

#endif
