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
#include "descent/vector.h"
#include "descent/walk_measure.h"

#include <math.h>
#include <string.h>

/* Rows begin when a search has shown that it is no short one, and grow.  With more
 * variables a step costs more than what surrounds it. */
enum { MOST_VARIABLES = 16, MOST_ROWS = 256, FIRST_ROWS = 8, FIRST_STEP = 8 };

size_t walk_numbers(size_t n)
{
    return (2 * n + 5) * (MOST_ROWS + 1);
}

void walk_init(struct walk_rows *rows, double *numbers, size_t n)
{
    size_t count = MOST_ROWS + 1;
    *rows = (struct walk_rows){.wanted = FIRST_ROWS};
    if (numbers == NULL)
        return;
    rows->x = numbers;
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
           d->at.n <= MOST_VARIABLES &&
           (options->method->gives & ENGINE_GIVES_STEEPEST) != 0 &&
           (needs & ENGINE_NEEDS_NORMAL) == 0 && options->search->is_constant &&
           !options->sampled && (options->until == NULL || options->until_many != NULL) &&
           (options->observe == NULL || options->observe_last);
}

/* ---- what is known of the rows ---- */

static void measure_each(const struct walk_rows *rows, size_t n, size_t count)
{
    double move[MOST_VARIABLES];
    for (size_t i = 1; i <= count; i++) {
        const double *x = rows->x + i * n;
        for (size_t j = 0; j < n; j++)
            move[j] = x[j] - (x - n)[j];
        rows->gradient_norm[i] = vector_norm(n, rows->gradient + i * n);
        rows->norm[i] = vector_norm(n, x);
        rows->length[i] = vector_norm(n, move);
    }
}

/* Makes the steps and measures them. */
static void make_rows(struct descent *d, size_t count)
{
    struct walk_rows *rows = &d->walk;
    size_t n = d->at.n;
    memcpy(rows->x, d->x, n * sizeof *d->x);
    memcpy(rows->gradient, d->gradient, n * sizeof *d->gradient);
    rows->value[0] = d->at.value;
    double t = d->options.search->length(d);
    d->problem.walk(d->problem.context, count, -t, rows->x, rows->gradient, rows->value);
    rows->gradient_norm[0] = d->at.gradient_norm;
    rows->length[0] = d->contraction.last_length;
    if (n == 1)
        walk_best_level()->measure_one(rows, count);
    else if (!walk_best_level()->measure_many(rows, n, count))
        measure_each(rows, n, count);
}

static struct walk_claims compare(const struct descent *d, size_t count)
{
    struct walk_limits limits = {
        .start = d->start_value, .growth = stop_growth(d), .best = d->best_value};
    contraction_limits(&limits);
    return walk_best_level()->compare(&d->walk, count, &limits);
}

/* ---- how many of them can be taken ---- */

static size_t count_finite(const struct walk_rows *rows, size_t count)
{
    size_t i = 1;
    while (i <= count && isfinite(rows->value[i]) && isfinite(rows->gradient_norm[i]) &&
           isfinite(rows->length[i]))
        i++;
    return i - 1;
}

/* The scale that growth is measured by does not fall, so that of row 0 is safe. */
static size_t count_small(const struct descent *d, size_t count)
{
    size_t i = 1;
    while (i <= count && !stop_has_grown(d, d->walk.value[i]))
        i++;
    return i - 1;
}

static size_t count_going_on(const struct descent *d, size_t count)
{
    const struct walk_rows *rows = &d->walk;
    size_t n = d->at.n;
    if (d->options.until == NULL) {
        size_t i = 1;
        while (i <= count && rows->gradient_norm[i] >= d->options.gradient_tolerance)
            i++;
        return i - 1;
    }
    descent_points points = {.n = n,
                             .count = count,
                             .x = rows->x + n,
                             .gradient = rows->gradient + n,
                             .value = rows->value + 1,
                             .value_change = rows->value_change + 1,
                             .point_change = rows->length + 1,
                             .first_step = d->at.step_count + 1,
                             .seconds = d->at.seconds};
    return d->options.until_many(d->options.until_context, &points);
}

static size_t count_plain(const struct descent *d, size_t count,
                          const struct walk_claims *claims)
{
    if (!claims->all_finite)
        count = count_finite(&d->walk, count);
    if (claims->any_grown && !d->options.users_budget)
        count = count_small(d, count);
    return count > 0 ? count_going_on(d, count) : 0;
}

/* ---- taking them ---- */

/* Of the angle between the move to row i + 1 and the one before, as a single step
 * measures it. */
static double cosine(const void *user, size_t i)
{
    const struct descent *d = user;
    const struct walk_rows *rows = &d->walk;
    size_t n = d->at.n;
    double last = i == 0 ? d->contraction.last_length : rows->length[i], dot = 0;
    double unit = last > 0 ? 1 / last : 0, length = rows->length[i + 1];
    const double *x = rows->x + i * n;
    for (size_t j = 0; j < n; j++) {
        double before = i == 0 ? d->last_move[j] : x[j] - (x - n)[j];
        dot += ((x + n)[j] - x[j]) * (before * unit);
    }
    return length > 0 ? dot / length : 0;
}

/* The first of the least values from row 1 on. */
static size_t find_least(const double *value, size_t count)
{
    size_t best = 1;
    for (size_t i = 2; i <= count; i++)
        if (value[i] < value[best])
            best = i;
    return best;
}

/* As keep_best of the engine does it point by point. */
static void keep_best(struct descent *d, size_t count, bool any_lower)
{
    const struct walk_rows *rows = &d->walk;
    size_t n = d->at.n, best = 0;
    if (any_lower)
        best = find_least(rows->value, count);
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
                              .gradient_norm = rows->gradient_norm[i],
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
        uint64_t due = (first + i) / d->trace.stride * d->trace.stride + d->trace.stride;
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
    d->at.gradient_norm = d->trial_gradient_norm = rows->gradient_norm[count];
    d->previous_gradient_norm = rows->gradient_norm[count - 1];
    d->at.value_change = rows->value_change[count];
    d->at.point_change = rows->length[count];
    d->at.step = d->trial_step;
    d->at.step_count += count;
    d->at.evaluations += count;
    d->gradient_evaluations += count;
}

static void take_rows(struct descent *d, size_t count, const struct walk_claims *claims)
{
    d->trial_step = d->options.search->length(d);
    contraction_add_many(&d->contraction, count, claims, d->walk.length + 1,
                         d->walk.norm + 1, cosine, d);
    keep_best(d, count, claims->any_lower);
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

bool walk_on(struct descent *d)
{
    size_t count = steps_wanted(d);
    if (count == 0)
        return false;
    make_rows(d, count);
    struct walk_claims claims = compare(d, count);
    size_t plain = count_plain(d, count, &claims);
    if (plain > 0 && plain < count)
        claims = compare(d, plain);
    if (plain > 0)
        take_rows(d, plain, &claims);
    d->walk.wanted = plain < count ? FIRST_ROWS : 2 * d->walk.wanted;
    if (d->walk.wanted > MOST_ROWS)
        d->walk.wanted = MOST_ROWS;
    return plain == count && d->status == DESCENT_RUNNING;
}
