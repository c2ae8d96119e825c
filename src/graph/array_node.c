/* SPDX-License-Identifier: MIT
 * Leaves that are arrays, and the nodes of array operations as they are stored. */
#include "graph/array_node.h"

#include <assert.h>

static_assert(sizeof(struct shape) == (1 + SHAPE_MOST_AXES) * sizeof(size_t),
              "no padding: the pool compares bytes");
static_assert(sizeof(struct attributes) ==
                  2 * sizeof(double) + (4 + 3 * SHAPE_MOST_AXES) * sizeof(size_t),
              "no padding: the pool compares bytes");

uint32_t graph_shape_number(struct graph *graph, const struct shape *shape)
{
    struct shape clean = {.rank = shape->rank};
    for (size_t i = 0; i < shape->rank; i++)
        clean.extent[i] = shape->extent[i];
    return pool_number(&graph->shapes, graph->memory, &clean);
}

struct shape graph_shape(const struct graph *graph, node_id node)
{
    assert(node > 0 && node < graph->cell_count);
    struct shape shape;
    pool_read(&graph->shapes, graph->cells[node].shape, &shape);
    return shape;
}

struct attributes graph_attributes(const struct graph *graph, node_id node)
{
    assert(node > 0 && node < graph->cell_count);
    struct attributes attributes;
    pool_read(&graph->attributes, graph->cells[node].attributes, &attributes);
    return attributes;
}

enum shape_fault graph_fault(const struct graph *graph)
{
    return graph->fault;
}

/* A derivative that is too large is a limit that is reached: it has no caller who could
 * be told otherwise. */
node_id array_refuse(struct graph *graph, enum shape_fault fault)
{
    if (graph->deriving)
        fail_raise(graph->memory->fail, FAIL_MEMORY_LIMIT);
    graph->fault = fault;
    return 0;
}

enum shape_fault graph_broadcast(const struct graph *graph, const node_id *nodes,
                                 size_t count, struct shape *shape)
{
    enum shape_fault fault = SHAPE_FITS;
    struct shape all = {0};
    for (size_t i = 0; i < count && fault == SHAPE_FITS; i++) {
        struct shape one = graph_shape(graph, nodes[i]);
        fault = shape_broadcast(&all, &one, &all);
    }
    if (fault == SHAPE_FITS)
        *shape = all;
    return fault;
}

/* ---- Leaves ---- */

static node_id make_leaf(struct graph *graph, enum op op, uint32_t symbol,
                         const struct shape *shape)
{
    enum shape_fault fault = shape_check(shape);
    if (fault != SHAPE_FITS)
        return array_refuse(graph, fault);
    struct cell cell = {
        .op = (uint8_t)op, .depends = op == OP_VARIABLE, .is_total = true};
    cell.as.symbol = symbol;
    cell.shape = graph_shape_number(graph, shape);
    return graph_store(graph, &cell, NULL);
}

node_id graph_variable_array(struct graph *graph, uint32_t symbol,
                             const struct shape *shape)
{
    return make_leaf(graph, OP_VARIABLE, symbol, shape);
}

node_id graph_parameter_array(struct graph *graph, uint32_t symbol,
                              const struct shape *shape)
{
    return make_leaf(graph, OP_PARAMETER, symbol, shape);
}

node_id graph_variable(struct graph *graph, uint32_t symbol)
{
    return make_leaf(graph, OP_VARIABLE, symbol, &(struct shape){0});
}

node_id graph_parameter(struct graph *graph, uint32_t symbol)
{
    return make_leaf(graph, OP_PARAMETER, symbol, &(struct shape){0});
}

node_id graph_range(struct graph *graph, double first, double step, size_t count,
                    uint32_t symbol)
{
    struct shape shape = shape_vector(count);
    enum shape_fault fault = shape_check(&shape);
    if (fault != SHAPE_FITS)
        return array_refuse(graph, fault);
    struct attributes attributes = {.first = first, .step = step, .symbol = symbol};
    struct cell cell = {.op = OP_RANGE, .is_total = true};
    cell.as.symbol = symbol;
    cell.shape = graph_shape_number(graph, &shape);
    cell.attributes = pool_number(&graph->attributes, graph->memory, &attributes);
    return graph_store(graph, &cell, NULL);
}

node_id array_of_number(struct graph *graph, double value, const struct shape *shape)
{
    return graph_broadcast_to(graph, graph_constant(graph, value), shape);
}

/* ---- Operations ---- */

static node_id intern_array(struct graph *graph, const struct array_expression *e)
{
    struct cell cell = {.op = (uint8_t)e->op};
    cell.as.operands.count = (uint32_t)e->count;
    cell.shape = graph_shape_number(graph, &e->shape);
    cell.attributes = pool_number(&graph->attributes, graph->memory, &e->attributes);
    cell.is_total = op_info(e->op)->defined == DEFINED_EVERYWHERE;
    for (size_t i = 0; i < e->count; i++) {
        const struct cell *operand = &graph->cells[e->operands[i]];
        cell.depends = cell.depends || operand->depends;
        cell.is_total = cell.is_total && operand->is_total;
    }
    return graph_store(graph, &cell, e->operands);
}

node_id array_make(struct graph *graph, const struct array_expression *e)
{
    assert(op_is_array(e->op) && shape_check(&e->shape) == SHAPE_FITS);
    struct arena_mark mark = graph_scratch(graph);
    node_id node = array_fold(graph, e);
    if (node == 0)
        node = intern_array(graph, e);
    arena_release(&graph->scratch, mark);
    return node;
}

node_id array_make1(struct graph *graph, enum op op, node_id x, const struct shape *shape,
                    const struct attributes *attributes)
{
    struct array_expression e = {op, &x, 1, *attributes, *shape};
    return array_make(graph, &e);
}

node_id array_make2(struct graph *graph, enum op op, node_id a, node_id b,
                    const struct shape *shape, const struct attributes *attributes)
{
    node_id operands[] = {a, b};
    struct array_expression e = {op, operands, 2, *attributes, *shape};
    return array_make(graph, &e);
}

node_id graph_apply_like(struct graph *graph, node_id node, const node_id *operands,
                         size_t count)
{
    enum op op = node_op(graph, node);
    if (!op_is_array(op))
        return graph_apply(graph, op, operands, count);
    struct array_expression e = {op, operands, count, graph_attributes(graph, node),
                                 graph_shape(graph, node)};
    return array_make(graph, &e);
}
