/* SPDX-License-Identifier: MIT
 * translate.h - what the files share that make native code of a scalar program.
 *
 * The accumulator is register 0.  Every STORE writes its place in memory and leaves a
 * copy in one of the registers that are not used otherwise, from which it is read as long
 * as no function was called; so nothing has to be decided about registers.
 *
 * Code acts on one number, or on four side by side: those of four steps.  Behind the
 * places are those of the latter, four numbers each. */
#ifndef TAPE_NATIVE_TRANSLATE_H
#define TAPE_NATIVE_TRANSLATE_H

#include "tape/native/encode.h"
#include "tape/native/native.h"

/* Registers 1 and 2 hold operands for a moment.  From 12 on they outlast calls of
 * functions that keep them; variables are in the last ones, if there are few. */
enum {
    HELD = 0,
    OPERAND = 1,
    OTHER = 2,
    FIRST_COPY = 3,
    FIRST_LASTING = 12,
    REGISTERS = 16,
    MOST_HELD_VARIABLES = 3
};
#define NO_PLACE UINT32_MAX

/* Of the code: masks of 32 bytes, numbers, addresses of functions, then what is executed.
 */
enum { MOST_FUNCTIONS = 14 };
enum {
    SIGN_MASK = 0,
    SIZE_MASK = 32,
    NUMBER_ZERO = 64,
    NUMBER_ONE = 72,
    FUNCTIONS = 80,
    ENTRY = FUNCTIONS + 8 * MOST_FUNCTIONS
};

struct translator {
    struct encoder e;
    const struct scalar *scalar;
    const struct native_steps *steps; /* NULL: there are none */
    size_t head_count;                /* instructions that make the derivatives */
    bool *is_awaited;                 /* by place: the instructions after those read it */
    bool *is_read[2];              /* by place: from memory, as one number and as four */
    unsigned held_variables;       /* in registers of their own */
    bool is_wide;                  /* four numbers at once */
    unsigned turn;                 /* of the four steps the one at hand */
    uint32_t copy_of[REGISTERS];   /* the place whose value a register has */
    uint32_t copy_made[REGISTERS]; /* which of the copies it is, from 1; 0: a variable */
    uint32_t copy_count;
    bool *is_used; /* by copy: something reads it */
    unsigned next_copy, next_lasting;
    const struct instruction *at;       /* what is being translated */
    size_t part_end;                    /* of the instructions that follow it */
    uint64_t functions[MOST_FUNCTIONS]; /* their addresses; 0: none yet */
    bool has_variables;                 /* their registers have them */
    bool is_foreign;                    /* there was what cannot be translated */
};

void translate_instruction(struct translator *t, const struct instruction *in);
/* Whether it becomes a call. */
bool translate_is_call(const struct instruction *in);

/* Nothing is known of registers below `end`. */
void translate_forget(struct translator *t, unsigned end);
/* Where a place is now. */
struct encode_operand translate_find(const struct translator *t, uint32_t place);
struct encode_operand translate_in_memory(const struct translator *t, uint32_t place);
/* The register where the place already is, else `otherwise`, into which it is loaded. */
unsigned translate_in_register(struct translator *t, uint32_t place, unsigned otherwise);
void translate_load(struct translator *t, unsigned to, struct encode_operand from);
void translate_emit(struct translator *t, enum encode_op op, unsigned to, unsigned left,
                    struct encode_operand right);
/* A number that the instructions on four numbers read: it is in register `from`. */
void translate_hand_over(struct translator *t, uint32_t place, unsigned from);

#endif
