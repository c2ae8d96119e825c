/* SPDX-License-Identifier: MIT
 * In the order of the graph every node gets the nodes of its elements.  Where an element
 * of a result stands in an operand is the same arithmetic of indices for all operations
 * that only move elements. */
#include "graph/scalars.h"

#include "graph/array.h"

#include <math.h>

struct expansion {
    struct graph *graph;
    const struct scalars_leaves *leaves;
    struct arena *arena;
    struct graph_order order;
    node_id **elements; /* by position in the order */
    size_t left;        /* elements that may still be made */
};

/* One node with what is known of it; its operands' elements are made already. */
struct place {
    enum op op;
    struct node node;
    struct shape shape;
    struct attributes attributes;
    size_t count;
    node_id *out;
};

/* The graph's operands move while nodes are made, so they are looked up each time. */
static node_id operand_at(const struct expansion *x, node_id node, size_t which)
{
    return graph_node(x->graph, node).operands[which];
}

static const node_id *elements_of(const struct expansion *x, node_id node)
{
    return x->elements[graph_position(x->graph, &x->order, node)];
}

static void split(const struct shape *shape, size_t index, size_t *position)
{
    for (size_t i = shape->rank; i-- > 0;) {
        position[i] = shape->extent[i] == 0 ? 0 : index % shape->extent[i];
        index = shape->extent[i] == 0 ? 0 : index / shape->extent[i];
    }
}

static size_t join(const struct shape *shape, const size_t *position)
{
    size_t index = 0;
    for (size_t i = 0; i < shape->rank; i++)
        index = index * shape->extent[i] + position[i];
    return index;
}

/* Alignment from the last axis back. */
static size_t aligned(const struct shape *from, const struct shape *to, size_t index)
{
    size_t position[SHAPE_MOST_AXES], own[SHAPE_MOST_AXES];
    split(to, index, position);
    for (size_t i = 0; i < from->rank; i++) {
        size_t at = to->rank - from->rank + i;
        own[i] = from->extent[i] == 1 ? 0 : position[at];
    }
    return join(from, own);
}

/* ---- Element by element ---- */

static bool expand_elementwise(struct expansion *x, node_id node, struct place *p)
{
    size_t count = p->node.count;
    node_id *operands = ARENA_ARRAY(x->arena, count, node_id);
    for (size_t i = 0; i < p->count; i++) {
        for (size_t k = 0; k < count; k++) {
            node_id operand = operand_at(x, node, k);
            struct shape own = graph_shape(x->graph, operand);
            operands[k] = elements_of(x, operand)[aligned(&own, &p->shape, i)];
        }
        p->out[i] = graph_apply(x->graph, p->op, operands, count);
    }
    return true;
}

/* ---- Reductions ---- */

static node_id pairwise(struct graph *graph, enum op op, const node_id *items,
                        size_t count)
{
    node_id node = items[0];
    for (size_t i = 1; i < count; i++)
        node = graph_apply2(graph, op, node, items[i]);
    return node;
}

static node_id many(struct graph *graph, enum op op, const node_id *items, size_t count)
{
    if (count == 0)
        return graph_constant(graph, op == OP_ADD ? 0 : 1);
    return count == 1 ? items[0] : graph_apply(graph, op, items, count);
}

static node_id reduce(struct expansion *x, enum op op, node_id *items, size_t count)
{
    struct graph *graph = x->graph;
    if (op == OP_SUM_OVER || op == OP_PROD_OVER)
        return many(graph, op == OP_SUM_OVER ? OP_ADD : OP_MULTIPLY, items, count);
    if (op == OP_MIN_OVER || op == OP_MAX_OVER)
        return count == 0
                   ? graph_constant(graph, (double)NAN)
                   : pairwise(graph, op == OP_MIN_OVER ? OP_MIN : OP_MAX, items, count);
    for (size_t i = 0; i < count; i++)
        items[i] = op == OP_NORM_OVER
                       ? graph_apply2(graph, OP_POWER, items[i], graph_constant(graph, 2))
                       : graph_apply1(graph, OP_EXP, items[i]);
    return graph_apply1(graph, op == OP_NORM_OVER ? OP_SQRT : OP_LOG,
                        many(graph, OP_ADD, items, count));
}

/* The operand's elements in the order of the result's, those of one result together. */
static bool expand_reduction(struct expansion *x, node_id node, struct place *p)
{
    node_id operand = operand_at(x, node, 0);
    struct shape own = graph_shape(x->graph, operand);
    size_t total = shape_elements(&own), each = p->count == 0 ? 0 : total / p->count;
    const node_id *from = elements_of(x, operand);
    node_id *items = ARENA_ARRAY(x->arena, total, node_id);
    size_t *used = ARENA_ARRAY(x->arena, p->count, size_t);
    for (size_t i = 0; i < total; i++) {
        size_t position[SHAPE_MOST_AXES], kept[SHAPE_MOST_AXES], rank = 0;
        split(&own, i, position);
        for (size_t k = 0; k < own.rank; k++)
            if ((p->attributes.axes >> k & 1) == 0)
                kept[rank++] = position[k];
        size_t to = join(&p->shape, kept);
        items[to * each + used[to]++] = from[i];
    }
    for (size_t i = 0; i < p->count; i++)
        p->out[i] = reduce(x, p->op, items + i * each, each);
    return true;
}

/* ---- What moves elements ---- */

static size_t moved_from(const struct place *p, const struct shape *own, size_t index)
{
    size_t position[SHAPE_MOST_AXES], from[SHAPE_MOST_AXES] = {0};
    if (p->op == OP_RESHAPE)
        return index;
    if (p->op == OP_BROADCAST)
        return aligned(own, &p->shape, index);
    split(&p->shape, index, position);
    for (size_t i = 0; i < p->shape.rank; i++) {
        if (p->op == OP_PERMUTE)
            from[p->attributes.order[i]] = position[i];
        else /* SLICE */
            from[i] = (size_t)((ptrdiff_t)p->attributes.start[i] +
                               p->attributes.stride[i] * (ptrdiff_t)position[i]);
    }
    return join(own, from);
}

static bool expand_move(struct expansion *x, node_id node, struct place *p)
{
    node_id operand = operand_at(x, node, 0);
    struct shape own = graph_shape(x->graph, operand);
    for (size_t i = 0; i < p->count; i++)
        p->out[i] = elements_of(x, operand)[moved_from(p, &own, i)];
    return true;
}

static bool expand_concat(struct expansion *x, node_id node, struct place *p)
{
    for (size_t i = 0; i < p->count; i++) {
        size_t position[SHAPE_MOST_AXES], axis = p->attributes.axis, which = 0;
        split(&p->shape, i, position);
        struct shape own = graph_shape(x->graph, operand_at(x, node, which));
        while (position[axis] >= own.extent[axis]) {
            position[axis] -= own.extent[axis];
            own = graph_shape(x->graph, operand_at(x, node, ++which));
        }
        p->out[i] = elements_of(x, operand_at(x, node, which))[join(&own, position)];
    }
    return true;
}

/* By an index of known numbers. */
static bool expand_gather(struct expansion *x, node_id node, struct place *p)
{
    node_id operand = operand_at(x, node, 0), index = operand_at(x, node, 1);
    struct shape own = graph_shape(x->graph, operand);
    struct shape table = graph_shape(x->graph, index);
    size_t axis = p->attributes.axis;
    const double *numbers = graph_node(x->graph, index).op == OP_PARAMETER
                                ? x->leaves->numbers(x->leaves->user, index)
                                : NULL;
    if (numbers == NULL)
        return false;
    for (size_t i = 0; i < p->count; i++) {
        size_t position[SHAPE_MOST_AXES], from[SHAPE_MOST_AXES], rank = 0;
        split(&p->shape, i, position);
        double at = numbers[join(&table, position + axis)];
        if (!(at >= 0 && at < (double)own.extent[axis]))
            return false;
        for (size_t k = 0; k < axis; k++)
            from[rank++] = position[k];
        from[rank++] = (size_t)at;
        for (size_t k = axis + table.rank; k < p->shape.rank; k++)
            from[rank++] = position[k];
        p->out[i] = elements_of(x, operand)[join(&own, from)];
    }
    return true;
}

static bool expand_cumsum(struct expansion *x, node_id node, struct place *p)
{
    node_id operand = operand_at(x, node, 0);
    size_t n = p->shape.extent[p->shape.rank - 1];
    for (size_t row = 0; n > 0 && row < p->count / n; row++)
        for (size_t i = 0; i < n; i++) {
            size_t at = row * n + (p->attributes.is_reversed != 0 ? n - 1 - i : i);
            size_t before = p->attributes.is_reversed != 0 ? at + 1 : at - 1;
            node_id own = elements_of(x, operand)[at];
            p->out[at] =
                i == 0 ? own : graph_apply2(x->graph, OP_ADD, p->out[before], own);
        }
    return true;
}

/* ---- Matrices ---- */

/* A vector on the left is a row, on the right a column, as in graph_matmul. */
static struct shape as_matrix(struct shape shape, bool is_row)
{
    if (shape.rank != 1)
        return shape;
    return is_row ? shape_matrix(1, shape.extent[0]) : shape_matrix(shape.extent[0], 1);
}

static bool expand_matmul(struct expansion *x, node_id node, struct place *p)
{
    node_id left = operand_at(x, node, 0), right = operand_at(x, node, 1);
    struct shape a = as_matrix(graph_shape(x->graph, left), true);
    struct shape b = as_matrix(graph_shape(x->graph, right), false);
    if (a.rank != 2 || b.rank != 2)
        return false;
    size_t inner = a.extent[1], columns = b.extent[1];
    node_id *terms = ARENA_ARRAY(x->arena, inner, node_id);
    for (size_t i = 0; i < p->count; i++) {
        for (size_t k = 0; k < inner; k++)
            terms[k] = graph_apply2(x->graph, OP_MULTIPLY,
                                    elements_of(x, left)[i / columns * inner + k],
                                    elements_of(x, right)[k * columns + i % columns]);
        p->out[i] = many(x->graph, OP_ADD, terms, inner);
    }
    return true;
}

static bool expand_diagonal(struct expansion *x, node_id node, struct place *p)
{
    node_id operand = operand_at(x, node, 0);
    struct shape own = graph_shape(x->graph, operand);
    bool makes = p->op == OP_MAKE_DIAGONAL;
    if (own.rank != (makes ? 1U : 2U))
        return false;
    size_t columns = makes ? p->shape.extent[1] : own.extent[1];
    for (size_t i = 0; i < p->count; i++) {
        if (!makes)
            p->out[i] = elements_of(x, operand)[i * columns + i];
        else if (i / columns == i % columns)
            p->out[i] = elements_of(x, operand)[i / columns];
        else
            p->out[i] = graph_constant(x->graph, 0);
    }
    return true;
}

/* ---- All ---- */

static bool expand_leaf(struct expansion *x, node_id node, struct place *p)
{
    for (size_t i = 0; i < p->count; i++) {
        if (p->op == OP_RANGE)
            p->out[i] = graph_constant(x->graph, p->attributes.first +
                                                     p->attributes.step * (double)i);
        else
            p->out[i] = p->shape.rank == 0 && p->op == OP_CONSTANT
                            ? node
                            : x->leaves->element(x->leaves->user, node, i);
    }
    return true;
}

static bool expand(struct expansion *x, node_id node, struct place *p)
{
    switch (p->op) {
    case OP_SUM_OVER:
    case OP_PROD_OVER:
    case OP_MIN_OVER:
    case OP_MAX_OVER:
    case OP_NORM_OVER:
    case OP_LOGSUMEXP_OVER:
        return expand_reduction(x, node, p);
    case OP_RESHAPE:
    case OP_BROADCAST:
    case OP_PERMUTE:
    case OP_SLICE:
        return expand_move(x, node, p);
    case OP_CONCAT:
        return expand_concat(x, node, p);
    case OP_GATHER:
        return expand_gather(x, node, p);
    case OP_CUMSUM:
        return expand_cumsum(x, node, p);
    case OP_MATMUL:
        return expand_matmul(x, node, p);
    case OP_DIAGONAL:
    case OP_MAKE_DIAGONAL:
        return expand_diagonal(x, node, p);
    default:
        if (p->node.count == 0)
            return expand_leaf(x, node, p);
        return !op_is_array(p->op) && expand_elementwise(x, node, p);
    }
}

bool graph_scalars(struct graph *graph, node_id root, const struct scalars_leaves *leaves,
                   size_t most, struct arena *arena, node_id *out)
{
    struct expansion x = {.graph = graph, .leaves = leaves, .arena = arena, .left = most};
    x.order = graph_order(graph, &root, 1, arena);
    x.elements = ARENA_ARRAY(arena, x.order.count, node_id *);
    for (size_t i = 0; i < x.order.count; i++) {
        node_id node = x.order.nodes[i];
        struct place p = {.node = graph_node(graph, node),
                          .shape = graph_shape(graph, node),
                          .attributes = graph_attributes(graph, node)};
        p.op = p.node.op;
        p.count = shape_elements(&p.shape);
        if (p.count > x.left)
            return false;
        x.left -= p.count;
        p.out = x.elements[i] = ARENA_ARRAY(arena, p.count, node_id);
        graph_set_origin(graph, p.node.origin);
        if (!expand(&x, node, &p))
            return false;
    }
    *out = x.elements[x.order.count - 1][0];
    return graph_shape(graph, root).rank == 0;
}
