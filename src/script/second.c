/* SPDX-License-Identifier: MIT
 * The second derivatives of an objective, for methods that ask for them: each partial
 * derivative is differentiated again, and those on and below the diagonal are compiled
 * into one program, so that they share what they have in common. */
#include "script/solve.h"

static size_t entry_count(size_t n)
{
    return n * (n + 1) / 2;
}

const node_id *solve_hessian_nodes(struct solve *solve)
{
    struct session *session = solve->session;
    if (solve->hessian_nodes != NULL)
        return solve->hessian_nodes;
    size_t n = solve->n;
    node_id *entries = ARENA_ARRAY(&session->workspace, entry_count(n), node_id);
    for (size_t i = 0; i < n; i++)
        graph_gradient(session->graph, solve->partials[i], solve->leaves, i + 1,
                       entries + entry_count(i));
    solve->hessian_nodes = entries;
    return entries;
}

void solve_compile_hessian(struct solve *solve)
{
    struct session *session = solve->session;
    size_t count = entry_count(solve->n);
    solve->hessian_program =
        check_new(&session->workspace, session->graph, solve_hessian_nodes(solve), count,
                  solve->input_leaves, solve->input_count);
    solve->hessian_outputs = ARENA_ARRAY(&session->workspace, count, double);
}

void solve_evaluate_hessian(void *context, const double *x, double *hessian)
{
    struct solve *solve = context;
    size_t n = solve->n;
    if (solve->hessian_program == NULL) /* the method does without */
        solve_compile_hessian(solve);
    for (size_t i = 0; i < n; i++)
        solve->inputs[i] = x[i];
    check_run(solve->hessian_program, solve->inputs, solve->hessian_outputs);
    const double *entry = solve->hessian_outputs;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j <= i; j++)
            hessian[i * n + j] = *entry++;
}
