/* SPDX-License-Identifier: MIT
 * The names of generators as arrays along batch axes, and what is made of the body. */
#include "script/vectorize.h"

#include <math.h>

/* ---- Whether ---- */

static const struct ast *filter_of(const struct ast *comprehension)
{
    const struct ast *last = comprehension->child[comprehension->count - 1];
    return last->kind == AST_FILTER ? last : NULL;
}

/* About how many terms there are: the sets' sizes where the earlier names stand in the
 * middle of theirs.  -1: that cannot be told. */
static double estimate(struct evaluation *e, const struct ast *comprehension,
                       size_t index, const struct local *locals)
{
    const struct ast *generator = comprehension->child[index];
    if (index == comprehension->count || generator->kind != AST_GENERATOR)
        return 1;
    struct value set;
    size_t count = 0;
    if (!evaluate(e, generator->child[0], locals, &set) || !value_count(&set, &count) ||
        (set.unknown && !is_array(&set)))
        return -1;
    if (count == 0)
        return 0;
    struct local local = {.name = generator->name, .next = locals};
    if (is_array(&set) && set.as.array->numbers == NULL)
        local.value = value_number(1);
    else
        local.value = value_element(&e->session->scratch, &set, count / 2);
    double inner = estimate(e, comprehension, index + 1, &local);
    return inner < 0 ? inner : inner * (double)count;
}

enum vectorize vectorize_choose(struct evaluation *e, const struct ast *comprehension,
                                const struct local *locals)
{
    struct session *session = e->session;
    if (e->trace == NULL)
        return VECTORIZE_NOT;
    struct arena_mark mark = arena_mark(&session->scratch);
    struct message_mark messages = session_message_mark(session);
    double terms = estimate(e, comprehension, 1, locals);
    session_forget(session, messages);
    arena_release(&session->scratch, mark);
    if (terms >= 0 && terms <= FEW_TERMS)
        return VECTORIZE_NOT;
    return terms <= MOST_WRITTEN_TERMS ? VECTORIZE_FIRST : VECTORIZE_ONLY;
}

/* ---- Names along axes ---- */

struct loops {
    struct evaluation *e;
    const struct ast *comprehension;
    const struct local *locals;
    size_t count;
    unsigned first; /* batch axes around these loops */
    size_t extent[SHAPE_MOST_AXES];
    struct value mask;       /* node 0: everything counts */
    struct value outer_mask; /* of the trace before */
};

/* Along the next axis, with the extents of what is nearer to the core behind it. */
static struct value along_axis(struct loops *loops, node_id node, bool is_boolean)
{
    struct graph *graph = loops->e->trace->graph;
    unsigned axis = loops->first + (unsigned)loops->count;
    struct shape shape = graph_shape(graph, node), wanted = {0};
    for (size_t i = 0; i < axis; i++)
        wanted.extent[wanted.rank++] = 1;
    for (size_t i = 0; i < shape.rank; i++)
        wanted.extent[wanted.rank++] = shape.extent[i];
    return array_value_of(loops->e, graph_reshape(graph, node, &wanted), axis + 1,
                          is_boolean);
}

static bool too_many_axes(struct loops *loops, struct span place)
{
    return session_error(loops->e->session, CODE_TOO_LARGE, place,
                         "more than %d generators inside each other with what they run "
                         "over are too many",
                         SHAPE_MOST_AXES - 2);
}

static bool add_name(struct loops *loops, const struct ast *generator, node_id node,
                     size_t extent, bool is_boolean)
{
    struct local *local = ARENA_NEW(&loops->e->session->scratch, struct local);
    if (loops->first + loops->count + 2 >= SHAPE_MOST_AXES)
        return too_many_axes(loops, generator->span);
    local->name = generator->name;
    local->value = along_axis(loops, node, is_boolean);
    local->next = loops->locals;
    loops->locals = local;
    loops->extent[loops->count++] = extent;
    loops->e->trace->batch = loops->first + (unsigned)loops->count;
    return true;
}

/* The mask becomes what it was and `condition`. */
static bool restrict_mask(struct loops *loops, struct span place,
                          const struct value *condition)
{
    struct value pair[2] = {loops->mask, *condition};
    if (loops->mask.node == 0)
        loops->mask = *condition;
    else if (!apply_op(loops->e, OP_AND, place, pair, 2, &loops->mask))
        return false;
    loops->mask.kind = VALUE_BOOLEAN;
    return mask_restrict(loops->e, place, &loops->outer_mask, &loops->mask);
}

/* ---- Sets ---- */

static bool known_bound(struct evaluation *e, const struct ast *node,
                        const struct value *value)
{
    if (!is_numeric(value))
        return wrong_type(e, node->span, "a number", value);
    return true;
}

static void extremes(const struct value *value, const double *numbers,
                     const struct shape *shape, double *least, double *greatest)
{
    size_t count = numbers == NULL ? 1 : shape_elements(shape);
    for (size_t i = 0; i < count; i++) {
        double number = numbers == NULL ? value->number : numbers[i];
        *least = fmin(*least, number);
        *greatest = fmax(*greatest, number);
    }
}

static bool bound_extremes(struct loops *loops, const struct ast *node,
                           const struct value *bound, double *least, double *greatest)
{
    struct evaluation *e = loops->e;
    struct shape shape = {0};
    const double *numbers = NULL;
    *least = (double)INFINITY;
    *greatest = (double)-INFINITY;
    if (bound->unknown) {
        numbers = array_data(e, bound);
        if (numbers == NULL)
            return session_error(e->session, CODE_WRONG_TYPE, node->span,
                                 "the bounds of a generator are known numbers, and the "
                                 "search decides this one");
        shape = graph_shape(e->trace->graph, bound->node);
    }
    extremes(bound, numbers, &shape, least, greatest);
    return true;
}

static bool compare(struct evaluation *e, enum op op, struct span place,
                    const struct value *a, const struct value *b, struct value *out)
{
    struct value pair[2] = {*a, *b};
    if (!apply_op(e, op, place, pair, 2, out))
        return false;
    out->kind = VALUE_BOOLEAN;
    return true;
}

/* first..last where a bound depends on an earlier name: the widest range, masked. */
static bool add_dependent(struct loops *loops, const struct ast *generator,
                          const struct value *first, const struct value *last)
{
    struct evaluation *e = loops->e;
    const struct ast *range = generator->child[0];
    double low, high, unused;
    struct value holds;
    if (!bound_extremes(loops, range->child[0], first, &low, &unused) ||
        !bound_extremes(loops, range->child[1], last, &unused, &high))
        return false;
    size_t count = high >= low ? (size_t)(high - low) + 1 : 0;
    struct shape shape = shape_vector(count);
    if (!(high - low < SHAPE_MOST_ELEMENTS) || shape_check(&shape) != SHAPE_FITS)
        return session_error(e->session, CODE_BAD_RANGE, range->span,
                             "this range becomes too long");
    if (!add_name(loops, generator,
                  graph_range(e->trace->graph, low, 1, count, generator->name), count,
                  false))
        return false;
    const struct value *name = &loops->locals->value;
    return compare(e, OP_GREATER_EQUAL, range->span, name, first, &holds) &&
           restrict_mask(loops, range->span, &holds) &&
           compare(e, OP_LESS_EQUAL, range->span, name, last, &holds) &&
           restrict_mask(loops, range->span, &holds);
}

static bool add_known(struct loops *loops, const struct ast *generator, struct value *set)
{
    struct evaluation *e = loops->e;
    struct graph *graph = e->trace->graph;
    if (set->kind == VALUE_RANGE) {
        const struct range_value *range = set->as.range;
        struct shape shape = shape_vector(range->count);
        if (shape_check(&shape) != SHAPE_FITS)
            return session_error(e->session, CODE_BAD_RANGE, generator->child[0]->span,
                                 "this range is too long");
        return add_name(
            loops, generator,
            graph_range(graph, range->first, 1, range->count, generator->name),
            range->count, false);
    }
    if (!is_array(set) || set->batch > 0)
        return session_error(e->session, CODE_WRONG_TYPE, generator->child[0]->span,
                             "a generator of so many terms runs over a range or an "
                             "array, and this is %s",
                             value_kind_name(set));
    return add_name(loops, generator, array_node(e, set), set->as.array->shape.extent[0],
                    set->as.array->is_boolean);
}

static bool add_generator(struct loops *loops, const struct ast *generator)
{
    struct evaluation *e = loops->e;
    const struct ast *set_text = generator->child[0];
    struct value first, last, set;
    if (set_text->kind != AST_RANGE)
        return evaluate(e, set_text, loops->locals, &set) &&
               add_known(loops, generator, &set);
    if (!evaluate(e, set_text->child[0], loops->locals, &first) ||
        !evaluate(e, set_text->child[1], loops->locals, &last) ||
        !known_bound(e, set_text->child[0], &first) ||
        !known_bound(e, set_text->child[1], &last))
        return false;
    if (first.unknown || last.unknown)
        return add_dependent(loops, generator, &first, &last);
    return evaluate(e, set_text, loops->locals, &set) &&
           add_known(loops, generator, &set);
}

static bool add_filter(struct loops *loops)
{
    const struct ast *filter = filter_of(loops->comprehension);
    struct value holds;
    if (filter == NULL)
        return true;
    if (!evaluate_condition(loops->e, filter->child[0], loops->locals, &holds))
        return false;
    holds.node = array_node(loops->e, &holds);
    return restrict_mask(loops, filter->span, &holds);
}

static bool open_loops(struct loops *loops)
{
    const struct ast *comprehension = loops->comprehension;
    for (size_t i = 1; i < comprehension->count; i++)
        if (comprehension->child[i]->kind == AST_GENERATOR &&
            !add_generator(loops, comprehension->child[i]))
            return false;
    return add_filter(loops);
}

/* Names, filter and body; the trace is then as it was before. */
static bool run_loops(struct loops *loops, struct evaluation *e,
                      const struct ast *comprehension, const struct local *locals,
                      struct value *body)
{
    struct trace *trace = e->trace;
    *loops = (struct loops){.e = e,
                            .comprehension = comprehension,
                            .locals = locals,
                            .first = trace->batch,
                            .outer_mask = trace->mask};
    bool fine =
        open_loops(loops) && evaluate(e, comprehension->child[0], loops->locals, body);
    trace->batch = loops->first;
    trace->mask = loops->outer_mask;
    return fine;
}

/* ---- The body over all of the loops ---- */

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

bool vectorize_reduction(struct evaluation *e, const struct ast *comprehension,
                         enum reduction kind, struct span place,
                         const struct local *locals, struct value *out)
{
    struct loops loops;
    struct value body;
    struct graph *graph = e->trace->graph;
    if (!run_loops(&loops, e, comprehension, locals, &body) ||
        !check_body(&loops, kind, place, &body))
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
        node = graph_apply2(graph, OP_DIVIDE, node, divisor(&loops));
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
                             "which elements there are may not depend on what the search "
                             "decides");
    size_t terms = (size_t)term_count(loops), count = 0;
    for (size_t i = 0; i < terms; i++)
        count += holds[i] != 0;
    struct value chosen = value_vector(e->trace->arena, count);
    for (size_t i = 0, k = 0; i < terms; i++)
        if (holds[i] != 0)
            chosen.as.array->numbers[k++] = (double)i;
    struct shape shape = graph_shape(graph, *node);
    shape.extent[0] = terms;
    for (size_t i = loops->count; i < shape.rank; i++)
        shape.extent[i - loops->count + 1] = shape.extent[i];
    shape.rank -= loops->count - 1;
    *node = graph_gather(graph, graph_reshape(graph, *node, &shape),
                         array_node(e, &chosen), 0);
    return true;
}

bool vectorize_array(struct evaluation *e, const struct ast *comprehension,
                     const struct local *locals, struct value *out)
{
    struct loops loops;
    struct value body;
    struct graph *graph = e->trace->graph;
    if (!run_loops(&loops, e, comprehension, locals, &body))
        return false;
    if (!is_arithmetic(&body))
        return wrong_type(e, comprehension->child[0]->span, "a number or an array",
                          &body);
    size_t rank = core_shape(e, &body).rank;
    bool is_boolean =
        body.kind == VALUE_BOOLEAN || (is_array(&body) && body.as.array->is_boolean);
    if (rank + (loops.mask.node == 0 ? loops.count : 1) > 2)
        return session_error(e->session, CODE_WRONG_TYPE, comprehension->span,
                             "an array has one or two indices");
    graph_set_origin(graph,
                     provenance_origin(&e->session->provenance, comprehension->span));
    node_id node = spread(&loops, &body, rank);
    if (node == 0)
        return too_large(&loops, comprehension->span);
    if (loops.mask.node != 0 && !keep_chosen(&loops, comprehension->span, &node))
        return false;
    *out = array_value_of(e, node, loops.first, is_boolean);
    return true;
}
