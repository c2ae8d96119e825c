/* SPDX-License-Identifier: MIT
 * array_trial.h - derivatives of functions of arrays against differences. */
#ifndef TESTS_ARRAY_TRIAL_H
#define TESTS_ARRAY_TRIAL_H

#include "array_random.h"

enum { MOST_LEAVES = 2, DIRECTIONS = 3 };

/* A function of some leaves at a point, with a direction. */
struct trial {
    struct world *w;
    node_id f, leaves[MOST_LEAVES], directions[MOST_LEAVES];
    size_t sizes[MOST_LEAVES];
    double *point[MOST_LEAVES], *direction[MOST_LEAVES];
    size_t count;
};

static inline size_t elements(const struct world *w, node_id node)
{
    struct shape shape = graph_shape(w->graph, node);
    return shape_elements(&shape);
}

static inline void add_leaf(struct trial *t, const struct shape *shape, uint32_t *seed)
{
    size_t i = t->count++;
    t->leaves[i] = graph_variable_array(t->w->graph, (uint32_t)('x' + i), shape);
    t->directions[i] = graph_parameter_array(t->w->graph, (uint32_t)('p' + i), shape);
    t->sizes[i] = shape_elements(shape);
    t->point[i] = ARENA_ARRAY(&t->w->arena, t->sizes[i], double);
    t->direction[i] = ARENA_ARRAY(&t->w->arena, t->sizes[i], double);
    for (size_t k = 0; k < t->sizes[i]; k++)
        t->point[i][k] = uniform(seed, -1.5, 1.5);
}

static inline void turn(struct trial *t, uint32_t *seed)
{
    for (size_t i = 0; i < t->count; i++)
        for (size_t k = 0; k < t->sizes[i]; k++)
            t->direction[i][k] = uniform(seed, -1, 1);
}

/* A node at point + step*direction; its elements stay in the arena. */
static inline const double *value_along(const struct trial *t, node_id node, double step)
{
    struct binding bindings[2 * MOST_LEAVES];
    for (size_t i = 0; i < t->count; i++) {
        double *moved = ARENA_ARRAY(&t->w->arena, t->sizes[i], double);
        for (size_t k = 0; k < t->sizes[i]; k++)
            moved[k] = t->point[i][k] + step * t->direction[i][k];
        bindings[2 * i] = (struct binding){t->leaves[i], moved};
        bindings[2 * i + 1] = (struct binding){t->directions[i], t->direction[i]};
    }
    return reference_value(t->w, node, bindings, 2 * t->count).data;
}

static inline double slope_by_gradient(const struct trial *t, const node_id *gradient)
{
    double slope = 0;
    for (size_t i = 0; i < t->count; i++) {
        struct shape due = graph_shape(t->w->graph, t->leaves[i]);
        struct shape shape = graph_shape(t->w->graph, gradient[i]);
        assert_true(shape_equal(&due, &shape));
        const double *g = value_along(t, gradient[i], 0);
        for (size_t k = 0; k < t->sizes[i]; k++)
            slope += g[k] * t->direction[i][k];
    }
    return slope;
}

enum { AGREES, DIFFERS, UNUSABLE };

/* By two steps, so that a kink or a great third derivative is told from an error. */
static inline int compare(double exact, const double differences[2])
{
    if (!isfinite(differences[0]) || fabs(differences[0]) > 1e5 ||
        !is_close(differences[0], differences[1], 1e-6))
        return UNUSABLE;
    bool agrees = isfinite(exact) && is_close(exact, differences[0], 1e-5);
    return agrees ? AGREES : DIFFERS;
}

static inline int compare_first(const struct trial *t, const node_id *gradient)
{
    double differences[2];
    for (int i = 0; i < 2; i++) {
        double h = i == 0 ? 1e-5 : 3e-5;
        differences[i] = (*value_along(t, t->f, h) - *value_along(t, t->f, -h)) / (2 * h);
    }
    return compare(slope_by_gradient(t, gradient), differences);
}

static inline int compare_second(const struct trial *t, const node_id *gradient,
                                 const node_id *products)
{
    int worst = AGREES;
    for (size_t i = 0; i < t->count; i++) {
        const double *exact = value_along(t, products[i], 0);
        const double *ahead = value_along(t, gradient[i], 1e-5);
        const double *behind = value_along(t, gradient[i], -1e-5);
        const double *ahead_more = value_along(t, gradient[i], 3e-5);
        const double *behind_more = value_along(t, gradient[i], -3e-5);
        for (size_t k = 0; k < t->sizes[i]; k++) {
            double differences[] = {(ahead[k] - behind[k]) / 2e-5,
                                    (ahead_more[k] - behind_more[k]) / 6e-5};
            int result = compare(exact[k], differences);
            worst = result == DIFFERS || worst == AGREES ? result : worst;
            if (worst == DIFFERS)
                return worst;
        }
    }
    return worst;
}

/* The sum of the elements with weights, so that each counts on its own. */
static inline node_id weigh(struct world *w, node_id node)
{
    struct shape shape = graph_shape(w->graph, node);
    node_id weights = made_numbers(w->graph, OP_COS, 1.1, &shape);
    return graph_sum_all(w->graph, graph_apply2(w->graph, OP_MULTIPLY, weights, node));
}

static inline void show(const struct trial *t, const char *what)
{
    struct text out;
    char letter[2] = "";
    text_init(&out, &t->w->arena);
    graph_dump(&out, t->w->graph, &t->f, 1, name_letter, letter);
    print_message("%s differs:\n%s", what, text_string(&out));
}

/* Both derivatives of t->f along random directions; the number that could be compared. */
static inline int check_derivatives(struct trial *t, uint32_t *seed)
{
    node_id gradient[MOST_LEAVES], products[MOST_LEAVES];
    int usable = 0;
    graph_gradient(t->w->graph, t->f, t->leaves, t->count, gradient);
    graph_hessian_vector(t->w->graph, t->f, t->leaves, t->directions, t->count, products);
    for (int i = 0; i < DIRECTIONS; i++) {
        turn(t, seed);
        int first = compare_first(t, gradient);
        int second = compare_second(t, gradient, products);
        if (first == DIFFERS || second == DIFFERS)
            show(t, first == DIFFERS ? "gradient" : "Hessian times direction");
        assert_int_not_equal(first, DIFFERS);
        assert_int_not_equal(second, DIFFERS);
        usable += (first == AGREES) + (second == AGREES);
    }
    return usable;
}

static inline struct trial begin(struct world *w)
{
    graph_free(w->graph);
    w->graph = graph_new(&w->memory);
    return (struct trial){.w = w};
}

#endif
