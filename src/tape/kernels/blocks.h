/* SPDX-License-Identifier: MIT
 * blocks.h - the operations of one number that the math library has blocks for: where
 * they stand in struct math_blocks, plus 1. */
#ifndef TAPE_KERNELS_BLOCKS_H
#define TAPE_KERNELS_BLOCKS_H

#include "graph/graph.h"
#include "math/block.h"

static const size_t kernel_blocks[OP_COUNT] = {
#define BLOCK(name) offsetof(struct math_blocks, name) + 1
    [OP_EXP] = BLOCK(exp),           [OP_EXPM1] = BLOCK(expm1),
    [OP_LOG] = BLOCK(log),           [OP_LOG1P] = BLOCK(log1p),
    [OP_LOG2] = BLOCK(log2),         [OP_LOG10] = BLOCK(log10),
    [OP_SQRT] = BLOCK(sqrt),         [OP_SIN] = BLOCK(sin),
    [OP_COS] = BLOCK(cos),           [OP_TAN] = BLOCK(tan),
    [OP_SINH] = BLOCK(sinh),         [OP_COSH] = BLOCK(cosh),
    [OP_TANH] = BLOCK(tanh),         [OP_SIGMOID] = BLOCK(sigmoid),
    [OP_SOFTPLUS] = BLOCK(softplus), [OP_CBRT] = BLOCK(cbrt),
    [OP_ASIN] = BLOCK(asin),         [OP_ACOS] = BLOCK(acos),
    [OP_ATAN] = BLOCK(atan),         [OP_ERF] = BLOCK(erf),
    [OP_ERFC] = BLOCK(erfc),         [OP_LGAMMA] = BLOCK(lgamma),
    [OP_DIGAMMA] = BLOCK(digamma),
#undef BLOCK
};

#endif
