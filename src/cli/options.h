/* SPDX-License-Identifier: MIT
 * options.h - the options, once: read from the command line and told by `--help`. */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include "cli/command.h"

struct option {
    char letter;          /* 0: none */
    const char *name;     /* without dashes */
    const char *argument; /* what follows, for the help; NULL: nothing follows */
    unsigned commands;    /* bit 1 << command_id of each command that takes it */
    bool (*set)(struct settings *settings, const char *value);
    const char *help; /* with an argument also what is wanted, for a wrong value */
};

extern const struct option option_table[];
extern const size_t option_count;

/* Reads the command line into `settings`; on a mistake says so and returns false. */
bool options_read(struct host *host, struct settings *settings, int count,
                  char **arguments);

/* The help of the whole command, and of one subcommand. */
void usage_all(struct text *out);
void usage_command(struct text *out, enum command_id command);

#endif
