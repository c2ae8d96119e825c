/* SPDX-License-Identifier: MIT
 * node.h - what the files of graph/ share and nobody else sees. */
#ifndef GRAPH_NODE_H
#define GRAPH_NODE_H

#include "graph/array.h"
#include "graph/pool.h"

/* A stored node.  Cell 0 is no node; its mark is the first one that is free. */
struct cell {
    union {
        double value;    /* OP_CONSTANT */
        uint32_t symbol; /* OP_VARIABLE, OP_PARAMETER, OP_RANGE */
        struct {
            uint32_t first, count; /* in graph->operands */
        } operands;
    } as;
    uint32_t hash;
    uint32_t origin;
    uint32_t mark;       /* of graph_order: base + position */
    uint32_t shape;      /* in graph->shapes */
    uint32_t attributes; /* in graph->attributes */
    uint8_t op;
    bool depends;  /* on a variable */
    bool is_total; /* finite with all its derivatives, wherever the leaves are, short of
                      overflow */
};

struct graph {
    struct memory *memory;
    struct cell *cells;
    size_t cell_count, cell_capacity; /* cell 0 included */
    node_id *operands;
    size_t operand_count, operand_capacity;
    node_id *slots; /* open addressing, 0 is free; slot_count is 0 or a power of two */
    size_t slot_count;
    struct pool shapes, attributes;
    enum shape_fault fault; /* of the last constructor that returned 0 */
    uint32_t origin;
    bool deriving;                    /* derivatives are built: fold.c may reorder */
    bool has_pole;                    /* of what divides: gather_cancelled */
    unsigned fold_depth;              /* of rules within rules */
    unsigned char first_rule[OP_END]; /* of fold.c, by operation, from 1; 0: none */
    struct arena scratch;             /* of one construction */
    struct arena_mark unused; /* the scratch arena with nothing in it but a block */
    bool remembers;           /* gradients and applications, remember.c */
    struct gradient_memory {
        node_id *ids; /* records: f, n, the n leaves, the n derivatives */
        size_t count, capacity;
    } gradients;
    struct application *applications; /* NULL until the first */
};

/* ---- remember.c ---- */

/* The derivatives as they were made before; false when they were not. */
bool gradient_recall(const struct graph *graph, node_id f, const node_id *wrt, size_t n,
                     node_id *out);
void gradient_remember(struct graph *graph, node_id f, const node_id *wrt, size_t n,
                       const node_id *out);
/* What an operation on these operands became before, folded; 0 when that is not known. */
node_id application_recall(const struct graph *graph, enum op op, const node_id *operands,
                           size_t count);
void application_remember(struct graph *graph, enum op op, const node_id *operands,
                          size_t count, node_id node);
/* Forgets what was made of nodes after `last`. */
void remember_release(struct graph *graph, node_id last);
void remember_free(struct graph *graph);

/* Stores a node as it is, without folding, or finds it; an operation of scalars. */
node_id graph_intern(struct graph *graph, enum op op, const node_id *operands,
                     size_t count);
/* Likewise whatever the cell describes, but for its hash and origin.  `operands` must not
 * lie in the graph, whose array may move. */
node_id graph_store(struct graph *graph, struct cell *cell, const node_id *operands);
uint32_t graph_shape_number(struct graph *graph, const struct shape *shape);
/* Opens the scratch arena for a construction; arena_release closes it. */
struct arena_mark graph_scratch(struct graph *graph);

/* The partial derivative of a node with respect to its operand number `which`, as
 * graph_gradient uses it; 0 when it is zero everywhere.  Where *gate is a node it counts
 * only under that condition, and is left out elsewhere. */
node_id graph_partial(struct graph *graph, node_id node, size_t which, node_id *gate);

/* substitute.c: what the operands of a node have become, made[i] of order->nodes[i]; true
 * when they are the same nodes. */
bool node_renew_operands(const struct graph *graph, const struct graph_order *order,
                         const node_id *made, node_id node, node_id *operands);
/* graph_order, or the order in which operands are visited from the last to the first. */
struct graph_order order_of(const struct graph *graph, const node_id *roots, size_t count,
                            struct arena *arena, bool backwards);

/* The first and the last number of an OP_RANGE that has no name. */
void graph_write_range(struct text *out, const struct graph *graph, node_id node,
                       const char *dots);

/* Whether the written form begins with a minus; seen through the first factors. */
bool graph_begins_with_minus(const struct graph *graph, node_id node);

static inline enum op node_op(const struct graph *graph, node_id node)
{
    return (enum op)graph->cells[node].op;
}

static inline size_t node_count(const struct graph *graph, node_id node)
{
    return op_info(node_op(graph, node))->arity == 0
               ? 0
               : graph->cells[node].as.operands.count;
}

static inline node_id node_operand(const struct graph *graph, node_id node, size_t index)
{
    return graph->operands[graph->cells[node].as.operands.first + index];
}

static inline bool is_constant(const struct graph *graph, node_id node)
{
    return node_op(graph, node) == OP_CONSTANT;
}

static inline double node_value(const struct graph *graph, node_id node)
{
    return graph->cells[node].as.value;
}

static inline bool is_scalar(const struct graph *graph, node_id node)
{
    return graph->cells[node].shape == 0;
}

/* What is repeated, where the node only repeats it. */
static inline node_id unbroadcast(const struct graph *graph, node_id node)
{
    return node_op(graph, node) == OP_BROADCAST ? node_operand(graph, node, 0) : node;
}

static inline bool is_number(const struct graph *graph, node_id node, double value)
{
    return is_constant(graph, node) && node_value(graph, node) == value;
}

#endif
