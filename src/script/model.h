/* SPDX-License-Identifier: MIT
 * model.h - what lasts from one run of a solve to the next: its graph, derivatives and
 * compiled programs.
 *
 * A solve that is run again, in a loop or a sweep, is traced again, into the graph of its
 * model, where equal nodes are one.  When nothing new came of that, and the same places
 * of the script were passed in the same order, the objective is the one that is known:
 * derivatives and programs are found by the numbers of their nodes instead of being made.
 * What the script holds are parameters, read at each run.  Otherwise the model is given
 * up, the solve begins anew, and is not remembered again. */
#ifndef SCRIPT_MODEL_H
#define SCRIPT_MODEL_H

#include "script/session.h"
#include "tape/interval.h"
#include "tape/program.h"

struct model;

/* What a solve found when it began, to be put back when it ends. */
struct model_frame {
    struct graph *graph;
    struct model *outer; /* of the solve around */
    struct model *own;   /* NULL: nothing is remembered */
};

/* The solve at `place` begins; its graph is session->graph from here on.  A first run,
 * and one inside another trace, is not remembered. */
struct model_frame model_begin(struct session *session, struct span place);
/* All is traced: whether it is what the model knows.  If not the solve has to be begun
 * anew: beside nodes of another trace, folding could order operands in another way. */
bool model_fits(struct session *session);
void model_end(struct session *session, struct model_frame frame);
/* Forgets all models, also amid a solve; session->graph is its own again. */
void model_clear(struct session *session);

/* Where what the solve compiles is kept: as long as the model, or the solve. */
struct arena *model_arena(struct session *session);
/* What was made of these outputs over these inputs; NULL: nothing yet. */
enum model_kind {
    MODEL_PROGRAM,
    MODEL_INTERVAL,
    MODEL_WALK,
    MODEL_TESTS,
    MODEL_CONVEXITY,
    MODEL_COLUMNS,
    MODEL_SMOOTH,
    MODEL_SQUARES,
    MODEL_KINKS,
    MODEL_WRITTEN_OUT
};
void *model_find(const struct session *session, enum model_kind kind,
                 const node_id *outputs, size_t output_count, const node_id *inputs,
                 size_t input_count);
void model_keep(struct session *session, enum model_kind kind, const node_id *outputs,
                size_t output_count, const node_id *inputs, size_t input_count,
                void *made);
/* A fact about a node that its formula alone decides: `find` tells it, once a model. */
size_t model_fact(struct session *session, enum model_kind kind, node_id node,
                  size_t (*find)(void *user), void *user);
/* program_new and interval_new, unless they were made before. */
struct program *model_program(struct session *session, const node_id *outputs,
                              size_t output_count, const node_id *inputs,
                              size_t input_count);
struct interval_plan *model_interval(struct session *session, const node_id *outputs,
                                     size_t output_count, const node_id *inputs,
                                     size_t input_count);

#endif
