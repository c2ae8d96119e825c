/* SPDX-License-Identifier: MIT
 * searches/slope.h - one trial of a rule that looks at slopes along the line. */
#ifndef DESCENT_SEARCHES_SLOPE_H
#define DESCENT_SEARCHES_SLOPE_H

#include "descent/searches/armijo.h"

/* A point on the line.  One that is not finite has the value inf and the slope NaN. */
struct slope_point {
    double t, value;
    double slope; /* per unit of length */
};

enum slope_outcome { SLOPE_WENT_ON, SLOPE_ACCEPTED, SLOPE_BOTTOMLESS, SLOPE_LOST };

/* Evaluates value and gradient at the length t into *trial.  LOST when t leads nowhere,
 * BOTTOMLESS when the value falls to -inf there; else WENT_ON, with a trial that may not
 * be finite: whether to accept it is the rule's own question. */
enum slope_outcome slope_try(struct descent *d, const struct engine_line *line, double t,
                             struct slope_point *trial);

#endif
