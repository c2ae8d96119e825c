/* SPDX-License-Identifier: MIT
 * attempts.c - equations as a sum of squares, once more where a search did not solve
 * them.
 *
 * A search ends at a local minimum of the sum where it meets one.  With at least as many
 * unknowns as equations that is seldom what was asked for: there mostly is a solution.
 * So the search is made again: by undamped steps of Gauss and Newton, which are Newton's
 * steps for the equations and go across minima of the sum; in balls; from the other side
 * of the origin; and from points spread around the start by an additive recurrence
 * (Roberts, The unreasonable effectiveness of quasirandom sequences, 2018), by turns
 * near and ten times as far.  More, Garbow and Hillstrom (1981) recommend 10 and 100
 * times the usual start for the same end.
 *
 * The number of attempts is bounded, and so are their steps. */
#include "descent/engine.h"
#include "descent/vector.h"
#include "descent_starts.h"

#include <math.h>
#include <string.h>

enum { MOST_ATTEMPTS = 9, MOST_STEPS = 100 };
enum attempt { UNDAMPED, BALLS, MIRRORED, MIRRORED_END, SPREAD };

struct again {
    const descent_problem *problem;
    const descent_options *options; /* the caller's */
    const double *start, *end;
    uint64_t steps; /* of the first search */
    double *x;
};

/* ---- whether ---- */

static void add_squares(void *taker, size_t rows, const double *residuals,
                        const double *jacobian)
{
    double *sum = taker;
    (void)jacobian;
    for (size_t i = 0; i < rows; i++)
        *sum += residuals[i] * residuals[i];
}

static double sum_of_squares(const descent_problem *problem, const double *x)
{
    double sum = 0;
    problem->jacobian(problem->context, x, add_squares, &sum);
    return sum;
}

static bool is_system(const descent_problem *problem)
{
    return problem->jacobian != NULL && problem->residual_count > 0 &&
           problem->residual_count <= problem->n && problem->n <= ENGINE_DENSE &&
           problem->lower == NULL && problem->upper == NULL && problem->set_count == 0 &&
           problem->constraint_count == 0;
}

/* What is left of the residuals is no rounding, nor the tail of a slow end. */
static bool is_unsolved(const descent_problem *problem, const double *start,
                        const double *end)
{
    const double share = 1e-9;
    return sum_of_squares(problem, end) > share * sum_of_squares(problem, start);
}

static bool is_proved(const descent_problem *problem, const double *x)
{
    return problem->is_convex ||
           (problem->is_lowest != NULL && problem->is_lowest(problem->context, x)) ||
           (problem->find_convex != NULL && problem->find_convex(problem->context));
}

/* ---- where from, and how ---- */

/* Points that fill the box from -1 to 1 in every variable. */
static void spread(const struct again *a, size_t number)
{
    const double golden = 0.6180339887498949;
    double reach = number % 2 == 0 ? 10 : 1;
    for (size_t j = 0; j < a->problem->n; j++) {
        double whole;
        double part = modf((double)number * fmod((double)(j + 1) * golden, 1) +
                               (double)(j + 1) * golden * golden,
                           &whole);
        double size = fmax(1, fmax(fabs(a->start[j]), fabs(a->end[j])));
        a->x[j] = a->start[j] + (2 * part - 1) * reach * size;
    }
}

static void place(const struct again *a, size_t attempt)
{
    const double *from = attempt == MIRRORED_END ? a->end : a->start;
    double sign = attempt == MIRRORED || attempt == MIRRORED_END ? -1 : 1;
    for (size_t j = 0; j < a->problem->n; j++)
        a->x[j] = sign * from[j];
    if (attempt >= SPREAD)
        spread(a, attempt - SPREAD + 1);
}

static descent_options choose_options(const struct again *a, size_t attempt)
{
    static const double whole[] = {1};
    descent_options options = *a->options;
    options.most_steps = MOST_STEPS + 2 * a->steps;
    if (attempt == UNDAMPED) {
        options.method = descent_method_find("gauss_newton");
        options.search = descent_search_find("fixed");
        options.search_settings = whole;
    } else if (attempt == BALLS) {
        options.method = descent_method_find("trust_region");
        options.search = NULL;
    }
    if (attempt == UNDAMPED || attempt == BALLS)
        options.method_settings = NULL;
    return options;
}

static bool is_lower(descent *search, descent *best)
{
    const descent_result *result = descent_get_result(search);
    double kept = descent_get_result(best)->value;
    return result->status == DESCENT_CONVERGED &&
           result->value < kept - 1e-8 * fabs(kept);
}

/* The search of this attempt; NULL: it cannot be made. */
static descent *search_again(const struct again *a, size_t attempt)
{
    descent_options options = choose_options(a, attempt);
    bool is_same = attempt == MIRRORED && vector_norm(a->problem->n, a->start) == 0;
    if (is_same || descent_find_fault(a->problem, &options) != NULL)
        return NULL;
    place(a, attempt);
    descent *search = descent_new(a->problem, &options, a->x);
    if (search != NULL)
        (void)descent_run(search);
    return search;
}

/* ---- all of them ---- */

static void attempt_all(const struct again *a, descent_attempts *told)
{
    bool goes_on = true;
    for (size_t attempt = 0; attempt < MOST_ATTEMPTS && goes_on; attempt++) {
        descent *search = search_again(a, attempt);
        if (search == NULL)
            continue;
        const descent_result *result = descent_get_result(search);
        goes_on = result->status != DESCENT_INTERRUPTED;
        told->made++;
        told->evaluations += result->evaluations;
        descent *other = search;
        if (is_lower(search, told->best)) {
            goes_on &= is_unsolved(a->problem, a->start, result->x);
            other = told->best;
            told->best = search;
            told->method = search->options.method;
        }
        descent_free(other);
    }
}

descent_attempts descent_attempt(descent *first, const descent_problem *problem,
                                 const descent_options *options, const double *start)
{
    const descent_result *result = descent_get_result(first);
    descent_attempts told = {
        .best = first, .method = first->options.method, .first_value = result->value};
    size_t n = problem->n;
    descent_options memory = *options;
    if (!is_system(problem) || result->status != DESCENT_CONVERGED ||
        !is_unsolved(problem, start, result->x) || is_proved(problem, result->x))
        return told;
    engine_fill_memory(&memory);
    double *room = memory.allocate(memory.memory_context, 2 * n * sizeof *room);
    if (room == NULL)
        return told;
    struct again again = {.problem = problem,
                          .options = options,
                          .start = start,
                          .end = room + n,
                          .steps = result->steps,
                          .x = room};
    memcpy(room + n, result->x, n * sizeof *room);
    attempt_all(&again, &told);
    if (memory.release != NULL)
        memory.release(memory.memory_context, room, 2 * n * sizeof *room);
    return told;
}
