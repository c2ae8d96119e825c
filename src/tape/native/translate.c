/* SPDX-License-Identifier: MIT
 * The accumulator is xmm0.  Every STORE writes its place in memory and leaves a copy in
 * one of the registers that are not used otherwise, from which it is read as long as no
 * function was called; so nothing has to be decided about registers. */
#include "tape/native/native.h"

#if defined __x86_64__ && defined MATH_HAS_LEVELS && defined __linux__

#include "base/executable.h"
#include "tape/kernels/kernel.h"
#include "tape/native/encode.h"

#include <stddef.h>
#include <string.h>

/* Register 0 is the accumulator, 1 and 2 hold operands for a moment.  From 12 on they
 * outlast calls of functions that keep them; the last is for the variable, where there is
 * one. */
enum {
    HELD = 0,
    OPERAND = 1,
    FIRST_COPY = 3,
    FIRST_LASTING = 12,
    VARIABLE = 15,
    REGISTERS = 16
};
enum { MOST_INSTRUCTIONS = 4096, MOST_VARIABLES = 64, MOST_BYTES = 64 };
#define NO_PLACE UINT32_MAX

/* Of the code: masks of 16 bytes, then what is executed. */
enum { SIGN_MASK = 0, SIZE_MASK = 32, ENTRY = 64 };

struct translator {
    struct encoder e;
    const struct scalar *scalar;
    const struct scalar_steps *steps;
    uint32_t copy_of[REGISTERS]; /* the place whose value a register has */
    unsigned next_copy, next_lasting;
    const struct instruction *at; /* what is being translated */
    size_t top;                   /* where a step begins */
};

/* ---- places ---- */

static void forget_copies(struct translator *t, unsigned end)
{
    for (unsigned i = 0; i < end; i++)
        t->copy_of[i] = NO_PLACE;
}

static struct encode_operand in_memory(uint32_t place)
{
    return encode_memory(ENCODE_RBX, (int32_t)(place * sizeof(double)));
}

static struct encode_operand find_place(const struct translator *t, uint32_t place)
{
    for (unsigned i = FIRST_COPY; i < REGISTERS; i++)
        if (t->copy_of[i] == place)
            return encode_register(i);
    return in_memory(place);
}

static void emit(struct translator *t, enum encode_op op, unsigned to, unsigned left,
                 struct encode_operand right)
{
    encode_vex(&t->e, op, false, to, left, right);
}

static void load_operand(struct translator *t, unsigned to, struct encode_operand from)
{
    bool is_register = from.kind == ENCODE_REGISTER;
    if (!is_register || from.base != to)
        emit(t, is_register ? ENCODE_COPY : ENCODE_MOVE, to, 0, from);
}

static void load(struct translator *t, unsigned to, uint32_t place)
{
    load_operand(t, to, find_place(t, place));
}

/* The register where the place already is, else `otherwise`, into which it is loaded. */
static unsigned in_register(struct translator *t, uint32_t place, unsigned otherwise)
{
    struct encode_operand found = find_place(t, place);
    if (found.kind == ENCODE_REGISTER)
        return found.base;
    load_operand(t, otherwise, found);
    return otherwise;
}

/* ---- what is to come ---- */

enum { SUBTRACT = CODE_SUBTRACT_HELD / FORMS, SQUARE = CODE_SQUARE_HELD / FORMS };

static bool is_pair(uint32_t operation, enum encode_op *op)
{
    switch (operation) {
    case OP_ADD:
        *op = ENCODE_ADD;
        return true;
    case OP_MULTIPLY:
        *op = ENCODE_MULTIPLY;
        return true;
    case OP_DIVIDE:
        *op = ENCODE_DIVIDE;
        return true;
    case SUBTRACT:
        *op = ENCODE_SUBTRACT;
        return true;
    default:
        return false;
    }
}

static bool is_single(uint32_t operation)
{
    return operation == OP_NEGATE || operation == OP_ABS || operation == OP_SQRT ||
           operation == SQUARE;
}

static bool is_call(const struct instruction *in)
{
    enum encode_op op;
    uint32_t operation = in->code / FORMS;
    return in->code < CODE_LOAD && !is_pair(operation, &op) && !is_single(operation);
}

/* Whether a function is called before the place is read; not far ahead. */
static bool crosses_call(const struct translator *t, uint32_t place)
{
    enum { FAR = 64 };
    bool called = false;
    const struct instruction *in = t->at + 1,
                             *end = t->scalar->code + t->scalar->code_count;
    for (size_t i = 0; i < FAR && in + i < end; i++) {
        if (in[i].x == place || in[i].y == place || in[i].z == place)
            return called;
        called = called || is_call(&in[i]);
    }
    return called;
}

/* The oldest copy makes room. */
static unsigned choose_copy(struct translator *t, uint32_t place)
{
    if (crosses_call(t, place))
        return FIRST_LASTING + t->next_lasting++ % (VARIABLE - FIRST_LASTING);
    return FIRST_COPY + t->next_copy++ % (FIRST_LASTING - FIRST_COPY);
}

static void keep_copy(struct translator *t, uint32_t place)
{
    unsigned to = choose_copy(t, place);
    for (unsigned i = 0; i < REGISTERS; i++)
        if (t->copy_of[i] == place)
            t->copy_of[i] = NO_PLACE;
    emit(t, ENCODE_COPY, to, 0, encode_register(HELD));
    t->copy_of[to] = place;
}

static void store(struct translator *t, uint32_t place)
{
    emit(t, ENCODE_STORE, HELD, 0, in_memory(place));
    keep_copy(t, place);
}

/* ---- operations ---- */

static void translate_pair(struct translator *t, enum encode_op op, uint32_t form,
                           const struct instruction *in)
{
    struct encode_operand held = encode_register(HELD);
    switch (form) {
    case FORM_HELD:
        emit(t, op, HELD, HELD, find_place(t, in->x));
        break;
    case FORM_SECOND:
        emit(t, op, HELD, in_register(t, in->x, OPERAND), held);
        break;
    case FORM_PLACES:
        emit(t, op, HELD, in_register(t, in->x, OPERAND), find_place(t, in->y));
        break;
    default:
        emit(t, ENCODE_MULTIPLY, OPERAND, in_register(t, in->x, OPERAND),
             find_place(t, in->y));
        emit(t, op, HELD, HELD, encode_register(OPERAND));
    }
}

/* Of one operand, which is held; false: it is a function. */
static bool translate_single(struct translator *t, uint32_t operation)
{
    struct encode_operand held = encode_register(HELD);
    switch (operation) {
    case OP_NEGATE:
        emit(t, ENCODE_XOR, HELD, HELD, encode_code(SIGN_MASK));
        return true;
    case OP_ABS:
        emit(t, ENCODE_AND, HELD, HELD, encode_code(SIZE_MASK));
        return true;
    case OP_SQRT:
        emit(t, ENCODE_SQRT, HELD, HELD, held);
        return true;
    case SQUARE:
        emit(t, ENCODE_MULTIPLY, HELD, HELD, held);
        return true;
    default:
        return false;
    }
}

/* Operands into the registers of arguments, 0 to 2. */
static void load_arguments(struct translator *t, uint32_t form, int arity,
                           const struct instruction *in)
{
    uint32_t place[3] = {in->x, in->y, in->z};
    unsigned first = form == FORM_HELD ? 1 : 0;
    if (form == FORM_SECOND) {
        load_operand(t, 1, encode_register(HELD));
        arity = 1;
    }
    for (unsigned i = first; i < (unsigned)arity; i++)
        load(t, i, place[i - first]);
}

static void load_product(struct translator *t, const struct instruction *in)
{
    emit(t, ENCODE_MULTIPLY, HELD, in_register(t, in->x, OPERAND), find_place(t, in->y));
}

static void call_function(struct translator *t, enum op op)
{
    scalar_function *function = scalar_function_v3(op);
    uint64_t address = 0;
    memcpy(&address, &function, sizeof function);
    encode_call(&t->e, address);
    bool keeps = scalar_keeps_registers_v3() && kernel_block(op) != NULL;
    forget_copies(t, keeps ? FIRST_LASTING : REGISTERS);
}

static void translate_operation(struct translator *t, const struct instruction *in)
{
    uint32_t operation = in->code / FORMS, form = in->code % FORMS;
    enum encode_op pair;
    if (is_pair(operation, &pair)) {
        translate_pair(t, pair, form, in);
        return;
    }
    int arity = operation == SQUARE ? 1 : op_info((enum op)operation)->arity;
    if (form == FORM_PRODUCT)
        load_product(t, in);
    else
        load_arguments(t, form, arity, in);
    if (!translate_single(t, operation))
        call_function(t, (enum op)operation);
}

/* ---- steps ---- */

static struct encode_operand factor(void)
{
    return encode_memory(ENCODE_RBP, offsetof(struct scalar_steps, factor));
}

/* dec r12; the jump out where it was the last point. */
static size_t count_down(struct translator *t)
{
    static const unsigned char dec[] = {0x49, 0xff, 0xcc};
    encode_bytes(&t->e, dec, sizeof dec);
    return encode_jump_if_zero(&t->e);
}

static void translate_step_one(struct translator *t, uint32_t variable)
{
    const int32_t size = sizeof(double);
    emit(t, ENCODE_STORE, HELD, 0, encode_memory(ENCODE_R14, 0));
    encode_advance(&t->e, ENCODE_R14, size);
    size_t out = count_down(t);
    emit(t, ENCODE_MULTIPLY, HELD, HELD, factor());
    emit(t, ENCODE_ADD, HELD, HELD, find_place(t, variable));
    emit(t, ENCODE_STORE, HELD, 0, in_memory(variable));
    emit(t, ENCODE_STORE, HELD, 0, encode_memory(ENCODE_R13, 0));
    load_operand(t, VARIABLE, encode_register(HELD));
    encode_advance(&t->e, ENCODE_R13, size);
    encode_jump(&t->e, t->top);
    encode_land(&t->e, out);
}

/* The gradient is read from where it was written down: it may be a variable. */
static void translate_step(struct translator *t)
{
    const struct scalar_steps *steps = t->steps;
    const int32_t size = sizeof(double);
    int32_t n = (int32_t)steps->n;
    for (int32_t i = 0; i < n; i++) {
        load(t, HELD, steps->gradient[i]);
        emit(t, ENCODE_STORE, HELD, 0, encode_memory(ENCODE_R14, i * size));
    }
    size_t out = count_down(t);
    for (int32_t i = 0; i < n; i++) {
        bool is_made = steps->gradient[i] >= t->scalar->leaf_count;
        load_operand(t, HELD,
                     is_made ? find_place(t, steps->gradient[i])
                             : encode_memory(ENCODE_R14, i * size));
        emit(t, ENCODE_MULTIPLY, HELD, HELD, factor());
        emit(t, ENCODE_ADD, HELD, HELD, in_memory(steps->variables[i]));
        emit(t, ENCODE_STORE, HELD, 0, in_memory(steps->variables[i]));
        emit(t, ENCODE_STORE, HELD, 0, encode_memory(ENCODE_R13, i * size));
    }
    encode_advance(&t->e, ENCODE_R14, n * size);
    encode_advance(&t->e, ENCODE_R13, n * size);
    encode_jump(&t->e, t->top);
    encode_land(&t->e, out);
}

/* ---- the whole ---- */

static void translate_instruction(struct translator *t, const struct instruction *in)
{
    switch (in->code) {
    case CODE_LOAD:
        load(t, HELD, in->x);
        break;
    case CODE_STORE:
        store(t, in->x);
        break;
    case CODE_MULTIPLY_ADD:
        emit(t, ENCODE_MULTIPLY, HELD, HELD, find_place(t, in->x));
        emit(t, ENCODE_ADD, HELD, HELD, find_place(t, in->y));
        break;
    case CODE_DIVIDE_SUM:
        emit(t, ENCODE_ADD, HELD, HELD, find_place(t, in->y));
        emit(t, ENCODE_DIVIDE, HELD, in_register(t, in->x, OPERAND),
             encode_register(HELD));
        break;
    case CODE_END:
        break;
    case CODE_STEP:
        translate_step(t);
        break;
    case CODE_STEP_ONE:
        translate_step_one(t, in->x);
        break;
    default:
        translate_operation(t, in);
    }
}

/* Registers that a function must keep: places in rbx, steps in rbp, what is left of them
 * in r12, where points and gradients are written in r13 and r14.  With five of them
 * pushed the stack is aligned for calls. */
static void begin(struct translator *t)
{
    static const unsigned char push[] = {0xf3, 0x0f, 0x1e, 0xfa, /* endbr64 */
                                         0x53, 0x55, 0x41, 0x54, 0x41, 0x55,
                                         0x41, 0x56, 0x48, 0x89, 0xfb, /* mov rbx, rdi */
                                         0x48, 0x89, 0xf5};            /* mov rbp, rsi */
    static const unsigned char counts[] = {
        0x4c, 0x8b, 0x65, offsetof(struct scalar_steps, left), /* mov r12, [rbp + ...] */
        0x4c, 0x8b, 0x6d, offsetof(struct scalar_steps, x),
        0x4c, 0x8b, 0x75, offsetof(struct scalar_steps, g)};
    const uint64_t sign[4] = {1ull << 63, 1ull << 63, 1ull << 63, 1ull << 63};
    const uint64_t size[4] = {~sign[0], ~sign[0], ~sign[0], ~sign[0]};
    encode_bytes(&t->e, sign, sizeof sign);
    encode_bytes(&t->e, size, sizeof size);
    encode_bytes(&t->e, push, sizeof push);
    if (t->steps != NULL)
        encode_bytes(&t->e, counts, sizeof counts);
}

static void end(struct translator *t)
{
    static const unsigned char pop[] = {0x41, 0x5e, 0x41, 0x5d, 0x41,
                                        0x5c, 0x5d, 0x5b, 0xc3};
    encode_bytes(&t->e, pop, sizeof pop);
}

/* In one variable its value is in a register where a step begins. */
static void begin_steps(struct translator *t)
{
    const struct scalar *scalar = t->scalar;
    const struct instruction *code = scalar->code;
    for (size_t i = 0; i < scalar->code_count; i++)
        if (code[i].code == CODE_STEP_ONE) {
            load(t, VARIABLE, code[i].x);
            t->copy_of[VARIABLE] = code[i].x;
        }
    t->top = t->e.size;
}

static void translate(struct translator *t)
{
    forget_copies(t, REGISTERS);
    begin(t);
    begin_steps(t);
    for (size_t i = 0; i < t->scalar->code_count; i++) {
        t->at = &t->scalar->code[i];
        translate_instruction(t, t->at);
        if (t->scalar->code[i].code == CODE_STEP_ONE)
            break; /* what ends other programs follows */
    }
    end(t);
}

bool native_make(struct scalar *scalar, const struct scalar_steps *steps,
                 struct arena *arena)
{
    if (math_best_level() < MATH_V3 || scalar->code_count > MOST_INSTRUCTIONS ||
        (steps != NULL && steps->n > MOST_VARIABLES))
        return false;
    size_t rows = scalar->code_count + 4 * (steps != NULL ? steps->n : 0) + 8;
    struct arena_mark mark = arena_mark(arena);
    struct translator t = {.scalar = scalar, .steps = steps};
    t.e.capacity = rows * MOST_BYTES;
    t.e.code = arena_get(arena, t.e.capacity);
    translate(&t);
    const char *code = t.e.is_full ? NULL : executable_new(arena, t.e.code, t.e.size);
    if (code == NULL) {
        arena_release(arena, mark);
        return false;
    }
    code += ENTRY;
    memcpy(&scalar->native, &code, sizeof code);
    return true;
}

#else

bool native_make(struct scalar *scalar, const struct scalar_steps *steps,
                 struct arena *arena)
{
    (void)scalar;
    (void)steps;
    (void)arena;
    return false;
}

#endif
