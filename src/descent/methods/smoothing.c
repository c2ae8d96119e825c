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
#include "descent/kinks.h"
#include "descent/methods/model.h"
#include "descent/methods/secant.h"
#include "descent/vector.h"

#include <float.h>
#include <math.h>
#include <string.h>

static const double shrink = 0.2;        /* of r, from one to the next */
static const double least_share = 1e-13; /* of the first r, the last */

struct state {
    double radius, first_radius, ball;
    double is_done; /* 1: the place is settled */
};

enum { STATE_NUMBERS = sizeof(struct state) / sizeof(double) };

struct smoothing {
    struct descent *d;
    struct state *state;
    double *step, *gradient;
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
    return STATE_NUMBERS + 2 * n + model + kinks;
}

static struct smoothing smoothing_of(struct descent *d)
{
    size_t n = d->at.n;
    double *block = d->method_scratch;
    struct smoothing s = {.d = d, .state = (struct state *)(void *)block};
    s.step = block + STATE_NUMBERS;
    s.gradient = s.step + n;
    s.model = model_of(n, s.gradient + n);
    s.kinks = kinks_of(&d->problem, s.gradient + n + model_size(n));
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

/* Whether a place with kinks is near that is no higher. */
static bool is_settled(struct smoothing *s)
{
    const struct descent *d = s->d;
    double value = (double)NAN;
    if (kinks_settle(&s->kinks, d->x, 20 * s->state->radius) == KINKS_NONE)
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
    if (s.state->is_done != 0)
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
    .gives = ENGINE_GIVES_STEP,
    .scratch_for = scratch,
    .step = step,
    .objects = objects,
};
