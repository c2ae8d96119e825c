/* SPDX-License-Identifier: MIT
 * Only the derivatives are on the way from a point to the next; the values are not. */
#include "tape/walk.h"

#include "tape/native/native.h"
#include "tape/program.h"
#include "tape/scalar_code.h"
#include "tape/scalar_lanes.h"

#include <assert.h>
#include <stdbool.h>

/* Native code takes as long to make as it saves in about so many steps. */
enum { FIRST_NATIVE = 2000 };

struct walk {
    struct arena *arena;
    size_t n;
    bool may_be_native;
    uint64_t steps_made;
    struct scalar *gradient; /* its code ends in STEP */
    struct scalar_steps steps;
    struct scalar_lanes *value;
    struct scalar_column *columns; /* of its inputs */
    size_t input_count;
};

/* The place of each variable; one that no derivative needs has a place of its own. */
static uint32_t *place_variables(struct arena *arena, struct scalar *scalar, size_t n)
{
    uint32_t *places = ARENA_ARRAY(arena, n, uint32_t);
    for (size_t i = 0; i < n; i++)
        places[i] = UINT32_MAX;
    for (size_t i = 0; i < scalar->input_count; i++)
        if (scalar->inputs[i].input < n)
            places[scalar->inputs[i].input] = scalar->inputs[i].place;
    for (size_t i = 0; i < n; i++)
        if (places[i] == UINT32_MAX)
            places[i] = (uint32_t)scalar->place_count++;
    return places;
}

/* The last instruction makes a step instead of an end.  In one variable the derivative is
 * not stored first. */
static void end_in_step(struct walk *walk)
{
    struct scalar *scalar = walk->gradient;
    struct instruction *end = &scalar->code[scalar->code_count - 1];
    assert(end->code == CODE_END);
    if (walk->n == 1 && scalar->code_count > 1 && end[-1].code == CODE_STORE &&
        end[-1].x == scalar->outputs[0])
        end[-1] = (struct instruction){CODE_STEP_ONE, walk->steps.variables[0], 0, 0};
    else
        end->code = CODE_STEP;
}

static void plan_steps(struct walk *walk, struct arena *arena)
{
    struct scalar *scalar = walk->gradient;
    uint32_t *variables = place_variables(arena, scalar, walk->n);
    walk->steps = (struct scalar_steps){.code = scalar->code,
                                        .n = walk->n,
                                        .variables = variables,
                                        .gradient = scalar->outputs};
    /* the places of variables that nothing needs came last */
    double *places = ARENA_ARRAY(arena, scalar->place_count, double);
    for (size_t i = 0; i < scalar->leaf_count; i++)
        places[i] = scalar->places[i];
    scalar->places = places;
    end_in_step(walk);
}

struct walk *walk_new(struct arena *arena, const struct graph *graph, node_id objective,
                      const node_id *partials, size_t n, const node_id *inputs,
                      size_t input_count, bool may_be_native)
{
    if (!program_fits_scalar(arena, graph, &objective, 1) ||
        !program_fits_scalar(arena, graph, partials, n))
        return NULL;
    struct walk *walk = ARENA_NEW(arena, struct walk);
    walk->arena = arena;
    walk->n = n;
    walk->may_be_native = may_be_native;
    walk->input_count = input_count;
    walk->gradient = scalar_new(arena, graph, partials, n, inputs, input_count);
    plan_steps(walk, arena);
    walk->value = scalar_lanes_new(
        arena, scalar_new(arena, graph, &objective, 1, inputs, input_count));
    walk->columns = ARENA_ARRAY(arena, input_count, struct scalar_column);
    return walk;
}

static void evaluate_values(struct walk *walk, const double *const *inputs, size_t count,
                            const double *x, double *value)
{
    for (size_t i = 0; i < walk->input_count; i++)
        walk->columns[i] = i < walk->n ? (struct scalar_column){x + i, walk->n}
                                       : (struct scalar_column){inputs[i], 0};
    scalar_lanes_run(walk->value, count, walk->columns, &value);
}

static void make_native(struct walk *walk, size_t count)
{
    walk->steps_made += count;
    if (!walk->may_be_native || walk->steps_made < FIRST_NATIVE)
        return;
    walk->may_be_native = false;
    (void)native_make(walk->gradient, &walk->steps, walk->arena);
}

void walk_run(struct walk *walk, const double *const *inputs, size_t count, double factor,
              double *x, double *gradient, double *value)
{
    struct scalar *scalar = walk->gradient;
    struct scalar_steps *steps = &walk->steps;
    size_t n = walk->n;
    if (count == 0)
        return;
    make_native(walk, count);
    for (size_t i = 0; i < scalar->input_count; i++)
        if (scalar->inputs[i].input >= n)
            scalar->places[scalar->inputs[i].place] = inputs[scalar->inputs[i].input][0];
    steps->factor = factor;
    steps->left = count;
    for (size_t i = 0; i < n; i++)
        x[n + i] = scalar->places[steps->variables[i]] = x[i] + factor * gradient[i];
    steps->x = x + 2 * n;
    steps->g = gradient + n;
    scalar_execute(scalar, steps);
    evaluate_values(walk, inputs, count, x + n, value + 1);
}
