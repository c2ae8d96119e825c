/* SPDX-License-Identifier: MIT
 * vectorize.h - generators in an objective, traced as a whole.
 *
 * The names of a generator become arrays along axes of their own, so a sum over a million
 * terms is a handful of nodes.  Bounds that depend on earlier names, and filters, become
 * a mask: what it leaves out counts as the neutral element.  A few terms are written out
 * one by one instead (generate.c), and so is, up to a limit, what has no such form. */
#ifndef SCRIPT_VECTORIZE_H
#define SCRIPT_VECTORIZE_H

#include "script/array.h"
#include "script/builtins.h"

enum { FEW_TERMS = 32, MOST_WRITTEN_TERMS = 1000 };

/* How the generators of a comprehension are traced. */
enum vectorize {
    VECTORIZE_NOT,  /* written out: few terms, or no objective */
    VECTORIZE_ONLY, /* too many to be written out */
    VECTORIZE_FIRST /* written out when it has no such form */
};
enum vectorize vectorize_choose(struct evaluation *e, const struct ast *comprehension,
                                const struct local *locals);
/* sum(E for ...) and its like. */
bool vectorize_reduction(struct evaluation *e, const struct ast *comprehension,
                         enum reduction kind, struct span place,
                         const struct local *locals, struct value *out);
/* [E for ...] */
bool vectorize_array(struct evaluation *e, const struct ast *comprehension,
                     const struct local *locals, struct value *out);

#endif
