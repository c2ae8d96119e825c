/* SPDX-License-Identifier: MIT
 * scalar_code.h - the instructions of the scalar program.
 *
 * The machine has an accumulator and numbered places: inputs, constants and stored
 * values. Every operation of ops.def has four instructions, told apart by where its
 * operands are; x, y and z are places, `held` is the accumulator:
 *
 *   HELD      op(held, x, y)
 *   SECOND    op(x, held)
 *   PLACES    op(x, y, z)
 *   PRODUCT   op(x*y), of an operation of one operand; a sum or difference: held +- x*y
 *
 * Those that an operation has no use for are never made.
 *
 * Two functions of one operand that share most of their work, as sin and cos do, are one
 * operation where a program needs both: the accumulator becomes the first of them, place
 * z the second.  The bits are those of each alone. */
#ifndef TAPE_SCALAR_CODE_H
#define TAPE_SCALAR_CODE_H

#include "math/block.h"
#include "tape/scalar.h"

#define SCALAR_PAIRS(X) /* first, second, what computes both, whether in turn */         \
    X(SIN, COS, lane_any_sin_cos, false)                                                 \
    X(COS, SIN, lane_any_sin_cos, true)

/* Operations that ops.def has not, of the same four forms; with their operands.  Where
 * both softplus and sigmoid of a number are needed, they are made of exp(-|x|), so that
 * the one need not be finished before the other. */
#define SCALAR_OPERATIONS(X)                                                             \
    X(SUBTRACT, 2)                                                                       \
    X(SQUARE, 1)      /* the power with the exponent 2, */                               \
    X(CUBE, 1)        /* 3, */                                                           \
    X(FOURTH, 1)      /* and 4 */                                                        \
    X(EXP_SIZE, 1)    /* exp(-|x|) */                                                    \
    X(SIGMOID_BY, 2)  /* of x and exp(-|x|) */                                           \
    X(SOFTPLUS_BY, 2) /* likewise */

/* Instructions beside the operations. */
#define SCALAR_INSTRUCTIONS(X)                                                           \
    X(LOAD)         /* held = x */                                                       \
    X(STORE)        /* x = held */                                                       \
    X(MULTIPLY_ADD) /* held = held*x + y, rounded twice */                               \
    X(DIVIDE_SUM)   /* held = x/(y + held) */                                            \
    X(END)                                                                               \
    X(STEP)     /* one step of gradient descent, then from the first instruction */      \
    X(STEP_ONE) /* likewise in one variable, x, whose derivative is held */

enum { FORM_HELD, FORM_SECOND, FORM_PLACES, FORM_PRODUCT, FORMS };

enum scalar_code {
#define SCALAR_FORMS(id)                                                                 \
    CODE_##id##_HELD, CODE_##id##_SECOND, CODE_##id##_PLACES, CODE_##id##_PRODUCT,
#define OP(id, ...) SCALAR_FORMS(id)
#include "graph/ops.def"
#define SCALAR_OPERATION(id, arity) SCALAR_FORMS(id)
    SCALAR_OPERATIONS(SCALAR_OPERATION)
#undef SCALAR_OPERATION
#define SCALAR_PAIR(first, second, both, is_turned) SCALAR_FORMS(first##_##second)
        SCALAR_PAIRS(SCALAR_PAIR)
#undef SCALAR_PAIR
#undef SCALAR_FORMS
#define SCALAR_CODE(id) CODE_##id,
            SCALAR_INSTRUCTIONS(SCALAR_CODE)
#undef SCALAR_CODE
                SCALAR_CODES
};

/* Of the operation that an instruction's code is of; -1: of any number of operands. */
static inline int scalar_arity(uint32_t code)
{
    switch (code / FORMS) {
#define SCALAR_ARITY(id, arity)                                                          \
    case CODE_##id##_HELD / FORMS:                                                       \
        return arity;
        SCALAR_OPERATIONS(SCALAR_ARITY)
#undef SCALAR_ARITY
    default:
        return code >= CODE_SUBTRACT_HELD ? 1 : op_info((enum op)(code / FORMS))->arity;
    }
}

struct instruction {
    uint32_t code, x, y, z;
};

/* An input that the program reads, and where it lies. */
struct scalar_input {
    uint32_t input, place;
};

/* Steps of gradient descent, which a program makes that ends in STEP. */
struct scalar_steps {
    const struct instruction *code;
    size_t n;
    const uint32_t *variables, *gradient; /* their places, n each */
    double factor;                        /* of the gradient in each step */
    size_t left;                          /* points still to be visited */
    double *x, *g; /* where the next point and the next gradient are written */
};

/* Runs the code over the places; `steps` is NULL for a program without STEP. */
typedef void scalar_machine(const struct instruction *code, double *places,
                            struct scalar_steps *steps);

/* The value of an operation as a function, which native code calls; what an operation has
 * no use for may be anything. */
typedef double scalar_function(double a, double b, double c);

/* A pair likewise; the second result is written to `other`, since compilers return two
 * numbers by way of memory, for which the first would wait. */
typedef double scalar_pair_function(double a, double *other);

/* An operation on four numbers side by side, of the bits of each alone. */
enum { SCALAR_WIDE = 4 };
typedef double scalar_wide __attribute__((vector_size(SCALAR_WIDE * sizeof(double))));
typedef scalar_wide scalar_wide_function(scalar_wide a, scalar_wide b, scalar_wide c);

struct scalar {
    scalar_machine *machine;
    struct instruction *code;
    size_t code_count;
    double *places;
    size_t leaf_count, place_count; /* leaves come first */
    struct scalar_input *inputs;
    size_t input_count;
    uint32_t *outputs; /* their places */
    size_t *ends;      /* of the code that makes each and those before it */
    size_t output_count;
    size_t operations;
};

/* Lanes have so many numbers. */
enum { SCALAR_WIDTH = 64 };
/* The same over lanes, of a program without STEP; blocks[op] runs over a whole lane, or
 * is NULL. */
typedef void scalar_lanes_machine(const struct instruction *code, double *places,
                                  math_block *const *blocks);

/* The machines are compiled for each level of processors (math/block.h); the elementary
 * functions are part of them. */
scalar_machine scalar_execute_baseline, scalar_execute_v3;
/* Of the operation that an instruction's code is of. */
scalar_function *scalar_function_baseline(uint32_t code);
scalar_function *scalar_function_v3(uint32_t code);
/* Of the pair that an instruction's code is of; NULL: of none. */
scalar_pair_function *scalar_pair_baseline(uint32_t code);
scalar_pair_function *scalar_pair_v3(uint32_t code);
/* Of the operation likewise, on four numbers. */
scalar_wide_function *scalar_wide_function_v3(uint32_t code);
/* Whether the functions of lanes.def leave registers of numbers from 12 on alone. */
bool scalar_keeps_registers_v3(void);
bool scalar_keeps_registers_baseline(void);
scalar_lanes_machine scalar_lanes_execute_baseline, scalar_lanes_execute_v3;

#endif
