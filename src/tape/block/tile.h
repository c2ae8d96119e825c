/* SPDX-License-Identifier: MIT
 * tile.h - the instructions of a pass over rows, and what computes them on a tile.
 *
 * A tile is a run of rows that is so short that all columns of it stay in the nearest
 * caches.  Its columns stand in registers: pieces of memory, or of the arrays that are
 * read and written.  The kernels are plain loops, compiled once for each level of
 * processors (math/block.h); the bits are the same on all levels with a fused
 * multiply-add.  Sums within a tile are taken in LANES lanes, in a fixed order. */
#ifndef TAPE_BLOCK_TILE_H
#define TAPE_BLOCK_TILE_H

#include "graph/graph.h"

enum { TILE_MOST = 256, TILE_MOST_INNER = 1024 };
#define LANES 8
enum { SQUARES = 8 }; /* that one kernel sums */

struct tile_step;

/* Where the steps find what they name by number. */
struct tile {
    double *const *registers;
    const double *uniforms;
    const double *const *arrays; /* of whole data and results, by number in the pass */
    double *sums;                /* kernels add to them */
    double *work;                /* for a tile of products: TILE_WORK numbers */
    size_t row;                  /* the first one of the tile */
    bool *strays;                /* set when an index names no cell of its own row */
};

/* The first n rows of a tile. */
typedef void tile_kernel(const struct tile_step *step, const struct tile *tile, size_t n);

/* A term of a list: a register and a uniform; or what the kernel says. */
struct tile_term {
    uint32_t in, scale;
};

struct tile_step {
    tile_kernel *run;
    uint32_t kernel; /* its number */
    uint32_t domain; /* how many rows there are in all: by number in the pass */
    uint32_t out;
    uint32_t in[4];
    uint32_t scale[5];
    uint32_t reads; /* how many of `in` */
    uint32_t count; /* of the list */
    bool fills;     /* zeros behind the last row */
    const struct tile_term *list;
    const double *packed; /* of TILE_MATRIX */
    size_t a, b, stride;
    double from, step;
};

/* The kernels; what they compute stands at each of them, in tile_*.c. */
enum tile_kernel_number {
#define KERNEL(id) TILE_##id,
#include "tape/block/tile.def"
    /* an operation of numbers on registers is TILE_OPERATION + its op */
    TILE_OPERATION,
    TILE_KERNELS = TILE_OPERATION + OP_COUNT
};

/* The kernels for this machine's processor, and how many rows or columns its products
 * take at once. */
struct tile_level {
    tile_kernel *const *kernels, *const *operations;
    size_t unit;
};
const struct tile_level *tile_level(void);
tile_kernel *tile_kernel_of(const struct tile_level *level, uint32_t kernel);

/* How many numbers a matrix of so many rows and columns has when it is packed, and packs
 * it: element [k, j] is number k*down + j*across. */
size_t tile_packed_size(size_t rows, size_t columns);
void tile_pack(const double *matrix, size_t rows, size_t columns, size_t down,
               size_t across, double *packed);

#endif
