/* SPDX-License-Identifier: MIT
 * One operation on intervals: the table says how each is enclosed.  An operation that is
 * missing in it gives the whole line, so what depends on it is not decided. */
#include "tape/enclose.h"

#include "math/functions.h"

#include <math.h>

static double relu(double x)
{
    return x > 0 ? x : 0;
}

static double sign(double x)
{
    return (x > 0) - (x < 0);
}

#define INF ((double)INFINITY)

/* {function, falls, domain, is open there, range, margin}.  asin ends at pi/2 and acos at
 * pi: 2 and 4 are bounds enough. */
static const struct monotone monotone[OP_COUNT] = {
    [OP_EXP] = {math_exp, false, -INF, INF, false, 0, INF, 4},
    [OP_EXPM1] = {math_expm1, false, -INF, INF, false, -1, INF, 4},
    [OP_LOG] = {math_log, false, 0, INF, true, -INF, INF, 4},
    [OP_LOG1P] = {math_log1p, false, -1, INF, true, -INF, INF, 4},
    [OP_LOG10] = {math_log10, false, 0, INF, true, -INF, INF, 4},
    [OP_LOG2] = {math_log2, false, 0, INF, true, -INF, INF, 4},
    [OP_CBRT] = {math_cbrt, false, -INF, INF, false, -INF, INF, 4},
    [OP_ASIN] = {math_asin, false, -1, 1, false, -2, 2, 4},
    [OP_ACOS] = {math_acos, true, -1, 1, false, 0, 4, 4},
    [OP_ATAN] = {math_atan, false, -INF, INF, false, -2, 2, 4},
    [OP_SINH] = {math_sinh, false, -INF, INF, false, -INF, INF, 4},
    [OP_TANH] = {math_tanh, false, -INF, INF, false, -1, 1, 4},
    [OP_ERF] = {math_erf, false, -INF, INF, false, -1, 1, 4},
    [OP_ERFC] = {math_erfc, true, -INF, INF, false, 0, 2, 8},
    [OP_SIGMOID] = {math_sigmoid, false, -INF, INF, false, 0, 1, 8},
    [OP_SOFTPLUS] = {math_softplus, false, -INF, INF, false, 0, INF, 8},
    [OP_SIGN] = {sign, false, -INF, INF, false, -1, 1, 0},
    [OP_FLOOR] = {floor, false, -INF, INF, false, -INF, INF, 0},
    [OP_CEIL] = {ceil, false, -INF, INF, false, -INF, INF, 0},
    [OP_ROUND] = {round, false, -INF, INF, false, -INF, INF, 0},
    [OP_RELU] = {relu, false, -INF, INF, false, 0, INF, 0},
};

static enclose_function *const others[OP_COUNT] = {
    [OP_ADD] = enclose_add,
    [OP_MULTIPLY] = enclose_multiply,
    [OP_NEGATE] = enclose_negate,
    [OP_DIVIDE] = enclose_divide,
    [OP_POWER] = enclose_power,
    [OP_SQRT] = enclose_sqrt,
    [OP_HYPOT] = enclose_hypot,
    [OP_SIN] = enclose_sin,
    [OP_COS] = enclose_cos,
    [OP_TAN] = enclose_tan,
    [OP_COSH] = enclose_cosh,
    [OP_ATAN2] = enclose_atan2,
    [OP_LGAMMA] = enclose_lgamma,
    [OP_DIGAMMA] = enclose_digamma,
    [OP_POLYGAMMA] = enclose_polygamma,
    [OP_ABS] = enclose_abs,
    [OP_MOD] = enclose_mod,
    [OP_MIN] = enclose_min,
    [OP_MAX] = enclose_max,
    [OP_CLAMP] = enclose_clamp,
    [OP_LESS] = enclose_less,
    [OP_LESS_EQUAL] = enclose_less_equal,
    [OP_GREATER] = enclose_greater,
    [OP_GREATER_EQUAL] = enclose_greater_equal,
    [OP_EQUAL] = enclose_equal,
    [OP_NOT_EQUAL] = enclose_not_equal,
    [OP_AND] = enclose_and,
    [OP_OR] = enclose_or,
    [OP_NOT] = enclose_not,
};

const struct monotone *enclose_row(enum op op)
{
    return monotone[op].value != NULL ? &monotone[op] : NULL;
}

/* Whether the operation itself jumps: it has several values, and no others between them,
 * or its operands meet the cut of atan2. */
static bool is_jump(enum op op, const struct interval *operands, struct interval result)
{
    switch (op) {
    case OP_SIGN:
    case OP_FLOOR:
    case OP_CEIL:
    case OP_ROUND:
    case OP_LESS:
    case OP_LESS_EQUAL:
    case OP_GREATER:
    case OP_GREATER_EQUAL:
    case OP_EQUAL:
    case OP_NOT_EQUAL:
        return result.low != result.high;
    case OP_MOD:
        return enclose_wraps(operands);
    case OP_ATAN2:
        return operands[1].low <= 0 && operands[0].low <= 0 && operands[0].high >= 0;
    default:
        return false;
    }
}

static bool holds_zero(struct interval x)
{
    return !(x.low > 0 || x.high < 0);
}

/* Which of two is the greater is not decided. */
static bool may_tie(struct interval x, struct interval y)
{
    return !(x.low > y.high || x.high < y.low);
}

static bool is_decided(struct interval truth)
{
    return truth.low == truth.high || !holds_zero(truth);
}

bool enclose_bends(enum op op, const struct interval *x)
{
    switch (op) {
    case OP_ABS:
    case OP_RELU:
        return holds_zero(x[0]);
    case OP_MIN:
    case OP_MAX:
        return may_tie(x[0], x[1]);
    case OP_CLAMP:
        return may_tie(x[0], x[1]) || may_tie(x[0], x[2]) || may_tie(x[1], x[2]);
    case OP_SELECT:
    case OP_NOT:
        return !is_decided(x[0]);
    case OP_AND:
    case OP_OR:
        return !is_decided(x[0]) || !is_decided(x[1]);
    case OP_LESS:
    case OP_LESS_EQUAL:
    case OP_GREATER:
    case OP_GREATER_EQUAL:
    case OP_EQUAL:
    case OP_NOT_EQUAL:
        return may_tie(x[0], x[1]);
    case OP_SIGN:
        return holds_zero(x[0]);
    case OP_FLOOR:
    case OP_CEIL:
        return !(floor(x[0].low) == floor(x[0].high) && floor(x[0].low) < x[0].low);
    case OP_ROUND:
        return !(floor(2 * x[0].low) == floor(2 * x[0].high) &&
                 floor(2 * x[0].low) < 2 * x[0].low);
    default:
        return is_jump(op, x, x[0]);
    }
}

struct interval interval_op(enum op op, const struct interval *operands, size_t count)
{
    bool partial = false, jumps = false;
    if (op == OP_SELECT)
        return enclose_select(operands, count);
    size_t read = op == OP_TIMES_LOG ? 1 : count; /* log(x) follows from x */
    for (size_t i = 0; i < read; i++) {
        if (interval_is_empty(operands[i]))
            return interval_empty();
        partial = partial || operands[i].partial;
        jumps = jumps || operands[i].jumps;
    }
    struct interval result = interval_whole(true);
    if (op == OP_TIMES_LOG)
        result = enclose_times_log(operands, count);
    else if (monotone[op].value != NULL)
        result = enclose_monotone(&monotone[op], operands[0]);
    else if (others[op] != NULL)
        result = others[op](operands, count);
    result.partial = result.partial || partial;
    result.jumps = jumps || is_jump(op, operands, result);
    return result;
}
