/* SPDX-License-Identifier: MIT
 * Kernels that make one column of others, number by number.  An operand may be the
 * result: element i is read before it is written. */
#include "tape/block/tile_level.h"

#include "graph/extremes.h"
#include "graph/power.h"

#define EACH(value) _Pragma("omp simd") for (size_t i = 0; i < n; i++) out[i] = (value)
#define OUT double *out = tile->registers[step->out]
#define IN(name, which) const double *name = tile->registers[step->in[which]]
#define SCALE(name, which) const double name = tile->uniforms[step->scale[which]]

/* EACH of arithmetic alone, as vectors.  The last one may overlap that before it, so no
 * row is left over: it is computed first, from operands that are not written over yet.
 * ROW(AT, FUSED, ALL) is the value of row i. */
#define VECTOR_AT(x) vector_load((x) + i)
#define NUMBER_AT(x) (x)[i]
#define NUMBER(x) (x)
#define VECTORS ROW(VECTOR_AT, vector_fused, vector_all)
#define EACH_ROW                                                                         \
    size_t i = 0;                                                                        \
    if (n < VECTOR) {                                                                    \
        for (; i < n; i++)                                                               \
            out[i] = ROW(NUMBER_AT, tile_fused, NUMBER);                                 \
        return;                                                                          \
    }                                                                                    \
    i = n - VECTOR;                                                                      \
    const vector last = VECTORS;                                                         \
    for (i = 0; i + 2 * VECTOR <= n; i += VECTOR) {                                      \
        const vector first = VECTORS;                                                    \
        vector_store(out + i, first);                                                    \
        i += VECTOR;                                                                     \
        vector_store(out + i, VECTORS);                                                  \
    }                                                                                    \
    if (i + VECTOR <= n)                                                                 \
        vector_store(out + i, VECTORS);                                                  \
    vector_store(out + n - VECTOR, last)

/* ---- Linear combinations, from a constant, scale[4], on ---- */

TILE_KERNEL(FILL)
{
    OUT;
    SCALE(c, 4);
    (void)step;
    EACH(c);
}

TILE_KERNEL(LINEAR1)
{
    OUT;
    IN(x, 0);
    SCALE(s, 0);
    SCALE(c, 4);
#define ROW(AT, FUSED, ALL) FUSED(ALL(s), AT(x), ALL(c))
    EACH_ROW;
#undef ROW
}

TILE_KERNEL(LINEAR2)
{
    OUT;
    IN(x, 0);
    IN(y, 1);
    SCALE(s, 0);
    SCALE(t, 1);
    SCALE(c, 4);
#define ROW(AT, FUSED, ALL) FUSED(ALL(t), AT(y), FUSED(ALL(s), AT(x), ALL(c)))
    EACH_ROW;
#undef ROW
}

TILE_KERNEL(LINEAR3)
{
    OUT;
    IN(x, 0);
    IN(y, 1);
    IN(z, 2);
    SCALE(s, 0);
    SCALE(t, 1);
    SCALE(u, 2);
    SCALE(c, 4);
#define ROW(AT, FUSED, ALL)                                                              \
    FUSED(ALL(u), AT(z), FUSED(ALL(t), AT(y), FUSED(ALL(s), AT(x), ALL(c))))
    EACH_ROW;
#undef ROW
}

TILE_KERNEL(LINEAR4)
{
    OUT;
    IN(x, 0);
    IN(y, 1);
    IN(z, 2);
    IN(w, 3);
    SCALE(s, 0);
    SCALE(t, 1);
    SCALE(u, 2);
    SCALE(v, 3);
    SCALE(c, 4);
#define ROW(AT, FUSED, ALL)                                                              \
    FUSED(ALL(v), AT(w),                                                                 \
          FUSED(ALL(u), AT(z), FUSED(ALL(t), AT(y), FUSED(ALL(s), AT(x), ALL(c)))))
    EACH_ROW;
#undef ROW
}

/* The terms of the list, for so many rows that what is summed stays in registers. */
#define WIDE(M) M(0) M(1) M(2) M(3) M(4) M(5) M(6) M(7)
TILE_KERNEL(LINEAR)
{
    OUT;
    SCALE(c, 4);
    size_t begin = 0;
    for (; begin + 8 * VECTOR <= n; begin += 8 * VECTOR) {
#define START(k) vector sum##k = vector_all(c);
        WIDE(START)
        for (size_t t = 0; t < step->count; t++) {
            const double *x = tile->registers[step->list[t].in] + begin;
            vector s = vector_all(tile->uniforms[step->list[t].scale]);
#define ADD(k) sum##k = vector_fused(s, vector_load(x + (k)*VECTOR), sum##k);
            WIDE(ADD)
        }
#define STORE(k) vector_store(out + begin + (k)*VECTOR, sum##k);
        WIDE(STORE)
    }
    for (; begin < n; begin++) {
        double sum = c;
        for (size_t t = 0; t < step->count; t++)
            sum = tile_fused(tile->uniforms[step->list[t].scale],
                             tile->registers[step->list[t].in][begin], sum);
        out[begin] = sum;
    }
}

/* ---- Products ---- */

TILE_KERNEL(PRODUCT)
{
    OUT;
    IN(x, 0);
    IN(y, 1);
#define ROW(AT, FUSED, ALL) (AT(x) * AT(y))
    EACH_ROW;
#undef ROW
}

static void scaled_product(const struct tile_step *step, const struct tile *tile,
                           size_t n)
{
    OUT;
    IN(x, 0);
    IN(y, 1);
    SCALE(s, 0);
    SCALE(c, 4);
#define ROW(AT, FUSED, ALL) FUSED(ALL(s), AT(x) * AT(y), ALL(c))
    EACH_ROW;
#undef ROW
}

/* scale[0] times a product, and scale[2] times a third column when `b` says so. */
TILE_KERNEL(PRODUCT_PLUS)
{
    OUT;
    IN(x, 0);
    IN(y, 1);
    IN(z, 2);
    SCALE(s, 0);
    SCALE(u, 2);
    SCALE(c, 4);
    if (step->b == 0) {
        scaled_product(step, tile, n);
        return;
    }
#define ROW(AT, FUSED, ALL) FUSED(ALL(s), AT(x) * AT(y), FUSED(ALL(u), AT(z), ALL(c)))
    EACH_ROW;
#undef ROW
}

/* Of two pairs: scale[0] times in[0]*in[1] and scale[2] times in[2]*in[3]. */
TILE_KERNEL(TWO_PRODUCTS)
{
    OUT;
    IN(x, 0);
    IN(y, 1);
    IN(z, 2);
    IN(w, 3);
    SCALE(s, 0);
    SCALE(u, 2);
    SCALE(c, 4);
#define ROW(AT, FUSED, ALL)                                                              \
    FUSED(ALL(s), AT(x) * AT(y), FUSED(ALL(u), AT(z) * AT(w), ALL(c)))
    EACH_ROW;
#undef ROW
}

TILE_KERNEL(QUOTIENT)
{
    OUT;
    IN(x, 0);
    IN(y, 1);
    EACH(x[i] / y[i]);
}

/* ---- Columns that depend on the row ---- */

TILE_KERNEL(RANGE)
{
    OUT;
    const double from = step->from, by = step->step, row = (double)tile->row;
    vector at = vector_all(row), next, many = vector_all(2 * VECTOR);
    size_t i = 0;
    for (size_t k = 0; k < VECTOR; k++)
        at[k] += (double)k;
    next = at + vector_all(VECTOR);
    for (; i + 2 * VECTOR <= n; i += 2 * VECTOR, at += many, next += many) {
        vector_store(out + i, vector_all(from) + vector_all(by) * at);
        vector_store(out + i + VECTOR, vector_all(from) + vector_all(by) * next);
    }
    for (; i < n; i++)
        out[i] = from + by * (row + (double)i);
}

TILE_KERNEL(IMPULSE)
{
    OUT;
    EACH(0);
    if (step->a >= tile->row && step->a - tile->row < n)
        out[step->a - tile->row] = 1;
}

/* scale[0] more in row `a` of what is there. */
TILE_KERNEL(ADD_AT)
{
    OUT;
    SCALE(s, 0);
    if (step->a >= tile->row && step->a - tile->row < n)
        out[step->a - tile->row] += s;
}

/* Where x is the place of cell `a` of rows of `b`. */
TILE_KERNEL(WHEN)
{
    OUT;
    IN(x, 0);
    IN(y, 1);
    IN(z, 2);
    const double first = (double)tile->row * (double)step->b + (double)step->a;
    const double width = (double)step->b;
    EACH(x[i] == first + width * (double)(int32_t)i ? y[i] : z[i]);
}

/* Whether x names a cell of its own row everywhere. */
TILE_KERNEL(CHECK)
{
    IN(x, 0);
    const double first = (double)tile->row * (double)step->b;
    const double width = (double)step->b;
    size_t wrong = 0;
    for (size_t i = 0; i < n; i++) {
        double place = x[i] - (first + width * (double)(int32_t)i);
        wrong += !(place >= 0 && place < width && place == __builtin_floor(place));
    }
    if (wrong > 0)
        *tile->strays = true;
}

/* log(sum(exp(x))) over the list, as fold.c computes it. */
TILE_KERNEL(LOGSUMEXP)
{
    OUT;
    double most[LOGSUMEXP_PIECE], sum[LOGSUMEXP_PIECE];
    for (size_t begin = 0; begin < n; begin += LOGSUMEXP_PIECE) {
        size_t piece = n - begin < LOGSUMEXP_PIECE ? n - begin : LOGSUMEXP_PIECE;
        memcpy(most, tile->registers[step->list[0].in] + begin, piece * sizeof *most);
        for (size_t t = 1; t < step->count; t++) {
            const double *x = tile->registers[step->list[t].in] + begin;
            _Pragma("omp simd") for (size_t i = 0; i < piece; i++) most[i] =
                greatest(most[i], x[i]);
        }
        memset(sum, 0, sizeof sum);
        for (size_t t = 0; t < step->count; t++) {
            const double *x = tile->registers[step->list[t].in] + begin;
            _Pragma("omp simd") for (size_t i = 0; i < piece; i++) sum[i] +=
                lane_exp(x[i] - most[i]);
        }
        _Pragma("omp simd") for (size_t i = 0; i < piece; i++)
        {
            double log_sum = most[i] + lane_log(sum[i]);
            out[begin + i] = __builtin_fabs(most[i]) < lane_infinity ? log_sum : most[i];
        }
    }
}

/* ---- The operations of numbers ---- */

#define math_exp lane_exp
#define math_expm1 lane_expm1
#define math_log lane_log
#define math_log1p lane_log1p
#define math_tanh lane_tanh
#define math_sigmoid lane_sigmoid
#define math_softplus lane_softplus
#define sum(operands, count) (a + b)
#define product(operands, count) (a * b)
#define OP(id, spelling, arity, level, defined, rule, domain, kinks, value, ...)         \
    TILE_KERNEL(OF_##id)                                                                 \
    {                                                                                    \
        OUT;                                                                             \
        IN(x, 0);                                                                        \
        IN(y, 1);                                                                        \
        IN(z, 2);                                                                        \
        _Pragma("omp simd") for (size_t i = 0; i < n; i++)                               \
        {                                                                                \
            const double a = x[i], b = y[i], c = z[i];                                   \
            (void)a;                                                                     \
            (void)b;                                                                     \
            (void)c;                                                                     \
            out[i] = (value);                                                            \
        }                                                                                \
    }
#include "graph/ops.def"

/* A long formula goes in several loops: more of its steps are under way at a time. */

static bool is_within(const double *x, size_t n, double limit)
{
    uint64_t outside = 0;
    for (size_t i = 0; i < n; i++)
        outside |= lane_abs(x[i]) <= limit ? 0 : 1;
    return outside == 0;
}

/* Where no power comes near the end of the numbers less has to be done, for the same
 * bits. */
TILE_KERNEL(EXP)
{
    OUT;
    IN(x, 0);
    if (is_within(x, n, 700))
        EACH(lane_exp_near(x[i]));
    else
        EACH(lane_exp(x[i]));
}

/* exp(-|x|) */
static void decay(const double *x, size_t n, double *out)
{
    if (is_within(x, n, 700))
        EACH(lane_exp_near(-lane_abs(x[i])));
    else
        EACH(lane_exp(-lane_abs(x[i])));
}

TILE_KERNEL(SOFTPLUS)
{
    OUT;
    IN(x, 0);
    double power[TILE_MOST];
    decay(x, n, power);
    EACH(lane_softplus_by(x[i], power[i]));
}

TILE_KERNEL(SIGMOID)
{
    OUT;
    IN(x, 0);
    double power[TILE_MOST];
    decay(x, n, power);
    EACH(lane_sigmoid_by(x[i], power[i]));
}

/* Both; the registers are those of the list. */
TILE_KERNEL(SOFTPLUS_SIGMOID)
{
    IN(x, 0);
    double *out = tile->registers[step->list[0].in], power[TILE_MOST];
    decay(x, n, power);
    EACH(lane_softplus_by(x[i], power[i]));
    out = tile->registers[step->list[1].in];
    EACH(lane_sigmoid_by(x[i], power[i]));
}

#if defined __FMA__ || defined __aarch64__
/* Whether all quotients are small, of positive numbers y that are far from the ends of
 * the numbers. */
static bool are_near_multiples(const double *x, const double *y, size_t n)
{
    uint64_t outside = 0;
    for (size_t i = 0; i < n; i++) {
        bool is_inside =
            (y[i] > 1e-200) & (y[i] < 1e200) & (lane_abs(x[i]) < y[i] * 0x1p50);
        outside |= is_inside ? 0 : 1;
    }
    return outside == 0;
}

/* |x| mod y: the quotient is rounded, so its whole part is right or 1 too much; then what
 * is left, which is exact when it is right, is below 0. */
static inline double small_remainder(double x, double y)
{
    double whole = __builtin_floor(x / y), left = tile_fused(-whole, y, x);
    return left < 0 ? tile_fused(1 - whole, y, x) : left;
}

TILE_KERNEL(MODULO)
{
    OUT;
    IN(x, 0);
    IN(y, 1);
    double left[TILE_MOST];
    if (!are_near_multiples(x, y, n)) {
        TILE_OF_LEVEL(tile_OF_MOD)(step, tile, n);
        return;
    }
    for (size_t i = 0; i < n; i++)
        left[i] = small_remainder(lane_abs(x[i]), y[i]);
    EACH(((x[i] < 0) & (left[i] != 0)) ? y[i] - left[i] : left[i]);
}
#else
TILE_KERNEL(MODULO)
{
    TILE_OF_LEVEL(tile_OF_MOD)(step, tile, n);
}
#endif

/* These look at a whole block first, whether its angles are small, or its numbers
 * positive. */
TILE_KERNEL(SINES)
{
    TILE_OF_LEVEL(math_blocks)
        .sin(n, tile->registers[step->in[0]], tile->registers[step->out]);
}

TILE_KERNEL(COSINES)
{
    TILE_OF_LEVEL(math_blocks)
        .cos(n, tile->registers[step->in[0]], tile->registers[step->out]);
}

TILE_KERNEL(LOG_GAMMAS)
{
    TILE_OF_LEVEL(math_blocks)
        .lgamma(n, tile->registers[step->in[0]], tile->registers[step->out]);
}

TILE_KERNEL(DIGAMMAS)
{
    TILE_OF_LEVEL(math_blocks)
        .digamma(n, tile->registers[step->in[0]], tile->registers[step->out]);
}

extern tile_kernel *const TILE_OF_LEVEL(tile_operations)[OP_COUNT];
tile_kernel *const TILE_OF_LEVEL(tile_operations)[OP_COUNT] = {
#define OP(id, ...) TILE_OF_LEVEL(tile_OF_##id),
#include "graph/ops.def"
};
