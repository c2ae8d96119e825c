/* SPDX-License-Identifier: MIT
 * native_code.h - what the files share that make machine code of a pass (native.h).
 *
 * A value is what a register of the pass holds in the rows at hand, or a uniform.  Four
 * rows are one register of the processor; the eight rows of a turn are two parts, whose
 * code is alike.  A value that no register has room for waits where its column stands in
 * memory (Belady, A study of replacement algorithms for virtual-storage computers, 1966:
 * the one whose next use is furthest makes room). */
#ifndef TAPE_BLOCK_NATIVE_CODE_H
#define TAPE_BLOCK_NATIVE_CODE_H

#include "tape/block/native.h"
#include "tape/native/encode_wide.h"

enum {
    PART = 4,  /* rows in a register */
    PARTS = 2, /* in a turn */
    MOST_STEPS = 256,
    MOST_REGISTERS = 512,
    MOST_WIDE = 512, /* uniforms and the numbers behind them */
    MOST_VALUES = MOST_REGISTERS + MOST_WIDE,
    MOST_EXTRAS = 16,  /* of the latter those that steps have */
    MOST_PRODUCTS = 4, /* sums with one factor: the kernel takes four at a time */
    MOST_TOTALS = 8,   /* lanes of sums in a segment */
    MOST_BASES = 16,   /* arrays that are unpacked */
    MOST_MOVED = 32,   /* numbers of them in a row */
    MOST_SEGMENTS = 32,
    MOST_ALONE = 8,        /* rows that are computed by themselves */
    MOST_CODE = 16 * 1024, /* bytes */
    YMM = 16,
    HELD_TOTALS = 3 /* that stay in registers, PARTS each; the others in memory */
};

/* Numbers behind the uniforms, four times each. */
enum { WIDE_ZERO, WIDE_ONE, WIDE_EIGHT, WIDE_SIGN, WIDE_SIZE, WIDE_FIXED };

/* A run of steps: their code, or the kernels where there is none. */
struct native_segment {
    uint32_t first, end; /* steps */
    size_t entry;        /* in the code */
    bool is_native;
    uint32_t total_count; /* sums */
    bool counts_rows;     /* it needs the numbers of its rows */
};

/* Arrays that code reads, at the first row of the tile. */
struct native_base {
    uint32_t array;
    ptrdiff_t stride;
};

/* Of registers of the pass, numbers four times each, arrays, and room for sums: lanes by
 * total, then the rows of a turn. */
typedef void native_loop(double *const *registers, const double *wide,
                         const double *const *bases, double *lanes);

struct pass_native {
    struct arena_undo *undo; /* of the code */
    const char *code;        /* NULL: none yet, or none at all */
    size_t rows;             /* that the pass has run over so far */
    bool is_tried;
    double *wide; /* uniforms, WIDE_FIXED numbers and those of ranges, four times each */
    struct native_segment segments[MOST_SEGMENTS];
    size_t segment_count;
    size_t kernel_count; /* steps without code */
    struct native_base bases[MOST_BASES];
    size_t base_count;
    size_t alone[MOST_ALONE]; /* rows whose tiles the kernels compute */
    size_t alone_count;
    size_t extent; /* the least of all domains */
};

struct native_code {
    struct encoder e;
    const struct pass *pass;
    struct pass_native *native;
    size_t least_saved;
    uint32_t last_read[MOST_VALUES]; /* step, from 1; 0: never */
    uint32_t last_here[MOST_VALUES]; /* the same in the segment */
    bool is_defined[MOST_REGISTERS]; /* in the segment */
    bool is_stored[MOST_REGISTERS];
    uint32_t same_as[MOST_REGISTERS];  /* a register without shift for one */
    uint32_t constant[MOST_REGISTERS]; /* the uniform that fills it, from 1 */
    bool varies[MOST_WIDE];
    uint32_t wide_count;           /* of numbers in native->wide */
    struct native_segment segment; /* the one at hand */
    uint32_t at;                   /* step */
    uint32_t total;                /* sums of the steps before this one */
    unsigned part;
    uint32_t holds[YMM]; /* the value in each register, NOTHING or TAKEN */
    bool is_pinned[YMM]; /* for the step at hand */
    uint32_t pointer;    /* what rax points to: a register of the pass, or NOTHING */
    int32_t stride;      /* by which r9 counts; 0: by none */
    bool is_foreign;     /* there was what cannot be done */
    bool has_too_many;   /* rows to be computed alone */
};

#define NOTHING UINT32_MAX
#define TAKEN (UINT32_MAX - 1)

/* ---- native_make.c ---- */

/* Whether pass->native has code now: of segments in which so many columns live in
 * registers of the processor alone. */
bool native_make_code(struct pass *pass, size_t least_saved);

/* ---- native_values.c ---- */

/* The value of a register, a uniform, and a number behind the uniforms. */
uint32_t native_value(const struct native_code *c, uint32_t reg);
uint32_t native_uniform(uint32_t uniform);
uint32_t native_fixed(const struct native_code *c, uint32_t which);
/* Whether it is a uniform that never changes, and which number. */
bool native_is_constant(const struct native_code *c, uint32_t value, double *number);

void native_forget(struct native_code *c);
/* A register of the processor for what this step makes. */
unsigned native_fresh(struct native_code *c);
/* One that has the value. */
unsigned native_load(struct native_code *c, uint32_t value);
/* The same, or a place in memory, which the next instruction must use. */
struct wide_operand native_operand(struct native_code *c, uint32_t value);
/* A fresh copy. */
unsigned native_copy(struct native_code *c, uint32_t value);
/* It is what register `reg` of the pass holds from now on. */
void native_define(struct native_code *c, uint32_t reg, unsigned ymm);
/* What a step made and nobody reads any more. */
void native_free(struct native_code *c, unsigned ymm);
/* Values that a step has read may make room; after the step all may. */
void native_rest(struct native_code *c);
void native_unpin(struct native_code *c);
/* The same number in all rows, of no uniform. */
uint32_t native_number(struct native_code *c, double number);
/* Where rows of a register of the pass stand; of `stride` numbers a row. */
struct wide_operand native_rows(struct native_code *c, uint32_t reg, int32_t stride,
                                int32_t row, int32_t number);
/* Likewise of array number `base`. */
struct wide_operand native_array_rows(struct native_code *c, uint32_t base,
                                      int32_t stride, int32_t row, int32_t number);

/* The end of the registers for values; behind them are the numbers of rows in each part,
 * where they are needed, and sums. */
unsigned native_end(const struct native_code *c);
/* Whether later segments, kernels, other rows or the caller read the register. */
bool native_is_kept(const struct native_code *c, uint32_t reg);
/* The lanes of a sum, in memory; behind those of all sums the rows of the first turn. */
struct wide_operand native_lanes(uint32_t total, unsigned part);

/* ---- native_step.c ---- */

/* Whether there is code for the step. */
bool native_can(const struct native_code *c, const struct tile_step *step);
/* How many lanes of sums it has. */
uint32_t native_totals(const struct native_code *c, const struct tile_step *step);
void native_put_step(struct native_code *c, const struct tile_step *step);
/* Whether a sum of squares must be taken row by row. */
bool native_cancels(const struct pass *pass, const struct tile_step *step);

/* ---- native_rows.c ---- */

bool native_can_move(const struct native_code *c, const struct tile_step *step);
unsigned native_range(struct native_code *c, const struct tile_step *step);
/* Remainders of a range that has no number below 0. */
bool native_can_divide(const struct native_code *c, const struct tile_step *step);
unsigned native_modulo(struct native_code *c, const struct tile_step *step);
void native_unpack(struct native_code *c, const struct tile_step *step);
void native_pack(struct native_code *c, const struct tile_step *step);

#endif
