/* SPDX-License-Identifier: MIT
 * The candidates of `starts`.
 *
 * A start that is a draw is drawn again for each candidate; one that is not, or that is
 * not written at all, is drawn within the set of its variable instead, where that is
 * bounded.  The first candidate is the start of a search without `starts`. */
#include "script/sets.h"

#include <math.h>
#include <string.h>

/* ---- within sets ---- */

static double draw_normal(void *context)
{
    return session_normal(context);
}

static bool has_both_bounds(const struct solve *solve, size_t i)
{
    return solve->lower != NULL && isfinite(solve->lower[i]) && isfinite(solve->upper[i]);
}

static bool none_changes(const descent_set *set, const bool *changes)
{
    for (size_t i = set->first; i < set->first + set->count; i++)
        if (changes[i])
            return false;
    return true;
}

/* The entries that did not change from draw to draw, where their sets are bounded. */
static void draw_in_sets(struct solve *solve, const bool *changes, double *x)
{
    struct session *session = solve->session;
    for (size_t i = 0; i < solve->n; i++) {
        if (changes[i] || !has_both_bounds(solve, i))
            continue;
        double low = solve->lower[i], high = solve->upper[i];
        double share = session_uniform(session);
        x[i] = low == high ? low : low * (1 - share) + high * share;
    }
    for (size_t k = 0; k < solve->set_count; k++) {
        const descent_set *set = &solve->sets[k];
        if (none_changes(set, changes))
            (void)descent_set_draw(set, draw_normal, session, x + set->first);
    }
}

static bool has_no_bounds(struct solve *solve, size_t i)
{
    const struct variable *v = solve->variables;
    while (v->offset + v->count <= i)
        v++;
    struct span place = solve->places[v - solve->variables];
    const char *name = intern_text(solve->session->names, v->name);
    struct text text;
    text_init(&text, &solve->session->scratch);
    variable_put(solve->session, &text, solve->variables, i);
    (void)session_error(solve->session, CODE_NO_START, place,
                        "`%s` has no start, and its set no bounds on both sides to draw "
                        "one in",
                        text_string(&text));
    diagnostic_help(&solve->session->diagnostics, session_last(solve->session),
                    "say where the search begins, as in `%s in [0, inf] from 1`, or "
                    "bound it on both sides",
                    name);
    return false;
}

bool solve_draw_missing(struct solve *solve)
{
    bool *is_written = ARENA_ARRAY(&solve->session->scratch, solve->n, bool);
    bool all = true;
    for (size_t i = 0; i < solve->n; i++) {
        is_written[i] = !isnan(solve->start[i]);
        all &= is_written[i];
    }
    if (all)
        return true;
    draw_in_sets(solve, is_written, solve->start);
    for (size_t i = 0; i < solve->n; i++)
        if (isnan(solve->start[i]))
            return has_no_bounds(solve, i);
    return true;
}

/* ---- candidates ---- */

static bool nothing_to_draw(struct solve *solve)
{
    struct session *session = solve->session;
    (void)session_error(session, CODE_NO_START, solve_clause(solve->node, AST_STARTS)->at,
                        "there is nothing to draw other starts from");
    diagnostic_help(
        &session->diagnostics, session_last(session),
        "write a start that is drawn, such as `from uniform(-1, 1)`, or bounds "
        "on both sides: `in [-1, 1]`");
    return false;
}

/* Two draws of a random start differ. */
static bool find_draws(struct solve *solve, bool *changes)
{
    struct arena *scratch = &solve->session->scratch;
    double *other = ARENA_ARRAY(scratch, solve->n, double);
    double *in_sets = ARENA_ARRAY(scratch, solve->n, double);
    bool any = false;
    if (!solve_draw_starts(solve, other))
        return false;
    for (size_t i = 0; i < solve->n; i++) {
        changes[i] = !isnan(other[i]) && other[i] != solve->start[i];
        any |= changes[i];
    }
    memcpy(in_sets, other, solve->n * sizeof *other);
    draw_in_sets(solve, changes, in_sets);
    return any || memcmp(in_sets, other, solve->n * sizeof *other) != 0 ||
           nothing_to_draw(solve);
}

bool solve_draw_candidates(struct solve *solve, size_t count, double *candidates)
{
    struct arena *scratch = &solve->session->scratch;
    bool *changes = ARENA_ARRAY(scratch, solve->n, bool);
    if (!find_draws(solve, changes))
        return false;
    memcpy(candidates, solve->start, solve->n * sizeof *solve->start);
    for (size_t k = 1; k < count; k++) {
        double *x = candidates + k * solve->n;
        struct arena_mark mark = arena_mark(scratch);
        bool drawn = session_go_on_sometimes(solve->session, solve->node->at) &&
                     solve_draw_starts(solve, x);
        arena_release(scratch, mark);
        if (!drawn)
            return false;
        draw_in_sets(solve, changes, x);
    }
    return true;
}
