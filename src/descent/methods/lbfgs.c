/* SPDX-License-Identifier: MIT
 * methods/lbfgs.c - BFGS with limited memory:  x <- x - t B g(x), where B is what
 * `memory` updates of BFGS make of a multiple of the identity.
 *
 * Nocedal, Updating quasi-Newton matrices with limited storage, Mathematics of
 * Computation 35 (1980); Nocedal and Wright, Numerical Optimization (2006),
 * algorithms 7.4 and 7.5 with the scaling 7.20.  Only the last moves s and changes y of
 * the gradient are kept; two loops over them give B g in 4 memory n multiplications.
 * Pairs without positive curvature are left out.
 *
 * Where variables are held at bounds the two loops run over the others alone: each pair
 * shows the curvature along its part of the face.
 *
 * For many variables.  The convergence is linear: on badly conditioned problems of few
 * variables bfgs and newton need far fewer steps. */
#include "descent/methods/secant.h"
#include "descent/vector.h"

#include <math.h>
#include <string.h>

enum { MEMORY };

/* The pairs in a ring, as rows. */
struct pairs {
    size_t n, memory;
    double *move, *change; /* memory rows of n */
    /* memory each: s'y, that on the face, and of the first loop */
    double *product, *used, *part;
    double *direction; /* n */
    const bool *held;  /* variables that do not take part; NULL: none */
    double *count;     /* of pairs ever put in since the memory was emptied */
};

static size_t scratch(size_t n, const double *settings)
{
    size_t memory = (size_t)settings[MEMORY];
    size_t vectors = 2 * memory + 1;
    return n > (SIZE_MAX - 2 * vectors - 1) / vectors ? SIZE_MAX
                                                      : vectors * n + 3 * memory + 1;
}

static struct pairs pairs_of(const struct descent *d)
{
    size_t n = d->at.n, memory = (size_t)d->method_settings[MEMORY];
    struct pairs p = {.n = n, .memory = memory, .move = d->method_scratch};
    p.change = p.move + memory * n;
    p.direction = p.change + memory * n;
    p.product = p.direction + n;
    p.used = p.product + memory;
    p.part = p.used + memory;
    p.count = p.part + memory;
    return p;
}

static void remember(struct pairs *p, const struct descent *d)
{
    size_t slot = (size_t)*p->count % p->memory;
    double product = secant_pair(d, p->direction);
    if (product == 0)
        return;
    memcpy(&p->move[slot * p->n], d->last_move, p->n * sizeof(double));
    memcpy(&p->change[slot * p->n], p->direction, p->n * sizeof(double));
    p->product[slot] = product;
    *p->count += 1;
}

/* direction += factor * vector, without what is held. */
static void add(const struct pairs *p, double factor, const double *vector)
{
    if (p->held == NULL)
        for (size_t i = 0; i < p->n; i++)
            p->direction[i] += factor * vector[i];
    else
        for (size_t i = 0; i < p->n; i++)
            p->direction[i] += p->held[i] ? 0 : factor * vector[i];
}

/* The product without what is held. */
static double dot(const struct pairs *p, const double *a, const double *b)
{
    if (p->held == NULL)
        return vector_dot(p->n, a, b);
    double sum = 0;
    for (size_t i = 0; i < p->n; i++)
        sum += p->held[i] ? 0 : a[i] * b[i];
    return sum;
}

/* s'y of a pair on the face; 0 where it shows no curvature there, and is left out. */
static double product_of(const struct pairs *p, size_t row)
{
    const double least = 1e-11;
    const double *move = &p->move[row * p->n], *change = &p->change[row * p->n];
    if (p->held == NULL)
        return p->product[row];
    double product = dot(p, move, change);
    double size = sqrt(dot(p, move, move) * dot(p, change, change));
    return product > least * size ? product : 0;
}

/* (s'y / y'y) I, of the last pair that shows curvature. */
static void scale(const struct pairs *p, double product, const double *change)
{
    double factor = product / dot(p, change, change);
    for (size_t i = 0; i < p->n; i++)
        p->direction[i] *= factor;
}

/* B g into `direction`, on the face where variables are held; false when no pair shows
 * curvature there. */
static bool apply(const struct pairs *p, const double *gradient)
{
    size_t n = p->n, count = (size_t)*p->count, last = SIZE_MAX;
    size_t first = count > p->memory ? count - p->memory : 0;
    memcpy(p->direction, gradient, n * sizeof *gradient);
    for (size_t k = count; k-- > first;) {
        size_t row = k % p->memory;
        double product = product_of(p, row);
        p->used[row] = product;
        if (product == 0)
            continue;
        last = last == SIZE_MAX ? row : last;
        p->part[row] = dot(p, &p->move[row * n], p->direction) / product;
        add(p, -p->part[row], &p->change[row * n]);
    }
    if (last == SIZE_MAX)
        return false;
    scale(p, p->used[last], &p->change[last * n]);
    for (size_t k = first; k < count; k++) {
        size_t row = k % p->memory;
        if (p->used[row] == 0)
            continue;
        double other = dot(p, &p->change[row * n], p->direction) / p->used[row];
        add(p, p->part[row] - other, &p->move[row * n]);
    }
    return true;
}

static enum engine_progress step(struct descent *d)
{
    struct pairs p = pairs_of(d);
    remember(&p, d);
    if (*p.count == 0)
        return engine_descend(d, d->gradient, secant_first(d));
    p.held = engine_held(d);
    if (!apply(&p, engine_face_gradient(d)))
        return engine_descend(d, d->gradient, secant_first(d));
    bool fresh;
    enum engine_progress progress = secant_descend(d, p.direction, -1, &fresh);
    if (fresh)
        *p.count = 0;
    return progress;
}

static const descent_setting settings[] = {
    {"memory", 10, 1, 1000, "how many moves are remembered"},
    {.name = NULL},
};

const descent_method method_lbfgs = {
    .name = "lbfgs",
    .summary = "BFGS with limited memory: for many variables",
    .formula = "x <- x - t*B*g, B the inverse Hessian as the gradients along the last "
               "`memory` moves show it",
    .settings = settings,
    .gives = ENGINE_GIVES_LENGTH,
    .default_search = "wolfe",
    .scratch = scratch,
    .step = step,
};
