/* SPDX-License-Identifier: MIT
 * The table of folding rules, and those that are exact. */
#include "graph/fold.h"

#include "graph/array_fold.h"

#include <math.h>
#include <string.h>

void expression_remove(struct expression *e, size_t at)
{
    memmove(e->operands + at, e->operands + at + 1,
            (e->count - at - 1) * sizeof *e->operands);
    e->count--;
}

/* A value that is not finite is kept as the operation that made it: there the reader can
 * be told where it came from. */
static node_id fold_numbers(struct graph *graph, struct expression *e)
{
    for (size_t i = 0; i < e->count; i++)
        if (!is_constant(graph, e->operands[i]))
            return 0;
    double *values = arena_get(&graph->scratch, (e->count + 1) * sizeof *values);
    bool all_finite = true;
    for (size_t i = 0; i < e->count; i++) {
        values[i] = node_value(graph, e->operands[i]);
        all_finite = all_finite && isfinite(values[i]);
    }
    double value = op_value(e->op, values, e->count);
    return all_finite && !isfinite(value) ? 0 : graph_constant(graph, value);
}

static node_id fold_leading_numbers(struct graph *graph, struct expression *e)
{
    size_t numbers = 0;
    while (numbers < e->count && is_constant(graph, e->operands[numbers]))
        numbers++;
    if (numbers < 2)
        return 0;
    double values[2] = {node_value(graph, e->operands[0])};
    for (size_t i = 1; i < numbers; i++) {
        values[1] = node_value(graph, e->operands[i]);
        values[0] = op_value(e->op, values, 2);
    }
    if (!isfinite(values[0]))
        return 0;
    e->operands += numbers - 1;
    e->count -= numbers - 1;
    e->operands[0] = graph_constant(graph, values[0]);
    return 0;
}

/* Takes the operands out that are the number `neutral`, unless all are. */
static node_id drop_neutral(struct graph *graph, struct expression *e, double neutral)
{
    size_t kept = 0;
    for (size_t i = 0; i < e->count; i++)
        if (!is_number(graph, e->operands[i], neutral))
            e->operands[kept++] = e->operands[i];
    if (kept == 0) {
        e->operands[0] = graph_constant(graph, neutral);
        kept = 1;
    }
    e->count = kept;
    return kept == 1 ? e->operands[0] : 0;
}

static node_id fold_zero_terms(struct graph *graph, struct expression *e)
{
    return drop_neutral(graph, e, 0);
}

static node_id fold_factors_one(struct graph *graph, struct expression *e)
{
    return drop_neutral(graph, e, 1);
}

/* Takes the signs off the operands; whether an odd number was there. */
static bool take_signs(struct graph *graph, struct expression *e, bool *found)
{
    bool is_negative = false;
    *found = false;
    for (size_t i = 0; i < e->count; i++) {
        if (node_op(graph, e->operands[i]) == OP_NEGATE)
            e->operands[i] = node_operand(graph, e->operands[i], 0);
        else if (e->op == OP_MULTIPLY && is_number(graph, e->operands[i], -1))
            e->operands[i] = graph_constant(graph, 1);
        else
            continue;
        *found = true;
        is_negative = !is_negative;
    }
    return is_negative;
}

static node_id fold_signs(struct graph *graph, struct expression *e)
{
    bool found = false;
    bool is_negative = take_signs(graph, e, &found);
    if (!found)
        return 0;
    node_id node = graph_apply(graph, e->op, e->operands, e->count);
    return is_negative ? graph_apply1(graph, OP_NEGATE, node) : node;
}

static node_id fold_negated_twice(struct graph *graph, struct expression *e)
{
    return node_op(graph, e->operands[0]) == OP_NEGATE
               ? node_operand(graph, e->operands[0], 0)
               : 0;
}

/* The node with the other sign, if it is a number or begins with one; else 0. */
static node_id negate_leading(struct graph *graph, node_id node)
{
    if (is_constant(graph, node))
        return graph_constant(graph, -node_value(graph, node));
    if (node_op(graph, node) != OP_MULTIPLY ||
        !is_constant(graph, node_operand(graph, node, 0)))
        return 0;
    size_t count = node_count(graph, node);
    node_id *factors = arena_get(&graph->scratch, count * sizeof *factors);
    for (size_t i = 0; i < count; i++)
        factors[i] = node_operand(graph, node, i);
    factors[0] = graph_constant(graph, -node_value(graph, factors[0]));
    return graph_apply(graph, OP_MULTIPLY, factors, count);
}

static node_id fold_negated_coefficient(struct graph *graph, struct expression *e)
{
    return negate_leading(graph, e->operands[0]);
}

static node_id fold_negated_quotient(struct graph *graph, struct expression *e)
{
    node_id inner = e->operands[0];
    if (node_op(graph, inner) != OP_DIVIDE)
        return 0;
    node_id below = node_operand(graph, inner, 1);
    node_id above = negate_leading(graph, node_operand(graph, inner, 0));
    return above == 0 ? 0 : graph_apply2(graph, OP_DIVIDE, above, below);
}

/* x/1 and x^1. */
static node_id fold_by_one(struct graph *graph, struct expression *e)
{
    return is_number(graph, e->operands[1], 1) ? e->operands[0] : 0;
}

static node_id fold_power_zero(struct graph *graph, struct expression *e)
{
    return is_number(graph, e->operands[1], 0) ? graph_constant(graph, 1) : 0;
}

static node_id fold_digamma(struct graph *graph, struct expression *e)
{
    return is_number(graph, e->operands[0], 0)
               ? graph_apply1(graph, OP_DIGAMMA, e->operands[1])
               : 0;
}

static node_id fold_abs(struct graph *graph, struct expression *e)
{
    if (node_op(graph, e->operands[0]) == OP_ABS)
        return e->operands[0];
    if (node_op(graph, e->operands[0]) == OP_NEGATE)
        e->operands[0] = node_operand(graph, e->operands[0], 0);
    return 0;
}

static bool is_truth(const struct graph *graph, node_id node)
{
    enum op_level level = op_info(node_op(graph, node))->level;
    return level >= LEVEL_OR && level <= LEVEL_COMPARE;
}

static node_id fold_not_twice(struct graph *graph, struct expression *e)
{
    if (node_op(graph, e->operands[0]) != OP_NOT)
        return 0;
    node_id inner = node_operand(graph, e->operands[0], 0);
    return is_truth(graph, inner) ? inner : 0;
}

/* and, or: a known operand decides, or leaves the other one. */
static node_id fold_known_truth(struct graph *graph, struct expression *e)
{
    for (size_t i = 0; i < 2; i++) {
        node_id known = e->operands[i], other = e->operands[1 - i];
        if (!is_constant(graph, known) || !is_truth(graph, other))
            continue;
        bool decides = (node_value(graph, known) != 0) == (e->op == OP_OR);
        return decides ? graph_constant(graph, e->op == OP_OR) : other;
    }
    return 0;
}

static node_id fold_same_truth(struct graph *graph, struct expression *e)
{
    bool same = e->operands[0] == e->operands[1] && is_truth(graph, e->operands[0]);
    return same ? e->operands[0] : 0;
}

static node_id fold_same(struct graph *graph, struct expression *e)
{
    (void)graph;
    return e->operands[0] == e->operands[1] ? e->operands[0] : 0;
}

static node_id fold_known_condition(struct graph *graph, struct expression *e)
{
    if (!is_constant(graph, e->operands[0]))
        return 0;
    return node_value(graph, e->operands[0]) != 0 ? e->operands[1] : e->operands[2];
}

static node_id fold_same_branches(struct graph *graph, struct expression *e)
{
    (void)graph;
    return e->operands[1] == e->operands[2] ? e->operands[1] : 0;
}

static node_id fold_not_condition(struct graph *graph, struct expression *e)
{
    if (node_op(graph, e->operands[0]) != OP_NOT)
        return 0;
    return graph_apply3(graph, OP_SELECT, node_operand(graph, e->operands[0], 0),
                        e->operands[2], e->operands[1]);
}

/* clang-format off */
#define EXACT     FOLD_EXACT
#define SAFE      FOLD_SAFE
#define ZERO_SIGN FOLD_ZERO_SIGN
#define ROUNDING  FOLD_ROUNDING
#define FINITE    FOLD_FINITE
/* Those of an operation stand together. */
static const struct fold_rule rules[] = {
    {"numbers", "2^3", "8", "the same formula, evaluated now", EXACT, OP_COUNT, fold_numbers},

    {"nested sum", "x + (y + z)", "x + y + z", "addition is associative", ROUNDING, OP_ADD, gather_open},
    {"like terms", "2*x + 3*x", "5*x", "distributive law", ROUNDING, OP_ADD, gather_like_terms},
    {"opposite terms", "x + y - x", "y", "x - x is 0", FINITE, OP_ADD, gather_opposite_terms},
    {"common denominator", "x/y - z/y^2", "(x*y - z)/y^2", "the quotient rule has one fraction bar", ROUNDING, OP_ADD, gather_common_denominator},
    {"common power", "y^x*z + y^x", "(z + 1)*y^x", "distributive law", ROUNDING, OP_ADD, gather_common_power},
    {"numbers in a sum", "1 + x + 2", "3 + x", "addition is commutative", ROUNDING, OP_ADD, gather_numbers_added},
    {"first term", "-x + y", "y - x", "addition is commutative", ROUNDING, OP_ADD, gather_first_term},
    {"leading numbers in a sum", "1 + 2 + x", "3 + x", "what a sum begins with is added first", EXACT, OP_ADD, fold_leading_numbers},
    {"zero term", "x + 0", "x", "0 is neutral", ZERO_SIGN, OP_ADD, fold_zero_terms},

    {"signs in a product", "(-x)*y", "-x*y", "rounding is symmetric about 0", EXACT, OP_MULTIPLY, fold_signs},
    {"nested product", "x*(y*z)", "x*y*z", "multiplication is associative", ROUNDING, OP_MULTIPLY, gather_open},
    {"quotient in a product", "x*(y/z)", "x*y/z", "one fraction bar", ROUNDING, OP_MULTIPLY, gather_quotients},
    {"zero factor", "x*y*0", "0", "a derivative that is zero is skipped", FINITE, OP_MULTIPLY, gather_zero},
    {"numbers in a product", "2*x*3", "6*x", "multiplication is commutative", ROUNDING, OP_MULTIPLY, gather_numbers_multiplied},
    {"equal factors", "x*x^2", "x^3", "exponents add", ROUNDING, OP_MULTIPLY, gather_powers},
    {"raised power", "x*x^(y - 1)", "x^y", "exponents add; 0 stays a root or a pole", FINITE, OP_MULTIPLY, gather_raised_powers},
    {"order of factors", "sin(x)*y", "y*sin(x)", "numbers, names, sums, functions", ROUNDING, OP_MULTIPLY, gather_order},
    {"leading numbers in a product", "2*3*x", "6*x", "what a product begins with is multiplied first", EXACT, OP_MULTIPLY, fold_leading_numbers},
    {"x log x", "2*x*log(x)", "2*x*log(x)", "0 at x = 0, its limit there", SAFE, OP_MULTIPLY, fold_times_log},
    {"factor one", "1*x", "x", "1 is neutral", EXACT, OP_MULTIPLY, fold_factors_one},

    {"negated twice", "-(-x)", "x", "only the sign bit changes", EXACT, OP_NEGATE, fold_negated_twice},
    {"negated coefficient", "-(2*x)", "-2*x", "rounding is symmetric about 0", EXACT, OP_NEGATE, fold_negated_coefficient},
    {"negated quotient", "-(2*x/y)", "-2*x/y", "rounding is symmetric about 0", EXACT, OP_NEGATE, fold_negated_quotient},

    {"signs in a quotient", "x/(-y)", "-x/y", "rounding is symmetric about 0", EXACT, OP_DIVIDE, fold_signs},
    {"divided by one", "x/1", "x", "1 is neutral", EXACT, OP_DIVIDE, fold_by_one},
    {"zero divided", "0/x", "0", "a derivative that is zero is skipped", FINITE, OP_DIVIDE, gather_zero},
    {"divided twice", "x/y/z", "x/(y*z)", "one fraction bar", ROUNDING, OP_DIVIDE, gather_divided_twice},
    {"divided by a quotient", "x/(y/z)", "x*z/y", "one fraction bar", ROUNDING, OP_DIVIDE, gather_inverted},
    {"reduced fraction", "2*x/(4*y)", "x/(2*y)", "where the numbers divide", ROUNDING, OP_DIVIDE, gather_reduced},
    {"cancelled powers", "x/x^3", "1/x^2", "exponents subtract; a pole of the derivative alone stays", FINITE, OP_DIVIDE, gather_cancelled},

    {"first power", "x^1", "x", "pow gives x itself", EXACT, OP_POWER, fold_by_one},
    {"power zero", "x^0", "1", "x^0 is 1 for every x, 0, inf and NaN too", EXACT, OP_POWER, fold_power_zero},
    {"power of a power", "(x^2)^3", "x^6", "exponents multiply", ROUNDING, OP_POWER, gather_nested_power},
    {"log of 1 + exp", "log(1 + exp(x))", "log(1 + exp(x))", "exp alone overflows", SAFE, OP_LOG, fold_log_of_exp},
    {"log1p of exp", "log1p(exp(x))", "log(1 + exp(x))", "exp alone overflows", SAFE, OP_LOG1P, fold_log1p_of_exp},
    {"digamma", "polygamma(0, x)", "digamma(x)", "the same function by definition", EXACT, OP_POLYGAMMA, fold_digamma},
    {"sign in abs", "abs(-x)", "|x|", "only the sign bit changes", EXACT, OP_ABS, fold_abs},
    {"least of equals", "min(x, x)", "x", "both are x", EXACT, OP_MIN, fold_same},
    {"greatest of equals", "max(x, x)", "x", "both are x", EXACT, OP_MAX, fold_same},

    {"not twice", "not not x > y", "x > y", "a comparison is 1 or 0", EXACT, OP_NOT, fold_not_twice},
    {"known truth in and", "1 and x > y", "x > y", "true is neutral, false decides", EXACT, OP_AND, fold_known_truth},
    {"same truth in and", "x > y and x > y", "x > y", "a comparison is 1 or 0", EXACT, OP_AND, fold_same_truth},
    {"known truth in or", "0 or x > y", "x > y", "false is neutral, true decides", EXACT, OP_OR, fold_known_truth},
    {"same truth in or", "x > y or x > y", "x > y", "a comparison is 1 or 0", EXACT, OP_OR, fold_same_truth},
    {"known condition", "if 1 then x else y", "x", "the other branch is never taken", EXACT, OP_SELECT, fold_known_condition},
    {"same branches", "if x > y then z else z", "z", "a condition is never undefined", EXACT, OP_SELECT, fold_same_branches},
    {"negated condition", "if not x > y then x else z", "if x > y then z else x", "the branches change places", EXACT, OP_SELECT, fold_not_condition},
};
/* clang-format on */

const struct fold_rule *fold_rules(size_t *count)
{
    *count = sizeof rules / sizeof rules[0];
    return rules;
}

/* Rules make operands anew, which folds those in turn.  A quotient of quotients is opened
 * no deeper than this: neither the stack nor the work may grow with its depth. */
enum { DEEPEST_GATHERING = 4 };

bool fold_is_allowed(const struct graph *graph, enum fold_kind kind)
{
    return kind == FOLD_EXACT || kind == FOLD_SAFE ||
           (graph->deriving && graph->fold_depth <= DEEPEST_GATHERING);
}

enum { RULE_COUNT = sizeof rules / sizeof rules[0] };

void fold_find_rules(struct graph *graph)
{
    for (size_t i = RULE_COUNT; i > 0; i--)
        graph->first_rule[rules[i - 1].op] = (unsigned char)i;
}

/* Those of one operation, or of all (OP_COUNT). */
static node_id apply_rules(struct graph *graph, enum op op, struct expression *e)
{
    size_t first = graph->first_rule[op];
    for (size_t i = first - 1; first > 0 && i < RULE_COUNT && rules[i].op == op; i++) {
        node_id node =
            fold_is_allowed(graph, rules[i].kind) ? rules[i].apply(graph, e) : 0;
        if (node != 0)
            return node;
    }
    return 0;
}

node_id fold(struct graph *graph, struct expression *e)
{
    graph->fold_depth++;
    node_id node = apply_rules(graph, OP_COUNT, e);
    if (node == 0)
        node = apply_rules(graph, e->op, e);
    if (node == 0)
        node = array_fold_safe(graph, e);
    graph->fold_depth--;
    return node;
}
