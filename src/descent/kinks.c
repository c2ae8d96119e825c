/* SPDX-License-Identifier: MIT
 * First signs are estimated that make the gradient small, then independent ones are
 * chosen (kinks_signs.c), then Newton's method solves for the point and their signs at
 * once; last the place is checked as if it came from elsewhere. */
#include "descent/kinks.h"

#include "descent/constrained.h"
#include "descent/vector.h"
#include "linear/indefinite.h"

#include <float.h>
#include <math.h>
#include <string.h>

enum { NEWTON_STEPS = 8, MOST_NESTED = 8 };

/* ---- memory ---- */

static size_t most_near(size_t n, size_t count)
{
    size_t most = n + n / 2 + 8;
    return most < count ? most : count;
}

size_t kinks_size(const descent_problem *problem)
{
    size_t n = problem->n, count = problem->kink_count, m = problem->constraint_count;
    size_t rows = m + n, most = most_near(n, count) + rows;
    if (n > 10000 || m > 100000 || count > SIZE_MAX / 16 / sizeof(double))
        return SIZE_MAX;
    return 5 * count + 4 * rows + 2 * m + m * n + 4 * n + most * n + 6 * n * n + 10 * n +
           3 * most;
}

struct kinks kinks_of(const descent_problem *problem, double *block)
{
    size_t n = problem->n, count = problem->kink_count;
    struct kinks k = {.problem = problem, .n = n, .count = count};
    size_t m = problem->constraint_count, rows = m + n;
    k.m = m;
    k.rows = rows;
    k.most = most_near(n, count);
#define CUT(name, size)                                                                  \
    k.name = block;                                                                      \
    block += size;
    CUT(signs, count + rows)
    CUT(arguments, count + rows)
    CUT(weights, count + rows)
    CUT(marks, rows)
    CUT(c, m)
    CUT(jacobian, m * n)
    CUT(scale, m)
    CUT(other_arguments, count)
    CUT(other_weights, count)
    CUT(point, n)
    CUT(gradient, n)
    CUT(side, n)
    CUT(step, n)
    CUT(columns, (k.most + rows) * n)
    CUT(basis, n * n)
    CUT(hessian, n * n)
    CUT(system, 4 * n * n)
    CUT(right, 2 * n)
    CUT(order, 2 * n)
    CUT(work, 6 * n)
    CUT(index, k.most + rows)
    CUT(chosen, k.most + rows)
    CUT(ranked, k.most + rows)
#undef CUT
    return k;
}

/* ---- at a point ---- */

/* The part of the rows in the Lagrangian. */
static void add_rows(struct kinks *k, double *hessian)
{
    const descent_problem *problem = k->problem;
    const double *y = k->signs + k->count;
    size_t n = k->n, m = k->m;
    if (m > 0) {
        problem->constraints(problem->context, k->point, k->c);
        problem->constraint_jacobian(problem->context, k->point, k->jacobian);
        constrained_forget_held(problem, k->jacobian, m);
    }
    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j < n && y[i] != 0; j++)
            k->gradient[j] += y[i] * k->jacobian[i * n + j];
    for (size_t j = 0; j < n; j++)
        k->gradient[j] += y[m + j];
    for (size_t row = 0; row < k->rows; row++)
        k->arguments[k->count + row] = kinks_row_value(k, row) - kinks_row_target(k, row);
    if (hessian == NULL || m == 0)
        return;
    problem->lagrangian_hessian(problem->context, k->point, 0, y, k->basis);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j <= i; j++)
            hessian[i * n + j] += k->basis[i * n + j];
}

void kinks_evaluate(struct kinks *k, double *hessian)
{
    k->problem->kinks(k->problem->context, k->point, k->signs, k->gradient, k->arguments,
                      k->weights, hessian);
    add_rows(k, hessian);
}

bool kinks_are_finite(size_t n, const double *numbers)
{
    bool finite = true;
    for (size_t i = 0; i < n; i++)
        finite &= isfinite(numbers[i]) != 0;
    return finite;
}

/* The gradient at the point with another sign of one kink, into `side`. */
static void turn(struct kinks *k, size_t kink, double sign)
{
    double kept = k->signs[kink];
    k->signs[kink] = sign;
    k->problem->kinks(k->problem->context, k->point, k->signs, k->side,
                      k->other_arguments, k->other_weights, NULL);
    k->signs[kink] = kept;
}

static void copy_row(const struct kinks *k, size_t row, double *to)
{
    if (row < k->m) {
        memcpy(to, k->jacobian + row * k->n, k->n * sizeof *to);
        return;
    }
    memset(to, 0, k->n * sizeof *to);
    to[row - k->m] = 1;
}

/* It is a polynomial of degree 1 in each sign, so the difference is the derivative. */
void kinks_measure_columns(struct kinks *k, const double *kinks, size_t count)
{
    k->size = 0;
    for (size_t j = 0; j < count; j++) {
        double *column = k->columns + j * k->n;
        if (kinks_at(kinks, j) >= k->count) {
            copy_row(k, kinks_at(kinks, j) - k->count, column);
            continue;
        }
        turn(k, kinks_at(kinks, j), 1);
        memcpy(column, k->side, k->n * sizeof *column);
        turn(k, kinks_at(kinks, j), -1);
        for (size_t i = 0; i < k->n; i++)
            column[i] = (column[i] - k->side[i]) / 2;
        k->size = fmax(k->size, vector_norm(k->n, column));
    }
}

/* ---- the point and the signs at once ---- */

static void fill_system(struct kinks *k)
{
    size_t n = k->n, all = n + k->active;
    memset(k->system, 0, all * all * sizeof *k->system);
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j <= i; j++)
            k->system[i * all + j] = k->hessian[i * n + j];
        k->right[i] = -k->gradient[i];
    }
    for (size_t a = 0; a < k->active; a++) {
        size_t kink = kinks_at(k->chosen, a);
        memcpy(k->system + (n + a) * all, k->columns + a * n, n * sizeof *k->system);
        k->right[n + a] = -k->weights[kink] * k->arguments[kink];
    }
}

/* How fast the arguments change with the point, at most. */
static double find_steepest(const struct kinks *k)
{
    double steepest = 0;
    for (size_t a = 0; a < k->active; a++)
        steepest = fmax(steepest, vector_norm(k->n, k->columns + a * k->n) /
                                      fabs(k->weights[kinks_at(k->chosen, a)]));
    return steepest;
}

/* Variables at bounds that are active are there to the last digit. */
static void snap_to_bounds(struct kinks *k)
{
    for (size_t a = 0; a < k->active; a++) {
        size_t id = kinks_at(k->chosen, a);
        if (id >= k->count + k->m)
            k->point[id - k->count - k->m] = kinks_row_target(k, id - k->count);
    }
}

/* How far the last step went, relative to what is there; inf when there is none. */
static double make_step(struct kinks *k, struct inertia *inertia)
{
    size_t n = k->n, all = n + k->active;
    kinks_evaluate(k, k->hessian);
    kinks_measure_columns(k, k->chosen, k->active);
    fill_system(k);
    if (!kinks_are_finite(all * all, k->system) || !kinks_are_finite(all, k->right))
        return (double)INFINITY;
    *inertia = indefinite_factor(all, k->system, k->order, k->work);
    indefinite_solve(all, k->system, k->order, k->right, k->right, k->work);
    if (!kinks_are_finite(all, k->right))
        return (double)INFINITY;
    for (size_t i = 0; i < n; i++)
        k->point[i] += k->right[i];
    double turned = 0;
    for (size_t a = 0; a < k->active; a++) {
        k->signs[kinks_at(k->chosen, a)] += k->right[n + a];
        double part = fabs(k->right[n + a]);
        if (kinks_at(k->chosen, a) < k->count)
            turned = fmax(turned, part);
    }
    snap_to_bounds(k);
    double scale = vector_norm(n, k->point) + k->reach / find_steepest(k);
    return fmax(turned, vector_norm(n, k->right) / scale);
}

static bool solve(struct kinks *k, struct inertia *inertia)
{
    const double enough = 1e-12, small = 1e-7;
    double last = (double)INFINITY, before = last;
    for (int i = 0; i < NEWTON_STEPS; i++) {
        before = last;
        last = make_step(k, inertia);
        if (!isfinite(last))
            return false;
        if (last <= enough || (last <= small && last >= before / 2))
            break;
    }
    return last <= small;
}

/* ---- the check ---- */

/* What rounding leaves of an argument that is 0. */
static double find_tiny(const struct kinks *k)
{
    double size = 0;
    for (size_t i = 0; i < k->count; i++)
        size = fmax(size, fabs(k->arguments[i]));
    return 1e-12 * (size + find_steepest(k) * vector_norm(k->n, k->point));
}

/* Every sign is that of its side, or one of a kink at the point, whose weight must be
 * positive: there the function lies above the one with signs. */
static bool has_right_signs(struct kinks *k)
{
    const double over = 1e-9;
    double tiny = find_tiny(k);
    k->has_idle = false;
    k->met = 0;
    for (size_t i = 0; i < k->count; i++) {
        double u = k->arguments[i], sign = k->signs[i];
        if (!(fabs(sign) <= 1 + over))
            return false;
        bool is_zero = fabs(u) <= tiny;
        k->met += is_zero && k->weights[i] != 0;
        if (k->weights[i] == 0) {
            k->has_idle |= is_zero; /* what it counts beside the point is not known */
            continue;
        }
        if (is_zero ? !(k->weights[i] > 0) : sign != copysign(1, u))
            return false;
    }
    return true;
}

/* Every row keeps its bounds, and its multiplier has the sign of the bound that it is at.
 */
static bool keeps_rows(const struct kinks *k)
{
    const double over = 1e-9;
    for (size_t row = 0; row < k->rows; row++) {
        double value = kinks_row_value(k, row), y = k->signs[k->count + row];
        double reach = over * kinks_row_scale(k, row);
        double mark = k->marks[row], dust = over * k->size;
        if (!(value >= kinks_row_low(k, row) - reach &&
              value <= kinks_row_high(k, row) + reach))
            return false;
        if (mark == 0 ? y != 0 : mark != KINKS_EQUATION && !(mark * y >= -dust))
            return false;
    }
    return true;
}

/* Among the active ones kinks stand before rows. */
static bool is_row(const struct kinks *k, size_t active)
{
    return kinks_at(k->chosen, active) >= k->count;
}

/* A kink in the argument of another: its weight depends on the sign of that one. */
static bool is_nested(struct kinks *k)
{
    for (size_t a = 0; a < k->active && !is_row(k, a); a++) {
        for (int side = -1; side <= 1; side += 2) {
            turn(k, kinks_at(k->chosen, a), side);
            for (size_t b = 0; b < k->active && !is_row(k, b); b++) {
                size_t kink = kinks_at(k->chosen, b);
                double off = fabs(k->other_weights[kink] - k->weights[kink]);
                if (!(off <= 1e-9 * fabs(k->weights[kink])))
                    return true;
            }
        }
    }
    return false;
}

/* With all signs of the active kinks at their ends, every weight is still positive. */
static bool rises_at_corners(struct kinks *k)
{
    double kept[MOST_NESTED];
    size_t count = 0;
    while (count < k->active && !is_row(k, count))
        count++;
    if (count > MOST_NESTED)
        return false;
    bool rises = true;
    for (size_t a = 0; a < count; a++)
        kept[a] = k->signs[kinks_at(k->chosen, a)];
    for (size_t corner = 0; corner < (size_t)1 << count; corner++) {
        for (size_t a = 0; a < count; a++)
            k->signs[kinks_at(k->chosen, a)] = (corner >> a & 1) != 0 ? 1 : -1;
        k->problem->kinks(k->problem->context, k->point, k->signs, k->side,
                          k->other_arguments, k->other_weights, NULL);
        for (size_t a = 0; a < count; a++)
            rises &= k->other_weights[kinks_at(k->chosen, a)] >= 0;
    }
    for (size_t a = 0; a < count; a++)
        k->signs[kinks_at(k->chosen, a)] = kept[a];
    return rises;
}

static bool is_inside(const struct kinks *k)
{
    const double margin = 1e-6;
    bool inside = true;
    for (size_t a = 0; a < k->active; a++) {
        size_t id = kinks_at(k->chosen, a);
        double sign = fabs(k->signs[id]);
        if (!is_row(k, a))
            inside &= sign <= 1 - margin;
        else if (k->marks[id - k->count] != KINKS_EQUATION)
            inside &= sign * vector_norm(k->n, k->columns + a * k->n) >= margin * k->size;
    }
    return inside;
}

static enum kinks_state check(struct kinks *k, const struct inertia *inertia)
{
    const double level = 1e-9;
    size_t n = k->n;
    kinks_evaluate(k, k->hessian);
    if (!kinks_are_finite(n, k->gradient) || !has_right_signs(k) || !keeps_rows(k))
        return KINKS_NONE;
    k->residual = vector_norm(n, k->gradient);
    if (!(k->residual <= level * k->size) || inertia->negative > k->active)
        return KINKS_NONE;
    if (!k->problem->kinks_rise && is_nested(k) && !rises_at_corners(k))
        return KINKS_NONE;
    bool is_strict = inertia->positive == n && inertia->negative == k->active;
    return is_strict && !k->has_idle && is_inside(k) ? KINKS_MINIMUM : KINKS_STATIONARY;
}

enum kinks_state kinks_settle(struct kinks *k, const double *x, const double *y,
                              double reach)
{
    struct inertia inertia;
    k->reach = reach;
    k->near = 0;
    memcpy(k->point, x, k->n * sizeof *x);
    memset(k->signs, 0, (k->count + k->rows) * sizeof *k->signs);
    memset(k->marks, 0, k->rows * sizeof *k->marks);
    if (y != NULL)
        memcpy(k->signs + k->count, y, k->rows * sizeof *y);
    if (!kinks_estimate(k) || !solve(k, &inertia))
        return KINKS_NONE;
    return check(k, &inertia);
}
