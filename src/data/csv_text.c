/* SPDX-License-Identifier: MIT */
#include "data/csv_text.h"

#include <string.h>

#include "data/csv_names.h"

enum { SHORT = 32 };

/* ---- notes ---- */

/* What is noted: from the lowest bit on what it is (2 bits), whether it is a number (1),
 * where it is remembered, or of a long one whether it has doubled quotes (10), its length
 * (21) and its place from the origin (30). */
enum what { NOTHING, NEW, AGAIN, LONG };
enum { NUMBER_AT = 2, WHERE_AT = 3, LENGTH_AT = 13, PLACE_AT = 34, PLACE_BITS = 30 };

static uint64_t load(const char *at, size_t length)
{
    uint64_t word = 0;
    memcpy(&word, at, length);
    return word;
}

/* Of a text of 1 to 32 bytes. */
static size_t find_place(const char *begin, size_t length)
{
    const uint64_t odd = UINT64_C(0x9E3779B97F4A7C15);
    const char *end = begin + length;
    uint64_t first = 0, last = 0;
    if (length >= 8) {
        first = load(begin, 8);
        last = load(end - 8, 8);
    } else if (length >= 4) {
        first = load(begin, 4);
        last = load(end - 4, 4);
    } else {
        first = (unsigned char)*begin;
        last = load(end - (length + 1) / 2, 1) << 8 | (unsigned char)end[-1];
    }
    uint64_t hash = (first ^ length) * odd;
    hash = (hash ^ hash >> 32 ^ last) * odd;
    return (size_t)(hash >> 54);
}

static bool is_remembered(const struct csv_remembered *place, const char *begin,
                          size_t length)
{
    return place->begin != NULL && place->length == length &&
           memcmp(place->begin, begin, length) == 0;
}

void csv_texts_begin(struct csv_texts *texts, const char *origin)
{
    *texts = (struct csv_texts){.origin = origin};
}

bool csv_texts_note(struct csv_texts *texts, const struct csv_cell *cell,
                    enum csv_kind kind, double *place)
{
    const size_t length = (size_t)(cell->end - cell->begin);
    const uint64_t from = (uint64_t)(cell->begin - texts->origin);
    uint64_t note = NOTHING;
    if (kind != CSV_MISSING && from >> PLACE_BITS != 0)
        return false;
    if (kind != CSV_MISSING) {
        uint64_t about = from << PLACE_AT | (uint64_t)length << LENGTH_AT;
        note = (uint64_t)(kind == CSV_NUMBER) << NUMBER_AT;
        if (length > SHORT || length == 0 || cell->has_doubled) {
            note |= about | (uint64_t)cell->has_doubled << WHERE_AT | LONG;
            texts->bytes += length + 1;
        } else {
            size_t where = find_place(cell->begin, length);
            struct csv_remembered *old = &texts->remembered[where];
            bool is_new = !is_remembered(old, cell->begin, length);
            note |= (uint64_t)where << WHERE_AT | (is_new ? about | NEW : AGAIN);
            texts->bytes += is_new ? length + 1 : 0;
            *old = (struct csv_remembered){cell->begin, length};
        }
    }
    memcpy(place, &note, sizeof note);
    return true;
}

/* ---- copies ---- */

struct copier {
    const char *origin;
    char *pool;
    const char *remembered[CSV_REMEMBERED];
};

static const char *copy_noted(struct copier *copier, uint64_t note)
{
    const size_t where = note >> WHERE_AT & (CSV_REMEMBERED - 1),
                 length = note >> LENGTH_AT & ((1U << (PLACE_AT - LENGTH_AT)) - 1);
    const enum what what = (enum what)(note & 3);
    if (what == NOTHING)
        return "";
    if (what == AGAIN)
        return copier->remembered[where];
    const char *begin = copier->origin + (note >> PLACE_AT), *copy = copier->pool;
    struct csv_cell cell = {.begin = begin,
                            .end = begin + length,
                            .has_doubled = what == LONG && (where & 1) != 0};
    copier->pool = csv_copy(&cell, copier->pool);
    if (what == NEW)
        copier->remembered[where] = copy;
    return copy;
}

static void copy_noted_row(struct copier *copier, struct csv_table *table,
                           const struct csv_noted *noted, size_t row)
{
    for (size_t i = 0; i < noted->column_count; i++) {
        const uint32_t column = noted->columns[i];
        const char **text = &table->columns[column].texts[row];
        uint64_t note = 0;
        memcpy(&note, text, sizeof note);
        *text = copy_noted(copier, note);
        noted->missing[column] += (note & 3) == NOTHING;
        noted->numbers[column] += note >> NUMBER_AT & 1;
    }
}

bool csv_texts_copy(struct csv_table *table, const struct csv_noted *noted,
                    struct data_poll poll)
{
    enum { ROWS_A_POLL = 1 << 10 };
    struct copier copier = {.origin = noted->origin, .pool = noted->pool};
    for (size_t row = noted->row; row < noted->row_end; row++) {
        if (row % ROWS_A_POLL == 0 && !data_goes_on(poll))
            return false;
        copy_noted_row(&copier, table, noted, row);
    }
    return true;
}

/* ---- without notes ---- */

/* Texts share blocks of this size. */
enum { POOL_BYTES = 1 << 16 };

struct walker {
    struct csv_scan *scan;
    struct csv_table *table;
    struct arena *arena;
    char *pool; /* where the next text goes to */
    size_t pool_left;
    struct csv_remembered remembered[CSV_REMEMBERED];
};

static const char *copy_anew(struct walker *walker, const struct csv_cell *cell)
{
    size_t most = (size_t)(cell->end - cell->begin) + 1;
    if (most > walker->pool_left) {
        walker->pool_left = most > POOL_BYTES ? most : POOL_BYTES;
        walker->pool = arena_get(walker->arena, walker->pool_left);
    }
    const char *copy = walker->pool;
    walker->pool = csv_copy(cell, walker->pool);
    walker->pool_left -= (size_t)(walker->pool - copy);
    return copy;
}

static const char *copy_cell(struct walker *walker, const struct csv_cell *cell)
{
    size_t length = (size_t)(cell->end - cell->begin);
    if (length > SHORT || length == 0 || cell->has_doubled)
        return copy_anew(walker, cell);
    struct csv_remembered *place = &walker->remembered[find_place(cell->begin, length)];
    if (!is_remembered(place, cell->begin, length))
        *place = (struct csv_remembered){copy_anew(walker, cell), length};
    return place->begin;
}

static const char *copy_row(struct walker *walker, size_t row, const char *at)
{
    struct csv_scan *scan = walker->scan;
    for (size_t index = 0; index < walker->table->column_count; index++) {
        struct csv_column *column = &walker->table->columns[index];
        struct csv_cell cell;
        double value = 0;
        const char *stop = csv_cell(scan, at, &cell);
        if (stop == NULL)
            return NULL;
        if (column->texts != NULL) {
            bool is_missing = csv_classify(scan, &cell, &value) == CSV_MISSING;
            column->texts[row] = is_missing ? "" : copy_cell(walker, &cell);
        }
        at = stop == scan->end || csv_is_line_end(*stop) ? stop : stop + 1;
    }
    return csv_next_line(scan, at);
}

bool csv_copy_texts(struct csv_scan *scan, const char *at, struct csv_table *table,
                    struct arena *arena)
{
    struct walker walker = {.scan = scan, .table = table, .arena = arena};
    for (size_t row = 0; row < table->row_count; row++) {
        at = csv_find_row(scan, at, false);
        at = at == NULL ? NULL : copy_row(&walker, row, at);
        if (at == NULL)
            return false;
    }
    return true;
}
