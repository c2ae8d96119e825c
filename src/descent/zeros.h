/* SPDX-License-Identifier: MIT
 * zeros.h - sums of squares that reach 0: all that is squared vanishes together at a
 * point of a box.
 *
 * For residuals r with Jacobian J, and A = J'(J J')^-1 from the middle c of the box, the
 * map t -> r(c + A t) has a zero where -r(c) + (I - J(X) A) t maps a box of t into itself
 * (Krawczyk's operator, Neumaier, Interval Methods for Systems of Equations, 1990,
 * section 5.1; of fewer equations than variables along the rows of J).  No value can be
 * lower, so it is a minimum, also in a valley that is level for ever. */
#ifndef DESCENT_ZEROS_H
#define DESCENT_ZEROS_H

#include "descent/diagnosis.h"

/* From `point`, which moves.  True: certainly a zero in the box low, high around it, in
 * the bounds of the variables. */
bool zeros_prove(const struct descent *d, struct diagnosis *diagnosis);

#endif
