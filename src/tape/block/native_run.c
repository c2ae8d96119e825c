/* SPDX-License-Identifier: MIT */
#include "tape/block/native_code.h"

#include "tape/block/pass_worker.h"

#include "base/cpu.h"
#include "base/executable.h"
#include "math/block.h"

#include <math.h>
#include <string.h>

#if defined __x86_64__ && defined CPU_HAS_LEVELS && defined __linux__

/* What reaches into two lines of the cache is not forwarded from a store to a load. */
enum { LINE = 64 };
/* Rows from which making the code pays. */
static const size_t least_rows = (size_t)1 << 18;
/* Columns that need not be stored: fewer are not worth a segment. */
enum { LEAST_SAVED = 2 };

struct pass_native *pass_native_new(const struct pass *pass, struct arena *arena)
{
    size_t wide = pass->uniform_count + WIDE_FIXED + MOST_EXTRAS;
    if (math_best_level() < MATH_V3 || pass->steps.count < 2 ||
        pass->steps.count > MOST_STEPS || pass->register_count > MOST_REGISTERS ||
        wide > MOST_WIDE || pass->extent <= pass->tile)
        return NULL;
    struct pass_native *native = ARENA_NEW(arena, struct pass_native);
    native->wide = arena_get(arena, wide * PART * sizeof *native->wide + LINE);
    native->wide += (LINE - (uintptr_t)native->wide % LINE) % LINE / sizeof *native->wide;
    native->undo = arena_undo_new(arena);
    return native;
}

static void set_varying(const struct pass *pass)
{
    for (size_t i = 0; i < pass->varying_count; i++)
        for (size_t k = 0; k < PART; k++)
            pass->native->wide[pass->varying[i] * PART + k] =
                pass->uniform_values[pass->varying[i]];
}

void pass_native_begin(struct pass *pass)
{
    struct pass_native *native = pass->native;
    if (native == NULL)
        return;
    native->rows += native->rows < least_rows ? pass->extent : 0;
    if (native->rows >= least_rows && !native->is_tried)
        (void)native_make_code(pass, LEAST_SAVED);
    if (native->code != NULL)
        set_varying(pass);
}

/* ---- sums ---- */

/* As tile_sums.c joins them. */
static double join(const double *lanes)
{
    return ((lanes[0] + lanes[4]) + (lanes[2] + lanes[6])) +
           ((lanes[1] + lanes[5]) + (lanes[3] + lanes[7]));
}

static void join_squares(const struct pass *pass, const struct tile_step *step,
                         const double *lanes, double *sum)
{
    const double *uniforms = pass->uniform_values;
    double all = uniforms[step->scale[4]] * (double)pass->tile;
    for (size_t k = 0; k < step->count; k++)
        all = fma(uniforms[step->list[k].scale], join(lanes + k * LANES), all);
    *sum += all;
}

static void join_totals(const struct pass *pass, const struct native_segment *segment,
                        const double *lanes, double *sums)
{
    for (uint32_t i = segment->first; i < segment->end; i++) {
        const struct tile_step *step = &pass->steps.items[i];
        switch (step->kernel) {
        case TILE_SUM:
        case TILE_SUM_PRODUCT_PLUS:
        case TILE_SUM_TWO_PRODUCTS:
            sums[step->out] += join(lanes);
            lanes += LANES;
            break;
        case TILE_SUM_PRODUCTS:
            for (size_t k = 0; k < step->count; k++, lanes += LANES)
                sums[step->list[k].scale] += join(lanes);
            break;
        case TILE_SUM_SQUARES:
            if (native_cancels(pass, step)) {
                sums[step->out] += join(lanes);
                lanes += LANES;
            } else {
                join_squares(pass, step, lanes, &sums[step->out]);
                lanes += step->count * LANES;
            }
            break;
        default:
            break;
        }
    }
}

/* ---- a tile ---- */

static bool has_whole_tile(const struct pass *pass, size_t row)
{
    const struct pass_native *native = pass->native;
    if (native == NULL || native->code == NULL || row + pass->tile > native->extent)
        return false;
    for (size_t i = 0; i < native->alone_count; i++)
        if (native->alone[i] >= row && native->alone[i] - row < pass->tile)
            return false;
    return true;
}

static void run_loop(const struct pass *pass, const struct native_segment *segment,
                     const struct tile *tile)
{
    const struct pass_native *native = pass->native;
    const char *entry = native->code + segment->entry;
    native_loop *loop = NULL;
    _Alignas(LINE) double lanes[(MOST_TOTALS + 1) * LANES];
    const double *bases[MOST_BASES];
    memcpy(&loop, &entry, sizeof loop);
    memset(lanes, 0, segment->total_count * LANES * sizeof *lanes);
    for (size_t k = 0; k < LANES && segment->counts_rows; k++)
        lanes[MOST_TOTALS * LANES + k] = (double)(tile->row + k);
    for (size_t i = 0; i < native->base_count; i++)
        bases[i] = tile->arrays[native->bases[i].array] +
                   (ptrdiff_t)tile->row * native->bases[i].stride;
    loop(tile->registers, native->wide, bases, lanes);
    join_totals(pass, segment, lanes, tile->sums);
}

/* Kernels look ahead at the memory that the next tile will need; while loops run from row
 * to row the processor foresees it. */
static void run_kernels(const struct pass *pass, const struct pass_worker *w,
                        const struct native_segment *segment, const struct tile *tile,
                        size_t *shares)
{
    size_t each = pass->steps.count / pass->native->kernel_count + 1;
    for (uint32_t i = segment->first; i < segment->end; i++) {
        const struct tile_step *step = &pass->steps.items[i];
        for (size_t k = 0; k < each && pass->stream_count > 0; k++)
            pass_look_ahead(pass, w, tile->row, (*shares)++);
        step->run(step, tile, pass->tile);
    }
}

bool pass_native_run(const struct pass *pass, const struct pass_worker *w,
                     const struct tile *tile)
{
    size_t shares = 0;
    if (!has_whole_tile(pass, tile->row))
        return false;
    for (size_t s = 0; s < pass->native->segment_count; s++) {
        const struct native_segment *segment = &pass->native->segments[s];
        if (segment->is_native)
            run_loop(pass, segment, tile);
        else
            run_kernels(pass, w, segment, tile, &shares);
    }
    return true;
}

bool pass_is_native(const struct pass *pass)
{
    return pass->native != NULL && pass->native->code != NULL;
}

bool pass_make_native(struct pass *pass)
{
    return pass->native != NULL &&
           (pass->native->is_tried || native_make_code(pass, 0)) &&
           pass->native->code != NULL;
}

#else

bool pass_is_native(const struct pass *pass)
{
    (void)pass;
    return false;
}

bool pass_make_native(struct pass *pass)
{
    (void)pass;
    return false;
}

struct pass_native *pass_native_new(const struct pass *pass, struct arena *arena)
{
    (void)pass;
    (void)arena;
    return NULL;
}

void pass_native_begin(struct pass *pass)
{
    (void)pass;
}

bool pass_native_run(const struct pass *pass, const struct pass_worker *w,
                     const struct tile *tile)
{
    (void)pass;
    (void)w;
    (void)tile;
    return false;
}

#endif
