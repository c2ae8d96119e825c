/* SPDX-License-Identifier: MIT
 * What the rows of mistakes ask beyond the kinds of four tokens. */
#include "syntax/mistake.h"

#include "base/near.h"

#include <string.h>

static const struct token *token_at(const struct situation *s, size_t index)
{
    return &s->tokens[index];
}

static bool touches(const struct token *left, const struct token *right)
{
    return left->end == right->begin;
}

bool mistake_unit_cut(const struct situation *s)
{
    for (size_t i = s->first + 2; i < s->at; i++)
        if (s->tokens[i].kind == TOKEN_STEP && s->tokens[i - 1].kind == TOKEN_NUMBER &&
            s->tokens[i - 2].kind == TOKEN_UNTIL)
            return true;
    return false;
}

bool mistake_empty(const struct situation *s)
{
    const struct token *first = token_at(s, s->first);
    return s->at > s->first && mistake_is(first, SOME_STATEMENT) &&
           (first[1].kind == TOKEN_NEWLINE || first[1].kind == TOKEN_SEMI ||
            first[1].kind == TOKEN_RBRACE);
}

/* The last of if, then, else before the token. */
static enum token_kind last_choice(const struct situation *s)
{
    for (size_t i = s->at; i > s->first; i--) {
        enum token_kind kind = s->tokens[i - 1].kind;
        if (kind == TOKEN_IF || kind == TOKEN_THEN || kind == TOKEN_ELSE)
            return kind;
    }
    return TOKEN_END;
}

bool mistake_then_open(const struct situation *s)
{
    enum token_kind last = last_choice(s);
    return last == TOKEN_THEN ||
           (last == TOKEN_ELSE && s->tokens[s->at].kind == TOKEN_ASSIGN);
}

bool mistake_no_then(const struct situation *s)
{
    return last_choice(s) == TOKEN_IF && s->tokens[s->first].kind != TOKEN_IF;
}

bool mistake_defined_before(const struct situation *s)
{
    const struct token *first = token_at(s, s->first);
    return first->kind == TOKEN_IDENT && first[1].kind == TOKEN_ASSIGN && !s->solve &&
           s->at > s->first + 1;
}

bool mistake_glued_numbers(const struct situation *s)
{
    const struct token *at = token_at(s, s->at);
    bool definition = mistake_defined_before(s) || s->solve;
    return definition && s->inside == NULL && touches(at - 1, at) &&
           touches(at, at + 1) && at[-1].kind == TOKEN_NUMBER &&
           at[1].kind == TOKEN_NUMBER;
}

bool mistake_thousands(const struct situation *s)
{
    const struct token *after = token_at(s, s->at + 1);
    return mistake_glued_numbers(s) && after->end - after->begin == 3;
}

/* The token before the bracket that is open. */
static const struct token *before_opener(const struct situation *s)
{
    if (s->inside == NULL || s->inside->at == 0)
        return NULL;
    return token_at(s, lex_before(&s->p->lex, s->inside->at));
}

bool mistake_set(const struct situation *s)
{
    const struct token *before = before_opener(s);
    return s->solve && before != NULL && before->kind == TOKEN_IN;
}

bool mistake_set_half_open(const struct situation *s)
{
    if (!mistake_set(s))
        return false;
    for (size_t i = s->at; s->tokens[i].kind != TOKEN_NEWLINE; i++)
        if (s->tokens[i].kind == TOKEN_RPAREN || s->tokens[i].kind == TOKEN_RBRACKET)
            return s->tokens[i].kind == TOKEN_RBRACKET;
    return false;
}

bool mistake_command_call(const struct situation *s)
{
    const struct token *before = before_opener(s);
    return before != NULL && mistake_is(before, SOME_STATEMENT) &&
           before == token_at(s, s->first);
}

bool mistake_opens_statement(const struct situation *s)
{
    size_t begin =
        s->inside == NULL || s->inside->kind == TOKEN_LBRACE ? s->before : s->inside->at;
    const struct token *first = token_at(s, s->first);
    return begin == s->first &&
           (first->kind == TOKEN_IDENT || first->kind == TOKEN_LPAREN);
}

bool mistake_new_line(const struct situation *s)
{
    return s->new_line;
}

bool mistake_next_variable(const struct situation *s)
{
    enum token_kind after = token_at(s, s->after)->kind;
    return after == TOKEN_FROM || after == TOKEN_IN || after == TOKEN_LBRACKET;
}

static bool begins_with_d(const struct situation *s, size_t index)
{
    const struct token *token = token_at(s, index);
    return token->kind == TOKEN_IDENT && s->p->source->text[token->begin] == 'd';
}

bool mistake_quotient_d(const struct situation *s)
{
    size_t fourth = lex_before(&s->p->lex, s->third);
    return begins_with_d(s, s->before) && token_at(s, s->third)->kind == TOKEN_SLASH &&
           begins_with_d(s, fourth) &&
           touches(token_at(s, s->third), token_at(s, s->before));
}

bool mistake_two_bars(const struct situation *s)
{
    const struct token *at = token_at(s, s->at);
    return at[1].kind == TOKEN_BAR && touches(at, at + 1);
}

bool mistake_two_minus(const struct situation *s)
{
    const struct token *first = token_at(s, s->first);
    return first->kind == TOKEN_MINUS && first[1].kind == TOKEN_MINUS &&
           touches(first, first + 1) && s->at > s->first + 1;
}

bool mistake_glued(const struct situation *s)
{
    return touches(token_at(s, s->before), token_at(s, s->at));
}

bool mistake_opening(const struct situation *s)
{
    return s->at == s->first;
}

bool mistake_not_opening(const struct situation *s)
{
    return s->at != s->first;
}

bool mistake_no_solve(const struct situation *s)
{
    return !s->solve;
}

/* The sign of a root stands before the operand that the token at hand follows. */
bool mistake_root(const struct situation *s)
{
    size_t depth = 0, i = s->at;
    while (i > s->first) {
        enum token_kind kind = s->tokens[--i].kind;
        if (kind == TOKEN_RPAREN || kind == TOKEN_RBRACKET)
            depth++;
        else if (kind == TOKEN_LPAREN || kind == TOKEN_LBRACKET)
            depth -= depth > 0;
        else if (kind == TOKEN_ROOT)
            return depth == 0;
        else if (depth == 0 && !token_has(kind, TOKEN_ENDS))
            return false;
    }
    return false;
}

/* Bytes of a word that may mean a clause; shorter ones are near to too much. */
enum { SHORTEST_NEAR = 3, LONGEST_NEAR = 12 };

const char *mistake_meant(const struct situation *s)
{
    static const uint8_t WORDS[] = {TOKEN_OVER,  TOKEN_FROM,   TOKEN_STEP,   TOKEN_UNTIL,
                                    TOKEN_BATCH, TOKEN_STARTS, TOKEN_SUBJECT};
    const struct token *at = token_at(s, s->at);
    size_t length = at->end - at->begin;
    char word[LONGEST_NEAR + 1] = {0};
    struct near near;
    if (at->kind != TOKEN_IDENT || length < SHORTEST_NEAR || length > LONGEST_NEAR)
        return NULL;
    memcpy(word, s->p->source->text + at->begin, length);
    near_init(&near, word);
    for (size_t i = 0; i < sizeof WORDS; i++)
        near_try(&near, token_info(WORDS[i])->spelling);
    return near.best;
}

bool mistake_near_clause(const struct situation *s)
{
    return mistake_meant(s) != NULL;
}
