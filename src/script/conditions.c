/* SPDX-License-Identifier: MIT
 * The conditions of `subject to` at the point where a search ended: multipliers,
 * violation, and what the report says of them.
 *
 * A multiplier is the derivative of the value by the bound, in the user's sign: where
 * `x + y <= 1` has -2, a bound of 1.01 gives a value that is lower by 0.02.  One rule
 * holds for all conditions; of a comparison of two things that both depend on variables
 * the bound is what is added to the right side. */
#include "script/constraints.h"
#include "script/explain_solution.h"
#include "script/report.h"

#include <math.h>
#include <string.h>

/* ---- at the end of a search ---- */

/* The multiplier of a bound of an element, which counts for the first condition that set
 * it. */
static double element_multiplier(const struct solve *solve, const struct constraint *item,
                                 size_t i, const descent_result *result, bool *claimed)
{
    size_t at = item->elements[i];
    double found = result->bound_multipliers[at];
    bool ours = found > 0 ? item->lower[i] == solve->lower[at]
                          : item->upper[i] == solve->upper[at];
    if (found == 0 || !ours || claimed[at])
        return 0;
    claimed[at] = true;
    return found;
}

static void measure(struct solve *solve, const struct constraint *item,
                    const descent_result *result, const double *values, bool *claimed,
                    struct kept_condition *kept)
{
    const double near = 1e-8;
    double sign = solve->maximize ? -1 : 1;
    for (size_t i = 0; i < item->count; i++) {
        double value = item->elements != NULL ? result->x[item->elements[i]]
                                              : values[item->first + i];
        double low = item->lower[i], high = item->upper[i];
        double reach = near * fmax(1, fabs(value));
        double found = item->elements != NULL
                           ? element_multiplier(solve, item, i, result, claimed)
                           : result->multipliers[item->first + i];
        kept->multiplier[i] = found == 0 ? 0 : sign * found / item->factor;
        kept->active += found != 0 || value <= low + reach || value >= high - reach;
        kept->violation =
            fmax(kept->violation, fmax(low - value, value - high) * fabs(item->factor));
    }
}

static const char *text_of(struct solve *solve, const struct ast *node)
{
    struct text out;
    text_init(&out, &solve->session->scratch);
    format_node(&out, node, solve->session->names);
    return explain_line(solve->session, text_string(&out));
}

void solve_tell_constraints(struct solve *solve, struct solution *s,
                            const descent_result *result)
{
    const struct constraints *all = solve->constraints;
    struct arena *scratch = &solve->session->scratch;
    if (all == NULL)
        return;
    double *values = ARENA_ARRAY(scratch, all->rows, double);
    bool *claimed = ARENA_ARRAY(scratch, s->n, bool);
    solve_evaluate_constraints(solve, result->x, values);
    s->condition_count = all->shown;
    s->conditions = ARENA_ARRAY(scratch, all->shown, struct kept_condition);
    for (size_t k = 0; k < all->shown; k++) {
        const struct constraint *item = &all->items[k];
        struct kept_condition *kept = &s->conditions[k];
        kept->text = text_of(solve, item->text);
        kept->place = item->text->span;
        kept->shape = item->shape;
        kept->count = item->count;
        kept->multiplier = ARENA_ARRAY(scratch, item->count, double);
        measure(solve, item, result, values, claimed, kept);
        s->violation = fmax(s->violation, kept->violation);
    }
    s->is_violated = !(result->relative_violation <= DESCENT_FEASIBLE);
}

/* ---- values of the script ---- */

static struct value multiplier(struct session *session, const struct kept_condition *c)
{
    if (c->shape.rank == 0)
        return value_number(c->multiplier[0]);
    struct value value = value_array(&session->scratch, &c->shape);
    memcpy(value.as.array->numbers, c->multiplier, c->count * sizeof *c->multiplier);
    return value;
}

/* Without conditions those of the bounds, in the order of the gradient. */
static struct value bound_multipliers(struct session *session, const struct solution *s)
{
    struct value vector = value_vector(&session->scratch, s->n);
    for (size_t i = 0; i < s->n; i++) {
        double found = s->diagnosis.multipliers[i];
        vector.as.array->numbers[i] = found == 0 ? 0 : s->maximize ? -found : found;
    }
    return vector;
}

struct value solution_multipliers(struct session *session, const struct solution *s)
{
    size_t count = s->condition_count, arrays = 0;
    if (count == 0 && s->diagnosis.multipliers != NULL)
        return bound_multipliers(session, s);
    for (size_t i = 0; i < count; i++)
        arrays += s->conditions[i].shape.rank > 0;
    if (arrays == 0) {
        struct value vector = value_vector(&session->scratch, count);
        for (size_t i = 0; i < count; i++)
            vector.as.array->numbers[i] = s->conditions[i].multiplier[0];
        return vector;
    }
    struct list_value *list = ARENA_NEW(&session->scratch, struct list_value);
    list->count = count;
    list->depth = 1;
    list->items = ARENA_ARRAY(&session->scratch, count, struct value);
    for (size_t i = 0; i < count; i++)
        list->items[i] = multiplier(session, &s->conditions[i]);
    struct value value = {.kind = VALUE_LIST};
    value.as.list = list;
    return value;
}

struct kept_condition *solution_copy_conditions(struct arena *arena,
                                                const struct solution *s)
{
    struct kept_condition *copy =
        ARENA_ARRAY(arena, s->condition_count, struct kept_condition);
    for (size_t i = 0; i < s->condition_count; i++) {
        const struct kept_condition *from = &s->conditions[i];
        size_t length = strlen(from->text) + 1;
        char *text = ARENA_ARRAY(arena, length, char);
        memcpy(text, from->text, length);
        copy[i] = *from;
        copy[i].text = text;
        copy[i].multiplier = ARENA_ARRAY(arena, from->count, double);
        if (from->count > 0)
            memcpy(copy[i].multiplier, from->multiplier,
                   from->count * sizeof *from->multiplier);
    }
    return copy;
}

/* ---- the report ---- */

/* "-2", "from -2 to -0.5" */
static void put_multipliers(struct text *out, const struct kept_condition *c)
{
    double least = (double)INFINITY, greatest = -(double)INFINITY;
    for (size_t i = 0; i < c->count; i++) {
        least = fmin(least, c->multiplier[i]);
        greatest = fmax(greatest, c->multiplier[i]);
    }
    if (least < greatest) {
        text_puts(out, "s from ");
        text_rounded(out, least, REPORT_SHORT);
        text_puts(out, " to ");
    } else {
        text_putc(out, ' ');
    }
    text_rounded(out, greatest, REPORT_SHORT);
}

static void put_condition(struct text *out, const struct kept_condition *c, bool broken)
{
    text_format(out, "  %s `%s`", broken ? "broken:" : "holds as equation:", c->text);
    if (c->count > 1 && !broken)
        text_format(out, " (%zu of %zu)", c->active, c->count);
    if (broken) {
        text_puts(out, " by ");
        text_rounded(out, c->violation, REPORT_SHORT);
    } else {
        text_puts(out, ", multiplier");
        put_multipliers(out, c);
    }
    text_putc(out, '\n');
}

/* "these cannot all hold: `x >= 3`, `x <= 2`" */
static void put_conflict(struct text *out, const struct solution *s)
{
    const char *before = "  these cannot all hold near here: `";
    for (size_t i = 0; i < s->condition_count; i++) {
        if (!s->conditions[i].conflicts)
            continue;
        text_format(out, "%s%s`", before, s->conditions[i].text);
        before = ", `";
    }
    if (before[0] == ',')
        text_putc(out, '\n');
}

void report_conditions(struct text *out, const struct solution *s)
{
    put_conflict(out, s);
    const size_t most = 12;
    size_t shown = 0;
    for (size_t i = 0; i < s->condition_count; i++) {
        const struct kept_condition *c = &s->conditions[i];
        bool broken = s->is_violated && c->violation > 0;
        if (!broken && c->active == 0)
            continue;
        if (shown++ < most)
            put_condition(out, c, broken);
    }
    if (shown > most)
        text_format(out, "  and %zu more\n", shown - most);
}
