/* SPDX-License-Identifier: MIT
 * The code of each step that there is code for: what its kernel does (tile_columns.c,
 * tile_sums.c), in the same order. */
#include "tape/block/native_code.h"

#include <math.h>

static void put(struct native_code *c, enum wide_op op, unsigned to, unsigned left,
                struct wide_operand right)
{
    wide_put(&c->e, op, to, left, right);
}

/* ---- linear combinations ---- */

static bool is_number(const struct native_code *c, uint32_t value, double due)
{
    double number = 0;
    return native_is_constant(c, value, &number) && number == due &&
           !signbit(number) == !signbit(due);
}

/* sum += scale*x, rounded once; of -1 and 1 that is a difference or a sum. */
static void add_scaled(struct native_code *c, unsigned sum, uint32_t scale, uint32_t x)
{
    uint32_t s = native_uniform(scale);
    if (is_number(c, s, 1)) {
        put(c, WIDE_ADD, sum, sum, native_operand(c, x));
    } else if (is_number(c, s, -1)) {
        put(c, WIDE_SUBTRACT, sum, sum, native_operand(c, x));
    } else {
        unsigned own = native_load(c, x);
        put(c, WIDE_FUSED_TO, sum, own, native_operand(c, s));
    }
}

static unsigned multiply(struct native_code *c, uint32_t x, uint32_t y)
{
    unsigned left = native_load(c, native_value(c, x)), to = native_fresh(c);
    put(c, WIDE_MULTIPLY, to, left, native_operand(c, native_value(c, y)));
    return to;
}

/* The same of a product of registers x and y of the pass. */
static void add_scaled_product(struct native_code *c, unsigned sum, uint32_t scale,
                               uint32_t x, uint32_t y)
{
    unsigned product = multiply(c, x, y);
    uint32_t s = native_uniform(scale);
    if (is_number(c, s, 1))
        put(c, WIDE_ADD, sum, sum, wide_register(product));
    else if (is_number(c, s, -1))
        put(c, WIDE_SUBTRACT, sum, sum, wide_register(product));
    else
        put(c, WIDE_FUSED_TO, sum, product, native_operand(c, s));
    native_free(c, product);
}

static unsigned start_sum(struct native_code *c, const struct tile_step *step)
{
    return native_copy(c, native_uniform(step->scale[4]));
}

static unsigned linear(struct native_code *c, const struct tile_step *step)
{
    bool is_list = step->kernel == TILE_LINEAR;
    uint32_t count = is_list ? step->count : step->reads;
    unsigned sum = start_sum(c, step);
    for (uint32_t k = 0; k < count; k++) {
        uint32_t in = is_list ? step->list[k].in : step->in[k];
        add_scaled(c, sum, is_list ? step->list[k].scale : step->scale[k],
                   native_value(c, in));
        native_rest(c);
    }
    return sum;
}

/* scale[0] times a product, and the other term or the other product before it. */
static unsigned products(struct native_code *c, const struct tile_step *step)
{
    unsigned sum = start_sum(c, step);
    if (step->reads == 4)
        add_scaled_product(c, sum, step->scale[2], step->in[2], step->in[3]);
    else if (step->b != 0)
        add_scaled(c, sum, step->scale[2], native_value(c, step->in[2]));
    else if (step->kernel == TILE_SUM_PRODUCT_PLUS)
        put(c, WIDE_ADD, sum, sum, native_operand(c, native_fixed(c, WIDE_ZERO)));
    add_scaled_product(c, sum, step->scale[0], step->in[0], step->in[1]);
    return sum;
}

/* ---- sums ---- */

/* The register of the next total, into which it is loaded where it has none. */
static unsigned open_total(struct native_code *c)
{
    if (c->total < HELD_TOTALS)
        return YMM - 1 - (c->total * PARTS + c->part);
    unsigned own = native_fresh(c);
    put(c, WIDE_LOAD, own, 0, native_lanes(c->total, c->part));
    return own;
}

static void close_total(struct native_code *c, unsigned own)
{
    if (c->total++ < HELD_TOTALS)
        return;
    put(c, WIDE_STORE, own, 0, native_lanes(c->total - 1, c->part));
    native_free(c, own);
}

static void add_product(struct native_code *c, uint32_t x, uint32_t y)
{
    unsigned own = open_total(c), left = native_load(c, native_value(c, x));
    put(c, WIDE_FUSED_TO, own, left, native_operand(c, native_value(c, y)));
    close_total(c, own);
    native_rest(c);
}

static void add_row(struct native_code *c, unsigned row)
{
    unsigned own = open_total(c);
    put(c, WIDE_ADD, own, own, wide_register(row));
    close_total(c, own);
}

static void sum_column(struct native_code *c, const struct tile_step *step)
{
    unsigned own = open_total(c);
    put(c, WIDE_ADD, own, own, native_operand(c, native_value(c, step->in[0])));
    close_total(c, own);
}

static void sum_products(struct native_code *c, const struct tile_step *step)
{
    for (uint32_t k = 0; k < step->count; k++)
        add_product(c, step->in[0], step->list[k].in);
}

static void sum_squares(struct native_code *c, const struct tile_step *step)
{
    if (!native_cancels(c->pass, step)) {
        for (uint32_t k = 0; k < step->count; k++)
            add_product(c, step->list[k].in, step->list[k].in);
        return;
    }
    unsigned row = start_sum(c, step);
    for (uint32_t k = 0; k < step->count; k++) {
        add_scaled_product(c, row, step->list[k].scale, step->list[k].in,
                           step->list[k].in);
        native_rest(c);
    }
    add_row(c, row);
}

bool native_cancels(const struct pass *pass, const struct tile_step *step)
{
    bool cancels = !(pass->uniform_values[step->scale[4]] >= 0);
    for (uint32_t k = 0; k < step->count; k++)
        cancels = cancels || !(pass->uniform_values[step->list[k].scale] >= 0);
    return cancels;
}

/* Which way squares are summed depends on their factors. */
static bool has_fixed_factors(const struct native_code *c, const struct tile_step *step)
{
    bool is_fixed = !c->varies[step->scale[4]];
    for (uint32_t k = 0; k < step->count; k++)
        is_fixed = is_fixed && !c->varies[step->list[k].scale];
    return is_fixed;
}

uint32_t native_totals(const struct native_code *c, const struct tile_step *step)
{
    switch (step->kernel) {
    case TILE_SUM:
    case TILE_SUM_PRODUCT_PLUS:
    case TILE_SUM_TWO_PRODUCTS:
        return 1;
    case TILE_SUM_PRODUCTS:
        return step->count;
    case TILE_SUM_SQUARES:
        return native_cancels(c->pass, step) ? 1 : step->count;
    default:
        return 0;
    }
}

/* ---- operations of numbers ---- */

/* Predicates of vcmppd, quiet. */
enum {
    IS_EQUAL = 0x00,
    IS_UNORDERED = 0x03,
    IS_NOT_EQUAL = 0x04,
    IS_LESS = 0x11,
    IS_LESS_EQUAL = 0x12,
    IS_GREATER_EQUAL = 0x1d,
    IS_GREATER = 0x1e
};

static unsigned compare(struct native_code *c, uint32_t a, uint32_t b, unsigned predicate)
{
    unsigned left = native_load(c, a), to = native_fresh(c);
    wide_put_choice(&c->e, WIDE_COMPARE, to, left, native_operand(c, b), predicate);
    return to;
}

/* Ones where the mask is set. */
static unsigned as_truth(struct native_code *c, unsigned mask)
{
    put(c, WIDE_AND, mask, mask, native_operand(c, native_fixed(c, WIDE_ONE)));
    return mask;
}

static unsigned join_truths(struct native_code *c, uint32_t a, uint32_t b,
                            enum wide_op op)
{
    uint32_t zero = native_fixed(c, WIDE_ZERO);
    unsigned left = compare(c, a, zero, IS_NOT_EQUAL);
    unsigned right = compare(c, b, zero, IS_NOT_EQUAL);
    put(c, op, left, left, wide_register(right));
    return as_truth(c, left);
}

static unsigned choose(struct native_code *c, uint32_t a, uint32_t b, uint32_t otherwise)
{
    unsigned mask = compare(c, a, native_fixed(c, WIDE_ZERO), IS_NOT_EQUAL);
    unsigned left = native_load(c, otherwise);
    wide_put_blend(&c->e, mask, left, native_operand(c, b), mask);
    return mask;
}

/* The lesser or greater of two, the second at a tie; the processor's also takes the
 * second where the first is NaN. */
static unsigned extreme(struct native_code *c, enum wide_op op, unsigned a, uint32_t b)
{
    unsigned to = native_fresh(c), mask = native_fresh(c);
    wide_put_choice(&c->e, WIDE_COMPARE, mask, a, wide_register(a), IS_UNORDERED);
    put(c, op, to, a, native_operand(c, b));
    wide_put_blend(&c->e, to, to, wide_register(a), mask);
    return to;
}

static unsigned one_operand(struct native_code *c, enum wide_op op, uint32_t a)
{
    unsigned to = native_fresh(c);
    put(c, op, to, 0, native_operand(c, a));
    return to;
}

static unsigned two_operands(struct native_code *c, enum wide_op op, uint32_t a,
                             uint32_t b)
{
    unsigned left = native_load(c, a), to = native_fresh(c);
    put(c, op, to, left, native_operand(c, b));
    return to;
}

static unsigned round_whole(struct native_code *c, uint32_t a, unsigned direction)
{
    unsigned to = native_fresh(c);
    wide_put_choice(&c->e, WIDE_ROUND, to, 0, native_operand(c, a), direction);
    return to;
}

enum { DOWN = 9, UP = 10 }; /* without the flag that it was not whole */

static unsigned operation(struct native_code *c, enum op op, uint32_t x, uint32_t y,
                          uint32_t z)
{
    switch (op) {
    case OP_ADD:
        return two_operands(c, WIDE_ADD, x, y);
    case OP_MULTIPLY:
        return two_operands(c, WIDE_MULTIPLY, x, y);
    case OP_DIVIDE:
        return two_operands(c, WIDE_DIVIDE, x, y);
    case OP_NEGATE:
        return two_operands(c, WIDE_XOR, x, native_fixed(c, WIDE_SIGN));
    case OP_ABS:
        return two_operands(c, WIDE_AND, x, native_fixed(c, WIDE_SIZE));
    case OP_SQRT:
        return one_operand(c, WIDE_SQRT, x);
    case OP_FLOOR:
        return round_whole(c, x, DOWN);
    case OP_CEIL:
        return round_whole(c, x, UP);
    case OP_MIN:
        return extreme(c, WIDE_MIN, native_load(c, x), y);
    case OP_MAX:
        return extreme(c, WIDE_MAX, native_load(c, x), y);
    case OP_RELU:
        return extreme(c, WIDE_MAX, native_load(c, x), native_fixed(c, WIDE_ZERO));
    case OP_CLAMP:
        return extreme(c, WIDE_MIN, extreme(c, WIDE_MAX, native_load(c, x), y), z);
    case OP_LESS:
        return as_truth(c, compare(c, x, y, IS_LESS));
    case OP_LESS_EQUAL:
        return as_truth(c, compare(c, x, y, IS_LESS_EQUAL));
    case OP_GREATER:
        return as_truth(c, compare(c, x, y, IS_GREATER));
    case OP_GREATER_EQUAL:
        return as_truth(c, compare(c, x, y, IS_GREATER_EQUAL));
    case OP_EQUAL:
        return as_truth(c, compare(c, x, y, IS_EQUAL));
    case OP_NOT_EQUAL:
        return as_truth(c, compare(c, x, y, IS_NOT_EQUAL));
    case OP_NOT:
        return as_truth(c, compare(c, x, native_fixed(c, WIDE_ZERO), IS_EQUAL));
    case OP_AND:
        return join_truths(c, x, y, WIDE_AND);
    case OP_OR:
        return join_truths(c, x, y, WIDE_OR);
    case OP_SELECT:
        return choose(c, x, y, z);
    default:
        c->is_foreign = true;
        return native_fresh(c);
    }
}

static bool can_operate(const struct tile_step *step)
{
    switch ((enum op)(step->kernel - TILE_OPERATION)) {
    case OP_ADD:
    case OP_MULTIPLY:
        return step->reads == 2;
    case OP_DIVIDE:
    case OP_NEGATE:
    case OP_ABS:
    case OP_SQRT:
    case OP_FLOOR:
    case OP_CEIL:
    case OP_MIN:
    case OP_MAX:
    case OP_RELU:
    case OP_CLAMP:
    case OP_LESS:
    case OP_LESS_EQUAL:
    case OP_GREATER:
    case OP_GREATER_EQUAL:
    case OP_EQUAL:
    case OP_NOT_EQUAL:
    case OP_NOT:
    case OP_AND:
    case OP_OR:
    case OP_SELECT:
        return true;
    default:
        return false;
    }
}

/* ---- steps ---- */

bool native_can(const struct native_code *c, const struct tile_step *step)
{
    switch (step->kernel) {
    case TILE_FILL:
    case TILE_LINEAR1:
    case TILE_LINEAR2:
    case TILE_LINEAR3:
    case TILE_LINEAR4:
    case TILE_LINEAR:
    case TILE_PRODUCT:
    case TILE_PRODUCT_PLUS:
    case TILE_TWO_PRODUCTS:
    case TILE_QUOTIENT:
    case TILE_RANGE:
    case TILE_SUM:
    case TILE_SUM_PRODUCT_PLUS:
    case TILE_SUM_TWO_PRODUCTS:
        return true;
    case TILE_SUM_PRODUCTS:
        return step->count <= MOST_PRODUCTS;
    case TILE_SUM_SQUARES:
        return has_fixed_factors(c, step);
    case TILE_MODULO:
        return native_can_divide(c, step);
    case TILE_IMPULSE:
    case TILE_ADD_AT:
        return !c->has_too_many;
    case TILE_UNPACK:
    case TILE_PACK:
        return native_can_move(c, step);
    default:
        return step->kernel >= TILE_OPERATION && can_operate(step);
    }
}

static unsigned column(struct native_code *c, const struct tile_step *step)
{
    uint32_t x = native_value(c, step->in[0]), y = native_value(c, step->in[1]);
    switch (step->kernel) {
    case TILE_FILL:
        return start_sum(c, step);
    case TILE_PRODUCT:
        return two_operands(c, WIDE_MULTIPLY, x, y);
    case TILE_PRODUCT_PLUS:
    case TILE_TWO_PRODUCTS:
        return products(c, step);
    case TILE_QUOTIENT:
        return two_operands(c, WIDE_DIVIDE, x, y);
    case TILE_RANGE:
        return native_range(c, step);
    case TILE_MODULO:
        return native_modulo(c, step);
    case TILE_IMPULSE:
        return native_copy(c, native_fixed(c, WIDE_ZERO));
    default:
        if (step->kernel < TILE_OPERATION)
            return linear(c, step);
        return operation(c, (enum op)(step->kernel - TILE_OPERATION), x, y,
                         native_value(c, step->in[2]));
    }
}

void native_put_step(struct native_code *c, const struct tile_step *step)
{
    switch (step->kernel) {
    case TILE_SUM:
        sum_column(c, step);
        break;
    case TILE_SUM_PRODUCTS:
        sum_products(c, step);
        break;
    case TILE_SUM_PRODUCT_PLUS:
    case TILE_SUM_TWO_PRODUCTS:
        add_row(c, products(c, step));
        break;
    case TILE_SUM_SQUARES:
        sum_squares(c, step);
        break;
    case TILE_UNPACK:
        native_unpack(c, step);
        break;
    case TILE_PACK:
        native_pack(c, step);
        break;
    case TILE_ADD_AT: /* the kernels compute the tile with its row */
        break;
    default:
        native_define(c, step->out, column(c, step));
    }
    native_unpin(c);
}
