/* SPDX-License-Identifier: MIT */
#include "descent/methods/model.h"

#include "descent/vector.h"
#include "linear/eigen.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* ---- as a whole ---- */

size_t model_size(size_t n)
{
    return n > SIZE_MAX / 4 / n ? SIZE_MAX : 2 * n * n + 4 * n;
}

struct model model_of(size_t n, double *block)
{
    struct model model = {.n = n, .hessian = block, .vectors = block + n * n};
    model.value = model.vectors + n * n;
    model.rotated = model.value + n;
    model.part = model.rotated + n;
    model.scaled = model.part + n;
    return model;
}

bool model_take(struct model *model, const double *gradient)
{
    size_t n = model->n;
    if (!eigen_solve(n, model->hessian, model->value, model->vectors, model->part))
        return false;
    for (size_t k = 0; k < n; k++)
        model->rotated[k] = vector_dot(n, &model->vectors[k * n], gradient);
    return true;
}

bool model_measure(struct descent *d, struct model *model)
{
    return engine_hessian(d, model->hessian) &&
           model_take(model, engine_face_gradient(d));
}

bool model_measure_scaled(struct descent *d, struct model *model, const double *scales)
{
    size_t n = model->n;
    if (!engine_hessian(d, model->hessian))
        return false;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j <= i; j++)
            model->hessian[i * n + j] /= scales[i] * scales[j];
    const double *gradient = engine_face_gradient(d);
    for (size_t i = 0; i < n; i++)
        model->scaled[i] = gradient[i] / scales[i];
    return model_take(model, model->scaled);
}

/* What of an eigenvalue is rounding. */
static double rounding(const struct model *model)
{
    return eigen_error(model->n, model->value) + DBL_MIN;
}

bool model_curves_down(const struct model *model)
{
    return model->value[0] < -rounding(model);
}

/* The step -(H + shift)^-1 g in the eigenvectors, and its length; *slope is the
 * derivative of the length by the shift, times -length. */
static double shifted(const struct model *model, double shift, double *slope)
{
    *slope = 0;
    for (size_t k = 0; k < model->n; k++) {
        double curvature = model->value[k] + shift;
        double part = model->rotated[k] == 0 ? 0 : -model->rotated[k] / curvature;
        model->part[k] = part;
        *slope += part * (part / curvature);
    }
    return vector_norm(model->n, model->part);
}

/* Newton's method for 1/radius - 1/length = 0, which is nearly a line (More and Sorensen,
 * Computing a trust region step, SIAM Journal on Scientific and Statistical Computing 4,
 * 1983), kept between shifts that enclose the solution. */
static void find_shift(const struct model *model, double low, double radius)
{
    const double close = 1e-6;
    const int most = 60;
    double slope, shift = low;
    double high = vector_norm(model->n, model->rotated) / radius - model->value[0];
    for (int i = 0; i < most; i++) {
        double length = shifted(model, shift, &slope);
        if (fabs(length - radius) <= close * radius)
            return;
        if (length > radius)
            low = shift;
        else
            high = shift;
        double next = shift + (length / slope) * length * ((length - radius) / radius);
        shift = next > low && next < high ? next : low + (high - low) / 2;
    }
}

/* Where a curvature is negative and the gradient has no part along it (the hard case),
 * the step goes on along its eigenvector to the edge. */
static void go_to_edge(const struct model *model, double length, double radius)
{
    double rest = (radius - length) * (radius + length);
    double side = model->rotated[0] > 0 ? -1 : 1;
    model->part[0] += side * sqrt(fmax(rest, 0));
}

static double predict(const struct model *model)
{
    double fall = 0;
    for (size_t k = 0; k < model->n; k++) {
        double part = model->part[k];
        fall -= part * (model->rotated[k] + model->value[k] * part / 2);
    }
    return fall;
}

double model_minimize(const struct model *model, double radius, double *s)
{
    size_t n = model->n;
    double slope, error = rounding(model), low = fmax(0, error - model->value[0]);
    double length = shifted(model, low, &slope);
    if (length > radius)
        find_shift(model, low, radius);
    else if (model_curves_down(model))
        go_to_edge(model, length, radius);
    memset(s, 0, n * sizeof *s);
    for (size_t k = 0; k < n; k++)
        for (size_t i = 0; i < n; i++)
            s[i] += model->part[k] * model->vectors[k * n + i];
    return predict(model);
}

double model_fall(const struct model *model, const double *s)
{
    for (size_t k = 0; k < model->n; k++)
        model->part[k] = vector_dot(model->n, &model->vectors[k * model->n], s);
    return predict(model);
}

/* ---- by products ---- */

double model_fall_by_product(struct descent *d, const double *gradient, const double *s,
                             double *room)
{
    size_t n = d->at.n;
    if (!engine_product(d, s, room))
        return (double)NAN;
    return -vector_dot(n, gradient, s) - vector_dot(n, s, room) / 2;
}

/* The t >= 0 with |s + t v| = radius. */
static double reach_edge(size_t n, const double *s, const double *v, double radius)
{
    double a = vector_dot(n, v, v), b = vector_dot(n, s, v);
    double c = radius * radius - vector_dot(n, s, s);
    double root = sqrt(fmax(b * b + a * c, 0));
    return b > 0 ? c / (b + root) : (root - b) / a;
}

static void add(size_t n, double *to, double factor, const double *vector)
{
    for (size_t i = 0; i < n; i++)
        to[i] += factor * vector[i];
}

/* Conjugate gradients for the step s: what is left of -g, that as the preconditioner has
 * it (the same array without one), the direction, its product with H. */
struct conjugate {
    size_t n;
    double *s, *rest, *changed, *along, *product;
    double size; /* rest'changed */
    const struct banded *band;
};

/* From now on with the band; false when it is of no use. */
static bool precondition(struct descent *d, struct conjugate *c)
{
    if (!banded_measure(d, c->band))
        return false;
    banded_solve(c->band, c->n, c->rest, c->product);
    double size = vector_dot(c->n, c->rest, c->product);
    if (!(size > 0) || !isfinite(size))
        return false;
    c->changed = c->product + c->n;
    memcpy(c->changed, c->product, c->n * sizeof *c->changed);
    memcpy(c->along, c->changed, c->n * sizeof *c->along);
    c->size = size;
    return true;
}

/* From now on without it. */
static void abandon(struct conjugate *c)
{
    banded_reject(c->band);
    c->changed = c->rest;
    memcpy(c->along, c->rest, c->n * sizeof *c->along);
    c->size = vector_dot(c->n, c->rest, c->rest);
}

/* The direction after a step that did not end the search. */
static void turn(struct conjugate *c)
{
    double before = c->size;
    if (c->changed != c->rest)
        banded_solve(c->band, c->n, c->rest, c->changed);
    c->size = vector_dot(c->n, c->rest, c->changed);
    for (size_t i = 0; i < c->n; i++)
        c->along[i] = c->changed[i] + c->size / before * c->along[i];
}

double model_minimize_by_products(struct descent *d, const double *gradient,
                                  double radius, double tolerance, double *s,
                                  const struct banded *band, double *room)
{
    size_t n = d->at.n, most = 2 * n + 10, patience = banded_patience(band);
    struct conjugate c = {.n = n, .s = s, .rest = room, .changed = room, .band = band};
    c.along = room + n;
    c.product = room + 2 * n;
    double fall = 0;
    memset(s, 0, n * sizeof *s);
    for (size_t i = 0; i < n; i++)
        c.along[i] = c.rest[i] = -gradient[i];
    c.size = vector_dot(n, c.rest, c.rest);
    double left = c.size, enough = tolerance * tolerance * left;
    for (size_t k = 0; k < most && left > enough; k++) {
        if (k == patience)
            (void)precondition(d, &c);
        if (k == 4 * patience && c.changed != c.rest)
            abandon(&c);
        if (!engine_product(d, c.along, c.product))
            return k > 0 ? fall : (double)NAN;
        double curvature = vector_dot(n, c.along, c.product);
        double size = vector_dot(n, c.along, c.along), t = c.size / curvature;
        bool is_down = !(curvature > DBL_EPSILON * DBL_EPSILON * size);
        if (is_down && isinf(radius)) {
            if (k == 0)
                add(n, s, 1, c.along);
            return k == 0 ? c.size : fall;
        }
        double edge = isinf(radius) ? radius : reach_edge(n, s, c.along, radius);
        bool ends = is_down || t >= edge;
        t = ends ? edge : t;
        fall += t * c.size - t * t * curvature / 2;
        add(n, s, t, c.along);
        if (ends)
            return fall;
        add(n, c.rest, -t, c.product);
        left = vector_dot(n, c.rest, c.rest);
        turn(&c);
    }
    return fall;
}
