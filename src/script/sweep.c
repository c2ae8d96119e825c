/* SPDX-License-Identifier: MIT */
#include "script/sweep.h"

#include "script/override.h"
#include "script/solve.h"
#include "script/sweep_rows.h"

#include <math.h>

struct sweep {
    struct session *session;
    const struct ast *solve;
    sweep_told *told;
    struct sweep_rows rows;
    size_t first_message; /* of this sweep, among the diagnostics */
};

/* ---- one run ---- */

/* Errors that say that the method at hand does not take what the solve gives it.  Among
 * several methods that is no mistake of the script. */
static bool is_refusal(enum code code)
{
    return code == CODE_OPTION_NOT_USED || code == CODE_NO_STEP ||
           code == CODE_UNFIT_STEP_RULE || code == CODE_UNFIT_SET;
}

static bool tries_methods(const struct sweep *sweep)
{
    for (size_t i = 0; i < sweep->rows.swept_count; i++)
        if (sweep->rows.swept[i].is_method)
            return true;
    return false;
}

/* The refusal becomes a note; warnings that came before it stay. */
static bool note_refusal(struct sweep *sweep, struct message_mark mark)
{
    struct session *session = sweep->session;
    struct diagnostics *list = &session->diagnostics;
    if (session->stopped || list->errors != mark.errors + 1 ||
        !is_refusal(session_last(session)->code) || !tries_methods(sweep))
        return false;
    sweep_rows_add_note(&sweep->rows, session_last(session)->message);
    list->count--;
    list->errors--;
    return true;
}

static bool same_place(struct span a, struct span b)
{
    return a.source == b.source && a.begin == b.begin && a.end == b.end;
}

static bool told_before(const struct sweep *sweep, const struct diagnostic *item,
                        size_t count)
{
    struct diagnostic *const *items = sweep->session->diagnostics.items;
    for (size_t i = sweep->first_message; i < count; i++)
        if (items[i]->code == item->code && same_place(items[i]->where, item->where))
            return true;
    return false;
}

/* What an earlier run was warned of at the same place is not told again. */
static void drop_repetitions(struct sweep *sweep, size_t first)
{
    struct diagnostics *list = &sweep->session->diagnostics;
    size_t kept = first;
    for (size_t i = first; i < list->count; i++)
        if (!told_before(sweep, list->items[i], kept))
            list->items[kept++] = list->items[i];
    list->count = kept;
}

/* Says of the messages from the index `first` on which run they come from. */
static void name_run(struct sweep *sweep, size_t first)
{
    struct diagnostics *list = &sweep->session->diagnostics;
    const struct sweep_rows *rows = &sweep->rows;
    struct text run;
    if (first >= list->count)
        return;
    text_init(&run, &sweep->session->scratch);
    for (size_t i = 0; i < rows->swept_count; i++) {
        const struct swept *swept = &rows->swept[i];
        text_format(&run, "%s%s = ", i == 0 ? "" : ", ",
                    intern_text(sweep->session->names, swept->name));
        if (swept->text != NULL)
            text_puts(&run, swept->text);
        else
            text_number(&run, swept->number);
    }
    for (size_t i = first; i < list->count; i++)
        diagnostic_note(list, list->items[i], "in the run with %s", text_string(&run));
}

static bool run_once(struct sweep *sweep, const struct local *locals)
{
    struct session *session = sweep->session;
    struct message_mark mark = session_message_mark(session);
    struct value solution;
    bool fine = solve_run(session, sweep->solve, locals, false, &solution);
    bool refused = !fine && note_refusal(sweep, mark);
    drop_repetitions(sweep, mark.count);
    name_run(sweep, mark.count);
    if (!fine)
        return refused;
    sweep_rows_add(&sweep->rows, solution.as.solution);
    if (sweep->told != NULL)
        sweep->told(session, &solution);
    return true;
}

/* ---- the values ---- */

/* A value that is no number is shown as the script writes it, when the script lists it.
 */
static const char *text_of(struct sweep *sweep, const struct ast *values,
                           const struct value *element, size_t index)
{
    struct session *session = sweep->session;
    struct text text;
    text_init(&text, &session->scratch);
    if (element->kind == VALUE_STRING)
        text_puts(&text, element->as.string->bytes);
    else if (values->kind == AST_LIST)
        format_node(&text, values->child[index], session->names);
    else if (element->kind == VALUE_FUNCTION)
        text_puts(&text, intern_text(session->names, element->as.function->name));
    else
        value_print(&text, element, session->names);
    return arena_copy(sweep->rows.arena, text_string(&text), text.length);
}

static void try_value(struct sweep *sweep, size_t level, const struct ast *values,
                      const struct value *element, size_t index)
{
    struct swept *swept = &sweep->rows.swept[level];
    bool number = is_numeric(element);
    swept->number = number ? element->number : (double)NAN;
    swept->text = number ? NULL : text_of(sweep, values, element, index);
    swept->is_method = element->kind == VALUE_METHOD || element->kind == VALUE_SEARCH;
}

static bool run_level(struct sweep *sweep, const struct ast *node, size_t level,
                      const struct local *locals);

static bool is_hidden(const struct local *locals, name_id name)
{
    while (locals != NULL && locals->name != name)
        locals = locals->next;
    return locals != NULL;
}

/* All that is inside this sweep, with its name standing for one value: for the script's
 * name, and for a parameter that hides it. */
static bool run_value(struct sweep *sweep, const struct ast *node, size_t level,
                      const struct local *locals, const struct value *element)
{
    struct session *session = sweep->session;
    struct arena_mark scratch = arena_mark(&session->scratch);
    size_t overrides = override_mark(session);
    struct local local = {node->name, *element, locals};
    override_name(session, node->name, element);
    bool fine = session_go_on(session, 1, node->at) &&
                run_level(sweep, node->child[1], level + 1,
                          is_hidden(locals, node->name) ? &local : locals);
    override_restore(session, overrides);
    arena_release(&session->scratch, scratch);
    return fine;
}

static bool evaluate_values(struct sweep *sweep, const struct ast *node,
                            const struct local *locals, struct value *out, size_t *count)
{
    struct evaluation e = {sweep->session, NULL};
    if (!evaluate(&e, node, locals, out))
        return false;
    return value_count(out, count) ||
           session_error(sweep->session, CODE_WRONG_TYPE, node->span,
                         "`sweep` runs over a vector, a list or a range, and this is %s",
                         value_kind_name(out));
}

/* The depth is that of the sweeps the text writes, which the parser caps. */
static bool run_level(struct sweep *sweep, const struct ast *node, size_t level,
                      const struct local *locals)
{
    struct value values;
    size_t count = 0, before = 0;
    if (node->kind == AST_SOLVE)
        return run_once(sweep, locals);
    if (!evaluate_values(sweep, node->child[0], locals, &values, &count))
        return false;
    struct random_state start = sweep->session->random;
    for (size_t i = 0; i < count; i++) {
        struct value element = value_element(&sweep->session->scratch, &values, i);
        size_t first = sweep->rows.count;
        sweep->session->random = start;
        try_value(sweep, level, node->child[0], &element, i);
        if (!run_value(sweep, node, level, locals, &element))
            return false;
        if (i > 0)
            sweep_rows_mark(&sweep->rows, before, first);
        before = first;
    }
    return true;
}

/* ---- the whole ---- */

/* The variables of the solve, into `out` unless it is NULL; returns how many. */
static size_t list_variables(const struct ast *solve, name_id *out)
{
    size_t count = 0;
    for (size_t i = 1; i < solve->count; i++) {
        const struct ast *over = solve->child[i];
        for (size_t k = 0; over->kind == AST_OVER && k < over->count; k++, count++)
            if (out != NULL)
                out[count] = over->child[k]->name;
    }
    return count;
}

static void name_columns(struct sweep *sweep, const struct ast *node)
{
    struct sweep_rows *rows = &sweep->rows;
    const struct ast *solve = node;
    for (; solve->kind == AST_SWEEP; solve = solve->child[1])
        rows->swept_count++;
    rows->swept = ARENA_ARRAY(rows->arena, rows->swept_count, struct swept);
    for (size_t i = 0; i < rows->swept_count; i++, node = node->child[1])
        rows->swept[i].name = node->name;
    sweep->solve = solve;
    rows->variable_count = list_variables(solve, NULL);
    name_id *variables = ARENA_ARRAY(rows->arena, rows->variable_count, name_id);
    (void)list_variables(solve, variables);
    rows->variables = variables;
}

bool sweep_run(struct session *session, const struct ast *node,
               const struct local *locals, sweep_told *told, struct value *out)
{
    struct arena_mark mark = arena_mark(&session->workspace);
    struct sweep *sweep = ARENA_NEW(&session->workspace, struct sweep);
    sweep->session = session;
    sweep->told = told;
    sweep->first_message = session->diagnostics.count;
    sweep->rows.session = session;
    sweep->rows.arena = &session->workspace;
    name_columns(sweep, node);
    bool fine = run_level(sweep, node, 0, locals);
    if (fine)
        *out = sweep_rows_data(&sweep->rows);
    arena_release(&session->workspace, mark);
    return fine;
}
