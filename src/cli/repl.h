/* SPDX-License-Identifier: MIT
 * repl.h - the state of the prompt, and its own commands. */
#ifndef CLI_REPL_H
#define CLI_REPL_H

#include "cli/host.h"
#include "cli/lineedit.h"

struct repl {
    struct host *host;
    const struct settings *settings;
    tw_session *session;
    struct lineedit_host editor_host;
    struct lineedit_open editor;
    struct arena input;  /* emptied after each input */
    struct text pending; /* what was typed and has not run */
    struct text kept;    /* all that ran, for :save */
    uint64_t number;     /* of the last input */
    bool leaves;
};

/* Runs a script in the session and keeps its text when it ran. */
bool repl_run_text(struct repl *repl, const char *name, const char *text, size_t length);
/* Whether the line is a command to the prompt: `help`, `?NAME`, `:quit` ... */
bool repl_is_command(const char *line);
void repl_command(struct repl *repl, const char *line);
/* The history file, its folder made; NULL when there is no place for it. */
const char *repl_history_path(struct arena *arena);

#endif
