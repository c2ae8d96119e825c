/* SPDX-License-Identifier: MIT
 * A solve from its clauses to its solution: trace, differentiate, compile, search. */
#include "script/solve.h"

#include "script/override.h"

#include <math.h>
#include <string.h>

/* ---- leaves ---- */

static struct value leaf_value(node_id node)
{
    struct value value = value_number((double)NAN);
    value.node = node;
    value.unknown = true;
    return value;
}

static const struct local *add_local(struct solve *solve, name_id name,
                                     const struct value *value, const struct local *next)
{
    struct local *local = ARENA_NEW(&solve->session->workspace, struct local);
    local->name = name;
    local->value = *value;
    local->next = next;
    return local;
}

static bool is_local(const struct local *locals, name_id name)
{
    while (locals != NULL && locals->name != name)
        locals = locals->next;
    return locals != NULL;
}

/* The variables stand in for the names of the script, also in functions called there, and
 * for a parameter of that name around the solve. */
static void bind_variables(struct solve *solve)
{
    const struct local *outside = solve->locals;
    for (size_t i = 0; i < solve->n; i++) {
        name_id name = solve->variables[i];
        solve->leaves[i] = graph_variable(solve->session->graph, name);
        struct value value = leaf_value(solve->leaves[i]);
        override_name(solve->session, name, &value);
        if (is_local(outside, name))
            solve->locals = add_local(solve, name, &value, solve->locals);
    }
}

static node_id quantity_leaf(struct solve *solve, const char *name)
{
    struct session *session = solve->session;
    return graph_variable(session->graph, intern_string(session->names, name));
}

static struct value gradient_value(struct solve *solve)
{
    if (solve->n == 1)
        return leaf_value(solve->gradient_leaves[0]);
    struct value vector = value_vector(&solve->session->workspace, solve->n);
    vector.as.vector->nodes = solve->gradient_leaves;
    vector.as.vector->unknown = true;
    for (size_t i = 0; i < solve->n; i++)
        vector.as.vector->numbers[i] = (double)NAN;
    return vector;
}

/* k value grad dvalue dx, seen in the text of `until` and `step` only.  The leaves'
 * symbols have a dot that no variable's name can have. */
static void bind_quantities(struct solve *solve)
{
    static const char *const symbols[QUANTITIES] = {
#define SYMBOL(id, name, meaning) "." name,
        SOLVE_QUANTITIES(SYMBOL)
#undef SYMBOL
    };
    struct session *session = solve->session;
    const struct local *locals = solve->locals;
    solve->gradient_leaves = ARENA_ARRAY(&session->workspace, solve->n, node_id);
    for (int i = 0; i < QUANTITIES; i++) {
        solve->quantities[i] = quantity_leaf(solve, symbols[i]);
        struct value value = leaf_value(solve->quantities[i]);
        if (i != QUANTITY_SECONDS)
            locals = add_local(solve, intern_string(session->names, symbols[i] + 1),
                               &value, locals);
    }
    for (size_t i = 0; i < solve->n; i++) {
        struct text name;
        text_init(&name, &session->scratch);
        text_format(&name, ".grad[%zu]", i + 1);
        solve->gradient_leaves[i] = quantity_leaf(solve, text_string(&name));
    }
    struct value gradient = gradient_value(solve);
    solve->quantity_locals =
        add_local(solve, intern_string(session->names, "grad"), &gradient, locals);
}

/* ---- compiled programs, all over the same inputs ---- */

static const node_id *input_leaves(struct solve *solve)
{
    size_t n = solve->n;
    solve->input_count = n + QUANTITIES + n + solve->trace.count;
    node_id *inputs =
        ARENA_ARRAY(&solve->session->workspace, solve->input_count, node_id);
    memcpy(inputs, solve->leaves, n * sizeof *inputs);
    memcpy(inputs + n, solve->quantities, QUANTITIES * sizeof *inputs);
    memcpy(inputs + n + QUANTITIES, solve->gradient_leaves, n * sizeof *inputs);
    if (solve->trace.count > 0)
        memcpy(inputs + n + QUANTITIES + n, solve->trace.parameters,
               solve->trace.count * sizeof *inputs);
    return inputs;
}

static struct check *compile(struct solve *solve, const node_id *outputs, size_t count,
                             const node_id *inputs)
{
    return check_new(&solve->session->workspace, solve->session->graph, outputs, count,
                     inputs, solve->input_count);
}

static void compile_until(struct solve *solve, const node_id *inputs)
{
    struct arena *arena = &solve->session->workspace;
    size_t count = 3 * solve->test_count;
    node_id *outputs = ARENA_ARRAY(arena, count, node_id);
    for (size_t i = 0; i < solve->test_count; i++) {
        const struct until_test *test = &solve->tests[i];
        outputs[3 * i] = test->holds;
        outputs[3 * i + 1] = test->left == 0 ? test->holds : test->left;
        outputs[3 * i + 2] = test->right == 0 ? test->holds : test->right;
    }
    solve->test_outputs = ARENA_ARRAY(arena, count, double);
    solve->until_program = compile(solve, outputs, count, inputs);
}

static void compile_all(struct solve *solve)
{
    struct arena *arena = &solve->session->workspace;
    const node_id *inputs = input_leaves(solve);
    solve->input_leaves = inputs;
    node_id *outputs = ARENA_ARRAY(arena, solve->n + 1, node_id);
    outputs[0] = solve->objective;
    memcpy(outputs + 1, solve->partials, solve->n * sizeof *outputs);
    solve->value_program = compile(solve, outputs, 1, inputs);
    solve->gradient_program = compile(solve, outputs, solve->n + 1, inputs);
    if (solve->until != NULL)
        compile_until(solve, inputs);
    if (solve->schedule != 0)
        solve->schedule_program = compile(solve, &solve->schedule, 1, inputs);
    if (descent_method_needs_hessian(solve->method->method))
        solve_compile_hessian(solve);
    solve->inputs = ARENA_ARRAY(arena, solve->input_count, double);
    solve->outputs = ARENA_ARRAY(arena, solve->n + 1, double);
    size_t first = solve->input_count - solve->trace.count;
    for (size_t i = 0; i < solve->trace.count; i++)
        solve->inputs[first + i] = solve->trace.parameter_values[i];
}

/* ---- callbacks of the engine ---- */

static void evaluate_problem(void *context, const double *x, double *value,
                             double *gradient)
{
    struct solve *solve = context;
    memcpy(solve->inputs, x, solve->n * sizeof *x);
    check_run(gradient == NULL ? solve->value_program : solve->gradient_program,
              solve->inputs, solve->outputs);
    *value = solve->outputs[0];
    if (gradient != NULL)
        memcpy(gradient, solve->outputs + 1, solve->n * sizeof *gradient);
}

static double schedule_step(void *context, const descent_state *state)
{
    struct solve *solve = context;
    double step = 0;
    solve_set_state(solve, state);
    check_run(solve->schedule_program, solve->inputs, &step);
    return step;
}

static bool observe(void *context, const descent_state *state)
{
    struct solve *solve = context;
    return session_go_on(solve->session, state->step_count == 0 ? 0 : 1, solve->node->at);
}

static double read_clock(void *context)
{
    const struct session *session = context;
    return session_clock(session);
}

static void *allocate(void *context, size_t size)
{
    struct session *session = context;
    return arena_get(&session->workspace, size);
}

static double draw_normal(void *context)
{
    return session_normal(context);
}

static void set_step_rule(struct solve *solve, descent_options *options)
{
    if (solve->schedule != 0) {
        options->search = descent_search_find("schedule");
        options->schedule = schedule_step;
        options->schedule_context = solve;
    } else if (!isnan(solve->fixed_step)) {
        options->search = descent_search_find("fixed");
        options->search_settings = &solve->fixed_step;
    } else if (solve->search != NULL) {
        options->search = solve->search->search;
        options->search_settings = solve->search->settings;
    }
}

static descent_options engine_options(struct solve *solve)
{
    struct session *session = solve->session;
    descent_options options = {.method = solve->method->method,
                               .method_settings = solve->method->settings,
                               .normal = draw_normal,
                               .normal_context = session,
                               .observe = observe,
                               .observe_context = solve,
                               .allocate = allocate,
                               .memory_context = session};
    set_step_rule(solve, &options);
    if (solve->until != NULL) {
        options.until = solve_until;
        options.until_context = solve;
        options.users_budget = solve_has_budget(solve);
    }
    if (session->options.clock != NULL) {
        options.clock = read_clock;
        options.clock_context = session;
    }
    return options;
}

static bool search(struct solve *solve, struct value *out)
{
    struct session *session = solve->session;
    descent_problem problem = {
        .n = solve->n, .context = solve, .evaluate = evaluate_problem};
    solve_offer_diagnosis(solve, &problem);
    descent_options options = engine_options(solve);
    const char *fault = descent_find_fault(&problem, &options);
    if (fault != NULL)
        return session_error(session, CODE_SETTING_RANGE,
                             solve->step_text != NULL ? solve->step_text->span
                                                      : solve->node->at,
                             "`%s` has a value that is not allowed", fault);
    descent *engine = descent_new(&problem, &options, solve->start);
    (void)descent_run(engine);
    if (session->stopped)
        return false;
    struct value value = {.kind = VALUE_SOLUTION};
    value.as.solution = solve_outcome(solve, engine);
    *out = value;
    return true;
}

/* ---- the whole ---- */

static const char *leaf_name(void *user, uint32_t symbol)
{
    const struct session *session = user;
    return intern_text(session->names, symbol);
}

/* The objective, then its partial derivatives. */
static void dump_graph(struct solve *solve)
{
    struct session *session = solve->session;
    struct text out;
    node_id *roots = ARENA_ARRAY(&session->scratch, solve->n + 1, node_id);
    roots[0] = solve->objective;
    memcpy(roots + 1, solve->partials, solve->n * sizeof *roots);
    text_init(&out, &session->scratch);
    graph_dump(&out, session->graph, roots, solve->n + 1, leaf_name, session);
    session_dump(session, text_string(&out), out.length);
}

static bool later_clauses(struct session *session, const struct ast *node)
{
    static const struct {
        enum ast_kind kind;
        const char *what;
    } later[] = {
        {AST_SUBJECT, "`subject to`"}, {AST_BATCH, "`batch`"}, {AST_STARTS, "`starts`"}};
    for (size_t i = 0; i < sizeof later / sizeof *later; i++) {
        const struct ast *clause = solve_clause(node, later[i].kind);
        if (clause != NULL)
            return not_yet(session, clause->at, later[i].what);
    }
    return true;
}

static bool trace_and_search(struct solve *solve, struct value *out)
{
    bind_variables(solve);
    bind_quantities(solve);
    if (!solve_trace_objective(solve) || !solve_trace_until(solve) ||
        !solve_choose_step(solve))
        return false;
    compile_all(solve);
    if (solve->session->dumps_graph)
        dump_graph(solve);
    return search(solve, out);
}

bool solve_run(struct session *session, const struct ast *node,
               const struct local *locals, struct value *out)
{
    struct arena_mark mark = arena_mark(&session->workspace);
    struct graph_mark graph = graph_mark(session->graph);
    struct provenance provenance = session->provenance;
    size_t overrides = override_mark(session);
    struct solve *solve = ARENA_NEW(&session->workspace, struct solve);
    solve->session = session;
    solve->node = node;
    solve->locals = locals;
    solve->maximize = node->word == AST_MAXIMIZE;
    solve->trace.graph = session->graph;
    solve->trace.arena = &session->workspace;
    solve->e.session = session;
    solve->e.trace = &solve->trace;
    provenance_init(&session->provenance, &session->workspace);
    bool fine = later_clauses(session, node) && solve_collect_variables(solve) &&
                solve_choose_method(solve) && trace_and_search(solve, out);
    override_restore(session, overrides);
    session->provenance = provenance;
    graph_release(session->graph, graph);
    arena_release(&session->workspace, mark);
    return fine;
}
