/* SPDX-License-Identifier: MIT */
#include "script/execute.h"

#include "script/claim.h"
#include "script/derivative.h"
#include "script/module.h"
#include "script/solve.h"
#include "script/sweep.h"

#include <math.h>

static bool execute(struct session *session, const struct ast *node);

/* `module` is what the block belongs to; NULL: the script. */
static bool run_statements(struct session *session, const struct ast *block,
                           const struct module *module)
{
    for (size_t i = 0; i < block->count; i++) {
        struct arena_mark mark = arena_mark(&session->scratch);
        bool fine = execute(session, block->child[i]);
        module_tell_statement(session, block->child[i], module, 0);
        if (session->diagnostics.count > 0)
            session_flush(session, TW_RUNTIME_ERROR);
        arena_release(&session->scratch, mark);
        if (!fine)
            return false;
        session_collect(session);
    }
    return true;
}

static bool run_block(struct session *session, const struct ast *block)
{
    return run_statements(session, block, NULL);
}

/* The definitions of a module are made where it is used first. */
static bool run_use(struct session *session, const struct ast *node)
{
    struct module *module = module_of(session, node);
    if (module == NULL || module->has_run)
        return true;
    module->has_run = true;
    return run_statements(session, module->block, module);
}

/* ---- definitions ---- */

static void count_solve(struct session *session, const struct value *value)
{
    const struct solution *solution = value->as.solution;
    tw_summary *summary = &session->summary;
    summary->solves++;
    summary->last_status = descent_status_name(solution->status);
    summary->last_steps = solution->steps;
    summary->last_value = solution->value;
    summary->last_gradient_norm = solution->gradient_norm;
}

static void count_run(struct session *session, const struct value *solution)
{
    count_solve(session, solution);
    show_solution(session, solution, false);
}

/* Shows the runs one by one to a program, and the table to people when it is a statement
 * of its own. */
static bool run_sweep(struct session *session, const struct ast *node, bool report,
                      struct value *out)
{
    if (!sweep_run(session, node, NULL, count_run, out))
        return false;
    show_sweep(session, node, out, report);
    return true;
}

static bool define(struct session *session, const struct ast *node)
{
    struct evaluation e = {session, NULL};
    struct value value;
    const struct ast *right = node->child[0];
    if (right->kind == AST_SWEEP) {
        if (!run_sweep(session, right, false, &value))
            return false;
    } else if (!evaluate(&e, right, NULL, &value))
        return false;
    if (right->kind == AST_SOLVE)
        count_run(session, &value);
    session_assign(session, node->name, &value, node->at);
    return true;
}

static bool define_function(struct session *session, const struct ast *node)
{
    struct value value = {.kind = VALUE_FUNCTION};
    value.as.function = node;
    session_assign(session, node->name, &value, node->at);
    return true;
}

/* A solve as a statement reports, and binds its variables to where it ended. */
static bool solve_statement(struct session *session, const struct ast *node)
{
    struct value value;
    if (!solve_run(session, node, NULL, false, &value))
        return false;
    const struct solution *solution = value.as.solution;
    for (size_t i = 0; i < solution->variable_count; i++) {
        const struct variable *v = &solution->variables[i];
        struct value found = variable_value(&session->scratch, v, solution->x);
        session_assign(session, v->name, &found, node->at);
        session_binding(session, v->name)->from_solve = true;
    }
    count_solve(session, &value);
    show_solution(session, &value, true);
    return true;
}

/* A sweep as a statement shows its table and binds nothing. */
static bool sweep_statement(struct session *session, const struct ast *node)
{
    struct value data;
    return run_sweep(session, node, true, &data);
}

static bool expression_statement(struct session *session, const struct ast *node)
{
    struct evaluation e = {session, NULL};
    struct value value;
    if (!evaluate(&e, node->child[0], NULL, &value))
        return false;
    if (session->options.prompt)
        show_value(session, &value);
    return true;
}

static bool set_seed(struct session *session, const struct ast *node)
{
    struct evaluation e = {session, NULL};
    double seed = 0;
    if (!evaluate_number(&e, node->child[0], NULL, "a seed", &seed))
        return false;
    if (!(seed >= 0 && seed <= 0x1p53) || seed != floor(seed))
        return session_error(session, CODE_WRONG_SEED, node->child[0]->span,
                             "a seed is a whole number from 0 to 2^53");
    session_seed(session, (uint64_t)seed);
    return true;
}

/* ---- loops and choices ---- */

/* The set is copied to scratch: what a name holds may move while the body runs. */
static bool run_for(struct session *session, const struct ast *node)
{
    struct evaluation e = {session, NULL};
    struct value set;
    size_t count = 0;
    if (!evaluate(&e, node->child[0], NULL, &set))
        return false;
    if (!value_count(&set, &count))
        return session_error(
            session, CODE_WRONG_TYPE, node->child[0]->span,
            "`for` runs over a range, a vector or a list, and this is %s",
            value_kind_name(&set));
    set = value_copy(&session->scratch, &set);
    for (size_t i = 0; i < count; i++) {
        struct value element = value_element(&session->scratch, &set, i);
        session_assign(session, node->name, &element, node->at);
        if (!session_go_on(session, 1, node->at) || !run_block(session, node->child[1]))
            return false;
    }
    return true;
}

static bool condition_holds(struct session *session, const struct ast *node, bool *holds)
{
    struct evaluation e = {session, NULL};
    struct value value;
    struct arena_mark mark = arena_mark(&session->scratch);
    if (!evaluate_condition(&e, node, NULL, &value))
        return false;
    arena_release(&session->scratch, mark);
    *holds = value.number != 0;
    return true;
}

static bool run_while(struct session *session, const struct ast *node)
{
    bool holds = false;
    for (;;) {
        if (!condition_holds(session, node->child[0], &holds))
            return false;
        if (!holds)
            return true;
        if (!session_go_on(session, 1, node->at) || !run_block(session, node->child[1]))
            return false;
    }
}

static bool run_choice(struct session *session, const struct ast *node)
{
    bool holds = false;
    while (node->kind == AST_CHOICE) {
        if (!condition_holds(session, node->child[0], &holds))
            return false;
        if (holds)
            return run_block(session, node->child[1]);
        if (node->count < 3)
            return true;
        node = node->child[2];
    }
    return run_block(session, node);
}

static bool execute(struct session *session, const struct ast *node)
{
    if (!session_go_on(session, 0, node->at))
        return false;
    switch (node->kind) {
    case AST_EXPRESSION:
        return expression_statement(session, node);
    case AST_DEFINE:
        return define(session, node);
    case AST_FUNCTION:
        return define_function(session, node);
    case AST_ASSIGN_ELEMENT:
        return execute_assignment(session, node);
    case AST_SOLVE:
        return solve_statement(session, node);
    case AST_SWEEP:
        return sweep_statement(session, node);
    case AST_PRINT:
        return execute_print(session, node);
    case AST_TABLE:
        return execute_table(session, node);
    case AST_EXPECT:
        return execute_expect(session, node);
    case AST_CLAIM:
        return execute_claim(session, node);
    case AST_EXPLAIN:
        return execute_explain(session, node);
    case AST_USE:
        return run_use(session, node);
    case AST_SEED:
        return set_seed(session, node);
    case AST_FOR:
        return run_for(session, node);
    case AST_WHILE:
        return run_while(session, node);
    case AST_CHOICE:
        return run_choice(session, node);
    case AST_BLOCK:
        return run_block(session, node);
    default:
        return not_yet(session, node->at, "this statement");
    }
}

bool execute_script(struct session *session, const struct ast *block)
{
    return run_block(session, block);
}
