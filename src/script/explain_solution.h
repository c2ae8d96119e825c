/* SPDX-License-Identifier: MIT
 * explain_solution.h - what `explain r` says of a solve: its five moves, and its symbols.
 *
 * The names of a script may hold something else when it asks, so a solve keeps the texts
 * of what it ran with, made when it ran. */
#ifndef SCRIPT_EXPLAIN_SOLUTION_H
#define SCRIPT_EXPLAIN_SOLUTION_H

#include "base/text.h"
#include "descent.h"

struct session;
struct solve;
struct solution;

/* The five moves of language.md, in their order. */
#define EXPLAINED_MOVES(X)                                                               \
    X(OBJECTIVE, "objective")                                                            \
    X(SPACE, "search space")                                                             \
    X(MOVE, "move")                                                                      \
    X(STEP, "step size")                                                                 \
    X(UNTIL, "when to stop")
enum explained_move {
#define EXPLAINED_MOVE_ID(id, name) EXPLAINED_##id,
    EXPLAINED_MOVES(EXPLAINED_MOVE_ID)
#undef EXPLAINED_MOVE_ID
        EXPLAINED_MOVE_COUNT
};

#define SYMBOL_COLUMNS(X)                                                                \
    X(NAME, "symbol")                                                                    \
    X(MEANING, "meaning")                                                                \
    X(TYPE, "type")                                                                      \
    X(SHAPE, "shape")                                                                    \
    X(ROLE, "role")
enum symbol_column {
#define SYMBOL_COLUMN_ID(id, name) SYMBOL_##id,
    SYMBOL_COLUMNS(SYMBOL_COLUMN_ID)
#undef SYMBOL_COLUMN_ID
        SYMBOL_COLUMN_COUNT
};

struct symbol_row {
    const char *cell[SYMBOL_COLUMN_COUNT];
};

struct explanation {
    /* Of a solution that is kept; each may have several lines. */
    const char *move[EXPLAINED_MOVE_COUNT];
    struct symbol_row *symbols;
    size_t symbol_count, symbol_capacity;
    bool has_more; /* symbols than are listed */
    /* What acted. */
    const descent_method *method;
    const double *method_settings;
    const descent_search *search;
    const double *search_settings; /* NULL: `step` says it all */
    const char *step;              /* a number or a schedule as written; else NULL */
    bool default_method, default_step;
    bool default_budget; /* the script set no end to the number of steps or the time */
};

/* explain_moves.c: what the solve runs with, in scratch.  Called while the variables
 * stand in for their names. */
struct explanation *explain_solve(struct solve *solve);
struct explanation *explanation_copy(struct arena *arena,
                                     const struct explanation *explanation);
/* explain_moves.c: "by momentum(beta = 0.9 (default)), step 0.02, at most 10000 steps
 * (default)" */
void explanation_put_settings(struct text *out, const struct explanation *explanation);
/* The five moves, an empty line, and the table of the symbols. */
void explain_solution(struct text *out, const struct solution *solution);

/* ---- what the files share ---- */
/* explain_symbols.c: the symbols of the solve. */
void explain_symbols(struct solve *solve, struct explanation *explanation);
/* explain_moves.c: the text on one line and not too long; in scratch. */
const char *explain_line(struct session *session, const char *text);

#endif
