/* SPDX-License-Identifier: MIT
 * What the point is at which a search ended, with the evidence: the second derivative,
 * the first that does not vanish, the slopes at a kink, or the Hessian's eigenvalues. */
#include "script/report.h"

#include <math.h>

static descent_kind wanted_kind(const struct solution *s)
{
    return s->maximize ? DESCENT_MAXIMUM : DESCENT_MINIMUM;
}

static void put_place(struct session *session, struct text *out, const struct solution *s)
{
    const descent_diagnosis *d = &s->diagnosis;
    if (d->distance == 0) {
        text_puts(out, " here");
    } else if (s->n <= REPORT_VARIABLES) {
        text_puts(out, " at ");
        report_point(session, out, s, d->point);
    }
    if (d->distance > 0) {
        text_puts(out, ", ");
        text_rounded(out, d->distance, 3);
        text_puts(out, " from here");
    }
}

static void put_slopes(struct text *out, const struct solution *s)
{
    double sign = s->maximize ? -1 : 1;
    text_puts(out, s->diagnosis.kind == DESCENT_FLAT
                       ? ": the slope goes from "
                       : ": a kink, where the slope goes from ");
    text_rounded(out, sign * s->diagnosis.slopes[0], REPORT_SHORT);
    text_puts(out, " to ");
    text_rounded(out, sign * s->diagnosis.slopes[1], REPORT_SHORT);
}

static void put_order(struct text *out, const struct solution *s)
{
    const descent_diagnosis *d = &s->diagnosis;
    text_format(out,
                ": f'' vanishes, and the first derivative that does not, of order %u, "
                "is ",
                d->order);
    text_rounded(out, s->maximize ? -d->derivative : d->derivative, REPORT_SHORT);
}

/* Where curvatures vanish, values nearby told what the point is. */
static bool put_values(struct text *out, const struct solution *s)
{
    const descent_diagnosis *d = &s->diagnosis;
    bool shown = s->n > 1 && d->kind == DESCENT_SADDLE &&
                 !(d->least_curvature < 0 && d->greatest_curvature > 0);
    if (shown)
        text_puts(out, ": there are lower and higher values around");
    return shown;
}

/* An eigenvalue that rounding hides is shown as 0. */
static void put_curvature(struct text *out, const struct solution *s)
{
    double least, greatest;
    solution_curvature(s, &least, &greatest);
    if (isnan(least))
        return;
    bool goes_on = put_values(out, s);
    double hidden = solution_curvature_rounding(s);
    text_puts(out, goes_on ? "; " : ": ");
    text_puts(out, s->diagnosis.is_reduced
                       ? "along what the conditions leave free the curvature of the "
                         "Lagrangian reaches from "
                   : s->n == 1 ? "f'' = "
                               : "the eigenvalues of the Hessian reach from ");
    text_puts(out, s->n > 1 && s->diagnosis.is_estimated ? "about " : "");
    text_rounded(out, fabs(least) <= hidden ? 0 : least, REPORT_SHORT);
    if (s->n > 1 || s->diagnosis.is_reduced) {
        text_puts(out, " to ");
        text_rounded(out, fabs(greatest) <= hidden ? 0 : greatest, REPORT_SHORT);
    }
}

/* With the signs between those of both sides the gradient vanishes. */
static void put_kinks(struct text *out, const struct solution *s)
{
    size_t count = s->diagnosis.kinks;
    if (count == 1)
        text_puts(out, ": on a kink of abs, min or max, whose slopes balance");
    else
        text_format(out, ": on %zu kinks of abs, min and max, whose slopes balance",
                    count);
}

static void put_surface(struct text *out, const struct solution *s)
{
    text_format(out,
                ": on the surface of a ball, where the value %s outwards with slope ",
                s->maximize ? "rises" : "falls");
    text_rounded(out, s->diagnosis.surface_slope, REPORT_SHORT);
}

/* Of the least value of all that is said in a line of its own. */
static void put_evidence(struct text *out, const struct solution *s)
{
    if (s->diagnosis.is_lowest)
        return;
    if (s->n == 1 && s->diagnosis.at_kink)
        put_slopes(out, s);
    else if (!isnan(s->diagnosis.surface_slope))
        put_surface(out, s);
    else if (s->diagnosis.kinks > 0)
        put_kinks(out, s);
    else if (s->diagnosis.at_kink)
        text_format(out, ": a kink; the value %s out of every side of a box around it",
                    s->maximize ? "falls" : "rises");
    else if (s->n == 1 && s->diagnosis.order > 2)
        put_order(out, s);
    else if (s->diagnosis.kind != DESCENT_FLAT || s->n > 1)
        put_curvature(out, s);
}

/* "a minimum", "not a minimum but a saddle", "a stationary point". */
static void put_name(struct text *out, const struct solution *s)
{
    descent_kind kind = solution_kind(s), wanted = wanted_kind(s);
    if (kind == DESCENT_FLAT) {
        text_puts(out, s->diagnosis.at_kink ? "a kink or a jump" : "a stationary point");
        return;
    }
    if (kind != wanted)
        text_format(out, "not a %s but ", descent_kind_name(wanted));
    text_format(out, "%s %s", kind == DESCENT_INFLECTION ? "an" : "a",
                descent_kind_name(kind));
}

static void put_nothing_near(struct text *out, const struct solution *s)
{
    if (s->status == DESCENT_CONVERGED || s->status == DESCENT_STALLED)
        text_format(out, "  not known to be a %s: no stationary point was found near\n",
                    descent_kind_name(wanted_kind(s)));
}

void report_kind(struct session *session, struct text *out, const struct solution *s)
{
    descent_kind kind = solution_kind(s);
    if (kind == DESCENT_NOT_CRITICAL) {
        put_nothing_near(out, s);
        return;
    }
    text_puts(out, "  ");
    put_name(out, s);
    put_place(session, out, s);
    put_evidence(out, s);
    if (kind == DESCENT_FLAT)
        text_format(out, "; no test tells whether it is a %s",
                    descent_kind_name(wanted_kind(s)));
    text_putc(out, '\n');
    if (kind == wanted_kind(s) && s->is_convex && s->condition_count > 0)
        text_format(out,
                    "  the problem is convex: no point that keeps the conditions is %s\n",
                    s->maximize ? "higher" : "lower");
    else if (kind == wanted_kind(s) && s->is_convex)
        text_format(out, "  the objective is %s: no point is %s\n",
                    s->maximize ? "concave" : "convex", s->maximize ? "higher" : "lower");
    else if (kind == wanted_kind(s) && s->diagnosis.is_lowest)
        text_format(out, "  no value is %s: it is as %s as the formula can be\n",
                    s->maximize ? "higher" : "lower", s->maximize ? "great" : "small");
    if (s->diagnosis.falls_without_limit && s->status != DESCENT_UNBOUNDED &&
        s->diagnosis.direction != NULL) {
        text_puts(out, "  ");
        report_fall(session, out, s);
        text_putc(out, '\n');
    }
}
