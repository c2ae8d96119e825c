/* SPDX-License-Identifier: MIT
 * What comes to a node under conditions: opposites become one if, others chains of else
 * ifs, so that a derivative by cases reads as the function does. */
#include "graph/gates.h"

static node_id call2(struct gates *g, enum op op, node_id x, node_id y)
{
    return graph_apply2(g->graph, op, x, y);
}

node_id gates_join(struct gates *g, node_id outer, node_id inner)
{
    if (outer == 0 || inner == 0)
        return outer == 0 ? inner : outer;
    return call2(g, OP_AND, outer, inner);
}

enum { LONGEST_GATE = 32, DEEPEST_GATE = 64 };

static bool has_op(const struct graph *graph, node_id node, enum op op)
{
    return node_op(graph, node) == op;
}

/* if condition then yes else no; `if p or q then (if p ...)` as a chain of else ifs. */
static node_id choose(struct gates *g, node_id condition, node_id yes, node_id no)
{
    struct graph *graph = g->graph;
    while (has_op(graph, condition, OP_OR) && has_op(graph, yes, OP_SELECT) &&
           node_operand(graph, yes, 0) == node_operand(graph, condition, 0)) {
        node_id last = node_operand(graph, condition, 1);
        node_id value = node_operand(graph, yes, 2);
        no = is_number(graph, no, 0) ? gates_apply(g, last, value)
                                     : graph_apply3(graph, OP_SELECT, last, value, no);
        condition = node_operand(graph, condition, 0);
        yes = node_operand(graph, yes, 1);
    }
    return graph_apply3(graph, OP_SELECT, condition, yes, no);
}

/* The value where a gate that is one condition is open, else 0. */
static node_id gated_once(struct gates *g, node_id gate, node_id value)
{
    node_id zero = graph_constant(g->graph, 0);
    if (g->depth >= DEEPEST_GATE)
        return graph_apply3(g->graph, OP_SELECT, gate, value, zero);
    g->depth++;
    node_id node = has_op(g->graph, gate, OP_NOT)
                       ? choose(g, node_operand(g->graph, gate, 0), zero, value)
                       : choose(g, gate, value, zero);
    g->depth--;
    return node;
}

/* Likewise for any gate: `not p and q` becomes if p then 0 else if q ... */
node_id gates_apply(struct gates *g, node_id gate, node_id value)
{
    const struct graph *graph = g->graph;
    while (gate != 0 && has_op(graph, gate, OP_AND)) {
        node_id outer = node_operand(graph, gate, 0),
                inner = node_operand(graph, gate, 1);
        bool is_chain = has_op(graph, outer, OP_NOT) || has_op(graph, outer, OP_AND) ||
                        has_op(graph, inner, OP_OR);
        if (!is_chain)
            break;
        value = gated_once(g, inner, value);
        gate = outer;
    }
    return gate == 0 ? value : gated_once(g, gate, value);
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
static bool unite_opposites(struct gates *g, struct contribution *yes,
                            const struct contribution *no, bool else_if)
{
    struct graph *graph = g->graph;
    node_id outer = 0, c = 0, opposite = no->gate, q = 0;
    for (int i = 0; !split_opposites(graph, yes->gate, opposite, &outer, &c); i++) {
        if (!else_if || !has_op(graph, opposite, OP_AND) || i == LONGEST_GATE)
            return false;
        opposite = node_operand(graph, opposite, 0);
    }
    for (node_id gate = no->gate; gate != opposite; gate = node_operand(graph, gate, 0))
        q = gates_join(g, node_operand(graph, gate, 1), q);
    yes->value = graph_apply3(graph, OP_SELECT, c, yes->value, no->value);
    yes->gate = q == 0 ? outer : gates_join(g, outer, call2(g, OP_OR, c, q));
    return true;
}

/* Makes `a` both, if they can be one. */
static bool unite(struct gates *g, struct contribution *a, const struct contribution *c,
                  bool else_if)
{
    if (a->gate == c->gate) {
        a->value = call2(g, OP_ADD, a->value, c->value);
        return true;
    }
    if (a->gate == 0 || c->gate == 0)
        return false;
    if (unite_opposites(g, a, c, else_if))
        return true;
    struct contribution yes = *c;
    if (!unite_opposites(g, &yes, a, else_if))
        return false;
    *a = yes;
    return true;
}

enum { UNITED_WITHIN = 8 }; /* so many of the last ones are tried: the work is linear */

/* Unites what can be; returns how many are left. */
static size_t unite_all(struct gates *g, struct contribution *all, size_t count,
                        bool else_if)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        struct contribution last = all[i];
        for (size_t k = kept; k > 0 && kept - k < UNITED_WITHIN; k--) {
            struct contribution both = all[k - 1];
            if (!unite(g, &both, &last, else_if))
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
size_t gates_unite(struct gates *g, struct contribution *all, size_t count)
{
    count = unite_all(g, all, count, false);
    if (count == 1)
        return count;
    reverse(all, count);
    count = unite_all(g, all, count, true);
    reverse(all, count);
    return count;
}
