/* SPDX-License-Identifier: MIT
 * krawczyk.h - a minimum in a box, by Krawczyk's operator.
 *
 * With Y near the inverse of the Hessian at the middle c of a box X, the gradient has
 * exactly one zero in X when -Y g(c) + (I - Y H(X))(X - c) lies inside X - c (Krawczyk,
 * Newton-Algorithmen zur Bestimmung von Nullstellen mit Fehlerschranken, Computing 4,
 * 1969; Neumaier, Interval Methods for Systems of Equations, 1990, section 5.1).  Then
 * every matrix in H(X) is regular, so that all are positive definite when one is, which a
 * Cholesky factorization proves (definite.h).  Y takes units and narrow valleys out: no
 * eigenvalue is compared with another.
 *
 * Of a sum of squares, g = 2 J'Wr, the product Y J'W is made first: rounding then counts
 * by the size of the residuals, not by that of the terms of the gradient. */
#ifndef DESCENT_KRAWCZYK_H
#define DESCENT_KRAWCZYK_H

#include "descent/diagnosis.h"

/* Whether it can be tried: few variables and enclosures. */
bool krawczyk_fits(const struct descent *d);
/* From `point`, which moves.  True: a minimum lies in the box low, high around it, and no
 * other stationary point does. */
bool krawczyk_prove(const struct descent *d, struct diagnosis *diagnosis);

#endif
