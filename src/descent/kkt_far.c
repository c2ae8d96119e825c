/* SPDX-License-Identifier: MIT
 * kkt_far.c - follows what the conditions leave for ever, to tell what has no minimum.
 *
 * As probe.c does without conditions: a ray from the last point, along a way that the
 * search went, at distances that double; each point is moved onto the conditions that
 * hold, and must get away.  Where the value never rises, the falls from one distance to
 * the next tell the rest: when they do not die out their sum has no limit, else the value
 * approaches one.  Values are taken with the rounding that their point has. */
#include "descent/constrained.h"
#include "descent/kkt.h"
#include "descent/vector.h"

#include <float.h>
#include <math.h>
#include <string.h>

enum { DOUBLINGS = 160, LEAST_DOUBLINGS = 48, EXAMPLE = 20, MOST_ROWS = 300 };

enum trend { NO_TREND, FALLS, LEVELS };

struct ray {
    double along_norm, unit;
    struct range first, last;
    double value, fall[DOUBLINGS + 1], away;
    int count;
    bool is_bottomless, has_fallen, has_ended;
    double far_length, far_value;
};

/* ---- points ---- */

static bool is_within(const struct descent *d, const struct kkt *k)
{
    const double *low = d->problem.lower, *high = d->problem.upper;
    for (size_t j = 0; j < k->n; j++)
        if ((low != NULL && k->point[j] < low[j]) ||
            (high != NULL && k->point[j] > high[j]) || !isfinite(k->point[j]))
            return false;
    return true;
}

static void clip(const struct descent *d, struct kkt *k)
{
    const double *low = d->problem.lower, *high = d->problem.upper;
    for (size_t j = 0; j < k->n; j++) {
        double x = k->point[j];
        x = low != NULL ? fmax(x, low[j]) : x;
        x = high != NULL ? fmin(x, high[j]) : x;
        k->point[j] = x;
        k->active[k->m + j] = (low != NULL && x <= low[j])     ? -1
                              : (high != NULL && x >= high[j]) ? 1
                                                               : 0;
    }
}

/* Marks equations, what is held and what is broken. */
static void mark(const struct descent *d, struct kkt *k)
{
    for (size_t i = 0; i < k->m; i++) {
        double low = d->problem.constraint_lower[i],
               high = d->problem.constraint_upper[i];
        k->active[i] = low == high        ? 2
                       : k->c[i] < low    ? -1
                       : k->c[i] > high   ? 1
                       : k->marks[i] != 0 ? k->marks[i]
                                          : 0;
    }
}

static bool is_kept(const struct descent *d, const struct kkt *k)
{
    const double rounding = 1e-12;
    for (size_t i = 0; i < k->m; i++)
        if (!(constrained_outside(k->c[i], d->problem.constraint_lower[i],
                                  d->problem.constraint_upper[i]) <=
              rounding * k->scale[i]))
            return false;
    return is_within(d, k);
}

/* A row that touches its bound where its derivatives have vanished, as exp(x) <= 0 far
 * out, may touch it by underflow alone. */
static bool is_touched_by_underflow(const struct descent *d, const struct kkt *k)
{
    for (size_t i = 0; i < k->m; i++) {
        bool touches = k->c[i] == d->problem.constraint_lower[i] ||
                       k->c[i] == d->problem.constraint_upper[i];
        if (touches && vector_norm(k->n, k->jacobian + i * k->n) == 0)
            return true;
    }
    return false;
}

/* The point of the ray at distance t, on the conditions. */
static bool set_point(const struct descent *d, struct kkt *k, double t)
{
    const int rounds = 3;
    for (size_t j = 0; j < k->n; j++)
        k->point[j] = k->origin[j] + t * k->trial[j];
    for (int round = 0; round < rounds; round++) {
        clip(d, k);
        if (!is_within(d, k) || !kkt_differentiate(d, k))
            return false;
        mark(d, k);
        if (!kkt_project(d, k))
            return false;
        if (is_kept(d, k))
            return !is_touched_by_underflow(d, k);
    }
    return false;
}

/* The value there, with the rounding of it and of the point. */
static struct range read(const struct descent *d, const struct kkt *k, double *value)
{
    struct range range = diagnosis_value_range(d, k->point);
    double error = 0;
    for (size_t j = 0; j < k->n; j++)
        error += fabs(k->gradient[j] * k->point[j]);
    error *= 8 * DBL_EPSILON;
    *value = diagnosis_value(d, k->point);
    return (struct range){range.low - error, range.high + error};
}

/* ---- one ray ---- */

/* Points that the conditions hold back say nothing of what is far. */
static bool gets_away(const struct kkt *k, struct ray *ray)
{
    double away = 0;
    for (size_t j = 0; j < k->n; j++)
        away = vector_hypotenuse(away, k->point[j] - k->origin[j]);
    bool does = away > 1.04 * ray->away;
    ray->away = away;
    return does;
}

static bool look(const struct descent *d, struct kkt *k, struct ray *ray, int at)
{
    if (!set_point(d, k, ldexp(ray->unit, at))) {
        ray->has_ended = true;
        return false;
    }
    double value;
    struct range now = read(d, k, &value);
    if (value == -(double)INFINITY) {
        ray->is_bottomless = ray->has_fallen;
        return false;
    }
    if (!isfinite(now.low) || !isfinite(now.high) || now.low > ray->last.high ||
        !gets_away(k, ray))
        return false;
    ray->has_fallen |= now.high < ray->first.low;
    if (at > 0)
        ray->fall[at - 1] = ray->value - value;
    ray->last = now;
    ray->value = value;
    ray->count = at;
    if (at <= EXAMPLE) {
        ray->far_length = ray->away;
        ray->far_value = value;
    }
    return true;
}

static void follow(const struct descent *d, struct kkt *k, struct ray *ray)
{
    for (int at = 0; at <= DOUBLINGS; at++)
        if (!look(d, k, ray, at))
            return;
    ray->has_ended = true;
}

/* The last value is approached gradually: where it is reached for good the value a little
 * before is within rounding of it too. */
static bool fades(const struct descent *d, struct kkt *k, const struct ray *ray)
{
    double low = 0, high = ldexp(ray->unit, ray->count), value, limit = ray->value;
    for (int count = 0; count < 60 && high - low > 1e-3 * high; count++) {
        double middle = low > 0 ? low + (high - low) / 2 : high / 16;
        if (!set_point(d, k, middle))
            return false;
        if (read(d, k, &value).low > ray->last.high)
            low = middle;
        else
            high = middle;
    }
    if (high > ldexp(ray->unit, ray->count - 1))
        return true; /* it still falls at the end */
    if (!set_point(d, k, 0.97 * high))
        return false;
    struct range there = read(d, k, &value);
    double doubt = there.high - there.low + diagnosis_rounding(limit);
    return value - limit <= 16 * doubt + 1e-30 * (ray->first.high - limit);
}

static enum trend judge(const struct descent *d, struct kkt *k, const struct ray *ray)
{
    if (ray->is_bottomless)
        return FALLS;
    if (!ray->has_ended || !ray->has_fallen || ray->count < LEAST_DOUBLINGS)
        return NO_TREND;
    int last = ray->count - 1;
    double doubt = ray->last.high - ray->last.low;
    if (ray->fall[last] > doubt && ray->fall[last] > 0.45 * ray->fall[last / 2])
        return FALLS;
    return ray->last.high < ray->first.low && fades(d, k, ray) ? LEVELS : NO_TREND;
}

/* ---- which rays ---- */

static void tell(const struct descent *d, struct diagnosis *diagnosis,
                 const struct kkt *k, const struct ray *ray, enum trend trend)
{
    descent_diagnosis *told = &diagnosis->told;
    double rest = ray->fall[ray->count > 0 ? ray->count - 1 : 0] * (ray->count + 1);
    double limit = ray->value - rest;
    bool is_zero =
        fabs(limit) <= 0.01 * fabs(rest) || fabs(limit) < 1e-15 * fabs(ray->first.high);
    for (size_t j = 0; j < d->at.n; j++)
        diagnosis->direction[j] = k->trial[j] / ray->along_norm;
    told->direction = diagnosis->direction;
    told->falls_without_limit = trend == FALLS;
    told->far_length = ray->far_length;
    told->far_value = trend == FALLS ? ray->far_value : is_zero ? 0 : limit;
    told->status = trend == FALLS ? DESCENT_UNBOUNDED : DESCENT_NOT_ATTAINED;
    told->at_rounding = false;
    told->kind = DESCENT_NOT_CRITICAL;
    told->point = NULL;
}

/* Follows k->trial, with the rows of k->marks held. */
static bool try_ray(const struct descent *d, struct diagnosis *diagnosis, struct kkt *k)
{
    struct ray ray = {.along_norm = vector_norm(k->n, k->trial)};
    double scale = fmax(diagnosis->travelled, fmax(1, vector_norm(k->n, d->x)));
    if (!(ray.along_norm > 0) || !isfinite(ray.along_norm))
        return false;
    ray.unit = scale / ray.along_norm;
    memcpy(k->origin, d->x, k->n * sizeof *k->origin);
    memcpy(k->point, d->x, k->n * sizeof *k->point);
    if (!kkt_differentiate(d, k))
        return false;
    ray.first = ray.last = read(d, k, &ray.value);
    follow(d, k, &ray);
    enum trend trend = judge(d, k, &ray);
    if (trend != NO_TREND)
        tell(d, diagnosis, k, &ray, trend);
    return trend != NO_TREND;
}

/* What hardly moves stays: far away it is no part of the way. */
static bool try_vector(const struct descent *d, struct diagnosis *diagnosis,
                       struct kkt *k, const double *vector, double factor)
{
    const double small = 1e-4;
    double largest = 0;
    for (size_t j = 0; j < k->n; j++)
        largest = fmax(largest, fabs(vector[j]));
    for (size_t j = 0; j < k->n; j++)
        k->trial[j] = fabs(vector[j]) > small * largest ? factor * vector[j] : 0;
    return try_ray(d, diagnosis, k);
}

/* Rows near their bounds, from which the barrier alone may keep the search away. */
static void hold(const struct descent *d, struct kkt *k, bool near)
{
    const double share = 0.1;
    memcpy(k->point, d->x, k->n * sizeof *k->point);
    memset(k->marks, 0, k->size * sizeof *k->marks);
    if (!near || !kkt_differentiate(d, k))
        return;
    constrained_scale(&d->problem, k->point, k->jacobian, k->scale);
    for (size_t i = 0; i < k->m; i++) {
        double low = d->problem.constraint_lower[i],
               high = d->problem.constraint_upper[i];
        double reach = share * k->scale[i];
        k->marks[i] = k->c[i] - low <= reach ? -1 : high - k->c[i] <= reach ? 1 : 0;
    }
}

static bool has_inequalities(const struct descent *d, const struct kkt *k)
{
    for (size_t i = 0; i < k->m; i++)
        if (d->problem.constraint_lower[i] < d->problem.constraint_upper[i])
            return true;
    return false;
}

void kkt_look_far(struct descent *d, struct diagnosis *diagnosis, struct kkt *k)
{
    const descent_kind kind = diagnosis->told.kind;
    bool open = kind == DESCENT_NOT_CRITICAL || kind == DESCENT_FLAT;
    bool ended = d->status == DESCENT_CONVERGED || d->status == DESCENT_BUDGET ||
                 d->status == DESCENT_STALLED;
    if (!open || !ended || k->size > MOST_ROWS || k->m == 0)
        return;
    int ways = has_inequalities(d, k) ? 2 : 1;
    for (size_t j = 0; j < k->n; j++)
        diagnosis->move[j] = d->x[j] - diagnosis->start[j];
    for (int way = 0; way < ways; way++) {
        hold(d, k, way == 1);
        if (try_vector(d, diagnosis, k, diagnosis->move, 1) ||
            try_vector(d, diagnosis, k, d->last_move, 1) ||
            try_vector(d, diagnosis, k, d->gradient, -1))
            return;
    }
}
