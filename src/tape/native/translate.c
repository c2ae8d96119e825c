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
    const struct native_steps *steps; /* NULL: there are none */
    uint32_t copy_of[REGISTERS];      /* the place whose value a register has */
    unsigned next_copy, next_lasting;
    const struct instruction *at; /* what is being translated */
    size_t top;                   /* where a step begins */
    bool has_next;   /* the next value of the one variable is in its register */
    bool is_foreign; /* there was what cannot be translated */
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

enum {
    SUBTRACT = CODE_SUBTRACT_HELD / FORMS,
    SQUARE = CODE_SQUARE_HELD / FORMS,
    CUBE = CODE_CUBE_HELD / FORMS,
    FOURTH = CODE_FOURTH_HELD / FORMS
};

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
           operation == SQUARE || operation == CUBE || operation == FOURTH;
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
    case FOURTH:
        emit(t, ENCODE_MULTIPLY, HELD, HELD, held);
        emit(t, ENCODE_MULTIPLY, HELD, HELD, held);
        return true;
    case SQUARE:
        emit(t, ENCODE_MULTIPLY, HELD, HELD, held);
        return true;
    case CUBE:
        emit(t, ENCODE_MULTIPLY, OPERAND, HELD, held);
        emit(t, ENCODE_MULTIPLY, HELD, OPERAND, held);
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

static void call(struct translator *t, uint64_t address, bool keeps)
{
    encode_call(&t->e, address);
    keeps = keeps && scalar_keeps_registers_v3();
    forget_copies(t, keeps ? FIRST_LASTING : REGISTERS);
    t->has_next = t->has_next && keeps;
}

static void call_function(struct translator *t, uint32_t code)
{
    scalar_function *function = scalar_function_v3(code);
    uint64_t address = 0;
    memcpy(&address, &function, sizeof function);
    call(t, address,
         code >= CODE_SUBTRACT_HELD || kernel_block((enum op)(code / FORMS)) != NULL);
}

/* The second result is written to its place. */
static void call_pair(struct translator *t, scalar_pair_function *pair, uint32_t place)
{
    struct encode_operand to = in_memory(place);
    unsigned char lea[7] = {0x48, 0x8d, 0xbb}; /* lea rdi, [rbx + ...] */
    uint64_t address = 0;
    memcpy(lea + 3, &to.offset, sizeof to.offset);
    memcpy(&address, &pair, sizeof pair);
    encode_bytes(&t->e, lea, sizeof lea);
    call(t, address, true);
}

static void translate_operation(struct translator *t, const struct instruction *in)
{
    uint32_t operation = in->code / FORMS, form = in->code % FORMS;
    enum encode_op pair;
    if (is_pair(operation, &pair)) {
        translate_pair(t, pair, form, in);
        return;
    }
    int arity = scalar_arity(in->code);
    if (form == FORM_PRODUCT)
        load_product(t, in);
    else
        load_arguments(t, form, arity, in);
    scalar_pair_function *both = scalar_pair_v3(in->code);
    if (both != NULL)
        call_pair(t, both, in->z);
    else if (!translate_single(t, operation))
        call_function(t, in->code);
}

/* ---- steps ---- */

static struct encode_operand factor(void)
{
    return encode_memory(ENCODE_RBP, offsetof(struct native_run, factor));
}

static struct encode_operand row(enum encode_base base, size_t i)
{
    return encode_memory(base, (int32_t)(i * sizeof(double)));
}

static bool is_one(const struct translator *t)
{
    return t->steps != NULL && t->steps->n == 1;
}

static void move_number(struct translator *t, struct encode_operand to,
                        struct encode_operand from)
{
    unsigned number = from.base;
    if (from.kind != ENCODE_REGISTER)
        load_operand(t, number = OPERAND, from);
    emit(t, ENCODE_STORE, number, 0, to);
}

/* Writes the point down.  A variable that is the only one is in a register of its own. */
static void begin_steps(struct translator *t)
{
    const struct native_steps *steps = t->steps;
    if (steps == NULL)
        return;
    if (is_one(t))
        load(t, VARIABLE, steps->variables[0]);
    t->top = t->e.size;
    if (is_one(t))
        t->copy_of[VARIABLE] = steps->variables[0];
    for (size_t i = 0; i < steps->n; i++)
        move_number(t, row(ENCODE_R13, i), find_place(t, steps->variables[i]));
}

/* All derivatives are known.  The next point is made before the value at this one, which
 * nothing waits for; until that is known too the variables stay as they are. */
static void make_next(struct translator *t)
{
    const struct native_steps *steps = t->steps;
    const uint32_t *gradient = t->scalar->outputs;
    for (size_t i = 0; i < steps->n; i++) {
        unsigned to = is_one(t) ? VARIABLE : OPERAND;
        unsigned g = in_register(t, gradient[i], OPERAND);
        emit(t, ENCODE_STORE, g, 0, row(ENCODE_R14, i));
        emit(t, ENCODE_MULTIPLY, OPERAND, g, factor());
        emit(t, ENCODE_ADD, to, OPERAND, find_place(t, steps->variables[i]));
        emit(t, ENCODE_STORE, to, 0, in_memory(steps->next[i]));
    }
    t->copy_of[VARIABLE] = NO_PLACE;
    t->has_next = is_one(t);
}

static void end_steps(struct translator *t)
{
    static const unsigned char dec[] = {0x49, 0xff, 0xcc}; /* dec r12 */
    const struct native_steps *steps = t->steps;
    const int32_t size = (int32_t)sizeof(double), n = (int32_t)steps->n;
    move_number(t, row(ENCODE_R15, 0), find_place(t, t->scalar->outputs[n]));
    if (is_one(t) && !t->has_next)
        load_operand(t, VARIABLE, in_memory(steps->next[0]));
    for (size_t i = 0; i < steps->n; i++)
        move_number(t, in_memory(steps->variables[i]),
                    is_one(t) ? encode_register(VARIABLE) : in_memory(steps->next[i]));
    encode_advance(&t->e, ENCODE_R13, n * size);
    encode_advance(&t->e, ENCODE_R14, n * size);
    encode_advance(&t->e, ENCODE_R15, size);
    encode_bytes(&t->e, dec, sizeof dec);
    size_t out = encode_jump_if_zero(&t->e);
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
    case CODE_STEP_ONE:
        t->is_foreign = true;
        break;
    default:
        translate_operation(t, in);
    }
}

/* Registers that a function must keep: places in rbx, the run in rbp, how many steps of
 * it are left in r12, where points, gradients and values are written in r13 to r15.  The
 * stack is aligned for calls. */
static void begin(struct translator *t)
{
    static const unsigned char push[] = {0xf3, 0x0f, 0x1e, 0xfa, /* endbr64 */
                                         0x53, 0x55, 0x41, 0x54, 0x41,
                                         0x55, 0x41, 0x56, 0x41, 0x57, /* push */
                                         0x48, 0x83, 0xec, 0x08,       /* sub rsp, 8 */
                                         0x48, 0x89, 0xfb,             /* mov rbx, rdi */
                                         0x48, 0x89, 0xf5};            /* mov rbp, rsi */
    static const unsigned char counts[] = {
        0x4c, 0x8b, 0x65, offsetof(struct native_run, count), /* mov r12, [rbp + ...] */
        0x4c, 0x8b, 0x6d, offsetof(struct native_run, x),
        0x4c, 0x8b, 0x75, offsetof(struct native_run, g),
        0x4c, 0x8b, 0x7d, offsetof(struct native_run, value)};
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
    static const unsigned char pop[] = {0x48, 0x83, 0xc4, 0x08, /* add rsp, 8 */
                                        0x41, 0x5f, 0x41, 0x5e, 0x41, 0x5d,
                                        0x41, 0x5c, 0x5d, 0x5b, 0xc3};
    encode_bytes(&t->e, pop, sizeof pop);
}

static void translate(struct translator *t)
{
    const struct scalar *scalar = t->scalar;
    size_t last_derivative = t->steps != NULL ? scalar->ends[t->steps->n - 1] : SIZE_MAX;
    forget_copies(t, REGISTERS);
    begin(t);
    begin_steps(t);
    for (size_t i = 0; i < scalar->code_count; i++) {
        t->at = &scalar->code[i];
        if (i == last_derivative)
            make_next(t);
        translate_instruction(t, t->at);
    }
    if (t->steps != NULL)
        end_steps(t);
    end(t);
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
    t.e.capacity = (scalar->code_count + 2 * n + 8) * MOST_BYTES;
    t.e.code = arena_get(arena, t.e.capacity);
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
