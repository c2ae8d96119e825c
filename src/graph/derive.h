/* SPDX-License-Identifier: MIT
 * derive.h - the derivation of a derivative, line by line, each line with its rule.
 *
 * A derivation is a row of equal expressions.  The first is d/dx[f]; in every step each
 * derivative that is still pending is replaced by what its rule makes of it, with the
 * partials by which graph_gradient works (graph_partial); the last one is the node that
 * graph_gradient gives.  A pending derivative is a leaf of the graph, so a state of the
 * derivation is an ordinary expression: it can be printed, evaluated and substituted. */
#ifndef GRAPH_DERIVE_H
#define GRAPH_DERIVE_H

#include "graph/graph.h"

/* ---- As text ---- */

struct derivation_line {
    const char *text; /* "L'(w) = d/dw[2*w]", "      = 2" */
    const char *rule; /* by which it follows from the line before; "" on the first */
};

struct derivation {
    struct derivation_line *lines;
    size_t count;
    bool shortened; /* lines are left out or cut off */
};

/* The derivation of the derivative of `f` with respect to the leaves wrt[0], then wrt[1],
 * ... (`order` of them).  Every stage ends with its derivative, and the next one begins
 * with it; left[k] is what stands before the first equals sign of stage k ("L'(w)",
 * "L''(w)"), NULL or "" when nothing does: then the line begins with d/dw[...] itself.
 * Text is in `arena`; the nodes made stay in the graph. */
void graph_derive(struct graph *graph, node_id f, const node_id *wrt, size_t order,
                  struct arena *arena, graph_namer *name, void *user,
                  const char *const *left, struct derivation *out);

/* The lines below each other, the rules in one column behind them. */
void graph_derivation_print(struct text *out, const struct derivation *derivation);

/* ---- As expressions ---- */

/* d/dx[of], a leaf of the graph. */
struct pending {
    node_id leaf;
    node_id of, wrt;
    bool is_expanded; /* then: */
    node_id slope;    /* what its rule made of it */
    const char *rule; /* "chain rule: exp" */
};

struct derivation_step {
    node_id state;
    const char *rule; /* "" on the first */
};

/* One stage.  Memory is in the arena that graph_derive_steps was given. */
struct derivation_steps {
    struct derivation_step *steps;
    size_t count, capacity;
    struct pending *pendings; /* number k is the leaf with symbol PENDING_SYMBOL - k */
    size_t pending_count, pending_capacity;
    size_t left_out;   /* steps between the last but one and the last that are not kept */
    bool is_cut_short; /* there are more of them than were counted */
};

/* Symbols from here down belong to pending derivatives: no name of a script is as high.
 */
#define PENDING_SYMBOL UINT32_MAX

/* The derivation of df/dwrt.  Pending leaves are numbered anew, from 0: what an earlier
 * call gave is to be used up before. */
void graph_derive_steps(struct graph *graph, node_id f, node_id wrt, struct arena *arena,
                        struct derivation_steps *out);
/* The pending derivative that a leaf with this symbol stands for; NULL when it is none.
 */
const struct pending *graph_pending(const struct derivation_steps *steps,
                                    uint32_t symbol);

#endif
