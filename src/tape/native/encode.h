/* SPDX-License-Identifier: MIT
 * encode.h - machine code of x86-64 with AVX: the few instructions that native code
 * needs, as the manual encodes them (Intel 64 and IA-32 Architectures Software
 * Developer's Manual, volume 2, section 2.3: the VEX prefix).
 *
 * Names of instructions are those of the manual, with the sizes of their operands left
 * out. */
#ifndef TAPE_NATIVE_ENCODE_H
#define TAPE_NATIVE_ENCODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where code is written.  What does not fit is left out but for its size, and `is_full`
 * says so. */
struct encoder {
    unsigned char *code;
    size_t size, capacity;
    bool is_full;
};

/* The registers that hold addresses and counts. */
enum encode_base {
    ENCODE_RBX = 3,
    ENCODE_RBP = 5,
    ENCODE_RDI = 7,
    ENCODE_R13 = 13,
    ENCODE_R14 = 14,
    ENCODE_R15 = 15
};

/* A register of numbers, a place in memory, or a place in the code itself. */
enum encode_kind { ENCODE_REGISTER, ENCODE_MEMORY, ENCODE_CODE };
struct encode_operand {
    enum encode_kind kind;
    unsigned base;  /* the register itself, or of an address */
    int32_t offset; /* from the base, or from the start of the code */
};

/* Of one number of double precision (`is_wide`: of four, VEX.256). */
enum encode_op {
    ENCODE_MOVE = 0x10, /* from memory */
    ENCODE_STORE = 0x11,
    ENCODE_SQRT = 0x51,
    ENCODE_ADD = 0x58,
    ENCODE_MULTIPLY = 0x59,
    ENCODE_SUBTRACT = 0x5c,
    ENCODE_DIVIDE = 0x5e,
    ENCODE_COMPARE = 0x2e, /* sets the carry where the first is less, or neither */
    /* on the bits of whole registers, of the same form */
    ENCODE_AND = 0x54,
    ENCODE_XOR = 0x57,
    ENCODE_COPY = 0x28 /* from register to register */
};

struct encode_operand encode_register(unsigned number);
struct encode_operand encode_memory(enum encode_base base, int32_t offset);
/* Bytes of the code itself. */
struct encode_operand encode_code(size_t offset);

void encode_bytes(struct encoder *e, const void *bytes, size_t count);
/* The last part of an instruction whose first bytes were put before. */
void encode_offset(struct encoder *e, int32_t offset);
/* to = left op right; of one operand, to = op right. */
void encode_vex(struct encoder *e, enum encode_op op, bool is_wide, unsigned to,
                unsigned left, struct encode_operand right);
/* Jumps to a place in the code behind or ahead; the latter is given afterwards. */
void encode_jump(struct encoder *e, size_t target);
size_t encode_jump_if_zero(struct encoder *e);
size_t encode_jump_if_carry(struct encoder *e);
void encode_land(struct encoder *e, size_t jump);
/* Calls a function; rax is lost, and what the function does not keep. */
void encode_call(struct encoder *e, uint64_t address);
/* The same of the function whose address stands in the code itself. */
void encode_call_at(struct encoder *e, size_t offset);
/* base += offset */
void encode_advance(struct encoder *e, enum encode_base base, int32_t offset);

#endif
