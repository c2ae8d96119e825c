/* SPDX-License-Identifier: MIT
 * native.h - a scalar program as machine code of the processor it runs on, x86-64 with
 * AVX2 and fused multiply-add.
 *
 * Each instruction of the scalar program becomes one or two of the processor's, in the
 * same order, or a call of the function that the machine has for it: the bits are the
 * same.  What was stored last is kept in registers as well, so that a value is not waited
 * for on its way through memory.  Making it takes about as long as some hundred runs
 * save, so it is for long runs alone. */
#ifndef TAPE_NATIVE_NATIVE_H
#define TAPE_NATIVE_NATIVE_H

#include "tape/scalar_code.h"

/* Steps are made in turns of so many, whose values are computed side by side. */
enum { NATIVE_TURN = SCALAR_WIDE };

/* Steps of gradient descent by a program whose outputs are the n derivatives and the
 * value.  The places `next`, one a variable, are none of the program's own, nor are
 * `held` and `factor`.  Behind the places there is twice room for NATIVE_TURN numbers
 * each, in which those of leaves that are no variables are set as well. */
struct native_steps {
    size_t n;
    const uint32_t *variables, *next;
    uint32_t held, factor;
};

/* Of one run: the first point is in its places, and what the gradient is multiplied by in
 * each step.  Rows of n numbers are written to x and g, one number each to `value`. */
struct native_run {
    size_t turns; /* not 0 */
    double *x, *g, *value;
    size_t advance; /* 0; bytes from values to those of the next turn */
};

typedef void native_code(double *places, struct native_run *run);

/* The code lives as long as what `arena` handed out last.  NULL where there can be none:
 * on another processor, where memory must not be executable, and of a program that is
 * too long.  Without steps the program runs once, and `run` may be NULL. */
native_code *native_make(const struct scalar *scalar, const struct native_steps *steps,
                         struct arena *arena);

#endif
