/* SPDX-License-Identifier: MIT
 * The end of a fit in numbers of two doubles.
 *
 * Steps of Gauss and Newton from the point where the search ended, with residuals and
 * derivatives in about 31 digits and their QR factorization likewise, so that columns
 * which nearly depend on each other, and residuals which are as small as the rounding of
 * the data, cost nothing that is seen in 16 digits (Bjorck, Numerical Methods for Least
 * Squares Problems, 1996, section 2.9, with all of the arithmetic extended).  The point
 * that is told is the nearest one in doubles; what is told of the fit is that of the
 * point itself.  Numbers of the script count as the decimals that they were written as
 * (math/wide.h).
 *
 * Doubles are enough for most fits; estimate_loss says when not.  Sizes are bounded, so
 * that refining takes at most some tenths of a second. */
#include "script/refine.h"

#include "script/recipe.h"
#include "script/squares_parts.h"
#include "script/wide_fit.h"
#include "tape/precise.h"

#include <float.h>
#include <string.h>

enum {
    MOST_NUMBERS = 1 << 18, /* of all nodes */
    MOST_RUN = 1 << 20,     /* the same, times the runs for a Jacobian */
    MOST_WORK = 1 << 22,    /* m * n * n */
    MOST_STEPS = 20
};
/* The share of a variable or a standard error that doubles may lose. */
static const double most_lost = 1e-12;
/* The share of what is fitted by which the point may be off before. */
static const double nearly = 1e-6;
/* And by which it is after, at best. */
static const double exact = 1e-30;

struct refinement {
    struct solve *solve;
    size_t m, n;
    struct precise *programs[2]; /* as solve_squares has them; the second may be NULL */
    struct wide *x, *next, *move;
    struct wide *rows; /* m * (n + 1) */
    double *scales;
    struct wide *triangle; /* (n + 1) * (n + 1), of x, with its scales */
    double *kept_scales;
    double *told; /* x in doubles */
    descent_fit_result fit;
};

/* ---- whether ---- */

struct loss {
    size_t n;
    const double *x;
    double size, *norms; /* squares: of what is fitted, of the columns */
};

static void add_rows(void *taker, size_t rows, const double *residuals,
                     const double *jacobian)
{
    struct loss *loss = taker;
    for (size_t i = 0; i < rows; i++) {
        double sum = fabs(residuals[i]);
        for (size_t j = 0; j < loss->n; j++) {
            double entry = jacobian[i * loss->n + j];
            sum += fabs(entry * loss->x[j]);
            loss->norms[j] += entry * entry;
        }
        loss->size += sum * sum;
    }
}

/* The share of the variables and of their standard errors that is not known: what the
 * search has left, at most, and what rounding takes away where all is computed in
 * doubles. Residuals are off by eps times what they are differences of, which moves a
 * variable by that times its row of (J'J)^-1/2; derivatives by eps times themselves,
 * which moves it by (J'J)^-1 dJ' r (Bjorck, section 1.4).  *size gets the norm of what is
 * fitted.  NaN: not known. */
static double estimate_loss(struct solve *solve, const double *x, double *size)
{
    struct arena *arena = &solve->session->workspace;
    size_t n = solve->n;
    double *norms = ARENA_ARRAY(arena, n, double);
    double *work = ARENA_ARRAY(arena, descent_fit_size(n), double);
    struct loss loss = {.n = n, .x = x, .norms = norms};
    descent_problem problem = {.n = n, .context = solve};
    descent_fit_result fit;
    solve_offer_squares(solve, &problem);
    if (!descent_fit(&problem, x, NULL, work, &fit))
        return (double)NAN;
    solve->squares->fit = fit;
    solve->squares->fitted = ARENA_ARRAY(arena, n, double);
    memcpy(solve->squares->fitted, x, n * sizeof *x);
    if (fit.rank < n)
        return (double)NAN;
    problem.jacobian(problem.context, x, add_rows, &loss);
    *size = sqrt(loss.size);
    double condition = 0, lost = DBL_EPSILON * *size / fit.least;
    for (size_t j = 0; j < n; j++)
        condition = fmax(condition, fit.errors[j] * sqrt(norms[j]));
    for (size_t j = 0; j < n; j++) {
        double off = DBL_EPSILON * (*size + condition * fit.least) + fit.slope;
        lost = fmax(lost, fit.errors[j] * off / fabs(x[j]));
    }
    return fmax(lost, DBL_EPSILON * condition);
}

static bool is_inside(const struct solve *solve, const double *x)
{
    for (size_t i = 0; i < solve->n; i++)
        if ((solve->lower != NULL && !(x[i] > solve->lower[i])) ||
            (solve->upper != NULL && !(x[i] < solve->upper[i])))
            return false;
    return true;
}

static bool is_for(const struct solve *solve, const double *x)
{
    size_t m = solve_residual_count(solve), n = solve->n;
    bool by_squares = solve->chosen_because != NULL ||
                      descent_method_needs_squares(solve->method->method);
    return by_squares && m >= n && m <= MOST_NUMBERS / (n + 2) &&
           m <= MOST_WORK / n / n && solve->constraints == NULL &&
           solve->set_count == 0 && is_inside(solve, x) && solve_has_rows(solve);
}

/* ---- residuals and derivatives ---- */

/* Numbers of the script as they were written, or computed from such. */
static void set_parameters(const struct solve *solve, struct precise *program)
{
    size_t first = solve->input_count - solve->trace.count;
    for (size_t i = 0; i < solve->trace.count; i++) {
        const struct recipe *recipe = solve->trace.parameter_recipes[i];
        struct precise_numbers *input = precise_input(program, first + i);
        if (recipe == NULL)
            precise_set_written(program, first + i, solve->inputs[first + i]);
        for (size_t k = 0; recipe != NULL && input != NULL && k < input->count; k++) {
            struct wide number = recipe_number(recipe, k);
            input->high[k] = number.high;
            input->low[k] = number.low;
        }
    }
}

static struct precise *compile(struct solve *solve, int which, size_t runs)
{
    struct solve_squares *s = solve->squares;
    const node_id *leaves = which == 0 ? solve->input_leaves : s->leaves;
    size_t count = which == 0 ? solve->input_count : s->leaf_count;
    size_t most = runs > MOST_RUN / MOST_NUMBERS ? MOST_RUN / runs : MOST_NUMBERS;
    struct precise *program =
        precise_new(&solve->session->workspace, solve->session->graph, s->nodes[which],
                    s->counts[which], leaves, count, most);
    if (program == NULL)
        return NULL;
    set_parameters(solve, program);
    return program;
}

/* How many of the variables are parts of arrays. */
static size_t count_directions(const struct solve *solve)
{
    size_t count = 0;
    for (size_t i = 0; i < solve->variable_count; i++)
        if (solve->variables[i].shape.rank > 0)
            count += solve->variables[i].count;
    return count;
}

static bool compile_both(struct refinement *r)
{
    struct solve *solve = r->solve;
    if (!solve_compile_squares(solve))
        return false;
    r->programs[0] = compile(solve, 0, 1);
    if (r->programs[0] != NULL && solve->squares->directed != NULL)
        r->programs[1] = compile(solve, 1, count_directions(solve));
    return r->programs[0] != NULL &&
           (r->programs[1] != NULL || solve->squares->directed == NULL);
}

static void set_point(const struct refinement *r, struct precise *program,
                      const struct wide *x)
{
    for (size_t i = 0; i < r->solve->variable_count; i++) {
        struct precise_numbers *input = precise_input(program, i);
        const struct wide *from = x + r->solve->variables[i].offset;
        for (size_t k = 0; input != NULL && k < input->count; k++) {
            input->high[k] = from[k].high;
            input->low[k] = from[k].low;
        }
    }
}

/* Numbers of a residual into a column of the rows from `first` on. */
static void put_column(const struct refinement *r, const struct residual *residual,
                       size_t first, const struct precise_numbers *numbers, size_t column)
{
    for (size_t i = 0; i < residual->count; i++) {
        struct wide number = {numbers->high[i], numbers->low[i]};
        r->rows[(first + i) * (r->n + 1) + column] =
            wide_multiply(wide_of(residual_root(residual, i)), number);
    }
}

/* Of a number the derivatives by an array of variables stand in a row. */
static void put_row(const struct refinement *r, const struct residual *residual,
                    size_t row, const struct precise_numbers *numbers, size_t column)
{
    struct wide root = wide_of(residual_root(residual, 0));
    for (size_t k = 0; k < numbers->count; k++) {
        struct wide number = {numbers->high[k], numbers->low[k]};
        r->rows[row * (r->n + 1) + column + k] = wide_multiply(root, number);
    }
}

static void take_outputs(const struct refinement *r)
{
    const struct solve *solve = r->solve;
    const struct solve_squares *s = solve->squares;
    size_t output = 0, first = 0;
    for (size_t t = 0; t < s->squares.count; t++) {
        const struct residual *residual = &s->residuals[t];
        bool is_number = residual_is_number(residual);
        put_column(r, residual, first, precise_output(r->programs[0], output++), r->n);
        for (size_t i = 0; i < solve->variable_count; i++) {
            const struct variable *v = &solve->variables[i];
            if (is_number)
                put_row(r, residual, first, precise_output(r->programs[0], output++),
                        v->offset);
            else if (v->shape.rank == 0)
                put_column(r, residual, first, precise_output(r->programs[0], output++),
                           v->offset);
        }
        first += residual->count;
    }
}

static void take_directed(const struct refinement *r, size_t column)
{
    const struct solve_squares *s = r->solve->squares;
    size_t output = 0, first = 0;
    for (size_t t = 0; t < s->squares.count; t++) {
        const struct residual *residual = &s->residuals[t];
        if (!residual_is_number(residual))
            put_column(r, residual, first, precise_output(r->programs[1], output++),
                       column);
        first += residual->count;
    }
}

static bool run_directions(const struct refinement *r)
{
    const struct solve *solve = r->solve;
    size_t input = solve->input_count;
    for (size_t i = 0; i < solve->variable_count; i++) {
        const struct variable *v = &solve->variables[i];
        if (v->shape.rank == 0)
            continue;
        struct precise_numbers *direction = precise_input(r->programs[1], input++);
        for (size_t k = 0; k < v->count; k++) {
            if (direction != NULL)
                direction->high[k] = 1;
            bool is_fine = precise_run(r->programs[1]);
            if (direction != NULL)
                direction->high[k] = 0;
            if (!is_fine || !session_go_on(solve->session, 0, solve->node->at))
                return false;
            take_directed(r, v->offset + k);
        }
    }
    return true;
}

static bool evaluate_rows(const struct refinement *r, const struct wide *x)
{
    set_point(r, r->programs[0], x);
    if (!precise_run(r->programs[0]))
        return false;
    take_outputs(r);
    if (r->programs[1] == NULL)
        return true;
    set_point(r, r->programs[1], x);
    return run_directions(r);
}

/* ---- steps ---- */

/* How far the residuals are from orthogonal to all columns; NaN: not known. */
static double linearize(struct refinement *r, const struct wide *x)
{
    double sum = 0;
    if (!session_go_on(r->solve->session, 0, r->solve->node->at) ||
        !evaluate_rows(r, x) || !wide_triangle(r->m, r->n, r->rows, r->scales))
        return (double)NAN;
    for (size_t i = 0; i < r->n; i++) {
        double z = r->rows[i * (r->n + 1) + r->n].high;
        sum += z * z;
    }
    return sqrt(sum) * r->scales[r->n];
}

/* The point that was looked at last is the one to be kept. */
static void keep(struct refinement *r, const struct wide *x)
{
    size_t rows = r->m > r->n ? r->n + 1 : r->n;
    memcpy(r->triangle, r->rows, rows * (r->n + 1) * sizeof *r->triangle);
    memcpy(r->kept_scales, r->scales, (r->n + 1) * sizeof *r->scales);
    if (x != r->x)
        memcpy(r->x, x, r->n * sizeof *r->x);
}

/* From the point in r->x; false where it is not near a minimum.  Steps are made as long
 * as each brings the residuals twice as near to orthogonal. */
static bool descend(struct refinement *r, double size)
{
    double slope = linearize(r, r->x);
    if (!(slope <= nearly * size))
        return false;
    keep(r, r->x);
    for (int step = 0; step < MOST_STEPS && slope > exact * size; step++) {
        wide_solve(r->n, r->triangle, r->kept_scales, r->move);
        for (size_t j = 0; j < r->n; j++)
            r->next[j] = wide_subtract(r->x[j], r->move[j]);
        double there = linearize(r, r->next);
        if (!(there < slope / 2))
            break;
        keep(r, r->next);
        slope = there;
    }
    return !r->solve->session->stopped;
}

static struct refinement *make_room(struct solve *solve, const double *x)
{
    struct arena *arena = &solve->session->workspace;
    struct refinement *r = ARENA_NEW(arena, struct refinement);
    size_t n = r->n = solve->n;
    r->m = solve_residual_count(solve);
    r->solve = solve;
    r->x = ARENA_ARRAY(arena, n, struct wide);
    r->next = ARENA_ARRAY(arena, n, struct wide);
    r->move = ARENA_ARRAY(arena, n, struct wide);
    r->rows = ARENA_ARRAY(arena, r->m * (n + 1), struct wide);
    r->scales = ARENA_ARRAY(arena, n + 1, double);
    r->triangle = ARENA_ARRAY(arena, (n + 1) * (n + 1), struct wide);
    r->kept_scales = ARENA_ARRAY(arena, n + 1, double);
    r->told = ARENA_ARRAY(arena, n, double);
    for (size_t j = 0; j < n; j++)
        r->x[j] = wide_of(x[j]);
    return r;
}

static void take_fit(struct refinement *r)
{
    struct arena *arena = &r->solve->session->workspace;
    size_t n = r->n;
    double *errors = ARENA_ARRAY(arena, n, double);
    double *correlation = ARENA_ARRAY(arena, n * n, double);
    struct wide *inverse = ARENA_ARRAY(arena, n * n, struct wide);
    wide_errors(n, r->triangle, r->kept_scales, inverse, errors, correlation);
    double least = r->m > n ? fabs(r->triangle[n * (n + 1) + n].high) : 0;
    r->fit = (descent_fit_result){.least = least * r->kept_scales[n],
                                  .rank = n,
                                  .errors = errors,
                                  .correlation = correlation};
}

void solve_refine(struct solve *solve, descent *search)
{
    const descent_result *result = descent_get_result(search);
    double size = 0;
    if (result->status != DESCENT_CONVERGED || !is_for(solve, result->x) ||
        !(estimate_loss(solve, result->x, &size) > most_lost))
        return;
    struct refinement *r = make_room(solve, result->x);
    if (!compile_both(r) || !descend(r, size))
        return;
    for (size_t j = 0; j < r->n; j++)
        r->told[j] = r->x[j].high;
    if (!is_inside(solve, r->told) || !descent_refine(search, r->told))
        return;
    take_fit(r);
    solve->squares->refinement = r;
}

bool solve_known_fit(const struct solve *solve, const double *x, descent_fit_result *out)
{
    const struct solve_squares *s = solve->squares;
    const struct refinement *r = s->refinement;
    size_t bytes = solve->n * sizeof *x;
    bool is_refined = r != NULL && memcmp(x, r->told, bytes) == 0;
    bool is_fitted = s->fitted != NULL && memcmp(x, s->fitted, bytes) == 0;
    *out = is_refined ? r->fit : s->fit;
    return is_refined || is_fitted;
}
