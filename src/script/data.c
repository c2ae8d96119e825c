/* SPDX-License-Identifier: MIT */
#include "script/data.h"

#include <string.h>

bool data_field(const struct data_value *data, const char *name, struct value *out)
{
    for (size_t i = 0; i < data->count; i++)
        if (strcmp(data->columns[i].name, name) == 0) {
            *out = data->columns[i].values;
            return true;
        }
    return false;
}

size_t data_field_names(const struct data_value *data, const char **names,
                        size_t capacity)
{
    size_t count = data->count < capacity ? data->count : capacity;
    for (size_t i = 0; i < count; i++)
        names[i] = data->columns[i].name;
    return count;
}

static const char **copy_marks(struct arena *arena, const struct data_value *data)
{
    if (data->marks == NULL)
        return NULL;
    const char **marks = ARENA_ARRAY(arena, data->rows, const char *);
    for (size_t i = 0; i < data->rows; i++)
        if (data->marks[i] != NULL)
            marks[i] = arena_copy(arena, data->marks[i], strlen(data->marks[i]));
    return marks;
}

const struct data_value *data_copy(struct arena *arena, const struct data_value *data)
{
    if (data->is_shared)
        return data;
    struct data_value *copy = ARENA_NEW(arena, struct data_value);
    *copy = *data;
    copy->columns = ARENA_ARRAY(arena, data->count, struct data_column);
    for (size_t i = 0; i < data->count; i++) {
        copy->columns[i] = data->columns[i];
        copy->columns[i].values = value_copy(arena, &data->columns[i].values);
    }
    copy->marks = copy_marks(arena, data);
    return copy;
}

struct value data_cell(struct arena *arena, const struct data_value *data, size_t column,
                       size_t row)
{
    return value_element(arena, &data->columns[column].values, row);
}

static struct value select_numbers(struct arena *arena, const struct array_value *from,
                                   const double *positions, size_t count)
{
    struct shape shape = from->shape;
    shape.extent[0] = count;
    struct value value = value_array(arena, &shape);
    size_t width = shape.rank == 2 ? shape.extent[1] : 1;
    value.as.array->is_boolean = from->is_boolean;
    for (size_t i = 0; i < count && width > 0; i++)
        memcpy(value.as.array->numbers + i * width,
               from->numbers + (size_t)positions[i] * width,
               width * sizeof *from->numbers);
    return value;
}

static struct value select_texts(struct arena *arena, const struct list_value *from,
                                 const double *positions, size_t count)
{
    struct list_value *list = ARENA_NEW(arena, struct list_value);
    *list = *from;
    list->count = count;
    list->items = ARENA_ARRAY(arena, count, struct value);
    for (size_t i = 0; i < count; i++)
        list->items[i] = from->items[(size_t)positions[i]];
    struct value value = {.kind = VALUE_LIST};
    value.as.list = list;
    return value;
}

struct data_value *data_select(struct arena *arena, const struct data_value *data,
                               const double *positions, size_t count)
{
    struct data_value *chosen = ARENA_NEW(arena, struct data_value);
    chosen->rows = count;
    chosen->count = data->count;
    chosen->columns = ARENA_ARRAY(arena, data->count, struct data_column);
    for (size_t i = 0; i < data->count; i++) {
        const struct value *from = &data->columns[i].values;
        chosen->columns[i] = data->columns[i];
        chosen->columns[i].values =
            from->kind == VALUE_ARRAY
                ? select_numbers(arena, from->as.array, positions, count)
                : select_texts(arena, from->as.list, positions, count);
    }
    return chosen;
}

const struct data_value *data_row(struct arena *arena, const struct data_value *data,
                                  size_t row)
{
    const double position = (double)row;
    struct data_value *chosen = data_select(arena, data, &position, 1);
    for (size_t i = 0; i < chosen->count; i++)
        chosen->columns[i].values = value_copy(arena, &chosen->columns[i].values);
    return chosen;
}

void data_json(struct text *out, const struct data_value *data,
               const struct intern *names)
{
    text_putc(out, '{');
    for (size_t i = 0; i < data->count; i++) {
        const struct data_column *column = &data->columns[i];
        text_puts(out, i == 0 ? "" : ",");
        text_json(out, column->name, strlen(column->name));
        text_putc(out, ':');
        value_json(out, &column->values, names);
    }
    text_putc(out, '}');
}
