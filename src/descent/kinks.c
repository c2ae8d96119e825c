/* SPDX-License-Identifier: MIT
 * First signs are estimated that make the gradient small, then independent ones are
 * chosen, then Newton's method solves for the point and their signs at once; last the
 * place is checked as if it came from elsewhere. */
#include "descent/kinks.h"

#include "descent/vector.h"
#include "linear/indefinite.h"

#include <float.h>
#include <math.h>
#include <string.h>

enum { NEWTON_STEPS = 8, SWEEPS = 300, ROUNDS = 20, MOST_NESTED = 8 };

/* ---- memory ---- */

static size_t most_near(size_t n, size_t count)
{
    size_t most = n + n / 2 + 8;
    return most < count ? most : count;
}

size_t kinks_size(const descent_problem *problem)
{
    size_t n = problem->n, count = problem->kink_count, most = most_near(n, count);
    if (n > 10000 || count > SIZE_MAX / 16 / sizeof(double))
        return SIZE_MAX;
    return 5 * count + 4 * n + most * n + 6 * n * n + 10 * n + 3 * most;
}

struct kinks kinks_of(const descent_problem *problem, double *block)
{
    size_t n = problem->n, count = problem->kink_count;
    struct kinks k = {.problem = problem, .n = n, .count = count};
    k.most = most_near(n, count);
#define CUT(name, size)                                                                  \
    k.name = block;                                                                      \
    block += size;
    CUT(signs, count)
    CUT(arguments, count)
    CUT(weights, count)
    CUT(other_arguments, count)
    CUT(other_weights, count)
    CUT(point, n)
    CUT(gradient, n)
    CUT(side, n)
    CUT(step, n)
    CUT(columns, k.most * n)
    CUT(basis, n * n)
    CUT(hessian, n * n)
    CUT(system, 4 * n * n)
    CUT(right, 2 * n)
    CUT(order, 2 * n)
    CUT(work, 6 * n)
    CUT(index, k.most)
    CUT(chosen, k.most)
    CUT(ranked, k.most)
#undef CUT
    return k;
}

/* ---- at a point ---- */

static void evaluate(struct kinks *k, double *hessian)
{
    k->problem->kinks(k->problem->context, k->point, k->signs, k->gradient, k->arguments,
                      k->weights, hessian);
}

static bool is_finite(size_t n, const double *numbers)
{
    bool finite = true;
    for (size_t i = 0; i < n; i++)
        finite &= isfinite(numbers[i]) != 0;
    return finite;
}

static size_t kink_at(const double *list, size_t position)
{
    return (size_t)list[position];
}

/* The signs of the sides on which x lies, smooth between them.  A kink may stand in the
 * argument of another, whose side is known only then. */
static bool find_signs(struct kinks *k, double radius)
{
    const int depth = 64;
    for (int pass = 0; pass < depth; pass++) {
        bool same = true;
        evaluate(k, NULL);
        for (size_t i = 0; i < k->count; i++) {
            double u = k->arguments[i];
            double sign = u == 0 ? 0 : u / sqrt(u * u + radius * radius);
            if (fabs(u) > 20 * radius)
                sign = copysign(1, u);
            same &= sign == k->signs[i];
            k->signs[i] = sign;
        }
        if (same)
            break;
    }
    evaluate(k, NULL);
    return is_finite(k->n, k->gradient) && is_finite(k->count, k->arguments) &&
           is_finite(k->count, k->weights);
}

static bool find_near(struct kinks *k, double reach)
{
    k->near = 0;
    for (size_t i = 0; i < k->count; i++) {
        if (!(fabs(k->arguments[i]) <= reach) || k->weights[i] == 0)
            continue;
        if (k->near == k->most)
            return false;
        k->index[k->near++] = (double)i;
    }
    return k->near > 0;
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

/* It is a polynomial of degree 1 in each sign, so the difference is the derivative. */
static void measure_columns(struct kinks *k, const double *kinks, size_t count)
{
    k->size = 0;
    for (size_t j = 0; j < count; j++) {
        double *column = k->columns + j * k->n;
        turn(k, kink_at(kinks, j), 1);
        memcpy(column, k->side, k->n * sizeof *column);
        turn(k, kink_at(kinks, j), -1);
        for (size_t i = 0; i < k->n; i++)
            column[i] = (column[i] - k->side[i]) / 2;
        k->size = fmax(k->size, vector_norm(k->n, column));
    }
}

/* ---- signs that make the gradient small ---- */

/* One sign after the other, each the best from -1 to 1. */
static void sweep_signs(struct kinks *k)
{
    size_t n = k->n;
    double *gradient = k->gradient;
    for (int sweep = 0; sweep < SWEEPS; sweep++) {
        double change = 0;
        for (size_t j = 0; j < k->near; j++) {
            const double *column = k->columns + j * n;
            double *sign = &k->signs[kink_at(k->index, j)];
            double square = vector_dot(n, column, column);
            if (!(square > 0))
                continue;
            double best = *sign - vector_dot(n, gradient, column) / square;
            best = fmax(-1, fmin(1, best));
            for (size_t i = 0; i < n; i++)
                gradient[i] += (best - *sign) * column[i];
            change = fmax(change, fabs(best - *sign));
            *sign = best;
        }
        if (change < 1e-12)
            break;
    }
}

/* Where kinks stand in the arguments of others the columns change with the signs. */
static bool estimate_signs(struct kinks *k)
{
    const double same = 1e-9;
    for (int round = 0; round < ROUNDS; round++) {
        double change = 0;
        for (size_t j = 0; j < k->near; j++)
            k->ranked[j] = k->signs[kink_at(k->index, j)];
        measure_columns(k, k->index, k->near);
        if (!is_finite(k->near * k->n, k->columns))
            return false;
        sweep_signs(k);
        for (size_t j = 0; j < k->near; j++)
            change = fmax(change, fabs(k->signs[kink_at(k->index, j)] - k->ranked[j]));
        evaluate(k, NULL);
        if (change <= same)
            break;
    }
    return is_finite(k->n, k->gradient);
}

/* ---- which of them are active ---- */

static void rank_by_sign(struct kinks *k)
{
    for (size_t j = 0; j < k->near; j++) {
        size_t at = j;
        double size = fabs(k->signs[kink_at(k->index, j)]);
        while (at > 0 &&
               fabs(k->signs[kink_at(k->index, kink_at(k->ranked, at - 1))]) > size) {
            k->ranked[at] = k->ranked[at - 1];
            at--;
        }
        k->ranked[at] = (double)j;
    }
}

/* What of the column the basis does not hold joins it; false when that is nothing. */
static bool join_basis(struct kinks *k, const double *column)
{
    const double independent = 1e-8;
    size_t n = k->n;
    double *rest = k->basis + k->active * n, size = vector_norm(n, column);
    memcpy(rest, column, n * sizeof *rest);
    for (int twice = 0; twice < 2; twice++)
        for (size_t b = 0; b < k->active; b++) {
            const double *known = k->basis + b * n;
            double part = vector_dot(n, rest, known);
            for (size_t i = 0; i < n; i++)
                rest[i] -= part * known[i];
        }
    double left = vector_norm(n, rest);
    if (!(left > independent * size))
        return false;
    for (size_t i = 0; i < n; i++)
        rest[i] /= left;
    return true;
}

/* Independent ones, the signs that are farthest inside first.  The others keep theirs.
 * While the gradient does not vanish a sign at its end may still have to leave it. */
static void choose_active(struct kinks *k)
{
    const double vanished = 1e-9;
    bool is_open = vector_norm(k->n, k->gradient) > vanished * k->size;
    k->active = 0;
    rank_by_sign(k);
    for (size_t r = 0; r < k->near && k->active < k->n; r++) {
        size_t j = kink_at(k->ranked, r), kink = kink_at(k->index, j);
        if ((is_open || fabs(k->signs[kink]) < 1) && join_basis(k, k->columns + j * k->n))
            k->chosen[k->active++] = (double)kink;
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
        size_t kink = kink_at(k->chosen, a);
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
                                      fabs(k->weights[kink_at(k->chosen, a)]));
    return steepest;
}

/* How far the last step went, relative to what is there; inf when there is none. */
static double make_step(struct kinks *k, struct inertia *inertia)
{
    size_t n = k->n, all = n + k->active;
    evaluate(k, k->hessian);
    measure_columns(k, k->chosen, k->active);
    fill_system(k);
    if (!is_finite(all * all, k->system) || !is_finite(all, k->right))
        return (double)INFINITY;
    *inertia = indefinite_factor(all, k->system, k->order, k->work);
    indefinite_solve(all, k->system, k->order, k->right, k->right, k->work);
    if (!is_finite(all, k->right))
        return (double)INFINITY;
    for (size_t i = 0; i < n; i++)
        k->point[i] += k->right[i];
    double turned = 0;
    for (size_t a = 0; a < k->active; a++) {
        k->signs[kink_at(k->chosen, a)] += k->right[n + a];
        turned = fmax(turned, fabs(k->right[n + a]));
    }
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

/* A kink in the argument of another: its weight depends on the sign of that one. */
static bool is_nested(struct kinks *k)
{
    for (size_t a = 0; a < k->active; a++) {
        for (int side = -1; side <= 1; side += 2) {
            turn(k, kink_at(k->chosen, a), side);
            for (size_t b = 0; b < k->active; b++) {
                size_t kink = kink_at(k->chosen, b);
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
    if (k->active > MOST_NESTED)
        return false;
    double kept[MOST_NESTED];
    bool rises = true;
    for (size_t a = 0; a < k->active; a++)
        kept[a] = k->signs[kink_at(k->chosen, a)];
    for (size_t corner = 0; corner < (size_t)1 << k->active; corner++) {
        for (size_t a = 0; a < k->active; a++)
            k->signs[kink_at(k->chosen, a)] = (corner >> a & 1) != 0 ? 1 : -1;
        k->problem->kinks(k->problem->context, k->point, k->signs, k->side,
                          k->other_arguments, k->other_weights, NULL);
        for (size_t a = 0; a < k->active; a++)
            rises &= k->other_weights[kink_at(k->chosen, a)] >= 0;
    }
    for (size_t a = 0; a < k->active; a++)
        k->signs[kink_at(k->chosen, a)] = kept[a];
    return rises;
}

static bool is_inside(const struct kinks *k)
{
    const double margin = 1e-6;
    for (size_t a = 0; a < k->active; a++)
        if (!(fabs(k->signs[kink_at(k->chosen, a)]) <= 1 - margin))
            return false;
    return true;
}

static enum kinks_state check(struct kinks *k, const struct inertia *inertia)
{
    const double level = 1e-9;
    size_t n = k->n;
    evaluate(k, k->hessian);
    if (!is_finite(n, k->gradient) || !has_right_signs(k))
        return KINKS_NONE;
    k->residual = vector_norm(n, k->gradient);
    if (!(k->residual <= level * k->size) || inertia->negative > k->active)
        return KINKS_NONE;
    if (!k->problem->kinks_rise && is_nested(k) && !rises_at_corners(k))
        return KINKS_NONE;
    bool is_strict = inertia->positive == n && inertia->negative == k->active;
    return is_strict && !k->has_idle && is_inside(k) ? KINKS_MINIMUM : KINKS_STATIONARY;
}

enum kinks_state kinks_settle(struct kinks *k, const double *x, double reach)
{
    struct inertia inertia;
    k->reach = reach;
    memcpy(k->point, x, k->n * sizeof *x);
    memset(k->signs, 0, k->count * sizeof *k->signs);
    if (!find_signs(k, reach / 20) || !find_near(k, reach))
        return KINKS_NONE;
    if (!estimate_signs(k))
        return KINKS_NONE;
    choose_active(k);
    if (k->active == 0 || !solve(k, &inertia))
        return KINKS_NONE;
    return check(k, &inertia);
}
