/* SPDX-License-Identifier: MIT
 * banded.h - the Hessian of many variables as a band, where it is one or nearly.
 *
 * Products with vectors that have ones `stride` apart give a band of a matrix, all of it
 * where it has no entries further away than half of that (Curtis, Powell and Reid, On the
 * estimation of sparse Jacobian matrices, IMA Journal of Applied Mathematics 13, 1974).
 * One more product tells how much is missing.  The band's factors precondition conjugate
 * gradients, which need few steps with them where the variables are coupled in a chain or
 * have scales of their own. */
#ifndef DESCENT_METHODS_BANDED_H
#define DESCENT_METHODS_BANDED_H

#include "descent/engine.h"

enum { BANDED_WIDEST = 10, BANDED_NUMBERS = 2 };

struct banded {
    double *factor;                 /* n * (BANDED_WIDEST + 1) */
    double *first, *second, *third; /* n, room */
    double *patience; /* products of conjugate gradients before it is asked; 0: default */
    double *width;    /* 1 + the width that served last; 0: none does yet */
};

/* How many numbers it needs, and how they are cut from a block that is zero at first;
 * SIZE_MAX: too many. */
size_t banded_size(size_t n);
struct banded banded_of(size_t n, double *block);
/* After how many products a search for a step may ask for it. */
size_t banded_patience(const struct banded *b);
/* Measures and factors the band at x; false when it is too far from the Hessian. */
bool banded_measure(struct descent *d, const struct banded *b);
/* It was of no use: it is asked for later next time. */
void banded_reject(const struct banded *b);
/* out = (the band)^-1 v */
void banded_solve(const struct banded *b, size_t n, const double *v, double *out);

#endif
