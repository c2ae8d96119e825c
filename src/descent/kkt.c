/* SPDX-License-Identifier: MIT
 * kkt.c - the kind of a point of a problem with constraints, by the conditions of second
 * order (Nocedal and Wright, Numerical Optimization, 2006, theorems 12.5 and 12.6).
 *
 * On the directions along which no row with a multiplier moves, the Hessian of the
 * Lagrangian is positive definite at a strict minimum: that is more than is needed where
 * some rows hold without a multiplier, so what is called a minimum is one.  Where there
 * are no such directions the multipliers alone make it one.  A direction of negative
 * curvature along which the rows hold shows that it is none, if their gradients do not
 * depend on each other. */
#include "descent/kkt.h"
#include "descent/constrained.h"
#include "descent/vector.h"
#include "linear/eigen.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* ---- memory ---- */

static bool lay_out(struct descent *d)
{
    size_t n = d->at.n, m = d->problem.constraint_count, size = n + m;
    size_t square = n * n, whole = size * size, thrice = 3 * size;
    size_t jacobian_count = m * n;
    const size_t most = 3000;
    if (d->kkt != NULL)
        return true;
    if (size > most || d->problem.lagrangian_hessian == NULL)
        return false;
    size_t numbers = 0;
#define COUNT(name, count) numbers += count;
    KKT_PARTS(COUNT)
#undef COUNT
    size_t bytes = sizeof(struct kkt) + numbers * sizeof(double);
    struct kkt *made = d->options.allocate(d->options.memory_context, bytes);
    if (made == NULL)
        return false;
    memset(made, 0, bytes);
    made->n = n;
    made->m = m;
    made->size = size;
    made->block_size = bytes;
    double *next = (double *)(void *)(made + 1);
#define CUT(name, count)                                                                 \
    made->name = next;                                                                   \
    next += count;
    KKT_PARTS(CUT)
#undef CUT
    d->kkt = made;
    return true;
}

void kkt_free(struct descent *d)
{
    if (d->kkt != NULL && d->options.release != NULL)
        d->options.release(d->options.memory_context, d->kkt, d->kkt->block_size);
    d->kkt = NULL;
}

/* ---- directions ---- */

static void copy_row(const struct kkt *k, size_t row, double *to)
{
    if (row < k->m) {
        memcpy(to, k->jacobian + row * k->n, k->n * sizeof *to);
        return;
    }
    memset(to, 0, k->n * sizeof *to);
    to[row - k->m] = 1;
}

/* Takes the part along the first `count` rows of the basis off `v`, twice, for rounding;
 * what is left is a unit vector.  The share that was left. */
static double make_orthogonal(const struct kkt *k, size_t count, double *v)
{
    size_t n = k->n;
    double whole = vector_norm(n, v), left = whole;
    for (int round = 0; round < 2 && left > 0; round++) {
        for (size_t i = 0; i < count; i++) {
            const double *b = k->basis + i * n;
            double along = vector_dot(n, b, v);
            for (size_t j = 0; j < n; j++)
                v[j] -= along * b[j];
        }
        left = vector_norm(n, v);
    }
    for (size_t j = 0; j < n && left > 0; j++)
        v[j] /= left;
    return whole > 0 ? left / whole : 0;
}

/* Adds row `row` to the basis; false when it depends on those that are there. */
static bool add_row(struct kkt *k, size_t row)
{
    const double independent = 1e-8;
    if (k->rank == k->n)
        return false;
    double *v = k->basis + k->rank * k->n;
    copy_row(k, row, v);
    if (!(make_orthogonal(k, k->rank, v) > independent))
        return false;
    k->rank++;
    return true;
}

/* The unit vectors complete the basis: always the one of which most is left. */
static void complete_basis(struct kkt *k)
{
    size_t n = k->n;
    for (size_t j = 0; j < n; j++) {
        k->trial[j] = 1;
        for (size_t i = 0; i < k->rank; i++)
            k->trial[j] -= k->basis[i * n + j] * k->basis[i * n + j];
    }
    for (size_t i = k->rank; i < n; i++) {
        size_t at = 0;
        for (size_t j = 1; j < n; j++)
            if (k->trial[j] > k->trial[at])
                at = j;
        double *v = k->basis + i * n;
        memset(v, 0, n * sizeof *v);
        v[at] = 1;
        (void)make_orthogonal(k, i, v);
        for (size_t j = 0; j < n; j++)
            k->trial[j] -= v[j] * v[j];
    }
}

static void build_basis(struct kkt *k)
{
    k->rank = 0;
    k->dependent = false;
    for (size_t row = 0; row < k->size; row++)
        if (k->strong[row] != 0 && !add_row(k, row))
            k->dependent = true;
    complete_basis(k);
}

/* ---- the reduced Hessian ---- */

/* into[i] = H v, of the lower half. */
static void multiply(const struct kkt *k, const double *v, double *into)
{
    size_t n = k->n;
    memset(into, 0, n * sizeof *into);
    for (size_t i = 0; i < n; i++) {
        const double *row = k->hessian + i * n;
        for (size_t j = 0; j < i; j++) {
            into[i] += row[j] * v[j];
            into[j] += row[j] * v[i];
        }
        into[i] += row[i] * v[i];
    }
}

/* Eigenvalues and vectors of Z'HZ, Z the basis from `rank` on. */
static bool reduce(struct kkt *k)
{
    size_t n = k->n, free = n - k->rank;
    for (size_t i = 0; i < free; i++) {
        multiply(k, k->basis + (k->rank + i) * n, k->trial);
        for (size_t j = 0; j <= i; j++)
            k->reduced[i * free + j] =
                vector_dot(n, k->basis + (k->rank + j) * n, k->trial);
    }
    return free == 0 || eigen_solve(free, k->reduced, k->value, k->vectors, k->work);
}

/* Eigenvector number `index` in the space of the variables. */
static void expand(const struct kkt *k, size_t index, double *into)
{
    size_t n = k->n, free = n - k->rank;
    memset(into, 0, n * sizeof *into);
    for (size_t i = 0; i < free; i++)
        for (size_t j = 0; j < n; j++)
            into[j] += k->vectors[index * free + i] * k->basis[(k->rank + i) * n + j];
}

/* What cannot be told from 0. */
static double spread_of(const struct kkt *k)
{
    double largest = 0;
    for (size_t i = 0; i < k->n; i++)
        for (size_t j = 0; j <= i; j++)
            largest = fmax(largest, fabs(k->hessian[i * k->n + j]));
    return 4e-15 * (double)k->n * largest;
}

/* ---- verdicts ---- */

/* Whether one can move along `v`, or back, without leaving a row that holds without a
 * multiplier. */
static bool stays_inside(struct kkt *k, const double *v)
{
    bool forth = true, back = true;
    for (size_t row = 0; row < k->size; row++) {
        if (k->active[row] == 0 || k->strong[row] != 0)
            continue;
        copy_row(k, row, k->right);
        double size = vector_norm(k->n, k->right);
        double out = k->active[row] * vector_dot(k->n, k->right, v);
        forth &= out <= 1e-9 * size;
        back &= out >= -1e-9 * size;
    }
    return forth || back;
}

static bool holds_equations_alone(const struct kkt *k)
{
    for (size_t row = 0; row < k->size; row++)
        if (k->active[row] == -1 || k->active[row] == 1)
            return false;
    return true;
}

static descent_kind judge(struct kkt *k)
{
    size_t free = k->n - k->rank, negative = 0, positive = 0;
    double spread = spread_of(k);
    for (size_t i = 0; i < free; i++) {
        negative += k->value[i] < -spread;
        positive += k->value[i] > spread;
    }
    if (positive == free)
        return DESCENT_MINIMUM;
    if (negative == 0 || k->dependent)
        return DESCENT_FLAT;
    expand(k, 0, k->trial);
    if (!stays_inside(k, k->trial))
        return DESCENT_FLAT;
    bool falls = negative == free && holds_equations_alone(k);
    return falls ? DESCENT_MAXIMUM : DESCENT_SADDLE;
}

/* What is left of the gradient of the Lagrangian with the multipliers that are certain,
 * along the directions that curve up, or also those that curve down, leads
 * -(Z'HZ)^-1 Z'g aside: into k->trial. */
static void find_aside(struct kkt *k, bool also_down)
{
    size_t n = k->n, free = n - k->rank;
    double spread = spread_of(k), *gradient = k->right;
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
        expand(k, i, along);
        double part = -vector_dot(n, along, gradient) / k->value[i];
        for (size_t j = 0; j < n; j++)
            aside[j] += part * along[j];
    }
    /* Entries that are rounding count as held. */
    double least = 1e-9 * vector_norm(n, aside);
    for (size_t j = 0; j < n; j++)
        k->trial[j] = fabs(aside[j]) > least ? aside[j] : 0;
}

/* v'Hv, of the lower half. */
static double curvature_along(const double *hessian, const double *v, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j <= i; j++)
            sum += (i == j ? 1 : 2) * hessian[i * n + j] * v[i] * v[j];
    return sum;
}

/* A minimum is where the gradient vanishes, and it vanishes near where curvature hardly
 * changes on the way there: of exp(-x) it fades with the slope, and the step to its zero
 * is 1 everywhere (the condition of Kantorovich's theorem; Ortega and Rheinboldt,
 * Iterative Solution of Nonlinear Equations in Several Variables, 1970, section 12.6). */
static bool is_settled(const struct descent *d, const struct diagnosis *diagnosis,
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
    for (size_t j = 0; j < n; j++)
        k->work[j] = k->point[j] + k->trial[j];
    d->problem.lagrangian_hessian(d->problem.context, k->work, 1, k->y, k->matrix);
    constrained_forget_curvature(&d->problem, k->matrix);
    double there = curvature_along(k->matrix, k->trial, n);
    return fabs(there - here) <= change * here;
}

/* What curves down is the stationary point, not the way to it: the point is as close as
 * what is said of it has to hold. */
static bool is_at_saddle(const struct diagnosis *diagnosis, struct kkt *k)
{
    const double close = 1e-6;
    find_aside(k, true);
    double size = fmax(1, vector_norm(k->n, k->point));
    return vector_norm(k->n, k->trial) <= fmin(close * size, diagnosis->reach);
}

/* ---- what is told must hold close by as well ---- */

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
    size_t n = k->n, free = n - k->rank;
    double away = near * fmax(1, vector_norm(n, k->point));
    for (size_t i = 0; i < free && i < most; i++)
        for (int side = -1; side <= 1; side += 2) {
            expand(k, i, k->trial);
            for (size_t j = 0; j < n; j++)
                k->work[j] = k->point[j] + side * away * k->trial[j];
            d->problem.lagrangian_hessian(d->problem.context, k->work, 1, k->y,
                                          k->matrix);
            constrained_forget_curvature(&d->problem, k->matrix);
            if (k->value[i] > spread_of(k) &&
                curvature_along(k->matrix, k->trial, n) <= 0)
                return false;
        }
    return true;
}

static void tell(const struct descent *d, struct diagnosis *diagnosis, struct kkt *k)
{
    descent_diagnosis *told = &diagnosis->told;
    size_t free = k->n - k->rank;
    memcpy(diagnosis->point, k->point, k->n * sizeof *k->point);
    told->point = diagnosis->point;
    told->value = diagnosis_value(d, k->point);
    for (size_t j = 0; j < k->n; j++)
        k->trial[j] = k->point[j] - d->x[j];
    told->distance = vector_norm(k->n, k->trial);
    told->is_reduced = true;
    told->reduced_count = free;
    if (free > 0) {
        told->least_curvature = k->value[0];
        told->greatest_curvature = k->value[free - 1];
        expand(k, 0, diagnosis->least_direction);
        told->least_direction = diagnosis->least_direction;
    }
}

/* ---- falling for ever ---- */

static bool is_kept(const struct descent *d, struct kkt *k)
{
    if (!kkt_differentiate(d, k))
        return false;
    constrained_scale(&d->problem, k->point, k->jacobian, k->scale);
    for (size_t i = 0; i < k->m; i++)
        if (!(constrained_outside(k->c[i], d->problem.constraint_lower[i],
                                  d->problem.constraint_upper[i]) <=
              DESCENT_FEASIBLE * k->scale[i]))
            return false;
    for (size_t j = 0; d->problem.lower != NULL && j < k->n; j++)
        if (k->point[j] < d->problem.lower[j] || k->point[j] > d->problem.upper[j])
            return false;
    return true;
}

/* On along the way that a search went which no step improved: where all conditions hold
 * and the value falls at every larger distance it falls without limit. */
static void look_far(struct descent *d, struct diagnosis *diagnosis, struct kkt *k)
{
    size_t n = k->n;
    double length = diagnosis->travelled, value = d->at.value;
    if (d->status != DESCENT_STALLED || !(length > 1e6))
        return;
    for (size_t j = 0; j < n; j++)
        diagnosis->direction[j] = (d->x[j] - diagnosis->start[j]) / length;
    /* What hardly moved stays, perhaps at a bound. */
    for (size_t j = 0; j < n; j++)
        if (fabs(diagnosis->direction[j]) < 1e-8)
            diagnosis->direction[j] = 0;
    for (double t = length; t < length * 1e9; t *= 10) {
        for (size_t j = 0; j < n; j++)
            k->point[j] = d->x[j] + t * diagnosis->direction[j];
        double there = is_kept(d, k) ? diagnosis_value(d, k->point) : (double)INFINITY;
        if (!(there < value - 1e-3 * fabs(value)))
            return;
        value = there;
        diagnosis->told.far_length = t;
    }
    diagnosis->told.status = DESCENT_UNBOUNDED;
    diagnosis->told.falls_without_limit = true;
    diagnosis->told.direction = diagnosis->direction;
    diagnosis->told.far_value = value;
}

/* The kind by the rows that are strongly active. */
static bool decide(struct descent *d, struct diagnosis *diagnosis)
{
    build_basis(d->kkt);
    if (!reduce(d->kkt))
        return false;
    diagnosis->told.kind = judge(d->kkt);
    if (diagnosis->told.kind == DESCENT_MINIMUM &&
        !(is_settled(d, diagnosis, d->kkt) && keeps_rows(d, d->kkt) &&
          keeps_curvature(d, d->kkt)))
        diagnosis->told.kind = DESCENT_FLAT;
    if ((diagnosis->told.kind == DESCENT_SADDLE ||
         diagnosis->told.kind == DESCENT_MAXIMUM) &&
        !is_at_saddle(diagnosis, d->kkt))
        diagnosis->told.kind = DESCENT_FLAT;
    tell(d, diagnosis, d->kkt);
    return true;
}

/* A convex problem has a minimum wherever the conditions of first order hold.  Those are
 * computed, so directions without curvature count only where all functions are linear
 * along them: what looks level could fall for ever elsewhere, as exp(-x). */
static bool is_convex_minimum(const struct descent *d, const struct diagnosis *diagnosis,
                              struct kkt *k)
{
    const descent_problem *problem = &d->problem;
    unsigned char *is_linear = (unsigned char *)k->right;
    size_t free = k->n - k->rank;
    double spread = spread_of(k);
    if (problem->find_convex_program == NULL || !kkt_is_exact(k) ||
        !is_settled(d, diagnosis, k) ||
        !problem->find_convex_program(problem->context, is_linear))
        return false;
    for (size_t i = 0; i < free && k->value[i] <= spread; i++) {
        if (k->value[i] < -spread)
            return false;
        expand(k, i, k->trial);
        for (size_t j = 0; j < k->n; j++)
            if (!is_linear[j] && fabs(k->trial[j]) > 1e-6)
                return false;
    }
    return true;
}

void kkt_classify(struct descent *d, struct diagnosis *diagnosis)
{
    if (d->status == DESCENT_INFEASIBLE || !lay_out(d))
        return;
    look_far(d, diagnosis, d->kkt);
    if (diagnosis->told.status == DESCENT_UNBOUNDED ||
        !kkt_find_point(d, diagnosis, d->kkt))
        return;
    if (!decide(d, diagnosis))
        return;
    /* Where rows depend on each other other multipliers do too, and one choice that makes
     * it a minimum is enough. */
    if (diagnosis->told.kind == DESCENT_FLAT && kkt_leave_to_bounds(d, d->kkt))
        (void)decide(d, diagnosis);
    if (diagnosis->told.kind == DESCENT_FLAT && is_convex_minimum(d, diagnosis, d->kkt))
        diagnosis->told.kind = DESCENT_MINIMUM;
    if (diagnosis->told.kind == DESCENT_MINIMUM && !kkt_is_finite_at_bounds(d, d->kkt))
        diagnosis->told.kind = DESCENT_NOT_CRITICAL;
}
