/* SPDX-License-Identifier: MIT
 * Which steps of a pass go together, and their code. */
#include "tape/block/native_code.h"

#include "tape/block/code.h"

#include "base/executable.h"

#include <string.h>

/* ---- what is known of the registers and uniforms ---- */

static void find_registers(struct native_code *c)
{
    const struct pass *pass = c->pass;
    for (uint32_t i = 0; i < pass->register_count; i++) {
        const struct pass_register *r = &pass->registers[i];
        bool is_same = r->kind == REGISTER_SHIFT && r->offset == 0;
        c->same_as[i] = is_same ? c->same_as[r->of] : i;
    }
    for (size_t i = 0; i < pass->fills.count; i++)
        c->constant[pass->fills.items[i].out] = pass->fills.items[i].scale[4] + 1;
    for (size_t i = 0; i < pass->varying_count; i++)
        c->varies[pass->varying[i]] = true;
}

static bool has_factors(const struct tile_step *step)
{
    return step->kernel == TILE_LINEAR || step->kernel == TILE_SUM_SQUARES ||
           step->kernel == TILE_PACK;
}

/* The last of the steps that read each value, from 1. */
static void find_last(struct native_code *c, uint32_t first, uint32_t end,
                      uint32_t last[MOST_VALUES])
{
    memset(last, 0, MOST_VALUES * sizeof *last);
    for (uint32_t i = first; i < end; i++) {
        const struct tile_step *step = &c->pass->steps.items[i];
        for (uint32_t k = 0; k < step->reads; k++)
            last[native_value(c, step->in[k])] = i + 1;
        for (uint32_t k = 0; k < code_list_reads(step); k++)
            last[native_value(c, step->list[k].in)] = i + 1;
        for (uint32_t k = 0; k < 5; k++)
            last[native_uniform(step->scale[k])] = i + 1;
        for (uint32_t k = 0; k < step->count && has_factors(step); k++)
            last[native_uniform(step->list[k].scale)] = i + 1;
    }
}

static void find_alone(struct native_code *c)
{
    struct pass_native *native = c->native;
    for (size_t i = 0; i < c->pass->steps.count; i++) {
        const struct tile_step *step = &c->pass->steps.items[i];
        if (step->kernel != TILE_ADD_AT && step->kernel != TILE_IMPULSE)
            continue;
        if (native->alone_count == MOST_ALONE) {
            c->has_too_many = true;
            return;
        }
        native->alone[native->alone_count++] = step->a;
    }
}

static void find_extent(struct pass_native *native, const struct pass *pass)
{
    native->extent = pass->extent;
    for (size_t i = 0; i < pass->steps.count; i++) {
        size_t extent = pass->domains[pass->steps.items[i].domain];
        native->extent = extent < native->extent ? extent : native->extent;
    }
}

static void fill_four(double *four, double number)
{
    for (size_t k = 0; k < PART; k++)
        four[k] = number;
}

static void set_fixed(struct native_code *c)
{
    double *fixed = c->native->wide + c->pass->uniform_count * PART;
    const uint64_t sign = 1ull << 63, size = ~sign;
    double mask[2];
    memcpy(&mask[0], &sign, sizeof sign);
    memcpy(&mask[1], &size, sizeof size);
    for (size_t i = 0; i < c->pass->uniform_count; i++)
        fill_four(c->native->wide + i * PART, c->pass->uniform_values[i]);
    fill_four(fixed + (size_t)WIDE_ZERO * PART, 0);
    fill_four(fixed + (size_t)WIDE_ONE * PART, 1);
    fill_four(fixed + (size_t)WIDE_EIGHT * PART, PART * PARTS);
    for (size_t k = 0; k < PART; k++) {
        memcpy(&fixed[WIDE_SIGN * PART + k], &mask[0], sizeof *mask);
        memcpy(&fixed[WIDE_SIZE * PART + k], &mask[1], sizeof *mask);
    }
    c->wide_count = (uint32_t)c->pass->uniform_count + WIDE_FIXED;
}

/* ---- segments ---- */

/* Whether the register stands some rows before one that the segment makes.  A load of
 * rows that two stores have just written waits for both, so such a segment would take
 * twice as long as one that begins anew. */
static bool is_behind(const struct native_code *c, uint32_t reg)
{
    const struct pass_register *registers = c->pass->registers;
    size_t offset = 0;
    while (registers[reg].kind == REGISTER_SHIFT) {
        offset += registers[reg].offset;
        reg = registers[reg].of;
    }
    return offset > 0 && c->is_defined[reg];
}

static bool reads_behind(const struct native_code *c, const struct tile_step *step)
{
    bool is_so = false;
    for (uint32_t k = 0; k < step->reads; k++)
        is_so = is_so || is_behind(c, step->in[k]);
    for (uint32_t k = 0; k < code_list_reads(step); k++)
        is_so = is_so || is_behind(c, step->list[k].in);
    return is_so;
}

static void mark_defined(struct native_code *c, const struct tile_step *step)
{
    if (code_writes_out(step))
        c->is_defined[step->out] = true;
    for (size_t k = code_list_reads(step); k < step->count; k++)
        c->is_defined[step->list[k].in] = true;
}

/* How many columns of the segment live in registers of the processor alone: what it
 * gains. */
static size_t count_saved(const struct native_code *c)
{
    size_t saved = 0;
    for (uint32_t reg = 0; reg < c->pass->register_count; reg++)
        saved += c->is_defined[reg] && !native_is_kept(c, reg);
    return saved;
}

/* The longest segment from step `first` on; empty when there is no code for that. */
static void find_segment(struct native_code *c, uint32_t first)
{
    struct native_segment *s = &c->segment;
    *s = (struct native_segment){.first = first, .end = first};
    memset(c->is_defined, 0, sizeof c->is_defined);
    for (; s->end < c->pass->steps.count; s->end++) {
        const struct tile_step *step = &c->pass->steps.items[s->end];
        if (!native_can(c, step) || reads_behind(c, step) ||
            s->total_count + native_totals(c, step) > MOST_TOTALS)
            break;
        s->total_count += native_totals(c, step);
        s->counts_rows = s->counts_rows || step->kernel == TILE_RANGE;
        mark_defined(c, step);
    }
    s->is_native = s->end > s->first && count_saved(c) >= c->least_saved;
}

/* ---- code ---- */

/* Columns of other rows are none of these. */
static void begin_part(struct native_code *c, unsigned part)
{
    c->part = part;
    c->total = 0;
    native_forget(c);
    memset(c->is_defined, 0, sizeof c->is_defined);
    memset(c->is_stored, 0, sizeof c->is_stored);
}

/* What stays in registers, to or from its lanes. */
static void move_lasting(struct native_code *c, enum wide_op op)
{
    for (uint32_t total = 0; total < c->segment.total_count && total < HELD_TOTALS;
         total++)
        for (uint32_t part = 0; part < PARTS; part++)
            wide_put(&c->e, op, YMM - 1 - (total * PARTS + part), 0,
                     native_lanes(total, part));
    for (unsigned part = 0; part < PARTS && c->segment.counts_rows; part++)
        wide_put(&c->e, op, native_end(c) + part, 0, native_lanes(MOST_TOTALS, part));
}

static void count_rows(struct native_code *c)
{
    native_forget(c);
    for (unsigned part = 0; part < PARTS && c->segment.counts_rows; part++) {
        unsigned row = native_end(c) + part;
        wide_put(&c->e, WIDE_ADD, row, row,
                 native_operand(c, native_fixed(c, WIDE_EIGHT)));
    }
}

static void put_segment(struct native_code *c)
{
    static const unsigned char endbr64[] = {0xf3, 0x0f, 0x1e, 0xfa};
    struct native_segment *s = &c->segment;
    s->entry = c->e.size;
    encode_bytes(&c->e, endbr64, sizeof endbr64);
    find_last(c, s->first, s->end, c->last_here);
    c->pointer = NOTHING;
    c->stride = 0;
    move_lasting(c, WIDE_LOAD);
    wide_clear(&c->e, WIDE_R8);
    size_t top = c->e.size;
    for (unsigned part = 0; part < PARTS; part++) {
        begin_part(c, part);
        for (c->at = s->first; c->at < s->end; c->at++)
            native_put_step(c, &c->pass->steps.items[c->at]);
    }
    count_rows(c);
    wide_loop(&c->e, WIDE_R8, PART * PARTS * (int32_t)sizeof(double),
              (int32_t)(c->pass->tile * sizeof(double)), top);
    move_lasting(c, WIDE_STORE);
    wide_return(&c->e);
}

/* Steps without code join those before them. */
static void keep_segment(struct native_code *c)
{
    struct pass_native *native = c->native;
    struct native_segment *last =
        native->segment_count == 0 ? NULL : &native->segments[native->segment_count - 1];
    struct native_segment *s = &c->segment;
    if (!s->is_native && last != NULL && !last->is_native) {
        last->end = s->end;
    } else if (native->segment_count < MOST_SEGMENTS) {
        native->segments[native->segment_count++] = *s;
    } else {
        c->is_foreign = true;
    }
}

static bool translate(struct native_code *c)
{
    bool any = false;
    find_registers(c);
    set_fixed(c);
    find_alone(c);
    find_extent(c->native, c->pass);
    find_last(c, 0, (uint32_t)c->pass->steps.count, c->last_read);
    for (uint32_t first = 0; first < c->pass->steps.count; first = c->segment.end) {
        find_segment(c, first);
        if (c->segment.end == first)
            c->segment.end++;
        if (c->segment.is_native)
            put_segment(c);
        else
            c->native->kernel_count += c->segment.end - first;
        any = any || c->segment.is_native;
        keep_segment(c);
    }
    return any && !c->is_foreign && !c->e.is_full;
}

bool native_make_code(struct pass *pass, size_t least_saved)
{
    unsigned char bytes[MOST_CODE];
    struct native_code c;
    memset(&c, 0, sizeof c);
    c.pass = pass;
    c.least_saved = least_saved;
    c.native = pass->native;
    c.e = (struct encoder){.code = bytes, .capacity = sizeof bytes};
    c.native->is_tried = true;
    if (translate(&c))
        pass->native->code = executable_make(pass->native->undo, bytes, c.e.size);
    return pass->native->code != NULL;
}
