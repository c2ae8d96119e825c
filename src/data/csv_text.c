/* SPDX-License-Identifier: MIT */
#include "data/csv_text.h"

#include <string.h>

#include "data/csv_names.h"

/* Texts share blocks of this size; the last short ones are kept in mind, so that a text
 * that comes again and again stands once. */
enum { POOL_BYTES = 1 << 16, REMEMBERED = 1 << 10, SHORT = 32 };

struct remembered {
    const char *copy;
    size_t length;
};

struct copier {
    struct csv_scan *scan;
    struct csv_table *table;
    struct arena *arena;
    char *pool; /* where the next text goes to */
    size_t pool_left;
    struct remembered remembered[REMEMBERED];
};

/* Where a text like the cell's is remembered, or to be. */
static struct remembered *find_place(struct copier *copier, const struct csv_cell *cell)
{
    uint64_t hash = 14695981039346656037U; /* FNV-1a */
    for (const char *at = cell->begin; at < cell->end; at++)
        hash = (hash ^ (unsigned char)*at) * 1099511628211U;
    return &copier->remembered[(hash ^ hash >> 32) % REMEMBERED];
}

static const char *copy_anew(struct copier *copier, const struct csv_cell *cell)
{
    size_t most = (size_t)(cell->end - cell->begin) + 1;
    if (most > copier->pool_left) {
        copier->pool_left = most > POOL_BYTES ? most : POOL_BYTES;
        copier->pool = arena_get(copier->arena, copier->pool_left);
    }
    const char *copy = copier->pool;
    copier->pool = csv_copy(cell, copier->pool);
    copier->pool_left -= (size_t)(copier->pool - copy);
    return copy;
}

static const char *copy_cell(struct copier *copier, const struct csv_cell *cell)
{
    size_t length = (size_t)(cell->end - cell->begin);
    if (length > SHORT || cell->has_doubled)
        return copy_anew(copier, cell);
    struct remembered *place = find_place(copier, cell);
    if (place->copy == NULL || place->length != length ||
        memcmp(place->copy, cell->begin, length) != 0)
        *place = (struct remembered){copy_anew(copier, cell), length};
    return place->copy;
}

static const char *copy_row(struct copier *copier, size_t row, const char *at)
{
    struct csv_scan *scan = copier->scan;
    for (size_t index = 0; index < copier->table->column_count; index++) {
        struct csv_column *column = &copier->table->columns[index];
        struct csv_cell cell;
        double value = 0;
        const char *stop = csv_cell(scan, at, &cell);
        if (stop == NULL)
            return NULL;
        if (column->texts != NULL) {
            bool is_missing = csv_classify(scan, &cell, &value) == CSV_MISSING;
            column->texts[row] = is_missing ? "" : copy_cell(copier, &cell);
        }
        at = stop == scan->end || csv_is_line_end(*stop) ? stop : stop + 1;
    }
    return csv_next_line(scan, at);
}

bool csv_copy_texts(struct csv_scan *scan, const char *at, struct csv_table *table,
                    struct arena *arena)
{
    struct copier copier = {.scan = scan, .table = table, .arena = arena};
    for (size_t row = 0; row < table->row_count; row++) {
        at = csv_find_row(scan, at, false);
        at = at == NULL ? NULL : copy_row(&copier, row, at);
        if (at == NULL)
            return false;
    }
    return true;
}
