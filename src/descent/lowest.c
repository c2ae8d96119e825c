/* SPDX-License-Identifier: MIT
 * lowest.c - a point near the end of a search that is proved to have the least value of
 * all, whatever derivatives tell of it.
 *
 * A search ends beside such a point, where no proof holds: (x - 1)^6 ends at 0.99, where
 * it is not 0.  So the numbers of few binary digits that are closest are tried as well,
 * which are those where bounds of formulas are reached: squares and sizes vanish there.
 */
#include "descent/constrained.h"
#include "descent/diagnosis.h"
#include "descent/kkt.h"
#include "descent/sets/sets.h"
#include "descent/vector.h"
#include "descent/zeros.h"

#include <math.h>
#include <string.h>

/* The numbers that are tried lie `spacing` apart; an entry farther from one than `near`,
 * relative to the spacing, keeps what it is. */
struct grid {
    double spacing, near;
};

static const struct grid grids[] = {
    {1, 0},      {1, 1e-9},    {1, 1e-5},      {1, 0.05},
    {0.5, 0.05}, {0.25, 0.05}, {0x1p-4, 0.05}, {0x1p-8, 0.05},
};

/* `base` with its entries moved to the grid; false when that changes nothing. */
static bool snap(const struct descent *d, const double *base, const struct grid *grid,
                 double *candidate)
{
    bool moved = false;
    for (size_t i = 0; i < d->at.n; i++) {
        double whole = grid->spacing * round(base[i] / grid->spacing);
        bool close = fabs(base[i] - whole) <= grid->near * grid->spacing;
        candidate[i] = close ? whole : base[i];
        moved |= candidate[i] != base[i];
    }
    return moved;
}

/* Where a function is level over a wide stretch a search ends far from its minimum. */
static bool is_near(const struct descent *d, struct diagnosis *diagnosis,
                    const double *candidate)
{
    const double wide = 10;
    for (size_t i = 0; i < d->at.n; i++)
        diagnosis->trial[i] = candidate[i] - d->x[i];
    return vector_norm(d->at.n, diagnosis->trial) <= wide * diagnosis->reach;
}

/* Open sets hold numbers above 0. */
static bool is_inside(const descent_problem *problem, const double *candidate)
{
    for (size_t k = 0; k < problem->set_count; k++) {
        const descent_set *set = &problem->sets[k];
        for (size_t i = 0; set->kind->is_open && i < set->count; i++)
            if (!(candidate[set->first + i] > 0))
                return false;
    }
    return true;
}

/* Conditions hold there as those of a solution do. */
static bool is_kept(const struct descent *d, const double *candidate)
{
    const descent_problem *problem = &d->problem;
    if (problem->constraint_count == 0)
        return true;
    if (d->kkt == NULL)
        return false;
    problem->constraints(problem->context, candidate, d->kkt->c);
    for (size_t i = 0; i < problem->constraint_count; i++) {
        double low = problem->constraint_lower[i], high = problem->constraint_upper[i];
        double size =
            fmax(1, fmax(isfinite(low) ? fabs(low) : 0, isfinite(high) ? fabs(high) : 0));
        if (!(constrained_outside(d->kkt->c[i], low, high) <= DESCENT_FEASIBLE * size))
            return false;
    }
    return true;
}

static bool is_lowest(struct descent *d, struct diagnosis *diagnosis, double *candidate)
{
    if (d->has_sets)
        descent_project(&d->problem, candidate, diagnosis->trial);
    return is_near(d, diagnosis, candidate) && is_inside(&d->problem, candidate) &&
           is_kept(d, candidate) && d->problem.is_lowest(d->problem.context, candidate);
}

static void tell(const struct descent *d, struct diagnosis *diagnosis,
                 const double *candidate)
{
    descent_diagnosis *told = &diagnosis->told;
    size_t n = d->at.n;
    memcpy(diagnosis->point, candidate, n * sizeof *candidate);
    for (size_t i = 0; i < n; i++)
        diagnosis->trial[i] = candidate[i] - d->x[i];
    told->kind = DESCENT_MINIMUM;
    told->is_lowest = true;
    told->point = diagnosis->point;
    told->value = diagnosis_value(d, candidate);
    told->distance = vector_norm(n, diagnosis->trial);
}

/* What is squared vanishes at a point near that has no digits of its own. */
static bool has_zeros(struct descent *d, struct diagnosis *diagnosis)
{
    const descent_diagnosis *told = &diagnosis->told;
    size_t bytes = d->at.n * sizeof(double);
    memcpy(diagnosis->kept, told->point != NULL ? told->point : d->x, bytes);
    memcpy(diagnosis->scaled_x, diagnosis->point, bytes);
    memcpy(diagnosis->point, diagnosis->kept, bytes);
    bool proved = zeros_prove(d, diagnosis);
    memcpy(diagnosis->kept, diagnosis->point, bytes);
    memcpy(diagnosis->point, diagnosis->scaled_x, bytes);
    return proved;
}

void lowest_look(struct descent *d, struct diagnosis *diagnosis)
{
    const descent_diagnosis *told = &diagnosis->told;
    double *candidate = diagnosis->kept;
    if (told->kind == DESCENT_MINIMUM || d->problem.is_lowest == NULL)
        return;
    const double *bases[] = {told->point, d->x};
    for (size_t k = 0; k < 2; k++)
        for (size_t i = 0; bases[k] != NULL && i < sizeof grids / sizeof *grids; i++)
            if ((snap(d, bases[k], &grids[i], candidate) || i == 0) &&
                is_lowest(d, diagnosis, candidate)) {
                tell(d, diagnosis, candidate);
                return;
            }
    if (has_zeros(d, diagnosis))
        tell(d, diagnosis, candidate);
}
