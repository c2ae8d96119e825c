/* SPDX-License-Identifier: MIT */
#include "script/value.h"

#include "script/builtins.h"
#include "script/data.h"
#include "script/settings.h"
#include "script/solution.h"

#include <string.h>

enum { SHOWN_ELEMENTS = 40 }; /* a longer vector is abbreviated when it is printed */

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

struct value value_vector(struct arena *arena, size_t count)
{
    struct vector_value *vector = ARENA_NEW(arena, struct vector_value);
    vector->count = count;
    vector->numbers = ARENA_ARRAY(arena, count, double);
    struct value value = {.kind = VALUE_VECTOR};
    value.as.vector = vector;
    return value;
}

struct value make_numbers(struct arena *arena, const struct value *items, size_t count,
                          bool traced)
{
    struct value value = value_vector(arena, count);
    struct vector_value *vector = value.as.vector;
    if (traced)
        vector->nodes = ARENA_ARRAY(arena, count, node_id);
    for (size_t i = 0; i < count; i++) {
        vector->numbers[i] = items[i].number;
        vector->unknown = vector->unknown || items[i].unknown;
        if (traced)
            vector->nodes[i] = items[i].node;
    }
    return value;
}

const char *value_kind_name(const struct value *value)
{
    static const char *const names[] = {
        [VALUE_NONE] = "nothing",        [VALUE_NUMBER] = "a number",
        [VALUE_BOOLEAN] = "a boolean",   [VALUE_STRING] = "a text",
        [VALUE_VECTOR] = "a vector",     [VALUE_LIST] = "a list",
        [VALUE_RANGE] = "a range",       [VALUE_FUNCTION] = "a function",
        [VALUE_BUILTIN] = "a function",  [VALUE_DERIVATIVE] = "a function",
        [VALUE_METHOD] = "a method",     [VALUE_SEARCH] = "a step rule",
        [VALUE_SOLUTION] = "a solution", [VALUE_TRACE] = "a trace",
        [VALUE_BEST] = "a best point",   [VALUE_DATA] = "a data set",
    };
    return names[value->kind];
}

static struct vector_value *copy_vector(struct arena *arena,
                                        const struct vector_value *vector)
{
    struct vector_value *copy = ARENA_NEW(arena, struct vector_value);
    copy->count = vector->count;
    copy->numbers = ARENA_ARRAY(arena, vector->count, double);
    if (vector->count > 0)
        memcpy(copy->numbers, vector->numbers, vector->count * sizeof *copy->numbers);
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
    case VALUE_VECTOR:
        copy.as.vector = copy_vector(arena, value->as.vector);
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
    case VALUE_VECTOR:
        *count = value->as.vector->count;
        return true;
    case VALUE_LIST:
        *count = value->as.list->count;
        return true;
    case VALUE_RANGE:
        *count = value->as.range->count;
        return true;
    default:
        return false;
    }
}

struct value value_element(const struct value *value, size_t index)
{
    if (value->kind == VALUE_LIST)
        return value->as.list->items[index];
    if (value->kind == VALUE_RANGE)
        return value_number(value->as.range->first + (double)index);
    struct value element = value_number(value->as.vector->numbers[index]);
    if (value->as.vector->nodes != NULL) {
        element.node = value->as.vector->nodes[index];
        element.unknown = value->as.vector->unknown;
    }
    return element;
}

static void print_elements(struct text *out, const struct value *value,
                           const struct intern *names)
{
    size_t count = 0;
    (void)value_count(value, &count);
    text_putc(out, '[');
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            text_puts(out, ", ");
        if (count > SHOWN_ELEMENTS && i == SHOWN_ELEMENTS / 2) {
            text_format(out, "... %zu more ...", count - SHOWN_ELEMENTS);
            i = count - SHOWN_ELEMENTS / 2;
            text_puts(out, ", ");
        }
        struct value element = value_element(value, i);
        if (element.kind == VALUE_STRING)
            text_json(out, element.as.string->bytes, element.as.string->length);
        else
            value_print(out, &element, names);
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
    case VALUE_VECTOR:
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
    } else if (value_count(value, &count)) {
        text_putc(out, '[');
        for (size_t i = 0; i < count; i++) {
            struct value element = value_element(value, i);
            text_puts(out, i > 0 ? "," : "");
            value_json(out, &element, names);
        }
        text_putc(out, ']');
    } else if (value->kind == VALUE_DATA) {
        data_json(out, value->as.data, names);
    } else {
        struct text shown;
        text_init(&shown, out->arena);
        value_print(&shown, value, names);
        text_json(out, text_string(&shown), shown.length);
    }
}
