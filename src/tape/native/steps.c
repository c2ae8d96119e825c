/* SPDX-License-Identifier: MIT
 * Native code that makes steps of gradient descent, four in a turn of its loop.
 *
 * A step waits for the derivatives at the point before it, but not for the value there.
 * So the derivatives are computed four times one after the other, and the values at the
 * four points side by side: they are made while the next derivatives are waited for. */
#include "tape/native/native.h"

#if defined __x86_64__ && defined MATH_HAS_LEVELS && defined __linux__

#include "base/executable.h"
#include "tape/native/translate.h"

#include <stddef.h>
#include <string.h>

/* The derivatives in each step of a turn, and the values twice. */
enum { PARTS = NATIVE_TURN + 2 };
enum { MOST_INSTRUCTIONS = 4096, MOST_VARIABLES = 64 };

/* ---- what the program needs ---- */

static size_t operand_count(const struct instruction *in)
{
    if (in->code == CODE_LOAD)
        return 1;
    if (in->code == CODE_MULTIPLY_ADD || in->code == CODE_DIVIDE_SUM)
        return 2;
    if (in->code > CODE_LOAD)
        return 0;
    int arity = scalar_arity(in->code);
    size_t count = arity < 0 ? 2 : (size_t)arity;
    switch (in->code % FORMS) {
    case FORM_PLACES:
        return count;
    case FORM_PRODUCT:
        return 2;
    default:
        return count - 1; /* one is held */
    }
}

/* The places that the instructions from `first` on read. */
static void find_awaited(struct translator *t, size_t first)
{
    const struct scalar *scalar = t->scalar;
    for (size_t i = first; i < scalar->code_count; i++) {
        const struct instruction *in = &scalar->code[i];
        const uint32_t places[] = {in->x, in->y, in->z};
        for (size_t k = 0; k < operand_count(in); k++)
            t->is_awaited[places[k]] = true;
    }
    t->is_awaited[scalar->outputs[t->steps->n]] = true;
}

/* Then the next point cannot be written where this one is. */
static bool derivatives_are_variables(const struct translator *t)
{
    const struct native_steps *steps = t->steps;
    for (size_t i = 0; i < steps->n && steps->n > 1; i++)
        for (size_t k = 0; k < steps->n; k++)
            if (t->scalar->outputs[i] == steps->variables[k])
                return true;
    return false;
}

/* ---- steps ---- */

static struct encode_operand factor(const struct translator *t)
{
    return encode_memory(ENCODE_RBX, (int32_t)(t->steps->factor * sizeof(double)));
}

static struct encode_operand row(const struct translator *t, enum encode_base base,
                                 size_t i)
{
    size_t number = t->turn * t->steps->n + i;
    return encode_memory(base, (int32_t)(number * sizeof(double)));
}

static unsigned variable_register(const struct translator *t, size_t i)
{
    return REGISTERS - t->held_variables + (unsigned)i;
}

static void load_variables(struct translator *t)
{
    for (size_t i = 0; i < t->held_variables && !t->has_variables; i++)
        translate_load(t, variable_register(t, i),
                       translate_find(t, t->steps->variables[i]));
    t->has_variables = true;
}

/* Writes the point down. */
static void begin_step(struct translator *t)
{
    const struct native_steps *steps = t->steps;
    translate_forget(t, REGISTERS);
    load_variables(t);
    for (size_t i = 0; i < t->held_variables; i++) {
        t->copy_of[variable_register(t, i)] = steps->variables[i];
        t->copy_made[variable_register(t, i)] = 0;
    }
    for (size_t i = 0; i < steps->n; i++) {
        unsigned x = translate_in_register(t, steps->variables[i], OPERAND);
        translate_emit(t, ENCODE_STORE, x, 0, row(t, ENCODE_R13, i));
        translate_hand_over(t, steps->variables[i], x);
    }
}

/* The place that the last of the instructions so far has stored. */
static bool is_held(const struct translator *t, uint32_t place)
{
    const struct instruction *last = &t->scalar->code[t->head_count - 1];
    return t->head_count > 0 && last->code == CODE_STORE && last->x == place;
}

/* All derivatives are known. */
static void end_step(struct translator *t)
{
    const struct native_steps *steps = t->steps;
    const uint32_t *gradient = t->scalar->outputs;
    const uint32_t *to = derivatives_are_variables(t) ? steps->next : steps->variables;
    for (size_t i = 0; i < steps->n; i++) {
        unsigned x = i < t->held_variables ? variable_register(t, i) : OPERAND;
        unsigned g = is_held(t, gradient[i])
                         ? (unsigned)HELD
                         : translate_in_register(t, gradient[i], OPERAND);
        translate_emit(t, ENCODE_STORE, g, 0, row(t, ENCODE_R14, i));
        translate_emit(t, ENCODE_MULTIPLY, OPERAND, g, factor(t));
        translate_emit(t, ENCODE_ADD, x, OPERAND, translate_find(t, steps->variables[i]));
        if (to == steps->next || t->is_read[0][to[i]])
            translate_emit(t, ENCODE_STORE, x, 0, translate_in_memory(t, to[i]));
    }
    t->has_variables = true;
    for (size_t i = 0; i < steps->n && to == steps->next; i++) {
        translate_load(t, OPERAND, translate_in_memory(t, to[i]));
        translate_emit(t, ENCODE_STORE, OPERAND, 0,
                       translate_in_memory(t, steps->variables[i]));
    }
}

static void translate_part(struct translator *t, size_t first, size_t end)
{
    t->part_end = end;
    for (size_t i = first; i < end; i++) {
        t->at = &t->scalar->code[i];
        translate_instruction(t, t->at);
    }
}

/* ---- values ---- */

static size_t cost(const struct instruction *in)
{
    return translate_is_call(in) ? 32 : 1;
}

/* The end of part `part` of the instructions that make the values, of parts that cost
 * about the same. */
static size_t find_end(const struct translator *t, unsigned part)
{
    const struct instruction *code = t->scalar->code;
    size_t end = t->scalar->code_count, total = 0, so_far = 0, i = t->head_count;
    for (size_t k = i; k < end; k++)
        total += cost(&code[k]);
    while (i < end && so_far * NATIVE_TURN < total * (part + 1))
        so_far += cost(&code[i++]);
    return i;
}

static void begin_wide(struct translator *t)
{
    t->is_wide = true;
    translate_forget(t, REGISTERS);
}

static void end_wide(struct translator *t)
{
    t->is_wide = false;
    translate_forget(t, REGISTERS);
}

/* What is held waits in a place until the next part. */
static void put_part(struct translator *t, unsigned part)
{
    size_t first = part == 0 ? t->head_count : find_end(t, part - 1);
    struct encode_operand held;
    begin_wide(t);
    held = translate_in_memory(t, t->steps->held);
    if (part > 0)
        translate_load(t, HELD, held);
    translate_part(t, first, find_end(t, part));
    if (part + 1 < NATIVE_TURN)
        translate_emit(t, ENCODE_STORE, HELD, 0, held);
    end_wide(t);
}

/* To where they belong; those that the first turn makes are nothing, and are written
 * again by the next. */
static void write_values(struct translator *t)
{
    static const unsigned char find[] = {0x48,
                                         0x8b,
                                         0x04,
                                         0x24, /* mov rax, [rsp] */
                                         0x48,
                                         0x8b,
                                         0x78, /* mov rdi, [rax + ...] */
                                         offsetof(struct native_run, value)};
    static const unsigned char advance[] = {
        0x48,
        0x8b,
        0x48,
        offsetof(struct native_run, advance), /* mov rcx, [rax + ...] */
        0x48,
        0x01,
        0x48,
        offsetof(struct native_run, value), /* add [rax + ...], rcx */
        0x48,
        0xc7,
        0x40,
        offsetof(struct native_run, advance), /* mov [rax + ...], */
        NATIVE_TURN * sizeof(double),
        0,
        0,
        0};
    begin_wide(t);
    translate_load(t, OPERAND, translate_find(t, t->scalar->outputs[t->steps->n]));
    encode_bytes(&t->e, find, sizeof find);
    translate_emit(t, ENCODE_STORE, OPERAND, 0, encode_memory(ENCODE_RDI, 0));
    encode_bytes(&t->e, advance, sizeof advance);
    end_wide(t);
}

static void put_turn(struct translator *t)
{
    for (t->turn = 0; t->turn < NATIVE_TURN; t->turn++) {
        begin_step(t);
        translate_part(t, 0, t->head_count);
        end_step(t);
        put_part(t, t->turn);
    }
    write_values(t);
    load_variables(t);
}

static void put_turns(struct translator *t)
{
    static const unsigned char next[] = {0x49, 0x87, 0xef,  /* xchg r15, rbp */
                                         0x49, 0xff, 0xcc}; /* dec r12 */
    const int32_t row = NATIVE_TURN * (int32_t)(t->steps->n * sizeof(double));
    for (size_t i = 0; i < t->held_variables; i++)
        translate_load(t, variable_register(t, i),
                       translate_in_memory(t, t->steps->variables[i]));
    t->has_variables = true;
    size_t top = t->e.size;
    put_turn(t);
    encode_advance(&t->e, ENCODE_R13, row);
    encode_advance(&t->e, ENCODE_R14, row);
    encode_bytes(&t->e, next, sizeof next);
    size_t out = encode_jump_if_zero(&t->e);
    encode_jump(&t->e, top);
    encode_land(&t->e, out);
    for (unsigned part = 0; part < NATIVE_TURN; part++)
        put_part(t, part);
    write_values(t);
}

/* ---- the whole ---- */

/* Registers that a function must keep: places in rbx; for four numbers each, in rbp those
 * that are made and in r15 those that the turn before has made; how many turns are left
 * in r12; where points and gradients are written in r13 and r14.  The run is on top of
 * the stack, which is aligned for calls. */
static void begin(struct translator *t)
{
    static const unsigned char push[] = {0xf3, 0x0f, 0x1e, 0xfa, /* endbr64 */
                                         0x53, 0x55, 0x41, 0x54, 0x41,
                                         0x55, 0x41, 0x56, 0x41, 0x57, /* push */
                                         0x56,                         /* push rsi */
                                         0x48, 0x89, 0xfb};            /* mov rbx, rdi */
    static const unsigned char counts[] = {
        0x4c, 0x8b, 0x66, offsetof(struct native_run, turns), /* mov r12, [rsi + ...] */
        0x4c, 0x8b, 0x6e, offsetof(struct native_run, x),
        0x4c, 0x8b, 0x76, offsetof(struct native_run, g),
        0x48, 0x8d, 0xaf};                                   /* lea rbp, [rdi + ...] */
    static const unsigned char other[] = {0x4c, 0x8d, 0xbf}; /* lea r15, [rdi + ...] */
    const uint64_t sign[4] = {1ull << 63, 1ull << 63, 1ull << 63, 1ull << 63};
    const uint64_t size[4] = {~sign[0], ~sign[0], ~sign[0], ~sign[0]};
    const double numbers[] = {0, 1};
    const size_t places = t->scalar->place_count * sizeof(double);
    encode_bytes(&t->e, sign, sizeof sign);
    encode_bytes(&t->e, size, sizeof size);
    encode_bytes(&t->e, numbers, sizeof numbers);
    encode_bytes(&t->e, t->functions, sizeof t->functions);
    encode_bytes(&t->e, push, sizeof push);
    if (t->steps == NULL)
        return;
    encode_bytes(&t->e, counts, sizeof counts);
    encode_offset(&t->e, (int32_t)places);
    encode_bytes(&t->e, other, sizeof other);
    encode_offset(&t->e, (int32_t)(places * (1 + NATIVE_TURN)));
}

static void end(struct translator *t)
{
    static const unsigned char pop[] = {0xc5, 0xf8, 0x77,       /* vzeroupper */
                                        0x48, 0x83, 0xc4, 0x08, /* add rsp, 8 */
                                        0x41, 0x5f, 0x41, 0x5e, 0x41, 0x5d,
                                        0x41, 0x5c, 0x5d, 0x5b, 0xc3};
    encode_bytes(&t->e, pop, sizeof pop);
}

static void translate(struct translator *t)
{
    t->e.size = 0;
    t->next_copy = t->next_lasting = t->copy_count = 0;
    translate_forget(t, REGISTERS);
    begin(t);
    if (t->steps != NULL)
        put_turns(t);
    else
        translate_part(t, 0, t->scalar->code_count);
    end(t);
}

/* Of a program that runs once, others read what is stored. */
static void plan(struct translator *t, struct arena *arena)
{
    const struct scalar *scalar = t->scalar;
    t->is_used = ARENA_ARRAY(arena, PARTS * scalar->code_count + 1, bool);
    t->is_awaited = ARENA_ARRAY(arena, scalar->place_count, bool);
    for (size_t i = 0; i < 2; i++)
        t->is_read[i] = ARENA_ARRAY(arena, scalar->place_count, bool);
    if (t->steps == NULL) {
        memset(t->is_read[0], true, scalar->place_count);
        return;
    }
    t->head_count = scalar->ends[t->steps->n - 1];
    find_awaited(t, t->head_count);
    if (t->steps->n <= MOST_HELD_VARIABLES && !derivatives_are_variables(t))
        t->held_variables = (unsigned)t->steps->n;
}

native_code *native_make(const struct scalar *scalar, const struct native_steps *steps,
                         struct arena *arena)
{
    size_t n = steps != NULL ? steps->n : 0;
    if (math_best_level() < MATH_V3 || scalar->code_count > MOST_INSTRUCTIONS ||
        n > MOST_VARIABLES)
        return NULL;
    struct arena_mark mark = arena_mark(arena);
    struct translator t = {.scalar = scalar, .steps = steps};
    plan(&t, arena);
    translate(&t); /* finds what is read from memory, */
    translate(&t); /* then how long the code is */
    t.e = (struct encoder){.code = arena_get(arena, t.e.size), .capacity = t.e.size};
    translate(&t);
    bool is_whole = !t.e.is_full && !t.is_foreign;
    const char *code = is_whole ? executable_new(arena, t.e.code, t.e.size) : NULL;
    if (code == NULL) {
        arena_release(arena, mark);
        return NULL;
    }
    native_code *native = NULL;
    code += ENTRY;
    memcpy(&native, &code, sizeof native);
    return native;
}

#else

native_code *native_make(const struct scalar *scalar, const struct native_steps *steps,
                         struct arena *arena)
{
    (void)scalar;
    (void)steps;
    (void)arena;
    return NULL;
}

#endif
