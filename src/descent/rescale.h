/* SPDX-License-Identifier: MIT
 * rescale.h - a second look at a stationary point, with each variable in a unit of its
 * own.
 *
 * Variables of very different units make a Hessian whose eigenvalues lie further apart
 * than rounding lets the least be told from 0.  With x_i = s_i u_i, s_i a power of two
 * near H_ii^(-1/2), its diagonal is about 1, which is almost the best that scaling can do
 * (van der Sluis, Condition numbers and equilibration of matrices, 1969), and the signs
 * of the eigenvalues are the same (Sylvester's law of inertia). */
#ifndef DESCENT_RESCALE_H
#define DESCENT_RESCALE_H

#include "descent/diagnosis.h"

/* The problem of a search in other units, ready for the parts of the diagnosis. */
struct rescaled {
    struct descent search; /* with point, gradient and callbacks in the other units */
    const descent_problem *problem;
    const double *scale; /* powers of two */
    double *low, *high;  /* a box in the units of the problem */
};

/* Sets it up from the diagonal of the Hessian at `point`; false when that is not
 * positive, or nothing would change.  The reach changes its units. */
bool rescale_begin(const struct descent *d, struct diagnosis *diagnosis,
                   struct rescaled *rescaled);
/* Brings the reach, and `point`, which was found in them, back from the units. */
void rescale_end(const struct descent *d, struct diagnosis *diagnosis);

#endif
