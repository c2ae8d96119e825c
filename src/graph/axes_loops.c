/* SPDX-License-Identifier: MIT
 * Loops over the axes that a reduction drops, and their names.
 *
 * An axis has the name of the range that runs along it below the reduction; where folding
 * has left none, that of a range of the graph with as many elements; else one that no
 * leaf has.  A reduction in which nothing is taken by a name is that of a whole array:
 * sum(x^2). */
#include "graph/axes_parts.h"

#include <string.h>

enum { MOST_VISITED = 200 /* nodes, in search of a name */ };

bool axes_is_reduction(enum op op)
{
    return op >= OP_SUM_OVER && op <= OP_ARGMAX_OVER;
}

/* sum(E for ...) is in the language; norm([E for ...]) has brackets. */
static bool takes_loops(enum op op)
{
    return op >= OP_SUM_OVER && op <= OP_MAX_OVER;
}

/* ---- Names ---- */

static bool is_open(const struct axes *axes, const char *name)
{
    for (size_t i = 0; i < axes->open_count; i++)
        if (strcmp(axes->open[i]->name, name) == 0)
            return true;
    return false;
}

/* A namer may use the same memory for the next name. */
static const char *name_of(struct axes *axes, node_id leaf)
{
    const char *name = axes->name(axes->user, axes->graph->cells[leaf].as.symbol);
    return arena_copy(axes->arena, name, strlen(name));
}

static void note_name(struct axes *axes, node_id leaf)
{
    if (axes->name_count < AXES_MOST_NAMES)
        axes->names[axes->name_count++] = name_of(axes, leaf);
}

static bool is_pending(const struct axes *axes, node_id leaf)
{
    return axes->steps != NULL &&
           graph_pending(axes->steps, axes->graph->cells[leaf].as.symbol) != NULL;
}

/* The leaves of the formula, and the ranges of the graph that have names. */
static void survey(struct axes *axes)
{
    const struct graph *graph = axes->graph;
    if (axes->is_surveyed)
        return;
    axes->is_surveyed = true;
    axes->names = ARENA_ARRAY(axes->arena, AXES_MOST_NAMES, const char *);
    size_t pendings = axes->steps == NULL ? 0 : axes->steps->pending_count;
    node_id *roots = ARENA_ARRAY(axes->arena, pendings + 1, node_id);
    roots[0] = axes->root;
    for (size_t i = 0; i < pendings; i++)
        roots[i + 1] = axes->steps->pendings[i].of;
    struct graph_order order = graph_order(graph, roots, pendings + 1, axes->arena);
    for (size_t i = 0; i < order.count; i++) {
        enum op op = node_op(graph, order.nodes[i]);
        if (op == OP_PARAMETER ||
            (op == OP_VARIABLE && !is_pending(axes, order.nodes[i])))
            note_name(axes, order.nodes[i]);
    }
    for (size_t i = 1; i < graph->cell_count; i++)
        if (graph->cells[i].op == OP_RANGE && graph->cells[i].as.symbol != 0 &&
            axes->range_count < AXES_MOST_RANGES)
            axes->ranges[axes->range_count++] = (node_id)i;
}

static bool is_leaf_name(struct axes *axes, const char *name)
{
    survey(axes);
    for (size_t i = 0; i < axes->name_count; i++)
        if (strcmp(axes->names[i], name) == 0)
            return true;
    return false;
}

static bool is_free(struct axes *axes, const char *name)
{
    return !is_open(axes, name) && !is_leaf_name(axes, name);
}

/* i, j, ... and then i1, i2, ... */
static const char *fresh_name(struct axes *axes)
{
    static const char letters[] = "ijkmnpq";
    for (size_t number = 0;; number++)
        for (size_t i = 0; letters[i] != '\0'; i++) {
            struct text name;
            text_init(&name, axes->arena);
            text_putc(&name, letters[i]);
            if (number > 0)
                text_format(&name, "%zu", number);
            if (is_free(axes, text_string(&name)))
                return text_string(&name);
        }
}

/* ---- Along an axis ---- */

struct place {
    node_id node;
    size_t axis;
};

/* What is found below a reduction along one of its axes. */
struct finding {
    node_id range;   /* that has a name; 0: none */
    bool has_moves;  /* elements are taken by their position: x[i + 1] */
    bool has_spread; /* some operand is repeated along it: x[j] beside A[i, j] */
};

struct search {
    const struct axes *axes;
    const struct graph *graph;
    struct place stack[MOST_VISITED];
    size_t depth, visited;
    struct finding found;
};

static void visit(struct search *s, node_id node, size_t axis)
{
    struct shape shape = graph_shape(s->graph, node);
    if (axis >= shape.rank || shape.extent[axis] == 1)
        s->found.has_spread = s->found.has_spread || shape.rank > 0;
    else if (s->visited < MOST_VISITED) {
        s->visited++;
        s->stack[s->depth++] = (struct place){node, axis};
    }
}

static void visit_elements(struct search *s, node_id node, size_t axis)
{
    size_t rank = graph_shape(s->graph, node).rank;
    for (size_t i = 0; i < node_count(s->graph, node); i++) {
        node_id operand = node_operand(s->graph, node, i);
        size_t own = graph_shape(s->graph, operand).rank, missing = rank - own;
        if (own > 0)
            visit(s, operand, axis >= missing ? axis - missing : SIZE_MAX);
    }
}

static void visit_reshape(struct search *s, node_id node, size_t axis)
{
    size_t axis_of[SHAPE_MOST_AXES];
    node_id operand = node_operand(s->graph, node, 0);
    struct shape from = graph_shape(s->graph, operand), to = graph_shape(s->graph, node);
    if (!axes_unit_moves(&from, &to, axis_of))
        return;
    for (size_t i = 0; i < from.rank; i++)
        if (axis_of[i] == axis)
            visit(s, operand, i);
}

static void visit_slice(struct search *s, node_id node, size_t axis)
{
    node_id operand = node_operand(s->graph, node, 0);
    struct attributes attributes = graph_attributes(s->graph, node);
    bool is_all =
        attributes.stride[axis] == 1 && graph_shape(s->graph, operand).extent[axis] ==
                                            graph_shape(s->graph, node).extent[axis];
    s->found.has_moves = s->found.has_moves || !is_all;
    visit(s, operand, axis);
}

static void visit_gather(struct search *s, node_id node, size_t axis)
{
    node_id x = node_operand(s->graph, node, 0), index = node_operand(s->graph, node, 1);
    size_t first = graph_attributes(s->graph, node).axis;
    size_t count = graph_shape(s->graph, index).rank;
    if (axis < first)
        visit(s, x, axis);
    else if (axis >= first + count)
        visit(s, x, axis - count + 1);
    else if (node_op(s->graph, index) != OP_ARGSORT) {
        s->found.has_moves = true;
        visit(s, index, axis - first);
    }
}

/* The axis of the operand of a reduction that is axis number `axis` of the result. */
static void visit_reduction(struct search *s, node_id node, size_t axis)
{
    size_t axes = graph_attributes(s->graph, node).axes, left = axis + 1;
    s->found.has_moves = true; /* a sum is a number in the language */
    for (size_t i = 0; i < SHAPE_MOST_AXES; i++) {
        left -= (axes >> i & 1) == 0;
        if (left == 0) {
            visit(s, node_operand(s->graph, node, 0), i);
            return;
        }
    }
}

static void visit_product(struct search *s, node_id node, size_t axis)
{
    size_t rank = graph_shape(s->graph, node).rank;
    for (size_t i = 0; i < 2; i++) {
        node_id operand = node_operand(s->graph, node, i);
        size_t missing = rank - graph_shape(s->graph, operand).rank;
        bool is_other = axis + (i == 0 ? 1 : 2) == rank;
        if (axis >= missing && !is_other)
            visit(s, operand, axis - missing);
    }
}

static void visit_operands(struct search *s, node_id node, size_t axis)
{
    enum op op = node_op(s->graph, node);
    const struct pending *pending = axes_pending(s->axes, node);
    if (pending != NULL)
        visit(s, pending->of, axis);
    else if (op == OP_RANGE && s->graph->cells[node].as.symbol != 0 &&
             s->found.range == 0)
        s->found.range = node;
    else if (!op_is_array(op) || op == OP_BROADCAST) {
        s->found.has_moves = s->found.has_moves || op == OP_SELECT;
        visit_elements(s, node, axis);
    } else if (op == OP_RESHAPE)
        visit_reshape(s, node, axis);
    else if (op == OP_PERMUTE)
        visit(s, node_operand(s->graph, node, 0),
              graph_attributes(s->graph, node).order[axis]);
    else if (op == OP_SLICE)
        visit_slice(s, node, axis);
    else if (op == OP_GATHER)
        visit_gather(s, node, axis);
    else if (axes_is_reduction(op))
        visit_reduction(s, node, axis);
    else if (op == OP_MATMUL)
        visit_product(s, node, axis);
}

static struct finding search_axis(const struct axes *axes, node_id node, size_t axis)
{
    struct search s = {.axes = axes, .graph = axes->graph};
    visit(&s, node, axis);
    while (s.depth > 0) {
        struct place place = s.stack[--s.depth];
        visit_operands(&s, place.node, place.axis);
    }
    return s.found;
}

/* A range that runs over as many elements, though no longer below. */
static node_id similar_range(struct axes *axes, size_t count)
{
    survey(axes);
    for (size_t i = 0; i < axes->range_count; i++) {
        node_id range = axes->ranges[i];
        if (graph_shape(axes->graph, range).extent[0] == count &&
            is_free(axes, name_of(axes, range)))
            return range;
    }
    return 0;
}

/* ---- Loops ---- */

static struct axis_loop name_loop(struct axes *axes, node_id range, size_t count)
{
    struct axis_loop loop = {.first = 1, .count = count};
    if (range != 0) {
        loop.name = name_of(axes, range);
        loop.first = graph_attributes(axes->graph, range).first;
    }
    if (range == 0 || !is_free(axes, loop.name))
        loop.name = fresh_name(axes);
    return loop;
}

/* Whether anything is to be taken by a name; ranges[k] is the range along axis k. */
static bool wants_names(struct axes *axes, const struct axes_parts *parts, size_t dropped,
                        node_id *ranges)
{
    node_id body = node_operand(axes->graph, parts->view.node, 0);
    struct shape shape = graph_shape(axes->graph, body);
    bool is_language = takes_loops(node_op(axes->graph, parts->view.node));
    bool wants = axes->by_names && is_language;
    size_t rest = 0;
    for (size_t i = 0; i < shape.rank; i++) {
        if ((dropped >> i & 1) == 0) {
            wants =
                wants || (shape.extent[i] != 1 && parts->view.at[rest].kind != AXIS_AT);
            rest++;
            continue;
        }
        if (shape.extent[i] == 1)
            continue;
        struct finding found = search_axis(axes, body, i);
        ranges[i] = found.range;
        if (found.range == 0 && is_language)
            ranges[i] = similar_range(axes, shape.extent[i]);
        wants = wants || ranges[i] != 0 || found.has_moves || found.has_spread;
    }
    return wants;
}

/* if c then E else 0, in a sum, is E if c. */
static void take_mask(struct axes *axes, struct axes_parts *parts)
{
    const struct graph *graph = axes->graph;
    struct axes_view view = parts->body;
    enum op op = node_op(graph, parts->view.node);
    if (node_op(graph, view.node) == OP_BROADCAST) {
        node_id operand = node_operand(graph, view.node, 0);
        view.at += graph_shape(graph, view.node).rank - graph_shape(graph, operand).rank;
        view.node = operand;
    }
    if (node_op(graph, view.node) != OP_SELECT ||
        (op != OP_SUM_OVER && op != OP_PROD_OVER) ||
        !is_number(graph, unbroadcast(graph, node_operand(graph, view.node, 2)),
                   op == OP_PROD_OVER))
        return;
    size_t rank = graph_shape(graph, view.node).rank;
    node_id mask = node_operand(graph, view.node, 0),
            body = node_operand(graph, view.node, 1);
    parts->has_mask = true;
    parts->mask =
        (struct axes_view){mask, view.at + rank - graph_shape(graph, mask).rank, false};
    parts->body =
        (struct axes_view){body, view.at + rank - graph_shape(graph, body).rank, false};
}

void axes_open_loops(struct axes *axes, struct axes_parts *parts)
{
    const struct graph *graph = axes->graph;
    node_id ranges[SHAPE_MOST_AXES] = {0};
    size_t dropped = graph_attributes(graph, parts->view.node).axes, rest = 0;
    node_id body = node_operand(graph, parts->view.node, 0);
    struct shape shape = graph_shape(graph, body);
    bool named = wants_names(axes, parts, dropped, ranges) &&
                 axes->open_count + shape.rank <= AXES_MOST_LOOPS;
    struct axis_loop *loops = arena_zeroed(axes->arena, SHAPE_MOST_AXES, sizeof *loops);
    struct axis_index *at = arena_zeroed(axes->arena, SHAPE_MOST_AXES, sizeof *at);
    for (size_t i = 0; i < shape.rank; i++) {
        if ((dropped >> i & 1) == 0)
            at[i] = parts->view.at[rest++];
        else if (shape.extent[i] == 1)
            at[i].kind = AXIS_AT;
        else if (named) {
            struct axis_loop *loop = &loops[parts->loop_count++];
            *loop = name_loop(axes, ranges[i], shape.extent[i]);
            axes->open[axes->open_count++] = loop;
            at[i] = (struct axis_index){.kind = AXIS_AT, .loop = loop, .stride = 1};
        }
    }
    parts->loops = loops;
    parts->body = (struct axes_view){body, at, true};
    if (parts->loop_count > 0)
        take_mask(axes, parts);
}

void axes_open_repeat(struct axes *axes, struct axes_parts *parts)
{
    struct shape shape = graph_shape(axes->graph, parts->view.node);
    struct axis_loop *loops = arena_zeroed(axes->arena, SHAPE_MOST_AXES, sizeof *loops);
    struct axis_index *at = axes_indices(axes);
    for (size_t i = 0; i < shape.rank; i++) {
        at[i] = parts->view.at[i];
        bool is_open =
            shape.extent[i] != 1 && (at[i].kind == AXIS_WHOLE || at[i].kind == AXIS_PART);
        if (!is_open || axes->open_count == AXES_MOST_LOOPS)
            continue;
        size_t count = at[i].kind == AXIS_PART ? at[i].count : shape.extent[i];
        struct finding found = search_axis(axes, parts->view.node, i);
        node_id range = found.range != 0 ? found.range : similar_range(axes, count);
        struct axis_loop *loop = &loops[parts->loop_count++];
        *loop = name_loop(axes, range, count);
        axes->open[axes->open_count++] = loop;
        at[i] = (struct axis_index){
            .kind = AXIS_AT, .loop = loop, .start = at[i].start, .stride = 1};
    }
    parts->loops = loops;
    parts->body = (struct axes_view){parts->view.node, at, false};
}
