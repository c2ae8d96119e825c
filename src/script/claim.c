/* SPDX-License-Identifier: MIT
 * claim: the statement - what it claims as a graph, the verdict, and what is told. */
#include "script/claim.h"

#include "graph/scalars.h"
#include "script/array.h"
#include "script/execute.h"
#include "script/override.h"

#include <math.h>
#include <string.h>

enum { MOST_ELEMENTS = 20000 }; /* of arrays on the way to a side */

/* ---- worth, hint ---- */

static bool read_tails(struct session *session, struct claim_outcome *s,
                       const struct ast *node)
{
    struct evaluation plain = {session, NULL};
    struct value text;
    s->worth = 1;
    for (size_t i = 1; i < node->count; i++) {
        const struct ast *tail = node->child[i];
        if (tail->kind == AST_WORTH &&
            !evaluate_number(&plain, tail->child[0], NULL, "the points", &s->worth))
            return false;
        if (tail->kind != AST_HINT)
            continue;
        if (!evaluate(&plain, tail->child[0], NULL, &text))
            return false;
        if (text.kind != VALUE_STRING)
            return session_error(session, CODE_WRONG_TYPE, tail->child[0]->span,
                                 "a hint is a text, and this is %s",
                                 value_kind_name(&text));
        s->hint = text.as.string->bytes;
    }
    return true;
}

/* ---- both sides as nodes ---- */

struct side {
    const struct ast *text;
    node_id *nodes;
    size_t count;
    bool is_vector;
};

static const struct ast *unwrap(const struct ast *node)
{
    while (node->kind == AST_GROUP)
        node = node->child[0];
    return node;
}

static bool no_number(struct claim *claim, const struct ast *text,
                      const struct value *value)
{
    struct session *session = claim->e->session;
    (void)session_error(session, CODE_WRONG_TYPE, text->span,
                        "a claim compares numbers or vectors, and this is %s",
                        value_kind_name(value));
    if (is_function(value))
        diagnostic_help(&session->diagnostics, session_last(session),
                        "write its value at a free name: `%s(w)`",
                        session_text(session, text->span));
    return false;
}

/* [a, b] whose elements depend on what is free. */
static bool trace_list(struct claim *claim, const struct ast *list, struct side *side)
{
    for (size_t i = 0; i < list->count; i++) {
        struct value value;
        if (!evaluate(claim->e, list->child[i], NULL, &value))
            return false;
        if (!is_numeric(&value))
            return no_number(claim, list->child[i], &value);
        side->nodes[i] = traced_node(claim->e, &value);
    }
    return true;
}

static bool trace_side(struct claim *claim, const struct ast *text, struct side *side)
{
    struct arena *arena = &claim->e->session->workspace;
    const struct ast *inner = unwrap(text);
    struct value value;
    side->text = text;
    side->is_vector = inner->kind == AST_LIST;
    if (side->is_vector) {
        side->count = inner->count;
        side->nodes = ARENA_ARRAY(arena, side->count, node_id);
        return trace_list(claim, inner, side);
    }
    if (!evaluate(claim->e, text, NULL, &value))
        return false;
    side->is_vector = value.kind == VALUE_ARRAY && value.as.array->shape.rank == 1;
    if (!is_numeric(&value) && !side->is_vector)
        return no_number(claim, text, &value);
    side->count = side->is_vector ? value.as.array->shape.extent[0] : 1;
    side->nodes = ARENA_ARRAY(arena, side->count, node_id);
    for (size_t i = 0; i < side->count; i++) {
        struct value element = value;
        if (side->is_vector && !element_of(claim->e, text->span, &value, i, &element))
            return false;
        side->nodes[i] = traced_node(claim->e, &element);
        if (graph_node(claim->e->trace->graph, side->nodes[i]).shape != 0)
            return no_number(claim, text, &element);
    }
    return true;
}

/* ---- relations ---- */

static void add_relation(struct claim *claim, const struct claim_relation *relation)
{
    if (claim->count == claim->capacity)
        claim->relations =
            arena_grow(&claim->e->session->workspace, claim->relations, claim->count,
                       &claim->capacity, sizeof *claim->relations);
    claim->relations[claim->count++] = *relation;
}

static const double *array_numbers(void *user, node_id leaf)
{
    const struct trace *trace = ((struct claim *)user)->e->trace;
    size_t index = parameter_find(trace, leaf);
    return index == trace->count ? NULL : trace->parameter_numbers[index];
}

static node_id element_leaf(void *user, node_id leaf, size_t index)
{
    struct claim *claim = user;
    const double *numbers = array_numbers(user, leaf);
    return numbers == NULL ? leaf
                           : graph_constant(claim->e->trace->graph, numbers[index]);
}

/* What is free are numbers, so small arrays can be written out in them; a side that has
 * no such form stays as it is. */
static node_id write_out(struct claim *claim, node_id side)
{
    const struct scalars_leaves leaves = {claim, element_leaf, array_numbers};
    node_id written = side;
    bool fine = graph_scalars(claim->e->trace->graph, side, &leaves, MOST_ELEMENTS,
                              &claim->e->session->workspace, &written);
    return fine ? written : side;
}

/* Vectors are compared element by element, a number with each. */
static bool relate(struct claim *claim, const struct side *left, enum ast_operator word,
                   const struct side *right)
{
    size_t count = left->is_vector ? left->count : right->count;
    bool is_vector = left->is_vector || right->is_vector;
    if (left->is_vector && right->is_vector && left->count != right->count)
        return session_error(claim->e->session, CODE_WRONG_TYPE, right->text->span,
                             "vectors of %zu and %zu elements cannot be compared",
                             left->count, right->count);
    for (size_t i = 0; i < count; i++) {
        node_id pair[2] = {write_out(claim, left->nodes[left->is_vector ? i : 0]),
                           write_out(claim, right->nodes[right->is_vector ? i : 0])};
        struct claim_relation relation = {.left = pair[0],
                                          .right = pair[1],
                                          .word = word,
                                          .left_text = left->text,
                                          .right_text = right->text,
                                          .element = is_vector ? i + 1 : 0};
        add_relation(claim, &relation);
    }
    return true;
}

static bool trace_chain(struct claim *claim, const struct ast *chain)
{
    struct side left, right;
    if (!trace_side(claim, chain->child[0], &right))
        return false;
    for (size_t i = 1; i < chain->count; i++) {
        left = right;
        if (!trace_side(claim, chain->child[i], &right) ||
            !relate(claim, &left, (enum ast_operator)chain->operators[i], &right))
            return false;
    }
    return true;
}

static bool trace_condition(struct claim *claim, const struct ast *condition)
{
    condition = unwrap(condition);
    if (condition->kind == AST_COMPARE)
        return trace_chain(claim, condition);
    if (condition->kind != AST_AND)
        return session_error(claim->e->session, CODE_NOT_A_CONDITION, condition->span,
                             "a claim is a comparison, or comparisons joined by `and`");
    for (size_t i = 0; i < condition->count; i++)
        if (!trace_condition(claim, condition->child[i]))
            return false;
    return true;
}

/* The free names stand in for those of the script, also in functions called there. */
static void bind_free_names(struct claim *claim)
{
    struct session *session = claim->e->session;
    claim->leaves = ARENA_ARRAY(&session->workspace, claim->n, node_id);
    for (size_t i = 0; i < claim->n; i++) {
        struct value leaf = value_number((double)NAN);
        claim->leaves[i] = graph_variable(claim->e->trace->graph, claim->names[i]);
        leaf.node = claim->leaves[i];
        leaf.unknown = true;
        override_name(session, claim->names[i], &leaf);
    }
}

static void collect_inputs(struct claim *claim)
{
    struct arena *arena = &claim->e->session->workspace;
    const struct trace *trace = claim->e->trace;
    claim->input_count = claim->n + trace->count;
    claim->inputs = ARENA_ARRAY(arena, claim->input_count, node_id);
    claim->values = ARENA_ARRAY(arena, claim->input_count, struct interval);
    for (size_t i = 0; i < claim->n; i++)
        claim->inputs[i] = claim->leaves[i];
    for (size_t i = 0; i < trace->count; i++) {
        claim->inputs[claim->n + i] = trace->parameters[i];
        claim->values[claim->n + i] = interval_number(trace->parameter_values[i]);
    }
}

/* ---- verdict ---- */

/* The first relation that fails, else the first that is not decided, else the one that
 * rests on the least: points rather than a proof, few points rather than many. */
static bool is_worse(const struct claim_verdict *a, const struct claim_verdict *b)
{
    static const int rank[] = {
        [CLAIM_HOLDS] = 0, [CLAIM_UNDECIDED] = 1, [CLAIM_FAILS] = 2};
    if (a->decision != b->decision)
        return rank[a->decision] > rank[b->decision];
    if (a->reason != b->reason)
        return a->reason > b->reason;
    return a->decision == CLAIM_HOLDS && a->points < b->points;
}

static void decide(struct claim_outcome *s)
{
    struct claim *claim = s->claim;
    for (size_t i = 0; i < claim->count; i++) {
        struct claim_verdict verdict;
        claim_decide(claim, &claim->relations[i], &verdict);
        if (i == 0 || is_worse(&verdict, &s->verdict))
            s->verdict = verdict;
        if (verdict.decision == CLAIM_FAILS)
            break;
    }
    if (s->verdict.decision == CLAIM_FAILS && s->verdict.relation->word == AST_EQUAL)
        s->slip = claim_slip(claim, s->verdict.relation);
}

/* ---- the whole ---- */

static bool run_claim(struct evaluation *e, void *user)
{
    struct claim_outcome *s = user;
    struct claim *claim = s->claim;
    size_t mark = override_mark(e->session);
    claim->e = e;
    if (!claim_find_free(claim))
        return false;
    bind_free_names(claim);
    bool fine = trace_condition(claim, claim->node->child[0]);
    if (fine && claim->count == 0)
        fine = session_error(e->session, CODE_WRONG_TYPE, claim->node->child[0]->span,
                             "there is nothing to compare in this claim");
    if (fine) {
        collect_inputs(claim);
        decide(s);
    }
    override_restore(e->session, mark);
    if (!fine || e->session->stopped)
        return false;
    claim_tell(s);
    return true;
}

bool execute_claim(struct session *session, const struct ast *node)
{
    struct claim claim = {.node = node};
    struct claim_outcome statement = {.claim = &claim};
    return read_tails(session, &statement, node) &&
           with_trace(session, run_claim, &statement);
}
