/* SPDX-License-Identifier: MIT
 * One instruction of the scalar program after the other becomes one or two of the
 * processor's, or a call of the function that the machine has for it. */
#include "tape/native/translate.h"

#if defined __x86_64__ && defined MATH_HAS_LEVELS && defined __linux__

#include "tape/kernels/kernel.h"

#include <string.h>

/* ---- places ---- */

void translate_forget(struct translator *t, unsigned end)
{
    for (unsigned i = 0; i < end; i++)
        t->copy_of[i] = NO_PLACE;
}

struct encode_operand translate_in_memory(const struct translator *t, uint32_t place)
{
    const size_t number = sizeof(double), wide = SCALAR_WIDE * number;
    return t->is_wide ? encode_memory(ENCODE_R15, (int32_t)(place * wide))
                      : encode_memory(ENCODE_RBX, (int32_t)(place * number));
}

/* Where it is read from memory, it has to be written there. */
static struct encode_operand read_memory(const struct translator *t, uint32_t place)
{
    t->is_read[t->is_wide][place] = true;
    return translate_in_memory(t, place);
}

struct encode_operand translate_find(const struct translator *t, uint32_t place)
{
    for (unsigned i = FIRST_COPY; i < REGISTERS; i++)
        if (t->copy_of[i] == place) {
            t->is_used[t->copy_made[i]] = true;
            return encode_register(i);
        }
    return read_memory(t, place);
}

void translate_emit(struct translator *t, enum encode_op op, unsigned to, unsigned left,
                    struct encode_operand right)
{
    encode_vex(&t->e, op, t->is_wide, to, left, right);
}

void translate_load(struct translator *t, unsigned to, struct encode_operand from)
{
    bool is_register = from.kind == ENCODE_REGISTER;
    if (!is_register || from.base != to)
        translate_emit(t, is_register ? ENCODE_COPY : ENCODE_MOVE, to, 0, from);
}

static void load(struct translator *t, unsigned to, uint32_t place)
{
    translate_load(t, to, translate_find(t, place));
}

unsigned translate_in_register(struct translator *t, uint32_t place, unsigned otherwise)
{
    struct encode_operand found = translate_find(t, place);
    if (found.kind == ENCODE_REGISTER)
        return found.base;
    translate_load(t, otherwise, found);
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

bool translate_is_call(const struct instruction *in)
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
    const struct instruction *in = t->at + 1, *end = t->scalar->code + t->part_end;
    for (size_t i = 0; i < FAR && in + i < end; i++) {
        if (in[i].x == place || in[i].y == place || in[i].z == place)
            return called;
        called = called || translate_is_call(&in[i]);
    }
    return called;
}

/* The oldest copy makes room. */
static unsigned choose_copy(struct translator *t, uint32_t place)
{
    if (crosses_call(t, place))
        return FIRST_LASTING +
               t->next_lasting++ % (REGISTERS - t->held_variables - FIRST_LASTING);
    return FIRST_COPY + t->next_copy++ % (FIRST_LASTING - FIRST_COPY);
}

static void keep_copy(struct translator *t, uint32_t place)
{
    unsigned to = choose_copy(t, place);
    for (unsigned i = 0; i < REGISTERS; i++)
        if (t->copy_of[i] == place)
            t->copy_of[i] = NO_PLACE;
    if (t->is_used[++t->copy_count])
        translate_emit(t, ENCODE_COPY, to, 0, encode_register(HELD));
    t->copy_of[to] = place;
    t->copy_made[to] = t->copy_count;
}

void translate_hand_over(struct translator *t, uint32_t place, unsigned from)
{
    size_t number = SCALAR_WIDE * (size_t)place + t->turn;
    if (t->is_awaited[place] && !t->is_wide)
        translate_emit(t, ENCODE_STORE, from, 0,
                       encode_memory(ENCODE_RBP, (int32_t)(number * sizeof(double))));
}

static void store(struct translator *t, uint32_t place)
{
    if (t->is_read[t->is_wide][place])
        translate_emit(t, ENCODE_STORE, HELD, 0, translate_in_memory(t, place));
    translate_hand_over(t, place, HELD);
    keep_copy(t, place);
}

/* ---- operations ---- */

static void translate_pair(struct translator *t, enum encode_op op, uint32_t form,
                           const struct instruction *in)
{
    struct encode_operand held = encode_register(HELD);
    switch (form) {
    case FORM_HELD:
        translate_emit(t, op, HELD, HELD, translate_find(t, in->x));
        break;
    case FORM_SECOND:
        translate_emit(t, op, HELD, translate_in_register(t, in->x, OPERAND), held);
        break;
    case FORM_PLACES:
        if (op == ENCODE_MULTIPLY && translate_find(t, in->y).kind == ENCODE_REGISTER)
            translate_emit(t, op, HELD, translate_find(t, in->y).base,
                           translate_find(t, in->x));
        else
            translate_emit(t, op, HELD, translate_in_register(t, in->x, OPERAND),
                           translate_find(t, in->y));
        break;
    default:
        translate_emit(t, ENCODE_MULTIPLY, OPERAND,
                       translate_in_register(t, in->x, OPERAND),
                       translate_find(t, in->y));
        translate_emit(t, op, HELD, HELD, encode_register(OPERAND));
    }
}

/* Of one operand, which is held; false: it is a function. */
static bool translate_single(struct translator *t, uint32_t operation)
{
    struct encode_operand held = encode_register(HELD);
    switch (operation) {
    case OP_NEGATE:
        translate_emit(t, ENCODE_XOR, HELD, HELD, encode_code(SIGN_MASK));
        return true;
    case OP_ABS:
        translate_emit(t, ENCODE_AND, HELD, HELD, encode_code(SIZE_MASK));
        return true;
    case OP_SQRT:
        translate_emit(t, ENCODE_SQRT, HELD, HELD, held);
        return true;
    case FOURTH:
        translate_emit(t, ENCODE_MULTIPLY, HELD, HELD, held);
        translate_emit(t, ENCODE_MULTIPLY, HELD, HELD, held);
        return true;
    case SQUARE:
        translate_emit(t, ENCODE_MULTIPLY, HELD, HELD, held);
        return true;
    case CUBE:
        translate_emit(t, ENCODE_MULTIPLY, OPERAND, HELD, held);
        translate_emit(t, ENCODE_MULTIPLY, HELD, OPERAND, held);
        return true;
    default:
        return false;
    }
}

/* The sigmoid of a place by exp(-|x|), which is held: held or 1 over 1 + held.  The
 * processor guesses which, so that the other is not waited for. */
static void translate_sigmoid(struct translator *t, uint32_t place)
{
    unsigned x = translate_in_register(t, place, OTHER);
    translate_emit(t, ENCODE_ADD, OPERAND, HELD, encode_code(NUMBER_ONE));
    translate_emit(t, ENCODE_COMPARE, x, 0, encode_code(NUMBER_ZERO));
    size_t is_less = encode_jump_if_carry(&t->e);
    translate_load(t, HELD, encode_code(NUMBER_ONE));
    encode_land(&t->e, is_less);
    translate_emit(t, ENCODE_DIVIDE, HELD, HELD, encode_register(OPERAND));
}

/* Operands into the registers of arguments, 0 to 2. */
static void load_arguments(struct translator *t, uint32_t form, int arity,
                           const struct instruction *in)
{
    uint32_t place[3] = {in->x, in->y, in->z};
    unsigned first = form == FORM_HELD ? 1 : 0;
    if (form == FORM_SECOND) {
        translate_load(t, 1, encode_register(HELD));
        arity = 1;
    }
    for (unsigned i = first; i < (unsigned)arity; i++)
        load(t, i, place[i - first]);
}

static void load_product(struct translator *t, const struct instruction *in)
{
    translate_emit(t, ENCODE_MULTIPLY, HELD, translate_in_register(t, in->x, OPERAND),
                   translate_find(t, in->y));
}

/* Those for four numbers may clear the upper halves of registers. */
static void call(struct translator *t, uint64_t address, bool keeps)
{
    size_t i = 0;
    while (i < MOST_FUNCTIONS && t->functions[i] != 0 && t->functions[i] != address)
        i++;
    if (i < MOST_FUNCTIONS) {
        t->functions[i] = address;
        encode_call_at(&t->e, FUNCTIONS + i * sizeof address);
    } else {
        encode_call(&t->e, address);
    }
    keeps = keeps && scalar_keeps_registers_v3();
    translate_forget(t, keeps && !t->is_wide ? FIRST_LASTING : REGISTERS);
    t->has_variables = t->has_variables && keeps;
}

static void call_function(struct translator *t, uint32_t code)
{
    scalar_function *function = scalar_function_v3(code);
    scalar_wide_function *wide = scalar_wide_function_v3(code);
    uint64_t address = 0;
    if (t->is_wide)
        memcpy(&address, &wide, sizeof wide);
    else
        memcpy(&address, &function, sizeof function);
    call(t, address,
         code >= CODE_SUBTRACT_HELD || kernel_block((enum op)(code / FORMS)) != NULL);
}

/* The second result is written to its place. */
static void call_pair(struct translator *t, scalar_pair_function *pair, uint32_t place)
{
    struct encode_operand to = translate_in_memory(t, place);
    unsigned char lea[7] = {0x48, 0x8d, 0xbb}; /* lea rdi, [rbx + ...] */
    uint64_t address = 0;
    memcpy(lea + 3, &to.offset, sizeof to.offset);
    memcpy(&address, &pair, sizeof pair);
    encode_bytes(&t->e, lea, sizeof lea);
    call(t, address, true);
    if (t->is_awaited[place]) {
        translate_load(t, OPERAND, to);
        translate_hand_over(t, place, OPERAND);
    }
    t->is_foreign = t->is_foreign || t->is_wide;
}

static void translate_operation(struct translator *t, const struct instruction *in)
{
    uint32_t operation = in->code / FORMS, form = in->code % FORMS;
    enum encode_op pair;
    if (is_pair(operation, &pair)) {
        translate_pair(t, pair, form, in);
        return;
    }
    if (in->code == CODE_SIGMOID_BY_SECOND && !t->is_wide) {
        translate_sigmoid(t, in->x);
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

/* ---- the whole ---- */

void translate_instruction(struct translator *t, const struct instruction *in)
{
    switch (in->code) {
    case CODE_LOAD:
        load(t, HELD, in->x);
        break;
    case CODE_STORE:
        store(t, in->x);
        break;
    case CODE_MULTIPLY_ADD:
        translate_emit(t, ENCODE_MULTIPLY, HELD, HELD, translate_find(t, in->x));
        translate_emit(t, ENCODE_ADD, HELD, HELD, translate_find(t, in->y));
        break;
    case CODE_DIVIDE_SUM:
        translate_emit(t, ENCODE_ADD, HELD, HELD, translate_find(t, in->y));
        translate_emit(t, ENCODE_DIVIDE, HELD, translate_in_register(t, in->x, OPERAND),
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

#endif
