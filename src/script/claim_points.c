/* SPDX-License-Identifier: MIT
 * Points at which a claim is tested: small whole numbers first, because a counterexample
 * is to be checked by hand; the ends and the middle of ranges; then random numbers of
 * three digits over several powers of ten. */
#include "script/claim.h"

#include <math.h>

static const double simple[] = {1, 2, 3, 0, -1, 0.5, -2, 4};
enum { SIMPLE = sizeof simple / sizeof *simple, EDGES = 3 };

/* splitmix64 (Steele, Lea and Flood, Fast splittable pseudorandom number generators,
 * 2014) of the place of the number: in [0, 1). */
static double random_at(size_t index, size_t coordinate)
{
    uint64_t z = (uint64_t)index * 64 + coordinate + 1;
    z *= 0x9e3779b97f4a7c15U;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return (double)((z ^ (z >> 31)) >> 11) * 0x1p-53;
}

/* Three significant digits are enough to tell points apart. */
static double shorten(double value)
{
    if (value == 0 || !isfinite(value))
        return value;
    double unit = pow(10, floor(log10(fabs(value))) - 2);
    return unit >= 1 ? round(value / unit) * unit : round(value / unit) / (1 / unit);
}

/* Most of the magnitudes are between 0.01 and 100. */
static double random_size(size_t index, size_t coordinate)
{
    double spread = index % 8 == 0 ? 12 : 4;
    return pow(10, spread * (random_at(index, 2 * coordinate) - 0.5));
}

static double random_in(struct interval range, size_t index, size_t coordinate)
{
    double at = random_at(index, 2 * coordinate + 1);
    if (isfinite(range.low) && isfinite(range.high)) {
        double inside = range.low + (range.high - range.low) * at;
        double rounded = shorten(inside);
        return rounded >= range.low && rounded <= range.high ? rounded : inside;
    }
    double size = random_size(index, coordinate);
    if (isfinite(range.low))
        return range.low + shorten(size);
    if (isfinite(range.high))
        return range.high - shorten(size);
    return at < 0.5 ? -shorten(size) : shorten(size);
}

static double edge_of(struct interval range, size_t which)
{
    if (!isfinite(range.low) || !isfinite(range.high))
        return isfinite(range.low) ? range.low : range.high;
    return which == 0   ? range.low
           : which == 1 ? range.high
                        : range.low + (range.high - range.low) / 2;
}

/* Names take different numbers: that x and y are exchanged is not seen where they are
 * equal.  The shift changes when all have had their turn. */
static double simple_at(const struct claim *claim, size_t index, size_t coordinate)
{
    size_t turn = index / SIMPLE;
    return claim->n == 1 ? simple[index]
                         : simple[(index + coordinate * (turn + 1)) % SIMPLE];
}

bool claim_point(const struct claim *claim, size_t index, double *out)
{
    size_t turns = claim->n == 1 ? 1 : 3;
    for (size_t i = 0; i < claim->n; i++) {
        struct interval range = claim->ranges[i];
        if (index < turns * SIMPLE)
            out[i] = simple_at(claim, index, i);
        else if (index < turns * SIMPLE + EDGES)
            out[i] = edge_of(range, index - turns * SIMPLE);
        else
            out[i] = random_in(range, index, i);
        if (!(out[i] >= range.low && out[i] <= range.high) || !isfinite(out[i]))
            return false;
    }
    return true;
}
