/* SPDX-License-Identifier: MIT
 * What to try after a search that did not end at what was asked for, with numbers. */
#include "script/report.h"

#include <math.h>
#include <string.h>

enum { NEWTON_VARIABLES = 300 }; /* up to which its steps are worth their cost */

/* The fixed step that is best on the quadratic with these curvatures: 1/f'' in one
 * variable, 2/(least + largest) in several (Polyak 1987, section 1.4). */
static double best_step(const struct solution *s)
{
    const descent_diagnosis *d = &s->diagnosis;
    double least = d->least_curvature, greatest = d->greatest_curvature;
    if (!(greatest > 0) || !isfinite(greatest))
        return (double)NAN;
    return least > 0 ? 2 / (least + greatest) : 1 / greatest;
}

static const char *best_step_name(const struct solution *s)
{
    if (s->n == 1)
        return s->maximize ? "1/|f''|" : "1/f''";
    if (s->diagnosis.least_curvature > 0)
        return s->maximize ? "2/|smallest + largest eigenvalue|"
                           : "2/(smallest + largest eigenvalue)";
    return s->maximize ? "1/|smallest eigenvalue|" : "1/(largest eigenvalue)";
}

static bool is_gradient(const struct solution *s)
{
    return strcmp(s->method, "gradient") == 0;
}

/* Noise takes no rule that compares values. */
static bool takes_rules(const struct solution *s)
{
    return is_gradient(s) && !s->has_noise;
}

/* A curvature far out, where a search that left ended, says nothing of where it began. */
static bool is_useful(const struct solution *s, double step)
{
    return step > s->fixed_step / 1000 && step < s->fixed_step * 1e6;
}

static void put_better_step(struct text *out, const struct solution *s)
{
    double step = best_step(s);
    if (isnan(s->fixed_step))
        return;
    text_puts(out, "  try: ");
    if (is_gradient(s) && is_useful(s, step)) {
        text_puts(out, "step ");
        text_rounded(out, step, REPORT_SHORT);
        text_format(out, " (= %s)%s", best_step_name(s), takes_rules(s) ? ", or " : "\n");
    }
    if (takes_rules(s))
        text_puts(out, "step backtracking\n");
    if (is_gradient(s) && (takes_rules(s) || is_useful(s, step)))
        return;
    double bound = s->stable_step_of_method;
    if (!isnan(bound) && is_useful(s, bound)) {
        text_puts(out, "a step below ");
        text_rounded(out, bound, REPORT_SHORT);
        text_putc(out, '\n');
    } else {
        text_puts(out, "a smaller step, such as step ");
        text_rounded(out, s->fixed_step / 10, 2);
        text_putc(out, '\n');
    }
}

/* "1.1", "[1, 0.1]": a tenth of the way along a direction of length 1, or of the point.
 */
static void put_aside(struct text *out, const struct variable *v, const double *point,
                      const double *along)
{
    text_puts(out, v->shape.rank == 0 ? "" : "[");
    for (size_t i = 0; i < v->count; i++) {
        bool new_row = v->shape.rank == 2 && i % v->shape.extent[1] == 0;
        text_puts(out, i == 0 ? "" : new_row ? "; " : ", ");
        text_rounded(out, point[i] + 0.1 * fmax(1, fabs(point[i])) * along[i], 2);
    }
    text_puts(out, v->shape.rank == 0 ? "" : "]");
}

/* A point aside of one that is no minimum, from where it goes down. */
static void put_escape(struct session *session, struct text *out,
                       const struct solution *s)
{
    const descent_diagnosis *d = &s->diagnosis;
    /* through an inflection it goes down on one side only */
    double down = d->derivative > 0 ? -1 : 1;
    bool inflection = d->kind == DESCENT_INFLECTION;
    bool kink = s->n == 1 && d->least_direction == NULL;
    const double *along = inflection || kink ? &down : d->least_direction;
    /* without curvature down the direction of the least one leads nowhere */
    bool down_there = s->n == 1 || d->least_curvature < 0;
    if (along == NULL || d->point == NULL || s->n > REPORT_VARIABLES || !down_there)
        return;
    text_puts(out, "  try: another start, such as over ");
    for (size_t i = 0; i < s->variable_count; i++) {
        const struct variable *v = &s->variables[i];
        text_format(out, "%s%s from ", i == 0 ? "" : ", ",
                    intern_text(session->names, v->name));
        put_aside(out, v, d->point + v->offset, along + v->offset);
    }
    text_putc(out, '\n');
}

/* Beside a kink, where the search could not go on. */
static bool is_beside_kink(const struct solution *s)
{
    return s->status == DESCENT_STALLED && s->takes_smoothing &&
           strcmp(s->method, "smoothing") != 0;
}

/* Over a kink fixed steps hop to and fro. */
static void put_shrinking_step(struct text *out, const struct solution *s)
{
    if (isnan(s->fixed_step))
        return;
    text_puts(out, "  try: a step that shrinks, such as step ");
    text_number(out, s->fixed_step);
    text_puts(out, "/(1 + k)\n");
}

/* A step out of the domain: one that tries lengths stays inside. */
static void put_shorter_step(struct text *out, const struct solution *s)
{
    if (isnan(s->fixed_step) || s->fault_step == 0)
        return;
    text_puts(out, "  try: a smaller step, such as step ");
    text_rounded(out, s->fixed_step / 10, 2);
    text_puts(out, takes_rules(s) ? ", or step backtracking\n" : "\n");
}

static void put_bounded(struct text *out, const struct solution *s)
{
    text_format(out,
                "  try: %s, if that was meant, or an objective that cannot %s for ever\n",
                s->maximize ? "minimize" : "maximize", s->maximize ? "rise" : "fall");
}

/* A value that the search has reached, twice as far from the infimum as the last. */
static void put_value_limit(struct text *out, const struct solution *s)
{
    double sign = s->maximize ? -1 : 1;
    double infimum = sign * s->diagnosis.far_value;
    double limit = infimum + 2 * (s->value - infimum);
    if (isnan(limit) || !(fabs(limit - infimum) > 1e-3 * fabs(limit)))
        return;
    text_format(out, "  try: a value that is %s enough, such as until value %s ",
                s->maximize ? "large" : "small", s->maximize ? ">" : "<");
    text_rounded(out, limit, REPORT_SHORT);
    text_putc(out, '\n');
}

/* "the curvature along `b` is about 1000000 times that along `a`", and a unit that goes
 * with the others. */
static void put_scaling(struct session *session, struct text *out,
                        const struct solution *s)
{
    const struct scaling *scaling = &s->scaling;
    if (!(scaling->ratio > 0))
        return;
    text_puts(out, "  the curvature along ");
    variable_put(session, out, s->variables, scaling->steep);
    text_puts(out, " is about ");
    report_about(out, scaling->ratio, 1);
    text_puts(out, " times that along ");
    variable_put(session, out, s->variables, scaling->flat);
    text_puts(out, "\n  try: ");
    if (!scaling->divides) {
        text_number(out, scaling->factor);
        text_putc(out, '*');
    }
    variable_put(session, out, s->variables, scaling->odd);
    if (scaling->divides) {
        text_putc(out, '/');
        text_number(out, scaling->factor);
    }
    text_puts(out, " in the place of ");
    variable_put(session, out, s->variables, scaling->odd);
    text_puts(out, " in the objective: units that go together\n");
}

static void put_faster(struct text *out, const struct solution *s)
{
    double step = best_step(s);
    bool longer = is_gradient(s) && step > 2 * s->fixed_step && is_useful(s, step);
    if (solution_condition(s) > 100 || isnan(s->fixed_step)) {
        /* without curvature Newton's method has no step, and it keeps no conditions */
        if (s->takes_newton && strcmp(s->method, "newton") != 0 &&
            !s->diagnosis.at_kink && s->diagnosis.greatest_curvature > 0 &&
            s->n <= NEWTON_VARIABLES)
            text_puts(out, "  try: by newton\n");
    } else if (longer) {
        put_better_step(out, s);
    }
}

/* A step that is short for the curvature turns back over a kink, or by noise. */
static bool is_short(const struct solution *s)
{
    return is_gradient(s) && isfinite(s->diagnosis.greatest_curvature) &&
           !(s->fixed_step >= best_step(s));
}

/* Moves that turn back: by the step, or by the valley where a rule chooses it. */
static void put_calmer(struct text *out, const struct solution *s)
{
    if (isnan(s->fixed_step))
        put_faster(out, s);
    else if (is_short(s))
        put_shrinking_step(out, s);
    else
        put_better_step(out, s);
}

static bool is_past_bound(const struct solution *s)
{
    return s->fixed_step >= s->stable_step_of_method;
}

void report_advice(struct session *session, struct text *out, const struct solution *s)
{
    descent_kind kind = s->diagnosis.kind;
    const char *regime = solution_regime(s);
    if (s->status == DESCENT_DIVERGED)
        put_better_step(out, s);
    else if (s->status == DESCENT_UNDEFINED)
        put_shorter_step(out, s);
    else if (s->status == DESCENT_UNBOUNDED)
        put_bounded(out, s);
    else if (s->status == DESCENT_NOT_ATTAINED)
        put_value_limit(out, s);
    else if (kind == DESCENT_SADDLE || kind == DESCENT_MAXIMUM ||
             kind == DESCENT_INFLECTION)
        put_escape(session, out, s);
    else if (is_beside_kink(s))
        text_puts(out, "  try: by smoothing, which is for kinks\n");
    else if (s->status == DESCENT_BUDGET && s->diagnosis.at_kink)
        put_shrinking_step(out, s);
    else if (strcmp(regime, "slow") == 0)
        put_faster(out, s);
    else if (s->status == DESCENT_BUDGET &&
             (strcmp(regime, "oscillating") == 0 || is_past_bound(s)))
        put_calmer(out, s);
    put_scaling(session, out, s);
}
