/* SPDX-License-Identifier: MIT */
#include "descent/methods/secant.h"

#include "descent/vector.h"

#include <math.h>

double secant_pair(const struct descent *d, double *change)
{
    const double least = 1e-11;
    if (d->at.step_count == 0)
        return 0;
    /* The trial still holds the point before. */
    for (size_t i = 0; i < d->at.n; i++)
        change[i] = d->gradient[i] - d->trial_gradient[i];
    double product = vector_dot(d->at.n, d->last_move, change);
    double size = d->at.point_change * vector_norm(d->at.n, change);
    return isfinite(product) && isfinite(size) && product > least * size ? product : 0;
}

bool secant_changes_face(struct descent *d, double *before)
{
    const bool *held = engine_held(d);
    bool changes = false;
    for (size_t i = 0; i < d->at.n; i++) {
        double now = held != NULL && held[i] ? 1 : 0;
        changes |= before[i] != now;
        before[i] = now;
    }
    return changes;
}

void secant_project(struct descent *d, double *vector)
{
    const bool *held = engine_held(d);
    for (size_t i = 0; held != NULL && i < d->at.n; i++)
        if (held[i])
            vector[i] = 0;
}

double secant_first(const struct descent *d)
{
    return -fmin(1, fmax(1, vector_norm(d->at.n, d->x)) / d->at.gradient_norm);
}

static bool leads_down(struct descent *d, const double *vector, double factor)
{
    double slope = factor * vector_dot(d->at.n, engine_face_gradient(d), vector);
    return slope < 0 && isfinite(slope);
}

enum engine_progress secant_descend(struct descent *d, const double *vector,
                                    double factor, bool *fresh)
{
    *fresh = vector == d->gradient || !leads_down(d, vector, factor);
    if (!*fresh) {
        enum engine_progress progress = engine_descend(d, vector, factor);
        if (progress != ENGINE_ROUNDING && progress != ENGINE_STALLED)
            return progress;
        *fresh = true;
    }
    return engine_descend(d, d->gradient, secant_first(d));
}
