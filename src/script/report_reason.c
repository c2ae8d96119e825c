/* SPDX-License-Identifier: MIT
 * The sentence why a search ended, and its stopping tests with what they measured. */
#include "script/report.h"

#include <math.h>
#include <string.h>

/* "|grad| = 6.144e-05 < 1e-4", or the test itself where it compares no two numbers. */
void report_test(struct text *out, const struct stopping_test *test)
{
    text_puts(out, test->negated ? "not " : "");
    if (test->measured == NULL) {
        if (test->counts) {
            text_rounded(out, test->left, REPORT_SHORT);
            text_puts(out, " of ");
        }
        text_puts(out, test->text);
        return;
    }
    if (test->limit_first) {
        text_format(out, "%s with %s = ", test->text, test->limit);
        text_rounded(out, test->right, REPORT_SHORT);
        return;
    }
    text_format(out, "%s = ", test->measured);
    text_rounded(out, test->left, REPORT_SHORT);
    text_puts(out, test->text + strlen(test->measured));
}

/* The tests that hold and that the verdict rests on. */
static void put_holding(struct text *out, const struct solution *s, bool convergence)
{
    const char *before = ": ";
    for (size_t i = 0; i < s->test_count; i++) {
        const struct stopping_test *test = &s->tests[i];
        if (!test->holds || test->is_budget || test->is_convergence != convergence)
            continue;
        text_puts(out, before);
        report_test(out, test);
        before = ", ";
    }
}

/* Tests of a budget stop that were not met: how far it had come. */
static void put_unmet(struct text *out, const struct solution *s)
{
    const char *before = "; not met: ";
    for (size_t i = 0; i < s->test_count; i++) {
        const struct stopping_test *test = &s->tests[i];
        if (test->holds || test->is_budget)
            continue;
        text_puts(out, before);
        report_test(out, test);
        before = ", ";
    }
}

static void put_steps(struct text *out, const struct solution *s)
{
    text_format(out, "%llu step%s", (unsigned long long)s->steps,
                s->steps == 1 ? "" : "s");
}

static void put_factor(struct text *out, const struct solution *s)
{
    if (isnan(s->factor))
        return;
    text_puts(out, ": each move is ");
    text_rounded(out, s->factor, REPORT_SHORT);
    text_puts(out, " times the one before");
}

static void put_converged(struct text *out, const struct solution *s)
{
    text_puts(out, "converged after ");
    put_steps(out, s);
    if (s->at_rounding) {
        text_puts(out, ": no change is possible at rounding level, |grad| = ");
        text_rounded(out, s->gradient_norm, REPORT_SHORT);
    } else {
        put_holding(out, s, true);
    }
}

/* Whether a test that is not met tells |grad| itself. */
static bool tells_gradient(const struct solution *s)
{
    for (size_t i = 0; i < s->test_count; i++) {
        const struct stopping_test *test = &s->tests[i];
        if (!test->holds && !test->is_budget && !test->limit_first &&
            test->measured != NULL && strcmp(test->measured, "|grad|") == 0)
            return true;
    }
    return false;
}

static void put_budget(struct text *out, const struct solution *s)
{
    text_puts(out, "stopped after ");
    put_steps(out, s);
    text_puts(out, ": the budget is used up");
    if (!tells_gradient(s)) {
        text_puts(out, ", |grad| = ");
        text_rounded(out, s->gradient_norm, REPORT_SHORT);
    }
    put_unmet(out, s);
}

/* "along x", or the unit vector in several variables. */
static void put_direction(struct session *session, struct text *out,
                          const struct solution *s)
{
    const double *direction = s->diagnosis.direction;
    text_puts(out, "along ");
    for (size_t i = 0, shown = 0; i < s->n && shown < REPORT_VARIABLES; i++) {
        if (direction[i] == 0)
            continue;
        text_puts(out, direction[i] < 0 ? shown == 0 ? "-" : " - "
                       : shown == 0     ? ""
                                        : " + ");
        if (fabs(direction[i]) != 1) {
            text_rounded(out, fabs(direction[i]), 3);
            text_putc(out, ' ');
        }
        variable_put(session, out, s->variables, i);
        shown++;
    }
}

/* "x = 0": the edge of an open set. */
static void put_edge(struct session *session, struct text *out, const struct solution *s)
{
    for (size_t i = 0, shown = 0; i < s->n && shown < REPORT_VARIABLES; i++) {
        if (s->diagnosis.direction[i] == 0)
            continue;
        text_puts(out, shown > 0 ? ", " : "");
        variable_put(session, out, s->variables, i);
        text_puts(out, " = 0");
        shown++;
    }
}

/* Where values are as large as this, rays aslant to the fall overflow before they turn up
 * again. */
static bool is_past_rays(const struct solution *s)
{
    return s->n > 1 && fabs(s->value) > 1e100;
}

void report_fall(struct session *session, struct text *out, const struct solution *s)
{
    const descent_diagnosis *d = &s->diagnosis;
    text_format(out, "the value %s without limit", s->maximize ? "rises" : "falls");
    if (d->direction == NULL || !(d->far_length > 0) || is_past_rays(s))
        return;
    if (d->at_edge) {
        text_puts(out, " towards ");
        put_edge(session, out, s);
        return;
    }
    text_putc(out, ' ');
    put_direction(session, out, s);
    text_puts(out, ": it is ");
    text_rounded(out, s->maximize ? -d->far_value : d->far_value, REPORT_SHORT);
    text_puts(out, " at a distance of ");
    text_rounded(out, d->far_length, REPORT_SHORT);
}

static void put_not_attained(struct session *session, struct text *out,
                             const struct solution *s)
{
    const descent_diagnosis *d = &s->diagnosis;
    text_puts(out, "not attained: ");
    if (d->direction != NULL) {
        text_puts(out, d->at_edge ? "towards " : "far ");
        if (d->at_edge)
            put_edge(session, out, s);
        else
            put_direction(session, out, s);
        text_puts(out, " the values approach ");
        text_rounded(out, s->maximize ? -d->far_value : d->far_value, REPORT_SHORT);
        text_puts(out, ", which no point on the way has; ");
    }
    text_puts(out, "stopped after ");
    put_steps(out, s);
}

static void put_undefined(struct text *out, const struct solution *s)
{
    text_format(out,
                "undefined at step %llu: the value or the gradient is not a finite "
                "number there",
                (unsigned long long)s->fault_step);
}

const char *report_reason(struct session *session, const struct solution *s)
{
    struct text out;
    text_init(&out, &session->scratch);
    switch (s->status) {
    case DESCENT_CONVERGED:
        put_converged(&out, s);
        break;
    case DESCENT_REACHED:
        text_puts(&out, "reached after ");
        put_steps(&out, s);
        put_holding(&out, s, false);
        break;
    case DESCENT_BUDGET:
        put_budget(&out, s);
        break;
    case DESCENT_DIVERGED:
        text_puts(&out, "diverged after ");
        put_steps(&out, s);
        put_factor(&out, s);
        break;
    case DESCENT_UNDEFINED:
        put_undefined(&out, s);
        break;
    case DESCENT_STALLED:
        text_puts(&out, "stalled after ");
        put_steps(&out, s);
        text_puts(&out, ": no step improves the value, |grad| = ");
        text_rounded(&out, s->gradient_norm, REPORT_SHORT);
        break;
    case DESCENT_UNBOUNDED:
        text_puts(&out, "unbounded after ");
        put_steps(&out, s);
        text_puts(&out, ": ");
        report_fall(session, &out, s);
        break;
    case DESCENT_INFEASIBLE:
        text_puts(&out, "infeasible after ");
        put_steps(&out, s);
        text_puts(&out, ": no point near keeps the conditions better, and the largest "
                        "violation is ");
        text_rounded(&out, s->violation, REPORT_SHORT);
        break;
    case DESCENT_NOT_ATTAINED:
        put_not_attained(session, &out, s);
        break;
    default:
        text_format(&out, "%s after ", descent_status_name(s->status));
        put_steps(&out, s);
    }
    return text_string(&out);
}
