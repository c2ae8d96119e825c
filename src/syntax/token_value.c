/* SPDX-License-Identifier: MIT
 * What numbers, strings and names stand for.  Names are compared after NFC (Unicode
 * Standard Annex 15), with the twin letters that keyboards mix up made one. */
#include "syntax/parser.h"

#include <math.h>
#include <string.h>
#include <utf8proc.h>

static bool is_ascii(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)text[i] >= 0x80)
            return false;
    return true;
}

static uint32_t twin(uint32_t c)
{
    switch (c) {
    case 0xB5: /* micro sign */
        return 0x3BC;
    case 0x3F5: /* lunate epsilon */
        return 0x3B5;
    case 0x3D5: /* phi symbol */
        return 0x3C6;
    default:
        return c;
    }
}

/* utf8proc works in place here, so that all memory is the arena's. */
static name_id normal_name(struct parser *p, const char *text, size_t length)
{
    const utf8proc_option_t options = UTF8PROC_STABLE | UTF8PROC_COMPOSE;
    const utf8proc_uint8_t *bytes = (const utf8proc_uint8_t *)text;
    utf8proc_ssize_t wanted =
        utf8proc_decompose(bytes, (utf8proc_ssize_t)length, NULL, 0, options);
    if (wanted < 0)
        return intern_name(p->parse->names, text, length);
    utf8proc_int32_t *buffer =
        ARENA_ARRAY(p->arena, (size_t)wanted + 1, utf8proc_int32_t);
    wanted = utf8proc_decompose(bytes, (utf8proc_ssize_t)length, buffer, wanted, options);
    for (utf8proc_ssize_t i = 0; i < wanted; i++)
        buffer[i] = (utf8proc_int32_t)twin((uint32_t)buffer[i]);
    utf8proc_ssize_t bytes_made = utf8proc_reencode(buffer, wanted, options);
    if (bytes_made < 0)
        return intern_name(p->parse->names, text, length);
    return intern_name(p->parse->names, (const char *)buffer, (size_t)bytes_made);
}

name_id parser_name(struct parser *p, const struct token *token)
{
    const char *text = p->source->text + token->begin;
    size_t length = token->end - token->begin;
    if (is_ascii(text, length))
        return intern_name(p->parse->names, text, length);
    static const struct {
        const char *sign, *name;
    } CONSTANTS[] = {{"\u03c0", "pi"}, {"\u221e", "inf"}};
    for (size_t i = 0; i < sizeof CONSTANTS / sizeof *CONSTANTS; i++)
        if (strlen(CONSTANTS[i].sign) == length &&
            memcmp(CONSTANTS[i].sign, text, length) == 0)
            return intern_string(p->parse->names, CONSTANTS[i].name);
    return normal_name(p, text, length);
}

struct ast *ast_name(struct parser *p, const struct token *token)
{
    struct ast *node = ast_leaf(p, AST_NAME, token);
    node->name = parser_name(p, token);
    return node;
}

struct ast *ast_nabla(struct parser *p, const struct token *sign,
                      const struct token *name)
{
    struct ast *node = ast_leaf(p, AST_NABLA, sign);
    node->name = parser_name(p, name);
    node->at = parser_span(p, name);
    node->span = span_join(node->span, node->at);
    return node;
}

/* Up to 15 digits are exact as they are, and most numbers are that. */
static bool short_integer(const char *text, size_t length, double *value)
{
    enum { EXACT_DIGITS = 15 };
    uint64_t sum = 0;
    if (length > EXACT_DIGITS)
        return false;
    for (size_t i = 0; i < length; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        sum = 10 * sum + (uint64_t)(text[i] - '0');
    }
    *value = (double)sum;
    return true;
}

/* The minus of typed mathematics in an exponent becomes a plain one. */
static const char *plain_number(struct parser *p, const char *text, size_t *length)
{
    struct text plain;
    text_init(&plain, p->arena);
    for (size_t i = 0; i < *length;) {
        uint32_t c = 0;
        size_t step = utf8_decode(text + i, *length - i, &c);
        text_putc(&plain, step == 1 ? text[i] : '-');
        i += step == 0 ? 1 : step;
    }
    *length = plain.length;
    return text_string(&plain);
}

struct ast *ast_number(struct parser *p, const struct token *token)
{
    struct ast *node = ast_leaf(p, AST_NUMBER, token);
    const char *text = p->source->text + token->begin;
    size_t length = token->end - token->begin;
    node->text = text;
    node->text_length = length;
    if (token->wrong != TOKEN_RIGHT || short_integer(text, length, &node->number))
        return node;
    if (!is_ascii(text, length))
        text = plain_number(p, text, &length);
    (void)number_parse(text, length, &node->number);
    if (isinf(node->number)) {
        struct diagnostic *item = parser_tell(
            p, CODE_NUMBER_TOO_LARGE, node->span,
            "this number is larger than any that can be computed with, about 1.8e308");
        parser_help(p, item, "write `inf` for infinity");
    }
    return node;
}

/* UTF-8 of the character; nothing when it is none. */
static void put_character(struct text *out, uint32_t c)
{
    utf8proc_uint8_t bytes[4];
    utf8proc_ssize_t length = utf8proc_encode_char((utf8proc_int32_t)c, bytes);
    if (length > 0)
        text_put(out, (const char *)bytes, (size_t)length);
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* `{3b7}` behind \u; its length, 0 when it is not the number of a character. */
static size_t read_code(const char *text, size_t length, uint32_t *c)
{
    enum { DIGITS = 6 };
    size_t i = 1;
    *c = 0;
    if (length == 0 || text[0] != '{')
        return 0;
    while (i < length && i <= DIGITS && hex_digit(text[i]) >= 0)
        *c = 16 * *c + (uint32_t)hex_digit(text[i++]);
    bool closed = i > 1 && i < length && text[i] == '}';
    return closed && *c != 0 && utf8proc_codepoint_valid((utf8proc_int32_t)*c) ? i + 1
                                                                               : 0;
}

/* The escape at `text`, behind its backslash; its length, 0 when there is none such. */
static size_t read_escape(struct text *out, const char *text, size_t length)
{
    static const char LETTERS[] = "nt\"\\", MEANINGS[] = "\n\t\"\\";
    const char *found = text[0] == '\0' ? NULL : strchr(LETTERS, text[0]);
    if (found != NULL) {
        text_putc(out, MEANINGS[found - LETTERS]);
        return 1;
    }
    uint32_t c = 0;
    size_t used = text[0] == 'u' ? read_code(text + 1, length - 1, &c) : 0;
    if (used > 0)
        put_character(out, c);
    return used > 0 ? used + 1 : 0;
}

static void tell_escape(struct parser *p, size_t at)
{
    uint32_t c = 0;
    size_t step = utf8_decode(p->source->text + at + 1, 4, &c);
    struct span where = {p->number, (uint32_t)at, (uint32_t)(at + 1 + step)};
    struct diagnostic *item =
        parser_tell(p, CODE_BAD_ESCAPE, where, "no such escape in a string");
    parser_help(p, item, "the escapes are `\\n`, `\\t`, `\\\"`, `\\\\` and `\\u{3b7}`");
}

static void decode(struct parser *p, struct text *out, size_t begin, size_t end)
{
    const char *text = p->source->text;
    size_t plain = begin;
    for (size_t i = begin; i < end;) {
        if (text[i] != '\\') {
            i++;
            continue;
        }
        text_put(out, text + plain, i - plain);
        size_t used = read_escape(out, text + i + 1, end - i - 1);
        if (used == 0)
            tell_escape(p, i);
        i += 1 + (used == 0 ? 1 : used);
        plain = i;
    }
    text_put(out, text + plain, end - plain);
}

struct ast *ast_string(struct parser *p, const struct token *token)
{
    struct ast *node = ast_leaf(p, AST_STRING, token);
    struct text content;
    text_init(&content, p->arena);
    if (token->wrong == TOKEN_RIGHT)
        decode(p, &content, token->begin + 1, token->end - 1);
    node->text = text_string(&content);
    node->text_length = content.length;
    return node;
}
