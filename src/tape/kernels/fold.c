/* SPDX-License-Identifier: MIT */
#include "tape/kernels/fold.h"

#include "graph/extremes.h"
#include "math/block.h"
#include "math/functions.h"

#include <assert.h>
#include <math.h>

enum { LANES = 8 };

void fold_begin(struct fold *fold)
{
    fold->value = fold->scale = fold->place = fold->taken = 0;
    fold->blocks = fold->level = 0;
}

/* ---- Sums ---- */

static double sum_block(const double *x, size_t n)
{
    double lanes[LANES] = {0}, rest = 0;
    size_t i = 0;
    for (; n > FOLD_BY_HAND && i + LANES <= n; i += LANES)
        for (size_t k = 0; k < LANES; k++)
            lanes[k] += x[i + k];
    if (i == 0 && n > 0) /* not 0 + x: so the sum of -0 alone is -0 */
        rest = x[i++];
    for (; i < n; i++)
        rest += x[i];
    if (n <= FOLD_BY_HAND)
        return rest;
    return (((lanes[0] + lanes[4]) + (lanes[2] + lanes[6])) +
            ((lanes[1] + lanes[5]) + (lanes[3] + lanes[7]))) +
           rest;
}

/* Two sums of as many blocks become one; so they stand as the digits of their number in
 * base two. */
static void add_block(struct fold *fold, double sum)
{
    for (size_t digits = fold->blocks; (digits & 1) != 0; digits >>= 1)
        sum = fold->sums[--fold->level] + sum;
    assert(fold->level < FOLD_LEVELS);
    fold->sums[fold->level++] = sum;
    fold->blocks++;
}

static double sum_of(const struct fold *fold)
{
    double total = fold->level == 0 ? 0 : fold->sums[fold->level - 1];
    for (size_t i = fold->level; i-- > 1;)
        total = fold->sums[i - 1] + total;
    return total;
}

static void take_sum(struct fold *fold, const double *x, size_t n)
{
    add_block(fold, sum_block(x, n));
}

/* ---- Products ---- */

static void take_product(struct fold *fold, const double *x, size_t n)
{
    double value = fold->taken == 0 ? 1 : fold->value;
    for (size_t i = 0; i < n; i++)
        value *= x[i];
    fold->value = value;
    fold->taken += (double)n;
}

static double finish_product(const struct fold *fold)
{
    return fold->taken == 0 ? 1 : fold->value;
}

/* ---- Extremes ---- */

#define TAKE_EXTREME(name, either)                                                       \
    static void name(struct fold *fold, const double *x, size_t n)                       \
    {                                                                                    \
        double value = fold->taken == 0 ? x[0] : fold->value;                            \
        for (size_t i = 0; i < n; i++)                                                   \
            value = (either);                                                            \
        fold->value = value;                                                             \
        fold->taken += (double)n;                                                        \
    }
TAKE_EXTREME(take_least, least(value, x[i]))
TAKE_EXTREME(take_greatest, greatest(value, x[i]))
TAKE_EXTREME(take_magnitude, greatest(fabs(value), fabs(x[i])))

static double finish_extreme(const struct fold *fold)
{
    return fold->taken == 0 ? (double)NAN : fold->value;
}

/* The first that none before it equals or, once it is NaN, the first NaN. */
#define TAKE_PLACE(name, is_better)                                                      \
    static void name(struct fold *fold, const double *x, size_t n)                       \
    {                                                                                    \
        for (size_t i = 0; i < n; i++) {                                                 \
            fold->taken++;                                                               \
            if (fold->taken > 1 && (isnan(fold->value) || !(is_better)))                 \
                continue;                                                                \
            fold->value = x[i];                                                          \
            fold->place = fold->taken;                                                   \
        }                                                                                \
    }
TAKE_PLACE(take_least_place, x[i] < fold->value || isnan(x[i]))
TAKE_PLACE(take_greatest_place, x[i] > fold->value || isnan(x[i]))

static double finish_place(const struct fold *fold)
{
    return fold->taken == 0 ? (double)NAN : fold->place;
}

/* ---- In two passes: the greatest, then a sum that cannot overflow ---- */

static void take_exp(struct fold *fold, const double *x, size_t n)
{
    double powers[FOLD_BLOCK];
    for (size_t i = 0; i < n; i++)
        powers[i] = x[i] - fold->value;
    math_blocks(math_best_level())->exp(n, powers, powers);
    add_block(fold, sum_block(powers, n));
}

static double finish_logsumexp(const struct fold *fold)
{
    if (fold->taken == 0)
        return -(double)INFINITY;
    return isfinite(fold->value) ? fold->value + math_log(sum_of(fold)) : fold->value;
}

/* Squares of magnitudes within these bounds, however many, neither overflow nor vanish;
 * otherwise the greatest is brought near 1 by a power of two, which rounds nothing but
 * what vanishes beside it. */
static double scale_of(double greatest_magnitude)
{
    int exponent = 0;
    if (greatest_magnitude == 0 || !isfinite(greatest_magnitude) ||
        (greatest_magnitude > 1e-140 && greatest_magnitude < 1e140))
        return 1;
    (void)frexp(greatest_magnitude, &exponent);
    return ldexp(1, exponent < -1000 ? -1000 : exponent - 1);
}

static void take_square(struct fold *fold, const double *x, size_t n)
{
    double squares[FOLD_BLOCK];
    if (fold->blocks == 0)
        fold->scale = scale_of(fold->value);
    double factor = 1 / fold->scale;
    size_t i = 0;
    do /* no block is empty */
        squares[i] = (x[i] * factor) * (x[i] * factor);
    while (++i < n);
    add_block(fold, sum_block(squares, n));
}

static double finish_norm(const struct fold *fold)
{
    if (fold->taken == 0)
        return 0;
    return isfinite(fold->value) ? fold->scale * sqrt(sum_of(fold)) : fold->value;
}

const struct fold_rule *fold_rule(enum op op)
{
    static const struct fold_rule rules[] = {
        [OP_SUM_OVER] = {{take_sum}, sum_of, sum_block},
        [OP_PROD_OVER] = {{take_product}, finish_product, NULL},
        [OP_MIN_OVER] = {{take_least}, finish_extreme, NULL},
        [OP_MAX_OVER] = {{take_greatest}, finish_extreme, NULL},
        [OP_LOGSUMEXP_OVER] = {{take_greatest, take_exp}, finish_logsumexp, NULL},
        [OP_NORM_OVER] = {{take_magnitude, take_square}, finish_norm, NULL},
        [OP_ARGMIN_OVER] = {{take_least_place}, finish_place, NULL},
        [OP_ARGMAX_OVER] = {{take_greatest_place}, finish_place, NULL},
    };
    assert(op < sizeof rules / sizeof *rules && rules[op].finish != NULL);
    return &rules[op];
}
