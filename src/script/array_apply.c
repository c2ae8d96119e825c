/* SPDX-License-Identifier: MIT
 * Operations applied to numbers and arrays, plain and traced. */
#include "script/array.h"

#include "script/builtins.h"
#include "script/recipe.h"
#include "tape/apply.h"
#include "tape/program.h"

#include <math.h>
#include <string.h>

/* ---- What the operands have in common ---- */

struct operands {
    bool traced, unknown;
    unsigned batch;
    size_t rank; /* the highest of the cores */
};

/* In a formula an array that has a name is shown by it. */
static bool is_named(const struct evaluation *e, const struct value *value)
{
    return e->trace != NULL && e->trace->is_formula && is_array(value) &&
           value->name != 0;
}

static struct operands look_at(const struct evaluation *e, const struct value *values,
                               size_t count)
{
    struct operands found = {0};
    for (size_t i = 0; i < count; i++) {
        size_t rank = core_shape(e, &values[i]).rank;
        found.traced = found.traced || values[i].node != 0 || is_named(e, &values[i]);
        found.unknown = found.unknown || values[i].unknown;
        found.batch = values[i].batch > found.batch ? values[i].batch : found.batch;
        found.rank = rank > found.rank ? rank : found.rank;
    }
    return found;
}

/* ---- Element by element ---- */

bool elementwise_fits(struct evaluation *e, struct span place,
                      const struct value *operands, const struct span *places,
                      size_t count, struct shape *shape)
{
    *shape = (struct shape){0};
    for (size_t i = 0; i < count; i++) {
        struct shape own = core_shape(e, &operands[i]);
        if (own.rank == 0)
            continue;
        if (shape->rank != 0 && !shape_equal(shape, &own))
            return shapes_differ(e, place, operands, places, count,
                                 "element by element they need the same shape");
        *shape = own;
    }
    return true;
}

static bool tell_bad_element(struct evaluation *e, struct span place, size_t index,
                             const struct shape *shape, double number)
{
    struct session *session = e->session;
    struct text where, shown;
    text_init(&where, &session->scratch);
    text_init(&shown, &session->scratch);
    if (shape->rank > 0) {
        text_puts(&where, "element ");
        put_position(&where, shape, index);
    } else {
        text_puts(&where, "the value");
    }
    text_number(&shown, number);
    if (session->options.strict)
        return session_error(
            session, CODE_STRICT_VALUE, place, "`%s` is not a finite number: %s is %s",
            session_text(session, place), text_string(&where), text_string(&shown));
    session_warn(session, CODE_UNDEFINED_VALUE, place, "`%s`: %s is %s",
                 session_text(session, place), text_string(&where), text_string(&shown));
    return true;
}

static bool is_bad(const struct array *operands, size_t count, size_t elements,
                   size_t index)
{
    for (size_t i = 0; i < count; i++) {
        size_t own = shape_elements(&operands[i].shape);
        if (!isfinite(operands[i].numbers[own == elements ? index : 0]))
            return false; /* where it began has been told */
    }
    return true;
}

/* A result that is not finite though its operands are is told, once a place. */
static bool check_elements(struct evaluation *e, struct span place,
                           const struct array *operands, size_t count,
                           const struct value *value)
{
    const struct array_value *array = value->as.array;
    size_t elements = shape_elements(&array->shape);
    for (size_t i = 0; i < elements; i++)
        if (!isfinite(array->numbers[i]) && is_bad(operands, count, elements, i))
            return tell_bad_element(e, place, i, &array->shape, array->numbers[i]);
    return true;
}

static bool plain_elements(struct evaluation *e, enum op op, struct span place,
                           const struct value *operands, size_t count,
                           const struct shape *shape, struct value *out)
{
    struct arena *scratch = &e->session->scratch;
    struct array *arrays = ARENA_ARRAY(scratch, count, struct array);
    if (!session_go_on_sometimes(e->session, place))
        return false;
    for (size_t i = 0; i < count; i++) {
        arrays[i].shape = core_shape(e, &operands[i]);
        arrays[i].numbers =
            is_array(&operands[i]) ? operands[i].as.array->numbers : &operands[i].number;
    }
    *out = value_array(scratch, shape);
    (void)array_apply(scratch, op, NULL, arrays, count, shape, out->as.array->numbers,
                      NULL);
    if (e->trace != NULL && shape->rank > 0)
        out->as.array->recipe =
            recipe_note(scratch, op, operands, count, shape_elements(shape));
    return e->trace != NULL || check_elements(e, place, arrays, count, out);
}

bool apply_elementwise(struct evaluation *e, enum op op, struct span place,
                       const struct value *operands, const struct span *places,
                       size_t count, struct value *out)
{
    struct shape shape;
    struct operands found = look_at(e, operands, count);
    if (!elementwise_fits(e, place, operands, places, count, &shape))
        return false;
    struct value known = value_number((double)NAN);
    if (!found.unknown && !plain_elements(e, op, place, operands, count, &shape, &known))
        return false;
    if (!found.traced) {
        *out = known;
        return true;
    }
    struct graph *graph = e->trace->graph;
    node_id *nodes = ARENA_ARRAY(&e->session->scratch, count, node_id);
    for (size_t i = 0; i < count; i++)
        nodes[i] = array_aligned(e, &operands[i], found.batch, found.rank);
    graph_set_origin(graph, provenance_origin(&e->session->provenance, place));
    struct shape whole;
    if (graph_broadcast(graph, nodes, count, &whole) != SHAPE_FITS)
        return session_error(e->session, CODE_TOO_LARGE, place,
                             "the generators around this make an array that is too "
                             "large");
    node_id node = graph_apply(graph, op, nodes, count);
    *out = array_value_of(e, node, found.batch, false);
    if (!found.unknown) {
        node = out->node;
        *out = known;
        out->node = node;
    }
    return true;
}

/* ---- Operations that are made of nodes ---- */

static const char *why(enum shape_fault fault)
{
    static const char *const texts[] = {
        [SHAPE_FITS] = "",
        [SHAPE_TOO_MANY_AXES] = "with the generators around them they have too many axes",
        [SHAPE_TOO_LARGE] = "the result is too large",
        [SHAPE_DIFFERENT] = "their lengths differ",
        [SHAPE_NO_SUCH_AXIS] = "there is no such axis",
        [SHAPE_NO_SUCH_INDEX] = "an index is outside",
        [SHAPE_NO_MATRIX] = "a matrix is needed",
        [SHAPE_NOT_SQUARE] = "a square matrix is needed",
    };
    return texts[fault];
}

static bool no_node(struct evaluation *e, struct span place, const struct value *operands,
                    const struct span *places, size_t count)
{
    enum shape_fault fault = graph_fault(e->session->graph);
    if (fault == SHAPE_TOO_LARGE)
        return session_error(e->session, CODE_TOO_LARGE, place,
                             "the result of this is too large");
    return shapes_differ(e, place, operands, places, count, why(fault));
}

/* A leaf for each array, told apart by its place among the operands. */
static void stand_in(struct evaluation *e, const struct value *operands, size_t count,
                     node_id *nodes, const double **numbers)
{
    struct session *session = e->session;
    for (size_t i = 0; i < count; i++) {
        struct shape shape = core_shape(e, &operands[i]);
        char name[] = {'.', (char)('a' + i % 26), (char)('a' + i / 26 % 26), '\0'};
        nodes[i] = graph_parameter_array(session->graph,
                                         intern_string(session->names, name), &shape);
        numbers[i] =
            is_array(&operands[i]) ? operands[i].as.array->numbers : &operands[i].number;
    }
}

static bool index_outside(struct evaluation *e, struct span place)
{
    return session_error(e->session, CODE_BAD_INDEX, place,
                         "an index in this is not one of the elements");
}

static bool all_finite(const double *numbers, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!isfinite(numbers[i]))
            return false;
    return true;
}

static bool check_result(struct evaluation *e, struct span place,
                         const struct value *operands, size_t count,
                         const struct value *result)
{
    struct shape shape = core_shape(e, result);
    size_t elements = shape_elements(&shape), bad = 0;
    const double *numbers =
        is_array(result) ? result->as.array->numbers : &result->number;
    while (bad < elements && isfinite(numbers[bad]))
        bad++;
    if (bad == elements)
        return true;
    for (size_t i = 0; i < count; i++) {
        struct shape own = core_shape(e, &operands[i]);
        if (!all_finite(is_array(&operands[i]) ? operands[i].as.array->numbers
                                               : &operands[i].number,
                        shape_elements(&own)))
            return true; /* where it began has been told */
    }
    return tell_bad_element(e, place, bad, &shape, numbers[bad]);
}

static bool make_plain(struct evaluation *e, struct span place,
                       const struct value *operands, const struct span *places,
                       size_t count, array_maker *maker, const void *user,
                       struct value *out)
{
    struct session *session = e->session;
    struct arena *scratch = &session->scratch;
    struct graph_mark before = graph_mark(session->graph);
    node_id *nodes = ARENA_ARRAY(scratch, count, node_id);
    const double **numbers = ARENA_ARRAY(scratch, count, const double *);
    if (!session_go_on_sometimes(session, place))
        return false;
    stand_in(e, operands, count, nodes, numbers);
    node_id node = maker(session->graph, nodes, count, 0, user);
    if (node == 0) {
        (void)no_node(e, place, operands, places, count);
        graph_release(session->graph, before);
        return false;
    }
    struct shape shape = graph_shape(session->graph, node);
    *out = shape.rank == 0 ? value_number(0) : value_array(scratch, &shape);
    double *result = shape.rank == 0 ? &out->number : out->as.array->numbers;
    struct arena_mark mark = arena_mark(scratch);
    struct program *program =
        program_new(scratch, session->graph, &node, 1, nodes, count);
    struct script_poll poll = {session, place};
    program_set_poll(program, script_go_on, &poll);
    bool fine = program_run(program, numbers, &result);
    arena_release(scratch, mark);
    graph_release(session->graph, before);
    if (!fine)
        return !session->stopped && index_outside(e, place);
    return e->trace != NULL || check_result(e, place, operands, count, out);
}

bool apply_maker(struct evaluation *e, struct span place, const struct value *operands,
                 const struct span *places, size_t count, array_maker *maker,
                 const void *user, struct value *out)
{
    struct operands found = look_at(e, operands, count);
    struct value known = value_number((double)NAN);
    if (!found.unknown &&
        !make_plain(e, place, operands, places, count, maker, user, &known))
        return false;
    if (!found.traced) {
        *out = known;
        return true;
    }
    struct graph *graph = e->trace->graph;
    node_id *nodes = ARENA_ARRAY(&e->session->scratch, count, node_id);
    for (size_t i = 0; i < count; i++)
        nodes[i] =
            array_aligned(e, &operands[i], found.batch, core_shape(e, &operands[i]).rank);
    graph_set_origin(graph, provenance_origin(&e->session->provenance, place));
    node_id node = maker(graph, nodes, count, found.batch, user);
    if (node == 0)
        return no_node(e, place, operands, places, count);
    *out = array_value_of(e, node, found.batch, false);
    if (!found.unknown) {
        node = out->node;
        *out = known;
        out->node = node;
    }
    return true;
}

/* ---- Reductions ---- */

unsigned core_axes(const struct shape *shape, unsigned batch)
{
    return shape_all_axes(shape) & ~((1U << batch) - 1);
}

static node_id make_reduction(struct graph *graph, const node_id *nodes, size_t count,
                              unsigned batch, const void *user)
{
    const enum reduction *kind = user;
    struct shape shape = graph_shape(graph, nodes[0]);
    unsigned axes = core_axes(&shape, batch);
    (void)count;
    switch (*kind) {
    case REDUCE_PROD:
        return graph_prod_over(graph, nodes[0], axes);
    case REDUCE_MIN:
        return graph_min_over(graph, nodes[0], axes);
    case REDUCE_MAX:
        return graph_max_over(graph, nodes[0], axes);
    case REDUCE_ANY:
        return graph_any_over(graph, nodes[0], axes);
    case REDUCE_ALL:
        return graph_all_over(graph, nodes[0], axes);
    default:
        return graph_sum_over(graph, nodes[0], axes);
    }
}

bool reduce_array(struct evaluation *e, enum reduction kind, struct span place,
                  const struct value *array, struct value *out)
{
    size_t elements = shape_elements(&array->as.array->shape);
    bool logical = kind == REDUCE_ANY || kind == REDUCE_ALL || kind == REDUCE_COUNT;
    if (logical && !array->as.array->is_boolean && elements > 0)
        return session_error(e->session, CODE_NOT_A_CONDITION, place,
                             "`any`, `all` and `count` go over conditions");
    if (elements == 0 &&
        (kind == REDUCE_MEAN || kind == REDUCE_MIN || kind == REDUCE_MAX))
        return nothing_to_reduce(e, kind, place);
    if (!apply_maker(e, place, array, &place, 1, make_reduction, &kind, out))
        return false;
    if (kind == REDUCE_ANY || kind == REDUCE_ALL)
        out->kind = VALUE_BOOLEAN;
    if (kind != REDUCE_MEAN)
        return true;
    struct value pair[2] = {*out, value_number((double)elements)};
    return apply_op(e, OP_DIVIDE, place, pair, 2, out);
}
