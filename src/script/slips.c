/* SPDX-License-Identifier: MIT
 * Which known slip explains a failed equation: the true derivative is worked out again
 * with one mistake at a time, and the student's side is compared with what comes out, at
 * points.  Then what any two sides may show: a sign, a factor, a constant between them.
 */
#include "script/claim.h"

#include "tape/check.h"

#include <math.h>

enum { MOST_NODES = 100, SAMPLES = 8, SAMPLES_NEEDED = 4 };

struct samples {
    size_t count;
    double *points[SAMPLES]; /* values of the claim's inputs */
    double truth[SAMPLES], student[SAMPLES];
};

/* The function whose derivative is claimed, and where it is taken. */
struct target {
    node_id function, leaf;
    size_t n;
    const node_id *leaves;
    node_id *arguments;
};

/* ---- values ---- */

static double value_at(struct claim *claim, node_id node, const double *inputs)
{
    struct arena *arena = &claim->e->session->workspace;
    struct arena_mark mark = arena_mark(arena);
    double value = 0;
    check_run(check_new(arena, claim->e->trace->graph, &node, 1, claim->inputs,
                        claim->input_count),
              inputs, &value);
    arena_release(arena, mark);
    return value;
}

static void take_samples(struct claim *claim, node_id truth, node_id student,
                         struct samples *samples)
{
    struct arena *arena = &claim->e->session->workspace;
    struct trace *trace = claim->e->trace;
    const node_id sides[2] = {truth, student};
    struct check *program =
        check_new(arena, trace->graph, sides, 2, claim->inputs, claim->input_count);
    samples->count = 0;
    for (size_t k = 0; k < CLAIM_CANDIDATES && samples->count < SAMPLES; k++) {
        double *at = ARENA_ARRAY(arena, claim->input_count, double), values[2];
        if (!claim_point(claim, k, at))
            continue;
        for (size_t i = 0; i < trace->count; i++)
            at[claim->n + i] = trace->parameter_values[i];
        check_run(program, at, values);
        if (!isfinite(values[0]) || !isfinite(values[1]))
            continue;
        samples->points[samples->count] = at;
        samples->truth[samples->count] = values[0];
        samples->student[samples->count++] = values[1];
    }
}

static bool is_near(double a, double b)
{
    return fabs(a - b) <= 1e-9 * (fabs(a) + fabs(b)) || fabs(a - b) < 1e-300;
}

static bool matches(struct claim *claim, node_id variant, const struct samples *samples)
{
    for (size_t i = 0; i < samples->count; i++)
        if (!is_near(value_at(claim, variant, samples->points[i]), samples->student[i]))
            return false;
    return true;
}

/* ---- whose derivative it is ---- */

static const struct ast *unwrap(const struct ast *node)
{
    while (node->kind == AST_GROUP)
        node = node->child[0];
    return node;
}

static size_t position(const struct traced *t, name_id name)
{
    size_t i = 0;
    while (i + 1 < t->n && t->names[i] != name)
        i++;
    return i;
}

/* The function one derivation before, by which name the last one goes. */
static bool trace_function(struct claim *claim, const struct value *derivative,
                           struct span place, size_t element, struct target *target)
{
    const struct derivative_value *d = derivative->as.derivative;
    struct derivative_value before = *d;
    struct value function = {.kind = VALUE_DERIVATIVE};
    struct traced t;
    size_t which = 0;
    if (d->kind == DERIVATIVE_HESSIAN || (d->kind == DERIVATIVE_GRAD && element == 0))
        return false;
    before.primes = d->primes - 1;
    function.as.derivative = &before;
    if (d->kind == DERIVATIVE_GRAD)
        function = d->base;
    if (!derivative_trace(claim->e, &function, place, NULL, &t) || t.is_array)
        return false;
    if (d->kind == DERIVATIVE_GRAD)
        which = element - 1;
    else if (d->kind == DERIVATIVE_DIFF)
        which = position(&t, d->names[d->count - 1]);
    if (which >= t.n)
        return false;
    target->function = t.results[0];
    target->leaf = t.leaves[which];
    target->leaves = t.leaves;
    target->n = t.n;
    return true;
}

static bool find_target(struct claim *claim, const struct ast *text, size_t element,
                        struct target *target)
{
    const struct ast *call = unwrap(text);
    struct value callee, argument;
    if (call->kind != AST_CALL || !evaluate(claim->e, call->child[0], NULL, &callee) ||
        callee.kind != VALUE_DERIVATIVE ||
        !trace_function(claim, &callee, call->span, element, target) ||
        call->count - 1 != target->n)
        return false;
    target->arguments = ARENA_ARRAY(&claim->e->session->workspace, target->n, node_id);
    for (size_t i = 0; i < target->n; i++) {
        if (!evaluate(claim->e, call->child[i + 1], NULL, &argument) ||
            !is_numeric(&argument))
            return false;
        target->arguments[i] = traced_node(claim->e, &argument);
    }
    return true;
}

/* ---- one mistake at a time ---- */

struct search {
    struct claim *claim;
    const struct target *target;
    const struct samples *samples;
    struct slip slip;
    struct graph_order order;
    node_id made_at; /* the first node with the mistake */
};

/* The derivative with the mistake at one node, or wherever it can be made (node 0); 0
 * when it cannot be made. */
static node_id differentiate(struct search *s, const struct slip_rule *rule, node_id at)
{
    s->made_at = 0;
    for (size_t i = 0; i < s->order.count; i++) {
        node_id node = s->order.nodes[i], wrong = 0;
        if (node != s->slip.leaf && (at == 0 || at == node))
            wrong = rule->apply(&s->slip, node);
        if (s->made_at == 0 && wrong != 0)
            s->made_at = node;
        s->slip.slopes[node] = wrong != 0 ? wrong : slip_slope(&s->slip, node);
    }
    node_id slope = s->slip.slopes[s->target->function];
    if (s->made_at == 0 || slope == 0)
        return 0;
    graph_substitute(s->slip.graph, &slope, 1, s->target->leaves, s->target->arguments,
                     s->target->n, &slope);
    return slope;
}

static void put_formula(struct search *s, struct text *out, node_id node)
{
    graph_print(out, s->slip.graph, node, formula_name, s->claim->e->session);
}

static bool is_sum_or_negative(struct search *s, node_id node)
{
    struct node seen = graph_node(s->slip.graph, node);
    return seen.op == OP_ADD || seen.op == OP_NEGATE;
}

/* The inner function is what a lost inner derivative belongs to. */
static node_id subject(struct search *s, const struct slip_rule *rule, node_id node)
{
    size_t count = 0;
    struct node seen = graph_node(s->slip.graph, node);
    if (rule != slip_rules(&count))
        return node;
    for (size_t i = 0; i < seen.count; i++)
        if (s->slip.slopes[seen.operands[i]] != 0)
            return seen.operands[i];
    return node;
}

/* The inner derivative in the form that a derivative is printed in, or the exponent. */
static node_id missing_factor(struct search *s, const struct slip_rule *rule,
                              node_id node)
{
    node_id inner = subject(s, rule, node), factor = 0;
    if (inner == node)
        return graph_node(s->slip.graph, node).operands[1];
    graph_gradient(s->slip.graph, inner, &s->slip.leaf, 1, &factor);
    return factor;
}

static const char *describe(struct search *s, const struct slip_rule *rule, node_id node,
                            bool everywhere)
{
    struct text out;
    text_init(&out, &s->claim->e->session->scratch);
    if (rule->names_factor) {
        node_id factor = missing_factor(s, rule, node);
        bool is_sum = is_sum_or_negative(s, factor);
        text_puts(&out, "the factor ");
        text_puts(&out, is_sum ? "(" : "");
        put_formula(s, &out, factor);
        text_puts(&out, is_sum ? ") is missing: " : " is missing: ");
    }
    text_puts(&out, rule->before);
    put_formula(s, &out, subject(s, rule, node));
    text_puts(&out, rule->after);
    text_puts(&out, everywhere ? ", and likewise elsewhere" : "");
    return text_string(&out);
}

static const char *try_rule(struct search *s, const struct slip_rule *rule, node_id at)
{
    const char *found = NULL;
    struct graph_mark mark = graph_mark(s->slip.graph);
    node_id variant = differentiate(s, rule, at);
    if (variant != 0 && matches(s->claim, variant, s->samples))
        found = describe(s, rule, s->made_at, at == 0);
    graph_release(s->slip.graph, mark);
    return found;
}

static const char *find_mistake(struct claim *claim, const struct target *target,
                                const struct samples *samples)
{
    struct arena *arena = &claim->e->session->workspace;
    struct search s = {.claim = claim, .target = target, .samples = samples};
    size_t count = 0;
    const struct slip_rule *rules = slip_rules(&count);
    s.slip.graph = claim->e->trace->graph;
    s.slip.leaf = target->leaf;
    s.order = graph_order(s.slip.graph, &target->function, 1, arena);
    s.slip.node_count = target->function;
    s.slip.slopes = ARENA_ARRAY(arena, (size_t)target->function + 1, node_id);
    if (s.order.count > MOST_NODES)
        return NULL;
    const char *found = NULL;
    for (size_t i = 0; i < count && found == NULL; i++)
        for (size_t k = 0; k < s.order.count && found == NULL; k++)
            found = try_rule(&s, &rules[i], s.order.nodes[k]);
    /* The same mistake at several places is the less likely one. */
    for (size_t i = 0; i < count && found == NULL; i++)
        found = try_rule(&s, &rules[i], 0);
    return found;
}

/* ---- what any two sides may show ---- */

/* `ratio` (or difference) of the sides when it is the same at all points. */
static bool is_constant(const struct samples *samples, bool is_ratio, double *out)
{
    size_t used = 0;
    for (size_t i = 0; i < samples->count; i++) {
        double a = samples->truth[i], b = samples->student[i];
        if (is_ratio && a == 0 && b == 0)
            continue;
        if (is_ratio && (a == 0 || b == 0))
            return false;
        double value = is_ratio ? a / b : a - b;
        if (!isfinite(value) || (used > 0 && !is_near(value, *out)))
            return false;
        *out = value;
        used++;
    }
    return used >= SAMPLES_NEEDED;
}

/* A factor that a person could have lost: twelfths, or one over that. */
static bool is_simple(double factor)
{
    double direct = 12 * fabs(factor), inverse = 12 / fabs(factor);
    return is_near(direct, round(direct)) || is_near(inverse, round(inverse));
}

static const char *compare_sides(struct claim *claim, const struct samples *samples,
                                 const char *student, const char *truth)
{
    struct text out;
    double number = 0;
    text_init(&out, &claim->e->session->scratch);
    if (is_constant(samples, true, &number) && number == -1) {
        text_format(&out, "the sign is wrong: the %s side is the %s side times -1",
                    student, truth);
    } else if (is_constant(samples, true, &number) && is_simple(number)) {
        bool is_missing = fabs(number) > 1;
        text_puts(&out, is_missing ? "the factor " : "there is a factor ");
        text_rounded(&out, is_missing ? number : 1 / number, 6);
        text_format(
            &out, is_missing ? " is missing on the %s side" : " too much on the %s side",
            student);
    } else if (is_constant(samples, false, &number)) {
        text_puts(&out, "the sides differ by a constant: ");
        text_rounded(&out, fabs(number), 6);
        text_format(&out,
                    number > 0 ? " is missing on the %s side"
                               : " is too much on the %s side",
                    student);
    } else {
        return NULL;
    }
    return text_string(&out);
}

const char *claim_slip(struct claim *claim, const struct claim_relation *relation)
{
    struct target target;
    struct samples samples;
    bool left = find_target(claim, relation->left_text, relation->element, &target);
    bool right =
        !left && find_target(claim, relation->right_text, relation->element, &target);
    node_id truth = right ? relation->right : relation->left;
    node_id student = right ? relation->left : relation->right;
    take_samples(claim, truth, student, &samples);
    if (samples.count < SAMPLES_NEEDED)
        return NULL;
    const char *found = left || right ? find_mistake(claim, &target, &samples) : NULL;
    return found != NULL ? found
                         : compare_sides(claim, &samples, right ? "left" : "right",
                                         right ? "right" : "left");
}
