/* SPDX-License-Identifier: MIT
 * print, and what solves, sweeps and a prompt show. */
#include "script/execute.h"

#include "script/derivative.h"
#include "script/report.h"
#include "script/table.h"

#include <string.h>

void begin_event(struct session *session, struct text *out, const char *event,
                 struct span place)
{
    const struct source *source = sources_get(&session->sources, place.source);
    text_format(out, "{\"event\":\"%s\",\"file\":", event);
    text_json(out, source->name, strlen(source->name));
    text_format(out, ",\"line\":%zu", source_position(source, place.begin).line);
}

/* ---- print ---- */

static void put_value(struct session *session, struct text *out,
                      const struct value *value)
{
    if (value->kind == VALUE_SOLUTION)
        report_solution(session, out, value->as.solution, true);
    else if (value->kind == VALUE_FUNCTION || value->kind == VALUE_DERIVATIVE)
        formula_print(session, out, value);
    else if (value->kind == VALUE_DATA)
        table_data(session, out, value->as.data);
    else
        value_print(out, value, session->names);
}

static void put_print_event(struct session *session, const struct ast *node,
                            const struct text *shown)
{
    struct text out;
    text_init(&out, &session->scratch);
    begin_event(session, &out, "print", node->span);
    text_puts(&out, ",\"text\":");
    text_json(&out, text_string(shown), shown->length);
    text_puts(&out, "}\n");
    session_write(session, out.data, out.length);
}

bool execute_print(struct session *session, const struct ast *node)
{
    struct evaluation e = {session, NULL};
    struct text out;
    text_init(&out, &session->scratch);
    for (size_t i = 0; i < node->count; i++) {
        struct value value;
        if (!evaluate(&e, node->child[i], NULL, &value))
            return false;
        text_puts(&out, i == 0 ? "" : " ");
        put_value(session, &out, &value);
    }
    if (session->options.json) {
        put_print_event(session, node, &out);
        return true;
    }
    if (out.length == 0 || out.data[out.length - 1] != '\n')
        text_putc(&out, '\n');
    session_write(session, out.data, out.length);
    return true;
}

void show_value(struct session *session, const struct value *value)
{
    struct text out;
    text_init(&out, &session->scratch);
    put_value(session, &out, value);
    if (out.length > 0 && out.data[out.length - 1] != '\n')
        text_putc(&out, '\n');
    session_write(session, text_string(&out), out.length);
}

void show_solution(struct session *session, const struct value *value, bool report)
{
    struct text out;
    text_init(&out, &session->scratch);
    if (session->options.json)
        report_json(session, &out, value->as.solution);
    else if (report)
        report_solution(session, &out, value->as.solution, false);
    session_write(session, text_string(&out), out.length);
}

void show_sweep(struct session *session, const struct ast *node, const struct value *data,
                bool report)
{
    struct text out;
    text_init(&out, &session->scratch);
    if (session->options.json) {
        begin_event(session, &out, "sweep", node->span);
        text_puts(&out, ",\"columns\":");
        value_json(&out, data, session->names);
        text_puts(&out, "}\n");
    } else if (report) {
        table_data(session, &out, data->as.data);
    }
    session_write(session, text_string(&out), out.length);
}
