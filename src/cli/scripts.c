/* SPDX-License-Identifier: MIT */
#include "cli/scripts.h"
#include "cli/files.h"
#include "cli/terminal.h"

#include <string.h>
#include <unistd.h>

tw_status scripts_one(struct host *host, const struct settings *settings,
                      const char *path, script_action *action)
{
    char *text = NULL;
    struct script script = {.path = path};
    script.name = strcmp(path, "-") == 0 ? "<stdin>" : path;
    int error = files_read(&host->memory, path, &text, &script.length);
    if (error != 0)
        return host_file_error(host, settings, "read", script.name, error);
    script.text = text;
    tw_status status = action(host, settings, &script);
    files_release(&host->memory, text);
    return status;
}

/* All texts of -e are one script: names of the first are known to the second. */
static tw_status one_text(struct host *host, const struct settings *settings,
                          script_action *action)
{
    struct script script = {.name = "-e",
                            .text = text_string(&settings->text),
                            .length = settings->text.length};
    return action(host, settings, &script);
}

tw_status scripts_each(struct host *host, const struct settings *settings, size_t first,
                       script_action *action)
{
    tw_status status = TW_OK;
    if (settings->has_text)
        status = one_text(host, settings, action);
    for (size_t i = first; i < settings->argument_count && status != TW_INTERRUPTED; i++)
        status = host_worse(status,
                            scripts_one(host, settings, settings->arguments[i], action));
    if (settings->has_text || settings->argument_count > first)
        return status;
    if (!terminal_is(STDIN_FILENO))
        return scripts_one(host, settings, "-", action);
    host_say(host, "`talweg %s` needs a file: `-` is standard input",
             command_table[settings->command].name);
    return TW_UNREADABLE;
}
