/* SPDX-License-Identifier: MIT
 * derivation.h - what the files of a derivation share: derive.c walks its states,
 * derive_rules.c holds the rules, derive_build.c writes expressions as on paper. */
#ifndef GRAPH_DERIVATION_H
#define GRAPH_DERIVATION_H

#include "graph/derive.h"
#include "graph/node.h"

/* What is known of a node of the graph. */
struct derivation_note {
    bool depends;     /* on the leaf that is derived by */
    uint32_t pending; /* 1 + the number of its pending derivative; 0 when there is none */
};

struct deriver {
    struct graph *graph;
    struct arena *arena;
    node_id wrt;
    struct derivation_steps *out;
    struct derivation_note *notes; /* by node */
    size_t noted, note_capacity;
    size_t work; /* nodes visited */
};

bool derive_depends(struct deriver *d, node_id node);
/* The leaf d/dx[of], made when it is new. */
node_id derive_pending(struct deriver *d, node_id of);

/* What the rule for `node` makes of its derivative, and the rule's name. */
struct derivation_slope {
    node_id node;
    const char *rule;
};
struct derivation_slope derive_slope(struct deriver *d, node_id node);
/* Of an operation of arrays (derive_array.c). */
struct derivation_slope derive_array(struct deriver *d, node_id node);
/* An operation of arrays again, with other operands, which are repeated to the shapes of
 * those it has. */
node_id derive_array_like(struct graph *graph, node_id node, const node_id *operands);

/* Whether a name is one word, after which a bracket cannot be misread. */
bool derive_is_word(const char *name);
/* Writes a state: a pending derivative of an array with its formula, under the names of
 * the loops around; one of a number as `name` has it. */
void graph_print_state(struct text *out, const struct graph *graph, node_id node,
                       graph_namer *name, void *user,
                       const struct derivation_steps *steps);

/* op of the operands as a person puts it down: nothing is added to a zero or multiplied
 * by one, sums in sums and products in products lose their parentheses; the order stays
 * and nothing else is simplified.  One operand alone may be given to OP_ADD and
 * OP_MULTIPLY. */
node_id derive_build(struct graph *graph, enum op op, const node_id *operands,
                     size_t count);
node_id derive_build1(struct graph *graph, enum op op, node_id a);
node_id derive_build2(struct graph *graph, enum op op, node_id a, node_id b);
/* The factors of a product as it is written, in the scratch arena: a*b*c may be stored as
 * (a*b)*c. */
node_id *derive_factors(struct graph *graph, node_id product, size_t *count);
/* Whether the written form begins with a minus that can be taken off. */
bool derive_begins_with_minus(const struct graph *graph, node_id node);
/* A partial times the slope of what is inside; a fraction stays one fraction. */
node_id derive_chain(struct graph *graph, node_id partial, node_id slope);

#endif
