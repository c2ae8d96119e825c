/* SPDX-License-Identifier: MIT
 * methods/auto.c - chooses a method from what is known of the problem.
 *
 * The first row of the table that fits is taken; what a row asks for is data of the
 * problem, so the choice does not depend on the start, and it is told.  descent_new puts
 * the chosen method in the place of `auto`, which makes no step itself. */
#include "descent/engine.h"

/* Beyond so many variables the memory of products of the Hessian and of the band that
 * preconditions them is too much. */
enum { MANY = 200000 };

struct row {
    const char *name, *reason;
    const char *search; /* the step rule that goes with it; NULL: the method's own */
    bool (*fits)(const descent_problem *problem);
};

/* Their stationary points are known to the methods that go along gradients. */
static bool has_blocks(const descent_problem *problem)
{
    return !descent_method_takes_sets(descent_method_find("newton"), problem);
}

/* Newton's method in a ball leaves saddles and ends at the last digit. */
static bool has_second_derivatives(const descent_problem *problem)
{
    return problem->hessian != NULL && problem->n <= ENGINE_DENSE;
}

static bool has_products(const descent_problem *problem)
{
    return problem->hessian_product != NULL && problem->n > ENGINE_DENSE &&
           problem->n <= MANY;
}

/* Steps of the fit itself do not see bounds; a Jacobian of so many numbers is much.  With
 * fewer squares than variables the squares do not say where between their zeros to end.
 */
static bool is_fit(const descent_problem *problem)
{
    const size_t most = (size_t)1 << 24;
    return problem->jacobian != NULL && problem->n <= ENGINE_DENSE &&
           problem->residual_count >= problem->n &&
           problem->residual_count <= most / problem->n && problem->lower == NULL &&
           problem->upper == NULL && problem->set_count == 0;
}

static bool is_small(const descent_problem *problem)
{
    return problem->n <= ENGINE_DENSE;
}

static bool has_constraints(const descent_problem *problem)
{
    return problem->constraints != NULL;
}

/* Kinks that turn down, too, are many valleys rather than a place to end at. */
static bool has_kinks_and_constraints(const descent_problem *problem)
{
    return has_constraints(problem) && problem->kinks_rise &&
           descent_takes_kinks(problem);
}

static const struct row rows[] = {
    {"smoothing", "the objective has kinks", NULL, has_kinks_and_constraints},
    {"interior_point", "it keeps conditions", NULL, has_constraints},
    {"gradient", "of the sets, on which it projects", "barzilai_borwein", has_blocks},
    {"levenberg_marquardt", "the objective is a sum of squares", NULL, is_fit},
    {"smoothing", "the objective has kinks", NULL, descent_takes_kinks},
    {"trust_region", "%n, with second derivatives", NULL, has_second_derivatives},
    {"trust_region", "%n, with products of the Hessian", NULL, has_products},
    {"bfgs", "%n, without second derivatives", NULL, is_small},
    {"lbfgs", "%n", NULL, NULL},
};

static const struct row *row_of(const descent_problem *problem)
{
    const struct row *row = rows;
    while (row->fits != NULL && !row->fits(problem))
        row++;
    return row;
}

const descent_method *descent_choose(const descent_problem *problem, const char **reason)
{
    const struct row *row = row_of(problem);
    if (reason != NULL)
        *reason = row->reason;
    return descent_method_find(row->name);
}

const descent_search *descent_choose_search(const descent_problem *problem)
{
    const struct row *row = row_of(problem);
    return row->search == NULL ? NULL : descent_search_find(row->search);
}

static const descent_setting settings[] = {{.name = NULL}};

const descent_method method_auto = {
    .name = "auto",
    .summary = "chooses a method from the problem, and tells which and why",
    .formula = "x <- what the chosen method makes of it",
    .settings = settings,
    .gives = ENGINE_GIVES_ANY_SET | ENGINE_TAKES_CONSTRAINTS,
};
