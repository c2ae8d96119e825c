/* SPDX-License-Identifier: MIT
 * command.h - the subcommands and what the command line asks of them. */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include "base/text.h"
#include "talweg.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum command_id {
#define COMMAND(id, name, arguments, summary, function) COMMAND_##id,
#include "cli/commands.def"
#undef COMMAND
    COMMAND_COUNT
};

enum colour { COLOUR_AUTO, COLOUR_ALWAYS, COLOUR_NEVER };

/* The command line, read.  Texts belong to the host's arena or to argv. */
struct settings {
    enum command_id command;
    bool help, version;
    bool json, reproducible, verbose, quiet, strict;
    bool no_native;
    bool list_only;   /* fmt --check */
    bool has_text;    /* -e was given */
    struct text text; /* the lines of -e, each ended by a newline */
    enum colour colour;
    size_t memory;          /* bytes; 0: unlimited */
    double time;            /* seconds; 0: unlimited */
    double timeout;         /* seconds of wall time for a script of batch */
    uint64_t steps;         /* 0: unlimited */
    uint64_t threads;       /* 0: one a processor */
    const char *library;    /* a folder of modules; NULL: the environment says */
    uint64_t jobs;          /* scripts of batch side by side; 0: one a processor */
    const char **arguments; /* what is neither an option nor the subcommand */
    size_t argument_count;
};

struct host;
typedef tw_status command_function(struct host *host, const struct settings *settings);

struct command {
    const char *name, *arguments, *summary;
    command_function *function;
};

extern const struct command command_table[COMMAND_COUNT];

#define COMMAND(id, name, arguments, summary, function) command_function function;
#include "cli/commands.def"
#undef COMMAND

/* The prompt: reads, runs and shows until the user leaves. */
tw_status repl_run(struct host *host, const struct settings *settings);

#endif
