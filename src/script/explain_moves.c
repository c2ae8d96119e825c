/* SPDX-License-Identifier: MIT
 * The five moves of a solve as texts: what the script wrote, what acted instead where it
 * wrote nothing, and the mathematics of the step.
 *
 * Expressions stand as written, with their value behind them where it is no plain number,
 * so that a reader finds the line of the script and sees what came of it. */
#include "script/explain_solution.h"

#include "script/array.h"
#include "script/report.h"
#include "script/settings.h"
#include "script/solve.h"

#include <math.h>
#include <string.h>

enum { LONGEST_LINE = 160, SHOWN_VARIABLES = 8 };

/* ---- texts ---- */

static bool is_line(const char *text)
{
    size_t length = strlen(text);
    return length <= LONGEST_LINE && text[0] != ' ' &&
           (length == 0 || text[length - 1] != ' ') && strchr(text, '\n') == NULL &&
           strstr(text, "  ") == NULL;
}

/* Line ends and runs of blanks become one blank; a long text is cut between two
 * characters. */
const char *explain_line(struct session *session, const char *text)
{
    struct text out;
    bool blank = false;
    if (is_line(text))
        return text;
    text_init(&out, &session->scratch);
    for (; *text != '\0'; text++) {
        bool inside = ((unsigned char)*text & 0xC0) == 0x80; /* a character of UTF-8 */
        if (out.length >= LONGEST_LINE && !inside) {
            text_puts(&out, " ...");
            break;
        }
        if (*text == ' ' || *text == '\n') {
            blank = true;
            continue;
        }
        if (blank && out.length > 0)
            text_putc(&out, ' ');
        blank = false;
        text_putc(&out, *text);
    }
    return text_string(&out);
}

/* An expression in the one layout. */
static const char *written(struct solve *solve, const struct ast *node)
{
    struct text out;
    text_init(&out, &solve->session->scratch);
    format_node(&out, node, solve->session->names);
    return explain_line(solve->session, text_string(&out));
}

static bool is_literal_number(const struct ast *node)
{
    return node->kind == AST_NUMBER ||
           (node->kind == AST_NEGATE && node->child[0]->kind == AST_NUMBER);
}

/* A number, or a vector of them. */
static bool is_literal(const struct ast *node)
{
    if (node->kind != AST_LIST)
        return is_literal_number(node);
    for (size_t i = 0; i < node->count; i++)
        if (!is_literal_number(node->child[i]))
            return false;
    return true;
}

/* "0.5", or "w0 = 0.5" where the script says it by a name or a formula. */
static void put_number(struct solve *solve, struct text *out, const struct ast *node,
                       double number)
{
    text_puts(out, written(solve, node));
    if (is_literal(node))
        return;
    text_puts(out, " = ");
    text_number(out, number);
}

/* "w" or "(w, b)" */
static void put_variables(struct solve *solve, struct text *out)
{
    size_t count = solve->variable_count;
    text_puts(out, count == 1 ? "" : "(");
    for (size_t i = 0; i < count && i < SHOWN_VARIABLES; i++)
        text_format(out, "%s%s", i == 0 ? "" : ", ",
                    intern_text(solve->session->names, solve->variables[i].name));
    text_puts(out, count > SHOWN_VARIABLES ? ", ..." : "");
    text_puts(out, count == 1 ? "" : ")");
}

/* ---- the five moves ---- */

/* Without the parentheses around the whole. */
static const struct ast *inside(const struct ast *node)
{
    while (node->kind == AST_GROUP)
        node = node->child[0];
    return node;
}

/* The name of a function, which stands for its value at the variables. */
static bool names_function(struct solve *solve, const struct ast *node)
{
    struct evaluation plain = {solve->session, NULL};
    struct value value;
    return node->kind == AST_NAME && evaluate(&plain, node, solve->locals, &value) &&
           value.kind == VALUE_FUNCTION;
}

static void put_applied(struct solve *solve, struct text *out,
                        const struct ast *objective)
{
    text_puts(out, written(solve, objective));
    if (!names_function(solve, objective))
        return;
    text_puts(out, solve->variable_count == 1 ? "(" : "");
    put_variables(solve, out);
    text_puts(out, solve->variable_count == 1 ? ")" : "");
}

/* To maximize is told as what the engine does. */
static void put_objective(struct solve *solve, struct text *out)
{
    const struct ast *objective = inside(solve->node->child[0]);
    bool is_short = objective->kind == AST_NAME || objective->kind == AST_CALL;
    text_puts(out, solve->maximize ? "maximize " : "minimize ");
    put_applied(solve, out, objective);
    if (!solve->maximize)
        return;
    text_puts(out, is_short ? "\nwhich is to minimize -" : "\nwhich is to minimize -(");
    put_applied(solve, out, objective);
    text_puts(out, is_short ? "" : ")");
}

/* "w, any number, from w0 = 0.5", "x, a vector of length 2, from [0, 1]" */
static void put_variable(struct solve *solve, struct text *out, const struct variable *v,
                         const struct ast *start)
{
    const double *numbers = solve->start + v->offset;
    text_format(out, "%s, ", intern_text(solve->session->names, v->name));
    if (start == NULL) {
        put_shape(out, &v->shape);
        text_puts(out, ", drawn in its set");
        return;
    }
    if (v->shape.rank == 0) {
        text_puts(out, "any number, from ");
        put_number(solve, out, start, *numbers);
        return;
    }
    put_shape(out, &v->shape);
    text_format(out, ", from %s", written(solve, start));
    if (is_literal(start))
        return;
    text_puts(out, " = ");
    report_numbers(out, v, numbers);
}

/* Each variable on a line of its own, the first few of many. */
static void put_space(struct solve *solve, struct text *out)
{
    size_t variable = 0;
    for (size_t i = 1; i < solve->node->count; i++) {
        const struct ast *over = solve->node->child[i];
        for (size_t k = 0; over->kind == AST_OVER && k < over->count; k++, variable++) {
            if (variable == SHOWN_VARIABLES) {
                text_format(out, "\nand %zu more", solve->variable_count - variable);
                return;
            }
            text_puts(out, variable == 0 ? "" : "\n");
            put_variable(solve, out, &solve->variables[variable], solve_start(over, k));
        }
    }
}

/* The letters of the method's formula, in the names of this problem; a variable that is
 * itself called x needs no word. */
static void put_letters(struct solve *solve, struct text *out)
{
    const char *first = intern_text(solve->session->names, solve->variables[0].name);
    bool same = solve->n == 1 && strcmp(first, "x") == 0;
    text_puts(out, same ? "\nwhere " : "\nwhere x is ");
    text_puts(out, solve->n == 1 ? "" : "the point ");
    if (!same)
        put_variables(solve, out);
    text_format(out, "%s the %s of %s, t the step size", same ? "g is" : ", g",
                solve->n == 1 ? "derivative" : "gradient",
                solve->maximize ? "the negative" : "the objective");
}

/* "momentum(beta = 0.9 (default))".  Where the script chose no method, the mark stands
 * once for all of it. */
static void put_method(struct text *out, const struct explanation *x)
{
    settings_put(out, descent_method_name(x->method), descent_method_settings(x->method),
                 x->method_settings, !x->default_method);
    text_puts(out, x->default_method ? " (default)" : "");
}

static void put_move(struct solve *solve, struct text *out, const struct explanation *x)
{
    put_method(out, x);
    text_format(out, "\n%s\n%s", descent_method_summary(x->method),
                descent_method_formula(x->method, x->method_settings));
    put_letters(solve, out);
}

/* A number or a schedule, or a rule with its settings, marked likewise. */
static void put_step(struct text *out, const struct explanation *x)
{
    if (x->search_settings == NULL)
        text_puts(out, x->step);
    else
        settings_put(out, descent_search_name(x->search),
                     descent_search_settings(x->search), x->search_settings,
                     !x->default_step);
    text_puts(out, x->default_step ? " (default)" : "");
}

/* What ends the search, with the budget that stands in where the script gave none. */
static void put_until(struct solve *solve, struct text *out, const struct explanation *x)
{
    const struct ast *until = solve_clause(solve->node, AST_UNTIL);
    if (until == NULL) {
        text_puts(out, descent_method_uses_gradients(x->method) ? "|grad| < 1e-6"
                                                                : "|dx| < 1e-8");
        text_puts(out, " or 10000 steps (default)");
        return;
    }
    text_puts(out, written(solve, until->child[0]));
    if (x->default_budget)
        text_puts(out, "\nor 10000 steps (default)");
}

static void put_explained(struct solve *solve, struct text *out,
                          const struct explanation *x, enum explained_move move)
{
    switch (move) {
    case EXPLAINED_OBJECTIVE:
        put_objective(solve, out);
        break;
    case EXPLAINED_SPACE:
        put_space(solve, out);
        break;
    case EXPLAINED_MOVE:
        put_move(solve, out, x);
        break;
    case EXPLAINED_STEP:
        put_step(out, x);
        text_format(out, "%s%s", x->search_settings == NULL ? ": " : "\n",
                    descent_search_summary(x->search));
        break;
    default: /* UNTIL */
        put_until(solve, out, x);
    }
}

/* ---- what acted ---- */

static void take_method(struct solve *solve, struct explanation *x)
{
    x->method = solve->method->method;
    x->method_settings =
        settings_copy(&solve->session->scratch, descent_method_settings(x->method),
                      solve->method->settings);
    x->default_method = solve_clause(solve->node, AST_BY) == NULL;
}

/* The step that is known beforehand: the method's own default, or as written. */
static const char *step_text(struct solve *solve)
{
    struct text out;
    text_init(&out, &solve->session->scratch);
    if (solve->step_text == NULL)
        text_number(&out, solve->fixed_step);
    else if (solve->schedule != 0)
        text_format(&out, "%s%s", written(solve, solve->step_text),
                    names_function(solve, solve->step_text) ? "(k)" : "");
    else
        put_number(solve, &out, solve->step_text, solve->fixed_step);
    return text_string(&out);
}

/* The rule that acts, by the same choice as in the engine: a number, a schedule, a rule
 * of the script, or the default rule with its default settings. */
static void take_step(struct solve *solve, struct explanation *x)
{
    struct arena *scratch = &solve->session->scratch;
    bool is_fixed = !isnan(solve->fixed_step);
    x->default_step = solve->step_text == NULL;
    if (is_fixed || solve->schedule != 0) {
        x->search = descent_search_find(is_fixed ? "fixed" : "schedule");
        x->step = step_text(solve);
    } else if (solve->search != NULL) {
        x->search = solve->search->search;
        x->search_settings = settings_copy(scratch, descent_search_settings(x->search),
                                           solve->search->settings);
    } else {
        double *settings;
        x->search = solve_default_search(solve, &settings);
        x->search_settings = settings;
    }
}

/* What `explain r` shows, while all that it names is there. */
static void take_texts(struct solve *solve, struct explanation *x)
{
    struct arena *scratch = &solve->session->scratch;
    for (size_t i = 0; i < EXPLAINED_MOVE_COUNT; i++) {
        struct text out;
        text_init(&out, scratch);
        put_explained(solve, &out, x, (enum explained_move)i);
        x->move[i] = text_string(&out);
    }
    explain_symbols(solve, x);
}

struct explanation *explain_solve(struct solve *solve)
{
    struct explanation *x = ARENA_NEW(&solve->session->scratch, struct explanation);
    take_method(solve, x);
    take_step(solve, x);
    x->default_budget = solve->until == NULL || !solve_has_budget(solve);
    if (solve->is_kept)
        take_texts(solve, x);
    return x;
}

void explanation_put_settings(struct text *out, const struct explanation *x)
{
    text_puts(out, "by ");
    put_method(out, x);
    text_puts(out, ", step ");
    put_step(out, x);
    text_puts(out, x->default_budget ? ", at most 10000 steps (default)" : "");
}
