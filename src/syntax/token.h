/* SPDX-License-Identifier: MIT
 * token.h - the tokens, from the table token.def. */
#ifndef SYNTAX_TOKEN_H
#define SYNTAX_TOKEN_H

#include "source/diagnostic.h"

enum token_kind {
#define TOKEN(id, spelling, class, traits) TOKEN_##id,
#include "syntax/token.def"
#undef TOKEN
    TOKEN_COUNT
};

enum token_class {
    TOKEN_CLASS_SIGN,
    TOKEN_CLASS_RESERVED,
    TOKEN_CLASS_STATEMENT,
    TOKEN_CLASS_FOLLOWING
};

enum token_trait {
    TOKEN_ENDS = 1,   /* ends a value */
    TOKEN_BEGINS = 2, /* begins a value */
    TOKEN_NEEDS = 4,  /* needs something to its right */
    TOKEN_LEADS = 8   /* at the beginning of a line: goes on with the line above */
};

/* What other languages write; 0 is right text. */
enum token_wrong {
    TOKEN_RIGHT,
#define WRONG(id, kind, text, code, message, help) TOKEN_WRONG_##id,
#include "syntax/token.def"
#undef WRONG
    TOKEN_WRONG_COUNT
};

struct token {
    uint32_t begin, end; /* bytes of the source */
    uint8_t kind;        /* enum token_kind */
    uint8_t word;  /* of CMP: enum ast_operator; of IDENT: the kind it was as a word */
    uint8_t wrong; /* enum token_wrong */
};

struct token_info {
    const char *id, *spelling;
    enum token_class class;
    unsigned traits;
};
struct token_wrong_info {
    enum token_kind kind;    /* what it stands for */
    const char *replacement; /* the right text, NULL where it is not certain */
    enum code code;
    const char *message, *help;
};

const struct token_info *token_info(enum token_kind kind);
const struct token_wrong_info *token_wrong_info(enum token_wrong wrong);
/* The kind of a word: a keyword of any class, or TOKEN_IDENT. */
enum token_kind token_word(const char *text, size_t length);
bool token_has(enum token_kind kind, enum token_trait trait);
bool token_is_word(enum token_kind kind); /* a keyword of any class, or a name */

#endif
