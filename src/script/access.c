/* SPDX-License-Identifier: MIT
 * What a name, an index or a field stands for; lists and ranges. */
#include "script/evaluate.h"

#include "script/array.h"
#include "script/builtins.h"
#include "script/data.h"
#include "script/foreign.h"
#include "script/solution.h"

#include <math.h>
#include <string.h>

enum { LONGEST_RANGE = 1000000000, DEEPEST_LIST = 1000 };

void trace_parameter(struct evaluation *e, name_id name, struct value *value)
{
    struct trace *trace = e->trace;
    if (trace == NULL || value->kind != VALUE_NUMBER || value->node != 0)
        return;
    node_id node = graph_parameter(trace->graph, name);
    if (parameter_find(trace, node) == trace->count)
        parameter_add(trace, node, value->number, NULL);
    value->node = node;
}

static bool find_builtin(struct evaluation *e, const char *name, struct value *out)
{
    double number = 0;
    const struct builtin *builtin = builtin_find(name);
    if (builtin != NULL) {
        out->kind = VALUE_BUILTIN;
        out->node = 0;
        out->unknown = false;
        out->as.builtin = builtin;
        return true;
    }
    if (builtin_constant(name, &number)) {
        *out = value_number(number);
        return true;
    }
    return builtin_method(e->session, name, out);
}

bool evaluate_name(struct evaluation *e, const struct ast *node,
                   const struct local *locals, struct value *out)
{
    for (const struct local *local = locals; local != NULL; local = local->next)
        if (local->name == node->name) {
            *out = local->value;
            return true;
        }
    struct binding *binding = session_binding(e->session, node->name);
    if (binding->value.kind != VALUE_NONE) {
        *out = binding->value;
        if (out->kind == VALUE_ARRAY || out->kind == VALUE_DATA)
            out->name = node->name;
        trace_parameter(e, node->name, out);
        return true;
    }
    const char *name = intern_text(e->session->names, node->name);
    if (find_builtin(e, name, out))
        return true;
    return session_error(e->session, CODE_UNKNOWN_NAME, node->span, "`%s` is not defined",
                         name);
}

bool evaluate_position(struct evaluation *e, const struct ast *node,
                       const struct local *locals, size_t count, size_t *out)
{
    struct value index;
    if (!evaluate(e, node, locals, &index))
        return false;
    if (index.kind != VALUE_NUMBER || index.unknown)
        return session_error(e->session, CODE_WRONG_TYPE, node->span,
                             "an index is a known number, and this is %s",
                             index.unknown ? "decided by the search"
                                           : value_kind_name(&index));
    if (index.number >= 1 && index.number <= (double)count &&
        index.number == floor(index.number)) {
        *out = (size_t)index.number - 1;
        return true;
    }
    struct text shown;
    text_init(&shown, &e->session->scratch);
    text_number(&shown, index.number);
    return session_error(e->session, CODE_BAD_INDEX, node->span,
                         "the index is %s, and the elements are counted from 1 to %zu",
                         text_string(&shown), count);
}

static bool has_no_elements(struct evaluation *e, const struct ast *base,
                            const struct value *value)
{
    (void)session_error(e->session, CODE_WRONG_TYPE, base->span,
                        "this is %s and has no elements", value_kind_name(value));
    if (value->kind == VALUE_NUMBER && e->trace != NULL && base->kind == AST_NAME)
        diagnostic_help(&e->session->diagnostics, session_last(e->session),
                        "a search over a vector is written `over %s[3] from 0`",
                        intern_text(e->session->names, base->name));
    return false;
}

/* Lists have one axis, and one element is taken from them. */
static bool is_list_index(struct evaluation *e, const struct ast *node)
{
    const struct ast *index = node->child[1];
    if (node->count == 2 && index->kind != AST_ALL && index->kind != AST_RANGE)
        return true;
    (void)session_error(e->session, CODE_WRONG_TYPE, node->span,
                        "this is a list, of which one element is taken at a time");
    if (node->count > 2)
        diagnostic_help(&e->session->diagnostics, session_last(e->session),
                        "a matrix is written `[1, 2; 3, 4]`");
    return false;
}

bool evaluate_index(struct evaluation *e, const struct ast *node,
                    const struct local *locals, struct value *out)
{
    struct value base;
    size_t count = 0, position = 0;
    if (!evaluate(e, node->child[0], locals, &base))
        return false;
    if (base.kind == VALUE_DATA)
        return data_index(e, node, &base, locals, out);
    if (base.kind == VALUE_ROW)
        return data_row_index(e, node, &base, locals, out);
    if (base.kind == VALUE_RANGE && !take_operand(e, node->child[0]->span, &base))
        return false;
    if (is_array(&base))
        return index_array(e, node, &base, locals, out);
    if (base.kind != VALUE_LIST || !value_count(&base, &count))
        return has_no_elements(e, node->child[0], &base);
    if (!is_list_index(e, node) ||
        !evaluate_position(e, node->child[1], locals, count, &position))
        return false;
    *out = value_element(&e->session->scratch, &base, position);
    return true;
}

static bool has_no_fields(struct evaluation *e, const struct ast *node,
                          const struct value *base)
{
    (void)session_error(e->session, CODE_NO_FIELD, node->at,
                        "this is %s and has no fields", value_kind_name(base));
    if (is_array(base) && strcmp(intern_text(e->session->names, node->name), "T") == 0)
        diagnostic_help(&e->session->diagnostics, session_last(e->session),
                        "the transpose of a matrix is `transpose(A)`");
    return false;
}

static bool no_such_field(struct evaluation *e, const struct ast *node,
                          const struct value *base)
{
    const char *known[64], *wanted = intern_text(e->session->names, node->name);
    size_t capacity = sizeof known / sizeof *known;
    size_t count = solution_field_names(e->session, base, known, capacity);
    (void)session_error(e->session, CODE_NO_FIELD, node->at, "%s has no field `%s`",
                        value_kind_name(base), wanted);
    foreign_tell(e->session, node->at, FOREIGN_FIELD, wanted, known, count);
    return false;
}

/* A trace stays one: a column of it is taken without the others. */
static bool field_of(struct evaluation *e, const struct ast *node,
                     const struct local *locals, struct value *out)
{
    const struct ast *holder = node->child[0];
    struct value base;
    if (holder->kind == AST_FIELD && holder->child[0]->kind == AST_NAME
            ? !field_of(e, holder, locals, &base)
            : !evaluate(e, holder, locals, &base))
        return false;
    bool is_data = base.kind == VALUE_DATA;
    if (base.kind == VALUE_ROW)
        return data_row_field(e, node, &base, out);
    if (!is_data && base.kind != VALUE_SOLUTION && base.kind != VALUE_TRACE &&
        base.kind != VALUE_BEST)
        return has_no_fields(e, node, &base);
    if (is_data)
        return data_column_of(e, node->at, &base,
                              intern_text(e->session->names, node->name), out);
    if (!solution_field(e->session, &base, node->name, out))
        return no_such_field(e, node, &base);
    if (e->trace != NULL && node->child[0]->kind == AST_NAME) {
        struct text name;
        text_init(&name, &e->session->scratch);
        text_format(&name, "%s.%s", intern_text(e->session->names, node->child[0]->name),
                    intern_text(e->session->names, node->name));
        trace_parameter(
            e, intern_name(e->session->names, text_string(&name), name.length), out);
    }
    return true;
}

bool evaluate_field(struct evaluation *e, const struct ast *node,
                    const struct local *locals, struct value *out)
{
    if (!field_of(e, node, locals, out))
        return false;
    if (out->kind == VALUE_TRACE)
        *out = solution_trace(e->session, out->as.solution);
    return true;
}

/* Values are copied and shown by recursion, so the depth of lists in lists is bounded. */
static bool make_list(struct evaluation *e, struct span place, const struct value *items,
                      size_t count, struct value *out)
{
    struct arena *scratch = &e->session->scratch;
    struct list_value *list = ARENA_NEW(scratch, struct list_value);
    list->count = count;
    list->depth = 1;
    list->items = ARENA_ARRAY(scratch, count, struct value);
    if (count > 0)
        memcpy(list->items, items, count * sizeof *items);
    for (size_t i = 0; i < count; i++)
        if (items[i].kind == VALUE_LIST && items[i].as.list->depth >= list->depth)
            list->depth = items[i].as.list->depth + 1;
    if (list->depth > DEEPEST_LIST)
        return session_error(e->session, CODE_LISTS_TOO_DEEP, place,
                             "lists are inside each other more than %d deep here",
                             DEEPEST_LIST);
    out->kind = VALUE_LIST;
    out->as.list = list;
    return true;
}

bool make_array(struct evaluation *e, struct span place, const struct value *items,
                size_t count, struct value *out)
{
    bool numbers = true;
    memset(out, 0, sizeof *out);
    for (size_t i = 0; i < count; i++)
        numbers = numbers && is_numeric(&items[i]);
    return numbers ? stack_values(e, place, items, NULL, count, out)
                   : make_list(e, place, items, count, out);
}

static bool evaluate_items(struct evaluation *e, const struct ast *node,
                           const struct local *locals, struct value *items)
{
    for (size_t i = 0; i < node->count; i++)
        if (!evaluate(e, node->child[i], locals, &items[i]))
            return false;
    return true;
}

bool evaluate_list(struct evaluation *e, const struct ast *node,
                   const struct local *locals, struct value *out)
{
    struct value *items = ARENA_ARRAY(&e->session->scratch, node->count, struct value);
    return evaluate_items(e, node, locals, items) &&
           make_array(e, node->span, items, node->count, out);
}

/* One row of a matrix: numbers side by side, or one vector. */
static bool evaluate_row(struct evaluation *e, const struct ast *row,
                         const struct local *locals, struct value *out)
{
    struct value *items = ARENA_ARRAY(&e->session->scratch, row->count, struct value);
    if (!evaluate_items(e, row, locals, items))
        return false;
    if (row->count == 1 && (is_array(&items[0]) || items[0].kind == VALUE_RANGE)) {
        *out = items[0];
        return take_operand(e, row->span, out);
    }
    for (size_t i = 0; i < row->count; i++)
        if (!is_numeric(&items[i]))
            return wrong_type(e, row->child[i]->span, "a number", &items[i]);
    return stack_values(e, row->span, items, NULL, row->count, out);
}

bool evaluate_matrix(struct evaluation *e, const struct ast *node,
                     const struct local *locals, struct value *out)
{
    struct arena *scratch = &e->session->scratch;
    struct value *rows = ARENA_ARRAY(scratch, node->count, struct value);
    struct span *places = ARENA_ARRAY(scratch, node->count, struct span);
    for (size_t i = 0; i < node->count; i++) {
        places[i] = node->child[i]->span;
        if (!evaluate_row(e, node->child[i], locals, &rows[i]))
            return false;
    }
    return stack_values(e, node->span, rows, places, node->count, out);
}

bool evaluate_range(struct evaluation *e, const struct ast *node,
                    const struct local *locals, struct value *out)
{
    double first = 0, last = 0;
    if (!evaluate_number(e, node->child[0], locals, "the beginning of a range", &first) ||
        !evaluate_number(e, node->child[1], locals, "the end of a range", &last))
        return false;
    if (!isfinite(first) || !isfinite(last) || last - first >= LONGEST_RANGE)
        return session_error(e->session, CODE_BAD_RANGE, node->span,
                             "a range has finite bounds and at most 10^9 numbers");
    struct range_value *range = ARENA_NEW(&e->session->scratch, struct range_value);
    range->first = first;
    range->count = last < first ? 0 : (size_t)(last - first) + 1;
    struct value value = {.kind = VALUE_RANGE};
    value.as.range = range;
    *out = value;
    return true;
}
