/* SPDX-License-Identifier: MIT
 * The machine of the scalar program.  Its instructions are made from the formulas of
 * ops.def; each ends in a jump of its own to the next one, where the compiler has such
 * jumps, so that the processor learns which instruction follows which. */
#include "tape/scalar_code.h"

#include "graph/formulas.h"

#include <math.h>

/* The formulas as functions.  NaN stands for the operands that an operation has not. */
#define OP(id, spelling, arity, level, defined, rule, domain, kinks, value, ...)         \
    static inline double value_##id(double a, double b, double c)                        \
    {                                                                                    \
        const double operands[] = {a, b};                                                \
        const size_t count = 2;                                                          \
        (void)operands;                                                                  \
        (void)count;                                                                     \
        (void)a;                                                                         \
        (void)b;                                                                         \
        (void)c;                                                                         \
        return (value);                                                                  \
    }
#include "graph/ops.def"

static inline double value_SUBTRACT(double a, double b, double c)
{
    (void)c;
    return a - b;
}

static inline double value_SQUARE(double a, double b, double c)
{
    (void)b;
    return value_POWER(a, 2, c);
}

#ifdef __GNUC__
#pragma GCC diagnostic ignored "-Wpedantic" /* jumps to computed labels */
#define BEGIN goto *labels[at->code];
#define TARGET(name) label_##name:
#define NEXT                                                                             \
    at++;                                                                                \
    goto *labels[at->code]
#define FINISH
#else
#define BEGIN                                                                            \
    for (;; at++)                                                                        \
        switch ((enum scalar_code)at->code) {
#define TARGET(name) case CODE_##name:
#define NEXT continue
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

void scalar_execute(const struct instruction *at, double *places)
{
#ifdef __GNUC__
    static const void *const labels[SCALAR_CODES] = {
#define SCALAR_FORMS(id)                                                                 \
    &&label_##id##_HELD, &&label_##id##_SECOND, &&label_##id##_PLACES,                   \
        &&label_##id##_PRODUCT,
#define OP(id, ...) SCALAR_FORMS(id)
#include "graph/ops.def"
        SCALAR_OPERATIONS(SCALAR_FORMS)
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
    OPERATION(SUBTRACT, 2, true)
    OPERATION(SQUARE, 1, false)
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
    FINISH
}
