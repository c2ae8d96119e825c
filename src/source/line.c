/* SPDX-License-Identifier: MIT
 * One line of a script with marks below it.  Only a bounded part around the marks is
 * looked at, so a line of ten megabytes costs no more than a short one. */
#include "source/draw.h"

#include <assert.h>
#include <string.h>

/* TAB_WIDTH blanks stand for every tab: tab stops would need the whole line. */
enum { TAB_WIDTH = 4, DEFAULT_WIDTH = 80, LEAST_WIDTH = 20, LEAST_CONTEXT = 8 };
/* A column may hold a few characters that add no width; more of them are cut. */
enum { BYTES_A_COLUMN = 8 };
static const char cut[] = "...";
enum { CUT_WIDTH = sizeof cut - 1 };

/* One character as it is shown. */
struct glyph {
    size_t bytes;      /* in the line */
    const char *shown; /* NULL: as it stands */
    size_t width;      /* columns */
};

/* Zero-width and directional characters that would hide or reorder the text. */
static bool is_deceptive(uint32_t c)
{
    static const uint32_t ranges[][2] = {
        {0x00AD, 0x00AD}, {0x061C, 0x061C}, {0x200B, 0x200F}, {0x2028, 0x202E},
        {0x2060, 0x206F}, {0xFEFF, 0xFEFF}, {0xFFF9, 0xFFFB}, {0xE0000, 0xE007F},
    };
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
        if (c >= ranges[i][0] && c <= ranges[i][1])
            return true;
    return false;
}

static struct glyph glyph_at(const char *text, size_t left)
{
    static const char replacement[] = "\xEF\xBF\xBD";
    uint32_t c = 0;
    size_t used = utf8_decode(text, left, &c);
    if (used == 0)
        return (struct glyph){1, replacement, 1};
    if (c == '\t')
        return (struct glyph){1, "    ", TAB_WIDTH};
    if (c < 0x20 || (c >= 0x7F && c < 0xA0) || is_deceptive(c))
        return (struct glyph){used, replacement, 1};
    return (struct glyph){used, NULL, (size_t)utf8_width(c)};
}

static void put_glyph(struct text *out, const char *text, const struct glyph *glyph)
{
    if (glyph->shown == NULL)
        text_put(out, text, glyph->bytes);
    else
        text_puts(out, glyph->shown);
}

void draw_mark(struct marks *marks, struct mark mark)
{
    if (marks->count < MARKS_MOST)
        marks->items[marks->count++] = mark;
}

void draw_safely(struct text *out, const char *text, size_t length)
{
    for (size_t at = 0; at < length;) {
        struct glyph glyph = glyph_at(text + at, length - at);
        put_glyph(out, text + at, &glyph);
        at += glyph.bytes;
    }
}

void draw_styled(const struct pen *pen, const char *style, const char *text)
{
    if (pen->drawing.colour)
        text_format(pen->out, "\x1b[%sm", style);
    draw_safely(pen->out, text, strlen(text));
    if (pen->drawing.colour)
        text_puts(pen->out, "\x1b[0m");
}

void draw_gutter(const struct pen *pen, size_t line)
{
    struct text gutter;
    text_init(&gutter, pen->out->arena);
    if (line > 0)
        text_format(&gutter, " %*zu |", (int)pen->digits, line);
    else
        text_format(&gutter, " %*s |", (int)pen->digits, "");
    draw_styled(pen, STYLE_BLUE, text_string(&gutter));
}

/* A part of the line that is shown. */
struct piece {
    size_t begin, end;
};

struct view {
    const char *line;
    size_t length, width; /* bytes; columns that may be used */
    struct piece pieces[2 * MARKS_MOST + 1];
    size_t count;
};

/* The offset about `columns` columns behind `at`, or the line's end. */
static size_t go_forward(const struct view *view, size_t at, size_t columns)
{
    size_t bytes = BYTES_A_COLUMN * columns, width = 0, from = at;
    while (at < view->length && at - from < bytes) {
        struct glyph glyph = glyph_at(view->line + at, view->length - at);
        width += glyph.width;
        if (width > columns)
            break;
        at += glyph.bytes;
    }
    return at;
}

/* The beginning of the character that ends at `at` > 0. */
static size_t previous(const struct view *view, size_t at)
{
    for (size_t bytes = 2; bytes <= 4 && bytes <= at; bytes++)
        if (glyph_at(view->line + at - bytes, bytes).bytes == bytes)
            return at - bytes;
    return at - 1;
}

static size_t go_back(const struct view *view, size_t at, size_t columns)
{
    size_t bytes = BYTES_A_COLUMN * columns, width = 0, from = at;
    while (at > 0 && from - at < bytes) {
        size_t before = previous(view, at);
        width += glyph_at(view->line + before, at - before).width;
        if (width > columns)
            break;
        at = before;
    }
    return at;
}

static size_t columns_of(const struct view *view, struct piece piece)
{
    size_t columns = 0;
    for (size_t at = piece.begin; at < piece.end;) {
        struct glyph glyph = glyph_at(view->line + at, piece.end - at);
        columns += glyph.width;
        at += glyph.bytes;
    }
    return columns;
}

/* Adds a piece in its order; those that touch become one. */
static void add_piece(struct view *view, struct piece piece)
{
    size_t i = view->count++;
    for (; i > 0 && view->pieces[i - 1].begin > piece.begin; i--)
        view->pieces[i] = view->pieces[i - 1];
    view->pieces[i] = piece;
}

static void join_pieces(struct view *view)
{
    size_t kept = 0;
    for (size_t i = 1; i < view->count; i++) {
        struct piece *last = &view->pieces[kept], next = view->pieces[i];
        if (next.begin > last->end + CUT_WIDTH)
            view->pieces[++kept] = next;
        else if (next.end > last->end)
            last->end = next.end;
    }
    view->count = kept + 1;
}

static size_t view_columns(const struct view *view)
{
    size_t columns = CUT_WIDTH; /* a cut on each side of every piece */
    for (size_t i = 0; i < view->count; i++)
        columns += columns_of(view, view->pieces[i]) + CUT_WIDTH;
    return columns;
}

/* The neighbourhoods of the two ends of every mark, `context` columns each way. */
static void look_around(struct view *view, const struct mark *marks, size_t count,
                        size_t context)
{
    view->count = 0;
    for (size_t i = 0; i < count; i++) {
        const size_t ends[2] = {marks[i].begin, marks[i].end};
        for (size_t j = 0; j < 2; j++)
            add_piece(view, (struct piece){go_back(view, ends[j], context),
                                           go_forward(view, ends[j], context)});
    }
    join_pieces(view);
}

static void choose_pieces(struct view *view, const struct mark *marks, size_t count)
{
    size_t end = go_forward(view, 0, view->width);
    if (count == 0 || end == view->length) {
        view->pieces[0] = (struct piece){0, end};
        view->count = 1;
        return;
    }
    size_t context = view->width / 2;
    look_around(view, marks, count, context);
    while (context > LEAST_CONTEXT && view_columns(view) > view->width) {
        context = context * 3 / 4;
        look_around(view, marks, count, context);
    }
}

/* Notes the columns of marks that begin or end in a character. */
static void place_marks(struct mark *marks, size_t count, size_t at, size_t column,
                        const struct glyph *glyph)
{
    size_t next = at + glyph->bytes;
    for (size_t i = 0; i < count; i++) {
        if (marks[i].begin >= at && marks[i].begin < next)
            marks[i].column = column;
        if (marks[i].end > at && marks[i].end <= next)
            marks[i].stop = column + glyph->width;
    }
}

static void put_pieces(const struct pen *pen, const struct view *view, struct mark *marks,
                       size_t count)
{
    size_t column = 0, at = 0;
    for (size_t i = 0; i < view->count; i++) {
        if (view->pieces[i].begin > at) {
            text_puts(pen->out, cut);
            column += CUT_WIDTH;
        }
        for (at = view->pieces[i].begin; at < view->pieces[i].end;) {
            struct glyph glyph = glyph_at(view->line + at, view->length - at);
            place_marks(marks, count, at, column, &glyph);
            put_glyph(pen->out, view->line + at, &glyph);
            column += glyph.width;
            at += glyph.bytes;
        }
    }
    if (at < view->length)
        text_puts(pen->out, cut);
    for (size_t i = 0; i < count; i++) {
        if (marks[i].begin >= view->length)
            marks[i].column = column;
        if (marks[i].stop <= marks[i].column)
            marks[i].stop = marks[i].column + 1;
    }
}

static bool overlap(const struct mark *a, const struct mark *b)
{
    return a->row == b->row && a->column < b->stop && b->column < a->stop;
}

/* Gives each mark the first row where it covers none before it; returns the rows. */
static size_t assign_rows(struct mark *marks, size_t count)
{
    size_t rows = 0;
    for (size_t i = 0; i < count; i++) {
        marks[i].row = 0;
        for (size_t j = 0; j < i;) {
            bool covered = overlap(&marks[i], &marks[j]);
            marks[i].row += covered;
            j = covered ? 0 : j + 1;
        }
        if (marks[i].row >= rows)
            rows = marks[i].row + 1;
    }
    return rows;
}

static void sort_by_column(struct mark **marks, size_t count)
{
    for (size_t i = 1; i < count; i++)
        for (size_t j = i; j > 0 && marks[j - 1]->column > marks[j]->column; j--) {
            struct mark *swap = marks[j];
            marks[j] = marks[j - 1];
            marks[j - 1] = swap;
        }
}

static size_t fill_to(const struct pen *pen, size_t column, size_t wanted)
{
    text_repeat(pen->out, ' ', wanted - column);
    return wanted;
}

static void put_signs(const struct pen *pen, const struct mark *mark)
{
    struct text signs;
    text_init(&signs, pen->out->arena);
    text_repeat(&signs, mark->sign, mark->stop - mark->column);
    if (mark->text != NULL) /* only that of the last mark is asked for */
        text_format(&signs, " %s", mark->text);
    draw_styled(pen, mark->style, text_string(&signs));
}

/* The text of marks[which] below its sign, a bar below each mark left of it that still
 * has something to say. */
static void put_text_below(const struct pen *pen, struct mark *const *marks, size_t which)
{
    draw_gutter(pen, 0);
    text_putc(pen->out, ' ');
    size_t column = 0;
    for (size_t i = 0; i < which; i++)
        if (marks[i]->text != NULL) {
            column = fill_to(pen, column, marks[i]->column) + 1;
            draw_styled(pen, marks[i]->style, "|");
        }
    (void)fill_to(pen, column, marks[which]->column);
    draw_styled(pen, marks[which]->style, marks[which]->text);
    text_putc(pen->out, '\n');
}

static void put_row(const struct pen *pen, struct mark *const *marks, size_t count)
{
    assert(count > 0);
    draw_gutter(pen, 0);
    text_putc(pen->out, ' ');
    size_t column = 0;
    for (size_t i = 0; i < count; i++) {
        struct mark mark = *marks[i];
        if (i + 1 < count)
            mark.text = NULL;
        (void)fill_to(pen, column, mark.column);
        put_signs(pen, &mark);
        column = mark.stop;
    }
    text_putc(pen->out, '\n');
    for (size_t i = count - 1; i-- > 0;)
        if (marks[i]->text != NULL)
            put_text_below(pen, marks, i);
}

static size_t use_width(const struct pen *pen)
{
    int width = pen->drawing.width == 0 ? DEFAULT_WIDTH : pen->drawing.width;
    return width < LEAST_WIDTH ? LEAST_WIDTH : (size_t)width;
}

void draw_line(const struct pen *pen, size_t number, const char *line, size_t length,
               struct mark *marks, size_t count)
{
    assert(count <= MARKS_MOST);
    struct view view = {.line = line, .length = length, .width = use_width(pen)};
    choose_pieces(&view, marks, count);
    draw_gutter(pen, number);
    if (length > 0)
        text_putc(pen->out, ' ');
    put_pieces(pen, &view, marks, count);
    text_putc(pen->out, '\n');
    size_t rows = assign_rows(marks, count);
    for (size_t row = 0; row < rows; row++) {
        struct mark *here[MARKS_MOST];
        size_t found = 0;
        for (size_t i = 0; i < count; i++)
            if (marks[i].row == row)
                here[found++] = &marks[i];
        sort_by_column(here, found);
        put_row(pen, here, found);
    }
}
