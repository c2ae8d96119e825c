/* SPDX-License-Identifier: MIT
 * diagnose.c - the contraction factor of a search. */
#include "descent/diagnose.h"

#include "descent/walk_measure.h"

#include <assert.h>
#include <float.h>
#include <math.h>

/* Moves over which the mean is taken. */
enum { WINDOW_OF_GIVEN = 4, WINDOW_OF_TRIED = CONTRACTION_KEPT / 2 };

void contraction_init(struct contraction *contraction, bool tried)
{
    *contraction = (struct contraction){.factor = (double)NAN, .tried = tried};
}

static const struct contraction_move *move_before(const struct contraction *contraction,
                                                  uint64_t back)
{
    return &contraction->move[(contraction->count - 1 - back) % CONTRACTION_KEPT];
}

/* Growth of moves that is none: what rounding can make of equal lengths, and, where a
 * rule tries lengths, their scatter. */
static double doubt(const struct contraction *contraction, double ratio, double quality,
                    uint64_t lag)
{
    if (contraction->tried && ratio > 1)
        return 1 / sqrt((double)lag);
    return 4 / quality;
}

/* The mean over the last moves: their sum against the sum of as many before.  A rule that
 * tries lengths makes moves of changing lengths, which a mean over many evens out, as one
 * over a few does for a cycle. */
static double mean_factor(const struct contraction *contraction)
{
    uint64_t lag = contraction->count / 2;
    uint64_t window = contraction->tried ? WINDOW_OF_TRIED : WINDOW_OF_GIVEN;
    if (lag > window)
        lag = window;
    double last = 0, before = 0, direction = 0;
    double quality = (double)INFINITY;
    for (uint64_t back = 0; back < lag; back++) {
        const struct contraction_move *move = move_before(contraction, back);
        const struct contraction_move *earlier = move_before(contraction, back + lag);
        last += move->length;
        before += earlier->length;
        direction += move->cosine;
        quality = fmin(quality, fmin(move->quality, earlier->quality));
    }
    double ratio = last / before, size = 1;
    if (fabs(ratio - 1) > doubt(contraction, ratio, quality, lag))
        size = pow(ratio, 1 / (double)lag);
    return direction < 0 ? -size : size;
}

/* Qualities below `least` are never good enough, those from most/8 on always; past `most`
 * they are not told apart. */
static const double least = 64, most = 8e6;

/* A second move needs only to be a move at all; later ones must be good, so that the
 * factor keeps its digits when the moves sink into rounding. */
static bool is_good(const struct contraction *contraction, double quality)
{
    if (contraction->count < 2 && isnan(contraction->factor))
        return quality >= least;
    return quality >= fmax(least, contraction->best_quality / 8);
}

/* The end point is rounded, and so is the product of step and gradient before. */
static double quality_of(double length, double last_length, double point)
{
    double error = DBL_EPSILON * (point + (length > last_length ? length : last_length));
    return error > 0 ? length / error : 0;
}

static void keep_move(struct contraction *contraction, double length, double quality,
                      double cosine)
{
    contraction->move[contraction->count++ % CONTRACTION_KEPT] =
        (struct contraction_move){length, quality, cosine};
}

void contraction_add(struct contraction *contraction, double length, double cosine,
                     double point)
{
    double quality = quality_of(length, contraction->last_length, point);
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
    contraction->best_quality = fmin(most, fmax(contraction->best_quality, quality));
    keep_move(contraction, length, quality, cosine);
}

/* Moves of these qualities are kept whatever the last digits of a quality are, or are
 * not, and `best_quality` stays what it is or becomes `most`. */
void contraction_limits(const struct contraction *contraction, struct walk_limits *limits)
{
    double threshold = fmax(least, contraction->best_quality / 8);
    if (contraction->count < 2 && isnan(contraction->factor))
        threshold = least;
    bool is_best = contraction->best_quality == most;
    limits->shortest = threshold * (1 - 0x1p-10);
    limits->longest = (is_best ? most / 8 : most) * (1 + 0x1p-10);
}

void contraction_pass(struct contraction *contraction, double last_length)
{
    contraction->last_length = last_length;
    contraction->gap = true;
}

void contraction_count(struct contraction *contraction, size_t count, double last_length)
{
    contraction->count += count;
    contraction->last_length = last_length;
}

void contraction_write(struct contraction *contraction, size_t back, double length,
                       double length_before, double cosine, double point)
{
    contraction->move[(contraction->count - 1 - back) % CONTRACTION_KEPT] =
        (struct contraction_move){length, quality_of(length, length_before, point),
                                  cosine};
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
