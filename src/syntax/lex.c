/* SPDX-License-Identifier: MIT
 * Words, coefficients, bars and signs are decided by what stands before them, so that the
 * grammar needs no context. */
#include "syntax/lex.h"
#include "syntax/lex_line.h"

void lex_init(struct lex *lex, struct arena *arena, struct tokens tokens)
{
    *lex = (struct lex){.arena = arena, .tokens = tokens, .empty = true};
    lex->before = TOKEN_NEWLINE;
}

const struct lex_open *lex_innermost(const struct lex *lex)
{
    return lex->depth == 0 ? NULL : &lex->open[lex->depth - 1];
}

const struct lex_open *lex_bracket(const struct lex *lex)
{
    for (size_t i = lex->depth; i > 0 && lex->open[i - 1].kind != TOKEN_LBRACE; i--)
        if (lex->open[i - 1].kind != TOKEN_BAR)
            return &lex->open[i - 1];
    return NULL;
}

size_t lex_before(const struct lex *lex, size_t at)
{
    size_t i = at;
    while (i > 0 && lex->tokens.items[--i].kind == TOKEN_NEWLINE)
        continue;
    return i;
}

size_t lex_behind(const struct lex *lex, size_t at)
{
    size_t i = at + 1;
    while (i + 1 < lex->tokens.count && lex->tokens.items[i].kind == TOKEN_NEWLINE)
        i++;
    return i < lex->tokens.count ? i : at;
}

static void push(struct lex *lex, enum token_kind kind)
{
    if (lex->depth == lex->capacity)
        lex->open = arena_grow(lex->arena, lex->open, lex->depth, &lex->capacity,
                               sizeof *lex->open);
    struct lex_open open = {(uint32_t)lex->at, (uint32_t)lex->statement,
                            (uint32_t)lex->brackets, (uint8_t)kind};
    lex->open[lex->depth++] = open;
    if (kind == TOKEN_LBRACE) {
        lex->brackets = 0;
        lex->blocks++;
    } else if (kind != TOKEN_BAR) {
        lex->brackets++;
    }
}

static void pop(struct lex *lex)
{
    lex->brackets = lex->open[--lex->depth].brackets;
}

static bool is_innermost(const struct lex *lex, enum token_kind kind)
{
    return lex->depth > 0 && lex->open[lex->depth - 1].kind == kind;
}

/* One without its partner does nothing here and is a mistake to the parser. */
static void close_bracket(struct lex *lex, enum token_kind opener)
{
    if (is_innermost(lex, opener))
        pop(lex);
}

void lex_leave_brackets(struct lex *lex)
{
    while (lex->depth > 0 && lex->open[lex->depth - 1].kind != TOKEN_LBRACE)
        pop(lex);
}

/* The statement that holds the block goes on behind it (`else`). */
void lex_leave_block(struct lex *lex)
{
    lex->closes = false;
    if (lex->blocks == 0)
        return;
    lex->blocks--;
    lex_leave_brackets(lex);
    lex->statement = lex->open[lex->depth - 1].statement;
    pop(lex);
    lex->empty = lex->value = false;
    lex->before = TOKEN_RBRACE;
}

static enum token_kind next_kind(const struct lex *lex)
{
    size_t at = lex->brackets > 0 ? lex_behind(lex, lex->at) : lex->at + 1;
    return lex->tokens.items[at].kind;
}

static bool is_keyword(const struct lex *lex, enum token_kind kind)
{
    enum token_kind next = next_kind(lex);
    bool named = is_innermost(lex, TOKEN_LPAREN) || lex->with;
    if (lex->before == TOKEN_DOT || (next == TOKEN_ASSIGN && named))
        return false;
    switch (token_info(kind)->class) {
    case TOKEN_CLASS_RESERVED:
        return true;
    case TOKEN_CLASS_STATEMENT:
        if (kind == TOKEN_SWEEP && lex->brackets == 0 &&
            (lex->before == TOKEN_ASSIGN || (lex->sweeping && lex->value)))
            return true;
        return lex->empty && next != TOKEN_ASSIGN && next != TOKEN_DOT;
    case TOKEN_CLASS_FOLLOWING:
        /* a budget ends in a word: `until 20 epochs batch 32` */
        return lex->value || lex->before == TOKEN_STEPS || lex->before == TOKEN_EPOCHS ||
               lex->before == TOKEN_SECONDS ||
               (kind == TOKEN_TO && lex->before == TOKEN_SUBJECT);
    default:
        return false;
    }
}

static void decide_word(struct lex *lex, struct token *token)
{
    if (is_keyword(lex, token->kind))
        return;
    token->word = token->kind;
    token->kind = TOKEN_IDENT;
}

/* A number directly before a name, `(` or a sign of typed mathematics multiplies it. */
static void decide_number(const struct lex *lex, struct token *token)
{
    const struct token *next = token + 1;
    if (next->begin != token->end)
        return;
    enum token_class class = token_info(next->kind)->class;
    bool name = next->kind == TOKEN_IDENT || class == TOKEN_CLASS_STATEMENT;
    if (next->kind == TOKEN_SWEEP && lex->sweeping)
        name = false;
    if (name || next->kind == TOKEN_LPAREN || next->kind == TOKEN_ROOT ||
        next->kind == TOKEN_NABLA)
        token->kind = TOKEN_COEFF;
}

/* `[1 -2]` could be read in two ways, so it is read in none. */
static void decide_sign(const struct lex *lex, struct token *token)
{
    if (!is_innermost(lex, TOKEN_LBRACKET) || !lex->value || lex->at == 0)
        return;
    const struct token *before = token - 1, *next = token + 1;
    if (before->end == token->begin || next->begin != token->end ||
        next->kind == TOKEN_NEWLINE || token->wrong != TOKEN_RIGHT)
        return;
    token->wrong = before->kind == TOKEN_NEWLINE ? TOKEN_WRONG_SIGN_IN_ROWS
                                                 : TOKEN_WRONG_SIGN_IN_LIST;
}

/* What ends a value cannot be followed by an opening bar; true for a closing one. */
static bool decide_bar(struct lex *lex)
{
    if (lex->value && is_innermost(lex, TOKEN_BAR))
        pop(lex);
    else if (!lex->value)
        push(lex, TOKEN_BAR);
    return lex->value;
}

static void end_statement(struct lex *lex)
{
    lex_leave_brackets(lex);
    lex->ended = false;
    lex->empty = true;
    lex->sweeping = lex->with = false;
}

static void decide_keyword(struct lex *lex, enum token_kind kind)
{
    if (kind == TOKEN_SWEEP)
        lex->sweeping = true;
    else if (kind == TOKEN_MINIMIZE || kind == TOKEN_MAXIMIZE)
        lex->sweeping = false;
    else if (kind == TOKEN_WITH)
        lex->with = true;
}

/* Opens and closes; true when the token itself ends a value. */
static bool decide_bracket(struct lex *lex, struct token *token)
{
    switch (token->kind) {
    case TOKEN_LPAREN:
    case TOKEN_LBRACKET:
    case TOKEN_LBRACE:
        push(lex, token->kind);
        return false;
    case TOKEN_RPAREN:
        close_bracket(lex, TOKEN_LPAREN);
        return true;
    case TOKEN_RBRACKET:
        close_bracket(lex, TOKEN_LBRACKET);
        return true;
    case TOKEN_RBRACE:
        lex->closes = lex->blocks > 0;
        return false;
    default:
        return decide_bar(lex);
    }
}

static void decide(struct lex *lex, struct token *token)
{
    if (token_info(token->kind)->class != TOKEN_CLASS_SIGN)
        decide_word(lex, token);
    else if (token->kind == TOKEN_NUMBER)
        decide_number(lex, token);
    else if (token->kind == TOKEN_PLUS || token->kind == TOKEN_MINUS)
        decide_sign(lex, token);
    else if (token->kind == TOKEN_SEMI && lex->brackets > 0)
        token->kind = TOKEN_ROW;
}

/* Notes what was given, for what follows. */
static void give(struct lex *lex, struct token *token)
{
    bool bracket = (token->kind >= TOKEN_LPAREN && token->kind <= TOKEN_RBRACE) ||
                   token->kind == TOKEN_BAR;
    if (lex->empty)
        lex->statement = lex->at;
    lex->empty = false;
    lex->value =
        bracket ? decide_bracket(lex, token) : token_has(token->kind, TOKEN_ENDS);
    lex->before = token->kind;
    decide_keyword(lex, token->kind);
    lex->ended = token->kind == TOKEN_NEWLINE || token->kind == TOKEN_SEMI;
    if (token->kind == TOKEN_LBRACE)
        lex->empty = true;
}

struct token *lex_next(struct lex *lex)
{
    if (lex->closes)
        lex_leave_block(lex);
    else if (lex->ended)
        end_statement(lex);
    struct token *token = &lex->tokens.items[lex->next];
    while (token->kind == TOKEN_NEWLINE && !lex_line_ends(lex)) {
        lex->next++;
        token++;
    }
    lex->at = lex->next;
    if (token->kind == TOKEN_END)
        return token;
    lex->next++;
    decide(lex, token);
    give(lex, token);
    return token;
}

/* As it was before it was decided. */
static void undecide(struct token *token)
{
    if (token->kind == TOKEN_IDENT && token->word != 0)
        token->kind = token->word;
    else if (token->kind == TOKEN_COEFF)
        token->kind = TOKEN_NUMBER;
    else if (token->kind == TOKEN_ROW)
        token->kind = TOKEN_SEMI;
}

void lex_restart(struct lex *lex, size_t at)
{
    for (size_t i = at; i < lex->next; i++)
        undecide(&lex->tokens.items[i]);
    lex->next = at;
    lex->before = TOKEN_NEWLINE;
    lex->value = false;
    end_statement(lex);
}
