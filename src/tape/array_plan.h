/* SPDX-License-Identifier: MIT
 * array_plan.h - the array program from inside, for the files of tape/array*.c. */
#ifndef TAPE_ARRAY_PLAN_H
#define TAPE_ARRAY_PLAN_H

#include "tape/array.h"
#include "tape/kernels/kernel.h"
#include "tape/plan.h"

/* What a run knows of a step of the plan. */
struct array_step {
    const struct shape *shape;
    const struct attributes *attributes; /* never NULL */
    size_t elements;
    size_t root, shift;  /* its numbers are those of step `root` from `shift` on; itself
                            and 0 unless it is a view */
    size_t weight;       /* operations and elements, by which polls are spaced */
    unsigned transposed; /* of a product: the operands that stand transposed */
    bool is_needed;      /* by an output, when broadcasts are left out */
    bool is_input;       /* its numbers are given at a run */
    bool is_scalar;      /* an operation of numbers on numbers */
    bool is_passed;      /* a pass over rows writes it */
    struct pass *pass;   /* the pass that runs here, the last of its results; else NULL */
};

/* Where results stand. */
struct layout {
    size_t *offset; /* by step, in memory; SIZE_MAX: it has no numbers of its own */
    double *memory; /* all results, and the work memory behind them */
    double *work;
    const double **numbers; /* by step: where they are read; of inputs and views of them
                               set at a run */
    size_t *views, view_count;    /* steps that are views of what is given at a run */
    size_t *active, active_count; /* steps where a run has something to do */
    size_t bytes;
};

struct array_program {
    struct plan plan;
    struct array_step *steps;
    struct layout layout;
    struct array *operands; /* of the step at hand */
    double *values;         /* likewise, of numbers */
    size_t operations;
    struct array_poll poll;
    struct index_fault outside;  /* the first of the last run; extent SIZE_MAX: none */
    struct array_program *plain; /* the same without passes; NULL: it has none itself */
    struct memory *memory;       /* of its arena */
    bool can_stray;              /* a pass checks indices */
    bool *is_direct; /* by output: a pass writes it where the caller wants it; or NULL */
};

/* The same program with passes over rows (block/schedule.c), which places its results;
 * NULL when no pass can do anything.  `plain` is kept. */
struct array_program *array_fuse(struct arena *arena, struct array_program *plain,
                                 struct array_means means);

/* Fills program->steps by the plan and the graph. */
void array_plan_steps(struct array_program *program, struct arena *arena,
                      const struct graph *graph);
/* Places the results: by lifetime, or each in memory of its own. */
void array_place(struct array_program *program, struct arena *arena, bool keeps_all,
                 struct layout *layout);
/* Makes machine code of all passes of a program that has run, whether or not it will pay;
 * of how many there is some. */
size_t array_make_native(struct array_program *program);
/* Carries out all steps; false when interrupted. */
bool array_run_steps(struct array_program *program, const struct layout *layout,
                     const double *const *inputs);
/* The operands of a step as they stand in a layout, in program->operands. */
void array_gather_operands(struct array_program *program, const struct layout *layout,
                           const struct plan_step *step);
struct kernel_call array_call(struct array_program *program, size_t place);

static inline bool array_is_leaf(const struct plan_step *step)
{
    return step->op == OP_VARIABLE || step->op == OP_PARAMETER || step->op == OP_CONSTANT;
}

#endif
