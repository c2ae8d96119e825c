/* SPDX-License-Identifier: MIT */
#include "script/provenance.h"

void provenance_init(struct provenance *provenance, struct arena *arena)
{
    provenance->arena = arena;
    provenance->places = NULL;
    provenance->count = provenance->capacity = 0;
}

uint32_t provenance_origin(struct provenance *provenance, struct span place)
{
    if (provenance->count > 0) {
        const struct span *last = &provenance->places[provenance->count - 1];
        if (last->source == place.source && last->begin == place.begin &&
            last->end == place.end)
            return (uint32_t)provenance->count;
    }
    if (provenance->count == provenance->capacity)
        provenance->places =
            arena_grow(provenance->arena, provenance->places, provenance->count,
                       &provenance->capacity, sizeof *provenance->places);
    provenance->places[provenance->count++] = place;
    return (uint32_t)provenance->count;
}

struct span provenance_place(const struct provenance *provenance, uint32_t origin)
{
    struct span nowhere = {0, 0, 0};
    return origin == 0 || origin > provenance->count ? nowhere
                                                     : provenance->places[origin - 1];
}
