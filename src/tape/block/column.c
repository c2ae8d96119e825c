/* SPDX-License-Identifier: MIT */
#include "tape/block/column.h"

#include <string.h>

enum { FIRST_SLOTS = 256, UNIFORMS = 64, FEW_OPERANDS = 4 };

void columns_open(struct columns *columns, struct arena *arena, size_t expected)
{
    *columns = (struct columns){.arena = arena,
                                .slot_count = FIRST_SLOTS,
                                .uniform_slot_count = FIRST_SLOTS,
                                .capacity = expected + 1,
                                .operand_capacity = FEW_OPERANDS * expected + 1,
                                .uniform_capacity = UNIFORMS,
                                .count = 1};
    while (columns->slot_count < 2 * columns->capacity)
        columns->slot_count *= 2;
    columns->items = arena_get(arena, columns->capacity * sizeof *columns->items);
    columns->items[0] = (struct column){.kind = COLUMN_LOAD};
    columns->operands =
        arena_get(arena, columns->operand_capacity * sizeof *columns->operands);
    columns->uniforms = ARENA_ARRAY(arena, columns->uniform_capacity, struct uniform);
    columns->slots = ARENA_ARRAY(arena, columns->slot_count, uint32_t);
    columns->uniform_slots = ARENA_ARRAY(arena, columns->uniform_slot_count, uint32_t);
    columns->uniforms[columns->uniform_count++] =
        (struct uniform){.kind = UNIFORM_CONSTANT, .value = 1};
    (void)uniform_constant(columns, 0);
}

/* The words are multiplied side by side. */
static uint64_t scatter(uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
    return (a * 0x94d049bb133111ebu ^ b * 0xd6e8feb86659fd93u) +
           (c * 0xa0761d6478bd642fu ^ d * 0xe7037ed1a0b428dbu);
}

/* ---- Uniforms ---- */

static uint32_t later(uint32_t a, uint32_t b)
{
    return a > b ? a : b;
}

static uint64_t hash_uniform(enum uniform_kind kind, size_t a, size_t b, double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    uint64_t hash = scatter((uint64_t)kind, a, b, bits);
    return hash ^ hash >> 32;
}

/* The slot of this uniform; it has 0 when there is none yet. */
static uint32_t *uniform_slot(const struct columns *columns, enum uniform_kind kind,
                              size_t a, size_t b, double value)
{
    size_t mask = columns->uniform_slot_count - 1;
    size_t slot = hash_uniform(kind, a, b, value) & mask;
    for (; columns->uniform_slots[slot] != 0; slot = (slot + 1) & mask) {
        const struct uniform *u = &columns->uniforms[columns->uniform_slots[slot]];
        if (u->kind == kind && u->a == a && u->b == b &&
            memcmp(&u->value, &value, sizeof value) == 0)
            break;
    }
    return &columns->uniform_slots[slot];
}

static void widen_uniforms(struct columns *columns)
{
    columns->uniform_slot_count *= 4;
    columns->uniform_slots =
        ARENA_ARRAY(columns->arena, columns->uniform_slot_count, uint32_t);
    for (uniform_id id = 1; id < columns->uniform_count; id++) {
        const struct uniform *u = &columns->uniforms[id];
        *uniform_slot(columns, u->kind, u->a, u->b, u->value) = id;
    }
}

static uniform_id make_uniform(struct columns *columns, enum uniform_kind kind, size_t a,
                               size_t b, double value, uint32_t stage)
{
    uint32_t *slot = uniform_slot(columns, kind, a, b, value);
    if (*slot != 0)
        return *slot;
    if (columns->uniform_count == columns->uniform_capacity)
        columns->uniforms =
            arena_grow(columns->arena, columns->uniforms, columns->uniform_count,
                       &columns->uniform_capacity, sizeof *columns->uniforms);
    uniform_id id = *slot = (uniform_id)columns->uniform_count++;
    columns->uniforms[id] =
        (struct uniform){.kind = kind, .stage = stage, .a = a, .b = b, .value = value};
    columns->last_stage = later(columns->last_stage, stage);
    if (2 * columns->uniform_count > columns->uniform_slot_count)
        widen_uniforms(columns);
    return id;
}

uniform_id uniform_constant(struct columns *columns, double value)
{
    return value == 1 ? 0 : make_uniform(columns, UNIFORM_CONSTANT, 0, 0, value, 0);
}

uniform_id uniform_element(struct columns *columns, size_t step, size_t number,
                           uint32_t stage)
{
    return make_uniform(columns, UNIFORM_ELEMENT, step, number, 0, stage);
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
    return make_uniform(columns, kind, a < b ? a : b, a < b ? b : a, 0,
                        later(x->stage, y->stage));
}

uniform_id uniform_product(struct columns *columns, uniform_id a, uniform_id b)
{
    if (a == 0 || b == 0)
        return a + b;
    return join_uniforms(columns, UNIFORM_PRODUCT, a, b);
}

uniform_id uniform_sum(struct columns *columns, uniform_id a, uniform_id b)
{
    if (a == uniform_zero || uniform_is(columns, a, 0))
        return b;
    return uniform_is(columns, b, 0) ? a : join_uniforms(columns, UNIFORM_SUM, a, b);
}

uniform_id uniform_inverse(struct columns *columns, uniform_id a)
{
    const struct uniform *x = &columns->uniforms[a];
    if (x->kind == UNIFORM_CONSTANT)
        return uniform_constant(columns, 1 / x->value);
    return make_uniform(columns, UNIFORM_INVERSE, a, 0, 0, x->stage);
}

/* ---- Columns ---- */

/* What a column is looked for by.  Its fields are handed on one by one: a copy of what
 * was only just written would wait for it. */
struct key {
    enum column_kind kind;
    enum op op;
    size_t extent;
    const struct column *payload; /* a, b, c and d stand there */
    const struct cell *operands;
    size_t count;
    uint32_t hash;
};

/* Only the operands wait for each other. */
static inline uint32_t hash_key(const struct key *key)
{
    const struct column *p = key->payload;
    uint64_t kind = (uint64_t)key->kind << 32 | (uint64_t)key->op;
    uint64_t hash = scatter(p->a, p->b, p->c, p->d) ^
                    (kind * 0x9e3779b97f4a7c15u + key->extent * 0xbf58476d1ce4e5b9u);
    hash ^= hash >> 29;
    for (size_t i = 0; i < key->count; i++)
        hash = (hash ^ ((uint64_t)key->operands[i].scale << 32 | key->operands[i].core)) *
               0x9e3779b97f4a7c15u;
    return (uint32_t)(hash ^ hash >> 32);
}

static inline bool has_key(const struct columns *columns, column_id id,
                           const struct key *key)
{
    const struct column *c = &columns->items[id], *p = key->payload;
    return c->hash == key->hash && c->kind == key->kind && c->op == key->op &&
           c->extent == key->extent && c->a == p->a && c->b == p->b && c->c == p->c &&
           c->d == p->d && c->count == key->count &&
           (c->count == 0 || memcmp(column_operands(columns, id), key->operands,
                                    c->count * sizeof *key->operands) == 0);
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
        if (columns->items[id].kind != COLUMN_PART)
            enter_column(columns, id);
}

static uint32_t add_operands(struct columns *columns, const struct cell *operands,
                             size_t count)
{
    while (columns->operand_count + count > columns->operand_capacity)
        columns->operands =
            arena_grow(columns->arena, columns->operands, columns->operand_count,
                       &columns->operand_capacity, sizeof *columns->operands);
    uint32_t first = (uint32_t)columns->operand_count;
    for (size_t i = 0; i < count; i++)
        columns->operands[first + i] = operands[i];
    columns->operand_count += count;
    return first;
}

static uint32_t stage_of(const struct columns *columns, uint32_t least,
                         const struct cell *operands, size_t count)
{
    uint32_t stage = least;
    for (size_t i = 0; i < count; i++) {
        stage = later(stage, columns->uniforms[operands[i].scale].stage);
        if (operands[i].core != 0)
            stage = later(stage, columns->items[operands[i].core].stage);
    }
    return stage;
}

/* The slot of this column; it has 0 when there is none yet. */
static inline uint32_t *find_slot(const struct columns *columns, const struct key *key)
{
    size_t mask = columns->slot_count - 1, slot = key->hash & mask;
    while (columns->slots[slot] != 0 && !has_key(columns, columns->slots[slot], key))
        slot = (slot + 1) & mask;
    return &columns->slots[slot];
}

column_id column_find(const struct columns *columns, const struct column *like,
                      const struct cell *operands, size_t count)
{
    struct key key = {like->kind, like->op, like->extent, like, operands, count, 0};
    key.hash = hash_key(&key);
    return *find_slot(columns, &key);
}

/* A new column at the end, to be filled in. */
static column_id add_column(struct columns *columns)
{
    if (columns->count == columns->capacity)
        columns->items = arena_grow(columns->arena, columns->items, columns->count,
                                    &columns->capacity, sizeof *columns->items);
    return (column_id)columns->count++;
}

static inline column_id make_column(struct columns *columns, struct key *key)
{
    const struct column *p = key->payload;
    key->hash = hash_key(key);
    uint32_t *slot = find_slot(columns, key);
    if (*slot != 0)
        return *slot;
    column_id id = *slot = add_column(columns);
    struct column *made = &columns->items[id];
    made->kind = key->kind;
    made->op = key->op;
    made->extent = key->extent;
    made->stage = stage_of(columns, p->stage, key->operands, key->count);
    columns->last_stage = later(columns->last_stage, made->stage);
    made->first = add_operands(columns, key->operands, key->count);
    made->count = (uint32_t)key->count;
    made->hash = key->hash;
    made->a = p->a;
    made->b = p->b;
    made->c = p->c;
    made->d = p->d;
    if (2 * columns->count > columns->slot_count)
        widen_columns(columns);
    return id;
}

column_id column_make(struct columns *columns, const struct column *like,
                      const struct cell *operands, size_t count)
{
    struct key key = {like->kind, like->op, like->extent, like, operands, count, 0};
    return make_column(columns, &key);
}

column_id column_join(struct columns *columns, enum column_kind kind, enum op op,
                      size_t extent, const struct cell *operands, size_t count)
{
    static const struct column nothing;
    struct key key = {kind, op, extent, &nothing, operands, count, 0};
    return make_column(columns, &key);
}

column_id column_make_parts(struct columns *columns, column_id product, size_t count)
{
    struct cell whole = cell_of(product);
    struct column part = {.kind = COLUMN_PART,
                          .extent = columns->items[product].extent,
                          .stage = columns->items[product].stage,
                          .count = 1};
    if (product + 1 < columns->count) /* they are there */
        return product + 1;
    part.first = add_operands(columns, &whole, 1);
    for (part.a = 0; part.a < count; part.a++)
        columns->items[add_column(columns)] = part;
    return product + 1;
}
