/* SPDX-License-Identifier: MIT
 * draw.h - how one line of a script is shown with marks below it; inside of source/. */
#ifndef SOURCE_DRAW_H
#define SOURCE_DRAW_H

#include "source/diagnostic.h"

/* Where a message is drawn to. */
struct pen {
    struct text *out;
    struct drawing drawing;
    size_t digits; /* of the greatest line number: the gutter's width */
};

/* A part of a line with a sign below it. */
struct mark {
    size_t line;       /* from 1 */
    size_t begin, end; /* bytes in the line */
    const char *text;  /* said beside the sign; NULL for none */
    char sign;         /* '^', '-', '~', '+' */
    const char *style;
    /* filled when the line is drawn: columns from 0, and the row of signs */
    size_t column, stop, row;
};

/* Past MARKS_MOST marks are left out. */
enum { MARKS_MOST = 64 };
struct marks {
    struct mark items[MARKS_MOST];
    size_t count;
};
void draw_mark(struct marks *marks, struct mark mark);

/* The styles: what stands between ESC [ and m. */
#define STYLE_BOLD "1"
#define STYLE_RED "1;31"
#define STYLE_YELLOW "1;33"
#define STYLE_CYAN "1;36"
#define STYLE_BLUE "1;34"
#define STYLE_GREEN "1;32"

/* Puts the text in a style when the pen has colours. */
void draw_styled(const struct pen *pen, const char *style, const char *text);
/* Puts the text so that a terminal shows it and does nothing else: control characters,
 * marks of direction and broken UTF-8 become U+FFFD, tabs blanks. */
void draw_safely(struct text *out, const char *text, size_t length);
/* " 12 |"; line 0 has no number. */
void draw_gutter(const struct pen *pen, size_t line);
/* The line and the rows of signs and texts below it.  Marks are sorted by line; the
 * first that overlap stand highest. */
void draw_line(const struct pen *pen, size_t number, const char *line, size_t length,
               struct mark *marks, size_t count);

/* The span within its source, as it is shown: one that is empty behind the last text
 * (something is missing) stands right behind that text. */
struct span draw_span(const struct sources *sources, struct span span);

/* "   = note: ..."; later lines of the text stand below its first. */
void draw_remark(const struct pen *pen, const char *kind, const char *style,
                 const char *text);
/* The help, and below it the line after its edits unless the help quotes them. */
void draw_help(const struct pen *pen, const struct sources *sources,
               const struct help *help);
/* The one line that all edits of a help are in; 0 when it is not shown. */
size_t draw_edited_line(const struct sources *sources, const struct help *help);

#endif
