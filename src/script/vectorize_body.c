/* SPDX-License-Identifier: MIT
 * What is made of the body of generators that are traced as a whole: a reduction over
 * their axes, or an array along them. */
#include "script/vectorize.h"

#include "script/loops.h"

#include <math.h>

static unsigned all_batch(const struct loops *loops)
{
    return loops->first + (unsigned)loops->count;
}

static unsigned loop_axes(const struct loops *loops)
{
    return ((1U << loops->count) - 1) << loops->first;
}

/* With the full extent along every loop; 0 when that is too large. */
static node_id spread(struct loops *loops, const struct value *value, size_t rank)
{
    struct graph *graph = loops->e->trace->graph;
    node_id node = array_aligned(loops->e, value, all_batch(loops), rank);
    struct shape shape = graph_shape(graph, node), wanted = {.rank = all_batch(loops)};
    size_t missing = wanted.rank + rank - shape.rank;
    wanted.rank += rank;
    for (size_t i = 0; i < wanted.rank; i++)
        wanted.extent[i] = i < missing ? 1 : shape.extent[i - missing];
    for (size_t i = 0; i < loops->count; i++)
        wanted.extent[loops->first + i] = loops->extent[i];
    return graph_broadcast_to(graph, node, &wanted);
}

static bool too_large(struct loops *loops, struct span place)
{
    return session_error(loops->e->session, CODE_TOO_LARGE, place,
                         "these generators make an array that is too large");
}

static double neutral(enum reduction kind)
{
    switch (kind) {
    case REDUCE_PROD:
    case REDUCE_ALL:
        return 1;
    case REDUCE_MIN:
        return (double)INFINITY;
    case REDUCE_MAX:
        return (double)-INFINITY;
    default:
        return 0;
    }
}

static node_id reduce_axes(struct graph *graph, enum reduction kind, node_id node,
                           unsigned axes)
{
    switch (kind) {
    case REDUCE_PROD:
        return graph_prod_over(graph, node, axes);
    case REDUCE_MIN:
        return graph_min_over(graph, node, axes);
    case REDUCE_MAX:
        return graph_max_over(graph, node, axes);
    case REDUCE_ANY:
        return graph_any_over(graph, node, axes);
    case REDUCE_ALL:
        return graph_all_over(graph, node, axes);
    default:
        return graph_sum_over(graph, node, axes);
    }
}

static node_id masked(struct loops *loops, enum reduction kind, const struct value *body)
{
    struct graph *graph = loops->e->trace->graph;
    node_id node = array_aligned(loops->e, body, all_batch(loops), 0);
    if (loops->mask.node == 0)
        return node;
    node_id mask = array_aligned(loops->e, &loops->mask, all_batch(loops), 0);
    return graph_apply3(graph, OP_SELECT, mask, node,
                        graph_constant(graph, neutral(kind)));
}

static double term_count(const struct loops *loops)
{
    double count = 1;
    for (size_t i = 0; i < loops->count; i++)
        count *= (double)loops->extent[i];
    return count;
}

/* How many terms a mean has: a node where a mask decides. */
static node_id divisor(struct loops *loops)
{
    struct graph *graph = loops->e->trace->graph;
    if (loops->mask.node == 0)
        return graph_constant(graph, term_count(loops));
    return graph_sum_over(graph, spread(loops, &loops->mask, 0), loop_axes(loops));
}

/* What depends on neither the search nor a generator around it is a number. */
static void settle(struct evaluation *e, struct value *value)
{
    const double *known = value->batch == 0 ? array_data(e, value) : NULL;
    if (known == NULL)
        return;
    value->unknown = false;
    value->number = known[0];
    value->node = 0;
}

static bool check_body(struct loops *loops, enum reduction kind, struct span place,
                       const struct value *body)
{
    struct evaluation *e = loops->e;
    bool logical = kind == REDUCE_ANY || kind == REDUCE_ALL || kind == REDUCE_COUNT;
    bool empty = kind == REDUCE_MEAN || kind == REDUCE_MIN || kind == REDUCE_MAX;
    if (!is_numeric(body))
        return wrong_type(e, loops->comprehension->child[0]->span, "a number", body);
    if (logical && body->kind != VALUE_BOOLEAN)
        return session_error(e->session, CODE_NOT_A_CONDITION, place,
                             "`any`, `all` and `count` go over conditions");
    return !empty || term_count(loops) > 0 || nothing_to_reduce(e, kind, place);
}

/* A batch of which a condition leaves no row moves nothing. */
static node_id batch_divisor(struct loops *loops)
{
    struct graph *graph = loops->e->trace->graph;
    node_id count = divisor(loops);
    return loops->has_rows ? graph_apply2(graph, OP_MAX, count, graph_constant(graph, 1))
                           : count;
}

/* A sum over a batch stands for that over all rows. */
static node_id scale_batch(struct loops *loops, enum reduction kind, node_id node)
{
    struct graph *graph = loops->e->trace->graph;
    const struct row_batch *batch = &loops->e->trace->rows;
    if (kind == REDUCE_MEAN)
        return node;
    node_id size =
        batch->is_whole ? graph_constant(graph, (double)batch->wanted) : batch->size;
    node_id share =
        graph_apply2(graph, OP_DIVIDE, graph_constant(graph, (double)batch->count), size);
    return graph_apply2(graph, OP_MULTIPLY, share, node);
}

static bool is_sum_or_mean(struct loops *loops, enum reduction kind, struct span place)
{
    if (!loops->has_rows || kind == REDUCE_SUM || kind == REDUCE_MEAN)
        return true;
    return session_error(loops->e->session, CODE_BATCH, place,
                         "`batch` takes rows of a sum or a mean");
}

bool vectorize_reduction(struct evaluation *e, const struct ast *comprehension,
                         enum reduction kind, struct span place,
                         const struct local *locals, struct value *out)
{
    struct loops loops;
    struct value body;
    struct graph *graph = e->trace->graph;
    if (!loops_run(&loops, e, comprehension, locals, &body) ||
        !check_body(&loops, kind, place, &body) || !is_sum_or_mean(&loops, kind, place))
        return false;
    graph_set_origin(graph, provenance_origin(&e->session->provenance, place));
    struct value term = value_number(0);
    term.node = masked(&loops, kind, &body);
    term.batch =
        graph_shape(graph, term.node).rank == 0 ? 0 : (unsigned char)all_batch(&loops);
    node_id node = spread(&loops, &term, 0);
    if (node == 0)
        return too_large(&loops, comprehension->span);
    node = reduce_axes(graph, kind, node, loop_axes(&loops));
    if (kind == REDUCE_MEAN)
        node = graph_apply2(graph, OP_DIVIDE, node, batch_divisor(&loops));
    if (loops.has_rows)
        node = scale_batch(&loops, kind, node);
    *out = array_value_of(e, node, loops.first, kind == REDUCE_ANY || kind == REDUCE_ALL);
    settle(e, out);
    return true;
}

/* ---- Comprehensions ---- */

/* The terms that the mask keeps, of one or several loops one after the other. */
static bool keep_chosen(struct loops *loops, struct span place, node_id *node)
{
    struct evaluation *e = loops->e;
    struct graph *graph = e->trace->graph;
    node_id mask = spread(loops, &loops->mask, 0);
    struct value whole = array_value_of(e, mask, all_batch(loops), true);
    const double *holds = loops->first > 0 ? NULL : array_data(e, &whole);
    if (holds == NULL)
        return session_error(e->session, CODE_UNKNOWN_CONDITION, place,
                             "which elements there are may depend neither on what the "
                             "search decides nor on the names of generators around");
    size_t terms = (size_t)term_count(loops), count = 0;
    for (size_t i = 0; i < terms; i++)
        count += holds[i] != 0;
    struct value chosen = value_vector(e->trace->arena, count);
    for (size_t i = 0, k = 0; i < terms; i++)
        if (holds[i] != 0)
            chosen.as.array->numbers[k++] = (double)i;
    *node = graph_gather(graph, *node, array_node(e, &chosen), 0);
    return true;
}

/* The axes of the loops as one. */
static node_id flatten(struct loops *loops, node_id node)
{
    struct graph *graph = loops->e->trace->graph;
    struct shape shape = graph_shape(graph, node);
    shape.extent[loops->first] = (size_t)term_count(loops);
    for (size_t i = loops->first + loops->count; i < shape.rank; i++)
        shape.extent[i - loops->count + 1] = shape.extent[i];
    for (size_t i = 1; i < loops->count; i++)
        shape.extent[--shape.rank] = 0;
    return graph_reshape(graph, node, &shape);
}

bool vectorize_array(struct evaluation *e, const struct ast *comprehension,
                     const struct local *locals, struct value *out)
{
    struct loops loops;
    struct value body;
    struct graph *graph = e->trace->graph;
    if (!loops_run(&loops, e, comprehension, locals, &body) ||
        !is_sum_or_mean(&loops, REDUCE_NONE, comprehension->span))
        return false;
    if (!is_arithmetic(&body))
        return wrong_type(e, comprehension->child[0]->span, "a number or an array",
                          &body);
    size_t rank = core_shape(e, &body).rank;
    bool is_boolean =
        body.kind == VALUE_BOOLEAN || (is_array(&body) && body.as.array->is_boolean);
    if (!comprehension_shape(e, comprehension, rank))
        return false;
    graph_set_origin(graph,
                     provenance_origin(&e->session->provenance, comprehension->span));
    node_id node = spread(&loops, &body, rank);
    if (node == 0)
        return too_large(&loops, comprehension->span);
    if (generate_is_flat(comprehension))
        node = flatten(&loops, node);
    if (loops.mask.node != 0 && !keep_chosen(&loops, comprehension->span, &node))
        return false;
    *out = array_value_of(e, node, loops.first, is_boolean);
    return true;
}
