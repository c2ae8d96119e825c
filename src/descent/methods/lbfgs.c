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
 * For many variables.  The convergence is linear: on badly conditioned problems of few
 * variables bfgs and newton need far fewer steps. */
#include "descent/methods/secant.h"
#include "descent/vector.h"

#include <string.h>

enum { MEMORY };

/* The pairs in a ring, as rows. */
struct pairs {
    size_t n, memory;
    double *move, *change;  /* memory rows of n */
    double *product, *part; /* memory each: s'y, and of the first loop */
    double *direction;      /* n */
    double *count;          /* of pairs ever put in since the memory was emptied */
};

static size_t scratch(size_t n, const double *settings)
{
    size_t memory = (size_t)settings[MEMORY];
    size_t vectors = 2 * memory + 1;
    return n > (SIZE_MAX - vectors - 1) / vectors ? SIZE_MAX
                                                  : vectors * n + 2 * memory + 1;
}

static struct pairs pairs_of(const struct descent *d)
{
    size_t n = d->at.n, memory = (size_t)d->method_settings[MEMORY];
    struct pairs p = {.n = n, .memory = memory, .move = d->method_scratch};
    p.change = p.move + memory * n;
    p.direction = p.change + memory * n;
    p.product = p.direction + n;
    p.part = p.product + memory;
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

static void add(size_t n, double *to, double factor, const double *vector)
{
    for (size_t i = 0; i < n; i++)
        to[i] += factor * vector[i];
}

/* B g into `direction`. */
static void apply(const struct pairs *p, const double *gradient)
{
    size_t n = p->n, count = (size_t)*p->count;
    size_t first = count > p->memory ? count - p->memory : 0;
    memcpy(p->direction, gradient, n * sizeof *gradient);
    for (size_t k = count; k-- > first;) {
        size_t row = k % p->memory;
        p->part[row] = vector_dot(n, &p->move[row * n], p->direction) / p->product[row];
        add(n, p->direction, -p->part[row], &p->change[row * n]);
    }
    size_t last = (count - 1) % p->memory;
    const double *change = &p->change[last * n];
    double scale = p->product[last] / vector_dot(n, change, change);
    for (size_t i = 0; i < n; i++)
        p->direction[i] *= scale;
    for (size_t k = first; k < count; k++) {
        size_t row = k % p->memory;
        double other = vector_dot(n, &p->change[row * n], p->direction) / p->product[row];
        add(n, p->direction, p->part[row] - other, &p->move[row * n]);
    }
}

static enum engine_progress step(struct descent *d)
{
    struct pairs p = pairs_of(d);
    remember(&p, d);
    if (*p.count == 0)
        return engine_descend(d, d->gradient, secant_first(d));
    apply(&p, d->gradient);
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
