/* SPDX-License-Identifier: MIT
 * The machine of scalar_run.c over lanes.  The code is the same; accumulator and places
 * have WIDTH numbers, and the loops over them become vector instructions. */
#include "tape/scalar_lanes.h"

#include "tape/scalar_values.h"

#include <string.h>

enum { WIDTH = 64 };

struct scalar_lanes {
    const struct scalar *scalar;
    double *places; /* WIDTH numbers each */
};

static void fill(double *lane, double value)
{
    for (size_t i = 0; i < WIDTH; i++)
        lane[i] = value;
}

struct scalar_lanes *scalar_lanes_new(struct arena *arena, const struct scalar *scalar)
{
    struct scalar_lanes *lanes = ARENA_NEW(arena, struct scalar_lanes);
    lanes->scalar = scalar;
    lanes->places = ARENA_ARRAY(arena, scalar->place_count * WIDTH, double);
    for (size_t i = 0; i < scalar->leaf_count; i++)
        fill(lanes->places + i * WIDTH, scalar->places[i]);
    return lanes;
}

/* In a lane that has no run of its own the last one runs again. */
static void place_column(double *lane, const struct scalar_column *column, size_t first,
                         size_t count)
{
    if (column->stride == 0) {
        fill(lane, column->at[0]);
        return;
    }
    for (size_t i = 0; i < WIDTH; i++)
        lane[i] = column->at[(first + (i < count ? i : count - 1)) * column->stride];
}

#define EACH(value)                                                                      \
    {                                                                                    \
        for (size_t i = 0; i < WIDTH; i++)                                               \
            held[i] = (value);                                                           \
    }

#define OPERATION(id, arity, with_product)                                               \
    case CODE_##id##_HELD:                                                               \
        if ((arity) != 0)                                                                \
            EACH(value_##id(held[i], x[i], y[i]))                                        \
        break;                                                                           \
    case CODE_##id##_SECOND:                                                             \
        if ((arity) == 2)                                                                \
            EACH(value_##id(x[i], held[i], (double)NAN))                                 \
        break;                                                                           \
    case CODE_##id##_PLACES:                                                             \
        if ((arity) != 0)                                                                \
            EACH(value_##id(x[i], y[i], z[i]))                                           \
        break;                                                                           \
    case CODE_##id##_PRODUCT:                                                            \
        if ((arity) == 1)                                                                \
            EACH(value_##id(x[i] * y[i], (double)NAN, (double)NAN))                      \
        else if (with_product)                                                           \
            EACH(value_##id(held[i], x[i] * y[i], (double)NAN))                          \
        break;

static void execute(const struct instruction *at, double *places)
{
    double held[WIDTH] = {0};
    for (;; at++) {
        double *x = places + (size_t)at->x * WIDTH;
        const double *y = places + (size_t)at->y * WIDTH;
        const double *z = places + (size_t)at->z * WIDTH;
        switch ((enum scalar_code)at->code) {
#define OP(id, spelling, arity, ...) OPERATION(id, arity, OP_##id == OP_ADD)
#include "graph/ops.def"
            OPERATION(SUBTRACT, 2, true)
            OPERATION(SQUARE, 1, false)
        case CODE_LOAD:
            memcpy(held, x, sizeof held);
            break;
        case CODE_STORE:
            memcpy(x, held, sizeof held);
            break;
        case CODE_MULTIPLY_ADD:
            EACH(held[i] * x[i] + y[i])
            break;
        case CODE_DIVIDE_SUM:
            EACH(x[i] / (y[i] + held[i]))
            break;
        default: /* END; a program that makes steps has no lanes */
            return;
        }
    }
}

void scalar_lanes_run(struct scalar_lanes *lanes, size_t count,
                      const struct scalar_column *inputs, double *const *outputs)
{
    const struct scalar *scalar = lanes->scalar;
    for (size_t first = 0; first < count; first += WIDTH) {
        size_t runs = count - first < WIDTH ? count - first : WIDTH;
        for (size_t i = 0; i < scalar->input_count; i++)
            place_column(lanes->places + scalar->inputs[i].place * (size_t)WIDTH,
                         &inputs[scalar->inputs[i].input], first, runs);
        execute(scalar->code, lanes->places);
        for (size_t i = 0; i < scalar->output_count; i++)
            memcpy(outputs[i] + first, lanes->places + scalar->outputs[i] * (size_t)WIDTH,
                   runs * sizeof(double));
    }
}
