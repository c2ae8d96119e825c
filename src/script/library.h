/* SPDX-License-Identifier: MIT
 * library.h - the modules of the standard library as they are built in, and the comments
 * that stand above definitions. */
#ifndef SCRIPT_LIBRARY_H
#define SCRIPT_LIBRARY_H

#include "base/text.h"

#include <stdbool.h>

struct library_module {
    const char *name, *text; /* "losses", NUL-terminated */
    size_t length;
};

/* By name, ended by a row without one (written by stdlib/embed.py). */
extern const struct library_module library_modules[];

const struct library_module *library_find(const char *name); /* NULL: none */
/* The name of a module that is written nearly so, or NULL. */
const char *library_near(const char *name);
/* The module that defines `name`; *offset gets the place of its first definition.  NULL
 * when none does. */
const struct library_module *library_definition(const char *name, size_t *offset);

/* Writes the comment directly above the line that holds `offset`, two blanks before each
 * line; false when there is none. */
bool library_comment(struct text *out, const char *text, size_t offset);
/* Writes what a module is for (the comment that it begins with), and its definitions. */
void library_page(struct text *out, const struct library_module *module);

#endif
