/* SPDX-License-Identifier: MIT
 * The operations of the scalar program on four numbers side by side, for native code.
 * The formulas are those of one number, without branches: bits are the same. */
#define MATH_WITHIN_LIMITS
#include "tape/kernels/blocks.h"
#include "tape/scalar_values.h"

enum { WIDTH = SCALAR_WIDE };

union four {
    scalar_wide wide;
    double each[WIDTH];
};

/* Up to which magnitude a function has a formula without branches, in the order of struct
 * math_blocks. */
static const double limits[] = {
#define LANE(name) (double)INFINITY,
#define LANE2(name) (double)INFINITY,
#define PIECEWISE(name, place) (double)INFINITY,
#define LIMITED(name, limit) limit,
#include "math/lanes.def"
};

LANE_INLINE double limit_of(enum op op)
{
    size_t block = kernel_blocks[op];
    return block == 0 ? (double)INFINITY : limits[(block - 1) / sizeof(math_block *)];
}

LANE_INLINE bool is_within(scalar_wide a, double limit)
{
    const scalar_wide most = {limit, limit, limit, limit};
    return __builtin_ia32_movmskpd256((scalar_wide)((a <= most) & (-a <= most))) == 15;
}

/* Where one of them is past the limit. */
__attribute__((noinline, cold)) static scalar_wide take_alone(uint32_t code,
                                                              scalar_wide a)
{
    union four x = {a}, out;
    for (size_t i = 0; i < WIDTH; i++)
        out.each[i] = scalar_function_v3(code)(x.each[i], (double)NAN, (double)NAN);
    return out.wide;
}

#define WIDE(id, limit)                                                                  \
    static scalar_wide wide_##id(scalar_wide a, scalar_wide b, scalar_wide c)            \
    {                                                                                    \
        union four x = {a}, y = {b}, z = {c}, out;                                       \
        if ((limit) < (double)INFINITY && !is_within(a, limit))                          \
            return take_alone(CODE_##id##_HELD, a);                                      \
        for (size_t i = 0; i < WIDTH; i++)                                               \
            out.each[i] = value_##id(x.each[i], y.each[i], z.each[i]);                   \
        return out.wide;                                                                 \
    }
#define OP(id, ...) WIDE(id, limit_of(OP_##id))
#include "graph/ops.def"
#define SCALAR_OPERATION(id, arity) WIDE(id, (double)INFINITY)
SCALAR_OPERATIONS(SCALAR_OPERATION)
#undef SCALAR_OPERATION

/* Angles that are near each other are mostly near the same quarter of a turn, or as far
 * from it by whole turns: then only one of two formulas is needed. */
#define WIDE_SINE(id, name)                                                              \
    static scalar_wide wide_sine_##id(scalar_wide a, scalar_wide b, scalar_wide c)       \
    {                                                                                    \
        union four x = {a}, high, low, turned, odd, out;                                 \
        if (!is_within(a, limit_of(OP_##id)))                                            \
            return wide_##id(a, b, c);                                                   \
        for (size_t i = 0; i < WIDTH; i++) {                                             \
            struct lane_arc arc = lane_##name##_arc(x.each[i]);                          \
            high.each[i] = arc.angle.high;                                               \
            low.each[i] = arc.angle.low;                                                 \
            turned.each[i] = lane_turn(arc.sign, arc.quarters << 62);                    \
            odd.each[i] = lane_number(arc.quarters << 63);                               \
        }                                                                                \
        int which = __builtin_ia32_movmskpd256(odd.wide);                                \
        if (which != 0 && which != 15)                                                   \
            return wide_##id(a, b, c);                                                   \
        for (size_t i = 0; i < WIDTH && which == 0; i++)                                 \
            out.each[i] = lane_sine_near((struct lane_pair){high.each[i], low.each[i]},  \
                                         high.each[i] * high.each[i], turned.each[i]);   \
        for (size_t i = 0; i < WIDTH && which != 0; i++)                                 \
            out.each[i] =                                                                \
                lane_cosine_near((struct lane_pair){high.each[i], low.each[i]},          \
                                 high.each[i] * high.each[i], turned.each[i]);           \
        return out.wide;                                                                 \
    }
WIDE_SINE(SIN, sin)
WIDE_SINE(COS, cos)

scalar_wide_function *scalar_wide_function_v3(uint32_t code)
{
    if (code / FORMS == OP_SIN)
        return wide_sine_SIN;
    if (code / FORMS == OP_COS)
        return wide_sine_COS;
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
