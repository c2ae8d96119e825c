/* SPDX-License-Identifier: MIT
 * A sum of squares in intervals: each residual with its weight and derivatives.
 *
 * Where the least curvature is small against the greatest, what rounding makes of the
 * gradient hides the minimum; what it makes of residuals does not, since they are small
 * near one. */
#include "script/diagnosis.h"

#include "graph/squares.h"
#include "script/model.h"

#include <math.h>

enum { MOST_DERIVATIVES = 20000, FIXED = 3 /* weight, factor, residual */ };

struct enclosed_squares {
    size_t count; /* of terms; 0: it is no sum of squares, or too large a one */
    struct interval_plan *plan;
    struct interval *outputs; /* FIXED + n a term */
    double *low, *high;       /* n + 2: what is handed on */
};

static bool is_fixed(const struct graph *graph, node_id node)
{
    struct node own = graph_node(graph, node);
    return own.op == OP_CONSTANT || !own.depends;
}

static void compile(struct solve *solve, const struct squares *squares,
                    struct enclosed_squares *made)
{
    const struct diagnosis *d = solve->diagnosis;
    struct arena *arena = model_arena(solve->session);
    size_t each = FIXED + solve->n, count = squares->count * each;
    node_id *nodes = ARENA_ARRAY(arena, count, node_id);
    for (size_t i = 0; i < squares->count; i++) {
        const struct squares_term *term = &squares->terms[i];
        nodes[i * each] = term->weight;
        nodes[i * each + 1] = term->factor;
        nodes[i * each + 2] = term->residual;
        graph_gradient(solve->session->graph, term->residual, d->leaves, solve->n,
                       nodes + i * each + FIXED);
    }
    made->plan = diagnosis_plan(solve, nodes, count);
    made->outputs = ARENA_ARRAY(arena, count, struct interval);
    made->low = ARENA_ARRAY(arena, 2 * (solve->n + 2), double);
    made->high = made->low + solve->n + 2;
    made->count = squares->count;
}

static bool can_compile(const struct solve *solve, const struct squares *squares)
{
    const struct graph *graph = solve->session->graph;
    if (squares->count > MOST_DERIVATIVES / solve->n)
        return false;
    for (size_t i = 0; i < squares->count; i++)
        if (graph_node(graph, squares->terms[i].residual).shape != 0 ||
            !is_fixed(graph, squares->terms[i].weight) ||
            !is_fixed(graph, squares->terms[i].factor))
            return false;
    return true;
}

static struct enclosed_squares *find(struct solve *solve)
{
    struct session *session = solve->session;
    struct diagnosis *d = diagnosis_prepared(solve);
    struct squares squares;
    if (d->squares == NULL)
        d->squares = model_find(session, MODEL_SQUARES, &d->objective, 1, d->input_leaves,
                                d->input_count);
    if (d->squares != NULL)
        return d->squares;
    d->squares = ARENA_NEW(model_arena(session), struct enclosed_squares);
    if (graph_squares(session->graph, d->objective, &session->workspace, &squares) &&
        can_compile(solve, &squares))
        compile(solve, &squares, d->squares);
    if (session->model != NULL)
        model_keep(session, MODEL_SQUARES, &d->objective, 1, d->input_leaves,
                   d->input_count, d->squares);
    return d->squares;
}

static bool put(struct enclosed_squares *s, size_t place, struct interval x)
{
    s->low[place] = x.low;
    s->high[place] = x.high;
    return !x.partial && !interval_is_empty(x);
}

bool diagnosis_enclose_squares(void *context, const double *low, const double *high,
                               descent_take_squares *take, void *taker)
{
    struct solve *solve = context;
    struct enclosed_squares *s = find(solve);
    size_t each = FIXED + solve->n;
    if (s->count == 0)
        return false;
    diagnosis_put_box(solve, low, high);
    interval_run(s->plan, solve->diagnosis->inputs, s->outputs);
    for (size_t i = 0; i < s->count; i++) {
        const struct interval *own = s->outputs + i * each;
        bool known = put(s, 0, interval_op(OP_MULTIPLY, own, 2));
        for (size_t k = 0; k <= solve->n; k++)
            known = put(s, k + 1, own[2 + k]) && known;
        if (!known || own[2].jumps)
            return false;
        take(taker, s->low, s->high);
    }
    return true;
}
