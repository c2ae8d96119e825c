/* SPDX-License-Identifier: MIT
 * kkt_point.c - the point near the end of a search at which the conditions of first order
 * hold (Karush, Kuhn and Tucker; Nocedal and Wright, Numerical Optimization, 2006,
 * theorem 12.1).
 *
 * Which bounds hold is read off the distances and the multipliers of the search; where it
 * has none they are fitted. Newton's method then goes to the point itself, so that what
 * is said of it does not depend on how early the search stopped. */
#include "descent/constrained.h"
#include "descent/kkt.h"
#include "descent/vector.h"

#include <math.h>
#include <string.h>

enum { NEWTON_STEPS = 30, PROJECTION_STEPS = 120, EQUATION = 2 };

/* ---- derivatives ---- */

double kkt_gradient(const struct kkt *k, size_t j)
{
    double g = k->gradient[j];
    for (size_t i = 0; i < k->m; i++)
        g += k->y[i] * k->jacobian[i * k->n + j];
    return g;
}

double kkt_gradient_size(const struct kkt *k)
{
    double size = 0;
    for (size_t j = 0; j < k->n; j++) {
        size = fmax(size, fabs(k->gradient[j]));
        for (size_t i = 0; i < k->m; i++)
            size = fmax(size, fabs(k->y[i] * k->jacobian[i * k->n + j]));
    }
    return size;
}

static bool all_finite(const double *x, size_t count)
{
    bool finite = true;
    for (size_t i = 0; i < count; i++)
        finite &= isfinite(x[i]) != 0;
    return finite;
}

bool kkt_differentiate(const struct descent *d, struct kkt *k)
{
    const descent_problem *problem = &d->problem;
    double value = (double)NAN;
    problem->evaluate(problem->context, k->point, &value, k->gradient);
    if (k->m > 0) {
        problem->constraints(problem->context, k->point, k->c);
        problem->constraint_jacobian(problem->context, k->point, k->jacobian);
    }
    constrained_forget_held(problem, k->gradient, 1);
    constrained_forget_held(problem, k->jacobian, k->m);
    return isfinite(value) && all_finite(k->gradient, k->n) && all_finite(k->c, k->m) &&
           all_finite(k->jacobian, k->m * k->n);
}

/* ---- what holds ---- */

static double low_of(const struct descent *d, const struct kkt *k, size_t row)
{
    const descent_problem *p = &d->problem;
    return row < k->m         ? p->constraint_lower[row]
           : p->lower != NULL ? p->lower[row - k->m]
                              : -(double)INFINITY;
}

static double high_of(const struct descent *d, const struct kkt *k, size_t row)
{
    const descent_problem *p = &d->problem;
    return row < k->m         ? p->constraint_upper[row]
           : p->upper != NULL ? p->upper[row - k->m]
                              : (double)INFINITY;
}

static double value_of(const struct kkt *k, size_t row)
{
    return row < k->m ? k->c[row] : k->point[row - k->m];
}

static double scale_of(const struct kkt *k, size_t row)
{
    return row < k->m ? k->scale[row] : fmax(1, fabs(k->point[row - k->m]));
}

/* `y` that the search had: a bound holds when it is reached, or when its multiplier is
 * larger than the distance to it. */
static void find_active(const struct descent *d, struct kkt *k)
{
    const double near = 1e-7;
    for (size_t row = 0; row < k->size; row++) {
        double low = low_of(d, k, row), high = high_of(d, k, row);
        double value = value_of(k, row), reach = near * scale_of(k, row);
        double y = k->y[row];
        k->active[row] = low == high                             ? EQUATION
                         : value - low <= fmax(reach, -y * near) ? -1
                         : high - value <= fmax(reach, y * near) ? 1
                                                                 : 0;
    }
}

static double row_size(const struct kkt *k, size_t i)
{
    double size = 0;
    for (size_t j = 0; j < k->n; j++)
        size = fmax(size, fabs(k->jacobian[i * k->n + j]));
    return size;
}

/* ---- fitted multipliers ---- */

/* Multipliers that fit best; one of the wrong sign is let go with its bound, until none
 * is. */
static void fit_multipliers(struct kkt *k)
{
    for (size_t round = 0; round <= k->m; round++) {
        size_t worst = k->m;
        double most = 0;
        memset(k->right, 0, (k->n + k->m) * sizeof *k->right);
        for (size_t j = 0; j < k->n; j++)
            k->right[j] = kkt_is_free(k, j) ? -k->gradient[j] : 0;
        kkt_solve(k, 1);
        for (size_t i = 0; i < k->m; i++) {
            k->y[i] = k->active[i] == 0 ? 0 : k->right[k->n + i];
            double wrong = k->active[i] == EQUATION ? 0 : -k->active[i] * k->y[i];
            if (wrong > most) {
                most = wrong;
                worst = i;
            }
        }
        if (worst == k->m)
            break;
        k->active[worst] = 0;
    }
}

/* ---- Newton's method ---- */

static double target(const struct descent *d, const struct kkt *k, size_t row)
{
    return k->active[row] > 0 ? high_of(d, k, row) : low_of(d, k, row);
}

/* The largest distance of what holds from its bound, relative to its size. */
static double distance_off(const struct descent *d, const struct kkt *k)
{
    double worst = 0;
    for (size_t i = 0; i < k->m; i++)
        if (k->active[i] != 0)
            worst = fmax(worst, fabs(target(d, k, i) - k->c[i]) / k->scale[i]);
    return worst;
}

bool kkt_project(const struct descent *d, struct kkt *k)
{
    const double close = 1e-9;
    double before = (double)INFINITY;
    for (int round = 0; round < PROJECTION_STEPS; round++) {
        if (!kkt_differentiate(d, k))
            return false;
        constrained_scale(&d->problem, k->point, k->jacobian, k->scale);
        double off = distance_off(d, k);
        if (off <= 0x1p-52 || (off <= close && !(off < before / 2)))
            return true;
        before = off;
        memset(k->right, 0, k->n * sizeof *k->right);
        for (size_t i = 0; i < k->m; i++)
            k->right[k->n + i] = k->active[i] != 0 ? target(d, k, i) - k->c[i] : 0;
        kkt_solve(k, 1);
        for (size_t j = 0; j < k->n; j++)
            k->point[j] += kkt_is_free(k, j) ? k->right[j] : 0;
    }
    return before <= close;
}

/* The right side of Newton's step. */
static void set_right(const struct descent *d, struct kkt *k)
{
    for (size_t j = 0; j < k->n; j++)
        k->right[j] = kkt_is_free(k, j) ? -kkt_gradient(k, j)
                                        : target(d, k, k->m + j) - k->point[j];
    for (size_t i = 0; i < k->m; i++)
        k->right[k->n + i] = k->active[i] != 0 ? target(d, k, i) - k->c[i] : 0;
}

static double distance_from(const struct kkt *k, const double *x)
{
    double length = 0;
    for (size_t j = 0; j < k->n; j++)
        length = vector_hypotenuse(length, k->point[j] - x[j]);
    return length;
}

static bool find_hessian(const struct descent *d, struct kkt *k)
{
    d->problem.lagrangian_hessian(d->problem.context, k->point, 1, k->y, k->hessian);
    constrained_forget_curvature(&d->problem, k->hessian);
    for (size_t j = 0; j < k->n; j++)
        if (!all_finite(k->hessian + j * k->n, j + 1))
            return false;
    return true;
}

/* What is held goes to its bound at once; its columns are left out of the system. */
static bool step(const struct descent *d, struct kkt *k)
{
    if (!find_hessian(d, k))
        return false;
    set_right(d, k);
    for (size_t j = 0; j < k->n; j++)
        if (!kkt_is_free(k, j)) {
            k->point[j] = target(d, k, k->m + j);
            k->right[j] = 0;
        }
    kkt_solve(k, 0);
    for (size_t j = 0; j < k->n; j++)
        k->point[j] += k->right[j];
    for (size_t i = 0; i < k->m; i++)
        k->y[i] = k->active[i] == 0 ? 0 : k->y[i] + k->right[k->n + i];
    return kkt_differentiate(d, k);
}

static double error_of(const struct descent *d, struct kkt *k)
{
    double worst = 0;
    set_right(d, k);
    for (size_t i = 0; i < k->n + k->m; i++)
        worst = fmax(worst, fabs(k->right[i]));
    return worst;
}

/* To the point, as long as the errors shrink and it stays near; the last step back. */
static void refine(const struct descent *d, const struct diagnosis *diagnosis,
                   struct kkt *k)
{
    double before = error_of(d, k);
    for (int round = 0; round < NEWTON_STEPS && before > 0; round++) {
        memcpy(k->trial, k->point, k->n * sizeof *k->trial);
        memcpy(k->kept, k->y, k->size * sizeof *k->kept);
        bool fine = step(d, k) && distance_from(k, d->x) <= diagnosis->reach;
        double after = fine ? error_of(d, k) : before;
        if (!(after < before)) {
            memcpy(k->point, k->trial, k->n * sizeof *k->point);
            memcpy(k->y, k->kept, k->size * sizeof *k->y);
            break;
        }
        before = after;
    }
    (void)kkt_differentiate(d, k);
}

/* ---- the conditions of first order ---- */

/* What a change of the point by its own size makes of the gradient, or what its terms
 * are. */
static double gradient_scale(const struct kkt *k)
{
    double size = kkt_gradient_size(k), curvature = 0, x = 1;
    for (size_t j = 0; j < k->n; j++) {
        x = fmax(x, fabs(k->point[j]));
        for (size_t i = 0; i <= j; i++)
            curvature = fmax(curvature, fabs(k->hessian[j * k->n + i]));
    }
    return fmax(size, curvature * x);
}

/* The bounds' multipliers are what is left of the gradient.  True when all have the right
 * sign and nothing else is left. */
static bool is_stationary(struct kkt *k)
{
    const double small = 1e-8 * gradient_scale(k);
    for (size_t j = 0; j < k->n; j++) {
        double g = kkt_gradient(k, j), active = k->active[k->m + j];
        k->y[k->m + j] = active != 0 ? -g : 0;
        if (active == 0 && fabs(g) > small)
            return false;
    }
    for (size_t row = 0; row < k->size; row++) {
        double active = k->active[row];
        double size = row < k->m ? row_size(k, row) : 1;
        if (active != 0 && active != EQUATION && -active * k->y[row] * size > small)
            return false;
    }
    return true;
}

static bool is_feasible(const struct descent *d, const struct kkt *k)
{
    for (size_t row = 0; row < k->size; row++)
        if (!(constrained_outside(value_of(k, row), low_of(d, k, row),
                                  high_of(d, k, row)) <=
              DESCENT_FEASIBLE * scale_of(k, row)))
            return false;
    return true;
}

/* What counts as reached is: a large multiplier alone says that it would be. */
static bool is_reached(const struct descent *d, const struct kkt *k)
{
    const double near = 1e-6;
    for (size_t row = 0; row < k->size; row++)
        if (k->active[row] != 0 &&
            !(fabs(target(d, k, row) - value_of(k, row)) <= near * scale_of(k, row)))
            return false;
    return true;
}

/* A multiplier is certainly not 0 when it moves the gradient by more than is unknown. */
static void find_strong(struct kkt *k)
{
    const double certain = 1e-6 * kkt_gradient_size(k);
    for (size_t row = 0; row < k->size; row++) {
        double size = row < k->m ? row_size(k, row) : 1;
        k->strong[row] = k->active[row] == EQUATION ||
                                 (k->active[row] != 0 && fabs(k->y[row]) * size > certain)
                             ? 1
                             : 0;
    }
}

/* Whether the row moves with held variables alone. */
static bool lies_on_bounds(const struct kkt *k, size_t row)
{
    const double small = 1e-8 * row_size(k, row);
    for (size_t j = 0; j < k->n; j++)
        if (kkt_is_free(k, j) && fabs(k->jacobian[row * k->n + j]) > small)
            return false;
    return true;
}

bool kkt_leave_to_bounds(const struct descent *d, struct kkt *k)
{
    bool moved = false;
    for (size_t row = 0; row < k->m; row++)
        if (k->active[row] != 0 && k->active[row] != EQUATION && k->y[row] != 0 &&
            lies_on_bounds(k, row)) {
            k->y[row] = 0;
            moved = true;
        }
    if (!moved || !find_hessian(d, k) || !is_stationary(k))
        return false;
    find_strong(k);
    return true;
}

/* Of row i no multiplier of the wrong sign, and none as small as `dust`. */
static double cleaned(const struct kkt *k, size_t i, double dust)
{
    bool wrong = k->active[i] != EQUATION && -k->active[i] * k->y[i] > 0;
    bool is_dust = fabs(k->y[i]) * row_size(k, i) <= dust;
    return k->active[i] == 0 || wrong || is_dust ? 0 : k->y[i];
}

/* Component j of the gradient of the Lagrangian is 0 up to the rounding of its terms, or
 * rises from the bound of the variable. */
static bool is_balanced(const struct kkt *k, size_t j, double dust)
{
    const double rounding = 0x1p-52;
    double sum = k->gradient[j], terms = fabs(sum), active = k->active[k->m + j];
    double count = 1;
    for (size_t i = 0; i < k->m; i++) {
        double term = cleaned(k, i, dust) * k->jacobian[i * k->n + j];
        sum += term;
        terms += fabs(term);
        count += term != 0;
    }
    for (size_t i = 0; i < k->n; i++) {
        double entry = k->hessian[i < j ? j * k->n + i : i * k->n + j];
        terms += 64 * fabs(entry * k->point[i]);
    }
    double off = active == -1 ? fmin(sum, 0) : active == 1 ? fmax(sum, 0) : sum;
    return active == EQUATION || fabs(off) <= count * rounding * terms;
}

bool kkt_is_exact(const struct kkt *k)
{
    const double dusts[] = {0, 64 * 0x1p-52 * kkt_gradient_size(k)};
    for (int round = 0; round < 2; round++) {
        bool exact = true;
        for (size_t j = 0; exact && j < k->n; j++)
            exact = is_balanced(k, j, dusts[round]);
        if (exact)
            return true;
    }
    return false;
}

/* From the multipliers of the search, refined or, where rows depend on each other and
 * refining moves multipliers about, as they are; or from fitted ones. */
enum origin { REFINED, AS_FOUND, FITTED };

/* False when the conditions do not hold there. */
static bool try_from(const struct descent *d, const struct diagnosis *diagnosis,
                     struct kkt *k, enum origin origin)
{
    bool fitted = origin == FITTED;
    memcpy(k->point, d->x, k->n * sizeof *k->point);
    for (size_t i = 0; i < k->m; i++)
        k->y[i] = fitted ? 0 : -d->multipliers[i];
    for (size_t j = 0; j < k->n; j++)
        k->y[k->m + j] = fitted ? 0 : -d->bound_multipliers[j];
    if (!kkt_differentiate(d, k))
        return false;
    constrained_scale(&d->problem, k->point, k->jacobian, k->scale);
    find_active(d, k);
    if (fitted)
        fit_multipliers(k);
    if (origin != AS_FOUND)
        refine(d, diagnosis, k);
    return find_hessian(d, k) && is_feasible(d, k) && is_reached(d, k) &&
           is_stationary(k);
}

bool kkt_find_point(const struct descent *d, const struct diagnosis *diagnosis,
                    struct kkt *k)
{
    if (!try_from(d, diagnosis, k, REFINED) && !try_from(d, diagnosis, k, AS_FOUND) &&
        !try_from(d, diagnosis, k, FITTED))
        return false;
    find_strong(k);
    return true;
}
