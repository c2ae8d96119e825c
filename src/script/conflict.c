/* SPDX-License-Identifier: MIT
 * Which conditions make a problem infeasible: a set of them that cannot all hold while
 * all but any one of them can, found by leaving them out one after the other (the
 * deletion filter: Chinneck and Dravnieks, Locating minimal infeasible constraint sets in
 * linear programs, ORSA J. Computing 3, 1991).
 *
 * Each trial is a search for any point that keeps the rest, from where the search ended.
 * So what is said of conditions that are no straight lines holds near that point. */
#include "script/constraints.h"

#include <math.h>
#include <string.h>

enum { MOST_TRIED = 40, MOST_STEPS = 500 };

struct conflict {
    struct solve *solve;
    bool *kept; /* one an item */
    double *lower, *upper, *low, *high;
};

static void no_objective(void *context, const double *x, double *value, double *gradient)
{
    const struct conflict *conflict = context;
    (void)x;
    *value = 0;
    for (size_t i = 0; gradient != NULL && i < conflict->solve->n; i++)
        gradient[i] = 0;
}

static void values(void *context, const double *x, double *out)
{
    const struct conflict *conflict = context;
    solve_evaluate_constraints(conflict->solve, x, out);
}

static void jacobian(void *context, const double *x, double *out)
{
    const struct conflict *conflict = context;
    solve_constraint_jacobian(conflict->solve, x, out);
}

static void hessian(void *context, const double *x, double factor,
                    const double *multipliers, double *out)
{
    const struct conflict *conflict = context;
    (void)factor;
    solve_evaluate_lagrangian(conflict->solve, x, 0, multipliers, out);
}

/* The bounds of the items that are kept; the others have none. */
static void set_bounds(struct conflict *conflict)
{
    const struct solve *solve = conflict->solve;
    const struct constraints *all = solve->constraints;
    memcpy(conflict->low, all->set_lower, solve->n * sizeof *conflict->low);
    memcpy(conflict->high, all->set_upper, solve->n * sizeof *conflict->high);
    for (size_t k = 0; k < all->count; k++) {
        const struct constraint *item = &all->items[k];
        for (size_t i = 0; i < item->count; i++) {
            bool kept = conflict->kept[k];
            double lower = kept ? item->lower[i] : -(double)INFINITY;
            double upper = kept ? item->upper[i] : (double)INFINITY;
            if (item->elements == NULL) {
                conflict->lower[item->first + i] = lower;
                conflict->upper[item->first + i] = upper;
                continue;
            }
            size_t at = item->elements[i];
            conflict->low[at] = fmax(conflict->low[at], lower);
            conflict->high[at] = fmin(conflict->high[at], upper);
        }
    }
}

static void *allocate(void *context, size_t size)
{
    struct session *session = context;
    return arena_get(&session->workspace, size);
}

static bool is_infeasible(struct conflict *conflict, const double *x)
{
    struct solve *solve = conflict->solve;
    const struct constraints *all = solve->constraints;
    struct arena_mark mark = arena_mark(&solve->session->workspace);
    set_bounds(conflict);
    const descent_problem problem = {
        .n = solve->n,
        .context = conflict,
        .evaluate = no_objective,
        .lower = conflict->low,
        .upper = conflict->high,
        .constraint_count = all->rows,
        .constraint_lower = conflict->lower,
        .constraint_upper = conflict->upper,
        .constraints = values,
        .constraint_jacobian = jacobian,
        .lagrangian_hessian = hessian,
    };
    const descent_options options = {.method = descent_method_find("interior_point"),
                                     .most_steps = MOST_STEPS,
                                     .allocate = allocate,
                                     .memory_context = solve->session};
    descent *search = descent_new(&problem, &options, x);
    bool infeasible = search != NULL && descent_run(search) == DESCENT_INFEASIBLE;
    arena_release(&solve->session->workspace, mark);
    return infeasible;
}

static bool goes_on(struct solve *solve)
{
    return session_go_on(solve->session, 1, solve->node->at);
}

void solve_find_conflict(struct solve *solve, struct solution *s)
{
    struct constraints *all = solve->constraints;
    struct arena *arena = &solve->session->workspace;
    struct conflict conflict = {.solve = solve};
    if (all == NULL || s->status != DESCENT_INFEASIBLE || all->count > MOST_TRIED)
        return;
    conflict.kept = ARENA_ARRAY(arena, all->count, bool);
    conflict.lower = ARENA_ARRAY(arena, all->rows, double);
    conflict.upper = ARENA_ARRAY(arena, all->rows, double);
    conflict.low = ARENA_ARRAY(arena, solve->n, double);
    conflict.high = ARENA_ARRAY(arena, solve->n, double);
    for (size_t k = 0; k < all->count; k++)
        conflict.kept[k] = true;
    if (!is_infeasible(&conflict, s->x))
        return;
    for (size_t k = 0; k < all->shown && goes_on(solve); k++) {
        conflict.kept[k] = false;
        conflict.kept[k] = !is_infeasible(&conflict, s->x);
    }
    for (size_t k = 0; k < all->shown; k++)
        s->conditions[k].conflicts = conflict.kept[k];
}
