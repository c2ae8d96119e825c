/* SPDX-License-Identifier: MIT
 * Brackets, bars and blocks that are never closed: told at what opened them. */
#include "syntax/mistake.h"

static void tell_unclosed(struct parser *p, const struct lex_open *open)
{
    const struct token *opener = &p->lex.tokens.items[open->at];
    struct span where = parser_span(p, opener);
    const char *sign = token_info(opener->kind)->spelling;
    bool bar = opener->kind == TOKEN_BAR;
    struct diagnostic *item = parser_format(p, bar ? CODE_BARS : CODE_UNCLOSED_BRACKET,
                                            where, "this `%s` is never closed", sign);
    const char *closer = opener->kind == TOKEN_LPAREN     ? ")"
                         : opener->kind == TOKEN_LBRACKET ? "]"
                         : bar                            ? "|"
                                                          : "}";
    diagnostic_help(p->parse->diagnostics, item, "write the `%s` that belongs to it",
                    closer);
}

/* A clause begins within a bracket of its solve. */
static bool clause_inside(const struct situation *s)
{
    enum token_kind kind = s->tokens[s->at].kind;
    return s->solve && s->inside != NULL && s->inside->kind != TOKEN_LBRACE &&
           s->inside->at > s->first &&
           (kind == TOKEN_OVER || kind == TOKEN_BY || kind == TOKEN_UNTIL ||
            kind == TOKEN_SUBJECT || kind == TOKEN_FROM);
}

/* At the text's end and at a clause the innermost that is open; a bar also at the end of
 * its line, and where its bracket is closed. */
bool mistake_tell_open(struct parser *p, const struct situation *s)
{
    enum token_kind kind = s->tokens[s->at].kind;
    size_t line = 0;
    const struct lex_open *open = parser_unclosed(p, &line);
    bool ends = kind == TOKEN_NEWLINE || kind == TOKEN_SEMI || kind == TOKEN_END ||
                kind == TOKEN_LBRACE || kind == TOKEN_RPAREN || kind == TOKEN_RBRACKET ||
                kind == TOKEN_COMMA || kind == TOKEN_ROW || kind == TOKEN_RBRACE;
    if (open == NULL && kind == TOKEN_END)
        open = s->inside;
    if (open == NULL && kind == TOKEN_RBRACE && p->lex.closes)
        open = lex_bracket(&p->lex);
    if (open == NULL && ends && s->inside != NULL && s->inside->kind == TOKEN_BAR)
        open = s->inside;
    if (open == NULL && clause_inside(s))
        open = s->inside;
    if (open == NULL)
        return false;
    tell_unclosed(p, open);
    return true;
}
