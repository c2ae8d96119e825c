/* SPDX-License-Identifier: MIT
 * After an error the rest of the statement is skipped, so that one mistake is told once.
 *
 * The statement ends where it would have ended; a block that belongs to it is read for
 * its own mistakes.  A bracket that is open may span lines: it is followed to its end,
 * unless a line in between begins a statement, which means that the bracket was never
 * closed. */
#include "syntax/parser.h"

enum { LOOK_AHEAD = 10000 }; /* tokens; further away no bracket is taken for closed */

/* `name =`, `f(x) =`, or a word that only begins statements; a word that was taken for a
 * name is looked at as it was. */
static bool begins_statement(const struct lex *lex, size_t at)
{
    const struct token *token = &lex->tokens.items[at];
    bool name = token->kind == TOKEN_IDENT && token->word != 0;
    enum token_kind kind = name ? token->word : token->kind, next = token[1].kind;
    bool definition = lex_defines(lex, at) && next != TOKEN_DOT;
    if (kind == TOKEN_MINIMIZE || kind == TOKEN_MAXIMIZE || kind == TOKEN_WHILE)
        return true;
    if (token_info(kind)->class == TOKEN_CLASS_STATEMENT)
        return definition || token_has(next, TOKEN_BEGINS);
    return definition && (kind == TOKEN_IDENT || name);
}

/* The token behind the bracket that closes the `depth` open ones, 0 when there is none.
 * A line that begins a statement is passed only with `through`.  *budget tokens are read
 * at most, in all the searches that share it. */
static size_t find_close(const struct lex *lex, size_t at, size_t depth, bool through,
                         size_t *budget)
{
    size_t open = depth;
    for (size_t i = at; *budget > 0 && i < lex->tokens.count; i++, --*budget) {
        enum token_kind kind = lex->tokens.items[i].kind;
        if (kind == TOKEN_LPAREN || kind == TOKEN_LBRACKET)
            open++;
        if ((kind == TOKEN_RPAREN || kind == TOKEN_RBRACKET) && --open == 0)
            return i + 1;
        bool block = kind == TOKEN_LBRACE || kind == TOKEN_RBRACE || kind == TOKEN_END;
        if (block || (kind == TOKEN_NEWLINE && !through && begins_statement(lex, i + 1)))
            return 0;
    }
    return 0;
}

/* First token of the line of `at`. */
static size_t line_begin(const struct lex *lex, size_t at)
{
    size_t i = at;
    while (i > 0 && lex->tokens.items[i - 1].kind != TOKEN_NEWLINE)
        i--;
    return i;
}

const struct lex_open *parser_unclosed(const struct parser *p, size_t *line)
{
    const struct lex *lex = &p->lex;
    const struct lex_open *open = lex_bracket(lex);
    if (open == NULL)
        return NULL;
    *line = line_begin(lex, lex->at);
    if (*line <= open->at || lex->tokens.items[lex->at].kind == TOKEN_END)
        return NULL;
    size_t budget = LOOK_AHEAD;
    if (!begins_statement(lex, *line) ||
        find_close(lex, *line, lex->brackets, true, &budget) != 0)
        return NULL;
    return open;
}

/* Behind the brackets when they close, else at the end of the line. */
static void leave_brackets(struct parser *p, size_t *budget)
{
    struct lex *lex = &p->lex;
    if (lex->brackets == 0)
        return;
    size_t close = find_close(lex, lex->next, lex->brackets, false, budget);
    lex_leave_brackets(lex);
    if (close > 0) {
        lex->next = close;
        lex->before = lex->tokens.items[close - 1].kind;
        return;
    }
    while (lex->tokens.items[lex->next].kind != TOKEN_NEWLINE &&
           lex->tokens.items[lex->next].kind != TOKEN_END)
        lex->next++;
    lex->before = TOKEN_RBRACKET;
}

static bool has_block(const struct parser *p, size_t first)
{
    return parser_in_words(p, &p->lex.tokens.items[first],
                           "for while if def function elif else");
}

/* Passes `{ ... }` that no statement owns; to the last newline when it is never closed.
 */
static void skip_braces(struct parser *p)
{
    struct lex *lex = &p->lex;
    size_t open = 1;
    for (; open > 0 && lex->next + 2 < lex->tokens.count; lex->next++) {
        enum token_kind kind = lex->tokens.items[lex->next].kind;
        open += kind == TOKEN_LBRACE;
        open -= kind == TOKEN_RBRACE;
    }
    lex_leave_block(lex);
}

/* Bytes before the token on its line. */
static size_t indent_of(const struct parser *p, const struct token *token)
{
    size_t begin = token->begin;
    while (begin > 0 && p->source->text[begin - 1] != '\n')
        begin--;
    return token->begin - begin;
}

/* Goes on at token `at`, the first of a line; what is passed belongs to the mistake. */
static void skip_lines(struct parser *p, size_t at)
{
    p->skipped = p->lex.tokens.items[at - 1].begin;
    lex_restart(&p->lex, at);
}

/* Lines that belong to a head with a colon, as in Python: those indented further. */
static void skip_indented(struct parser *p, size_t first)
{
    struct lex *lex = &p->lex;
    const struct token *tokens = lex->tokens.items;
    size_t at = lex->next;
    if (at < 2 || tokens[at - 1].kind != TOKEN_NEWLINE ||
        tokens[at - 2].wrong != TOKEN_WRONG_COLON)
        return;
    size_t indent = indent_of(p, &tokens[first]);
    while (tokens[at].kind != TOKEN_END && indent_of(p, &tokens[at]) > indent) {
        while (tokens[at].kind != TOKEN_NEWLINE)
            at++;
        at++;
    }
    skip_lines(p, at);
}

/* Index of the token behind a line that holds nothing but `end` or the like, 0 for none.
 */
static size_t find_end(const struct parser *p, size_t at)
{
    static const char WORDS[] = "end endfor endwhile endif done fi";
    const struct token *tokens = p->lex.tokens.items;
    for (size_t i = at; i + 2 < p->lex.tokens.count && i < at + LOOK_AHEAD; i++)
        if (tokens[i - 1].kind == TOKEN_NEWLINE && tokens[i].kind == TOKEN_IDENT &&
            tokens[i + 1].kind == TOKEN_NEWLINE && parser_in_words(p, &tokens[i], WORDS))
            return i + 2;
    return 0;
}

/* A head whose block is missing may have it in the way of Octave and Julia, up to `end`.
 */
static void skip_to_end(struct parser *p, size_t first)
{
    struct lex *lex = &p->lex;
    bool line = lex->tokens.items[lex->at].kind == TOKEN_NEWLINE;
    size_t end = line && has_block(p, first) ? find_end(p, lex->next) : 0;
    if (end > 0)
        skip_lines(p, end);
}

static void feed_end(struct parser *p, const struct token *end)
{
    parser_recovered(p);
    parser_mark(p);
    parser_feed(p, end);
}

/* The line at hand begins a statement of its own. */
static void restart_line(struct parser *p, size_t line)
{
    struct token end = {.kind = TOKEN_NEWLINE};
    end.begin = end.end = p->lex.tokens.items[line - 1].begin;
    lex_leave_brackets(&p->lex);
    lex_restart(&p->lex, line);
    feed_end(p, &end);
}

static void skip_statement(struct parser *p, size_t first)
{
    size_t budget = LOOK_AHEAD;
    for (;;) {
        leave_brackets(p, &budget);
        struct token *token = lex_next(&p->lex);
        if (token->kind == TOKEN_LBRACE && has_block(p, first)) {
            struct token resume = *token;
            resume.kind = TOKEN_RESUME;
            feed_end(p, &resume);
            return;
        }
        if (token->kind == TOKEN_LBRACE)
            skip_braces(p);
        if (token->kind == TOKEN_NEWLINE || token->kind == TOKEN_SEMI ||
            token->kind == TOKEN_END || p->lex.closes) {
            feed_end(p, token);
            skip_indented(p, first);
            skip_to_end(p, first);
            return;
        }
    }
}

void parser_recover(struct parser *p)
{
    struct lex *lex = &p->lex;
    enum token_kind kind = lex->tokens.items[lex->at].kind;
    size_t line = 0, first = lex->statement;
    bool taken = kind == TOKEN_NEWLINE || kind == TOKEN_SEMI || kind == TOKEN_ELSE ||
                 (kind == TOKEN_RBRACE && lex->closes);
    p->failed = false;
    if (parser_unclosed(p, &line) != NULL) {
        restart_line(p, line);
    } else if (taken) {
        parser_recovered(p);
        skip_indented(p, first);
        skip_to_end(p, first);
    } else if (kind != TOKEN_END) {
        if (kind == TOKEN_LBRACE)
            skip_braces(p);
        skip_statement(p, first);
    }
}
