/* SPDX-License-Identifier: MIT
 * fold.h - how the numbers that a reduction takes become one.
 *
 * They come in order, in full blocks but for the last one.  A sum within a block of more
 * than FOLD_BY_HAND is taken in eight lanes that are joined as a tree, up to that many
 * are added one after the other as by hand; the sums of blocks are joined as a tree too
 * (Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., 2002, section 4.2,
 * pairwise summation): the error grows with the logarithm of their number, and the bits
 * depend on nothing but it. */
#ifndef TAPE_KERNELS_FOLD_H
#define TAPE_KERNELS_FOLD_H

#include "graph/graph.h"

/* 2^28 elements at most are 2^20 blocks: a tree of 21 levels. */
enum { FOLD_BLOCK = 256, FOLD_BY_HAND = 32, FOLD_LEVELS = 22, FOLD_PASSES = 2 };

/* What has been taken so far. */
struct fold {
    double value;             /* the extreme, the product */
    double scale;             /* of the norm: a power of two */
    double place;             /* of the extreme, from 1 */
    double taken;             /* elements, in the first pass */
    size_t blocks;            /* that the sum has */
    size_t level;             /* of sums in the tree */
    double sums[FOLD_LEVELS]; /* of 2^k blocks each, from many to few */
};

typedef void fold_take(struct fold *fold, const double *x, size_t n);
struct fold_rule {
    fold_take *take[FOLD_PASSES]; /* over all elements; the second may be NULL */
    double (*finish)(const struct fold *fold);
    double (*at_once)(const double *x, size_t n); /* the same of one block or nothing; may
                                                     be NULL */
};

/* Of a reduction of ops.def. */
const struct fold_rule *fold_rule(enum op op);
void fold_begin(struct fold *fold);

#endif
