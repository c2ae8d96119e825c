/* SPDX-License-Identifier: MIT
 * The code of steps that depend on the row, and of those that turn rows into columns
 * and back (tile_rows.c). */
#include "tape/block/native_code.h"

#include <math.h>

enum { LOW_HALVES = 0x20, HIGH_HALVES = 0x31 };

static void put(struct native_code *c, enum wide_op op, unsigned to, unsigned left,
                struct wide_operand right)
{
    wide_put(&c->e, op, to, left, right);
}

/* ---- numbers of rows ---- */

/* from + step*row */
unsigned native_range(struct native_code *c, const struct tile_step *step)
{
    unsigned to = native_fresh(c), row = native_end(c) + c->part;
    if (step->step != 1)
        put(c, WIDE_MULTIPLY, to, row, native_operand(c, native_number(c, step->step)));
    if (step->from != 0 || signbit(step->from) != 0)
        put(c, WIDE_ADD, to, step->step != 1 ? to : row,
            native_operand(c, native_number(c, step->from)));
    else if (step->step == 1)
        put(c, WIDE_COPY, to, 0, wide_register(row));
    return to;
}

static const struct tile_step *range_of(const struct native_code *c, uint32_t reg)
{
    const struct pass_step_list *steps = &c->pass->steps;
    for (size_t i = 0; i < steps->count; i++)
        if (steps->items[i].kernel == TILE_RANGE && steps->items[i].out == reg)
            return &steps->items[i];
    return NULL;
}

bool native_can_divide(const struct native_code *c, const struct tile_step *step)
{
    const struct tile_step *range = range_of(c, c->same_as[step->in[0]]);
    double y = 0;
    if (range == NULL || !native_is_constant(c, native_value(c, step->in[1]), &y))
        return false;
    double last = range->from + range->step * (double)c->pass->extent;
    return range->from >= 0 && range->step >= 0 && y > 1e-200 && y < 1e200 &&
           last < y * 0x1p50;
}

static bool is_power_of_two(double y)
{
    int exponent = 0;
    return frexp(y, &exponent) == 0.5;
}

/* The kernel's own way: the quotient is rounded, so its whole part is right or 1 too
 * much; then what is left is below 0. */
unsigned native_modulo(struct native_code *c, const struct tile_step *step)
{
    enum { DOWN = 9 };
    uint32_t value = native_value(c, step->in[0]), by = native_value(c, step->in[1]);
    double y = 1;
    (void)native_is_constant(c, by, &y);
    unsigned x = native_load(c, value), whole = native_fresh(c);
    if (is_power_of_two(y))
        put(c, WIDE_MULTIPLY, whole, x, native_operand(c, native_number(c, 1 / y)));
    else
        put(c, WIDE_DIVIDE, whole, x, native_operand(c, by));
    wide_put_choice(&c->e, WIDE_ROUND, whole, 0, wide_register(whole), DOWN);
    unsigned left = native_copy(c, value);
    put(c, WIDE_NEGATED_TO, left, whole, native_operand(c, by));
    if (is_power_of_two(y)) /* the quotient was exact */
        return left;
    unsigned less = native_copy(c, native_fixed(c, WIDE_ONE)), other;
    put(c, WIDE_SUBTRACT, less, less, wide_register(whole));
    other = native_copy(c, value);
    put(c, WIDE_FUSED_TO, other, less, native_operand(c, by));
    wide_put_blend(&c->e, left, left, wide_register(other), left);
    return left;
}

/* ---- rows of numbers ---- */

/* Offsets of eight rows stay far below 2^31. */
enum { MOST_STRIDE = 1 << 20 };

static bool is_short(size_t stride)
{
    return (ptrdiff_t)stride < MOST_STRIDE && (ptrdiff_t)stride > -MOST_STRIDE;
}

bool native_can_move(const struct native_code *c, const struct tile_step *step)
{
    if (!is_short(step->stride))
        return false;
    for (uint32_t k = 0; k < step->count && step->kernel == TILE_UNPACK; k++)
        if (step->list[k].scale >= MOST_STRIDE)
            return false;
    return step->count <= MOST_MOVED &&
           (step->kernel == TILE_PACK || c->native->base_count < MOST_BASES);
}

/* An array that is unpacked, from its first row on; `number` in the row. */
struct source {
    uint32_t base;
    int32_t stride;
};

static struct wide_operand at(struct native_code *c, const struct source *s, int32_t row,
                              uint32_t number)
{
    return native_array_rows(c, s->base, s->stride, row, (int32_t)number);
}

static void unpack_four(struct native_code *c, const struct source *s,
                        const struct tile_term *list)
{
    unsigned row[4], pair[4];
    for (unsigned i = 0; i < 4; i++) {
        row[i] = native_fresh(c);
        put(c, WIDE_LOAD, row[i], 0, at(c, s, (int32_t)i, list->scale));
    }
    for (unsigned i = 0; i < 4; i++) {
        pair[i] = native_fresh(c);
        put(c, i % 2 == 0 ? WIDE_UNPACK_LOW : WIDE_UNPACK_HIGH, pair[i], row[i & 2],
            wide_register(row[(i & 2) + 1]));
    }
    for (unsigned i = 0; i < 4; i++)
        wide_put_choice(&c->e, WIDE_PERMUTE_HALVES, row[i], pair[i & 1],
                        wide_register(pair[(i & 1) + 2]),
                        i < 2 ? LOW_HALVES : HIGH_HALVES);
    for (unsigned i = 0; i < 4; i++)
        native_free(c, pair[i]);
    for (unsigned i = 0; i < 4; i++)
        native_define(c, list[i].in, row[i]);
}

static void unpack_two(struct native_code *c, const struct source *s,
                       const struct tile_term *list)
{
    unsigned even = native_fresh(c), odd = native_fresh(c), to = native_fresh(c);
    wide_put_half(&c->e, WIDE_LOAD, even, 0, at(c, s, 0, list->scale));
    wide_put_choice(&c->e, WIDE_INSERT_HALF, even, even, at(c, s, 2, list->scale), 1);
    wide_put_half(&c->e, WIDE_LOAD, odd, 0, at(c, s, 1, list->scale));
    wide_put_choice(&c->e, WIDE_INSERT_HALF, odd, odd, at(c, s, 3, list->scale), 1);
    put(c, WIDE_UNPACK_LOW, to, even, wide_register(odd));
    put(c, WIDE_UNPACK_HIGH, odd, even, wide_register(odd));
    native_free(c, even);
    native_define(c, list[0].in, to);
    native_define(c, list[1].in, odd);
}

static void unpack_one(struct native_code *c, const struct source *s,
                       const struct tile_term *list)
{
    unsigned to = native_fresh(c), high = native_fresh(c);
    wide_put_half(&c->e, WIDE_LOAD_ONE, to, 0, at(c, s, 0, list->scale));
    wide_put_half(&c->e, WIDE_LOAD_HIGH, to, to, at(c, s, 1, list->scale));
    wide_put_half(&c->e, WIDE_LOAD_ONE, high, 0, at(c, s, 2, list->scale));
    wide_put_half(&c->e, WIDE_LOAD_HIGH, high, high, at(c, s, 3, list->scale));
    wide_put_choice(&c->e, WIDE_INSERT_HALF, to, to, wide_register(high), 1);
    native_free(c, high);
    native_define(c, list->in, to);
}

static uint32_t base_of(struct native_code *c, const struct tile_step *step)
{
    struct pass_native *native = c->native;
    struct native_base own = {(uint32_t)step->a, (ptrdiff_t)step->stride};
    uint32_t i = 0;
    while (i < native->base_count &&
           (native->bases[i].array != own.array || native->bases[i].stride != own.stride))
        i++;
    if (i == MOST_BASES) {
        c->is_foreign = true;
        return 0;
    }
    native->bases[i] = own;
    native->base_count = i == native->base_count ? i + 1 : native->base_count;
    return i;
}

/* How many of the terms stand side by side, up to four. */
static uint32_t run_length(const struct tile_step *step, uint32_t first)
{
    uint32_t run = 1;
    while (run < 4 && first + run < step->count &&
           step->list[first + run].scale == step->list[first].scale + run)
        run++;
    return run == 3 ? 2 : run;
}

void native_unpack(struct native_code *c, const struct tile_step *step)
{
    struct source s = {base_of(c, step), (int32_t)(ptrdiff_t)step->stride};
    for (uint32_t t = 0, run; t < step->count; t += run) {
        run = run_length(step, t);
        if (run == 4)
            unpack_four(c, &s, step->list + t);
        else if (run == 2)
            unpack_two(c, &s, step->list + t);
        else
            unpack_one(c, &s, step->list + t);
        native_unpin(c);
    }
}

/* ---- columns into rows ---- */

/* A register or a uniform, times its factor. */
static unsigned scaled(struct native_code *c, const struct tile_term *term)
{
    double factor = 0;
    uint32_t value = native_value(c, term->in), scale = native_uniform(term->scale);
    unsigned x = native_load(c, value);
    if (native_is_constant(c, scale, &factor) && factor == 1)
        return x;
    unsigned to = native_fresh(c);
    put(c, WIDE_MULTIPLY, to, x, native_operand(c, scale));
    return to;
}

static struct wide_operand to_row(struct native_code *c, const struct tile_step *step,
                                  int32_t row, uint32_t number)
{
    return native_rows(c, step->out, (int32_t)(ptrdiff_t)step->stride, row,
                       (int32_t)number);
}

static void pack_four(struct native_code *c, const struct tile_step *step, uint32_t t)
{
    unsigned column[4], pair[4];
    for (unsigned i = 0; i < 4; i++)
        column[i] = scaled(c, &step->list[t + i]);
    for (unsigned i = 0; i < 4; i++) {
        pair[i] = native_fresh(c);
        put(c, i % 2 == 0 ? WIDE_UNPACK_LOW : WIDE_UNPACK_HIGH, pair[i], column[i & 2],
            wide_register(column[(i & 2) + 1]));
    }
    for (unsigned i = 0; i < 4; i++)
        native_free(c, column[i]);
    unsigned row = native_fresh(c);
    for (unsigned i = 0; i < 4; i++) {
        wide_put_choice(&c->e, WIDE_PERMUTE_HALVES, row, pair[i & 1],
                        wide_register(pair[(i & 1) + 2]),
                        i < 2 ? LOW_HALVES : HIGH_HALVES);
        put(c, WIDE_STORE, row, 0, to_row(c, step, (int32_t)i, t));
    }
}

/* Two numbers a row: whole rows where there are no others. */
static void pack_two(struct native_code *c, const struct tile_step *step, uint32_t t)
{
    unsigned a = scaled(c, &step->list[t]), b = scaled(c, &step->list[t + 1]);
    unsigned pair[2] = {native_fresh(c), native_fresh(c)};
    put(c, WIDE_UNPACK_LOW, pair[0], a, wide_register(b));
    put(c, WIDE_UNPACK_HIGH, pair[1], a, wide_register(b));
    if (step->stride == 2) {
        unsigned rows = native_fresh(c);
        for (unsigned i = 0; i < 2; i++) {
            wide_put_choice(&c->e, WIDE_PERMUTE_HALVES, rows, pair[0],
                            wide_register(pair[1]), i == 0 ? LOW_HALVES : HIGH_HALVES);
            put(c, WIDE_STORE, rows, 0, to_row(c, step, 2 * (int32_t)i, t));
        }
        return;
    }
    for (unsigned i = 0; i < 2; i++) {
        wide_put_half(&c->e, WIDE_STORE, pair[i], 0, to_row(c, step, (int32_t)i, t));
        wide_put_choice(&c->e, WIDE_EXTRACT_HALF, pair[i], 0,
                        to_row(c, step, 2 + (int32_t)i, t), 1);
    }
}

static void pack_one(struct native_code *c, const struct tile_step *step, uint32_t t)
{
    unsigned x = scaled(c, &step->list[t]), high = native_fresh(c);
    wide_put_choice(&c->e, WIDE_EXTRACT_HALF, x, 0, wide_register(high), 1);
    wide_put_half(&c->e, WIDE_STORE_ONE, x, 0, to_row(c, step, 0, t));
    wide_put_half(&c->e, WIDE_STORE_HIGH, x, 0, to_row(c, step, 1, t));
    wide_put_half(&c->e, WIDE_STORE_ONE, high, 0, to_row(c, step, 2, t));
    wide_put_half(&c->e, WIDE_STORE_HIGH, high, 0, to_row(c, step, 3, t));
}

void native_pack(struct native_code *c, const struct tile_step *step)
{
    for (uint32_t t = 0, width; t < step->count; t += width) {
        width = step->count - t >= 4 ? 4 : step->count - t >= 2 ? 2 : 1;
        if (width == 4)
            pack_four(c, step, t);
        else if (width == 2)
            pack_two(c, step, t);
        else
            pack_one(c, step, t);
        native_rest(c);
        for (unsigned i = 0; i < YMM; i++)
            native_free(c, i);
    }
}
