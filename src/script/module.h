/* SPDX-License-Identifier: MIT
 * module.h - `use losses` and `use "mine.opt"`: definitions of another text, as if they
 * stood in place of the statement, once.
 *
 * A module holds definitions of functions and constants, `use`, and `expect`: using one
 * computes nothing that takes long and shows nothing.  All modules of a script are read
 * before its line 1 runs; each is checked and run where it is used first. */
#ifndef SCRIPT_MODULE_H
#define SCRIPT_MODULE_H

#include "script/session.h"

enum {
    MODULE_DEEPEST = 100, /* modules that use each other in a chain */
    MODULES_MOST = 1000   /* of one script */
};

struct module {
    const char *name;      /* "losses", or the path of a file */
    bool is_file;          /* a path; else a module of the standard library */
    bool is_open;          /* the modules that it uses are being read */
    const struct ast *use; /* the statement that used it first */
    struct module *user;   /* the module with that statement; NULL: the script */
    const struct ast *block;
    bool is_bound, is_defined, is_checked, is_shaped, has_run; /* once each */
    struct module *next;
};

/* Reads all that the script uses, and forgets what an earlier one used.  False after an
 * error; all errors are shown then, since more of them would follow from the first. */
bool module_load(struct session *session, const struct ast *block);
/* The module that a USE statement names; NULL when it was not read. */
struct module *module_of(struct session *session, const struct ast *use);
/* Says in the diagnostics from number `first` on where the module is used. */
void module_tell_use(struct session *session, const struct module *module, size_t first);
/* The same for what a statement told; `module` is what it belongs to, NULL: the script.
 * What went wrong in a function of another text gets the statement's place too. */
void module_tell_statement(struct session *session, const struct ast *statement,
                           const struct module *module, size_t first);

/* ---- module_source.c ---- */
/* The text of a module, read: `target` is what stands after `use`, `name` what the module
 * is called.  0 after an error; *is_unreadable tells that a file cannot be read. */
uint32_t module_source(struct session *session, const struct ast *target,
                       const char *name, bool *is_unreadable);

#endif
