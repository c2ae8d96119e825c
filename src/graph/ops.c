/* SPDX-License-Identifier: MIT
 * The rows of ops.def as data and as formulas. */
#include "graph/graph.h"

#include "graph/formulas.h"

#include <assert.h>
#include <math.h>
#include <string.h>

static const struct op_info infos[] = {
#define OP(id, spelling, arity, level, defined, rule, domain, kinks, ...)                \
    {#id, spelling, arity, LEVEL_##level, DEFINED_##defined, rule, domain, kinks},
#include "graph/ops.def"
    {"", "", 0, LEVEL_CALL, DEFINED_EVERYWHERE, "", "", ""}, /* OP_COUNT */
#define ARRAY_OP(id, spelling, arity, defined, rule, domain, kinks, ...)                 \
    {#id, spelling, arity, LEVEL_CALL, DEFINED_##defined, rule, domain, kinks},
#include "graph/ops.def"
};
static_assert(sizeof infos / sizeof infos[0] == OP_END, "a row for every operation");

const struct op_info *op_info(enum op op)
{
    assert(op < OP_END && op != OP_COUNT);
    return &infos[op];
}

bool op_find_function(const char *spelling, enum op *op)
{
    for (int i = 0; i < OP_COUNT; i++) {
        bool is_function = infos[i].level == LEVEL_CALL && infos[i].arity != 0;
        if (is_function && strcmp(infos[i].spelling, spelling) == 0) {
            *op = (enum op)i;
            return true;
        }
    }
    return false;
}

/* math_pow keeps the special values of IEEE 754: 0^0 is 1, x^0 is 1 even for
 * NaN.  Squares, by far the commonest power, are exact to the last bit without it. */
double op_value(enum op op, const double *operands, size_t count)
{
    assert(op < OP_END && op != OP_COUNT);
    double a = count > 0 ? operands[0] : (double)NAN;
    double b = count > 1 ? operands[1] : (double)NAN;
    double c = count > 2 ? operands[2] : (double)NAN;
    switch (op) {
#define OP(id, spelling, arity, level, defined, rule, domain, kinks, value, ...)         \
    case OP_##id:                                                                        \
        return (value);
#include "graph/ops.def"
    default: /* of arrays */
        break;
    }
    return (double)NAN;
}
