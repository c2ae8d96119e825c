/* SPDX-License-Identifier: MIT
 * boundary_ball.c - minima on the surfaces of balls.
 *
 * There the gradient points inwards along the radius, g + l x = 0 with a multiplier l,
 * and the point is a strict minimum when l > 0 and H + l is positive along the surface
 * (Nocedal and Wright, Numerical Optimization, 2006, theorem 12.6).  That is the inertia
 * of the matrix with which Newton's method solves for the point and the multipliers at
 * once; it is computed, and not enclosed. */
#include "descent/boundary.h"
#include "descent/vector.h"
#include "linear/indefinite.h"

#include <float.h>
#include <math.h>
#include <string.h>

enum { NEWTON_STEPS = 8 };

struct balls {
    const descent_problem *problem;
    size_t n, count;
    const descent_set **active; /* the balls on whose surface the point lies, `count` */
    double *multipliers;        /* one a ball */
    double *point, *gradient, *hessian, *system, *right, *order, *work;
};

static double radius_at(const descent_set *set, const double *x)
{
    return vector_norm(set->count, x + set->first);
}

/* Every set is a ball, there are no bounds, and the Hessian tells all of the curvature.
 */
static bool has_balls_alone(const descent_problem *problem)
{
    for (size_t k = 0; k < problem->set_count; k++)
        if (problem->sets[k].kind != descent_set_find("ball"))
            return false;
    return problem->set_count > 0 && problem->lower == NULL && problem->has_columns &&
           problem->hessian != NULL && problem->n <= ENGINE_DENSE;
}

static size_t size_of(const descent_problem *problem)
{
    size_t n = problem->n, all = n + problem->set_count;
    return 2 * problem->set_count + 2 * n + n * n + all * all + 5 * all;
}

static struct balls balls_of(const descent_problem *problem, double *block)
{
    size_t n = problem->n, sets = problem->set_count, all = n + sets;
    struct balls b = {.problem = problem, .n = n};
    b.active = (const descent_set **)(void *)block;
    b.multipliers = block + sets;
    b.point = b.multipliers + sets;
    b.gradient = b.point + n;
    b.hessian = b.gradient + n;
    b.system = b.hessian + n * n;
    b.right = b.system + all * all;
    b.order = b.right + all;
    b.work = b.order + all;
    return b;
}

static void evaluate(struct balls *b)
{
    double value;
    b->problem->evaluate(b->problem->context, b->point, &value, b->gradient);
}

/* The multiplier of each ball at whose surface the point lies. */
static void find_active(struct balls *b)
{
    const double close = 1e-9;
    evaluate(b);
    for (size_t k = 0; k < b->problem->set_count; k++) {
        const descent_set *set = &b->problem->sets[k];
        double size = radius_at(set, b->point);
        if (!(size >= set->radius * (1 - close)) || !(size > 0))
            continue;
        b->multipliers[b->count] =
            -vector_dot(set->count, b->gradient + set->first, b->point + set->first) /
            (size * size);
        b->active[b->count++] = set;
    }
}

/* The Hessian with the multipliers, then a row a surface: x' dx = (r^2 - |x|^2)/2. */
static void fill_system(struct balls *b)
{
    size_t n = b->n, all = n + b->count;
    memset(b->system, 0, all * all * sizeof *b->system);
    for (size_t i = 0; i < n; i++) {
        memcpy(b->system + i * all, b->hessian + i * n, (i + 1) * sizeof *b->system);
        b->right[i] = -b->gradient[i];
    }
    for (size_t k = 0; k < b->count; k++) {
        const descent_set *set = b->active[k];
        const double *x = b->point + set->first;
        for (size_t i = 0; i < set->count; i++) {
            size_t at = set->first + i;
            b->system[at * all + at] += b->multipliers[k];
            b->system[(n + k) * all + at] = x[i];
            b->right[at] -= b->multipliers[k] * x[i];
        }
        double size = radius_at(set, b->point);
        b->right[n + k] = (set->radius - size) * (set->radius + size) / 2;
    }
}

static bool is_finite(size_t n, const double *numbers)
{
    bool finite = true;
    for (size_t i = 0; i < n; i++)
        finite &= isfinite(numbers[i]) != 0;
    return finite;
}

/* The length of the step, relative to the point; inf when there is none. */
static double make_step(struct balls *b, struct inertia *inertia)
{
    size_t n = b->n, all = n + b->count;
    evaluate(b);
    b->problem->hessian(b->problem->context, b->point, b->hessian);
    fill_system(b);
    if (!is_finite(all * all, b->system) || !is_finite(all, b->right))
        return (double)INFINITY;
    *inertia = indefinite_factor(all, b->system, b->order, b->work);
    indefinite_solve(all, b->system, b->order, b->right, b->right, b->work);
    if (!is_finite(all, b->right))
        return (double)INFINITY;
    for (size_t i = 0; i < n; i++)
        b->point[i] += b->right[i];
    for (size_t k = 0; k < b->count; k++)
        b->multipliers[k] += b->right[n + k];
    return vector_norm(n, b->right) / vector_norm(n, b->point);
}

/* Every multiplier is more than rounding makes of the curvature. */
static bool has_multipliers(const struct balls *b)
{
    double largest = 0;
    for (size_t i = 0; i < b->n * b->n; i++)
        largest = fmax(largest, i / b->n >= i % b->n ? fabs(b->hessian[i]) : 0);
    for (size_t k = 0; k < b->count; k++)
        if (!(b->multipliers[k] > 1e-8 * largest) || !(b->multipliers[k] > 0))
            return false;
    return true;
}

/* In the balls on whose surface it does not lie. */
static bool is_inside(const struct balls *b)
{
    for (size_t k = 0; k < b->problem->set_count; k++)
        if (!(radius_at(&b->problem->sets[k], b->point) <=
              b->problem->sets[k].radius * (1 + 1e-12)))
            return false;
    return true;
}

static bool solve(struct balls *b)
{
    const double enough = 1e-14, small = 1e-9;
    struct inertia inertia = {0, 0, 0};
    double last = (double)INFINITY, before = last;
    for (int i = 0; i < NEWTON_STEPS; i++) {
        before = last;
        last = make_step(b, &inertia);
        if (!(last > enough) || !isfinite(last) || (last <= small && last >= before / 2))
            break;
    }
    return last <= small && inertia.positive == b->n && inertia.negative == b->count &&
           inertia.zero == 0 && has_multipliers(b) && is_inside(b);
}

static void tell(const struct descent *d, struct diagnosis *diagnosis,
                 const struct balls *b)
{
    descent_diagnosis *told = &diagnosis->told;
    const double close = 1e-5, same = 16 * DBL_EPSILON;
    size_t n = b->n;
    double slope = 0, size = vector_norm(n, d->x);
    for (size_t i = 0; i < n; i++)
        diagnosis->trial[i] = b->point[i] - d->x[i];
    double distance = vector_norm(n, diagnosis->trial);
    if (!(distance <= close * size))
        return;
    for (size_t k = 0; k < b->count; k++)
        slope = fmax(slope, b->multipliers[k] * b->active[k]->radius);
    bool here = distance <= same * size;
    memcpy(diagnosis->boundary->point, here ? d->x : b->point, n * sizeof *b->point);
    told->kind = DESCENT_MINIMUM;
    told->point = diagnosis->boundary->point;
    told->distance = here ? 0 : distance;
    told->value = diagnosis_value(d, told->point);
    told->surface_slope = slope;
    told->least_curvature = told->greatest_curvature = (double)NAN;
    told->least_direction = NULL;
}

void boundary_judge_balls(struct descent *d, struct diagnosis *diagnosis)
{
    if (diagnosis->told.kind == DESCENT_MINIMUM || !has_balls_alone(&d->problem))
        return;
    size_t size = size_of(&d->problem) * sizeof(double);
    double *block = d->options.allocate(d->options.memory_context, size);
    if (block == NULL)
        return;
    struct balls b = balls_of(&d->problem, block);
    memcpy(b.point, d->x, b.n * sizeof *b.point);
    find_active(&b);
    if (b.count > 0 && solve(&b))
        tell(d, diagnosis, &b);
    if (d->options.release != NULL)
        d->options.release(d->options.memory_context, block, size);
}
