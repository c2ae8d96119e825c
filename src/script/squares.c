/* SPDX-License-Identifier: MIT
 * The objective of a solve as a sum of squares: what is squared with its derivatives, for
 * the methods that ask for them, and for the statistics of a fit.
 *
 * A residual that is a number, written out in the script or by a short generator, gives a
 * row of the Jacobian by reverse differentiation.  One that is an array, over the rows of
 * the data, gives its columns: for each variable that is a number the derivative itself,
 * for an array of variables the product with a direction, one run for each of its
 * numbers.  All columns stand in one program, so that they share what they have in
 * common. */
#include "script/squares_parts.h"

#include "script/array.h"
#include "script/model.h"

#include <math.h>
#include <string.h>

enum {
    MOST_ROWS_WRITTEN = 4096, /* residuals that are numbers */
    MOST_ENTRIES = 1 << 27,   /* of the Jacobian */
    HANDED_ROWS = 64          /* at a time */
};

static size_t term_rows(const struct solve *solve, node_id node)
{
    struct shape shape = graph_shape(solve->session->graph, node);
    return shape_elements(&shape);
}

/* ---- Weights and data, once ---- */

/* The numbers of nodes without variables, each repeated to the shape of its residual. */
static void evaluate_fixed(struct solve *solve, const node_id *nodes, double **outputs,
                           size_t count)
{
    struct session *session = solve->session;
    const struct trace *trace = &solve->trace;
    const double **inputs =
        ARENA_ARRAY(&session->workspace, trace->count, const double *);
    struct program *program =
        model_program(session, nodes, count, trace->parameters, trace->count);
    parameter_inputs(trace, inputs);
    (void)program_run(program, inputs, outputs);
}

static node_id in_shape_of(struct solve *solve, node_id node, node_id residual)
{
    struct graph *graph = solve->session->graph;
    struct shape shape = graph_shape(graph, residual);
    return graph_broadcast_to(graph, node, &shape);
}

static bool take_roots(struct residual *residual)
{
    double *roots = residual->roots == NULL ? &residual->root : residual->roots;
    size_t count = residual->roots == NULL ? 1 : residual->count;
    for (size_t k = 0; k < count; k++) {
        double weight = roots[k] * residual->factor;
        if (!(weight >= 0 && weight <= 1e300))
            return false;
        roots[k] = sqrt(weight);
    }
    return true;
}

/* Where the weight goes to; *node gets it in that shape. */
static double *place_weight(struct solve *solve, struct residual *residual, node_id *node)
{
    const struct squares_term *term = residual->term;
    *node = term->weight;
    if (term_rows(solve, term->weight) == 1)
        return &residual->root;
    residual->roots = ARENA_ARRAY(&solve->session->workspace, residual->count, double);
    *node = in_shape_of(solve, term->weight, term->residual);
    return residual->roots;
}

/* False where a weight is negative or no number: that is no sum of squares. */
static bool take_weights(struct solve *solve, struct solve_squares *s)
{
    struct arena *arena = &solve->session->workspace;
    size_t terms = s->squares.count;
    node_id *nodes = ARENA_ARRAY(arena, 2 * terms, node_id);
    double **outputs = ARENA_ARRAY(arena, 2 * terms, double *);
    for (size_t i = 0; i < terms; i++) {
        outputs[i] = place_weight(solve, &s->residuals[i], &nodes[i]);
        nodes[terms + i] = s->residuals[i].term->factor;
        outputs[terms + i] = &s->residuals[i].factor;
    }
    evaluate_fixed(solve, nodes, outputs, 2 * terms);
    for (size_t i = 0; i < terms; i++)
        if (!take_roots(&s->residuals[i]))
            return false;
    return true;
}

/* The data that the model is compared with, where all terms have some. */
static void take_data(struct solve *solve, struct solve_squares *s)
{
    struct arena *arena = &solve->session->workspace;
    size_t terms = s->squares.count;
    node_id *nodes = ARENA_ARRAY(arena, terms, node_id);
    double **outputs = ARENA_ARRAY(arena, terms, double *), *next;
    for (size_t i = 0; i < terms; i++)
        if (s->squares.terms[i].data == 0)
            return;
    s->data = next = ARENA_ARRAY(arena, s->count, double);
    for (size_t i = 0; i < terms; i++) {
        const struct squares_term *term = s->residuals[i].term;
        nodes[i] = in_shape_of(solve, term->data, term->residual);
        outputs[i] = next;
        next += s->residuals[i].count;
    }
    evaluate_fixed(solve, nodes, outputs, terms);
}

static bool measure(struct solve *solve, struct solve_squares *s)
{
    struct arena *arena = &solve->session->workspace;
    size_t written = 0;
    s->residuals = ARENA_ARRAY(arena, s->squares.count, struct residual);
    for (size_t i = 0; i < s->squares.count; i++) {
        struct residual *residual = &s->residuals[i];
        residual->term = &s->squares.terms[i];
        residual->count = term_rows(solve, residual->term->residual);
        s->has_penalty |= residual->term->is_penalty;
        s->count += residual->count;
        written += residual_is_number(residual);
    }
    return s->count > 0 && s->count <= MOST_ENTRIES / solve->n &&
           written <= MOST_ROWS_WRITTEN;
}

void solve_find_squares(struct solve *solve)
{
    struct arena *arena = &solve->session->workspace;
    struct solve_squares *s = ARENA_NEW(arena, struct solve_squares);
    if (solve->batch != NULL ||
        !graph_squares(solve->session->graph, solve->objective, arena, &s->squares) ||
        !measure(solve, s))
        return;
    if (take_weights(solve, s))
        solve->squares = s;
}

void solve_offer_squares(struct solve *solve, descent_problem *problem)
{
    problem->residual_count = solve_residual_count(solve);
    if (problem->residual_count > 0)
        problem->jacobian = solve_evaluate_jacobian;
}

bool solve_check_squares(struct solve *solve)
{
    const struct ast *by = solve_clause(solve->node, AST_BY);
    if (!descent_method_needs_squares(solve->method->method) || solve->squares != NULL)
        return true;
    return session_error(solve->session, CODE_NO_SQUARES, by->child[0]->span,
                         "`%s` is for sums of squares, and the objective is none",
                         descent_method_name(solve->method->method));
}

size_t solve_residual_count(const struct solve *solve)
{
    return solve->squares == NULL ? 0 : solve->squares->count;
}

/* ---- What statistics ask ---- */

bool solve_has_penalty(const struct solve *solve)
{
    return solve->squares->has_penalty;
}

/* A short sum is written out when it is traced: its terms come from one place. */
bool solve_has_rows(const struct solve *solve)
{
    const struct squares *squares = &solve->squares->squares;
    struct span last = {0, 0, 0};
    for (size_t i = 0; i < squares->count; i++) {
        struct node node = graph_node(solve->session->graph, squares->terms[i].residual);
        struct span place = provenance_place(&solve->session->provenance, node.origin);
        if (node.shape != 0 || (place.end > place.begin && place.source == last.source &&
                                place.begin == last.begin && place.end == last.end))
            return true;
        last = place;
    }
    return false;
}

bool solve_squares_compiled(const struct solve *solve)
{
    return solve->squares->program != NULL;
}

size_t solve_weighted_count(const struct solve *solve)
{
    const struct solve_squares *s = solve->squares;
    size_t count = 0;
    for (size_t i = 0; i < s->squares.count; i++)
        for (size_t k = 0; k < s->residuals[i].count; k++)
            count += residual_root(&s->residuals[i], k) > 0;
    return count;
}

double solve_common_factor(const struct solve *solve)
{
    const struct solve_squares *s = solve->squares;
    for (size_t i = 1; i < s->squares.count; i++)
        if (s->residuals[i].factor != s->residuals[0].factor)
            return 1;
    return s->residuals[0].factor;
}

/* Adds root^2 * (data - middle)^power over all residuals. */
static double add_data(const struct solve_squares *s, double middle, int power)
{
    const double *data = s->data;
    double sum = 0;
    for (size_t i = 0; i < s->squares.count; i++)
        for (size_t k = 0; k < s->residuals[i].count; k++, data++) {
            double root = residual_root(&s->residuals[i], k), weight = root * root;
            double off = *data - middle;
            sum += weight * (power == 0 ? 1 : power == 1 ? off : off * off);
        }
    return sum;
}

double solve_total_squares(struct solve *solve)
{
    struct solve_squares *s = solve->squares;
    if (s->data == NULL)
        take_data(solve, s);
    if (s->data == NULL)
        return (double)NAN;
    double weight = add_data(s, 0, 0), middle = add_data(s, 0, 1) / weight;
    middle += add_data(s, middle, 1) / weight;
    return sqrt(add_data(s, middle, 2));
}

/* ---- The Jacobian as programs ---- */

struct builder {
    struct solve *solve;
    struct solve_squares *s;
    node_id *directions; /* a leaf for each variable that is an array, else 0 */
};

static void add_output(struct builder *b, int program, node_id node, double *place)
{
    double **outputs = program == 0 ? b->s->outputs : b->s->directed_outputs;
    outputs[b->s->counts[program]] = place;
    b->s->nodes[program][b->s->counts[program]++] = node;
}

/* A row: the gradient of the number. */
static void add_row(struct builder *b, const struct residual *residual)
{
    struct solve *solve = b->solve;
    struct graph *graph = solve->session->graph;
    node_id *partials =
        ARENA_ARRAY(&solve->session->scratch, solve->variable_count, node_id);
    struct shape none = {0};
    node_id number = graph_reshape(graph, residual->term->residual, &none);
    graph_gradient(graph, number, solve->leaves, solve->variable_count, partials);
    for (size_t i = 0; i < solve->variable_count; i++)
        add_output(b, 0, partials[i], residual->derivatives + solve->variables[i].offset);
}

/* The columns of the variables; where one is an array, their sum along a direction. */
static void add_columns(struct builder *b, const struct residual *residual, size_t number)
{
    struct solve *solve = b->solve;
    struct graph *graph = solve->session->graph;
    struct shape shape = graph_shape(graph, residual->term->residual);
    node_id seed = solve_leaf(solve, "seed", number, &shape), along = 0;
    for (size_t i = 0; i < solve->variable_count; i++) {
        node_id column = graph_jacobian_vector(graph, residual->term->residual,
                                               solve->leaves[i], b->directions[i], seed);
        if (b->directions[i] == 0)
            add_output(b, 0, column,
                       residual->derivatives +
                           solve->variables[i].offset * residual->count);
        else
            along = along == 0 ? column : graph_apply2(graph, OP_ADD, along, column);
    }
    if (along != 0)
        add_output(b, 1, along, NULL);
}

static void compile_directed(struct builder *b)
{
    struct solve *solve = b->solve;
    struct solve_squares *s = b->s;
    struct arena *arena = &solve->session->workspace;
    size_t inputs = solve->input_count, next = inputs;
    if (s->counts[1] == 0)
        return;
    node_id *leaves = ARENA_ARRAY(arena, inputs + solve->variable_count, node_id);
    s->inputs = ARENA_ARRAY(arena, inputs + solve->variable_count, const double *);
    s->direction = ARENA_ARRAY(arena, solve->n, double);
    memcpy(leaves, solve->input_leaves, inputs * sizeof *leaves);
    for (size_t i = 0; i < solve->variable_count; i++) {
        if (b->directions[i] == 0)
            continue;
        leaves[next] = b->directions[i];
        s->inputs[next++] = s->direction + solve->variables[i].offset;
    }
    s->directed = model_program(solve->session, s->nodes[1], s->counts[1], leaves, next);
    s->leaves = leaves;
    s->leaf_count = next;
}

static void make_room(struct builder *b)
{
    struct solve *solve = b->solve;
    struct arena *arena = &solve->session->workspace;
    struct solve_squares *s = b->s;
    size_t most = s->squares.count * (solve->variable_count + 1);
    for (int i = 0; i < 2; i++)
        s->nodes[i] = ARENA_ARRAY(arena, most, node_id);
    s->outputs = ARENA_ARRAY(arena, most, double *);
    s->directed_outputs = ARENA_ARRAY(arena, most, double *);
    s->rows = ARENA_ARRAY(arena, HANDED_ROWS * solve->n, double);
    s->handed = ARENA_ARRAY(arena, HANDED_ROWS, double);
    for (size_t i = 0; i < s->squares.count; i++) {
        struct residual *residual = &s->residuals[i];
        residual->values = ARENA_ARRAY(arena, residual->count, double);
        residual->derivatives = ARENA_ARRAY(arena, residual->count * solve->n, double);
    }
    b->directions = ARENA_ARRAY(arena, solve->variable_count, node_id);
    for (size_t i = 0; i < solve->variable_count; i++)
        if (solve->variables[i].shape.rank > 0)
            b->directions[i] = solve_leaf(solve, "along", i, &solve->variables[i].shape);
}

bool solve_compile_squares(struct solve *solve)
{
    struct solve_squares *s = solve->squares;
    struct session *session = solve->session;
    if (s == NULL || s->program != NULL)
        return s != NULL;
    struct builder b = {.solve = solve, .s = s};
    make_room(&b);
    for (size_t i = 0; i < s->squares.count; i++) {
        struct residual *residual = &s->residuals[i];
        add_output(&b, 0, residual->term->residual, residual->values);
        if (residual_is_number(residual))
            add_row(&b, residual);
        else
            add_columns(&b, residual, i);
    }
    s->program = model_program(session, s->nodes[0], s->counts[0], solve->input_leaves,
                               solve->input_count);
    compile_directed(&b);
    return true;
}

/* ---- The Jacobian at a point ---- */

/* The columns of variables in arrays, one run for each number of them. */
static void run_directions(struct solve *solve, struct solve_squares *s)
{
    memcpy(s->inputs, solve->inputs, solve->input_count * sizeof *solve->inputs);
    for (size_t i = 0; i < solve->variable_count; i++) {
        const struct variable *v = &solve->variables[i];
        for (size_t k = v->offset; v->shape.rank > 0 && k < v->offset + v->count; k++) {
            size_t output = 0;
            for (size_t t = 0; t < s->squares.count; t++)
                if (!residual_is_number(&s->residuals[t]))
                    s->directed_outputs[output++] =
                        s->residuals[t].derivatives + k * s->residuals[t].count;
            s->direction[k] = 1;
            (void)program_run(s->directed, s->inputs, s->directed_outputs);
            s->direction[k] = 0;
        }
    }
}

/* Row `row` of a term times the root of its weight; its residual. */
static double copy_row(const struct residual *residual, size_t row, size_t n, double *out)
{
    double root = residual_root(residual, row);
    for (size_t j = 0; j < n; j++)
        out[j] = root * residual->derivatives[j * residual->count + row];
    return root * residual->values[row];
}

void solve_evaluate_jacobian(void *context, const double *x, descent_take_rows *take,
                             void *taker)
{
    struct solve *solve = context;
    struct solve_squares *s = solve->squares;
    size_t n = solve->n, filled = 0;
    (void)solve_compile_squares(solve);
    solve_set_point(solve, x);
    (void)program_run(s->program, solve->inputs, s->outputs);
    if (s->directed != NULL)
        run_directions(solve, s);
    for (size_t i = 0; i < s->squares.count; i++)
        for (size_t row = 0; row < s->residuals[i].count; row++) {
            s->handed[filled] = copy_row(&s->residuals[i], row, n, s->rows + filled * n);
            if (++filled == HANDED_ROWS) {
                take(taker, filled, s->handed, s->rows);
                filled = 0;
            }
        }
    take(taker, filled, s->handed, s->rows);
}
