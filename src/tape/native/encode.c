/* SPDX-License-Identifier: MIT */
#include "tape/native/encode.h"

#include <string.h>

struct encode_operand encode_register(unsigned number)
{
    return (struct encode_operand){ENCODE_REGISTER, number, 0};
}

struct encode_operand encode_memory(enum encode_base base, int32_t offset)
{
    return (struct encode_operand){ENCODE_MEMORY, (unsigned)base, offset};
}

struct encode_operand encode_code(size_t offset)
{
    return (struct encode_operand){ENCODE_CODE, 0, (int32_t)offset};
}

void encode_bytes(struct encoder *e, const void *bytes, size_t count)
{
    e->is_full = e->is_full || count > e->capacity - e->size;
    if (!e->is_full)
        memcpy(e->code + e->size, bytes, count);
    e->size += count;
}

static void put_byte(struct encoder *e, unsigned byte)
{
    unsigned char one = (unsigned char)byte;
    encode_bytes(e, &one, 1);
}

/* Least byte first, as the machine has them, whatever machine this runs on. */
static void put_number(struct encoder *e, uint64_t number, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        put_byte(e, (unsigned)(number >> 8 * i) & 0xff);
}

void encode_offset(struct encoder *e, int32_t offset)
{
    put_number(e, (uint32_t)offset, 4);
}

/* ---- instructions on numbers ---- */

enum { PREFIX_66 = 1, PREFIX_F2 = 3 }; /* the field pp */

static unsigned prefix_of(enum encode_op op, bool is_wide)
{
    bool is_whole =
        op == ENCODE_AND || op == ENCODE_XOR || op == ENCODE_COPY || op == ENCODE_COMPARE;
    return is_wide || is_whole ? PREFIX_66 : PREFIX_F2;
}

static void put_operand(struct encoder *e, unsigned to, struct encode_operand right)
{
    enum { DIRECT = 0xc0, BASE_AND_OFFSET = 0x80, FROM_NEXT = 0x05 };
    unsigned middle = (to & 7) << 3;
    int32_t offset = right.offset;
    if (right.kind == ENCODE_REGISTER) {
        put_byte(e, DIRECT | middle | (right.base & 7));
        return;
    }
    if (right.kind == ENCODE_CODE) { /* counted from the next instruction */
        put_byte(e, FROM_NEXT | middle);
        offset -= (int32_t)e->size + 4;
    } else {
        put_byte(e, BASE_AND_OFFSET | middle | (right.base & 7));
    }
    put_number(e, (uint32_t)offset, 4);
}

/* C4, then R X B (turned over) and the map 0F; then W, vvvv (turned over), L and pp. */
void encode_vex(struct encoder *e, enum encode_op op, bool is_wide, unsigned to,
                unsigned left, struct encode_operand right)
{
    enum { THREE_BYTES = 0xc4, NOT_X = 0x40, MAP_0F = 1 };
    unsigned not_r = to < 8 ? 0x80 : 0, not_b = right.base < 8 ? 0x20 : 0;
    put_byte(e, THREE_BYTES);
    put_byte(e, not_r | NOT_X | not_b | MAP_0F);
    put_byte(e, (~left & 15) << 3 | (is_wide ? 4 : 0) | prefix_of(op, is_wide));
    put_byte(e, (unsigned)op);
    put_operand(e, to, right);
}

/* ---- control ---- */

void encode_jump(struct encoder *e, size_t target)
{
    put_byte(e, 0xe9);
    put_number(e, (uint32_t)((int64_t)target - (int64_t)(e->size + 4)), 4);
}

static size_t jump_if(struct encoder *e, unsigned code)
{
    put_byte(e, 0x0f);
    put_byte(e, code);
    put_number(e, 0, 4);
    return e->size;
}

size_t encode_jump_if_zero(struct encoder *e)
{
    return jump_if(e, 0x84);
}

size_t encode_jump_if_carry(struct encoder *e)
{
    return jump_if(e, 0x82);
}

void encode_land(struct encoder *e, size_t jump)
{
    uint64_t distance = e->size - jump;
    for (size_t i = 0; i < 4 && !e->is_full; i++)
        e->code[jump - 4 + i] = (unsigned char)(distance >> 8 * i);
}

/* mov rax, address; call rax */
void encode_call(struct encoder *e, uint64_t address)
{
    put_number(e, 0xb848, 2);
    put_number(e, address, 8);
    put_number(e, 0xd0ff, 2);
}

void encode_call_at(struct encoder *e, size_t offset)
{
    put_number(e, 0x15ff, 2);
    put_number(e, (uint32_t)((int64_t)offset - (int64_t)(e->size + 4)), 4);
}

void encode_advance(struct encoder *e, enum encode_base base, int32_t offset)
{
    put_byte(e, (unsigned)base < 8 ? 0x48 : 0x49);
    put_byte(e, 0x81);
    put_byte(e, 0xc0 | ((unsigned)base & 7));
    put_number(e, (uint32_t)offset, 4);
}
