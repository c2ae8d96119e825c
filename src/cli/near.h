/* SPDX-License-Identifier: MIT
 * near.h - which of some names a mistyped word may mean. */
#ifndef CLI_NEAR_H
#define CLI_NEAR_H

#include <stddef.h>

struct near {
    const char *word;
    const char *best; /* the nearest name so far that is near enough, or NULL */
    size_t distance;
};

void near_init(struct near *near, const char *word);
/* Keeps `name` when it is nearer than the best.  The name is not copied. */
void near_try(struct near *near, const char *name);

#endif
