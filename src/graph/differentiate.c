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
#include "graph/partial.h"

#include <assert.h>

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
    unsigned gate_depth; /* of ifs that are being made */
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

enum { LONGEST_GATE = 32, DEEPEST_GATE = 64 };

static bool has_op(const struct graph *graph, node_id node, enum op op)
{
    return node_op(graph, node) == op;
}

static node_id gated(struct builder *b, node_id gate, node_id value);

/* if condition then yes else no; `if p or q then (if p ...)` as a chain of else ifs. */
static node_id choose(struct builder *b, node_id condition, node_id yes, node_id no)
{
    struct graph *graph = b->graph;
    while (has_op(graph, condition, OP_OR) && has_op(graph, yes, OP_SELECT) &&
           node_operand(graph, yes, 0) == node_operand(graph, condition, 0)) {
        node_id last = node_operand(graph, condition, 1);
        node_id value = node_operand(graph, yes, 2);
        no = is_number(graph, no, 0) ? gated(b, last, value)
                                     : graph_apply3(graph, OP_SELECT, last, value, no);
        condition = node_operand(graph, condition, 0);
        yes = node_operand(graph, yes, 1);
    }
    return graph_apply3(graph, OP_SELECT, condition, yes, no);
}

/* The value where a gate that is one condition is open, else 0. */
static node_id gated_once(struct builder *b, node_id gate, node_id value)
{
    node_id zero = graph_constant(b->graph, 0);
    if (b->gate_depth >= DEEPEST_GATE)
        return graph_apply3(b->graph, OP_SELECT, gate, value, zero);
    b->gate_depth++;
    node_id node = has_op(b->graph, gate, OP_NOT)
                       ? choose(b, node_operand(b->graph, gate, 0), zero, value)
                       : choose(b, gate, value, zero);
    b->gate_depth--;
    return node;
}

/* Likewise for any gate: `not p and q` becomes if p then 0 else if q ... */
static node_id gated(struct builder *b, node_id gate, node_id value)
{
    const struct graph *graph = b->graph;
    while (gate != 0 && has_op(graph, gate, OP_AND)) {
        node_id outer = node_operand(graph, gate, 0),
                inner = node_operand(graph, gate, 1);
        bool is_chain = has_op(graph, outer, OP_NOT) || has_op(graph, outer, OP_AND) ||
                        has_op(graph, inner, OP_OR);
        if (!is_chain)
            break;
        value = gated_once(b, inner, value);
        gate = outer;
    }
    return gate == 0 ? value : gated_once(b, gate, value);
}

static bool is_opposite(const struct graph *graph, node_id gate, node_id other)
{
    return has_op(graph, other, OP_NOT) && node_operand(graph, other, 0) == gate;
}

static void split_gate(const struct graph *graph, node_id gate, node_id *outer,
                       node_id *inner)
{
    bool is_joined = node_op(graph, gate) == OP_AND;
    *outer = is_joined ? node_operand(graph, gate, 0) : 0;
    *inner = is_joined ? node_operand(graph, gate, 1) : gate;
}

/* Whether the gates are `outer and c` and `outer and not c`: then *outer and *c. */
static bool split_opposites(const struct graph *graph, node_id yes, node_id no,
                            node_id *outer, node_id *c)
{
    node_id other_outer = 0, other = no;
    *outer = 0;
    *c = yes;
    if (is_opposite(graph, yes, no))
        return true;
    split_gate(graph, yes, outer, c);
    split_gate(graph, no, &other_outer, &other);
    return *outer == other_outer && is_opposite(graph, *c, other);
}

/* Two opposites become one: `outer`, and an if over c.  With `else_if` also those of
 * which the second counts only under further conditions q: then the gate is `c or q`. */
static bool unite_opposites(struct builder *b, struct contribution *yes,
                            const struct contribution *no, bool else_if)
{
    struct graph *graph = b->graph;
    node_id outer = 0, c = 0, opposite = no->gate, q = 0;
    for (int i = 0; !split_opposites(graph, yes->gate, opposite, &outer, &c); i++) {
        if (!else_if || !has_op(graph, opposite, OP_AND) || i == LONGEST_GATE)
            return false;
        opposite = node_operand(graph, opposite, 0);
    }
    for (node_id gate = no->gate; gate != opposite; gate = node_operand(graph, gate, 0))
        q = join(b, node_operand(graph, gate, 1), q);
    yes->value = graph_apply3(graph, OP_SELECT, c, yes->value, no->value);
    yes->gate = q == 0 ? outer : join(b, outer, call2(b, OP_OR, c, q));
    return true;
}

/* Makes `a` both, if they can be one. */
static bool unite(struct builder *b, struct contribution *a, const struct contribution *c,
                  bool else_if)
{
    if (a->gate == c->gate) {
        a->value = call2(b, OP_ADD, a->value, c->value);
        return true;
    }
    if (a->gate == 0 || c->gate == 0)
        return false;
    if (unite_opposites(b, a, c, else_if))
        return true;
    struct contribution yes = *c;
    if (!unite_opposites(b, &yes, a, else_if))
        return false;
    *a = yes;
    return true;
}

enum { UNITED_WITHIN = 8 }; /* so many of the last ones are tried: the work is linear */

/* Unites what can be; returns how many are left. */
static size_t unite_all(struct builder *b, struct contribution *all, size_t count,
                        bool else_if)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        struct contribution last = all[i];
        for (size_t k = kept; k > 0 && kept - k < UNITED_WITHIN; k--) {
            struct contribution both = all[k - 1];
            if (!unite(b, &both, &last, else_if))
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

static void reverse(struct contribution *all, size_t count)
{
    for (size_t i = 0; i < count / 2; i++) {
        struct contribution other = all[i];
        all[i] = all[count - 1 - i];
        all[count - 1 - i] = other;
    }
}

/* Opposites first; then chains of else ifs, which grow from their ends. */
static size_t unite_gates(struct builder *b, struct contribution *all, size_t count)
{
    count = unite_all(b, all, count, false);
    if (count == 1)
        return count;
    reverse(all, count);
    count = unite_all(b, all, count, true);
    reverse(all, count);
    return count;
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
        count = unite_gates(b, all, count);
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
    struct gated passed = {join(b, adjoint.gate, gate), value};
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
    return graph_broadcast_to(b->graph, gated(b, total->gate, total->value), &shape);
}

void graph_gradient(struct graph *graph, node_id f, const node_id *wrt, size_t n,
                    node_id *out)
{
    assert(is_scalar(graph, f));
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
