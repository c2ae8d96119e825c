/* SPDX-License-Identifier: MIT
 * lineedit.h - reading a line at the prompt.
 *
 * Two editors stand behind one record: a plain reader, and one built on a line editing
 * library, which is a module of its own (talweg-lineedit.so), so that a script that runs
 * without a prompt neither loads nor links it.  The module exports the record under the
 * name `lineedit_module`. */
#ifndef CLI_LINEEDIT_H
#define CLI_LINEEDIT_H

#include <stdbool.h>
#include <stddef.h>

struct arena;

enum lineedit_event {
    LINEEDIT_LINE,
    LINEEDIT_INTERRUPTED, /* Ctrl-C: the line is dropped */
    LINEEDIT_END          /* Ctrl-D on an empty line, or the end of input */
};

typedef void lineedit_found(void *list, const char *name);

/* What an editor needs from the prompt. */
struct lineedit_host {
    void *user;
    struct arena *arena; /* for the plain reader; lives as long as the editor */
    char **arguments;    /* of the program, its name included */
    int output;          /* descriptor of the prompt */
    const char *history; /* the file, or NULL for none */
    /* Calls `found` with each name that begins with `prefix`. */
    void (*complete)(void *user, const char *prefix, lineedit_found *found, void *list);
    /* Whether the line so far asks for a file name. */
    bool (*wants_file)(void *user, const char *line);
    /* True once for each Ctrl-C. */
    bool (*interrupted)(void *user);
};

enum { LINEEDIT_VERSION = 1 };

/* One editor is open at a time: it owns the terminal. */
struct lineedit {
    int version; /* LINEEDIT_VERSION, or the module is of another build */
    /* The editor's state, or NULL when it cannot be used here. */
    void *(*open)(const struct lineedit_host *host);
    /* Text without its last newline; a paste may hold newlines.  Valid until the next
     * call. */
    enum lineedit_event (*read)(void *state, const char *prompt, const char **text,
                                size_t *length);
    void (*remember)(void *state, const char *text); /* into the history, once */
    void (*close)(void *state);
};

/* An editor that is open. */
struct lineedit_open {
    const struct lineedit *editor;
    void *state;
};

#define LINEEDIT_SYMBOL "lineedit_module"

extern const struct lineedit lineedit_plain;
/* The module's editor when it is found, fits this build and opens; else, or with `plain`,
 * the plain one.  A command that is linked statically cannot load a module: it becomes
 * the program talweg-prompt, when that is found, and then this does not return. */
struct lineedit_open lineedit_choose(const struct lineedit_host *host, bool plain);

#endif
