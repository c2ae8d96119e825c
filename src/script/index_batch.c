/* SPDX-License-Identifier: MIT
 * Indices in which names of generators take part that are traced as a whole: x[i + 1] is
 * a slice of x when the index runs evenly along one generator; anything else gathers from
 * a table of positions, which is computed here once. */
#include "script/index.h"

#include <math.h>
#include <string.h>

/* ---- Evenly running indices become slices ---- */

struct run {
    size_t axis; /* the generator along which the index runs */
    size_t start, count;
    ptrdiff_t stride;
};

static bool find_axis(const struct shape *shape, size_t *axis)
{
    size_t found = 0;
    for (size_t i = 0; i < shape->rank; i++)
        if (shape->extent[i] != 1) {
            *axis = i;
            found++;
        }
    return found == 1;
}

static bool runs_evenly(const struct evaluation *e, const struct pick *pick,
                        size_t extent, struct run *run)
{
    struct shape shape = graph_shape(e->trace->graph, pick->list.node);
    if (!find_axis(&shape, &run->axis))
        return false;
    run->count = shape.extent[run->axis];
    if (run->count < 2)
        return false;
    if (pick->has_steps) {
        double last = pick->first + pick->step * (double)(run->count - 1);
        if (!index_in_range(pick->first, extent) || !index_in_range(last, extent) ||
            pick->step != floor(pick->step))
            return false;
        run->start = (size_t)pick->first - 1;
        run->stride = (ptrdiff_t)pick->step;
        return run->stride != 0;
    }
    double stride = pick->numbers[1] - pick->numbers[0];
    for (size_t i = 0; i < run->count; i++)
        if (!index_in_range(pick->numbers[i], extent) ||
            (i > 0 && pick->numbers[i] - pick->numbers[i - 1] != stride))
            return false;
    run->start = (size_t)pick->numbers[0] - 1;
    run->stride = (ptrdiff_t)stride;
    return stride != 0;
}

/* The axes of the sliced node in the order of their generators, then the core. */
static node_id place_axes(struct evaluation *e, node_id node, const struct pick *pick,
                          const struct run *run, size_t count, unsigned *batch)
{
    struct graph *graph = e->trace->graph;
    struct shape shape = graph_shape(graph, node), wanted = {0};
    size_t order[2] = {0, 1};
    bool swap = count == 2 && pick[1].kind == PICK_BATCH &&
                (pick[0].kind != PICK_BATCH || run[0].axis > run[1].axis);
    *batch = 0;
    for (size_t i = 0; i < count; i++)
        if (pick[i].kind == PICK_BATCH && pick[i].list.batch > *batch)
            *batch = pick[i].list.batch;
    if (swap) {
        order[0] = 1;
        order[1] = 0;
        node = graph_permute(graph, node, order);
    }
    wanted.rank = *batch;
    for (size_t i = 0; i < wanted.rank; i++)
        wanted.extent[i] = 1;
    for (size_t i = 0; i < count; i++) {
        size_t axis = order[i];
        if (pick[axis].kind == PICK_BATCH)
            wanted.extent[run[axis].axis] = shape.extent[axis];
        else if (pick[axis].kind != PICK_ONE)
            wanted.extent[wanted.rank++] = shape.extent[axis];
    }
    return graph_reshape(graph, node, &wanted);
}

static bool slice_evenly(struct evaluation *e, const struct value *base,
                         const struct pick *pick, size_t count, struct value *out)
{
    struct graph *graph = e->trace->graph;
    struct run run[2] = {{0}};
    size_t batches = 0;
    if (base->batch > 0)
        return false;
    for (size_t i = 0; i < count; i++) {
        if (pick[i].kind == PICK_LIST || pick[i].kind == PICK_NODE)
            return false;
        if (pick[i].kind != PICK_BATCH)
            continue;
        batches++;
        if (!runs_evenly(e, &pick[i], base->as.array->shape.extent[i], &run[i]))
            return false;
    }
    if (batches == 2 && run[0].axis == run[1].axis)
        return false;
    node_id node = array_node(e, base);
    for (size_t i = 0; i < count; i++) {
        if (pick[i].kind == PICK_BATCH)
            node = graph_slice_axis(graph, node, i, run[i].start, run[i].count,
                                    run[i].stride);
        else if (pick[i].kind == PICK_SLICE)
            node = graph_slice_axis(graph, node, i, pick[i].start, pick[i].count, 1);
        else if (pick[i].kind == PICK_ONE)
            node = graph_slice_axis(graph, node, i, pick[i].start, 1, 1);
    }
    unsigned batch = 0;
    node = place_axes(e, node, pick, run, count, &batch);
    *out = array_value_of(e, node, batch, base->as.array->is_boolean);
    return true;
}

/* ---- Anything else gathers ---- */

struct table {
    struct evaluation *e;
    const struct value *base;
    const struct pick *pick;
    size_t count;
    struct shape base_shape; /* of its node: batch axes, then the core */
    struct shape shape;      /* of the table: batch axes, then what is left of the core */
    unsigned batch;
    const double *mask; /* NULL: all positions count */
    struct shape mask_shape;
};

/* The element of an array of `shape` that alignment of its first axes, of extent 1 or
 * whole, gives for the position. */
static size_t aligned_offset(const struct shape *shape, const size_t *position,
                             size_t axes)
{
    size_t offset = 0;
    for (size_t i = 0; i < shape->rank && i < axes; i++)
        offset = offset * shape->extent[i] + (shape->extent[i] == 1 ? 0 : position[i]);
    return offset;
}

static size_t last_size(const struct shape *shape, size_t from)
{
    size_t size = 1;
    for (size_t i = from; i < shape->rank; i++)
        size *= shape->extent[i];
    return size;
}

static double index_at(const struct table *t, size_t which, const size_t *position,
                       size_t *core)
{
    const struct pick *pick = &t->pick[which];
    switch (pick->kind) {
    case PICK_ONE:
        return (double)pick->start + 1;
    case PICK_ALL:
        return (double)position[(*core)++] + 1;
    case PICK_SLICE:
        return (double)(pick->start + position[(*core)++]) + 1;
    case PICK_LIST:
        return pick->list.as.array->numbers[position[(*core)++]] + 1;
    case PICK_NODE:
        return 1; /* add_unknown adds what is missing */
    default: {
        struct shape shape = graph_shape(t->e->trace->graph, pick->list.node);
        return pick->numbers[aligned_offset(&shape, position, pick->list.batch)];
    }
    }
}

static bool counts(const struct table *t, const size_t *position)
{
    return t->mask == NULL ||
           t->mask[aligned_offset(&t->mask_shape, position, t->mask_shape.rank)] != 0;
}

static bool outside(const struct table *t, size_t which, double index, size_t extent)
{
    struct session *session = t->e->session;
    struct text shown;
    text_init(&shown, &session->scratch);
    text_number(&shown, index);
    return session_error(session, CODE_BAD_INDEX, t->pick[which].place,
                         "the index becomes %s here, and the elements are counted from 1 "
                         "to %zu",
                         text_string(&shown), extent);
}

/* The place in the base of one element of the result. */
static bool position_of(const struct table *t, const size_t *position, double *out)
{
    const struct shape *core = &t->base->as.array->shape;
    size_t left = t->batch, offset = 0;
    offset = aligned_offset(&t->base_shape, position, t->base->batch);
    for (size_t i = 0; i < t->count; i++) {
        double index = index_at(t, i, position, &left);
        if (!index_in_range(index, core->extent[i])) {
            if (counts(t, position))
                return outside(t, i, index, core->extent[i]);
            index = 1; /* what is not counted reads anything */
        }
        offset = offset * core->extent[i] + (size_t)index - 1;
    }
    *out = (double)offset;
    return true;
}

static bool advance(const struct shape *shape, size_t *position)
{
    for (size_t i = shape->rank; i-- > 0;) {
        if (++position[i] < shape->extent[i])
            return true;
        position[i] = 0;
    }
    return false;
}

static void widen(struct shape *shape, const struct shape *own, unsigned batch)
{
    for (size_t i = 0; i < batch && i < own->rank; i++)
        if (own->extent[i] != 1)
            shape->extent[i] = own->extent[i];
}

/* It runs along the axes of generators, known or not. */
static bool has_batch(const struct pick *pick)
{
    return pick->kind == PICK_BATCH || pick->kind == PICK_NODE;
}

static void shape_table(struct table *t)
{
    const struct graph *graph = t->e->trace->graph;
    t->batch = t->base->batch;
    for (size_t i = 0; i < t->count; i++)
        if (has_batch(&t->pick[i]) && t->pick[i].list.batch > t->batch)
            t->batch = t->pick[i].list.batch;
    t->shape.rank = t->batch;
    for (size_t i = 0; i < t->batch; i++)
        t->shape.extent[i] = 1;
    widen(&t->shape, &t->base_shape, t->base->batch);
    for (size_t i = 0; i < t->count; i++) {
        const struct pick *pick = &t->pick[i];
        if (has_batch(pick)) {
            struct shape own = graph_shape(graph, pick->list.node);
            widen(&t->shape, &own, pick->list.batch);
        } else if (pick->kind == PICK_LIST) {
            t->shape.extent[t->shape.rank++] = pick->list.as.array->shape.extent[0];
        } else if (pick->kind != PICK_ONE) {
            t->shape.extent[t->shape.rank++] = pick->count;
        }
    }
}

/* What does not count may reach outside: the table is as wide as the mask then. */
static void take_mask(struct table *t)
{
    const struct value *mask = &t->e->trace->mask;
    if (mask->node == 0)
        return;
    struct shape own = graph_shape(t->e->trace->graph, mask->node);
    t->mask = array_data(t->e, mask);
    t->mask_shape = own;
    if (t->mask == NULL)
        return;
    size_t more = mask->batch > t->batch ? mask->batch - t->batch : 0;
    for (size_t i = t->shape.rank; i-- > t->batch && more > 0;)
        t->shape.extent[i + more] = t->shape.extent[i];
    for (size_t i = 0; i < more; i++)
        t->shape.extent[t->batch + i] = 1;
    t->shape.rank += more;
    t->batch += (unsigned)more;
    widen(&t->shape, &own, mask->batch);
}

static bool fill(struct table *t, double *numbers)
{
    size_t position[SHAPE_MOST_AXES] = {0}, i = 0;
    if (shape_elements(&t->shape) == 0)
        return true;
    do {
        if (!position_of(t, position, &numbers[i++]) ||
            !session_go_on_sometimes(t->e->session, t->pick[0].place))
            return false;
    } while (advance(&t->shape, position));
    return true;
}

static bool all_inside(const struct table *t)
{
    struct shape shape = graph_shape(t->e->trace->graph, t->pick[0].list.node);
    size_t count = shape_elements(&shape), extent = t->base->as.array->shape.extent[0];
    for (size_t i = 0; i < count; i++)
        if (!index_in_range(t->pick[0].numbers[i], extent))
            return false;
    return true;
}

/* The table, but in a formula the index as the script has it: x[c[i]]. */
static node_id index_node(struct evaluation *e, const struct table *t,
                          const struct value *table)
{
    struct graph *graph = e->trace->graph;
    if (!e->trace->is_formula || t->count > 1 || t->base->batch > 0 || !all_inside(t))
        return array_node(e, table);
    node_id index = array_aligned(e, &t->pick[0].list, t->batch, 0);
    return graph_apply2(graph, OP_ADD, index, graph_constant(graph, -1));
}

/* The rows of a batch are drawn anew for each step, so what they choose comes on top of
 * the table when it runs.  That it stays inside was seen when all rows were traced. */
static node_id add_unknown(const struct table *t, node_id table)
{
    struct graph *graph = t->e->trace->graph;
    const struct shape *core = &t->base->as.array->shape;
    size_t left = t->shape.rank - t->batch;
    for (size_t i = 0; i < t->count; i++) {
        if (t->pick[i].kind != PICK_NODE)
            continue;
        node_id index = array_aligned(t->e, &t->pick[i].list, t->batch, left);
        node_id stride = graph_constant(graph, (double)last_size(core, i + 1));
        node_id moved = graph_apply2(graph, OP_ADD, index, graph_constant(graph, -1));
        table = graph_apply2(graph, OP_ADD, table,
                             graph_apply2(graph, OP_MULTIPLY, moved, stride));
    }
    return table;
}

/* The picks with the numbers of those that have steps. */
static void know_numbers(struct evaluation *e, const struct pick *picks, size_t count,
                         struct pick *known)
{
    for (size_t i = 0; i < count; i++) {
        known[i] = picks[i];
        if (picks[i].kind == PICK_BATCH && picks[i].numbers == NULL)
            known[i].numbers = array_data(e, &picks[i].list);
    }
}

static bool gather(struct evaluation *e, struct span place, const struct value *base,
                   const struct pick *picks, size_t count, struct value *out)
{
    struct graph *graph = e->trace->graph;
    node_id whole = array_node(e, base);
    struct pick pick[2];
    struct table t = {.e = e, .base = base, .pick = pick, .count = count};
    know_numbers(e, picks, count, pick);
    t.base_shape = graph_shape(graph, whole);
    shape_table(&t);
    take_mask(&t);
    if (t.shape.rank > SHAPE_MOST_AXES || shape_check(&t.shape) != SHAPE_FITS)
        return session_error(e->session, CODE_TOO_LARGE, place,
                             "the generators around this make an array that is too "
                             "large");
    struct value table = value_array(e->trace->arena, &t.shape);
    if (!fill(&t, table.as.array->numbers))
        return false;
    struct shape flat = shape_vector(last_size(&t.base_shape, 0));
    node_id places = add_unknown(&t, index_node(e, &t, &table));
    node_id node = graph_gather(graph, graph_reshape(graph, whole, &flat), places, 0);
    *out = array_value_of(e, node, t.batch, base->as.array->is_boolean);
    return true;
}

bool index_batch(struct evaluation *e, struct span place, const struct value *base,
                 const struct pick *pick, size_t count, struct value *out)
{
    graph_set_origin(e->trace->graph, provenance_origin(&e->session->provenance, place));
    return slice_evenly(e, base, pick, count, out) ||
           gather(e, place, base, pick, count, out);
}

bool index_by_node(struct evaluation *e, struct span place, const struct value *base,
                   const struct value *index, struct value *out)
{
    struct graph *graph = e->trace->graph;
    graph_set_origin(graph, provenance_origin(&e->session->provenance, place));
    node_id from_zero =
        graph_apply2(graph, OP_ADD, index->node, graph_constant(graph, -1));
    node_id node = graph_gather(graph, array_node(e, base), from_zero, 0);
    if (node == 0)
        return session_error(e->session, CODE_TOO_LARGE, place,
                             "the generators around this make an array that is too "
                             "large");
    *out = array_value_of(e, node, index->batch, base->as.array->is_boolean);
    return true;
}
