/* SPDX-License-Identifier: MIT
 * product.c - which copy of the products runs, and the order of long sums. */
#include "linear/product.h"

#include "linear/product_level.h"

#include <string.h>

enum {
    /* A tile of C whose long sums are taken at once. */
    TILE = 48,
    TILE_ENTRIES = TILE * TILE,
    /* The fewest rows for which a piece of work packs B. */
    FEWEST = 192
};

/* A piece of work has about so many multiplications, some milliseconds. */
static const double most_at_once = 1 << 25;

struct product {
    size_t rows, inner, columns;
    struct view a, b;
    double *c;
    size_t c_step;
    const struct product_level *level;
    const struct product_poll *poll;
};

static const struct product_level *best_level(void)
{
#ifdef CPU_HAS_LEVELS
    if (cpu_has_v4())
        return &product_v4;
    if (cpu_has_v3())
        return &product_v3;
#endif
    return &product_baseline;
}

bool product_is_fused(void)
{
    return best_level()->is_fused;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static bool goes_on(const struct product *p, size_t rows, size_t inner, size_t columns)
{
    return p->poll == NULL || p->poll->go_on(p->poll->user, rows * inner * columns);
}

/* How many units of so much work are a piece; at least `fewest`. */
static size_t piece_of(double unit, size_t fewest)
{
    double count = most_at_once / (unit + 1);
    return count < (double)fewest ? fewest : count > 1e15 ? (size_t)1e15 : (size_t)count;
}

/* ---- Sums that are not long ---- */

/* Some terms of all entries, by pieces of rows and columns. */
static bool multiply_pieces(enum product_use use, const struct product *p, size_t first,
                            size_t inner)
{
    size_t width = piece_of((double)inner * FEWEST, TILE);
    size_t height = piece_of((double)inner * (double)least(width, p->columns), FEWEST);
    for (size_t i = 0; i < p->rows; i += height)
        for (size_t j = 0; j < p->columns; j += width) {
            size_t rows = least(height, p->rows - i);
            size_t columns = least(width, p->columns - j);
            if (!goes_on(p, rows, inner, columns))
                return false;
            p->level->multiply(use, rows, inner, columns, view_from(p->a, i, first),
                               view_from(p->b, first, j), p->c + i * p->c_step + j,
                               p->c_step);
        }
    return true;
}

/* At most PRODUCT_RUN terms, by whole blocks of them. */
static bool multiply_run(enum product_use use, const struct product *p)
{
    double block = (double)p->rows * (double)p->columns * PRODUCT_BLOCK;
    size_t depth = piece_of(block, 1);
    depth = least(depth, PRODUCT_RUN / PRODUCT_BLOCK) * PRODUCT_BLOCK;
    size_t first = 0;
    do {
        if (!multiply_pieces(use, p, first, least(depth, p->inner - first)))
            return false;
        use = use == PRODUCT_SET ? PRODUCT_ADD : use;
        first += depth;
    } while (first < p->inner);
    return true;
}

/* ---- Long sums ---- */

/* The part of the product from term `first` on, into other memory. */
static struct product part_of(const struct product *p, size_t first, size_t most,
                              double *c)
{
    struct product part = *p;
    part.a = view_from(p->a, 0, first);
    part.b = view_from(p->b, first, 0);
    part.inner = least(most, p->inner - first);
    part.c = c;
    part.c_step = p->columns;
    return part;
}

static void take(enum product_use use, const struct product *p, const double *sums)
{
    for (size_t i = 0; i < p->rows; i++) {
        double *c = p->c + i * p->c_step;
        for (size_t j = 0; j < p->columns; j++, sums++)
            c[j] = use == PRODUCT_SET   ? *sums
                   : use == PRODUCT_ADD ? c[j] + *sums
                                        : c[j] - *sums;
    }
}

/* At most PRODUCT_LONG terms of at most TILE_ENTRIES entries, by runs. */
static bool multiply_long(enum product_use use, const struct product *p)
{
    double sums[TILE_ENTRIES];
    if (p->inner <= PRODUCT_RUN)
        return multiply_run(use, p);
    for (size_t k = 0; k < p->inner; k += PRODUCT_RUN) {
        struct product run = part_of(p, k, PRODUCT_RUN, sums);
        if (!multiply_run(PRODUCT_SET, &run))
            return false;
        take(use, p, sums);
        use = use == PRODUCT_SET ? PRODUCT_ADD : use;
    }
    return true;
}

/* Any number of terms of at most TILE_ENTRIES entries. */
static bool multiply_longer(enum product_use use, const struct product *p)
{
    double sums[TILE_ENTRIES];
    if (p->inner <= PRODUCT_LONG)
        return multiply_long(use, p);
    for (size_t k = 0; k < p->inner; k += PRODUCT_LONG) {
        struct product part = part_of(p, k, PRODUCT_LONG, sums);
        if (!multiply_long(PRODUCT_SET, &part))
            return false;
        take(use, p, sums);
        use = use == PRODUCT_SET ? PRODUCT_ADD : use;
    }
    return true;
}

static bool multiply_tiles(enum product_use use, const struct product *p)
{
    size_t width = least(p->columns, TILE), height = TILE_ENTRIES / width;
    for (size_t i = 0; i < p->rows; i += height)
        for (size_t j = 0; j < p->columns; j += width) {
            struct product tile = *p;
            tile.rows = least(height, p->rows - i);
            tile.columns = least(width, p->columns - j);
            tile.a = view_from(p->a, i, 0);
            tile.b = view_from(p->b, 0, j);
            tile.c = p->c + i * p->c_step + j;
            if (!multiply_longer(use, &tile))
                return false;
        }
    return true;
}

/* ---- What others call ---- */

bool product_multiply_polled(enum product_use use, size_t rows, size_t inner,
                             size_t columns, struct view a, struct view b, double *c,
                             size_t c_step, const struct product_poll *poll)
{
    if (rows == 0 || columns == 0)
        return true;
    const struct product p = {rows, inner, columns, a, b, c, c_step, best_level(), poll};
    if (rows <= TILE && inner <= TILE && columns <= TILE) {
        if (!goes_on(&p, rows, inner, columns))
            return false;
        p.level->multiply(use, rows, inner, columns, a, b, c, c_step);
        return true;
    }
    return inner <= PRODUCT_RUN ? multiply_run(use, &p) : multiply_tiles(use, &p);
}

void product_multiply(enum product_use use, size_t rows, size_t inner, size_t columns,
                      struct view a, struct view b, double *c, size_t c_step)
{
    product_multiply_polled(use, rows, inner, columns, a, b, c, c_step, NULL);
}

void product_vector(enum product_use use, size_t rows, size_t inner, struct view a,
                    const double *x, double *y)
{
    product_multiply(use, rows, inner, 1, a, view_rows(x, 1), y, 1);
}

size_t product_packed_size(size_t inner, size_t columns)
{
    return inner * ((columns + 7) / 8 * 8);
}

void product_pack(size_t inner, size_t columns, struct view b, double *packed)
{
    best_level()->pack(inner, columns, b, packed);
}

void product_packed(enum product_use use, size_t rows, size_t inner, size_t columns,
                    struct view a, const double *packed, double *c, size_t c_step)
{
    best_level()->packed(use, rows, inner, columns, a, packed, c, c_step);
}
