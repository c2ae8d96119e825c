/* SPDX-License-Identifier: MIT
 * Columns and rows of data sets: d["sepal length"], d[3], d[2..5], d[d.x > 0], r.x.
 *
 * The row of a generator that is traced as a whole stands for all of its rows at once:
 * its fields are columns along the generator's axis. */
#include "script/data.h"

#include "base/near.h"
#include "script/index.h"

#include <math.h>
#include <string.h>

static bool no_such_column(struct evaluation *e, struct span place,
                           const struct data_value *data, const char *name)
{
    struct session *session = e->session;
    const char *known[64];
    size_t count = data_field_names(data, known, sizeof known / sizeof *known);
    (void)session_error(session, CODE_NO_FIELD, place, "there is no column `%s`", name);
    const char *near = near_word(name, known, count);
    if (near != NULL)
        diagnostic_help(&session->diagnostics, session_last(session), "write `%s`", near);
    return false;
}

/* A column has a name of its own in an objective: "houses.x". */
static void name_column(struct evaluation *e, name_id data, const char *column,
                        struct value *value)
{
    struct text name;
    if (value->kind != VALUE_ARRAY || data == 0)
        return;
    text_init(&name, &e->session->scratch);
    text_format(&name, "%s.%s", intern_text(e->session->names, data), column);
    value->name = intern_name(e->session->names, text_string(&name), name.length);
}

bool data_column_of(struct evaluation *e, struct span place, const struct value *base,
                    const char *name, struct value *out)
{
    if (!data_field(base->as.data, name, out))
        return no_such_column(e, place, base->as.data, name);
    name_column(e, base->name, name, out);
    return true;
}

/* ---- Rows ---- */

static bool select_rows(struct evaluation *e, const struct ast *node,
                        const struct value *base, const struct value *positions,
                        struct value *out)
{
    const struct array_value *array = positions->as.array;
    (void)node;
    *out = (struct value){.kind = VALUE_DATA};
    out->as.data = data_select(&e->session->scratch, base->as.data, array->numbers,
                               array->shape.extent[0]);
    return true;
}

/* The positions that a range, a mask or a list of numbers chooses. */
static struct value positions_of(struct evaluation *e, const struct pick *pick)
{
    if (pick->kind == PICK_LIST)
        return pick->list;
    struct value positions = value_vector(&e->session->scratch, pick->count);
    for (size_t i = 0; i < pick->count; i++)
        positions.as.array->numbers[i] = (double)(pick->start + i);
    return positions;
}

bool data_index(struct evaluation *e, const struct ast *node, const struct value *base,
                const struct local *locals, struct value *out)
{
    const struct ast *text = node->child[1];
    struct value index, positions;
    struct pick pick;
    if (node->count != 2)
        return session_error(e->session, CODE_BAD_INDEX, node->span,
                             "a data set takes one index: a row, rows, or the name of a "
                             "column");
    if (text->kind == AST_STRING)
        return data_column_of(e, text->span, base, text->text, out);
    if (!index_take(e, text, base->as.data->rows, locals, &pick, &index))
        return false;
    if (index.kind == VALUE_STRING)
        return data_column_of(e, text->span, base, index.as.string->bytes, out);
    bool many = pick.kind == PICK_BATCH || pick.kind == PICK_NODE;
    if (many || pick.kind == PICK_ONE) {
        *out = *base;
        out->kind = VALUE_ROW;
        out->number = (double)pick.start;
        out->node = many ? index.node : 0;
        out->batch = index.batch;
        out->unknown = many;
        return true;
    }
    positions = positions_of(e, &pick);
    return select_rows(e, node, base, &positions, out);
}

/* ---- Fields of a row ---- */

/* All rows of the generator at once. */
static bool batch_field(struct evaluation *e, struct span place, const struct value *row,
                        const struct value *column, struct value *out)
{
    struct pick pick[2] = {{.kind = PICK_BATCH, .place = place},
                           {.kind = PICK_ALL, .place = place}};
    if (column->kind != VALUE_ARRAY)
        return session_error(e->session, CODE_WRONG_TYPE, place,
                             "this column has texts, and an objective computes with "
                             "numbers: `codes` numbers them");
    struct value number = array_value_of(e, row->node, row->batch, false);
    bool is_known = index_take_batch(e, &number, &pick[0]);
    if (column->as.array->shape.rank == 2)
        pick[1].count = column->as.array->shape.extent[1];
    if (!is_known) /* a batch of rows: drawn anew for each step */
        return index_by_node(e, place, column, &pick[0].list, out);
    return index_batch(e, place, column, pick, column->as.array->shape.rank, out);
}

static bool cell_of(struct evaluation *e, struct span place, struct span at,
                    const struct value *row, const char *name, struct value *out)
{
    struct value column, data = *row;
    data.kind = VALUE_DATA;
    if (!data_column_of(e, at, &data, name, &column))
        return false;
    if (row->node != 0)
        return batch_field(e, place, row, &column, out);
    *out = value_element(&e->session->scratch, &column, (size_t)row->number);
    return true;
}

bool data_row_field(struct evaluation *e, const struct ast *node, const struct value *row,
                    struct value *out)
{
    const char *name = intern_text(e->session->names, node->name);
    return cell_of(e, node->span, node->at, row, name, out);
}

bool data_row_index(struct evaluation *e, const struct ast *node, const struct value *row,
                    const struct local *locals, struct value *out)
{
    struct span at = node->child[1]->span;
    struct value name;
    if (node->count != 2)
        return session_error(e->session, CODE_BAD_INDEX, node->span,
                             "a row of a data set takes one index: the name of a column");
    if (node->child[1]->kind == AST_STRING)
        return cell_of(e, node->span, at, row, node->child[1]->text, out);
    if (!evaluate(e, node->child[1], locals, &name))
        return false;
    return name.kind == VALUE_STRING
               ? cell_of(e, node->span, at, row, name.as.string->bytes, out)
               : wrong_type(e, at, "the name of a column", &name);
}
