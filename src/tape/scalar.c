/* SPDX-License-Identifier: MIT
 * Compiles a graph of numbers for the accumulator machine.
 *
 * The nodes become cells, each with at most three operands: a sum of many is a chain of
 * sums of two, added in the order in which they are written.  A walk from the outputs
 * down emits the operands of a cell before the cell, the one that takes longest last: it
 * is then in the accumulator, and what it needed is not waited for.  A cell that is used
 * more than once, or while another is in the accumulator, is stored. */
#include "tape/scalar_cells.h"

/* ---- instructions ---- */

static struct instruction *last_instruction(const struct compiler *c)
{
    size_t count = c->scalar->code_count;
    return count > 0 ? &c->scalar->code[count - 1] : NULL;
}

static bool last_is(const struct compiler *c, uint32_t code)
{
    const struct instruction *last = last_instruction(c);
    return last != NULL && last->code == code;
}

static void emit(struct compiler *c, uint32_t code, uint32_t x, uint32_t y, uint32_t z)
{
    c->scalar->code[c->scalar->code_count++] = (struct instruction){code, x, y, z};
}

static uint32_t place_of(const struct compiler *c, uint32_t cell)
{
    return c->cells[cell].place;
}

static void keep_held(struct compiler *c, struct cell *cell)
{
    cell->place = (uint32_t)c->scalar->place_count++;
    cell->is_ready = true;
    emit(c, CODE_STORE, cell->place, 0, 0);
}

/* An instruction and the one before it become one. */
static bool fuse(struct compiler *c, uint32_t code, uint32_t x)
{
    struct instruction *last = last_instruction(c);
    bool is_unary = code % FORMS == FORM_HELD && scalar_arity(code) == 1;
    if (last_is(c, CODE_MULTIPLY_PLACES) && is_unary) {
        last->code = code - FORM_HELD + FORM_PRODUCT;
        return true;
    }
    if (last_is(c, CODE_MULTIPLY_HELD) && code == CODE_ADD_HELD) {
        *last = (struct instruction){CODE_MULTIPLY_ADD, last->x, x, 0};
        return true;
    }
    if (last_is(c, CODE_ADD_HELD) && code == CODE_DIVIDE_SECOND) {
        *last = (struct instruction){CODE_DIVIDE_SUM, x, last->x, 0};
        return true;
    }
    return false;
}

static bool commutes(uint32_t code)
{
    return code == CODE_ADD_HELD || code == CODE_MULTIPLY_HELD;
}

/* A product of two places that a sum or difference takes as its second operand. */
static bool is_fused_product(const struct compiler *c, const struct cell *user,
                             uint32_t operand)
{
    const struct cell *cell = &c->cells[operand];
    bool is_sum = user->code == CODE_ADD_HELD || user->code == CODE_SUBTRACT_HELD;
    return is_sum && operand == user->operand[1] && operand != user->operand[0] &&
           cell->code == CODE_MULTIPLY_HELD && cell->count == 2 && !cell->is_kept &&
           c->cells[cell->operand[0]].is_ready && c->cells[cell->operand[1]].is_ready;
}

/* The operands are in their places, but for one, which is held. */
static void emit_pair(struct compiler *c, const struct cell *cell)
{
    uint32_t left = cell->operand[0], right = cell->operand[1];
    if (is_fused_product(c, cell, right)) {
        const struct cell *product = &c->cells[right];
        if (c->held != left)
            emit(c, CODE_LOAD, place_of(c, left), 0, 0);
        emit(c, cell->code + FORM_PRODUCT, place_of(c, product->operand[0]),
             place_of(c, product->operand[1]), 0);
        return;
    }
    bool is_second = c->held == right && c->held != left;
    if (!is_second && c->held != left) {
        emit(c, cell->code + FORM_PLACES, place_of(c, left), place_of(c, right), 0);
        return;
    }
    uint32_t other = is_second ? left : right;
    uint32_t code = cell->code + (is_second && !commutes(cell->code) ? FORM_SECOND : 0);
    if (!fuse(c, code, place_of(c, other)))
        emit(c, code, place_of(c, other), 0, 0);
}

static bool makes_partner(const struct compiler *c, const struct cell *cell)
{
    return cell->pair != 0 && !c->cells[cell->partner].is_ready;
}

/* It is made by the last instruction. */
static void place_partner(struct compiler *c, struct cell *partner)
{
    partner->place = (uint32_t)c->scalar->place_count++;
    partner->is_ready = true;
    last_instruction(c)->z = partner->place;
}

static void emit_cell(struct compiler *c, uint32_t index)
{
    struct cell *cell = &c->cells[index];
    uint32_t place[3] = {0};
    for (size_t i = 0; i < cell->count; i++)
        place[i] = place_of(c, cell->operand[i]);
    bool is_held = c->held == cell->operand[0], is_double = makes_partner(c, cell);
    uint32_t code = is_double ? cell->pair : cell->code;
    if (cell->count == 2)
        emit_pair(c, cell);
    else if (!is_held)
        emit(c, code + FORM_PLACES, place[0], place[1], place[2]);
    else if (cell->count != 1 || !fuse(c, code, 0))
        emit(c, code, place[1], place[2], 0);
    if (is_double)
        place_partner(c, &c->cells[cell->partner]);
    c->held = index;
    if (cell->is_kept)
        keep_held(c, cell);
}

/* ---- the walk ---- */

/* Of two times the later one is better in the accumulator; where processors run ahead,
 * the one begun first. */
static bool comes_later(const struct compiler *c, uint32_t time, uint32_t than)
{
    return c->for_native ? time < than : time > than;
}

/* Of a cell's operands that are not known yet the one that comes last; the others have to
 * be stored before it.  Of three operands only the first can be held. */
static uint32_t last_operand(const struct compiler *c, const struct cell *cell)
{
    uint32_t last = NOTHING;
    size_t holders = cell->count == 3 ? 1 : cell->count;
    for (size_t i = 0; i < holders; i++) {
        uint32_t operand = cell->operand[i];
        if (c->cells[operand].is_ready || is_fused_product(c, cell, operand))
            continue;
        if (last == NOTHING ||
            comes_later(c, c->cells[operand].time, c->cells[last].time))
            last = operand;
    }
    return last;
}

/* The operand to be made next; NOTHING when the cell can be. */
static uint32_t next_operand(struct compiler *c, const struct cell *cell)
{
    uint32_t last = last_operand(c, cell);
    for (size_t i = 0; i < cell->count; i++) {
        uint32_t operand = cell->operand[i];
        struct cell *other = &c->cells[operand];
        if (operand == last || other->is_ready || is_fused_product(c, cell, operand))
            continue;
        if (other->pair != 0 && other->partner == last) /* made with it */
            continue;
        other->is_kept = true;
        return operand;
    }
    return last == c->held ? NOTHING : last;
}

static void make_value(struct compiler *c, uint32_t root)
{
    c->depth = 0;
    if (!c->cells[root].is_ready)
        c->stack[c->depth++] = root;
    while (c->depth > 0) {
        uint32_t top = c->stack[c->depth - 1];
        uint32_t next = next_operand(c, &c->cells[top]);
        if (next != NOTHING) {
            c->stack[c->depth++] = next;
            continue;
        }
        emit_cell(c, top);
        c->depth--;
    }
}

/* ---- the whole ---- */

static void place_inputs(struct compiler *c)
{
    struct scalar *scalar = c->scalar;
    scalar->inputs = ARENA_ARRAY(c->arena, c->plan.input_count, struct scalar_input);
    for (size_t i = 0; i < c->plan.input_count; i++) {
        if (c->plan.inputs[i] == SIZE_MAX)
            continue;
        uint32_t place = place_of(c, c->cell_of[c->plan.inputs[i]]);
        scalar->inputs[scalar->input_count++] = (struct scalar_input){(uint32_t)i, place};
    }
}

static void make_code(struct compiler *c)
{
    struct scalar *scalar = c->scalar;
    /* each cell an instruction, perhaps a load before and a store after it */
    scalar->code = ARENA_ARRAY(c->arena, 3 * c->cell_count + 1, struct instruction);
    c->stack = ARENA_ARRAY(c->arena, c->cell_count, uint32_t);
    c->held = NOTHING;
    scalar->outputs = ARENA_ARRAY(c->arena, c->plan.output_count, uint32_t);
    scalar->ends = ARENA_ARRAY(c->arena, c->plan.output_count, size_t);
    scalar->output_count = c->plan.output_count;
    for (size_t i = 0; i < c->plan.output_count; i++) {
        uint32_t cell = c->cell_of[c->plan.outputs[i]];
        if (c->for_native && i + 1 == c->plan.output_count)
            c->held = NOTHING;
        make_value(c, cell);
        scalar->outputs[i] = place_of(c, cell);
        scalar->ends[i] = scalar->code_count;
    }
    emit(c, CODE_END, 0, 0, 0);
}

static scalar_machine *choose_machine(void)
{
#if defined __x86_64__ && defined MATH_HAS_LEVELS
    if (math_best_level() >= MATH_V3)
        return scalar_execute_v3;
#endif
    return scalar_execute_baseline;
}

static struct scalar *compile(struct arena *arena, const struct graph *graph,
                              const node_id *outputs, size_t output_count,
                              const node_id *inputs, size_t input_count, bool for_native)
{
    struct compiler c = {.arena = arena,
                         .scalar = ARENA_NEW(arena, struct scalar),
                         .for_native = for_native};
    plan_make(&c.plan, arena, graph, outputs, output_count, inputs, input_count);
    scalar_make_cells(&c);
    place_inputs(&c);
    make_code(&c);
    c.scalar->machine = choose_machine();
    return c.scalar;
}

struct scalar *scalar_new(struct arena *arena, const struct graph *graph,
                          const node_id *outputs, size_t output_count,
                          const node_id *inputs, size_t input_count)
{
    return compile(arena, graph, outputs, output_count, inputs, input_count, false);
}

struct scalar *scalar_new_for_native(struct arena *arena, const struct graph *graph,
                                     const node_id *outputs, size_t output_count,
                                     const node_id *inputs, size_t input_count)
{
    return compile(arena, graph, outputs, output_count, inputs, input_count, true);
}

void scalar_run(struct scalar *scalar, const double *const *inputs,
                double *const *outputs)
{
    double *places = scalar->places;
    for (size_t i = 0; i < scalar->input_count; i++)
        places[scalar->inputs[i].place] = inputs[scalar->inputs[i].input][0];
    scalar->machine(scalar->code, places, NULL);
    for (size_t i = 0; i < scalar->output_count; i++)
        outputs[i][0] = places[scalar->outputs[i]];
}

size_t scalar_operations(const struct scalar *scalar)
{
    return scalar->operations;
}

size_t scalar_instructions(const struct scalar *scalar)
{
    return scalar->code_count;
}
