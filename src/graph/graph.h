/* SPDX-License-Identifier: MIT
 * graph.h - expressions as one shared, append-only array of nodes.
 *
 * A node is an index; operands always stand before their users, so differentiating,
 * folding, printing and evaluating are loops over the array, never recursion.  Equal
 * expressions are one node (hash-consing).  Construction folds (fold.c).  Nodes know
 * nothing of the source: they carry an opaque `origin`, which derivative and folded nodes
 * inherit.
 *
 * A node is a number, or an array of a fixed shape: array.h has what concerns those. */
#ifndef GRAPH_GRAPH_H
#define GRAPH_GRAPH_H

#include "base/arena.h"
#include "base/text.h"
#include "graph/shape.h"

#include <stdbool.h>
#include <stdint.h>

typedef uint32_t node_id; /* 0 is no node */

enum op {
#define OP(id, spelling, arity, ...) OP_##id,
#include "graph/ops.def"
    OP_COUNT, /* those before act on numbers, element by element; those behind on arrays
               */
#define ARRAY_OP(id, spelling, arity, ...) OP_##id,
#include "graph/ops.def"
    OP_END
};
static inline bool op_is_array(enum op op)
{
    return op > OP_COUNT;
}

/* A node as it is seen from outside.  `operands` is valid until the next construction. */
struct node {
    enum op op;
    uint32_t symbol; /* of OP_VARIABLE, OP_PARAMETER and OP_RANGE */
    double value;    /* of OP_CONSTANT */
    uint32_t origin;
    bool depends;   /* on a variable, directly or not */
    uint32_t shape; /* 0 is the scalar; equal where the shapes are (graph_shape) */
    const node_id *operands;
    size_t count;
};

struct graph;

/* An empty graph whose memory is drawn on `memory`, given back by graph_free. */
struct graph *graph_new(struct memory *memory);
void graph_free(struct graph *graph);
size_t graph_size(const struct graph *graph); /* nodes are 1 .. size */
/* Whether the node is finite with all its derivatives wherever the leaves are, short of
 * overflow; as far as each operation by itself tells. */
bool graph_is_total(const struct graph *graph, node_id node);
struct node graph_node(const struct graph *graph, node_id node);

/* New nodes get this origin until it is set again; a node that exists keeps its own. */
void graph_set_origin(struct graph *graph, uint32_t origin);
uint32_t graph_origin(const struct graph *graph);

node_id graph_constant(struct graph *graph, double value);
/* What a search moves, and what it holds fixed: leaves told apart by symbol. */
node_id graph_variable(struct graph *graph, uint32_t symbol);
node_id graph_parameter(struct graph *graph, uint32_t symbol);
/* op of the operands, folded where a rule applies; element by element when there are
 * arrays among them, whose shapes must fit (graph_broadcast).  OP_ADD and OP_MULTIPLY
 * take any number of operands; the others as many as their arity.  No operation of
 * arrays. */
node_id graph_apply(struct graph *graph, enum op op, const node_id *operands,
                    size_t count);
node_id graph_apply1(struct graph *graph, enum op op, node_id a);
node_id graph_apply2(struct graph *graph, enum op op, node_id a, node_id b);
node_id graph_apply3(struct graph *graph, enum op op, node_id a, node_id b, node_id c);

/* out[i] becomes roots[i] with each leaf from[k] replaced by to[k], all at the same time:
 * what is put in is not searched again.  One pass over the nodes that the roots need;
 * what holds none of the leaves stays the same node, what is made anew keeps its origin.
 * What takes the place of a leaf is broadcast to its shape.  `out` may be `roots`. */
void graph_substitute(struct graph *graph, const node_id *roots, size_t count,
                      const node_id *from, const node_id *to, size_t n, node_id *out);

/* Everything constructed after the mark is forgotten at the release. */
struct graph_mark {
    node_id last;
    size_t operands, shapes, attributes;
};
struct graph_mark graph_mark(const struct graph *graph);
void graph_release(struct graph *graph, struct graph_mark mark);

/* out[i] becomes the partial derivative of the scalar `f` with respect to the leaf
 * wrt[i], of the shape of that leaf, for all i by one reverse accumulation (Griewank and
 * Walther, Evaluating Derivatives, ch. 3): the nodes made are a small constant times
 * those of f, whatever n is. */
void graph_gradient(struct graph *graph, node_id f, const node_id *wrt, size_t n,
                    node_id *out);

/* From here on graph_gradient and graph_apply remember what they made, and make nothing
 * twice: for a graph that is used again and again. */
void graph_remember(struct graph *graph);

/* Writes the formula as a person would; `name` gives the text of a leaf's symbol. */
typedef const char *graph_namer(void *user, uint32_t symbol);
void graph_print(struct text *out, const struct graph *graph, node_id node,
                 graph_namer *name, void *user);
/* One line a node, operands by number: for goldens. */
void graph_dump(struct text *out, const struct graph *graph, const node_id *roots,
                size_t count, graph_namer *name, void *user);

/* The nodes that some roots need, each once, operands before their users. */
struct graph_order {
    node_id *nodes;
    size_t count;
    uint32_t base; /* of the marks by which graph_position finds a node */
};
/* The order in which the roots, one after the other, are evaluated left to right.  Memory
 * is in `arena`.  The graph's nodes carry the marks: of the orders of one graph only the
 * last one made answers graph_position. */
struct graph_order graph_order(const struct graph *graph, const node_id *roots,
                               size_t count, struct arena *arena);
/* The index of `node` in the order; SIZE_MAX when it is not needed. */
size_t graph_position(const struct graph *graph, const struct graph_order *order,
                      node_id node);

/* How tightly the printed form of an operation binds, from loosest to tightest. */
enum op_level {
    LEVEL_CONDITION,
    LEVEL_OR,
    LEVEL_AND,
    LEVEL_NOT,
    LEVEL_COMPARE,
    LEVEL_SUM,
    LEVEL_PRODUCT,
    LEVEL_SIGN,
    LEVEL_POWER,
    LEVEL_CALL /* functions and leaves */
};

/* Where an operation and all its derivatives are finite; ops.def says more. */
enum op_defined {
    DEFINED_EVERYWHERE,
    DEFINED_PARTLY,
    DEFINED_DIVISOR, /* where the second operand is not 0 */
    DEFINED_EXPONENT /* everywhere when the exponent is a natural number */
};

/* What ops.def says of an operation. */
struct op_info {
    const char *id;       /* "MULTIPLY" */
    const char *spelling; /* "*" or "exp" */
    int arity;            /* -1: any number */
    enum op_level level;
    enum op_defined defined;
    const char *rule;   /* of differentiation: "product rule", "exp" */
    const char *domain; /* where there is a value: "x > 0"; "" everywhere */
    const char *kinks;  /* where there is a value and no derivative */
};
const struct op_info *op_info(enum op op);
/* By spelling as a function name ("exp") of numbers; false when there is none. */
bool op_find_function(const char *spelling, enum op *op);
/* The value of the operation: the formulas of ops.def, used by every plain evaluation.
 * NaN for leaves and operations of arrays. */
double op_value(enum op op, const double *operands, size_t count);

#endif
