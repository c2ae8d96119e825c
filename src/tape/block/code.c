/* SPDX-License-Identifier: MIT
 * The instructions of a pass: first for as many registers as there are columns, then the
 * registers are placed (code_registers.c). */
#include "tape/block/code.h"

#include <string.h>

/* ---- Lists that grow ---- */

uint32_t code_domain(struct code *code, size_t extent)
{
    struct pass *pass = code->pass;
    for (size_t i = 0; i < pass->domain_count; i++)
        if (pass->domains[i] == extent)
            return (uint32_t)i;
    if (pass->domain_count == code->domain_capacity)
        pass->domains = arena_grow(code->arena, pass->domains, pass->domain_count,
                                   &code->domain_capacity, sizeof *pass->domains);
    pass->domains[pass->domain_count] = extent;
    pass->extent = extent > pass->extent ? extent : pass->extent;
    return (uint32_t)pass->domain_count++;
}

size_t code_place(struct code *code, size_t place)
{
    struct pass *pass = code->pass;
    for (size_t i = 0; i < pass->place_count; i++)
        if (pass->places[i] == place)
            return i;
    if (pass->place_count == code->place_capacity)
        pass->places = arena_grow(code->arena, pass->places, pass->place_count,
                                  &code->place_capacity, sizeof *pass->places);
    pass->places[pass->place_count] = place;
    return pass->place_count++;
}

/* One more, to be filled in. */
static struct pass_register *add_register(struct code *code)
{
    struct pass *pass = code->pass;
    if (pass->register_count == pass->register_capacity)
        pass->registers = arena_grow(code->arena, pass->registers, pass->register_count,
                                     &pass->register_capacity, sizeof *pass->registers);
    return &pass->registers[pass->register_count++];
}

uint32_t code_register(struct code *code, const struct pass_register *reg)
{
    *add_register(code) = *reg;
    return (uint32_t)code->pass->register_count - 1;
}

uint32_t code_own_register(struct code *code)
{
    *add_register(code) = (struct pass_register){.kind = REGISTER_OWN};
    return (uint32_t)code->pass->register_count - 1;
}

static struct tile_step *add_to(struct code *code, struct pass_step_list *list)
{
    if (list->count == list->capacity)
        list->items = arena_grow(code->arena, list->items, list->count, &list->capacity,
                                 sizeof *list->items);
    return &list->items[list->count++]; /* zeros from the beginning */
}

static void set_kernel(const struct code *code, struct tile_step *step, uint32_t kernel)
{
    step->kernel = kernel;
    step->run = tile_kernel_of(code->level, kernel);
}

struct tile_step *code_add(struct code *code, uint32_t kernel, size_t extent)
{
    struct tile_step *step = add_to(code, &code->pass->steps);
    step->domain = code_domain(code, extent);
    step->scale[4] = code_uniform(code, uniform_zero);
    set_kernel(code, step, kernel);
    return step;
}

struct tile_term *code_list(struct code *code, struct tile_step *step, size_t count)
{
    struct tile_term *list = ARENA_ARRAY(code->arena, count, struct tile_term);
    step->list = list;
    step->count = (uint32_t)count;
    return list;
}

/* ---- Uniforms and constants ---- */

static void mark_uniform(struct code *code, uniform_id id)
{
    code->uniforms[id] = 1;
}

/* Those of the outputs, and what all are made of; those of the columns are marked. */
static void mark_uniforms(struct code *code, const size_t *outputs, size_t count)
{
    const struct columns *columns = code->columns;
    mark_uniform(code, 0);
    mark_uniform(code, uniform_zero);
    for (size_t i = 0; i < count; i++) {
        const struct lowered *lowered = &code->fusion->lowered[outputs[i]];
        mark_uniform(code, lowered->scale);
        for (size_t k = 0; k < lowered->width; k++)
            mark_uniform(code, lowered->cells[k].scale);
    }
    for (size_t id = columns->uniform_count; id-- > 0;) {
        const struct uniform *u = &columns->uniforms[id];
        if (code->uniforms[id] == 0 || u->kind <= UNIFORM_ELEMENT)
            continue;
        mark_uniform(code, (uniform_id)u->a);
        if (u->kind != UNIFORM_INVERSE)
            mark_uniform(code, (uniform_id)u->b);
    }
}

static void number_uniforms(struct code *code, const size_t *outputs, size_t count)
{
    const struct columns *columns = code->columns;
    struct pass *pass = code->pass;
    code->constants = ARENA_ARRAY(code->arena, columns->uniform_count, uint32_t);
    mark_uniforms(code, outputs, count);
    for (size_t id = 0; id < columns->uniform_count; id++)
        if (code->uniforms[id] != 0)
            code->uniforms[id] = (uint32_t)++pass->uniform_count;
    pass->uniforms = ARENA_ARRAY(code->arena, pass->uniform_count, struct pass_uniform);
    pass->uniform_values = ARENA_ARRAY(code->arena, pass->uniform_count, double);
    for (size_t id = 0; id < columns->uniform_count; id++) {
        const struct uniform *u = &columns->uniforms[id];
        if (code->uniforms[id] == 0)
            continue;
        struct pass_uniform *own = &pass->uniforms[code->uniforms[id] - 1];
        *own = (struct pass_uniform){.kind = u->kind, .place = u->a, .offset = u->b};
        pass->uniform_values[code->uniforms[id] - 1] = u->value;
        if (u->kind > UNIFORM_ELEMENT) {
            own->a = code_uniform(code, (uniform_id)u->a);
            own->b =
                u->kind == UNIFORM_INVERSE ? 0 : code_uniform(code, (uniform_id)u->b);
        }
    }
}

uint32_t code_constant(struct code *code, uniform_id id)
{
    if (code->constants[id] == 0) {
        struct tile_step *fill = add_to(code, &code->pass->fills);
        set_kernel(code, fill, TILE_FILL);
        fill->out = code_own_register(code);
        fill->scale[4] = code_uniform(code, id);
        code->constants[id] = fill->out;
    }
    return code->constants[id];
}

/* ---- A pass ---- */

/* Every constant is filled before the first tile. */
static void find_constants(struct code *code)
{
    const struct columns *columns = code->columns;
    for (size_t i = 0; i < code->bound_count; i++) {
        column_id id = code->bound[i];
        for (size_t k = 0; k < columns->items[id].count; k++)
            if (column_operands(columns, id)[k].core == 0)
                (void)code_constant(code, column_operands(columns, id)[k].scale);
    }
}

static void list_moving(struct code *code)
{
    struct pass *pass = code->pass;
    pass->moving = ARENA_ARRAY(code->arena, pass->register_count, uint32_t);
    pass->halos = ARENA_ARRAY(code->arena, pass->register_count, uint32_t);
    for (size_t i = 0; i < pass->register_count; i++) {
        enum register_kind kind = pass->registers[i].kind;
        if (kind == REGISTER_INPUT || kind == REGISTER_OUTPUT)
            pass->moving[pass->moving_count++] = (uint32_t)i;
        if (pass->registers[i].has_halo)
            pass->halos[pass->halo_count++] = (uint32_t)i;
    }
}

/* So many numbers stay in a cache from run to run. */
enum { CACHED = 1 << 15 };

static bool is_same_stream(const struct pass_register *a, const struct pass_register *b)
{
    return a->kind == b->kind && a->place == b->place &&
           (a->stride > 1 || a->offset < b->offset + MOST_SHIFT) &&
           (a->stride > 1 || b->offset < a->offset + MOST_SHIFT);
}

static void add_register_stream(struct pass *pass, uint32_t reg)
{
    const struct pass_register *own = &pass->registers[reg];
    for (size_t i = 0; i < pass->stream_count; i++)
        if (is_same_stream(&pass->registers[pass->streams[i].which], own))
            return;
    pass->streams[pass->stream_count++] =
        (struct pass_stream){.is_register = true, .which = reg, .stride = own->stride};
}

static void list_streams(struct code *code)
{
    struct pass *pass = code->pass;
    if (pass->extent < CACHED)
        return;
    pass->streams = ARENA_ARRAY(code->arena, pass->moving_count + pass->place_count,
                                struct pass_stream);
    for (size_t i = 0; i < pass->moving_count; i++)
        add_register_stream(pass, pass->moving[i]);
    for (size_t i = 0; i < pass->steps.count; i++) {
        const struct tile_step *step = &pass->steps.items[i];
        size_t known = pass->moving_count + pass->place_count;
        if (step->kernel == TILE_UNPACK && (ptrdiff_t)step->stride > 0 &&
            pass->stream_count < known)
            pass->streams[pass->stream_count++] =
                (struct pass_stream){.which = (uint32_t)step->a, .stride = step->stride};
    }
}

/* Most columns have a register of their own and a step, but for those that are read and
 * the parts of products; few have more. */
static void make_room(struct code *code, size_t outputs)
{
    struct pass *pass = code->pass;
    size_t more = outputs + code->needed / 8 + 8;
    pass->register_capacity = code->needed + more;
    pass->steps.capacity = code->needed - code->load_count - code->part_count + more;
    pass->registers =
        arena_get(code->arena, pass->register_capacity * sizeof *pass->registers);
    pass->steps.items = ARENA_ARRAY(code->arena, pass->steps.capacity, struct tile_step);
}

struct pass *pass_make(struct arena *arena, struct fusion *fusion, size_t group,
                       const size_t *outputs, size_t count)
{
    struct pass *pass = ARENA_NEW(arena, struct pass);
    const struct columns *columns = &fusion->groups[group].columns;
    struct code code = {.pass = pass,
                        .arena = arena,
                        .fusion = fusion,
                        .columns = columns,
                        .level = tile_level(),
                        .group = group};
    code.uses = ARENA_ARRAY(arena, columns->count, struct use);
    code.uniforms = ARENA_ARRAY(arena, columns->uniform_count, uint32_t);
    code_mark(&code, outputs, count);
    make_room(&code, count);
    (void)code_own_register(&code); /* register 0 is none */
    number_uniforms(&code, outputs, count);
    find_constants(&code);
    for (column_id id = 1; id < columns->count; id++)
        if (code.uses[id].is_needed)
            code_column(&code, id);
    code_outputs(&code, outputs, count);
    list_moving(&code);
    list_streams(&code);
    code_place_registers(&code);
    pass->arrays = ARENA_ARRAY(arena, pass->place_count, const double *);
    return pass;
}

/* ---- What it reads ---- */

void pass_needs(const struct pass *pass, void (*need)(void *user, size_t place),
                void *user)
{
    for (size_t i = 0; i < pass->uniform_count; i++)
        if (pass->uniforms[i].kind == UNIFORM_ELEMENT)
            need(user, pass->uniforms[i].place);
    for (size_t i = 0; i < pass->moving_count; i++)
        if (pass->registers[pass->moving[i]].kind == REGISTER_INPUT)
            need(user, pass->registers[pass->moving[i]].place);
    for (size_t i = 0; i < pass->place_count; i++)
        need(user, pass->places[i]);
    for (size_t i = 0; i < pass->matrix_count; i++)
        need(user, pass->matrices[i].place);
}

void pass_renumber(struct pass *pass, const size_t *map)
{
    for (size_t i = 0; i < pass->uniform_count; i++)
        if (pass->uniforms[i].kind == UNIFORM_ELEMENT)
            pass->uniforms[i].place = map[pass->uniforms[i].place];
    for (size_t i = 0; i < pass->moving_count; i++) {
        struct pass_register *reg = &pass->registers[pass->moving[i]];
        reg->place = map[reg->place];
    }
    for (size_t i = 0; i < pass->place_count; i++)
        pass->places[i] = map[pass->places[i]];
    for (size_t i = 0; i < pass->matrix_count; i++)
        pass->matrices[i].place = map[pass->matrices[i].place];
    for (size_t i = 0; i < pass->total_count; i++)
        pass->totals[i].place = map[pass->totals[i].place];
}
