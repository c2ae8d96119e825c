/* SPDX-License-Identifier: MIT
 * searches/exact.c - to the minimum along the line.
 *
 * The zero of the slope is enclosed by lengthening the step and then narrowed by the
 * secant of the slopes, with every fourth trial in the middle so that the interval always
 * shrinks; Nocedal and Wright, Numerical Optimization (2006), section 3.5, and Cauchy's
 * rule of 1847.  The secant of a parabola is the answer, so there one trial gives the
 * step. The search ends where the slope is `tolerance` times the slope at x or the
 * interval is rounding.  Exact steps along the gradient zigzag: on a badly conditioned
 * parabola they need as many steps as fixed ones. */
#include "descent/searches/armijo.h"

#include <float.h>
#include <math.h>

enum { TOLERANCE };

static const int most_trials = 100;
/* One trial lengthens the step by this factor at most. */
static const double longest = 100;

/* A point on the line.  One that is not finite has the value inf and the slope NaN. */
struct point {
    double t, value;
    double slope; /* per unit of length */
};

enum outcome { WENT_ON, ACCEPTED, BOTTOMLESS, LOST };

/* f falls at lo, and is no lower at hi or rises there. */
struct exact {
    struct descent *d;
    const struct engine_line *line;
    struct point lo, hi, trial;
    int trials;
};

static enum outcome try(struct exact *e, double t)
{
    struct descent *d = e->d;
    e->trial = (struct point){t, (double)INFINITY, (double)NAN};
    if (e->trials++ == most_trials || !engine_move(d, e->line, t))
        return LOST;
    if (!engine_try_gradient(d))
        return stop_is_bottomless(d) ? BOTTOMLESS : WENT_ON;
    e->trial.value = d->trial_value;
    e->trial.slope = engine_trial_slope(d, e->line);
    double flat = d->search_settings[TOLERANCE] * -e->line->slope;
    return fabs(e->trial.slope) <= flat && armijo_improves(d) ? ACCEPTED : WENT_ON;
}

/* The minimum lies before the trial.  Values that differ by rounding do not say so. */
static bool is_past(const struct exact *e)
{
    double size = fmax(fabs(e->trial.value), fabs(e->d->at.value));
    return !(e->trial.slope < 0) || e->trial.value > e->lo.value + 4 * DBL_EPSILON * size;
}

/* Where the line through two slopes is zero. */
static double secant(const struct point *a, double slope_a, const struct point *b,
                     double slope_b)
{
    return a->t + (b->t - a->t) * (slope_a / (slope_a - slope_b));
}

static enum outcome enclose(struct exact *e, double t)
{
    for (;;) {
        enum outcome outcome = try(e, t);
        e->hi = e->trial;
        if (outcome != WENT_ON || is_past(e))
            return outcome;
        double next = secant(&e->lo, e->lo.slope, &e->trial, e->trial.slope);
        if (!(next > t))
            next = 4 * t;
        e->lo = e->trial;
        t = fmin(next, longest * t);
    }
}

/* The slope of an end that has stayed twice is halved, so that the other end moves, too
 * (the Illinois form of the rule of false position). */
static enum outcome narrow(struct exact *e)
{
    double low = e->lo.slope, high = e->hi.slope;
    int moved = 0; /* 1: hi in the last trial, -1: lo */
    for (int i = 1; e->hi.t - e->lo.t > 2 * DBL_EPSILON * e->hi.t; i++) {
        double t = secant(&e->lo, low, &e->hi, high);
        bool inside = high > 0 && t > e->lo.t && t < e->hi.t && i % 4 != 0;
        double middle = e->lo.t + (e->hi.t - e->lo.t) / 2;
        enum outcome outcome = try(e, inside ? t : middle);
        if (outcome != WENT_ON)
            return outcome;
        int moves = is_past(e) ? 1 : -1;
        *(moves == 1 ? &e->hi : &e->lo) = e->trial;
        low = moves == -1 ? e->trial.slope : moved == 1 ? low / 2 : low;
        high = moves == 1 ? e->trial.slope : moved == -1 ? high / 2 : high;
        moved = moves;
    }
    return LOST;
}

/* The lower end of what is left, when it is lower than x. */
static enum engine_progress take_best(const struct exact *e, double first)
{
    const struct point *best = e->hi.value < e->lo.value ? &e->hi : &e->lo;
    if (!(best->value < e->d->at.value) || best->t == 0)
        return armijo_rescue(e->d, e->line, first, 0);
    (void)engine_move(e->d, e->line, best->t);
    return engine_arrive(e->d, best->t);
}

static enum engine_progress search(struct descent *d, const struct engine_line *line)
{
    struct exact e = {.d = d, .line = line, .lo = {0, d->at.value, line->slope}};
    double first = armijo_first_length(d, line);
    enum outcome outcome = enclose(&e, first);
    if (outcome == WENT_ON)
        outcome = narrow(&e);
    if (outcome == BOTTOMLESS)
        return ENGINE_NOT_FINITE;
    return outcome == ACCEPTED ? engine_arrive(d, e.trial.t) : take_best(&e, first);
}

static const descent_setting settings[] = {
    {"tolerance", 1e-8, 0, 0.5, "the share of the slope that may remain"},
    {.name = NULL},
};

const descent_search search_exact = {
    .name = "exact",
    .summary = "to the minimum along the line",
    .settings = settings,
    .search = search,
};
