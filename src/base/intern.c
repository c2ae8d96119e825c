/* SPDX-License-Identifier: MIT */
#include "base/intern.h"

#include <stdbool.h>
#include <string.h>

struct entry {
    const char *text;
    size_t length;
    uint32_t hash;
};

struct intern {
    struct arena *arena;
    struct entry *entries; /* entries[0] stands for no name */
    size_t count, capacity;
    uint32_t *slots; /* open addressing; 0 is free */
    size_t slot_count;
};

static uint32_t hash_text(const char *text, size_t length)
{
    uint32_t hash = 2166136261U; /* FNV-1a */
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (unsigned char)text[i]) * 16777619U;
    return hash;
}

static size_t find_slot(const struct intern *names, const char *text, size_t length,
                        uint32_t hash)
{
    size_t mask = names->slot_count - 1, slot = hash & mask;
    while (names->slots[slot] != 0) {
        const struct entry *entry = &names->entries[names->slots[slot]];
        if (entry->hash == hash && entry->length == length &&
            memcmp(entry->text, text, length) == 0)
            break;
        slot = (slot + 1) & mask;
    }
    return slot;
}

static void grow_slots(struct intern *names)
{
    size_t wanted = 2 * names->slot_count;
    uint32_t *slots = ARENA_ARRAY(names->arena, wanted, uint32_t);
    for (size_t i = 1; i <= names->count; i++) {
        size_t slot = names->entries[i].hash & (wanted - 1);
        while (slots[slot] != 0)
            slot = (slot + 1) & (wanted - 1);
        slots[slot] = (uint32_t)i;
    }
    names->slots = slots;
    names->slot_count = wanted;
}

struct intern *intern_new(struct arena *arena)
{
    struct intern *names = ARENA_NEW(arena, struct intern);
    names->arena = arena;
    names->capacity = 256;
    names->entries = ARENA_ARRAY(arena, names->capacity, struct entry);
    names->slot_count = 512;
    names->slots = ARENA_ARRAY(arena, names->slot_count, uint32_t);
    return names;
}

name_id intern_name(struct intern *names, const char *text, size_t length)
{
    uint32_t hash = hash_text(text, length);
    size_t slot = find_slot(names, text, length, hash);
    if (names->slots[slot] != 0)
        return names->slots[slot];
    const char *copy = arena_copy(names->arena, text, length);
    if (names->count + 1 == names->capacity)
        names->entries = arena_grow(names->arena, names->entries, names->count + 1,
                                    &names->capacity, sizeof *names->entries);
    if (2 * (names->count + 1) > names->slot_count) {
        grow_slots(names);
        slot = find_slot(names, text, length, hash);
    }
    struct entry entry = {copy, length, hash};
    names->entries[names->count + 1] = entry;
    names->count++;
    names->slots[slot] = (uint32_t)names->count;
    return (name_id)names->count;
}

name_id intern_string(struct intern *names, const char *string)
{
    return intern_name(names, string, strlen(string));
}

name_id intern_find(const struct intern *names, const char *text, size_t length)
{
    return names->slots[find_slot(names, text, length, hash_text(text, length))];
}

const char *intern_text(const struct intern *names, name_id name)
{
    return name == 0 ? "" : names->entries[name].text;
}

size_t intern_count(const struct intern *names)
{
    return names->count;
}
