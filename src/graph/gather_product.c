/* SPDX-License-Identifier: MIT
 * The folding rules that give the products of a derivative the form a person would write:
 * one number in front, equal factors as a power, factors in a common order. */
#include "graph/fold.h"
#include "graph/node.h"

#include <math.h>
#include <string.h>

enum { MOST_OPENED = 8 };

/* ---- Sums in sums, products in products ---- */

/* Puts the operands of a nested sum or product in its place; of a sum that is taken away
 * with the other sign. */
static bool open_one(struct graph *graph, struct expression *e, size_t at)
{
    node_id inner = e->operands[at];
    bool is_negative = e->op == OP_ADD && node_op(graph, inner) == OP_NEGATE;
    if (is_negative)
        inner = node_operand(graph, inner, 0);
    size_t count = node_count(graph, inner);
    if (node_op(graph, inner) != e->op || e->count - 1 + count > MOST_OPENED)
        return false;
    node_id *opened = arena_get(&graph->scratch, (e->count + count) * sizeof *opened);
    memcpy(opened, e->operands, at * sizeof *opened);
    for (size_t i = 0; i < count; i++) {
        node_id operand = node_operand(graph, inner, i);
        opened[at + i] = is_negative ? graph_apply1(graph, OP_NEGATE, operand) : operand;
    }
    memcpy(opened + at + count, e->operands + at + 1,
           (e->count - at - 1) * sizeof *opened);
    e->operands = opened;
    e->count += count - 1;
    return true;
}

node_id gather_open(struct graph *graph, struct expression *e)
{
    for (size_t i = 0; i < e->count && e->count <= MOST_OPENED;)
        if (!open_one(graph, e, i))
            i++;
    return 0;
}

/* ---- Products ---- */

/* 0 times anything, and 0 over anything. */
node_id gather_zero(struct graph *graph, struct expression *e)
{
    size_t factors = e->op == OP_DIVIDE ? 1 : e->count;
    for (size_t i = 0; i < factors; i++)
        if (is_number(graph, e->operands[i], 0))
            return graph_constant(graph, 0);
    return 0;
}

/* The numbers are multiplied and stand first. */
node_id gather_numbers_multiplied(struct graph *graph, struct expression *e)
{
    double total = 1;
    size_t numbers = 0;
    for (size_t i = 0; i < e->count; i++) {
        if (is_constant(graph, e->operands[i])) {
            total *= node_value(graph, e->operands[i]);
            numbers++;
        }
    }
    if (numbers == 0 || numbers == e->count || !isfinite(total))
        return 0;
    for (size_t i = e->count, kept = e->count; i-- > 0;)
        if (!is_constant(graph, e->operands[i]))
            e->operands[--kept] = e->operands[i];
    e->operands += numbers - 1;
    e->count -= numbers - 1;
    e->operands[0] = graph_constant(graph, total);
    if (total != -1)
        return 0;
    node_id positive = graph_apply(graph, OP_MULTIPLY, e->operands + 1, e->count - 1);
    return graph_apply1(graph, OP_NEGATE, positive);
}

node_id gather_base(const struct graph *graph, node_id factor, double *exponent)
{
    *exponent = 1;
    if (node_op(graph, factor) != OP_POWER ||
        !is_constant(graph, node_operand(graph, factor, 1)))
        return factor;
    double value = node_value(graph, node_operand(graph, factor, 1));
    if (!(value >= 1) || value != floor(value) || value > 1e6)
        return factor;
    *exponent = value;
    return node_operand(graph, factor, 0);
}

/* x^m*x^n with numbers m and n, as x^(m + n); else 0. */
static node_id join_powers(struct graph *graph, node_id a, node_id b)
{
    double m = 0, n = 0;
    node_id base = gather_base(graph, a, &m);
    if (is_constant(graph, base) || base != gather_base(graph, b, &n))
        return 0;
    return graph_apply2(graph, OP_POWER, base, graph_constant(graph, m + n));
}

/* x*x^(y + c) with a number c, as x^(y + c + 1); else 0. */
static node_id raise_power(struct graph *graph, node_id x, node_id power)
{
    if (node_op(graph, power) != OP_POWER || node_operand(graph, power, 0) != x)
        return 0;
    node_id exponent = node_operand(graph, power, 1);
    size_t count = node_count(graph, exponent);
    if (node_op(graph, exponent) != OP_ADD ||
        !is_constant(graph, node_operand(graph, exponent, count - 1)))
        return 0;
    exponent = graph_apply2(graph, OP_ADD, exponent, graph_constant(graph, 1));
    return graph_apply2(graph, OP_POWER, x, exponent);
}

static node_id join_raised(struct graph *graph, node_id a, node_id b)
{
    node_id power = raise_power(graph, a, b);
    return power != 0 ? power : raise_power(graph, b, a);
}

/* Joins pairs of factors as long as there is one that can be. */
static node_id join_pairs(struct graph *graph, struct expression *e,
                          node_id join(struct graph *, node_id, node_id))
{
    for (size_t i = 0; i < e->count && e->count <= MOST_COMPARED; i++) {
        for (size_t k = i + 1; k < e->count;) {
            node_id power = join(graph, e->operands[i], e->operands[k]);
            if (power == 0) {
                k++;
                continue;
            }
            e->operands[i] = power;
            expression_remove(e, k);
        }
    }
    return 0;
}

node_id gather_powers(struct graph *graph, struct expression *e)
{
    return join_pairs(graph, e, join_powers);
}

node_id gather_raised_powers(struct graph *graph, struct expression *e)
{
    return join_pairs(graph, e, join_raised);
}

node_id gather_nested_power(struct graph *graph, struct expression *e)
{
    double inner = 0, outer = 0;
    if (!is_constant(graph, e->operands[1]))
        return 0;
    node_id base = gather_base(graph, e->operands[0], &inner);
    outer = node_value(graph, e->operands[1]);
    if (base == e->operands[0] || !(outer >= 1) || outer != floor(outer) || outer > 1e6)
        return 0;
    return graph_apply2(graph, OP_POWER, base, graph_constant(graph, inner * outer));
}

static bool is_call(const struct graph *graph, node_id node)
{
    const struct op_info *info = op_info(node_op(graph, node));
    return info->level == LEVEL_CALL && info->arity != 0;
}

/* A function, a power of one or by something that is no number, or a product that ends
 * with one of these. */
static bool ends_with_function(const struct graph *graph, node_id node)
{
    if (node_op(graph, node) == OP_NEGATE)
        node = node_operand(graph, node, 0);
    if (node_op(graph, node) == OP_MULTIPLY)
        node = node_operand(graph, node, node_count(graph, node) - 1);
    if (node_op(graph, node) != OP_POWER)
        return is_call(graph, node);
    return !is_constant(graph, node_operand(graph, node, 1)) ||
           is_call(graph, node_operand(graph, node, 0));
}

static bool holds_function(const struct graph *graph, node_id sum)
{
    for (size_t i = 0; i < node_count(graph, sum) && i < MOST_COMPARED; i++)
        if (ends_with_function(graph, node_operand(graph, sum, i)))
            return true;
    return false;
}

/* Where a person writes a factor: numbers, parameters, variables, sums, functions, and
 * last the sums of functions: 2*x*(x + 1)*exp(x)*(1 - exp(x)). */
static int rank_of(const struct graph *graph, node_id base)
{
    switch (node_op(graph, base)) {
    case OP_CONSTANT:
        return 0;
    case OP_PARAMETER:
        return 1;
    case OP_VARIABLE:
        return 2;
    case OP_ADD:
        return holds_function(graph, base) ? 5 : 3;
    default:
        return 4;
    }
}

static node_id ranked_base(const struct graph *graph, node_id factor)
{
    bool is_plain = node_op(graph, factor) == OP_POWER &&
                    is_constant(graph, node_operand(graph, factor, 1));
    return is_plain ? node_operand(graph, factor, 0) : factor;
}

/* Within a rank, in the order in which the script brought them up. */
static bool stands_before(const struct graph *graph, node_id a, node_id b)
{
    a = ranked_base(graph, a);
    b = ranked_base(graph, b);
    int first = rank_of(graph, a), second = rank_of(graph, b);
    return first < second || (first == second && a < b);
}

node_id gather_order(struct graph *graph, struct expression *e)
{
    if (e->count > MOST_COMPARED)
        return 0;
    for (size_t i = 1; i < e->count; i++) { /* by insertion: equals keep their order */
        node_id factor = e->operands[i];
        size_t at = i;
        for (; at > 0 && stands_before(graph, factor, e->operands[at - 1]); at--)
            e->operands[at] = e->operands[at - 1];
        e->operands[at] = factor;
    }
    return 0;
}
