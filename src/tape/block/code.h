/* SPDX-License-Identifier: MIT
 * code.h - what the files share that choose the instructions of a pass. */
#ifndef TAPE_BLOCK_CODE_H
#define TAPE_BLOCK_CODE_H

#include "tape/block/pass.h"

/* What the choice knows of a column. */
struct use {
    uint32_t readers; /* columns, sums and stores */
    uint32_t reg;     /* register, from 1; 0: none yet */
    uint32_t sum;     /* number of its total, from 1; of a part of a product its first */
    bool is_needed;
    bool is_inline;     /* a product or an impulse that its only reader computes */
    bool is_of_squares; /* a linear combination that computes them and their total */
    bool is_totalled;   /* its total is computed along with it */
    bool is_summed;     /* a product of which the total alone is asked for */
};

struct code {
    struct pass *pass;
    struct arena *arena;
    struct fusion *fusion;
    const struct columns *columns;
    const struct tile_level *level;
    size_t group;
    struct use *uses;    /* by column */
    uint32_t *uniforms;  /* by uniform: its number in the pass, from 1 */
    uint32_t *constants; /* by uniform: the register that holds it throughout */
    size_t needed;       /* columns */
    column_id *loads;    /* those among them that are read, in their order */
    size_t load_count, part_count;
    column_id *bound; /* and those with operands that are uniforms, in registers */
    size_t bound_count;
    bool has_impulses;
    column_id checked; /* the column of indices that was checked last */
    size_t place_capacity, total_capacity, domain_capacity, matrix_capacity;
};

/* ---- code.c ---- */
uint32_t code_domain(struct code *code, size_t extent);
static inline uint32_t code_uniform(const struct code *code, uniform_id id)
{
    return code->uniforms[id] - 1;
}
uint32_t code_register(struct code *code, const struct pass_register *reg);
uint32_t code_own_register(struct code *code);
size_t code_place(struct code *code, size_t place);
/* A step at the end of the pass, to be filled in at once. */
struct tile_step *code_add(struct code *code, uint32_t kernel, size_t extent);
struct tile_term *code_list(struct code *code, struct tile_step *step, size_t count);
/* The register that holds a uniform throughout. */
uint32_t code_constant(struct code *code, uniform_id id);
/* The register of a column that is there already. */
static inline uint32_t code_register_of(const struct code *code, column_id id)
{
    return code->uses[id].reg;
}
/* The register of a plain cell, which may be a uniform. */
static inline uint32_t code_register_of_cell(struct code *code, struct cell cell)
{
    return cell.core == 0 ? code_constant(code, cell.scale)
                          : code_register_of(code, cell.core);
}

/* ---- code_columns.c ---- */
/* The steps for a column and its total. */
void code_column(struct code *code, column_id id);

/* ---- code_output.c ---- */
/* What the outputs need is marked. */
void code_mark(struct code *code, const size_t *outputs, size_t count);
/* The steps behind all columns, and the totals. */
void code_outputs(struct code *code, const size_t *outputs, size_t count);

/* ---- code_registers.c ---- */
/* Chooses the size of a tile, and where own registers stand. */
void code_place_registers(struct code *code);
/* Whether a step writes its register `out`. */
bool code_writes_out(const struct tile_step *step);
/* How many registers of its list are read; the others are written. */
size_t code_list_reads(const struct tile_step *step);

#endif
