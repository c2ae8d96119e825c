/* SPDX-License-Identifier: MIT */
#include "descent/methods/banded.h"

#include "descent/vector.h"
#include "linear/band.h"

#include <math.h>
#include <string.h>

size_t banded_size(size_t n)
{
    const size_t rows = BANDED_WIDEST + 4;
    return n > SIZE_MAX / 64 / rows ? SIZE_MAX : rows * n + BANDED_NUMBERS;
}

struct banded banded_of(size_t n, double *block)
{
    struct banded b = {.factor = block, .first = block + (BANDED_WIDEST + 1) * n};
    b.second = b.first + n;
    b.third = b.second + n;
    b.patience = b.third + n;
    b.width = b.patience + 1;
    return b;
}

size_t banded_patience(const struct banded *b)
{
    const double first = 40;
    return (size_t)(*b->patience > 0 ? *b->patience : first);
}

static size_t width_of(const struct banded *b)
{
    return (size_t)*b->width - 1;
}

/* The columns of one class, `stride` apart. */
static bool measure_class(struct descent *d, const struct banded *b, size_t width,
                          size_t class)
{
    size_t n = d->at.n, stride = 2 * width + 1;
    const bool *held = engine_held(d);
    for (size_t i = 0; i < n; i++)
        b->first[i] = i % stride == class && !(held != NULL && held[i]) ? 1 : 0;
    if (!engine_product(d, b->first, b->second))
        return false;
    for (size_t i = 0; i < n; i++) {
        size_t back = (i + stride - class) % stride;
        if (back <= width && back <= i)
            b->factor[i * (width + 1) + back] = b->second[i];
    }
    return true;
}

/* Signs without a pattern, from a linear congruence. */
static void draw(size_t n, const bool *held, double *v)
{
    uint64_t state = 1;
    for (size_t i = 0; i < n; i++) {
        state = state * 6364136223846793005U + 1442695040888963407U;
        v[i] = held != NULL && held[i] ? 0 : state >> 63 ? 1 : -1;
    }
}

/* |(H - band) v| / |H v| */
static double measure_error(struct descent *d, const struct banded *b, size_t width)
{
    size_t n = d->at.n;
    draw(n, engine_held(d), b->first);
    if (!engine_product(d, b->first, b->second))
        return (double)INFINITY;
    double size = vector_norm(n, b->second);
    band_multiply(n, width, b->factor, b->first, b->third);
    for (size_t i = 0; i < n; i++)
        b->third[i] -= b->second[i];
    return vector_norm(n, b->third) / size;
}

static double measure_width(struct descent *d, const struct banded *b, size_t width)
{
    memset(b->factor, 0, d->at.n * (width + 1) * sizeof *b->factor);
    for (size_t class = 0; class < 2 * width + 1; class ++)
        if (!measure_class(d, b, width, class))
            return (double)INFINITY;
    *b->width = (double)width + 1;
    return measure_error(d, b, width);
}

bool banded_measure(struct descent *d, const struct banded *b)
{
    static const size_t widths[] = {1, 4, BANDED_WIDEST};
    const double exact = 1e-6, enough = 0.3, least = 10;
    double error = (double)INFINITY;
    if (*b->width > 0)
        error = measure_width(d, b, width_of(b));
    else
        for (size_t i = 0; i < sizeof widths / sizeof *widths && !(error <= exact); i++)
            error = measure_width(d, b, widths[i]);
    /* A part of the Hessian that curves down where the whole does not misleads. */
    bool serves = error <= enough &&
                  (band_factor(d->at.n, width_of(b), b->factor) || error <= exact);
    if (!serves) {
        banded_reject(b);
        return false;
    }
    *b->patience = fmax(least, 2 * *b->width);
    return true;
}

void banded_reject(const struct banded *b)
{
    *b->patience = 8 * (double)banded_patience(b);
    *b->width = 0;
}

void banded_solve(const struct banded *b, size_t n, const double *v, double *out)
{
    band_solve(n, width_of(b), b->factor, v, out);
}
