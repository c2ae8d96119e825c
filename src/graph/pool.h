/* SPDX-License-Identifier: MIT
 * pool.h - items of one size of which equal ones are one, known by a number.
 *
 * Items are compared byte by byte, so they have no padding.  Number 0 is the item of all
 * zeros, which is not stored. */
#ifndef GRAPH_POOL_H
#define GRAPH_POOL_H

#include "base/arena.h"

#include <stdbool.h>

struct pool {
    size_t item_size; /* set once; the rest begins as 0 */
    unsigned char *items;
    size_t count, capacity;
    uint32_t *slots; /* open addressing, 0 is free; slot_count is 0 or a power of two */
    size_t slot_count;
};

/* The number of the item, stored when it is new.  Raises before anything has changed. */
uint32_t pool_number(struct pool *pool, struct memory *memory, const void *item);
void pool_read(const struct pool *pool, uint32_t number, void *item);
/* Forgets the items after the first `count`. */
void pool_release(struct pool *pool, size_t count);
void pool_free(struct pool *pool, struct memory *memory);

#endif
