/* SPDX-License-Identifier: MIT
 * `talweg explain CODE` and `talweg help NAME`. */
#include "base/near.h"
#include "cli/host.h"
#include "cli/options.h"

#include <string.h>

/* Codes are written with a capital; `e0102` means the same. */
static bool explain_code(tw_session *session, const char *code)
{
    char upper[16];
    size_t length = strlen(code);
    if (length >= sizeof upper)
        return false;
    for (size_t i = 0; i <= length; i++)
        upper[i] =
            (char)(code[i] >= 'a' && code[i] <= 'z' ? code[i] - 'a' + 'A' : code[i]);
    return tw_explain_code(session, upper);
}

tw_status command_explain(struct host *host, const struct settings *settings)
{
    if (settings->argument_count == 0) {
        host_say(host, "`talweg explain` needs a code such as E0102");
        return TW_UNREADABLE;
    }
    tw_session *session = host_open(host, settings);
    if (session == NULL)
        return TW_LIMIT;
    tw_status status = TW_OK;
    for (size_t i = 0; i < settings->argument_count; i++)
        if (!explain_code(session, settings->arguments[i])) {
            host_say(host, "there is no code `%s`", settings->arguments[i]);
            status = TW_UNREADABLE;
        }
    tw_close(session);
    return status;
}

static void try_name(void *user, const char *name)
{
    near_try(user, name);
}

static tw_status unknown_name(struct host *host, tw_session *session, const char *name)
{
    struct near near;
    near_init(&near, name);
    tw_complete(session, "", try_name, &near);
    if (near.best != NULL)
        host_say(host, "nothing is known of `%s`: write `%s`", name, near.best);
    else
        host_say(host, "nothing is known of `%s`", name);
    return TW_UNREADABLE;
}

static bool help_command(struct host *host, const char *name)
{
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        if (strcmp(command_table[i].name, name) == 0) {
            struct text out;
            text_init(&out, &host->arena);
            usage_command(&out, (enum command_id)i);
            host_show(host, &out);
            return true;
        }
    return false;
}

/* A name may be both a subcommand and a word of the language: both are told. */
static tw_status help_names(struct host *host, const struct settings *settings)
{
    tw_session *session = host_open(host, settings);
    if (session == NULL)
        return TW_LIMIT;
    tw_status status = TW_OK;
    for (size_t i = 0; i < settings->argument_count; i++) {
        const char *name = settings->arguments[i];
        bool is_command = help_command(host, name);
        if (!tw_help(session, name) && !is_command)
            status = unknown_name(host, session, name);
    }
    tw_close(session);
    return status;
}

tw_status command_help(struct host *host, const struct settings *settings)
{
    if (settings->argument_count > 0)
        return help_names(host, settings);
    struct text out;
    text_init(&out, &host->arena);
    usage_all(&out);
    host_show(host, &out);
    return TW_OK;
}
