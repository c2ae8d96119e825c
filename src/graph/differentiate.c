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
 * on the way down, and become one `if` at the leaf. */
#include "graph/node.h"
#include "graph/partial.h"

/* What a user passes to an operand; `gate` 0 counts always. */
struct contribution {
    node_id gate, value;
    struct contribution *next;
};

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
};

static node_id call2(struct builder *b, enum op op, node_id x, node_id y)
{
    return graph_apply2(b->graph, op, x, y);
}

/* ---- Gates ---- */

static node_id join(struct builder *b, node_id outer, node_id inner)
{
    if (outer == 0 || inner == 0)
        return outer == 0 ? inner : outer;
    return call2(b, OP_AND, outer, inner);
}

static node_id gated(struct builder *b, node_id gate, node_id value)
{
    if (gate == 0)
        return value;
    node_id zero = graph_constant(b->graph, 0);
    if (node_op(b->graph, gate) == OP_NOT)
        return graph_apply3(b->graph, OP_SELECT, node_operand(b->graph, gate, 0), zero,
                            value);
    return graph_apply3(b->graph, OP_SELECT, gate, value, zero);
}

/* Whether the gates are `outer and c` and `outer and not c`; then they are made one:
 * `outer`, and an if over c. */
static bool is_opposite(const struct graph *graph, node_id positive,
                        node_id negative_gate)
{
    return node_op(graph, negative_gate) == OP_NOT &&
           node_operand(graph, negative_gate, 0) == positive;
}

static void split_gate(const struct graph *graph, node_id gate, node_id *outer,
                       node_id *inner)
{
    bool is_joined = node_op(graph, gate) == OP_AND;
    *outer = is_joined ? node_operand(graph, gate, 0) : 0;
    *inner = is_joined ? node_operand(graph, gate, 1) : gate;
}

static bool unite_opposites(struct builder *b, struct contribution *yes,
                            const struct contribution *no)
{
    struct graph *graph = b->graph;
    node_id outer = 0, inner = yes->gate, other_outer = 0, other = no->gate;
    if (!is_opposite(graph, inner, other)) {
        split_gate(graph, yes->gate, &outer, &inner);
        split_gate(graph, no->gate, &other_outer, &other);
        if (outer != other_outer || !is_opposite(graph, inner, other))
            return false;
    }
    yes->gate = outer;
    yes->value = graph_apply3(graph, OP_SELECT, inner, yes->value, no->value);
    return true;
}

/* Makes `a` both, if they can be one. */
static bool unite(struct builder *b, struct contribution *a, const struct contribution *c)
{
    if (a->gate == c->gate) {
        a->value = call2(b, OP_ADD, a->value, c->value);
        return true;
    }
    if (a->gate == 0 || c->gate == 0)
        return false;
    if (unite_opposites(b, a, c))
        return true;
    struct contribution yes = *c;
    if (!unite_opposites(b, &yes, a))
        return false;
    *a = yes;
    return true;
}

enum { UNITED_WITHIN = 8 }; /* so many of the last ones are tried: the work is linear */

/* Unites what can be; returns how many are left. */
static size_t unite_all(struct builder *b, struct contribution *all, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        struct contribution last = all[i];
        for (size_t k = kept; k > 0 && kept - k < UNITED_WITHIN; k--) {
            struct contribution both = all[k - 1];
            if (!unite(b, &both, &last))
                continue;
            for (size_t m = k; m < kept; m++)
                all[m - 1] = all[m];
            kept--;
            last = both;
            k = kept + 1;
        }
        all[kept++] = last;
    }
    return kept;
}

/* ---- Accumulation ---- */

static node_id sum_values(struct builder *b, const struct contribution *all, size_t count)
{
    node_id *terms = ARENA_ARRAY(b->arena, count, node_id);
    for (size_t i = 0; i < count; i++)
        terms[i] = all[i].value;
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
        count = unite_all(b, all, count);
    struct contribution total = all[0];
    if (count == 1)
        return total;
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && total.gate != 0)
            total.gate = all[i].gate == 0 ? 0 : call2(b, OP_OR, total.gate, all[i].gate);
        all[i].value = gated(b, all[i].gate, all[i].value);
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
        node_id gate = 0, partial = partial_of(&b->partials, node, i, &gate);
        if (partial == 0 || is_number(graph, partial, 0))
            continue;
        node_id value = call2(b, OP_MULTIPLY, partial, adjoint.value);
        if (!is_number(graph, value, 0))
            contribute(b, position, join(b, adjoint.gate, gate), value);
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
    if (position == SIZE_MAX || b->adjoints[position].count == 0)
        return graph_constant(b->graph, 0);
    const struct contribution *total = b->adjoints[position].first;
    return gated(b, total->gate, total->value);
}

void graph_gradient(struct graph *graph, node_id f, const node_id *wrt, size_t n,
                    node_id *out)
{
    struct arena_mark mark = graph_scratch(graph);
    uint32_t origin = graph->origin;
    graph->deriving = true;
    struct builder b = {.graph = graph,
                        .arena = &graph->scratch,
                        .partials = {.graph = graph, .arena = &graph->scratch}};
    b.order = order_of(graph, &f, 1, b.arena, true);
    b.adjoints = ARENA_ARRAY(b.arena, b.order.count, struct adjoint);
    find_active(&b, wrt, n);
    accumulate(&b, f);
    for (size_t i = 0; i < n; i++)
        out[i] = result_of(&b, wrt[i]);
    graph->deriving = false;
    graph->origin = origin;
    arena_release(&graph->scratch, mark);
}
