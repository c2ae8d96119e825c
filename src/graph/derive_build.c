/* SPDX-License-Identifier: MIT
 * Expressions as a person puts them down in the middle of a calculation.
 *
 * The rules of fold.c that hold to the last bit act here too; those for finished
 * derivatives do not: a state shows how its parts came about. */
#include "graph/derivation.h"

enum { MOST_FLATTENED = 16 }; /* so that shared products are not copied without end */

bool derive_begins_with_minus(const struct graph *graph, node_id node)
{
    enum op op = node_op(graph, node);
    if (op == OP_MULTIPLY || op == OP_DIVIDE) {
        node = node_operand(graph, node, 0);
        op = node_op(graph, node);
    }
    return op == OP_NEGATE || (op == OP_CONSTANT && node_value(graph, node) < 0);
}

/* How many operands of `operand` may take its place among others of `op`; 0: it stays.
 * x*(-2*y) keeps its parentheses. */
static size_t opened_count(const struct graph *graph, enum op op, node_id operand,
                           bool is_first)
{
    if (node_op(graph, operand) != op || node_count(graph, operand) > MOST_FLATTENED)
        return 0;
    bool is_signed = op == OP_MULTIPLY && derive_begins_with_minus(graph, operand);
    return is_signed && !is_first ? 0 : node_count(graph, operand);
}

/* Puts the operands of nested sums or products in their places. */
static size_t flatten(struct graph *graph, enum op op, const node_id *operands,
                      size_t count, node_id *flat)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        node_id operand = operands[i];
        size_t inner = opened_count(graph, op, operand, i == 0);
        if (inner == 0)
            flat[kept++] = operand;
        for (size_t k = 0; k < inner; k++)
            flat[kept++] = node_operand(graph, operand, k);
    }
    return kept;
}

/* Takes the zeros out; how many operands are left. */
static size_t drop_zeros(const struct graph *graph, node_id *operands, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (!is_number(graph, unbroadcast(graph, operands[i]), 0))
            operands[kept++] = operands[i];
    return kept;
}

/* x*(1/x) instead of 1/x*x. */
static void put_fraction_last(const struct graph *graph, node_id *factors, size_t count)
{
    node_id first = factors[0];
    if (node_op(graph, first) != OP_DIVIDE ||
        !is_constant(graph, node_operand(graph, first, 0)))
        return;
    for (size_t i = 1; i < count; i++)
        factors[i - 1] = factors[i];
    factors[count - 1] = first;
}

static node_id build_flat(struct graph *graph, enum op op, const node_id *operands,
                          size_t count)
{
    struct arena_mark mark = graph_scratch(graph);
    node_id *flat = ARENA_ARRAY(&graph->scratch, count * MOST_FLATTENED, node_id);
    size_t kept = flatten(graph, op, operands, count, flat);
    size_t others = drop_zeros(graph, flat, kept);
    node_id node = 0;
    if (others == 0 || (others < kept && op == OP_MULTIPLY))
        node = graph_constant(graph, 0);
    else if (others == 1)
        node = flat[0];
    else {
        if (op == OP_MULTIPLY)
            put_fraction_last(graph, flat, others);
        node = graph_apply(graph, op, flat, others);
    }
    arena_release(&graph->scratch, mark);
    return node;
}

/* One fraction bar: u/v/w is u/(v*w). */
static node_id build_quotient(struct graph *graph, node_id above, node_id below)
{
    if (node_op(graph, above) == OP_DIVIDE) {
        below = derive_build2(graph, OP_MULTIPLY, node_operand(graph, above, 1), below);
        above = node_operand(graph, above, 0);
    }
    return graph_apply2(graph, OP_DIVIDE, above, below);
}

node_id derive_build(struct graph *graph, enum op op, const node_id *operands,
                     size_t count)
{
    if (op == OP_ADD || op == OP_MULTIPLY)
        return build_flat(graph, op, operands, count);
    bool vanishes = op == OP_NEGATE || op == OP_DIVIDE;
    if (vanishes && is_number(graph, unbroadcast(graph, operands[0]), 0))
        return graph_constant(graph, 0);
    if (op == OP_DIVIDE && count == 2)
        return build_quotient(graph, operands[0], operands[1]);
    return graph_apply(graph, op, operands, count);
}

node_id derive_build1(struct graph *graph, enum op op, node_id a)
{
    return derive_build(graph, op, &a, 1);
}

node_id derive_build2(struct graph *graph, enum op op, node_id a, node_id b)
{
    node_id operands[] = {a, b};
    return derive_build(graph, op, operands, 2);
}

node_id derive_chain(struct graph *graph, node_id partial, node_id slope)
{
    if (is_number(graph, unbroadcast(graph, slope), 1))
        return partial;
    bool is_negative = node_op(graph, partial) == OP_NEGATE;
    if (is_negative)
        partial = node_operand(graph, partial, 0);
    node_id below = 0;
    if (node_op(graph, partial) == OP_DIVIDE) {
        below = node_operand(graph, partial, 1);
        partial = node_operand(graph, partial, 0);
    }
    node_id node = derive_build2(graph, OP_MULTIPLY, partial, slope);
    if (below != 0)
        node = derive_build2(graph, OP_DIVIDE, node, below);
    return is_negative ? derive_build1(graph, OP_NEGATE, node) : node;
}

node_id *derive_factors(struct graph *graph, node_id product, size_t *count)
{
    node_id first = product;
    size_t total = 1;
    while (node_op(graph, first) == OP_MULTIPLY) {
        total += node_count(graph, first) - 1;
        first = node_operand(graph, first, 0);
        if (total > MOST_FLATTENED)
            break;
    }
    if (total > MOST_FLATTENED || first == product) { /* only the outermost product */
        total = node_count(graph, product);
        first = node_operand(graph, product, 0);
    }
    *count = total;
    node_id *factors = ARENA_ARRAY(&graph->scratch, total, node_id);
    for (node_id inner = product; total > 1; inner = node_operand(graph, inner, 0))
        for (size_t i = node_count(graph, inner); i-- > 1;)
            factors[--total] = node_operand(graph, inner, i);
    factors[0] = first;
    return factors;
}
