/* SPDX-License-Identifier: MIT
 * The folding rules that give the sums of a derivative the form a person would write:
 * like terms gathered, the number last, a term without a minus first. */
#include "graph/fold.h"
#include "graph/node.h"

#include <math.h>
#include <string.h>

static void insert_operand(struct expression *e, size_t at, node_id operand)
{
    memmove(e->operands + at + 1, e->operands + at,
            (e->count - at) * sizeof *e->operands);
    e->operands[at] = operand;
    e->count++;
}

/* A term of a sum as number times factors; valid until the next construction. */
struct scaled {
    double coefficient;
    const node_id *factors;
    size_t count;
};

static struct scaled split_term(const struct graph *graph, const node_id *term)
{
    struct scaled split = {1, term, 1};
    if (node_op(graph, *split.factors) == OP_NEGATE) {
        split.coefficient = -1;
        split.factors = graph->operands + graph->cells[*term].as.operands.first;
    }
    node_id product = *split.factors;
    if (node_op(graph, product) == OP_MULTIPLY &&
        is_constant(graph, node_operand(graph, product, 0))) {
        split.coefficient *= node_value(graph, node_operand(graph, product, 0));
        split.factors = graph->operands + graph->cells[product].as.operands.first + 1;
        split.count = node_count(graph, product) - 1;
    }
    return split;
}

static bool are_alike(const struct graph *graph, const node_id *a, const node_id *b)
{
    if (is_constant(graph, *a) || is_constant(graph, *b))
        return false;
    struct scaled left = split_term(graph, a), right = split_term(graph, b);
    return left.count == right.count &&
           memcmp(left.factors, right.factors, left.count * sizeof *left.factors) == 0;
}

static double added_coefficients(const struct graph *graph, const node_id *a,
                                 const node_id *b)
{
    return split_term(graph, a).coefficient + split_term(graph, b).coefficient;
}

/* The number times the factors of the term. */
static node_id scale_term(struct graph *graph, const node_id *term, double number)
{
    struct scaled split = split_term(graph, term);
    node_id *factors =
        arena_get(&graph->scratch, (split.count + 1) * sizeof *split.factors);
    memcpy(factors + 1, split.factors, split.count * sizeof *factors);
    factors[0] = graph_constant(graph, number);
    return graph_apply(graph, OP_MULTIPLY, factors, split.count + 1);
}

node_id gather_like_terms(struct graph *graph, struct expression *e)
{
    for (size_t i = 0; i < e->count && e->count <= MOST_COMPARED; i++) {
        for (size_t k = i + 1; k < e->count;) {
            const node_id *a = &e->operands[i], *b = &e->operands[k];
            double number = are_alike(graph, a, b) ? added_coefficients(graph, a, b) : 0;
            if (number == 0 || !isfinite(number)) {
                k++;
                continue;
            }
            e->operands[i] = scale_term(graph, a, number);
            expression_remove(e, k);
        }
    }
    return 0;
}

node_id gather_opposite_terms(struct graph *graph, struct expression *e)
{
    for (size_t i = 0; i < e->count && e->count <= MOST_COMPARED; i++) {
        for (size_t k = i + 1; k < e->count; k++) {
            const node_id *a = &e->operands[i], *b = &e->operands[k];
            if (!are_alike(graph, a, b) || added_coefficients(graph, a, b) != 0)
                continue;
            expression_remove(e, k);
            e->operands[i] = graph_constant(graph, 0);
            break;
        }
    }
    return 0;
}

/* The numbers are added and stand last. */
node_id gather_numbers_added(struct graph *graph, struct expression *e)
{
    double total = 0;
    size_t numbers = 0;
    for (size_t i = 0; i < e->count; i++) {
        if (is_constant(graph, e->operands[i])) {
            total += node_value(graph, e->operands[i]);
            numbers++;
        }
    }
    if (numbers == 0 || numbers == e->count || !isfinite(total))
        return 0;
    size_t kept = 0;
    for (size_t i = 0; i < e->count; i++)
        if (!is_constant(graph, e->operands[i]))
            e->operands[kept++] = e->operands[i];
    e->operands[kept] = graph_constant(graph, total);
    e->count = kept + 1;
    return 0;
}

static bool is_negative(const struct graph *graph, node_id node)
{
    enum op op = node_op(graph, node);
    if (op == OP_MULTIPLY || op == OP_DIVIDE) {
        node = node_operand(graph, node, 0);
        op = node_op(graph, node);
    }
    return op == OP_NEGATE || (op == OP_CONSTANT && node_value(graph, node) < 0);
}

/* A sum begins with a term that has no minus, if there is one near its beginning. */
node_id gather_first_term(struct graph *graph, struct expression *e)
{
    if (e->count == 0 || !is_negative(graph, e->operands[0]))
        return 0;
    for (size_t i = 1; i < e->count && i < MOST_COMPARED; i++) {
        node_id term = e->operands[i];
        if (is_negative(graph, term) || is_number(graph, term, 0))
            continue;
        expression_remove(e, i);
        insert_operand(e, 0, term);
        return 0;
    }
    return 0;
}
