/* SPDX-License-Identifier: MIT */
#include "data/csv_pieces.h"

enum { PIECE_BYTES = 1 << 20, PIECE_BYTES_A_COLUMN = 1 << 8 };

/* ---- cutting and counting ---- */

/* The first byte from `at` on that is a character of its own: no other character
 * reaches over it. */
static const char *find_cut(const struct csv_scan *scan, const char *at)
{
    while (at < scan->end && (unsigned char)*at >= 0x80)
        at++;
    return at;
}

static void cut(const struct csv_scan *scan, struct arena *arena,
                struct csv_pieces *pieces)
{
    size_t length = (size_t)(scan->end - scan->begin),
           size = scan->options.piece_bytes > 0 ? scan->options.piece_bytes : PIECE_BYTES;
    pieces->items = ARENA_ARRAY(arena, length / size + 1, struct csv_piece);
    pieces->count = 0;
    const char *at = scan->begin;
    while (at < scan->end) {
        struct csv_piece *piece = &pieces->items[pieces->count++];
        piece->begin = at;
        at = (size_t)(scan->end - at) <= size ? scan->end : find_cut(scan, at + size);
        piece->end = at;
    }
}

struct survey {
    const struct csv_scan *scan;
    struct csv_pieces *pieces;
};

static bool survey_piece(void *user, size_t worker, size_t unit, struct data_poll poll)
{
    struct survey *all = user;
    struct csv_piece *piece = &all->pieces->items[unit];
    struct csv_fault ignored;
    struct csv_scan scan = *all->scan;
    (void)worker;
    scan.poll = poll;
    scan.fault = &ignored;
    return csv_look_over(&scan, piece->begin, piece->end, &piece->survey);
}

/* Looks for the fault of which there is one in some piece. */
static bool tell_fault(struct csv_scan *scan, const struct csv_pieces *pieces)
{
    for (size_t i = 0; i < pieces->count; i++) {
        const struct csv_piece *piece = &pieces->items[i];
        struct csv_survey ignored;
        if (!csv_look_over(scan, piece->begin, piece->end, &ignored))
            return false;
    }
    return true;
}

static void add_up(struct csv_pieces *pieces)
{
    size_t quotes = 0, returns = 0, pairs = 0;
    pieces->line_ends = pieces->separators = 0;
    for (size_t i = 0; i < pieces->count; i++) {
        struct csv_piece *piece = &pieces->items[i];
        const struct csv_survey *survey = &piece->survey;
        piece->side = quotes % 2;
        piece->line_ends = pieces->line_ends;
        pieces->line_ends += survey->line_feeds[piece->side];
        pieces->separators += survey->separators[piece->side];
        quotes += survey->quotes;
        returns += survey->returns;
        pairs += survey->pairs;
    }
    pieces->is_regular = returns == pairs;
    pieces->is_walked = false;
}

bool csv_survey_pieces(struct csv_scan *scan, struct arena *arena,
                       struct csv_pieces *pieces)
{
    struct survey all = {scan, pieces};
    cut(scan, arena, pieces);
    enum crew_end end =
        crew_run(scan->options.threads, pieces->count, survey_piece, &all, scan->poll);
    if (end == CREW_STOPPED)
        return csv_fail(scan, CSV_STOPPED, NULL, 0);
    if (end == CREW_FAILED)
        return tell_fault(scan, pieces);
    add_up(pieces);
    return true;
}

/* Where the first line begins that does so behind a line end of the piece. */
static const char *find_first(const struct csv_scan *scan, const struct csv_piece *piece,
                              bool has_lone_returns)
{
    bool is_inside = piece->side == 1;
    for (const char *at = piece->begin; at < piece->end; at++) {
        is_inside ^= *at == '"';
        if (!is_inside && (*at == '\n' || (has_lone_returns && *at == '\r')))
            return csv_next_line(scan, at);
    }
    return NULL;
}

/* ---- walking ---- */

struct walk {
    const struct csv_scan *scan;
    const struct csv_pieces *pieces;
};

/* Counts rows without a look at the cells of those that have no quotes: whether they are
 * as many as they should be is told when they are converted. */
static bool count_rows(struct csv_scan *scan, const char *at, size_t *rows)
{
    const struct csv_level *level = csv_best_level();
    const char *next = at;
    for (; at != NULL && at < scan->end; at = csv_find_row(scan, next, false)) {
        size_t ignored = 0;
        const char *mark = level->find_mark(at, scan->end);
        ++*rows;
        if (mark == scan->end || *mark != '"')
            next = csv_next_line(scan, mark);
        else if (!csv_count_cells(scan, at, &ignored, &next))
            return false;
        if (!csv_goes_on(scan, next))
            return false;
    }
    return at != NULL;
}

static bool walk_piece(void *user, size_t worker, size_t unit, struct data_poll poll)
{
    const struct walk *all = user;
    struct csv_piece *piece = &all->pieces->items[unit];
    struct csv_scan scan = *all->scan;
    struct csv_fault ignored;
    (void)worker;
    piece->row_end = 0;
    if (piece->first == NULL)
        return true;
    scan.poll = poll;
    scan.fault = &ignored;
    scan.polled = piece->first;
    scan.end = piece->stop;
    piece->first = csv_find_row(&scan, piece->first, false);
    return piece->first != NULL && count_rows(&scan, piece->first, &piece->row_end);
}

/* Each piece has the rows from a line of its own up to the first line of the next. */
static void find_lines(const struct csv_scan *scan, struct csv_pieces *pieces,
                       const char *data)
{
    const char *next = scan->end;
    for (size_t i = pieces->count; i-- > 0;) {
        struct csv_piece *piece = &pieces->items[i];
        piece->first = i == 0 ? data : find_first(scan, piece, true);
        if (piece->first == NULL || piece->first >= next || piece->first < data) {
            piece->first = NULL;
            continue;
        }
        piece->stop = next;
        next = piece->first;
    }
}

enum crew_end csv_walk_pieces(struct csv_scan *scan, struct csv_pieces *pieces,
                              const char *data, size_t *rows)
{
    struct walk all = {scan, pieces};
    find_lines(scan, pieces, data);
    enum crew_end end =
        crew_run(scan->options.threads, pieces->count, walk_piece, &all, scan->poll);
    *rows = 0;
    for (size_t i = 0; end == CREW_DONE && i < pieces->count; i++) {
        struct csv_piece *piece = &pieces->items[i];
        piece->row = *rows;
        *rows += piece->row_end;
        piece->row_end = *rows;
        if (piece->row == piece->row_end)
            piece->first = NULL;
    }
    pieces->is_walked = true;
    return end;
}

/* ---- converting ---- */

struct conversion {
    const struct csv_scan *scan;
    const struct csv_pieces *pieces;
    const char *data;
    size_t before; /* lines that end before the data */
    struct csv_table *table;
    struct csv_part *parts; /* one for each worker */
    struct csv_fault *ignored;
    size_t text_count;       /* columns of texts in all */
    const uint32_t *columns; /* they */
};

static bool has_rows(const struct csv_piece *piece)
{
    return piece->survey.line_feeds[piece->side] > 0;
}

/* The number of data rows before the first one of the next piece that has any. */
static size_t find_row_end(const struct conversion *all, size_t unit)
{
    const struct csv_pieces *pieces = all->pieces;
    for (size_t i = unit + 1; i < pieces->count; i++)
        if (has_rows(&pieces->items[i]))
            return pieces->items[i].line_ends + 1 - all->before;
    return all->table->row_count;
}

static bool convert_rows(const struct conversion *all, struct csv_piece *piece,
                         size_t worker, struct data_poll poll)
{
    struct csv_part *part = &all->parts[worker];
    part->scan.poll = poll;
    part->scan.fault = &all->ignored[worker];
    part->scan.end = piece->stop;
    if (!csv_convert_noting(part, piece->first, piece->row, piece->row_end))
        return false;
    piece->last = csv_find_row(&part->scan, part->cursor.at, false);
    piece->text_count = csv_count_texts(part);
    piece->text_bytes = part->texts->bytes;
    return true;
}

/* By the counts of the pieces. */
static void place_piece(const struct conversion *all, size_t unit)
{
    struct csv_piece *piece = &all->pieces->items[unit];
    piece->row = unit == 0 ? 0 : piece->line_ends + 1 - all->before;
    piece->row_end = find_row_end(all, unit);
    piece->first = unit == 0         ? all->data
                   : has_rows(piece) ? find_first(all->scan, piece, false)
                                     : NULL;
    piece->stop = all->scan->end;
}

static bool convert_piece(void *user, size_t worker, size_t unit, struct data_poll poll)
{
    const struct conversion *all = user;
    struct csv_piece *piece = &all->pieces->items[unit];
    piece->text_count = piece->text_bytes = 0;
    if (!all->pieces->is_walked)
        place_piece(all, unit);
    return piece->first == NULL || convert_rows(all, piece, worker, poll);
}

/* Whether each piece ends where the next one begins. */
static bool are_joined(const struct csv_pieces *pieces, const char *data, const char *end)
{
    const char *last = data;
    for (size_t i = 0; i < pieces->count; i++) {
        const struct csv_piece *piece = &pieces->items[i];
        if (piece->first == NULL)
            continue;
        if (piece->first != last && !pieces->is_walked)
            return false;
        if (pieces->is_walked && piece->last != piece->stop)
            return false;
        last = piece->last;
    }
    return last == end || pieces->is_walked;
}

static size_t count_workers(const struct csv_scan *scan, const struct csv_pieces *pieces,
                            const struct csv_table *table)
{
    size_t threads = scan->options.threads, bytes = (size_t)(scan->end - scan->begin);
    /* What a worker needs for itself is little beside its share of the text. */
    size_t most = bytes / PIECE_BYTES_A_COLUMN / table->column_count + 1;
    threads = threads < 1 ? 1 : threads < CREW_MOST ? threads : CREW_MOST;
    threads = threads < pieces->count ? threads : pieces->count;
    return threads < most ? threads : most;
}

/* ---- texts ---- */

/* Notes the cells of columns that were found to hold texts elsewhere. */
static bool note_piece(void *user, size_t worker, size_t unit, struct data_poll poll)
{
    const struct conversion *all = user;
    struct csv_piece *piece = &all->pieces->items[unit];
    if (piece->first == NULL || piece->text_count == all->text_count)
        return true;
    all->parts[worker].is_again = true;
    return convert_rows(all, piece, worker, poll) && piece->text_count == all->text_count;
}

static bool copy_piece(void *user, size_t worker, size_t unit, struct data_poll poll)
{
    const struct conversion *all = user;
    const struct csv_piece *piece = &all->pieces->items[unit];
    const struct csv_part *part = &all->parts[worker];
    const struct csv_noted noted = {.origin = piece->first,
                                    .row = piece->row,
                                    .row_end = piece->row_end,
                                    .pool = piece->pool,
                                    .columns = all->columns,
                                    .column_count = all->text_count,
                                    .missing = part->missing,
                                    .numbers = part->found};
    return piece->first == NULL || csv_texts_copy(all->table, &noted, poll);
}

/* The columns of texts. */
static void find_texts(struct conversion *all, size_t threads, struct arena *arena)
{
    struct csv_table *table = all->table;
    uint32_t *columns = ARENA_ARRAY(arena, table->column_count, uint32_t);
    all->columns = columns;
    for (size_t i = 0; i < table->column_count; i++) {
        if (table->columns[i].texts == NULL)
            continue;
        columns[all->text_count++] = (uint32_t)i;
        for (size_t k = 0; k < threads; k++)
            all->parts[k].cursor.numbers[i] = NULL;
    }
}

/* Room for the copies of each piece. */
static void make_pools(const struct conversion *all, size_t threads, struct arena *arena)
{
    const struct csv_pieces *pieces = all->pieces;
    size_t bytes = 1, columns = all->table->column_count;
    for (size_t i = 0; i < pieces->count; i++)
        bytes += pieces->items[i].text_bytes;
    char *pool = arena_get(arena, bytes);
    for (size_t i = 0; i < pieces->count; i++) {
        pieces->items[i].pool = pool;
        pool += pieces->items[i].text_bytes;
    }
    for (size_t k = 0; k < threads; k++) {
        all->parts[k].missing = ARENA_ARRAY(arena, columns, size_t);
        all->parts[k].found = ARENA_ARRAY(arena, columns, size_t);
    }
}

static void count_texts(const struct conversion *all, size_t threads)
{
    for (size_t i = 0; i < all->text_count; i++) {
        struct csv_column *column = &all->table->columns[all->columns[i]];
        column->missing = column->number_count = 0;
        for (size_t k = 0; k < threads; k++) {
            column->missing += all->parts[k].missing[all->columns[i]];
            column->number_count += all->parts[k].found[all->columns[i]];
        }
    }
}

static enum crew_end make_texts(struct conversion *all, size_t threads,
                                struct data_poll poll, struct arena *arena)
{
    size_t count = all->pieces->count;
    poll.from = poll.to; /* texts are the rest of the work */
    poll.to = 1;
    find_texts(all, threads, arena);
    if (all->text_count == 0)
        return CREW_DONE;
    enum crew_end end = crew_run(threads, count, note_piece, all, poll);
    if (end != CREW_DONE)
        return end;
    make_pools(all, threads, arena);
    end = crew_run(threads, count, copy_piece, all, poll);
    count_texts(all, threads);
    return end;
}

enum crew_end csv_convert_pieces(struct csv_scan *scan, struct csv_pieces *pieces,
                                 const char *data, struct csv_table *table,
                                 struct arena *arena)
{
    struct csv_fault ignored[CREW_MOST];
    size_t threads = count_workers(scan, pieces, table);
    struct conversion all = {.scan = scan,
                             .pieces = pieces,
                             .data = data,
                             .before = table->has_header,
                             .table = table,
                             .parts = ARENA_ARRAY(arena, threads, struct csv_part),
                             .ignored = ignored};
    for (size_t i = 0; i < threads; i++) {
        csv_part_init(&all.parts[i], scan, table, arena);
        all.parts[i].texts = ARENA_NEW(arena, struct csv_texts);
    }
    enum crew_end end = crew_run(threads, pieces->count, convert_piece, &all, scan->poll);
    if (end != CREW_DONE)
        return end;
    if (!are_joined(pieces, data, scan->end))
        return CREW_FAILED;
    csv_join_parts(scan, all.parts, threads, table);
    return make_texts(&all, threads, scan->poll, arena);
}
