/* SPDX-License-Identifier: MIT
 * The operations of the scalar program on four numbers side by side, for native code.
 * The formulas are those of one number, without branches: bits are the same. */
#define MATH_WITHIN_LIMITS
#include "tape/scalar_values.h"

enum { WIDTH = SCALAR_WIDE };

union four {
    scalar_wide wide;
    double each[WIDTH];
};

/* Where one of them is past the limit of a function, each is taken alone. */
static inline bool is_within(scalar_wide a)
{
    const scalar_wide limit = {LANE_ANGLE_LIMIT, LANE_ANGLE_LIMIT, LANE_ANGLE_LIMIT,
                               LANE_ANGLE_LIMIT};
    return __builtin_ia32_movmskpd256((scalar_wide)((a <= limit) & (-a <= limit))) == 15;
}

__attribute__((noinline, cold)) static scalar_wide take_alone(uint32_t code,
                                                              scalar_wide a)
{
    union four x = {a}, out;
    for (size_t i = 0; i < WIDTH; i++)
        out.each[i] = scalar_function_v3(code)(x.each[i], (double)NAN, (double)NAN);
    return out.wide;
}

#define WIDE(id, is_limited)                                                             \
    static scalar_wide wide_##id(scalar_wide a, scalar_wide b, scalar_wide c)            \
    {                                                                                    \
        union four x = {a}, y = {b}, z = {c}, out;                                       \
        if ((is_limited) && !is_within(a))                                               \
            return take_alone(CODE_##id##_HELD, a);                                      \
        for (size_t i = 0; i < WIDTH; i++)                                               \
            out.each[i] = value_##id(x.each[i], y.each[i], z.each[i]);                   \
        return out.wide;                                                                 \
    }
#define OP(id, spelling, arity, level, ...)                                              \
    WIDE(id, LEVEL_##level == LEVEL_CALL && (arity) == 1)
#include "graph/ops.def"
#define SCALAR_OPERATION(id, arity) WIDE(id, false)
SCALAR_OPERATIONS(SCALAR_OPERATION)
#undef SCALAR_OPERATION

scalar_wide_function *scalar_wide_function_v3(uint32_t code)
{
    switch (code / FORMS) {
#define FUNCTION_OF(id)                                                                  \
    case CODE_##id##_HELD / FORMS:                                                       \
        return wide_##id;
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
