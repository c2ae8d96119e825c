/* SPDX-License-Identifier: MIT
 * `talweg fmt`: the one layout, in place.  A file that has it already is not touched, and
 * one that does not parse stays as it is. */
#include "cli/files.h"
#include "cli/scripts.h"

#include <string.h>

/* The formatted script in `out`. */
static tw_status format(struct host *host, const struct settings *settings,
                        const struct script *script, struct text *out)
{
    tw_session *session = host_open(host, settings);
    if (session == NULL)
        return TW_LIMIT;
    host->captured = out;
    tw_status status = tw_format(session, script->name, script->text, script->length);
    host->captured = NULL;
    tw_close(session);
    if (!host->captured_short)
        return status;
    host->captured_short = false;
    host_say(host, "out of memory");
    return TW_LIMIT;
}

/* As a failed expectation: a check of the layout in a test run has status 1. */
static tw_status list(struct host *host, const struct script *script)
{
    struct text line;
    text_init(&line, &host->arena);
    text_format(&line, "%s\n", script->name);
    host_show(host, &line);
    return TW_EXPECT_FAILED;
}

/* What stands in the file already is not written again: its time stays. */
static tw_status put_back(struct host *host, const struct settings *settings,
                          const struct script *script, const struct text *formatted)
{
    bool same = formatted->length == script->length &&
                memcmp(text_string(formatted), script->text, script->length) == 0;
    bool is_filter = script->path == NULL || strcmp(script->path, "-") == 0;
    if (settings->list_only)
        return same ? TW_OK : list(host, script);
    if (is_filter) {
        host_show(host, formatted);
        return TW_OK;
    }
    int error =
        same ? 0 : files_write(script->path, text_string(formatted), formatted->length);
    return error == 0 ? TW_OK
                      : host_file_error(host, settings, "write", script->path, error);
}

static tw_status format_script(struct host *host, const struct settings *settings,
                               const struct script *script)
{
    struct arena_mark mark = arena_mark(&host->arena);
    struct text formatted;
    text_init(&formatted, &host->arena);
    tw_status status = format(host, settings, script, &formatted);
    if (status == TW_OK)
        status = put_back(host, settings, script, &formatted);
    arena_release(&host->arena, mark);
    return status;
}

tw_status command_fmt(struct host *host, const struct settings *settings)
{
    return scripts_each(host, settings, 0, format_script);
}
