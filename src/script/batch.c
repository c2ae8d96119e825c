/* SPDX-License-Identifier: MIT
 * Mini-batches: each step sees a few rows of the objective's generator (Robbins and
 * Monro, A Stochastic Approximation Method, 1951; Bottou, Curtis and Nocedal,
 * Optimization Methods for Large-Scale Machine Learning, 2018).
 *
 * The objective is traced a second time with the generator's rows as a leaf, so one
 * program serves every batch: only the numbers of the rows change.  An epoch goes through
 * all rows in a random order, the last batch of it with those that are left.  What is
 * tested and told is the whole objective at the end of each epoch. */
#include "script/array.h"
#include "script/model.h"
#include "script/solve.h"

#include <math.h>
#include <string.h>

enum { ROWS, LIVE, SIZE, LEAVES };

struct batch {
    size_t wanted, count; /* rows of a batch, and all */
    size_t per_epoch;     /* steps of an epoch */
    node_id objective, *partials;
    struct program *program;
    const double **inputs; /* those of the solve, then the leaves */
    double *order;         /* the numbers of all rows, shuffled */
    double *rows, *live, size;
    size_t next; /* of `order` */
    bool is_over, is_gone;
    /* the whole objective */
    double start_value, last_value, best_value, *best_x, *gradient;
    double first_change; /* in the first epoch */
    uint64_t best_k;
    double epochs;
};

static bool batch_size(struct solve *solve, const struct ast *clause, size_t *out)
{
    struct evaluation plain = {solve->session, NULL};
    double size = 0;
    if (!evaluate_number(&plain, clause->child[0], solve->locals, "the size of a batch",
                         &size))
        return false;
    if (!(size >= 1 && size == floor(size) && size <= SHAPE_MOST_ELEMENTS))
        return session_error(solve->session, CODE_BATCH, clause->child[0]->span,
                             "the size of a batch is a whole number from 1");
    *out = (size_t)size;
    return true;
}

bool solve_trace_batch(struct solve *solve)
{
    struct session *session = solve->session;
    const struct ast *clause = solve_clause(solve->node, AST_BATCH);
    if (clause == NULL)
        return true;
    struct batch *batch = ARENA_NEW(&session->workspace, struct batch);
    node_id whole = solve->objective, *partials = solve->partials;
    if (!batch_size(solve, clause, &batch->wanted))
        return false;
    solve->trace.rows = (struct row_batch){.wanted = batch->wanted};
    bool fine = solve_trace_objective(solve);
    batch->objective = solve->objective;
    batch->partials = solve->partials;
    solve->objective = whole;
    solve->partials = partials;
    solve->trace.rows.wanted = 0;
    if (!fine)
        return false;
    if (solve->trace.rows.count == 0)
        return session_error(session, CODE_BATCH, clause->at,
                             "`batch` takes rows of a generator, and the objective has "
                             "none, such as sum(... for r in d)");
    batch->count = solve->trace.rows.count;
    batch->wanted = batch->wanted < batch->count ? batch->wanted : batch->count;
    batch->per_epoch = (batch->count + batch->wanted - 1) / batch->wanted;
    solve->batch = batch;
    return true;
}

/* A batch cannot judge how long a step should be. */
bool solve_check_batch_step(struct solve *solve)
{
    struct session *session = solve->session;
    if (solve->batch == NULL || !isnan(solve->fixed_step) || solve->schedule != 0)
        return true;
    (void)session_error(session, CODE_BATCH,
                        solve->step_text != NULL ? solve->step_text->span
                                                 : solve->node->at,
                        "with `batch` the length of a step is a number or a schedule");
    diagnostic_help(&session->diagnostics, session_last(session),
                    "write `step 0.1`, or take a method with a step of its own, such as "
                    "`by adam`");
    return false;
}

void solve_compile_batch(struct solve *solve)
{
    struct batch *batch = solve->batch;
    struct session *session = solve->session;
    struct arena *arena = &session->workspace;
    const struct row_batch *rows = &solve->trace.rows;
    size_t variables = solve->variable_count, inputs = solve->input_count;
    if (batch == NULL)
        return;
    node_id *leaves = ARENA_ARRAY(arena, inputs + LEAVES, node_id);
    node_id *outputs = ARENA_ARRAY(arena, variables + 1, node_id);
    memcpy(leaves, solve->input_leaves, inputs * sizeof *leaves);
    leaves[inputs + ROWS] = rows->rows;
    leaves[inputs + LIVE] = rows->live;
    leaves[inputs + SIZE] = rows->size;
    outputs[0] = batch->objective;
    memcpy(outputs + 1, batch->partials, variables * sizeof *outputs);
    batch->program =
        model_program(session, outputs, variables + 1, leaves, inputs + LEAVES);
    batch->inputs = ARENA_ARRAY(arena, inputs + LEAVES, const double *);
    batch->order = ARENA_ARRAY(arena, batch->count, double);
    batch->rows = ARENA_ARRAY(arena, batch->wanted, double);
    batch->live = ARENA_ARRAY(arena, batch->wanted, double);
    batch->best_x = ARENA_ARRAY(arena, solve->n, double);
    batch->gradient = ARENA_ARRAY(arena, solve->n, double);
    batch->inputs[inputs + ROWS] = batch->rows;
    batch->inputs[inputs + LIVE] = batch->live;
    batch->inputs[inputs + SIZE] = &batch->size;
    batch->start_value = batch->best_value = (double)NAN;
    for (size_t i = 0; i < batch->count; i++)
        batch->order[i] = (double)i + 1;
}

/* Fisher and Yates (Knuth, The Art of Computer Programming, volume 2, 3.4.2P). */
static void shuffle(struct solve *solve)
{
    struct batch *batch = solve->batch;
    for (size_t i = 0; i + 1 < batch->count; i++) {
        size_t other =
            i + (size_t)(session_uniform(solve->session) * (double)(batch->count - i));
        double kept = batch->order[i];
        batch->order[i] = batch->order[other];
        batch->order[other] = kept;
    }
}

static void take_rows(struct solve *solve)
{
    struct batch *batch = solve->batch;
    if (batch->next == 0)
        shuffle(solve);
    size_t left = batch->count - batch->next;
    size_t size = left < batch->wanted ? left : batch->wanted;
    for (size_t i = 0; i < batch->wanted; i++) {
        batch->rows[i] = batch->order[i < size ? batch->next + i : 0];
        batch->live[i] = i < size;
    }
    batch->size = (double)size;
    batch->next = (batch->next + size) % batch->count;
}

double solve_evaluate_batch(struct solve *solve, const double *x, double *gradient)
{
    struct batch *batch = solve->batch;
    take_rows(solve);
    solve_set_point(solve, x);
    memcpy(batch->inputs, solve->inputs, solve->input_count * sizeof *solve->inputs);
    solve->outputs[0] = &solve->value;
    for (size_t i = 0; i < solve->variable_count; i++)
        solve->outputs[i + 1] = gradient + solve->variables[i].offset;
    (void)program_run(batch->program, batch->inputs, solve->outputs);
    return solve->value;
}

/* ---- The whole objective ---- */

static void note_best(struct solve *solve, const descent_state *state, double value)
{
    struct batch *batch = solve->batch;
    if (state->step_count > 0 && !(value < batch->best_value))
        return;
    batch->best_value = value;
    batch->best_k = state->step_count;
    memcpy(batch->best_x, state->x, solve->n * sizeof *state->x);
}

/* The samples scatter; that a search leaves shows in the whole objective alone. */
static bool has_grown(const struct batch *batch, double value)
{
    const double far = 1e5;
    double scale = fmax(fabs(batch->start_value), batch->first_change);
    return value - batch->start_value > far * scale;
}

static descent_stop ask_whole(struct solve *solve, const descent_state *state)
{
    struct batch *batch = solve->batch;
    descent_state whole = *state;
    double before = batch->last_value, norm = 0;
    whole.value = solve_evaluate(solve, state->x, batch->gradient);
    whole.gradient = batch->gradient;
    for (size_t i = 0; i < solve->n; i++)
        norm = hypot(norm, batch->gradient[i]);
    whole.gradient_norm = norm;
    whole.value_change =
        state->step_count == 0 ? (double)INFINITY : fabs(whole.value - before);
    batch->last_value = whole.value;
    if (state->step_count == 0)
        batch->start_value = whole.value;
    bool has_budget = solve->until != NULL && solve_has_budget(solve);
    batch->is_gone = !has_budget && has_grown(batch, whole.value);
    if (state->step_count == batch->per_epoch)
        batch->first_change = fabs(whole.value - batch->start_value);
    note_best(solve, state, whole.value);
    descent_stop answer = solve->until != NULL ? solve_until(solve, &whole)
                          : norm < 1e-6        ? DESCENT_STOP_CONVERGED
                                               : DESCENT_GO_ON;
    return batch->is_gone && answer == DESCENT_GO_ON ? DESCENT_STOP_BUDGET : answer;
}

static descent_stop ask(void *context, const descent_state *state)
{
    struct solve *solve = context;
    struct batch *batch = solve->batch;
    batch->epochs = floor((double)state->step_count / (double)batch->per_epoch);
    solve->quantity_values[QUANTITY_EPOCHS] = batch->epochs;
    if (state->step_count % batch->per_epoch == 0)
        return ask_whole(solve, state);
    return solve->until == NULL ? DESCENT_GO_ON : solve_until_budgets(solve, state);
}

void solve_start_batches(struct solve *solve, descent_options *options)
{
    if (solve->batch == NULL)
        return;
    options->until = ask;
    options->until_context = solve;
    options->sampled = true;
}

void solve_end_batches(struct solve *solve, descent *search)
{
    if (solve->batch == NULL)
        return;
    solve->batch->is_over = true;
    descent_reevaluate(search);
}

bool solve_takes_batches(const struct solve *solve)
{
    return solve->batch != NULL && !solve->batch->is_over;
}

void solve_tell_batches(const struct solve *solve, struct solution *s)
{
    const struct batch *batch = solve->batch;
    double sign = solve->maximize ? -1 : 1;
    if (batch == NULL)
        return;
    s->start_value = sign * batch->start_value;
    s->batch_size = batch->wanted;
    s->batch_rows = batch->count;
    s->epochs = batch->epochs;
    s->has_noise = true;
    s->factor = (double)NAN;
    if (s->status == DESCENT_BUDGET &&
        (batch->is_gone || has_grown(batch, sign * s->value)))
        s->status = DESCENT_DIVERGED;
    bool last_is_best = !(batch->best_value < sign * s->value);
    s->best_value = last_is_best ? s->value : sign * batch->best_value;
    s->best_k = last_is_best ? s->steps : batch->best_k;
    memcpy(s->best_x, last_is_best ? s->x : batch->best_x, s->n * sizeof *s->best_x);
}
