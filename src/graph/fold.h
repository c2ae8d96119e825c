/* SPDX-License-Identifier: MIT
 * fold.h - rewriting an expression before it becomes a node.
 *
 * Rules are the rows of one table (fold.c), tried from top to bottom.  What a script
 * wrote keeps its value to the last bit: only the exact rules act on it, and the safe
 * ones on forms that fail where the function itself does not.  A derivative has no
 * written order, so there the others act too and give it the form a person would write.
 */
#ifndef GRAPH_FOLD_H
#define GRAPH_FOLD_H

#include "graph/graph.h"

/* op of operands that is about to be made.  The operands lie in the scratch arena. */
struct expression {
    enum op op;
    node_id *operands;
    size_t count;
};

/* Takes operand number `at` out. */
void expression_remove(struct expression *e, size_t at);

enum fold_kind {
    FOLD_EXACT, /* the same bits at every point, inf and NaN included */
    FOLD_SAFE,  /* the same but for rounding where the form as written is finite; closer
                   to the function that was meant where that overflows or is NaN */
    FOLD_ZERO_SIGN, /* derivatives only: the same but for the sign of a zero */
    FOLD_ROUNDING,  /* derivatives only: the same but for rounding and overflow */
    FOLD_FINITE     /* derivatives only: the same where the operands are finite */
};

/* Changes the expression in place, or returns the finished node, or does nothing; 0
 * unless it is finished. */
typedef node_id fold_function(struct graph *graph, struct expression *e);

struct fold_rule {
    const char *name;
    const char *pattern, *result; /* an example in the language; x, y, z any operands */
    const char *why;
    enum fold_kind kind;
    enum op op; /* OP_COUNT: every operation */
    fold_function *apply;
};
const struct fold_rule *fold_rules(size_t *count);
/* Notes where the rules of each operation begin; they stand together. */
void fold_find_rules(struct graph *graph);

/* Whether rules of the kind act now. */
bool fold_is_allowed(const struct graph *graph, enum fold_kind kind);

/* Applies the rules; 0 when a node is to be made of what the expression now is. */
node_id fold(struct graph *graph, struct expression *e);

/* The rules for derivatives (gather_product.c, gather_sum.c).  They compare operands pair
 * by pair, so they look only at expressions of a few operands: a sum of thousands stays
 * as it is, and the work stays linear in the size of the graph. */
enum { MOST_COMPARED = 16 };
fold_function gather_open, gather_like_terms, gather_opposite_terms, gather_numbers_added,
    gather_first_term, gather_common_denominator, gather_common_power, gather_quotients,
    gather_zero, gather_numbers_multiplied, gather_powers, gather_raised_powers,
    gather_order, gather_divided_twice, gather_inverted, gather_reduced, gather_cancelled,
    gather_nested_power;
/* A factor as a power of its base, by a natural exponent; else itself, by 1. */
node_id gather_base(const struct graph *graph, node_id factor, double *exponent);

/* Safe forms (fold_safe.c). */
fold_function fold_log_of_exp, fold_log1p_of_exp, fold_times_log;

#endif
