/* SPDX-License-Identifier: MIT
 * pass.h - a pass over rows: what one loop over tiles computes, as instructions.
 *
 * Totals are summed tile by tile within blocks of BLOCK_ROWS rows, and the blocks are
 * joined in pairs as a tree (kernels/fold.h), so the order depends on the number of rows
 * and the pass alone, not on threads (pass_thread.c). */
#ifndef TAPE_BLOCK_PASS_H
#define TAPE_BLOCK_PASS_H

#include "tape/block/fusion.h"
#include "tape/block/tile.h"

enum { BLOCK_ROWS = 256, CHUNK_ROWS = 64 * BLOCK_ROWS, TREE_LEVELS = 22 };

enum register_kind {
    REGISTER_OWN,    /* memory of the pass, from `offset` on */
    REGISTER_INPUT,  /* array of step `place` from `offset` on, moving with the tile */
    REGISTER_OUTPUT, /* likewise; a row is `stride` numbers */
    REGISTER_SHIFT   /* `offset` rows before register `of` */
};
struct pass_register {
    enum register_kind kind;
    uint32_t of;
    bool has_halo; /* of its last rows, in front */
    size_t place, offset, stride;
};

/* Numbers of a result, in rows: scale times a sum, or times `count` where the sum is of
 * ones.  The sum of number [i, j] is sum + i*down + j*across. */
struct pass_total {
    size_t place, offset, rows, columns;
    size_t sum, down, across; /* sum is SIZE_MAX: of ones */
    uint32_t scale;
    double count;
};

/* How a uniform is made of others, which stand before it. */
struct pass_uniform {
    enum uniform_kind kind;
    uint32_t a, b;
    size_t place, offset;
};

/* A uniform matrix that is packed before each run. */
struct pass_matrix {
    size_t place, rows, columns, down, across;
    double *packed;
};

/* Memory that is gone through: a register that moves, or an array by rows of `stride`. */
struct pass_stream {
    bool is_register;
    uint32_t which;
    size_t stride;
    size_t share; /* numbers of a tile that each step looks ahead at, whole lines */
};

/* A step on the rows that it has in all. */
struct pass_call {
    const struct tile_step *step;
    size_t n;
};

struct pass_step_list {
    struct tile_step *items;
    size_t count, capacity;
};

struct pass {
    size_t extent; /* rows of the longest domain */
    size_t *domains;
    size_t domain_count;
    size_t tile;                 /* rows */
    struct pass_step_list fills; /* once a run */
    struct pass_step_list steps; /* for each tile */
    struct pass_register *registers;
    size_t register_count, register_capacity;
    uint32_t *halos, *moving; /* registers */
    size_t halo_count, moving_count;
    struct pass_stream *streams; /* none when all of it stays in a cache */
    size_t stream_count;
    struct pass_uniform *uniforms;
    double *uniform_values;
    size_t uniform_count;
    uint32_t *varying; /* uniforms that are no constants: set before each run */
    size_t varying_count;
    struct pass_matrix *matrices;
    size_t matrix_count;
    size_t *places; /* of arrays that are read by rows */
    const double **arrays;
    size_t place_count;
    struct pass_total *totals;
    size_t total_count;
    size_t sum_count;
    size_t memory;                /* numbers of own registers */
    size_t work;                  /* numbers that products need, a row */
    size_t weight;                /* operations in a row */
    struct pass_worker **workers; /* one a thread */
    size_t worker_count;
    double *unit_sums;       /* totals of the rows that a thread takes at a time */
    struct pass_call *calls; /* when all rows are one tile: the whole run */
    size_t call_count;
    struct pass_native *native; /* its code; NULL: there will be none */
    bool checks;                /* indices */
    bool strays; /* an index named no cell of its row: the results mean nothing */
};

/* The pass that computes the lowered steps `outputs`, of one group and at most one stage.
 * Memory is in `arena`; the fusion is not needed afterwards. */
struct pass *pass_make(struct arena *arena, struct fusion *fusion, size_t group,
                       const size_t *outputs, size_t count);
/* Memory for its runs, by at most so many threads, from `arena`; long runs may become
 * machine code (native.h). */
void pass_prepare(struct pass *pass, struct arena *arena, size_t threads,
                  bool may_be_native);
/* Whether some of it is machine code by now; and makes it now, or tries to. */
bool pass_is_native(const struct pass *pass);
bool pass_make_native(struct pass *pass);
/* Calls `need` with every step whose numbers the pass reads. */
void pass_needs(const struct pass *pass, void (*need)(void *user, size_t place),
                void *user);
/* Steps get other numbers: place i becomes map[i]. */
void pass_renumber(struct pass *pass, const size_t *map);
/* numbers[i] are those of step i; false when it was interrupted. */
bool pass_run(struct pass *pass, const double *const *numbers, struct array_poll *poll);

#endif
