/* SPDX-License-Identifier: MIT
 * What an array is to the evaluator: its shape, its node, its numbers. */
#include "script/array.h"

#include "script/recipe.h"
#include "tape/program.h"

#include <math.h>
#include <string.h>

bool is_array(const struct value *value)
{
    return value->kind == VALUE_ARRAY;
}

bool is_arithmetic(const struct value *value)
{
    return is_numeric(value) || is_array(value);
}

struct shape core_shape(const struct evaluation *e, const struct value *value)
{
    (void)e;
    return is_array(value) ? value->as.array->shape : (struct shape){0};
}

void put_shape(struct text *out, const struct shape *shape)
{
    if (shape->rank == 0)
        text_puts(out, "a number");
    else if (shape->rank == 1)
        text_format(out, "a vector of length %zu", shape->extent[0]);
    else
        text_format(out, "a %zu by %zu matrix", shape->extent[0], shape->extent[1]);
}

void put_position(struct text *out, const struct shape *shape, size_t index)
{
    if (shape->rank == 2)
        text_format(out, "[%zu, %zu]", index / shape->extent[1] + 1,
                    index % shape->extent[1] + 1);
    else
        text_format(out, "[%zu]", index + 1);
}

static bool range_as_vector(struct evaluation *e, struct span place, struct value *value)
{
    const struct range_value range = *value->as.range;
    struct shape shape = shape_vector(range.count);
    if (shape_check(&shape) != SHAPE_FITS)
        return session_error(e->session, CODE_TOO_LARGE, place,
                             "a vector of %zu numbers is too long", range.count);
    *value = value_array(&e->session->scratch, &shape);
    for (size_t i = 0; i < range.count; i++)
        value->as.array->numbers[i] = range.first + (double)i;
    if (e->trace != NULL)
        value->node = graph_range(e->trace->graph, range.first, 1, range.count, 0);
    return true;
}

bool take_operand(struct evaluation *e, struct span place, struct value *value)
{
    if (value->kind == VALUE_RANGE)
        return range_as_vector(e, place, value);
    return is_arithmetic(value) || wrong_type(e, place, "a number or an array", value);
}

bool shapes_differ(struct evaluation *e, struct span place, const struct value *operands,
                   const struct span *places, size_t count, const char *why)
{
    struct session *session = e->session;
    struct text shown;
    text_init(&shown, &session->scratch);
    for (size_t i = 0; i < count; i++) {
        struct shape shape = core_shape(e, &operands[i]);
        text_puts(&shown, i == 0 ? "" : i + 1 < count ? ", " : " and ");
        put_shape(&shown, &shape);
    }
    (void)session_error(session, CODE_SHAPES_DIFFER, place, "%s do not fit here%s%s",
                        text_string(&shown), why[0] == '\0' ? "" : ": ", why);
    for (size_t i = 0; places != NULL && i < count; i++) {
        struct text label;
        struct shape shape = core_shape(e, &operands[i]);
        text_init(&label, &session->scratch);
        put_shape(&label, &shape);
        diagnostic_label(&session->diagnostics, session_last(session), places[i], "%s",
                         text_string(&label));
    }
    return false;
}

/* ---- nodes ---- */

static bool same_data(const struct trace *trace, size_t index, const double *numbers,
                      size_t count)
{
    const double *known = trace->parameter_numbers[index];
    return known == numbers || (known != NULL && count > 0 &&
                                memcmp(known, numbers, count * sizeof *numbers) == 0);
}

/* What a name of the script holds lasts as long as the trace; anything else may not. */
static const double *lasting_numbers(struct evaluation *e, const struct value *value,
                                     size_t count)
{
    const double *numbers = value->as.array->numbers;
    if (value->name != 0 || count == 0)
        return numbers;
    double *copy = ARENA_ARRAY(e->trace->arena, count, double);
    memcpy(copy, numbers, count * sizeof *copy);
    return copy;
}

static void add_array(struct evaluation *e, node_id node, const struct value *value,
                      size_t count)
{
    struct trace *trace = e->trace;
    parameter_add(trace, node, (double)NAN, lasting_numbers(e, value, count));
    trace->parameter_recipes[trace->count - 1] =
        recipe_keep(trace->arena, value->as.array->recipe);
}

/* The script's name, or the text of a short array, names its parameter, so that a formula
 * shows it; a mark keeps apart what is shown alike. */
static node_id data_parameter(struct evaluation *e, const struct value *value)
{
    struct session *session = e->session;
    struct trace *trace = e->trace;
    const struct array_value *array = value->as.array;
    size_t count = shape_elements(&array->shape);
    struct text name;
    text_init(&name, &session->scratch);
    if (value->name != 0)
        text_puts(&name, intern_text(session->names, value->name));
    else if (count <= 8)
        value_print(&name, value, session->names);
    else
        text_puts(&name, "data");
    for (;;) {
        name_id symbol = intern_name(session->names, text_string(&name), name.length);
        node_id node = graph_parameter_array(trace->graph, symbol, &array->shape);
        size_t index = parameter_find(trace, node);
        if (index == trace->count)
            add_array(e, node, value, count);
        if (index == trace->count || same_data(trace, index, array->numbers, count))
            return node;
        text_putc(&name, '\'');
    }
}

node_id array_node(struct evaluation *e, const struct value *value)
{
    if (value->node != 0)
        return value->node;
    return is_array(value) ? data_parameter(e, value)
                           : graph_constant(e->trace->graph, value->number);
}

/* [the batch axes it has][1 ...][1 ...][its core] */
node_id array_aligned(struct evaluation *e, const struct value *value, unsigned batch,
                      size_t rank)
{
    struct graph *graph = e->trace->graph;
    node_id node = array_node(e, value);
    struct shape shape = graph_shape(graph, node), wanted = {0};
    size_t own = shape.rank - value->batch;
    bool fits = value->batch == batch && own == rank;
    if (shape.rank == 0 || fits || value->batch == 0)
        return node;
    for (size_t i = 0; i < value->batch; i++)
        wanted.extent[i] = shape.extent[i];
    wanted.rank = batch + rank;
    for (size_t i = value->batch; i < wanted.rank; i++)
        wanted.extent[i] = 1;
    for (size_t i = 0; i < own; i++)
        wanted.extent[wanted.rank - own + i] = shape.extent[value->batch + i];
    return graph_reshape(graph, node, &wanted);
}

struct value array_value_of(struct evaluation *e, node_id node, unsigned batch,
                            bool is_boolean)
{
    struct shape shape = graph_shape(e->trace->graph, node);
    struct value value = value_number((double)NAN);
    value.node = node;
    value.unknown = true;
    value.batch = shape.rank >= batch ? (unsigned char)batch : 0;
    if (is_boolean)
        value.kind = VALUE_BOOLEAN;
    if (shape.rank <= value.batch)
        return value;
    value.kind = VALUE_ARRAY;
    value.as.array = ARENA_NEW(&e->session->scratch, struct array_value);
    value.as.array->is_boolean = is_boolean;
    value.as.array->shape.rank = shape.rank - value.batch;
    for (size_t i = value.batch; i < shape.rank; i++)
        value.as.array->shape.extent[i - value.batch] = shape.extent[i];
    return value;
}

const double *array_data(struct evaluation *e, const struct value *value)
{
    struct session *session = e->session;
    struct trace *trace = e->trace;
    node_id node = array_node(e, value);
    if (graph_node(trace->graph, node).depends)
        return NULL;
    struct shape shape = graph_shape(trace->graph, node);
    double *numbers = ARENA_ARRAY(&session->scratch, shape_elements(&shape), double);
    const double **inputs = ARENA_ARRAY(&session->scratch, trace->count, const double *);
    parameter_inputs(trace, inputs);
    struct arena_mark mark = arena_mark(&session->scratch);
    struct program *program = program_new(&session->scratch, trace->graph, &node, 1,
                                          trace->parameters, trace->count);
    program_run(program, inputs, &numbers);
    arena_release(&session->scratch, mark);
    return numbers;
}

bool script_go_on(void *poll)
{
    const struct script_poll *p = poll;
    return session_go_on(p->session, 0, p->place);
}
