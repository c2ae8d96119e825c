/* SPDX-License-Identifier: MIT
 * One growing array and a hash table over it, as graph.c has for the nodes. */
#include "graph/pool.h"

#include <string.h>

enum { FIRST_ITEMS = 16 };

static const unsigned char *item_at(const struct pool *pool, uint32_t number)
{
    return pool->items + (number - 1) * pool->item_size;
}

/* FNV-1a over the bytes, folded so that the low bits, which choose the slot, are good. */
static size_t hash_of(const struct pool *pool, const unsigned char *item)
{
    uint32_t hash = 0x811C9DC5u;
    for (size_t i = 0; i < pool->item_size; i++)
        hash = (hash ^ item[i]) * 0x01000193u;
    return hash ^ (hash >> 15);
}

/* The slot that holds an equal item, or the free one where it belongs. */
static size_t find_slot(const struct pool *pool, const unsigned char *item)
{
    size_t at = hash_of(pool, item) & (pool->slot_count - 1);
    while (pool->slots[at] != 0 &&
           memcmp(item_at(pool, pool->slots[at]), item, pool->item_size) != 0)
        at = (at + 1) & (pool->slot_count - 1);
    return at;
}

static void grow_items(struct pool *pool, struct memory *memory)
{
    size_t capacity = pool->capacity == 0 ? FIRST_ITEMS : 2 * pool->capacity;
    unsigned char *items = memory_take(memory, capacity * pool->item_size);
    if (pool->count > 0)
        memcpy(items, pool->items, pool->count * pool->item_size);
    memory_give(memory, pool->items, pool->capacity * pool->item_size);
    pool->items = items;
    pool->capacity = capacity;
}

/* At most half full; inserted in the order of the numbers, which pool_release relies on.
 */
static void grow_slots(struct pool *pool, struct memory *memory)
{
    size_t count = pool->slot_count == 0 ? 4 * FIRST_ITEMS : 2 * pool->slot_count;
    uint32_t *slots = memory_take(memory, count * sizeof *slots);
    memset(slots, 0, count * sizeof *slots);
    memory_give(memory, pool->slots, pool->slot_count * sizeof *slots);
    pool->slots = slots;
    pool->slot_count = count;
    for (uint32_t number = 1; number <= pool->count; number++)
        pool->slots[find_slot(pool, item_at(pool, number))] = number;
}

/* Each byte like the one before it, and the first is 0. */
static bool is_zero(const unsigned char *item, size_t size)
{
    return item[0] == 0 && memcmp(item, item + 1, size - 1) == 0;
}

uint32_t pool_number(struct pool *pool, struct memory *memory, const void *item)
{
    if (is_zero(item, pool->item_size))
        return 0;
    if (pool->count == pool->capacity)
        grow_items(pool, memory);
    if (2 * (pool->count + 1) > pool->slot_count)
        grow_slots(pool, memory);
    size_t at = find_slot(pool, item);
    if (pool->slots[at] == 0) {
        memcpy(pool->items + pool->count * pool->item_size, item, pool->item_size);
        pool->slots[at] = (uint32_t)++pool->count;
    }
    return pool->slots[at];
}

void pool_read(const struct pool *pool, uint32_t number, void *item)
{
    if (number == 0)
        memset(item, 0, pool->item_size);
    else
        memcpy(item, item_at(pool, number), pool->item_size);
}

/* From the last one back: under linear probing it is the end of its chain. */
void pool_release(struct pool *pool, size_t count)
{
    while (pool->count > count) {
        pool->slots[find_slot(pool, item_at(pool, (uint32_t)pool->count))] = 0;
        pool->count--;
    }
}

void pool_free(struct pool *pool, struct memory *memory)
{
    memory_give(memory, pool->items, pool->capacity * pool->item_size);
    memory_give(memory, pool->slots, pool->slot_count * sizeof *pool->slots);
}
