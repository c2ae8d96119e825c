/* SPDX-License-Identifier: MIT */
#include "script/value.h"

#include "script/builtins.h"
#include "script/data.h"
#include "script/settings.h"
#include "script/solution.h"

#include <string.h>

/* A longer vector, and a matrix of more numbers, are abbreviated when they are printed.
 */
enum { SHOWN_ELEMENTS = 40, SHOWN_NUMBERS = 100, SHOWN_ROWS = 10, SHOWN_COLUMNS = 10 };

struct value value_number(double number)
{
    struct value value = {.kind = VALUE_NUMBER, .number = number};
    return value;
}

struct value value_boolean(bool truth)
{
    struct value value = {.kind = VALUE_BOOLEAN, .number = truth ? 1 : 0};
    return value;
}

struct value value_string(struct arena *arena, const char *text, size_t length)
{
    struct string_value *string = arena_get(arena, sizeof *string + length + 1);
    string->length = length;
    if (length > 0)
        memcpy(string->bytes, text, length);
    string->bytes[length] = '\0';
    struct value value = {.kind = VALUE_STRING};
    value.as.string = string;
    return value;
}

struct value value_array(struct arena *arena, const struct shape *shape)
{
    struct array_value *array = ARENA_NEW(arena, struct array_value);
    array->shape = *shape;
    array->numbers = ARENA_ARRAY(arena, shape_elements(shape), double);
    struct value value = {.kind = VALUE_ARRAY};
    value.as.array = array;
    return value;
}

struct value value_vector(struct arena *arena, size_t count)
{
    struct shape shape = shape_vector(count);
    return value_array(arena, &shape);
}

const char *value_kind_name(const struct value *value)
{
    static const char *const names[] = {
        [VALUE_NONE] = "nothing",
        [VALUE_NUMBER] = "a number",
        [VALUE_BOOLEAN] = "a boolean",
        [VALUE_STRING] = "a text",
        [VALUE_ARRAY] = "a vector",
        [VALUE_LIST] = "a list",
        [VALUE_RANGE] = "a range",
        [VALUE_FUNCTION] = "a function",
        [VALUE_BUILTIN] = "a function",
        [VALUE_DERIVATIVE] = "a function",
        [VALUE_METHOD] = "a method",
        [VALUE_SEARCH] = "a step rule",
        [VALUE_SOLUTION] = "a solution",
        [VALUE_TRACE] = "a trace",
        [VALUE_BEST] = "a best point",
        [VALUE_DATA] = "a data set",
        [VALUE_ROW] = "a row of a data set",
    };
    if (value->kind == VALUE_ARRAY && value->as.array->shape.rank > 1)
        return "a matrix";
    return names[value->kind];
}

static struct array_value *copy_array(struct arena *arena,
                                      const struct array_value *array)
{
    struct array_value *copy = ARENA_NEW(arena, struct array_value);
    size_t count = shape_elements(&array->shape);
    *copy = *array;
    copy->recipe = NULL; /* it refers to numbers that may not last */
    if (array->numbers == NULL || array->is_shared)
        return copy;
    copy->numbers = ARENA_ARRAY(arena, count, double);
    if (count > 0)
        memcpy(copy->numbers, array->numbers, count * sizeof *copy->numbers);
    return copy;
}

static const struct list_value *copy_list(struct arena *arena,
                                          const struct list_value *list)
{
    struct list_value *copy = ARENA_NEW(arena, struct list_value);
    copy->count = list->count;
    copy->depth = list->depth;
    copy->items = ARENA_ARRAY(arena, list->count, struct value);
    for (size_t i = 0; i < list->count; i++)
        copy->items[i] = value_copy(arena, &list->items[i]);
    return copy;
}

static const descent_setting *settings_of(const struct method_value *method)
{
    return method->method != NULL ? descent_method_settings(method->method)
                                  : descent_search_settings(method->search);
}

static const struct method_value *copy_method(struct arena *arena,
                                              const struct method_value *method)
{
    struct method_value *copy = ARENA_NEW(arena, struct method_value);
    *copy = *method;
    copy->settings = settings_copy(arena, settings_of(method), method->settings);
    return copy;
}

static const struct local *copy_locals(struct arena *arena, const struct local *from)
{
    const struct local *first = NULL;
    struct local *last = NULL;
    for (; from != NULL; from = from->next) {
        struct local *copy = ARENA_NEW(arena, struct local);
        copy->name = from->name;
        copy->value = value_copy(arena, &from->value);
        if (last == NULL)
            first = copy;
        else
            last->next = copy;
        last = copy;
    }
    return first;
}

static const struct derivative_value *
copy_derivative(struct arena *arena, const struct derivative_value *derivative)
{
    struct derivative_value *copy = ARENA_NEW(arena, struct derivative_value);
    *copy = *derivative;
    copy->base = value_copy(arena, &derivative->base);
    copy->locals = copy_locals(arena, derivative->locals);
    name_id *names = ARENA_ARRAY(arena, derivative->count, name_id);
    if (derivative->count > 0)
        memcpy(names, derivative->names, derivative->count * sizeof *names);
    copy->names = names;
    return copy;
}

struct value value_copy(struct arena *arena, const struct value *value)
{
    struct value copy = *value;
    copy.node = 0;
    switch (value->kind) {
    case VALUE_STRING:
        return value_string(arena, value->as.string->bytes, value->as.string->length);
    case VALUE_ARRAY:
        copy.as.array = copy_array(arena, value->as.array);
        break;
    case VALUE_LIST:
        copy.as.list = copy_list(arena, value->as.list);
        break;
    case VALUE_RANGE: {
        struct range_value *range = ARENA_NEW(arena, struct range_value);
        *range = *value->as.range;
        copy.as.range = range;
        break;
    }
    case VALUE_DERIVATIVE:
        copy.as.derivative = copy_derivative(arena, value->as.derivative);
        break;
    case VALUE_METHOD:
    case VALUE_SEARCH:
        copy.as.method = copy_method(arena, value->as.method);
        break;
    case VALUE_SOLUTION:
    case VALUE_TRACE:
    case VALUE_BEST:
        copy.as.solution = solution_copy(arena, value->as.solution);
        break;
    case VALUE_DATA:
        copy.as.data = data_copy(arena, value->as.data);
        break;
    case VALUE_ROW:
        copy.as.data = data_row(arena, value->as.data, (size_t)value->number);
        copy.number = 0;
        break;
    case VALUE_NONE:
    case VALUE_NUMBER:
    case VALUE_BOOLEAN:
    case VALUE_FUNCTION:
    case VALUE_BUILTIN:
        break;
    }
    return copy;
}

bool value_count(const struct value *value, size_t *count)
{
    switch (value->kind) {
    case VALUE_ARRAY:
        *count = value->as.array->shape.extent[0];
        return true;
    case VALUE_LIST:
        *count = value->as.list->count;
        return true;
    case VALUE_RANGE:
        *count = value->as.range->count;
        return true;
    case VALUE_DATA:
        *count = value->as.data->rows;
        return true;
    default:
        return false;
    }
}

static struct value array_element(struct arena *arena, const struct array_value *array,
                                  size_t index)
{
    if (array->shape.rank == 1) {
        struct value element = value_number(array->numbers[index]);
        element.kind = array->is_boolean ? VALUE_BOOLEAN : VALUE_NUMBER;
        return element;
    }
    struct value row = {.kind = VALUE_ARRAY};
    size_t columns = array->shape.extent[1];
    row.as.array = ARENA_NEW(arena, struct array_value);
    row.as.array->shape = shape_vector(columns);
    row.as.array->numbers = array->numbers + index * columns;
    row.as.array->is_boolean = array->is_boolean;
    return row;
}

struct value value_element(struct arena *arena, const struct value *value, size_t index)
{
    if (value->kind == VALUE_LIST)
        return value->as.list->items[index];
    if (value->kind == VALUE_RANGE)
        return value_number(value->as.range->first + (double)index);
    if (value->kind == VALUE_DATA) {
        struct value row = *value;
        row.kind = VALUE_ROW;
        row.number = (double)index;
        return row;
    }
    return array_element(arena, value->as.array, index);
}

/* Of more than `most` those in the middle are left out. */
static void put_elements(struct text *out, const struct value *value, size_t most,
                         const struct intern *names)
{
    size_t count = 0;
    (void)value_count(value, &count);
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            text_puts(out, ", ");
        if (count > most && i == most / 2) {
            text_format(out, "... %zu more ...", count - most);
            i = count - most / 2;
            text_puts(out, ", ");
        }
        struct value element = value_element(out->arena, value, i);
        if (element.kind == VALUE_STRING)
            text_json(out, element.as.string->bytes, element.as.string->length);
        else
            value_print(out, &element, names);
    }
}

static void print_elements(struct text *out, const struct value *value,
                           const struct intern *names)
{
    text_putc(out, '[');
    put_elements(out, value, SHOWN_ELEMENTS, names);
    text_putc(out, ']');
}

/* Rows of a matrix are parted by semicolons, as they are written. */
static void print_array(struct text *out, const struct value *value,
                        const struct intern *names)
{
    const struct array_value *array = value->as.array;
    if (array->shape.rank == 1) {
        print_elements(out, value, names);
        return;
    }
    size_t rows = array->shape.extent[0];
    bool large = shape_elements(&array->shape) > SHOWN_NUMBERS;
    text_putc(out, '[');
    for (size_t i = 0; i < rows; i++) {
        text_puts(out, i > 0 ? "; " : "");
        if (large && rows > SHOWN_ROWS && i == SHOWN_ROWS / 2) {
            text_format(out, "... %zu more rows ...; ", rows - SHOWN_ROWS);
            i = rows - SHOWN_ROWS / 2;
        }
        struct value row = value_element(out->arena, value, i);
        put_elements(out, &row, large ? SHOWN_COLUMNS : SHOWN_ELEMENTS, names);
    }
    text_putc(out, ']');
}

/* The step that a method brings along stands behind its settings. */
static void print_method(struct text *out, const struct method_value *method,
                         const struct intern *names)
{
    const char *name = method->method != NULL ? descent_method_name(method->method)
                                              : descent_search_name(method->search);
    settings_put(out, name, settings_of(method), method->settings, false);
    if (method->step_text == NULL)
        return;
    bool has_settings = settings_of(method)[0].name != NULL;
    if (has_settings)
        out->length--; /* the parenthesis */
    text_puts(out, has_settings ? ", step = " : "(step = ");
    format_node(out, method->step_text, names);
    text_putc(out, ')');
}

/* "x = 1, label = a" */
static void print_row(struct text *out, const struct value *row,
                      const struct intern *names)
{
    for (size_t i = 0; i < row->as.data->count; i++) {
        struct value cell = data_cell(out->arena, row->as.data, i, (size_t)row->number);
        text_format(out, "%s%s = ", i == 0 ? "" : ", ", row->as.data->columns[i].name);
        value_print(out, &cell, names);
    }
}

void value_print(struct text *out, const struct value *value, const struct intern *names)
{
    switch (value->kind) {
    case VALUE_NONE:
        break;
    case VALUE_NUMBER:
        text_number(out, value->number);
        break;
    case VALUE_BOOLEAN:
        text_puts(out, value->number != 0 ? "true" : "false");
        break;
    case VALUE_STRING:
        text_put(out, value->as.string->bytes, value->as.string->length);
        break;
    case VALUE_ARRAY:
        print_array(out, value, names);
        break;
    case VALUE_LIST:
        print_elements(out, value, names);
        break;
    case VALUE_RANGE: {
        const struct range_value *range = value->as.range;
        text_number(out, range->first);
        text_puts(out, "..");
        text_number(out, range->first + (double)range->count - 1);
        break;
    }
    case VALUE_FUNCTION:
        format_node(out, value->as.function, names);
        break;
    case VALUE_BUILTIN:
        text_puts(out, value->as.builtin->name);
        break;
    case VALUE_DERIVATIVE:
        text_puts(out, "a derivative"); /* its formula needs a session: formula.c */
        break;
    case VALUE_METHOD:
    case VALUE_SEARCH:
        print_method(out, value->as.method, names);
        break;
    case VALUE_SOLUTION:
    case VALUE_BEST:
        text_puts(out, value->as.solution->reason);
        break;
    case VALUE_TRACE:
        text_format(out, "a trace of %zu rows", value->as.solution->rows);
        break;
    case VALUE_DATA:
        text_format(out, "a data set of %zu rows", value->as.data->rows);
        break;
    case VALUE_ROW:
        print_row(out, value, names);
        break;
    }
}

void value_json(struct text *out, const struct value *value, const struct intern *names)
{
    size_t count = 0;
    if (value->kind == VALUE_NUMBER) {
        text_json_number(out, value->number);
    } else if (value->kind == VALUE_BOOLEAN) {
        text_puts(out, value->number != 0 ? "true" : "false");
    } else if (value->kind == VALUE_STRING) {
        text_json(out, value->as.string->bytes, value->as.string->length);
    } else if (value->kind != VALUE_DATA && value_count(value, &count)) {
        text_putc(out, '[');
        for (size_t i = 0; i < count; i++) {
            struct value element = value_element(out->arena, value, i);
            text_puts(out, i > 0 ? "," : "");
            value_json(out, &element, names);
        }
        text_putc(out, ']');
    } else if (value->kind == VALUE_DATA) {
        data_json(out, value->as.data, names);
    } else if (value->kind == VALUE_ROW) {
        data_json(out, data_row(out->arena, value->as.data, (size_t)value->number),
                  names);
    } else {
        struct text shown;
        text_init(&shown, out->arena);
        value_print(&shown, value, names);
        text_json(out, text_string(&shown), shown.length);
    }
}
