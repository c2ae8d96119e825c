/* SPDX-License-Identifier: MIT
 * diagnostic.h - what went wrong, where, and how to mend it: the one type for errors,
 * warnings and notes; drawn for people, written as JSON for machines.
 *
 * A message stands alone, is lower case, without a full stop, in the user's words.  A
 * help is a statement, never a question.  Codes stand once, in codes.def. */
#ifndef SOURCE_DIAGNOSTIC_H
#define SOURCE_DIAGNOSTIC_H

#include "base/text.h"
#include "source/source.h"

enum severity { SEVERITY_ERROR, SEVERITY_WARNING, SEVERITY_NOTE };

enum code {
#define CODE(id, code, title, wrong, mended, explanation) CODE_##id,
#include "source/codes.def"
#undef CODE
    CODE_COUNT
};

/* One row of the table of codes. */
struct code_info {
    const char *id;     /* "E0102" */
    const char *title;  /* a few words */
    const char *wrong;  /* a script that gets it; NULL when a script cannot show it */
    const char *mended; /* the same script as it should be */
    const char *explanation; /* a paragraph or two */
};
const struct code_info *code_info(enum code code);
/* By "E0102", any case; false when there is none. */
bool code_find(const char *id, enum code *code);
enum severity code_severity(enum code code);
/* The page of a code: title, explanation, a script that gets it and one that does not. */
void code_page(struct text *out, enum code code);

struct label {
    struct span span;
    const char *text;
};
struct edit {
    struct span span;
    const char *text; /* what stands there afterwards */
};
struct help {
    const char *text;
    struct edit *edits;
    size_t edit_count, edit_capacity;
    bool certain; /* a program may make the edits unasked */
};

struct diagnostic {
    enum code code;
    struct span where;
    const char *message;
    const char *label; /* said at `where`; NULL for none */
    struct label *labels;
    size_t label_count, label_capacity;
    const char **notes;
    size_t note_count, note_capacity;
    struct help *helps;
    size_t help_count, help_capacity;
    size_t order; /* the how manieth that was added */
};

/* Collected diagnostics; all memory is in `arena`.  At most DIAGNOSTICS_MOST are kept: a
 * text of nothing but mistakes must not fill the memory with messages. */
struct diagnostics {
    struct arena *arena;
    struct diagnostic **items;
    size_t count, capacity;
    size_t errors;            /* of severity error, the dropped included */
    size_t dropped;           /* not kept */
    struct diagnostic *spare; /* what is handed out for one that is dropped */
};

enum { DIAGNOSTICS_MOST = 1000 };

void diagnostics_init(struct diagnostics *list, struct arena *arena);
/* Forgets all; the memory goes with the arena. */
void diagnostics_clear(struct diagnostics *list);
/* Sorts by place (stable) and drops repetitions of the same code at the same place. */
void diagnostics_sort(struct diagnostics *list);

/* Adds one; never NULL.  A message that is longer than a few lines keeps its head and its
 * tail (a name may have a million letters).  The formats of this header take no floating
 * point conversion: numbers go through text_number first. */
struct diagnostic *diagnostic_add(struct diagnostics *list, enum code code,
                                  struct span where, const char *format, ...)
    TEXT_FORMAT(4, 5);
/* What is said at the place itself. */
void diagnostic_say(struct diagnostics *list, struct diagnostic *item, const char *format,
                    ...) TEXT_FORMAT(3, 4);
/* A second place with its text. */
void diagnostic_label(struct diagnostics *list, struct diagnostic *item,
                      struct span where, const char *format, ...) TEXT_FORMAT(4, 5);
void diagnostic_note(struct diagnostics *list, struct diagnostic *item,
                     const char *format, ...) TEXT_FORMAT(3, 4);
void diagnostic_help(struct diagnostics *list, struct diagnostic *item,
                     const char *format, ...) TEXT_FORMAT(3, 4);
/* An edit that belongs to the help given last. */
void diagnostic_edit(struct diagnostics *list, struct diagnostic *item, struct span where,
                     const char *replacement);

/* Says that the edits of the help given last are right whatever was meant. */
void diagnostic_certain(struct diagnostic *item);

/* How messages are drawn for people. */
struct drawing {
    bool colour; /* ANSI colours */
    int width;   /* columns of a line of the script before it is cut; 0: 80 */
};

/* Draws one as in language.md section 7: code and message, place, the lines with the
 * spans underlined (tabs and wide characters minded), notes, helps; what a terminal could
 * obey is replaced.  Long lines are cut around the spans. */
void diagnostic_draw(struct text *out, const struct sources *sources,
                     const struct diagnostic *item, struct drawing drawing);
/* Draws a list, a blank line between two: at most DRAWN_MOST errors and as many of the
 * others, then how many more there are. */
void diagnostics_draw(struct text *out, const struct sources *sources,
                      const struct diagnostics *list, struct drawing drawing);
enum { DRAWN_MOST = 5 };
/* One JSON object without newline: event "error"|"warning"|"note", code, severity,
 * message, spans, notes, help with edits and applicability ("machine" when certain, else
 * "maybe"), rendered. */
void diagnostic_json(struct text *out, const struct sources *sources,
                     const struct diagnostic *item);

#endif
