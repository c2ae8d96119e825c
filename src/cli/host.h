/* SPDX-License-Identifier: MIT
 * host.h - the process as a session sees it: memory, output, files, clock, Ctrl-C. */
#ifndef CLI_HOST_H
#define CLI_HOST_H

#include "base/arena.h"
#include "cli/command.h"
#include "cli/output.h"

struct host {
    char **arguments; /* of the program */
    struct fail fail; /* lands in main */
    struct memory memory;
    struct arena arena; /* what lives as long as the process */
    struct output results, messages;
    struct text *captured; /* results go here instead; NULL: to standard output */
    bool captured_short;   /* memory ended while capturing */
    uint64_t threads;      /* for long evaluations; 0: one a processor, in a batch one */
    bool is_batch;
    bool draws_progress;        /* a line of it stands on standard error */
    char buffer[OUTPUT_BUFFER]; /* of the results */
};

void host_init(struct host *host);
/* Gives back all memory. */
void host_clear(struct host *host);

/* The options of a session that speaks through this host. */
tw_options host_options(struct host *host, const struct settings *settings);
/* Opens a session; on failure says so and returns NULL. */
tw_session *host_open(struct host *host, const struct settings *settings);

/* One line for people on standard error, after `talweg: `. */
void host_say(struct host *host, const char *format, ...) TEXT_FORMAT(2, 3);
/* Text to standard output. */
void host_show(struct host *host, const struct text *text);
/* Says that a file cannot be read or written, as JSON when asked; returns
 * TW_UNREADABLE, or TW_INTERRUPTED when Ctrl-C broke the reading off. */
tw_status host_file_error(struct host *host, const struct settings *settings,
                          const char *verb, const char *path, int error);
/* Seconds of a clock that never goes back. */
double host_clock(void *user);
tw_status host_worse(tw_status a, tw_status b);

#endif
