/* SPDX-License-Identifier: MIT */
#ifdef __linux__
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */
#endif
#include "base/executable.h"

#include <string.h>

#ifdef __linux__
#include <sys/mman.h>

static void unmap(void *block, size_t size)
{
    (void)munmap(block, size);
}

const void *executable_make(struct arena_undo *undo, const void *code, size_t size)
{
    void *block =
        mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (block == MAP_FAILED)
        return NULL;
    memcpy(block, code, size);
    if (mprotect(block, size, PROT_READ | PROT_EXEC) != 0) {
        unmap(block, size);
        return NULL;
    }
    arena_undo_set(undo, unmap, block, size);
    return block;
}
#else
const void *executable_make(struct arena_undo *undo, const void *code, size_t size)
{
    (void)undo;
    (void)code;
    (void)size;
    return NULL;
}
#endif

const void *executable_new(struct arena *arena, const void *code, size_t size)
{
    /* asked for first: what is mapped must have an owner */
    struct arena_undo *undo = arena_undo_new(arena);
    return executable_make(undo, code, size);
}
