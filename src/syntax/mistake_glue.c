/* SPDX-License-Identifier: MIT
 * A coefficient behind `/` or `^` could be read in two ways; the message shows both, with
 * the user's own operands. */
#include "syntax/mistake.h"

/* First token of the operand that ends at `i`: a name, a number, brackets with what they
 * are applied to. */
static size_t operand_begin(const struct situation *s, size_t i)
{
    size_t depth = 0;
    for (;; i--) {
        enum token_kind kind = s->tokens[i].kind;
        if (kind == TOKEN_RPAREN || kind == TOKEN_RBRACKET)
            depth++;
        else if (kind == TOKEN_LPAREN || kind == TOKEN_LBRACKET)
            depth -= depth > 0;
        enum token_kind before = i > s->first ? s->tokens[i - 1].kind : TOKEN_NEWLINE;
        bool chained = kind == TOKEN_LPAREN || kind == TOKEN_LBRACKET ||
                       kind == TOKEN_PRIME || kind == TOKEN_DOT || before == TOKEN_DOT;
        if (i == s->first || (depth == 0 && !(chained && (token_has(before, TOKEN_ENDS) ||
                                                          before == TOKEN_DOT))))
            return i;
    }
}

/* Last token of the operand that begins at `i`; with its power. */
static size_t operand_end(const struct situation *s, size_t i)
{
    size_t depth = 0, last = i;
    for (;; i++) {
        enum token_kind kind = s->tokens[i].kind;
        if (kind == TOKEN_NEWLINE || kind == TOKEN_SEMI || kind == TOKEN_END)
            return last;
        if (kind == TOKEN_LPAREN || kind == TOKEN_LBRACKET)
            depth++;
        if ((kind == TOKEN_RPAREN || kind == TOKEN_RBRACKET) && depth > 0)
            depth--;
        last = i;
        enum token_kind next = s->tokens[i + 1].kind;
        bool chained = next == TOKEN_LPAREN || next == TOKEN_LBRACKET ||
                       next == TOKEN_PRIME || next == TOKEN_DOT || next == TOKEN_POW ||
                       next == TOKEN_SUPERSCRIPT || kind == TOKEN_POW ||
                       kind == TOKEN_DOT || kind == TOKEN_ROOT || kind == TOKEN_NABLA;
        if (depth == 0 && !chained)
            return last;
    }
}

static const char *excerpt(struct parser *p, const struct situation *s, size_t first,
                           size_t last)
{
    return parser_excerpt(p, span_join(parser_span(p, &s->tokens[first]),
                                       parser_span(p, &s->tokens[last])));
}

/* `sin^2(x)`: what is meant is most often the power of the call. */
static void help_call(struct parser *p, const struct situation *s,
                      struct diagnostic *item, size_t end)
{
    if (s->tokens[s->before].kind != TOKEN_POW ||
        s->tokens[s->third].kind != TOKEN_IDENT ||
        s->tokens[s->at + 1].kind != TOKEN_LPAREN)
        return;
    diagnostic_help(p->parse->diagnostics, item,
                    "the power of a call is written `%s%s^%s`",
                    excerpt(p, s, s->third, s->third), excerpt(p, s, s->at + 1, end),
                    excerpt(p, s, s->at, s->at));
}

bool mistake_tell_glue(struct parser *p, const struct situation *s)
{
    if (s->tokens[s->at].kind != TOKEN_COEFF)
        return false;
    size_t sign = s->before;
    while (s->tokens[sign].kind == TOKEN_MINUS || s->tokens[sign].kind == TOKEN_PLUS)
        sign = lex_before(&p->lex, sign);
    enum token_kind kind = s->tokens[sign].kind;
    if (kind != TOKEN_SLASH && kind != TOKEN_POW && kind != TOKEN_ROOT)
        return false;
    size_t begin =
        kind == TOKEN_ROOT ? sign : operand_begin(s, lex_before(&p->lex, sign));
    size_t end = operand_end(s, s->at + 1);
    struct span where =
        span_join(parser_span(p, &s->tokens[begin]), parser_span(p, &s->tokens[end]));
    struct diagnostic *item =
        parser_format(p, CODE_GLUED_PRODUCT, where, "`%s` can be read in two ways",
                      parser_excerpt(p, where));
    const char *left = excerpt(p, s, begin, s->before);
    const char *number = excerpt(p, s, s->at, s->at);
    const char *right = excerpt(p, s, s->at + 1, end);
    diagnostic_help(p->parse->diagnostics, item, "write `%s%s*%s` or `%s(%s*%s)`", left,
                    number, right, left, number, right);
    help_call(p, s, item, end);
    return true;
}
