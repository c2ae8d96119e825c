/* SPDX-License-Identifier: MIT
 * A sum of many is a chain of sums of two, added in the order in which they are written;
 * functions that share work become cells that do. */
#include "tape/scalar_cells.h"

#include <assert.h>
#include <math.h>

static const struct {
    uint32_t first, second, code;
} pairs[] = {
#define SCALAR_PAIR(first, second, both, is_turned)                                      \
    {CODE_##first##_HELD, CODE_##second##_HELD, CODE_##first##_##second##_HELD},
    SCALAR_PAIRS(SCALAR_PAIR)
#undef SCALAR_PAIR
};
enum { PAIRS = sizeof pairs / sizeof *pairs };

static bool is_leaf(enum op op)
{
    return op_info(op)->arity == 0;
}

static uint32_t time_of(enum op op)
{
    enum { SIMPLE = 4, QUOTIENT = 13, FUNCTION = 40 };
    if (op == OP_DIVIDE || op == OP_SQRT)
        return QUOTIENT;
    bool is_quick = op == OP_ABS || op == OP_MIN || op == OP_MAX || op == OP_RELU;
    bool is_function = op_info(op)->level == LEVEL_CALL || op == OP_POWER;
    return is_function && !is_quick ? FUNCTION : SIMPLE;
}

static uint32_t add_cell(struct compiler *c, uint32_t code, uint32_t time,
                         const uint32_t *operands, size_t count)
{
    struct cell *cell = &c->cells[c->cell_count];
    uint32_t longest = 0;
    *cell = (struct cell){.code = code, .count = (uint32_t)count};
    for (size_t i = 0; i < count; i++) {
        uint32_t before = c->cells[operands[i]].time;
        cell->operand[i] = operands[i];
        longest = before > longest ? before : longest;
    }
    cell->time = longest > UINT32_MAX - time ? UINT32_MAX : longest + time;
    return (uint32_t)c->cell_count++;
}

static uint32_t add_leaf(struct compiler *c, double value)
{
    struct cell *cell = &c->cells[c->cell_count];
    uint32_t place = (uint32_t)c->scalar->place_count++;
    *cell = (struct cell){.place = place, .is_leaf = true, .is_ready = true};
    c->scalar->places[place] = value;
    return (uint32_t)c->cell_count++;
}

/* a + -b is a - b, of the same bits; so is -a + b as b - a. */
static uint32_t add_pair(struct compiler *c, enum op op, uint32_t left, size_t step)
{
    const struct plan_step *right = &c->plan.steps[step];
    uint32_t pair[2] = {left, c->cell_of[step]};
    if (op != OP_ADD || right->op != OP_NEGATE || c->uses[step] != 1)
        return add_cell(c, op * FORMS, time_of(op), pair, 2);
    pair[1] = c->cell_of[c->plan.operands[right->first]];
    return add_cell(c, CODE_SUBTRACT_HELD, time_of(OP_ADD), pair, 2);
}

static uint32_t add_chain(struct compiler *c, const struct plan_step *step)
{
    const size_t *operands = c->plan.operands + step->first;
    if (step->count == 0)
        return add_leaf(c, op_value(step->op, NULL, 0));
    uint32_t so_far = c->cell_of[operands[0]];
    for (size_t i = 1; i < step->count; i++)
        so_far = add_pair(c, step->op, so_far, operands[i]);
    return so_far;
}

/* The code of a power with a small whole exponent; 0: it is none. */
static uint32_t code_of_power(const struct compiler *c, const struct plan_step *step)
{
    const struct plan_step *exponent = &c->plan.steps[c->plan.operands[step->first + 1]];
    double value = exponent->op == OP_CONSTANT ? exponent->value : (double)NAN;
    return value == 2   ? CODE_SQUARE_HELD
           : value == 3 ? CODE_CUBE_HELD
           : value == 4 ? CODE_FOURTH_HELD
                        : 0;
}

/* A softplus or sigmoid by exp(-|x|), which both need. */
static uint32_t add_by_power(struct compiler *c, enum op op, size_t operand)
{
    uint32_t operands[2] = {c->cell_of[operand], c->power_of[operand]};
    if (operands[1] == NOTHING)
        operands[1] = c->power_of[operand] =
            add_cell(c, CODE_EXP_SIZE_HELD, time_of(OP_EXP), operands, 1);
    uint32_t code = op == OP_SIGMOID ? CODE_SIGMOID_BY_HELD : CODE_SOFTPLUS_BY_HELD;
    return add_cell(c, code, time_of(op == OP_SIGMOID ? OP_DIVIDE : op), operands, 2);
}

static bool needs_power(const struct compiler *c, const struct plan_step *step)
{
    bool is_one = step->op == OP_SIGMOID || step->op == OP_SOFTPLUS;
    return is_one && c->power_of[c->plan.operands[step->first]] != NEEDLESS;
}

static uint32_t add_step(struct compiler *c, const struct plan_step *step)
{
    uint32_t operands[3] = {0};
    if (is_leaf(step->op)) /* a leaf is nothing until an input sets it */
        return add_leaf(c, step->op == OP_CONSTANT ? step->value : (double)NAN);
    if (op_info(step->op)->arity < 0)
        return add_chain(c, step);
    assert(step->count <= 3);
    for (size_t i = 0; i < step->count; i++)
        operands[i] = c->cell_of[c->plan.operands[step->first + i]];
    if (needs_power(c, step))
        return add_by_power(c, step->op, c->plan.operands[step->first]);
    uint32_t power = step->op == OP_POWER ? code_of_power(c, step) : 0;
    if (power != 0)
        return add_cell(c, power, time_of(OP_MULTIPLY), operands, 1);
    return add_cell(c, step->op * FORMS, time_of(step->op), operands, step->count);
}

/* One a step, and one more for each further operand of a sum or product. */
static size_t most_cells(const struct plan *plan)
{
    size_t most = plan->step_count;
    for (size_t i = 0; i < plan->step_count; i++)
        most += plan->steps[i].count;
    return most;
}

static void count_operations(struct compiler *c)
{
    for (size_t i = 0; i < c->plan.step_count; i++) {
        const struct plan_step *step = &c->plan.steps[i];
        if (!is_leaf(step->op))
            c->scalar->operations += op_info(step->op)->arity < 0 ? step->count - 1 : 1;
        for (size_t k = 0; k < step->count; k++)
            c->uses[c->plan.operands[step->first + k]]++;
    }
    for (size_t i = 0; i < c->plan.output_count; i++)
        c->uses[c->plan.outputs[i]]++;
}

/* Where softplus and sigmoid of one number are both needed. */
static void find_powers(struct compiler *c)
{
    enum { SIGMOID = 1, SOFTPLUS = 2 };
    size_t count = c->plan.step_count;
    c->power_of = ARENA_ARRAY(c->arena, count, uint32_t);
    for (size_t i = 0; i < count; i++) {
        const struct plan_step *step = &c->plan.steps[i];
        if (step->op == OP_SIGMOID)
            c->power_of[c->plan.operands[step->first]] |= SIGMOID;
        if (step->op == OP_SOFTPLUS)
            c->power_of[c->plan.operands[step->first]] |= SOFTPLUS;
    }
    for (size_t i = 0; i < count; i++)
        c->power_of[i] = c->power_of[i] == (SIGMOID | SOFTPLUS) ? NOTHING : NEEDLESS;
}

/* Outputs are kept, and what more than one of the cells that are needed uses. */
static void count_uses(struct compiler *c)
{
    for (size_t i = 0; i < c->plan.output_count; i++) {
        struct cell *cell = &c->cells[c->cell_of[c->plan.outputs[i]]];
        cell->uses++;
        cell->is_kept = true;
    }
    for (size_t i = c->cell_count; i-- > 0;) {
        struct cell *cell = &c->cells[i];
        for (size_t k = 0; k < cell->count && cell->uses > 0; k++)
            c->cells[cell->operand[k]].uses++;
        cell->is_kept |= cell->uses > 1;
    }
}

static void find_early(struct compiler *c)
{
    for (size_t i = 0; i + 1 < c->plan.output_count; i++)
        c->cells[c->cell_of[c->plan.outputs[i]]].is_early = true;
    for (size_t i = c->cell_count; i-- > 0;)
        for (size_t k = 0; k < c->cells[i].count && c->cells[i].is_early; k++)
            c->cells[c->cells[i].operand[k]].is_early = true;
}

static void join_pair(struct compiler *c, uint32_t first, uint32_t second)
{
    struct cell *a = &c->cells[first], *b = &c->cells[second];
    for (size_t i = 0; i < PAIRS; i++)
        if (pairs[i].first == a->code && pairs[i].second == b->code) {
            a->partner = second;
            a->pair = pairs[i].code;
        }
}

static bool is_paired(const struct compiler *c, const struct cell *cell)
{
    if (c->for_native && !cell->is_early)
        return false;
    for (size_t i = 0; i < PAIRS; i++)
        if (pairs[i].first == cell->code && cell->count == 1 && cell->uses > 0)
            return true;
    return false;
}

/* Each function of a pair with the last one before it of the same operand. */
static void find_pairs(struct compiler *c)
{
    uint32_t *last = ARENA_ARRAY(c->arena, c->cell_count, uint32_t); /* by operand */
    for (size_t i = 0; i < c->cell_count; i++)
        last[i] = NOTHING;
    for (uint32_t i = 0; i < c->cell_count; i++) {
        if (!is_paired(c, &c->cells[i]))
            continue;
        uint32_t *before = &last[c->cells[i].operand[0]];
        if (*before != NOTHING) {
            join_pair(c, i, *before);
            join_pair(c, *before, i);
        }
        *before = i;
    }
}

void scalar_make_cells(struct compiler *c)
{
    size_t most = most_cells(&c->plan);
    c->uses = ARENA_ARRAY(c->arena, c->plan.step_count, uint32_t);
    c->cell_of = ARENA_ARRAY(c->arena, c->plan.step_count, uint32_t);
    c->cells = ARENA_ARRAY(c->arena, most, struct cell);
    c->scalar->places = ARENA_ARRAY(c->arena, most, double);
    count_operations(c);
    find_powers(c);
    for (size_t i = 0; i < c->plan.step_count; i++)
        c->cell_of[i] = add_step(c, &c->plan.steps[i]);
    c->scalar->leaf_count = c->scalar->place_count;
    count_uses(c);
    find_early(c);
    find_pairs(c);
}
