/* SPDX-License-Identifier: MIT
 * The pass over the characters: the text is checked, the tokens are put in one array. */
#include "syntax/scan.h"

#include <string.h>

enum { BYTE_ORDER_MARK = 0xFEFF, BYTE_ORDER_MARK_BYTES = 3 };

static bool is_bidi(uint32_t c)
{
    return c == 0x061C || c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E) ||
           (c >= 0x2066 && c <= 0x2069);
}

static struct span place(uint32_t source, size_t begin, size_t end)
{
    struct span span = {source, (uint32_t)begin, (uint32_t)end};
    return span;
}

static bool tell_byte(struct parse *parse, uint32_t source, size_t at, unsigned char byte)
{
    struct diagnostics *list = parse->diagnostics;
    struct span where = place(source, at, at + 1);
    struct diagnostic *item;
    if (byte == 0) {
        item = diagnostic_add(list, CODE_NUL_CHARACTER, where, "a NUL byte in the text");
        diagnostic_help(list, item, "a script is plain text: save it again as UTF-8");
    } else {
        item = diagnostic_add(list, CODE_NOT_UTF8, where,
                              "the byte 0x%02X is not UTF-8 text", byte);
        diagnostic_help(list, item, "save the file as UTF-8");
    }
    return false;
}

static void tell_bidi(struct parse *parse, struct span where, uint32_t c)
{
    struct diagnostic *item = diagnostic_add(
        parse->diagnostics, CODE_BIDI_CONTROL, where,
        "an invisible control character U+%04X turns the direction of the text",
        (unsigned)c);
    diagnostic_help(parse->diagnostics, item,
                    "delete it: the script may read otherwise "
                    "than it runs");
    diagnostic_edit(parse->diagnostics, item, where, "");
}

bool scan_check(struct parse *parse, uint32_t source)
{
    enum { BIDI_TOLD = 10 }; /* of a text full of them, the first are enough */
    const struct source *text = sources_get(parse->sources, source);
    size_t told = 0;
    for (size_t i = 0; i < text->length;) {
        unsigned char byte = (unsigned char)text->text[i];
        if (byte != 0 && byte < 0x80) {
            i++;
            continue;
        }
        uint32_t c = 0;
        size_t step = byte == 0 ? 0 : utf8_decode(text->text + i, text->length - i, &c);
        if (step == 0)
            return tell_byte(parse, source, i, byte);
        if (is_bidi(c) && told++ < BIDI_TOLD)
            tell_bidi(parse, place(source, i, i + step), c);
        i += step;
    }
    return true;
}

static void add_comment(struct parse *parse, uint32_t source, const char *text,
                        const struct lexer *lexer)
{
    size_t begin = (size_t)((const char *)lexer->begin - text);
    size_t end = (size_t)((const char *)lexer->cursor - text), blank = begin;
    if (end > begin && text[end - 1] == '\r')
        end--;
    while (blank > 0 && (text[blank - 1] == ' ' || text[blank - 1] == '\t'))
        blank--;
    if (parse->comment_count == parse->comment_capacity)
        parse->comments = arena_grow(parse->arena, parse->comments, parse->comment_count,
                                     &parse->comment_capacity, sizeof *parse->comments);
    struct comment comment = {place(source, begin, end),
                              blank == 0 || text[blank - 1] == '\n'};
    parse->comments[parse->comment_count++] = comment;
}

static void add_token(struct parse *parse, struct tokens *tokens, struct token token)
{
    if (tokens->count == tokens->capacity)
        tokens->items = arena_grow(parse->arena, tokens->items, tokens->count,
                                   &tokens->capacity, sizeof *tokens->items);
    tokens->items[tokens->count++] = token;
}

static bool is_glued(const struct lexer *lexer, const struct tokens *tokens,
                     const char *text)
{
    if (tokens->count == 0)
        return false;
    const struct token *before = &tokens->items[tokens->count - 1];
    return before->end == (size_t)((const char *)lexer->begin - text) &&
           (token_has(before->kind, TOKEN_ENDS) || before->kind == TOKEN_BAR ||
            token_is_word(before->kind));
}

/* A quote that does not stand directly behind a value is no prime: it begins a string in
 * single quotes when another one ends it on the line. */
static void read_quote(struct lexer *lexer, const struct tokens *tokens, const char *text)
{
    bool straight = *lexer->begin == '\'';
    if (is_glued(lexer, tokens, text) || (!straight && lexer->wrong == TOKEN_RIGHT))
        return;
    const unsigned char *end = lexer->cursor;
    if (straight)
        while (*end != '\'' && *end != '\n' && *end != '\r' && *end != 0)
            end++;
    bool closed = straight && *end == '\'';
    lexer->wrong = closed ? TOKEN_WRONG_SINGLE_QUOTES : TOKEN_WRONG_LONE_QUOTE;
    lexer->kind = token_wrong_info(lexer->wrong)->kind;
    if (closed)
        lexer->cursor = end + 1;
}

static struct token make_token(const struct lexer *lexer, const char *text)
{
    struct token token = {.begin = (uint32_t)((const char *)lexer->begin - text),
                          .end = (uint32_t)((const char *)lexer->cursor - text),
                          .kind = (uint8_t)lexer->kind,
                          .word = (uint8_t)lexer->word,
                          .wrong = (uint8_t)lexer->wrong};
    if (token.kind == TOKEN_IDENT)
        token.kind =
            (uint8_t)token_word((const char *)lexer->begin, token.end - token.begin);
    return token;
}

/* False at the end.  Blank lines are no tokens; the last line always has its end. */
static bool take_token(struct parse *parse, struct tokens *tokens, struct lexer *lexer,
                       const char *text)
{
    if (lexer->kind == TOKEN_PRIME)
        read_quote(lexer, tokens, text);
    struct token token = make_token(lexer, text);
    struct token newline = {.begin = token.begin, .end = token.begin};
    newline.kind = TOKEN_NEWLINE;
    bool fresh =
        tokens->count == 0 || tokens->items[tokens->count - 1].kind == TOKEN_NEWLINE;
    if (token.kind == TOKEN_END && (tokens->count == 0 || !fresh))
        add_token(parse, tokens, newline);
    if (token.kind != TOKEN_NEWLINE || !fresh)
        add_token(parse, tokens, token);
    return token.kind != TOKEN_END;
}

void scan_source(struct parse *parse, uint32_t source, struct tokens *tokens)
{
    const struct source *from = sources_get(parse->sources, source);
    const char *text = from->text;
    struct lexer lexer = {.cursor = (const unsigned char *)text};
    uint32_t first = 0;
    *tokens = (struct tokens){0};
    if (from->length >= BYTE_ORDER_MARK_BYTES &&
        utf8_decode(text, from->length, &first) != 0 && first == BYTE_ORDER_MARK)
        lexer.cursor += BYTE_ORDER_MARK_BYTES;
    bool more = true;
    while (more) {
        if (lexer_next(&lexer) == SCANNED_COMMENT)
            add_comment(parse, source, text, &lexer);
        else
            more = take_token(parse, tokens, &lexer, text);
    }
}
