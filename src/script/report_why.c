/* SPDX-License-Identifier: MIT
 * Why a search went as it did: a fixed step against the stability bound of its method
 * (field: step times curvature, Polyak, Introduction to Optimization, 1987, chapter 1),
 * and the pace of the last moves with the steps that it still asks for. */
#include "script/report.h"

#include <math.h>
#include <string.h>

/* Past this ratio the curvatures, and not the step, make a search slow. */
static const double ill_conditioned = 100;

static bool is_gradient(const struct solution *s)
{
    return strcmp(s->method, "gradient") == 0;
}

static void put_bound_name(struct text *out, const struct solution *s)
{
    if (is_gradient(s) && s->n == 1)
        text_puts(out, s->maximize ? "2/|f''|" : "2/f''");
    else if (is_gradient(s))
        text_puts(out, s->maximize ? "2/|smallest eigenvalue of the Hessian|"
                                   : "2/(largest eigenvalue of the Hessian)");
    else
        text_format(out, "of %s", s->method);
}

/* "step 0.12 times the curvature 8 is 0.96, stable below 2: each step leaves 0.04 of the
 * distance" */
static void put_product(struct text *out, const struct solution *s)
{
    double curvature = s->diagnosis.greatest_curvature;
    double product = s->fixed_step * curvature;
    double limit = s->stable_step_of_method * curvature;
    text_puts(out, "  step ");
    text_number(out, s->fixed_step);
    text_puts(out, s->n == 1 ? " times the curvature " : " times the largest curvature ");
    text_rounded(out, curvature, REPORT_SHORT);
    text_puts(out, s->maximize ? " of the negative is " : " is ");
    text_rounded(out, product, REPORT_SHORT);
    text_puts(out, ", stable below ");
    text_rounded(out, limit, REPORT_SHORT);
    /* on a parabola, and without noise */
    const double close = 0.01;
    if (s->n == 1 && is_gradient(s) && !s->has_noise &&
        !(fabs(s->factor - (1 - product)) > close)) {
        text_puts(out, ": each step multiplies the distance by ");
        text_rounded(out, 1 - product, REPORT_SHORT);
    }
    text_putc(out, '\n');
}

static void put_past_bound(struct text *out, const struct solution *s)
{
    text_puts(out, "  the step ");
    text_number(out, s->fixed_step);
    text_puts(out, s->fixed_step == s->stable_step_of_method
                       ? " is at the stability bound "
                       : " is past the stability bound ");
    put_bound_name(out, s);
    text_puts(out, is_gradient(s) ? " = " : ", ");
    text_rounded(out, s->stable_step_of_method, REPORT_SHORT);
    text_putc(out, '\n');
}

/* Curvature does not bound the steps at a kink: fixed ones hop over it for ever. */
static void put_step(struct text *out, const struct solution *s)
{
    double curvature = s->diagnosis.greatest_curvature;
    bool left = s->status == DESCENT_UNBOUNDED || s->status == DESCENT_NOT_ATTAINED;
    if (left || s->diagnosis.at_kink || isnan(s->fixed_step) ||
        isnan(s->stable_step_of_method) || !(curvature > 0))
        return;
    if (s->fixed_step >= s->stable_step_of_method)
        put_past_bound(out, s);
    else if (s->diagnosis.point != NULL)
        put_product(out, s);
}

/* The test on |grad| with a known limit that was not met; NULL: none. */
static const struct stopping_test *gradient_test(const struct solution *s)
{
    for (size_t i = 0; i < s->test_count; i++) {
        const struct stopping_test *test = &s->tests[i];
        if (test->measured != NULL && strcmp(test->measured, "|grad|") == 0 &&
            !test->holds && !test->negated && test->right > 0)
            return test;
    }
    return NULL;
}

static void put_count(struct text *out, double steps)
{
    text_puts(out, "about ");
    report_about(out, ceil(steps), 2);
    text_puts(out, steps > 1 ? " more steps" : " more step");
}

/* Towards a point without curvature, or towards none, the moves shrink ever more slowly:
 * no number of steps can be told. */
static bool keeps_pace(const struct solution *s)
{
    return s->status != DESCENT_NOT_ATTAINED && s->diagnosis.order == 0 &&
           s->diagnosis.greatest_curvature > 0;
}

static void put_pace(struct text *out, const struct solution *s)
{
    double factor = fabs(s->factor);
    const char *regime = solution_regime(s);
    bool swings = strcmp(regime, "oscillating") == 0 && s->status == DESCENT_BUDGET;
    if (!swings && (strcmp(regime, "slow") != 0 || !(factor < 1)))
        return;
    text_format(out, "  %s: each move is ", regime);
    text_rounded(out, s->factor, REPORT_SHORT);
    text_puts(out, " times the one before");
    const struct stopping_test *test = gradient_test(s);
    if (test != NULL && factor < 1 && keeps_pace(s)) {
        text_puts(out, "; ");
        put_count(out, log(test->right / s->gradient_norm) / log(factor));
        text_format(out, " at this pace to %s", test->text);
    }
    text_putc(out, '\n');
}

/* Plain descent shrinks the distance by (c - 1)/(c + 1) a step at best (Nocedal and
 * Wright, Numerical Optimization, 2006, theorem 3.4). */
static void put_condition(struct text *out, const struct solution *s)
{
    double condition = solution_condition(s);
    bool no_point = s->status == DESCENT_NOT_ATTAINED || s->status == DESCENT_UNBOUNDED;
    if (!(condition > ill_conditioned) || !is_gradient(s) || no_point)
        return;
    text_puts(out, "  the largest curvature is ");
    report_about(out, condition, 3);
    text_puts(out, " times the smallest: plain descent needs about ");
    report_about(out, ceil(log(1000) / log1p(2 / (condition - 1))), 2);
    text_puts(out, " steps to shrink the distance 1000-fold\n");
}

void report_why(struct session *session, struct text *out, const struct solution *s)
{
    (void)session;
    if (s->status == DESCENT_UNDEFINED)
        return;
    put_step(out, s);
    put_pace(out, s);
    put_condition(out, s);
}
