/* SPDX-License-Identifier: MIT
 * help.h - what is known of a name, and which names begin so. */
#ifndef SCRIPT_HELP_H
#define SCRIPT_HELP_H

#include "script/session.h"

/* Writes what `name` is: a function, a method or step rule with its settings, a constant,
 * a word of the language, a name of the session; false when it is nothing. */
bool help_name(struct session *session, struct text *out, const char *name);
/* The page of a diagnostic code; false when there is none. */
bool help_code(struct text *out, const char *code);
/* Calls `found` with every known name that begins with `prefix`. */
void help_complete(struct session *session, const char *prefix,
                   void (*found)(void *user, const char *name), void *user);

#endif
