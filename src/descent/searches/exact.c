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
#include "descent/searches/slope.h"

#include <float.h>
#include <math.h>

enum { TOLERANCE };

static const int most_trials = 100;
/* One trial lengthens the step by this factor at most. */
static const double longest = 100;

/* f falls at lo, and is no lower at hi or rises there. */
struct exact {
    struct descent *d;
    const struct engine_line *line;
    struct slope_point lo, hi, trial;
    int trials;
};

static enum slope_outcome try(struct exact *e, double t)
{
    struct descent *d = e->d;
    if (e->trials++ == most_trials)
        return SLOPE_LOST;
    enum slope_outcome outcome = slope_try(d, e->line, t, &e->trial);
    if (outcome != SLOPE_WENT_ON || isnan(e->trial.slope))
        return outcome;
    double flat = d->search_settings[TOLERANCE] * -e->line->slope;
    return fabs(e->trial.slope) <= flat && armijo_improves(d) ? SLOPE_ACCEPTED
                                                              : SLOPE_WENT_ON;
}

/* The minimum lies before the trial.  Values that differ by rounding do not say so. */
static bool is_past(const struct exact *e)
{
    double size = fmax(fabs(e->trial.value), fabs(e->d->at.value));
    return !(e->trial.slope < 0) || e->trial.value > e->lo.value + 4 * DBL_EPSILON * size;
}

/* Where the line through two slopes is zero. */
static double secant(const struct slope_point *a, double slope_a,
                     const struct slope_point *b, double slope_b)
{
    return a->t + (b->t - a->t) * (slope_a / (slope_a - slope_b));
}

static enum slope_outcome enclose(struct exact *e, double t)
{
    for (;;) {
        enum slope_outcome outcome = try(e, t);
        e->hi = e->trial;
        if (outcome != SLOPE_WENT_ON || is_past(e))
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
static enum slope_outcome narrow(struct exact *e)
{
    double low = e->lo.slope, high = e->hi.slope;
    int moved = 0; /* 1: hi in the last trial, -1: lo */
    for (int i = 1; e->hi.t - e->lo.t > 2 * DBL_EPSILON * e->hi.t; i++) {
        double t = secant(&e->lo, low, &e->hi, high);
        bool inside = high > 0 && t > e->lo.t && t < e->hi.t && i % 4 != 0;
        double middle = e->lo.t + (e->hi.t - e->lo.t) / 2;
        enum slope_outcome outcome = try(e, inside ? t : middle);
        if (outcome != SLOPE_WENT_ON)
            return outcome;
        int moves = is_past(e) ? 1 : -1;
        *(moves == 1 ? &e->hi : &e->lo) = e->trial;
        low = moves == -1 ? e->trial.slope : moved == 1 ? low / 2 : low;
        high = moves == 1 ? e->trial.slope : moved == -1 ? high / 2 : high;
        moved = moves;
    }
    return SLOPE_LOST;
}

/* The lower end of what is left, when it is lower than x. */
static enum engine_progress take_best(const struct exact *e, double first)
{
    const struct slope_point *best = e->hi.value < e->lo.value ? &e->hi : &e->lo;
    if (!(best->value < e->d->at.value) || best->t == 0)
        return armijo_rescue(e->d, e->line, first, 0);
    (void)engine_move(e->d, e->line, best->t);
    return engine_arrive(e->d, best->t);
}

static enum engine_progress search(struct descent *d, const struct engine_line *line)
{
    struct exact e = {.d = d, .line = line, .lo = {0, d->at.value, line->slope}};
    double first = armijo_first_length(d, line);
    enum slope_outcome outcome = enclose(&e, first);
    if (outcome == SLOPE_WENT_ON)
        outcome = narrow(&e);
    if (outcome == SLOPE_BOTTOMLESS)
        return ENGINE_NOT_FINITE;
    return outcome == SLOPE_ACCEPTED ? engine_arrive(d, e.trial.t) : take_best(&e, first);
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
