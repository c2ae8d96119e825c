/* SPDX-License-Identifier: MIT
 * elementwise.c - the operations of numbers, element by element.
 *
 * Each row of ops.def becomes one loop over a piece of a row, generated from its formula
 * and compiled once for operands that all move on and once for each that stands still, so
 * that compilers vectorise what is plain arithmetic.  Pieces are so short that what a sum
 * or product has so far stays in the nearest cache.  Sums and products are taken from the
 * left, as op_value does: the bits are the same. */
#include "graph/extremes.h"
#include "graph/power.h"
#include "math/block.h"
#include "math/functions.h"
#include "tape/kernels/blocks.h"
#include "tape/kernels/kernel.h"
#include "tape/kernels/walk.h"

#include <assert.h>
#include <string.h>

enum { PIECE = 256 };

/* An operand of a loop: numbers, or one number that stands for all. */
struct source {
    const double *numbers;
    bool stands; /* the same number for all elements */
};

/* out[i] = op(x[i], y[i], z[i]); what stands for a missing operand is not looked at, but
 * moves. */
typedef void loop(struct source x, struct source y, struct source z, size_t n,
                  double *restrict out);

/* A sum or product of many is taken two at a time. */
#define sum(operands, count) (a + b)
#define product(operands, count) (a * b)

#define LOOP(at_a, at_b, at_c, value)                                                    \
    for (size_t i = 0; i < n; i++) {                                                     \
        const double a = x.numbers[at_a], b = y.numbers[at_b], c = z.numbers[at_c];      \
        (void)a;                                                                         \
        (void)b;                                                                         \
        (void)c;                                                                         \
        out[i] = (value);                                                                \
    }

#define OP(id, spelling, arity, level, defined, rule, domain, kinks, value, ...)         \
    static void loop_##id(struct source x, struct source y, struct source z, size_t n,   \
                          double *restrict out)                                          \
    {                                                                                    \
        if (!x.stands && !y.stands && !z.stands)                                         \
            LOOP(i, i, i, value)                                                         \
        else if (!x.stands && y.stands && !z.stands)                                     \
            LOOP(i, 0, i, value)                                                         \
        else if (x.stands && !y.stands && !z.stands)                                     \
            LOOP(0, i, i, value)                                                         \
        else                                                                             \
            LOOP(x.stands ? 0 : i, y.stands ? 0 : i, z.stands ? 0 : i, value)            \
    }
#include "graph/ops.def"

static loop *const loops[] = {
#define OP(id, ...) loop_##id,
#include "graph/ops.def"
};
static_assert(sizeof loops / sizeof loops[0] == OP_COUNT, "a loop for every operation");

math_block *kernel_block(enum op op)
{
    const struct math_blocks *table = math_blocks(math_best_level());
    math_block *block = NULL;
    if (kernel_blocks[op] != 0)
        memcpy(&block, (const char *)table + kernel_blocks[op] - 1, sizeof block);
    return block;
}

static void fill(double *out, size_t n, double value)
{
    for (size_t i = 0; i < n; i++)
        out[i] = value;
}

/* At most PIECE numbers, as an array. */
static const double *spread(struct source x, size_t n, double *room)
{
    if (x.stands)
        fill(room, n, *x.numbers);
    return x.stands ? room : x.numbers;
}

/* As ops.def has it: powers with small whole exponents are products. */
static void run_power(struct source x, struct source y, size_t n, double *out)
{
    double x_room[PIECE], y_room[PIECE];
    const double *base = spread(x, n, x_room);
    if (y.stands && (*y.numbers == 2 || *y.numbers == 3 || *y.numbers == 4)) {
        double exponent = *y.numbers;
        for (size_t i = 0; i < n; i++) {
            double a = base[i], square = a * a;
            out[i] = exponent == 2 ? square : square * (exponent == 3 ? a : square);
        }
        return;
    }
    const double *exponent = spread(y, n, y_room);
    math_blocks(math_best_level())->pow(n, base, exponent, out);
    for (size_t i = 0; i < n; i++)
        if (exponent[i] == 2 || exponent[i] == 3 || exponent[i] == 4)
            out[i] = power(base[i], exponent[i]);
}

static void run_loop(enum op op, struct source x, struct source y, struct source z,
                     size_t n, double *out)
{
    math_block *block = kernel_block(op);
    if (op == OP_POWER)
        run_power(x, y, n, out);
    else if (block != NULL && !x.stands)
        block(n, x.numbers, out);
    else
        loops[op](x, y, z, n, out);
}

/* Where the operands of a row stand, and which of them move on. */
struct sources {
    const double *first[WALK_MOST_ARRAYS];
    bool stands[WALK_MOST_ARRAYS];
    size_t count;
    size_t moving; /* one that does not stand */
};

static struct source source_at(const struct sources *s, size_t which, size_t begin)
{
    size_t k = which < s->count ? which : s->moving;
    return (struct source){s->first[k] + (s->stands[k] ? 0 : begin), s->stands[k]};
}

/* A piece is computed aside and then copied, for the result may stand where an operand
 * does. */
static void run_piece(enum op op, const struct sources *s, size_t begin, size_t n,
                      double *out)
{
    double pieces[2][PIECE];
    unsigned last = 0;
    if (op_info(op)->arity >= 0) {
        run_loop(op, source_at(s, 0, begin), source_at(s, 1, begin),
                 source_at(s, 2, begin), n, pieces[last]);
    } else {
        struct source total = source_at(s, 0, begin);
        for (size_t k = 1; k < s->count; k++) {
            last = 1 - last;
            loops[op](total, source_at(s, k, begin), source_at(s, s->moving, begin), n,
                      pieces[last]);
            total = (struct source){pieces[last], false};
        }
    }
    memcpy(out + begin, pieces[last], n * sizeof *out);
}

static void run_row(const struct kernel_call *call, struct sources *s, size_t n,
                    double *out)
{
    double values[WALK_MOST_ARRAYS];
    s->moving = SIZE_MAX;
    for (size_t k = 0; k < s->count; k++) {
        s->moving = s->stands[k] ? s->moving : k;
        values[k] = *s->first[k];
    }
    if (s->moving == SIZE_MAX) {
        fill(out, n, op_value(call->op, values, s->count));
        return;
    }
    for (size_t begin = 0; begin < n; begin += PIECE) {
        size_t piece = n - begin < PIECE ? n - begin : PIECE;
        if (!array_goes_on(call->poll, piece))
            return;
        run_piece(call->op, s, begin, piece, out);
    }
}

/* Most often an operand is a number or of the shape of the result: then all is one row.
 */
static bool run_flat(const struct kernel_call *call, const struct array *operands,
                     size_t count)
{
    size_t n = shape_elements(call->shape);
    struct sources s = {.count = count};
    for (size_t k = 0; k < count; k++) {
        size_t elements = shape_elements(&operands[k].shape);
        if (elements != n && elements != 1)
            return false;
        s.first[k] = operands[k].numbers;
        s.stands[k] = elements != n;
    }
    if (n > 0)
        run_row(call, &s, n, call->out);
    return true;
}

/* One pass over the result, with at most as many operands as a walk takes. */
static void run_pass(const struct kernel_call *call, const struct array *operands,
                     size_t count)
{
    struct strides strides[WALK_MOST_ARRAYS];
    struct walk walk;
    struct sources s = {.count = count};
    if (run_flat(call, operands, count))
        return;
    for (size_t k = 0; k < count; k++)
        strides[k] = strides_repeated(&operands[k].shape, call->shape);
    strides[count] = strides_of(call->shape);
    if (!walk_begin(&walk, call->shape, strides, count + 1))
        return;
    do {
        for (size_t k = 0; k < count; k++) {
            s.first[k] = operands[k].numbers + walk.offset[k];
            s.stands[k] = walk.step[k] == 0;
            assert(walk.step[k] <= 1);
        }
        run_row(call, &s, walk.width, call->out + walk.offset[count]);
    } while (walk_next(&walk));
}

bool kernel_elementwise(const struct kernel_call *call)
{
    static_assert(KERNEL_MOST_AT_ONCE + 1 == (int)WALK_MOST_ARRAYS, "and the result");
    size_t done = call->count < KERNEL_MOST_AT_ONCE ? call->count : KERNEL_MOST_AT_ONCE;
    if (call->count == 0) {
        fill(call->out, shape_elements(call->shape), op_value(call->op, NULL, 0));
        return true;
    }
    if (call->count == 1 && op_info(call->op)->arity < 0) /* of one it is itself */
        return kernel_broadcast(call);
    run_pass(call, call->operands, done);
    while (done < call->count) {
        struct array operands[KERNEL_MOST_AT_ONCE] = {{*call->shape, call->out}};
        size_t taken = 1;
        while (taken < KERNEL_MOST_AT_ONCE && done < call->count)
            operands[taken++] = call->operands[done++];
        run_pass(call, operands, taken);
    }
    return true;
}
