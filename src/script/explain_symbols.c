/* SPDX-License-Identifier: MIT
 * The symbols of a solve: its variables, and what the texts of the objective and of the
 * clauses name, also inside the functions that they call.
 *
 * Each function is walked once, after the text that named it, so the depth of a walk is
 * that of one expression.  Names that an expression binds itself, such as parameters and
 * the names of generators, are no symbols of the problem. */
#include "script/builtins.h"
#include "script/derivative.h"
#include "script/explain_solution.h"
#include "script/solve.h"

#include <string.h>

/* Many variables leave room for the other symbols. */
enum { MOST_SYMBOLS = 100, MOST_VARIABLES = 20 };

/* A name that is bound inside the text around it. */
struct scope {
    name_id name;
    const struct scope *outer;
};

/* What a row of the table stands for. */
struct listed {
    name_id name;
    bool is_local; /* a parameter around the solve, not a name of the script */
    const struct ast *function; /* its body is walked too; NULL: none */
};

struct walk {
    struct solve *solve;
    struct explanation *explanation;
    struct listed listed[MOST_SYMBOLS]; /* by row */
    size_t walked;                      /* rows whose functions were walked */
    const struct local *locals;         /* of the text that is walked */
    bool sees_quantities;               /* it is the text of `step` or `until` */
};

/* ---- rows ---- */

/* A parameter and a name of the script may share their spelling: two symbols. */
static bool is_listed(const struct walk *w, name_id name, bool is_local)
{
    for (size_t i = 0; i < w->explanation->symbol_count; i++)
        if (w->listed[i].name == name && w->listed[i].is_local == is_local)
            return true;
    return false;
}

static void add_row(struct walk *w, const struct listed *listed, struct symbol_row row)
{
    struct explanation *x = w->explanation;
    if (is_listed(w, listed->name, listed->is_local))
        return;
    if (x->symbol_count == MOST_SYMBOLS) {
        x->has_more = true;
        return;
    }
    if (x->symbol_count == x->symbol_capacity)
        x->symbols = arena_grow(&w->solve->session->scratch, x->symbols, x->symbol_count,
                                &x->symbol_capacity, sizeof *x->symbols);
    row.cell[SYMBOL_NAME] = intern_text(w->solve->session->names, listed->name);
    w->listed[x->symbol_count] = *listed;
    x->symbols[x->symbol_count++] = row;
}

static const char *count_text(struct walk *w, size_t count, const char *unit)
{
    struct text out;
    text_init(&out, &w->solve->session->scratch);
    text_format(&out, "%zu%s%s", count, unit, unit[0] == '\0' || count == 1 ? "" : "s");
    return text_string(&out);
}

static void add_variable(struct walk *w, const struct variable *v)
{
    static const char *const types[] = {"number", "vector", "matrix"};
    struct text shape;
    text_init(&shape, &w->solve->session->scratch);
    for (size_t i = 0; i < v->shape.rank; i++)
        text_format(&shape, "%s%zu", i == 0 ? "" : " x ", v->shape.extent[i]);
    add_row(w, &(struct listed){.name = v->name},
            (struct symbol_row){{NULL, "the unknown", types[v->shape.rank],
                                 v->shape.rank == 0 ? "scalar" : text_string(&shape),
                                 "variable"}});
}

/* "f(x, y) = x^2 + y" */
static void put_function(struct walk *w, struct text *out, const struct ast *function)
{
    const struct intern *names = w->solve->session->names;
    size_t parameters = function->count - 1;
    text_puts(out, intern_text(names, function->name));
    for (size_t i = 0; i < parameters; i++)
        text_format(out, "%s%s", i == 0 ? "(" : ", ",
                    intern_text(names, function->child[i]->name));
    text_puts(out, parameters == 0 ? "() = " : ") = ");
    format_node(out, function->child[parameters], names);
}

static void add_function(struct walk *w, struct listed listed, const struct ast *function)
{
    struct session *session = w->solve->session;
    struct text meaning;
    if (is_listed(w, listed.name, listed.is_local))
        return;
    text_init(&meaning, &session->scratch);
    text_puts(&meaning, "the function ");
    put_function(w, &meaning, function);
    listed.function = function;
    add_row(w, &listed,
            (struct symbol_row){
                {NULL, explain_line(session, text_string(&meaning)), "function",
                 count_text(w, function->count - 1, " parameter"), "function"}});
}

/* A name for a derivative: "the derivative L''", with L as a symbol too. */
static void put_derivative(struct walk *w, struct text *out,
                           const struct derivative_value *d)
{
    struct session *session = w->solve->session;
    bool plain = d->base.kind == VALUE_FUNCTION;
    const char *base =
        plain ? intern_text(session->names, d->base.as.function->name) : "a function";
    switch (d->kind) {
    case DERIVATIVE_PRIME:
        text_format(out, "the derivative of %s", base);
        if (d->primes > 1)
            text_format(out, ", %u times", d->primes);
        break;
    case DERIVATIVE_GRAD:
        text_format(out, "the gradient of %s", base);
        break;
    case DERIVATIVE_HESSIAN:
        text_format(out, "the Hessian of %s", base);
        break;
    case DERIVATIVE_DIFF:
        text_puts(out, "the derivative of ");
        format_node(out, d->expression, session->names);
        break;
    }
}

static void add_derivative(struct walk *w, const struct listed *listed,
                           const struct value *value)
{
    const struct derivative_value *d = value->as.derivative;
    struct session *session = w->solve->session;
    struct text meaning;
    text_init(&meaning, &session->scratch);
    put_derivative(w, &meaning, d);
    add_row(w, listed,
            (struct symbol_row){
                {NULL, explain_line(session, text_string(&meaning)), "function",
                 count_text(w, derivative_parameters(value), " parameter"), "function"}});
    if (d->kind != DERIVATIVE_DIFF && d->base.kind == VALUE_FUNCTION)
        add_function(w, (struct listed){.name = d->base.as.function->name},
                     d->base.as.function);
}

/* "a number of the script, 6" */
static void add_constant(struct walk *w, const struct listed *listed, const char *whose,
                         const struct value *value)
{
    struct session *session = w->solve->session;
    const char *kind = value_kind_name(value);
    size_t count = 0;
    struct text meaning;
    text_init(&meaning, &session->scratch);
    text_format(&meaning, "%s %s, ", kind, whose);
    value_print(&meaning, value, session->names);
    const char *shape = value_count(value, &count) ? count_text(w, count, "")
                        : is_numeric(value)        ? "scalar"
                                                   : "-";
    add_row(w, listed,
            (struct symbol_row){{NULL, explain_line(session, text_string(&meaning)),
                                 strchr(kind, ' ') + 1, shape, "constant"}});
}

static void add_value(struct walk *w, const struct listed *listed, const char *whose,
                      const struct value *value)
{
    if (value->unknown || is_listed(w, listed->name, listed->is_local))
        return; /* the variables are listed, and nothing else is unknown here */
    if (value->kind == VALUE_FUNCTION)
        add_function(w, *listed, value->as.function);
    else if (value->kind == VALUE_DERIVATIVE)
        add_derivative(w, listed, value);
    else
        add_constant(w, listed, whose, value);
}

/* ---- search quantities ---- */

/* False when the name is none. */
static bool add_quantity(struct walk *w, name_id id)
{
    static const struct {
        const char *name, *meaning;
    } quantities[QUANTITIES] = {
#define QUANTITY(id, name, meaning) {name, meaning},
        SOLVE_QUANTITIES(QUANTITY)
#undef QUANTITY
    };
    const struct listed listed = {.name = id, .is_local = true};
    const char *name = intern_text(w->solve->session->names, id);
    size_t i = 0, n = w->solve->n;
    if (strcmp(name, "grad") == 0) {
        add_row(w, &listed,
                (struct symbol_row){{NULL,
                                     n == 1 ? "the derivative of the objective"
                                            : "the gradient of the objective",
                                     n == 1 ? "number" : "vector",
                                     n == 1 ? "scalar" : count_text(w, n, ""),
                                     "search quantity"}});
        return true;
    }
    while (i < QUANTITY_SECONDS && strcmp(quantities[i].name, name) != 0)
        i++;
    if (i == QUANTITY_SECONDS)
        return false;
    add_row(w, &listed,
            (struct symbol_row){
                {NULL, quantities[i].meaning, "number", "scalar", "search quantity"}});
    return true;
}

/* ---- walking ---- */

/* A name is what the evaluator would take it for: a name that the text binds, a quantity
 * of the search, a parameter around the solve, a name of the script, a constant. */
static void note_name(struct walk *w, name_id name, const struct scope *scope)
{
    struct session *session = w->solve->session;
    double number = 0;
    for (; scope != NULL; scope = scope->outer)
        if (scope->name == name)
            return;
    if (w->sees_quantities && add_quantity(w, name))
        return;
    for (const struct local *local = w->locals; local != NULL; local = local->next)
        if (local->name == name) {
            add_value(w, &(struct listed){.name = name, .is_local = true},
                      "that the function was called with", &local->value);
            return;
        }
    const struct value *held = &session_binding(session, name)->value;
    const struct listed listed = {.name = name};
    if (held->kind != VALUE_NONE) {
        add_value(w, &listed, "of the script", held);
    } else if (builtin_constant(intern_text(session->names, name), &number)) {
        struct value value = value_number(number);
        add_constant(w, &listed, "known to the language", &value);
    }
}

static void walk_text(struct walk *w, const struct ast *node, const struct scope *scope);

/* Each name is seen in the ranges behind it, the filter and the body. */
static void walk_comprehension(struct walk *w, const struct ast *node,
                               const struct scope *scope)
{
    struct scope *inner =
        ARENA_ARRAY(&w->solve->session->scratch, node->count, struct scope);
    for (size_t i = 1; i < node->count; i++) {
        const struct ast *part = node->child[i];
        walk_text(w, part->child[0], scope);
        if (part->kind != AST_GENERATOR)
            continue;
        inner[i] = (struct scope){part->name, scope};
        scope = &inner[i];
    }
    walk_text(w, node->child[0], scope);
}

static bool is_diff(struct walk *w, const struct ast *call)
{
    struct session *session = w->solve->session;
    const struct ast *callee = call->child[0];
    return callee->kind == AST_NAME && call->count > 1 &&
           strcmp(intern_text(session->names, callee->name), "diff") == 0 &&
           session_binding(session, callee->name)->value.kind == VALUE_NONE;
}

/* The names that diff(E, x, y) differentiates by are its own. */
static void walk_diff(struct walk *w, const struct ast *call, const struct scope *scope)
{
    struct scope *inner =
        ARENA_ARRAY(&w->solve->session->scratch, call->count, struct scope);
    for (size_t i = 2; i < call->count; i++) {
        inner[i] = (struct scope){call->child[i]->name, scope};
        scope = &inner[i];
    }
    walk_text(w, call->child[1], scope);
}

/* Recursion follows the nesting of the text, which the parser caps. */
static void walk_text(struct walk *w, const struct ast *node, const struct scope *scope)
{
    if (node->kind == AST_NAME || node->kind == AST_NABLA) {
        note_name(w, node->name, scope);
    } else if (node->kind == AST_COMPREHENSION) {
        walk_comprehension(w, node, scope);
    } else if (node->kind == AST_CALL && is_diff(w, node)) {
        walk_diff(w, node, scope);
    } else if (node->kind != AST_SOLVE && node->kind != AST_SWEEP) {
        for (size_t i = 0; i < node->count; i++)
            if (node->child[i] != NULL)
                walk_text(w, node->child[i], scope);
    }
}

/* The functions of all rows that were added since: their bodies see their parameters and
 * the names of the script, and may add more functions behind them. */
static void walk_functions(struct walk *w)
{
    w->locals = NULL;
    w->sees_quantities = false;
    for (; w->walked < w->explanation->symbol_count; w->walked++) {
        const struct ast *function = w->listed[w->walked].function;
        if (function == NULL)
            continue;
        size_t count = function->count - 1;
        struct scope *parameters =
            ARENA_ARRAY(&w->solve->session->scratch, count + 1, struct scope);
        for (size_t i = 0; i < count; i++)
            parameters[i] = (struct scope){function->child[i]->name,
                                           i == 0 ? NULL : &parameters[i - 1]};
        walk_text(w, function->child[count], count == 0 ? NULL : &parameters[count - 1]);
    }
}

/* The text of a clause, then the functions that it named. */
static void walk_clause(struct walk *w, const struct ast *text, bool sees_quantities)
{
    w->locals = w->solve->locals;
    w->sees_quantities = sees_quantities;
    walk_text(w, text, NULL);
    walk_functions(w);
}

/* The starts as written; one that several variables share is walked once. */
static void walk_starts(struct walk *w)
{
    const struct ast *node = w->solve->node;
    for (size_t i = 1; i < node->count; i++) {
        const struct ast *over = node->child[i];
        for (size_t k = 0; over->kind == AST_OVER && k < over->count; k++)
            if (over->child[k]->child[1] != NULL)
                walk_clause(w, over->child[k]->child[1], false);
    }
}

/* A method is known by its name, whatever the script calls so; `step = ...` in it is
 * walked as the step. */
static void walk_method(struct walk *w, const struct ast *text)
{
    struct session *session = w->solve->session;
    struct value method;
    if (text->kind == AST_NAME &&
        builtin_method(session, intern_text(session->names, text->name), &method))
        return;
    if (text->kind != AST_CALL) {
        walk_clause(w, text, false);
        return;
    }
    walk_method(w, text->child[0]);
    for (size_t i = 1; i < text->count; i++)
        if (text->child[i]->kind != AST_ARGUMENT ||
            strcmp(intern_text(session->names, text->child[i]->name), "step") != 0)
            walk_clause(w, text->child[i], false);
}

void explain_symbols(struct solve *solve, struct explanation *explanation)
{
    struct session *session = solve->session;
    const struct ast *by = solve_clause(solve->node, AST_BY);
    const struct ast *until = solve_clause(solve->node, AST_UNTIL);
    struct walk *w = ARENA_NEW(&session->scratch, struct walk);
    w->solve = solve;
    w->explanation = explanation;
    for (size_t i = 0; i < solve->variable_count && i < MOST_VARIABLES; i++)
        add_variable(w, &solve->variables[i]);
    explanation->has_more = solve->variable_count > MOST_VARIABLES;
    walk_clause(w, solve->node->child[0], false);
    walk_starts(w);
    if (by != NULL)
        walk_method(w, by->child[0]);
    if (solve->step_text != NULL)
        walk_clause(w, solve->step_text, true);
    if (until != NULL)
        walk_clause(w, until->child[0], true);
    else
        (void)add_quantity(w, intern_string(session->names, "grad"));
}
