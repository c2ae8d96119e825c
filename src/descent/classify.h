/* SPDX-License-Identifier: MIT
 * classify.h - the parts of classify.c: polishing a point, proofs, degenerate points.
 *
 * They work on the diagnosis: `point` with its gradient in `gradient`, the eigenvalues of
 * the Hessian there in `value`, rising, and the eigenvectors in the rows of `vectors`. */
#ifndef DESCENT_CLASSIFY_H
#define DESCENT_CLASSIFY_H

#include "descent/diagnosis.h"

/* ---- polish.c ---- */

/* Goes from the last point to a stationary point by Newton's steps, within reach, as long
 * as the norm of the gradient falls; `move` is the last step.  False when nothing is
 * known there. */
bool polish_by_newton(const struct descent *d, struct diagnosis *diagnosis);
/* The same without a Hessian as a whole: conjugate gradients solve for the step.  False
 * when the gradient hardly falls. */
bool polish_by_products(const struct descent *d, struct diagnosis *diagnosis);
/* Moves `point` by `move` if the norm of the gradient falls.  At a zero of higher order
 * Newton's step is a fixed share of the way, so its multiples are tried where it gains
 * little. */
bool polish_take_move(const struct descent *d, struct diagnosis *diagnosis);
/* Brings `point` to a change of sign of each component of the gradient, one variable
 * after the other: to a kink.  False when one has none within reach. */
bool polish_by_signs(const struct descent *d, struct diagnosis *diagnosis);

/* ---- prove.c ---- */

/* Sets low and high to `point` with its rounding and three times the last step around. */
void prove_box(const struct descent *d, struct diagnosis *diagnosis);
/* Every component of the gradient may be zero in the box. */
bool prove_stationary(const struct descent *d, struct diagnosis *diagnosis);
/* How far the eigenvalues in the box can be from those in `value`. */
double prove_spread(const struct descent *d, struct diagnosis *diagnosis);
/* The least eigenvalue is negative as far around as the gradient may be off its zero:
 * what curves down there is the stationary point, not the way to it. */
bool prove_falls(const struct descent *d, struct diagnosis *diagnosis);
/* A ball around `point` holds exactly one minimum: the function is convex there with a
 * constant m, and |gradient| / m is less than the radius. */
bool prove_ball(const struct descent *d, struct diagnosis *diagnosis);
/* A box around `point` holds a minimum: it rises outwards all over each of its faces.  No
 * face is farther than `farthest`: so near is the minimum. */
bool prove_faces(const struct descent *d, struct diagnosis *diagnosis, double farthest);

/* ---- degenerate.c ---- */

/* The kind of a stationary point with `zero` eigenvalues that may vanish, after
 * `negative` ones that do not; the rest are positive. */
descent_kind degenerate_judge(const struct descent *d, struct diagnosis *diagnosis,
                              size_t negative, size_t zero);
/* Values are certainly lower along an axis or a diagonal, as near as can be told. */
bool degenerate_descends(const struct descent *d, struct diagnosis *diagnosis);

#endif
