/* SPDX-License-Identifier: MIT
 * Finds the row that a situation matches, and tells it. */
#include "syntax/mistake.h"

#include <string.h>

static bool is_class(const struct token *token, enum token_class class)
{
    return token_info(token->kind)->class == class;
}

static bool stands_as_name(const struct token *token, enum token_class class)
{
    return token->kind == TOKEN_IDENT && token->word != 0 &&
           token_info(token->word)->class == class;
}

static bool is_one_of(const struct token *token, const uint8_t *kinds, size_t count)
{
    return memchr(kinds, token->kind, count) != NULL;
}
#define ONE_OF(token, ...)                                                               \
    is_one_of(token, (const uint8_t[]){__VA_ARGS__},                                     \
              sizeof((const uint8_t[]){__VA_ARGS__}))

bool mistake_is(const struct token *token, unsigned pattern)
{
    switch (pattern) {
    case 0:
        return true;
    case SOME_VALUE_END:
        return token_has(token->kind, TOKEN_ENDS) || token->kind == TOKEN_BAR;
    case SOME_VALUE:
        return token_has(token->kind, TOKEN_BEGINS);
    case SOME_WORD:
        return token_is_word(token->kind);
    case SOME_RESERVED:
        return is_class(token, TOKEN_CLASS_RESERVED) &&
               !ONE_OF(token, TOKEN_TRUE, TOKEN_FALSE, TOKEN_IF, TOKEN_NOT);
    case SOME_CLAUSE_NAME:
        return stands_as_name(token, TOKEN_CLASS_FOLLOWING);
    case SOME_STATEMENT_NAME:
        return stands_as_name(token, TOKEN_CLASS_STATEMENT);
    case SOME_STATEMENT:
        return is_class(token, TOKEN_CLASS_STATEMENT);
    case SOME_UNIT:
        return ONE_OF(token, TOKEN_STEPS, TOKEN_EPOCHS, TOKEN_SECONDS);
    case SOME_TEXT_END:
        return token->kind == TOKEN_END;
    case SOME_OPENER:
        return ONE_OF(token, TOKEN_LPAREN, TOKEN_LBRACKET, TOKEN_COMMA, TOKEN_ROW);
    case SOME_END:
        return ONE_OF(token, TOKEN_NEWLINE, TOKEN_SEMI, TOKEN_END);
    case SOME_CLOSER:
        return ONE_OF(token, TOKEN_RPAREN, TOKEN_RBRACKET, TOKEN_RBRACE);
    case SOME_SOLVE:
        return ONE_OF(token, TOKEN_MINIMIZE, TOKEN_MAXIMIZE);
    case SOME_BLOCK_WORD:
        return ONE_OF(token, TOKEN_FOR, TOKEN_WHILE, TOKEN_IF);
    case SOME_CLAUSE:
        return ONE_OF(token, TOKEN_OVER, TOKEN_BY, TOKEN_STEP, TOKEN_UNTIL, TOKEN_SUBJECT,
                      TOKEN_BATCH, TOKEN_STARTS, TOKEN_FROM);
    case SOME_TAIL:
        return ONE_OF(token, TOKEN_WITHIN, TOKEN_WORTH, TOKEN_HINT, TOKEN_TO, TOKEN_WITH,
                      TOKEN_AGAINST);
    case SOME_SIMPLE_CLAUSE:
        return ONE_OF(token, TOKEN_BY, TOKEN_STEP, TOKEN_UNTIL, TOKEN_BATCH,
                      TOKEN_STARTS);
    case SOME_NEEDS:
        return token_has(token->kind, TOKEN_NEEDS);
    default:
        return token->kind == pattern;
    }
}

bool parser_in_words(const struct parser *p, const struct token *token, const char *words)
{
    const char *text = p->source->text + token->begin;
    size_t length = token->end - token->begin;
    for (const char *word = words; *word != '\0';) {
        size_t span = strcspn(word, " ");
        if (span == length && memcmp(word, text, length) == 0)
            return true;
        word += span + (word[span] == ' ');
    }
    return false;
}

static bool is_clause(const struct token *token)
{
    return mistake_is(token, SOME_SOLVE) || mistake_is(token, SOME_SIMPLE_CLAUSE) ||
           ONE_OF(token, TOKEN_OVER, TOKEN_SUBJECT, TOKEN_WITH, TOKEN_WITHIN, TOKEN_WORTH,
                  TOKEN_HINT, TOKEN_AGAINST);
}

struct situation mistake_look(const struct parser *p)
{
    const struct lex *lex = &p->lex;
    struct situation s = {.p = p, .tokens = lex->tokens.items, .at = lex->at};
    s.first = lex->statement;
    s.before = lex_before(lex, s.at);
    s.third = lex_before(lex, s.before);
    s.after = s.at + 1 < lex->tokens.count ? s.at + 1 : s.at;
    s.inside = lex_innermost(lex);
    s.new_line = s.at > 0 && s.tokens[s.at - 1].kind == TOKEN_NEWLINE;
    for (size_t i = s.first; i < s.at; i++) {
        if (is_clause(&s.tokens[i]))
            s.clause = s.tokens[i].kind;
        s.solve = s.solve || mistake_is(&s.tokens[i], SOME_SOLVE);
    }
    return s;
}

static bool is_inside(const struct situation *s, unsigned pattern)
{
    bool open = s->inside != NULL && s->inside->kind != TOKEN_LBRACE;
    if (pattern == 0)
        return true;
    return pattern == NOTHING_OPEN ? !open : open && s->inside->kind == pattern;
}

static bool matches(const struct situation *s, const struct mistake *row)
{
    const struct token *at = &s->tokens[s->at];
    struct token clause = {.kind = (uint8_t)s->clause};
    return mistake_is(at, row->at) && mistake_is(&s->tokens[s->before], row->before) &&
           mistake_is(&s->tokens[s->third], row->third) &&
           mistake_is(&s->tokens[s->after], row->after) &&
           mistake_is(&s->tokens[s->first], row->first) &&
           (row->clause == 0 || (s->clause != 0 && mistake_is(&clause, row->clause))) &&
           is_inside(s, row->inside) && (row->wrong == 0 || row->wrong == at->wrong) &&
           (!row->solve || s->solve) &&
           (row->words == NULL || parser_in_words(s->p, at, row->words)) &&
           (row->first_words == NULL ||
            parser_in_words(s->p, &s->tokens[s->first], row->first_words)) &&
           (row->when == NULL || row->when(s));
}

/* The place that a name in braces stands for. */
static const struct token *find_place(const struct situation *s, const char *name,
                                      size_t length)
{
    const struct {
        const char *name;
        size_t index;
    } PLACES[] = {{"at", s->at},
                  {"before", s->before},
                  {"third", s->third},
                  {"after", s->after},
                  {"first", s->first}};
    for (size_t i = 0; i < sizeof PLACES / sizeof *PLACES; i++)
        if (strlen(PLACES[i].name) == length && memcmp(PLACES[i].name, name, length) == 0)
            return &s->tokens[PLACES[i].index];
    return NULL;
}

static const char MEANT[] = "{meant}";

const char *mistake_fill(struct parser *p, const struct situation *s, const char *text)
{
    struct text filled;
    text_init(&filled, p->arena);
    while (*text != '\0') {
        size_t plain = strcspn(text, "{");
        text_put(&filled, text, plain);
        text += plain;
        size_t length = *text == '{' ? strcspn(text + 1, "} ") : 0;
        const struct token *place = length > 0 ? find_place(s, text + 1, length) : NULL;
        if (strncmp(text, MEANT, strlen(MEANT)) == 0 && mistake_meant(s) != NULL) {
            text_puts(&filled, mistake_meant(s));
            text += strlen(MEANT);
        } else if (place != NULL) {
            text_puts(&filled, place->kind == TOKEN_NEWLINE || place->kind == TOKEN_END
                                   ? token_info(place->kind)->spelling
                                   : parser_excerpt(p, parser_span(p, place)));
            text += length + 2;
        } else if (*text != '\0') {
            text_putc(&filled, *text++);
        }
    }
    return text_string(&filled);
}

static void mend(struct parser *p, const struct situation *s, struct diagnostic *item,
                 const struct mistake *row, struct span where)
{
    if (row->mend == MEND_NONE)
        return;
    if (row->mend == MEND_INSERT)
        where = span_after(parser_span(p, &s->tokens[s->before]));
    diagnostic_edit(p->parse->diagnostics, item, where,
                    row->mend == MEND_DELETE ? "" : mistake_fill(p, s, row->text));
}

static void tell_row(struct parser *p, const struct situation *s,
                     const struct mistake *row)
{
    const size_t PLACES[] = {[PLACE_AT] = s->at,
                             [PLACE_BEFORE] = s->before,
                             [PLACE_THIRD] = s->third,
                             [PLACE_FIRST] = s->first};
    struct span where = parser_span(p, &s->tokens[PLACES[row->place]]);
    struct diagnostic *item =
        parser_tell(p, row->code, where, mistake_fill(p, s, row->message));
    parser_help(p, item, row->help == NULL ? NULL : mistake_fill(p, s, row->help));
    mend(p, s, item, row, where);
}

static const struct mistake *find_in(const struct situation *s,
                                     const struct mistake *rows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (matches(s, &rows[i]))
            return &rows[i];
    return NULL;
}

static const struct mistake *find_row(const struct situation *s)
{
    const struct mistake *row = find_in(s, MISTAKES_FOREIGN, MISTAKES_FOREIGN_COUNT);
    if (row == NULL)
        row = find_in(s, MISTAKES_CLAUSES, MISTAKES_CLAUSES_COUNT);
    return row != NULL ? row : find_in(s, MISTAKES_VALUES, MISTAKES_VALUES_COUNT);
}

/* The row that matches anything says little. */
static bool says_little(const struct mistake *row)
{
    return row == &MISTAKES_VALUES[MISTAKES_VALUES_COUNT - 1];
}

bool mistake_tell_row(struct parser *p, const struct situation *s, bool wrong)
{
    const struct mistake *row = find_row(s);
    if (wrong && row->wrong == TOKEN_RIGHT)
        return false;
    if (says_little(row) && p->told != p->at_start)
        return false;
    tell_row(p, s, row);
    return true;
}

/* Text that ends early is incomplete; a newline cannot be in bars, so that is wrong. */
static bool is_early_end(const struct situation *s)
{
    enum token_kind kind = s->tokens[s->at].kind;
    bool last = s->at + 2 >= s->p->lex.tokens.count;
    bool bar = s->inside != NULL && s->inside->kind == TOKEN_BAR;
    return kind == TOKEN_END || (kind == TOKEN_NEWLINE && last && !bar);
}

void parser_unexpected(struct parser *p)
{
    const struct token *token = &p->lex.tokens.items[p->lex.at];
    if (token->kind == TOKEN_WRONG)
        return; /* told already */
    parser_untell(p);
    bool wrong = p->wrong;
    struct situation s = mistake_look(p);
    if (!mistake_tell_open(p, &s) && !mistake_tell_glue(p, &s))
        (void)mistake_tell_row(p, &s, false);
    if (is_early_end(&s)) {
        p->incomplete = true;
        p->wrong = wrong;
    }
}
