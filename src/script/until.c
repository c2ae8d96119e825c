/* SPDX-License-Identifier: MIT
 * The stopping condition: tests under and and or, each told apart by what it looks at.
 * `not` is moved into the tests, so that a part can be read as false and the whole stays
 * monotone: only what holds can make it hold. */
#include "script/solve.h"

#include <math.h>
#include <string.h>

/* ---- what a test depends on ---- */

static unsigned class_of_leaf(const struct solve *solve, node_id node)
{
    if (node == solve->quantities[QUANTITY_K] ||
        node == solve->quantities[QUANTITY_SECONDS] ||
        node == solve->quantities[QUANTITY_EPOCHS])
        return TEST_BUDGET;
    if (node == solve->quantities[QUANTITY_DVALUE] ||
        node == solve->quantities[QUANTITY_DX])
        return TEST_CONVERGENCE;
    if (node == solve->gradient_leaf)
        return TEST_CONVERGENCE;
    return TEST_OTHER;
}

/* Operands stand before their users, so one walk down the array reaches all. */
static unsigned depends_on(struct solve *solve, node_id root)
{
    struct arena *scratch = &solve->session->scratch;
    struct arena_mark mark = arena_mark(scratch);
    bool *needed = ARENA_ARRAY(scratch, (size_t)root + 1, bool);
    unsigned class = 0;
    needed[root] = true;
    for (node_id node = root; node > 0; node--) {
        if (!needed[node])
            continue;
        struct node found = graph_node(solve->session->graph, node);
        if (found.op == OP_VARIABLE)
            class |= class_of_leaf(solve, node);
        for (size_t i = 0; i < found.count; i++)
            needed[found.operands[i]] = true;
    }
    arena_release(scratch, mark);
    return class;
}

/* The side of the comparison `op` that has to be the smaller one. */
static node_id smaller_side(const struct until_test *test, enum op op)
{
    bool less = op == OP_LESS || op == OP_LESS_EQUAL;
    bool greater = op == OP_GREATER || op == OP_GREATER_EQUAL;
    if ((!less && !greater) || test->left == 0)
        return 0;
    return less != test->negated ? test->left : test->right;
}

/* A test on grad, dvalue or dx tells convergence unless it asks for a large one; a test
 * on k or the time ends a search unless it asks for an early one. */
static void classify(struct solve *solve, struct until_test *test, enum op op)
{
    unsigned class = depends_on(solve, test->holds);
    node_id smaller = smaller_side(test, op);
    unsigned small = smaller == 0 ? 0 : depends_on(solve, smaller);
    bool plain = smaller == 0 && !test->negated;
    test->class = TEST_OTHER;
    if ((class & TEST_CONVERGENCE) != 0) {
        if (plain || (small & TEST_CONVERGENCE) != 0)
            test->class = TEST_CONVERGENCE;
    } else if (class == TEST_BUDGET) {
        test->class = TEST_BUDGET;
        test->bounds = plain || (smaller != 0 && (small & TEST_BUDGET) == 0);
    }
}

/* ---- building ---- */

static struct condition *new_test(struct solve *solve, const struct until_test *test,
                                  enum op op)
{
    struct arena *arena = &solve->session->workspace;
    if (solve->test_count == solve->test_capacity)
        solve->tests = arena_grow(arena, solve->tests, solve->test_count,
                                  &solve->test_capacity, sizeof *solve->tests);
    struct condition *condition = ARENA_NEW(arena, struct condition);
    condition->kind = CONDITION_TEST;
    condition->test = solve->test_count;
    struct until_test *added = &solve->tests[solve->test_count++];
    *added = *test;
    if (test->negated)
        added->holds = graph_apply1(solve->trace.graph, OP_NOT, test->holds);
    classify(solve, added, op);
    return condition;
}

/* `left` compared with `right`: the comparison itself, and both sides for the report. */
static struct condition *comparison(struct solve *solve, const struct ast *text,
                                    const struct value *sides, enum op op, bool negated)
{
    struct value holds;
    struct until_test test = {.text = text, .negated = negated};
    if (!apply_op(&solve->e, op, text->span, sides, 2, &holds))
        return NULL;
    test.holds = traced_node(&solve->e, &holds);
    test.left = traced_node(&solve->e, &sides[0]);
    test.right = traced_node(&solve->e, &sides[1]);
    return new_test(solve, &test, op);
}

static struct condition *budget(struct solve *solve, const struct ast *node, bool negated)
{
    struct value sides[2];
    if (node->word == AST_EPOCHS && solve_clause(solve->node, AST_BATCH) == NULL) {
        (void)session_error(solve->session, CODE_BATCH, node->span,
                            "an epoch is one pass over all rows in batches, and this "
                            "solve has no `batch`");
        return NULL;
    }
    if (!evaluate(&solve->e, node->child[0], solve->quantity_locals, &sides[1]))
        return NULL;
    if (!is_numeric(&sides[1]) || sides[1].unknown || !(sides[1].number >= 0)) {
        (void)session_error(solve->session, CODE_WRONG_TYPE, node->child[0]->span,
                            "a budget is a known number, not negative");
        return NULL;
    }
    sides[0] = value_number((double)NAN);
    sides[0].unknown = true;
    sides[0].node = solve->quantities[node->word == AST_STEPS    ? QUANTITY_K
                                      : node->word == AST_EPOCHS ? QUANTITY_EPOCHS
                                                                 : QUANTITY_SECONDS];
    return comparison(solve, node, sides, OP_GREATER_EQUAL, negated);
}

static bool both_sides(struct solve *solve, const struct ast *node, struct value *sides)
{
    return evaluate(&solve->e, node->child[0], solve->quantity_locals, &sides[0]) &&
           evaluate(&solve->e, node->child[1], solve->quantity_locals, &sides[1]);
}

static struct condition *plain_test(struct solve *solve, const struct ast *node,
                                    bool negated)
{
    struct value holds, sides[2];
    struct until_test test = {.text = node, .negated = negated};
    enum op op = OP_COUNT;
    if (!evaluate_condition(&solve->e, node, solve->quantity_locals, &holds))
        return NULL;
    test.holds = traced_node(&solve->e, &holds);
    if (node->kind == AST_COMPARE && node->count == 2 && both_sides(solve, node, sides) &&
        is_numeric(&sides[0]) && is_numeric(&sides[1])) {
        test.left = traced_node(&solve->e, &sides[0]);
        test.right = traced_node(&solve->e, &sides[1]);
        test.left_text = node->child[0];
        test.right_text = node->child[1];
        op = comparison_op((enum ast_operator)node->operators[1]);
    }
    return new_test(solve, &test, op);
}

static struct condition *build(struct solve *solve, const struct ast *node, bool negated);

static struct condition *connect(struct solve *solve, const struct ast *node,
                                 bool negated)
{
    struct arena *arena = &solve->session->workspace;
    bool is_and = (node->kind == AST_AND) != negated;
    struct condition *so_far = build(solve, node->child[0], negated);
    for (size_t i = 1; i < node->count && so_far != NULL; i++) {
        struct condition *next = build(solve, node->child[i], negated);
        if (next == NULL)
            return NULL;
        struct condition *pair = ARENA_NEW(arena, struct condition);
        pair->kind = is_and ? CONDITION_AND : CONDITION_OR;
        pair->child[0] = so_far;
        pair->child[1] = next;
        so_far = pair;
    }
    return so_far;
}

/* Recursion follows the nesting of the text, which the parser caps. */
static struct condition *build(struct solve *solve, const struct ast *node, bool negated)
{
    switch (node->kind) {
    case AST_GROUP:
        return build(solve, node->child[0], negated);
    case AST_AND:
    case AST_OR:
        return connect(solve, node, negated);
    case AST_NOT:
        return build(solve, node->child[0], !negated);
    case AST_BUDGET:
        return budget(solve, node, negated);
    default:
        return plain_test(solve, node, negated);
    }
}

bool solve_trace_until(struct solve *solve)
{
    const struct ast *clause = solve_clause(solve->node, AST_UNTIL);
    if (clause == NULL)
        return true;
    solve->until = build(solve, clause->child[0], false);
    return solve->until != NULL;
}

/* ---- asking ---- */

/* Instead of classes that are off: the tests that hold sooner or later, whatever the
 * search does. */
enum { BOUNDS_ALONE = 8 };

static bool test_holds(const struct solve *solve, size_t index, unsigned off)
{
    const struct until_test *test = &solve->tests[index];
    if (off == BOUNDS_ALONE)
        return test->bounds;
    return (test->class & off) == 0 && solve->test_values[3 * index] != 0;
}

/* With the tests of the classes in `off` read as false.  A chain of or is as long as its
 * text; its left spine is walked in a loop. */
static bool condition_holds(const struct solve *solve, const struct condition *condition,
                            unsigned off)
{
    while (condition->kind == CONDITION_AND || condition->kind == CONDITION_OR) {
        bool right = condition_holds(solve, condition->child[1], off);
        if (right == (condition->kind == CONDITION_OR))
            return right;
        condition = condition->child[0];
    }
    return test_holds(solve, condition->test, off);
}

bool solve_condition_holds(const struct solve *solve)
{
    return condition_holds(solve, solve->until, 0);
}

bool solve_has_budget(const struct solve *solve)
{
    return condition_holds(solve, solve->until, BOUNDS_ALONE);
}

void solve_set_state(struct solve *solve, const descent_state *state)
{
    double *quantities = solve->quantity_values;
    double sign = solve->maximize ? -1 : 1;
    solve_set_point(solve, state->x);
    quantities[QUANTITY_K] = (double)state->step_count;
    quantities[QUANTITY_VALUE] = sign * state->value;
    quantities[QUANTITY_DVALUE] = state->value_change;
    quantities[QUANTITY_DX] = state->point_change;
    quantities[QUANTITY_SECONDS] = state->seconds;
    for (size_t i = 0; i < solve->n; i++)
        solve->gradient_values[i] = sign * state->projected[i];
}

/* Converged: a test on grad, dvalue or dx made it hold, alone, beside another test, or
 * with a budget that had to be met too (`|grad| < 1e-4 and k > 10`).  Reached: other
 * tests made it hold.  Budget: budgets alone.  Last: converged, and a budget that would
 * have ended it is used up too. */
descent_stop solve_until(void *context, const descent_state *state)
{
    struct solve *solve = context;
    const struct condition *until = solve->until;
    solve_set_state(solve, state);
    (void)program_run(solve->until_program, solve->inputs, solve->test_outputs);
    if (!condition_holds(solve, until, 0))
        return DESCENT_GO_ON;
    if (condition_holds(solve, until, TEST_BUDGET)) {
        bool others = condition_holds(solve, until, TEST_BUDGET | TEST_CONVERGENCE);
        bool convergence = condition_holds(solve, until, TEST_BUDGET | TEST_OTHER);
        if (others && !convergence)
            return DESCENT_STOP_REACHED;
        return condition_holds(solve, until, TEST_CONVERGENCE | TEST_OTHER)
                   ? DESCENT_STOP_LAST
                   : DESCENT_STOP_CONVERGED;
    }
    if (!condition_holds(solve, until, TEST_CONVERGENCE))
        return DESCENT_STOP_CONVERGED;
    return condition_holds(solve, until, TEST_OTHER) ? DESCENT_STOP_BUDGET
                                                     : DESCENT_STOP_REACHED;
}

descent_stop solve_until_budgets(struct solve *solve, const descent_state *state)
{
    solve_set_state(solve, state);
    (void)program_run(solve->until_program, solve->inputs, solve->test_outputs);
    return condition_holds(solve, solve->until, TEST_CONVERGENCE | TEST_OTHER)
               ? DESCENT_STOP_BUDGET
               : DESCENT_GO_ON;
}
