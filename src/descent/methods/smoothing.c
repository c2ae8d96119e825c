/* SPDX-License-Identifier: MIT
 * methods/smoothing.c - for kinks: Newton's method in a ball for the function with
 * sqrt(u^2 + r^2) in the place of each |u|, while r goes to 0.
 *
 * Chen, Smoothing methods for nonsmooth, nonconvex minimization, Mathematical Programming
 * 134 (2012); the balls are those of trust_region.c.  At the minimum for a radius r the
 * ratio u/sqrt(u^2 + r^2) is near the sign that stands for |u| at the kink, so from there
 * the point and the signs are solved for at once (kinks.h), and the search ends at the
 * last digit, not at the rate of r.  The gradient at the end is that with the signs, the
 * shortest of the generalized gradients there.
 *
 * For up to ENGINE_DENSE variables without bounds, and any number of |u|: a step costs n
 * products with the Hessian.  Convex functions end at their minimum; others at a
 * stationary point, as any method does.  Not for functions without kinks. */
#include "descent/constrained.h"
#include "descent/kinks.h"
#include "descent/methods/model.h"
#include "descent/methods/secant.h"
#include "descent/vector.h"

#include <float.h>
#include <math.h>
#include <string.h>

static const double shrink = 0.2; /* of r, from one to the next */
static const double shrink_within = 0.05;
static const double least_share = 1e-13; /* of the first r, the last */

struct state {
    double radius, first_radius, ball;
    double is_done; /* 1: the place is settled */
    /* With conditions: */
    double outcome;  /* how the next step ends, unless ENGINE_MOVED */
    double is_plain; /* 1: no kink is near, and the next search is for the function
                        itself; 2: that came to nothing */
};

enum { STEPS_WITHIN = 200 };
enum { STATE_NUMBERS = sizeof(struct state) / sizeof(double) };

struct smoothing {
    struct descent *d;
    struct state *state;
    double *step, *gradient, *rows; /* n, n, and multipliers of conditions and bounds */
    struct model model;
    struct kinks kinks;
    double value; /* smoothed, at x */
};

static size_t scratch(const descent_problem *problem, const double *settings)
{
    (void)settings;
    size_t n = problem->n, model = model_size(n), kinks = kinks_size(problem);
    if (n > ENGINE_DENSE || kinks == SIZE_MAX)
        return SIZE_MAX;
    return STATE_NUMBERS + 3 * n + problem->constraint_count + model + kinks;
}

static struct smoothing smoothing_of(struct descent *d)
{
    size_t n = d->at.n;
    double *block = d->method_scratch;
    struct smoothing s = {.d = d, .state = (struct state *)(void *)block};
    s.step = block + STATE_NUMBERS;
    s.gradient = s.step + n;
    s.rows = s.gradient + n;
    double *rest = s.rows + n + d->problem.constraint_count;
    s.model = model_of(n, rest);
    s.kinks = kinks_of(&d->problem, rest + model_size(n));
    return s;
}

static void find_arguments(struct smoothing *s)
{
    const struct descent *d = s->d;
    struct kinks *k = &s->kinks;
    memset(k->signs, 0, k->count * sizeof *k->signs);
    d->problem.kinks(d->problem.context, d->x, k->signs, k->gradient, k->arguments,
                     k->weights, NULL);
}

/* The first r is as large as the arguments are in the mean. */
static void begin(struct smoothing *s)
{
    const struct descent *d = s->d;
    const struct kinks *k = &s->kinks;
    double sum = 0;
    find_arguments(s);
    for (size_t i = 0; i < k->count; i++)
        sum += fabs(k->arguments[i]) / (double)k->count;
    s->state->radius = s->state->first_radius = isfinite(sum) && sum > 0 ? sum : 1;
    s->state->ball = fmax(1, vector_norm(d->at.n, d->x));
}

static bool measure(struct smoothing *s)
{
    const struct descent *d = s->d;
    size_t n = d->at.n;
    d->problem.smoothed(d->problem.context, d->x, s->state->radius, &s->value,
                        s->gradient, s->model.hessian);
    s->d->hessian_evaluations++;
    bool finite = isfinite(s->value) != 0;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j <= i; j++)
            finite &= isfinite(s->model.hessian[i * n + j]) != 0;
    return finite && model_take(&s->model, s->gradient);
}

/* The value of the function itself at the trial, with the gradient that has the signs. */
static enum engine_progress settle(struct smoothing *s)
{
    struct descent *d = s->d;
    memcpy(d->trial_x, s->kinks.point, d->at.n * sizeof *d->trial_x);
    d->trial_has_gradient = false;
    if (engine_arrive(d, vector_norm(d->at.n, s->step)) != ENGINE_MOVED)
        return ENGINE_NOT_FINITE;
    memcpy(d->trial_gradient, s->kinks.gradient, d->at.n * sizeof *d->trial_gradient);
    d->trial_gradient_norm = s->kinks.residual;
    s->state->is_done = 1;
    return ENGINE_MOVED;
}

/* ---- with bounds and conditions ---- */

/* The smoothed problem as one of its own: what its callbacks are given. */
struct smoothed {
    const descent_problem *problem;
    double radius;
    double *gradient, *hessian; /* n and n * n numbers of room */
};

static void evaluate_smoothed(void *context, const double *x, double *value,
                              double *gradient)
{
    const struct smoothed *own = context;
    own->problem->smoothed(own->problem->context, x, own->radius, value, gradient, NULL);
}

static void evaluate_conditions(void *context, const double *x, double *values)
{
    const struct smoothed *own = context;
    own->problem->constraints(own->problem->context, x, values);
}

static void evaluate_jacobian(void *context, const double *x, double *jacobian)
{
    const struct smoothed *own = context;
    own->problem->constraint_jacobian(own->problem->context, x, jacobian);
}

static void evaluate_lagrangian(void *context, const double *x, double factor,
                                const double *multipliers, double *hessian)
{
    const struct smoothed *own = context;
    const descent_problem *problem = own->problem;
    size_t n = problem->n;
    double value;
    memset(hessian, 0, n * n * sizeof *hessian);
    if (problem->constraint_count > 0)
        problem->lagrangian_hessian(problem->context, x, 0, multipliers, hessian);
    problem->smoothed(problem->context, x, own->radius, &value, own->gradient,
                      own->hessian);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j <= i; j++)
            hessian[i * n + j] += factor * own->hessian[i * n + j];
}

/* A search by the interior point method for this radius, from x; NULL: no memory. */
static descent *search_within(struct smoothing *s, struct smoothed *own)
{
    const descent_problem *problem = &s->d->problem;
    const descent_problem smoothed = {
        .n = problem->n,
        .context = own,
        .evaluate = evaluate_smoothed,
        .lower = problem->lower,
        .upper = problem->upper,
        .constraint_count = problem->constraint_count,
        .constraint_lower = problem->constraint_lower,
        .constraint_upper = problem->constraint_upper,
        .constraints = problem->constraints != NULL ? evaluate_conditions : NULL,
        .constraint_jacobian =
            problem->constraint_jacobian != NULL ? evaluate_jacobian : NULL,
        .lagrangian_hessian = evaluate_lagrangian,
    };
    const descent_options options = {.method = descent_method_find("interior_point"),
                                     .gradient_tolerance = 1e-9,
                                     .most_steps = STEPS_WITHIN,
                                     .allocate = s->d->options.allocate,
                                     .release = s->d->options.release,
                                     .memory_context = s->d->options.memory_context};
    descent *search = descent_new(&smoothed, &options, s->d->x);
    if (search != NULL)
        (void)descent_run(search);
    return search;
}

/* Into trial_x with its multipliers, and what the engine is told of them.  The gradient
 * is that with the signs in `kinks`. */
static enum engine_progress arrive_within(struct smoothing *s, const double *x,
                                          const double *y)
{
    struct descent *d = s->d;
    struct kinks *k = &s->kinks;
    size_t n = k->n, m = k->m;
    memcpy(d->trial_x, x, n * sizeof *x);
    d->problem.evaluate(d->problem.context, d->trial_x, &d->trial_value, NULL);
    d->problem.kinks(d->problem.context, d->trial_x, k->signs, k->side, k->arguments,
                     k->weights, NULL);
    if (m > 0) {
        d->problem.constraints(d->problem.context, d->trial_x, k->c);
        d->problem.constraint_jacobian(d->problem.context, d->trial_x, k->jacobian);
        constrained_forget_held(&d->problem, k->jacobian, m);
        constrained_scale(&d->problem, d->trial_x, k->jacobian, k->scale);
    }
    if (!isfinite(d->trial_value) || !kinks_are_finite(n, k->side))
        return ENGINE_NOT_FINITE;
    constrained_publish(d, k->side, k->c, k->jacobian, y, k->scale);
    for (size_t j = 0; j < n; j++)
        s->step[j] = x[j] - d->x[j];
    d->trial_step = vector_norm(n, s->step);
    d->unsettled = s->state->is_done == 0;
    return ENGINE_MOVED;
}

/* The multipliers that the search found, of the rows of `kinks`. */
static void take_multipliers(struct smoothing *s, const descent_result *result)
{
    struct kinks *k = &s->kinks;
    for (size_t i = 0; i < k->m; i++)
        s->rows[i] = -result->multipliers[i];
    for (size_t j = 0; j < k->n; j++)
        s->rows[k->m + j] = -result->bound_multipliers[j];
}

/* A place with kinks is near, and it is no higher: conditions may be met more closely. */
static bool is_settled_within(struct smoothing *s, const double *x, double value)
{
    const double share = 1e-3;
    struct descent *d = s->d;
    double there = (double)NAN;
    if (kinks_settle(&s->kinks, x, s->rows, 20 * s->state->radius) == KINKS_NONE)
        return false;
    d->problem.evaluate(d->problem.context, s->kinks.point, &there, NULL);
    d->at.evaluations++;
    double gap = fabs(s->value - value);
    return there <= value + share * gap + 1e-9 * fmax(1, fabs(value));
}

/* The end of a search that is none of this method's: told in the next step. */
static double outcome_of(const descent_result *result)
{
    const double far = 1e10;
    bool is_left =
        result->status == DESCENT_STALLED && vector_norm(result->n, result->x) > far;
    return result->status == DESCENT_INFEASIBLE ? ENGINE_INFEASIBLE
           : is_left                            ? ENGINE_STALLED
                                                : ENGINE_MOVED;
}

/* The signs that stand for the kinks while they are smoothed. */
static void smooth_signs(struct smoothing *s, const double *x)
{
    struct kinks *k = &s->kinks;
    double r = s->state->is_done != 0 ? 0 : s->state->radius;
    memset(k->signs, 0, k->count * sizeof *k->signs);
    s->d->problem.kinks(s->d->problem.context, x, k->signs, k->gradient, k->arguments,
                        k->weights, NULL);
    for (size_t i = 0; i < k->count; i++) {
        double u = k->arguments[i];
        k->signs[i] = u == 0 ? 0 : u / hypot(u, r);
    }
}

/* From where the search for this radius ended: to the place with kinks, if it is near. */
static enum engine_progress move_on(struct smoothing *s, const descent_result *result)
{
    double value = (double)NAN;
    struct descent *d = s->d;
    d->problem.evaluate(d->problem.context, result->x, &value, NULL);
    s->value = result->value;
    take_multipliers(s, result);
    s->state->outcome = outcome_of(result);
    if (s->state->outcome == ENGINE_MOVED && s->state->is_plain != 1 &&
        is_settled_within(s, result->x, value)) {
        s->state->is_done = 1;
        return arrive_within(s, s->kinks.point, s->kinks.signs + s->kinks.count);
    }
    if (s->state->is_plain == 1) {
        bool is_end = result->status == DESCENT_CONVERGED;
        s->state->is_done = is_end ? 1 : 0;
        s->state->is_plain = 2;
    } else {
        if (s->state->is_plain == 0 && s->kinks.near == 0)
            s->state->is_plain = 1;
        s->state->radius *= shrink_within;
    }
    smooth_signs(s, result->x);
    return arrive_within(s, result->x, s->rows);
}

/* One radius a step. */
static enum engine_progress step_within(struct smoothing *s)
{
    struct descent *d = s->d;
    double radius = s->state->is_plain == 1 ? 0 : s->state->radius;
    struct smoothed own = {&d->problem, radius, s->gradient, s->model.hessian};
    d->unsettled = false;
    if (s->state->is_done != 0)
        return ENGINE_ROUNDING;
    if (s->state->outcome != ENGINE_MOVED)
        return (enum engine_progress)s->state->outcome;
    if (s->state->radius < least_share * s->state->first_radius)
        return ENGINE_STALLED;
    descent *search = search_within(s, &own);
    if (search == NULL)
        return ENGINE_STALLED;
    const descent_result *result = descent_get_result(search);
    d->at.evaluations += result->evaluations;
    d->gradient_evaluations += result->gradient_evaluations;
    d->hessian_evaluations += result->hessian_evaluations;
    enum engine_progress progress = move_on(s, result);
    descent_free(search);
    return progress;
}

/* ---- without ---- */

/* Whether a place with kinks is near that is no higher. */
static bool is_settled(struct smoothing *s)
{
    const struct descent *d = s->d;
    double value = (double)NAN;
    if (kinks_settle(&s->kinks, d->x, NULL, 20 * s->state->radius) == KINKS_NONE)
        return false;
    d->problem.evaluate(d->problem.context, s->kinks.point, &value, NULL);
    s->d->at.evaluations++;
    return value <= d->at.value + 16 * DBL_EPSILON * fabs(d->at.value);
}

/* The value itself has left the numbers, downwards. */
static bool is_bottomless(struct descent *d)
{
    return !engine_try_value(d) && stop_is_bottomless(d);
}

/* Tries balls until the smoothed value falls. */
static bool try_balls(struct smoothing *s)
{
    const double enough = 1e-4, rounding = 4 * DBL_EPSILON * fabs(s->value);
    struct descent *d = s->d;
    size_t n = d->at.n;
    for (;;) {
        double promise = model_minimize(&s->model, s->state->ball, s->step), value;
        double length = vector_norm(n, s->step);
        const struct engine_line line = {s->step, 1, 0, 0};
        if (!(promise > rounding) || !engine_move(d, &line, 1))
            return false;
        d->problem.smoothed(d->problem.context, d->trial_x, s->state->radius, &value,
                            NULL, NULL);
        d->at.evaluations++;
        double share = isfinite(value) ? (s->value - value) / promise : -1;
        if (!(share >= 0.25))
            s->state->ball = length / 4;
        else if (share > 0.75 && length > 0.9 * s->state->ball)
            s->state->ball = fmin(2 * s->state->ball, DBL_MAX / 4);
        if (share > enough || (!isfinite(value) && is_bottomless(d)))
            return true;
    }
}

/* The smoothed function is at its minimum, as far as its distance from the function asks
 * for. */
static bool is_near_minimum(struct smoothing *s)
{
    double gap = fabs(s->value - s->d->at.value);
    return !model_curves_down(&s->model) &&
           model_minimize(&s->model, DBL_MAX / 4, s->step) <= 0.01 * gap;
}

static enum engine_progress step(struct descent *d)
{
    struct smoothing s = smoothing_of(d);
    if (s.state->first_radius == 0)
        begin(&s);
    if (d->multipliers != NULL)
        return step_within(&s);
    if (s.state->is_done != 0)
        return ENGINE_ROUNDING;
    while (s.state->radius >= least_share * s.state->first_radius) {
        if (!measure(&s))
            return engine_descend(d, d->gradient, secant_first(d));
        bool near = is_near_minimum(&s);
        if (!near && try_balls(&s))
            return engine_arrive(d, vector_norm(d->at.n, s.step));
        if (is_settled(&s))
            return settle(&s);
        s.state->radius *= shrink;
        s.state->ball = fmax(s.state->ball, 1e-3 * fmax(1, vector_norm(d->at.n, d->x)));
    }
    return ENGINE_STALLED;
}

/* On a kink the gradient is that of one side, or none: it may vanish anywhere. */
static bool objects(struct descent *d)
{
    struct smoothing s = smoothing_of(d);
    bool on_kink = false;
    if (s.state->is_done != 0 || d->multipliers != NULL)
        return false;
    find_arguments(&s);
    for (size_t i = 0; i < s.kinks.count; i++)
        on_kink |= s.kinks.arguments[i] == 0 && s.kinks.weights[i] != 0;
    return on_kink;
}

static const descent_setting settings[] = {{.name = NULL}};

const descent_method method_smoothing = {
    .name = "smoothing",
    .summary = "for kinks: Newton's method for ever less rounded ones",
    .formula = "x <- x + s, s the minimum of g's + s'Hs/2 for |s| <= d, g and H of the "
               "objective with sqrt(u^2 + r^2) for each |u|; r -> 0",
    .settings = settings,
    .needs = ENGINE_NEEDS_KINKS,
    .gives = ENGINE_GIVES_STEP | ENGINE_TAKES_CONSTRAINTS,
    .scratch_for = scratch,
    .step = step,
    .objects = objects,
};
