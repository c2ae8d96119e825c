/* SPDX-License-Identifier: MIT
 * Conditions of `subject to` from text to nodes with bounds. */
#include "script/constraints.h"

#include "script/array.h"

#include <math.h>
#include <string.h>

/* ---- mistakes ---- */

static bool no_condition(struct solve *solve, const struct ast *node, const char *what)
{
    struct session *session = solve->session;
    (void)session_error(session, CODE_NOT_A_CONSTRAINT, node->span, "%s", what);
    diagnostic_help(&session->diagnostics, session_last(session),
                    "write comparisons by `<=`, `>=` or `==`, with commas between them");
    return false;
}

static bool strict(struct solve *solve, const struct ast *node, bool less)
{
    struct session *session = solve->session;
    (void)session_error(session, CODE_NOT_A_CONSTRAINT, node->at,
                        "a search cannot keep away from a bound that it may come close "
                        "to: `%s` is no condition",
                        less ? "<" : ">");
    diagnostic_help(&session->diagnostics, session_last(session), "write `%s`",
                    less ? "<=" : ">=");
    return false;
}

/* ---- one comparison ---- */

/* The two sides, and their numbers where they are known. */
struct link {
    struct value side[2];
    const double *known[2];
    enum ast_operator word;
    const struct ast *text;
};

static const double *known_numbers(struct solve *solve, const struct value *value)
{
    if (value->unknown)
        return array_data(&solve->e, value);
    return is_array(value) ? value->as.array->numbers : &value->number;
}

static double bound_at(const double *numbers, const struct value *value, size_t i)
{
    return numbers[is_array(value) ? i : 0];
}

static struct constraint *add_item(struct solve *solve, const struct ast *text,
                                   const struct shape *shape)
{
    struct constraints *all = solve->constraints;
    struct arena *arena = &solve->session->workspace;
    if (all->count == all->capacity)
        all->items =
            arena_grow(arena, all->items, all->count, &all->capacity, sizeof *all->items);
    struct constraint *item = &all->items[all->count++];
    *item = (struct constraint){.text = text, .shape = *shape, .factor = 1};
    item->count = shape_elements(shape);
    item->lower = ARENA_ARRAY(arena, item->count, double);
    item->upper = ARENA_ARRAY(arena, item->count, double);
    for (size_t i = 0; i < item->count; i++) {
        item->lower[i] = -(double)INFINITY;
        item->upper[i] = (double)INFINITY;
    }
    return item;
}

/* `known` stands on side `known_side` of the comparison. */
static bool bound_item(struct solve *solve, struct constraint *item,
                       const struct link *link, int known_side)
{
    bool below = (link->word == AST_LESS_EQUAL) == (known_side != 0);
    for (size_t i = 0; i < item->count; i++) {
        double bound = known_side < 0 ? 0
                                      : bound_at(link->known[known_side],
                                                 &link->side[known_side], i);
        if (isnan(bound))
            return session_error(solve->session, CODE_NOT_A_CONSTRAINT, link->text->span,
                                 "a bound of this condition is not a number");
        if (below || link->word == AST_EQUAL)
            item->upper[i] = fmin(item->upper[i], bound);
        if (!below || link->word == AST_EQUAL)
            item->lower[i] = fmax(item->lower[i], bound);
    }
    return true;
}

/* What is bounded, of the shape of the whole comparison. */
static node_id bounded_node(struct solve *solve, const struct link *link, int known_side,
                            const struct shape *shape)
{
    struct graph *graph = solve->session->graph;
    graph_set_origin(graph,
                     provenance_origin(&solve->session->provenance, link->text->span));
    node_id nodes[2];
    for (int side = 0; side < 2; side++)
        nodes[side] = side == known_side ? 0 : array_node(&solve->e, &link->side[side]);
    if (known_side < 0)
        nodes[0] = graph_apply2(graph, OP_ADD, nodes[0],
                                graph_apply1(graph, OP_NEGATE, nodes[1]));
    node_id node = nodes[known_side == 0 ? 1 : 0];
    struct shape own = graph_shape(graph, node);
    return shape_equal(&own, shape) ? node : graph_broadcast_to(graph, node, shape);
}

static bool holds_at(const struct link *link, size_t i)
{
    double left = bound_at(link->known[0], &link->side[0], i);
    double right = bound_at(link->known[1], &link->side[1], i);
    return link->word == AST_LESS_EQUAL      ? left <= right
           : link->word == AST_GREATER_EQUAL ? left >= right
                                             : left == right;
}

/* A comparison of known numbers that holds says nothing. */
static bool is_idle(struct solve *solve, const struct link *link, size_t count)
{
    if (link->known[0] == NULL || link->known[1] == NULL)
        return false;
    for (size_t i = 0; i < count; i++)
        if (!holds_at(link, i))
            return false;
    (void)diagnostic_add(&solve->session->diagnostics, CODE_IDLE_CONSTRAINT,
                         link->text->span,
                         "this condition depends on no variable and holds: it says "
                         "nothing");
    return true;
}

static bool check_link(struct solve *solve, struct link *link, const struct ast *compare,
                       size_t index, struct shape *shape)
{
    struct span places[2];
    if (link->word == AST_LESS || link->word == AST_GREATER)
        return strict(solve, compare, link->word == AST_LESS);
    if (link->word == AST_NOT_EQUAL)
        return no_condition(solve, compare, "`!=` leaves nothing to search on");
    for (size_t k = 0; k < 2; k++) {
        places[k] = compare->child[index - 1 + k]->span;
        if (!take_operand(&solve->e, places[k], &link->side[k]))
            return false;
    }
    return elementwise_fits(&solve->e, compare->span, link->side, places, 2, shape);
}

/* Adds the comparison; a chain goes on with the item of the link before (NULL: none),
 * when both ends are known. */
static bool add_link(struct solve *solve, struct link *link, const struct shape *shape,
                     struct constraint **before)
{
    size_t count = shape_elements(shape);
    for (size_t k = 0; k < 2; k++)
        link->known[k] = known_numbers(solve, &link->side[k]);
    struct constraint *open = *before;
    *before = NULL;
    if (count == 0 || is_idle(solve, link, count))
        return true;
    int known_side = link->known[1] != NULL ? 1 : link->known[0] != NULL ? 0 : -1;
    node_id node = bounded_node(solve, link, known_side, shape);
    if (open == NULL || known_side != 1 || open->node != node) {
        open = add_item(solve, link->text, shape);
        open->node = node;
    }
    if (known_side == 0)
        *before = open;
    return bound_item(solve, open, link, known_side);
}

/* ---- chains and families ---- */

/* Operand `index` of a comparison; of a family the vector of them all. */
static bool take_side(struct solve *solve, const struct ast *compare, size_t index,
                      const struct ast *family, struct value *out)
{
    if (family == NULL)
        return evaluate(&solve->e, compare->child[index], solve->locals, out);
    struct arena *arena = &solve->session->workspace;
    struct ast *sides = ARENA_NEW(arena, struct ast);
    *sides = *family;
    sides->child = ARENA_ARRAY(arena, family->count, struct ast *);
    memcpy(sides->child, family->child, family->count * sizeof *sides->child);
    sides->child[0] = compare->child[index];
    return evaluate(&solve->e, sides, solve->locals, out);
}

static bool add_compare(struct solve *solve, const struct ast *text,
                        const struct ast *compare, const struct ast *family)
{
    struct constraint *before = NULL;
    struct link link = {.text = text};
    if (!take_side(solve, compare, 0, family, &link.side[0]))
        return false;
    for (size_t i = 1; i < compare->count; i++) {
        struct shape shape;
        link.word = (enum ast_operator)compare->operators[i];
        if (!take_side(solve, compare, i, family, &link.side[1]) ||
            !check_link(solve, &link, compare, i, &shape) ||
            !add_link(solve, &link, &shape, &before))
            return false;
        link.side[0] = link.side[1];
    }
    return true;
}

/* Recursion follows the nesting of the text, which the parser caps. */
static bool add_condition(struct solve *solve, const struct ast *node)
{
    switch (node->kind) {
    case AST_GROUP:
        return add_condition(solve, node->child[0]);
    case AST_AND:
        for (size_t i = 0; i < node->count; i++)
            if (!add_condition(solve, node->child[i]))
                return false;
        return true;
    case AST_COMPARE:
        return add_compare(solve, node, node, NULL);
    case AST_COMPREHENSION:
        if (node->child[0]->kind == AST_COMPARE)
            return add_compare(solve, node, node->child[0], node);
        return no_condition(solve, node, "a family of conditions has a comparison in it");
    case AST_OR:
    case AST_NOT:
        return no_condition(solve, node,
                            "conditions all hold at once: there is no `or` and no `not`");
    default:
        return no_condition(solve, node, "a condition is a comparison");
    }
}

/* ---- elements of variables ---- */

static bool moves_elements(enum op op)
{
    return op == OP_SLICE || op == OP_RESHAPE || op == OP_PERMUTE || op == OP_BROADCAST;
}

/* The variable of which the node is made by moving elements alone; variable_count: none.
 */
static size_t source_variable(struct solve *solve, node_id node)
{
    struct node found = graph_node(solve->session->graph, node);
    while (moves_elements(found.op)) {
        node = found.operands[0];
        found = graph_node(solve->session->graph, node);
    }
    size_t i = 0;
    while (i < solve->variable_count && solve->leaves[i] != node)
        i++;
    return i;
}

/* The number of a node that depends on no variable. */
static double number_of(struct solve *solve, node_id node)
{
    struct value value = array_value_of(&solve->e, node, 0, false);
    const double *numbers = array_data(&solve->e, &value);
    return numbers == NULL ? (double)NAN : numbers[0];
}

/* Of a sum or product with one operand that depends on variables: that operand, and the
 * others taken together; 0 when there are more. */
static node_id split(struct solve *solve, const struct node *whole, double *rest)
{
    struct graph *graph = solve->session->graph;
    node_id found = 0;
    *rest = whole->op == OP_ADD ? 0 : 1;
    for (size_t i = 0; i < whole->count; i++) {
        node_id operand = whole->operands[i];
        if (graph_node(graph, operand).depends && found != 0)
            return 0;
        if (graph_node(graph, operand).depends)
            found = operand;
        else if (whole->op == OP_ADD)
            *rest += number_of(solve, operand);
        else
            *rest *= number_of(solve, operand);
    }
    return found;
}

/* a*x + b with numbers a and b: bounds of x, as far as its node can be peeled off. */
static void peel(struct solve *solve, struct constraint *item)
{
    double factor = 1, offset = 0, rest = 0;
    node_id node = item->node;
    while (item->shape.rank == 0) {
        struct node found = graph_node(solve->session->graph, node);
        node_id inner = found.op == OP_NEGATE ? found.operands[0] : 0;
        rest = -1;
        if (found.op == OP_ADD || found.op == OP_MULTIPLY)
            inner = split(solve, &found, &rest);
        if (inner == 0)
            break;
        offset += found.op == OP_ADD ? factor * rest : 0;
        factor *= found.op == OP_ADD ? 1 : rest;
        node = inner;
    }
    if (node == item->node || source_variable(solve, node) == solve->variable_count ||
        !isfinite(1 / factor) || factor == 0 || !isfinite(offset))
        return;
    double low = (item->lower[0] - offset) / factor;
    double high = (item->upper[0] - offset) / factor;
    item->node = node;
    item->factor = factor;
    item->lower[0] = factor > 0 ? low : high;
    item->upper[0] = factor > 0 ? high : low;
}

/* Which elements: what comes out for a variable whose elements are their own numbers. */
static void find_elements(struct solve *solve, struct constraint *item)
{
    struct session *session = solve->session;
    peel(solve, item);
    size_t index = source_variable(solve, item->node);
    if (index == solve->variable_count)
        return;
    const struct variable *v = &solve->variables[index];
    struct arena_mark mark = arena_mark(&session->scratch);
    double *numbers = ARENA_ARRAY(&session->scratch, v->count, double);
    double *found = ARENA_ARRAY(&session->scratch, item->count, double);
    for (size_t i = 0; i < v->count; i++)
        numbers[i] = (double)(v->offset + i);
    const double *input = numbers;
    struct program *program = program_new(&session->scratch, session->graph, &item->node,
                                          1, &solve->leaves[index], 1);
    item->elements = ARENA_ARRAY(&session->workspace, item->count, size_t);
    (void)program_run(program, &input, &found);
    for (size_t i = 0; i < item->count; i++)
        item->elements[i] = (size_t)found[i];
    arena_release(&session->scratch, mark);
}

static void make_bounds(struct solve *solve)
{
    struct arena *arena = &solve->session->workspace;
    if (solve->lower != NULL)
        return;
    solve->lower = ARENA_ARRAY(arena, solve->n, double);
    solve->upper = ARENA_ARRAY(arena, solve->n, double);
    for (size_t i = 0; i < solve->n; i++) {
        solve->lower[i] = -(double)INFINITY;
        solve->upper[i] = (double)INFINITY;
    }
}

/* The bounds become those of the elements; false, and nothing is done, when bounds would
 * contradict each other: then they stay conditions. */
static bool bound_elements(struct solve *solve, const struct constraint *item)
{
    make_bounds(solve);
    for (size_t i = 0; i < item->count; i++) {
        size_t at = item->elements[i];
        if (fmax(solve->lower[at], item->lower[i]) >
            fmin(solve->upper[at], item->upper[i]))
            return false;
    }
    for (size_t i = 0; i < item->count; i++) {
        size_t at = item->elements[i];
        solve->lower[at] = fmax(solve->lower[at], item->lower[i]);
        solve->upper[at] = fmin(solve->upper[at], item->upper[i]);
    }
    return true;
}

static bool place_rows(struct solve *solve)
{
    const size_t most = 100000;
    struct constraints *all = solve->constraints;
    struct arena *arena = &solve->session->workspace;
    for (size_t k = 0; k < all->count; k++) {
        struct constraint *item = &all->items[k];
        find_elements(solve, item);
        if (item->elements != NULL && bound_elements(solve, item))
            continue;
        item->elements = NULL;
        item->first = all->rows;
        all->rows += item->count;
        if (all->rows > most)
            return session_error(solve->session, CODE_TOO_LARGE, item->text->span,
                                 "these are more than 100000 conditions");
    }
    all->lower = ARENA_ARRAY(arena, all->rows, double);
    all->upper = ARENA_ARRAY(arena, all->rows, double);
    for (size_t k = 0; k < all->count; k++) {
        const struct constraint *item = &all->items[k];
        if (item->elements != NULL)
            continue;
        memcpy(all->lower + item->first, item->lower, item->count * sizeof(double));
        memcpy(all->upper + item->first, item->upper, item->count * sizeof(double));
    }
    return true;
}

/* ---- sets of whole variables ---- */

/* The sum of the elements, or of their squares. */
static node_id sum_of(struct solve *solve, node_id leaf, bool squares)
{
    struct graph *graph = solve->session->graph;
    return graph_sum_all(graph,
                         squares ? graph_apply2(graph, OP_MULTIPLY, leaf, leaf) : leaf);
}

static void add_set(struct solve *solve, const descent_set *set)
{
    const struct shape scalar = {0};
    const char *name = descent_set_name(set->kind);
    bool is_ball = descent_set_has_radius(set->kind);
    size_t index = 0;
    while (solve->variables[index].offset != set->first)
        index++;
    make_bounds(solve);
    for (size_t i = set->first; !is_ball && i < set->first + set->count; i++)
        solve->lower[i] = 0;
    if (!is_ball && strcmp(name, "simplex") != 0)
        return;
    struct constraint *item = add_item(solve, NULL, &scalar);
    item->node = sum_of(solve, solve->leaves[index], is_ball);
    item->upper[0] = is_ball ? set->radius * set->radius : 1;
    item->lower[0] = is_ball ? -(double)INFINITY : 1;
}

/* A method that keeps conditions does not project: its sets are conditions too. */
static void add_sets(struct solve *solve)
{
    struct constraints *all = solve->constraints;
    struct arena *arena = &solve->session->workspace;
    all->shown = all->count;
    make_bounds(solve);
    all->set_lower = ARENA_ARRAY(arena, solve->n, double);
    all->set_upper = ARENA_ARRAY(arena, solve->n, double);
    for (size_t k = 0; k < solve->set_count; k++)
        add_set(solve, &solve->sets[k]);
    solve->set_count = 0;
    memcpy(all->set_lower, solve->lower, solve->n * sizeof *all->set_lower);
    memcpy(all->set_upper, solve->upper, solve->n * sizeof *all->set_upper);
}

bool solve_has_constraints(const struct solve *solve)
{
    return solve_clause(solve->node, AST_SUBJECT) != NULL;
}

/* No set whose edge is no part of it. */
static bool has_closed_sets(const struct solve *solve)
{
    bool any = solve->lower != NULL || solve->upper != NULL || solve->set_count > 0;
    for (size_t k = 0; k < solve->set_count; k++)
        any &= !descent_set_is_open(solve->sets[k].kind);
    return any;
}

/* Whether sets are to be conditions: for the method that keeps those alone, and for the
 * one for kinks, which `auto` takes where all of them turn up. */
static bool needs_conditions(const struct solve *solve)
{
    const descent_method *method = solve->method->method;
    descent_problem problem = {.n = solve->n};
    solve_offer_kinks(solve, &problem);
    bool is_auto = strcmp(descent_method_name(method), "auto") == 0;
    bool may_smooth =
        descent_method_needs_kinks(method) || (is_auto && problem.kinks_rise);
    return solve_has_constraints(solve) ||
           strcmp(descent_method_name(method), "interior_point") == 0 ||
           (may_smooth && has_closed_sets(solve) && descent_takes_kinks(&problem));
}

bool solve_trace_constraints(struct solve *solve)
{
    if (!needs_conditions(solve))
        return true;
    solve->constraints = ARENA_NEW(&solve->session->workspace, struct constraints);
    for (size_t i = 1; i < solve->node->count; i++) {
        const struct ast *clause = solve->node->child[i];
        for (size_t k = 0; clause->kind == AST_SUBJECT && k < clause->count; k++)
            if (!add_condition(solve, clause->child[k]))
                return false;
    }
    add_sets(solve);
    return place_rows(solve);
}
