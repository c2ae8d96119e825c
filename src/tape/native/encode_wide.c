/* SPDX-License-Identifier: MIT */
#include "tape/native/encode_wide.h"

struct wide_operand wide_register(unsigned number)
{
    return (struct wide_operand){.number = number};
}

struct wide_operand wide_memory(enum wide_base base, enum wide_base index, int32_t offset)
{
    return (struct wide_operand){
        .is_memory = true, .base = base, .index = index, .offset = offset};
}

static void put_byte(struct encoder *e, unsigned byte)
{
    unsigned char one = (unsigned char)byte;
    encode_bytes(e, &one, 1);
}

static void put_offset(struct encoder *e, int32_t offset)
{
    for (unsigned i = 0; i < 4; i++)
        put_byte(e, (uint32_t)offset >> 8 * i & 0xff);
}

/* ModRM, and SIB where there is an index. */
static void put_operand(struct encoder *e, unsigned to, const struct wide_operand *right)
{
    enum { DIRECT = 0xc0, BASE_AND_OFFSET = 0x80, WITH_INDEX = 4 };
    unsigned middle = (to & 7) << 3;
    if (!right->is_memory) {
        put_byte(e, DIRECT | middle | (right->number & 7));
        return;
    }
    if (right->index == WIDE_NONE) {
        put_byte(e, BASE_AND_OFFSET | middle | ((unsigned)right->base & 7));
    } else {
        put_byte(e, BASE_AND_OFFSET | middle | WITH_INDEX);
        put_byte(e, ((unsigned)right->index & 7) << 3 | ((unsigned)right->base & 7));
    }
    put_offset(e, right->offset);
}

/* The prefix of three bytes: C4; R X B (turned over) and the map; W, vvvv (turned over),
 * L and pp. */
static void put(struct encoder *e, enum wide_op op, bool is_half, unsigned to,
                unsigned left, const struct wide_operand *right)
{
    enum { THREE_BYTES = 0xc4, NOT_R = 0x80, NOT_X = 0x40, NOT_B = 0x20, WIDE = 4 };
    unsigned code = (unsigned)op, base = right->number, index = 0;
    if (right->is_memory) {
        base = (unsigned)right->base;
        index = right->index == WIDE_NONE ? 0 : (unsigned)right->index;
    }
    put_byte(e, THREE_BYTES);
    put_byte(e, (to < 8 ? NOT_R : 0) | (index < 8 ? NOT_X : 0) | (base < 8 ? NOT_B : 0) |
                    code >> 16);
    put_byte(e, (code >> 8 & 1) << 7 | (~left & 15) << 3 | (is_half ? 0 : WIDE) |
                    (code >> 12 & 3));
    put_byte(e, code & 0xff);
    put_operand(e, to, right);
}

void wide_put(struct encoder *e, enum wide_op op, unsigned to, unsigned left,
              struct wide_operand right)
{
    put(e, op, false, to, left, &right);
}

void wide_put_half(struct encoder *e, enum wide_op op, unsigned to, unsigned left,
                   struct wide_operand right)
{
    put(e, op, true, to, left, &right);
}

void wide_put_choice(struct encoder *e, enum wide_op op, unsigned to, unsigned left,
                     struct wide_operand right, unsigned choice)
{
    put(e, op, false, to, left, &right);
    put_byte(e, choice);
}

void wide_put_blend(struct encoder *e, unsigned to, unsigned left,
                    struct wide_operand right, unsigned mask)
{
    wide_put_choice(e, WIDE_BLEND, to, left, right, mask << 4);
}

/* ---- addresses and control ---- */

/* REX with W: R for the register in the middle, B for that at the end. */
static void put_prefix(struct encoder *e, unsigned middle, unsigned end)
{
    put_byte(e, 0x48 | (middle >= 8 ? 4u : 0) | (end >= 8 ? 1u : 0));
}

void wide_address(struct encoder *e, enum wide_base to, enum wide_base base,
                  int32_t offset)
{
    struct wide_operand from = wide_memory(base, WIDE_NONE, offset);
    put_prefix(e, (unsigned)to, (unsigned)base);
    put_byte(e, 0x8b); /* mov */
    put_operand(e, (unsigned)to, &from);
}

void wide_times(struct encoder *e, enum wide_base to, enum wide_base from, int32_t factor)
{
    struct wide_operand own = wide_register((unsigned)from);
    put_prefix(e, (unsigned)to, (unsigned)from);
    put_byte(e, 0x69); /* imul */
    put_operand(e, (unsigned)to, &own);
    put_offset(e, factor);
}

void wide_clear(struct encoder *e, enum wide_base base)
{
    struct wide_operand own = wide_register((unsigned)base);
    put_prefix(e, (unsigned)base, (unsigned)base);
    put_byte(e, 0x31); /* xor */
    put_operand(e, (unsigned)base, &own);
}

void wide_loop(struct encoder *e, enum wide_base base, int32_t by, int32_t end,
               size_t target)
{
    enum { ADD = 0, COMPARE = 7 };
    struct wide_operand own = wide_register((unsigned)base);
    put_prefix(e, 0, (unsigned)base);
    put_byte(e, 0x81);
    put_operand(e, ADD, &own);
    put_offset(e, by);
    put_prefix(e, 0, (unsigned)base);
    put_byte(e, 0x81);
    put_operand(e, COMPARE, &own);
    put_offset(e, end);
    put_byte(e, 0x0f); /* jb */
    put_byte(e, 0x82);
    put_offset(e, (int32_t)((int64_t)target - (int64_t)(e->size + 4)));
}

void wide_return(struct encoder *e)
{
    static const unsigned char bytes[] = {0xc5, 0xf8, 0x77, /* vzeroupper */
                                          0xc3};
    encode_bytes(e, bytes, sizeof bytes);
}
