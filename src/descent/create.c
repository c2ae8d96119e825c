/* SPDX-License-Identifier: MIT
 * create.c - checks what is given, lays out the one block of memory, frees it.
 *
 * The layout is written once and walked twice: first without a block, to count the bytes,
 * then with one, to cut it up. */
#include "descent/engine.h"
#include "descent/sets/sets.h"
#include "linear/sparse.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- what is given ---- */

static void *take_from_system(void *context, size_t size)
{
    (void)context;
    return malloc(size);
}

static void give_to_system(void *context, void *block, size_t size)
{
    (void)context;
    (void)size;
    free(block);
}

void engine_fill_memory(descent_options *options)
{
    if (options->allocate != NULL)
        return;
    options->allocate = take_from_system;
    options->release = give_to_system;
}

static descent_options fill_defaults(const descent_problem *problem,
                                     const descent_options *given)
{
    descent_options options = given != NULL ? *given : (descent_options){0};
    if (options.method == NULL)
        options.method = descent_methods()[0];
    if (options.method == &method_auto) {
        options.method = descent_choose(problem, NULL);
        options.method_settings = NULL;
        if (options.search == NULL)
            options.search = descent_choose_search(problem);
    }
    if (options.search == NULL)
        engine_choose_search(&options);
    if (options.gradient_tolerance == 0)
        options.gradient_tolerance = 1e-6;
    if (options.most_steps == 0)
        options.most_steps = options.users_budget ? UINT64_MAX : 10000;
    if (options.trace_rows == 0)
        options.trace_rows = 1000;
    engine_fill_memory(&options);
    return options;
}

static double value_of(const descent_setting *settings, const double *values, size_t i)
{
    return values != NULL ? values[i] : settings[i].initial;
}

/* NaN, which stands for a default that does not exist, is in no bounds. */
static const char *find_bad_setting(const descent_setting *settings, const double *values)
{
    for (size_t i = 0; settings[i].name != NULL; i++) {
        double value = value_of(settings, values, i);
        if (!(value >= settings[i].least && value <= settings[i].most))
            return settings[i].name;
    }
    return NULL;
}

static const char *find_fault(const descent_problem *problem,
                              const descent_options *options)
{
    if (problem->n == 0)
        return "n";
    if (problem->evaluate == NULL)
        return "evaluate";
    if (sets_find_fault(problem) != NULL)
        return sets_find_fault(problem);
    const char *bad =
        find_bad_setting(options->method->settings, options->method_settings);
    if (bad == NULL)
        bad = find_bad_setting(options->search->settings, options->search_settings);
    if (bad != NULL)
        return bad;
    unsigned needs = options->search->needs |
                     engine_method_needs(options->method, options->method_settings);
    if ((needs & ENGINE_NEEDS_SCHEDULE) != 0 && options->schedule == NULL)
        return "schedule";
    if ((needs & ENGINE_NEEDS_NORMAL) != 0 && options->normal == NULL)
        return "normal";
    if (!descent_method_takes_sets(options->method, problem))
        return "method";
    if (!engine_takes(options))
        return "search";
    if ((needs & ENGINE_NEEDS_HESSIAN) != 0 && problem->hessian == NULL &&
        !(problem->hessian_product != NULL && problem->n > ENGINE_DENSE))
        return "hessian";
    if ((needs & ENGINE_NEEDS_SQUARES) != 0 &&
        (problem->residual_count == 0 || problem->jacobian == NULL))
        return "residual_count";
    if ((needs & ENGINE_NEEDS_KINKS) != 0 && !descent_takes_kinks(problem))
        return "kink_count";
    if ((needs & ENGINE_NEEDS_LAGRANGIAN) != 0 && problem->lagrangian_hessian == NULL)
        return "lagrangian_hessian";
    bool keeps = descent_method_keeps_constraints(options->method);
    if (problem->constraint_count > 0 && !keeps)
        return "method";
    if (problem->set_count > 0 && keeps)
        return "sets";
    if (!(options->gradient_tolerance > 0))
        return "gradient_tolerance";
    return options->trace_rows < 2 ? "trace_rows" : NULL;
}

const char *descent_find_fault(const descent_problem *problem,
                               const descent_options *options)
{
    descent_options filled = fill_defaults(problem, options);
    return find_fault(problem, &filled);
}

/* ---- the block ---- */

/* Cuts pieces off a block, or, with no block, only counts them. */
struct cutter {
    char *block;
    size_t used; /* SIZE_MAX: more than there can be */
};

static void *cut(struct cutter *cutter, size_t count, size_t size)
{
    size_t start = cutter->used;
    if (start == SIZE_MAX || count > (SIZE_MAX - 1 - start) / size) {
        cutter->used = SIZE_MAX;
        return NULL;
    }
    cutter->used += count * size;
    return cutter->block != NULL ? cutter->block + start : NULL;
}

static double *cut_doubles(struct cutter *cutter, size_t count)
{
    return cut(cutter, count, sizeof(double));
}

static double *cut_zeros(struct cutter *cutter, size_t count)
{
    double *zeros = cut_doubles(cutter, count);
    if (zeros != NULL)
        memset(zeros, 0, count * sizeof *zeros);
    return zeros;
}

/* Last of all, since claims are shorter than numbers. */
static void lay_out_held(struct descent *d, struct cutter *cutter)
{
    if (d->problem.lower != NULL)
        d->held = cut(cutter, d->at.n, sizeof *d->held);
}

static void lay_out_sets(struct descent *d, struct cutter *cutter)
{
    size_t largest = 0;
    if (!d->has_sets)
        return;
    for (size_t k = 0; k < d->problem.set_count; k++)
        if (d->problem.sets[k].count > largest)
            largest = d->problem.sets[k].count;
    d->set_room = cut_doubles(cutter, largest);
    d->projected = cut_doubles(cutter, d->at.n);
    d->direction = cut_doubles(cutter, d->at.n);
}

/* Multipliers are kept where the problem has what they belong to. */
static bool has_multipliers(const struct descent *d)
{
    const descent_method *method = d->options.method;
    bool is_restrained = d->problem.lagrangian_hessian != NULL;
    return (method->gives & ENGINE_TAKES_CONSTRAINTS) != 0 &&
           (is_restrained || (method->needs & ENGINE_NEEDS_KINKS) == 0);
}

/* The layout, for counting and for cutting alike. */
static void lay_out(struct descent *d, struct cutter *cutter)
{
    const descent_options *options = &d->options;
    const descent_method *method = options->method;
    const descent_search *search = options->search;
    size_t n = d->at.n, rows = options->trace_rows;

    (void)cut(cutter, 1, sizeof *d);
    d->x = cut_doubles(cutter, n);
    d->gradient = cut_doubles(cutter, n);
    d->trial_x = cut_doubles(cutter, n);
    d->trial_gradient = cut_doubles(cutter, n);
    d->best = cut_doubles(cutter, n);
    d->last_move = cut_zeros(cutter, n);
    if (has_multipliers(d)) {
        d->multipliers = cut_zeros(cutter, d->problem.constraint_count);
        d->bound_multipliers = cut_zeros(cutter, n);
    }
    lay_out_sets(d, cutter);
    if (d->has_inertia) {
        double *moves = cut(cutter, n, 2 * sizeof *moves);
        if (moves != NULL)
            recurrence_init(&d->recurrence, n, moves);
    }
    if (method->scratch != NULL)
        d->method_scratch = cut_zeros(cutter, method->scratch(n, d->method_settings));
    if (method->scratch_for != NULL)
        d->method_scratch =
            cut_zeros(cutter, method->scratch_for(&d->problem, d->method_settings));
    if (search->scratch != NULL)
        d->search_scratch = cut_zeros(cutter, search->scratch(n, d->search_settings));
    if (walk_is_possible(d))
        walk_init(&d->walk, cut_doubles(cutter, walk_numbers(n)), n);
    size_t numbers = trace_numbers(rows, n);
    double *x = numbers > 0 ? cut_doubles(cutter, numbers) : NULL;
    trace_init(&d->trace, rows, n, cut(cutter, rows, sizeof *d->trace.row), x);
    lay_out_held(d, cutter);
}

static void begin_state(struct descent *d)
{
    d->status = DESCENT_RUNNING;
    d->at.value = d->at.gradient_norm = (double)NAN;
    d->at.value_change = d->at.point_change = (double)INFINITY;
    d->at.step = d->at.seconds = (double)NAN;
    d->x_is_best = true;
    if (d->multipliers != NULL) /* not measured yet */
        d->trial_violation = d->trial_relative_violation = d->best_violation =
            (double)INFINITY;
    d->last_fall = (double)NAN;
    d->calm = (double)INFINITY;
    d->takes_first = true;
    contraction_init(&d->contraction,
                     d->has_inertia || d->options.search->search != NULL);
}

descent *descent_new(const descent_problem *problem, const descent_options *options,
                     const double *start)
{
    struct descent plan = {.problem = *problem, .at.n = problem->n};
    plan.options = fill_defaults(problem, options);
    if (find_fault(problem, &plan.options) != NULL)
        return NULL;
    engine_fill_settings(plan.method_settings, plan.options.method->settings,
                         plan.options.method_settings);
    engine_fill_settings(plan.search_settings, plan.options.search->settings,
                         plan.options.search_settings);
    plan.has_sets = sets_are_given(problem);
    plan.has_inertia = (engine_method_needs(plan.options.method, plan.method_settings) &
                        ENGINE_NEEDS_RATE) != 0;
    struct cutter counter = {NULL, 0};
    lay_out(&plan, &counter);
    if (counter.used > PTRDIFF_MAX)
        return NULL;
    void *block = plan.options.allocate(plan.options.memory_context, counter.used);
    if (block == NULL)
        return NULL;
    struct descent *d = block;
    *d = plan;
    d->block_size = counter.used;
    lay_out(d, &(struct cutter){block, 0});
    begin_state(d);
    memcpy(d->trial_x, start, d->at.n * sizeof *start);
    sets_project(d, d->trial_x);
    return d;
}

void descent_free(descent *d)
{
    if (d == NULL)
        return;
    diagnosis_free(d);
    sparse_free(d->sparse);
    if (d->options.release != NULL)
        d->options.release(d->options.memory_context, d, d->block_size);
}
