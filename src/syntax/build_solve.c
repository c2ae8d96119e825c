/* SPDX-License-Identifier: MIT
 * Solve statements: the five moves, each at most once except `over` and `subject to`. */
#include "syntax/parser.h"

#include <string.h>

static bool may_repeat(enum ast_kind clause)
{
    return clause == AST_OVER || clause == AST_SUBJECT;
}

static bool has_clause(const struct ast *solve, enum ast_kind kind)
{
    for (size_t i = 1; i < solve->count; i++)
        if (solve->child[i]->kind == kind)
            return true;
    return false;
}

/* Writes a start to propose that lies in the set of the variable, as far as can be read.
 */
static void propose_start(struct parser *p, const struct ast *variable, struct text *out)
{
    const struct ast *set = variable->child[0];
    const char *name = set != NULL && set->kind == AST_NAME
                           ? intern_text(p->parse->names, set->name)
                           : "";
    bool bounds = set != NULL && set->kind == AST_LIST && set->count == 2;
    if (bounds && set->child[0]->kind == AST_NUMBER)
        text_puts(out, parser_excerpt(p, set->child[0]->span));
    else if (bounds && set->child[1]->kind == AST_NEGATE)
        text_puts(out, parser_excerpt(p, set->child[1]->span));
    else if (strcmp(name, "simplex") == 0 && variable->count == 3)
        text_format(out, "1/%s", parser_excerpt(p, variable->child[2]->span));
    else
        text_puts(out, strcmp(name, "positive") == 0 ? "1" : "0");
}

/* A start passes on to the variables before it, so the last one of each `over` must have
 * one; `starts` draws them from a set. */
static void check_start(struct parser *p, const struct ast *over, bool starts)
{
    const struct ast *last = over->child[over->count - 1];
    bool drawn = starts && last->child[0] != NULL;
    if (last->kind != AST_VARIABLE || last->child[1] != NULL || drawn)
        return;
    const char *name = intern_text(p->parse->names, last->name);
    struct text start;
    text_init(&start, p->arena);
    text_puts(&start, " from ");
    propose_start(p, last, &start);
    struct diagnostic *item =
        parser_format(p, CODE_NO_START, last->at, "`%s` has no start", name);
    diagnostic_help(p->parse->diagnostics, item, "say where the search begins: `%s%s`",
                    name, text_string(&start));
    diagnostic_edit(p->parse->diagnostics, item, span_after(last->span),
                    text_string(&start));
}

static void check_until(struct parser *p, const struct ast *condition)
{
    if (condition->kind != AST_NUMBER)
        return;
    struct diagnostic *item = parser_tell(p, CODE_UNTIL_STEPS, condition->span,
                                          "`until` wants a condition, not a number");
    parser_help(p, item,
                "write the unit behind the number: `steps`, `epochs` or `seconds`");
    diagnostic_edit(p->parse->diagnostics, item, span_after(condition->span), " steps");
}

static void check_clauses(struct parser *p, const struct ast *solve)
{
    struct span seen[AST_KIND_COUNT] = {{0}};
    bool starts = has_clause(solve, AST_STARTS);
    for (size_t i = 1; i < solve->count; i++) {
        const struct ast *clause = solve->child[i];
        if (seen[clause->kind].end != 0 && !may_repeat(clause->kind))
            parser_twice(p, seen[clause->kind], clause->at);
        seen[clause->kind] = clause->at;
        if (clause->kind == AST_OVER)
            check_start(p, clause, starts);
        if (clause->kind == AST_UNTIL)
            check_until(p, clause->child[0]);
    }
}

struct ast *ast_solve(struct parser *p, enum ast_operator word,
                      const struct token *keyword, struct ast *objective,
                      struct ast *clauses)
{
    struct ast *node = ast_keyword(p, AST_SOLVE, keyword, objective);
    node->word = word;
    ast_take_all(p, node, clauses);
    if (!has_clause(node, AST_OVER)) {
        struct diagnostic *item =
            parser_tell(p, CODE_UNFINISHED_SOLVE, span_join(node->at, objective->span),
                        "it is not said which variables may change, and from where");
        parser_help(p, item,
                    "add `over` with the variables and their start: `over w from 0`");
    }
    check_clauses(p, node);
    return node;
}

struct ast *ast_sweep(struct parser *p, const struct token *keyword,
                      const struct token *name, struct ast *values, struct ast *solve)
{
    struct ast *node = ast_keyword(p, AST_SWEEP, keyword, values);
    node->name = parser_name(p, name);
    ast_take(p, node, solve);
    return node;
}

/* Passes the budgets under `and`, `or`, `not` and parentheses alone, in the order of the
 * text; stops before the first that is none of them.  Returns how many. */
static size_t pass_budgets(const struct ast *node, struct ast *const *budgets,
                           size_t count)
{
    size_t passed = 0;
    if (node->kind == AST_BUDGET)
        return count > 0 && budgets[0] == node ? 1 : 0;
    if (node->kind == AST_AND || node->kind == AST_OR || node->kind == AST_NOT ||
        node->kind == AST_GROUP)
        for (size_t i = 0; i < node->count; i++)
            passed += pass_budgets(node->child[i], budgets + passed, count - passed);
    return passed;
}

/* The budgets of the condition are in their place; the first one that is not stays. */
static void place_budgets(struct parser *p, const struct ast *condition)
{
    size_t first = 0;
    while (first < p->budget_count &&
           p->budgets[first]->span.begin < condition->span.begin)
        first++;
    size_t within = p->budget_count - first;
    size_t passed = within == 0 ? 0 : pass_budgets(condition, p->budgets + first, within);
    p->budget_count = first;
    if (passed < within)
        p->budgets[p->budget_count++] = p->budgets[first + passed];
}

struct ast *ast_until(struct parser *p, const struct token *keyword,
                      struct ast *condition)
{
    place_budgets(p, condition);
    return ast_keyword(p, AST_UNTIL, keyword, condition);
}

struct ast *ast_variable(struct parser *p, const struct token *name, struct ast *sizes,
                         const struct token *closer)
{
    struct ast *node = ast_leaf(p, AST_VARIABLE, name);
    node->name = parser_name(p, name);
    ast_take(p, node, NULL);
    ast_take(p, node, NULL);
    if (sizes != NULL) {
        ast_take_all(p, node, sizes);
        node->span = span_join(node->span, parser_span(p, closer));
    }
    return node;
}

struct ast *ast_place(struct parser *p, struct ast *variable, int which,
                      const struct token *keyword, struct ast *value)
{
    struct span at = parser_span(p, keyword);
    if (variable->child[which] != NULL) {
        parser_twice(p, variable->child[which]->span, at);
        return variable;
    }
    ast_take(p, variable, value);
    variable->count--;
    variable->child[which] = variable->child[variable->count];
    return variable;
}
