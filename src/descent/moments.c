/* SPDX-License-Identifier: MIT
 * moments.c - a step by the running means of the gradient and of its square.
 *
 * The means start at 0, so after k steps they hold the weight 1 - beta^k of gradients and
 * are divided by it (Kingma and Ba 2015, section 3).  That weight is the running mean of
 * the constant 1, and is kept as such.  Of the mean square the root is kept, so that the
 * square of a large gradient does not overflow. */
#include "descent/moments.h"

#include "descent/vector.h"

#include <math.h>

/* Behind the two vectors: the weights. */
enum { WEIGHT_MEAN, WEIGHT_SQUARE, WEIGHTS };

size_t moments_scratch(size_t n, const double *settings)
{
    (void)settings;
    return n > (SIZE_MAX - WEIGHTS) / 2 ? SIZE_MAX : 2 * n + WEIGHTS;
}

static void add_weight(double *weight, double beta)
{
    *weight = beta * *weight + (1 - beta);
}

enum engine_progress moments_step(struct descent *d, double decay)
{
    const double *setting = d->method_settings;
    double beta1 = setting[MOMENTS_BETA1], beta2 = setting[MOMENTS_BETA2];
    size_t n = d->at.n;
    double *mean = d->method_scratch, *root = mean + n, *weight = root + n;
    double rate = engine_rate(d), old = sqrt(beta2), fresh = sqrt(1 - beta2);
    add_weight(&weight[WEIGHT_MEAN], beta1);
    add_weight(&weight[WEIGHT_SQUARE], beta2);
    double root_of_weight = sqrt(weight[WEIGHT_SQUARE]);
    for (size_t i = 0; i < n; i++) {
        mean[i] = beta1 * mean[i] + (1 - beta1) * d->gradient[i];
        root[i] = vector_hypotenuse(old * root[i], fresh * d->gradient[i]);
        double divisor = root[i] / root_of_weight + setting[MOMENTS_EPSILON];
        double move = mean[i] / weight[WEIGHT_MEAN] / divisor + decay * d->x[i];
        d->trial_x[i] = d->x[i] - rate * move;
    }
    return engine_arrive(d, rate);
}
