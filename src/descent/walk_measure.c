/* SPDX-License-Identifier: MIT
 * Compiled once for each level; LEVEL is its name. */
#include "descent/walk_measure.h"

#include "linear/lanes.h"

#include <float.h>
#include <math.h>
#include <stdint.h>

#if defined __SSE2__
#include <immintrin.h>
#endif

#define JOIN(a, b) a##b
#define LEVEL_NAME(suffix) JOIN(walk_level_, suffix)

/* -1 or 0 in each lane, or bits. */
typedef int64_t lane_claims __attribute__((vector_size(sizeof(lanes))));

/* ---- the least and the greatest ---- */

/* a < b ? a : b in each lane. */
ALWAYS_INLINE lanes lesser(lanes a, lanes b)
{
#if defined __AVX2__
    return _mm256_min_pd(a, b);
#elif defined __SSE2__
    return _mm_min_pd(a, b);
#else
    for (size_t j = 0; j < LANES; j++)
        b[j] = a[j] < b[j] ? a[j] : b[j];
    return b;
#endif
}

/* a > b ? a : b. */
ALWAYS_INLINE lanes greater(lanes a, lanes b)
{
#if defined __AVX2__
    return _mm256_max_pd(a, b);
#elif defined __SSE2__
    return _mm_max_pd(a, b);
#else
    for (size_t j = 0; j < LANES; j++)
        b[j] = a[j] > b[j] ? a[j] : b[j];
    return b;
#endif
}

ALWAYS_INLINE lanes sizes_of(lanes a)
{
    return (lanes)((lane_claims)a & ((lane_claims){0} + INT64_MAX));
}

/* The numbers i to i + LANES - 1 of which the range is sought, and number i alone. */
struct numbers {
    lanes (*lanes_from)(const double *a, size_t n, size_t i);
    double (*number)(const double *a, size_t n, size_t i);
};

struct extremes {
    lanes least, greatest, sum;
};

ALWAYS_INLINE void take(struct extremes *e, lanes a)
{
    e->least = lesser(a, e->least);
    e->greatest = greater(a, e->greatest);
    e->sum += a;
}

static struct walk_range join(const struct extremes *a, const struct extremes *b)
{
    lanes least = lesser(a->least, b->least),
          greatest = greater(a->greatest, b->greatest);
    lanes sum = a->sum + b->sum;
    struct walk_range range = {least[0], greatest[0], false};
    double total = sum[0];
    for (size_t j = 1; j < LANES; j++) {
        range.least = least[j] < range.least ? least[j] : range.least;
        range.greatest = greatest[j] > range.greatest ? greatest[j] : range.greatest;
        total += sum[j];
    }
    range.is_finite = isfinite(total);
    return range;
}

ALWAYS_INLINE struct walk_range range_of_few(struct numbers of, const double *a, size_t n,
                                             size_t count)
{
    double sum = of.number(a, n, 0);
    struct walk_range range = {sum, sum, false};
    for (size_t i = 1; i < count; i++) {
        double number = of.number(a, n, i);
        range.least = number < range.least ? number : range.least;
        range.greatest = number > range.greatest ? number : range.greatest;
        sum += number;
    }
    range.is_finite = isfinite(sum);
    return range;
}

/* In two sets of lanes, so that neither waits for the other.  The last lanes overlap
 * those before. */
ALWAYS_INLINE struct walk_range range_of_numbers(struct numbers of, const double *a,
                                                 size_t n, size_t count)
{
    if (count < LANES)
        return range_of_few(of, a, n, count);
    lanes first = of.lanes_from(a, n, 0), last = of.lanes_from(a, n, count - LANES);
    struct extremes even = {first, first, first}, odd = {last, last, last};
    for (size_t i = 0; i + 2 * LANES <= count; i += 2 * LANES) {
        take(&even, of.lanes_from(a, n, i));
        take(&odd, of.lanes_from(a, n, i + LANES));
    }
    if (count % (2 * LANES) >= LANES)
        take(&even, of.lanes_from(a, n, count - count % (2 * LANES)));
    return join(&even, &odd);
}

ALWAYS_INLINE lanes plain_lanes(const double *a, size_t n, size_t i)
{
    (void)n;
    return lanes_load(a + i);
}

ALWAYS_INLINE double plain(const double *a, size_t n, size_t i)
{
    (void)n;
    return a[i];
}

static struct walk_range range(const double *a, size_t count)
{
    return range_of_numbers((struct numbers){plain_lanes, plain}, a, 1, count);
}

ALWAYS_INLINE lanes size_lanes(const double *a, size_t n, size_t i)
{
    (void)n;
    return sizes_of(lanes_load(a + i));
}

ALWAYS_INLINE double size(const double *a, size_t n, size_t i)
{
    (void)n;
    return fabs(a[i]);
}

static struct walk_range range_of_sizes(const double *a, size_t count)
{
    return range_of_numbers((struct numbers){size_lanes, size}, a, 1, count);
}

ALWAYS_INLINE lanes change_lanes(const double *a, size_t n, size_t i)
{
    return sizes_of(lanes_load(a + i) - lanes_load(a + i - n));
}

ALWAYS_INLINE double change(const double *a, size_t n, size_t i)
{
    return fabs(a[i] - (a + i)[-(ptrdiff_t)n]);
}

static struct walk_range range_of_changes(const double *a, size_t count)
{
    return range_of_numbers((struct numbers){change_lanes, change}, a, 1, count);
}

/* The squares of two entries a row, in the order that two additions at once give. */
ALWAYS_INLINE lanes square_pairs(const double *a)
{
    lanes first = lanes_load(a), second = lanes_load(a + LANES);
    first *= first;
    second *= second;
#if defined __AVX2__
    return _mm256_hadd_pd(first, second);
#else
    lanes sum;
    for (size_t j = 0; j < LANES; j++)
        sum[j] = 2 * j < LANES ? first[2 * j] + first[2 * j + 1]
                               : second[2 * j - LANES] + second[2 * j + 1 - LANES];
    return sum;
#endif
}

/* Added as vector_dot does; to add 0 to a square changes nothing.  The order of the rows
 * does not matter. */
ALWAYS_INLINE lanes square_lanes(const double *a, size_t n, size_t i)
{
    lanes part[4];
    const double *row = a + i * n;
    if (n == 2)
        return square_pairs(row);
    for (size_t k = 0; k < n; k++) {
        lanes entry;
        for (size_t j = 0; j < LANES; j++)
            entry[j] = row[j * n + k];
        part[k % 4] = k < 4 ? entry * entry : part[k % 4] + entry * entry;
    }
    lanes sum = n > 1 ? part[0] + part[1] : part[0];
    return n > 3 ? sum + (part[2] + part[3]) : n > 2 ? sum + part[2] : sum;
}

ALWAYS_INLINE double square(const double *a, size_t n, size_t i)
{
    double part[4] = {0};
    for (size_t k = 0; k < n; k++)
        part[k % 4] += a[i * n + k] * a[i * n + k];
    return (part[0] + part[1]) + (part[2] + part[3]);
}

/* With the number of variables known, the loop over them is none. */
static struct walk_range range_of_squares(const double *a, size_t n, size_t count)
{
    struct numbers squares = {square_lanes, square};
    switch (n) {
    case 2:
        return range_of_numbers(squares, a, 2, count);
    case 3:
        return range_of_numbers(squares, a, 3, count);
    case 4:
        return range_of_numbers(squares, a, 4, count);
    default:
        return range_of_numbers(squares, a, n, count);
    }
}

/* ---- the place of a number ---- */

/* Bit j is set where lane j holds. */
ALWAYS_INLINE unsigned bits_of(lane_claims claims)
{
#if defined __AVX2__
    return (unsigned)_mm256_movemask_pd((lanes)claims);
#elif defined __SSE2__
    return (unsigned)_mm_movemask_pd((lanes)claims);
#else
    unsigned bits = 0;
    for (size_t j = 0; j < LANES; j++)
        bits |= claims[j] != 0 ? 1U << j : 0;
    return bits;
#endif
}

/* The first block with the number, then the first lanes of it. */
static size_t find(const double *a, size_t count, double number)
{
    enum { BLOCK = 8 * LANES };
    const lanes wanted = lanes_of(number);
    size_t i = 0;
    for (; i + BLOCK <= count; i += BLOCK) {
        lane_claims found = {0};
        for (size_t j = 0; j < BLOCK; j += LANES)
            found |= lanes_load(a + i + j) == wanted;
        if (bits_of(found) != 0)
            break;
    }
    for (; i + LANES <= count; i += LANES) {
        unsigned bits = bits_of(lanes_load(a + i) == wanted);
        if (bits != 0)
            return i + (size_t)__builtin_ctz(bits);
    }
    while (i < count && a[i] != number)
        i++;
    return i;
}

/* ---- moves ---- */

static void measure_one(const struct walk_rows *rows, size_t count)
{
    const double *restrict x = rows->x;
    double *restrict norm = rows->norm, *restrict length = rows->length;
    for (size_t i = 1; i <= count; i++) {
        norm[i] = fabs(x[i]);
        length[i] = fabs(x[i] - x[i - 1]);
    }
}

/* Squares of the norms of rows, added as vector_dot does, or of the moves between them;
 * false where one of them may have lost digits to underflow, or overflows. */
static inline bool square_rows(size_t n, size_t count, const double *restrict a,
                               bool is_move, double *restrict square)
{
    uint64_t unsafe = 0;
    for (size_t i = 1; i <= count; i++) {
        const double *row = a + i * n, *before = row - n;
        double lane[4] = {0}, size = 0;
        for (size_t j = 0; j < n; j++) {
            double entry = is_move ? row[j] - before[j] : row[j];
            lane[j % 4] += entry * entry;
            size += fabs(entry);
        }
        double sum = (lane[0] + lane[1]) + (lane[2] + lane[3]);
        square[i] = sum;
        unsafe |= (sum >= 1e-280 && sum < (double)INFINITY) || size == 0 ? 0 : 1;
    }
    return unsafe == 0;
}

static void take_roots(size_t count, double *restrict number)
{
    for (size_t i = 1; i <= count; i++)
        number[i] = sqrt(number[i]);
}

static bool square_all(const struct walk_rows *rows, size_t n, size_t count)
{
    const double *x = rows->x;
#define SQUARES(n)                                                                       \
    square_rows(n, count, x, false, rows->norm) &&                                       \
        square_rows(n, count, x, true, rows->length)
    switch (n) {
    case 2:
        return SQUARES(2);
    case 3:
        return SQUARES(3);
    case 4:
        return SQUARES(4);
    default:
        return SQUARES(n);
    }
#undef SQUARES
}

static bool measure_many(const struct walk_rows *rows, size_t n, size_t count)
{
    if (!square_all(rows, n, count))
        return false;
    take_roots(count, rows->norm);
    take_roots(count, rows->length);
    return true;
}

static struct walk_claims compare(const struct walk_rows *rows, size_t count,
                                  const struct walk_limits *limits)
{
    const struct walk_limits to = *limits;
    const double *restrict norm = rows->norm, *restrict length = rows->length;
    uint64_t longer = 0, shorter = 0;
    for (size_t i = 1; i <= count; i++) {
        double last = length[i - 1], larger = length[i] > last ? length[i] : last;
        double error = DBL_EPSILON * (norm[i] + larger);
        longer |= length[i] <= to.shortest * error ? 0 : 1;
        shorter |= length[i] >= to.longest * error ? 0 : 1;
        shorter |= error > 0 ? 0 : 1;
    }
    return (struct walk_claims){longer != 0, shorter != 0};
}

const struct walk_level LEVEL_NAME(LEVEL) = {
    range, range_of_sizes, range_of_changes, range_of_squares,
    find,  measure_one,    measure_many,     compare};
