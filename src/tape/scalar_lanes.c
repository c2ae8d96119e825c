/* SPDX-License-Identifier: MIT
 * Runs of a scalar program over lanes: fills the lanes of its inputs, and takes the
 * numbers out of those of its outputs. */
#include "tape/scalar_lanes.h"

#include "tape/kernels/kernel.h"
#include "tape/scalar_code.h"

#include <string.h>

enum { WIDTH = SCALAR_WIDTH };

struct scalar_lanes {
    const struct scalar *scalar;
    double *places; /* WIDTH numbers each */
    scalar_lanes_machine *machine;
    math_block *blocks[OP_COUNT];
};

static void fill(double *lane, double value)
{
    for (size_t i = 0; i < WIDTH; i++)
        lane[i] = value;
}

static scalar_lanes_machine *choose_machine(void)
{
#if defined __x86_64__ && defined MATH_HAS_LEVELS
    if (math_best_level() >= MATH_V3)
        return scalar_lanes_execute_v3;
#endif
    return scalar_lanes_execute_baseline;
}

struct scalar_lanes *scalar_lanes_new(struct arena *arena, const struct scalar *scalar)
{
    struct scalar_lanes *lanes = ARENA_NEW(arena, struct scalar_lanes);
    lanes->scalar = scalar;
    lanes->places = ARENA_ARRAY(arena, scalar->place_count * WIDTH, double);
    for (size_t i = 0; i < scalar->leaf_count; i++)
        fill(lanes->places + i * WIDTH, scalar->places[i]);
    lanes->machine = choose_machine();
    for (int op = 0; op < OP_COUNT; op++)
        lanes->blocks[op] = kernel_block((enum op)op);
    return lanes;
}

/* In a lane that has no run of its own the last one runs again. */
static void place_column(double *restrict lane, const struct scalar_column *column,
                         size_t first, size_t count)
{
    const double *restrict from = column->at + first;
    if (column->stride == 0 && first == 0)
        fill(lane, column->at[0]);
    if (column->stride == 0)
        return;
    if (column->stride == 1 && count == WIDTH) {
        for (size_t i = 0; i < WIDTH; i++)
            lane[i] = from[i];
        return;
    }
    for (size_t i = 0; i < WIDTH; i++)
        lane[i] = column->at[(first + (i < count ? i : count - 1)) * column->stride];
}

static void take_lane(const double *restrict lane, size_t count, double *restrict out)
{
    for (size_t i = 0; i < count; i++)
        out[i] = lane[i];
}

bool scalar_lanes_reads(const struct scalar_lanes *lanes, size_t input)
{
    for (size_t i = 0; i < lanes->scalar->input_count; i++)
        if (lanes->scalar->inputs[i].input == input)
            return true;
    return false;
}

/* The runs from `first` on that one lane holds. */
static size_t run_lane(struct scalar_lanes *lanes, size_t first, size_t count,
                       const struct scalar_column *inputs)
{
    const struct scalar *scalar = lanes->scalar;
    size_t runs = count - first < WIDTH ? count - first : WIDTH;
    for (size_t i = 0; i < scalar->input_count; i++)
        place_column(lanes->places + scalar->inputs[i].place * (size_t)WIDTH,
                     &inputs[scalar->inputs[i].input], first, runs);
    lanes->machine(scalar->code, lanes->places, lanes->blocks);
    return runs;
}

void scalar_lanes_run(struct scalar_lanes *lanes, size_t count,
                      const struct scalar_column *inputs, double *const *outputs)
{
    const struct scalar *scalar = lanes->scalar;
    for (size_t first = 0; first < count; first += WIDTH) {
        size_t runs = run_lane(lanes, first, count, inputs);
        for (size_t i = 0; i < scalar->output_count; i++)
            take_lane(lanes->places + scalar->outputs[i] * (size_t)WIDTH, runs,
                      outputs[i] + first);
    }
}

static uint64_t join_bits(const double *lane)
{
    uint64_t any = 0;
    for (size_t i = 0; i < WIDTH; i++) {
        uint64_t bits;
        memcpy(&bits, &lane[i], sizeof bits);
        any |= bits;
    }
    return any;
}

bool scalar_lanes_any(struct scalar_lanes *lanes, size_t count,
                      const struct scalar_column *inputs)
{
    const struct scalar *scalar = lanes->scalar;
    uint64_t any = 0;
    for (size_t first = 0; first < count; first += WIDTH) {
        (void)run_lane(lanes, first, count, inputs);
        for (size_t i = 0; i < scalar->output_count; i++)
            any |= join_bits(lanes->places + scalar->outputs[i] * (size_t)WIDTH);
    }
    return any << 1 != 0; /* but for the sign */
}
