/* SPDX-License-Identifier: MIT
 * The decision of one relation (claim.h tells the order). */
#include "script/claim.h"

#include <math.h>
#include <string.h>

enum {
    POINTS_WANTED = 64, /* that agree before it is believed */
    POINTS_NEEDED = 16  /* the least, when the others have no value or are unclear */
};

/* ---- by simplification ---- */

/* The numbers of the script in the place of their names; arrays stay. */
static void put_numbers(const struct claim *claim, node_id *pair)
{
    struct trace *trace = claim->e->trace;
    node_id *numbers = ARENA_ARRAY(&claim->e->session->workspace, trace->count, node_id);
    for (size_t i = 0; i < trace->count; i++)
        numbers[i] = trace->parameter_numbers[i] != NULL
                         ? trace->parameters[i]
                         : graph_constant(trace->graph, trace->parameter_values[i]);
    graph_substitute(trace->graph, pair, 2, trace->parameters, numbers, trace->count,
                     pair);
}

static bool is_same(const struct claim *claim, const node_id *pair)
{
    return pair[0] == pair[1] ||
           claim_same_rational(&claim->e->session->workspace, claim->e->trace->graph,
                               pair[0], pair[1]);
}

/* Whether both sides are one function, with or without the values of other names. */
static bool is_one_function(const struct claim *claim,
                            const struct claim_relation *relation)
{
    node_id pair[2] = {relation->left, relation->right};
    if (is_same(claim, pair))
        return true;
    if (claim->e->trace->count == 0)
        return false;
    put_numbers(claim, pair);
    return is_same(claim, pair);
}

static bool allows_equal(enum ast_operator word)
{
    return word == AST_EQUAL || word == AST_LESS_EQUAL || word == AST_GREATER_EQUAL;
}

/* ---- at points ---- */

enum certainty claim_compare(struct interval left, enum ast_operator word,
                             struct interval right)
{
    struct interval pair[2] = {left, right};
    static const enum op ops[] = {
        [AST_LESS] = OP_LESS,       [AST_LESS_EQUAL] = OP_LESS_EQUAL,
        [AST_GREATER] = OP_GREATER, [AST_GREATER_EQUAL] = OP_GREATER_EQUAL,
        [AST_EQUAL] = OP_EQUAL,     [AST_NOT_EQUAL] = OP_NOT_EQUAL,
    };
    struct interval truth = interval_op(ops[word], pair, 2);
    return truth.low == 1 ? CERTAIN : truth.high == 0 ? IMPOSSIBLE : OPEN;
}

static bool has_value(struct interval x)
{
    return !interval_is_empty(x) && !x.partial;
}

/* Whether the bounds are so near that agreement says something. */
static bool is_narrow(struct interval x)
{
    double size = fmax(fabs(x.low), fabs(x.high));
    return isfinite(size) && (x.high - x.low <= 1e-9 * size || x.high - x.low <= 1e-14);
}

static void count_point(struct claim_verdict *verdict, enum ast_operator word,
                        enum certainty certainty)
{
    bool agrees =
        certainty == CERTAIN ||
        (allows_equal(word) && is_narrow(verdict->left) && is_narrow(verdict->right));
    if (certainty == IMPOSSIBLE)
        return;
    if (!has_value(verdict->left) || !has_value(verdict->right))
        verdict->undefined++;
    else if (agrees)
        verdict->points++;
    else
        verdict->unclear++;
}

/* A difference that may come from numbers that were rounded before the claim saw them: in
 * 0.1x + 0.2x - 0.3x the derivative is 5.6e-17, and 0 is meant. */
static bool may_be_rounding(const struct claim *claim,
                            const struct claim_verdict *verdict)
{
    struct interval a = verdict->left, b = verdict->right;
    double gap = fmax(a.low - b.high, b.low - a.high), size = 1;
    for (size_t i = 0; i < claim->n; i++)
        size = fmax(size, fabs(verdict->at[i]));
    bool has_zero = (a.low == 0 && a.high == 0) || (b.low == 0 && b.high == 0);
    double sides = fmax(fmax(fabs(a.low), fabs(a.high)), fmax(fabs(b.low), fabs(b.high)));
    return gap > 0 && isfinite(sides) &&
           (gap <= 1e-13 * sides || (has_zero && gap <= 1e-15 * size));
}

/* Where both sides are one function, `<` fails wherever that has a value. */
static bool fails_at(struct claim *claim, struct interval_plan *plan, bool is_same,
                     struct claim_verdict *verdict)
{
    struct interval sides[2];
    for (size_t i = 0; i < claim->n; i++)
        claim->values[i] = interval_point(verdict->at[i]);
    interval_run(plan, claim->values, sides);
    verdict->left = sides[0];
    verdict->right = sides[1];
    bool defined = has_value(sides[0]) && has_value(sides[1]);
    enum ast_operator word = verdict->relation->word;
    enum certainty certainty = !defined  ? OPEN
                               : is_same ? IMPOSSIBLE
                                         : claim_compare(sides[0], word, sides[1]);
    if (certainty == IMPOSSIBLE && may_be_rounding(claim, verdict)) {
        verdict->unclear++;
        return false;
    }
    count_point(verdict, word, certainty);
    return certainty == IMPOSSIBLE;
}

static void test_points(struct claim *claim, bool is_same, struct claim_verdict *verdict)
{
    struct session *session = claim->e->session;
    const node_id sides[2] = {verdict->relation->left, verdict->relation->right};
    verdict->at = ARENA_ARRAY(&session->workspace, claim->n, double);
    struct arena_mark mark = arena_mark(&session->workspace);
    struct interval_plan *plan =
        interval_new(&session->workspace, claim->e->trace->graph, sides, 2, claim->inputs,
                     claim->input_count);
    bool fails = false;
    for (size_t k = 0; k < CLAIM_CANDIDATES && verdict->points < POINTS_WANTED && !fails;
         k++) {
        if (!claim_point(claim, k, verdict->at))
            continue;
        if (!session_go_on(session, 0, claim->node->at))
            break;
        fails = fails_at(claim, plan, is_same, verdict);
    }
    arena_release(&session->workspace, mark);
    /* Among points that say something, unclear ones must be the exception. */
    bool enough = verdict->points >= POINTS_NEEDED && verdict->unclear < verdict->points;
    verdict->decision = fails ? CLAIM_FAILS : enough ? CLAIM_HOLDS : CLAIM_UNDECIDED;
}

void claim_decide(struct claim *claim, const struct claim_relation *relation,
                  struct claim_verdict *verdict)
{
    memset(verdict, 0, sizeof *verdict);
    verdict->relation = relation;
    verdict->decision = CLAIM_HOLDS;
    verdict->reason = BY_SIMPLIFICATION;
    bool is_same = is_one_function(claim, relation);
    if (is_same && allows_equal(relation->word))
        return;
    verdict->reason = BY_POINTS;
    test_points(claim, is_same, verdict);
    if (verdict->decision == CLAIM_FAILS || relation->word == AST_EQUAL)
        return;
    if (claim_prove(claim, relation)) {
        verdict->decision = CLAIM_HOLDS;
        verdict->reason = BY_INTERVALS;
    }
}
