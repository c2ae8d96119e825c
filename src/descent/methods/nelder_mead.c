/* SPDX-License-Identifier: MIT
 * methods/nelder_mead.c - a simplex that walks downhill by values alone.
 *
 * Nelder and Mead, A simplex method for function minimization, The Computer Journal 7
 * (1965), in the form of Lagarias, Reeds, Wright and Wright, SIAM Journal on Optimization
 * 9 (1998), with the coefficients that Gao and Han adapt to the number of variables,
 * Computational Optimization and Applications 51 (2012).  The worst of n + 1 points is
 * reflected at the centre of the others, and stretched or contracted with what is found;
 * where nothing helps all points move towards the best.
 *
 * A step goes on until there is a new best point.  A simplex that has shrunk to nothing,
 * or that is as low all over, is set up once more around the best point: a flat one may
 * have collapsed on a slope.  Only when that leads no lower, either, does the search end.
 *
 * For few variables (ten or so) and values that have no derivatives or a little noise.
 * Where there are derivatives every other method is faster. */
#include "descent/engine.h"
#include "descent/sets/sets.h"
#include "descent/vector.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* n + 1 points, sorted by value. */
struct simplex {
    struct descent *d;
    size_t n;
    double *point, *value; /* (n + 1) * n, n + 1 */
    double *centre, *first, *second;
    double *state; /* READY: it is set up; then the size of the first edges */
};
enum { READY, SIZE, STATES };

static size_t scratch(size_t n, const double *settings)
{
    (void)settings;
    if (n > SIZE_MAX / 8 / n)
        return SIZE_MAX;
    return (n + 1) * n + (n + 1) + 3 * n + STATES;
}

static struct simplex simplex_of(struct descent *d)
{
    size_t n = d->at.n;
    struct simplex s = {.d = d, .n = n, .point = d->method_scratch};
    s.value = s.point + (n + 1) * n;
    s.centre = s.value + n + 1;
    s.first = s.centre + n;
    s.second = s.first + n;
    s.state = s.second + n;
    return s;
}

/* The value at x, which is moved into the sets; inf where there is none. */
static double evaluate(struct simplex *s, double *x)
{
    struct descent *d = s->d;
    memcpy(d->trial_x, x, s->n * sizeof *x);
    d->trial_has_gradient = false;
    if (d->has_sets)
        sets_arrive(d, d->trial_x);
    memcpy(x, d->trial_x, s->n * sizeof *x);
    return engine_try_value(d) || stop_is_bottomless(d) ? d->trial_value
                                                        : (double)INFINITY;
}

/* Puts x in its place; the last point is dropped. */
static void insert(struct simplex *s, const double *x, double value)
{
    size_t n = s->n, i = n;
    for (; i > 0 && s->value[i - 1] > value; i--) {
        s->value[i] = s->value[i - 1];
        memcpy(s->point + i * n, s->point + (i - 1) * n, n * sizeof *x);
    }
    s->value[i] = value;
    memcpy(s->point + i * n, x, n * sizeof *x);
}

/* Around x, which stays the best point, with edges of `size` times max(1, |x_i|) along
 * the axes; to the other side where a set lets no edge be. */
static void set_up(struct simplex *s, double size)
{
    struct descent *d = s->d;
    size_t n = s->n;
    for (size_t k = 0; k <= n; k++)
        s->value[k] = (double)INFINITY;
    insert(s, d->x, d->at.value);
    for (size_t k = 0; k < n; k++) {
        double edge = size * fmax(1, fabs(d->x[k]));
        for (int side = 1; side >= -1; side -= 2) {
            memcpy(s->first, d->x, n * sizeof *s->first);
            s->first[k] += side * edge;
            double value = evaluate(s, s->first);
            if (memcmp(s->first, d->x, n * sizeof *s->first) == 0)
                continue;
            insert(s, s->first, value);
            break;
        }
    }
    s->state[READY] = 1;
    s->state[SIZE] = size;
}

/* x = centre + factor (centre - worst) */
static double try(struct simplex *s, double factor, double *x)
{
    const double *worst = s->point + s->n * s->n;
    for (size_t i = 0; i < s->n; i++)
        x[i] = s->centre[i] + factor * (s->centre[i] - worst[i]);
    return evaluate(s, x);
}

static void find_centre(struct simplex *s)
{
    memset(s->centre, 0, s->n * sizeof *s->centre);
    for (size_t k = 0; k < s->n; k++)
        for (size_t i = 0; i < s->n; i++)
            s->centre[i] += s->point[k * s->n + i] / (double)s->n;
}

/* All points towards the best, in place; then in order again. */
static void shrink(struct simplex *s, double factor)
{
    size_t n = s->n;
    for (size_t k = 1; k <= n; k++) {
        double *x = s->point + k * n;
        for (size_t i = 0; i < n; i++)
            x[i] = s->point[i] + factor * (x[i] - s->point[i]);
        s->value[k] = evaluate(s, x);
    }
    for (size_t k = 1; k <= n; k++) {
        size_t lowest = k;
        for (size_t j = k; j <= n; j++)
            lowest = s->value[j] < s->value[lowest] ? j : lowest;
        if (lowest == k)
            continue;
        memcpy(s->first, s->point + lowest * n, n * sizeof *s->first);
        memcpy(s->point + lowest * n, s->point + k * n, n * sizeof *s->first);
        memcpy(s->point + k * n, s->first, n * sizeof *s->first);
        double value = s->value[lowest];
        s->value[lowest] = s->value[k];
        s->value[k] = value;
    }
    if (n > 0 && s->value[1] < s->value[0]) {
        memcpy(s->first, s->point + n, n * sizeof *s->first);
        memcpy(s->point + n, s->point, n * sizeof *s->first);
        memcpy(s->point, s->first, n * sizeof *s->first);
        double value = s->value[1];
        s->value[1] = s->value[0];
        s->value[0] = value;
    }
}

static void walk(struct simplex *s)
{
    size_t n = s->n;
    double size = (double)(n < 2 ? 2 : n);
    double stretch = 1 + 2 / size, contract = 0.75 - 1 / (2 * size);
    find_centre(s);
    double reflected = try(s, 1, s->first);
    if (reflected < s->value[0]) {
        double stretched = try(s, stretch, s->second);
        bool is_lower = stretched < reflected;
        insert(s, is_lower ? s->second : s->first, is_lower ? stretched : reflected);
        return;
    }
    if (n > 1 && reflected < s->value[n - 1]) {
        insert(s, s->first, reflected);
        return;
    }
    bool outside = reflected < s->value[n];
    double contracted = try(s, outside ? contract : -contract, s->second);
    if (contracted < fmin(reflected, s->value[n]) || (outside && contracted == reflected))
        insert(s, s->second, contracted);
    else
        shrink(s, 1 - 1 / size);
}

/* The farthest entry of a point from the best, in units of max(1, |x|). */
static double measure(const struct simplex *s)
{
    double size = 0;
    for (size_t k = 1; k <= s->n; k++)
        for (size_t i = 0; i < s->n; i++) {
            double best = s->point[i];
            double apart = fabs(s->point[k * s->n + i] - best);
            size = fmax(size, apart / fmax(1, fabs(best)));
        }
    return size;
}

/* Until there is a point lower than x; false when the simplex has shrunk to nothing. */
static bool improve(struct simplex *s)
{
    const double nothing = 1e-9;
    while (!(s->value[0] < s->d->at.value)) {
        if (!(measure(s) > nothing))
            return false;
        walk(s);
    }
    return true;
}

static enum engine_progress step(struct descent *d)
{
    struct simplex s = simplex_of(d);
    const double first = 0.1, again = 1e-3;
    if (s.state[READY] == 0)
        set_up(&s, first);
    if (!improve(&s)) {
        /* Whole again around the best point, once for each. */
        if (s.state[SIZE] != again || s.state[READY] == 2)
            set_up(&s, again);
        if (!improve(&s))
            return ENGINE_ROUNDING;
        s.state[READY] = 2;
    }
    for (size_t i = 0; i < s.n; i++)
        s.centre[i] = s.point[i] - d->x[i];
    memcpy(d->trial_x, s.point, s.n * sizeof *s.point);
    return engine_arrive(d, vector_norm(s.n, s.centre));
}

static const descent_setting settings[] = {{.name = NULL}};

const descent_method method_nelder_mead = {
    .name = "nelder_mead",
    .summary = "a simplex that walks downhill by values alone",
    .formula = "x <- the lowest of n + 1 points, the worst of which is reflected, "
               "stretched or contracted in turn",
    .settings = settings,
    .gives = ENGINE_GIVES_STEP | ENGINE_GIVES_VALUES,
    .scratch = scratch,
    .step = step,
};
