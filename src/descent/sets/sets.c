/* SPDX-License-Identifier: MIT
 * sets/sets.c - all sets of a problem together: bounds, and sets of blocks. */
#include "descent/sets/sets.h"
#include "descent/vector.h"

#include <math.h>
#include <string.h>

bool sets_are_given(const descent_problem *problem)
{
    return problem->lower != NULL || problem->set_count > 0;
}

static bool has_bounds(const struct descent *d)
{
    return d->problem.lower != NULL;
}

/* ---- what is given ---- */

static bool are_bounds(const descent_problem *problem)
{
    const double infinity = (double)INFINITY;
    for (size_t i = 0; i < problem->n; i++)
        if (!(problem->lower[i] <= problem->upper[i]) || problem->lower[i] == infinity ||
            problem->upper[i] == -infinity)
            return false;
    return true;
}

/* Blocks rise and do not overlap; their entries have no bounds besides. */
static bool are_blocks(const descent_problem *problem)
{
    size_t end = 0;
    for (size_t k = 0; k < problem->set_count; k++) {
        const descent_set *set = &problem->sets[k];
        bool radius =
            !set->kind->has_radius || (set->radius > 0 && isfinite(set->radius));
        if (set->first < end || set->count == 0 || set->count > problem->n - set->first ||
            set->first >= problem->n || !radius)
            return false;
        end = set->first + set->count;
        for (size_t i = set->first; problem->lower != NULL && i < end; i++)
            if (isfinite(problem->lower[i]) || isfinite(problem->upper[i]))
                return false;
    }
    return true;
}

const char *sets_find_fault(const descent_problem *problem)
{
    if ((problem->lower == NULL) != (problem->upper == NULL))
        return problem->lower == NULL ? "lower" : "upper";
    if (problem->lower != NULL && !are_bounds(problem))
        return "lower";
    return problem->set_count > 0 && !are_blocks(problem) ? "sets" : NULL;
}

/* ---- projection ---- */

void descent_project(const descent_problem *problem, double *x, double *room)
{
    if (problem->lower != NULL)
        bounds_project(problem->n, problem->lower, problem->upper, x);
    for (size_t k = 0; k < problem->set_count; k++) {
        const descent_set *set = &problem->sets[k];
        set->kind->project(set, x + set->first, room);
    }
}

void sets_project(const struct descent *d, double *x)
{
    descent_project(&d->problem, x, d->set_room);
}

void sets_arrive(const struct descent *d, double *x)
{
    sets_project(d, x);
    for (size_t k = 0; k < d->problem.set_count; k++) {
        const descent_set *set = &d->problem.sets[k];
        if (set->kind->keep != NULL)
            set->kind->keep(set, d->x + set->first, x + set->first);
    }
}

/* x - P(x - g) for one block. */
static void block_gradient(const struct descent *d, const descent_set *set,
                           const double *x, const double *g, double *out)
{
    size_t count = set->count;
    bool inside = true;
    for (size_t i = 0; i < count; i++)
        out[i] = x[i] - g[i];
    set->kind->project(set, out, d->set_room);
    for (size_t i = 0; i < count; i++)
        inside &= out[i] == x[i] - g[i];
    /* A small entry is not lost beside a large x. */
    for (size_t i = 0; i < count; i++)
        out[i] = inside ? g[i] : x[i] - out[i];
}

void sets_gradient(const struct descent *d, const double *x, const double *g, double *out)
{
    const descent_problem *problem = &d->problem;
    if (has_bounds(d))
        bounds_gradient(problem->n, problem->lower, problem->upper, x, g, out);
    else
        memcpy(out, g, problem->n * sizeof *out);
    for (size_t k = 0; k < problem->set_count; k++) {
        const descent_set *set = &problem->sets[k];
        block_gradient(d, set, x + set->first, g + set->first, out + set->first);
    }
}

void sets_bend(const struct descent *d, const double *x, double *v)
{
    const descent_problem *problem = &d->problem;
    if (has_bounds(d))
        bounds_bend(problem->n, problem->lower, problem->upper, x, v);
    for (size_t k = 0; k < problem->set_count; k++) {
        const descent_set *set = &problem->sets[k];
        set->kind->bend(set, x + set->first, v + set->first);
    }
}

void sets_recede(const struct descent *d, double *v)
{
    const descent_problem *problem = &d->problem;
    if (has_bounds(d))
        bounds_recede(problem->n, problem->lower, problem->upper, v);
    for (size_t k = 0; k < problem->set_count; k++) {
        const descent_set *set = &problem->sets[k];
        set->kind->recede(set, v + set->first);
    }
}
