/* SPDX-License-Identifier: MIT
 * Signs of other languages: told from their row in token.def, or from a row of mistakes
 * where the surroundings say more, with the edit that puts them right. */
#include "syntax/mistake.h"

/* The sign of ASCII that a full-width character stands for is 0xFEE0 below it. */
static void put_narrow(struct parser *p, const struct token *token, struct text *out)
{
    enum { WIDE_DISTANCE = 0xFEE0 };
    const char *text = p->source->text;
    for (size_t i = token->begin; i < token->end;) {
        uint32_t c = 0;
        i += utf8_decode(text + i, token->end - i, &c);
        text_putc(out, (char)(c > WIDE_DISTANCE ? c - WIDE_DISTANCE : c));
    }
}

/* What stands between the quotes, in straight ones. */
static void put_straight(struct parser *p, const struct token *token, struct text *out)
{
    const char *text = p->source->text;
    uint32_t c = 0;
    size_t begin = token->begin + utf8_decode(text + token->begin, 4, &c);
    size_t end = token->end - 1;
    while (((unsigned char)text[end] & 0xC0) == 0x80)
        end--;
    text_putc(out, '"');
    text_put(out, text + begin, end - begin);
    text_putc(out, '"');
}

/* The sign goes to the end of the line above. */
static void mend_line(struct parser *p, const struct token *token,
                      struct diagnostic *item)
{
    struct diagnostics *list = p->parse->diagnostics;
    const struct lex *lex = &p->lex;
    const struct token *above = &lex->tokens.items[lex_before(lex, lex->at)];
    const char *sign = token->kind == TOKEN_PLUS ? " +" : " -";
    struct span where = parser_span(p, token);
    while (p->source->text[where.end] == ' ')
        where.end++;
    diagnostic_edit(list, item, span_after(parser_span(p, above)), sign);
    diagnostic_edit(list, item, where, "");
}

static void mend_wrong(struct parser *p, const struct token *token,
                       struct diagnostic *item)
{
    const char *replacement = token_wrong_info(token->wrong)->replacement;
    struct text plain;
    text_init(&plain, p->arena);
    if (token->wrong == TOKEN_WRONG_WIDE_SIGN)
        put_narrow(p, token, &plain);
    if (token->wrong == TOKEN_WRONG_SINGLE_QUOTES ||
        token->wrong == TOKEN_WRONG_SMART_QUOTES)
        put_straight(p, token, &plain);
    if (plain.length > 0)
        replacement = text_string(&plain);
    if (token->wrong == TOKEN_WRONG_LEADING_SIGN)
        mend_line(p, token, item);
    else if (replacement != NULL)
        diagnostic_edit(p->parse->diagnostics, item, parser_span(p, token), replacement);
}

/* A character that cannot be seen is told by its number. */
static void tell_character(struct parser *p, const struct token *token)
{
    uint32_t c = 0;
    struct span where = parser_span(p, token);
    (void)utf8_decode(p->source->text + token->begin, token->end - token->begin, &c);
    struct diagnostic *item =
        utf8_width(c) > 0
            ? parser_format(p, CODE_UNKNOWN_CHARACTER, where,
                            "the character `%s` does not belong to the language",
                            parser_excerpt(p, where))
            : parser_format(p, CODE_UNKNOWN_CHARACTER, where,
                            "an invisible character U+%04X", (unsigned)c);
    parser_help(p, item, "leave it out, or write it in a string or a comment");
    diagnostic_edit(p->parse->diagnostics, item, where, "");
}

void parser_wrong(struct parser *p, const struct token *token)
{
    const struct token_wrong_info *info = token_wrong_info(token->wrong);
    struct situation s = mistake_look(p);
    if (token->kind == TOKEN_WRONG && mistake_tell_row(p, &s, true))
        return;
    if (token->wrong == TOKEN_WRONG_CHARACTER) {
        tell_character(p, token);
        return;
    }
    struct diagnostic *item = parser_tell(p, info->code, parser_span(p, token),
                                          mistake_fill(p, &s, info->message));
    parser_help(p, item, info->help == NULL ? NULL : mistake_fill(p, &s, info->help));
    if (info->help != NULL)
        mend_wrong(p, token, item);
}
