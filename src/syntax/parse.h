/* SPDX-License-Identifier: MIT
 * parse.h - from text to tree.
 *
 * The lexer decides which words are keywords and where statements end (language.md
 * section 1); the parser recovers at the next statement, so several mistakes are told. */
#ifndef SYNTAX_PARSE_H
#define SYNTAX_PARSE_H

#include "source/diagnostic.h"
#include "syntax/ast.h"

enum parse_outcome {
    PARSE_OK,
    PARSE_INCOMPLETE, /* right so far, but more must follow: a prompt asks for it */
    PARSE_WRONG       /* the diagnostics say where */
};

struct comment {
    struct span span; /* from # to the line's end */
    bool alone;       /* nothing but blanks before it on its line */
};

struct parse {
    /* given */
    struct arena *arena; /* tree and comments */
    struct intern *names;
    struct diagnostics *diagnostics;
    const struct sources *sources;
    /* made */
    enum parse_outcome outcome;
    struct ast *script; /* a BLOCK; statements that are wrong stand as MISTAKE */
    struct comment *comments;
    size_t comment_count, comment_capacity;
};

/* Parses the whole of a source.  Text that ends early is INCOMPLETE and, unless something
 * before it was wrong, has a diagnostic too, which a prompt does not show. */
enum parse_outcome parse_source(struct parse *parse, uint32_t source);

/* Whether a prompt should run what was typed so far, or ask for another line (language.md
 * section 1: a complete line runs; one that holds minimize, maximize or sweep and lacks
 * `over`, and what follows it, runs at a blank line). */
bool parse_wants_more(struct parse *parse, uint32_t source);

/* The tokens of a source, one a line, for goldens and for painting. */
void parse_dump_tokens(struct text *out, struct parse *parse, uint32_t source);

/* The script in the one layout (talweg fmt), comments kept.  Printing what was printed
 * gives the same bytes; parsing it gives an equal tree. */
void format_script(struct text *out, const struct parse *parse);
/* One expression or statement in the one layout, without comments. */
void format_node(struct text *out, const struct ast *node, const struct intern *names);

#endif
