/* SPDX-License-Identifier: MIT
 * classify.c - the stationary point of several variables near which a search ended, by
 * the eigenvalues of the Hessian there.
 *
 * The point is polished by Newton's steps until rounding hides the gradient.  Eigenvalues
 * count as positive or negative when their error bound leaves no doubt. */
#include "descent/classify.h"
#include "descent/definite.h"
#include "descent/krawczyk.h"
#include "descent/lanczos.h"
#include "descent/rescale.h"
#include "descent/vector.h"

#include <math.h>
#include <string.h>

/* What is said of a point holds this near to it, where rounding does not blur more. */
static double closeness(const struct descent *d, const struct diagnosis *diagnosis)
{
    double size = fmax(diagnosis->reach, vector_norm(d->at.n, diagnosis->point));
    return fmin(1e-6 * size, diagnosis->reach);
}

static descent_kind judge(const struct descent *d, struct diagnosis *diagnosis)
{
    size_t n = d->at.n, negative = 0, positive = 0;
    double spread = prove_spread(d, diagnosis);
    for (size_t k = 0; k < n; k++) {
        negative += diagnosis->value[k] < -spread;
        positive += diagnosis->value[k] > spread;
    }
    if (negative > 0 && positive > 0)
        return prove_falls(d, diagnosis) ? DESCENT_SADDLE : DESCENT_FLAT;
    if (negative == n)
        return DESCENT_MAXIMUM;
    if (positive < n)
        return degenerate_judge(d, diagnosis, negative, n - negative - positive);
    bool proved =
        prove_ball(d, diagnosis) || prove_faces(d, diagnosis, closeness(d, diagnosis));
    return proved ? DESCENT_MINIMUM : DESCENT_FLAT;
}

/* Whether the gradient may vanish at the polished point. */
static bool is_stationary(const struct descent *d, struct diagnosis *diagnosis)
{
    prove_box(d, diagnosis);
    return prove_stationary(d, diagnosis);
}

static void tell_point(const struct descent *d, struct diagnosis *diagnosis)
{
    size_t n = d->at.n;
    descent_diagnosis *told = &diagnosis->told;
    for (size_t i = 0; i < n; i++)
        diagnosis->trial[i] = diagnosis->point[i] - d->x[i];
    told->point = diagnosis->point;
    told->value = diagnosis_value(d, diagnosis->point);
    told->distance = vector_norm(n, diagnosis->trial);
}

static bool is_lowest(const struct descent *d, const struct diagnosis *diagnosis)
{
    return d->problem.is_lowest != NULL &&
           d->problem.is_lowest(d->problem.context, diagnosis->point);
}

/* ---- many variables ---- */

/* The curvature along the direction for certain, up to the error of differences: no
 * more than this. */
static double bound_along(const struct descent *d, struct diagnosis *diagnosis,
                          const double *direction)
{
    size_t n = d->at.n;
    if (!lanczos_product(d, diagnosis, diagnosis->point, direction,
                         diagnosis->gradient_high))
        return (double)NAN;
    return vector_dot(n, direction, diagnosis->gradient_high);
}

/* What Lanczos' method finds proves curvatures that are there, and none that are not. */
static descent_kind judge_many(const struct descent *d, struct diagnosis *diagnosis)
{
    size_t n = d->at.n;
    double least = diagnosis->value[0], greatest = diagnosis->value[n - 1];
    double error = 1e-6 * fmax(fabs(least), fabs(greatest));
    if (bound_along(d, diagnosis, diagnosis->least_direction) < -error &&
        greatest > error)
        return DESCENT_SADDLE;
    return least > error && diagnosis_is_convex(d) ? DESCENT_MINIMUM : DESCENT_FLAT;
}

/* Where the Hessian can be had as a whole. */
static bool is_definite(const struct descent *d, struct diagnosis *diagnosis)
{
    return definite_begin(d, diagnosis) && definite_polish(d, diagnosis) &&
           definite_prove(d, diagnosis);
}

static void classify_many(const struct descent *d, struct diagnosis *diagnosis)
{
    descent_diagnosis *told = &diagnosis->told;
    bool near = polish_by_products(d, diagnosis);
    if (!near)
        memcpy(diagnosis->point, d->x, d->at.n * sizeof *d->x);
    if (!near && !diagnosis_gradient(d, d->x, diagnosis->gradient))
        return;
    bool proved = is_definite(d, diagnosis) || is_lowest(d, diagnosis);
    bool measured =
        curvature_measure(d, diagnosis, near || proved ? diagnosis->point : d->x);
    if (!near && !proved)
        return;
    if (proved)
        told->kind = DESCENT_MINIMUM;
    else
        told->kind = measured ? judge_many(d, diagnosis) : DESCENT_FLAT;
    tell_point(d, diagnosis);
}

/* ---- kinks ---- */

/* At the point every component of the gradient changes its sign, or may be zero.  Where
 * that proves nothing and no lower value is found, no test decides. */
static void judge_kink(const struct descent *d, struct diagnosis *diagnosis)
{
    descent_diagnosis *told = &diagnosis->told;
    told->at_kink = prove_faces(d, diagnosis, closeness(d, diagnosis));
    if (told->at_kink)
        told->kind = DESCENT_MINIMUM;
    else if (!degenerate_descends(d, diagnosis))
        told->kind = DESCENT_FLAT;
}

/* ---- no enclosures ---- */

/* Whether a step aside along one of the variables leads lower than rounding explains.
 * Eigenvalues see no kink: the derivative that a function gives at one is one of many. */
static bool has_lower_neighbour(const struct descent *d, struct diagnosis *diagnosis)
{
    static const double steps[] = {1e-3, 1e-6, 1e-9};
    size_t n = d->at.n;
    struct range here = diagnosis_value_range(d, diagnosis->point);
    memcpy(diagnosis->trial, diagnosis->point, n * sizeof *diagnosis->trial);
    for (size_t i = 0; i < 2 * n; i++) {
        double at = diagnosis->point[i / 2];
        for (size_t k = 0; k < sizeof steps / sizeof *steps; k++) {
            double aside = steps[k] * fmax(1, fabs(at));
            diagnosis->trial[i / 2] = i % 2 == 0 ? at + aside : at - aside;
            struct range there = diagnosis_value_range(d, diagnosis->trial);
            if (there.high < here.low)
                return true;
        }
        diagnosis->trial[i / 2] = at;
    }
    return false;
}

/* ---- */

static bool is_near(const struct descent *d, struct diagnosis *diagnosis)
{
    for (size_t i = 0; i < d->at.n; i++)
        diagnosis->trial[i] = diagnosis->point[i] - d->x[i];
    return vector_norm(d->at.n, diagnosis->trial) <= diagnosis->reach;
}

/* What could not be decided, once more with each variable in a unit of its own. */
static descent_kind judge_rescaled(const struct descent *d, struct diagnosis *diagnosis)
{
    struct rescaled rescaled;
    size_t bytes = d->at.n * sizeof(double);
    descent_kind kind = DESCENT_FLAT;
    memcpy(diagnosis->kept, diagnosis->point, bytes);
    if (!rescale_begin(d, diagnosis, &rescaled))
        return kind;
    if (polish_by_newton(&rescaled.search, diagnosis) &&
        is_stationary(&rescaled.search, diagnosis))
        kind = judge(&rescaled.search, diagnosis);
    rescale_end(d, diagnosis);
    if (kind == DESCENT_FLAT || !is_near(d, diagnosis)) {
        memcpy(diagnosis->point, diagnosis->kept, bytes);
        kind = DESCENT_FLAT;
    }
    (void)curvature_measure(d, diagnosis, diagnosis->point);
    return kind;
}

/* A minimum in a box around `point`, which moves to its middle; left where it is when
 * that cannot be shown. */
static bool is_minimum_in_box(const struct descent *d, struct diagnosis *diagnosis)
{
    size_t bytes = d->at.n * sizeof(double);
    if (!krawczyk_fits(d))
        return false;
    memcpy(diagnosis->kept, diagnosis->point, bytes);
    memcpy(diagnosis->kept_move, diagnosis->move, bytes);
    bool proved = krawczyk_prove(d, diagnosis);
    if (!proved)
        memcpy(diagnosis->point, diagnosis->kept, bytes);
    memcpy(diagnosis->move, diagnosis->kept_move, bytes);
    (void)diagnosis_gradient(d, diagnosis->point, diagnosis->gradient);
    (void)curvature_measure(d, diagnosis, diagnosis->point);
    return proved;
}

/* Where the search itself ended: the gradient is not small enough for eigenvalues. */
static bool is_minimum_around_end(const struct descent *d, struct diagnosis *diagnosis)
{
    memcpy(diagnosis->point, d->x, d->at.n * sizeof *d->x);
    return is_minimum_in_box(d, diagnosis);
}

/* At a polished point: the box costs least, and decides most. */
static descent_kind judge_polished(const struct descent *d, struct diagnosis *diagnosis)
{
    bool is_tried = diagnosis->value[0] > 0;
    if (is_tried && is_minimum_in_box(d, diagnosis))
        return DESCENT_MINIMUM;
    if (!is_stationary(d, diagnosis))
        return DESCENT_NOT_CRITICAL;
    descent_kind kind = judge(d, diagnosis);
    if (kind == DESCENT_FLAT)
        kind = judge_rescaled(d, diagnosis);
    bool proved = kind == DESCENT_FLAT && !is_tried && is_minimum_in_box(d, diagnosis);
    return proved ? DESCENT_MINIMUM : kind;
}

void classify(struct descent *d, struct diagnosis *diagnosis)
{
    descent_diagnosis *told = &diagnosis->told;
    if (!diagnosis->dense) {
        classify_many(d, diagnosis);
        return;
    }
    if (polish_by_newton(d, diagnosis))
        told->kind = judge_polished(d, diagnosis);
    bool smooth = told->kind != DESCENT_NOT_CRITICAL;
    diagnosis->settled &= smooth;
    if (!smooth && is_minimum_around_end(d, diagnosis)) {
        told->kind = DESCENT_MINIMUM;
        smooth = true;
    }
    if (!smooth && polish_by_signs(d, diagnosis))
        judge_kink(d, diagnosis);
    if (told->kind == DESCENT_MINIMUM && d->problem.enclose_value == NULL &&
        has_lower_neighbour(d, diagnosis))
        told->kind = DESCENT_FLAT;
    bool found = told->kind != DESCENT_NOT_CRITICAL;
    if (found)
        tell_point(d, diagnosis);
    if (!smooth)
        (void)curvature_measure(d, diagnosis, found ? diagnosis->point : d->x);
}
