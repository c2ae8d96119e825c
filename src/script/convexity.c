/* SPDX-License-Identifier: MIT
 * convexity(f), in three steps, each of which is right when it decides: the rules of
 * composition (graph/convex.h); the signs of the Hessian over the whole space, which
 * finds quadratics however they are written; two triples of points, one against convexity
 * and one against concavity.  Values are enclosed in intervals, so rounding decides
 * nothing. */
#include "script/convexity.h"

#include "graph/convex.h"
#include "script/model.h"
#include "tape/interval.h"

#include <math.h>
#include <string.h>

enum { MOST_TRIPLES = 1000, MOST_POINT_WORK = 20000000, MOST_HESSIAN = 1000000 };

/* A function with what its leaves can be: the variables first, then what the script holds
 * fixed. */
struct subject {
    struct session *session; /* of the solve whose objective it is, else NULL */
    struct arena *arena;
    struct traced t;
    struct graph_order order;
    size_t leaf_count;
    node_id *leaves;
    struct interval *inputs;
    bool has_arrays; /* nothing is proved of those */
};

static const struct interval everywhere = {(double)-INFINITY, (double)INFINITY, false,
                                           false};

/* ---- Where the variables are ---- */

static bool is_logical(enum op op)
{
    enum op_level level = op_info(op)->level;
    return level == LEVEL_COMPARE || level == LEVEL_AND || level == LEVEL_OR ||
           level == LEVEL_NOT || level == LEVEL_CONDITION;
}

static bool is_fixed_power(const struct graph *graph, const struct node *node)
{
    struct node exponent = graph_node(graph, node->operands[1]);
    return exponent.op == OP_CONSTANT && exponent.value != 0;
}

/* Whether there is no value wherever a part has none. */
static bool is_strict(const struct subject *s)
{
    for (size_t i = 0; i < s->order.count; i++) {
        struct node node = graph_node(s->t.graph, s->order.nodes[i]);
        if (is_logical(node.op) ||
            (node.op == OP_POWER && !is_fixed_power(s->t.graph, &node)))
            return false;
    }
    return true;
}

static bool needs_positive(const struct graph *graph, const struct node *node)
{
    if (node->op == OP_POWER) {
        double exponent = graph_node(graph, node->operands[1]).value;
        return is_fixed_power(graph, node) && floor(exponent) != exponent;
    }
    return node->op == OP_LOG || node->op == OP_LOG2 || node->op == OP_LOG10 ||
           node->op == OP_SQRT || node->op == OP_TIMES_LOG;
}

/* A variable that stands in log(x) is positive wherever there is a value. */
static void narrow(struct subject *s)
{
    for (size_t i = 0; i < s->order.count; i++) {
        struct node node = graph_node(s->t.graph, s->order.nodes[i]);
        for (size_t k = 0; k < s->t.n && node.count > 0; k++)
            if (node.operands[0] == s->t.leaves[k] && needs_positive(s->t.graph, &node))
                s->inputs[k].low = fmin(fmax(s->inputs[k].low, 0), s->inputs[k].high);
    }
}

static void look_at(struct subject *s, const struct trace *trace,
                    const struct interval *box)
{
    size_t n = s->t.n;
    s->order = graph_order(s->t.graph, s->t.results, 1, s->arena);
    for (size_t i = 0; i < s->order.count; i++) {
        struct node node = graph_node(s->t.graph, s->order.nodes[i]);
        s->has_arrays = s->has_arrays || node.shape != 0 || op_is_array(node.op);
    }
    s->leaf_count = n + trace->count;
    s->leaves = ARENA_ARRAY(s->arena, s->leaf_count, node_id);
    s->inputs = ARENA_ARRAY(s->arena, s->leaf_count, struct interval);
    for (size_t i = 0; i < s->leaf_count; i++) {
        s->leaves[i] = i < n ? s->t.leaves[i] : trace->parameters[i - n];
        s->inputs[i] = i >= n        ? interval_number(trace->parameter_values[i - n])
                       : box != NULL ? box[i]
                                     : everywhere;
    }
    if (is_strict(s))
        narrow(s);
}

/* The intervals of nodes; the plan is found when the solve has made it before. */
static void enclose(struct subject *s, const node_id *nodes, size_t count,
                    struct interval *values)
{
    struct interval_plan *plan =
        s->session != NULL
            ? model_interval(s->session, nodes, count, s->leaves, s->leaf_count)
            : interval_new(s->arena, s->t.graph, nodes, count, s->leaves, s->leaf_count);
    interval_run(plan, s->inputs, values);
}

/* ---- The rules of composition ---- */

static enum curvature by_rules(struct subject *s)
{
    size_t count = s->order.count;
    struct interval *values = ARENA_ARRAY(s->arena, count, struct interval);
    struct graph_range *ranges = ARENA_ARRAY(s->arena, count, struct graph_range);
    enclose(s, s->order.nodes, count, values);
    if (interval_is_empty(values[count - 1]))
        return CURVATURE_UNKNOWN; /* there is no value anywhere */
    for (size_t i = 0; i < count; i++)
        ranges[i] = (struct graph_range){values[i].low, values[i].high};
    s->order = graph_order(s->t.graph, s->t.results, 1, s->arena);
    return graph_curvature(s->t.graph, &s->order, ranges, s->arena, NULL);
}

/* ---- The Hessian ---- */

/* Whether the second derivatives tell all: no kinks and no jumps. */
static bool is_smooth(const struct subject *s)
{
    for (size_t i = 0; i < s->order.count; i++) {
        struct node node = graph_node(s->t.graph, s->order.nodes[i]);
        if (is_logical(node.op))
            return false;
        if (node.op == OP_POWER) {
            double exponent = graph_node(s->t.graph, node.operands[1]).value;
            if (!is_fixed_power(s->t.graph, &node) || exponent < 0 ||
                floor(exponent) != exponent)
                return false;
        } else if (op_info(node.op)->kinks[0] != '\0') {
            return false;
        }
    }
    return true;
}

/* The second derivatives, enclosed for all points; false where one may not exist. */
static bool enclose_hessian(struct subject *s, struct interval *entries)
{
    size_t n = s->t.n;
    node_id *gradient = ARENA_ARRAY(s->arena, n, node_id);
    node_id *outputs = ARENA_ARRAY(s->arena, n * n + 1, node_id);
    struct interval *values = ARENA_ARRAY(s->arena, n * n + 1, struct interval);
    graph_gradient(s->t.graph, s->t.results[0], s->t.leaves, n, gradient);
    for (size_t i = 0; i < n; i++)
        graph_gradient(s->t.graph, gradient[i], s->t.leaves, n, outputs + i * n);
    outputs[n * n] = s->t.results[0];
    enclose(s, outputs, n * n + 1, values);
    for (size_t i = 0; i <= n * n; i++)
        if (values[i].partial || interval_is_empty(values[i]))
            return false;
    memcpy(entries, values, n * n * sizeof *entries);
    return true;
}

static struct interval negated(struct interval x)
{
    return (struct interval){-x.high, -x.low, x.partial, x.jumps};
}

/* (a*b - c*d)/2^shift */
static struct interval determinant(struct interval a, struct interval b,
                                   struct interval c, struct interval d, int shift)
{
    struct interval left[] = {a, b}, right[] = {c, d};
    struct interval both[] = {interval_op(OP_MULTIPLY, left, 2),
                              negated(interval_op(OP_MULTIPLY, right, 2))};
    struct interval x = interval_op(OP_ADD, both, 2);
    struct interval scale[] = {x, interval_point(ldexp(1, -shift))};
    return interval_op(OP_MULTIPLY, scale, 2);
}

static bool is_zero(struct interval x)
{
    return x.low == 0 && x.high == 0;
}

/* Off the diagonal, and the column with it. */
static bool is_row_zero(const struct interval *a, size_t n, size_t row)
{
    for (size_t i = row + 1; i < n; i++)
        if (!is_zero(a[row * n + i]) || !is_zero(a[i * n + row]))
            return false;
    return true;
}

/* Symmetric elimination without division, so that small whole numbers stay exact:
 * positive semidefinite when every pivot is positive, or zero together with its row. */
static bool is_semidefinite(struct interval *a, size_t n)
{
    for (size_t k = 0; k < n; k++) {
        struct interval pivot = a[k * n + k];
        int exponent = 0;
        bool is_positive = pivot.low > 0 && isfinite(pivot.high);
        (void)frexp(is_positive ? pivot.high : 1, &exponent);
        if (!is_positive && !(pivot.low >= 0 && is_row_zero(a, n, k)))
            return false;
        for (size_t i = k + 1; i < n && is_positive; i++)
            for (size_t j = k + 1; j < n; j++)
                a[i * n + j] = determinant(a[i * n + j], pivot, a[i * n + k],
                                           a[k * n + j], exponent - 1);
    }
    return true;
}

static enum curvature by_hessian(struct subject *s)
{
    size_t n = s->t.n, cells = n * n;
    if (cells * s->order.count > MOST_HESSIAN || !is_smooth(s))
        return CURVATURE_UNKNOWN;
    struct interval *entries = ARENA_ARRAY(s->arena, cells, struct interval);
    struct interval *copy = ARENA_ARRAY(s->arena, cells, struct interval);
    if (!enclose_hessian(s, entries))
        return CURVATURE_UNKNOWN;
    size_t zeros = 0;
    for (size_t i = 0; i < cells; i++) {
        copy[i] = negated(entries[i]);
        zeros += is_zero(entries[i]);
    }
    if (zeros == cells)
        return CURVATURE_AFFINE;
    if (is_semidefinite(entries, n))
        return CURVATURE_CONVEX;
    return is_semidefinite(copy, n) ? CURVATURE_CONCAVE : CURVATURE_UNKNOWN;
}

/* ---- Points that contradict ---- */

/* Marsaglia, Xorshift RNGs, 2003: the same points at every call, none of the script's. */
static uint32_t next_random(uint32_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

/* A number of few binary digits in [-2^scale, 2^scale), so that sums are exact. */
static double short_number(uint32_t *state, int scale)
{
    enum { DIGITS = 12 };
    int whole = (int)(next_random(state) >> (31 - DIGITS)) - (1 << DIGITS);
    return ldexp(whole, scale - DIGITS);
}

/* The ends and the middle of a random segment, along an axis or across. */
static void choose_segment(struct subject *s, uint32_t *state, struct interval *ends[3])
{
    size_t n = s->t.n;
    int place = (int)(next_random(state) % 9) - 3, reach = (int)(next_random(state) % 9);
    bool is_positive = next_random(state) % 2 == 0;
    size_t axis = next_random(state) % (2 * n); /* n and more: across */
    for (size_t i = 0; i < n; i++) {
        double middle = short_number(state, place);
        double half = short_number(state, place - reach);
        if (is_positive)
            middle = fabs(middle);
        if (axis < n && axis != i)
            half = 0;
        ends[0][i] = interval_point(middle - half);
        ends[1][i] = interval_point(middle);
        ends[2][i] = interval_point(middle + half);
    }
}

static bool is_certain(struct interval x)
{
    return !x.partial && isfinite(x.low) && isfinite(x.high);
}

static enum curvature by_points(struct subject *s)
{
    struct interval *ends[3], values[3], half = interval_point(0.5);
    struct interval_plan *plan =
        interval_new(s->arena, s->t.graph, s->t.results, 1, s->leaves, s->leaf_count);
    size_t triples = MOST_POINT_WORK / (3 * (s->order.count + s->t.n));
    bool above = false, below = false;
    uint32_t state = 2463534242;
    for (size_t k = 0; k < 3; k++) {
        ends[k] = ARENA_ARRAY(s->arena, s->leaf_count, struct interval);
        memcpy(ends[k], s->inputs, s->leaf_count * sizeof *s->inputs);
    }
    for (size_t i = 0; i < triples && i < MOST_TRIPLES && !(above && below); i++) {
        choose_segment(s, &state, ends);
        for (size_t k = 0; k < 3; k++)
            interval_run(plan, ends[k], &values[k]);
        if (!is_certain(values[0]) || !is_certain(values[1]) || !is_certain(values[2]))
            continue;
        struct interval pair[] = {values[0], values[2]};
        struct interval product[] = {half, interval_op(OP_ADD, pair, 2)};
        struct interval chord = interval_op(OP_MULTIPLY, product, 2);
        above = above || values[1].low > chord.high;
        below = below || values[1].high < chord.low;
    }
    return above && below ? CURVATURE_NEITHER : CURVATURE_UNKNOWN;
}

/* ---- The answer ---- */

struct question {
    const struct value *function;
    struct span place;
    enum curvature answer;
};

static bool find(struct evaluation *e, void *user)
{
    struct question *question = user;
    struct subject s = {.arena = &e->session->workspace};
    if (!derivative_trace(e, question->function, question->place, NULL, &s.t))
        return false;
    if (s.t.is_array)
        return session_error(e->session, CODE_WRONG_TYPE, question->place,
                             "convexity is asked of a function whose value is a number");
    look_at(&s, e->trace, NULL);
    if (s.has_arrays)
        return true;
    question->answer = by_rules(&s);
    if (question->answer == CURVATURE_UNKNOWN && s.t.n > 0)
        question->answer = by_hessian(&s);
    if (question->answer == CURVATURE_UNKNOWN && s.t.n > 0)
        question->answer = by_points(&s);
    return true;
}

enum curvature convexity_in(struct session *session, node_id node, node_id *leaves,
                            size_t n, const struct trace *trace,
                            const struct interval *box)
{
    struct subject s = {.session = session, .arena = &session->workspace};
    s.t = (struct traced){
        .graph = session->graph, .n = n, .leaves = leaves, .count = 1, .results = &node};
    look_at(&s, trace, box);
    if (s.has_arrays)
        return CURVATURE_UNKNOWN;
    enum curvature curvature = by_rules(&s);
    return curvature == CURVATURE_UNKNOWN ? by_hessian(&s) : curvature;
}

bool convexity_is_proved(struct session *session, node_id node, node_id *leaves, size_t n,
                         const struct trace *trace)
{
    enum curvature curvature = convexity_in(session, node, leaves, n, trace, NULL);
    return curvature != CURVATURE_UNKNOWN && curvature != CURVATURE_CONCAVE &&
           curvature != CURVATURE_NEITHER;
}

bool convexity_of(struct session *session, struct span place,
                  const struct value *function, struct value *out)
{
    static const char *const answers[] = {
        [CURVATURE_CONSTANT] = "affine", [CURVATURE_AFFINE] = "affine",
        [CURVATURE_CONVEX] = "convex",   [CURVATURE_CONCAVE] = "concave",
        [CURVATURE_NEITHER] = "neither", [CURVATURE_UNKNOWN] = "unknown",
    };
    struct question question = {function, place, CURVATURE_UNKNOWN};
    if (!with_trace(session, find, &question))
        return false;
    const char *answer = answers[question.answer];
    *out = value_string(&session->scratch, answer, strlen(answer));
    return true;
}
