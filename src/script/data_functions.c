/* SPDX-License-Identifier: MIT
 * data(x = ..., y = ...), columns of data sets as matrices, texts as numbers, random
 * order. */
#include "script/array.h"
#include "script/data.h"
#include "script/read.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- data(...) ---- */

static bool take_column(struct evaluation *e, const struct ast *argument,
                        const struct local *locals, struct data_column *column)
{
    struct value value;
    struct span place = argument->child[0]->span;
    if (!evaluate(e, argument->child[0], locals, &value))
        return false;
    if (value.kind == VALUE_RANGE && !take_operand(e, place, &value))
        return false;
    if (value.unknown || (!is_array(&value) && value.kind != VALUE_LIST))
        return session_error(e->session, CODE_WRONG_TYPE, place,
                             "a column is a vector, a matrix or a list of texts, and "
                             "this is %s",
                             value_kind_name(&value));
    for (size_t i = 0; value.kind == VALUE_LIST && i < value.as.list->count; i++)
        if (value.as.list->items[i].kind != VALUE_STRING)
            return wrong_type(e, place, "a text", &value.as.list->items[i]);
    value.node = 0;
    column->name = intern_text(e->session->names, argument->name);
    column->values = value;
    return true;
}

static bool same_rows(struct evaluation *e, struct span place,
                      const struct data_value *data, size_t rows)
{
    if (data->count == 0 || rows == data->rows)
        return true;
    return session_error(e->session, CODE_SHAPES_DIFFER, place,
                         "this column has %zu rows, and the first one has %zu", rows,
                         data->rows);
}

bool call_data(struct evaluation *e, const struct ast *call, const struct local *locals,
               struct value *out)
{
    struct arena *scratch = &e->session->scratch;
    struct data_value *data = ARENA_NEW(scratch, struct data_value);
    data->columns = ARENA_ARRAY(scratch, call->count, struct data_column);
    for (size_t i = 1; i < call->count; i++) {
        const struct ast *argument = call->child[i];
        struct data_column *column = &data->columns[data->count];
        struct value known;
        size_t rows = 0;
        if (argument->kind != AST_ARGUMENT)
            return session_error(e->session, CODE_UNKNOWN_SETTING, argument->span,
                                 "columns have names: `data(x = [1, 2])`");
        if (!take_column(e, argument, locals, column))
            return false;
        if (data_field(data, column->name, &known))
            return session_error(e->session, CODE_UNKNOWN_SETTING, argument->at,
                                 "there are two columns `%s`", column->name);
        (void)value_count(&column->values, &rows);
        if (!same_rows(e, argument->span, data, rows))
            return false;
        data->rows = rows;
        data->count++;
    }
    *out = (struct value){.kind = VALUE_DATA};
    out->as.data = data;
    return true;
}

/* ---- columns(...) ---- */

static size_t width_of(const struct data_column *column)
{
    if (column->values.kind != VALUE_ARRAY)
        return 0;
    const struct shape *shape = &column->values.as.array->shape;
    return shape->rank == 2 ? shape->extent[1] : 1;
}

static bool join_columns(struct evaluation *e, struct span place,
                         const struct data_value *data, const bool *chosen,
                         struct value *out)
{
    size_t width = 0, at = 0;
    for (size_t i = 0; i < data->count; i++)
        width += chosen[i] ? width_of(&data->columns[i]) : 0;
    struct shape shape = shape_matrix(data->rows, width);
    if (shape_check(&shape) != SHAPE_FITS)
        return session_error(e->session, CODE_TOO_LARGE, place,
                             "these columns are too large together");
    *out = value_array(&e->session->scratch, &shape);
    for (size_t i = 0; i < data->count; i++) {
        size_t own = chosen[i] ? width_of(&data->columns[i]) : 0;
        for (size_t row = 0; own > 0 && row < data->rows; row++)
            memcpy(out->as.array->numbers + row * width + at,
                   data->columns[i].values.as.array->numbers + row * own,
                   own * sizeof(double));
        at += own;
    }
    return true;
}

/* Sets what is said of the named column, or of those in a list of names. */
static bool mark_names(struct evaluation *e, const struct ast *text,
                       const struct value *names, const struct data_value *data,
                       bool *chosen, bool mark)
{
    size_t count = names->kind == VALUE_LIST ? names->as.list->count : 1;
    for (size_t k = 0; k < count; k++) {
        const struct value *name =
            names->kind == VALUE_LIST ? &names->as.list->items[k] : names;
        struct value base = {.kind = VALUE_DATA}, column;
        base.as.data = data;
        if (name->kind != VALUE_STRING)
            return wrong_type(e, text->span, "the name of a column", name);
        const char *wanted = name->as.string->bytes;
        if (!data_column_of(e, text->span, &base, wanted, &column))
            return false;
        if (mark && column.kind != VALUE_ARRAY)
            return session_error(e->session, CODE_WRONG_TYPE, text->span,
                                 "the column `%s` has texts: `codes` numbers them",
                                 wanted);
        for (size_t i = 0; i < data->count; i++)
            if (strcmp(data->columns[i].name, wanted) == 0)
                chosen[i] = mark;
    }
    return true;
}

static bool choose_columns(struct evaluation *e, const struct ast *call,
                           const struct local *locals, const struct data_value *data,
                           bool *chosen)
{
    size_t named = 0;
    for (size_t i = 2; i < call->count; i++)
        named += call->child[i]->kind != AST_ARGUMENT;
    for (size_t i = 0; i < data->count; i++)
        chosen[i] = named == 0;
    for (size_t i = 2; i < call->count; i++) {
        const struct ast *argument = call->child[i];
        bool except = argument->kind == AST_ARGUMENT;
        struct value names;
        if (except &&
            strcmp(intern_text(e->session->names, argument->name), "except") != 0)
            return session_error(e->session, CODE_UNKNOWN_SETTING, argument->at,
                                 "`columns` takes names of columns, and `except = ...`");
        const struct ast *text = except ? argument->child[0] : argument;
        if (!evaluate(e, text, locals, &names) ||
            !mark_names(e, text, &names, data, chosen, !except))
            return false;
    }
    return true;
}

bool call_columns(struct evaluation *e, const struct ast *call,
                  const struct local *locals, struct value *out)
{
    struct value base;
    if (call->count < 2 || call->child[1]->kind == AST_ARGUMENT)
        return session_error(e->session, CODE_WRONG_ARITY, call->span,
                             "`columns` takes a matrix or a data set first");
    if (!evaluate(e, call->child[1], locals, &base))
        return false;
    if (base.kind != VALUE_DATA)
        return count_axis(e, call->child[1]->span, &base, 1, out);
    const struct data_value *data = base.as.data;
    bool *chosen = ARENA_ARRAY(&e->session->scratch, data->count, bool);
    return choose_columns(e, call, locals, data, chosen) &&
           join_columns(e, call->span, data, chosen, out);
}

/* ---- Texts as numbers ---- */

static int compare_texts(const void *a, const void *b)
{
    const struct value *left = a, *right = b;
    return strcmp(left->as.string->bytes, right->as.string->bytes);
}

static bool need_texts(struct evaluation *e, struct span place, const struct value *value)
{
    if (value->kind != VALUE_LIST)
        return wrong_type(e, place, "a column of texts", value);
    for (size_t i = 0; i < value->as.list->count; i++)
        if (value->as.list->items[i].kind != VALUE_STRING)
            return wrong_type(e, place, "a text", &value->as.list->items[i]);
    return true;
}

/* Each text once, in the order of their bytes. */
static struct list_value *levels_of(struct arena *arena, const struct list_value *texts)
{
    struct list_value *levels = ARENA_NEW(arena, struct list_value);
    struct value *items = ARENA_ARRAY(arena, texts->count, struct value);
    if (texts->count > 0)
        memcpy(items, texts->items, texts->count * sizeof *items);
    qsort(items, texts->count, sizeof *items, compare_texts);
    for (size_t i = 0; i < texts->count; i++)
        if (i == 0 || compare_texts(&items[levels->count - 1], &items[i]) != 0)
            items[levels->count++] = items[i];
    levels->items = items;
    levels->depth = 1;
    return levels;
}

bool apply_levels(struct evaluation *e, struct span place, const struct value *arguments,
                  size_t count, struct value *out)
{
    (void)count;
    if (!need_texts(e, place, &arguments[0]))
        return false;
    *out = (struct value){.kind = VALUE_LIST};
    out->as.list = levels_of(&e->session->scratch, arguments[0].as.list);
    return true;
}

bool apply_codes(struct evaluation *e, struct span place, const struct value *arguments,
                 size_t count, struct value *out)
{
    struct arena *scratch = &e->session->scratch;
    (void)count;
    if (!need_texts(e, place, &arguments[0]))
        return false;
    const struct list_value *texts = arguments[0].as.list;
    const struct list_value *levels = levels_of(scratch, texts);
    *out = value_vector(scratch, texts->count);
    for (size_t i = 0; i < texts->count; i++) {
        const struct value *level = bsearch(&texts->items[i], levels->items,
                                            levels->count, sizeof *level, compare_texts);
        out->as.array->numbers[i] = (double)(level - levels->items) + 1;
    }
    return true;
}

static bool find_classes(struct evaluation *e, struct span place,
                         const struct value *codes, size_t *classes)
{
    const struct array_value *array = codes->as.array;
    for (size_t i = 0; i < array->shape.extent[0]; i++) {
        double code = array->numbers[i];
        if (!(code >= 1 && code == floor(code) && code < 1e9))
            return session_error(e->session, CODE_WRONG_TYPE, place,
                                 "codes are whole numbers from 1");
        if (code > (double)*classes)
            *classes = (size_t)code;
    }
    return true;
}

bool apply_onehot(struct evaluation *e, struct span place, const struct value *arguments,
                  size_t count, struct value *out)
{
    struct value codes = arguments[0];
    size_t classes = 0, wanted = 0;
    if (codes.kind == VALUE_LIST && !apply_codes(e, place, arguments, 1, &codes))
        return false;
    if (!take_operand(e, place, &codes))
        return false;
    if (!is_array(&codes) || codes.unknown || codes.as.array->shape.rank != 1)
        return wrong_type(e, place, "a vector of codes", &codes);
    if (!find_classes(e, place, &codes, &classes) ||
        (count == 2 && !array_take_size(e, place, &arguments[1], &wanted)))
        return false;
    if (count == 2 && wanted < classes)
        return session_error(e->session, CODE_WRONG_TYPE, place,
                             "there is the code %zu, and only %zu columns are asked for",
                             classes, wanted);
    classes = count == 2 ? wanted : classes;
    struct shape shape = shape_matrix(codes.as.array->shape.extent[0], classes);
    if (shape_check(&shape) != SHAPE_FITS)
        return session_error(e->session, CODE_TOO_LARGE, place,
                             "this matrix would be too large");
    *out = value_array(&e->session->scratch, &shape);
    for (size_t i = 0; i < shape.extent[0]; i++)
        out->as.array->numbers[i * classes + (size_t)codes.as.array->numbers[i] - 1] = 1;
    return true;
}

/* ---- Random order (Fisher and Yates; Knuth, volume 2, algorithm 3.4.2P) ---- */

static bool draw_positions(struct evaluation *e, struct span place, size_t count,
                           size_t wanted, double *positions)
{
    if (e->trace != NULL)
        return session_error(e->session, CODE_NOT_IN_OBJECTIVE, place,
                             "a random draw cannot stand inside an objective");
    for (size_t i = 0; i < count; i++)
        positions[i] = (double)i;
    for (size_t i = 0; i < wanted && i + 1 < count; i++) {
        size_t other = i + (size_t)(session_uniform(e->session) * (double)(count - i));
        double kept = positions[i];
        positions[i] = positions[other];
        positions[other] = kept;
    }
    return true;
}

static bool take_at(struct evaluation *e, struct span place, const struct value *value,
                    const double *positions, size_t count, struct value *out)
{
    struct arena *scratch = &e->session->scratch;
    *out = (struct value){.kind = VALUE_DATA};
    if (value->kind == VALUE_DATA) {
        out->as.data = data_select(scratch, value->as.data, positions, count);
        return true;
    }
    size_t rows = 0;
    (void)place;
    (void)value_count(value, &rows);
    struct data_column column = {.name = "", .values = *value};
    struct data_value whole = {.rows = rows, .count = 1, .columns = &column};
    *out = data_select(scratch, &whole, positions, count)->columns[0].values;
    return true;
}

static bool pick_at_random(struct evaluation *e, struct span place,
                           const struct value *given, bool all, size_t wanted,
                           struct value *out)
{
    struct value value = *given;
    size_t count = 0;
    if (value.kind == VALUE_RANGE && !take_operand(e, place, &value))
        return false;
    if (!value_count(&value, &count) || value.unknown)
        return wrong_type(e, place, "an array, a list or a data set", &value);
    if (!all && wanted > count)
        return session_error(e->session, CODE_WRONG_TYPE, place,
                             "%zu different elements are asked for, and there are %zu",
                             wanted, count);
    double *positions = ARENA_ARRAY(&e->session->scratch, count, double);
    wanted = all ? count : wanted;
    return draw_positions(e, place, count, wanted, positions) &&
           take_at(e, place, &value, positions, wanted, out);
}

bool apply_shuffle(struct evaluation *e, struct span place, const struct value *arguments,
                   size_t count, struct value *out)
{
    (void)count;
    return pick_at_random(e, place, &arguments[0], true, 0, out);
}

bool apply_sample(struct evaluation *e, struct span place, const struct value *arguments,
                  size_t count, struct value *out)
{
    size_t wanted = 0;
    (void)count;
    return array_take_size(e, place, &arguments[1], &wanted) &&
           pick_at_random(e, place, &arguments[0], false, wanted, out);
}
