/* SPDX-License-Identifier: MIT
 * From what the engine found to a solution of the script, and to the place where a value
 * stopped being finite. */
#include "script/constraints.h"
#include "script/explain_solution.h"
#include "script/fault.h"
#include "script/report.h"
#include "script/sets.h"

#include <math.h>
#include <string.h>

enum { STATEMENT_SHOWN = 90, SHOWN_VARIABLES = 4 };

/* ---- the statement on one line ---- */

/* Runs of blanks, line ends and comments become one space. */
static const char *one_line(struct session *session, struct span span)
{
    const struct source *source = sources_get(&session->sources, span.source);
    struct text out;
    bool blank = false;
    text_init(&out, &session->scratch);
    for (size_t i = span.begin; i < span.end; i++) {
        char c = source->text[i];
        if (c == '#') {
            while (i + 1 < span.end && source->text[i + 1] != '\n')
                i++;
            blank = true;
        } else if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
            blank = true;
        } else {
            if (blank && out.length > 0)
                text_putc(&out, ' ');
            blank = false;
            text_putc(&out, c);
        }
        if (out.length >= STATEMENT_SHOWN && ((unsigned char)c & 0xC0) != 0x80 &&
            (unsigned char)c < 0x80) {
            text_puts(&out, " ...");
            break;
        }
    }
    return text_string(&out);
}

static const char *expression_text(struct session *session, const struct ast *node)
{
    struct text out;
    text_init(&out, &session->scratch);
    format_node(&out, node, session->names);
    return text_string(&out);
}

/* ---- stopping tests with what they measured ---- */

static void measure_tests(struct solve *solve, struct solution *solution,
                          const descent_result *result)
{
    struct session *session = solve->session;
    const struct descent_state state = {.n = result->n,
                                        .x = result->x,
                                        .gradient = result->gradient,
                                        .projected = result->projected,
                                        .value = result->value,
                                        .gradient_norm = result->gradient_norm,
                                        .value_change = result->value_change,
                                        .point_change = result->point_change,
                                        .step = result->step,
                                        .step_count = result->steps,
                                        .seconds = result->seconds};
    solve_set_state(solve, &state);
    (void)program_run(solve->until_program, solve->inputs, solve->test_outputs);
    solution->test_count = solve->test_count;
    solution->tests =
        ARENA_ARRAY(&session->scratch, solve->test_count, struct stopping_test);
    for (size_t i = 0; i < solve->test_count; i++) {
        const struct until_test *test = &solve->tests[i];
        struct stopping_test *shown = &solution->tests[i];
        shown->text = expression_text(session, test->text);
        shown->negated = test->negated;
        shown->holds = solve->test_values[3 * i] != 0;
        shown->is_budget = test->class == TEST_BUDGET;
        shown->is_convergence = test->class == TEST_CONVERGENCE;
        shown->counts = test->text->kind == AST_BUDGET;
        if (test->left_text != NULL) {
            shown->measured = expression_text(session, test->left_text);
            shown->limit = expression_text(session, test->right_text);
            shown->limit_first = test->left_text->kind == AST_NUMBER;
        }
        shown->left = solve->test_values[3 * i + 1];
        shown->right = solve->test_values[3 * i + 2];
    }
}

static void default_test(struct solve *solve, struct solution *solution,
                         double point_change)
{
    struct session *session = solve->session;
    struct stopping_test *test = ARENA_NEW(&session->scratch, struct stopping_test);
    bool by_gradients = descent_method_uses_gradients(solve->method->method);
    test->text = by_gradients ? "|grad| < 1e-6" : "|dx| < 1e-8";
    test->measured = by_gradients ? "|grad|" : "|dx|";
    test->limit = by_gradients ? "1e-6" : "1e-8";
    test->left = by_gradients ? solution->gradient_norm : point_change;
    test->right = by_gradients ? 1e-6 : 1e-8;
    test->holds = test->left < test->right;
    test->is_convergence = true;
    solution->tests = test;
    solution->test_count = 1;
}

/* ---- numbers ---- */

static double *copy_numbers(struct session *session, const double *from, size_t count,
                            double sign)
{
    double *copy = ARENA_ARRAY(&session->scratch, count, double);
    for (size_t i = 0; i < count; i++)
        copy[i] = sign * from[i];
    return copy;
}

/* In one variable the trace shows the derivative with its sign; the engine keeps norms.
 */
static double row_gradient(struct solve *solve, const descent_row *row)
{
    if (solve->n != 1 || row->x == NULL)
        return row->gradient_norm;
    double slope;
    (void)solve_evaluate(solve, row->x, &slope);
    return solve->maximize ? -slope : slope;
}

static void copy_trace(struct solve *solve, struct solution *solution, descent *search)
{
    struct arena *scratch = &solve->session->scratch;
    size_t n = solve->n, rows = descent_get_result(search)->row_count;
    double sign = solve->maximize ? -1 : 1;
    solution->rows = rows;
    solution->row_k = ARENA_ARRAY(scratch, rows, double);
    solution->row_value = ARENA_ARRAY(scratch, rows, double);
    solution->row_gradient = ARENA_ARRAY(scratch, rows, double);
    solution->row_step = ARENA_ARRAY(scratch, rows, double);
    if (rows > 0 && descent_get_row(search, 0).x != NULL)
        solution->row_x = ARENA_ARRAY(scratch, rows * n, double);
    for (size_t i = 0; i < rows; i++) {
        descent_row row = descent_get_row(search, i);
        solution->row_k[i] = (double)row.k;
        solution->row_value[i] = sign * row.value;
        solution->row_gradient[i] = row_gradient(solve, &row);
        solution->row_step[i] = row.step;
        if (solution->row_x != NULL && row.x != NULL)
            memcpy(solution->row_x + i * n, row.x, n * sizeof *row.x);
    }
}

static const char *step_rule(struct solve *solve)
{
    struct text out;
    text_init(&out, &solve->session->scratch);
    text_puts(&out, "step ");
    if (solve->step_text != NULL)
        text_puts(&out, expression_text(solve->session, solve->step_text));
    else if (!isnan(solve->fixed_step))
        text_number(&out, solve->fixed_step);
    else if (solve->search != NULL)
        text_puts(&out, descent_search_name(solve->search->search));
    else
        text_puts(&out, descent_search_name(solve_default_search(solve, NULL)));
    return text_string(&out);
}

/* ---- undefined values ---- */

static void put_point(struct solve *solve, struct text *out, const double *x)
{
    for (size_t i = 0; i < solve->n && i < SHOWN_VARIABLES; i++) {
        text_puts(out, i == 0 ? "" : ", ");
        variable_put(solve->session, out, solve->variables, i);
        text_puts(out, " = ");
        text_number(out, x[i]);
    }
}

static bool all_finite(const double *x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!isfinite(x[i]))
            return false;
    return true;
}

/* The point itself is not finite: the step that led there is to blame. */
static void tell_step(struct solve *solve, const descent_result *result)
{
    struct span place =
        solve->step_text != NULL ? solve->step_text->span : solve->node->at;
    (void)diagnostic_add(&solve->session->diagnostics, CODE_UNDEFINED_SEARCH, place,
                         "step %llu leads to a point that is not finite",
                         (unsigned long long)result->fault_step);
}

/* The output of the gradient program that is not finite; past the last: none. */
static size_t bad_partial(const struct solve *solve, const double *gradient)
{
    size_t i = 0;
    while (i < solve->variable_count &&
           all_finite(gradient + solve->variables[i].offset, solve->variables[i].count))
        i++;
    return i + 1;
}

/* The sub-expression, its arguments and the step; for a derivative it says so. */
static void tell_fault(struct solve *solve, const descent_result *result)
{
    struct session *session = solve->session;
    struct text point;
    size_t output = 0;
    if (!all_finite(result->fault_x, solve->n)) {
        tell_step(solve, result);
        return;
    }
    double *gradient = ARENA_ARRAY(&session->scratch, solve->n, double);
    if (isfinite(solve_evaluate(solve, result->fault_x, gradient)))
        output = bad_partial(solve, gradient);
    if (output > solve->variable_count)
        return;
    struct fault_place fault = fault_find(
        session, session->graph, solve->gradient_program, output, solve->objective,
        solve->input_leaves, solve->inputs, solve->input_count);
    if (fault.place.source == 0)
        fault.place = solve->node->child[0]->span;
    (void)diagnostic_add(&session->diagnostics, CODE_UNDEFINED_SEARCH, fault.place,
                         "%s`%s` is not a finite number at step %llu",
                         output == 0 ? "" : "the derivative of ",
                         session_text(session, fault.place),
                         (unsigned long long)result->fault_step);
    if (fault.arguments[0] != '\0')
        diagnostic_say(&session->diagnostics, session_last(session), "it got %s",
                       fault.arguments);
    text_init(&point, &session->scratch);
    put_point(solve, &point, result->fault_x);
    diagnostic_note(&session->diagnostics, session_last(session), "the point is %s",
                    text_string(&point));
}

/* ---- what the place is ---- */

static const double *keep(struct session *session, const double *from, size_t n)
{
    return from == NULL ? NULL : copy_numbers(session, from, n, 1);
}

static void take_diagnosis(struct solve *solve, struct solution *s, descent *search)
{
    struct session *session = solve->session;
    const descent_diagnosis *found = descent_diagnose(search);
    s->is_convex = solve_has_constraints(solve) && found->kind == DESCENT_MINIMUM
                       ? solve_is_convex_program(solve)
                       : solve->is_convex;
    s->takes_newton = solve->constraints == NULL && solve->batch == NULL &&
                      solve_keeps_sets(solve, descent_method_find("newton"));
    s->takes_smoothing = solve_takes_smoothing(solve);
    s->fixed_step = solve->schedule == 0 ? solve->fixed_step : (double)NAN;
    double bound = descent_method_bound(solve->method->method, solve->method->settings);
    s->diagnosis = *found;
    s->diagnosis.point = keep(session, found->point, s->n);
    s->diagnosis.least_direction = keep(session, found->least_direction, s->n);
    s->diagnosis.direction = keep(session, found->direction, s->n);
    s->diagnosis.multipliers = keep(session, found->multipliers, s->n);
    if (found->sides != NULL) {
        unsigned char *sides = ARENA_ARRAY(&session->scratch, s->n, unsigned char);
        memcpy(sides, found->sides, s->n);
        s->diagnosis.sides = sides;
    }
    s->status = found->status;
    s->at_rounding = found->at_rounding;
    s->stable_step_of_method =
        bound == 0 ? (double)NAN : solution_stable_step(s) * (bound / 2);
}

/* ---- the solution ---- */

static bool has_noise(const struct method_value *method)
{
    const descent_setting *setting = descent_method_settings(method->method);
    for (size_t i = 0; setting[i].name != NULL; i++)
        if (strcmp(setting[i].name, "noise") == 0)
            return method->settings[i] > 0;
    return false;
}

struct solution *solve_outcome(struct solve *solve, descent *search)
{
    struct session *session = solve->session;
    const descent_result *result = descent_get_result(search);
    double sign = solve->maximize ? -1 : 1;
    struct solution *s = ARENA_NEW(&session->scratch, struct solution);
    s->place = solve->node->span;
    s->statement = one_line(session, solve->node->span);
    s->maximize = solve->maximize;
    s->n = solve->n;
    s->variable_count = solve->variable_count;
    s->variables = ARENA_ARRAY(&session->scratch, s->variable_count, struct variable);
    memcpy(s->variables, solve->variables, s->variable_count * sizeof *s->variables);
    s->x = copy_numbers(session, result->x, s->n, 1);
    s->gradient = copy_numbers(session, result->projected, s->n, sign);
    s->best_x = copy_numbers(session, result->best_x, s->n, 1);
    s->value = sign * result->value;
    s->best_value = sign * result->best_value;
    s->start_value = sign * result->start_value;
    s->gradient_norm = result->gradient_norm;
    s->best_k = result->best_k;
    s->steps = result->steps;
    s->evaluations = result->evaluations;
    s->gradient_evaluations = result->gradient_evaluations;
    s->seconds = result->seconds;
    s->seed = session->seed;
    s->has_noise = has_noise(solve->method);
    /* Noise makes the lengths of moves, unless they grow out of it. */
    bool is_told = !s->has_noise || result->status == DESCENT_DIVERGED;
    s->factor = is_told ? result->factor : (double)NAN;
    s->fault_step = result->fault_step;
    s->method = descent_method_name(solve->method->method);
    s->chosen_because = solve->chosen_because;
    s->step_rule = step_rule(solve);
    s->default_step = solve->step_text == NULL;
    s->default_until = solve->until == NULL;
    take_diagnosis(solve, s, search);
    solve_find_scaling(solve, s);
    s->statistics = statistics_of(solve, s);
    solve_tell_batches(solve, s);
    solve_tell_constraints(solve, s, result);
    solve_find_conflict(solve, s);
    copy_trace(solve, s, search);
    if (solve->until != NULL)
        measure_tests(solve, s, result);
    else
        default_test(solve, s, result->point_change);
    if (result->fault_x != NULL && result->status == DESCENT_UNDEFINED)
        tell_fault(solve, result);
    s->explanation = explain_solve(solve);
    s->reason = report_reason(session, s);
    return s;
}
