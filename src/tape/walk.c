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
enum { LONG = 2000 };

struct walk {
    size_t n;
    uint64_t steps_made;
    struct scalar *gradient; /* its code ends in STEP */
    struct scalar_steps steps;
    struct scalar_lanes *value;
    struct scalar_column *columns; /* of its inputs */
    size_t input_count;
    /* derivatives and value together, as native code; NULL: there is none */
    native_code *native;
    bool was_asked; /* for it */
    struct scalar *both;
    struct native_steps native_steps;
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
                      size_t input_count)
{
    if (!program_fits_scalar(arena, graph, &objective, 1) ||
        !program_fits_scalar(arena, graph, partials, n))
        return NULL;
    struct walk *walk = ARENA_NEW(arena, struct walk);
    walk->n = n;
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

/* ---- native code ---- */

bool walk_is_long(const struct walk *walk)
{
    return walk->steps_made >= LONG && !walk->was_asked;
}

/* The number of a leaf, and what the steps of a turn find there. */
static void set_place(double *places, size_t place_count, uint32_t place, double number)
{
    double *wide = places + place_count + NATIVE_TURN * (size_t)place;
    places[place] = number;
    for (size_t i = 0; i < NATIVE_TURN; i++)
        wide[i] = wide[place_count * NATIVE_TURN + i] = number;
}

/* Places of native code's own, and for variables that nothing needs; then those of turns,
 * which begin at a multiple of their size. */
static void add_places(struct walk *walk, struct arena *arena)
{
    enum { LINE = NATIVE_TURN * sizeof(double) };
    struct scalar *both = walk->both;
    size_t n = walk->n;
    uint32_t *next = ARENA_ARRAY(arena, n, uint32_t);
    walk->native_steps.variables = place_variables(arena, both, n);
    for (size_t i = 0; i < n; i++)
        next[i] = (uint32_t)both->place_count++;
    walk->native_steps.next = next;
    walk->native_steps.held = (uint32_t)both->place_count++;
    walk->native_steps.factor = (uint32_t)both->place_count++;
    both->place_count += NATIVE_TURN - both->place_count % NATIVE_TURN;
    size_t count = both->place_count * (1 + 2 * (size_t)NATIVE_TURN);
    double *places = ARENA_ARRAY(arena, count + NATIVE_TURN, double);
    places += (LINE - (uintptr_t)places % LINE) % LINE / sizeof *places;
    for (size_t i = 0; i < both->leaf_count; i++)
        set_place(places, both->place_count, (uint32_t)i, both->places[i]);
    both->places = places;
}

void walk_make_native(struct walk *walk, struct arena *arena, const struct graph *graph,
                      node_id objective, const node_id *partials, const node_id *inputs)
{
    size_t n = walk->n;
    node_id *outputs = ARENA_ARRAY(arena, n + 1, node_id);
    for (size_t i = 0; i < n; i++)
        outputs[i] = partials[i];
    outputs[n] = objective;
    walk->was_asked = true;
    walk->both =
        scalar_new_for_native(arena, graph, outputs, n + 1, inputs, walk->input_count);
    walk->native_steps.n = n;
    add_places(walk, arena);
    walk->native = native_make(walk->both, &walk->native_steps, arena);
}

static void run_native(struct walk *walk, const double *const *inputs, size_t turns,
                       double factor, double *x, double *gradient, double *value)
{
    const struct scalar *both = walk->both;
    size_t n = walk->n;
    const struct native_steps *steps = &walk->native_steps;
    struct native_run run = {turns, x + n, gradient + n, value + 1, 0};
    for (size_t i = 0; i < both->input_count; i++)
        if (both->inputs[i].input >= n)
            set_place(both->places, both->place_count, both->inputs[i].place,
                      inputs[both->inputs[i].input][0]);
    for (size_t i = 0; i < n; i++)
        both->places[steps->variables[i]] = x[i] + factor * gradient[i];
    both->places[steps->factor] = factor;
    walk->native(both->places, &run);
}

/* ---- the whole ---- */

static void run_plain(struct walk *walk, const double *const *inputs, size_t count,
                      double factor, double *x, double *gradient, double *value)
{
    struct scalar *scalar = walk->gradient;
    struct scalar_steps *steps = &walk->steps;
    size_t n = walk->n;
    for (size_t i = 0; i < scalar->input_count; i++)
        if (scalar->inputs[i].input >= n)
            scalar->places[scalar->inputs[i].place] = inputs[scalar->inputs[i].input][0];
    steps->factor = factor;
    steps->left = count;
    for (size_t i = 0; i < n; i++)
        x[n + i] = scalar->places[steps->variables[i]] = x[i] + factor * gradient[i];
    steps->x = x + 2 * n;
    steps->g = gradient + n;
    scalar->machine(scalar->code, scalar->places, steps);
    evaluate_values(walk, inputs, count, x + n, value + 1);
}

void walk_run(struct walk *walk, const double *const *inputs, size_t count, double factor,
              double *x, double *gradient, double *value)
{
    size_t n = walk->n, turns = walk->native != NULL ? count / NATIVE_TURN : 0;
    size_t done = turns * NATIVE_TURN;
    walk->steps_made += count;
    if (turns > 0)
        run_native(walk, inputs, turns, factor, x, gradient, value);
    if (done < count)
        run_plain(walk, inputs, count - done, factor, x + done * n, gradient + done * n,
                  value + done);
}
