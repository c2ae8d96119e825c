/* SPDX-License-Identifier: MIT
 * encode_wide.h - instructions on four numbers of double precision side by side: AVX, and
 * fused multiply-add.
 *
 * Names are those of the manual (encode.h) without their sizes.  Addresses are made of a
 * register, another one that counts bytes, and an offset. */
#ifndef TAPE_NATIVE_ENCODE_WIDE_H
#define TAPE_NATIVE_ENCODE_WIDE_H

#include "tape/native/encode.h"

/* The registers of addresses and counts that a function may lose, as numbers. */
enum wide_base {
    WIDE_RAX = 0,
    WIDE_RCX = 1,
    WIDE_RDX = 2,
    WIDE_RSI = 6,
    WIDE_RDI = 7,
    WIDE_R8 = 8,
    WIDE_R9 = 9,
    WIDE_NONE = 16
};

/* A register of numbers, or a place in memory. */
struct wide_operand {
    bool is_memory;
    unsigned number; /* of the register */
    enum wide_base base, index;
    int32_t offset;
};

/* The map of instructions (1: 0F, 2: 0F38, 3: 0F3A), the field pp, W, and the code. */
#define WIDE_CODE(map, pp, w, code) ((map) << 16 | (pp) << 12 | (w) << 8 | (code))
enum wide_op {
    WIDE_LOAD = WIDE_CODE(1, 1, 0, 0x10),
    WIDE_STORE = WIDE_CODE(1, 1, 0, 0x11),
    WIDE_COPY = WIDE_CODE(1, 1, 0, 0x28),
    WIDE_ADD = WIDE_CODE(1, 1, 0, 0x58),
    WIDE_MULTIPLY = WIDE_CODE(1, 1, 0, 0x59),
    WIDE_SUBTRACT = WIDE_CODE(1, 1, 0, 0x5c),
    WIDE_MIN = WIDE_CODE(1, 1, 0, 0x5d),
    WIDE_DIVIDE = WIDE_CODE(1, 1, 0, 0x5e),
    WIDE_MAX = WIDE_CODE(1, 1, 0, 0x5f),
    WIDE_SQRT = WIDE_CODE(1, 1, 0, 0x51),
    WIDE_AND = WIDE_CODE(1, 1, 0, 0x54),
    WIDE_OR = WIDE_CODE(1, 1, 0, 0x56),
    WIDE_XOR = WIDE_CODE(1, 1, 0, 0x57),
    WIDE_UNPACK_LOW = WIDE_CODE(1, 1, 0, 0x14),
    WIDE_UNPACK_HIGH = WIDE_CODE(1, 1, 0, 0x15),
    WIDE_COMPARE = WIDE_CODE(1, 1, 0, 0xc2),
    WIDE_FUSED_TO = WIDE_CODE(2, 1, 1, 0xb8),   /* to += left*right */
    WIDE_NEGATED_TO = WIDE_CODE(2, 1, 1, 0xbc), /* to -= left*right, rounded once */
    WIDE_ROUND = WIDE_CODE(3, 1, 0, 0x09),
    WIDE_PERMUTE_HALVES = WIDE_CODE(3, 1, 0, 0x06),
    WIDE_BLEND = WIDE_CODE(3, 1, 0, 0x4b), /* right where the mask is set */
    WIDE_INSERT_HALF = WIDE_CODE(3, 1, 0, 0x18),
    WIDE_EXTRACT_HALF = WIDE_CODE(3, 1, 0, 0x19), /* `to` goes to `right` */
    /* of one number, and of the higher of two */
    WIDE_LOAD_ONE = WIDE_CODE(1, 3, 0, 0x10),
    WIDE_STORE_ONE = WIDE_CODE(1, 3, 0, 0x11),
    WIDE_LOAD_HIGH = WIDE_CODE(1, 1, 0, 0x16),
    WIDE_STORE_HIGH = WIDE_CODE(1, 1, 0, 0x17)
};

struct wide_operand wide_register(unsigned number);
/* index is WIDE_NONE where there is none */
struct wide_operand wide_memory(enum wide_base base, enum wide_base index,
                                int32_t offset);

/* to = left op right; of one operand left is 0.  `half`: of two numbers. */
void wide_put(struct encoder *e, enum wide_op op, unsigned to, unsigned left,
              struct wide_operand right);
void wide_put_half(struct encoder *e, enum wide_op op, unsigned to, unsigned left,
                   struct wide_operand right);
/* The same with a byte behind it: a choice, or four times two registers. */
void wide_put_choice(struct encoder *e, enum wide_op op, unsigned to, unsigned left,
                     struct wide_operand right, unsigned choice);
/* to = left where `mask` is clear, right where it is set. */
void wide_put_blend(struct encoder *e, unsigned to, unsigned left,
                    struct wide_operand right, unsigned mask);

/* to = the address at [base + offset] */
void wide_address(struct encoder *e, enum wide_base to, enum wide_base base,
                  int32_t offset);
/* to = from times factor */
void wide_times(struct encoder *e, enum wide_base to, enum wide_base from,
                int32_t factor);
void wide_clear(struct encoder *e, enum wide_base base);
/* base += by; back to `target` while base is below `end` */
void wide_loop(struct encoder *e, enum wide_base base, int32_t by, int32_t end,
               size_t target);
/* Leaves the function; the upper halves of the registers are cleared. */
void wide_return(struct encoder *e);

#endif
