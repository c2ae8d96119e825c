/* SPDX-License-Identifier: MIT
 * executable.h - memory that the processor may execute.
 *
 * It is never writable and executable at once: code is copied into it, then it is sealed.
 * It goes back to the system with the arena that it was made for. */
#ifndef BASE_EXECUTABLE_H
#define BASE_EXECUTABLE_H

#include "base/arena.h"

/* A copy of `size` bytes of code, at a multiple of 64; NULL where the system has no such
 * memory or refuses it.  `undo`, in which nothing was set, gives it back. */
const void *executable_make(struct arena_undo *undo, const void *code, size_t size);
/* The same, which lives as long as what `arena` handed out last. */
const void *executable_new(struct arena *arena, const void *code, size_t size);

#endif
