/* SPDX-License-Identifier: MIT
 * diagnose.c - the contraction factor of a search. */
#include "descent/diagnose.h"

#include <float.h>
#include <math.h>

void contraction_init(struct contraction *contraction, unsigned window)
{
    *contraction = (struct contraction){.factor = (double)NAN, .window = window};
}

static const struct contraction_move *move_before(const struct contraction *contraction,
                                                  uint64_t back)
{
    return &contraction->move[(contraction->count - 1 - back) % CONTRACTION_KEPT];
}

/* The geometric mean over the last moves.  A rule that tries lengths makes moves of
 * changing lengths, which a mean over many evens out; of a short search only the second
 * half counts, as the way to the neighbourhood says nothing of it. */
static double mean_factor(const struct contraction *contraction)
{
    uint64_t lag = contraction->count / 2;
    if (lag > contraction->window)
        lag = contraction->window;
    const struct contraction_move *last = move_before(contraction, 0);
    const struct contraction_move *first = move_before(contraction, lag);
    double direction = 0;
    for (uint64_t back = 0; back < lag; back++)
        direction += move_before(contraction, back)->cosine;
    double ratio = last->length / first->length;
    /* What rounding alone can make of two equal lengths is no growth. */
    double doubt = 4 / fmin(first->quality, last->quality);
    double size = fabs(ratio - 1) <= doubt ? 1 : pow(ratio, 1 / (double)lag);
    return direction < 0 ? -size : size;
}

/* A second move needs only to be a move at all; later ones must be good, so that the
 * factor keeps its digits when the moves sink into rounding. */
static bool is_good(const struct contraction *contraction, double quality)
{
    const double least = 64, good = 1e6;
    if (contraction->count < 2 && isnan(contraction->factor))
        return quality >= least;
    return quality >= fmax(least, fmin(good, contraction->best_quality / 8));
}

void contraction_add(struct contraction *contraction, double length, double cosine,
                     double point)
{
    /* The end point is rounded, and so is the product of step and gradient before. */
    double error = DBL_EPSILON * (point + fmax(length, contraction->last_length));
    double quality = error > 0 ? length / error : 0;
    contraction->last_length = length;
    if (!is_good(contraction, quality)) {
        contraction->gap = true;
        return;
    }
    if (contraction->gap && contraction->count > 0) {
        if (contraction->count > 1)
            contraction->factor = mean_factor(contraction);
        contraction->count = 0;
    }
    contraction->gap = false;
    contraction->best_quality = fmax(contraction->best_quality, quality);
    contraction->move[contraction->count++ % CONTRACTION_KEPT] =
        (struct contraction_move){length, quality, cosine};
}

double contraction_factor(const struct contraction *contraction, bool arrived)
{
    if (contraction->count > 1)
        return mean_factor(contraction);
    if (contraction->count == 1 && isnan(contraction->factor) &&
        (contraction->gap || arrived))
        return 0;
    return contraction->factor;
}
