/* SPDX-License-Identifier: MIT
 * walk.h - many fixed steps of gradient descent at once, for an objective of numbers: the
 * loop over the steps runs inside the scalar program, and the values at the points that
 * were visited are computed together afterwards. */
#ifndef TAPE_WALK_H
#define TAPE_WALK_H

#include "graph/graph.h"

struct walk;

/* Of `objective` and its derivatives `partials` by the first n of the leaves `inputs`.
 * Memory is in `arena`.  NULL when there are arrays. */
struct walk *walk_new(struct arena *arena, const struct graph *graph, node_id objective,
                      const node_id *partials, size_t n, const node_id *inputs,
                      size_t input_count);
/* Whether so many steps were made that native code would pay (native/native.h), and it
 * was not asked for yet. */
bool walk_is_long(const struct walk *walk);
/* Has native code make the steps from now on, where there can be some; the arguments are
 * those of walk_new. */
void walk_make_native(struct walk *walk, struct arena *arena, const struct graph *graph,
                      node_id objective, const node_id *partials, const node_id *inputs);
/* x and gradient have count + 1 rows of n numbers, value as many; the first of each is
 * given.  Row i + 1 of x becomes row i plus `factor` times row i of gradient; gradient
 * and value there follow, with the bits of single evaluations.  inputs[n] and so on are
 * the numbers of the other leaves.  Allocates nothing. */
void walk_run(struct walk *walk, const double *const *inputs, size_t count, double factor,
              double *x, double *gradient, double *value);

#endif
