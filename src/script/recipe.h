/* SPDX-License-Identifier: MIT
 * recipe.h - how an array was computed from others while an objective was traced.
 *
 * `d.x^2` in an objective is computed once, in doubles, and its numbers are then data
 * like those of a column.  Where a fit is refined they are computed again from the
 * columns, in numbers of two doubles. */
#ifndef SCRIPT_RECIPE_H
#define SCRIPT_RECIPE_H

#include "math/wide.h"
#include "script/value.h"

struct recipe;

/* That `op` of the operands, numbers and arrays of one shape, made `count` numbers.  NULL
 * where that is not worth remembering, or cannot be computed again.  It refers to the
 * numbers of the operands; memory is in `arena`. */
const struct recipe *recipe_note(struct arena *arena, enum op op,
                                 const struct value *operands, size_t operand_count,
                                 size_t count);
/* A copy that lasts as long as `arena` and what names of the script hold; of NULL NULL.
 */
const struct recipe *recipe_keep(struct arena *arena, const struct recipe *recipe);
/* Number `index`, from numbers as they were written. */
struct wide recipe_number(const struct recipe *recipe, size_t index);

#endif
