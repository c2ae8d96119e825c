/* SPDX-License-Identifier: MIT
 * Indices and slices of vectors and matrices: x[3], x[2..5], x[x > 0], A[i, j], A[i, ..].
 *
 * Indices that are known alone become slices and gathers (index_plain).  Where the name
 * of a generator that is traced as a whole takes part, index_batch.c sees to it. */
#include "script/index.h"

#include <math.h>
#include <string.h>

/* ---- One index ---- */

static bool outside(struct evaluation *e, struct span place, double index, size_t extent)
{
    struct text shown;
    text_init(&shown, &e->session->scratch);
    text_number(&shown, index);
    if (index != floor(index))
        return session_error(e->session, CODE_BAD_INDEX, place,
                             "the index is %s, and an index is a whole number",
                             text_string(&shown));
    return session_error(e->session, CODE_BAD_INDEX, place,
                         "the index is %s, and the elements are counted from 1 to %zu",
                         text_string(&shown), extent);
}

bool index_in_range(double index, size_t extent)
{
    return index >= 1 && index <= (double)extent && index == floor(index);
}

static bool take_range(struct evaluation *e, struct span place,
                       const struct range_value *range, size_t extent, struct pick *pick)
{
    double last = range->first + (double)range->count - 1;
    pick->kind = PICK_SLICE;
    pick->count = range->count;
    if (range->count == 0)
        return true;
    if (!index_in_range(range->first, extent) || !index_in_range(last, extent))
        return outside(
            e, place, index_in_range(range->first, extent) ? last : range->first, extent);
    pick->start = (size_t)range->first - 1;
    return true;
}

/* The positions where a mask holds. */
static bool take_mask(struct evaluation *e, struct span place, const struct value *mask,
                      size_t extent, struct pick *pick)
{
    const struct array_value *array = mask->as.array;
    size_t count = 0, kept = 0;
    if (array->shape.extent[0] != extent)
        return session_error(e->session, CODE_SHAPES_DIFFER, place,
                             "the mask has %zu elements, and what it chooses from %zu",
                             array->shape.extent[0], extent);
    for (size_t i = 0; i < extent; i++)
        count += array->numbers[i] != 0;
    pick->kind = PICK_LIST;
    pick->list = value_vector(&e->session->scratch, count);
    for (size_t i = 0; i < extent; i++)
        if (array->numbers[i] != 0)
            pick->list.as.array->numbers[kept++] = (double)i;
    return true;
}

static bool take_list(struct evaluation *e, struct span place, const struct value *list,
                      size_t extent, struct pick *pick)
{
    const struct array_value *array = list->as.array;
    size_t count = array->shape.extent[0];
    pick->kind = PICK_LIST;
    pick->list = value_vector(&e->session->scratch, count);
    for (size_t i = 0; i < count; i++) {
        if (!index_in_range(array->numbers[i], extent))
            return outside(e, place, array->numbers[i], extent);
        pick->list.as.array->numbers[i] = array->numbers[i] - 1;
    }
    return true;
}

static bool unknown_index(struct evaluation *e, struct span place)
{
    return session_error(e->session, CODE_WRONG_TYPE, place,
                         "an index is a known number, and this is decided by the search");
}

bool index_take_batch(struct evaluation *e, const struct value *index, struct pick *pick)
{
    pick->kind = PICK_BATCH;
    pick->list = *index;
    pick->has_steps = graph_find_steps(e->trace->graph, array_node(e, index),
                                       &pick->first, &pick->step);
    pick->numbers = pick->has_steps ? NULL : array_data(e, index);
    return pick->has_steps || pick->numbers != NULL;
}

static bool take_number(struct evaluation *e, struct span place,
                        const struct value *index, size_t extent, struct pick *pick)
{
    if (index->batch > 0 && index->unknown) {
        bool is_known = index_take_batch(e, index, pick);
        if (!is_known && e->trace->rows.rows != 0)
            pick->kind = PICK_NODE;
        return is_known || pick->kind == PICK_NODE || unknown_index(e, place);
    }
    if (index->unknown)
        return unknown_index(e, place);
    pick->kind = PICK_ONE;
    if (!index_in_range(index->number, extent))
        return outside(e, place, index->number, extent);
    pick->start = (size_t)index->number - 1;
    return true;
}

bool index_take(struct evaluation *e, const struct ast *node, size_t extent,
                const struct local *locals, struct pick *pick, struct value *index)
{
    *pick = (struct pick){.kind = PICK_ALL, .count = extent, .place = node->span};
    *index = (struct value){.kind = VALUE_NONE};
    if (node->kind == AST_ALL)
        return true;
    if (!evaluate(e, node, locals, index))
        return false;
    if (index->kind == VALUE_STRING)
        return true; /* the name of a column; index_array says what else it is */
    if (index->kind == VALUE_RANGE)
        return take_range(e, node->span, index->as.range, extent, pick);
    if (index->kind == VALUE_NUMBER)
        return take_number(e, node->span, index, extent, pick);
    if (!is_array(index) || index->as.array->shape.rank != 1)
        return session_error(e->session, CODE_WRONG_TYPE, node->span,
                             "an index is a number, a range, `..`, a vector of numbers "
                             "or of conditions, and this is %s",
                             value_kind_name(index));
    if (index->unknown)
        return unknown_index(e, node->span);
    return index->as.array->is_boolean ? take_mask(e, node->span, index, extent, pick)
                                       : take_list(e, node->span, index, extent, pick);
}

/* ---- Known indices ---- */

struct picks {
    const struct pick *pick;
    size_t count;
};

/* From the last axis to the first, so that what is left keeps its number. */
static node_id make_picks(struct graph *graph, const node_id *nodes, size_t count,
                          unsigned batch, const void *user)
{
    const struct picks *picks = user;
    node_id node = nodes[0];
    size_t list = count;
    for (size_t i = picks->count; i-- > 0 && node != 0;) {
        const struct pick *pick = &picks->pick[i];
        size_t axis = batch + i;
        if (pick->kind == PICK_ONE)
            node = graph_pick(graph, node, axis, pick->start);
        else if (pick->kind == PICK_SLICE)
            node = graph_slice_axis(graph, node, axis, pick->start, pick->count, 1);
        else if (pick->kind == PICK_LIST)
            node = graph_gather(graph, node, nodes[--list], axis);
    }
    return node;
}

static bool index_plain(struct evaluation *e, const struct ast *node,
                        const struct value *base, const struct pick *pick, size_t count,
                        struct value *out)
{
    struct value operands[3] = {*base};
    struct picks picks = {pick, count};
    size_t used = 1;
    for (size_t i = 0; i < count; i++)
        if (pick[i].kind == PICK_LIST)
            operands[used++] = pick[i].list;
    if (!apply_maker(e, node->span, operands, NULL, used, make_picks, &picks, out))
        return false;
    if (is_array(out))
        out->as.array->is_boolean = base->as.array->is_boolean;
    else if (base->as.array->is_boolean)
        out->kind = VALUE_BOOLEAN;
    return true;
}

/* One element of plain numbers needs no graph; it keeps a name of its own. */
static void plain_element(struct evaluation *e, const struct value *base,
                          const struct pick *pick, size_t count, struct value *out)
{
    const struct array_value *array = base->as.array;
    size_t index = pick[0].start;
    if (count == 2)
        index = index * array->shape.extent[1] + pick[1].start;
    *out = value_number(array->numbers[index]);
    if (array->is_boolean)
        out->kind = VALUE_BOOLEAN;
    if (e->trace == NULL || base->name == 0)
        return;
    struct text name;
    text_init(&name, &e->session->scratch);
    for (size_t i = 0; i < count; i++) {
        text_puts(&name, i == 0 ? intern_text(e->session->names, base->name) : "");
        text_puts(&name, i == 0 ? "[" : ", ");
        text_number(&name, (double)(pick[i].start + 1));
    }
    text_putc(&name, ']');
    trace_parameter(e, intern_name(e->session->names, text_string(&name), name.length),
                    out);
}

static bool has_indices(struct evaluation *e, const struct ast *node,
                        const struct value *base)
{
    const struct shape *shape = &base->as.array->shape;
    size_t count = node->count - 1;
    if (count == shape->rank)
        return true;
    (void)session_error(e->session, CODE_BAD_INDEX, node->span,
                        "%s takes %zu ind%s, and %zu %s given", value_kind_name(base),
                        shape->rank, shape->rank == 1 ? "ex" : "ices", count,
                        count == 1 ? "is" : "are");
    if (count == 1)
        diagnostic_help(&e->session->diagnostics, session_last(e->session),
                        "a row of a matrix is `A[i, ..]`, a column `A[.., j]`");
    return false;
}

bool index_picks(struct evaluation *e, const struct ast *node, const struct value *base,
                 const struct local *locals, struct pick *pick)
{
    const struct shape *shape = &base->as.array->shape;
    size_t count = node->count - 1;
    if (!has_indices(e, node, base))
        return false;
    for (size_t i = 0; i < count; i++) {
        struct value index;
        if (!index_take(e, node->child[i + 1], shape->extent[i], locals, &pick[i],
                        &index))
            return false;
        if (index.kind == VALUE_STRING)
            return wrong_type(e, node->child[i + 1]->span, "a number", &index);
    }
    return true;
}

/* Whole rows, or a column of them, of what is the same for all rows of a batch: x[i],
 * A[i, ..], A[i, 2]. */
static bool takes_rows(const struct value *base, const struct pick *pick, size_t count)
{
    return base->batch == 0 && pick[0].kind == PICK_NODE &&
           (count == 1 || pick[1].kind == PICK_ALL || pick[1].kind == PICK_ONE);
}

static bool index_rows(struct evaluation *e, const struct ast *node,
                       const struct value *base, const struct pick *pick, size_t count,
                       struct value *out)
{
    struct value rest = *base;
    struct pick others[2] = {{.kind = PICK_ALL}, pick[count - 1]};
    if (count == 2 && !index_plain(e, node, base, others, 2, &rest))
        return false;
    return index_by_node(e, node->span, &rest, &pick[0].list, out);
}

bool index_array(struct evaluation *e, const struct ast *node, const struct value *base,
                 const struct local *locals, struct value *out)
{
    struct pick pick[2];
    pick[0].start = pick[1].start = 0;
    size_t count = node->count - 1, ones = 0, batches = 0;
    if (!index_picks(e, node, base, locals, pick))
        return false;
    for (size_t i = 0; i < count; i++) {
        ones += pick[i].kind == PICK_ONE;
        batches += pick[i].kind == PICK_BATCH || pick[i].kind == PICK_NODE;
    }
    if (takes_rows(base, pick, count))
        return index_rows(e, node, base, pick, count, out);
    if (batches > 0)
        return index_batch(e, node->span, base, pick, count, out);
    if (ones == count && base->node == 0 && !base->unknown) {
        plain_element(e, base, pick, count, out);
        return true;
    }
    struct value named = *base;
    if (e->trace != NULL && base->name != 0)
        named.node = array_node(e, base); /* a formula shows what it is a part of */
    return index_plain(e, node, &named, pick, count, out);
}

bool element_of(struct evaluation *e, struct span place, const struct value *value,
                size_t index, struct value *out)
{
    struct arena *scratch = &e->session->scratch;
    if (!is_array(value) || value->node == 0) {
        *out = value_element(scratch, value, index);
        return true;
    }
    struct pick pick = {.kind = PICK_ONE, .start = index, .place = place};
    struct picks picks = {&pick, 1};
    return apply_maker(e, place, value, NULL, 1, make_picks, &picks, out);
}
