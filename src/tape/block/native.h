/* SPDX-License-Identifier: MIT
 * native.h - a pass as machine code of the processor it runs on, x86-64 with AVX2 and
 * fused multiply-add.
 *
 * Steps that stand together and are made of arithmetic become one loop over the rows of a
 * tile, eight at a time, in which intermediate columns stay in registers of the processor
 * (a segment); functions between them stay the kernels that they are.  Operations, their
 * order and that of sums are those of the kernels, so the bits are the same.  Tiles that
 * are not whole in all domains, and those with a row of its own, are left to the kernels.
 *
 * Making it takes some ten microseconds, so it waits until a pass has run over many
 * rows. */
#ifndef TAPE_BLOCK_NATIVE_H
#define TAPE_BLOCK_NATIVE_H

#include "tape/block/pass.h"

struct pass_worker;
struct pass_native;

/* Room for the code of the pass, which lives as long as `arena`; NULL where there can be
 * none, on another processor or for a pass that is too short or too long. */
struct pass_native *pass_native_new(const struct pass *pass, struct arena *arena);
/* Before a run: the code is made when it is time. */
void pass_native_begin(struct pass *pass);
/* Whether the tile at `row` was computed. */
bool pass_native_run(const struct pass *pass, const struct pass_worker *w,
                     const struct tile *tile);

#endif
