/* SPDX-License-Identifier: MIT
 * intern.h - names as small numbers: equal text, equal number. */
#ifndef BASE_INTERN_H
#define BASE_INTERN_H

#include "base/arena.h"

typedef uint32_t name_id; /* 0 is no name */

struct intern;

/* A table whose memory is in `arena` and lives as long. */
struct intern *intern_new(struct arena *arena);
/* The number of `text`, made when it is new; never 0. */
name_id intern_name(struct intern *names, const char *text, size_t length);
name_id intern_string(struct intern *names, const char *string);
/* The number of `text` if it is known, else 0. */
name_id intern_find(const struct intern *names, const char *text, size_t length);
/* NUL-terminated; "" for 0. */
const char *intern_text(const struct intern *names, name_id name);
/* Names are 1 .. intern_count. */
size_t intern_count(const struct intern *names);

#endif
