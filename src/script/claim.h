/* SPDX-License-Identifier: MIT
 * claim.h - claims: an identity or an inequality that should hold for all values of its
 * free names.
 *
 * A claim is decided in this order: both sides are one function by simplification; a
 * counterexample is certain in interval arithmetic; an inequality is proved on boxes; at
 * many points no difference is found.  Otherwise it is not decided. */
#ifndef SCRIPT_CLAIM_H
#define SCRIPT_CLAIM_H

#include "script/derivative.h"
#include "tape/interval.h"

/* claim CONDITION over NAMES worth POINTS hint TEXT; false after a run-time error.  A
 * claim that fails is told (E0520), one that is not decided too (W0521); both raise the
 * status to TW_EXPECT_FAILED, and the script goes on. */
bool execute_claim(struct session *session, const struct ast *node);

/* ---- what the files of a claim share ---- */

/* One comparison of numbers in the claim. */
struct claim_relation {
    node_id left, right;
    enum ast_operator word; /* AST_LESS ... AST_NOT_EQUAL */
    const struct ast *left_text, *right_text;
    size_t element; /* from 1, of compared vectors; else 0 */
};

struct claim {
    struct evaluation *e; /* with a trace */
    const struct ast *node;
    /* what is free, and where */
    size_t n, name_capacity;
    name_id *names;
    struct interval *ranges;
    node_id *leaves;
    /* what is claimed */
    struct claim_relation *relations;
    size_t count, capacity;
    /* leaves of both sides: what is free, then the numbers of the script */
    node_id *inputs;
    struct interval *values; /* of the inputs: those of the numbers are set */
    size_t input_count;
};

enum claim_decision { CLAIM_HOLDS, CLAIM_FAILS, CLAIM_UNDECIDED };
enum claim_reason { BY_SIMPLIFICATION, BY_INTERVALS, BY_POINTS };

struct claim_verdict {
    enum claim_decision decision;
    enum claim_reason reason;
    const struct claim_relation *relation;
    size_t points;               /* that agree, narrowly enough to count */
    size_t undefined;            /* points where a side has no value */
    size_t unclear;              /* points where the bounds are too wide */
    double *at;                  /* FAILS: the counterexample ... */
    struct interval left, right; /* ... and what the sides are there */
};

/* The statement, and what came out. */
struct claim_outcome {
    struct claim *claim;
    double worth;
    const char *hint; /* NULL without */
    struct claim_verdict verdict;
    const char *slip; /* NULL: none is known */
};

/* claim_free.c: `over`, or the names that the text leaves open. */
bool claim_find_free(struct claim *claim);

/* claim_points.c: candidate number `index`, simple ones first, within the ranges; false:
 * this one falls outside.  The same ones in every run. */
bool claim_point(const struct claim *claim, size_t index, double *out);
enum { CLAIM_CANDIDATES = 400 };

/* claim_decide.c */
void claim_decide(struct claim *claim, const struct claim_relation *relation,
                  struct claim_verdict *verdict);
/* claim_proof.c: whether the relation holds on the whole box; false: not found. */
bool claim_prove(struct claim *claim, const struct claim_relation *relation);
/* What is certain of a relation between enclosures. */
enum certainty { CERTAIN, IMPOSSIBLE, OPEN };
enum certainty claim_compare(struct interval left, enum ast_operator word,
                             struct interval right);

/* claim_polynomial.c: whether both are one rational function of their sub-expressions;
 * all numbers are exact, so true is certain.  False when it was not found. */
bool claim_same_rational(struct arena *arena, const struct graph *graph, node_id a,
                         node_id b);

/* claim_tell.c: the event, the message, the summary and the status. */
void claim_tell(struct claim_outcome *outcome);

/* slips.c: the known mistake that explains a failed equation; NULL when none does. */
const char *claim_slip(struct claim *claim, const struct claim_relation *relation);

/* ---- slips.c and slip_rules.c ---- */

/* A derivative that is to be worked out wrongly. */
struct slip {
    struct graph *graph;
    node_id leaf;      /* by which is differentiated */
    node_id *slopes;   /* by node of the function; 0 is none */
    size_t node_count; /* nodes that have a slope */
};
/* The right slope of a node from those of its operands. */
node_id slip_slope(struct slip *slip, node_id node);

/* One known mistake: the slope that it gives a node, 0 where it cannot be made. */
typedef node_id slip_function(struct slip *slip, node_id node);
struct slip_rule {
    slip_function *apply;
    const char *before, *after; /* the text on both sides of the node's formula */
    bool names_factor;          /* "the factor ... is missing: " stands before it */
};
const struct slip_rule *slip_rules(size_t *count);

#endif
