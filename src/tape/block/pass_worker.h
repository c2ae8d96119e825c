/* SPDX-License-Identifier: MIT
 * pass_worker.h - what one thread needs for a pass, and its part of a run. */
#ifndef TAPE_BLOCK_PASS_WORKER_H
#define TAPE_BLOCK_PASS_WORKER_H

#include "tape/block/pass.h"

struct pass_worker {
    double *memory, *work;
    double **registers;
    double *sums;              /* of the block at hand */
    double *tree[TREE_LEVELS]; /* sums of 2^k blocks each */
    size_t blocks;
    bool strays;
};

/* ---- pass_run.c ---- */
/* Before the first rows of a run. */
void pass_begin(const struct pass *pass, struct pass_worker *w);
/* Registers that move with the tile stand at row `row`. */
void pass_move_to(const struct pass *pass, struct pass_worker *w, size_t row,
                  const double *const *numbers);
void pass_run_rows(const struct pass *pass, struct pass_worker *w, size_t first,
                   size_t end);
/* The sums at hand become those of one more block. */
void pass_close_block(struct pass_worker *w, size_t count);
/* The total of all blocks is in w->sums. */
void pass_join_tree(struct pass_worker *w, size_t count);

/* Share number `which` of the lines of memory that the next tile will need, while this
 * one is computed: what a processor foresees by itself ends at a page.  A call would be
 * dropped by the compiler, to which it has no effect. */
static inline __attribute__((always_inline)) void
pass_look_ahead(const struct pass *pass, const struct pass_worker *w, size_t row,
                size_t which)
{
    for (size_t i = 0; i < pass->stream_count; i++) {
        const struct pass_stream *s = &pass->streams[i];
        size_t numbers = pass->tile * s->stride, from = s->share * which;
        size_t to = from + s->share < numbers ? from + s->share : numbers;
        const double *next =
            s->is_register ? w->registers[s->which] + numbers
                           : pass->arrays[s->which] + (row + pass->tile) * s->stride;
        for (size_t k = from; k < to; k += 8) /* numbers of a line */
            __builtin_prefetch(next + k, 0, 2);
    }
}

/* ---- pass_thread.c ---- */
/* How many threads a pass is given when there are so many: 1 when it is short, or when
 * its rows need those before them. */
size_t pass_useful_threads(const struct pass *pass, size_t threads);
/* The rows of a unit. */
size_t pass_unit_rows(const struct pass *pass);
/* A run by all workers, the totals in the first; false when it was interrupted. */
bool pass_run_units(struct pass *pass, const double *const *numbers,
                    struct array_poll *poll);

#endif
