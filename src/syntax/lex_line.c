/* SPDX-License-Identifier: MIT
 * A statement goes on where it is not complete, and where the next line begins with
 * something that no statement begins with.  So clauses may stand on lines of their own
 * without any mark of continuation. */
#include "syntax/lex_line.h"

/* `(names) =` behind the name at `at`. */
static bool defines_function(const struct lex *lex, size_t at)
{
    const struct token *token = &lex->tokens.items[at + 1];
    if (token->kind != TOKEN_LPAREN)
        return false;
    while (token[1].kind == TOKEN_COMMA || token_is_word(token[1].kind))
        token++;
    return token[1].kind == TOKEN_RPAREN && token[2].kind == TOKEN_ASSIGN;
}

bool lex_defines(const struct lex *lex, size_t at)
{
    enum token_kind next = lex->tokens.items[at + 1].kind;
    return next == TOKEN_ASSIGN || next == TOKEN_DOT || defines_function(lex, at);
}

static bool continues(const struct lex *lex, size_t at)
{
    enum token_kind kind = lex->tokens.items[at].kind;
    if (token_info(kind)->class == TOKEN_CLASS_FOLLOWING) {
        enum token_kind next = lex->tokens.items[at + 1].kind;
        return next != TOKEN_NEWLINE && next != TOKEN_SEMI && !lex_defines(lex, at);
    }
    if (kind == TOKEN_MINIMIZE || kind == TOKEN_MAXIMIZE || kind == TOKEN_SWEEP)
        return lex->sweeping;
    return token_has(kind, TOKEN_LEADS);
}

bool lex_line_ends(struct lex *lex)
{
    struct token *next = &lex->tokens.items[lex->next + 1];
    if (lex->empty || lex->brackets > 0 || token_has(lex->before, TOKEN_NEEDS))
        return false;
    if (lex->before == TOKEN_RBRACE)
        return next->kind != TOKEN_ELSE;
    if (next->kind == TOKEN_PLUS || next->kind == TOKEN_MINUS) {
        next->wrong = TOKEN_WRONG_LEADING_SIGN;
        return false;
    }
    return !continues(lex, lex->next + 1);
}
