/* SPDX-License-Identifier: MIT
 * latex_form.h - how a part is set in LaTeX.
 *
 * A form is LaTeX with places: #1, #2, #3 for the operands, #f for the name of the
 * operation, #^ for an exponent, #s for the big signs of loops with their bounds, #r for
 * the bounds alone. */
#ifndef GRAPH_LATEX_FORM_H
#define GRAPH_LATEX_FORM_H

#include "graph/axes_parts.h"

/* NULL for leaves and for what is joined: sums, products, lists. */
const char *latex_form(const struct axes *axes, const struct axes_parts *parts);
enum op_level latex_level(const struct axes *axes, const struct axes_parts *parts,
                          bool sign_dropped);
enum op_level latex_required_level(const struct axes *axes,
                                   const struct axes_parts *parts, size_t index);
/* The exponent of sin(x)^2, which the function takes before its parentheses; or 0. */
node_id latex_inner_exponent(const struct graph *graph, node_id power);

#endif
