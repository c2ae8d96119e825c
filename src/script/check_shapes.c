/* SPDX-License-Identifier: MIT
 * Shapes of the statements that run in any case, in their order. */
#include "script/check_shapes.h"

#include "script/module.h"

#include <math.h>

static const struct value unknown = {.kind = VALUE_NONE};

static void check_statement(struct shape_check *check, const struct ast *node);

static void set_name(struct shape_check *check, name_id name, const struct value *value)
{
    if (name >= check->count)
        return;
    check->globals[name].name = name;
    check->globals[name].value = *value;
}

/* Whatever a block binds is unknown from there on. */
static void forget(struct shape_check *check, const struct ast *node)
{
    if (node == NULL)
        return;
    if (node->kind == AST_DEFINE || node->kind == AST_FUNCTION || node->kind == AST_FOR ||
        node->kind == AST_VARIABLE)
        set_name(check, node->name, &unknown);
    for (size_t i = 0; i < node->count; i++)
        forget(check, node->child[i]);
}

/* ---- Solves ---- */

static bool shape_of_sizes(struct shape_check *check, const struct ast *variable,
                           struct shape *shape)
{
    *shape = (struct shape){0};
    for (size_t i = 2; i < variable->count; i++) {
        struct value size = shape_of(check, variable->child[i], NULL);
        if (size.kind != VALUE_NUMBER || size.unknown || !(size.number >= 1) ||
            !(size.number <= SHAPE_MOST_ELEMENTS) || size.number != floor(size.number) ||
            shape->rank == 2)
            return false;
        shape->extent[shape->rank++] = (size_t)size.number;
    }
    return shape->rank > 0;
}

/* By its sizes, else by its start. */
static struct value shape_of_variable(struct shape_check *check,
                                      const struct ast *variable)
{
    struct shape shape;
    struct value start = unknown;
    if (variable->child[1] != NULL)
        start = shape_of(check, variable->child[1], NULL);
    if (variable->count > 2)
        return shape_of_sizes(check, variable, &shape) ? shape_of_array(check, &shape)
                                                       : unknown;
    if (!is_arithmetic(&start))
        return unknown;
    shape = core_shape(&check->e, &start);
    return shape_of_array(check, &shape);
}

/* The objective with its variables; what they hold afterwards stays. */
static void check_solve(struct shape_check *check, const struct ast *solve)
{
    for (size_t i = 1; i < solve->count; i++) {
        const struct ast *over = solve->child[i];
        if (over->kind != AST_OVER)
            continue;
        struct value *shapes =
            ARENA_ARRAY(&check->e.session->scratch, over->count, struct value);
        for (size_t k = 0; k < over->count; k++)
            shapes[k] = shape_of_variable(check, over->child[k]);
        for (size_t k = 0; k < over->count; k++)
            set_name(check, over->child[k]->name, &shapes[k]);
    }
    check->is_objective = true;
    (void)shape_of(check, solve->child[0], NULL);
    check->is_objective = false;
}

/* What the names that a solve or sweep binds hold, to be put back. */
struct saved {
    struct local *before;
    size_t count;
};

static void save(struct shape_check *check, name_id name, struct saved *saved)
{
    if (name < check->count) {
        saved->before[saved->count] = check->globals[name];
        saved->before[saved->count++].next = &check->globals[name];
    }
}

static size_t bound_names(const struct ast *solve)
{
    size_t names = 0;
    for (; solve->kind == AST_SWEEP; solve = solve->child[1])
        names++;
    for (size_t i = 1; i < solve->count; i++)
        names += solve->child[i]->kind == AST_OVER ? solve->child[i]->count : 0;
    return names;
}

static void save_names(struct shape_check *check, const struct ast *solve,
                       struct saved *saved)
{
    saved->count = 0;
    saved->before =
        ARENA_ARRAY(&check->e.session->scratch, bound_names(solve) + 1, struct local);
    for (; solve->kind == AST_SWEEP; solve = solve->child[1])
        save(check, solve->name, saved);
    for (size_t i = 1; i < solve->count; i++)
        for (size_t k = 0;
             solve->child[i]->kind == AST_OVER && k < solve->child[i]->count; k++)
            save(check, solve->child[i]->child[k]->name, saved);
}

/* A solve whose variables stand in for names of the script. */
static void check_inner_solve(struct shape_check *check, const struct ast *solve)
{
    struct saved saved;
    save_names(check, solve, &saved);
    for (; solve->kind == AST_SWEEP; solve = solve->child[1]) {
        if (solve->child[0]->kind != AST_LIST || solve->child[0]->count == 0)
            break; /* there may be no run */
        set_name(check, solve->name, &unknown);
    }
    if (solve->kind == AST_SOLVE)
        check_solve(check, solve);
    while (saved.count-- > 0) {
        name_id name = (name_id)(saved.before[saved.count].next - check->globals);
        check->globals[name] = saved.before[saved.count];
        check->globals[name].next = NULL;
    }
}

/* ---- Statements ---- */

static void check_define(struct shape_check *check, const struct ast *node)
{
    struct value value = unknown;
    if (node->child[0]->kind == AST_SOLVE || node->child[0]->kind == AST_SWEEP)
        check_inner_solve(check, node->child[0]);
    else
        value = shape_of(check, node->child[0], NULL);
    set_name(check, node->name, &value);
}

static void define_function(struct shape_check *check, const struct ast *node)
{
    struct value value = {.kind = VALUE_FUNCTION};
    value.as.function = node;
    set_name(check, node->name, &value);
}

/* Different shapes are not equal, so a comparison that is expected is no error. */
static void check_expectation(struct shape_check *check, const struct ast *node)
{
    const struct ast *condition = node->child[0];
    while (condition->kind == AST_GROUP)
        condition = condition->child[0];
    if (condition->kind == AST_COMPARE)
        (void)shape_of(check, condition->child[0], NULL);
    else
        (void)shape_of(check, condition, NULL);
}

/* The body runs when there is something to run over; what it binds changes meanwhile. */
static void check_for(struct shape_check *check, const struct ast *node)
{
    struct value set = shape_of(check, node->child[0], NULL);
    forget(check, node);
    if (set.kind != VALUE_RANGE || set.as.range->count == 0)
        return;
    for (size_t i = 0; i < node->child[1]->count; i++) {
        check_statement(check, node->child[1]->child[i]);
        forget(check, node->child[1]->child[i]);
    }
}

/* `module` is what the block belongs to; NULL: the script. */
static void check_statements(struct shape_check *check, const struct ast *block,
                             const struct module *module)
{
    struct session *session = check->e.session;
    for (size_t i = 0; i < block->count; i++) {
        size_t first = session->diagnostics.count;
        check_statement(check, block->child[i]);
        module_tell_statement(session, block->child[i], module, first);
    }
}

static void check_use(struct shape_check *check, const struct ast *node)
{
    struct module *module = module_of(check->e.session, node);
    if (module == NULL || module->is_shaped)
        return;
    module->is_shaped = true;
    check_statements(check, module->block, module);
}

static void check_statement(struct shape_check *check, const struct ast *node)
{
    switch (node->kind) {
    case AST_USE:
        check_use(check, node);
        break;
    case AST_DEFINE:
        check_define(check, node);
        break;
    case AST_FUNCTION:
        define_function(check, node);
        break;
    case AST_SOLVE:
        check_solve(check, node);
        break;
    case AST_SWEEP:
        check_inner_solve(check, node);
        break;
    case AST_EXPECT:
        check_expectation(check, node);
        break;
    case AST_FOR:
        check_for(check, node);
        break;
    case AST_WHILE:
    case AST_CHOICE:
        (void)shape_of(check, node->child[0], NULL);
        forget(check, node);
        break;
    case AST_PRINT:
    case AST_EXPRESSION:
    case AST_ASSIGN_ELEMENT:
        for (size_t i = 0; i < node->count; i++)
            (void)shape_of(check, node->child[i], NULL);
        break;
    default:
        break;
    }
}

/* What a session holds from before. */
static void take_globals(struct shape_check *check)
{
    for (size_t i = 1; i < check->count; i++) {
        const struct value *held = &session_binding(check->e.session, (name_id)i)->value;
        bool is_known = held->kind == VALUE_NUMBER || held->kind == VALUE_ARRAY ||
                        held->kind == VALUE_RANGE || held->kind == VALUE_FUNCTION ||
                        held->kind == VALUE_BOOLEAN;
        if (held->kind != VALUE_NONE)
            set_name(check, (name_id)i, is_known ? held : &unknown);
    }
}

void check_shapes(struct session *session, const struct ast *block)
{
    struct arena_mark mark = arena_mark(&session->scratch);
    struct shape_check check = {.e = {session, NULL}};
    check.count = intern_count(session->names) + 1;
    check.globals = ARENA_ARRAY(&session->scratch, check.count, struct local);
    take_globals(&check);
    check_statements(&check, block, NULL);
    arena_release(&session->scratch, mark);
}
