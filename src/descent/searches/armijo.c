/* SPDX-License-Identifier: MIT
 * searches/armijo.c - shorten until the step improves enough, or say why none does.
 *
 * Near a minimum the promised decrease drops below the rounding of the value.  Then equal
 * values are accepted if the gradient becomes smaller, so the search goes on to where the
 * gradient, too, is as small as it can get, and so are values that differ by rounding
 * alone if it becomes clearly smaller than it was at any such point before (after the
 * approximate Wolfe conditions of Hager and Zhang, SIAM Journal on Optimization 16,
 * 2005). So it ends.  When no t is accepted, the trials tell rounding from a search that
 * is stuck: see judge. */
#include "descent/searches/armijo.h"

#include <float.h>
#include <math.h>

/* A trial that was worse, as what was hoped for and what came. */
struct worse {
    double t;
    double promise; /* the decrease to first order */
    double rise;    /* f(x + t d) - f(x) */
};

/* What the rejected trials of one step have shown. */
struct evidence {
    double rounding;      /* of the value here */
    double noise;         /* the greatest promise that left the value as it was */
    double first_promise; /* of the longest trial */
    struct worse rise[2]; /* the last two clear rises, the shorter trial last */
    int rises;
};

double armijo_rounding(const struct descent *d)
{
    return 4 * fmax(DBL_EPSILON * fabs(d->at.value), DBL_TRUE_MIN);
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

bool armijo_improves(struct descent *d)
{
    return d->trial_value < d->at.value ||
           (d->trial_value == d->at.value && engine_try_gradient(d) &&
            d->trial_gradient_norm < d->at.gradient_norm);
}

bool armijo_calms(struct descent *d, double promise)
{
    const double share = 0.9, slack = 16;
    double rounding = slack * armijo_rounding(d);
    if (!(promise <= rounding && d->trial_value <= d->at.value + rounding) ||
        !engine_try_gradient(d) ||
        !(d->trial_gradient_norm < share * fmin(d->calm, d->at.gradient_norm)))
        return false;
    d->calm = d->trial_gradient_norm;
    return true;
}

/* A reference that differs from the value by rounding alone would let the search wander
 * among equal values for ever. */
static bool is_accepted(struct descent *d, const struct armijo_rule *rule, double promise,
                        double rounding)
{
    bool monotone = rule->reference - d->at.value <= rounding;
    double reference = monotone ? d->at.value : rule->reference;
    return d->trial_value <= reference - rule->decrease * promise &&
           (!monotone || armijo_improves(d));
}

/* The whole step of a direction that has a length of its own is taken as a rule: then its
 * gradient comes with the value, in one pass.  Of shortened ones the value comes first.
 */
static bool try_point(struct descent *d, bool is_first)
{
    if (!is_first || !engine_has_length(d) || !d->takes_first)
        return engine_try_value(d);
    (void)engine_try_gradient(d);
    return isfinite(d->trial_value);
}

/* One pass from `first` downwards, to where the value cannot tell any longer; the
 * gradient may still tell there, so a few trials are made at least.  ENGINE_STALLED:
 * nothing was accepted. */
static enum engine_progress shorten(struct descent *d, const struct engine_line *line,
                                    const struct armijo_rule *rule, double first,
                                    struct evidence *evidence)
{
    double rounding = armijo_rounding(d), hope = (first * line->length) * -line->slope;
    *evidence = (struct evidence){.rounding = rounding, .first_promise = hope};
    /* Past the rounding of the value the gradient may still tell: a few trials at least.
     */
    for (double t = first; hope > rounding / 8 || t > first / 20; t *= rule->shrink) {
        hope = (t * line->length) * -line->slope;
        if (!engine_move(d, line, t))
            break;
        double promise = engine_promise(d, line, t);
        if (!try_point(d, t == first)) {
            if (stop_is_bottomless(d))
                return ENGINE_NOT_FINITE;
        } else if (is_accepted(d, rule, promise, rounding) || armijo_calms(d, promise)) {
            d->takes_first = t == first;
            return engine_arrive(d, t);
        } else {
            note_trial(evidence, t, promise, d->trial_value - d->at.value);
        }
    }
    return ENGINE_STALLED;
}

enum engine_progress armijo_search(struct descent *d, const struct engine_line *line,
                                   const struct armijo_rule *rule, double first,
                                   double whole)
{
    struct evidence evidence;
    enum engine_progress progress = shorten(d, line, rule, first, &evidence);
    if (progress == ENGINE_STALLED && first < whole)
        progress = shorten(d, line, rule, whole, &evidence);
    return progress == ENGINE_STALLED ? judge(&evidence) : progress;
}

/* The length with which the value would fall as much as in the last step, to first order
 * (Nocedal and Wright, section 3.5), within a factor of ten; or that of a move as
 * long as the last, where it would be lost in rounding. */
double armijo_first_length(const struct descent *d, const struct engine_line *line)
{
    if (isnan(d->at.step) || engine_has_length(d))
        return 1;
    double ratio = d->last_fall / (line->length * -line->slope);
    if (isnan(ratio))
        ratio = 1;
    double t = d->at.step * fmin(fmax(ratio, 0.1), 10);
    bool lost = t * line->length < DBL_EPSILON * d->at.point_change;
    /* A search that falls for ever comes to the end of the numbers: no length beyond it
     * would ever be shortened. */
    return fmin(lost ? d->at.point_change / line->length : t, DBL_MAX);
}

enum engine_progress armijo_rescue(struct descent *d, const struct engine_line *line,
                                   double first, double decrease)
{
    const struct armijo_rule rule = {0.5, decrease, d->at.value};
    return armijo_search(d, line, &rule, first, 1);
}
