/* SPDX-License-Identifier: MIT
 * Proofs of inequalities by bisection: where the enclosures of both sides, or that of
 * their difference, decide, a box is done; else it is halved (Moore, Kearfott and Cloud,
 * Introduction to Interval Analysis, 2009, chapter 5).  Where both sides touch, no number
 * of halvings decides: the work is limited. */
#include "script/claim.h"

#include <math.h>
#include <string.h>

enum { MOST_BOXES = 2000, MOST_WORK = 2000000, MOST_WAITING = 128 };

struct proof {
    struct claim *claim;
    enum ast_operator word;
    struct interval_plan *plan; /* left, right, left - right */
    struct interval *waiting;   /* boxes, n intervals each */
    size_t count;
};

static bool is_decided(struct proof *proof, const struct interval *box)
{
    struct claim *claim = proof->claim;
    struct interval sides[3];
    memcpy(claim->values, box, claim->n * sizeof *box);
    interval_run(proof->plan, claim->values, sides);
    if (interval_is_empty(sides[0]) || interval_is_empty(sides[1]))
        return true; /* there is nothing to hold */
    struct interval zero = interval_between(0, 0);
    return claim_compare(sides[0], proof->word, sides[1]) == CERTAIN ||
           (!interval_is_empty(sides[2]) &&
            claim_compare(sides[2], proof->word, zero) == CERTAIN);
}

static double middle(struct interval x)
{
    if (isfinite(x.low) && isfinite(x.high))
        return x.low + (x.high - x.low) / 2;
    if (isfinite(x.low))
        return x.low < 1 ? 1 : 4 * x.low;
    if (isfinite(x.high))
        return x.high > -1 ? -1 : 4 * x.high;
    return 0;
}

/* Unbounded ones come first; SIZE_MAX when no interval is worth halving. */
static size_t widest(const struct interval *box, size_t n)
{
    size_t best = SIZE_MAX;
    double most = 1e-6;
    for (size_t i = 0; i < n; i++) {
        double width = box[i].high - box[i].low;
        if (width > most && fabs(middle(box[i])) < 1e12) {
            most = width;
            best = i;
        }
    }
    return best;
}

/* Puts both halves in the place of the box that was taken last. */
static bool halve(struct proof *proof)
{
    size_t n = proof->claim->n;
    struct interval *box = proof->waiting + proof->count * n;
    size_t which = widest(box, n);
    if (which == SIZE_MAX || proof->count + 2 > MOST_WAITING)
        return false;
    double cut = middle(box[which]);
    memcpy(box + n, box, n * sizeof *box);
    box[which].high = cut;
    box[n + which].low = cut;
    proof->count += 2;
    return true;
}

/* Large expressions get fewer boxes. */
static size_t most_boxes(const struct graph *graph, const node_id *outputs,
                         struct arena *arena)
{
    size_t each = graph_order(graph, outputs, 3, arena).count;
    return each * MOST_BOXES > MOST_WORK ? MOST_WORK / each : MOST_BOXES;
}

bool claim_prove(struct claim *claim, const struct claim_relation *relation)
{
    struct session *session = claim->e->session;
    struct graph *graph = claim->e->trace->graph;
    node_id outputs[3] = {relation->left, relation->right};
    outputs[2] = graph_apply2(graph, OP_ADD, relation->left,
                              graph_apply1(graph, OP_NEGATE, relation->right));
    struct arena *arena = &session->workspace;
    struct arena_mark mark = arena_mark(arena);
    struct proof proof = {.claim = claim, .word = relation->word, .count = 1};
    size_t most = most_boxes(graph, outputs, arena);
    proof.plan =
        interval_new(arena, graph, outputs, 3, claim->inputs, claim->input_count);
    proof.waiting = ARENA_ARRAY(arena, MOST_WAITING * claim->n, struct interval);
    memcpy(proof.waiting, claim->ranges, claim->n * sizeof *claim->ranges);
    bool holds = true;
    for (size_t work = 0; holds && proof.count > 0; work++) {
        proof.count--;
        if (!is_decided(&proof, proof.waiting + proof.count * claim->n))
            holds = work < most && session_go_on(session, 0, claim->node->at) &&
                    halve(&proof);
    }
    arena_release(arena, mark);
    return holds;
}
