/* SPDX-License-Identifier: MIT
 * Literals: numbers side by side, vectors on top of each other. */
#include "script/array.h"

#include <math.h>
#include <string.h>

bool stack_fits(struct evaluation *e, struct span place, const struct value *items,
                const struct span *places, size_t count, struct shape *shape)
{
    *shape = count == 0 ? (struct shape){0} : core_shape(e, &items[0]);
    for (size_t i = 1; i < count; i++) {
        struct shape own = core_shape(e, &items[i]);
        struct value pair[2] = {items[0], items[i]};
        struct span two[2] = {places == NULL ? place : places[0],
                              places == NULL ? place : places[i]};
        if (!shape_equal(shape, &own))
            return shapes_differ(e, place, pair, places == NULL ? NULL : two, 2,
                                 "the rows of a matrix have one length");
    }
    if (shape->rank > 1)
        return session_error(e->session, CODE_WRONG_TYPE, place,
                             "matrices cannot be stacked: an array has one or two "
                             "indices");
    return true;
}

static struct value stack_plain(struct evaluation *e, const struct value *items,
                                size_t count, const struct shape *shape)
{
    struct value value = value_array(&e->session->scratch, shape);
    size_t row = shape->rank == 1 ? 1 : shape->extent[1];
    bool is_boolean = count > 0;
    for (size_t i = 0; i < count; i++) {
        const double *from =
            is_array(&items[i]) ? items[i].as.array->numbers : &items[i].number;
        if (row > 0)
            memcpy(value.as.array->numbers + i * row, from, row * sizeof *from);
        is_boolean =
            is_boolean && (items[i].kind == VALUE_BOOLEAN ||
                           (is_array(&items[i]) && items[i].as.array->is_boolean));
    }
    value.as.array->is_boolean = is_boolean;
    return value;
}

/* Every item with one more axis in front of its core, all batch axes repeated, one after
 * the other. */
static node_id stack_nodes(struct evaluation *e, const struct value *items, size_t count,
                           size_t rank, unsigned *batch)
{
    struct graph *graph = e->trace->graph;
    struct arena *scratch = &e->session->scratch;
    node_id *nodes = ARENA_ARRAY(scratch, count, node_id);
    struct shape whole;
    *batch = 0;
    for (size_t i = 0; i < count; i++)
        *batch = items[i].batch > *batch ? items[i].batch : *batch;
    for (size_t i = 0; i < count; i++)
        nodes[i] = array_aligned(e, &items[i], *batch, rank);
    if (graph_broadcast(graph, nodes, count, &whole) != SHAPE_FITS)
        return 0;
    struct shape part = whole;
    part.rank++;
    for (size_t i = part.rank - 1; i > part.rank - 1 - rank; i--)
        part.extent[i] = part.extent[i - 1];
    part.extent[part.rank - 1 - rank] = 1;
    for (size_t i = 0; i < count; i++)
        nodes[i] =
            graph_reshape(graph, graph_broadcast_to(graph, nodes[i], &whole), &part);
    return graph_concat(graph, nodes, count, part.rank - 1 - rank);
}

bool stack_values(struct evaluation *e, struct span place, const struct value *items,
                  const struct span *places, size_t count, struct value *out)
{
    struct shape row;
    bool traced = false, unknown = false;
    if (!stack_fits(e, place, items, places, count, &row))
        return false;
    for (size_t i = 0; i < count; i++) {
        traced = traced || items[i].node != 0;
        unknown = unknown || items[i].unknown;
    }
    struct shape shape =
        row.rank == 0 ? shape_vector(count) : shape_matrix(count, row.extent[0]);
    if (shape_check(&shape) != SHAPE_FITS)
        return session_error(e->session, CODE_TOO_LARGE, place,
                             "this array is too large");
    if (!unknown)
        *out = stack_plain(e, items, count, &shape);
    if (!traced)
        return true;
    unsigned batch = 0;
    graph_set_origin(e->trace->graph, provenance_origin(&e->session->provenance, place));
    node_id node = stack_nodes(e, items, count, row.rank, &batch);
    if (node == 0)
        return session_error(e->session, CODE_TOO_LARGE, place,
                             "the generators around this make an array that is too "
                             "large");
    if (unknown)
        *out = array_value_of(e, node, batch, false);
    out->node = node;
    return true;
}
