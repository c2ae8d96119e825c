/* SPDX-License-Identifier: MIT
 * scan.h - a source as an array of tokens, without context.
 *
 * Every newline that follows something is a token; the last two are always NEWLINE, END.
 */
#ifndef SYNTAX_SCAN_H
#define SYNTAX_SCAN_H

#include "syntax/ast.h"
#include "syntax/parse.h"
#include "syntax/token.h"

/* One token at a time; grammar/lexer.re. */
struct lexer {
    const unsigned char *cursor; /* in a NUL-terminated text */
    const unsigned char *begin;  /* of the token read last; its end is the cursor */
    enum token_kind kind;
    enum token_wrong wrong;
    enum ast_operator word; /* of CMP */
};
enum scanned { SCANNED_TOKEN, SCANNED_COMMENT };

/* Reads the next token or comment; blanks are skipped.  At the end it is END again. */
enum scanned lexer_next(struct lexer *lexer);

struct tokens {
    struct token *items;
    size_t count, capacity;
};

/* Tells what no text may contain: bytes that are not UTF-8, NUL, bidirectional controls.
 * False when the rest cannot be read. */
bool scan_check(struct parse *parse, uint32_t source);
/* All tokens of the source, in parse->arena; its comments go to the parse. */
void scan_source(struct parse *parse, uint32_t source, struct tokens *tokens);

#endif
