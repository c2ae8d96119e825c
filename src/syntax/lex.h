/* SPDX-License-Identifier: MIT
 * lex.h - the tokens as the parser wants them: words decided, statements ended.
 *
 * The pass reads the array of scan.h once, forwards, and writes its decisions into it: a
 * word is a keyword or a name, a number glued to what follows is a coefficient, `;` ends
 * a statement or a row, and a newline that ends nothing is skipped (language.md section
 * 1). */
#ifndef SYNTAX_LEX_H
#define SYNTAX_LEX_H

#include "syntax/scan.h"

/* Something open: ( [ { or |. */
struct lex_open {
    uint32_t at;        /* index of its token */
    uint32_t statement; /* index of the first token of the statement it stands in */
    uint32_t brackets;  /* lex.brackets outside of it */
    uint8_t kind;
};

struct lex {
    struct arena *arena;
    struct tokens tokens;
    size_t next;      /* index of the token to be read next */
    size_t at;        /* of the token given last */
    size_t statement; /* of the first token of the current statement */
    bool empty;       /* the current statement has no token yet */
    bool ended;       /* the token given last ended its statement */
    bool closes;      /* the token given last is a } that closes a block */
    enum token_kind before;
    bool value;    /* what was given last ends a value */
    bool sweeping; /* a sweep lacks its solve */
    bool with;     /* behind `with` */
    struct lex_open *open;
    size_t depth, capacity;
    size_t brackets; /* open ( and [ since the last { */
    size_t blocks;   /* open { */
};

void lex_init(struct lex *lex, struct arena *arena, struct tokens tokens);
/* The next token; END again and again at the end. */
struct token *lex_next(struct lex *lex);
/* The innermost that is open, NULL for nothing. */
const struct lex_open *lex_innermost(const struct lex *lex);
/* The innermost open ( or [ since the last {, NULL for none. */
const struct lex_open *lex_bracket(const struct lex *lex);
/* Index of the token before / behind `at`, newlines skipped; `at` itself at the edges. */
size_t lex_before(const struct lex *lex, size_t at);
size_t lex_behind(const struct lex *lex, size_t at);
/* Whether the tokens from `at` begin a definition: `=`, `.`, `(names) =` behind a name.
 */
bool lex_defines(const struct lex *lex, size_t at);
/* For recovery: forgets all brackets and bars since the last {. */
void lex_leave_brackets(struct lex *lex);
/* For recovery: the block that is open is closed at lex->next. */
void lex_leave_block(struct lex *lex);
/* For recovery: goes on at token `at`, the first of a statement. */
void lex_restart(struct lex *lex, size_t at);

#endif
