/* SPDX-License-Identifier: MIT
 * Whether generators are traced as a whole, and their names as arrays along batch axes.
 */
#include "script/vectorize.h"

#include "script/data.h"
#include "script/loops.h"

#include <math.h>

/* ---- Whether ---- */

/* Whether the search, or a generator around, decides which terms count. */
static bool filter_is_open(struct evaluation *e, const struct ast *comprehension,
                           const struct local *locals)
{
    const struct ast *filter = generate_filter(comprehension);
    struct value holds;
    return filter != NULL && evaluate_condition(e, filter->child[0], locals, &holds) &&
           holds.unknown;
}

/* About how many terms there are: the sets' sizes where the earlier names stand in the
 * middle of theirs.  -1: that cannot be told.  `open`: filter_is_open there. */
static double estimate(struct evaluation *e, const struct ast *comprehension,
                       size_t index, const struct local *locals, bool *open)
{
    if (index > generate_names(comprehension)) {
        *open = filter_is_open(e, comprehension, locals);
        return 1;
    }
    const struct ast *generator = comprehension->child[index];
    struct value set;
    size_t count = 0;
    if (!evaluate(e, generator->child[0], locals, &set) || !value_count(&set, &count) ||
        (set.unknown && !is_array(&set)))
        return -1;
    if (count == 0)
        return 0;
    struct local local = {.name = generator->name, .next = locals};
    if (!element_of(e, generator->child[0]->span, &set, count / 2, &local.value))
        return -1;
    double inner = estimate(e, comprehension, index + 1, &local, open);
    return inner < 0 ? inner : inner * (double)count;
}

enum vectorize vectorize_choose(struct evaluation *e, const struct ast *comprehension,
                                const struct local *locals)
{
    struct session *session = e->session;
    if (e->trace == NULL)
        return VECTORIZE_NOT;
    if (e->trace->rows.wanted > 0 && e->trace->batch == 0)
        return VECTORIZE_ONLY;
    struct arena_mark mark = arena_mark(&session->scratch);
    struct message_mark messages = session_message_mark(session);
    bool open = false;
    double terms = estimate(e, comprehension, 1, locals, &open);
    session_forget(session, messages);
    arena_release(&session->scratch, mark);
    if (open)
        return VECTORIZE_ONLY;
    bool is_few = terms >= 0 && terms <= FEW_TERMS;
    if (terms == 0 || (is_few && !e->trace->is_formula))
        return VECTORIZE_NOT;
    return terms <= MOST_WRITTEN_TERMS ? VECTORIZE_FIRST : VECTORIZE_ONLY;
}

/* ---- Names along axes ---- */

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
    loops->locals = loops->last = local;
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

/* How many numbers each of the ranges first..last has; 0 when they are not equally many,
 * or do not begin at whole numbers. */
static size_t equal_count(struct loops *loops, struct span place,
                          const struct value *first, const struct value *last)
{
    struct evaluation *e = loops->e;
    struct value difference, pair[2] = {*last};
    double least = (double)INFINITY, greatest = -least;
    if (!first->unknown || !apply_op(e, OP_NEGATE, place, first, 1, &pair[1]) ||
        !apply_op(e, OP_ADD, place, pair, 2, &difference))
        return 0;
    const double *numbers = difference.unknown ? array_data(e, &difference) : NULL,
                 *starts = array_data(e, first);
    if ((difference.unknown && numbers == NULL) || starts == NULL)
        return 0;
    struct shape shape = graph_shape(e->trace->graph, first->node);
    for (size_t i = 0; i < shape_elements(&shape); i++)
        if (starts[i] != floor(starts[i]))
            return 0;
    if (numbers != NULL)
        shape = graph_shape(e->trace->graph, difference.node);
    extremes(&difference, numbers, &shape, &least, &greatest);
    return least == greatest && least >= 0 && least < SHAPE_MOST_ELEMENTS
               ? (size_t)least + 1
               : 0;
}

/* first..last of equal lengths, such as i..i+5: the name is first and a number from 0. */
static bool add_shifted(struct loops *loops, const struct ast *generator,
                        const struct value *first, size_t count)
{
    struct graph *graph = loops->e->trace->graph;
    struct shape shape = shape_vector(count);
    struct value pair[2] = {*first};
    if (shape_check(&shape) != SHAPE_FITS)
        return session_error(loops->e->session, CODE_BAD_RANGE, generator->child[0]->span,
                             "this range becomes too long");
    if (!add_name(loops, generator, graph_range(graph, 0, 1, count, generator->name),
                  count, false))
        return false;
    pair[1] = loops->last->value;
    return apply_op(loops->e, OP_ADD, generator->child[0]->span, pair, 2,
                    &loops->last->value);
}

/* first..last where a bound depends on an earlier name: the widest range, masked. */
static bool add_dependent(struct loops *loops, const struct ast *generator,
                          const struct value *first, const struct value *last)
{
    struct evaluation *e = loops->e;
    const struct ast *range = generator->child[0];
    double low, high, unused;
    struct value holds;
    size_t equal = equal_count(loops, range->span, first, last);
    if (equal > 0)
        return add_shifted(loops, generator, first, equal);
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

/* The number of a row along the axis becomes the row. */
static void stand_for_row(struct loops *loops, const struct value *set)
{
    struct value row = *set;
    row.kind = VALUE_ROW;
    row.node = loops->last->value.node;
    row.batch = loops->last->value.batch;
    row.unknown = true;
    loops->last->value = row;
}

static bool add_rows(struct loops *loops, const struct ast *generator,
                     const struct value *set)
{
    size_t rows = set->as.data->rows;
    if (!add_name(loops, generator,
                  graph_range(loops->e->trace->graph, 1, 1, rows, generator->name), rows,
                  false))
        return false;
    stand_for_row(loops, set);
    return true;
}

/* ---- A batch of rows ---- */

static bool meet_batch(struct loops *loops, const struct ast *generator, size_t rows)
{
    struct evaluation *e = loops->e;
    struct session *session = e->session;
    struct row_batch *batch = &e->trace->rows;
    if (batch->count > 0) {
        (void)session_error(session, CODE_BATCH, generator->span,
                            "`batch` takes rows of one generator, and here is a second");
        diagnostic_label(&session->diagnostics, session_last(session), batch->place,
                         "this is the first");
        return false;
    }
    if (rows == 0)
        return session_error(session, CODE_BATCH, generator->span,
                             "there are no rows to take a batch of");
    batch->count = rows;
    batch->place = generator->span;
    batch->wanted = batch->wanted < rows ? batch->wanted : rows;
    batch->is_whole = rows % batch->wanted == 0;
    struct shape shape = shape_vector(batch->wanted), scalar = {0};
    batch->rows = graph_variable_array(e->trace->graph,
                                       intern_string(session->names, ".rows"), &shape);
    batch->live = graph_variable_array(e->trace->graph,
                                       intern_string(session->names, ".live"), &shape);
    batch->size = graph_variable_array(e->trace->graph,
                                       intern_string(session->names, ".size"), &scalar);
    return true;
}

/* What the numbers of the rows stand for: numbers of a range, elements, rows. */
static node_id batch_node(struct loops *loops, const struct value *set)
{
    struct graph *graph = loops->e->trace->graph;
    node_id rows = loops->e->trace->rows.rows;
    double before = set->kind == VALUE_RANGE ? set->as.range->first - 1 : -1;
    if (set->kind == VALUE_DATA)
        return rows;
    node_id moved = graph_apply2(graph, OP_ADD, rows, graph_constant(graph, before));
    return set->kind == VALUE_RANGE
               ? moved
               : graph_gather(graph, array_node(loops->e, set), moved, 0);
}

static bool add_batch(struct loops *loops, const struct ast *generator,
                      const struct value *set, size_t count)
{
    const struct row_batch *batch = &loops->e->trace->rows;
    if (!meet_batch(loops, generator, count) ||
        !add_name(loops, generator, batch_node(loops, set), batch->wanted,
                  is_array(set) && set->as.array->is_boolean))
        return false;
    loops->has_rows = true;
    if (set->kind == VALUE_DATA)
        stand_for_row(loops, set);
    if (batch->is_whole)
        return true;
    struct value live = array_value_of(loops->e, batch->live, 1, true);
    return restrict_mask(loops, generator->span, &live);
}

static bool add_known(struct loops *loops, const struct ast *generator, struct value *set)
{
    struct evaluation *e = loops->e;
    struct graph *graph = e->trace->graph;
    size_t count = 0;
    if (e->trace->rows.wanted > 0 && loops->first == 0 && loops->count == 0 &&
        set->batch == 0 && set->kind != VALUE_LIST && value_count(set, &count))
        return add_batch(loops, generator, set, count);
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
    if (set->kind == VALUE_DATA)
        return add_rows(loops, generator, set);
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
    const struct ast *filter = generate_filter(loops->comprehension);
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

bool loops_run(struct loops *loops, struct evaluation *e, const struct ast *comprehension,
               const struct local *locals, struct value *body)
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
