/* SPDX-License-Identifier: MIT
 * What stands after `in`: bounds `[low, high]`, and the sets that the engine lists, for
 * the variables of a solve. */
#include "script/sets.h"

#include "script/array.h"

#include <math.h>
#include <string.h>

/* ---- which set ---- */

const struct ast *solve_set(const struct ast *over, size_t index)
{
    for (; index < over->count; index++)
        if (over->child[index]->child[0] != NULL || over->child[index]->child[1] != NULL)
            return over->child[index]->child[0];
    return NULL;
}

/* The word of a set, or of the call that gives one its radius; NULL for bounds. */
static const struct ast *word_of(const struct ast *set)
{
    const struct ast *word = set->kind == AST_CALL ? set->child[0] : set;
    return word->kind == AST_NAME ? word : NULL;
}

const descent_set_kind *set_kind_of(struct session *session, const struct ast *set)
{
    const struct ast *word = word_of(set);
    if (word == NULL || session_binding(session, word->name)->value.kind != VALUE_NONE)
        return NULL;
    return descent_set_find(intern_text(session->names, word->name));
}

static bool bad_set(struct solve *solve, const struct ast *set)
{
    return session_error(solve->session, CODE_BAD_SET, set->span,
                         "a set is `[low, high]`, `simplex`, `ball(radius)` or "
                         "`positive`");
}

/* ---- bounds ---- */

static void prepare_bounds(struct solve *solve)
{
    if (solve->lower != NULL)
        return;
    struct arena *arena = &solve->session->workspace;
    solve->lower = ARENA_ARRAY(arena, solve->n, double);
    solve->upper = ARENA_ARRAY(arena, solve->n, double);
    for (size_t i = 0; i < solve->n; i++) {
        solve->lower[i] = -(double)INFINITY;
        solve->upper[i] = (double)INFINITY;
    }
}

static bool wrong_bound(struct solve *solve, const struct variable *v, struct span place,
                        const char *which, const struct shape *own)
{
    struct text text;
    text_init(&text, &solve->session->scratch);
    text_format(&text, "`%s` is ", intern_text(solve->session->names, v->name));
    put_shape(&text, &v->shape);
    text_format(&text, ", and its %s bound is ", which);
    put_shape(&text, own);
    return session_error(solve->session, CODE_SHAPES_DIFFER, place, "%s",
                         text_string(&text));
}

/* One side, a number for all or an array of the variable's shape; of a matrix, too, a
 * vector of its numbers row by row. */
static bool take_bound(struct solve *solve, const struct variable *v,
                       const struct value *bound, struct span place, const char *which,
                       double *out)
{
    struct shape own = core_shape(&solve->e, bound);
    /* The numbers of a matrix may stand row by row. */
    bool in_rows = own.rank == 1 && own.extent[0] == v->count;
    if (own.rank > 0 && !in_rows && !shape_equal(&own, &v->shape))
        return wrong_bound(solve, v, place, which, &own);
    for (size_t i = 0; i < v->count; i++) {
        out[i] = own.rank == 0 ? bound->number : bound->as.array->numbers[i];
        if (isnan(out[i]))
            return session_error(solve->session, CODE_BAD_SET, place,
                                 "the %s bound of `%s` is not a number", which,
                                 intern_text(solve->session->names, v->name));
    }
    return true;
}

static bool check_bounds(struct solve *solve, const struct variable *v, struct span place)
{
    struct session *session = solve->session;
    for (size_t i = v->offset; i < v->offset + v->count; i++) {
        double low = solve->lower[i], high = solve->upper[i];
        if (low <= high && low < (double)INFINITY && high > -(double)INFINITY)
            continue;
        struct text text;
        text_init(&text, &session->scratch);
        text_puts(&text, "no number is in the bounds of `");
        variable_put(session, &text, solve->variables, i);
        text_puts(&text, "`, ");
        text_number(&text, low);
        text_puts(&text, " to ");
        text_number(&text, high);
        (void)session_error(session, CODE_BAD_SET, place, "%s", text_string(&text));
        if (low > high)
            diagnostic_help(&session->diagnostics, session_last(session),
                            "the lower bound stands first: `[low, high]`");
        return false;
    }
    return true;
}

static bool evaluate_bound(struct solve *solve, const struct ast *node,
                           struct value *value)
{
    struct evaluation plain = {solve->session, NULL};
    if (!evaluate(&plain, node, solve->locals, value))
        return false;
    if (is_arithmetic(value))
        return true;
    return session_error(solve->session, CODE_BAD_SET, node->span,
                         "a bound is a number or an array, and this is %s",
                         value_kind_name(value));
}

/* [low, high] as it is written: the two need not have one shape. */
static bool take_pair(struct solve *solve, const struct variable *v,
                      const struct ast *set)
{
    const struct ast *low = set->child[0], *high = set->child[1];
    struct value value;
    return evaluate_bound(solve, low, &value) &&
           take_bound(solve, v, &value, low->span, "lower", solve->lower + v->offset) &&
           evaluate_bound(solve, high, &value) &&
           take_bound(solve, v, &value, high->span, "upper", solve->upper + v->offset) &&
           check_bounds(solve, v, set->span);
}

bool solve_set_shape(struct solve *solve, const struct ast *set, struct shape *shape)
{
    struct value value;
    for (size_t i = 0; set->kind == AST_LIST && set->count == 2 && i < 2; i++) {
        if (!evaluate_bound(solve, set->child[i], &value))
            return false;
        if (shape->rank == 0)
            *shape = core_shape(&solve->e, &value);
    }
    return true;
}

/* An array that holds a lower and an upper bound. */
static bool take_rows(struct solve *solve, const struct variable *v,
                      const struct ast *set)
{
    struct evaluation plain = {solve->session, NULL};
    struct value value;
    if (!evaluate(&plain, set, solve->locals, &value))
        return false;
    if (!is_array(&value) || value.as.array->shape.extent[0] != 2)
        return bad_set(solve, set);
    size_t each = shape_elements(&value.as.array->shape) / 2;
    if (each != 1 && each != v->count) {
        struct shape own = value.as.array->shape;
        for (size_t i = 1; i < own.rank; i++)
            own.extent[i - 1] = own.extent[i];
        own.rank--;
        return wrong_bound(solve, v, set->span, "lower", &own);
    }
    const double *numbers = value.as.array->numbers;
    for (size_t i = 0; i < v->count; i++) {
        solve->lower[v->offset + i] = numbers[each == 1 ? 0 : i];
        solve->upper[v->offset + i] = numbers[each == 1 ? 1 : each + i];
    }
    return check_bounds(solve, v, set->span);
}

static bool take_bounds(struct solve *solve, const struct variable *v,
                        const struct ast *set)
{
    if (set->kind != AST_LIST && set->kind != AST_MATRIX && set->kind != AST_NAME &&
        set->kind != AST_CALL && set->kind != AST_FIELD && set->kind != AST_INDEX)
        return bad_set(solve, set);
    prepare_bounds(solve);
    if (set->kind != AST_LIST)
        return take_rows(solve, v, set);
    return set->count == 2 ? take_pair(solve, v, set) : bad_set(solve, set);
}

/* ---- sets of blocks ---- */

static bool take_radius(struct solve *solve, const struct ast *set, double *radius)
{
    struct evaluation plain = {solve->session, NULL};
    if (set->kind != AST_CALL || set->count != 2)
        return session_error(solve->session, CODE_BAD_SET, set->span,
                             "a ball has a radius: `ball(1)`");
    if (!evaluate_number(&plain, set->child[1], solve->locals, "the radius of a ball",
                         radius))
        return false;
    if (*radius > 0 && isfinite(*radius))
        return true;
    return session_error(solve->session, CODE_BAD_SET, set->child[1]->span,
                         "the radius of a ball is a positive number");
}

/* A set without its edge has no nearest point for a start on it. */
static bool check_inside(struct solve *solve, const struct variable *v,
                         const struct ast *set)
{
    struct session *session = solve->session;
    for (size_t i = v->offset; i < v->offset + v->count; i++) {
        if (solve->start[i] > 0 || isnan(solve->start[i]))
            continue;
        struct text text;
        text_init(&text, &session->scratch);
        text_puts(&text, "`");
        variable_put(session, &text, solve->variables, i);
        text_puts(&text, "` is positive and starts at ");
        text_number(&text, solve->start[i]);
        (void)session_error(session, CODE_BAD_SET, set->span, "%s", text_string(&text));
        diagnostic_help(&session->diagnostics, session_last(session),
                        "start inside, as in `%s in positive from 1`; where 0 is "
                        "allowed, the set is `[0, inf]`",
                        intern_text(session->names, v->name));
        return false;
    }
    return true;
}

static bool take_block(struct solve *solve, const struct variable *v,
                       const struct ast *set, const descent_set_kind *kind)
{
    struct session *session = solve->session;
    descent_set *block = &solve->sets[solve->set_count];
    *block = (descent_set){.kind = kind, .first = v->offset, .count = v->count};
    if (descent_set_has_radius(kind)) {
        if (!take_radius(solve, set, &block->radius))
            return false;
    } else if (set->kind == AST_CALL) {
        return session_error(session, CODE_BAD_SET, set->span,
                             "`%s` stands alone, without arguments",
                             descent_set_name(kind));
    }
    if (v->shape.rank == 0 && strcmp(descent_set_name(kind), "simplex") == 0) {
        const char *name = intern_text(session->names, v->name);
        (void)session_error(session, CODE_BAD_SET, set->span,
                            "`%s` is one number, and numbers of a simplex add up to 1",
                            name);
        diagnostic_help(&session->diagnostics, session_last(session),
                        "give it a size: `%s[3] in simplex from 1/3`", name);
        return false;
    }
    if (descent_set_is_open(kind) && !check_inside(solve, v, set))
        return false;
    solve->set_count++;
    return true;
}

/* ---- all ---- */

static bool take_set(struct solve *solve, const struct variable *v, const struct ast *set)
{
    const descent_set_kind *kind = set_kind_of(solve->session, set);
    return kind != NULL ? take_block(solve, v, set, kind) : take_bounds(solve, v, set);
}

/* Starts outside are moved to the nearest point; more than rounding is told. */
static void move_start(struct solve *solve)
{
    struct session *session = solve->session;
    descent_problem problem = {.n = solve->n};
    double *before = ARENA_ARRAY(&session->workspace, solve->n, double);
    double *room = ARENA_ARRAY(&session->workspace, solve->n, double);
    memcpy(before, solve->start, solve->n * sizeof *before);
    solve_offer_sets(solve, &problem);
    descent_project(&problem, solve->start, room);
    for (size_t k = 0; k < solve->variable_count; k++) {
        const struct variable *v = &solve->variables[k];
        size_t i = v->offset, end = i + v->count;
        while (i < end &&
               fabs(before[i] - solve->start[i]) <= 1e-9 * fmax(1, fabs(before[i])))
            i++;
        if (i == end)
            continue;
        struct text text;
        text_init(&text, &session->scratch);
        variable_put(session, &text, solve->variables, i);
        text_puts(&text, "` from ");
        text_number(&text, before[i]);
        text_puts(&text, " to ");
        text_number(&text, solve->start[i]);
        session_warn(session, CODE_START_OUTSIDE, solve->places[k],
                     "the start is outside the set: the search begins at the nearest "
                     "point, which moves `%s",
                     text_string(&text));
    }
}

bool solve_collect_sets(struct solve *solve)
{
    const struct ast *node = solve->node;
    const struct variable *v = solve->variables;
    solve->sets =
        ARENA_ARRAY(&solve->session->workspace, solve->variable_count, descent_set);
    for (size_t i = 1; i < node->count; i++) {
        const struct ast *over = node->child[i];
        for (size_t k = 0; over->kind == AST_OVER && k < over->count; k++, v++) {
            const struct ast *set = solve_set(over, k);
            if (set != NULL && !take_set(solve, v, set))
                return false;
        }
    }
    if (!solve_draw_missing(solve))
        return false;
    if (solve->lower != NULL || solve->set_count > 0)
        move_start(solve);
    return true;
}

void solve_offer_sets(const struct solve *solve, descent_problem *problem)
{
    problem->lower = solve->lower;
    problem->upper = solve->upper;
    problem->sets = solve->sets;
    problem->set_count = solve->set_count;
}

bool solve_keeps_sets(const struct solve *solve, const descent_method *method)
{
    const descent_problem problem = {.sets = solve->sets, .set_count = solve->set_count};
    return descent_method_takes_sets(method, &problem);
}

bool solve_check_method_sets(struct solve *solve)
{
    struct session *session = solve->session;
    if (solve_keeps_sets(solve, solve->method->method))
        return true;
    const struct ast *by = solve_clause(solve->node, AST_BY);
    size_t k = 0;
    while (descent_set_is_open(solve->sets[k].kind))
        k++;
    (void)session_error(session, CODE_UNFIT_SET,
                        by != NULL ? by->child[0]->span : solve->node->at,
                        "steps of `%s`, moved back into a %s, do not end at its minimum",
                        descent_method_name(solve->method->method),
                        descent_set_name(solve->sets[k].kind));
    diagnostic_help(&session->diagnostics, session_last(session),
                    "`by gradient(step = barzilai_borwein)` is made for such sets");
    return false;
}
