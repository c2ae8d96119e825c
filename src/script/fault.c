/* SPDX-License-Identifier: MIT */
#include "script/fault.h"

#include "script/derivative.h"

#include <math.h>

enum { SHOWN_ARGUMENTS = 3 };

/* Whether the node can be what a reader sees at the origin: the sign before a term of a
 * sum has the place of the term, and it fails nowhere. */
static bool is_at(const struct node *node, uint32_t origin)
{
    return node->origin == origin && node->count > 0 && node->op != OP_NEGATE;
}

/* The operation of the function below `root` that the fault is told at: the node itself
 * when the function has it; for a derivative the last one that carries its origin. */
static node_id operation_at(struct session *session, const struct graph *graph,
                            node_id root, const struct check_fault *fault)
{
    struct arena_mark mark = arena_mark(&session->scratch);
    bool *needed = ARENA_ARRAY(&session->scratch, (size_t)root + 1, bool);
    node_id found = 0;
    needed[root] = true;
    for (node_id node = root; node > 0; node--) {
        if (!needed[node])
            continue;
        struct node seen = graph_node(graph, node);
        if (node == fault->node || (found == 0 && is_at(&seen, fault->origin)))
            found = node;
        for (size_t i = 0; i < seen.count; i++)
            needed[seen.operands[i]] = true;
    }
    arena_release(&session->scratch, mark);
    return found;
}

static void put_argument(struct session *session, struct text *out,
                         const struct graph *graph, node_id node, double value)
{
    struct node leaf = graph_node(graph, node);
    if (leaf.shape == 0 && (leaf.op == OP_VARIABLE || leaf.op == OP_PARAMETER))
        text_format(out, "%s = ", formula_name(session, leaf.symbol));
    text_number(out, value);
}

/* The operands of an operation of numbers; those of the element at fault are known by
 * their numbers alone. */
static void put_operands(struct session *session, struct text *out,
                         const struct graph *graph, node_id operation,
                         const struct check_fault *fault, const node_id *leaves,
                         const double *const *numbers, size_t count)
{
    struct arena *arena = &session->workspace;
    struct node node = graph_node(graph, operation);
    size_t shown = node.count < SHOWN_ARGUMENTS ? node.count : SHOWN_ARGUMENTS;
    double values[SHOWN_ARGUMENTS], *outputs[SHOWN_ARGUMENTS];
    node_id operands[SHOWN_ARGUMENTS];
    bool known = operation == fault->node && fault->count == node.count;
    for (size_t i = 0; i < shown; i++) {
        operands[i] = node.operands[i];
        values[i] = fault->operands[i];
        outputs[i] = &values[i];
        if (graph_node(graph, operands[i]).shape != 0 && !known)
            return;
    }
    if (!known)
        (void)program_run(program_new(arena, graph, operands, shown, leaves, count),
                          numbers, outputs);
    for (size_t i = 0; i < shown; i++) {
        text_puts(out, i == 0 ? "" : " and ");
        put_argument(session, out, graph, operands[i], values[i]);
    }
}

struct fault_place fault_find(struct session *session, const struct graph *graph,
                              struct program *program, size_t output, node_id value,
                              const node_id *leaves, const double *const *numbers,
                              size_t count)
{
    struct fault_place found = {{0, 0, 0}, ""};
    struct check_fault fault;
    struct text arguments;
    if (!program_first_fault(program, &session->scratch, numbers, output, &fault))
        return found;
    found.place = provenance_place(&session->provenance, fault.origin);
    node_id operation = operation_at(session, graph, value, &fault);
    text_init(&arguments, &session->workspace);
    if (operation != 0)
        put_operands(session, &arguments, graph, operation, &fault, leaves, numbers,
                     count);
    found.arguments = text_string(&arguments);
    return found;
}
