/* SPDX-License-Identifier: MIT
 * walk.c - many fixed steps at once.
 *
 * Where nothing has to be decided between the steps of gradient descent, the problem
 * makes a row of them in one call (descent_problem.walk), and what a single step would
 * have noted of each point is noted for all.  Rows are taken up to the first point where
 * something might happen: a value that is not finite, growth, a stopping test that holds.
 * The step to that point is then made alone, as if nothing had been tried, so results are
 * those of single steps to the last bit. */
#include "descent/walk.h"

#include "descent/engine.h"
#include "descent/walk_measure.h"

#include <math.h>
#include <string.h>

/* Rows begin when a search has shown that it is no short one, and grow. */
enum { FIRST_ROWS = 8, FIRST_STEP = 8 };

/* What all searches write has room in the nearest cache. */
static size_t most_rows(size_t n)
{
    return n == 1 ? DESCENT_MOST_POINTS : DESCENT_MOST_POINTS / 2;
}

size_t walk_numbers(size_t n)
{
    return (2 * n + 5) * (most_rows(n) + 1) + walk_carried(n);
}

void walk_init(struct walk_rows *rows, double *numbers, size_t n)
{
    size_t count = most_rows(n) + 1;
    *rows = (struct walk_rows){.wanted = FIRST_ROWS};
    if (numbers == NULL)
        return;
    rows->level = walk_best_level();
    rows->x = numbers + walk_carried(n);
    rows->gradient = rows->x + n * count;
    rows->value = rows->gradient + n * count;
    rows->gradient_norm = rows->value + count;
    rows->value_change = rows->gradient_norm + count;
    rows->length = rows->value_change + count;
    rows->norm = rows->length + count;
}

bool walk_is_possible(const struct descent *d)
{
    const descent_options *options = &d->options;
    unsigned needs = engine_method_needs(options->method, d->method_settings);
    return d->problem.walk != NULL && d->problem.constraint_count == 0 && !d->has_sets &&
           d->at.n <= WALK_MOST_VARIABLES &&
           (options->method->gives & ENGINE_GIVES_STEEPEST) != 0 &&
           (needs & ENGINE_NEEDS_NORMAL) == 0 && options->search->is_constant &&
           !options->sampled && (options->until == NULL || options->until_many != NULL) &&
           (options->observe == NULL || options->observe_last);
}

static void make_rows(struct descent *d, size_t count)
{
    struct walk_rows *rows = &d->walk;
    size_t n = d->at.n;
    walk_shift(d);
    memcpy(rows->x, d->x, n * sizeof *d->x);
    memcpy(rows->gradient, d->gradient, n * sizeof *d->gradient);
    rows->value[0] = d->at.value;
    double t = d->options.search->length(d);
    d->problem.walk(d->problem.context, count, -t, rows->x, rows->gradient, rows->value);
}

/* ---- how many of them can be taken ---- */

static size_t count_finite(const struct descent *d, size_t count)
{
    size_t i = 1;
    while (i <= count && isfinite(d->walk.value[i]) &&
           isfinite(walk_gradient_norm(d, i)) && isfinite(walk_length(d, (ptrdiff_t)i)))
        i++;
    return i - 1;
}

/* The scale that growth is measured by does not fall, so that of row 0 is safe. */
static size_t count_small(const struct descent *d, size_t count)
{
    size_t i = 1;
    if (d->options.users_budget || !stop_has_grown(d, d->walk.values.greatest))
        return count;
    while (i <= count && !stop_has_grown(d, d->walk.value[i]))
        i++;
    return i - 1;
}

static size_t count_steep(const struct descent *d, size_t count)
{
    size_t i = 1;
    if (d->walk.gradients.least >= d->options.gradient_tolerance)
        return count;
    while (i <= count && walk_gradient_norm(d, i) >= d->options.gradient_tolerance)
        i++;
    return i - 1;
}

static size_t count_going_on(const struct descent *d, size_t count)
{
    const struct walk_rows *rows = &d->walk;
    size_t n = d->at.n;
    if (d->options.until == NULL)
        return count_steep(d, count);
    descent_points points = {.n = n,
                             .count = count,
                             .x = rows->x + n,
                             .gradient = rows->gradient + n,
                             .value = rows->value + 1,
                             .first_step = d->at.step_count + 1,
                             .seconds = d->at.seconds,
                             .search = d};
    return d->options.until_many(d->options.until_context, &points);
}

/* Of those that are taken all is known. */
static size_t count_plain(struct descent *d, size_t count)
{
    size_t plain = count;
    if (!walk_look(d, count)) {
        plain = count_finite(d, count);
        if (plain == 0)
            return 0;
        walk_look_again(d, plain);
    }
    plain = count_small(d, plain);
    if (plain > 0)
        plain = count_going_on(d, plain);
    if (plain > 0 && plain < d->walk.count)
        walk_look_again(d, plain);
    return plain;
}

/* ---- taking them ---- */

/* As keep_best of the engine does it point by point. */
static void keep_best(struct descent *d, size_t count)
{
    const struct walk_rows *rows = &d->walk;
    size_t n = d->at.n, best = 0;
    if (rows->values.least < d->best_value)
        best = walk_find_least(d);
    if (best > 0) {
        d->best_value = rows->value[best];
        d->best_k = d->at.step_count + best;
    }
    if (best < count && (best > 0 || d->x_is_best))
        memcpy(d->best, rows->x + best * n, n * sizeof *d->best);
    d->x_is_best = best == count;
}

static void trace_row(struct descent *d, size_t i, uint64_t first)
{
    const struct walk_rows *rows = &d->walk;
    const descent_state at = {.n = d->at.n,
                              .x = rows->x + i * d->at.n,
                              .value = rows->value[i],
                              .gradient_norm = walk_gradient_norm(d, i),
                              .step = d->trial_step,
                              .step_count = first + i};
    trace_add(&d->trace, &at);
}

/* Only rows that are due are shown to the trace, and the last. */
static void trace_rows(struct descent *d, size_t count)
{
    uint64_t first = d->at.step_count;
    size_t i = 0;
    while (i < count) {
        uint64_t due = ((first + i) | (d->trace.stride - 1)) + 1;
        i = due - first < count ? (size_t)(due - first) : count;
        trace_row(d, i, first);
    }
}

static void arrive(struct descent *d, size_t count)
{
    const struct walk_rows *rows = &d->walk;
    size_t n = d->at.n, size = n * sizeof *d->x;
    const double *x = rows->x + count * n, *gradient = rows->gradient + count * n;
    memcpy(d->x, x, size);
    memcpy(d->gradient, gradient, size);
    memcpy(d->trial_x, x - n, size);
    memcpy(d->trial_gradient, gradient - n, size);
    for (size_t j = 0; j < n; j++)
        d->last_move[j] = x[j] - (x - n)[j];
    d->at.value = d->trial_value = rows->value[count];
    d->previous_gradient_norm = walk_gradient_norm(d, count - 1);
    d->at.gradient_norm = d->trial_gradient_norm = walk_gradient_norm(d, count);
    d->at.value_change = fabs(rows->value[count] - rows->value[count - 1]);
    d->at.point_change = d->contraction.last_length;
    d->at.step = d->trial_step;
    d->at.step_count += count;
    d->at.evaluations += count;
    d->gradient_evaluations += count;
}

static void take_rows(struct descent *d, size_t count)
{
    d->trial_step = d->options.search->length(d);
    walk_add_moves(d, count);
    keep_best(d, count);
    trace_rows(d, count);
    arrive(d, count);
    if (d->options.clock != NULL)
        d->at.seconds = d->options.clock(d->options.clock_context) - d->clock_start;
    if (d->options.observe != NULL &&
        !d->options.observe(d->options.observe_context, &d->at))
        d->status = DESCENT_INTERRUPTED;
}

/* Up to the step before the last, which may end the search. */
static size_t steps_wanted(const struct descent *d)
{
    if (d->walk.x == NULL || d->status != DESCENT_RUNNING ||
        d->at.step_count < FIRST_STEP || d->scale == 0 ||
        d->at.step_count >= d->options.most_steps)
        return 0;
    uint64_t left = d->options.most_steps - d->at.step_count - 1;
    return left < d->walk.wanted ? (size_t)left : d->walk.wanted;
}

/* False when some of the steps were not taken, or none. */
static bool make_steps(struct descent *d)
{
    size_t count = steps_wanted(d);
    if (count == 0)
        return false;
    make_rows(d, count);
    size_t plain = count_plain(d, count);
    if (plain > 0)
        take_rows(d, plain);
    d->walk.wanted = plain < count ? FIRST_ROWS : 2 * d->walk.wanted;
    if (d->walk.wanted > most_rows(d->at.n))
        d->walk.wanted = most_rows(d->at.n);
    return plain == count && d->status == DESCENT_RUNNING;
}

bool walk_on(struct descent *d)
{
    if (make_steps(d))
        return true;
    walk_settle_moves(d);
    return false;
}
