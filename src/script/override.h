/* SPDX-License-Identifier: MIT
 * override.h - names whose value is replaced for the time of one statement: the variables
 * of a solve.  What they held is kept on a stack in the session, so it comes back also
 * after a failure that unwinds to the API entry. */
#ifndef SCRIPT_OVERRIDE_H
#define SCRIPT_OVERRIDE_H

#include "script/session.h"

/* Lets `name` hold `value` (not copied) until the mark before it is restored. */
void override_name(struct session *session, name_id name, const struct value *value);
size_t override_mark(const struct session *session);
void override_restore(struct session *session, size_t mark);

#endif
