/* SPDX-License-Identifier: MIT
 * The lines of a fit: how far the values are from the model, and a table of the variables
 * with their standard errors. */
#include "script/report.h"

#include <math.h>

enum { MOST_LINES = 24, ERROR_DIGITS = 4 };

/* Names and estimates stand in columns. */
struct columns {
    int name, estimate;
};

static const char *name_of(struct session *session, const struct solution *s, size_t i)
{
    struct text out;
    text_init(&out, &session->scratch);
    variable_put(session, &out, s->variables, i);
    return text_string(&out);
}

static const char *rounded(struct session *session, double number, int digits)
{
    struct text out;
    text_init(&out, &session->scratch);
    text_rounded(&out, number, digits);
    return text_string(&out);
}

static int longer(int width, const char *text)
{
    int length = 0;
    while (text[length] != '\0')
        length++;
    return length > width ? length : width;
}

static struct columns measure(struct session *session, const struct solution *s)
{
    struct columns columns = {0, 0};
    for (size_t i = 0; i < s->n; i++) {
        columns.name = longer(columns.name, name_of(session, s, i));
        columns.estimate =
            longer(columns.estimate, rounded(session, s->x[i], REPORT_DIGITS));
    }
    return columns;
}

static void put_padded(struct text *out, const char *text, int width)
{
    text_puts(out, text);
    for (int i = longer(0, text); i < width; i++)
        text_putc(out, ' ');
}

static void put_line(struct session *session, struct text *out, const struct solution *s,
                     size_t i, struct columns columns)
{
    double error = s->statistics.standard_errors[i];
    text_puts(out, "    ");
    put_padded(out, name_of(session, s, i), columns.name);
    text_puts(out, "  ");
    put_padded(out, rounded(session, s->x[i], REPORT_DIGITS), columns.estimate);
    if (isnan(error)) {
        text_puts(out, "  at its bound, counted as known\n");
        return;
    }
    text_puts(out, "  standard error ");
    text_puts(out, rounded(session, error, ERROR_DIGITS));
    if (s->x[i] != 0 && error > 0) {
        text_puts(out, ", t = ");
        text_puts(out, rounded(session, s->x[i] / error, ERROR_DIGITS));
    }
    text_putc(out, '\n');
}

void report_fit(struct session *session, struct text *out, const struct solution *s)
{
    const struct statistics *fit = &s->statistics;
    if (fit->missing != NULL)
        text_format(out, "  %s\n", fit->missing);
    if (isnan(fit->deviation))
        return;
    text_format(out,
                "  a fit of %zu values, %zu more than %svariables: residual deviation ",
                fit->values, fit->freedom, fit->held > 0 ? "free " : "");
    text_rounded(out, fit->deviation, ERROR_DIGITS);
    if (!isnan(fit->r_squared)) {
        text_puts(out, ", R^2 = ");
        text_rounded(out, fit->r_squared, 6);
    }
    text_putc(out, '\n');
    if (fit->standard_errors == NULL || s->n > MOST_LINES)
        return;
    struct columns columns = measure(session, s);
    for (size_t i = 0; i < s->n; i++)
        put_line(session, out, s, i, columns);
}
