/* SPDX-License-Identifier: MIT
 * Errors of the text go through here, so that the outcome is known. */
#include "syntax/parser.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct diagnostic *parser_tell(struct parser *p, enum code code, struct span where,
                               const char *text)
{
    p->told++;
    p->wrong = true;
    return diagnostic_add(p->parse->diagnostics, code, where, "%s", text);
}

void parser_mark(struct parser *p)
{
    p->mark.count = p->parse->diagnostics->count;
    p->mark.errors = p->parse->diagnostics->errors;
    p->mark.told = p->told;
    p->mark.wrong = p->wrong;
}

void parser_untell(struct parser *p)
{
    p->parse->diagnostics->count = p->mark.count;
    p->parse->diagnostics->errors = p->mark.errors;
    p->told = p->mark.told;
    p->wrong = p->mark.wrong;
}

struct diagnostic *parser_format(struct parser *p, enum code code, struct span where,
                                 const char *format, ...)
{
    va_list arguments;
    char line[256];
    va_start(arguments, format);
    (void)vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    return parser_tell(p, code, where, line);
}

void parser_help(struct parser *p, struct diagnostic *item, const char *text)
{
    if (text != NULL)
        diagnostic_help(p->parse->diagnostics, item, "%s", text);
}

const char *parser_excerpt(struct parser *p, struct span where)
{
    enum { LONGEST = 40, SHOWN = 37 };
    const char *text = p->source->text;
    size_t end = where.end, length = where.end - where.begin;
    bool line = memchr(text + where.begin, '\n', length) != NULL;
    if (line)
        end = (size_t)((const char *)memchr(text + where.begin, '\n', length) - text);
    bool cut = end - where.begin > LONGEST;
    if (cut)
        end = where.begin + SHOWN;
    while (cut && end > where.begin && ((unsigned char)text[end] & 0xC0) == 0x80)
        end--;
    struct text excerpt;
    text_init(&excerpt, p->arena);
    text_put(&excerpt, text + where.begin, end - where.begin);
    if (cut || line)
        text_puts(&excerpt, " ...");
    return text_string(&excerpt);
}

void parser_twice(struct parser *p, struct span first, struct span second)
{
    const char *name = parser_excerpt(p, second);
    struct diagnostic *item =
        parser_format(p, CODE_CLAUSE_TWICE, second, "`%s` stands twice", name);
    diagnostic_label(p->parse->diagnostics, item, first, "here already");
    parser_help(p, item, "keep one of them");
}

void parser_too_deep(struct parser *p, struct span where)
{
    if (p->deep)
        return;
    p->deep = true;
    struct diagnostic *item =
        parser_format(p, CODE_TOO_DEEP, where, "nested more than %d deep", AST_DEEPEST);
    parser_help(p, item, "give parts of it names of their own");
}

void parser_overflow(struct parser *p)
{
    p->overflow = true;
    parser_too_deep(p, parser_span(p, &p->lex.tokens.items[p->lex.at]));
}
