/* SPDX-License-Identifier: MIT
 * latex.h - formulas and names in LaTeX, as a textbook sets them, for math mode.
 *
 * Plain LaTeX with amsmath (cases, \text, \operatorname); no macros of our own. */
#ifndef GRAPH_LATEX_H
#define GRAPH_LATEX_H

#include "graph/graph.h"

/* Writes the formula; arrays have plain letters, and sums their loops: \sum_{i=1}^{n}
 * x_{i}; a very long one is cut with \ldots, its braces still balanced. */
void graph_latex(struct text *out, const struct graph *graph, node_id node,
                 graph_namer *name, void *user);

/* Writes a name: theta and θ as \theta, w1, w₁, w_1 and w[1] with a subscript, a word
 * upright, primes kept. */
void graph_latex_name(struct text *out, const char *name);

#endif
