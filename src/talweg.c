/* SPDX-License-Identifier: MIT
 * The public functions: each enters the session once, and what runs out inside unwinds to
 * here and nowhere else. */
#include "talweg.h"

#include "script/execute.h"
#include "script/file.h"
#include "script/help.h"
#include "script/model.h"
#include "script/override.h"
#include "script/solve.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct tw_session {
    struct session session;
};

/* ---- entering and unwinding ---- */

typedef void entry_body(struct session *session, void *argument);

static void say_out_of_memory(struct session *session)
{
    static const char plain[] =
        "error[E0711]: out of memory: what the script asked for is "
        "more than there is or than --memory allows\n";
    static const char json[] = "{\"event\":\"error\",\"code\":\"E0711\",\"severity\":"
                               "\"error\",\"message\":\"out of memory\",\"spans\":[],"
                               "\"notes\":[],\"help\":[]}\n";
    const tw_options *options = &session->options;
    session->summary.errors++;
    if (options->write == NULL)
        return;
    if (options->json)
        options->write(options->user, TW_RESULTS, json, sizeof json - 1);
    else
        options->write(options->user, TW_MESSAGES, plain, sizeof plain - 1);
}

/* After an unwinding: names keep what they held before the statement; all else goes. */
static void recover(struct session *session)
{
    struct file_text reading = {session->reading, 0, session->reading_mapped};
    file_release(session, &reading);
    override_restore(session, 0);
    model_clear(session);
    graph_free(session->graph);
    session->graph = NULL;
    arena_clear(&session->scratch);
    arena_clear(&session->workspace);
    arena_clear(&session->fresh);
    diagnostics_clear(&session->diagnostics);
    arena_clear(&session->messages);
    diagnostics_init(&session->diagnostics, &session->messages);
    session->call_depth = 0;
    session->dumps = DUMPS_NOTHING;
}

/* The caller's arguments are behind a pointer, so none of them is lost in the jump. */
static bool enter(struct session *session, entry_body *body, void *argument)
{
    char here = 0;
    session->stack_base = &here;
    if (setjmp(session->fail.landing) != 0) {
        recover(session);
        say_out_of_memory(session);
        session->stack_base = NULL;
        return false;
    }
    body(session, argument);
    arena_clear(&session->scratch);
    session->stack_base = NULL;
    return true;
}

/* ---- opening and closing ---- */

static void open_session(struct session *session, void *argument)
{
    const char *const *library_path = argument;
    if (*library_path != NULL)
        session->library_path =
            arena_copy(&session->keep, *library_path, strlen(*library_path));
    session->names = intern_new(&session->keep);
    sources_init(&session->sources, &session->keep);
    diagnostics_init(&session->diagnostics, &session->messages);
    session->graph = graph_new(&session->memory);
    session_seed(session, 0);
}

tw_session *tw_open(const tw_options *options)
{
    tw_session *opened = calloc(1, sizeof *opened);
    if (opened == NULL)
        return NULL;
    struct session *session = &opened->session;
    session->memory.limit = options->memory_limit;
    session->memory.fail_at = options->fail_request;
    session->memory.fail = &session->fail;
    arena_init(&session->keep, &session->memory);
    arena_init(&session->values, &session->memory);
    arena_init(&session->scratch, &session->memory);
    arena_init(&session->workspace, &session->memory);
    arena_init(&session->fresh, &session->memory);
    arena_init(&session->messages, &session->memory);
    const char *library_path = options->library_path;
    if (!enter(session, open_session, &library_path)) {
        tw_close(opened);
        return NULL;
    }
    session->options = *options;
    session->options.library_path = session->library_path;
    return opened;
}

void tw_close(tw_session *opened)
{
    if (opened == NULL)
        return;
    struct session *session = &opened->session;
    model_clear(session);
    graph_free(session->graph);
    file_release_kept(session);
    arena_clear(&session->messages);
    arena_clear(&session->fresh);
    arena_clear(&session->workspace);
    arena_clear(&session->scratch);
    arena_clear(&session->values);
    arena_clear(&session->keep);
    free(opened);
}

static void reset_session(struct session *session, void *argument)
{
    (void)argument;
    for (size_t i = 0; i < session->global_capacity; i++)
        session->globals[i].value.kind = VALUE_NONE;
    session_seed(session, 0);
    arena_clear(&session->values);
    session->values_live = 0;
}

void tw_reset(tw_session *opened)
{
    (void)enter(&opened->session, reset_session, NULL);
}

/* ---- scripts ---- */

struct script_call {
    const char *name, *text;
    size_t length;
    const char *stage; /* of tw_dump */
    bool answer;       /* of tw_wants_more */
};

static bool add_source(struct session *session, const struct script_call *call,
                       uint32_t *number)
{
    struct span nowhere = {0, 0, 0};
    if (call->length <= SOURCE_LONGEST) {
        *number = sources_add(&session->sources, call->name, call->text, call->length);
        return true;
    }
    (void)session_error(session, CODE_MEMORY_LIMIT, nowhere,
                        "`%s` is longer than a script may be", call->name);
    session_flush(session, TW_LIMIT);
    return false;
}

static void begin_parse(struct session *session, struct parse *parse, struct arena *arena)
{
    memset(parse, 0, sizeof *parse);
    parse->arena = arena;
    parse->names = session->names;
    parse->diagnostics = &session->diagnostics;
    parse->sources = &session->sources;
}

static bool parse_call(struct session *session, const struct script_call *call,
                       struct parse *parse, struct arena *arena)
{
    uint32_t source = 0;
    if (!add_source(session, call, &source))
        return false;
    begin_parse(session, parse, arena);
    enum parse_outcome outcome = parse_source(parse, source);
    if (outcome != PARSE_OK && session->status < TW_BAD_SCRIPT)
        session->status = TW_BAD_SCRIPT;
    return outcome == PARSE_OK;
}

/* Parses and checks; a script with a mistake is checked too, so that all are told. */
static bool prepare(struct session *session, const struct script_call *call,
                    struct parse *parse)
{
    bool parsed = parse_call(session, call, parse, &session->keep);
    bool checked = parse->script != NULL && check_script(session, parse->script);
    session_flush(session, TW_BAD_SCRIPT);
    return parsed && checked;
}

static void begin_run(struct session *session)
{
    session->status = TW_OK;
    session->stopped = false;
    session->start_time = session_clock(session);
    progress_begin(session);
    if (session->graph == NULL)
        session->graph = graph_new(&session->memory);
}

static void run_body(struct session *session, void *argument)
{
    struct parse parse;
    begin_run(session);
    if (prepare(session, argument, &parse))
        (void)execute_script(session, parse.script);
}

static void check_body(struct session *session, void *argument)
{
    struct parse parse;
    begin_run(session);
    (void)prepare(session, argument, &parse);
}

static void format_body(struct session *session, void *argument)
{
    struct parse parse;
    struct text out;
    begin_run(session);
    text_init(&out, &session->scratch);
    if (parse_call(session, argument, &parse, &session->scratch)) {
        format_script(&out, &parse);
        session_write(session, text_string(&out), out.length);
    }
    session_flush(session, TW_BAD_SCRIPT);
}

static tw_status call_script(tw_session *opened, entry_body *body,
                             struct script_call *call)
{
    struct session *session = &opened->session;
    return enter(session, body, call) ? session->status : TW_LIMIT;
}

tw_status tw_run(tw_session *session, const char *name, const char *text, size_t length)
{
    struct script_call call = {.name = name, .text = text, .length = length};
    return call_script(session, run_body, &call);
}

tw_status tw_check(tw_session *session, const char *name, const char *text, size_t length)
{
    struct script_call call = {.name = name, .text = text, .length = length};
    return call_script(session, check_body, &call);
}

tw_status tw_format(tw_session *session, const char *name, const char *text,
                    size_t length)
{
    struct script_call call = {.name = name, .text = text, .length = length};
    return call_script(session, format_body, &call);
}

/* The text is looked at in a place of its own and forgotten. */
static void wants_more_body(struct session *session, void *argument)
{
    struct script_call *call = argument;
    struct sources sources;
    struct parse parse;
    sources_init(&sources, &session->scratch);
    uint32_t source = sources_add(&sources, "<input>", call->text, call->length);
    begin_parse(session, &parse, &session->scratch);
    parse.sources = &sources;
    call->answer = parse_wants_more(&parse, source);
    diagnostics_clear(&session->diagnostics);
    arena_clear(&session->messages);
    diagnostics_init(&session->diagnostics, &session->messages);
}

bool tw_wants_more(tw_session *session, const char *text, size_t length)
{
    struct script_call call = {.text = text, .length = length};
    return length <= SOURCE_LONGEST && enter(&session->session, wants_more_body, &call) &&
           call.answer;
}

/* ---- stages ---- */

static void dump_body(struct session *session, void *argument)
{
    const struct script_call *call = argument;
    struct parse parse;
    struct text out;
    begin_run(session);
    text_init(&out, &session->scratch);
    if (strcmp(call->stage, "tokens") == 0) {
        uint32_t source = 0;
        begin_parse(session, &parse, &session->scratch);
        if (add_source(session, call, &source))
            parse_dump_tokens(&out, &parse, source);
    } else if (strcmp(call->stage, "ast") == 0) {
        if (parse_call(session, call, &parse, &session->scratch))
            ast_dump(&out, parse.script, session->names);
    } else if (prepare(session, argument, &parse)) {
        session->dumps = strcmp(call->stage, "cost") == 0 ? DUMPS_COST : DUMPS_GRAPH;
        (void)execute_script(session, parse.script);
        session->dumps = DUMPS_NOTHING;
    }
    session_write(session, text_string(&out), out.length);
    session_flush(session, TW_BAD_SCRIPT);
}

tw_status tw_dump(tw_session *session, const char *stage, const char *name,
                  const char *text, size_t length)
{
    struct script_call call = {
        .name = name, .text = text, .length = length, .stage = stage};
    return call_script(session, dump_body, &call);
}

/* ---- help ---- */

struct help_call {
    const char *name;
    void (*found)(void *user, const char *name);
    void *user;
    bool answer;
};

static void help_body(struct session *session, void *argument)
{
    struct help_call *call = argument;
    struct text out;
    text_init(&out, &session->scratch);
    call->answer = help_name(session, &out, call->name);
    session_write(session, text_string(&out), out.length);
}

static void explain_body(struct session *session, void *argument)
{
    struct help_call *call = argument;
    struct text out;
    text_init(&out, &session->scratch);
    call->answer = help_code(&out, call->name);
    session_write(session, text_string(&out), out.length);
}

static void complete_body(struct session *session, void *argument)
{
    struct help_call *call = argument;
    help_complete(session, call->name, call->found, call->user);
}

bool tw_explain_code(tw_session *session, const char *code)
{
    struct help_call call = {.name = code};
    return enter(&session->session, explain_body, &call) && call.answer;
}

bool tw_help(tw_session *session, const char *name)
{
    struct help_call call = {.name = name};
    return enter(&session->session, help_body, &call) && call.answer;
}

void tw_complete(tw_session *session, const char *prefix,
                 void (*found)(void *user, const char *name), void *user)
{
    struct help_call call = {.name = prefix, .found = found, .user = user};
    (void)enter(&session->session, complete_body, &call);
}

/* ---- summary ---- */

static void finish_body(struct session *session, void *argument)
{
    const tw_status *exit = argument;
    const tw_summary *summary = &session->summary;
    struct text out;
    if (!session->options.json)
        return;
    text_init(&out, &session->scratch);
    text_format(&out, "{\"event\":\"summary\",\"expectations\":%llu,\"failed\":%llu",
                (unsigned long long)summary->expectations,
                (unsigned long long)summary->failed);
    text_puts(&out, ",\"points\":");
    text_json_number(&out, summary->points);
    text_puts(&out, ",\"points_possible\":");
    text_json_number(&out, summary->points_possible);
    text_format(&out, ",\"solves\":%llu,\"errors\":%llu,\"warnings\":%llu,\"exit\":%d}\n",
                (unsigned long long)summary->solves, (unsigned long long)summary->errors,
                (unsigned long long)summary->warnings, (int)*exit);
    session_write(session, out.data, out.length);
}

void tw_finish(tw_session *session, tw_status exit)
{
    (void)enter(&session->session, finish_body, &exit);
}

void tw_get_summary(const tw_session *session, tw_summary *summary)
{
    *summary = session->session.summary;
    summary->memory_peak = session->session.memory.peak;
}

const char *tw_status_name(tw_status status)
{
    switch (status) {
    case TW_OK:
        return "ok";
    case TW_EXPECT_FAILED:
        return "expectation failed";
    case TW_UNREADABLE:
        return "unreadable";
    case TW_BAD_SCRIPT:
        return "bad script";
    case TW_RUNTIME_ERROR:
        return "run-time error";
    case TW_LIMIT:
        return "limit";
    case TW_INTERNAL:
        return "internal error";
    case TW_INTERRUPTED:
        return "interrupted";
    }
    return "unknown";
}

const char *tw_version(void)
{
    return TALWEG_VERSION;
}
