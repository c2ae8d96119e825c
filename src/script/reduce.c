/* SPDX-License-Identifier: MIT
 * Reductions: one value after another into a sum, a product, a least or greatest. */
#include "script/array.h"

#include <math.h>

enum { MOST_TRACED_TERMS = 1000 };

void reduce_begin(struct reduce *reduce, enum reduction kind, struct span place)
{
    struct reduce empty = {.kind = kind, .place = place};
    empty.result = kind == REDUCE_PROD || kind == REDUCE_ALL ? 1 : 0;
    *reduce = empty;
}

/* The plain step; NaN once met stays. */
static void step_plain(struct reduce *reduce, double number)
{
    double *result = &reduce->result;
    bool first = reduce->count == 0;
    switch (reduce->kind) {
    case REDUCE_NONE:
    case REDUCE_SUM:
    case REDUCE_MEAN:
        *result += number;
        break;
    case REDUCE_PROD:
        *result *= number;
        break;
    case REDUCE_MIN:
        *result = first || number < *result || isnan(number) ? number : *result;
        break;
    case REDUCE_MAX:
        *result = first || number > *result || isnan(number) ? number : *result;
        break;
    case REDUCE_ANY:
        *result = *result != 0 || number != 0;
        break;
    case REDUCE_ALL:
        *result = *result != 0 && number != 0;
        break;
    case REDUCE_COUNT:
        *result += number != 0;
        break;
    }
}

static enum op traced_op(enum reduction kind)
{
    static const enum op ops[] = {
        [REDUCE_SUM] = OP_ADD, [REDUCE_MEAN] = OP_ADD,  [REDUCE_PROD] = OP_MULTIPLY,
        [REDUCE_MIN] = OP_MIN, [REDUCE_MAX] = OP_MAX,   [REDUCE_ANY] = OP_OR,
        [REDUCE_ALL] = OP_AND, [REDUCE_COUNT] = OP_ADD,
    };
    return ops[kind];
}

/* A number that follows a number makes no term of its own, so what does not depend on the
 * search counts as one term however long it is. */
static bool join_numbers(struct evaluation *e, struct reduce *reduce,
                         const struct value *value)
{
    bool follows = reduce->last_is_number && value->node == 0;
    double pair[2] = {reduce->last_number, value->number};
    reduce->last_is_number = value->node == 0;
    reduce->last_number =
        follows ? op_value(traced_op(reduce->kind), pair, 2) : value->number;
    if (follows)
        reduce->nodes[reduce->node_count - 1] =
            graph_constant(e->trace->graph, reduce->last_number);
    return follows;
}

static bool keep_node(struct evaluation *e, struct reduce *reduce,
                      const struct value *value)
{
    struct session *session = e->session;
    if (join_numbers(e, reduce, value))
        return true;
    if (reduce->node_count == MOST_TRACED_TERMS)
        return session_error(session, CODE_TOO_MANY_TERMS, reduce->place,
                             "more than %d terms of one generator in an objective are "
                             "not part of this version yet",
                             MOST_TRACED_TERMS);
    if (reduce->node_count == reduce->node_capacity)
        reduce->nodes = arena_grow(&session->workspace, reduce->nodes, reduce->node_count,
                                   &reduce->node_capacity, sizeof *reduce->nodes);
    reduce->nodes[reduce->node_count++] = array_aligned(e, value, e->trace->batch, 0);
    reduce->traced = reduce->traced || value->node != 0;
    reduce->unknown = reduce->unknown || value->unknown;
    return true;
}

bool reduce_add(struct evaluation *e, struct reduce *reduce, const struct value *value)
{
    bool logical = reduce->kind == REDUCE_ANY || reduce->kind == REDUCE_ALL ||
                   reduce->kind == REDUCE_COUNT;
    if (!is_numeric(value))
        return wrong_type(e, reduce->place, "a number", value);
    if (logical && value->kind != VALUE_BOOLEAN)
        return session_error(e->session, CODE_NOT_A_CONDITION, reduce->place,
                             "`any`, `all` and `count` go over conditions");
    if (e->trace != NULL && !keep_node(e, reduce, value))
        return false;
    step_plain(reduce, value->number);
    reduce->count++;
    return true;
}

static node_id combine_nodes(struct evaluation *e, const struct reduce *reduce)
{
    struct graph *graph = e->trace->graph;
    enum op op = traced_op(reduce->kind);
    graph_set_origin(graph, provenance_origin(&e->session->provenance, reduce->place));
    node_id node = reduce->nodes[0];
    if (op_info(op)->arity < 0) {
        node = graph_apply(graph, op, reduce->nodes, reduce->node_count);
    } else {
        for (size_t i = 1; i < reduce->node_count; i++)
            node = graph_apply2(graph, op, node, reduce->nodes[i]);
    }
    if (reduce->kind == REDUCE_MEAN)
        node = graph_apply2(graph, OP_DIVIDE, node,
                            graph_constant(graph, (double)reduce->count));
    return node;
}

bool nothing_to_reduce(struct evaluation *e, enum reduction kind, struct span place)
{
    return session_error(e->session, CODE_EMPTY_REDUCTION, place,
                         "the %s of nothing has no value",
                         kind == REDUCE_MEAN  ? "mean"
                         : kind == REDUCE_MIN ? "min"
                                              : "max");
}

bool reduce_end(struct evaluation *e, struct reduce *reduce, struct value *out)
{
    enum reduction kind = reduce->kind;
    if (reduce->count == 0 &&
        (kind == REDUCE_MEAN || kind == REDUCE_MIN || kind == REDUCE_MAX))
        return nothing_to_reduce(e, kind, reduce->place);
    *out = value_number(kind == REDUCE_MEAN ? reduce->result / (double)reduce->count
                                            : reduce->result);
    if (kind == REDUCE_ANY || kind == REDUCE_ALL)
        out->kind = VALUE_BOOLEAN;
    if (reduce->traced) {
        node_id node = combine_nodes(e, reduce);
        if (reduce->unknown)
            *out = array_value_of(e, node, e->trace->batch, out->kind == VALUE_BOOLEAN);
        out->node = node;
    }
    return true;
}

bool reduce_elements(struct evaluation *e, enum reduction kind, struct span place,
                     const struct value *array, struct value *out)
{
    struct reduce reduce;
    size_t count = 0;
    if (is_array(array))
        return reduce_array(e, kind, place, array, out);
    reduce_begin(&reduce, kind, place);
    if (is_numeric(array)) /* as an array of one element */
        return reduce_add(e, &reduce, array) && reduce_end(e, &reduce, out);
    (void)value_count(array, &count);
    for (size_t i = 0; i < count; i++) {
        struct value element = value_element(&e->session->scratch, array, i);
        if (!session_go_on_sometimes(e->session, place) ||
            !reduce_add(e, &reduce, &element))
            return false;
    }
    return reduce_end(e, &reduce, out);
}
