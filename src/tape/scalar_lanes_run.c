/* SPDX-License-Identifier: MIT
 * The machine of scalar_run.c over lanes.  The code is the same; accumulator and places
 * have SCALAR_WIDTH numbers, and the loops over them become vector instructions. */
#include "tape/scalar_values.h"

enum { WIDTH = SCALAR_WIDTH };

#define EACH(value)                                                                      \
    {                                                                                    \
        for (size_t i = 0; i < WIDTH; i++)                                               \
            held[i] = (value);                                                           \
    }

#define OPERATION(id, arity, block, with_product)                                        \
    case CODE_##id##_HELD:                                                               \
        if ((block) != NULL)                                                             \
            (block)(WIDTH, held, held);                                                  \
        else if ((arity) != 0)                                                           \
            EACH(value_##id(held[i], x[i], y[i]))                                        \
        break;                                                                           \
    case CODE_##id##_SECOND:                                                             \
        if ((arity) == 2)                                                                \
            EACH(value_##id(x[i], held[i], (double)NAN))                                 \
        break;                                                                           \
    case CODE_##id##_PLACES:                                                             \
        if ((block) != NULL)                                                             \
            (block)(WIDTH, x, held);                                                     \
        else if ((arity) != 0)                                                           \
            EACH(value_##id(x[i], y[i], z[i]))                                           \
        break;                                                                           \
    case CODE_##id##_PRODUCT:                                                            \
        if ((block) != NULL) {                                                           \
            EACH(x[i] * y[i])                                                            \
            (block)(WIDTH, held, held);                                                  \
        } else if ((arity) == 1)                                                         \
            EACH(value_##id(x[i] * y[i], (double)NAN, (double)NAN))                      \
        else if (with_product)                                                           \
            EACH(value_##id(held[i], x[i] * y[i], (double)NAN))                          \
        break;

/* The functions one after the other: what they share would be a loop more. */
#define PAIR_OPERATION(first, second, ...)                                               \
    case CODE_##first##_##second##_HELD:                                                 \
        blocks[OP_##second](WIDTH, held, places + (size_t)at->z * WIDTH);                \
        blocks[OP_##first](WIDTH, held, held);                                           \
        break;                                                                           \
    case CODE_##first##_##second##_SECOND:                                               \
        break;                                                                           \
    case CODE_##first##_##second##_PLACES:                                               \
        blocks[OP_##first](WIDTH, x, held);                                              \
        blocks[OP_##second](WIDTH, x, places + (size_t)at->z * WIDTH);                   \
        break;                                                                           \
    case CODE_##first##_##second##_PRODUCT:                                              \
        EACH(x[i] * y[i])                                                                \
        blocks[OP_##second](WIDTH, held, places + (size_t)at->z * WIDTH);                \
        blocks[OP_##first](WIDTH, held, held);                                           \
        break;

/* For the operations that ops.def has not. */
static math_block *const no_block = NULL;

#define MACHINE_WORDS(level) scalar_lanes_execute_##level
#define MACHINE(level) MACHINE_WORDS(level)

void MACHINE(MATH_LEVEL)(const struct instruction *at, double *places,
                         math_block *const *blocks)
{
    double held[WIDTH] = {0};
    for (;; at++) {
        double *x = places + (size_t)at->x * WIDTH;
        const double *y = places + (size_t)at->y * WIDTH;
        const double *z = places + (size_t)at->z * WIDTH;
        switch ((enum scalar_code)at->code) {
#define OP(id, spelling, arity, ...)                                                     \
    OPERATION(id, arity, blocks[OP_##id], OP_##id == OP_ADD)
#include "graph/ops.def"
#define SCALAR_OPERATION(id, arity)                                                      \
    OPERATION(id, arity, no_block, CODE_##id##_HELD == CODE_SUBTRACT_HELD)
            SCALAR_OPERATIONS(SCALAR_OPERATION)
#undef SCALAR_OPERATION
            SCALAR_PAIRS(PAIR_OPERATION)
        case CODE_LOAD:
            EACH(x[i])
            break;
        case CODE_STORE:
            for (size_t i = 0; i < WIDTH; i++)
                x[i] = held[i];
            break;
        case CODE_MULTIPLY_ADD:
            EACH(held[i] * x[i] + y[i])
            break;
        case CODE_DIVIDE_SUM:
            EACH(x[i] / (y[i] + held[i]))
            break;
        default: /* END; a program that makes steps has no lanes */
            return;
        }
    }
}
