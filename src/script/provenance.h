/* SPDX-License-Identifier: MIT
 * provenance.h - from the opaque origin of a graph node back to its place in the script.
 */
#ifndef SCRIPT_PROVENANCE_H
#define SCRIPT_PROVENANCE_H

#include "base/arena.h"
#include "source/source.h"

/* Origins are 1, 2, ... in the order in which they were given out; 0 is no place. */
struct provenance {
    struct arena *arena;
    struct span *places;
    size_t count, capacity;
};

void provenance_init(struct provenance *provenance, struct arena *arena);
/* The origin of a place; the place given last is not stored twice. */
uint32_t provenance_origin(struct provenance *provenance, struct span place);
/* The place of an origin; all zero for 0. */
struct span provenance_place(const struct provenance *provenance, uint32_t origin);

#endif
