/* SPDX-License-Identifier: MIT
 * methods/trust_region.c - Newton's method in a ball:
 *     x <- x + s,  s the minimum of  g's + s'Hs/2  over |s| <= r.
 *
 * Conn, Gould and Toint, Trust-Region Methods (2000), algorithm 6.1.1; Nocedal and
 * Wright, Numerical Optimization (2006), chapter 4.  The radius r grows where the value
 * falls as the model says, and shrinks until it falls at all.  The model need not be
 * convex: negative curvature is followed to the edge of the ball, so saddles and maxima
 * are left, and with it the search ends only where no direction curves down.  Near a
 * minimum the steps are Newton's.
 *
 * Up to ENGINE_DENSE variables the minimum in the ball is exact, by the eigenvectors of
 * H, at some 9 n^3 operations a step.  Beyond, conjugate gradients find it nearly, by
 * products of H.  For smooth functions; with second derivatives it is the most robust
 * choice there is.  Not where H is dear and many steps are needed: lbfgs, bfgs. */
#include "descent/methods/model.h"
#include "descent/methods/secant.h"
#include "descent/searches/armijo.h"
#include "descent/vector.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* The radius, the face, the first steps, the step, then the model; or the gradient,
 * room and the band. */
static size_t scratch(size_t n, const double *settings)
{
    (void)settings;
    if (n > ENGINE_DENSE)
        return banded_size(n) == SIZE_MAX ? SIZE_MAX : 6 * n + 3 + banded_size(n);
    return model_size(n) + n + 3;
}

struct region {
    struct descent *d;
    double *radius, *s, *gradient, *room;
    double *face;     /* 1 + how many variables were held; 0 at the start, -1: settled */
    double *descents; /* steps along the gradient that were made at first */
    struct model model;
    struct banded band;
    bool is_dense;
};

static struct region region_of(struct descent *d)
{
    size_t n = d->at.n;
    double *radius = d->method_scratch, *s = radius + 3;
    struct region r = {.d = d, .radius = radius, .s = s, .is_dense = n <= ENGINE_DENSE};
    r.face = radius + 1;
    r.descents = radius + 2;
    if (r.is_dense) {
        r.model = model_of(n, s + n);
    } else {
        r.gradient = s + n;
        r.room = r.gradient + n;
        r.band = banded_of(n, r.room + 4 * n);
    }
    if (*radius == 0)
        *radius = fmax(1, vector_norm(n, d->x));
    return r;
}

/* ---- the model ---- */

static bool measure(struct region *r)
{
    if (r->is_dense)
        return model_measure(r->d, &r->model);
    memcpy(r->gradient, engine_face_gradient(r->d), r->d->at.n * sizeof(double));
    return true;
}

/* By how much the model falls with the step s. */
static double minimize(struct region *r)
{
    if (r->is_dense)
        return model_minimize(&r->model, *r->radius, r->s);
    /* Far looser steps stray from valleys that are steep on the sides, into which most of
     * the gradient points. */
    const double loosest = 1e-5;
    double norm = vector_norm(r->d->at.n, r->gradient);
    return model_minimize_by_products(r->d, r->gradient, *r->radius,
                                      fmin(loosest, sqrt(norm)), r->s, &r->band, r->room);
}

/* ---- a step ---- */

static bool move(struct region *r)
{
    const struct engine_line line = {r->s, 1, 0, 0};
    return engine_move(r->d, &line, 1);
}

/* Where bounds have bent the step, what the model says of what is left of it. */
static double foretell(struct region *r, double promise)
{
    struct descent *d = r->d;
    size_t n = d->at.n;
    if (!d->has_sets)
        return promise;
    const bool *held = engine_held(d);
    for (size_t i = 0; i < n; i++)
        r->s[i] = held != NULL && held[i] ? 0 : d->trial_x[i] - d->x[i];
    return r->is_dense ? model_fall(&r->model, r->s)
                       : model_fall_by_product(d, r->gradient, r->s, r->room);
}

/* After a step of this length, before bounds bent it, that fell by `share` of what was
 * promised. */
static void change_radius(struct region *r, double length, double share)
{
    if (!(share >= 0.25))
        *r->radius = length / 4;
    else if (share > 0.75 && length > 0.9 * *r->radius)
        *r->radius = fmin(2 * *r->radius, DBL_MAX / 4);
}

/* Tries balls until the value falls; false when none is left. */
static bool try_balls(struct region *r, enum engine_progress *progress)
{
    const double enough = 1e-4;
    struct descent *d = r->d;
    for (;;) {
        double promise = minimize(r);
        if (!(promise > 0) || !move(r))
            return false;
        double length = vector_norm(d->at.n, r->s);
        promise = foretell(r, promise);
        if (!(promise > 0)) { /* bent, it leads uphill: shorter ones do not */
            change_radius(r, length, -1);
            continue;
        }
        bool is_finite = engine_try_gradient(d);
        if (!is_finite && stop_is_bottomless(d)) {
            *progress = ENGINE_NOT_FINITE;
            return true;
        }
        double share = is_finite ? (d->at.value - d->trial_value) / promise : -1;
        bool accepted = (share > enough && armijo_improves(d)) ||
                        (is_finite && armijo_calms(d, promise));
        if (accepted && promise <= armijo_rounding(d))
            share = 0.5; /* differences of values tell nothing */
        change_radius(r, length, share);
        if (accepted) {
            *progress = engine_arrive(d, vector_norm(d->at.n, r->s));
            return true;
        }
        if (promise <= armijo_rounding(d) / 8)
            return false;
    }
}

/* With bounds and a model that curves down, steps along the gradient choose the face, as
 * long as each finds another one (More and Toraldo, On the solution of large quadratic
 * programming problems with bound constraints, SIAM Journal on Optimization 1, 1991):
 * balls would end on one of the many faces that hold a minimum of their own. */
static bool seeks_face(struct region *r)
{
    const double settled = -1;
    const bool *held = engine_held(r->d);
    double count = 1;
    if (r->d->problem.lower == NULL || *r->face == settled || !r->is_dense ||
        !model_curves_down(&r->model))
        return false;
    for (size_t i = 0; held != NULL && i < r->d->at.n; i++)
        count += held[i];
    *r->face = *r->face == count ? settled : count;
    return *r->face != settled;
}

/* Where the model curves down at the start its minimum on the edge of a ball is far from
 * the valley that the start belongs to, and one of many.  Some steps along the gradient
 * come first, until it does not. */
static bool seeks_valley(struct region *r)
{
    const double most = 3;
    bool seeks = r->d->problem.lower == NULL && r->is_dense && *r->descents < most &&
                 model_curves_down(&r->model);
    *r->descents = seeks ? *r->descents + 1 : most;
    return seeks;
}

static enum engine_progress step(struct descent *d)
{
    struct region r = region_of(d);
    enum engine_progress progress = ENGINE_STALLED;
    bool known = measure(&r);
    if (known && (seeks_face(&r) || seeks_valley(&r))) {
        progress = engine_descend(d, d->gradient, secant_first(d));
        if (progress == ENGINE_MOVED)
            return progress;
    }
    if (known && try_balls(&r, &progress))
        return progress;
    /* Along the gradient the trials tell rounding from a search that is stuck. */
    *r.radius = 0;
    return engine_descend(d, d->gradient, secant_first(d));
}

/* A stationary point where the function curves down is no end. */
static bool objects(struct descent *d)
{
    struct region r = region_of(d);
    if (!r.is_dense)
        return false;
    d->knows_held = d->holds = false;
    bool curves_down = model_measure(d, &r.model) && model_curves_down(&r.model);
    d->knows_held = d->holds = false;
    return curves_down;
}

static const descent_setting settings[] = {{.name = NULL}};

const descent_method method_trust_region = {
    .name = "trust_region",
    .summary = "Newton's method in a ball that grows and shrinks; leaves saddles",
    .formula = "x <- x + s, s the minimum of g's + s'Hs/2 for |s| <= r, "
               "H the Hessian at x",
    .settings = settings,
    .needs = ENGINE_NEEDS_HESSIAN,
    .gives = ENGINE_GIVES_STEP,
    .scratch = scratch,
    .step = step,
    .objects = objects,
};
