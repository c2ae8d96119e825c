/* SPDX-License-Identifier: MIT
 * The machine of the scalar program.  Its instructions are made from the formulas of
 * ops.def; each ends in a jump of its own to the next one, where the compiler has such
 * jumps, so that the processor learns which instruction follows which.  MATH_LEVEL is the
 * level of processors that this copy is for. */
#include "tape/scalar_code.h"

#define LANE_ALONE
#include "tape/scalar_values.h"

#ifdef __GNUC__
#pragma GCC diagnostic ignored "-Wpedantic" /* jumps to computed labels */
#define BEGIN goto *labels[at->code];
#define TARGET(name) label_##name:
#define NEXT                                                                             \
    at++;                                                                                \
    goto *labels[at->code]
#define AGAIN goto *labels[at->code]
#define FINISH
#else
#define BEGIN                                                                            \
    for (;;)                                                                             \
        switch ((enum scalar_code)at->code) {
#define TARGET(name) case CODE_##name:
#define NEXT                                                                             \
    at++;                                                                                \
    continue
#define AGAIN continue
#define FINISH }
#endif

#define X places[at->x]
#define Y places[at->y]
#define Z places[at->z]

/* An instruction that its operation has no use for is left empty. */
#define OPERATION(id, arity, with_product)                                               \
    TARGET(id##_HELD)                                                                    \
    if ((arity) != 0)                                                                    \
        held = value_##id(held, X, Y);                                                   \
    NEXT;                                                                                \
    TARGET(id##_SECOND)                                                                  \
    if ((arity) == 2)                                                                    \
        held = value_##id(X, held, (double)NAN);                                         \
    NEXT;                                                                                \
    TARGET(id##_PLACES)                                                                  \
    if ((arity) != 0)                                                                    \
        held = value_##id(X, Y, Z);                                                      \
    NEXT;                                                                                \
    TARGET(id##_PRODUCT)                                                                 \
    if ((arity) == 1)                                                                    \
        held = value_##id(X * Y, (double)NAN, (double)NAN);                              \
    else if (with_product)                                                               \
        held = value_##id(held, X * Y, (double)NAN);                                     \
    NEXT;

#define PAIR_OPERATION(first, second, ...)                                               \
    TARGET(first##_##second##_HELD)                                                      \
    held = pair_##first##_##second(held, &Z);                                            \
    NEXT;                                                                                \
    TARGET(first##_##second##_SECOND)                                                    \
    NEXT;                                                                                \
    TARGET(first##_##second##_PLACES)                                                    \
    held = pair_##first##_##second(X, &Z);                                               \
    NEXT;                                                                                \
    TARGET(first##_##second##_PRODUCT)                                                   \
    held = pair_##first##_##second(X * Y, &Z);                                           \
    NEXT;

/* The point after this one, and where it is written down.  The gradient is taken from
 * where it was written: a derivative may be one of the variables. */
static void make_step(struct scalar_steps *steps, double *places)
{
    const double *gradient = steps->g - steps->n;
    for (size_t i = 0; i < steps->n; i++) {
        double *x = &places[steps->variables[i]];
        *x = *x + steps->factor * gradient[i];
        *steps->x++ = *x;
    }
}

static void write_gradient(struct scalar_steps *steps, const double *places)
{
    for (size_t i = 0; i < steps->n; i++)
        *steps->g++ = places[steps->gradient[i]];
}

#define MACHINE_WORDS(level) scalar_execute_##level
#define MACHINE(level) MACHINE_WORDS(level)

void MACHINE(MATH_LEVEL)(const struct instruction *at, double *places,
                         struct scalar_steps *steps)
{
#ifdef __GNUC__
    static const void *const labels[SCALAR_CODES] = {
#define SCALAR_FORMS(id)                                                                 \
    &&label_##id##_HELD, &&label_##id##_SECOND, &&label_##id##_PLACES,                   \
        &&label_##id##_PRODUCT,
#define OP(id, ...) SCALAR_FORMS(id)
#include "graph/ops.def"
#define SCALAR_OPERATION(id, arity) SCALAR_FORMS(id)
        SCALAR_OPERATIONS(SCALAR_OPERATION)
#undef SCALAR_OPERATION
#define SCALAR_PAIR(first, second, both, is_turned) SCALAR_FORMS(first##_##second)
            SCALAR_PAIRS(SCALAR_PAIR)
#undef SCALAR_PAIR
#undef SCALAR_FORMS
#define SCALAR_LABEL(id) &&label_##id,
                SCALAR_INSTRUCTIONS(SCALAR_LABEL)
#undef SCALAR_LABEL
    };
#endif
    double held = 0;
    BEGIN
#define OP(id, spelling, arity, ...) OPERATION(id, arity, OP_##id == OP_ADD)
#include "graph/ops.def"
#define SCALAR_OPERATION(id, arity)                                                      \
    OPERATION(id, arity, CODE_##id##_HELD == CODE_SUBTRACT_HELD)
    SCALAR_OPERATIONS(SCALAR_OPERATION)
#undef SCALAR_OPERATION
    SCALAR_PAIRS(PAIR_OPERATION)
    TARGET(LOAD)
    held = X;
    NEXT;
    TARGET(STORE)
    X = held;
    NEXT;
    TARGET(MULTIPLY_ADD)
    held = held * X + Y;
    NEXT;
    TARGET(DIVIDE_SUM)
    held = X / (Y + held);
    NEXT;
    TARGET(END)
    return;
    TARGET(STEP)
    write_gradient(steps, places);
    if (--steps->left == 0)
        return;
    make_step(steps, places);
    at = steps->code;
    AGAIN;
    TARGET(STEP_ONE)
    *steps->g++ = held;
    if (--steps->left == 0)
        return;
    held = X + steps->factor * held;
    X = held;
    *steps->x++ = held;
    at = steps->code;
    AGAIN;
    FINISH
}

#define FUNCTION_WORDS(level) scalar_function_##level
#define FUNCTION(level) FUNCTION_WORDS(level)

/* No table: it would have to be filled with addresses whenever a process starts. */
scalar_function *FUNCTION(MATH_LEVEL)(uint32_t code)
{
    switch (code / FORMS) {
#define FUNCTION_OF(id)                                                                  \
    case CODE_##id##_HELD / FORMS:                                                       \
        return value_##id;
#define OP(id, ...) FUNCTION_OF(id)
#include "graph/ops.def"
#define SCALAR_OPERATION(id, arity) FUNCTION_OF(id)
        SCALAR_OPERATIONS(SCALAR_OPERATION)
#undef SCALAR_OPERATION
#undef FUNCTION_OF
    default: /* of arrays */
        return NULL;
    }
}

#define PAIR_WORDS(level) scalar_pair_##level
#define PAIR(level) PAIR_WORDS(level)

scalar_pair_function *PAIR(MATH_LEVEL)(uint32_t code)
{
    switch (code / FORMS) {
#define SCALAR_PAIR(first, second, both, is_turned)                                      \
    case CODE_##first##_##second##_HELD / FORMS:                                         \
        return pair_##first##_##second;
        SCALAR_PAIRS(SCALAR_PAIR)
#undef SCALAR_PAIR
    default:
        return NULL;
    }
}

#define KEEPS_WORDS(level) scalar_keeps_registers_##level
#define KEEPS(level) KEEPS_WORDS(level)

bool KEEPS(MATH_LEVEL)(void)
{
#ifdef SCALAR_KEEPS_REGISTERS
    return true;
#else
    return false;
#endif
}
