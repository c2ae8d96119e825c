/* SPDX-License-Identifier: MIT
 * native.h - a scalar program as machine code of the processor it runs on, x86-64 with
 * AVX2 and fused multiply-add.
 *
 * Each instruction of the scalar program becomes one or two of the processor's, in the
 * same order, or a call of the function that the machine has for it: the bits are the
 * same.  What was stored last is kept in registers as well, so that a value is not waited
 * for on its way through memory.  Making it takes about as long as a few hundred runs
 * save, so it is for long runs alone. */
#ifndef TAPE_NATIVE_NATIVE_H
#define TAPE_NATIVE_NATIVE_H

#include "tape/scalar_code.h"

/* Translates the program, which its runs use from now on; `steps` are those that it makes
 * when it ends in STEP, else NULL.  The code lives as long as what `arena` handed out
 * last.  False where it cannot be: on another processor, where memory must not be
 * executable, and of a program that is too long. */
bool native_make(struct scalar *scalar, const struct scalar_steps *steps,
                 struct arena *arena);

#endif
