/* SPDX-License-Identifier: MIT
 * `explain r`: copies and prints what explain_moves.c and explain_symbols.c have made. */
#include "script/explain_solution.h"

#include "script/settings.h"
#include "script/solution.h"

#include <string.h>

enum { INDENT = 2, GAP = 2 };

/* ---- copies ---- */

static const char *copy_text(struct arena *arena, const char *text)
{
    return text == NULL ? NULL : arena_copy(arena, text, strlen(text));
}

struct explanation *explanation_copy(struct arena *arena, const struct explanation *x)
{
    struct explanation *copy = ARENA_NEW(arena, struct explanation);
    *copy = *x;
    for (size_t i = 0; i < EXPLAINED_MOVE_COUNT; i++)
        copy->move[i] = copy_text(arena, x->move[i]);
    copy->symbol_capacity = x->symbol_count;
    copy->symbols = ARENA_ARRAY(arena, x->symbol_count, struct symbol_row);
    for (size_t i = 0; i < x->symbol_count; i++)
        for (size_t k = 0; k < SYMBOL_COLUMN_COUNT; k++)
            copy->symbols[i].cell[k] = copy_text(arena, x->symbols[i].cell[k]);
    copy->method_settings =
        settings_copy(arena, descent_method_settings(x->method), x->method_settings);
    if (x->search_settings != NULL)
        copy->search_settings =
            settings_copy(arena, descent_search_settings(x->search), x->search_settings);
    copy->step = copy_text(arena, x->step);
    return copy;
}

/* ---- printing ---- */

/* Columns are counted as a terminal shows them: a Greek letter takes one. */
static void put_padded(struct text *out, const char *text, size_t width)
{
    text_puts(out, text);
    text_repeat(out, ' ', width - utf8_columns(text) + GAP);
}

/* The name of a move, and beside it its lines. */
static void put_lines(struct text *out, const char *name, size_t width, const char *lines)
{
    text_repeat(out, ' ', INDENT);
    put_padded(out, name, width);
    for (; *lines != '\0'; lines++) {
        text_putc(out, *lines);
        if (*lines == '\n')
            text_repeat(out, ' ', INDENT + width + GAP);
    }
    text_putc(out, '\n');
}

static void put_moves(struct text *out, const struct explanation *x)
{
    static const char *const names[EXPLAINED_MOVE_COUNT] = {
#define NAME(id, name) name,
        EXPLAINED_MOVES(NAME)
#undef NAME
    };
    size_t width = 0;
    for (size_t i = 0; i < EXPLAINED_MOVE_COUNT; i++)
        width = strlen(names[i]) > width ? strlen(names[i]) : width;
    for (size_t i = 0; i < EXPLAINED_MOVE_COUNT; i++)
        put_lines(out, names[i], width, x->move[i]);
}

static void put_row(struct text *out, const struct symbol_row *row, const size_t *widths)
{
    text_repeat(out, ' ', INDENT);
    for (size_t i = 0; i + 1 < SYMBOL_COLUMN_COUNT; i++)
        put_padded(out, row->cell[i], widths[i]);
    text_format(out, "%s\n", row->cell[SYMBOL_COLUMN_COUNT - 1]);
}

/* Columns as wide as their widest cell; the last one needs no width. */
static void put_symbols(struct text *out, const struct explanation *x)
{
    static const struct symbol_row head = {{
#define NAME(id, name) name,
        SYMBOL_COLUMNS(NAME)
#undef NAME
    }};
    size_t widths[SYMBOL_COLUMN_COUNT];
    for (size_t k = 0; k < SYMBOL_COLUMN_COUNT; k++) {
        widths[k] = strlen(head.cell[k]);
        for (size_t i = 0; i < x->symbol_count; i++) {
            size_t width = utf8_columns(x->symbols[i].cell[k]);
            widths[k] = width > widths[k] ? width : widths[k];
        }
    }
    put_row(out, &head, widths);
    for (size_t i = 0; i < x->symbol_count; i++)
        put_row(out, &x->symbols[i], widths);
    if (x->has_more)
        text_puts(out, "  ... and more\n");
}

void explain_solution(struct text *out, const struct solution *solution)
{
    text_format(out, "%s\n", solution->statement);
    put_moves(out, solution->explanation);
    text_putc(out, '\n');
    put_symbols(out, solution->explanation);
}
