/* SPDX-License-Identifier: MIT
 * map.h - files as memory.
 *
 * A file that another process cuts off while it is mapped raises SIGBUS where it is read.
 * The handler puts zeros in the place of what is gone and notes the loss, which map_end
 * and map_lost tell; a signal that has another cause ends the process as ever. */
#ifndef CLI_MAP_H
#define CLI_MAP_H

#include <stdbool.h>
#include <stddef.h>

/* Maps `size` > 0 bytes of a regular file; NULL when that cannot be done here.  A NUL
 * stands behind them.  The descriptor is then the mapping's, to be closed with it. */
char *map_begin(int descriptor, size_t size);
/* Whether the text is a mapping's. */
bool map_is(const char *text);
/* Ends it; 0, or ESTALE when the file became shorter meanwhile. */
int map_end(char *text);
/* Whether a file became shorter that is mapped still. */
bool map_lost(void);

#endif
