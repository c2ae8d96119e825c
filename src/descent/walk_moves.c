/* SPDX-License-Identifier: MIT
 * walk_moves.c - what the contraction (diagnose.h) is told of the moves of a walk.
 *
 * It keeps the last moves only.  Where all moves of some rows are good they are counted,
 * and are measured when the walk ends: most often others have taken their places by then.
 * Until then the last rows of points are carried along. */
#include "descent/engine.h"
#include "descent/walk_measure.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* The points of as many moves, and the one before. */
enum { CARRIED = CONTRACTION_KEPT + 1 };

size_t walk_carried(size_t n)
{
    return CARRIED * n;
}

/* Of the angle between the move to row i and the one before, as a single step measures
 * it. */
static double cosine(const struct descent *d, ptrdiff_t i, double length, double before)
{
    size_t n = d->at.n;
    const double *x = d->walk.x + i * (ptrdiff_t)n;
    double unit = before > 0 ? 1 / before : 0, dot = 0;
    for (size_t j = 0; j < n; j++) {
        double move_before =
            i == 1 && d->walk.owed == 0 ? d->last_move[j] : (x - n)[j] - (x - n - n)[j];
        dot += (x[j] - (x - n)[j]) * (move_before * unit);
    }
    return length > 0 ? dot / length : 0;
}

static void add_move(struct descent *d, size_t i)
{
    double length = walk_length(d, (ptrdiff_t)i);
    contraction_add(&d->contraction, length,
                    cosine(d, (ptrdiff_t)i, length, d->contraction.last_length),
                    walk_norm(d->at.n, d->walk.x + i * d->at.n));
}

void walk_settle_moves(struct descent *d)
{
    struct walk_rows *rows = &d->walk;
    if (rows->owed == 0)
        return;
    ptrdiff_t end = (ptrdiff_t)rows->end, first = end - (ptrdiff_t)rows->owed + 1;
    double before = walk_length(d, first - 1);
    for (ptrdiff_t i = first; i <= end; i++) {
        double length = walk_length(d, i);
        contraction_write(&d->contraction, (size_t)(end - i), length, before,
                          cosine(d, i, length, before),
                          walk_norm(d->at.n, rows->x + i * (ptrdiff_t)d->at.n));
        before = length;
    }
    rows->owed = 0;
}

void walk_shift(struct descent *d)
{
    struct walk_rows *rows = &d->walk;
    size_t n = d->at.n;
    if (rows->owed > 0 && rows->end > 0)
        memmove(rows->x - CARRIED * n, rows->x + rows->end * n - CARRIED * n,
                CARRIED * n * sizeof *rows->x);
    rows->end = 0;
}

/* By the bounds of all moves where these tell, else move by move. */
static struct walk_claims compare_moves(const struct descent *d, size_t count,
                                        const struct walk_limits *limits)
{
    const struct walk_rows *rows = &d->walk;
    double least = DBL_EPSILON * (rows->start - rows->reach) * (1 - 0x1p-30);
    double greatest = DBL_EPSILON * (rows->start + rows->reach + rows->moves.greatest);
    struct walk_claims claims = {
        !(rows->moves.greatest <= limits->shortest * fmax(least, 0)),
        !(rows->moves.least >= limits->longest * greatest * (1 + 0x1p-30) &&
          greatest > 0)};
    if (claims.any_longer && claims.any_shorter) {
        walk_measure_moves(d, count);
        claims = rows->level->compare(rows, count, limits);
    }
    return claims;
}

/* The first closes a gap, if there is one. */
static void count_moves(struct descent *d, size_t count)
{
    add_move(d, 1);
    contraction_count(&d->contraction, count - 1, walk_length(d, (ptrdiff_t)count));
    d->walk.owed = CONTRACTION_KEPT;
}

void walk_add_moves(struct descent *d, size_t count)
{
    struct walk_limits limits;
    contraction_limits(&d->contraction, &limits);
    struct walk_claims claims = compare_moves(d, count, &limits);
    if (!claims.any_shorter && count > CARRIED) {
        count_moves(d, count);
    } else {
        walk_settle_moves(d);
        if (!claims.any_longer)
            contraction_pass(&d->contraction, walk_length(d, (ptrdiff_t)count));
        else
            for (size_t i = 1; i <= count; i++)
                add_move(d, i);
    }
    d->walk.end = count;
}
