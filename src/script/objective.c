/* SPDX-License-Identifier: MIT
 * The variables of a solve and its objective as a graph. */
#include "script/array.h"
#include "script/sets.h"

#include <math.h>
#include <string.h>

const struct ast *solve_clause(const struct ast *node, enum ast_kind kind)
{
    for (size_t i = 1; i < node->count; i++)
        if (node->child[i]->kind == kind)
            return node->child[i];
    return NULL;
}

/* ---- variables ---- */

static size_t count_variables(const struct ast *node)
{
    size_t count = 0;
    for (size_t i = 1; i < node->count; i++)
        if (node->child[i]->kind == AST_OVER)
            count += node->child[i]->count;
    return count;
}

const struct ast *solve_start(const struct ast *over, size_t index)
{
    for (; index < over->count; index++)
        if (over->child[index]->child[1] != NULL)
            return over->child[index]->child[1];
    return NULL;
}

/* Whether the variable is one of the `count` before it in the same solve. */
static bool stands_before(const struct ast *node, name_id name, size_t count)
{
    for (size_t i = 1; i < node->count; i++) {
        const struct ast *over = node->child[i];
        for (size_t k = 0; over->kind == AST_OVER && k < over->count; k++) {
            if (count-- == 0)
                return false;
            if (over->child[k]->name == name)
                return true;
        }
    }
    return false;
}

static void check_variable(struct session *session, const struct ast *node,
                           const struct ast *variable, size_t index)
{
    const char *name = intern_text(session->names, variable->name);
    if (solution_name_reserved(name))
        (void)session_error(session, CODE_RESERVED_VARIABLE, variable->at,
                            "`%s` names a quantity of every search and cannot be a "
                            "variable",
                            name);
    else if (stands_before(node, variable->name, index))
        (void)session_error(session, CODE_VARIABLE_TWICE, variable->at,
                            "`%s` is already a variable of this search", name);
}

void solve_check_variables(struct session *session, const struct ast *node)
{
    size_t index = 0;
    for (size_t i = 1; i < node->count; i++) {
        const struct ast *over = node->child[i];
        for (size_t k = 0; over->kind == AST_OVER && k < over->count; k++, index++)
            check_variable(session, node, over->child[k], index);
    }
}

static bool take_start(struct solve *solve, const struct ast *start, struct value *value)
{
    struct evaluation plain = {solve->session, NULL};
    if (!evaluate(&plain, start, solve->locals, value))
        return false;
    if (value->kind == VALUE_RANGE && !take_operand(&plain, start->span, value))
        return false;
    if (!is_arithmetic(value))
        return session_error(solve->session, CODE_WRONG_TYPE, start->span,
                             "a start is a number or an array, and this is %s",
                             value_kind_name(value));
    size_t count = is_array(value) ? shape_elements(&value->as.array->shape) : 1;
    const double *numbers = is_array(value) ? value->as.array->numbers : &value->number;
    for (size_t i = 0; i < count; i++)
        if (!isfinite(numbers[i]))
            return session_error(solve->session, CODE_WRONG_TYPE, start->span,
                                 "a start is a finite number");
    return true;
}

static bool take_size(struct solve *solve, const struct ast *node, size_t *out)
{
    struct evaluation plain = {solve->session, NULL};
    double size = 0;
    if (!evaluate_number(&plain, node, solve->locals, "the size of a variable", &size))
        return false;
    if (!(size >= 1 && size == floor(size) && size <= SHAPE_MOST_ELEMENTS))
        return session_error(solve->session, CODE_WRONG_TYPE, node->span,
                             "the size of a variable is a whole number from 1 to 2^28");
    *out = (size_t)size;
    return true;
}

/* theta[10], W[3, 4]: the sizes stand behind set and start. */
static bool take_shape(struct solve *solve, const struct ast *variable,
                       struct shape *shape)
{
    shape->rank = variable->count - 2;
    if (shape->rank > 2)
        return session_error(solve->session, CODE_WRONG_TYPE, variable->span,
                             "a variable has one or two sizes");
    for (size_t i = 0; i < shape->rank; i++)
        if (!take_size(solve, variable->child[i + 2], &shape->extent[i]))
            return false;
    if (shape_check(shape) == SHAPE_FITS)
        return true;
    return session_error(solve->session, CODE_TOO_LARGE, variable->span,
                         "this variable is too large");
}

/* Room for the numbers of a variable at the end of the start. */
static double *add_numbers(struct solve *solve, size_t count)
{
    while (solve->n + count > solve->start_capacity)
        solve->start =
            arena_grow(&solve->session->workspace, solve->start, solve->start_capacity,
                       &solve->start_capacity, sizeof *solve->start);
    double *numbers = solve->start + solve->n;
    solve->n += count;
    return numbers;
}

/* A number that is written stands for all components; anything else may be a draw, which
 * is made for each. */
static bool fill_components(struct solve *solve, const struct ast *start,
                            const struct value *first, double *numbers, size_t count)
{
    struct arena *scratch = &solve->session->scratch;
    struct value value = *first;
    bool draws = start->kind == AST_CALL || start->kind == AST_SUM ||
                 start->kind == AST_PRODUCT || start->kind == AST_GLUED ||
                 start->kind == AST_NEGATE || start->kind == AST_GROUP;
    for (size_t i = 0; i < count; i++) {
        struct arena_mark mark = arena_mark(scratch);
        if (i > 0 && draws &&
            (!session_go_on_sometimes(solve->session, start->span) ||
             !take_start(solve, start, &value)))
            return false;
        numbers[i] = value.number;
        arena_release(scratch, mark);
    }
    return true;
}

static bool wrong_start(struct solve *solve, const struct ast *variable,
                        const struct ast *start, const struct shape *shape,
                        const struct shape *own)
{
    struct text text;
    text_init(&text, &solve->session->scratch);
    text_format(&text, "`%s` is ", intern_text(solve->session->names, variable->name));
    put_shape(&text, shape);
    text_puts(&text, ", and its start is ");
    put_shape(&text, own);
    return session_error(solve->session, CODE_SHAPES_DIFFER, start->span, "%s",
                         text_string(&text));
}

/* The shape is that of the sizes, or of the start. */
static bool place_variable(struct solve *solve, const struct ast *variable,
                           const struct ast *start, bool is_own)
{
    struct variable *v = &solve->variables[solve->variable_count];
    struct value value;
    *v = (struct variable){.name = variable->name, .offset = solve->n};
    if (!take_shape(solve, variable, &v->shape) || !take_start(solve, start, &value))
        return false;
    struct shape own = core_shape(&solve->e, &value);
    if (own.rank > 0 && !is_own)
        return session_error(solve->session, CODE_NO_START, variable->at,
                             "`%s` has no start: an array is the start of its own "
                             "variable alone",
                             intern_text(solve->session->names, variable->name));
    if (v->shape.rank == 0)
        v->shape = own;
    else if (own.rank > 0 && !shape_equal(&v->shape, &own))
        return wrong_start(solve, variable, start, &v->shape, &own);
    v->count = shape_elements(&v->shape);
    if (v->count == 0)
        return session_error(solve->session, CODE_WRONG_TYPE, variable->span,
                             "a variable without elements cannot move");
    double *numbers = add_numbers(solve, v->count);
    solve->places[solve->variable_count++] = variable->at;
    if (own.rank == 0)
        return fill_components(solve, start, &value, numbers, v->count);
    memcpy(numbers, value.as.array->numbers, v->count * sizeof *numbers);
    return true;
}

/* A variable of `starts` that is drawn in its set, once that is known. */
static bool place_without_start(struct solve *solve, const struct ast *variable,
                                const struct ast *set)
{
    struct variable *v = &solve->variables[solve->variable_count];
    *v = (struct variable){.name = variable->name, .offset = solve->n};
    if (!take_shape(solve, variable, &v->shape) ||
        (v->shape.rank == 0 && !solve_set_shape(solve, set, &v->shape)))
        return false;
    v->count = shape_elements(&v->shape);
    double *numbers = add_numbers(solve, v->count);
    for (size_t i = 0; i < v->count; i++)
        numbers[i] = (double)NAN;
    solve->places[solve->variable_count++] = variable->at;
    return true;
}

static bool add_variable(struct solve *solve, const struct ast *over, size_t index)
{
    struct session *session = solve->session;
    const struct ast *variable = over->child[index];
    const struct ast *start = solve_start(over, index), *set = solve_set(over, index);
    if (start == NULL && set != NULL && solve_clause(solve->node, AST_STARTS) != NULL)
        return place_without_start(solve, variable, set);
    if (start == NULL) {
        const char *name = intern_text(session->names, variable->name);
        (void)session_error(session, CODE_NO_START, variable->at, "`%s` has no start",
                            name);
        diagnostic_help(&session->diagnostics, session_last(session),
                        "say where the search begins: `over %s from 0`", name);
        return false;
    }
    return place_variable(solve, variable, start, start == variable->child[1]);
}

bool solve_collect_variables(struct solve *solve)
{
    struct arena *arena = &solve->session->workspace;
    size_t count = count_variables(solve->node);
    solve->variables = ARENA_ARRAY(arena, count, struct variable);
    solve->places = ARENA_ARRAY(arena, count, struct span);
    solve->leaves = ARENA_ARRAY(arena, count, node_id);
    for (size_t i = 1; i < solve->node->count; i++) {
        const struct ast *over = solve->node->child[i];
        for (size_t k = 0; over->kind == AST_OVER && k < over->count; k++)
            if (!add_variable(solve, over, k))
                return false;
    }
    return solve_collect_sets(solve);
}

/* The checks were made when the variables were collected; another draw may fail all the
 * same, by a limit. */
static bool draw_variable(struct solve *solve, const struct variable *v,
                          const struct ast *start, double *numbers)
{
    struct value value;
    for (size_t i = 0; start == NULL && i < v->count; i++)
        numbers[i] = (double)NAN;
    if (start == NULL)
        return true;
    if (!take_start(solve, start, &value))
        return false;
    if (!is_array(&value))
        return fill_components(solve, start, &value, numbers, v->count);
    size_t count = shape_elements(&value.as.array->shape);
    memcpy(numbers, value.as.array->numbers,
           (count < v->count ? count : v->count) * sizeof *numbers);
    return true;
}

bool solve_draw_starts(struct solve *solve, double *x)
{
    const struct variable *v = solve->variables;
    for (size_t i = 1; i < solve->node->count; i++) {
        const struct ast *over = solve->node->child[i];
        for (size_t k = 0; over->kind == AST_OVER && k < over->count; k++, v++)
            if (!draw_variable(solve, v, solve_start(over, k), x + v->offset))
                return false;
    }
    return true;
}

/* ---- objective ---- */

/* A function as objective is applied to the variables in order. */
static bool apply_to_variables(struct solve *solve, const struct ast *place,
                               struct value *value)
{
    size_t count = solve->variable_count;
    struct value *arguments = ARENA_ARRAY(&solve->session->scratch, count, struct value);
    for (size_t i = 0; i < count; i++)
        arguments[i] = session_binding(solve->session, solve->variables[i].name)->value;
    return call_function(&solve->e, value->as.function, place->span, arguments, count,
                         value);
}

static bool depends_on_nothing(struct solve *solve, const struct ast *objective)
{
    struct session *session = solve->session;
    (void)session_error(session, CODE_NOTHING_TO_MOVE, objective->span,
                        "the objective does not depend on `%s`",
                        intern_text(session->names, solve->variables[0].name));
    diagnostic_label(&session->diagnostics, session_last(session), solve->places[0],
                     "this is what the search may change");
    return false;
}

bool solve_trace_objective(struct solve *solve)
{
    struct session *session = solve->session;
    const struct ast *objective = solve->node->child[0];
    struct value value;
    if (!evaluate(&solve->e, objective, solve->locals, &value))
        return false;
    if (value.kind == VALUE_FUNCTION && !apply_to_variables(solve, objective, &value))
        return false;
    if (value.kind == VALUE_BUILTIN)
        return not_yet(session, objective->span, "a built-in function as objective");
    if (value.kind != VALUE_NUMBER)
        return session_error(session, CODE_WRONG_TYPE, objective->span,
                             "the objective is a number, and this is %s",
                             value_kind_name(&value));
    bool depends = value.unknown && graph_node(session->graph, value.node).depends;
    if (!depends && solve_clause(solve->node, AST_SUBJECT) == NULL)
        return depends_on_nothing(solve, objective);
    value.node = array_node(&solve->e, &value);
    graph_set_origin(session->graph,
                     provenance_origin(&session->provenance, objective->span));
    solve->objective = solve->maximize
                           ? graph_apply1(session->graph, OP_NEGATE, value.node)
                           : value.node;
    solve->partials = ARENA_ARRAY(&session->workspace, solve->variable_count, node_id);
    graph_gradient(session->graph, solve->objective, solve->leaves, solve->variable_count,
                   solve->partials);
    return true;
}
