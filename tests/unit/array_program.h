/* SPDX-License-Identifier: MIT
 * array_program.h - running array programs in tests. */
#ifndef TESTS_ARRAY_PROGRAM_H
#define TESTS_ARRAY_PROGRAM_H

#include "tape/array_plan.h"

#include "array_random.h"

enum { MOST_OUTPUTS = 4 };

/* Leaves with their numbers, and the nodes that are asked for. */
struct task {
    struct world *w;
    struct binding leaves[8];
    size_t leaf_count;
    node_id outputs[MOST_OUTPUTS];
    size_t output_count;
};

static inline size_t count_elements(const struct world *w, node_id node)
{
    struct shape shape = graph_shape(w->graph, node);
    return shape_elements(&shape);
}

/* A leaf of random numbers between the bounds. */
static inline node_id add_numbers(struct task *t, const struct shape *shape, double low,
                                  double high, uint32_t *seed)
{
    size_t i = t->leaf_count++, count = shape_elements(shape);
    double *data = ARENA_ARRAY(&t->w->arena, count, double);
    for (size_t k = 0; k < count; k++)
        data[k] = uniform(seed, low, high);
    node_id leaf = graph_variable_array(t->w->graph, (uint32_t)('a' + i), shape);
    t->leaves[i] = (struct binding){leaf, data};
    return leaf;
}

static inline struct array_program *program_of(const struct task *t)
{
    node_id inputs[8];
    for (size_t i = 0; i < t->leaf_count; i++)
        inputs[i] = t->leaves[i].leaf;
    return array_new(&t->w->arena, t->w->graph, t->outputs, t->output_count, inputs,
                     t->leaf_count);
}

static inline const double *const *inputs_of(const struct task *t)
{
    const double **inputs = ARENA_ARRAY(&t->w->arena, t->leaf_count, const double *);
    for (size_t i = 0; i < t->leaf_count; i++)
        inputs[i] = t->leaves[i].data;
    return inputs;
}

static inline double *const *room_for_outputs(const struct task *t)
{
    double **outputs = ARENA_ARRAY(&t->w->arena, t->output_count, double *);
    for (size_t i = 0; i < t->output_count; i++)
        outputs[i] =
            ARENA_ARRAY(&t->w->arena, count_elements(t->w, t->outputs[i]), double);
    return outputs;
}

/* The outputs of one run of a new program; memory is in the world's arena. */
static inline double *const *run_task(const struct task *t)
{
    double *const *outputs = room_for_outputs(t);
    assert_true(array_run(program_of(t), inputs_of(t), outputs));
    return outputs;
}

static inline bool are_close(const double *a, const double *b, size_t count,
                             double tolerance)
{
    bool close = true;
    for (size_t i = 0; i < count; i++)
        close = close && is_close(a[i], b[i], tolerance);
    return close;
}

static inline bool are_same(const double *a, const double *b, size_t count)
{
    bool same = true;
    for (size_t i = 0; i < count; i++)
        same = same && is_same_value(a[i], b[i]);
    return same;
}

/* For messages. */
static inline const char *dump_node(struct world *w, node_id node)
{
    char letter[2] = "";
    struct text out;
    text_init(&out, &w->arena);
    graph_dump(&out, w->graph, &node, 1, name_letter, letter);
    return text_string(&out);
}

#endif
