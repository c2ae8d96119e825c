/* SPDX-License-Identifier: MIT */
#include "tape/block/column.h"

#include <string.h>

enum { FIRST_SLOTS = 256 };

void columns_open(struct columns *columns, struct arena *arena)
{
    *columns = (struct columns){.arena = arena,
                                .slot_count = FIRST_SLOTS,
                                .uniform_slot_count = FIRST_SLOTS,
                                .count = 1};
    columns->capacity = columns->uniform_capacity = columns->operand_capacity = 64;
    columns->items = ARENA_ARRAY(arena, columns->capacity, struct column);
    columns->uniforms = ARENA_ARRAY(arena, columns->capacity, struct uniform);
    columns->operands = ARENA_ARRAY(arena, columns->capacity, struct cell);
    columns->slots = ARENA_ARRAY(arena, FIRST_SLOTS, uint32_t);
    columns->uniform_slots = ARENA_ARRAY(arena, FIRST_SLOTS, uint32_t);
    columns->uniforms[columns->uniform_count++] =
        (struct uniform){.kind = UNIFORM_CONSTANT, .value = 1};
    (void)uniform_constant(columns, 0);
}

static uint64_t mix(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * 0x9e3779b97f4a7c15u;
    return hash ^ hash >> 29;
}

static uint64_t mix_number(uint64_t hash, double number)
{
    uint64_t bits;
    memcpy(&bits, &number, sizeof bits);
    return mix(hash, bits);
}

/* ---- Uniforms ---- */

static uint64_t hash_uniform(const struct uniform *u)
{
    return mix_number(mix(mix((uint64_t)u->kind, u->a), u->b), u->value);
}

static bool same_uniform(const struct uniform *a, const struct uniform *b)
{
    return a->kind == b->kind && a->a == b->a && a->b == b->b &&
           memcmp(&a->value, &b->value, sizeof a->value) == 0;
}

static void enter_uniform(struct columns *columns, uniform_id id)
{
    size_t mask = columns->uniform_slot_count - 1;
    size_t slot = hash_uniform(&columns->uniforms[id]) & mask;
    while (columns->uniform_slots[slot] != 0)
        slot = (slot + 1) & mask;
    columns->uniform_slots[slot] = id;
}

static void widen_uniforms(struct columns *columns)
{
    columns->uniform_slot_count *= 4;
    columns->uniform_slots =
        ARENA_ARRAY(columns->arena, columns->uniform_slot_count, uint32_t);
    for (uniform_id id = 1; id < columns->uniform_count; id++)
        enter_uniform(columns, id);
}

static uniform_id make_uniform(struct columns *columns, const struct uniform *like)
{
    size_t mask = columns->uniform_slot_count - 1;
    for (size_t slot = hash_uniform(like) & mask; columns->uniform_slots[slot] != 0;
         slot = (slot + 1) & mask)
        if (same_uniform(&columns->uniforms[columns->uniform_slots[slot]], like))
            return columns->uniform_slots[slot];
    if (columns->uniform_count == columns->uniform_capacity)
        columns->uniforms =
            arena_grow(columns->arena, columns->uniforms, columns->uniform_count,
                       &columns->uniform_capacity, sizeof *columns->uniforms);
    uniform_id id = (uniform_id)columns->uniform_count++;
    columns->uniforms[id] = *like;
    if (2 * columns->uniform_count > columns->uniform_slot_count)
        widen_uniforms(columns);
    else
        enter_uniform(columns, id);
    return id;
}

uniform_id uniform_constant(struct columns *columns, double value)
{
    struct uniform like = {.kind = UNIFORM_CONSTANT, .value = value};
    return value == 1 ? 0 : make_uniform(columns, &like);
}

uniform_id uniform_element(struct columns *columns, size_t step, size_t number,
                           uint32_t stage)
{
    struct uniform like = {
        .kind = UNIFORM_ELEMENT, .a = step, .b = number, .stage = stage};
    return make_uniform(columns, &like);
}

bool uniform_is(const struct columns *columns, uniform_id id, double value)
{
    const struct uniform *u = &columns->uniforms[id];
    return u->kind == UNIFORM_CONSTANT && u->value == value;
}

static uniform_id join_uniforms(struct columns *columns, enum uniform_kind kind,
                                uniform_id a, uniform_id b)
{
    const struct uniform *x = &columns->uniforms[a], *y = &columns->uniforms[b];
    if (x->kind == UNIFORM_CONSTANT && y->kind == UNIFORM_CONSTANT)
        return uniform_constant(columns, kind == UNIFORM_SUM ? x->value + y->value
                                                             : x->value * y->value);
    struct uniform like = {.kind = kind,
                           .a = a < b ? a : b,
                           .b = a < b ? b : a,
                           .stage = x->stage > y->stage ? x->stage : y->stage};
    return make_uniform(columns, &like);
}

uniform_id uniform_product(struct columns *columns, uniform_id a, uniform_id b)
{
    if (a == 0 || b == 0)
        return a + b;
    return join_uniforms(columns, UNIFORM_PRODUCT, a, b);
}

uniform_id uniform_sum(struct columns *columns, uniform_id a, uniform_id b)
{
    if (uniform_is(columns, a, 0))
        return b;
    return uniform_is(columns, b, 0) ? a : join_uniforms(columns, UNIFORM_SUM, a, b);
}

uniform_id uniform_inverse(struct columns *columns, uniform_id a)
{
    const struct uniform *x = &columns->uniforms[a];
    struct uniform like = {.kind = UNIFORM_INVERSE, .a = a, .stage = x->stage};
    if (x->kind == UNIFORM_CONSTANT)
        return uniform_constant(columns, 1 / x->value);
    return make_uniform(columns, &like);
}

/* ---- Columns ---- */

/* The words of a column are multiplied side by side; only its operands wait for each
 * other. */
static uint64_t hash_column(const struct column *c, const struct cell *operands)
{
    uint64_t from, step;
    memcpy(&from, &c->from, sizeof from);
    memcpy(&step, &c->step, sizeof step);
    uint64_t kind = (uint64_t)c->kind << 32 | (uint64_t)c->op;
    uint64_t hash = kind * 0x9e3779b97f4a7c15u ^ c->extent * 0xbf58476d1ce4e5b9u;
    hash += c->a * 0x94d049bb133111ebu ^ c->b * 0xd6e8feb86659fd93u;
    hash += c->c * 0xa0761d6478bd642fu ^ c->d * 0xe7037ed1a0b428dbu;
    hash += from * 0x8ebc6af09c88c6e3u ^ step * 0x589965cc75374cc3u;
    hash ^= hash >> 29;
    for (size_t i = 0; i < c->count; i++)
        hash = (hash ^ ((uint64_t)operands[i].scale << 32 | operands[i].core)) *
               0x9e3779b97f4a7c15u;
    return hash ^ hash >> 32;
}

static bool same_column(const struct columns *columns, column_id id,
                        const struct column *like, const struct cell *operands)
{
    const struct column *c = &columns->items[id];
    return c->hash == like->hash && c->kind == like->kind && c->op == like->op &&
           c->extent == like->extent && c->a == like->a && c->b == like->b &&
           c->c == like->c && c->d == like->d &&
           memcmp(&c->from, &like->from, 2 * sizeof c->from) == 0 &&
           c->count == like->count &&
           (c->count == 0 || memcmp(column_operands(columns, id), operands,
                                    c->count * sizeof *operands) == 0);
}

static void enter_column(struct columns *columns, column_id id)
{
    size_t mask = columns->slot_count - 1, slot = columns->items[id].hash & mask;
    while (columns->slots[slot] != 0)
        slot = (slot + 1) & mask;
    columns->slots[slot] = id;
}

static void widen_columns(struct columns *columns)
{
    columns->slot_count *= 4;
    columns->slots = ARENA_ARRAY(columns->arena, columns->slot_count, uint32_t);
    for (column_id id = 1; id < columns->count; id++)
        enter_column(columns, id);
}

static uint32_t later(uint32_t a, uint32_t b)
{
    return a > b ? a : b;
}

static void add_operands(struct columns *columns, struct column *column,
                         const struct cell *operands)
{
    while (columns->operand_count + column->count > columns->operand_capacity)
        columns->operands =
            arena_grow(columns->arena, columns->operands, columns->operand_count,
                       &columns->operand_capacity, sizeof *columns->operands);
    column->first = (uint32_t)columns->operand_count;
    for (size_t i = 0; i < column->count; i++) {
        columns->operands[columns->operand_count++] = operands[i];
        column->stage = later(column->stage, columns->uniforms[operands[i].scale].stage);
        if (operands[i].core != 0)
            column->stage = later(column->stage, columns->items[operands[i].core].stage);
    }
}

/* The column that there is already; 0 when there is none. */
static column_id find_column(const struct columns *columns, const struct column *like,
                             const struct cell *operands)
{
    size_t mask = columns->slot_count - 1;
    for (size_t slot = like->hash & mask; columns->slots[slot] != 0;
         slot = (slot + 1) & mask)
        if (same_column(columns, columns->slots[slot], like, operands))
            return columns->slots[slot];
    return 0;
}

column_id column_find(const struct columns *columns, const struct column *like,
                      const struct cell *operands, size_t count)
{
    struct column column = *like;
    column.count = (uint32_t)count;
    column.hash = hash_column(&column, operands);
    return find_column(columns, &column, operands);
}

column_id column_make(struct columns *columns, const struct column *like,
                      const struct cell *operands, size_t count)
{
    struct column column = *like;
    column.count = (uint32_t)count;
    column.hash = hash_column(&column, operands);
    column_id found = find_column(columns, &column, operands);
    if (found != 0)
        return found;
    add_operands(columns, &column, operands);
    if (columns->count == columns->capacity)
        columns->items = arena_grow(columns->arena, columns->items, columns->count,
                                    &columns->capacity, sizeof *columns->items);
    column_id id = (column_id)columns->count++;
    columns->items[id] = column;
    if (2 * columns->count > columns->slot_count)
        widen_columns(columns);
    else
        enter_column(columns, id);
    return id;
}
