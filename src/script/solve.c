/* SPDX-License-Identifier: MIT
 * A solve from its clauses to its solution: trace, differentiate, compile, search. */
#include "script/solve.h"

#include "script/array.h"
#include "script/constraints.h"
#include "script/model.h"
#include "script/override.h"
#include "script/refine.h"
#include "script/sets.h"
#include "script/squares.h"

#include <math.h>
#include <string.h>

/* ---- leaves ---- */

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
    for (size_t i = 0; i < solve->variable_count; i++) {
        const struct variable *v = &solve->variables[i];
        solve->leaves[i] =
            graph_variable_array(solve->session->graph, v->name, &v->shape);
        struct value value = array_value_of(&solve->e, solve->leaves[i], 0, false);
        override_name(solve->session, v->name, &value);
        if (is_local(outside, v->name))
            solve->locals = add_local(solve, v->name, &value, solve->locals);
    }
}

static node_id quantity_leaf(struct solve *solve, const char *name)
{
    struct session *session = solve->session;
    return graph_variable(session->graph, intern_string(session->names, name));
}

static bool is_one_number(const struct solve *solve)
{
    return solve->n == 1 && solve->variables[0].shape.rank == 0;
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
    for (int i = 0; i < QUANTITIES; i++) {
        solve->quantities[i] = quantity_leaf(solve, symbols[i]);
        struct value value = array_value_of(&solve->e, solve->quantities[i], 0, false);
        if (i < QUANTITY_SECONDS)
            locals = add_local(solve, intern_string(session->names, symbols[i] + 1),
                               &value, locals);
    }
    struct shape shape =
        is_one_number(solve) ? (struct shape){0} : shape_vector(solve->n);
    solve->gradient_leaf = graph_variable_array(
        session->graph, intern_string(session->names, ".grad"), &shape);
    struct value gradient = array_value_of(&solve->e, solve->gradient_leaf, 0, false);
    solve->quantity_locals =
        add_local(solve, intern_string(session->names, "grad"), &gradient, locals);
}

/* ---- compiled programs, all over the same inputs ---- */

static const node_id *input_leaves(struct solve *solve)
{
    size_t count = solve->variable_count;
    solve->input_count = count + QUANTITIES + 1 + solve->trace.count;
    node_id *inputs =
        ARENA_ARRAY(&solve->session->workspace, solve->input_count, node_id);
    memcpy(inputs, solve->leaves, count * sizeof *inputs);
    memcpy(inputs + count, solve->quantities, QUANTITIES * sizeof *inputs);
    inputs[count + QUANTITIES] = solve->gradient_leaf;
    if (solve->trace.count > 0)
        memcpy(inputs + count + QUANTITIES + 1, solve->trace.parameters,
               solve->trace.count * sizeof *inputs);
    return inputs;
}

/* Where the numbers of the inputs lie; the variables' move with the point. */
static void place_inputs(struct solve *solve)
{
    struct arena *arena = &solve->session->workspace;
    solve->inputs = ARENA_ARRAY(arena, solve->input_count, const double *);
    solve->gradient_values = ARENA_ARRAY(arena, solve->n, double);
    const double **next = solve->inputs + solve->variable_count;
    for (size_t i = 0; i < QUANTITIES; i++)
        *next++ = &solve->quantity_values[i];
    *next++ = solve->gradient_values;
    parameter_inputs(&solve->trace, next);
    solve_set_point(solve, solve->start);
}

void solve_set_point(struct solve *solve, const double *x)
{
    for (size_t i = 0; i < solve->variable_count; i++)
        solve->inputs[i] = x + solve->variables[i].offset;
}

static bool go_on(void *user)
{
    struct solve *solve = user;
    return session_go_on(solve->session, 0, solve->node->at);
}

struct program *solve_compile(struct solve *solve, const node_id *outputs, size_t count,
                              const node_id *leaves, size_t leaf_count)
{
    struct program *program =
        model_program(solve->session, outputs, count, leaves, leaf_count);
    program_set_poll(program, go_on, solve);
    return program;
}

static struct program *compile(struct solve *solve, const node_id *outputs, size_t count)
{
    return solve_compile(solve, outputs, count, solve->input_leaves, solve->input_count);
}

static void compile_until(struct solve *solve)
{
    struct arena *arena = &solve->session->workspace;
    size_t count = 3 * solve->test_count;
    node_id *outputs = ARENA_ARRAY(arena, count, node_id);
    solve->test_values = ARENA_ARRAY(arena, count, double);
    solve->test_outputs = ARENA_ARRAY(arena, count, double *);
    for (size_t i = 0; i < solve->test_count; i++) {
        const struct until_test *test = &solve->tests[i];
        outputs[3 * i] = test->holds;
        outputs[3 * i + 1] = test->left == 0 ? test->holds : test->left;
        outputs[3 * i + 2] = test->right == 0 ? test->holds : test->right;
    }
    for (size_t i = 0; i < count; i++)
        solve->test_outputs[i] = &solve->test_values[i];
    solve->until_program = compile(solve, outputs, count);
}

void solve_compile_objective(struct solve *solve)
{
    size_t count = solve->variable_count;
    node_id *outputs = ARENA_ARRAY(&solve->session->workspace, count + 1, node_id);
    outputs[0] = solve->objective;
    memcpy(outputs + 1, solve->partials, count * sizeof *outputs);
    solve->value_program = compile(solve, outputs, 1);
    solve->gradient_program = compile(solve, outputs, count + 1);
}

static void compile_all(struct solve *solve)
{
    struct arena *arena = &solve->session->workspace;
    size_t count = solve->variable_count;
    solve->input_leaves = input_leaves(solve);
    solve_compile_objective(solve);
    solve->outputs = ARENA_ARRAY(arena, count + 1, double *);
    if (solve->until != NULL)
        compile_until(solve);
    if (solve->schedule != 0)
        solve->schedule_program = compile(solve, &solve->schedule, 1);
    place_inputs(solve);
}

bool solve_is_scalar(const struct solve *solve)
{
    for (size_t i = 0; i < solve->variable_count; i++)
        if (solve->variables[i].shape.rank > 0)
            return false;
    return program_is_scalar(solve->gradient_program);
}

/* ---- callbacks of the engine ---- */

double solve_evaluate(struct solve *solve, const double *x, double *gradient)
{
    solve_set_point(solve, x);
    solve->outputs[0] = &solve->value;
    for (size_t i = 0; i < solve->variable_count && gradient != NULL; i++)
        solve->outputs[i + 1] = gradient + solve->variables[i].offset;
    (void)program_run(gradient == NULL ? solve->value_program : solve->gradient_program,
                      solve->inputs, solve->outputs);
    return solve->value;
}

static void evaluate_problem(void *context, const double *x, double *value,
                             double *gradient)
{
    struct solve *solve = context;
    *value = solve_takes_batches(solve) && gradient != NULL
                 ? solve_evaluate_batch(solve, x, gradient)
                 : solve_evaluate(solve, x, gradient);
}

static double schedule_step(void *context, const descent_state *state)
{
    struct solve *solve = context;
    double step = 0, *output = &step;
    solve_set_state(solve, state);
    (void)program_run(solve->schedule_program, solve->inputs, &output);
    return step;
}

static bool observe(void *context, const descent_state *state)
{
    struct solve *solve = context;
    uint64_t turns = state->step_count - solve->observed;
    solve->observed = state->step_count;
    tw_progress *progress = &solve->session->progress.now;
    progress->steps = state->step_count;
    progress->value = solve->maximize ? -state->value : state->value;
    progress->gradient_norm = state->gradient_norm;
    return session_go_on(solve->session, turns, solve->node->at);
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
    solve_start_batches(solve, &options);
    if (session->options.clock != NULL) {
        options.clock = read_clock;
        options.clock_context = session;
    }
    return options;
}

static void tell_attempts(const struct solve *solve, struct solution *s)
{
    const descent_attempts *attempts = &solve->attempts;
    s->evaluations += attempts->evaluations;
    s->attempts = attempts->made;
    s->first_value = attempts->first_value;
    s->method = descent_method_name(attempts->method);
}

static bool search(struct solve *solve, struct value *out)
{
    struct session *session = solve->session;
    descent_problem problem = {
        .n = solve->n, .context = solve, .evaluate = evaluate_problem};
    solve_offer_sets(solve, &problem);
    solve_offer_diagnosis(solve, &problem);
    solve_offer_squares(solve, &problem);
    solve_offer_kinks(solve, &problem);
    solve_offer_constraints(solve, &problem);
    descent_options options = engine_options(solve);
    solve_offer_pace(solve, &problem, &options);
    const char *fault = descent_find_fault(&problem, &options);
    if (fault != NULL)
        return session_error(session, CODE_SETTING_RANGE,
                             solve->step_text != NULL ? solve->step_text->span
                                                      : solve->node->at,
                             "`%s` has a value that is not allowed", fault);
    descent *engine = solve->starts != NULL
                          ? solve_from_starts(solve, &problem, &options)
                          : descent_new(&problem, &options, solve->start);
    progress_search(session);
    (void)descent_run(engine);
    if (solve->starts == NULL && solve->chosen_because != NULL) {
        solve->attempts = descent_attempt(engine, &problem, &options, solve->start);
        engine = solve->attempts.best;
    }
    solve_refine(solve, engine);
    progress_end(session);
    if (session->stopped)
        return false;
    solve_end_batches(solve, engine);
    struct value value = {.kind = VALUE_SOLUTION};
    struct solution *solution = solve_outcome(solve, engine);
    if (solve->starts != NULL)
        solve_tell_starts(solve, solution);
    if (solve->attempts.made > 0)
        tell_attempts(solve, solution);
    value.as.solution = solution;
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
    size_t count = solve->variable_count;
    node_id *roots = ARENA_ARRAY(&session->scratch, count + 1, node_id);
    roots[0] = solve->objective;
    memcpy(roots + 1, solve->partials, count * sizeof *roots);
    text_init(&out, &session->scratch);
    graph_dump(&out, session->graph, roots, count + 1, leaf_name, session);
    session_dump(session, text_string(&out), out.length);
}

static bool trace_and_search(struct solve *solve, struct value *out)
{
    bind_variables(solve);
    bind_quantities(solve);
    if (!solve_trace_objective(solve))
        return false;
    solve_find_kinks(solve);
    if (!solve_trace_constraints(solve) || !solve_trace_batch(solve) ||
        !solve_trace_until(solve))
        return false;
    solve_find_squares(solve);
    solve_resolve_auto(solve);
    if (!solve_check_squares(solve) || !solve_check_kinks(solve) ||
        !solve_choose_step(solve) || !solve_check_batch_step(solve))
        return false;
    solve->begins_anew = !model_fits(solve->session);
    if (solve->begins_anew)
        return false;
    compile_all(solve);
    solve_compile_batch(solve);
    if (solve->session->dumps == DUMPS_GRAPH)
        dump_graph(solve);
    else if (solve->session->dumps == DUMPS_COST)
        solve_dump_cost(solve);
    return search(solve, out);
}

static bool run_once(struct session *session, const struct ast *node,
                     const struct local *locals, bool is_kept, struct value *out,
                     bool *begins_anew)
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
    solve->is_kept = is_kept;
    solve->trace.graph = session->graph;
    solve->trace.arena = &session->workspace;
    solve->e.session = session;
    solve->e.trace = &solve->trace;
    provenance_init(&session->provenance, &session->workspace);
    bool fine = solve_collect_variables(solve) && solve_collect_starts(solve) &&
                solve_choose_method(solve) && solve_check_method_sets(solve) &&
                trace_and_search(solve, out);
    *begins_anew = solve->begins_anew;
    override_restore(session, overrides);
    session->provenance = provenance;
    if (session->model == NULL)
        graph_release(session->graph, graph);
    arena_release(&session->workspace, mark);
    return fine;
}

bool solve_run(struct session *session, const struct ast *node,
               const struct local *locals, bool is_kept, struct value *out)
{
    bool fine = false, again = true;
    struct random_state random = session->random;
    for (int i = 0; i < 2 && again; i++) {
        session->random = random;
        struct model_frame frame = model_begin(session, node->span);
        fine = run_once(session, node, locals, is_kept, out, &again);
        model_end(session, frame);
    }
    return fine;
}
