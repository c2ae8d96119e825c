/* SPDX-License-Identifier: MIT
 * product_level.c - products by tiles that stay in registers.
 *
 * Goto and van de Geijn, Anatomy of high-performance matrix multiplication, ACM TOMS 34
 * (2008), article 12.  A panel of B, at most PRODUCT_BLOCK rows of it, is copied strip by
 * strip, each as wide as the registers are; the rows of A pass it some at a time, and the
 * sums of a tile of C stay in registers along all rows of the panel.  A block of A is
 * copied too where its entries stand far apart.  product_thin.h has products with one
 * column. */
#include "linear/product_level.h"

#include "linear/lanes.h"
#include "linear/product_thin.h"

#define JOIN(a, b) a##b
#define LEVEL_NAME(suffix) JOIN(product_, suffix)

#ifdef __clang__
#define UNROLL _Pragma("unroll")
#else
#define UNROLL _Pragma("GCC unroll 24")
#endif

/* Rows of a tile of 3, 2 and 1 vectors; so many sums as registers leave room for. */
#if defined __AVX512F__ || defined LEVEL_OF_HALVES || defined __aarch64__
enum { ROWS_3 = 8, ROWS_2 = 8, ROWS_1 = 8 };
#else
enum { ROWS_3 = 4, ROWS_2 = 6, ROWS_1 = 8 };
#endif

enum {
    MOST_VECTORS = 3,
    MOST_SUMS = 24, /* of a tile */
    WIDTH = 48,     /* columns of a panel */
    ROWS = 24,      /* of A that are copied at once: whole tiles of any kind */
    PASSING = 48,   /* rows of A that pass a strip before the next one's turn */
    NEAR = 128,     /* so far apart columns of a transposed A are read in place */
    SMALL = 5       /* matrices up to this size are not copied */
};

/* Rows of A before a strip of B. */
struct strip {
    enum product_use use;
    size_t rows, depth;
    const double *a;
    size_t a_step;   /* from row to row, or from column to column of a transposed A */
    const double *b; /* depth * (3, 2 or 1 vectors) */
    size_t width;    /* columns of it that are not padding */
    double *c;
    size_t c_step;
};

/* ---- A tile ---- */

ALWAYS_INLINE void put_entry(enum product_use use, double *c, double sum)
{
    *c = use == PRODUCT_SET ? sum : use == PRODUCT_ADD ? *c + sum : *c - sum;
}

ALWAYS_INLINE void put_lanes(enum product_use use, double *c, lanes sum)
{
    if (use == PRODUCT_ADD)
        sum = lanes_load(c) + sum;
    else if (use == PRODUCT_SUBTRACT)
        sum = lanes_load(c) - sum;
    lanes_store(c, sum);
}

static void put_part(const struct strip *s, size_t i, size_t n, size_t stored,
                     const double *sums)
{
    for (size_t r = 0; r < n; r++)
        for (size_t j = 0; j < s->width; j++)
            put_entry(s->use, s->c + (i + r) * s->c_step + j, sums[r * stored + j]);
}

/* The sums of `rows` rows from row i on; of a matrix row by row the last one is repeated
 * past the end. */
ALWAYS_INLINE void add_products(const size_t rows, const size_t vectors,
                                const bool is_turned, const struct strip *s, size_t i,
                                lanes *sums)
{
    const double *row[8], *b = s->b;
    UNROLL
    for (size_t r = 0; r < rows; r++)
        row[r] = is_turned ? s->a + i + r
                           : s->a + (i + r < s->rows ? i + r : s->rows - 1) * s->a_step;
    UNROLL
    for (size_t r = 0; r < rows * vectors; r++)
        sums[r] = lanes_of(0);
    for (size_t k = 0; k < s->depth; k++) {
        size_t at = is_turned ? k * s->a_step : k;
        lanes term[MOST_VECTORS];
        UNROLL
        for (size_t v = 0; v < vectors; v++)
            term[v] = lanes_load(b + v * LANES);
        UNROLL
        for (size_t r = 0; r < rows; r++) {
            lanes factor = lanes_of(row[r][at]);
            UNROLL
            for (size_t v = 0; v < vectors; v++)
                sums[r * vectors + v] =
                    lanes_fused(factor, term[v], sums[r * vectors + v]);
        }
        b += vectors * LANES;
    }
}

ALWAYS_INLINE void pass(const size_t rows, const size_t vectors, const bool is_turned,
                        const struct strip *s)
{
    for (size_t i = 0; i < s->rows; i += rows) {
        size_t n = s->rows - i < rows ? s->rows - i : rows;
        lanes sums[MOST_SUMS];
        add_products(rows, vectors, is_turned, s, i, sums);
        if (n < rows || s->width < vectors * LANES) {
            double part[MOST_SUMS * LANES];
            memcpy(part, sums, rows * vectors * sizeof *sums);
            put_part(s, i, n, vectors * LANES, part);
            continue;
        }
        UNROLL
        for (size_t r = 0; r < rows; r++) {
            UNROLL
            for (size_t v = 0; v < vectors; v++)
                put_lanes(s->use, s->c + (i + r) * s->c_step + v * LANES,
                          sums[r * vectors + v]);
        }
    }
}

static void pass_rows(const struct strip *s, size_t vectors)
{
    if (vectors == 3)
        pass(ROWS_3, 3, false, s);
    else if (vectors == 2)
        pass(ROWS_2, 2, false, s);
    else
        pass(ROWS_1, 1, false, s);
}

static void pass_turned(const struct strip *s, size_t vectors)
{
    if (vectors == 3)
        pass(ROWS_3, 3, true, s);
    else if (vectors == 2)
        pass(ROWS_2, 2, true, s);
    else
        pass(ROWS_1, 1, true, s);
}

/* ---- A panel ---- */

/* The vectors of the next strip for so many columns: three, and no single one at the end
 * when two and two will do. */
static size_t next_vectors(size_t columns)
{
    size_t vectors = (columns + LANES - 1) / LANES;
    return vectors == 4 ? 2 : vectors < 3 ? vectors : 3;
}

/* Copies columns of B, which are contiguous in `depth` rows of it: `width` of them, and
 * what stands beside them as padding, for that is never looked at, but in the last row.
 */
ALWAYS_INLINE void copy_rows(const size_t wide, size_t depth, size_t width,
                             const double *from, size_t step, double *to)
{
    size_t safe = step == 0 ? 0 : (wide - width + step - 1) / step;
    safe = depth > safe ? depth - safe : 0;
    size_t k = 0;
    for (; k < safe; k++)
        memcpy(to + k * wide, from + k * step, wide * sizeof *to);
    for (; k < depth; k++)
        for (size_t j = 0; j < wide; j++)
            to[k * wide + j] = j < width ? from[k * step + j] : 0;
}

static void copy_anyhow(size_t wide, size_t depth, size_t width, struct view b,
                        double *to)
{
    for (size_t j = 0; j < wide; j++)
        for (size_t k = 0; k < depth; k++)
            to[k * wide + j] = j < width ? view_entry(b, k, j) : 0;
}

static void copy_strip(size_t vectors, size_t depth, size_t width, struct view b,
                       double *to)
{
    if (b.column_step != 1)
        copy_anyhow(vectors * LANES, depth, width, b, to);
    else if (vectors == 3)
        copy_rows(3 * LANES, depth, width, b.entries, b.row_step, to);
    else if (vectors == 2)
        copy_rows(2 * LANES, depth, width, b.entries, b.row_step, to);
    else
        copy_rows(LANES, depth, width, b.entries, b.row_step, to);
}

/* Copies `depth` rows of B, strip by strip; returns the end of the copy. */
static double *pack_panel(size_t depth, size_t columns, struct view b, double *to)
{
    for (size_t j = 0; j < columns;) {
        size_t vectors = next_vectors(columns - j), wide = vectors * LANES;
        size_t width = columns - j < wide ? columns - j : wide;
        copy_strip(vectors, depth, width, view_from(b, 0, j), to);
        to += depth * wide;
        j += width;
    }
    return to;
}

/* Copies at most ROWS rows of A, transposed. */
static void pack_rows(size_t rows, size_t depth, struct view a, double *to)
{
    if (a.row_step == 1)
        copy_rows(ROWS, depth, rows, a.entries, a.column_step, to);
    else
        copy_anyhow(ROWS, depth, rows, view_transposed(a), to);
}

static void pass_strips(struct strip s, size_t columns, bool is_turned)
{
    for (size_t j = 0; j < columns;) {
        size_t vectors = next_vectors(columns - j), wide = vectors * LANES;
        s.width = columns - j < wide ? columns - j : wide;
        (is_turned ? pass_turned : pass_rows)(&s, vectors);
        s.b += s.depth * wide;
        s.c += s.width;
        j += s.width;
    }
}

/* A panel before rows of A whose entries are neither contiguous along rows nor near. */
static void add_far(enum product_use use, size_t rows, size_t depth, size_t columns,
                    struct view a, const double *panel, double *c, size_t c_step)
{
    double block[PRODUCT_BLOCK * ROWS] __attribute__((aligned(64)));
    for (size_t i = 0; i < rows; i += ROWS) {
        size_t n = rows - i < ROWS ? rows - i : ROWS;
        pack_rows(n, depth, view_from(a, i, 0), block);
        pass_strips((struct strip){.use = use,
                                   .rows = n,
                                   .depth = depth,
                                   .a = block,
                                   .a_step = ROWS,
                                   .b = panel,
                                   .c = c + i * c_step,
                                   .c_step = c_step},
                    columns, true);
    }
}

static void add_panel(enum product_use use, size_t rows, size_t depth, size_t columns,
                      struct view a, const double *panel, double *c, size_t c_step)
{
    bool is_turned = a.column_step != 1;
    size_t done = 0;
    if (!is_turned || (a.row_step == 1 && a.column_step <= NEAR)) {
        done = is_turned ? rows / ROWS * ROWS : rows;
        for (size_t i = 0; i < done; i += PASSING)
            pass_strips((struct strip){.use = use,
                                       .rows = done - i < PASSING ? done - i : PASSING,
                                       .depth = depth,
                                       .a = a.entries + i * a.row_step,
                                       .a_step = is_turned ? a.column_step : a.row_step,
                                       .b = panel,
                                       .c = c + i * c_step,
                                       .c_step = c_step},
                        columns, is_turned);
    }
    if (done < rows)
        add_far(use, rows - done, depth, columns, view_from(a, done, 0), panel,
                c + done * c_step, c_step);
}

/* ---- Products ---- */

static void fill_zero(size_t rows, size_t columns, double *c, size_t c_step)
{
    for (size_t i = 0; i < rows && columns > 0; i++)
        memset(c + i * c_step, 0, columns * sizeof *c);
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static enum product_use use_after(enum product_use use)
{
    return use == PRODUCT_SET ? PRODUCT_ADD : use;
}

static void add_panels(enum product_use use, size_t rows, size_t inner, size_t columns,
                       struct view a, struct view b, double *c, size_t c_step)
{
    double panel[PRODUCT_BLOCK * WIDTH] __attribute__((aligned(64)));
    for (size_t k = 0; k < inner; k += PRODUCT_BLOCK, use = use_after(use)) {
        size_t depth = least(inner - k, PRODUCT_BLOCK);
        for (size_t j = 0; j < columns; j += WIDTH) {
            size_t width = least(columns - j, WIDTH);
            pack_panel(depth, width, view_from(b, k, j), panel);
            add_panel(use, rows, depth, width, view_from(a, 0, k), panel, c + j, c_step);
        }
    }
}

/* For matrices that are smaller than what the others prepare. */
static void multiply_small(enum product_use use, size_t rows, size_t inner,
                           size_t columns, struct view a, struct view b, double *c,
                           size_t c_step)
{
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < columns; j++) {
            const double *left = a.entries + i * a.row_step;
            const double *right = b.entries + j * b.column_step;
            double sum = 0;
            for (size_t k = 0; k < inner; k++)
                sum = fused(left[k * a.column_step], right[k * b.row_step], sum);
            put_entry(use, c + i * c_step + j, sum);
        }
}

static void multiply(enum product_use use, size_t rows, size_t inner, size_t columns,
                     struct view a, struct view b, double *c, size_t c_step)
{
    if (rows <= SMALL && inner <= SMALL && columns <= SMALL)
        multiply_small(use, rows, inner, columns, a, b, c, c_step);
    else if (inner == 0 && use == PRODUCT_SET)
        fill_zero(rows, columns, c, c_step);
    else if (columns == 1)
        thin_column(use, rows, inner, a, b, c, c_step);
    else if (rows == 1)
        thin_column(use, columns, inner, view_transposed(b), view_transposed(a), c, 1);
    else
        add_panels(use, rows, inner, columns, a, b, c, c_step);
}

static void pack(size_t inner, size_t columns, struct view b, double *packed)
{
    for (size_t k = 0; k < inner; k += PRODUCT_BLOCK)
        packed = pack_panel(least(inner - k, PRODUCT_BLOCK), columns, view_from(b, k, 0),
                            packed);
}

static void multiply_packed(enum product_use use, size_t rows, size_t inner,
                            size_t columns, struct view a, const double *packed,
                            double *c, size_t c_step)
{
    size_t stored = (columns + LANES - 1) / LANES * LANES;
    if (inner == 0 && use == PRODUCT_SET)
        fill_zero(rows, columns, c, c_step);
    for (size_t k = 0; k < inner; k += PRODUCT_BLOCK, use = use_after(use)) {
        size_t depth = least(inner - k, PRODUCT_BLOCK);
        add_panel(use, rows, depth, columns, view_from(a, 0, k), packed, c, c_step);
        packed += depth * stored;
    }
}

const struct product_level LEVEL_NAME(LEVEL) = {
#if defined __FMA__ || defined __aarch64__
    .is_fused = true,
#endif
    .multiply = multiply,
    .pack = pack,
    .packed = multiply_packed,
};
