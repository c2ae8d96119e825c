/* SPDX-License-Identifier: MIT
 * probe.c - follows rays from the last point for ever, to tell what has no minimum.
 *
 * Along a ray the value is taken at distances that double up to the end of the numbers.
 * If it never rises, the falls from one distance to the next tell the rest: when they do
 * not die out their sum has no limit (those of -log(x) stay the same, of -log(log(x))
 * they shrink as 1/k), else the value approaches one (those of 1/log(x) shrink as 1/k^2,
 * of 1/x and exp(-x) geometrically and faster). */
#include "descent/diagnosis.h"
#include "descent/sets/sets.h"
#include "descent/vector.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* Doublings: all of the first ones are looked at, then every eighth with its next. */
enum { DOUBLINGS = 1000, CLOSE_DOUBLINGS = 48, STRIDE = 8, EXAMPLE = 20 };

enum trend { NO_TREND, FALLS, LEVELS };

struct ray {
    const double *origin, *along;
    double unit;                /* the first distance */
    struct range first;         /* value at the last point */
    struct range last;          /* and at the farthest ... */
    double value;               /* ... as computed */
    double fall[DOUBLINGS + 1]; /* from distance k to the next; NaN: not looked at */
    int count;                  /* distances up to the end */
    bool has_fallen;            /* for certain */
    bool is_bottomless;         /* reached -inf */
    bool has_ended; /* at the end of the numbers, or where rounding hides all */
    double far_length, far_value;
};

/* ---- one ray ---- */

static bool set_point(const struct descent *d, struct diagnosis *diagnosis,
                      const struct ray *ray, double t)
{
    bool finite = true;
    for (size_t i = 0; i < d->at.n; i++) {
        diagnosis->trial[i] = ray->origin[i] + t * ray->along[i];
        finite &= isfinite(diagnosis->trial[i]) != 0;
    }
    return finite;
}

/* The value with its rounding, asked of the enclosure only where it could rise. */
static struct range read(const struct descent *d, const struct diagnosis *diagnosis,
                         const struct ray *ray, double *value)
{
    *value = diagnosis_value(d, diagnosis->trial);
    if (isfinite(*value) && *value < ray->last.low)
        return range_around(*value, diagnosis_rounding(*value));
    if (*value == -(double)INFINITY)
        return (struct range){*value, *value};
    return diagnosis_value_range(d, diagnosis->trial);
}

/* The rise that the rounding of the points of a ray can make: across a slanting valley
 * it leads off the bottom. */
static double find_slack(const struct descent *d, const struct diagnosis *diagnosis,
                         const struct ray *ray, double t)
{
    const descent_diagnosis *told = &diagnosis->told;
    double largest = fmax(fabs(told->least_curvature), fabs(told->greatest_curvature));
    size_t moving = 0;
    for (size_t i = 0; i < d->at.n; i++)
        moving += ray->along[i] != 0;
    double error = DBL_EPSILON * t * vector_norm(d->at.n, ray->along);
    return moving > 1 && isfinite(largest)
               ? 4 * error * (d->at.gradient_norm + largest * error)
               : 0;
}

/* Looks at distance k; false when the ray ends there. */
static bool look(const struct descent *d, struct diagnosis *diagnosis, struct ray *ray,
                 int k, bool next)
{
    if (!set_point(d, diagnosis, ray, ldexp(ray->unit, k))) {
        ray->has_ended = true;
        return false;
    }
    double value;
    struct range now = read(d, diagnosis, ray, &value);
    if (now.high == -(double)INFINITY) {
        ray->is_bottomless =
            (ray->has_fallen && k >= STRIDE) || d->status == DESCENT_UNBOUNDED;
        return false;
    }
    if (!isfinite(now.low) || !isfinite(now.high) || !isfinite(value)) {
        /* An overflow inside hides a value that may well be finite. */
        ray->has_ended = now.low < (double)INFINITY && now.high > now.low;
        return false;
    }
    if (now.low > ray->last.high + find_slack(d, diagnosis, ray, ldexp(ray->unit, k)))
        return false;
    ray->has_fallen |= now.high < ray->first.low;
    if (next)
        ray->fall[k - 1] = ray->value - value;
    ray->last = now;
    ray->value = value;
    ray->count = k;
    if (k <= EXAMPLE) {
        ray->far_length = ldexp(ray->unit, k) * vector_norm(d->at.n, ray->along);
        ray->far_value = value;
    }
    return true;
}

static void follow(const struct descent *d, struct diagnosis *diagnosis, struct ray *ray)
{
    for (int k = 0; k <= DOUBLINGS; k++)
        ray->fall[k] = (double)NAN;
    for (int k = 0; k < CLOSE_DOUBLINGS; k++)
        if (!look(d, diagnosis, ray, k, k > 0))
            return;
    for (int k = CLOSE_DOUBLINGS; k < DOUBLINGS; k += STRIDE)
        if (!look(d, diagnosis, ray, k, false) || !look(d, diagnosis, ray, k + 1, true))
            return;
    ray->has_ended = true;
}

/* The fall that was looked at nearest below distance k. */
static int find_fall(const struct ray *ray, int k)
{
    while (k > 0 && isnan(ray->fall[k]))
        k--;
    return k;
}

/* The gradient is exactly zero at `trial`. */
static bool is_level(const struct descent *d, struct diagnosis *diagnosis)
{
    bool level = true;
    d->problem.enclose_gradient(d->problem.context, diagnosis->trial, diagnosis->trial,
                                diagnosis->gradient_low, diagnosis->gradient_high);
    for (size_t i = 0; i < d->at.n; i++)
        level &= diagnosis->gradient_low[i] == 0 && diagnosis->gradient_high[i] == 0;
    return level;
}

/* |slope along the ray| at its far end is small against that of the search, and not
 * exactly zero, which would be a minimum. */
static bool slope_vanishes(const struct descent *d, struct diagnosis *diagnosis,
                           const struct ray *ray)
{
    size_t n = d->at.n;
    double scale = fabs(vector_dot(n, d->gradient, ray->along));
    /* Where the derivative overflows inside, nearer. */
    for (int k = ray->count; k >= EXAMPLE / 4; k -= 1 + k / 8) {
        if (!set_point(d, diagnosis, ray, ldexp(ray->unit, k)) ||
            !diagnosis_gradient(d, diagnosis->trial, diagnosis->low))
            continue;
        if (!(fabs(vector_dot(n, diagnosis->low, ray->along)) <= 1e-3 * scale))
            return false;
        return d->problem.enclose_gradient == NULL || !is_level(d, diagnosis);
    }
    return false;
}

/* The value at t is the last one, up to rounding. */
static bool has_settled(const struct descent *d, struct diagnosis *diagnosis,
                        const struct ray *ray, double t)
{
    double limit = ray->value;
    (void)set_point(d, diagnosis, ray, t);
    struct range there = diagnosis_value_range(d, diagnosis->trial);
    double doubt = diagnosis_rounding(limit) + find_slack(d, diagnosis, ray, t);
    return !(there.low > limit + doubt);
}

/* The distance from which on the value stays the same. */
static double find_settled(const struct descent *d, struct diagnosis *diagnosis,
                           const struct ray *ray)
{
    int from = -1, to = ray->count;
    while (to - from > 1) {
        int middle = from + (to - from) / 2;
        if (has_settled(d, diagnosis, ray, ldexp(ray->unit, middle)))
            to = middle;
        else
            from = middle;
    }
    double low = from < 0 ? 0 : ldexp(ray->unit, from), high = ldexp(ray->unit, to);
    for (int count = 0; count < 30; count++) {
        double middle = low + (high - low) / 2;
        if (has_settled(d, diagnosis, ray, middle))
            high = middle;
        else
            low = middle;
    }
    return high;
}

/* The last value is approached gradually.  Where a minimum is reached on the way and kept
 * from there on, the value is still far from it a little before; what only fades below
 * rounding is within rounding there too. */
static bool fades(const struct descent *d, struct diagnosis *diagnosis,
                  const struct ray *ray)
{
    double settled = find_settled(d, diagnosis, ray);
    if (settled > ldexp(ray->unit, ray->count - 1))
        return true; /* it still falls at the end */
    double limit = ray->value;
    (void)set_point(d, diagnosis, ray, 0.97 * settled);
    struct range there = diagnosis_value_range(d, diagnosis->trial);
    double doubt = there.high - there.low + diagnosis_rounding(limit) +
                   find_slack(d, diagnosis, ray, settled);
    return there.low - limit <= 16 * doubt + 1e-30 * (ray->first.high - limit);
}

static enum trend judge(const struct descent *d, struct diagnosis *diagnosis,
                        const struct ray *ray)
{
    if (ray->is_bottomless)
        return FALLS;
    if (!ray->has_ended || !ray->has_fallen || ray->count < CLOSE_DOUBLINGS)
        return NO_TREND;
    int last = find_fall(ray, ray->count - 1), half = find_fall(ray, last / 2);
    double doubt = ray->last.high - ray->last.low;
    if (ray->fall[last] > doubt && ray->fall[last] > 0.45 * ray->fall[half])
        return FALLS;
    /* Values that rounding hides far away have no known limit. */
    bool lower = ray->last.high < ray->first.low;
    return lower && slope_vanishes(d, diagnosis, ray) && fades(d, diagnosis, ray)
               ? LEVELS
               : NO_TREND;
}

/* ---- which rays ---- */

struct probe {
    struct descent *d;
    struct diagnosis *diagnosis;
    enum trend trend;
};

static void tell(struct probe *probe, const struct ray *ray, enum trend trend)
{
    size_t n = probe->d->at.n;
    descent_diagnosis *told = &probe->diagnosis->told;
    double length = vector_norm(n, ray->along);
    for (size_t i = 0; i < n; i++)
        probe->diagnosis->direction[i] = ray->along[i] / length;
    told->direction = probe->diagnosis->direction;
    told->far_length = ray->far_length;
    told->far_value = ray->far_value;
    told->falls_without_limit = trend == FALLS;
    probe->trend = trend;
}

/* Where nothing falls any more because all is below rounding, the way here did: the ray
 * begins at the start, when it goes the way of the search. */
static bool starts_back(const struct descent *d, struct diagnosis *diagnosis)
{
    size_t n = d->at.n;
    if (diagnosis->told.kind != DESCENT_FLAT || diagnosis->settled)
        return false;
    for (size_t i = 0; i < n; i++)
        diagnosis->trial[i] = d->x[i] - diagnosis->start[i];
    double length = vector_norm(n, diagnosis->high);
    return diagnosis->travelled > 0 &&
           vector_dot(n, diagnosis->trial, diagnosis->high) / length >
               (1 - 1e-9) * diagnosis->travelled;
}

/* What is still to come after falls that shrink as 1/k^2, the slowest that die out, is k
 * times the last of them; after geometric ones it is nothing to be seen. */
static void estimate_limit(struct ray *ray, double norm)
{
    int last = find_fall(ray, ray->count - 1);
    double rest = ray->fall[last] * (last + 1), limit = ray->value - rest;
    /* zero, as near as the estimate can tell */
    bool is_zero = fabs(limit) <= 0.01 * fabs(rest) || fabs(limit) < 1e-100;
    ray->far_value = is_zero ? 0 : limit;
    ray->far_length = ldexp(ray->unit, ray->count) * norm;
}

/* Follows the vector `high` of the diagnosis. */
static bool try_ray(struct probe *probe)
{
    struct descent *d = probe->d;
    struct diagnosis *diagnosis = probe->diagnosis;
    if (d->has_sets)
        sets_recede(d, diagnosis->high);
    double norm = vector_norm(d->at.n, diagnosis->high);
    if (probe->trend != NO_TREND || !(norm > 0) || !isfinite(norm))
        return false;
    bool back = starts_back(d, diagnosis);
    struct ray ray = {.origin = back ? diagnosis->start : d->x, .along = diagnosis->high};
    double scale = diagnosis->travelled > 0 ? diagnosis->travelled
                                            : fmax(1, vector_norm(d->at.n, d->x)) / 8;
    ray.unit = scale / norm;
    ray.first = ray.last = diagnosis_value_range(d, ray.origin);
    follow(d, diagnosis, &ray);
    enum trend trend = judge(d, diagnosis, &ray);
    if (trend == LEVELS)
        estimate_limit(&ray, norm);
    if (back)
        ray.far_length -= diagnosis->travelled;
    if (trend != NO_TREND)
        tell(probe, &ray, trend);
    return trend != NO_TREND;
}

/* Entries that are small fractions but for rounding become them, so that far away no
 * other variable changes. */
static bool snap(size_t n, double *along)
{
    const double parts = 12;
    double largest = 0;
    bool changed = false;
    for (size_t i = 0; i < n; i++)
        largest = fmax(largest, fabs(along[i]));
    for (size_t i = 0; i < n; i++) {
        double entry = along[i] / largest, snapped = round(entry * parts) / parts;
        double doubt = snapped == 0 ? 1e-4 : 1e-6;
        if (fabs(entry - snapped) < doubt)
            entry = snapped;
        changed |= entry * largest != along[i];
        along[i] = entry;
    }
    return changed;
}

/* Follows factor * vector, as it is and snapped. */
static void try_vector(struct probe *probe, const double *vector, double factor)
{
    size_t n = probe->d->at.n;
    double *along = probe->diagnosis->high;
    for (size_t i = 0; i < n; i++)
        along[i] = factor * vector[i];
    if (n > 1 && vector_norm(n, along) > 0 && snap(n, along) && try_ray(probe))
        return;
    for (size_t i = 0; i < n; i++)
        along[i] = factor * vector[i];
    (void)try_ray(probe);
}

static void try_axes(struct probe *probe)
{
    const size_t most = 16;
    size_t n = probe->d->at.n;
    for (size_t i = 0; n <= most && i < n && probe->trend == NO_TREND; i++) {
        memset(probe->diagnosis->high, 0, n * sizeof(double));
        double slope = probe->d->gradient[i];
        probe->diagnosis->high[i] = slope > 0 ? -1 : 1;
        bool done = try_ray(probe);
        probe->diagnosis->high[i] = -probe->diagnosis->high[i];
        if (!done && (slope == 0 || probe->diagnosis->told.kind != DESCENT_NOT_CRITICAL))
            (void)try_ray(probe);
    }
}

static void try_all(struct probe *probe)
{
    const struct descent *d = probe->d;
    struct diagnosis *diagnosis = probe->diagnosis;
    try_axes(probe);
    if (d->at.n == 1)
        return;
    for (size_t i = 0; i < d->at.n; i++)
        diagnosis->move[i] = d->x[i] - diagnosis->start[i];
    try_vector(probe, diagnosis->move, 1);
    try_vector(probe, d->last_move, 1);
    try_vector(probe, d->gradient, -1);
    if (diagnosis->told.least_direction != NULL) {
        try_vector(probe, diagnosis->told.least_direction, 1);
        try_vector(probe, diagnosis->told.least_direction, -1);
    }
}

/* Whether the truth may be another status. */
static bool may_change(const struct descent *d, const struct diagnosis *diagnosis,
                       enum trend trend)
{
    descent_kind kind = diagnosis->told.kind;
    bool fading = kind == DESCENT_FLAT && !diagnosis->settled && trend == LEVELS;
    if (kind != DESCENT_NOT_CRITICAL && !fading)
        return false;
    return d->status == DESCENT_CONVERGED || d->status == DESCENT_BUDGET ||
           d->status == DESCENT_STALLED ||
           (d->status == DESCENT_DIVERGED && d->at.value < d->start_value);
}

void probe_far(struct descent *d, struct diagnosis *diagnosis)
{
    struct probe probe = {d, diagnosis, NO_TREND};
    descent_diagnosis *told = &diagnosis->told;
    if (told->kind == DESCENT_MINIMUM || d->status == DESCENT_UNDEFINED ||
        (d->status == DESCENT_DIVERGED && !(d->at.value < d->start_value)))
        return;
    try_all(&probe);
    if (probe.trend == NO_TREND || !may_change(d, diagnosis, probe.trend)) {
        if (probe.trend == LEVELS && d->status != DESCENT_NOT_ATTAINED) {
            /* A way that only levels off is no fact about another point. */
            told->direction = NULL;
            told->far_length = told->far_value = (double)NAN;
        }
        return;
    }
    told->status = probe.trend == FALLS ? DESCENT_UNBOUNDED : DESCENT_NOT_ATTAINED;
    told->at_rounding = false;
}
