/* SPDX-License-Identifier: MIT
 * The report of a solve: what happened, where it ended, what that point is, why, and what
 * to try.  It says what was measured and nothing that was not. */
#include "script/report.h"

#include "script/explain_solution.h"

#include <math.h>
#include <string.h>

/* "1, 2, ..., 9, 10": at most so many, which is an even number. */
static void put_row(struct text *out, const double *x, size_t count, size_t most)
{
    for (size_t i = 0; i < count; i++) {
        text_puts(out, i == 0 ? "" : ", ");
        if (count > most && i == most / 2) {
            text_puts(out, "..., ");
            i = count - most / 2;
        }
        text_rounded(out, x[i], REPORT_DIGITS);
    }
}

/* "1, 2; 3, 4; ...; 7, 8; 9, 10" */
static void put_rows(struct text *out, const double *x, size_t rows, size_t columns)
{
    enum { MOST = 4 }; /* rows, and numbers in each */
    for (size_t i = 0; i < rows; i++) {
        text_puts(out, i == 0 ? "" : "; ");
        if (rows > MOST && i == MOST / 2) {
            text_puts(out, "...; ");
            i = rows - MOST / 2;
        }
        put_row(out, x + i * columns, columns, MOST);
    }
}

void report_numbers(struct text *out, const struct variable *v, const double *x)
{
    text_puts(out, v->shape.rank == 0 ? "" : "[");
    if (v->shape.rank == 2)
        put_rows(out, x, v->shape.extent[0], v->shape.extent[1]);
    else
        put_row(out, x, v->count, REPORT_ELEMENTS);
    text_puts(out, v->shape.rank == 0 ? "" : "]");
}

void report_point(struct session *session, struct text *out, const struct solution *s,
                  const double *x)
{
    for (size_t i = 0; i < s->variable_count; i++) {
        const struct variable *v = &s->variables[i];
        text_format(out, "%s%s = ", i == 0 ? "" : ", ",
                    intern_text(session->names, v->name));
        report_numbers(out, v, x + v->offset);
    }
}

void report_about(struct text *out, double count, int digits)
{
    double unit = pow(10, floor(log10(fabs(count))) + 1 - digits);
    text_number(out,
                unit > 1 && isfinite(count) ? round(count / unit) * unit : round(count));
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
    text_puts(out, "  ");
    explanation_put_settings(out, s->explanation);
    text_format(out, "\n  seed %llu, talweg %s\n", (unsigned long long)s->seed,
                TALWEG_VERSION);
    for (size_t i = 0; i < s->test_count; i++) {
        text_puts(out, "  test ");
        report_test(out, &s->tests[i]);
        text_format(out, "%s: %s\n", s->default_until ? " (default)" : "",
                    s->tests[i].holds ? "holds" : "does not hold");
    }
    if (!session->options.reproducible && !isnan(s->seconds)) {
        text_puts(out, "  in ");
        text_rounded(out, s->seconds, 3);
        text_puts(out, " seconds\n");
    }
}

/* The tests that the sentence leaves out. */
static void put_other_tests(struct text *out, const struct solution *s)
{
    const char *before = "  not met: ";
    for (size_t i = 0; i < s->test_count && s->status != DESCENT_BUDGET; i++) {
        if (s->tests[i].holds)
            continue;
        text_puts(out, before);
        report_test(out, &s->tests[i]);
        before = ", ";
    }
    if (before[0] == ',')
        text_putc(out, '\n');
}

static bool best_is_better(const struct solution *s)
{
    return s->maximize ? s->best_value > s->value : s->best_value < s->value;
}

/* The deepest few, each with the searches that ended there. */
static void put_minima(struct session *session, struct text *out,
                       const struct solution *s)
{
    enum { MOST = 5 };
    text_format(out, "  the best of %zu start%s, with %zu distinct %s:\n", s->starts,
                s->starts == 1 ? "" : "s", s->minima_count,
                s->minima_count == 1 ? "end" : "ends");
    for (size_t i = 0; i < s->minima_count && i < MOST; i++) {
        text_puts(out, "    value ");
        text_rounded(out, s->minima[i].value, REPORT_DIGITS);
        text_puts(out, " at ");
        report_point(session, out, s, s->minima[i].x);
        text_format(out, ", %zu time%s\n", s->minima[i].hits,
                    s->minima[i].hits == 1 ? "" : "s");
    }
    if (s->minima_count > MOST)
        text_format(out, "    and %zu more\n", s->minima_count - MOST);
}

/* Equations as a sum of squares, of which the first search ended above 0. */
static void put_attempts(struct text *out, const struct solution *s)
{
    bool helped = s->value != s->first_value;
    text_puts(out, "  the search from the start ended at value ");
    text_rounded(out, s->first_value, REPORT_DIGITS);
    text_format(out, ", which does not solve the equations; ");
    text_format(out, "%zu more from elsewhere %s\n", s->attempts,
                helped ? "led here" : "found nothing lower");
}

void report_solution(struct session *session, struct text *out, const struct solution *s,
                     bool settings)
{
    text_puts(out, s->statement);
    text_puts(out, "    ");
    put_place(session, out, s);
    text_format(out, "\n  %s\n  ", s->reason);
    report_point(session, out, s, s->x);
    text_puts(out, "\n  value ");
    text_rounded(out, s->value, REPORT_DIGITS);
    text_format(out, " after %llu evaluation%s\n", (unsigned long long)s->evaluations,
                s->evaluations == 1 ? "" : "s");
    if (best_is_better(s) && s->status != DESCENT_CONVERGED) {
        text_format(out, "  best at step %llu: value ", (unsigned long long)s->best_k);
        text_rounded(out, s->best_value, REPORT_DIGITS);
        text_puts(out, " at ");
        report_point(session, out, s, s->best_x);
        text_putc(out, '\n');
    }
    if (s->batch_rows > 0) {
        text_format(out, "  in batches of %zu of %zu rows: ", s->batch_size,
                    s->batch_rows);
        text_number(out, s->epochs);
        text_puts(out, s->epochs == 1 ? " epoch\n" : " epochs\n");
    }
    report_fit(session, out, s);
    if (s->starts > 0)
        put_minima(session, out, s);
    if (s->chosen_because != NULL)
        text_format(out, "  auto: %s, because %s\n", s->method, s->chosen_because);
    if (s->attempts > 0)
        put_attempts(out, s);
    report_conditions(out, s);
    report_bounds(session, out, s);
    report_kind(session, out, s);
    report_why(session, out, s);
    report_advice(session, out, s);
    if (settings || session->options.verbose)
        put_settings(session, out, s);
    else
        put_other_tests(out, s);
}
