/* SPDX-License-Identifier: MIT
 * searches/wolfe.c - a step that meets the strong Wolfe conditions
 *     f(x + t d) <= f(x) + c1 t g'd,   |g(x + t d)'d| <= c2 |g'd|.
 *
 * Nocedal and Wright, Numerical Optimization (2006), algorithms 3.5 and 3.6: t grows
 * until an interval must hold such a step, which zoom then narrows by cubic
 * interpolation. Each trial evaluates the gradient, so backtracking is cheaper where
 * short steps do no harm.  A trial that is not finite counts as too long, and among
 * values that differ by rounding the slopes decide.  Where most_trials are not enough, as
 * at a kink, where no step meets the second condition, the lowest step that meets the
 * first is taken. */
#include "descent/searches/slope.h"

#include <math.h>

enum { C1, C2 };

static const int most_trials = 20;

/* lo meets the first condition and is the lowest such point so far (or the start). */
struct wolfe {
    struct descent *d;
    const struct engine_line *line;
    struct slope_point lo, hi, trial;
    int trials;
};

static bool is_low_enough(const struct wolfe *w)
{
    const struct descent *d = w->d;
    double promise = engine_promise(d, w->line, w->trial.t);
    return w->trial.value <= d->at.value - d->search_settings[C1] * promise;
}

static bool is_flat_enough(const struct wolfe *w)
{
    return fabs(w->trial.slope) <= w->d->search_settings[C2] * -w->line->slope;
}

/* Evaluates the trial at t. */
static enum slope_outcome try(struct wolfe *w, double t)
{
    struct descent *d = w->d;
    if (w->trials++ == most_trials)
        return SLOPE_LOST;
    enum slope_outcome outcome = slope_try(d, w->line, t, &w->trial);
    if (outcome != SLOPE_WENT_ON || isnan(w->trial.slope))
        return outcome;
    if (!is_flat_enough(w))
        return SLOPE_WENT_ON;
    bool accepted = (is_low_enough(w) && armijo_improves(d)) ||
                    armijo_calms(d, engine_promise(d, w->line, t));
    return accepted ? SLOPE_ACCEPTED : SLOPE_WENT_ON;
}

/* The minimum lies before the trial.  Where values differ by rounding the slope tells. */
static bool is_past(const struct wolfe *w, double forward)
{
    if (fabs(w->trial.value - w->lo.value) <= armijo_rounding(w->d) &&
        !isnan(w->trial.slope))
        return w->trial.slope * forward >= 0;
    return !is_low_enough(w) || w->trial.value >= w->lo.value;
}

/* The minimum of the cubic through lo and hi with their slopes (equation 3.59), or of the
 * parabola where hi has none that is finite; within the inner eight tenths. */
static double interpolate(const struct wolfe *w)
{
    const struct slope_point *lo = &w->lo, *hi = &w->hi;
    double width = hi->t - lo->t, length = w->line->length;
    double low = lo->slope * length, high = hi->slope * length, share;
    double chord = (hi->value - lo->value) / width;
    double mixed = low + high - 3 * chord;
    double root = copysign(sqrt(mixed * mixed - low * high), width);
    share = 1 - (high + root - mixed) / (high - low + 2 * root);
    if (!isfinite(share))
        share = low / (2 * (low - chord));
    if (!isfinite(share) || !isfinite(chord))
        share = 0.5;
    return lo->t + width * fmin(fmax(share, 0.1), 0.9);
}

/* Narrows the interval between lo and hi, in either order. */
static enum slope_outcome zoom(struct wolfe *w)
{
    double rounding = armijo_rounding(w->d);
    for (;;) {
        double longer = fmax(w->lo.t, w->hi.t);
        if ((longer * w->line->length) * -w->line->slope <= rounding / 8)
            return SLOPE_LOST;
        enum slope_outcome outcome = try(w, interpolate(w));
        if (outcome != SLOPE_WENT_ON)
            return outcome;
        if (is_past(w, w->hi.t - w->lo.t)) {
            w->hi = w->trial;
            continue;
        }
        if (w->trial.slope * (w->hi.t - w->lo.t) >= 0)
            w->hi = w->lo;
        w->lo = w->trial;
    }
}

/* Lengthens the step until lo and hi enclose one that is good. */
static enum slope_outcome bracket(struct wolfe *w, double t)
{
    for (;; t *= 4) {
        enum slope_outcome outcome = try(w, t);
        if (outcome != SLOPE_WENT_ON)
            return outcome;
        if (is_past(w, 1)) {
            w->hi = w->trial;
            return zoom(w);
        }
        w->hi = w->lo;
        w->lo = w->trial;
        if (w->trial.slope >= 0)
            return zoom(w);
    }
}

static enum engine_progress search(struct descent *d, const struct engine_line *line)
{
    struct wolfe w = {.d = d, .line = line, .lo = {0, d->at.value, line->slope}};
    double first = armijo_first_length(d, line);
    switch (bracket(&w, first)) {
    case SLOPE_ACCEPTED:
        return engine_arrive(d, w.trial.t);
    case SLOPE_BOTTOMLESS:
        return ENGINE_NOT_FINITE;
    default:
        break;
    }
    if (w.lo.t == 0 || !(w.lo.value < d->at.value))
        return armijo_rescue(d, line, first, d->search_settings[C1]);
    (void)engine_move(d, line, w.lo.t);
    return engine_arrive(d, w.lo.t);
}

static const descent_setting settings[] = {
    {"c1", 1e-4, 0, 0.5, "the share of the promised decrease that is enough"},
    {"c2", 0.9, 0, 1, "the share of the slope that may remain"},
    {.name = NULL},
};

const descent_search search_wolfe = {
    .name = "wolfe",
    .summary = "a step that is low enough and flat enough (strong Wolfe)",
    .settings = settings,
    .search = search,
};
