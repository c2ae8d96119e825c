/* SPDX-License-Identifier: MIT */
#include "script/sweep_rows.h"

#include <assert.h>
#include <math.h>
#include <string.h>

enum { BOUND_DIGITS = 4 };

/* What a row holds of its solution, by the names of its fields. */
static const struct {
    const char *name;
    bool is_text;
    bool aside;
} fields[] = {
    {"value", false, false},  {"status", true, false}, {"regime", true, false},
    {"factor", false, false}, {"steps", false, false}, {"evaluations", false, false},
    {"kind", true, true},
};
enum { FIELDS = sizeof fields / sizeof *fields };

static size_t width(const struct sweep_rows *rows)
{
    return rows->swept_count + FIELDS + rows->variable_count + 1;
}

/* ---- adding ---- */

/* A new row: its swept values stand, all else is a number that is not known. */
static struct sweep_cell *add_row(struct sweep_rows *rows)
{
    size_t cells = width(rows);
    if (rows->count * cells + cells > rows->cell_capacity) {
        size_t used = rows->count * cells;
        while (rows->cell_capacity < used + cells)
            rows->cells = arena_grow(rows->arena, rows->cells, used, &rows->cell_capacity,
                                     sizeof *rows->cells);
    }
    if (rows->count == rows->step_capacity)
        rows->steps = arena_grow(rows->arena, rows->steps, rows->count,
                                 &rows->step_capacity, sizeof *rows->steps);
    struct sweep_cell *row = rows->cells + rows->count * cells;
    for (size_t i = 0; i < cells; i++)
        row[i] = (struct sweep_cell){(double)NAN, NULL, NULL, 0};
    for (size_t i = 0; i < rows->swept_count; i++)
        row[i] = (struct sweep_cell){rows->swept[i].number, rows->swept[i].text, NULL, 0};
    rows->steps[rows->count] = (struct sweep_step){(double)NAN, (double)NAN, "", NULL};
    rows->count++;
    return row;
}

/* The words of status, regime and kind are few: they become names, which stay. */
static const char *keep_word(struct sweep_rows *rows, const char *word)
{
    struct intern *names = rows->session->names;
    return intern_text(names, intern_string(names, word));
}

static void set_field(struct sweep_rows *rows, size_t index, const struct value *solution,
                      struct sweep_cell *cell)
{
    struct value value;
    name_id name = intern_string(rows->session->names, fields[index].name);
    bool has = solution_field(rows->session, solution, name, &value);
    assert(has);
    (void)has;
    if (value.kind == VALUE_STRING)
        cell->text = keep_word(rows, value.as.string->bytes);
    else
        cell->number = value.number;
}

/* A number, or an array as it is printed. */
static void set_variable(struct sweep_rows *rows, const struct solution *solution,
                         size_t index, struct sweep_cell *cell)
{
    struct arena *scratch = &rows->session->scratch;
    struct value value =
        variable_value(scratch, &solution->variables[index], solution->x);
    struct text shown;
    if (value.kind == VALUE_NUMBER) {
        cell->number = value.number;
        return;
    }
    text_init(&shown, scratch);
    value_print(&shown, &value, rows->session->names);
    cell->text = arena_copy(rows->arena, text_string(&shown), shown.length);
    if (value.as.array->shape.rank != 1)
        return;
    cell->size = value.as.array->shape.extent[0];
    double *numbers = ARENA_ARRAY(rows->arena, cell->size, double);
    memcpy(numbers, value.as.array->numbers, cell->size * sizeof *numbers);
    cell->numbers = numbers;
}

void sweep_rows_add(struct sweep_rows *rows, const struct solution *solution)
{
    struct value value = {.kind = VALUE_SOLUTION};
    struct sweep_cell *row = add_row(rows) + rows->swept_count;
    value.as.solution = solution;
    for (size_t i = 0; i < FIELDS; i++)
        set_field(rows, i, &value, &row[i]);
    for (size_t i = 0; i < rows->variable_count; i++)
        set_variable(rows, solution, i, &row[FIELDS + i]);
    struct sweep_step *step = &rows->steps[rows->count - 1];
    step->step = solution->fixed_step;
    step->bound = solution->stable_step_of_method;
    step->method = solution->method;
}

void sweep_rows_add_note(struct sweep_rows *rows, const char *note)
{
    struct sweep_cell *row = add_row(rows);
    for (size_t i = 0; i < FIELDS; i++)
        if (strcmp(fields[i].name, "status") == 0)
            row[rows->swept_count + i].text = "error";
    row[width(rows) - 1].text = arena_copy(rows->arena, note, strlen(note));
    rows->has_notes = true;
}

/* ---- the stability bound ---- */

/* At the bound itself a search moves to and fro for ever, so that is not below it. */
static bool is_stable(const struct sweep_step *row)
{
    return row->step < row->bound * (1 - 1e-9);
}

/* The bound of the row that is stable counts: a search that left its valley may have
 * ended where the curvature is another one. */
static bool crosses(const struct sweep_step *stable, const struct sweep_step *other)
{
    return is_stable(stable) && !is_stable(other) &&
           other->step >= stable->bound * (1 - 1e-9) &&
           strcmp(stable->method, other->method) == 0;
}

void sweep_rows_mark(struct sweep_rows *rows, size_t before, size_t after)
{
    if (before == after || after >= rows->count)
        return;
    const struct sweep_step *stable = &rows->steps[before];
    struct sweep_step *below = &rows->steps[after];
    if (!crosses(stable, below)) {
        if (!crosses(below, stable))
            return;
        stable = below;
    }
    struct text mark;
    text_init(&mark, rows->arena);
    text_puts(&mark, "---- stable below step ");
    text_rounded(&mark, stable->bound, BOUND_DIGITS);
    text_puts(&mark, " ----");
    below->mark = text_string(&mark);
    rows->has_marks = true;
}

/* ---- the data set ---- */

static bool has_texts(const struct sweep_rows *rows, size_t column)
{
    size_t cells = width(rows);
    for (size_t i = 0; i < rows->count; i++)
        if (rows->cells[i * cells + column].text != NULL)
            return true;
    return false;
}

static struct value numbers_of(const struct sweep_rows *rows, size_t column)
{
    size_t cells = width(rows);
    struct value vector = value_vector(&rows->session->scratch, rows->count);
    for (size_t i = 0; i < rows->count; i++)
        vector.as.array->numbers[i] = rows->cells[i * cells + column].number;
    return vector;
}

/* Whether all cells are vectors of one length: the rows of a matrix. */
static bool has_vectors(const struct sweep_rows *rows, size_t column)
{
    size_t cells = width(rows);
    for (size_t i = 0; i < rows->count; i++) {
        const struct sweep_cell *cell = &rows->cells[i * cells + column];
        if (cell->numbers == NULL || cell->size != rows->cells[column].size)
            return false;
    }
    return rows->count > 0;
}

static struct value vectors_of(const struct sweep_rows *rows, size_t column)
{
    size_t cells = width(rows), size = rows->cells[column].size;
    struct shape shape = shape_matrix(rows->count, size);
    struct value matrix = value_array(&rows->session->scratch, &shape);
    for (size_t i = 0; i < rows->count; i++)
        memcpy(matrix.as.array->numbers + i * size,
               rows->cells[i * cells + column].numbers, size * sizeof(double));
    return matrix;
}

static struct value text_of(const struct sweep_rows *rows, const struct sweep_cell *cell,
                            const char *unknown)
{
    struct text text;
    text_init(&text, &rows->session->scratch);
    if (cell->text != NULL)
        text_puts(&text, cell->text);
    else if (isnan(cell->number))
        text_puts(&text, unknown);
    else
        text_number(&text, cell->number);
    return value_string(&rows->session->scratch, text_string(&text), text.length);
}

static struct value texts_of(const struct sweep_rows *rows, size_t column,
                             const char *unknown)
{
    size_t cells = width(rows);
    struct list_value *list = ARENA_NEW(&rows->session->scratch, struct list_value);
    struct value value = {.kind = VALUE_LIST};
    list->depth = 1;
    list->count = rows->count;
    list->items = ARENA_ARRAY(&rows->session->scratch, rows->count, struct value);
    for (size_t i = 0; i < rows->count; i++)
        list->items[i] = text_of(rows, &rows->cells[i * cells + column], unknown);
    value.as.list = list;
    return value;
}

static void add_column(struct sweep_rows *rows, struct data_value *data, const char *name,
                       bool is_text, const char *unknown)
{
    size_t index = data->count++;
    struct data_column *column = &data->columns[index];
    column->name = name;
    if (has_vectors(rows, index))
        column->values = vectors_of(rows, index);
    else
        column->values = is_text || has_texts(rows, index)
                             ? texts_of(rows, index, unknown)
                             : numbers_of(rows, index);
}

static const char **marks_of(const struct sweep_rows *rows)
{
    if (!rows->has_marks)
        return NULL;
    struct arena *scratch = &rows->session->scratch;
    const char **marks = ARENA_ARRAY(scratch, rows->count, const char *);
    for (size_t i = 0; i < rows->count; i++)
        if (rows->steps[i].mark != NULL)
            marks[i] =
                arena_copy(scratch, rows->steps[i].mark, strlen(rows->steps[i].mark));
    return marks;
}

struct value sweep_rows_data(struct sweep_rows *rows)
{
    struct session *session = rows->session;
    struct data_value *data = ARENA_NEW(&session->scratch, struct data_value);
    struct value value = {.kind = VALUE_DATA};
    data->rows = rows->count;
    data->columns = ARENA_ARRAY(&session->scratch, width(rows), struct data_column);
    for (size_t i = 0; i < rows->swept_count; i++)
        add_column(rows, data, intern_text(session->names, rows->swept[i].name), false,
                   "nan");
    for (size_t i = 0; i < FIELDS; i++) {
        data->columns[data->count].aside = fields[i].aside;
        add_column(rows, data, fields[i].name, fields[i].is_text, "unknown");
    }
    for (size_t i = 0; i < rows->variable_count; i++)
        add_column(rows, data, intern_text(session->names, rows->variables[i]), false,
                   "nan");
    if (rows->has_notes)
        add_column(rows, data, "note", true, "");
    data->marks = marks_of(rows);
    value.as.data = data;
    return value;
}
