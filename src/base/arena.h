/* SPDX-License-Identifier: MIT
 * arena.h - memory with a named lifetime.
 *
 * An arena hands out memory that is given back all at once, or back to a mark.
 * An allocation never returns NULL: it raises through `struct fail`.  All arenas
 * of a session draw on one `struct memory`, which counts bytes against a limit
 * and can be told to fail at the k-th request, so that tests reach every failure. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "base/fail.h"

#include <stddef.h>
#include <stdint.h>

struct memory {
    size_t limit; /* bytes; 0 is unlimited */
    size_t used, peak;
    uint64_t requests; /* blocks asked of the system so far */
    uint64_t fail_at;  /* the request that fails, from 1; 0 is never */
    struct fail *fail;
};

/* A block of `size` bytes from the system, counted; raises when there is none. */
void *memory_take(struct memory *memory, size_t size);
/* Gives back a block of memory_take with the same size; NULL is allowed. */
void memory_give(struct memory *memory, void *block, size_t size);

struct arena_block;
struct arena_undo;
struct arena {
    struct memory *memory;
    struct arena_block *last;  /* the block that is being filled; NULL at first */
    struct arena_block *spare; /* one that a release emptied; NULL: none */
    struct arena_undo *undo;   /* the newest; NULL: none */
};
struct arena_mark {
    struct arena_block *block;
    size_t used;
    struct arena_undo *undo;
};

void arena_init(struct arena *arena, struct memory *memory);
/* `size` bytes, aligned for any scalar type, contents undefined.  Never NULL. */
void *arena_get(struct arena *arena, size_t size);
/* `count` elements of `size` bytes, zeroed; raises FAIL_MEMORY_LIMIT on overflow. */
void *arena_zeroed(struct arena *arena, size_t count, size_t size);
/* A NUL-terminated copy of `length` bytes. */
char *arena_copy(struct arena *arena, const char *text, size_t length);
/* Doubles the array `old` of `count` elements; returns the new place, *capacity raised.
 */
void *arena_grow(struct arena *arena, void *old, size_t count, size_t *capacity,
                 size_t size);
struct arena_mark arena_mark(const struct arena *arena);
/* Gives back all that was handed out since the mark; a block of the usual size is kept
 * for what comes next. */
void arena_release(struct arena *arena, struct arena_mark mark);
/* Gives everything back; the arena can be used again. */
void arena_clear(struct arena *arena);
/* Bytes held from the system. */
size_t arena_held(const struct arena *arena);

/* What is to be undone when the arena is given back to here: undo(block, size) of what
 * was set last; nothing as long as nothing was. */
struct arena_undo *arena_undo_new(struct arena *arena);
void arena_undo_set(struct arena_undo *undo, void (*act)(void *block, size_t size),
                    void *block, size_t size);

#define ARENA_NEW(arena, type) ((type *)arena_zeroed((arena), 1, sizeof(type)))
#define ARENA_ARRAY(arena, count, type)                                                  \
    ((type *)arena_zeroed((arena), (count), sizeof(type)))

#endif
