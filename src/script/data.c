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

struct data_value *data_copy(struct arena *arena, const struct data_value *data)
{
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
