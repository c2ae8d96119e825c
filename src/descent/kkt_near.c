/* SPDX-License-Identifier: MIT
 * kkt_near.c - what is told of a point with conditions must hold close by as well.
 *
 * A curvature close by is that of the function on what the conditions leave: the point is
 * moved back onto them, multipliers are fitted there, and the direction is bent with the
 * conditions.  With the old multipliers the third derivative that a bent condition makes
 * would not be seen: x y on y = x^2 is x^3. */
#include "descent/constrained.h"
#include "descent/kkt.h"
#include "descent/vector.h"

#include <math.h>
#include <string.h>

/* ---- curvatures elsewhere ---- */

/* v'Hv, of the lower half. */
static double curvature_along(const double *hessian, const double *v, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j <= i; j++)
            sum += (i == j ? 1 : 2) * hessian[i * n + j] * v[i] * v[j];
    return sum;
}

/* Rows with multipliers are the same at k->work: what they leave is not bent. */
static bool is_straight(const struct descent *d, struct kkt *k)
{
    const double same = 1e-14;
    double *there = k->matrix; /* which has room for m rows of n */
    if (k->m == 0)
        return true;
    d->problem.constraint_jacobian(d->problem.context, k->work, there);
    for (size_t i = 0; i < k->m; i++) {
        const double *row = k->jacobian + i * k->n;
        double size = vector_norm(k->n, row);
        for (size_t j = 0; k->strong[i] != 0 && j < k->n; j++)
            if (k->active[k->m + j] == 0 &&
                !(fabs(there[i * k->n + j] - row[j]) <= same * size))
                return false;
    }
    return true;
}

/* The multipliers, corrected for k->point in the strong rows alone, into k->fitted, and
 * k->trial bent along these. */
static void fit_there(struct kkt *k)
{
    size_t n = k->n, m = k->m;
    memset(k->right, 0, (n + m) * sizeof *k->right);
    for (size_t j = 0; j < n; j++)
        k->right[j] = k->active[m + j] == 0 ? -kkt_gradient(k, j) : 0;
    kkt_solve(k, 1);
    for (size_t i = 0; i < m; i++)
        k->fitted[i] = k->y[i] + (k->active[i] != 0 ? k->right[n + i] : 0);
    memset(k->right, 0, (n + m) * sizeof *k->right);
    memcpy(k->right, k->trial, n * sizeof *k->right);
    kkt_solve(k, 1);
    for (size_t j = 0; j < n; j++)
        k->trial[j] = k->active[m + j] == 0 ? k->right[j] : 0;
}

static double curvature_with(const struct descent *d, struct kkt *k, const double *x,
                             const double *y)
{
    d->problem.lagrangian_hessian(d->problem.context, x, 1, y, k->matrix);
    constrained_forget_curvature(&d->problem, k->matrix);
    return curvature_along(k->matrix, k->trial, k->n);
}

/* The curvature along k->trial at k->point + share * k->trial, moved onto what the strong
 * rows leave; k->trial is bent with them. */
static double curvature_at(const struct descent *d, struct kkt *k, double share)
{
    size_t n = k->n;
    for (size_t j = 0; j < n; j++)
        k->work[j] = k->point[j] + share * k->trial[j];
    if (is_straight(d, k))
        return curvature_with(d, k, k->work, k->y);
    memcpy(k->origin, k->point, n * sizeof *k->origin);
    memcpy(k->marks, k->active, k->size * sizeof *k->marks);
    memcpy(k->point, k->work, n * sizeof *k->point);
    for (size_t i = 0; i < k->m; i++)
        k->active[i] = k->strong[i] != 0 ? k->active[i] : 0;
    double curvature = (double)NAN;
    if (kkt_project(d, k)) {
        fit_there(k);
        curvature = curvature_with(d, k, k->point, k->fitted);
    }
    memcpy(k->point, k->origin, n * sizeof *k->point);
    memcpy(k->active, k->marks, k->size * sizeof *k->active);
    (void)kkt_differentiate(d, k);
    constrained_scale(&d->problem, k->point, k->jacobian, k->scale);
    return curvature;
}

/* ---- the slope vanishes near ---- */

/* What is left of the gradient of the Lagrangian with the multipliers that are certain,
 * along the directions that curve up, or also those that curve down, leads
 * -(Z'HZ)^-1 Z'g aside: into k->trial. */
static void find_aside(struct kkt *k, bool also_down)
{
    size_t n = k->n, free = n - k->rank;
    double spread = kkt_spread(k), *gradient = k->right;
    double *aside = k->work, *along = k->work + n;
    for (size_t j = 0; j < n; j++) {
        gradient[j] = k->gradient[j];
        for (size_t i = 0; i < k->m; i++)
            if (k->strong[i] != 0)
                gradient[j] += k->y[i] * k->jacobian[i * n + j];
    }
    memset(aside, 0, n * sizeof *aside);
    for (size_t i = 0; i < free; i++) {
        if (k->value[i] <= spread && !(also_down && k->value[i] < -spread))
            continue;
        kkt_expand(k, i, along);
        double part = -vector_dot(n, along, gradient) / k->value[i];
        for (size_t j = 0; j < n; j++)
            aside[j] += part * along[j];
    }
    /* Entries that are rounding count as held. */
    double least = 1e-9 * vector_norm(n, aside);
    for (size_t j = 0; j < n; j++)
        k->trial[j] = fabs(aside[j]) > least ? aside[j] : 0;
}

/* A minimum is where the gradient vanishes, and it vanishes near where curvature hardly
 * changes on the way there: of exp(-x) it fades with the slope, and the step to its zero
 * is 1 everywhere (the condition of Kantorovich's theorem; Ortega and Rheinboldt,
 * Iterative Solution of Nonlinear Equations in Several Variables, 1970, section 12.6). */
bool kkt_is_settled(const struct descent *d, const struct diagnosis *diagnosis,
                    struct kkt *k)
{
    const double change = 0.25, nothing = 1e-12;
    size_t n = k->n;
    find_aside(k, false);
    double length = vector_norm(n, k->trial), size = fmax(1, vector_norm(n, k->point));
    if (!(length <= diagnosis->reach))
        return false;
    if (length <= nothing * size)
        return true;
    double here = curvature_along(k->hessian, k->trial, n);
    double there = curvature_at(d, k, 1);
    return fabs(there - here) <= change * here;
}

bool kkt_is_at_saddle(const struct diagnosis *diagnosis, struct kkt *k)
{
    const double close = 1e-6;
    find_aside(k, true);
    double size = fmax(1, vector_norm(k->n, k->point));
    return vector_norm(k->n, k->trial) <= fmin(close * size, diagnosis->reach);
}

/* ---- on both sides ---- */

/* k->point with its free variables moved by `by` times their sizes, to and fro, into
 * k->work; nothing leaves its bounds. */
static void move_aside(const struct descent *d, struct kkt *k, double by)
{
    const descent_problem *problem = &d->problem;
    for (size_t j = 0; j < k->n; j++) {
        double x = k->point[j], way = j % 2 == 0 ? by : -by / 2;
        double moved = k->active[k->m + j] != 0 ? x : x + way * fmax(1, fabs(x));
        if (problem->lower != NULL)
            moved = fmin(fmax(moved, problem->lower[j]), problem->upper[j]);
        k->work[j] = moved;
    }
}

/* The gradients of rows with multipliers hardly turn: where one vanishes, as that of
 * x^2 >= 0 at 0, it says nothing of what the condition leaves. */
static bool keeps_rows(const struct descent *d, struct kkt *k)
{
    const double near = 1e-5, most = 0.5;
    double *there = k->matrix; /* which has room for m rows of n */
    for (int side = -1; side <= 1; side += 2) {
        move_aside(d, k, side * near);
        d->problem.constraint_jacobian(d->problem.context, k->work, there);
        for (size_t i = 0; i < k->m; i++) {
            const double *row = k->jacobian + i * k->n;
            double size = vector_norm(k->n, row);
            for (size_t j = 0; k->strong[i] != 0 && j < k->n; j++) {
                bool held = k->active[k->m + j] != 0;
                double turned = fabs(there[i * k->n + j] - row[j]);
                if (!held && turned > most * size)
                    return false;
            }
        }
    }
    return true;
}

/* Along the directions that curve least they curve up on both sides: where third
 * derivatives rule, the sign of a tiny curvature is that of a tiny distance. */
static bool keeps_curvature(const struct descent *d, struct kkt *k)
{
    const double near = 1e-7;
    const size_t most = 4;
    size_t n = k->n, known = kkt_directions(k);
    double away = near * fmax(1, vector_norm(n, k->point));
    for (size_t i = 0; i < known && i < most; i++)
        for (int side = -1; side <= 1; side += 2) {
            kkt_expand(k, i, k->trial);
            double there = curvature_at(d, k, side * away);
            if (k->value[i] > kkt_spread(k) && there <= 0)
                return false;
        }
    return true;
}

bool kkt_keeps_sides(const struct descent *d, struct kkt *k)
{
    return keeps_rows(d, k) && keeps_curvature(d, k);
}
