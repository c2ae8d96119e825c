/* SPDX-License-Identifier: MIT
 * methods/bfgs.c - the quasi-Newton method of Broyden, Fletcher, Goldfarb and Shanno:
 *     x <- x - t B g(x),
 *     B <- (I - s y'/s'y) B (I - y s'/s'y) + s s'/s'y,
 * with the last move s and the change y of the gradient along it.
 *
 * Nocedal and Wright, Numerical Optimization (2006), algorithm 6.1 and equation 6.17.  B
 * takes the place of the inverse Hessian: it maps y to s, changes as little as that
 * needs, and stays positive definite as long as s'y > 0, which the Wolfe conditions bring
 * about; pairs without it are left out.  Before the first update B is (s'y / y'y) I
 * (equation 6.20).  Close to a minimum the convergence is faster than linear, and on a
 * parabola of n variables exact steps end after n.
 *
 * Where bounds hold other variables than before B is learned anew, on the new face.
 *
 * For up to some hundred variables: B has n^2 numbers, and a step costs 4 n^2
 * multiplications.  Not for functions with kinks at the minimum, nor with noise. */
#include "descent/methods/secant.h"
#include "descent/vector.h"

#include <string.h>

/* B row by row, the direction, y, B y, what was held; whether B is known. */
static size_t scratch(size_t n, const double *settings)
{
    (void)settings;
    return n > SIZE_MAX / n - 5 ? SIZE_MAX : n * (n + 4) + 1;
}

static void scale(double *inverse, size_t n, double factor)
{
    memset(inverse, 0, n * n * sizeof *inverse);
    for (size_t i = 0; i < n; i++)
        inverse[i * n + i] = factor;
}

static void multiply(const double *inverse, size_t n, const double *vector, double *out)
{
    for (size_t i = 0; i < n; i++)
        out[i] = vector_dot(n, &inverse[i * n], vector);
}

/* B + ((s'y + y'By) / s'y s - By) s'/s'y - s (By)'/s'y */
static void update(double *inverse, size_t n, const double *move, const double *mapped,
                   double product, double square)
{
    double share = (1 + square / product) / product;
    for (size_t i = 0; i < n; i++) {
        double first = share * move[i] - mapped[i] / product, second = move[i] / product;
        for (size_t j = 0; j < n; j++)
            inverse[i * n + j] += first * move[j] - second * mapped[j];
    }
}

static enum engine_progress step(struct descent *d)
{
    size_t n = d->at.n;
    double *inverse = d->method_scratch, *direction = inverse + n * n;
    double *change = direction + n, *mapped = change + n, *held = mapped + n;
    double *known = held + n, product = secant_pair(d, change);
    if (secant_changes_face(d, held))
        *known = product = 0;
    if (product > 0 && engine_held(d) != NULL) {
        secant_project(d, change);
        product = vector_dot(n, d->last_move, change);
    }
    if (product > 0) {
        if (*known == 0)
            scale(inverse, n, product / vector_dot(n, change, change));
        multiply(inverse, n, change, mapped);
        update(inverse, n, d->last_move, mapped, product, vector_dot(n, change, mapped));
        *known = 1;
    }
    bool fresh = *known == 0;
    if (fresh)
        return engine_descend(d, d->gradient, secant_first(d));
    multiply(inverse, n, engine_face_gradient(d), direction);
    enum engine_progress progress = secant_descend(d, direction, -1, &fresh);
    *known = fresh ? 0 : 1;
    return progress;
}

static const descent_setting settings[] = {{.name = NULL}};

const descent_method method_bfgs = {
    .name = "bfgs",
    .summary = "quasi-Newton: learns the inverse Hessian from gradients",
    .formula = "x <- x - t*B*g, B the inverse Hessian as the gradients show it\n"
               "B <- (I - s*y'/s'y)*B*(I - y*s'/s'y) + s*s'/s'y, s the move, y the "
               "change of g along it",
    .settings = settings,
    .gives = ENGINE_GIVES_LENGTH,
    .default_search = "wolfe",
    .scratch = scratch,
    .step = step,
};
