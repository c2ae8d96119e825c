/* SPDX-License-Identifier: MIT
 * parser.h - the parser's state, and the constructors that the grammar calls.
 *
 * Every production of grammar/parser.y calls one constructor.  They return a new node in
 * the arena, or take a node further (lists, sums); they tell what the grammar cannot:
 * the left side of `=`, clauses that stand twice, nesting that is too deep. */
#ifndef SYNTAX_PARSER_H
#define SYNTAX_PARSER_H

#include "syntax/lex.h"

struct parser {
    struct parse *parse;
    struct arena *arena;
    const struct source *source;
    uint32_t number; /* of the source */
    struct lex lex;
    void *tables; /* lemon's parser, in the arena */
    struct ast *script;
    struct ast **budgets; /* of the current statement, not yet in an `until` */
    size_t budget_count, budget_capacity;
    size_t told;     /* errors told */
    size_t at_start; /* errors told when the current statement began */
    size_t first;    /* diagnostics that were there before */
    bool wrong, incomplete;
    struct {
        size_t count, errors, told;
        bool wrong;
    } mark;                /* of parser_mark */
    bool failed;           /* the token at hand does not fit */
    size_t last_statement; /* index of the first token of the statement begun last */
    uint32_t skipped;      /* end of the lines that were skipped behind a wrong head */
    bool overflow;         /* the parser's stack is full */
    bool deep;             /* the current statement is nested too deeply: told */
};

/* grammar/parser.y */
void parser_start(struct parser *p);
void parser_feed(struct parser *p, const struct token *token);
/* After an error the next one is told at once. */
void parser_recovered(struct parser *p);

/* tell.c: limits */
void parser_overflow(struct parser *p);
void parser_too_deep(struct parser *p, struct span where);

/* tell.c: an error of the text. */
struct diagnostic *parser_tell(struct parser *p, enum code code, struct span where,
                               const char *text);
struct diagnostic *parser_format(struct parser *p, enum code code, struct span where,
                                 const char *format, ...) TEXT_FORMAT(4, 5);
/* Takes back what was told since the mark: the grammar completes a statement before it
 * sees that the next token does not fit, and what was found in it then is not worth
 * telling. */
void parser_mark(struct parser *p);
void parser_untell(struct parser *p);
void parser_help(struct parser *p, struct diagnostic *item, const char *text);
/* A clause or tail that stands twice. */
void parser_twice(struct parser *p, struct span first, struct span second);
/* The text of a place, cut when it is long. */
const char *parser_excerpt(struct parser *p, struct span where);

/* mistake.c: what is wrong with a token that does not fit. */
void parser_unexpected(struct parser *p);
/* Whether the token's text is one of the words, which are separated by blanks. */
bool parser_in_words(const struct parser *p, const struct token *token,
                     const char *words);
/* mistake_wrong.c: tells a sign that other languages write. */
void parser_wrong(struct parser *p, const struct token *token);

/* recover.c: after an error, goes on where the statement ends. */
void parser_recover(struct parser *p);
/* The bracket that the token at hand shows to be unclosed, NULL for none; its line begins
 * a statement at *line. */
const struct lex_open *parser_unclosed(const struct parser *p, size_t *line);

/* build.c: nodes */
struct span parser_span(const struct parser *p, const struct token *token);
struct ast *ast_new(struct parser *p, enum ast_kind kind, struct span span,
                    struct span at);
/* Takes `child` (NULL only where ast.def allows it) and its place into `node`. */
void ast_take(struct parser *p, struct ast *node, struct ast *child);
void ast_take_all(struct parser *p, struct ast *node, const struct ast *from);
struct ast *ast_leaf(struct parser *p, enum ast_kind kind, const struct token *token);
struct ast *ast_list(struct parser *p, struct ast *first);
struct ast *ast_more(struct parser *p, struct ast *list, struct ast *next);
struct ast *ast_none(struct parser *p);
/* `keyword child`: FILTER, clauses, tails and simple statements. */
struct ast *ast_keyword(struct parser *p, enum ast_kind kind, const struct token *keyword,
                        struct ast *child);
/* `name ... child`: ARGUMENT, GENERATOR. */
struct ast *ast_named(struct parser *p, enum ast_kind kind, const struct token *name,
                      struct ast *child);
/* A list takes a keyword, and with it its kind: PRINT, SUBJECT, OVER, WITH ... */
struct ast *ast_listed(struct parser *p, enum ast_kind kind, const struct token *keyword,
                       struct ast *list);

/* token_value.c: what tokens stand for */
struct ast *ast_number(struct parser *p, const struct token *token);
struct ast *ast_string(struct parser *p, const struct token *token);
struct ast *ast_name(struct parser *p, const struct token *token);
struct ast *ast_nabla(struct parser *p, const struct token *sign,
                      const struct token *name);
name_id parser_name(struct parser *p, const struct token *token);

/* build_expression.c */
struct ast *ast_chain(struct parser *p, enum ast_kind kind, struct ast *left,
                      enum ast_operator word, const struct token *sign,
                      struct ast *right);
struct ast *ast_binary(struct parser *p, enum ast_kind kind, struct ast *left,
                       const struct token *sign, struct ast *right);
struct ast *ast_unary(struct parser *p, enum ast_kind kind, const struct token *sign,
                      struct ast *operand);
struct ast *ast_glued(struct parser *p, const struct token *number, struct ast *operand);
struct ast *ast_superscript(struct parser *p, struct ast *base,
                            const struct token *token);
struct ast *ast_budget(struct parser *p, struct ast *amount, enum ast_operator word,
                       const struct token *keyword);
struct ast *ast_conditional(struct parser *p, const struct token *keyword,
                            struct ast *condition, struct ast *yes, struct ast *no);
struct ast *ast_enclosed(struct parser *p, enum ast_kind kind, const struct token *opener,
                         struct ast *inner, const struct token *closer);
/* CALL and INDEX: the list's elements become children behind the base. */
struct ast *ast_applied(struct parser *p, enum ast_kind kind, struct ast *base,
                        const struct token *opener, struct ast *list,
                        const struct token *closer);
struct ast *ast_field(struct parser *p, struct ast *base, const struct token *name);
struct ast *ast_prime(struct parser *p, struct ast *operand, const struct token *token);
struct ast *ast_brackets(struct parser *p, const struct token *opener, struct ast *rows,
                         const struct token *closer);
struct ast *ast_comprehension(struct parser *p, struct ast *body,
                              const struct token *keyword, struct ast *generators,
                              struct ast *filter);
/* A comprehension in brackets, its span with them. */
struct ast *ast_spread(struct parser *p, const struct token *opener, struct ast *node,
                       const struct token *closer);

/* build_statement.c */
struct ast *ast_block(struct parser *p);
struct ast *ast_enclose(struct parser *p, const struct token *opener, struct ast *block,
                        struct ast *last, const struct token *closer);
struct ast *ast_statement(struct parser *p, struct ast *block, struct ast *statement);
struct ast *ast_expression(struct parser *p, struct ast *expression);
struct ast *ast_define(struct parser *p, struct ast *left, const struct token *sign,
                       struct ast *right);
struct ast *ast_tailed(struct parser *p, enum ast_kind kind, const struct token *keyword,
                       struct ast *list, struct ast *tails);
struct ast *ast_loop(struct parser *p, enum ast_kind kind, const struct token *keyword,
                     const struct token *name, struct ast *head, struct ast *block);
struct ast *ast_choice(struct parser *p, const struct token *keyword,
                       struct ast *condition, struct ast *yes, struct ast *no);
/* A statement that is wrong, from its first token; and the same up to the token `end`. */
struct ast *ast_mistake(struct parser *p);
struct ast *ast_reach(struct parser *p, struct ast *mistake, const struct token *end);

/* build_solve.c */
struct ast *ast_solve(struct parser *p, enum ast_operator word,
                      const struct token *keyword, struct ast *objective,
                      struct ast *clauses);
struct ast *ast_sweep(struct parser *p, const struct token *keyword,
                      const struct token *name, struct ast *values, struct ast *solve);
struct ast *ast_until(struct parser *p, const struct token *keyword,
                      struct ast *condition);
/* `name [sizes]`; sizes and closer are NULL for a name alone. */
struct ast *ast_variable(struct parser *p, const struct token *name, struct ast *sizes,
                         const struct token *closer);
enum { AST_PLACE_SET, AST_PLACE_START };
struct ast *ast_place(struct parser *p, struct ast *variable, int which,
                      const struct token *keyword, struct ast *value);

#endif
