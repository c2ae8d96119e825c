/* SPDX-License-Identifier: MIT
 * The stopping condition: tests under and, or, not, each told apart by what it looks at.
 */
#include "script/solve.h"

#include <math.h>
#include <string.h>

/* ---- what a test depends on ---- */

static unsigned class_of_leaf(const struct solve *solve, node_id node)
{
    if (node == solve->quantities[QUANTITY_K] ||
        node == solve->quantities[QUANTITY_SECONDS])
        return TEST_BUDGET;
    if (node == solve->quantities[QUANTITY_DVALUE] ||
        node == solve->quantities[QUANTITY_DX])
        return TEST_CONVERGENCE;
    for (size_t i = 0; i < solve->n; i++)
        if (node == solve->gradient_leaves[i])
            return TEST_CONVERGENCE;
    return TEST_OTHER;
}

/* Operands stand before their users, so one walk down the array reaches all. */
static unsigned classify(struct solve *solve, node_id root)
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
    if ((class & TEST_CONVERGENCE) != 0)
        return TEST_CONVERGENCE;
    return class == TEST_BUDGET ? TEST_BUDGET : TEST_OTHER;
}

/* ---- building ---- */

static struct condition *new_test(struct solve *solve, const struct until_test *test)
{
    struct arena *arena = &solve->session->workspace;
    if (solve->test_count == solve->test_capacity)
        solve->tests = arena_grow(arena, solve->tests, solve->test_count,
                                  &solve->test_capacity, sizeof *solve->tests);
    struct condition *condition = ARENA_NEW(arena, struct condition);
    condition->kind = CONDITION_TEST;
    condition->test = solve->test_count;
    solve->tests[solve->test_count] = *test;
    solve->tests[solve->test_count++].class = classify(solve, test->holds);
    return condition;
}

/* `left` compared with `right`: the comparison itself, and both sides for the report. */
static struct condition *comparison(struct solve *solve, const struct ast *text,
                                    const struct value *sides, enum op op)
{
    struct value holds;
    struct until_test test = {.text = text};
    if (!apply_op(&solve->e, op, text->span, sides, 2, &holds))
        return NULL;
    test.holds = traced_node(&solve->e, &holds);
    test.left = traced_node(&solve->e, &sides[0]);
    test.right = traced_node(&solve->e, &sides[1]);
    return new_test(solve, &test);
}

static struct condition *budget(struct solve *solve, const struct ast *node)
{
    struct value sides[2];
    if (node->word == AST_EPOCHS) {
        (void)not_yet(solve->session, node->span, "a budget of epochs");
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
    sides[0].node =
        solve->quantities[node->word == AST_STEPS ? QUANTITY_K : QUANTITY_SECONDS];
    return comparison(solve, node, sides, OP_GREATER_EQUAL);
}

static bool both_sides(struct solve *solve, const struct ast *node, struct value *sides)
{
    return evaluate(&solve->e, node->child[0], solve->quantity_locals, &sides[0]) &&
           evaluate(&solve->e, node->child[1], solve->quantity_locals, &sides[1]);
}

static struct condition *plain_test(struct solve *solve, const struct ast *node)
{
    struct value holds, sides[2];
    struct until_test test = {.text = node};
    if (!evaluate_condition(&solve->e, node, solve->quantity_locals, &holds))
        return NULL;
    test.holds = traced_node(&solve->e, &holds);
    if (node->kind == AST_COMPARE && node->count == 2 && both_sides(solve, node, sides) &&
        is_numeric(&sides[0]) && is_numeric(&sides[1])) {
        test.left = traced_node(&solve->e, &sides[0]);
        test.right = traced_node(&solve->e, &sides[1]);
        test.left_text = node->child[0];
        test.right_text = node->child[1];
    }
    return new_test(solve, &test);
}

static struct condition *build(struct solve *solve, const struct ast *node);

static struct condition *connect(struct solve *solve, const struct ast *node)
{
    struct arena *arena = &solve->session->workspace;
    struct condition *so_far = build(solve, node->child[0]);
    for (size_t i = 1; i < node->count && so_far != NULL; i++) {
        struct condition *next = build(solve, node->child[i]);
        if (next == NULL)
            return NULL;
        struct condition *pair = ARENA_NEW(arena, struct condition);
        pair->kind = node->kind == AST_AND ? CONDITION_AND : CONDITION_OR;
        pair->child[0] = so_far;
        pair->child[1] = next;
        so_far = pair;
    }
    return so_far;
}

/* Recursion follows the nesting of the text, which the parser caps. */
static struct condition *build(struct solve *solve, const struct ast *node)
{
    switch (node->kind) {
    case AST_GROUP:
        return build(solve, node->child[0]);
    case AST_AND:
    case AST_OR:
        return connect(solve, node);
    case AST_NOT: {
        struct condition *inner = build(solve, node->child[0]);
        if (inner == NULL)
            return NULL;
        struct condition *negation =
            ARENA_NEW(&solve->session->workspace, struct condition);
        negation->kind = CONDITION_NOT;
        negation->child[0] = inner;
        return negation;
    }
    case AST_BUDGET:
        return budget(solve, node);
    default:
        return plain_test(solve, node);
    }
}

bool solve_trace_until(struct solve *solve)
{
    const struct ast *clause = solve_clause(solve->node, AST_UNTIL);
    if (clause == NULL)
        return true;
    solve->until = build(solve, clause->child[0]);
    return solve->until != NULL;
}

/* ---- asking ---- */

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
    if (condition->kind == CONDITION_NOT)
        return !condition_holds(solve, condition->child[0], off);
    const struct until_test *test = &solve->tests[condition->test];
    return (test->class & off) == 0 && solve->test_outputs[3 * condition->test] != 0;
}

void solve_set_state(struct solve *solve, const descent_state *state)
{
    double *quantities = solve->inputs + solve->n;
    double sign = solve->maximize ? -1 : 1;
    memcpy(solve->inputs, state->x, solve->n * sizeof *solve->inputs);
    quantities[QUANTITY_K] = (double)state->step_count;
    quantities[QUANTITY_VALUE] = sign * state->value;
    quantities[QUANTITY_DVALUE] = state->value_change;
    quantities[QUANTITY_DX] = state->point_change;
    quantities[QUANTITY_SECONDS] = state->seconds;
    for (size_t i = 0; i < solve->n; i++)
        quantities[QUANTITIES + i] = sign * state->gradient[i];
}

/* Converged: a test on grad, dvalue or dx made it hold, alone, beside another test, or
 * with a budget that had to be met too (`|grad| < 1e-4 and k > 10`).  Reached: other
 * tests made it hold.  Budget: budgets alone. */
descent_stop solve_until(void *context, const descent_state *state)
{
    struct solve *solve = context;
    const struct condition *until = solve->until;
    solve_set_state(solve, state);
    check_run(solve->until_program, solve->inputs, solve->test_outputs);
    if (!condition_holds(solve, until, 0))
        return DESCENT_GO_ON;
    if (condition_holds(solve, until, TEST_BUDGET)) {
        bool others = condition_holds(solve, until, TEST_BUDGET | TEST_CONVERGENCE);
        bool convergence = condition_holds(solve, until, TEST_BUDGET | TEST_OTHER);
        return others && !convergence ? DESCENT_STOP_REACHED : DESCENT_STOP_CONVERGED;
    }
    if (!condition_holds(solve, until, TEST_CONVERGENCE))
        return DESCENT_STOP_CONVERGED;
    return condition_holds(solve, until, TEST_OTHER) ? DESCENT_STOP_BUDGET
                                                     : DESCENT_STOP_REACHED;
}
