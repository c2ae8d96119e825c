/* SPDX-License-Identifier: MIT
 * csv_batch.h - plain numbers in a hurry, many at a time, for csv_level.c.
 *
 * Langdale and Lemire, Parsing gigabytes of JSON per second, VLDB Journal 28 (2019): the
 * ends of some hundred cells are looked up by masks of 64 bytes before a cell is read, so
 * that the length of a cell is no branch.  Then they are read four at a time
 * (csv_four.h); what does not pass there is read again by itself: longer numbers and
 * those with an exponent by csv_fields.h, and all else by the caller.  The numbers stand
 * row by row at first and are then laid out in columns. */
#ifndef DATA_CSV_BATCH_H
#define DATA_CSV_BATCH_H

#ifdef __AVX2__
#include <string.h>

#include "data/csv_four.h"

enum { BATCH = 512, AHEAD = 2048 };

/* Cells whose ends are known. */
struct batch {
    const char *base;   /* the byte before the first cell; places are told from here */
    size_t row, column; /* of the first cell */
    size_t count;
    size_t line_end; /* the first cell that ends a row, or more than there are */
    bool has_return; /* there is one before a line feed */
    bool has_quote, has_empty;
    bool is_left; /* the cursor is behind the cell that ended it */
    uint32_t edges[BATCH + 2 * MASK_BYTES]; /* cell i stands between edges i and i + 1 */
    uint32_t moved[BATCH + GROUP];          /* ends where they are not edges */
    const uint32_t *ends;                   /* where what is in the cell ends */
    uint32_t lengths[BATCH + GROUP];        /* of it, in bytes */
    double values[BATCH + GROUP];
};

/* ---- ends ---- */

/* Puts the places of the bits of `mask`, of which the first is place `from`. */
static inline void put_places(uint32_t *to, uint64_t mask, uint32_t from, size_t count)
{
    enum { AT_ONCE = 8 };
    for (size_t done = 0; done < count; done += AT_ONCE)
        for (size_t i = 0; i < AT_ONCE; i++) {
            to[done + i] = from + (uint32_t)_tzcnt_u64(mask);
            mask &= mask - 1;
        }
}

/* Carriage returns that no line feed stands behind, as far as that is known. */
static inline uint64_t find_lone_returns(const char *at, const char *stop, uint64_t feeds)
{
    const char *next = at + MASK_BYTES;
    uint64_t behind = feeds >> 1 | (uint64_t)(next >= stop || *next == '\n') << 63;
    return find_byte(at, '\r') & ~behind;
}

/* How many cells a batch has: rows by fours, if there is room for them. */
static size_t find_size(size_t columns)
{
    size_t size = BATCH / (GROUP * columns) * (GROUP * columns);
    return size > 0 ? size : BATCH;
}

/* Finds the cells from the cursor on that end as they should: the last one of each row
 * with a line feed and the others with a separator. */
static void find_cells(const struct csv_cursor *c, struct batch *b)
{
    const char *at = c->at, *const limit = c->stop - MASK_BYTES;
    const size_t columns = c->column_count, rows = c->row_end - c->row;
    const size_t left = rows > BATCH ? BATCH : rows * columns - c->column;
    size_t count = 0, due = columns - 1 - c->column, most = find_size(columns);
    most -= most > c->column ? c->column : 0;
    most = left < most ? left : most;
    bool is_even = true;
    b->base = at - 1;
    b->edges[0] = 0;
    b->line_end = due;
    b->row = c->row;
    b->column = c->column;
    b->has_return = b->has_quote = b->is_left = false;
    uint64_t is_inside = 0; /* all ones: quotes are open */
    for (; is_even && count < most && at <= limit; at += MASK_BYTES) {
        _mm_prefetch(at + AHEAD, _MM_HINT_T0);
        uint64_t feeds = find_byte(at, '\n'), quotes = find_byte(at, '"');
        if (c->has_lone_returns)
            feeds |= find_lone_returns(at, c->stop, feeds);
        uint64_t ends = feeds | find_byte(at, c->separator);
        if ((quotes | is_inside) != 0) {
            uint64_t inside = find_inside(quotes) ^ is_inside;
            feeds &= ~inside;
            ends &= ~inside;
            is_inside = 0 - (inside >> 63);
            b->has_quote = true;
        }
        size_t found = count_bits(ends);
        put_places(b->edges + 1 + count, ends, (uint32_t)(at - b->base), found);
        for (; is_even && feeds != 0; feeds &= feeds - 1) {
            const char *feed = at + _tzcnt_u64(feeds);
            size_t index = count + count_bits(ends & (_blsi_u64(feeds) - 1));
            b->has_return |= feed[-1] == '\r';
            is_even = index == due;
            due = is_even ? due + columns : index < due ? index : due;
        }
        count += found;
    }
    most = due < most ? due : most;
    b->count = count < most ? count : most;
}

/* Takes the carriage returns off the ends of rows. */
static void take_returns_off(struct batch *b, size_t columns)
{
    for (size_t i = b->line_end; i < b->count; i += columns) {
        bool is_pair = b->lengths[i] > 0 && b->base[b->ends[i] - 1] == '\r';
        b->moved[i] -= is_pair;
        b->lengths[i] -= is_pair;
    }
}

/* Takes quotes off that stand around a cell: if they are not the quotes of this cell, the
 * rest is no number. */
static void take_quotes_off(struct batch *b)
{
    for (size_t i = 0; i < b->count; i++) {
        const char *end = b->base + b->ends[i], *begin = end - b->lengths[i];
        bool is_quoted = b->lengths[i] >= 2 && *begin == '"' && end[-1] == '"';
        b->moved[i] -= is_quoted;
        b->lengths[i] -= is_quoted ? 2 : 0;
    }
}

/* Where the insides of the cells are; a few empty cells more make the last group. */
static void measure_cells(struct batch *b, size_t columns)
{
    uint32_t empty = 0;
    for (size_t i = 0; i < b->count; i++)
        b->lengths[i] = b->edges[i + 1] - b->edges[i] - 1;
    for (size_t i = b->count; i < b->count + GROUP; i++) {
        b->edges[i + 1] = b->edges[i];
        b->lengths[i] = 0;
    }
    b->ends = b->edges + 1;
    if (b->has_return || b->has_quote) {
        memcpy(b->moved, b->ends, (b->count + GROUP) * sizeof *b->ends);
        b->ends = b->moved;
    }
    if (b->has_return)
        take_returns_off(b, columns);
    if (b->has_quote)
        take_quotes_off(b);
    for (size_t i = 0; i < b->count; i++)
        empty |= b->lengths[i] == 0;
    b->has_empty = empty != 0;
}

/* ---- columns ---- */

/* Four columns of four rows, which stand `columns` apart. */
static inline void turn(const double *from, size_t columns, double *const *to, size_t row)
{
    __m256d a = _mm256_loadu_pd(from), b = _mm256_loadu_pd(from + columns),
            c = _mm256_loadu_pd(from + 2 * columns),
            d = _mm256_loadu_pd(from + 3 * columns);
    __m256d ab_even = _mm256_unpacklo_pd(a, b), ab_odd = _mm256_unpackhi_pd(a, b),
            cd_even = _mm256_unpacklo_pd(c, d), cd_odd = _mm256_unpackhi_pd(c, d);
    _mm256_storeu_pd(to[0] + row, _mm256_permute2f128_pd(ab_even, cd_even, 0x20));
    _mm256_storeu_pd(to[1] + row, _mm256_permute2f128_pd(ab_odd, cd_odd, 0x20));
    _mm256_storeu_pd(to[2] + row, _mm256_permute2f128_pd(ab_even, cd_even, 0x31));
    _mm256_storeu_pd(to[3] + row, _mm256_permute2f128_pd(ab_odd, cd_odd, 0x31));
}

static bool are_all_there(double *const *columns)
{
    return columns[0] != NULL && columns[1] != NULL && columns[2] != NULL &&
           columns[3] != NULL;
}

/* One column from a row on; `from` is its first cell. */
static void lay_column(const double *from, size_t step, size_t count, double *to)
{
    if (to != NULL)
        for (size_t i = 0; i < count; i++)
            to[i] = from[i * step];
}

/* Four columns of whole rows, a multiple of four of them. */
static void lay_four(const struct csv_cursor *c, const struct batch *b, size_t column,
                     size_t rows)
{
    const size_t columns = c->column_count;
    double *const *to = c->numbers + column;
    if (are_all_there(to))
        for (size_t i = 0; i < rows; i += GROUP)
            turn(b->values + i * columns + column, columns, to, b->row + i);
    else
        for (size_t i = 0; i < GROUP; i++)
            if (to[i] != NULL)
                lay_column(b->values + column + i, columns, rows, to[i] + b->row);
}

/* Cells of any part of a table, column by column. */
static void lay_any(const struct csv_cursor *c, const struct batch *b)
{
    const size_t columns = c->column_count, count = b->count;
    size_t row = b->row, column = b->column;
    for (size_t first = 0; first < columns && first < count; first++) {
        if (c->numbers[column] != NULL)
            lay_column(b->values + first, columns, (count - first - 1) / columns + 1,
                       c->numbers[column] + row);
        column = column + 1 < columns ? column + 1 : 0;
        row += column == 0;
    }
}

static void count_empty(const struct csv_cursor *c, const struct batch *b)
{
    const size_t columns = c->column_count;
    size_t column = b->column;
    for (size_t first = 0; first < columns && first < b->count; first++) {
        size_t empty = 0;
        for (size_t i = first; i < b->count; i += columns)
            empty += b->lengths[i] == 0;
        c->empty[column] += empty;
        column = column + 1 < columns ? column + 1 : 0;
    }
}

/* Lays the cells out in columns; counts those that are empty. */
static void lay_out(const struct csv_cursor *c, const struct batch *b)
{
    const size_t columns = c->column_count, rows = (uint32_t)b->count / (uint32_t)columns;
    if (b->has_empty && c->empty != NULL)
        count_empty(c, b);
    if (columns < GROUP || b->column > 0 || rows % GROUP != 0 ||
        rows * columns != b->count) {
        lay_any(c, b);
        return;
    }
    for (size_t column = 0; column + GROUP <= columns; column += GROUP)
        lay_four(c, b, column, rows);
    if (columns % GROUP != 0)
        lay_four(c, b, columns - GROUP, rows);
}

/* ---- cells one by one ---- */

/* Sets the cursor to cell i, or behind the last one. */
static inline void go_to(struct csv_cursor *c, const struct batch *b, size_t i)
{
    const uint32_t place = (uint32_t)(b->column + i), columns = (uint32_t)c->column_count;
    c->at = b->base + b->edges[i] + 1;
    c->row = b->row + place / columns;
    c->column = place % columns;
}

/* Gives the cells of columns of texts to the caller, row by row; they are empty then, and
 * the batch ends before one that ends elsewhere. */
static void take_texts(struct csv_cursor *c, struct batch *b)
{
    const size_t columns = c->column_count;
    size_t row = b->row, k = 0;
    while (k < c->text_count && c->text_columns[k] < b->column)
        k++;
    for (size_t begin = 0, first = b->column; begin < b->count; row++, k = 0, first = 0) {
        if (first == 0 && c->comment != '\0' &&
            b->base[b->edges[begin] + 1] == c->comment) {
            b->count = begin;
            return;
        }
        for (; k < c->text_count; k++) {
            const size_t column = c->text_columns[k], i = begin + column - first;
            if (i >= b->count)
                return;
            const char *end = b->base + b->ends[i];
            bool is_pair = b->has_return && column + 1 == columns &&
                           b->base[b->edges[i + 1] - 1] == '\r';
            const struct csv_found found = {.raw = b->base + b->edges[i] + 1,
                                            .stop = b->base + b->edges[i + 1] - is_pair,
                                            .begin = end - b->lengths[i],
                                            .end = end,
                                            .may_have_quote = b->has_quote,
                                            .row = row,
                                            .column = column};
            if (!c->take_text(c, &found)) {
                b->count = i;
                return;
            }
            b->lengths[i] = 0;
        }
        begin += columns - first;
    }
}

/* Gives cell i to the caller; false: that is the end.  One that ends elsewhere than it
 * was thought to is the end of the batch. */
static bool take_cell(struct csv_cursor *c, struct batch *b, size_t i)
{
    go_to(c, b, i);
    const size_t row = c->row, column = c->column;
    if (!c->take(c, c->user))
        return false;
    if (c->at != b->base + b->edges[i + 1] + 1) {
        b->count = i;
        b->is_left = true;
        if (c->text_count > 0)
            c->lose_order(c->user);
    } else if (c->numbers[column] != NULL) {
        b->values[i] = c->numbers[column][row];
    }
    return true;
}

/* Those of four cells that are not good: numbers that are no short ones, and what the
 * caller takes. */
static __attribute__((noinline)) bool read_others(struct csv_cursor *c, struct batch *b,
                                                  size_t first, int good)
{
    for (size_t i = first; i < first + GROUP && i < b->count; i++) {
        const char *end = b->base + b->ends[i], *begin = end - b->lengths[i];
        if ((good >> (i - first) & 1) != 0 ||
            (*begin <= '9' && read_wide(begin, end, c->point, &b->values[i])))
            continue;
        if (!take_cell(c, b, i))
            return false;
    }
    return true;
}

/* Whether none of four cells is short. */
static inline bool are_long(const uint32_t *lengths)
{
    __m128i is_long = _mm_cmpgt_epi32(load_bytes(lengths), _mm_set1_epi32(FIELD_MOST));
    return _mm_movemask_epi8(is_long) == 0xFFFF;
}

static __attribute__((noinline)) bool read_cells(struct csv_cursor *c, struct batch *b)
{
    const __m256i point = _mm256_set1_epi8(c->point);
    for (size_t i = 0; i < b->count; i += GROUP) {
        int good =
            are_long(b->lengths + i)
                ? 0
                : read_four(b->base, b->ends + i, b->lengths + i, point, b->values + i);
        if (good != (1 << GROUP) - 1 && !read_others(c, b, i, good))
            return false;
    }
    return true;
}

static bool convert(struct csv_cursor *c)
{
    struct batch b;
    while (c->at - c->text <= WIDE_MOST)
        if (c->row == c->row_end || !c->take(c, c->user))
            return c->row == c->row_end;
    while (c->row < c->row_end) {
        find_cells(c, &b);
        if (b.count == 0)
            break;
        measure_cells(&b, c->column_count);
        if (c->text_count > 0)
            take_texts(c, &b);
        if (!read_cells(c, &b))
            return false;
        if (b.count == 0 && !b.is_left)
            break;
        lay_out(c, &b);
        if (!b.is_left)
            go_to(c, &b, b.count);
    }
    return true;
}
#endif
#endif
