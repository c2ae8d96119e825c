/* SPDX-License-Identifier: MIT
 * degenerate.c - stationary points where curvatures vanish: values are compared along the
 * eigenvectors without curvature.
 *
 * Lower values as near as they can be told prove that the point is no minimum.  That none
 * are found proves nothing, unless the function is convex. */
#include "descent/classify.h"
#include "descent/vector.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* What has been seen around the point. */
struct findings {
    bool lower, higher, open; /* open: a direction that tells nothing */
    bool smooth;              /* a fall in proportion to the distance is a slope, which
                                 says that the stationary point lies elsewhere */
};

/* point + t * direction into `trial`, and the value there. */
static struct range value_along(const struct descent *d, struct diagnosis *diagnosis,
                                const double *direction, double t)
{
    for (size_t i = 0; i < d->at.n; i++)
        diagnosis->trial[i] = diagnosis->point[i] + t * direction[i];
    return diagnosis_value_range(d, diagnosis->trial);
}

/* ---- near ---- */

/* The sign of value - `here` close by: at the nearest of at least three distances in
 * sequence at which it is certain and the same.  `growth` is how much more it is at the
 * last but one of them, 8 times as far. */
static int find_sign(const struct descent *d, struct diagnosis *diagnosis,
                     const double *direction, struct range here, double *growth)
{
    const int most = 16, enough = 3;
    int sign = 0, count = 0;
    double t = diagnosis->reach, before = 0;
    for (int k = 0; k < most; k++, t /= 8) {
        struct range there = value_along(d, diagnosis, direction, t);
        double more = there.low - here.low;
        int now = there.low > here.high ? 1 : there.high < here.low ? -1 : 0;
        if (now == 0)
            break;
        count = now == sign ? count + 1 : 1;
        sign = now;
        *growth = before / more;
        before = more;
    }
    return count >= enough ? sign : 0;
}

static void look(const struct descent *d, struct diagnosis *diagnosis,
                 const double *direction, struct findings *found)
{
    const double steepest = 24; /* between 8 and 64: powers 1 and 2 of the distance */
    struct range here = diagnosis_value_range(d, diagnosis->point);
    double growth = 0;
    int sign = find_sign(d, diagnosis, direction, here, &growth);
    if (sign < 0 && found->smooth && growth < steepest)
        sign = 0;
    found->lower |= sign < 0;
    found->higher |= sign > 0;
    found->open |= sign == 0;
}

/* All around in the plane of two eigenvectors, 15 degrees apart: a monkey saddle is
 * lower in three directions that need not be theirs. */
static void look_around(const struct descent *d, struct diagnosis *diagnosis,
                        const double *first, const double *second, struct findings *found)
{
    const int directions = 24;
    const double turn = 2 * 3.14159265358979323846 / directions;
    for (int k = 0; k < directions; k++) {
        double one = cos(k * turn), other = sin(k * turn);
        for (size_t i = 0; i < d->at.n; i++)
            diagnosis->direction[i] = one * first[i] + other * second[i];
        look(d, diagnosis, diagnosis->direction, found);
    }
}

static struct findings look_near(const struct descent *d, struct diagnosis *diagnosis,
                                 size_t first, size_t count)
{
    const size_t planes = 3;
    size_t n = d->at.n;
    const double *vectors = diagnosis->vectors;
    struct findings found = {.smooth = true};
    for (size_t k = first; count != 2 && k < first + count; k++) {
        for (int side = -1; side <= 1; side += 2) {
            for (size_t i = 0; i < n; i++)
                diagnosis->direction[i] = side * vectors[k * n + i];
            look(d, diagnosis, diagnosis->direction, &found);
        }
    }
    for (size_t k = first; count > 1 && k + 1 < first + count && k < first + planes; k++)
        look_around(d, diagnosis, &vectors[k * n], &vectors[(k + 1) * n], &found);
    return found;
}

bool degenerate_descends(const struct descent *d, struct diagnosis *diagnosis)
{
    const size_t most = 8;
    size_t n = d->at.n;
    struct findings found = {0};
    for (size_t i = 0; i < n && i < most; i++)
        for (size_t j = 0; j <= i; j++)
            for (int signs = 0; signs < 4; signs++) {
                memset(diagnosis->direction, 0, n * sizeof(double));
                diagnosis->direction[i] = signs % 2 == 0 ? 1 : -1;
                if (j < i)
                    diagnosis->direction[j] = signs / 2 == 0 ? 1 : -1;
                look(d, diagnosis, diagnosis->direction, &found);
            }
    return found.lower;
}

/* ---- far, for convex functions ---- */

/* 1: it rises along the direction, more than the rounding of point and direction
 * explains; 0: constant over a long way, or as far as anything is known; -1: it falls, or
 * nothing is known from nearby on. */
static int follow(const struct descent *d, struct diagnosis *diagnosis,
                  const double *direction, double side)
{
    size_t n = d->at.n;
    struct range here = diagnosis_value_range(d, diagnosis->point);
    double largest = fmax(fabs(diagnosis->value[0]), fabs(diagnosis->value[n - 1]));
    double slope = vector_norm(n, diagnosis->gradient);
    /* A number, so that t, which doubles, passes it. */
    double longest = fmin(DBL_MAX, 1e6 * fmax(fmax(1, diagnosis->travelled),
                                              vector_norm(n, diagnosis->point)));
    for (double t = diagnosis->reach * 0x1p-20; t <= fmin(longest, DBL_MAX); t *= 8) {
        struct range there = value_along(d, diagnosis, direction, side * t);
        double error = 64 * DBL_EPSILON * (t + vector_norm(n, diagnosis->point));
        double explained = largest * error * error + slope * t;
        if (isnan(there.low))
            return t > 64 * diagnosis->reach ? 0 : -1;
        if (here.low - there.high > explained)
            return -1;
        if (there.low - here.high > explained)
            return 1;
    }
    return 0;
}

/* The gradient is not known to vanish: it is more than rounding, or rounding makes up so
 * much of it that it may hide one. */
static bool has_slope(const struct descent *d, const struct diagnosis *diagnosis)
{
    double first = descent_get_row(d, 0).gradient_norm;
    double slope = vector_norm(d->at.n, diagnosis->gradient);
    double rounding = diagnosis->told.attainable_gradient;
    return slope > 64 * rounding || (diagnosis->travelled > 0 && rounding > 1e-3 * first);
}

/* Convex and stationary: a minimum, unless it is only approached at infinity, where it
 * would fall to one side for ever, by less than can be told. */
static bool is_attained(const struct descent *d, struct diagnosis *diagnosis,
                        size_t first, size_t count)
{
    size_t n = d->at.n;
    if (has_slope(d, diagnosis))
        return false;
    for (size_t k = first; k < first + count; k++) {
        const double *direction = &diagnosis->vectors[k * n];
        int left = follow(d, diagnosis, direction, -1);
        int right = follow(d, diagnosis, direction, 1);
        if (left < 0 || right != left)
            return false;
    }
    return true;
}

descent_kind degenerate_judge(const struct descent *d, struct diagnosis *diagnosis,
                              size_t negative, size_t zero)
{
    bool positive = negative + zero < d->at.n;
    /* Without curvature rounding blurs the place. */
    if (negative == 0 && prove_faces(d, diagnosis, 1e-3 * diagnosis->reach))
        return DESCENT_MINIMUM;
    if (diagnosis_is_convex(d))
        return negative == 0 && is_attained(d, diagnosis, 0, zero) ? DESCENT_MINIMUM
                                                                   : DESCENT_FLAT;
    struct findings found = look_near(d, diagnosis, negative, zero);
    found.lower |= negative > 0;
    found.higher |= positive;
    if (found.lower && found.higher)
        return DESCENT_SADDLE;
    return found.lower && !found.open ? DESCENT_MAXIMUM : DESCENT_FLAT;
}
