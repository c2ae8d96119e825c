/* SPDX-License-Identifier: MIT
 * A run of a pass: tile by tile, block by block, chunk by chunk. */
#include "tape/block/native.h"
#include "tape/block/pass_worker.h"

#include <string.h>

enum { LINE = 8 };

/* ---- Totals as a tree ---- */

static void add_sums(double *restrict to, const double *restrict first, size_t count)
{
    for (size_t i = 0; i < count; i++)
        to[i] = first[i] + to[i];
}

/* The sums at hand become those of one more block; two of as many blocks become one. */
void pass_close_block(struct pass_worker *w, size_t count)
{
    size_t level = 0;
    for (size_t digits = w->blocks; (digits & 1) != 0; digits >>= 1)
        add_sums(w->sums, w->tree[level++], count);
    double *free = w->tree[level];
    w->tree[level] = w->sums;
    w->sums = free;
    memset(w->sums, 0, count * sizeof *w->sums);
    w->blocks++;
}

/* All that there is, in w->sums. */
void pass_join_tree(struct pass_worker *w, size_t count)
{
    for (size_t level = 0; w->blocks >> level != 0; level++)
        if ((w->blocks >> level & 1) != 0)
            add_sums(w->sums, w->tree[level], count);
}

/* ---- Preparation ---- */

static void set_uniform(struct pass *pass, size_t i, const double *const *numbers)
{
    double *values = pass->uniform_values;
    const struct pass_uniform *u = &pass->uniforms[i];
    switch (u->kind) {
    case UNIFORM_CONSTANT:
        break;
    case UNIFORM_ELEMENT:
        values[i] = numbers[u->place][u->offset];
        break;
    case UNIFORM_PRODUCT:
        values[i] = values[u->a] * values[u->b];
        break;
    case UNIFORM_SUM:
        values[i] = values[u->a] + values[u->b];
        break;
    case UNIFORM_INVERSE:
        values[i] = 1 / values[u->a];
        break;
    }
}

static void bind(struct pass *pass, const double *const *numbers)
{
    for (size_t i = 0; i < pass->varying_count; i++)
        set_uniform(pass, pass->varying[i], numbers);
    for (size_t i = 0; i < pass->place_count; i++)
        pass->arrays[i] = numbers[pass->places[i]];
    for (size_t i = 0; i < pass->matrix_count; i++) {
        const struct pass_matrix *m = &pass->matrices[i];
        tile_pack(numbers[m->place], m->rows, m->columns, m->down, m->across, m->packed);
    }
}

static struct tile tile_of(const struct pass *pass, struct pass_worker *w, size_t row)
{
    return (struct tile){.registers = w->registers,
                         .uniforms = pass->uniform_values,
                         .arrays = pass->arrays,
                         .sums = w->sums,
                         .work = w->work,
                         .row = row,
                         .strays = &w->strays};
}

void pass_move_to(const struct pass *pass, struct pass_worker *w, size_t row,
                  const double *const *numbers)
{
    for (size_t i = 0; i < pass->moving_count; i++) {
        const struct pass_register *r = &pass->registers[pass->moving[i]];
        w->registers[pass->moving[i]] =
            (double *)(uintptr_t)(numbers[r->place] + r->offset + row * r->stride);
    }
}

void pass_begin(const struct pass *pass, struct pass_worker *w)
{
    struct tile tile = tile_of(pass, w, 0);
    w->strays = false;
    w->blocks = 0;
    memset(w->sums, 0, pass->sum_count * sizeof *w->sums);
    for (size_t i = 0; i < pass->halo_count; i++)
        memset(w->registers[pass->halos[i]] - MOST_SHIFT, 0,
               MOST_SHIFT * sizeof *w->memory);
    for (size_t i = 0; i < pass->fills.count; i++)
        pass->fills.items[i].run(&pass->fills.items[i], &tile, pass->tile);
}

/* ---- Rows ---- */

/* As far as a shifted column reads. */
static void fill_behind(double *column, size_t n, size_t tile)
{
    size_t count = tile - n < MOST_SHIFT ? tile - n : MOST_SHIFT;
    memset(column + n, 0, count * sizeof *column);
}

static void run_tile(const struct pass *pass, struct pass_worker *w, size_t row)
{
    struct tile tile = tile_of(pass, w, row);
    if (pass->native != NULL && pass_native_run(pass, w, &tile))
        return;
    for (size_t i = 0; i < pass->steps.count; i++) {
        const struct tile_step *step = &pass->steps.items[i];
        size_t extent = pass->domains[step->domain];
        size_t left = extent > row ? extent - row : 0;
        size_t n = left < pass->tile ? left : pass->tile;
        if (pass->stream_count > 0)
            pass_look_ahead(pass, w, row, i);
        if (n > 0)
            step->run(step, &tile, n);
        if (step->fills && n < pass->tile)
            fill_behind(w->registers[step->out], n, pass->tile);
    }
}

/* The last rows of each shifted column stand in front of the next tile. */
static void keep_halos(const struct pass *pass, struct pass_worker *w)
{
    for (size_t i = 0; i < pass->halo_count; i++) {
        double *column = w->registers[pass->halos[i]];
        memcpy(column - MOST_SHIFT, column + pass->tile - MOST_SHIFT,
               MOST_SHIFT * sizeof *column);
    }
}

static void advance(const struct pass *pass, struct pass_worker *w)
{
    for (size_t i = 0; i < pass->moving_count; i++)
        w->registers[pass->moving[i]] +=
            pass->tile * pass->registers[pass->moving[i]].stride;
}

/* The rows of one chunk. */
void pass_run_rows(const struct pass *pass, struct pass_worker *w, size_t first,
                   size_t end)
{
    for (size_t row = first; row < end; row += pass->tile) {
        run_tile(pass, w, row);
        if (row + pass->tile < pass->extent) {
            keep_halos(pass, w);
            advance(pass, w);
        }
        if ((row + pass->tile) % BLOCK_ROWS == 0 || row + pass->tile >= end)
            pass_close_block(w, pass->sum_count);
    }
}

/* ---- Results ---- */

static void set_total(const struct pass_total *t, double scale, const double *sums,
                      double *to)
{
    if (t->sum == SIZE_MAX) {
        *to = scale * t->count;
        return;
    }
    if (t->rows * t->columns == 1) {
        *to = scale * sums[t->sum];
        return;
    }
    for (size_t i = 0; i < t->rows; i++)
        for (size_t j = 0; j < t->columns; j++)
            *to++ = scale * sums[t->sum + i * t->down + j * t->across];
}

static void set_totals(const struct pass *pass, const double *sums,
                       const double *const *numbers)
{
    for (size_t i = 0; i < pass->total_count; i++) {
        const struct pass_total *t = &pass->totals[i];
        set_total(t, pass->uniform_values[t->scale], sums,
                  (double *)(uintptr_t)(numbers[t->place] + t->offset));
    }
}

/* What shifted columns read around their rows; all else is written before it is read. */
static void clear_halos(const struct pass *pass, const struct pass_worker *w)
{
    for (size_t i = 0; i < pass->halo_count; i++)
        memset(w->registers[pass->halos[i]] - MOST_SHIFT, 0,
               (MOST_SHIFT + pass->tile) * sizeof *w->memory);
}

static struct pass_worker *make_worker(const struct pass *pass, struct arena *arena)
{
    struct pass_worker *w = ARENA_NEW(arena, struct pass_worker);
    size_t levels = 1, blocks = pass->extent / BLOCK_ROWS + 1;
    while (blocks >> levels != 0)
        levels++;
    size_t sums = (pass->sum_count + LINE - 1) / LINE * LINE;
    size_t work = pass->work * pass->tile;
    size_t all = pass->memory + work + sums * (levels + 2) + 2 * LINE;
    double *memory = arena_get(arena, all * sizeof *memory);
    memory += (LINE * sizeof *memory - (uintptr_t)memory % (LINE * sizeof *memory)) /
              sizeof *memory;
    w->memory = memory;
    memory += (pass->memory + LINE - 1) / LINE * LINE;
    w->sums = memory;
    for (size_t i = 0; i <= levels && i < TREE_LEVELS; i++)
        w->tree[i] = memory + sums * (i + 1);
    w->work = memory + sums * (levels + 2);
    w->registers = ARENA_ARRAY(arena, pass->register_count, double *);
    for (size_t i = 0; i < pass->register_count; i++)
        if (pass->registers[i].kind == REGISTER_OWN)
            w->registers[i] = w->memory + pass->registers[i].offset;
    for (size_t i = 0; i < pass->register_count; i++)
        if (pass->registers[i].kind == REGISTER_SHIFT)
            w->registers[i] =
                w->registers[pass->registers[i].of] - pass->registers[i].offset;
    clear_halos(pass, w);
    return w;
}

static size_t weight_of(const struct pass *pass)
{
    size_t weight = pass->steps.count;
    for (size_t i = 0; i < pass->steps.count; i++) {
        const struct tile_step *step = &pass->steps.items[i];
        bool is_product = step->kernel == TILE_MATRIX || step->kernel == TILE_MATRIX_SUM;
        weight += step->count + (is_product ? step->a * step->b / 4 : 0);
        weight += step->kernel >= TILE_EXP ? 10 : 0;
    }
    return weight;
}

/* What is made of constants alone is computed here, once. */
static void find_varying(struct pass *pass, struct arena *arena)
{
    bool *varies = ARENA_ARRAY(arena, pass->uniform_count, bool);
    pass->varying = ARENA_ARRAY(arena, pass->uniform_count, uint32_t);
    for (size_t i = 0; i < pass->uniform_count; i++) {
        const struct pass_uniform *u = &pass->uniforms[i];
        varies[i] = u->kind == UNIFORM_ELEMENT ||
                    (u->kind > UNIFORM_ELEMENT && (varies[u->a] || varies[u->b]));
        if (varies[i])
            pass->varying[pass->varying_count++] = (uint32_t)i;
        else
            set_uniform(pass, i, NULL);
    }
}

static void share_streams(struct pass *pass)
{
    size_t steps = pass->steps.count;
    for (size_t i = 0; i < pass->stream_count; i++) {
        size_t lines = (pass->tile * pass->streams[i].stride + LINE - 1) / LINE;
        pass->streams[i].share = (lines + steps - 1) / steps * LINE;
    }
}

/* A step that has no rows is left out. */
static void list_calls(struct pass *pass, struct arena *arena)
{
    size_t count = pass->fills.count + pass->steps.count;
    pass->calls = ARENA_ARRAY(arena, count, struct pass_call);
    for (size_t i = 0; i < pass->fills.count; i++)
        pass->calls[pass->call_count++] =
            (struct pass_call){&pass->fills.items[i], pass->extent};
    for (size_t i = 0; i < pass->steps.count; i++) {
        const struct tile_step *step = &pass->steps.items[i];
        if (pass->domains[step->domain] > 0)
            pass->calls[pass->call_count++] =
                (struct pass_call){step, pass->domains[step->domain]};
    }
}

void pass_prepare(struct pass *pass, struct arena *arena, size_t threads,
                  bool may_be_native)
{
    find_varying(pass, arena);
    share_streams(pass);
    pass->weight = weight_of(pass);
    pass->native = may_be_native ? pass_native_new(pass, arena) : NULL;
    pass->worker_count = pass_useful_threads(pass, threads);
    pass->workers = ARENA_ARRAY(arena, pass->worker_count, struct pass_worker *);
    for (size_t i = 0; i < pass->worker_count; i++)
        pass->workers[i] = make_worker(pass, arena);
    if (pass->worker_count > 1)
        pass->unit_sums = ARENA_ARRAY(
            arena, (pass->extent / pass_unit_rows(pass) + 1) * pass->sum_count, double);
    else if (pass->extent <= pass->tile)
        list_calls(pass, arena);
}

/* All rows as one tile.  Zeros around shifted columns stand there from the beginning,
 * and the sums at hand are the total. */
static bool run_calls(struct pass *pass, const double *const *numbers,
                      struct array_poll *poll)
{
    struct pass_worker *w = pass->workers[0];
    struct tile tile = tile_of(pass, w, 0);
    w->strays = false;
    for (size_t i = 0; i < pass->sum_count; i++)
        w->sums[i] = 0;
    pass_move_to(pass, w, 0, numbers);
    for (size_t i = 0; i < pass->call_count; i++) {
        const struct pass_call *call = &pass->calls[i];
        call->step->run(call->step, &tile, call->n);
    }
    return array_goes_on(poll, pass->extent * pass->weight);
}

/* All rows, by the caller's thread. */
static bool run_chunks(struct pass *pass, const double *const *numbers,
                       struct array_poll *poll)
{
    struct pass_worker *w = pass->workers[0];
    pass_begin(pass, w);
    pass_move_to(pass, w, 0, numbers);
    for (size_t row = 0; row < pass->extent; row += CHUNK_ROWS) {
        size_t end = row + CHUNK_ROWS < pass->extent ? row + CHUNK_ROWS : pass->extent;
        pass_run_rows(pass, w, row, end);
        if (!array_goes_on(poll, (end - row) * pass->weight))
            return false;
    }
    pass_join_tree(w, pass->sum_count);
    return true;
}

static bool run_all(struct pass *pass, const double *const *numbers,
                    struct array_poll *poll)
{
    if (pass->worker_count > 1)
        return pass_run_units(pass, numbers, poll);
    return pass->calls != NULL ? run_calls(pass, numbers, poll)
                               : run_chunks(pass, numbers, poll);
}

bool pass_run(struct pass *pass, const double *const *numbers, struct array_poll *poll)
{
    bind(pass, numbers);
    pass_native_begin(pass);
    if (!run_all(pass, numbers, poll))
        return false;
    set_totals(pass, pass->workers[0]->sums, numbers);
    pass->strays = pass->workers[0]->strays;
    return true;
}
