/* SPDX-License-Identifier: MIT
 * Where the registers of a pass stand: the memory of one that nobody reads any more is
 * given to the next (Poletto and Sarkar, Linear scan register allocation, 1999), and the
 * tile is as long as all of them fit in half of a cache. */
#include "tape/block/code.h"

enum {
    APART = 16,          /* numbers between registers, against stores that alias loads */
    NEAREST = 24 * 1024, /* bytes of a tile without matrices: half of the first cache */
    SECOND = 128 * 1024, /* and with them: of the second */
    LEAST_TILE = 32
};

/* The slot of a register that has none, or is kept throughout. */
#define FIXED UINT32_MAX

struct placing {
    struct code *code;
    uint32_t *last; /* by register: the step after which it is free, from 1 */
    uint32_t *slot; /* by register, from 1; 0: none yet */
    uint32_t *free;
    size_t free_count, slot_count;
    size_t at; /* the step, from 1 */
};

typedef void visitor(struct placing *p, uint32_t reg);

static bool writes_out(const struct tile_step *step)
{
    switch (step->kernel) {
    case TILE_CHECK:
    case TILE_UNPACK:
    case TILE_SUM:
    case TILE_SUM_PRODUCTS:
    case TILE_MATRIX:
    case TILE_MATRIX_SUM:
    case TILE_SUM_PRODUCT_PLUS:
    case TILE_SUM_TWO_PRODUCTS:
    case TILE_SUM_SQUARES:
    case TILE_SOFTPLUS_SIGMOID:
        return false;
    default:
        return true;
    }
}

/* How many registers of the list are read; the others are written. */
static size_t list_reads(const struct tile_step *step)
{
    if (step->kernel == TILE_UNPACK || step->kernel == TILE_SOFTPLUS_SIGMOID)
        return 0;
    return step->kernel == TILE_MATRIX ? step->a : step->count;
}

bool code_writes_out(const struct tile_step *step)
{
    return writes_out(step);
}

size_t code_list_reads(const struct tile_step *step)
{
    return list_reads(step);
}

static inline void visit_reads(struct placing *p, const struct tile_step *step,
                               visitor *visit)
{
    size_t own = step->reads, listed = list_reads(step);
    for (size_t k = 0; k < own; k++)
        visit(p, step->in[k]);
    for (size_t k = 0; k < listed; k++)
        visit(p, step->list[k].in);
}

static inline void visit_writes(struct placing *p, const struct tile_step *step,
                                visitor *visit)
{
    size_t count = step->count;
    if (writes_out(step))
        visit(p, step->out);
    for (size_t k = list_reads(step); k < count; k++)
        visit(p, step->list[k].in);
}

static void set_last(struct placing *p, uint32_t reg)
{
    p->last[reg] = (uint32_t)p->at;
}

static void set_slot(struct placing *p, uint32_t reg)
{
    if (p->slot[reg] == 0)
        p->slot[reg] =
            p->free_count > 0 ? p->free[--p->free_count] : (uint32_t)++p->slot_count;
}

static void release(struct placing *p, uint32_t reg)
{
    if (p->last[reg] != p->at || p->slot[reg] == FIXED)
        return;
    p->last[reg] = 0; /* once, though it may be read twice */
    p->free[p->free_count++] = p->slot[reg];
}

/* Whether element i of a result is written after element i of the operands was read, and
 * before no other one is. */
static bool may_overwrite(const struct tile_step *step)
{
    return step->kernel != TILE_MATRIX && step->kernel != TILE_UNPACK &&
           step->kernel != TILE_SOFTPLUS_SIGMOID;
}

static void assign_slots(struct placing *p)
{
    struct pass *pass = p->code->pass;
    for (size_t i = 0; i < pass->fills.count; i++)
        set_slot(p, pass->fills.items[i].out);
    for (size_t i = 0; i < pass->steps.count; i++) {
        const struct tile_step *step = &pass->steps.items[i];
        p->at = i + 1;
        if (may_overwrite(step))
            visit_reads(p, step, release);
        visit_writes(p, step, set_slot);
        if (!may_overwrite(step))
            visit_reads(p, step, release);
        visit_writes(p, step, release);
    }
}

static void choose_tile(struct pass *pass, size_t kept)
{
    size_t most = pass->matrix_count > 0 || pass->work > 0 ? SECOND : NEAREST;
    size_t each = (kept + pass->work) * sizeof(double);
    pass->tile = TILE_MOST;
    while (pass->tile > LEAST_TILE && pass->tile * each > most)
        pass->tile /= 2;
}

static void set_offsets(const struct placing *p, size_t kept)
{
    struct pass *pass = p->code->pass;
    size_t apart = pass->tile + APART, halo = kept * apart;
    for (size_t i = 0; i < pass->register_count; i++) {
        struct pass_register *r = &pass->registers[i];
        if (r->kind == REGISTER_OWN && r->has_halo) {
            r->offset = halo + MOST_SHIFT;
            halo += apart + MOST_SHIFT;
        } else if (r->kind == REGISTER_OWN) {
            r->offset = p->slot[i] * apart;
        }
    }
    pass->memory = halo;
}

void code_place_registers(struct code *code)
{
    struct pass *pass = code->pass;
    struct placing p = {.code = code};
    size_t count = pass->register_count;
    p.last = ARENA_ARRAY(code->arena, count, uint32_t);
    p.slot = ARENA_ARRAY(code->arena, count, uint32_t);
    p.free = arena_get(code->arena, count * sizeof *p.free);
    for (size_t i = 0; i < count; i++)
        if (pass->registers[i].kind != REGISTER_OWN || pass->registers[i].has_halo)
            p.slot[i] = FIXED;
    for (size_t i = 0; i < pass->steps.count; i++) {
        struct tile_step *step = &pass->steps.items[i];
        p.at = i + 1;
        visit_reads(&p, step, set_last);
        visit_writes(&p, step, set_last);
        step->fills = pass->halo_count > 0 && writes_out(step) &&
                      pass->registers[step->out].has_halo;
    }
    for (size_t i = 0; i < pass->fills.count; i++)
        p.last[pass->fills.items[i].out] = 0;
    assign_slots(&p);
    choose_tile(pass, p.slot_count + 1 + pass->halo_count);
    set_offsets(&p, p.slot_count + 1);
}
