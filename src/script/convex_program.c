/* SPDX-License-Identifier: MIT
 * Whether a solve with conditions is a convex program: a convex objective, functions that
 * are convex where they are bounded from above, concave where from below, and affine in
 * equations (Boyd and Vandenberghe, Convex Optimization, section 4.2).  Curvatures are
 * proved in the bounds of the variables. */
#include "script/constraints.h"
#include "script/convexity.h"
#include "script/diagnosis.h"

#include "graph/array.h"

#include <math.h>
#include <string.h>

enum { MOST_ROWS = 300, MOST_DERIVATIVES = 20000 };

struct program_facts {
    struct solve *solve;
    const struct interval *box;
    unsigned char *is_linear; /* NULL: not asked for */
};

/* A variable whose derivative is the same everywhere is linear. */
static void find_linear(const struct program_facts *facts, const node_id *partials)
{
    const struct graph *graph = facts->solve->session->graph;
    for (size_t j = 0; j < facts->solve->n; j++)
        facts->is_linear[j] &= !graph_node(graph, partials[j]).depends;
}

static node_id element_of(struct graph *graph, const struct constraint *item,
                          size_t index)
{
    struct shape flat = {.rank = 1, .extent = {item->count}}, none = {0};
    if (item->shape.rank == 0)
        return item->node;
    node_id vector = graph_reshape(graph, item->node, &flat);
    return graph_reshape(graph, graph_slice_axis(graph, vector, 0, index, 1, 1), &none);
}

static bool fits(enum curvature curvature, double lower, double upper)
{
    if (curvature == CURVATURE_CONSTANT || curvature == CURVATURE_AFFINE)
        return true;
    return (isinf(lower) && curvature == CURVATURE_CONVEX) ||
           (isinf(upper) && curvature == CURVATURE_CONCAVE);
}

static bool is_convex_row(const struct program_facts *facts,
                          const struct constraint *item, size_t index)
{
    struct solve *solve = facts->solve;
    struct session *session = solve->session;
    struct arena *arena = &session->workspace;
    const struct diagnosis *d = solve->diagnosis;
    node_id node = element_of(session->graph, item, index);
    if (!diagnosis_write_out(solve, node, &node))
        return false;
    if (facts->is_linear != NULL) {
        node_id *partials = ARENA_ARRAY(arena, solve->n, node_id);
        graph_gradient(session->graph, node, d->leaves, solve->n, partials);
        find_linear(facts, partials);
    }
    return fits(
        convexity_in(session, node, d->leaves, solve->n, &solve->trace, facts->box),
        item->lower[index], item->upper[index]);
}

static bool is_convex_program(struct solve *solve, unsigned char *is_linear)
{
    const struct constraints *all = solve->constraints;
    if (!diagnosis_is_known(solve) || all->rows > MOST_ROWS ||
        all->rows > MOST_DERIVATIVES / solve->n)
        return false;
    const struct diagnosis *d = diagnosis_prepared(solve);
    struct program_facts facts = {solve, diagnosis_box(solve), is_linear};
    if (is_linear != NULL) {
        memset(is_linear, 1, solve->n);
        find_linear(&facts, d->partials);
    }
    enum curvature whole = convexity_in(solve->session, d->objective, d->leaves, solve->n,
                                        &solve->trace, facts.box);
    if (whole > CURVATURE_CONVEX)
        return false;
    for (size_t k = 0; k < all->count; k++)
        for (size_t i = 0; all->items[k].elements == NULL && i < all->items[k].count; i++)
            if (!is_convex_row(&facts, &all->items[k], i))
                return false;
    return true;
}

bool solve_find_convex_program(void *context, unsigned char *is_linear)
{
    return is_convex_program(context, is_linear);
}

bool solve_is_convex_program(struct solve *solve)
{
    return is_convex_program(solve, NULL);
}
