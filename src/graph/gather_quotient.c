/* SPDX-License-Identifier: MIT
 * The folding rules that give the quotients of a derivative the form a person would
 * write: one fraction bar, in lowest terms where that hides no undefined value. */
#include "graph/fold.h"
#include "graph/node.h"

#include <math.h>

/* A quotient in place of those in a product.  It inherits the origin of the one that is
 * the likeliest to divide by 0, so that a derivative that is not finite is told by the
 * operation whose derivative it is. */
static node_id divide_once(struct graph *graph, node_id above, node_id below,
                           uint32_t origin)
{
    uint32_t current = graph->origin;
    graph->origin = origin;
    node_id quotient = graph_apply2(graph, OP_DIVIDE, above, below);
    graph->origin = current;
    return quotient;
}

/* 2 where the divisor has an edge, such as sqrt(x): there the derivative alone may be
 * undefined; 1 where it varies. */
static int suspicion_of(const struct graph *graph, node_id quotient)
{
    const struct cell *divisor = &graph->cells[node_operand(graph, quotient, 1)];
    return !divisor->is_total ? 2 : divisor->depends;
}

node_id gather_quotients(struct graph *graph, struct expression *e)
{
    size_t bars = 0;
    node_id model = 0;
    for (size_t i = 0; i < e->count; i++)
        bars += node_op(graph, e->operands[i]) == OP_DIVIDE;
    if (bars == 0)
        return 0;
    node_id *below = arena_get(&graph->scratch, bars * sizeof *below);
    bars = 0;
    for (size_t i = 0; i < e->count; i++) {
        node_id factor = e->operands[i];
        if (node_op(graph, factor) != OP_DIVIDE)
            continue;
        if (model == 0 || suspicion_of(graph, factor) > suspicion_of(graph, model))
            model = factor;
        e->operands[i] = node_operand(graph, factor, 0);
        below[bars++] = node_operand(graph, factor, 1);
    }
    node_id numerator = graph_apply(graph, OP_MULTIPLY, e->operands, e->count);
    node_id denominator = graph_apply(graph, OP_MULTIPLY, below, bars);
    return divide_once(graph, numerator, denominator, graph->cells[model].origin);
}

static node_id *copy_operands(struct graph *graph, node_id node)
{
    size_t count = node_count(graph, node);
    node_id *copy = arena_get(&graph->scratch, (count + 1) * sizeof *copy);
    for (size_t i = 0; i < count; i++)
        copy[i] = node_operand(graph, node, i);
    return copy;
}

node_id gather_divided_twice(struct graph *graph, struct expression *e)
{
    node_id inner = e->operands[0];
    if (node_op(graph, inner) != OP_DIVIDE)
        return 0;
    node_id top = node_operand(graph, inner, 0);
    node_id below =
        graph_apply2(graph, OP_MULTIPLY, node_operand(graph, inner, 1), e->operands[1]);
    return graph_apply2(graph, OP_DIVIDE, top, below);
}

node_id gather_inverted(struct graph *graph, struct expression *e)
{
    node_id inner = e->operands[1];
    if (node_op(graph, inner) != OP_DIVIDE)
        return 0;
    node_id below = node_operand(graph, inner, 0);
    node_id above =
        graph_apply2(graph, OP_MULTIPLY, e->operands[0], node_operand(graph, inner, 1));
    return graph_apply2(graph, OP_DIVIDE, above, below);
}

/* The number that the expression begins with; NaN when there is none. */
static double leading_number(const struct graph *graph, node_id node)
{
    if (node_op(graph, node) == OP_MULTIPLY)
        node = node_operand(graph, node, 0);
    return is_constant(graph, node) ? node_value(graph, node) : (double)NAN;
}

static node_id replace_leading(struct graph *graph, node_id node, double number)
{
    node_id first = graph_constant(graph, number);
    if (node_op(graph, node) != OP_MULTIPLY)
        return first;
    node_id *factors = copy_operands(graph, node);
    factors[0] = first;
    return graph_apply(graph, OP_MULTIPLY, factors, node_count(graph, node));
}

node_id gather_reduced(struct graph *graph, struct expression *e)
{
    double above = leading_number(graph, e->operands[0]);
    double below = leading_number(graph, e->operands[1]);
    double quotient = above / below, inverse = below / above;
    if (fabs(above) == 1 || !(quotient != 0) || !isfinite(quotient))
        return 0;
    if (quotient == floor(quotient)) {
        above = quotient;
        below = 1;
    } else if (inverse == floor(inverse)) {
        above = copysign(1, inverse); /* the sign stands above */
        below = fabs(inverse);
    } else {
        return 0;
    }
    node_id top = replace_leading(graph, e->operands[0], above);
    return graph_apply2(graph, OP_DIVIDE, top,
                        replace_leading(graph, e->operands[1], below));
}

/* Takes `node` as a product: its factors, or itself alone. */
static struct expression factors_of(struct graph *graph, node_id node)
{
    struct expression product = {OP_MULTIPLY, NULL, 1};
    if (node_op(graph, node) == OP_MULTIPLY) {
        product.operands = copy_operands(graph, node);
        product.count = node_count(graph, node);
    } else {
        product.operands = arena_get(&graph->scratch, sizeof node);
        product.operands[0] = node;
    }
    return product;
}

/* 1 when the exponent is not positive. */
static node_id power_of(struct graph *graph, node_id base, double exponent)
{
    return graph_apply2(graph, OP_POWER, base, graph_constant(graph, fmax(exponent, 0)));
}

/* Whether base^m over base^n may lose its divisor.  Where m < n a pole stays a pole. Else
 * it must come from a quotient or a logarithm of the function, which itself has no value
 * where this is 0.  sqrt(x)/sqrt(x) stays: there the derivative alone is undefined. */
static bool may_cancel(const struct graph *graph, node_id base, double m, double n)
{
    return !is_constant(graph, base) &&
           (m < n || (graph->has_pole && graph->cells[base].is_total));
}

node_id gather_cancelled(struct graph *graph, struct expression *e)
{
    struct expression above = factors_of(graph, e->operands[0]);
    struct expression below = factors_of(graph, e->operands[1]);
    bool found = false;
    for (size_t i = 0; i < above.count && above.count <= MOST_COMPARED; i++) {
        for (size_t k = 0; k < below.count && below.count <= MOST_COMPARED; k++) {
            double m = 0, n = 0;
            node_id base = gather_base(graph, above.operands[i], &m);
            if (base != gather_base(graph, below.operands[k], &n) ||
                !may_cancel(graph, base, m, n))
                continue;
            above.operands[i] = power_of(graph, base, m - n);
            below.operands[k] = power_of(graph, base, n - m);
            found = true;
            break;
        }
    }
    if (!found)
        return 0;
    node_id top = graph_apply(graph, OP_MULTIPLY, above.operands, above.count);
    node_id bottom = graph_apply(graph, OP_MULTIPLY, below.operands, below.count);
    return graph_apply2(graph, OP_DIVIDE, top, bottom);
}
