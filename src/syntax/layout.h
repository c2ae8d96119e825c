/* SPDX-License-Identifier: MIT
 * layout.h - lines of at most 90 columns, made word by word, with comments kept.
 *
 * The printer of the tree (expression.c, clause.c, format.c) puts words and names the
 * points where a line may end.  At a point the line ends when the user ended it there or
 * a comment stands there; else the point is kept as a chance.  When the line grows past
 * the limit it is broken at its outermost chance, the latest of these.  What was broken
 * stays broken when it is printed again, so that printing twice changes nothing.
 *
 * Whether something fits on the rest of the line is found by printing it with no other
 * effect than counting columns, which ends at the limit. */
#ifndef SYNTAX_LAYOUT_H
#define SYNTAX_LAYOUT_H

#include "syntax/parse.h"

enum { LAYOUT_INDENT = 2, LAYOUT_COLUMNS = 90 };

/* Where lines that continue something begin: behind its opening bracket or word. */
struct frame {
    struct frame *outer;
    size_t column;  /* behind what opened it */
    size_t indent;  /* of the lines that continue it */
    size_t closing; /* of the line with the closing bracket, when `hanging` */
    bool hanging;   /* the line ended behind what opened it */
};

/* A point in the current line where it may be broken. */
struct chance {
    size_t at;     /* byte in the line */
    size_t column; /* of that byte */
    size_t depth;  /* of nesting in the tree: less is further out */
    struct frame *frame;
};

/* A line that waits for its neighbours, to align its comment with theirs. */
struct margin_row {
    const char *code;
    size_t length, indent, columns;
    const struct comment *comment;
};

struct layout {
    struct text *out;
    struct arena *arena;
    const struct intern *names;
    size_t limit;                   /* columns */
    const struct source *source;    /* NULL when the user's lines are not known */
    const struct comment *comments; /* those not yet placed */
    size_t comment_count;
    size_t last_line; /* of the source, of what was placed last; 0 at a block's start */

    struct text line; /* the current line without its indentation */
    size_t indent, column;
    bool space;                     /* due before the next word */
    const struct comment *trailing; /* closes the current line */
    size_t lines;                   /* ended so far */

    struct frame *frame;    /* the innermost */
    size_t depth;           /* of nesting in the tree */
    bool tight;             /* within an index or a range: short sums without spaces */
    struct chance *chances; /* of the current line */
    size_t chance_count, chance_capacity;
    struct frame **frames; /* opened in the current line */
    size_t frame_count, frame_capacity;
    struct margin_row *rows;
    size_t row_count, row_capacity;

    bool measuring, over; /* over: it does not fit on the line */
};

/* A layout that prints to `out`; the user's lines and comments are set by the caller. */
void layout_init(struct layout *l, struct text *out, struct arena *arena,
                 const struct intern *names);
/* Ends the last line. */
void layout_finish(struct layout *l);

void layout_put(struct layout *l, const char *word);
void layout_put_bytes(struct layout *l, const char *word, size_t length);
/* One space before the next word, unless a new line comes between. */
void layout_space(struct layout *l);
/* A word at the very end of a statement, which never moves what is before it. */
void layout_close_statement(struct layout *l, const char *word);

/* Ends the line where the user's line ends between `from` and `to`, or a comment stands
 * before `to`; true when it does. */
bool layout_end(struct layout *l, uint32_t from, uint32_t to);
/* The same; else the line may still be broken here when it grows too long. */
void layout_point(struct layout *l, uint32_t from, uint32_t to);
/* Ends the line there; what follows begins at `indent`. */
void layout_newline(struct layout *l, size_t indent);
/* The same, after the comments before `to`; with `blank`, blank lines are kept. */
void layout_begin_line(struct layout *l, uint32_t to, size_t indent, bool blank);

/* What follows the word just put continues behind it; or, when the user's line ends
 * between `from` and `to`, on the next line, one step further in. */
void layout_open(struct layout *l, uint32_t from, uint32_t to);
/* The same without a look at the source: continues at `indent`. */
void layout_open_at(struct layout *l, size_t indent);
void layout_close(struct layout *l);
/* Puts a closing bracket, which stands at `to`, and closes. */
void layout_close_bracket(struct layout *l, const char *bracket, uint32_t to);

/* Places the comments that begin before `to`; those alone on their line at `indent`. */
void layout_comments(struct layout *l, uint32_t to, size_t indent, bool blank);
bool layout_has_comment(const struct layout *l, uint32_t to);

/* The source's line of an offset, from 1; 0 when the source is not known. */
size_t layout_line_of(const struct layout *l, uint32_t offset);
/* Behind the closing bracket that follows `from`, with nothing but blanks and comments
 * before it; `from` itself when the source is not known. */
uint32_t layout_behind(const struct layout *l, uint32_t from, char bracket);
/* Whether the user wrote the whole node on one line. */
bool layout_one_line(const struct layout *l, const struct ast *node);
/* Whether `print` puts the node on the rest of the line. */
bool layout_fits(struct layout *l, void (*print)(struct layout *, const struct ast *),
                 const struct ast *node);

/* margin.c: comments behind code, aligned over neighbouring lines. */
void margin_add(struct layout *l);
void margin_flush(struct layout *l);

#endif
