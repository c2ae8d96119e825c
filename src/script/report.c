/* SPDX-License-Identifier: MIT
 * The sentences of a solve.  They say what was measured and nothing that was not: a point
 * where a search stopped is called a stopping point, never a minimum. */
#include "script/solve.h"

#include <math.h>
#include <string.h>

enum { DIGITS = 10, SHORT_DIGITS = 4 };

/* "|grad| = 6.144e-05 < 1e-4", or the test itself where it compares no two numbers. */
static void put_test(struct text *out, const struct stopping_test *test)
{
    text_puts(out, test->negated ? "not " : "");
    if (test->measured == NULL) {
        text_puts(out, test->text);
        return;
    }
    if (test->limit_first) {
        text_format(out, "%s with %s = ", test->text, test->limit);
        text_rounded(out, test->right, SHORT_DIGITS);
        return;
    }
    text_format(out, "%s = ", test->measured);
    text_rounded(out, test->left, SHORT_DIGITS);
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
        put_test(out, test);
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
        put_test(out, test);
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
    text_rounded(out, s->factor, SHORT_DIGITS);
    text_puts(out, " times the one before");
}

static void put_converged(struct text *out, const struct solution *s)
{
    text_puts(out, "converged after ");
    put_steps(out, s);
    if (s->at_rounding) {
        text_puts(out, ": no change is possible at rounding level, |grad| = ");
        text_rounded(out, s->gradient_norm, SHORT_DIGITS);
    } else {
        put_holding(out, s, true);
    }
}

static void put_budget(struct text *out, const struct solution *s)
{
    text_puts(out, "stopped after ");
    put_steps(out, s);
    text_puts(out, ": the budget is used up, |grad| = ");
    text_rounded(out, s->gradient_norm, SHORT_DIGITS);
    put_unmet(out, s);
}

static void put_undefined(struct text *out, const struct solution *s)
{
    text_format(out, "undefined at step %llu: the %s is not a finite number there",
                (unsigned long long)s->fault_step, "value or the gradient");
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
        text_rounded(&out, s->gradient_norm, SHORT_DIGITS);
        break;
    default:
        text_format(&out, "%s after ", descent_status_name(s->status));
        put_steps(&out, s);
    }
    return text_string(&out);
}

static void put_point(struct session *session, struct text *out, const struct solution *s,
                      const double *x)
{
    for (size_t i = 0; i < s->n; i++) {
        text_format(out, "%s%s = ", i == 0 ? "" : ", ",
                    intern_text(session->names, s->variables[i]));
        text_rounded(out, x[i], DIGITS);
    }
}

static void put_place(struct session *session, struct text *out, const struct solution *s)
{
    const struct source *source = sources_get(&session->sources, s->place.source);
    struct position at = source_position(source, s->place.begin);
    text_format(out, "%s:%zu", source->name, at.line);
}

static void put_settings(struct session *session, struct text *out,
                         const struct solution *s)
{
    text_format(out, "  by %s, %s%s, seed %llu, talweg %s\n", s->method, s->step_rule,
                s->default_step ? " (default)" : "", (unsigned long long)s->seed,
                TALWEG_VERSION);
    for (size_t i = 0; i < s->test_count; i++) {
        text_puts(out, "  test ");
        put_test(out, &s->tests[i]);
        text_format(out, "%s: %s\n", s->default_until ? " (default)" : "",
                    s->tests[i].holds ? "holds" : "does not hold");
    }
    if (!session->options.reproducible && !isnan(s->seconds)) {
        text_puts(out, "  in ");
        text_rounded(out, s->seconds, 3);
        text_puts(out, " seconds\n");
    }
}

static bool best_is_better(const struct solution *s)
{
    return s->maximize ? s->best_value > s->value : s->best_value < s->value;
}

void report_solution(struct session *session, struct text *out, const struct solution *s)
{
    text_puts(out, s->statement);
    text_puts(out, "    ");
    put_place(session, out, s);
    text_format(out, "\n  %s\n  ", s->reason);
    put_point(session, out, s, s->x);
    text_puts(out, "\n  value ");
    text_rounded(out, s->value, DIGITS);
    text_format(out, " after %llu evaluation%s\n", (unsigned long long)s->evaluations,
                s->evaluations == 1 ? "" : "s");
    if (best_is_better(s) && s->status != DESCENT_CONVERGED) {
        text_format(out, "  best at step %llu: value ", (unsigned long long)s->best_k);
        text_rounded(out, s->best_value, DIGITS);
        text_puts(out, " at ");
        put_point(session, out, s, s->best_x);
        text_putc(out, '\n');
    }
    if (session->options.verbose)
        put_settings(session, out, s);
}

/* ---- for machines ---- */

static void json_point(struct session *session, struct text *out,
                       const struct solution *s, const double *x)
{
    text_putc(out, '{');
    for (size_t i = 0; i < s->n; i++) {
        const char *name = intern_text(session->names, s->variables[i]);
        text_puts(out, i == 0 ? "" : ",");
        text_json(out, name, strlen(name));
        text_putc(out, ':');
        text_json_number(out, x[i]);
    }
    text_putc(out, '}');
}

static void json_number(struct text *out, const char *name, double value)
{
    text_format(out, ",\"%s\":", name);
    text_json_number(out, value);
}

void report_json(struct session *session, struct text *out, const struct solution *s)
{
    const struct source *source = sources_get(&session->sources, s->place.source);
    text_puts(out, "{\"event\":\"solve\",\"file\":");
    text_json(out, source->name, strlen(source->name));
    text_format(out, ",\"line\":%zu,\"status\":\"%s\",\"regime\":\"%s\"",
                source_position(source, s->place.begin).line,
                descent_status_name(s->status), solution_regime(s));
    text_format(out, ",\"method\":\"%s\",\"steps\":%llu,\"evaluations\":%llu", s->method,
                (unsigned long long)s->steps, (unsigned long long)s->evaluations);
    json_number(out, "value", s->value);
    text_puts(out, ",\"solution\":");
    json_point(session, out, s, s->x);
    json_number(out, "gradient_norm", s->gradient_norm);
    json_number(out, "factor", s->factor);
    text_puts(out, ",\"best\":{\"solution\":");
    json_point(session, out, s, s->best_x);
    json_number(out, "value", s->best_value);
    text_format(out,
                ",\"k\":%llu},\"seed\":%llu,\"reason\":", (unsigned long long)s->best_k,
                (unsigned long long)s->seed);
    text_json(out, s->reason, strlen(s->reason));
    if (!session->options.reproducible && !isnan(s->seconds))
        json_number(out, "seconds", s->seconds);
    text_puts(out, "}\n");
}
