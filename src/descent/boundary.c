/* SPDX-License-Identifier: MIT
 * boundary.c - what a point is in the sets that hold the variables.
 *
 * Where the function certainly rises from a bound inwards, all over a box, no point of
 * the box is lower than the one below it at the bound; so a minimum on the face of the
 * other variables is one in the set (the first and second order conditions of Nocedal and
 * Wright, Numerical Optimization, 2006, section 12.5, with signs of multipliers that are
 * proved and not read off).  A multiplier that may be zero proves nothing: its variable
 * is let go, and what is a minimum without the bound is one with it.  What neither way
 * decides is flat, or a saddle where lower values are found. */
#include "descent/boundary.h"
#include "descent/classify.h"
#include "descent/sets/sets.h"
#include "descent/vector.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* ---- sides ---- */

/* The side at which entry i of x lies; FREE inside. */
static enum boundary_side side_at(const struct boundary *b, const double *x, size_t i,
                                  double near)
{
    const descent_problem *problem = &b->d->problem;
    size_t pivot = 0;
    if (boundary_simplex(b, i, &pivot) != NULL)
        return i == pivot     ? BOUNDARY_PIVOT
               : x[i] <= near ? BOUNDARY_LOWER
                              : BOUNDARY_FREE;
    if (problem->lower == NULL)
        return BOUNDARY_FREE;
    double lower = problem->lower[i], upper = problem->upper[i];
    if (lower == upper)
        return BOUNDARY_FIXED;
    if (x[i] <= lower + near && x[i] - lower <= upper - x[i])
        return BOUNDARY_LOWER;
    return x[i] >= upper - near ? BOUNDARY_UPPER : BOUNDARY_FREE;
}

/* The derivative inwards from the side. */
double boundary_slope_inwards(const struct boundary *b, const double *gradient, size_t i,
                              enum boundary_side side)
{
    double slope = boundary_slope(b, gradient, i);
    return side == BOUNDARY_UPPER ? -slope : slope;
}

bool boundary_is_held(enum boundary_side side)
{
    return side == BOUNDARY_LOWER || side == BOUNDARY_UPPER;
}

/* At a bound, and the value rises from there, or does not fall (`least` 0). */
static void choose_sides(struct boundary *b, const double *x, const double *gradient,
                         double near, bool level_too)
{
    boundary_choose_pivots(b, x);
    for (size_t i = 0; i < b->d->at.n; i++) {
        enum boundary_side side = side_at(b, x, i, near);
        double slope = boundary_slope_inwards(b, gradient, i, side);
        bool rises = slope > 0 || (level_too && slope == 0);
        b->side[i] =
            (unsigned char)(boundary_is_held(side) && !rises ? BOUNDARY_FREE : side);
    }
}

/* ---- one face ---- */

/* No variable is free: the corner is what its multipliers make of it. */
static void classify_corner(struct boundary *b, struct diagnosis *diagnosis)
{
    descent_diagnosis *told = &diagnosis->told;
    boundary_scatter(b, b->face_x);
    memcpy(b->point, b->x, b->d->at.n * sizeof *b->x);
    for (size_t i = 0; i < b->d->at.n; i++)
        diagnosis->trial[i] = b->point[i] - b->d->x[i];
    told->distance = vector_norm(b->d->at.n, diagnosis->trial);
    told->value = diagnosis_value(b->d, b->point);
    bool near = told->distance <= diagnosis->reach && isfinite(told->value);
    told->kind = near ? DESCENT_MINIMUM : DESCENT_NOT_CRITICAL;
    diagnosis->settled = near;
}

/* Forgets what an earlier face told. */
static void begin(struct diagnosis *diagnosis)
{
    descent_diagnosis *told = &diagnosis->told;
    const double unknown = (double)NAN;
    told->kind = DESCENT_NOT_CRITICAL;
    told->point = told->least_direction = NULL;
    told->value = told->distance = told->derivative = unknown;
    told->at_kink = false;
    told->slopes[0] = told->slopes[1] = unknown;
    told->order = 0;
    told->least_curvature = told->greatest_curvature = unknown;
    diagnosis->settled = false;
}

/* The kind on the face, and its point into b->point. */
static void classify_face(struct boundary *b, struct diagnosis *diagnosis)
{
    descent_diagnosis *told = &diagnosis->told;
    size_t basis = diagnosis->basis_size;
    begin(diagnosis);
    boundary_make_face(b);
    if (b->free_count == 0) {
        classify_corner(b, diagnosis);
        return;
    }
    if (!isfinite(b->face.at.value) || !isfinite(b->face.at.gradient_norm))
        return;
    diagnosis->basis_size = basis < b->free_count ? basis : b->free_count;
    if (b->free_count == 1)
        classify_line(&b->face, diagnosis);
    else
        classify(&b->face, diagnosis);
    diagnosis->basis_size = basis;
    boundary_scatter(b, told->point != NULL ? told->point : b->face_x);
    memcpy(b->point, b->x, b->d->at.n * sizeof *b->x);
}

/* ---- the set ---- */

/* Holds what lies outside its bounds at the point; false when nothing does. */
static bool hold_outside(struct boundary *b)
{
    const descent_problem *problem = &b->d->problem;
    bool held = false;
    for (size_t i = 0; i < b->d->at.n; i++) {
        if (b->side[i] != BOUNDARY_FREE)
            continue;
        size_t pivot = 0;
        bool simplex = boundary_simplex(b, i, &pivot) != NULL;
        double lower = simplex                  ? 0
                       : problem->lower != NULL ? problem->lower[i]
                                                : -(double)INFINITY;
        double upper =
            simplex || problem->lower == NULL ? (double)INFINITY : problem->upper[i];
        enum boundary_side side = b->point[i] < lower   ? BOUNDARY_LOWER
                                  : b->point[i] > upper ? BOUNDARY_UPPER
                                                        : BOUNDARY_FREE;
        b->side[i] = (unsigned char)side;
        held |= side != BOUNDARY_FREE;
    }
    return held;
}

/* The point is in the sets that are no bounds: above 0, inside a ball. */
static bool is_inside(const struct boundary *b)
{
    const descent_problem *problem = &b->d->problem;
    for (size_t k = 0; k < problem->set_count; k++) {
        const descent_set *set = &problem->sets[k];
        const double *x = b->point + set->first;
        bool inside = true;
        for (size_t i = 0; set->kind->is_open && i < set->count; i++)
            inside &= x[i] > 0;
        if (set->kind->has_radius)
            inside &= vector_norm(set->count, x) < set->radius * (1 - 1e-9);
        if (b->pivot[k] != SIZE_MAX)
            inside &= b->point[b->pivot[k]] > 0;
        if (!inside)
            return false;
    }
    return true;
}

/* Classifies faces until the point lies in the bounds. */
static void classify_within(struct boundary *b, struct diagnosis *diagnosis)
{
    const int most = 20;
    descent_diagnosis *told = &diagnosis->told;
    for (int pass = 0; pass < most; pass++) {
        classify_face(b, diagnosis);
        if (told->kind == DESCENT_NOT_CRITICAL || !hold_outside(b))
            break;
        if (pass + 1 == most)
            told->kind = DESCENT_NOT_CRITICAL;
    }
    if (told->kind != DESCENT_NOT_CRITICAL && !is_inside(b))
        told->kind = DESCENT_NOT_CRITICAL;
}

static bool holds_any(const struct boundary *b)
{
    for (size_t i = 0; i < b->d->at.n; i++)
        if (boundary_is_held(b->side[i]))
            return true;
    return false;
}

/* A minimum on the face, in the set. */
static bool is_minimum(struct boundary *b, struct diagnosis *diagnosis)
{
    size_t weak = 0;
    return diagnosis->told.kind == DESCENT_MINIMUM &&
           (!holds_any(b) || boundary_weigh(b, diagnosis, &weak) != BOUNDARY_RISES_NOT);
}

/* From the point along entry i inwards, values that are certainly lower. */
static bool descends(const struct boundary *b, struct diagnosis *diagnosis, size_t i)
{
    const struct descent *d = b->d;
    size_t pivot = i;
    (void)boundary_simplex(b, i, &pivot);
    double sign = b->side[i] == BOUNDARY_UPPER ? -1 : 1;
    struct range here = diagnosis_value_range(d, b->point);
    memcpy(diagnosis->trial, b->point, d->at.n * sizeof(double));
    for (double t = diagnosis->reach; t > 1e-9 * diagnosis->reach; t /= 8) {
        diagnosis->trial[pivot] = b->point[pivot] - (pivot == i ? 0 : t);
        diagnosis->trial[i] = b->point[i] + sign * t;
        double moved = diagnosis->trial[i];
        if (d->problem.lower != NULL &&
            (moved < d->problem.lower[i] || moved > d->problem.upper[i]))
            continue;
        if (diagnosis->trial[pivot] >= 0 || pivot == i) {
            struct range there = diagnosis_value_range(d, diagnosis->trial);
            if (there.high < here.low)
                return true;
        }
    }
    return false;
}

/* The point is not even stationary: the value certainly falls inwards from entry i. */
static bool has_slope(struct boundary *b, const struct diagnosis *diagnosis, size_t i)
{
    double value;
    b->d->problem.evaluate(b->d->problem.context, b->point, &value, b->gradient);
    return boundary_slope_inwards(b, b->gradient, i, b->side[i]) <
           -64 * fmax(diagnosis->told.attainable_gradient, 1e-12);
}

/* What is a minimum along the face and has a multiplier that is not known to be right. */
static descent_kind judge_weak(struct boundary *b, struct diagnosis *diagnosis,
                               size_t weak)
{
    if (has_slope(b, diagnosis, weak))
        return DESCENT_NOT_CRITICAL;
    return descends(b, diagnosis, weak) ? DESCENT_SADDLE : DESCENT_FLAT;
}

/* What no minimum along the face is in the set, in which the held variables rise. */
static descent_kind judge_held(struct boundary *b, struct diagnosis *diagnosis)
{
    descent_kind kind = diagnosis->told.kind;
    size_t weak = 0;
    if (kind == DESCENT_FLAT || kind == DESCENT_SADDLE)
        return kind;
    return boundary_weigh(b, diagnosis, &weak) == BOUNDARY_RISES_STRICTLY ? DESCENT_SADDLE
                                                                          : DESCENT_FLAT;
}

/* At a bound, or as near as makes no difference, and free. */
static enum boundary_side edge_of(const struct boundary *b, size_t i)
{
    enum boundary_side side = side_at(b, b->point, i, 1e-9 * fmax(1, fabs(b->point[i])));
    return b->side[i] == BOUNDARY_FREE && boundary_is_held(side) ? side : BOUNDARY_FREE;
}

static bool is_on_edge(const struct boundary *b)
{
    for (size_t i = 0; i < b->d->at.n; i++)
        if (edge_of(b, i) != BOUNDARY_FREE)
            return true;
    return false;
}

/* A stationary point of the face on the edge of the set: what is lower around it may lie
 * outside, unless it is seen within. */
static descent_kind judge_edge(struct boundary *b, struct diagnosis *diagnosis)
{
    descent_kind kind = diagnosis->told.kind;
    for (size_t i = 0; i < b->d->at.n; i++) {
        enum boundary_side side = edge_of(b, i);
        if (side == BOUNDARY_FREE)
            continue;
        b->side[i] = (unsigned char)side;
        bool lower = descends(b, diagnosis, i);
        b->side[i] = BOUNDARY_FREE;
        if (lower && b->d->at.n == 1)
            return DESCENT_MAXIMUM;
        kind = lower ? DESCENT_SADDLE : DESCENT_FLAT;
        if (lower)
            break;
    }
    return kind;
}

/* What is no minimum in the set as far as is known. */
static descent_kind judge_rest(struct boundary *b, struct diagnosis *diagnosis)
{
    descent_kind kind = diagnosis->told.kind;
    size_t weak = 0;
    if (kind == DESCENT_NOT_CRITICAL)
        return kind;
    if (kind == DESCENT_MINIMUM)
        return boundary_weigh(b, diagnosis, &weak) != BOUNDARY_RISES_NOT
                   ? kind
                   : judge_weak(b, diagnosis, weak);
    if (is_on_edge(b) && !(kind == DESCENT_MAXIMUM && !holds_any(b)))
        return judge_edge(b, diagnosis);
    return holds_any(b) ? judge_held(b, diagnosis) : kind;
}

/* ---- attempts ---- */

/* Holds what is `near` a bound to which the gradient leads; false when that proves no
 * minimum. */
static bool try_sides(struct boundary *b, struct diagnosis *diagnosis, double near,
                      bool level_too)
{
    choose_sides(b, b->d->x, b->d->gradient, near, level_too);
    classify_within(b, diagnosis);
    return is_minimum(b, diagnosis);
}

/* Lets go, one after the other, what a multiplier does not hold for certain: a minimum
 * without those bounds is one with them. */
static bool try_release(struct boundary *b, struct diagnosis *diagnosis)
{
    const int most = 8;
    size_t weak = 0;
    choose_sides(b, b->d->x, b->d->gradient, 0, false);
    classify_within(b, diagnosis);
    for (int count = 0; count < most; count++) {
        if (diagnosis->told.kind != DESCENT_MINIMUM || !holds_any(b) ||
            boundary_weigh(b, diagnosis, &weak) != BOUNDARY_RISES_NOT)
            return false;
        b->side[weak] = BOUNDARY_FREE;
        classify_within(b, diagnosis);
        if (is_minimum(b, diagnosis))
            return true;
    }
    return false;
}

/* Bounds that act lie nearer than this, others farther, close to a solution (Facchinei,
 * Fischer and Kanzow, On the accurate identification of active constraints, SIAM Journal
 * on Optimization 9, 1998). */
static double identify(const struct boundary *b)
{
    return sqrt(b->d->at.gradient_norm);
}

static void judge(struct boundary *b, struct diagnosis *diagnosis)
{
    double close = fmin(identify(b), diagnosis->reach / 8);
    if (try_sides(b, diagnosis, 0, false) || try_sides(b, diagnosis, close, false) ||
        try_sides(b, diagnosis, diagnosis->reach / 8, true) ||
        try_sides(b, diagnosis, 0, true) || try_release(b, diagnosis))
        return;
    (void)try_sides(b, diagnosis, close, false);
    diagnosis->told.kind = judge_rest(b, diagnosis);
}

/* ---- what is told ---- */

/* As descent_side; afterwards the sides are no longer those of a face. */
static descent_side told_side(enum boundary_side side)
{
    switch (side) {
    case BOUNDARY_LOWER:
        return DESCENT_SIDE_LOWER;
    case BOUNDARY_UPPER:
        return DESCENT_SIDE_UPPER;
    case BOUNDARY_FIXED:
        return DESCENT_SIDE_FIXED;
    default:
        return DESCENT_SIDE_FREE;
    }
}

static void tell(struct boundary *b, struct diagnosis *diagnosis)
{
    size_t n = b->d->at.n;
    descent_diagnosis *told = &diagnosis->told;
    bool known = told->kind != DESCENT_NOT_CRITICAL;
    memset(b->least_direction, 0, n * sizeof(double));
    for (size_t k = 0; told->least_direction != NULL && k < b->free_count; k++) {
        size_t pivot = b->free[k];
        b->least_direction[b->free[k]] = told->least_direction[k];
        if (boundary_simplex(b, b->free[k], &pivot) != NULL)
            b->least_direction[pivot] -= told->least_direction[k];
    }
    if (told->least_direction != NULL)
        told->least_direction = b->least_direction;
    told->point = known ? b->point : NULL;
    double value;
    const double *at = known ? b->point : b->d->x;
    b->d->problem.evaluate(b->d->problem.context, at, &value, b->gradient);
    told->held = 0;
    told->sides = b->side;
    for (size_t i = 0; i < n; i++) {
        bool acts = boundary_is_held(b->side[i]) || b->side[i] == BOUNDARY_FIXED;
        b->multipliers[i] = acts ? boundary_slope(b, b->gradient, i) : 0;
        told->held += acts;
        b->side[i] = (unsigned char)told_side(b->side[i]);
    }
    told->multipliers = b->multipliers;
}

const char *descent_side_name(descent_side side)
{
    static const char *const names[] = {
#define DESCENT_SIDE_TEXT(id, name) name,
        DESCENT_SIDES(DESCENT_SIDE_TEXT)
#undef DESCENT_SIDE_TEXT
    };
    size_t index = (size_t)side;
    return index < sizeof names / sizeof *names ? names[index] : "unknown";
}

void classify_in_sets(struct descent *d, struct diagnosis *diagnosis)
{
    struct boundary *b = diagnosis->boundary;
    b->d = d;
    judge(b, diagnosis);
    tell(b, diagnosis);
    boundary_judge_balls(d, diagnosis);
}
