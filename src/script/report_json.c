/* SPDX-License-Identifier: MIT
 * A solve as one line of JSON. */
#include "script/report.h"

#include <math.h>
#include <string.h>

static void json_point(struct session *session, struct text *out,
                       const struct solution *s, const double *x)
{
    text_putc(out, '{');
    for (size_t i = 0; i < s->variable_count; i++) {
        const char *name = intern_text(session->names, s->variables[i].name);
        struct value value = variable_value(out->arena, &s->variables[i], x);
        text_puts(out, i == 0 ? "" : ",");
        text_json(out, name, strlen(name));
        text_putc(out, ':');
        value_json(out, &value, session->names);
    }
    text_putc(out, '}');
}

static void json_number(struct text *out, const char *name, double value)
{
    text_format(out, ",\"%s\":", name);
    text_json_number(out, value);
}

static void json_conditions(struct session *session, struct text *out,
                            const struct solution *s)
{
    struct value multipliers = solution_multipliers(session, s);
    json_number(out, "violation", s->violation);
    text_puts(out, ",\"multipliers\":");
    value_json(out, &multipliers, session->names);
    text_puts(out, ",\"conflict\":[");
    const char *before = "";
    for (size_t i = 0; i < s->condition_count; i++) {
        if (!s->conditions[i].conflicts)
            continue;
        text_puts(out, before);
        text_json(out, s->conditions[i].text, strlen(s->conditions[i].text));
        before = ",";
    }
    text_putc(out, ']');
}

static void json_diagnosis(struct session *session, struct text *out,
                           const struct solution *s)
{
    const descent_diagnosis *d = &s->diagnosis;
    double least, greatest;
    solution_curvature(s, &least, &greatest);
    text_format(out, ",\"kind\":\"%s\"", descent_kind_name(solution_kind(s)));
    if (d->point != NULL) {
        text_puts(out, ",\"stationary\":");
        json_point(session, out, s, d->point);
        json_number(out, "distance", d->distance);
    }
    text_puts(out, ",\"curvature\":[");
    text_json_number(out, least);
    text_putc(out, ',');
    text_json_number(out, greatest);
    text_putc(out, ']');
    json_number(out, "stable_step", solution_stable_step(s));
    json_number(out, "condition", solution_condition(s));
    text_format(out, ",\"convex\":%s", s->is_convex ? "true" : "false");
}

static void json_minima(struct session *session, struct text *out,
                        const struct solution *s)
{
    text_format(out, ",\"starts\":%zu,\"minima\":[", s->starts);
    for (size_t i = 0; i < s->minima_count; i++) {
        text_format(out, "%s{\"hits\":%zu,\"start\":%zu", i == 0 ? "" : ",",
                    s->minima[i].hits, s->minima[i].start);
        json_number(out, "value", s->minima[i].value);
        text_puts(out, ",\"solution\":");
        json_point(session, out, s, s->minima[i].x);
        text_putc(out, '}');
    }
    text_putc(out, ']');
}

static void json_statistics(struct session *session, struct text *out,
                            const struct solution *s)
{
    text_puts(out, ",\"standard_errors\":");
    json_point(session, out, s, s->statistics.standard_errors);
    json_number(out, "residual_deviation", s->statistics.deviation);
    json_number(out, "r_squared", s->statistics.r_squared);
    text_format(out, ",\"degrees_of_freedom\":%zu", s->statistics.freedom);
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
    if (s->condition_count > 0 || s->diagnosis.multipliers != NULL)
        json_conditions(session, out, s);
    json_diagnosis(session, out, s);
    if (s->statistics.standard_errors != NULL)
        json_statistics(session, out, s);
    text_puts(out, ",\"best\":{\"solution\":");
    json_point(session, out, s, s->best_x);
    json_number(out, "value", s->best_value);
    text_format(out,
                ",\"k\":%llu},\"seed\":%llu,\"reason\":", (unsigned long long)s->best_k,
                (unsigned long long)s->seed);
    text_json(out, s->reason, strlen(s->reason));
    if (s->starts > 0)
        json_minima(session, out, s);
    if (s->attempts > 0) {
        text_format(out, ",\"attempts\":%zu", s->attempts);
        json_number(out, "first_value", s->first_value);
    }
    if (s->chosen_because != NULL) {
        text_puts(out, ",\"chosen_because\":");
        text_json(out, s->chosen_because, strlen(s->chosen_because));
    }
    if (!session->options.reproducible && !isnan(s->seconds))
        json_number(out, "seconds", s->seconds);
    text_puts(out, "}\n");
}
