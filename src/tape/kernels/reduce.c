/* SPDX-License-Identifier: MIT
 * reduce.c - sums, products, extremes over a set of axes: which numbers are taken, when.
 *
 * The elements of one result are taken row by row, by blocks of 256, wherever they stand
 * in memory; fold.c says what becomes of a block.  Where neighbouring results stand
 * beside each other in memory (the sums of columns) up to eight are computed together,
 * so that a cache line is read once. */
#include "tape/kernels/fold.h"
#include "tape/kernels/kernel.h"
#include "tape/kernels/walk.h"

enum { TOGETHER = 8 };

/* Some axes of the operand, those that are one in memory joined. */
struct axes {
    size_t rank, count; /* count: of the combinations */
    size_t extent[SHAPE_MOST_AXES], step[SHAPE_MOST_AXES];
};

struct cursor {
    size_t at[SHAPE_MOST_AXES], offset;
};

/* The axes in the set, or those outside. */
static struct axes axes_of(const struct shape *shape, size_t set, bool in_set)
{
    struct strides strides = strides_of(shape);
    struct axes axes = {.count = 1};
    bool was_taken = false; /* the axis in front of this one */
    for (size_t i = 0; i < shape->rank; i++) {
        bool is_taken = (set >> i & 1) == in_set;
        if (is_taken && was_taken) {
            axes.extent[axes.rank - 1] *= shape->extent[i];
            axes.step[axes.rank - 1] = (size_t)strides.axis[i];
        } else if (is_taken) {
            axes.extent[axes.rank] = shape->extent[i];
            axes.step[axes.rank++] = (size_t)strides.axis[i];
        }
        axes.count *= is_taken ? shape->extent[i] : 1;
        was_taken = is_taken;
    }
    return axes;
}

static void advance(const struct axes *axes, struct cursor *cursor)
{
    for (size_t i = axes->rank; i-- > 0;) {
        cursor->offset += axes->step[i];
        if (++cursor->at[i] < axes->extent[i])
            return;
        cursor->offset -= axes->step[i] * axes->extent[i];
        cursor->at[i] = 0;
    }
}

struct reduction {
    const struct fold_rule *rule;
    const double *x;
    struct axes kept, reduced;
    struct array_poll *poll;
};

/* The next n elements of some neighbouring results, which are `apart`: by runs along the
 * last axis that is reduced. */
static void gather(const struct axes *axes, struct cursor *cursor, const double *first,
                   size_t apart, size_t together, size_t n,
                   double blocks[TOGETHER][FOLD_BLOCK])
{
    size_t last = axes->rank - 1, step = axes->step[last];
    for (size_t i = 0; i < n;) {
        size_t left = axes->extent[last] - cursor->at[last];
        size_t run = left < n - i ? left : n - i;
        const double *from = first + cursor->offset;
        for (size_t r = 0; r < run; r++)
            for (size_t k = 0; k < together; k++)
                blocks[k][i + r] = from[r * step + k * apart];
        cursor->at[last] += run - 1;
        cursor->offset += (run - 1) * step;
        advance(axes, cursor);
        i += run;
    }
}

/* Gives the elements of neighbouring results to their folds. */
static void take_blocks(const struct reduction *r, const double *first, size_t apart,
                        size_t together, size_t pass, struct fold *folds)
{
    double blocks[TOGETHER][FOLD_BLOCK];
    struct cursor cursor = {.offset = 0};
    for (size_t begin = 0; begin < r->reduced.count; begin += FOLD_BLOCK) {
        size_t left = r->reduced.count - begin;
        size_t n = left < FOLD_BLOCK ? left : FOLD_BLOCK;
        if (!array_goes_on(r->poll, n * together))
            return;
        gather(&r->reduced, &cursor, first, apart, together, n, blocks);
        for (size_t k = 0; k < together; k++)
            r->rule->take[pass](&folds[k], blocks[k], n);
    }
}

/* The same where the elements of the one result stand one behind the other. */
static void take_run(const struct reduction *r, const double *first, size_t pass,
                     struct fold *fold)
{
    for (size_t begin = 0; begin < r->reduced.count; begin += FOLD_BLOCK) {
        size_t left = r->reduced.count - begin;
        size_t n = left < FOLD_BLOCK ? left : FOLD_BLOCK;
        if (!array_goes_on(r->poll, n))
            return;
        r->rule->take[pass](fold, first + begin, n);
    }
}

static bool is_run(const struct axes *reduced)
{
    return reduced->rank == 0 || (reduced->rank == 1 && reduced->step[0] == 1);
}

static void compute(const struct reduction *r, size_t offset, size_t apart,
                    size_t together, double *out)
{
    struct fold folds[TOGETHER];
    if (r->rule->at_once != NULL && is_run(&r->reduced) &&
        r->reduced.count <= FOLD_BLOCK && array_goes_on(r->poll, r->reduced.count)) {
        *out = r->rule->at_once(r->x + offset, r->reduced.count);
        return;
    }
    for (size_t k = 0; k < together; k++)
        fold_begin(&folds[k]);
    for (size_t pass = 0; pass < FOLD_PASSES && r->rule->take[pass] != NULL; pass++)
        if (is_run(&r->reduced))
            take_run(r, r->x + offset, pass, folds);
        else
            take_blocks(r, r->x + offset, apart, together, pass, folds);
    for (size_t k = 0; k < together; k++)
        out[k] = r->rule->finish(&folds[k]);
}

/* How many results, from one on along the last kept axis, are computed together. */
static size_t count_together(const struct reduction *r, const struct cursor *cursor)
{
    if (is_run(&r->reduced) || r->kept.rank == 0)
        return 1;
    size_t last = r->kept.rank - 1, left = r->kept.extent[last] - cursor->at[last];
    return left < TOGETHER ? left : TOGETHER;
}

bool kernel_reduce(const struct kernel_call *call)
{
    const struct array *x = call->operands;
    struct reduction r = {.rule = fold_rule(call->op),
                          .x = x->numbers,
                          .poll = call->poll,
                          .kept = axes_of(&x->shape, call->attributes->axes, false),
                          .reduced = axes_of(&x->shape, call->attributes->axes, true)};
    struct cursor cursor = {.offset = 0};
    size_t apart = r.kept.rank == 0 ? 0 : r.kept.step[r.kept.rank - 1];
    for (size_t done = 0; done < r.kept.count;) {
        size_t together = count_together(&r, &cursor);
        compute(&r, cursor.offset, apart, together, call->out + done);
        done += together;
        for (size_t k = 0; k < together; k++)
            advance(&r.kept, &cursor);
    }
    return true;
}
