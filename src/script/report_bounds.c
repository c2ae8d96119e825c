/* SPDX-License-Identifier: MIT
 * What the report says of the bounds and other sets that act where a search ended. */
#include "script/report.h"

#include <math.h>

/* "w = 0 (lower bound), multiplier 2.3" */
static void put_held(struct session *session, struct text *out, const struct solution *s,
                     size_t i)
{
    const descent_diagnosis *d = &s->diagnosis;
    const double *x = d->point != NULL ? d->point : s->x;
    const char *side = descent_side_name((descent_side)d->sides[i]);
    double multiplier = s->maximize ? -d->multipliers[i] : d->multipliers[i];
    variable_put(session, out, s->variables, i);
    text_puts(out, " = ");
    text_rounded(out, x[i], REPORT_DIGITS);
    text_format(out, " (%s), multiplier ", side);
    text_rounded(out, multiplier == 0 ? 0 : multiplier, REPORT_SHORT);
}

void report_bounds(struct session *session, struct text *out, const struct solution *s)
{
    const descent_diagnosis *d = &s->diagnosis;
    if (d->held == 0 || d->sides == NULL)
        return;
    text_puts(out, "  on the boundary: ");
    if (d->held > REPORT_VARIABLES) {
        text_format(out, "%zu of %zu numbers are at their bounds\n", d->held, s->n);
        return;
    }
    const char *before = "";
    for (size_t i = 0; i < s->n; i++) {
        if (d->sides[i] == DESCENT_SIDE_FREE)
            continue;
        text_puts(out, before);
        put_held(session, out, s, i);
        before = "; ";
    }
    text_putc(out, '\n');
}
