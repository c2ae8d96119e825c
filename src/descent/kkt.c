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
    const size_t most = 3000, least_large = 300, most_large = 4096;
    bool large = d->sparse != NULL && n >= least_large;
    size_t square = n * n, jacobian_count = m * n, thrice = 3 * size;
    size_t widest = square > jacobian_count ? square : jacobian_count;
    size_t whole = large ? widest : size * size, dense = large ? 0 : square;
    size_t directions = large ? n : square;
    if (d->kkt != NULL)
        return true;
    if (size > (large ? 2 * most_large : most) || n > most_large ||
        d->problem.lagrangian_hessian == NULL)
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
    made->sparse = large ? d->sparse : NULL;
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

size_t kkt_directions(const struct kkt *k)
{
    size_t free = k->n - k->rank;
    return k->sparse != NULL && free > 1 ? 1 : free;
}

/* Eigenvector number `index` in the space of the variables. */
void kkt_expand(const struct kkt *k, size_t index, double *into)
{
    size_t n = k->n, free = n - k->rank;
    if (k->sparse != NULL) {
        memcpy(into, k->vectors, n * sizeof *into);
        return;
    }
    memset(into, 0, n * sizeof *into);
    for (size_t i = 0; i < free; i++)
        for (size_t j = 0; j < n; j++)
            into[j] += k->vectors[index * free + i] * k->basis[(k->rank + i) * n + j];
}

/* What cannot be told from 0. */
double kkt_spread(const struct kkt *k)
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
    double spread = kkt_spread(k);
    for (size_t i = 0; i < free; i++) {
        negative += k->value[i] < -spread;
        positive += k->value[i] > spread;
    }
    if (positive == free)
        return DESCENT_MINIMUM;
    if (negative == 0 || k->dependent)
        return DESCENT_FLAT;
    kkt_expand(k, 0, k->trial);
    if (!stays_inside(k, k->trial))
        return DESCENT_FLAT;
    bool falls = negative == free && holds_equations_alone(k);
    return falls ? DESCENT_MAXIMUM : DESCENT_SADDLE;
}

/* On bounds where the value is infinite, as that of log(x) at 0, nothing is a minimum. */
static bool is_finite_at_bounds(const struct descent *d, struct kkt *k)
{
    const double *low = d->problem.lower, *high = d->problem.upper;
    for (size_t j = 0; j < k->n; j++) {
        double x = k->point[j], reach = 1e-8 * fmax(1, fabs(x));
        bool is_low = low != NULL && x - low[j] <= reach;
        bool is_high = high != NULL && high[j] - x <= reach;
        k->trial[j] = is_low ? low[j] : is_high ? high[j] : x;
    }
    return isfinite(diagnosis_value(d, k->trial)) != 0;
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
        kkt_expand(k, 0, diagnosis->least_direction);
        told->least_direction = diagnosis->least_direction;
    }
}

/* ---- altogether ---- */

/* The kind by the rows that are strongly active. */
static bool decide(struct descent *d, struct diagnosis *diagnosis)
{
    if (d->kkt->sparse != NULL) {
        struct kkt *k = d->kkt;
        diagnosis->told.kind = kkt_measure_large(k);
        kkt_expand(k, 0, k->trial);
        if (diagnosis->told.kind == DESCENT_SADDLE && !stays_inside(k, k->trial))
            diagnosis->told.kind = DESCENT_FLAT;
    } else {
        build_basis(d->kkt);
        if (!reduce(d->kkt))
            return false;
        diagnosis->told.kind = judge(d->kkt);
    }
    if (diagnosis->told.kind == DESCENT_MINIMUM &&
        !(kkt_is_settled(d, diagnosis, d->kkt) && kkt_keeps_sides(d, d->kkt)))
        diagnosis->told.kind = DESCENT_FLAT;
    if ((diagnosis->told.kind == DESCENT_SADDLE ||
         diagnosis->told.kind == DESCENT_MAXIMUM) &&
        !kkt_is_at_saddle(diagnosis, d->kkt))
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
    double spread = kkt_spread(k);
    if (problem->find_convex_program == NULL || k->sparse != NULL || !kkt_is_exact(k) ||
        !kkt_is_settled(d, diagnosis, k) ||
        !problem->find_convex_program(problem->context, is_linear))
        return false;
    for (size_t i = 0; i < free && k->value[i] <= spread; i++) {
        if (k->value[i] < -spread)
            return false;
        kkt_expand(k, i, k->trial);
        for (size_t j = 0; j < k->n; j++)
            if (!is_linear[j] && fabs(k->trial[j]) > 1e-6)
                return false;
    }
    return true;
}

static void classify_near(struct descent *d, struct diagnosis *diagnosis)
{
    if (!kkt_find_point(d, diagnosis, d->kkt) || !decide(d, diagnosis))
        return;
    /* Where rows depend on each other other multipliers do too, and one choice that makes
     * it a minimum is enough. */
    if (diagnosis->told.kind == DESCENT_FLAT && kkt_leave_to_bounds(d, d->kkt))
        (void)decide(d, diagnosis);
    if (diagnosis->told.kind == DESCENT_FLAT && is_convex_minimum(d, diagnosis, d->kkt))
        diagnosis->told.kind = DESCENT_MINIMUM;
    if (diagnosis->told.kind == DESCENT_MINIMUM && !is_finite_at_bounds(d, d->kkt))
        diagnosis->told.kind = DESCENT_NOT_CRITICAL;
}

void kkt_classify(struct descent *d, struct diagnosis *diagnosis)
{
    if (d->status == DESCENT_INFEASIBLE || !lay_out(d))
        return;
    if (d->status == DESCENT_STALLED)
        kkt_look_far(d, diagnosis, d->kkt);
    if (diagnosis->told.status != d->status)
        return;
    classify_near(d, diagnosis);
    if (d->status != DESCENT_STALLED)
        kkt_look_far(d, diagnosis, d->kkt);
}
