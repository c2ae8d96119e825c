/* SPDX-License-Identifier: MIT
 * The command: reads its arguments, runs a subcommand, and tells by its exit status how
 * it went. */
#include "cli/host.h"
#include "cli/interrupt.h"
#include "cli/options.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

const struct command command_table[COMMAND_COUNT] = {
#define COMMAND(id, name, arguments, summary, function)                                  \
    [COMMAND_##id] = {name, arguments, summary, function},
#include "cli/commands.def"
#undef COMMAND
};

/* A closed standard descriptor would be given to the next file that is opened.  Opened
 * the wrong way round instead, it makes the first use fail as a closed one does. */
static void hold_standard_descriptors(void)
{
    for (int descriptor = 0; descriptor <= 2; descriptor++)
        if (fcntl(descriptor, F_GETFD) < 0 && errno == EBADF)
            (void)open("/dev/null", descriptor == 0 ? O_WRONLY : O_RDONLY);
}

static tw_status show_version(struct host *host)
{
    struct text out;
    text_init(&out, &host->arena);
    text_format(&out, "talweg %s\n", tw_version());
    host_show(host, &out);
    return TW_OK;
}

static tw_status show_help(struct host *host, const struct settings *settings)
{
    struct text out;
    text_init(&out, &host->arena);
    if (settings->command == COMMAND_RUN)
        usage_all(&out);
    else
        usage_command(&out, settings->command);
    host_show(host, &out);
    return TW_OK;
}

static tw_status dispatch(struct host *host, int count, char **arguments)
{
    struct settings settings;
    if (!options_read(host, &settings, count, arguments))
        return TW_UNREADABLE;
    if (settings.help)
        return show_help(host, &settings);
    if (settings.version)
        return show_version(host);
    return command_table[settings.command].function(host, &settings);
}

static tw_status guard(struct host *host, int count, char **arguments)
{
    if (setjmp(host->fail.landing) == 0)
        return dispatch(host, count, arguments);
    host->captured = NULL;
    host_say(host, "out of memory");
    return TW_LIMIT;
}

/* A result that could not be written is no success.  A reader that went away has seen
 * enough and is told nothing. */
static tw_status finish(struct host *host, tw_status status)
{
    output_flush(&host->results);
    int error = host->results.error;
    if (error == 0)
        return status;
    if (error != EPIPE)
        host_say(host, "cannot write standard output: %s", strerror(error));
    return TW_UNREADABLE;
}

int main(int count, char **arguments)
{
    hold_standard_descriptors();
    (void)signal(SIGPIPE, SIG_DFL); /* end quietly, whatever the parent ignored */
    interrupt_catch();
    static struct host host; /* large, and little of it is touched */
    host_init(&host);
    host.arguments = arguments;
    tw_status status = guard(&host, count, count > 0 ? arguments + 1 : arguments);
    status = finish(&host, status);
    host_clear(&host);
    return (int)status;
}
