/* SPDX-License-Identifier: MIT */
#include "script/session.h"

#include <stdarg.h>
#include <stdio.h>

enum { COLLECT_BEYOND = 1 << 20, CALLS_BETWEEN_LIMITS = 1024 };

struct binding *session_binding(struct session *session, name_id name)
{
    while (name >= session->global_capacity)
        session->globals =
            arena_grow(&session->keep, session->globals, session->global_capacity,
                       &session->global_capacity, sizeof *session->globals);
    return &session->globals[name];
}

void session_assign(struct session *session, name_id name, const struct value *value,
                    struct span where)
{
    struct value kept = value_copy(&session->values, value);
    struct binding *binding = session_binding(session, name);
    binding->value = kept;
    binding->where = where;
    binding->from_solve = false;
}

void session_collect(struct session *session)
{
    size_t held = arena_held(&session->values);
    if (held < 2 * session->values_live + COLLECT_BEYOND)
        return;
    /* The names turn to the copies only when all are made: a copy may run out of memory.
     */
    struct value *copies =
        ARENA_ARRAY(&session->scratch, session->global_capacity, struct value);
    for (size_t i = 0; i < session->global_capacity; i++)
        copies[i] = value_copy(&session->fresh, &session->globals[i].value);
    for (size_t i = 0; i < session->global_capacity; i++)
        session->globals[i].value = copies[i];
    struct arena old = session->values;
    session->values = session->fresh;
    session->fresh = old;
    arena_clear(&session->fresh);
    session->values_live = arena_held(&session->values);
}

/* ---- messages ---- */

static void write_to(struct session *session, tw_channel channel, const char *text,
                     size_t length)
{
    if (session->options.write != NULL && length > 0)
        session->options.write(session->options.user, channel, text, length);
}

void session_write(struct session *session, const char *text, size_t length)
{
    if (session->dumps == DUMPS_NOTHING)
        write_to(session, TW_RESULTS, text, length);
}

void session_dump(struct session *session, const char *text, size_t length)
{
    write_to(session, TW_RESULTS, text, length);
}

/* Whether nothing but the files that a script names was at fault. */
static bool is_about_files(const struct diagnostics *list)
{
    for (size_t i = 0; i < list->count; i++) {
        enum code code = list->items[i]->code;
        if (code_severity(code) == SEVERITY_ERROR && code != CODE_CANNOT_READ &&
            code != CODE_CANNOT_WRITE)
            return false;
    }
    return true;
}

/* Counts them; under --quiet only errors stay. */
static bool count_messages(struct session *session)
{
    struct diagnostics *list = &session->diagnostics;
    bool errors = false;
    size_t kept = 0;
    for (size_t i = 0; i < list->count; i++) {
        enum severity severity = code_severity(list->items[i]->code);
        errors = errors || severity == SEVERITY_ERROR;
        session->summary.errors += severity == SEVERITY_ERROR ? 1 : 0;
        session->summary.warnings += severity == SEVERITY_WARNING ? 1 : 0;
        if (severity == SEVERITY_ERROR || !session->options.quiet)
            list->items[kept++] = list->items[i];
    }
    list->count = kept;
    return errors;
}

static void show_messages(struct session *session)
{
    const struct diagnostics *list = &session->diagnostics;
    struct drawing drawing = {session->options.colour, session->options.width};
    struct text out;
    text_init(&out, &session->messages);
    for (size_t i = 0; session->options.json && i < list->count; i++) {
        diagnostic_json(&out, &session->sources, list->items[i]);
        text_putc(&out, '\n');
    }
    if (session->options.json) {
        write_to(session, TW_RESULTS, out.data, out.length);
    } else {
        diagnostics_draw(&out, &session->sources, list, drawing);
        write_to(session, TW_MESSAGES, out.data, out.length);
    }
}

void session_flush(struct session *session, tw_status for_errors)
{
    diagnostics_sort(&session->diagnostics);
    if (for_errors == TW_RUNTIME_ERROR && is_about_files(&session->diagnostics))
        for_errors = TW_UNREADABLE;
    if (count_messages(session) && for_errors > session->status)
        session->status = for_errors;
    show_messages(session);
    diagnostics_clear(&session->diagnostics);
    arena_clear(&session->messages);
    diagnostics_init(&session->diagnostics, &session->messages);
}

static const char *formatted(struct session *session, const char *format,
                             va_list arguments)
{
    va_list again;
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, again);
    va_end(again);
    char *text = arena_get(&session->messages, (size_t)length + 1);
    (void)vsnprintf(text, (size_t)length + 1, format, arguments);
    return text;
}

bool session_error(struct session *session, enum code code, struct span where,
                   const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const char *message = formatted(session, format, arguments);
    va_end(arguments);
    (void)diagnostic_add(&session->diagnostics, code, where, "%s", message);
    return false;
}

struct diagnostic *session_last(struct session *session)
{
    return session->diagnostics.items[session->diagnostics.count - 1];
}

static bool same_span(struct span a, struct span b)
{
    return a.source == b.source && a.begin == b.begin && a.end == b.end;
}

static size_t warned_slot(const struct session *session, struct span where)
{
    size_t mask = session->warned_capacity - 1;
    size_t slot = (where.begin * 31U + where.end * 17U + where.source) & mask;
    while (session->warned[slot].source != 0 && !same_span(session->warned[slot], where))
        slot = (slot + 1) & mask;
    return slot;
}

static void grow_warned(struct session *session)
{
    struct span *old = session->warned;
    size_t count = session->warned_capacity;
    session->warned_capacity = count == 0 ? 64 : 2 * count;
    session->warned = ARENA_ARRAY(&session->keep, session->warned_capacity, struct span);
    for (size_t i = 0; i < count; i++)
        if (old[i].source != 0)
            session->warned[warned_slot(session, old[i])] = old[i];
}

void session_warn(struct session *session, enum code code, struct span where,
                  const char *format, ...)
{
    if (2 * session->warned_count >= session->warned_capacity)
        grow_warned(session);
    size_t slot = warned_slot(session, where);
    if (session->warned[slot].source != 0)
        return;
    session->warned[slot] = where;
    session->warned_count++;
    va_list arguments;
    va_start(arguments, format);
    const char *message = formatted(session, format, arguments);
    va_end(arguments);
    (void)diagnostic_add(&session->diagnostics, code, where, "%s", message);
}

struct message_mark session_message_mark(const struct session *session)
{
    struct message_mark mark = {session->diagnostics.count, session->diagnostics.errors};
    return mark;
}

void session_forget(struct session *session, struct message_mark mark)
{
    session->diagnostics.count = mark.count;
    session->diagnostics.errors = mark.errors;
}

const char *session_text(struct session *session, struct span span)
{
    const struct source *source = sources_get(&session->sources, span.source);
    if (source == NULL)
        return "";
    return arena_copy(&session->scratch, source->text + span.begin,
                      span.end - span.begin);
}

/* ---- limits ---- */

double session_clock(const struct session *session)
{
    return session->options.clock == NULL ? 0
                                          : session->options.clock(session->options.user);
}

bool session_go_on(struct session *session, uint64_t turns, struct span where)
{
    const tw_options *options = &session->options;
    session->steps += turns;
    if (session->stopped)
        return false;
    bool is_interrupted =
        options->interrupted != NULL && options->interrupted(options->user);
    if (is_interrupted || !progress_goes_on(session)) {
        (void)session_error(session, CODE_INTERRUPTED, where, "interrupted here");
        session->status = TW_INTERRUPTED;
        session->stopped = true;
    } else if (options->step_limit != 0 && session->steps > options->step_limit) {
        (void)session_error(session, CODE_STEP_LIMIT, where,
                            "the limit of %llu steps is reached",
                            (unsigned long long)options->step_limit);
        session->stopped = true;
    } else if (options->time_limit > 0 &&
               session_clock(session) - session->start_time > options->time_limit) {
        (void)session_error(session, CODE_TIME_LIMIT, where, "the time limit is reached");
        session->stopped = true;
    }
    if (session->stopped)
        session_flush(session, TW_LIMIT);
    return !session->stopped;
}

bool session_go_on_sometimes(struct session *session, struct span where)
{
    return ++session->calls % CALLS_BETWEEN_LIMITS != 0 ||
           session_go_on(session, 0, where);
}
