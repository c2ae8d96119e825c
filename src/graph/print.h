/* SPDX-License-Identifier: MIT
 * print.h - what the files that print formulas share. */
#ifndef GRAPH_PRINT_H
#define GRAPH_PRINT_H

#include "graph/axes.h"

/* How tightly the written form binds; without its minus where that is written already. */
enum op_level print_level(const struct axes *axes, const struct axes_parts *parts,
                          bool sign_dropped);
/* How tightly operand number `index` must bind to stand without parentheses. */
enum op_level print_required_level(const struct axes *axes,
                                   const struct axes_parts *parts, size_t index);

#endif
