/* SPDX-License-Identifier: MIT
 * Reverse accumulation: the chain rule, written once, over the partials of ops.def.
 *
 * From the root to the leaves every node gets its adjoint, the derivative of the root
 * with respect to it: the sum, over its users, of the user's adjoint times the user's
 * partial (Griewank and Walther, Evaluating Derivatives, 2nd edition, section 3.2).
 *
 * An adjoint may have a gate: a condition under which it counts, and otherwise it is 0
 * whatever its value.  So the derivative of a branch that is not taken may be undefined:
 * it is never multiplied by zero but left out.  An adjoint's gates are joined with `and`
 * on the way down, and become one `if` at the leaf.
 *
 * The adjoint of an array may be kept smaller than the array, which it is repeated to; it
 * has the shape that is due at the leaves alone. */
#include "graph/array_adjoint.h"
#include "graph/gates.h"
#include "graph/partial.h"

#include <assert.h>

struct adjoint {
    struct contribution *first, **end;
    size_t count;
};

struct builder {
    struct graph *graph;
    struct arena *arena;
    struct graph_order order;
    struct adjoint *adjoints; /* by position in the order */
    bool *is_active;          /* depends on a leaf that is asked for */
    struct partials partials;
    struct gates gates;
};

static node_id call2(struct builder *b, enum op op, node_id x, node_id y)
{
    return graph_apply2(b->graph, op, x, y);
}

/* ---- Accumulation ---- */

/* Numbers last: 2*x + 1. */
static node_id sum_values(struct builder *b, const struct contribution *all, size_t count)
{
    node_id *terms = ARENA_ARRAY(b->arena, count, node_id);
    size_t filled = 0;
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < count; i++)
            if (is_constant(b->graph, all[i].value) == (pass == 1))
                terms[filled++] = all[i].value;
    return graph_apply(b->graph, OP_ADD, terms, count);
}

/* The sum of what has come to a node, as one contribution. */
static struct contribution collect(struct builder *b, const struct adjoint *adjoint)
{
    struct contribution *all = ARENA_ARRAY(b->arena, adjoint->count, struct contribution);
    size_t count = 0, gates = 0;
    for (const struct contribution *c = adjoint->first; c != NULL; c = c->next) {
        gates += c->gate != 0;
        all[count++] = *c;
    }
    if (gates > 0)
        count = gates_unite(&b->gates, all, count);
    struct contribution total = all[0];
    if (count == 1)
        return total;
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && total.gate != 0)
            total.gate = all[i].gate == 0 ? 0 : call2(b, OP_OR, total.gate, all[i].gate);
        all[i].value = gates_apply(&b->gates, all[i].gate, all[i].value);
    }
    total.value = sum_values(b, all, count);
    return total;
}

static void contribute(struct builder *b, size_t position, node_id gate, node_id value)
{
    struct adjoint *adjoint = &b->adjoints[position];
    struct contribution *c = ARENA_NEW(b->arena, struct contribution);
    *c = (struct contribution){gate, value, NULL};
    if (adjoint->count++ == 0)
        adjoint->end = &adjoint->first;
    *adjoint->end = c;
    adjoint->end = &c->next;
}

/* The partial of a node times its adjoint.  The divisor of a quotient or a logarithm may
 * be cancelled: where it is 0 the function has no value either. */
static node_id multiply(struct builder *b, node_id node, node_id partial, node_id adjoint)
{
    enum op op = node_op(b->graph, node);
    b->graph->has_pole = op == OP_DIVIDE || op == OP_LOG || op == OP_LOG2 ||
                         op == OP_LOG10 || op == OP_LOG1P;
    node_id product = call2(b, OP_MULTIPLY, partial, adjoint);
    b->graph->has_pole = false;
    return product;
}

/* Contributes what is not zero.  Of a value that is repeated to the shape of the operand
 * what is repeated is enough. */
static void contribute_value(struct builder *b, size_t position, node_id gate,
                             node_id value)
{
    value = unbroadcast(b->graph, value);
    if (!is_number(b->graph, value, 0))
        contribute(b, position, gate, value);
}

/* Of an operation of scalars: the partial times the adjoint, summed along the axes along
 * which the operand was repeated. */
static void propagate_partial(struct builder *b, node_id node, size_t which,
                              size_t position, struct contribution adjoint)
{
    struct graph *graph = b->graph;
    node_id operand = node_operand(graph, node, which);
    node_id gate = 0, partial = partial_of(&b->partials, node, which, &gate);
    if (partial == 0 || is_number(graph, unbroadcast(graph, partial), 0))
        return;
    node_id value = multiply(b, node, partial, adjoint.value);
    if (is_number(graph, unbroadcast(graph, value), 0))
        return;
    struct gated passed = {gates_join(&b->gates, adjoint.gate, gate), value};
    if (graph->cells[node].shape != graph->cells[operand].shape) {
        struct shape shape = graph_shape(graph, node);
        passed = array_sum_to(graph, passed, &shape, operand);
    }
    contribute_value(b, position, passed.gate, passed.value);
}

/* Passes the adjoint of a node to its operands; what is zero is skipped. */
static void propagate(struct builder *b, node_id node, struct contribution adjoint)
{
    struct graph *graph = b->graph;
    graph->origin = graph->cells[node].origin;
    for (size_t i = 0; i < node_count(graph, node); i++) {
        node_id operand = node_operand(graph, node, i);
        size_t position = graph_position(graph, &b->order, operand);
        if (!b->is_active[position])
            continue;
        if (!op_is_array(node_op(graph, node))) {
            propagate_partial(b, node, i, position, adjoint);
            continue;
        }
        struct gated whole = {adjoint.gate, adjoint.value};
        struct gated passed = array_adjoint(graph, node, i, whole);
        if (passed.value != 0)
            contribute_value(b, position, passed.gate, passed.value);
    }
}

static void find_active(struct builder *b, const node_id *wrt, size_t n)
{
    const struct graph *graph = b->graph;
    b->is_active = ARENA_ARRAY(b->arena, b->order.count, bool);
    for (size_t i = 0; i < n; i++) {
        size_t position = graph_position(graph, &b->order, wrt[i]);
        if (position != SIZE_MAX)
            b->is_active[position] = true;
    }
    for (size_t i = 0; i < b->order.count; i++) {
        node_id node = b->order.nodes[i];
        for (size_t k = 0; k < node_count(graph, node) && !b->is_active[i]; k++) {
            node_id operand = node_operand(graph, node, k);
            b->is_active[i] = b->is_active[graph_position(graph, &b->order, operand)];
        }
    }
}

/* Users before operands.  The order is the reverse of a walk that visits the last operand
 * first, so that the terms of a derivative stand as their origins were written. */
static void accumulate(struct builder *b, node_id f)
{
    struct graph *graph = b->graph;
    contribute(b, b->order.count - 1, 0, graph_constant(graph, 1));
    for (size_t i = b->order.count; i-- > 0;) {
        struct adjoint *adjoint = &b->adjoints[i];
        if (adjoint->count == 0 || !b->is_active[i])
            continue;
        graph->origin = graph->cells[f].origin;
        struct contribution total = collect(b, adjoint);
        total.value = unbroadcast(graph, total.value);
        *adjoint->first = total;
        adjoint->first->next = NULL;
        adjoint->count = 1;
        if (!is_number(graph, total.value, 0))
            propagate(b, b->order.nodes[i], total);
    }
}

static node_id result_of(struct builder *b, node_id leaf)
{
    size_t position = graph_position(b->graph, &b->order, leaf);
    struct shape shape = graph_shape(b->graph, leaf);
    if (position == SIZE_MAX || b->adjoints[position].count == 0)
        return array_of_number(b->graph, 0, &shape);
    const struct contribution *total = b->adjoints[position].first;
    return graph_broadcast_to(b->graph, gates_apply(&b->gates, total->gate, total->value),
                              &shape);
}

void graph_gradient(struct graph *graph, node_id f, const node_id *wrt, size_t n,
                    node_id *out)
{
    assert(is_scalar(graph, f));
    if (gradient_recall(graph, f, wrt, n, out))
        return;
    struct arena_mark mark = graph_scratch(graph);
    uint32_t origin = graph->origin;
    graph->deriving = true;
    struct builder b = {.graph = graph,
                        .arena = &graph->scratch,
                        .partials = {.graph = graph, .arena = &graph->scratch},
                        .gates = {.graph = graph}};
    b.order = order_of(graph, &f, 1, b.arena, true);
    b.adjoints = ARENA_ARRAY(b.arena, b.order.count, struct adjoint);
    find_active(&b, wrt, n);
    accumulate(&b, f);
    for (size_t i = 0; i < n; i++)
        out[i] = result_of(&b, wrt[i]);
    graph->deriving = false;
    graph->origin = origin;
    arena_release(&graph->scratch, mark);
    gradient_remember(graph, f, wrt, n, out);
}

void graph_hessian_vector(struct graph *graph, node_id f, const node_id *wrt,
                          const node_id *directions, size_t n, node_id *out)
{
    struct arena_mark mark = graph_scratch(graph);
    node_id *terms = ARENA_ARRAY(&graph->scratch, n, node_id);
    graph_gradient(graph, f, wrt, n, terms);
    graph->deriving = true;
    for (size_t i = 0; i < n; i++) {
        assert(graph->cells[wrt[i]].shape == graph->cells[directions[i]].shape);
        node_id product = graph_apply2(graph, OP_MULTIPLY, terms[i], directions[i]);
        terms[i] = graph_sum_all(graph, product);
    }
    graph->deriving = false;
    node_id slope = graph_apply(graph, OP_ADD, terms, n);
    graph_gradient(graph, slope, wrt, n, out);
    arena_release(&graph->scratch, mark);
}
