/* SPDX-License-Identifier: MIT
 * Blocks double up to a bound, so a session of any size makes few requests; a large
 * request gets a block of its own. */
#ifdef __linux__
#define _DEFAULT_SOURCE /* madvise */
#endif
#include "base/arena.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#ifdef __linux__
#include <sys/mman.h>
#endif

enum {
    FIRST_BLOCK = 1024,
    SINGLE_BLOCK = 1 << 16,
    LARGEST_BLOCK = 1 << 20,
    ALIGNMENT = 16
};

struct arena_block {
    struct arena_block *previous;
    size_t size; /* bytes of data behind the header */
    size_t used;
    bool is_single; /* it was made for one large request */
};

struct arena_undo {
    struct arena_undo *previous;
    void (*act)(void *block, size_t size); /* NULL: nothing */
    void *block;
    size_t size;
};

#define HEADER ((sizeof(struct arena_block) + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT)

/* Of large blocks the system is asked for large pages: their first touch costs a fifth.
 */
static void prefer_large_pages(void *block, size_t size)
{
#ifdef __linux__
    enum { PAGE = 4096, LARGE = 1 << 22 };
    size_t skipped = PAGE - (uintptr_t)block % PAGE;
    if (size >= LARGE)
        (void)madvise((char *)block + skipped, (size - skipped) / PAGE * PAGE,
                      MADV_HUGEPAGE);
#else
    (void)block;
    (void)size;
#endif
}

void *memory_take(struct memory *memory, size_t size)
{
    memory->requests++;
    if (memory->limit != 0 &&
        (memory->used > memory->limit || size > memory->limit - memory->used))
        fail_raise(memory->fail, FAIL_MEMORY_LIMIT);
    void *block = memory->requests == memory->fail_at ? NULL : malloc(size);
    if (block == NULL)
        fail_raise(memory->fail, FAIL_MEMORY);
    prefer_large_pages(block, size);
    memory->used += size;
    if (memory->used > memory->peak)
        memory->peak = memory->used;
    return block;
}

void memory_give(struct memory *memory, void *block, size_t size)
{
    if (block == NULL)
        return;
    memory->used -= size;
    free(block);
}

void arena_init(struct arena *arena, struct memory *memory)
{
    arena->memory = memory;
    arena->last = NULL;
    arena->spare = NULL;
    arena->undo = NULL;
}

/* A block that one large request had for itself says nothing of the next. */
static size_t next_size(const struct arena *arena, size_t wanted)
{
    const struct arena_block *last = arena->last;
    while (last != NULL && last->is_single)
        last = last->previous;
    size_t size = FIRST_BLOCK;
    if (last != NULL)
        size = last->size < LARGEST_BLOCK ? 2 * last->size : LARGEST_BLOCK;
    return size > wanted ? size : wanted;
}

/* The spare one where it is large enough. */
static struct arena_block *new_block(struct arena *arena, size_t size)
{
    struct arena_block *block = arena->spare;
    if (block != NULL && block->size >= size) {
        arena->spare = NULL;
    } else {
        size_t room = next_size(arena, size);
        block = memory_take(arena->memory, HEADER + room);
        block->size = room;
        block->is_single = room == size && size >= SINGLE_BLOCK;
    }
    block->previous = arena->last;
    block->used = 0;
    arena->last = block;
    return block;
}

static size_t rounded(size_t size)
{
    return (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

void *arena_get(struct arena *arena, size_t size)
{
    if (size > SIZE_MAX / 4)
        fail_raise(arena->memory->fail, FAIL_MEMORY_LIMIT);
    size = rounded(size);
    struct arena_block *block = arena->last;
    if (block == NULL || size > block->size - block->used) {
        block = new_block(arena, size);
    }
    void *result = (char *)block + HEADER + block->used;
    block->used += size;
    return result;
}

void *arena_zeroed(struct arena *arena, size_t count, size_t size)
{
    if (size != 0 && count > SIZE_MAX / 4 / size)
        fail_raise(arena->memory->fail, FAIL_MEMORY_LIMIT);
    void *result = arena_get(arena, count * size);
    memset(result, 0, count * size);
    return result;
}

char *arena_copy(struct arena *arena, const char *text, size_t length)
{
    char *copy = arena_get(arena, length + 1);
    if (length > 0)
        memcpy(copy, text, length);
    copy[length] = '\0';
    return copy;
}

/* Whether the memory was handed out last and can go on where it ends. */
static bool can_extend(const struct arena *arena, const char *old, size_t size,
                       size_t wanted)
{
    const struct arena_block *block = arena->last;
    return old != NULL && block != NULL &&
           old + size == (const char *)block + HEADER + block->used &&
           wanted - size <= block->size - block->used;
}

void *arena_grow(struct arena *arena, void *old, size_t count, size_t *capacity,
                 size_t size)
{
    size_t wanted = *capacity < 8 ? 8 : 2 * *capacity;
    if (size != 0 && wanted > SIZE_MAX / 4 / size)
        fail_raise(arena->memory->fail, FAIL_MEMORY_LIMIT);
    size_t held = rounded(*capacity * size), bytes = rounded(wanted * size);
    char *grown = old;
    if (can_extend(arena, old, held, bytes)) {
        arena->last->used += bytes - held;
    } else {
        grown = arena_get(arena, bytes);
        if (count > 0)
            memcpy(grown, old, count * size);
    }
    memset(grown + count * size, 0, (wanted - count) * size);
    *capacity = wanted;
    return grown;
}

struct arena_mark arena_mark(const struct arena *arena)
{
    struct arena_mark mark = {arena->last, arena->last == NULL ? 0 : arena->last->used,
                              arena->undo};
    return mark;
}

struct arena_undo *arena_undo_new(struct arena *arena)
{
    struct arena_undo *undo = ARENA_NEW(arena, struct arena_undo);
    undo->previous = arena->undo;
    arena->undo = undo;
    return undo;
}

void arena_undo_set(struct arena_undo *undo, void (*act)(void *block, size_t size),
                    void *block, size_t size)
{
    undo->act = act;
    undo->block = block;
    undo->size = size;
}

/* Before the blocks go, in which it is written what to undo. */
static void undo_to(struct arena *arena, const struct arena_undo *mark)
{
    while (arena->undo != mark) {
        struct arena_undo *undo = arena->undo;
        arena->undo = undo->previous;
        if (undo->act != NULL)
            undo->act(undo->block, undo->size);
    }
}

static void give_block(struct arena *arena, struct arena_block *block)
{
    memory_give(arena->memory, block, block == NULL ? 0 : HEADER + block->size);
}

/* The largest empty block of the usual sizes is kept: a mark at the end of a block would
 * have the next one taken and given back in every turn of a loop. */
void arena_release(struct arena *arena, struct arena_mark mark)
{
    undo_to(arena, mark.undo);
    while (arena->last != mark.block) {
        struct arena_block *block = arena->last;
        arena->last = block->previous;
        bool is_better = block->size <= LARGEST_BLOCK &&
                         (arena->spare == NULL || block->size > arena->spare->size);
        give_block(arena, is_better ? arena->spare : block);
        if (is_better)
            arena->spare = block;
    }
    if (arena->last != NULL)
        arena->last->used = mark.used;
}

void arena_clear(struct arena *arena)
{
    struct arena_mark nothing = {NULL, 0, NULL};
    arena_release(arena, nothing);
    give_block(arena, arena->spare);
    arena->spare = NULL;
}

size_t arena_held(const struct arena *arena)
{
    size_t held = arena->spare == NULL ? 0 : HEADER + arena->spare->size;
    for (const struct arena_block *block = arena->last; block != NULL;
         block = block->previous)
        held += HEADER + block->size;
    return held;
}
