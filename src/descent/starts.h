/* SPDX-License-Identifier: MIT
 * starts.h - what the parts of a search from many starts share. */
#ifndef DESCENT_STARTS_H
#define DESCENT_STARTS_H

#include "descent/engine.h"
#include "descent_starts.h"

/* What a candidate is ordered by: how far conditions are broken, then its value (Deb, An
 * efficient constraint handling method for genetic algorithms, Computer Methods in
 * Applied Mechanics and Engineering 186, 2000). */
struct worth {
    double violation, value;
};

/* `count` points with what they are worth. */
struct candidates {
    size_t count;
    double *x;
    struct worth *worth;
    size_t *order; /* the best first */
};

struct multistart {
    descent_minima told; /* first: it is what the caller holds */
    const descent_problem *problem;
    const descent_starts *starts;
    descent_options memory;  /* the caller's allocate and release */
    descent_options options; /* the caller's, with blocks that are used again */
    size_t block_size, n;
    struct candidates drawn, evolved;
    double *trial, *room, *spread; /* n each; how far the drawn candidates reach */
    double *conditions;            /* their values at a candidate */
    double *chosen;                /* the starts so far, count * n */
    size_t chosen_count, searches;
    double *minima_x;
    bool is_interrupted;
    void *spare; /* a block that is not in use */
    size_t spare_size;
};

/* ---- starts_candidates.c ---- */

bool starts_is_better(struct worth a, struct worth b);
/* How many differential evolution goes on from: none among very many variables. */
size_t starts_count_evolved(size_t count, size_t n);
/* Draws the candidates, goes on from the best, and chooses the starts. */
void starts_choose(struct multistart *m);

/* From 0 to below 1. */
double starts_uniform(struct multistart *m);

/* ---- starts_hops.c ---- */

/* Where hop number `hop` away from the best end leads to. */
void starts_hop(struct multistart *m, size_t hop, const double *best, double *x);

/* ---- starts_minima.c ---- */

/* Where a search has converged; the lower of two that are the same stays. */
void starts_note(struct multistart *m, const descent_result *result, size_t start);
/* The lowest first. */
void starts_sort_minima(descent_minima *all);

#endif
