/* SPDX-License-Identifier: MIT
 * Forms that fail in the middle of where they are defined, and their safe equals: exp
 * overflows in log(1 + exp(x)), and x*log(x) is 0*(-inf) at 0, where its limit is 0.
 *
 * log(1 + x) and exp(x) - 1 stay as they are: they lose digits near 0 but are finite, and
 * what a script wrote keeps its bits where it can. */
#include "graph/fold.h"
#include "graph/node.h"

/* x of 1 + exp(x) or exp(x) + 1; 0 when it is something else. */
static node_id exponent_past_one(const struct graph *graph, node_id sum)
{
    if (node_op(graph, sum) != OP_ADD || node_count(graph, sum) != 2)
        return 0;
    for (size_t i = 0; i < 2; i++) {
        node_id power = node_operand(graph, sum, 1 - i);
        if (is_number(graph, node_operand(graph, sum, i), 1) &&
            node_op(graph, power) == OP_EXP)
            return node_operand(graph, power, 0);
    }
    return 0;
}

node_id fold_log_of_exp(struct graph *graph, struct expression *e)
{
    node_id x = exponent_past_one(graph, e->operands[0]);
    return x == 0 ? 0 : graph_apply1(graph, OP_SOFTPLUS, x);
}

node_id fold_log1p_of_exp(struct graph *graph, struct expression *e)
{
    if (node_op(graph, e->operands[0]) != OP_EXP)
        return 0;
    return graph_apply1(graph, OP_SOFTPLUS, node_operand(graph, e->operands[0], 0));
}

/* How many of the last of `count` factors make up x, where the next one is log(x): 1, or
 * those of a product x; 0 when they do not. */
static size_t find_argument(const struct graph *graph, const node_id *factors,
                            size_t count, node_id next)
{
    if (node_op(graph, next) != OP_LOG)
        return 0;
    node_id x = node_operand(graph, next, 0);
    if (count > 0 && factors[count - 1] == x && !is_constant(graph, x))
        return 1;
    size_t wanted = node_op(graph, x) == OP_MULTIPLY ? node_count(graph, x) : count + 1;
    if (wanted > count)
        return 0;
    for (size_t i = 0; i < wanted; i++)
        if (factors[count - wanted + i] != node_operand(graph, x, i))
            return 0;
    return wanted;
}

/* log(x)*x */
static bool is_reversed(const struct graph *graph, node_id log, node_id x)
{
    return node_op(graph, log) == OP_LOG && node_operand(graph, log, 0) == x &&
           !is_constant(graph, x);
}

/* Neighbours only, those on the left first: so what is printed without parentheses is
 * read as the same operations again. */
node_id fold_times_log(struct graph *graph, struct expression *e)
{
    size_t kept = 0;
    for (size_t at = 0; at < e->count; at++) {
        node_id factor = e->operands[at];
        size_t count = find_argument(graph, e->operands, kept, factor);
        bool reversed = count == 0 && at + 1 < e->count &&
                        is_reversed(graph, factor, e->operands[at + 1]);
        if (count > 0 || reversed)
            factor =
                graph_apply2(graph, OP_TIMES_LOG, node_operand(graph, factor, 0), factor);
        kept -= count;
        at += reversed;
        e->operands[kept++] = factor;
    }
    e->count = kept;
    return kept == 1 ? e->operands[0] : 0;
}
