/* SPDX-License-Identifier: MIT
 * graph_fixture.h - a graph with its memory, read from text, evaluated, printed. */
#ifndef TESTS_GRAPH_FIXTURE_H
#define TESTS_GRAPH_FIXTURE_H

#include "formula.h"

#include "graph/node.h"
#include "tape/check.h"

enum { SYMBOLS = 128 };

struct world {
    struct fail fail;
    struct memory memory;
    struct arena arena;
    struct graph *graph;
};

static inline int open_world(void **state)
{
    static struct world world;
    world = (struct world){.memory = {.fail = &world.fail}};
    if (setjmp(world.fail.landing) != 0)
        return -1;
    arena_init(&world.arena, &world.memory);
    world.graph = graph_new(&world.memory);
    *state = &world;
    return 0;
}

static inline int close_world(void **state)
{
    struct world *w = *state;
    graph_free(w->graph);
    arena_clear(&w->arena);
    return w->memory.used == 0 ? 0 : -1;
}

static inline node_id build(struct world *w, const char *text)
{
    return build_formula(w->graph, read_formula(&w->arena, text));
}

static inline const char *name_letter(void *user, uint32_t symbol)
{
    char *letter = user;
    letter[0] = (char)symbol;
    return letter;
}

static inline const char *print_node(struct world *w, node_id node)
{
    char letter[2] = "";
    struct text out;
    text_init(&out, &w->arena);
    graph_print(&out, w->graph, node, name_letter, letter);
    return text_string(&out);
}

/* The checking evaluator of one node after a run at `point`, by symbol; its memory is in
 * the arena. */
static inline struct check *check_at(struct world *w, node_id node, const double *point,
                                     double *value)
{
    struct graph_order order = graph_order(w->graph, &node, 1, &w->arena);
    node_id *leaves = ARENA_ARRAY(&w->arena, order.count, node_id);
    double *inputs = ARENA_ARRAY(&w->arena, order.count, double);
    size_t count = 0;
    for (size_t i = 0; i < order.count; i++) {
        struct node leaf = graph_node(w->graph, order.nodes[i]);
        if (leaf.op != OP_VARIABLE && leaf.op != OP_PARAMETER)
            continue;
        inputs[count] = point[leaf.symbol];
        leaves[count++] = order.nodes[i];
    }
    struct check *check = check_new(&w->arena, w->graph, &node, 1, leaves, count);
    check_run(check, inputs, value);
    return check;
}

static inline double value_at(struct world *w, node_id node, const double *point)
{
    struct arena_mark mark = arena_mark(&w->arena);
    double value = 0;
    (void)check_at(w, node, point, &value);
    arena_release(&w->arena, mark);
    return value;
}

static inline bool find_fault(struct world *w, node_id node, const double *point,
                              struct check_fault *fault)
{
    struct arena_mark mark = arena_mark(&w->arena);
    double value = 0;
    bool found = check_first_fault(check_at(w, node, point, &value), 0, fault);
    arena_release(&w->arena, mark);
    return found;
}

static inline node_id derivative(struct world *w, node_id f, char variable)
{
    node_id leaf = graph_variable(w->graph, (uint32_t)variable), out = 0;
    graph_gradient(w->graph, f, &leaf, 1, &out);
    return out;
}

/* ---- Random numbers and formulas ---- */

/* Marsaglia, Xorshift RNGs, 2003. */
static inline uint32_t next_random(uint32_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 17;
    *seed ^= *seed << 5;
    return *seed;
}

static inline double uniform(uint32_t *seed, double low, double high)
{
    return low + (high - low) * (double)next_random(seed) / 4294967296.0;
}

/* Same bits, all NaN equal. */
static inline bool is_same_value(double a, double b)
{
    return (isnan(a) && isnan(b)) || memcmp(&a, &b, sizeof a) == 0;
}

static inline bool is_close(double a, double b, double tolerance)
{
    return is_same_value(a, b) || fabs(a - b) <= tolerance * (1 + fabs(a) + fabs(b));
}

/* A formula of `depth` levels at most over the operations of `ops`. */
static inline struct formula *random_formula(struct reader *r, uint32_t *seed, int depth,
                                             const enum op *ops, size_t op_count)
{
    if (depth == 0 || next_random(seed) % 8 == 0) {
        bool is_number = next_random(seed) % 3 == 0;
        struct formula *leaf =
            make_formula(r, is_number ? OP_CONSTANT : OP_VARIABLE, NULL, NULL);
        leaf->symbol = (uint32_t) "xyz"[next_random(seed) % 3];
        leaf->value = (double)(next_random(seed) % 7) - 2;
        return leaf;
    }
    struct formula *f = make_formula(r, ops[next_random(seed) % op_count], NULL, NULL);
    int arity = op_info(f->op)->arity;
    f->count = arity < 0 ? 2 : (size_t)arity;
    for (size_t i = 0; i < f->count; i++)
        f->operand[i] = random_formula(r, seed, depth - 1, ops, op_count);
    if (f->op == OP_SELECT) /* a condition is a comparison */
        f->operand[0] =
            make_formula(r, next_random(seed) % 2 ? OP_LESS : OP_GREATER_EQUAL,
                         random_formula(r, seed, depth - 1, ops, op_count),
                         random_formula(r, seed, depth - 1, ops, op_count));
    if (f->op == OP_POLYGAMMA) { /* an order is a known number */
        f->operand[0] = make_formula(r, OP_CONSTANT, NULL, NULL);
        f->operand[0]->value = (double)(next_random(seed) % 4);
    }
    if (f->op == OP_POWER && next_random(seed) % 2) {
        f->operand[1] = make_formula(r, OP_CONSTANT, NULL, NULL);
        f->operand[1]->value = (double)(next_random(seed) % 5) - 1;
    }
    return f;
}

#endif
