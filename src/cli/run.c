/* SPDX-License-Identifier: MIT
 * Running, checking and dumping: each script in a session of its own. */
#include "cli/map.h"
#include "cli/progress.h"
#include "cli/scripts.h"
#include "cli/terminal.h"

#include <string.h>
#include <unistd.h>

typedef tw_status script_call(tw_session *session, const char *name, const char *text,
                              size_t length);

/* Running and checking both close with a summary under --json. */
static tw_status call_script(struct host *host, const struct settings *settings,
                             const struct script *script, script_call *call)
{
    tw_session *session = host_open(host, settings);
    if (session == NULL)
        return TW_LIMIT;
    tw_status status = call(session, script->name, script->text, script->length);
    progress_erase(host);
    if (map_lost()) {
        host_say(host, "a file became shorter while its data were in use");
        status = TW_UNREADABLE;
    }
    tw_finish(session, status);
    tw_close(session);
    return status;
}

static tw_status run_script(struct host *host, const struct settings *settings,
                            const struct script *script)
{
    return call_script(host, settings, script, tw_run);
}

static tw_status check_script(struct host *host, const struct settings *settings,
                              const struct script *script)
{
    return call_script(host, settings, script, tw_check);
}

static tw_status dump_script(struct host *host, const struct settings *settings,
                             const struct script *script)
{
    tw_session *session = host_open(host, settings);
    if (session == NULL)
        return TW_LIMIT;
    tw_status status = tw_dump(session, settings->arguments[0], script->name,
                               script->text, script->length);
    tw_close(session);
    return status;
}

tw_status command_run(struct host *host, const struct settings *settings)
{
    bool names_nothing = !settings->has_text && settings->argument_count == 0;
    if (names_nothing && terminal_is(STDIN_FILENO))
        return repl_run(host, settings);
    return scripts_each(host, settings, 0, run_script);
}

tw_status command_check(struct host *host, const struct settings *settings)
{
    return scripts_each(host, settings, 0, check_script);
}

/* Told here, since the library takes any other name for the last stage. */
static bool is_stage(const char *name)
{
    static const char *const stages[] = {"tokens", "ast", "graph", "cost"};
    for (size_t i = 0; i < sizeof stages / sizeof *stages; i++)
        if (strcmp(name, stages[i]) == 0)
            return true;
    return false;
}

tw_status command_dump(struct host *host, const struct settings *settings)
{
    if (settings->argument_count > 0 && is_stage(settings->arguments[0]))
        return scripts_each(host, settings, 1, dump_script);
    host_say(host, "`talweg dump` needs a stage: tokens, ast, graph or cost");
    return TW_UNREADABLE;
}
