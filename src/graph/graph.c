/* SPDX-License-Identifier: MIT
 * The store of nodes: three growing arrays and a hash table over them.
 *
 * A failing request raises before anything has changed, so the graph stays whole; what
 * was under construction is forgotten by graph_release or graph_free. */
#include "graph/node.h"

#include "graph/array_node.h"
#include "graph/fold.h"

#include <assert.h>
#include <math.h>
#include <string.h>

enum { FIRST_CAPACITY = 64 };

/* One request only, so that a failure leaves nothing behind. */
struct graph *graph_new(struct memory *memory)
{
    struct graph *graph = memory_take(memory, sizeof *graph);
    *graph = (struct graph){.memory = memory,
                            .shapes = {.item_size = sizeof(struct shape)},
                            .attributes = {.item_size = sizeof(struct attributes)}};
    arena_init(&graph->scratch, memory);
    fold_find_rules(graph);
    return graph;
}

void graph_free(struct graph *graph)
{
    if (graph == NULL)
        return;
    struct memory *memory = graph->memory;
    arena_clear(&graph->scratch);
    pool_free(&graph->shapes, memory);
    pool_free(&graph->attributes, memory);
    memory_give(memory, graph->cells, graph->cell_capacity * sizeof *graph->cells);
    memory_give(memory, graph->operands,
                graph->operand_capacity * sizeof *graph->operands);
    memory_give(memory, graph->slots, graph->slot_count * sizeof *graph->slots);
    remember_free(graph);
    memory_give(memory, graph, sizeof *graph);
}

size_t graph_size(const struct graph *graph)
{
    return graph->cell_count == 0 ? 0 : graph->cell_count - 1;
}

bool graph_is_total(const struct graph *graph, node_id node)
{
    return graph->cells[node].is_total;
}

struct node graph_node(const struct graph *graph, node_id id)
{
    assert(id > 0 && id < graph->cell_count);
    const struct cell *cell = &graph->cells[id];
    struct node node = {.op = (enum op)cell->op,
                        .origin = cell->origin,
                        .depends = cell->depends,
                        .shape = cell->shape,
                        .count = node_count(graph, id)};
    if (node.op == OP_CONSTANT)
        node.value = cell->as.value;
    else if (op_info(node.op)->arity == 0)
        node.symbol = cell->as.symbol;
    else
        node.operands = graph->operands + cell->as.operands.first;
    return node;
}

void graph_set_origin(struct graph *graph, uint32_t origin)
{
    graph->origin = origin;
}

uint32_t graph_origin(const struct graph *graph)
{
    return graph->origin;
}

struct arena_mark graph_scratch(struct graph *graph)
{
    if (graph->scratch.last == NULL) { /* a first block that all releases keep */
        (void)arena_get(&graph->scratch, 1);
        graph->unused = arena_mark(&graph->scratch);
    }
    return arena_mark(&graph->scratch);
}

/* ---- Room ---- */

/* At least `wanted` elements in the array; node numbers have 32 bits, which is a limit.
 */
static void *make_room(struct graph *graph, void *old, size_t count, size_t *capacity,
                       size_t wanted, size_t size)
{
    if (wanted <= *capacity)
        return old;
    if (wanted >= UINT32_MAX)
        fail_raise(graph->memory->fail, FAIL_MEMORY_LIMIT);
    size_t grown = *capacity == 0 ? FIRST_CAPACITY : *capacity;
    while (grown < wanted)
        grown *= 2;
    void *array = memory_take(graph->memory, grown * size);
    if (count > 0)
        memcpy(array, old, count * size);
    memory_give(graph->memory, old, *capacity * size);
    *capacity = grown;
    return array;
}

static void insert_slot(struct graph *graph, node_id node)
{
    size_t at = graph->cells[node].hash & (graph->slot_count - 1);
    while (graph->slots[at] != 0)
        at = (at + 1) & (graph->slot_count - 1);
    graph->slots[at] = node;
}

/* At most half full.  Inserting in the order of the numbers gives the same table as if it
 * had always had this size, which graph_release relies on. */
static void make_slots(struct graph *graph)
{
    if (2 * (graph->cell_count + 1) <= graph->slot_count)
        return;
    size_t count = graph->slot_count == 0 ? 4 * FIRST_CAPACITY : 2 * graph->slot_count;
    node_id *slots = memory_take(graph->memory, count * sizeof *slots);
    memset(slots, 0, count * sizeof *slots);
    memory_give(graph->memory, graph->slots, graph->slot_count * sizeof *slots);
    graph->slots = slots;
    graph->slot_count = count;
    for (size_t node = 1; node < graph->cell_count; node++)
        insert_slot(graph, (node_id)node);
}

static void reserve(struct graph *graph, size_t operands)
{
    graph->cells =
        make_room(graph, graph->cells, graph->cell_count, &graph->cell_capacity,
                  graph->cell_count + 2, sizeof *graph->cells);
    graph->operands =
        make_room(graph, graph->operands, graph->operand_count, &graph->operand_capacity,
                  graph->operand_count + operands, sizeof *graph->operands);
    if (graph->cell_count == 0) {
        graph->cells[0] = (struct cell){.mark = 1};
        graph->cell_count = 1;
    }
    make_slots(graph);
}

/* ---- Equal expressions are one node ---- */

static uint32_t mix(uint32_t hash, uint32_t word)
{
    hash ^= word;
    hash *= 0x9E3779B1u; /* 2^32 / golden ratio: multiplicative hashing, Knuth 6.4 */
    return hash ^ (hash >> 15);
}

static bool is_leaf(enum op op)
{
    return op_info(op)->arity == 0;
}

static uint32_t hash_of(const struct cell *cell, const node_id *operands)
{
    uint32_t hash = mix(mix(mix(0x811C9DC5u, cell->op), cell->shape), cell->attributes);
    if (cell->op == OP_CONSTANT) {
        uint64_t bits = 0;
        memcpy(&bits, &cell->as.value, sizeof bits);
        return mix(mix(hash, (uint32_t)bits), (uint32_t)(bits >> 32));
    }
    if (is_leaf((enum op)cell->op))
        return mix(hash, cell->as.symbol);
    for (size_t i = 0; i < cell->as.operands.count; i++)
        hash = mix(hash, operands[i]);
    return hash;
}

static bool is_same(const struct graph *graph, const struct cell *a,
                    const struct cell *wanted, const node_id *operands)
{
    if (a->hash != wanted->hash || a->op != wanted->op || a->shape != wanted->shape ||
        a->attributes != wanted->attributes)
        return false;
    if (a->op == OP_CONSTANT) /* 0 and -0 are two numbers; all NaN are one */
        return memcmp(&a->as.value, &wanted->as.value, sizeof a->as.value) == 0;
    if (is_leaf((enum op)a->op))
        return a->as.symbol == wanted->as.symbol;
    size_t count = a->as.operands.count;
    return count == wanted->as.operands.count &&
           memcmp(graph->operands + a->as.operands.first, operands,
                  count * sizeof *operands) == 0;
}

node_id graph_store(struct graph *graph, struct cell *wanted, const node_id *operands)
{
    size_t count = is_leaf((enum op)wanted->op) ? 0 : wanted->as.operands.count;
    reserve(graph, count);
    wanted->hash = hash_of(wanted, operands);
    wanted->origin = graph->origin;
    size_t at = wanted->hash & (graph->slot_count - 1);
    for (; graph->slots[at] != 0; at = (at + 1) & (graph->slot_count - 1))
        if (is_same(graph, &graph->cells[graph->slots[at]], wanted, operands))
            return graph->slots[at];
    node_id node = (node_id)graph->cell_count++;
    if (count > 0) {
        memcpy(graph->operands + graph->operand_count, operands,
               count * sizeof *operands);
        wanted->as.operands.first = (uint32_t)graph->operand_count;
        graph->operand_count += count;
    }
    graph->cells[node] = *wanted;
    graph->slots[at] = node;
    return node;
}

static bool is_total(const struct graph *graph, enum op op, const node_id *operands,
                     size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!graph->cells[operands[i]].is_total)
            return false;
    enum op_defined defined = op_info(op)->defined;
    if (defined == DEFINED_EVERYWHERE || defined == DEFINED_PARTLY)
        return defined == DEFINED_EVERYWHERE;
    if (!is_constant(graph, operands[1]))
        return false;
    double value = node_value(graph, operands[1]);
    return defined == DEFINED_DIVISOR ? value != 0 : value >= 0 && value == floor(value);
}

/* What the operands are broadcast to.  That they align is up to the caller; that it is
 * not too large as well, but for derivatives. */
static struct shape due_shape(struct graph *graph, const node_id *operands, size_t count)
{
    struct shape due = {0};
    enum shape_fault fault = graph_broadcast(graph, operands, count, &due);
    assert(fault == SHAPE_FITS || graph->deriving);
    if (fault != SHAPE_FITS)
        fail_raise(graph->memory->fail, FAIL_MEMORY_LIMIT);
    return due;
}

/* The shape of an elementwise operation; most often that of the first operand. */
static uint32_t common_shape(struct graph *graph, const node_id *operands, size_t count)
{
    uint32_t first = count == 0 ? 0 : graph->cells[operands[0]].shape;
    size_t same = 0;
    while (same < count && graph->cells[operands[same]].shape == first)
        same++;
    if (same == count)
        return first;
    struct shape shape = due_shape(graph, operands, count);
    return graph_shape_number(graph, &shape);
}

node_id graph_intern(struct graph *graph, enum op op, const node_id *operands,
                     size_t count)
{
    struct cell cell = {.op = (uint8_t)op};
    cell.as.operands.count = (uint32_t)count;
    cell.shape = common_shape(graph, operands, count);
    cell.is_total = is_total(graph, op, operands, count);
    for (size_t i = 0; i < count && !cell.depends; i++)
        cell.depends = graph->cells[operands[i]].depends;
    return graph_store(graph, &cell, operands);
}

node_id graph_constant(struct graph *graph, double value)
{
    struct cell cell = {.op = OP_CONSTANT, .is_total = isfinite(value)};
    cell.as.value = isnan(value) ? (double)NAN : value;
    return graph_store(graph, &cell, NULL);
}

/* The expression folded, or as a node. */
static node_id finish(struct graph *graph, struct expression *e)
{
    node_id node = fold(graph, e);
    return node != 0 ? node : graph_intern(graph, e->op, e->operands, e->count);
}

/* Repeating is put off until the operation is done: f(broadcast(x)) is broadcast(f(x)).
 * So it is also done when a rule leaves something smaller: x - x is 0, as often as due.
 */
static node_id finish_arrays(struct graph *graph, struct expression *e)
{
    struct shape due = due_shape(graph, e->operands, e->count);
    if (shape_elements(&due) == 0)
        return array_of_number(graph, 0, &due);
    for (size_t i = 0; i < e->count; i++)
        e->operands[i] = unbroadcast(graph, e->operands[i]);
    return graph_broadcast_to(graph, finish(graph, e), &due);
}

node_id graph_apply(struct graph *graph, enum op op, const node_id *operands,
                    size_t count)
{
    assert(op_info(op)->arity < 0 ||
           (op_info(op)->arity > 0 && (size_t)op_info(op)->arity == count));
    assert(!op_is_array(op));
    node_id node = application_recall(graph, op, operands, count);
    if (node != 0)
        return node;
    struct arena_mark mark = graph_scratch(graph);
    struct expression e = {.op = op, .count = count};
    bool all_scalars = true;
    e.operands = arena_get(&graph->scratch, (2 * count + 1) * sizeof *operands);
    node_id *given = e.operands + count + 1; /* the caller's may lie in the graph */
    for (size_t i = 0; i < count; i++) {
        assert(operands[i] > 0 && operands[i] < graph->cell_count);
        e.operands[i] = given[i] = operands[i];
        all_scalars = all_scalars && is_scalar(graph, operands[i]);
    }
    node = all_scalars ? finish(graph, &e) : finish_arrays(graph, &e);
    application_remember(graph, op, given, count, node);
    arena_release(&graph->scratch, mark);
    return node;
}

node_id graph_apply1(struct graph *graph, enum op op, node_id a)
{
    return graph_apply(graph, op, &a, 1);
}

node_id graph_apply2(struct graph *graph, enum op op, node_id a, node_id b)
{
    node_id operands[] = {a, b};
    return graph_apply(graph, op, operands, 2);
}

node_id graph_apply3(struct graph *graph, enum op op, node_id a, node_id b, node_id c)
{
    node_id operands[] = {a, b, c};
    return graph_apply(graph, op, operands, 3);
}

/* ---- Forgetting ---- */

struct graph_mark graph_mark(const struct graph *graph)
{
    struct graph_mark mark = {(node_id)graph_size(graph), graph->operand_count,
                              graph->shapes.count, graph->attributes.count};
    return mark;
}

/* From the last node back: under linear probing the entry made last is the end of its
 * chain, so clearing its slot gives the table as it was before. */
void graph_release(struct graph *graph, struct graph_mark mark)
{
    if (graph_size(graph) > mark.last)
        remember_release(graph, mark.last);
    for (size_t node = graph_size(graph); node > mark.last; node--) {
        size_t at = graph->cells[node].hash & (graph->slot_count - 1);
        while (graph->slots[at] != node)
            at = (at + 1) & (graph->slot_count - 1);
        graph->slots[at] = 0;
        graph->cell_count--;
    }
    graph->operand_count = mark.operands;
    pool_release(&graph->shapes, mark.shapes);
    pool_release(&graph->attributes, mark.attributes);
    graph->deriving = graph->has_pole =
        false; /* a failure may have cut a construction short */
    graph->fold_depth = 0;
    if (graph->scratch.last != NULL)
        arena_release(&graph->scratch, graph->unused);
}
