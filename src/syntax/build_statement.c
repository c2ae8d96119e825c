/* SPDX-License-Identifier: MIT
 * Statements, and what may stand on the left of `=` and behind a statement. */
#include "syntax/parser.h"

#include <string.h>

struct ast *ast_block(struct parser *p)
{
    struct span start = {p->number, 0, 0};
    struct ast *block = ast_new(p, AST_BLOCK, start, start);
    if (p->script == NULL)
        p->script = block;
    return block;
}

struct ast *ast_enclose(struct parser *p, const struct token *opener, struct ast *block,
                        struct ast *last, const struct token *closer)
{
    if (last != NULL)
        ast_statement(p, block, last);
    block->at = parser_span(p, opener);
    block->span = span_join(block->at, parser_span(p, closer));
    return block;
}

/* Budgets that no `until` took stand where they mean nothing. */
static void check_budgets(struct parser *p)
{
    if (p->budget_count > 0) {
        const struct ast *budget = p->budgets[0];
        struct diagnostic *item =
            parser_tell(p, CODE_MISPLACED_BUDGET, budget->span,
                        "a number of steps, epochs or seconds stands in `until` only");
        parser_help(p, item, "write it as a clause: `until 20 steps`");
    }
    p->budget_count = 0;
}

static bool has_block(const struct ast *statement)
{
    return statement->kind == AST_FOR || statement->kind == AST_WHILE ||
           statement->kind == AST_CHOICE;
}

/* What was told about a statement is enough: the checker need not look into it. */
static bool was_told(const struct parser *p, const struct ast *statement)
{
    const struct diagnostics *list = p->parse->diagnostics;
    for (size_t i = list->count; i > p->first; i--) {
        uint32_t begin = list->items[i - 1]->where.begin;
        if (begin < statement->span.begin)
            return false; /* told in the order of the text, or nearly */
        if (begin < statement->span.end)
            return true;
    }
    return false;
}

struct ast *ast_statement(struct parser *p, struct ast *block, struct ast *statement)
{
    check_budgets(p);
    if (!has_block(statement) && was_told(p, statement)) {
        statement->kind = AST_MISTAKE;
        statement->count = 0;
        statement->name = 0;
    }
    if (block->count == 0)
        block->span = statement->span;
    ast_take(p, block, statement);
    return block;
}

struct ast *ast_expression(struct parser *p, struct ast *expression)
{
    struct ast *node = ast_new(p, AST_EXPRESSION, expression->span, expression->at);
    ast_take(p, node, expression);
    return node;
}

struct ast *ast_mistake(struct parser *p)
{
    const struct token *first = &p->lex.tokens.items[p->lex.statement];
    p->budget_count = 0;
    return ast_leaf(p, AST_MISTAKE, first);
}

/* Tokens stand in the order of the text, so the last one before `end` is found by
 * halving. */
struct ast *ast_reach(struct parser *p, struct ast *mistake, const struct token *end)
{
    const struct token *tokens = p->lex.tokens.items;
    size_t low = 0, high = p->lex.tokens.count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (tokens[middle].begin < end->begin)
            low = middle + 1;
        else
            high = middle;
    }
    if (low > 0 && tokens[low - 1].end > mistake->span.end)
        mistake->span.end = tokens[low - 1].end;
    if (p->skipped > mistake->span.end)
        mistake->span.end = p->skipped;
    return mistake;
}

static bool defines_function(const struct ast *left)
{
    if (left->kind != AST_CALL || left->child[0]->kind != AST_NAME)
        return false;
    for (size_t i = 1; i < left->count; i++)
        if (left->child[i]->kind != AST_NAME)
            return false;
    return true;
}

static void tell_target(struct parser *p, const struct ast *left)
{
    static const struct {
        enum ast_kind kind;
        const char *message, *help;
    } ROWS[] = {
        {AST_CALL, "the parameters of a function are names",
         "write `f(x) = ...`, and call it with a value"},
        {AST_GLUED, "a product cannot be defined",
         "write a name alone on the left: `x = 4/2`; to compare, write `==`"},
        {AST_FIELD, "a field cannot be set", "write the value under a name of its own"},
        {AST_INDEX, "only an element of a named array can be set", "write `x[i] = 2`"},
        {AST_LIST, "several names cannot be defined at once",
         "write one definition after the other: `x = 2; y = 6`"},
        {AST_COMPARE, "a comparison cannot be defined",
         "`=` defines; to compare, write `==`"},
        {AST_KIND_COUNT, "the left side of `=` is no name",
         "write `name = value`, `f(x) = ...` or `x[i] = value`; to compare, write `==`"}};
    size_t row = 0;
    while (ROWS[row].kind != left->kind && ROWS[row].kind != AST_KIND_COUNT)
        row++;
    struct diagnostic *item =
        parser_tell(p, CODE_NOT_A_TARGET, left->span, ROWS[row].message);
    parser_help(p, item, ROWS[row].help);
}

static void tell_prime(struct parser *p, const struct ast *left)
{
    struct diagnostic *item =
        parser_tell(p, CODE_NOT_A_TARGET, left->span, "a derivative cannot be defined");
    parser_help(p, item,
                "define the function, and its derivative follows; to check one that was "
                "worked out by hand, write `claim f'(x) == 2x`");
}

static bool is_primed(const struct ast *left)
{
    return left->kind == AST_PRIME ||
           (left->kind == AST_CALL && left->child[0]->kind == AST_PRIME);
}

static struct ast *define_function(struct parser *p, struct ast *left, struct ast *right)
{
    struct ast *node = ast_new(p, AST_FUNCTION, left->span, left->child[0]->span);
    node->name = left->child[0]->name;
    for (size_t i = 1; i < left->count; i++) {
        left->child[i]->kind = AST_PARAMETER;
        ast_take(p, node, left->child[i]);
    }
    ast_take(p, node, right);
    return node;
}

struct ast *ast_define(struct parser *p, struct ast *left, const struct token *sign,
                       struct ast *right)
{
    struct ast *node;
    if (left->kind == AST_NAME) {
        node = ast_new(p, AST_DEFINE, left->span, left->span);
        node->name = left->name;
        ast_take(p, node, right);
        return node;
    }
    if (defines_function(left))
        return define_function(p, left, right);
    bool element = left->kind == AST_INDEX && left->child[0]->kind == AST_NAME;
    if (is_primed(left))
        tell_prime(p, left);
    else if (!element)
        tell_target(p, left);
    node = ast_binary(p, element ? AST_ASSIGN_ELEMENT : AST_MISTAKE, left, sign, right);
    if (!element)
        node->count = 0;
    return node;
}

/* Which statements take which tails. */
static bool takes(enum ast_kind statement, enum ast_kind tail)
{
    static const struct {
        enum ast_kind statement, tail;
    } ROWS[] = {{AST_TABLE, AST_TO},     {AST_PLOT, AST_TO},     {AST_PLOT, AST_AGAINST},
                {AST_PLOT, AST_OVER},    {AST_PLOT, AST_WITH},   {AST_EXPECT, AST_WITHIN},
                {AST_EXPECT, AST_WORTH}, {AST_EXPECT, AST_HINT}, {AST_CLAIM, AST_OVER},
                {AST_CLAIM, AST_WORTH},  {AST_CLAIM, AST_HINT}};
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++)
        if (ROWS[i].statement == statement && ROWS[i].tail == tail)
            return true;
    return false;
}

static void tell_foreign(struct parser *p, const struct ast *statement,
                         const struct ast *tail)
{
    struct diagnostic *item =
        parser_format(p, CODE_FOREIGN_TAIL, tail->at, "`%s` does not belong to `%s`",
                      parser_excerpt(p, tail->at), parser_excerpt(p, statement->at));
    parser_help(
        p, item,
        "`table` takes `to`; `plot` takes `over`, `against`, `with`, `to`; `expect` "
        "takes `within`, `worth`, `hint`; `claim` takes `over`, `worth`, `hint`");
}

struct ast *ast_tailed(struct parser *p, enum ast_kind kind, const struct token *keyword,
                       struct ast *list, struct ast *tails)
{
    struct ast *node = ast_listed(p, kind, keyword, list);
    struct span seen[AST_KIND_COUNT] = {{0}};
    for (size_t i = 0; i < tails->count; i++) {
        const struct ast *tail = tails->child[i];
        if (!takes(kind, tail->kind))
            tell_foreign(p, node, tail);
        else if (seen[tail->kind].end != 0 && tail->kind != AST_OVER)
            parser_twice(p, seen[tail->kind], tail->at);
        seen[tail->kind] = tail->at;
    }
    ast_take_all(p, node, tails);
    return node;
}

struct ast *ast_loop(struct parser *p, enum ast_kind kind, const struct token *keyword,
                     const struct token *name, struct ast *head, struct ast *block)
{
    struct ast *node = ast_keyword(p, kind, keyword, head);
    if (name != NULL)
        node->name = parser_name(p, name);
    ast_take(p, node, block);
    return node;
}

struct ast *ast_choice(struct parser *p, const struct token *keyword,
                       struct ast *condition, struct ast *yes, struct ast *no)
{
    struct ast *node = ast_keyword(p, AST_CHOICE, keyword, condition);
    ast_take(p, node, yes);
    if (no != NULL)
        ast_take(p, node, no);
    return node;
}
