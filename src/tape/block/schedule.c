/* SPDX-License-Identifier: MIT
 * An array program of which passes over rows do what they can: which steps still run as
 * kernels, which numbers passes leave behind, and when each of them runs.
 *
 * Stage by stage: first the kernels whose operands are there, then the passes.  Going
 * through the stages backwards tells what is asked for. */
#include "tape/array_plan.h"
#include "tape/block/fusion.h"
#include "tape/block/pass.h"

#include <string.h>

struct schedule {
    struct arena *arena;
    const struct array_program *plain;
    struct fusion fusion;
    struct array_means means;
    bool *asked;     /* by step: somebody reads its numbers */
    bool *is_passed; /* by step: a pass writes them */
    uint32_t last_stage;
    struct pass **passes;       /* by stage and group */
    size_t *outputs;            /* of the pass at hand */
    size_t *order, order_count; /* the steps of the program that is made */
    struct pass **triggers;     /* by place in the order */
};

static void ask(void *user, size_t place)
{
    struct schedule *s = user;
    s->asked[place] = true;
}

/* What only moves elements runs as a kernel when its numbers are asked for: it is a view
 * or a copy of what a pass stores. */
static bool moves(enum op op)
{
    return op == OP_RESHAPE || op == OP_PERMUTE || op == OP_SLICE || op == OP_CONCAT;
}

static void find_passed(struct schedule *s)
{
    for (size_t i = 0; i < s->plain->plan.step_count; i++) {
        const struct lowered *lowered = &s->fusion.lowered[i];
        enum op op = s->plain->plan.steps[i].op;
        s->is_passed[i] =
            lowered->kind != LOWERED_NOT && (lowered->kind != LOWERED_ROWS || !moves(op));
        if (s->fusion.ready[i] > s->last_stage)
            s->last_stage = s->fusion.ready[i];
    }
}

/* ---- What is asked for ---- */

static void ask_of_kernels(struct schedule *s, uint32_t stage)
{
    const struct plan *plan = &s->plain->plan;
    for (size_t i = plan->step_count; i-- > 0;) {
        if (!s->asked[i] || s->is_passed[i] || s->fusion.ready[i] != stage)
            continue;
        for (size_t k = 0; k < plan->steps[i].count; k++)
            s->asked[plan->operands[plan->steps[i].first + k]] = true;
    }
}

static size_t outputs_of(struct schedule *s, uint32_t stage, size_t group)
{
    size_t count = 0;
    for (size_t i = 0; i < s->plain->plan.step_count; i++) {
        const struct lowered *lowered = &s->fusion.lowered[i];
        if (s->asked[i] && s->is_passed[i] && lowered->stage == stage &&
            lowered->group == group)
            s->outputs[count++] = i;
    }
    return count;
}

static void make_passes(struct schedule *s, uint32_t stage)
{
    for (size_t group = 0; group < s->fusion.group_count; group++) {
        size_t count = outputs_of(s, stage, group);
        if (count == 0)
            continue;
        struct pass *pass = pass_make(s->arena, &s->fusion, group, s->outputs, count);
        pass_needs(pass, ask, s);
        s->passes[stage * MOST_GROUPS + group] = pass;
    }
}

static void ask_backwards(struct schedule *s)
{
    const struct plan *plan = &s->plain->plan;
    for (size_t i = 0; i < plan->output_count; i++)
        s->asked[plan->outputs[i]] = true;
    for (uint32_t stage = s->last_stage + 1; stage-- > 0;) {
        ask_of_kernels(s, stage);
        if (stage > 0)
            make_passes(s, stage - 1);
    }
}

/* ---- The order ---- */

static void order_kernels(struct schedule *s, uint32_t stage)
{
    for (size_t i = 0; i < s->plain->plan.step_count; i++)
        if (s->asked[i] && !s->is_passed[i] && s->fusion.ready[i] == stage)
            s->order[s->order_count++] = i;
}

static void order_passes(struct schedule *s, uint32_t stage)
{
    for (size_t group = 0; group < s->fusion.group_count; group++) {
        struct pass *pass = s->passes[stage * MOST_GROUPS + group];
        size_t count = pass == NULL ? 0 : outputs_of(s, stage, group);
        for (size_t k = 0; k < count; k++)
            s->order[s->order_count++] = s->outputs[k];
        if (count > 0)
            s->triggers[s->order_count - 1] = pass;
    }
}

static void order_all(struct schedule *s)
{
    for (uint32_t stage = 0; stage <= s->last_stage; stage++) {
        order_kernels(s, stage);
        order_passes(s, stage);
    }
}

/* ---- The program ---- */

struct operands {
    size_t *places, count, capacity;
    struct arena *arena;
};

static void add_operand(void *user, size_t place)
{
    struct operands *o = user;
    if (o->count == o->capacity)
        o->places =
            arena_grow(o->arena, o->places, o->count, &o->capacity, sizeof *o->places);
    o->places[o->count++] = place;
}

/* Operands of a kernel, in old places; a pass reads what it needs where it runs. */
static void set_operands(const struct schedule *s, size_t at, struct plan_step *step,
                         struct operands *operands)
{
    size_t old = s->order[at];
    const struct plan_step *plain = &s->plain->plan.steps[old];
    step->first = operands->count;
    if (s->is_passed[old] && s->triggers[at] != NULL)
        pass_needs(s->triggers[at], add_operand, operands);
    for (size_t k = 0; k < plain->count && !s->is_passed[old]; k++)
        add_operand(operands, s->plain->plan.operands[plain->first + k]);
    step->count = operands->count - step->first;
}

static void make_plan(const struct schedule *s, struct array_program *program,
                      const size_t *map)
{
    const struct plan *plain = &s->plain->plan;
    struct plan *plan = &program->plan;
    struct operands operands = {.arena = s->arena};
    *plan = (struct plan){.step_count = s->order_count,
                          .widest = plain->widest,
                          .output_count = plain->output_count,
                          .input_count = plain->input_count};
    plan->steps = ARENA_ARRAY(s->arena, s->order_count, struct plan_step);
    for (size_t i = 0; i < s->order_count; i++) {
        plan->steps[i] = plain->steps[s->order[i]];
        set_operands(s, i, &plan->steps[i], &operands);
    }
    for (size_t i = 0; i < operands.count; i++)
        operands.places[i] = map[operands.places[i]];
    plan->operands = operands.places;
    plan->outputs = ARENA_ARRAY(s->arena, plan->output_count, size_t);
    plan->inputs = ARENA_ARRAY(s->arena, plan->input_count, size_t);
    for (size_t i = 0; i < plan->output_count; i++)
        plan->outputs[i] = map[plain->outputs[i]];
    for (size_t i = 0; i < plan->input_count; i++)
        plan->inputs[i] = plain->inputs[i] == SIZE_MAX ? SIZE_MAX : map[plain->inputs[i]];
}

/* A view is one of what its operand is a view of now. */
static void set_view(const struct schedule *s, struct array_program *program, size_t at)
{
    size_t old = s->order[at];
    const struct array_step *plain = &s->plain->steps[old];
    struct array_step *step = &program->steps[at];
    step->root = at;
    step->shift = 0;
    if (step->is_passed || plain->root == old)
        return;
    const struct plan_step *of = &program->plan.steps[at];
    const struct array_step *operand = &program->steps[program->plan.operands[of->first]];
    size_t own = s->plain->plan.operands[s->plain->plan.steps[old].first];
    step->root = operand->root;
    step->shift = operand->shift + (plain->shift - s->plain->steps[own].shift);
}

static void make_steps(const struct schedule *s, struct array_program *program)
{
    program->steps = ARENA_ARRAY(s->arena, s->order_count, struct array_step);
    program->operands = s->plain->operands;
    program->values = s->plain->values;
    program->operations = s->plain->operations;
    for (size_t i = 0; i < s->order_count; i++) {
        program->steps[i] = s->plain->steps[s->order[i]];
        program->steps[i].is_passed = s->is_passed[s->order[i]];
        program->steps[i].pass = s->triggers[i];
        program->steps[i].is_needed = true;
        set_view(s, program, i);
    }
}

/* A result that a pass writes is written where the caller wants it. */
static void find_direct(struct array_program *program, struct arena *arena)
{
    const struct plan *plan = &program->plan;
    program->is_direct = ARENA_ARRAY(arena, plan->output_count, bool);
    for (size_t i = 0; i < plan->output_count; i++) {
        struct array_step *step = &program->steps[plan->outputs[i]];
        if (step->is_passed && !step->is_input) {
            program->is_direct[i] = true;
            step->is_input = true;
        }
    }
}

static struct array_program *make_program(struct schedule *s, struct array_program *plain)
{
    struct array_program *program = ARENA_NEW(s->arena, struct array_program);
    size_t *map = ARENA_ARRAY(s->arena, plain->plan.step_count, size_t);
    memset(map, 0xff, plain->plan.step_count * sizeof *map);
    for (size_t i = 0; i < s->order_count; i++)
        map[s->order[i]] = i;
    make_plan(s, program, map);
    make_steps(s, program);
    for (size_t i = 0; i < s->order_count; i++)
        if (s->triggers[i] != NULL) {
            pass_renumber(s->triggers[i], map);
            pass_prepare(s->triggers[i], s->arena, s->means.threads,
                         s->means.machine_code);
            program->can_stray = program->can_stray || s->triggers[i]->checks;
        }
    find_direct(program, s->arena);
    array_place(program, s->arena, false, &program->layout);
    program->outside.extent = SIZE_MAX;
    program->plain = plain;
    program->memory = s->arena->memory;
    return program;
}

struct array_program *array_fuse(struct arena *arena, struct array_program *plain,
                                 struct array_means means)
{
    struct schedule s = {.arena = arena, .plain = plain, .means = means};
    size_t steps = plain->plan.step_count;
    if (!fusion_find(&s.fusion, arena, plain))
        return NULL;
    s.asked = ARENA_ARRAY(arena, steps, bool);
    s.is_passed = ARENA_ARRAY(arena, steps, bool);
    s.outputs = ARENA_ARRAY(arena, steps, size_t);
    s.order = ARENA_ARRAY(arena, steps, size_t);
    s.triggers = ARENA_ARRAY(arena, steps, struct pass *);
    find_passed(&s);
    s.passes =
        ARENA_ARRAY(arena, (s.last_stage + 1) * (size_t)MOST_GROUPS, struct pass *);
    ask_backwards(&s);
    order_all(&s);
    return make_program(&s, plain);
}
