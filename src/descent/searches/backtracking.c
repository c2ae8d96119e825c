/* SPDX-License-Identifier: MIT
 * searches/backtracking.c - shorten the step until it improves enough (Armijo).
 *
 * Nocedal and Wright, Numerical Optimization (2006), algorithm 3.1: t is accepted when
 *     f(x + t d) <= f(x) + decrease * t * g'd,
 * else it is multiplied by `shrink`.  The first step begins with `initial`, a later one
 * with `grow` times the t accepted before, `initial` at most.
 *
 * Near a minimum the promised decrease drops below the rounding of the value.  Then equal
 * values are accepted if the gradient becomes smaller, so the search goes on to where the
 * gradient, too, is as small as it can get; the pair (value, |gradient|) falls in each
 * step, so it ends.  When no t is accepted, the trials tell rounding from a search that
 * is stuck: see judge. */
#include "descent/engine.h"

#include <float.h>
#include <math.h>

enum { INITIAL, SHRINK, GROW, DECREASE };

/* A trial that was worse, as what was hoped for and what came. */
struct worse {
    double t;
    double promise; /* the decrease to first order */
    double rise;    /* f(x + t d) - f(x) */
};

/* What the rejected trials of one step have shown. */
struct evidence {
    double rounding;      /* of the value here */
    double noise;         /* the greatest promise that left the value exactly as it was */
    double first_promise; /* of the longest trial */
    struct worse rise[2]; /* the last two clear rises, the shorter trial last */
    int rises;
};

/* -t * g'd; in this order the product overflows only when the decrease does. */
static double promise_of(const struct engine_line *line, double t)
{
    return (t * line->length) * -line->slope;
}

static void note_trial(struct evidence *evidence, double t, double promise, double rise)
{
    if (rise == 0)
        evidence->noise = fmax(evidence->noise, promise);
    if (rise < 1000 * evidence->rounding)
        return;
    evidence->rise[0] = evidence->rise[1];
    evidence->rise[1] = (struct worse){t, promise, rise};
    evidence->rises++;
}

/* Why did no step improve?  A smooth f is f - s t + c t^2/2 along the line, with s t the
 * promise, and some t is accepted unless all that there was to be had, s^2/(2c), is lost
 * in rounding.  Each clear rise gives c.  When two agree, f is smooth, so it is rounding.
 * At a kink, or where the gradient is wrong, f rises in proportion to t, and c grows as t
 * shrinks: the search is stuck. */
static enum engine_progress judge(const struct evidence *evidence)
{
    if (evidence->rises < 2) {
        double lost = 1000 * fmax(evidence->rounding, evidence->noise);
        return evidence->first_promise <= lost ? ENGINE_ROUNDING : ENGINE_STALLED;
    }
    const struct worse *longer = &evidence->rise[0], *shorter = &evidence->rise[1];
    double shrink = shorter->t / longer->t;
    double growth = (shorter->rise + shorter->promise) /
                    (longer->rise + longer->promise) / (shrink * shrink); /* of c */
    return growth < (1 + 1 / shrink) / 2 ? ENGINE_ROUNDING : ENGINE_STALLED;
}

static bool is_accepted(struct descent *d, double promise)
{
    double value = d->at.value;
    if (d->trial_value > value - d->search_settings[DECREASE] * promise)
        return false;
    return d->trial_value < value ||
           (engine_try_gradient(d) && d->trial_gradient_norm < d->at.gradient_norm);
}

/* One pass from `first` downwards, to where the value cannot tell any longer; the
 * gradient may still tell there, so a few trials are made at least.  ENGINE_STALLED:
 * nothing was accepted. */
static enum engine_progress shorten(struct descent *d, const struct engine_line *line,
                                    double first, struct evidence *evidence)
{
    double rounding = 4 * fmax(DBL_EPSILON * fabs(d->at.value), DBL_TRUE_MIN);
    double promise = promise_of(line, first);
    *evidence = (struct evidence){.rounding = rounding, .first_promise = promise};
    for (double t = first; promise > rounding / 8 || t > first / 20;
         t *= d->search_settings[SHRINK]) {
        promise = promise_of(line, t);
        if (!engine_move(d, line, t))
            break;
        if (!engine_try_value(d)) {
            if (stop_is_bottomless(d))
                return ENGINE_NOT_FINITE;
        } else if (is_accepted(d, promise)) {
            return engine_arrive(d, t);
        } else {
            note_trial(evidence, t, promise, d->trial_value - d->at.value);
        }
    }
    return ENGINE_STALLED;
}

static enum engine_progress search(struct descent *d, const struct engine_line *line)
{
    const double *setting = d->search_settings;
    if (line->length == 0)
        return ENGINE_ROUNDING;
    if (!(line->slope < 0))
        return ENGINE_STALLED;
    struct evidence evidence;
    double first = isnan(d->at.step) ? setting[INITIAL]
                                     : fmin(setting[INITIAL], setting[GROW] * d->at.step);
    enum engine_progress progress = shorten(d, line, first, &evidence);
    /* A step that had become short says little of the place: the whole range does. */
    if (progress == ENGINE_STALLED && first < setting[INITIAL])
        progress = shorten(d, line, setting[INITIAL], &evidence);
    return progress == ENGINE_STALLED ? judge(&evidence) : progress;
}

static const descent_setting settings[] = {
    {"initial", 1, DBL_MIN, DBL_MAX, "the length factor that is tried first"},
    {"shrink", 0.5, 0.01, 0.99, "what a rejected length is multiplied by"},
    {"grow", 1.5, 1, 1e6, "what an accepted length is multiplied by for the next step"},
    {"decrease", 1e-4, 0, 0.99, "the share of the promised decrease that is enough"},
    {.name = NULL},
};

const descent_search search_backtracking = {
    .name = "backtracking",
    .summary = "shorten the step until it improves enough (Armijo)",
    .settings = settings,
    .search = search,
};
