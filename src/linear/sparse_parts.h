/* SPDX-License-Identifier: MIT
 * sparse_parts.h - what the files of the sparse factorization share. */
#ifndef LINEAR_SPARSE_PARTS_H
#define LINEAR_SPARSE_PARTS_H

#include "linear/sparse.h"

#include <stdint.h>

static const uint32_t SPARSE_NONE = UINT32_MAX;

/* A block of memory that grows; what was in it is not kept. */
struct sparse_room {
    void *block;
    size_t size;
};

/* Rows of the lower half: columns[start[i] .. start[i + 1] - 1] ascend, diagonal last. */
struct sparse_rows {
    size_t *start;
    uint32_t *column;
    double *value;
    size_t room; /* entries that there is place for */
    struct sparse_room memory;
};

/* Four numbers of a block of L or D, row by row. */
struct sparse_block {
    double a[4];
};

struct sparse {
    struct sparse_memory memory;
    size_t size, variables, filled; /* rows put so far */
    bool failed, changed;           /* no memory; the pattern is not the analysed one */
    struct sparse_rows rows, old;
    struct sparse_room fixed, graph_room, order_room, factor_room;
    /* Nodes in the order of elimination: rows[2 k], rows[2 k + 1] or NONE. */
    size_t nodes;
    uint32_t *pair;   /* size: the row that this one is paired with, or NONE */
    uint32_t *member; /* 2 * nodes */
    uint32_t *place;  /* size: 2 * node + part */
    uint32_t *parent, *mark, *stack, *work; /* nodes each */
    size_t *above_start; /* nodes + 2: entries of each node with nodes before it */
    uint32_t *above_row, *above_entry;
    size_t *column_start; /* nodes + 1: of L */
    size_t *column_end;   /* nodes: how far columns are filled */
    uint32_t *row;        /* of the blocks of L */
    struct sparse_block *lower;
    struct sparse_block *diagonal, *inverse, *magnitude, *sum; /* nodes each */
    double *x;                                                 /* 2 * nodes */
    unsigned char *is_late; /* nodes: single, with a diagonal of 0 */
    size_t factor_numbers;
};

/* A graph: the neighbours of node i are to[start[i] .. start[i + 1] - 1].  A node that is
 * late comes after one of its neighbours. */
struct sparse_graph {
    size_t nodes;
    const size_t *start;
    const uint32_t *to;
    const unsigned char *is_late;
};

/* sparse.c: at least `size` bytes; NULL, and `failed`, without memory. */
void *sparse_reserve(struct sparse *s, struct sparse_room *room, size_t size);

/* ---- sparse_analyse.c ---- */
/* Pairs, order, the pattern of L and its memory for the present pattern; false without
 * memory. */
bool sparse_analyse(struct sparse *s);

/* ---- sparse_order.c ---- */
/* How many numbers of 32 bits sparse_order needs besides. */
size_t sparse_order_room(const struct sparse_graph *graph);
/* order[k]: the node that is eliminated as number k.  The graph has both directions of
 * every edge and no loops. */
void sparse_order(const struct sparse_graph *graph, uint32_t *order, uint32_t *room);

#endif
