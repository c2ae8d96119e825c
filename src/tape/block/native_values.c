/* SPDX-License-Identifier: MIT
 * Which values are in which registers of the processor.  rdi has the registers of the
 * pass, rsi the uniforms, rdx the arrays, rcx the lanes of sums; r8 counts bytes of a
 * column. */
#include "tape/block/native_code.h"

#include "tape/block/code.h"

#include <math.h>

enum { NUMBER = sizeof(double), WIDE_BYTES = PART * NUMBER };

/* Registers come first, then uniforms. */
static bool is_register(uint32_t value)
{
    return value < MOST_REGISTERS;
}

uint32_t native_value(const struct native_code *c, uint32_t reg)
{
    reg = c->same_as[reg];
    return c->constant[reg] != 0 ? native_uniform(c->constant[reg] - 1) : reg;
}

uint32_t native_uniform(uint32_t uniform)
{
    return MOST_REGISTERS + uniform;
}

uint32_t native_fixed(const struct native_code *c, uint32_t which)
{
    return native_uniform((uint32_t)c->pass->uniform_count + which);
}

bool native_is_constant(const struct native_code *c, uint32_t value, double *number)
{
    if (is_register(value) || c->varies[value - MOST_REGISTERS])
        return false;
    *number = c->native->wide[(size_t)(value - MOST_REGISTERS) * PART];
    return true;
}

uint32_t native_number(struct native_code *c, double number)
{
    double *wide = c->native->wide;
    size_t first = c->pass->uniform_count + WIDE_FIXED, i = first;
    while (i < c->wide_count &&
           !(wide[i * PART] == number && !signbit(wide[i * PART]) == !signbit(number)))
        i++;
    if (i == first + MOST_EXTRAS) {
        c->is_foreign = true;
        return native_fixed(c, WIDE_ZERO);
    }
    for (size_t k = 0; k < PART; k++)
        wide[i * PART + k] = number;
    c->wide_count = i == c->wide_count ? (uint32_t)i + 1 : c->wide_count;
    return native_uniform((uint32_t)i);
}

/* ---- what comes ---- */

static bool reads(const struct native_code *c, const struct tile_step *step,
                  uint32_t value)
{
    bool is_uniform = !is_register(value);
    for (uint32_t k = 0; k < step->reads; k++)
        if (native_value(c, step->in[k]) == value)
            return true;
    for (uint32_t k = 0; k < 5 && is_uniform; k++)
        if (native_uniform(step->scale[k]) == value)
            return true;
    for (uint32_t k = 0; k < code_list_reads(step); k++)
        if (native_value(c, step->list[k].in) == value)
            return true;
    return false;
}

/* The next step from `from` on that reads it; the end of the segment: none does. */
static uint32_t use_from(const struct native_code *c, uint32_t value, uint32_t from)
{
    uint32_t i = from;
    while (i < c->segment.end && !reads(c, &c->pass->steps.items[i], value))
        i++;
    return i;
}

static bool is_used_later(const struct native_code *c, uint32_t value)
{
    return c->last_here[value] > c->at + 1;
}

/* ---- addresses ---- */

static void point_to(struct native_code *c, uint32_t what, enum wide_base table,
                     uint32_t which)
{
    if (c->pointer != what)
        wide_address(&c->e, WIDE_RAX, table, (int32_t)(which * NUMBER));
    c->pointer = what;
}

static struct wide_operand row_of(struct native_code *c, int32_t stride, int32_t row,
                                  int32_t number)
{
    if (stride != 1 && c->stride != stride)
        wide_times(&c->e, WIDE_R9, WIDE_R8, stride);
    if (stride != 1)
        c->stride = stride;
    row += (int32_t)c->part * PART;
    return wide_memory(WIDE_RAX, stride == 1 ? WIDE_R8 : WIDE_R9,
                       (row * stride + number) * NUMBER);
}

struct wide_operand native_rows(struct native_code *c, uint32_t reg, int32_t stride,
                                int32_t row, int32_t number)
{
    point_to(c, reg, WIDE_RDI, reg);
    return row_of(c, stride, row, number);
}

struct wide_operand native_array_rows(struct native_code *c, uint32_t base,
                                      int32_t stride, int32_t row, int32_t number)
{
    point_to(c, MOST_REGISTERS + base, WIDE_RDX, base);
    return row_of(c, stride, row, number);
}

static struct wide_operand place_of(struct native_code *c, uint32_t value)
{
    if (is_register(value))
        return native_rows(c, value, 1, 0, 0);
    return wide_memory(WIDE_RSI, WIDE_NONE,
                       (int32_t)((value - MOST_REGISTERS) * WIDE_BYTES));
}

/* ---- registers ---- */

unsigned native_end(const struct native_code *c)
{
    uint32_t totals = c->segment.total_count;
    totals = totals < HELD_TOTALS ? totals : HELD_TOTALS;
    return YMM - PARTS * (totals + (c->segment.counts_rows ? 1 : 0));
}

struct wide_operand native_lanes(uint32_t total, unsigned part)
{
    return wide_memory(WIDE_RCX, WIDE_NONE,
                       (int32_t)((total * PARTS + part) * WIDE_BYTES));
}

void native_forget(struct native_code *c)
{
    for (unsigned i = 0; i < YMM; i++) {
        c->holds[i] = NOTHING;
        c->is_pinned[i] = false;
    }
}

void native_free(struct native_code *c, unsigned ymm)
{
    if (c->holds[ymm] != TAKEN)
        return;
    c->holds[ymm] = NOTHING;
    c->is_pinned[ymm] = false;
}

void native_rest(struct native_code *c)
{
    for (unsigned i = 0; i < YMM; i++)
        c->is_pinned[i] = c->holds[i] == TAKEN;
}

void native_unpin(struct native_code *c)
{
    for (unsigned i = 0; i < YMM; i++) {
        uint32_t value = c->holds[i];
        c->is_pinned[i] = false;
        if (value == TAKEN || (value != NOTHING && c->last_here[value] <= c->at + 1))
            c->holds[i] = NOTHING;
    }
}

static unsigned find(const struct native_code *c, uint32_t value)
{
    unsigned i = 0;
    while (i < YMM && c->holds[i] != value)
        i++;
    return i;
}

static unsigned find_free(const struct native_code *c)
{
    unsigned i = 0;
    while (i < native_end(c) && c->holds[i] != NOTHING)
        i++;
    return i;
}

static bool is_in_memory(const struct native_code *c, uint32_t value)
{
    return !is_register(value) || c->is_stored[value] || !c->is_defined[value];
}

static void store(struct native_code *c, uint32_t value, unsigned ymm)
{
    wide_put(&c->e, WIDE_STORE, ymm, 0, native_rows(c, value, 1, 0, 0));
    c->is_stored[value] = true;
}

static void evict(struct native_code *c)
{
    unsigned chosen = YMM;
    uint32_t furthest = 0;
    for (unsigned i = 0; i < native_end(c); i++) {
        if (c->is_pinned[i])
            continue;
        uint32_t due = 2 * use_from(c, c->holds[i], c->at) + is_in_memory(c, c->holds[i]);
        if (chosen == YMM || due > furthest) {
            chosen = i;
            furthest = due;
        }
    }
    if (chosen == YMM) { /* more in one step than there are registers */
        c->is_foreign = true;
        chosen = 0;
    } else if (!is_in_memory(c, c->holds[chosen]) &&
               use_from(c, c->holds[chosen], c->at) < c->segment.end) {
        store(c, c->holds[chosen], chosen);
    }
    c->holds[chosen] = NOTHING;
}

unsigned native_fresh(struct native_code *c)
{
    if (find_free(c) == native_end(c))
        evict(c);
    unsigned ymm = find_free(c);
    c->holds[ymm] = TAKEN;
    c->is_pinned[ymm] = true;
    return ymm;
}

unsigned native_load(struct native_code *c, uint32_t value)
{
    unsigned ymm = find(c, value);
    if (ymm == YMM) {
        ymm = native_fresh(c);
        wide_put(&c->e, WIDE_LOAD, ymm, 0, place_of(c, value));
        c->holds[ymm] = value;
    }
    c->is_pinned[ymm] = true;
    return ymm;
}

struct wide_operand native_operand(struct native_code *c, uint32_t value)
{
    unsigned ymm = find(c, value);
    bool has_room = find_free(c) < native_end(c);
    if (ymm < YMM || (has_room && is_used_later(c, value)))
        return wide_register(native_load(c, value));
    return place_of(c, value);
}

unsigned native_copy(struct native_code *c, uint32_t value)
{
    unsigned from = find(c, value);
    if (from < YMM)
        c->is_pinned[from] = true;
    unsigned ymm = native_fresh(c);
    if (from < YMM)
        wide_put(&c->e, WIDE_COPY, ymm, 0, wide_register(from));
    else
        wide_put(&c->e, WIDE_LOAD, ymm, 0, place_of(c, value));
    return ymm;
}

bool native_is_kept(const struct native_code *c, uint32_t reg)
{
    const struct pass_register *r = &c->pass->registers[reg];
    return r->kind != REGISTER_OWN || r->has_halo || c->last_read[reg] > c->segment.end;
}

void native_define(struct native_code *c, uint32_t reg, unsigned ymm)
{
    c->holds[ymm] = reg;
    c->is_defined[reg] = true;
    c->is_stored[reg] = false;
    if (native_is_kept(c, reg))
        store(c, reg, ymm);
    if (!is_used_later(c, reg))
        c->holds[ymm] = TAKEN;
}
