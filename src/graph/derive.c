/* SPDX-License-Identifier: MIT
 * The states of a derivation: all pending derivatives of a state are expanded, and the
 * state is made anew, until none is pending; the last one is graph_gradient's own node.
 *
 * A pending derivative is one leaf however often it occurs, so a state is never larger
 * than a small multiple of the formula and its derivative. */
#include "graph/derivation.h"

#include <string.h>

enum {
    MOST_STEPS = 40,      /* that are kept; a student reads no more */
    MOST_WORK = 1000000,  /* nodes visited before the rest is left out uncounted */
    MOST_RULES_A_LINE = 6 /* names; more are "..." */
};

/* ---- What is known of the nodes ---- */

/* Operands stand before their users, so one pass over the new nodes is enough. */
static void note_new_nodes(struct deriver *d)
{
    const struct graph *graph = d->graph;
    size_t wanted = graph_size(graph) + 1;
    while (d->note_capacity < wanted)
        d->notes =
            arena_grow(d->arena, d->notes, d->noted, &d->note_capacity, sizeof *d->notes);
    for (; d->noted < wanted; d->noted++) {
        struct derivation_note note = {.depends = d->noted == d->wrt};
        node_id node = (node_id)d->noted;
        for (size_t i = 0; node > 0 && i < node_count(graph, node) && !note.depends; i++)
            note.depends = d->notes[node_operand(graph, node, i)].depends;
        d->notes[d->noted] = note;
    }
}

bool derive_depends(struct deriver *d, node_id node)
{
    note_new_nodes(d);
    return d->notes[node].depends;
}

node_id derive_pending(struct deriver *d, node_id of)
{
    struct derivation_steps *out = d->out;
    note_new_nodes(d);
    if (d->notes[of].pending != 0)
        return out->pendings[d->notes[of].pending - 1].leaf;
    if (out->pending_count == out->pending_capacity)
        out->pendings = arena_grow(d->arena, out->pendings, out->pending_count,
                                   &out->pending_capacity, sizeof *out->pendings);
    uint32_t symbol = PENDING_SYMBOL - (uint32_t)out->pending_count;
    struct shape shape = graph_shape(d->graph, of);
    node_id leaf = graph_variable_array(d->graph, symbol, &shape);
    out->pendings[out->pending_count++] =
        (struct pending){.leaf = leaf, .of = of, .wrt = d->wrt};
    d->notes[of].pending = (uint32_t)out->pending_count;
    return leaf;
}

const struct pending *graph_pending(const struct derivation_steps *steps, uint32_t symbol)
{
    size_t index = PENDING_SYMBOL - symbol;
    return index < steps->pending_count ? &steps->pendings[index] : NULL;
}

/* The number of the pending derivative that the node is; SIZE_MAX when it is none. */
static size_t pending_number(const struct deriver *d, node_id node)
{
    if (node_op(d->graph, node) != OP_VARIABLE)
        return SIZE_MAX;
    const struct pending *pending =
        graph_pending(d->out, d->graph->cells[node].as.symbol);
    return pending == NULL ? SIZE_MAX : (size_t)(pending - d->out->pendings);
}

/* ---- One step ---- */

/* The rules of a step, each named once, from left to right. */
struct rule_list {
    const char *names[MOST_RULES_A_LINE];
    size_t count;
    bool has_more;
};

static void add_rule(struct rule_list *rules, const char *name)
{
    for (size_t i = 0; i < rules->count; i++)
        if (strcmp(rules->names[i], name) == 0)
            return;
    if (rules->count == MOST_RULES_A_LINE)
        rules->has_more = true;
    else
        rules->names[rules->count++] = name;
}

static const char *join_rules(struct deriver *d, const struct rule_list *rules)
{
    struct text text;
    text_init(&text, d->arena);
    for (size_t i = 0; i < rules->count; i++)
        text_format(&text, "%s%s", i == 0 ? "" : "; ", rules->names[i]);
    if (rules->has_more)
        text_puts(&text, "; ...");
    return text_string(&text);
}

/* What a pending derivative becomes is worked out once, however often it occurs. */
static void expand(struct deriver *d, size_t number)
{
    if (d->out->pendings[number].is_expanded)
        return;
    struct derivation_slope slope = derive_slope(d, d->out->pendings[number].of);
    struct pending *pending = &d->out->pendings[number]; /* the array may have moved */
    pending->slope = slope.node;
    pending->rule = slope.rule;
    pending->is_expanded = true;
}

/* Expands what is pending in the state; false when nothing is. */
static bool expand_all(struct deriver *d, const struct graph_order *order,
                       struct rule_list *rules)
{
    bool found = false;
    for (size_t i = 0; i < order->count; i++) {
        size_t number = pending_number(d, order->nodes[i]);
        if (number == SIZE_MAX)
            continue;
        expand(d, number);
        add_rule(rules, d->out->pendings[number].rule);
        found = true;
    }
    return found;
}

/* The node again, with what its operands have become. */
static node_id renew(struct deriver *d, const struct graph_order *order,
                     const node_id *made, node_id node)
{
    struct graph *graph = d->graph;
    size_t count = node_count(graph, node);
    struct arena_mark mark = arena_mark(&graph->scratch);
    node_id *operands = ARENA_ARRAY(&graph->scratch, count, node_id);
    bool is_same = node_renew_operands(graph, order, made, node, operands);
    if (!is_same)
        node = op_is_array(node_op(graph, node))
                   ? derive_array_like(graph, node, operands)
                   : derive_build(graph, node_op(graph, node), operands, count);
    arena_release(&graph->scratch, mark);
    return node;
}

/* The root of the state, with every pending derivative replaced by its slope: one pass
 * over the order, in which operands are made before their users. */
static node_id replace_pendings(struct deriver *d, const struct graph_order *order)
{
    node_id *made = ARENA_ARRAY(&d->graph->scratch, order->count, node_id);
    for (size_t i = 0; i < order->count; i++) {
        size_t number = pending_number(d, order->nodes[i]);
        made[i] = number == SIZE_MAX ? renew(d, order, made, order->nodes[i])
                                     : d->out->pendings[number].slope;
    }
    return made[order->count - 1];
}

/* The state after `state`, 0 when nothing is pending in it.  The two walks over it have
 * an order each, because rules walk the graph too. */
static node_id next_state(struct deriver *d, node_id state, const char **rule)
{
    struct rule_list rules = {.count = 0};
    struct arena_mark mark = graph_scratch(d->graph);
    struct graph_order order = graph_order(d->graph, &state, 1, &d->graph->scratch);
    node_id next = 0;
    d->work += order.count;
    if (expand_all(d, &order, &rules)) {
        order = graph_order(d->graph, &state, 1, &d->graph->scratch);
        next = replace_pendings(d, &order);
        *rule = join_rules(d, &rules);
    }
    arena_release(&d->graph->scratch, mark);
    return next;
}

/* ---- All steps ---- */

/* `rule` must last as long as the arena, or be a literal. */
static void keep_step(struct deriver *d, node_id state, const char *rule)
{
    struct derivation_steps *out = d->out;
    if (out->count == out->capacity)
        out->steps = arena_grow(d->arena, out->steps, out->count, &out->capacity,
                                sizeof *out->steps);
    out->steps[out->count++] = (struct derivation_step){state, rule};
}

static const char *name_by_number(void *user, uint32_t symbol)
{
    struct text text = {.arena = user};
    text_format(&text, "s%u", (unsigned)symbol);
    return text_string(&text);
}

/* Whether the two are written alike, and so are one line. */
static bool looks_the_same(struct deriver *d, node_id a, node_id b)
{
    if (a == b)
        return true;
    struct arena *arena = &d->graph->scratch;
    struct arena_mark mark = graph_scratch(d->graph);
    struct text first, second;
    text_init(&first, arena);
    text_init(&second, arena);
    graph_print(&first, d->graph, a, name_by_number, arena);
    graph_print(&second, d->graph, b, name_by_number, arena);
    bool same = strcmp(text_string(&first), text_string(&second)) == 0;
    arena_release(arena, mark);
    return same;
}

/* The last step shows the node that is used everywhere else. */
static void finish(struct deriver *d, node_id state, node_id gradient)
{
    struct derivation_steps *out = d->out;
    bool is_whole = out->left_out == 0 && !out->is_cut_short;
    if (is_whole && looks_the_same(d, state, gradient))
        out->steps[out->count - 1].state = gradient;
    else
        keep_step(d, gradient, "simplify");
}

void graph_derive_steps(struct graph *graph, node_id f, node_id wrt, struct arena *arena,
                        struct derivation_steps *out)
{
    *out = (struct derivation_steps){.count = 0};
    struct deriver d = {.graph = graph, .arena = arena, .wrt = wrt, .out = out};
    uint32_t origin = graph_origin(graph);
    /* First, because the order of its factors is that in which the graph got them. */
    node_id gradient = 0;
    graph_gradient(graph, f, &wrt, 1, &gradient);
    node_id state = derive_pending(&d, f);
    keep_step(&d, state, "");
    const char *rule = "";
    for (node_id next = 0; (next = next_state(&d, state, &rule)) != 0; state = next) {
        if (out->count < MOST_STEPS)
            keep_step(&d, next, rule);
        else
            out->left_out++;
        out->is_cut_short = d.work > MOST_WORK;
        if (out->is_cut_short)
            break;
    }
    finish(&d, state, gradient);
    graph_set_origin(graph, origin);
}
