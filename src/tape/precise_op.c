/* SPDX-License-Identifier: MIT
 * Operations of numbers in two doubles: the table says what each computes, as ops.def
 * does for doubles.  An operation that is missing in it has no wide form. */
#include "tape/precise.h"

#define OPERATION(name) static struct wide name(const struct wide *x, size_t count)
#define UNUSED (void)count

static struct wide truth(bool holds)
{
    return wide_of(holds ? 1 : 0);
}

static bool is_true(struct wide x)
{
    return x.high != 0;
}

/* ---- arithmetic ---- */

OPERATION(add)
{
    struct wide sum = x[0];
    for (size_t i = 1; i < count; i++)
        sum = wide_add(sum, x[i]);
    return sum;
}

OPERATION(multiply)
{
    struct wide product = x[0];
    for (size_t i = 1; i < count; i++)
        product = wide_multiply(product, x[i]);
    return product;
}

OPERATION(times_log)
{
    UNUSED;
    return x[0].high == 0 ? wide_of(0) : wide_multiply(x[0], x[1]);
}

#define CALL1(name)                                                                      \
    OPERATION(call_##name)                                                               \
    {                                                                                    \
        UNUSED;                                                                          \
        return wide_##name(x[0]);                                                        \
    }
#define CALL2(name)                                                                      \
    OPERATION(call_##name)                                                               \
    {                                                                                    \
        UNUSED;                                                                          \
        return wide_##name(x[0], x[1]);                                                  \
    }
CALL1(negate)
CALL2(divide)
CALL2(power)
CALL1(exp)
CALL1(log)
CALL1(log1p)
CALL1(expm1)
CALL1(log10)
CALL1(log2)
CALL1(sqrt)
CALL1(cbrt)
CALL2(hypot)
CALL1(sin)
CALL1(cos)
CALL1(tan)
CALL1(asin)
CALL1(acos)
CALL1(atan)
CALL2(atan2)
CALL1(sinh)
CALL1(cosh)
CALL1(tanh)
CALL1(sigmoid)
CALL1(softplus)

/* ---- order ---- */

static bool is_none(struct wide x)
{
    return isnan(x.high);
}

static struct wide least(struct wide a, struct wide b)
{
    return is_none(a) || (!is_none(b) && wide_compare(a, b) < 0) ? a : b;
}

static struct wide greatest(struct wide a, struct wide b)
{
    return is_none(a) || (!is_none(b) && wide_compare(a, b) > 0) ? a : b;
}

OPERATION(absolute)
{
    UNUSED;
    return x[0].high < 0 ? wide_negate(x[0]) : x[0];
}

OPERATION(sign)
{
    UNUSED;
    return is_none(x[0]) ? x[0] : wide_of(wide_compare(x[0], wide_of(0)));
}

OPERATION(whole_below)
{
    UNUSED;
    double whole = floor(x[0].high);
    return whole < x[0].high ? wide_of(whole) : wide_quick_sum(whole, floor(x[0].low));
}

OPERATION(whole_above)
{
    struct wide other = wide_negate(x[0]);
    return wide_negate(whole_below(&other, count));
}

OPERATION(lesser)
{
    UNUSED;
    return least(x[0], x[1]);
}

OPERATION(greater)
{
    UNUSED;
    return greatest(x[0], x[1]);
}

OPERATION(relu)
{
    UNUSED;
    return greatest(x[0], wide_of(0));
}

OPERATION(clamp)
{
    UNUSED;
    return least(greatest(x[0], x[1]), x[2]);
}

/* NaN compares as different, and as neither below nor above. */
#define COMPARE(name, condition)                                                         \
    OPERATION(name)                                                                      \
    {                                                                                    \
        UNUSED;                                                                          \
        bool any_none = is_none(x[0]) || is_none(x[1]);                                  \
        int order = wide_compare(x[0], x[1]);                                            \
        return truth(condition);                                                         \
    }
COMPARE(is_less, !any_none && order < 0)
COMPARE(is_less_equal, !any_none && order <= 0)
COMPARE(is_greater, !any_none && order > 0)
COMPARE(is_greater_equal, !any_none && order >= 0)
COMPARE(is_equal, !any_none && order == 0)
COMPARE(is_not_equal, any_none || order != 0)

OPERATION(both)
{
    UNUSED;
    return truth(is_true(x[0]) && is_true(x[1]));
}

OPERATION(either)
{
    UNUSED;
    return truth(is_true(x[0]) || is_true(x[1]));
}

OPERATION(none_of)
{
    UNUSED;
    return truth(!is_true(x[0]));
}

OPERATION(select)
{
    UNUSED;
    return is_true(x[0]) ? x[1] : x[2];
}

precise_value *precise_op(enum op op)
{
    static precise_value *const table[OP_COUNT] = {
        [OP_ADD] = add,
        [OP_MULTIPLY] = multiply,
        [OP_NEGATE] = call_negate,
        [OP_DIVIDE] = call_divide,
        [OP_POWER] = call_power,
        [OP_EXP] = call_exp,
        [OP_LOG] = call_log,
        [OP_LOG1P] = call_log1p,
        [OP_EXPM1] = call_expm1,
        [OP_LOG10] = call_log10,
        [OP_LOG2] = call_log2,
        [OP_TIMES_LOG] = times_log,
        [OP_SQRT] = call_sqrt,
        [OP_CBRT] = call_cbrt,
        [OP_HYPOT] = call_hypot,
        [OP_SIN] = call_sin,
        [OP_COS] = call_cos,
        [OP_TAN] = call_tan,
        [OP_ASIN] = call_asin,
        [OP_ACOS] = call_acos,
        [OP_ATAN] = call_atan,
        [OP_ATAN2] = call_atan2,
        [OP_SINH] = call_sinh,
        [OP_COSH] = call_cosh,
        [OP_TANH] = call_tanh,
        [OP_SIGMOID] = call_sigmoid,
        [OP_SOFTPLUS] = call_softplus,
        [OP_ABS] = absolute,
        [OP_SIGN] = sign,
        [OP_FLOOR] = whole_below,
        [OP_CEIL] = whole_above,
        [OP_MIN] = lesser,
        [OP_MAX] = greater,
        [OP_RELU] = relu,
        [OP_CLAMP] = clamp,
        [OP_LESS] = is_less,
        [OP_LESS_EQUAL] = is_less_equal,
        [OP_GREATER] = is_greater,
        [OP_GREATER_EQUAL] = is_greater_equal,
        [OP_EQUAL] = is_equal,
        [OP_NOT_EQUAL] = is_not_equal,
        [OP_AND] = both,
        [OP_OR] = either,
        [OP_NOT] = none_of,
        [OP_SELECT] = select,
    };
    return op < OP_COUNT ? table[op] : NULL;
}
