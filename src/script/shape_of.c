/* SPDX-License-Identifier: MIT
 * Shapes of expressions. */
#include "script/check_shapes.h"

#include <math.h>

enum { MOST_LOOKS = 100000 };

static const struct value unknown = {.kind = VALUE_NONE};

static struct value some_number(bool is_boolean)
{
    struct value value = is_boolean ? value_boolean(false) : value_number(0);
    value.unknown = true;
    return value;
}

struct value shape_of_array(struct shape_check *check, const struct shape *shape)
{
    struct value value = some_number(false);
    if (shape->rank == 0)
        return value;
    value.kind = VALUE_ARRAY;
    value.as.array = ARENA_NEW(&check->e.session->scratch, struct array_value);
    value.as.array->shape = *shape;
    return value;
}

/* A range counts as the vector that it becomes. */
static struct value operand_of(struct shape_check *check, const struct ast *node,
                               const struct local *locals)
{
    struct value value = shape_of(check, node, locals);
    if (value.kind != VALUE_RANGE)
        return is_arithmetic(&value) ? value : unknown;
    struct shape shape = shape_vector(value.as.range->count);
    return shape_of_array(check, &shape);
}

static struct value combined(struct shape_check *check, struct span place,
                             const struct value *operands, const struct span *places,
                             size_t count)
{
    struct shape shape;
    for (size_t i = 0; i < count; i++)
        if (operands[i].kind == VALUE_NONE)
            return unknown;
    return elementwise_fits(&check->e, place, operands, places, count, &shape)
               ? shape_of_array(check, &shape)
               : unknown;
}

/* ---- Arithmetic ---- */

static struct value shape_of_sum(struct shape_check *check, const struct ast *node,
                                 const struct local *locals)
{
    struct arena *scratch = &check->e.session->scratch;
    struct value *terms = ARENA_ARRAY(scratch, node->count, struct value);
    struct span *places = ARENA_ARRAY(scratch, node->count, struct span);
    for (size_t i = 0; i < node->count; i++) {
        terms[i] = operand_of(check, node->child[i], locals);
        places[i] = node->child[i]->span;
    }
    if (check->is_objective)
        return combined(check, node->span, terms, places, node->count);
    struct value so_far = terms[0];
    for (size_t i = 1; i < node->count; i++) {
        struct value pair[2] = {so_far, terms[i]};
        struct span two[2] = {span_join(places[0], places[i - 1]), places[i]};
        so_far = combined(check, node->span, pair, two, 2);
    }
    return so_far;
}

static struct value shape_of_matrix_product(struct shape_check *check, struct span place,
                                            const struct value *pair,
                                            const struct span *places)
{
    struct shape shape = {0};
    if (pair[0].kind == VALUE_NONE || pair[1].kind == VALUE_NONE ||
        !matrix_product_fits(&check->e, place, pair, places))
        return unknown;
    struct shape a = core_shape(&check->e, &pair[0]), b = core_shape(&check->e, &pair[1]);
    if (a.rank == 2)
        shape.extent[shape.rank++] = a.extent[0];
    if (b.rank == 2)
        shape.extent[shape.rank++] = b.extent[1];
    return shape_of_array(check, &shape);
}

static struct value shape_of_product(struct shape_check *check, const struct ast *node,
                                     const struct local *locals)
{
    struct value so_far = operand_of(check, node->child[0], locals);
    for (size_t i = 1; i < node->count; i++) {
        struct value pair[2] = {so_far, operand_of(check, node->child[i], locals)};
        struct span places[2] = {
            span_join(node->child[0]->span, node->child[i - 1]->span),
            node->child[i]->span};
        struct span place = span_join(node->child[0]->span, node->child[i]->span);
        if (node->operators[i] == AST_MATMUL)
            so_far = shape_of_matrix_product(check, place, pair, places);
        else if (pair[0].kind != VALUE_NONE && pair[1].kind != VALUE_NONE &&
                 matrix_product_meant(&check->e, node, i, pair, places))
            so_far = unknown;
        else
            so_far = combined(check, place, pair, places, 2);
    }
    return so_far;
}

/* A sign keeps a number that is written out. */
static struct value shape_of_sign(struct shape_check *check, const struct ast *node,
                                  const struct local *locals)
{
    struct value value = operand_of(check, node->child[0], locals);
    if (value.kind == VALUE_NUMBER && node->kind == AST_NEGATE)
        value.number = -value.number;
    return value;
}

static struct value shape_of_arithmetic(struct shape_check *check, const struct ast *node,
                                        const struct local *locals)
{
    struct value operands[2];
    struct span places[2];
    for (size_t i = 0; i < node->count && i < 2; i++) {
        operands[i] = operand_of(check, node->child[i], locals);
        places[i] = node->child[i]->span;
    }
    return combined(check, node->span, operands, places, node->count);
}

static struct value shape_of_comparison(struct shape_check *check, const struct ast *node,
                                        const struct local *locals)
{
    struct value pair[2] = {operand_of(check, node->child[0], locals)}, link = unknown;
    for (size_t i = 1; i < node->count; i++) {
        struct span places[2] = {node->child[i - 1]->span, node->child[i]->span};
        pair[1] = operand_of(check, node->child[i], locals);
        link = combined(check, span_join(places[0], places[1]), pair, places, 2);
        pair[0] = pair[1];
    }
    if (node->count > 2)
        return unknown;
    if (is_array(&link))
        link.as.array->is_boolean = true;
    else if (link.kind == VALUE_NUMBER)
        link.kind = VALUE_BOOLEAN;
    return link;
}

static struct value shape_of_range(struct shape_check *check, const struct ast *node,
                                   const struct local *locals)
{
    struct value bound[2] = {shape_of(check, node->child[0], locals),
                             shape_of(check, node->child[1], locals)};
    double first = bound[0].number, last = bound[1].number;
    for (size_t i = 0; i < 2; i++)
        if (bound[i].kind != VALUE_NUMBER || bound[i].unknown ||
            !(fabs(bound[i].number) < 1e8))
            return unknown;
    struct range_value *range = ARENA_NEW(&check->e.session->scratch, struct range_value);
    range->first = first;
    range->count = last < first ? 0 : (size_t)(last - first) + 1;
    struct value value = {.kind = VALUE_RANGE};
    value.as.range = range;
    return value;
}

/* ---- Literals ---- */

/* Numbers side by side; whatever else stands in a list makes it no array. */
static struct value shape_of_list(struct shape_check *check, const struct ast *node,
                                  const struct local *locals)
{
    struct shape shape = shape_vector(node->count);
    bool numbers = true, booleans = node->count > 0;
    for (size_t i = 0; i < node->count; i++) {
        struct value item = shape_of(check, node->child[i], locals);
        numbers = numbers && is_numeric(&item);
        booleans = booleans && item.kind == VALUE_BOOLEAN;
    }
    if (!numbers)
        return unknown;
    struct value value = shape_of_array(check, &shape);
    value.as.array->is_boolean = booleans;
    return value;
}

/* Numbers side by side, or one vector. */
static struct value shape_of_row(struct shape_check *check, const struct ast *row,
                                 const struct local *locals)
{
    struct shape shape = shape_vector(1);
    if (row->count != 1)
        return shape_of_list(check, row, locals);
    struct value item = operand_of(check, row->child[0], locals);
    return is_numeric(&item) ? shape_of_array(check, &shape) : item;
}

static struct value shape_of_matrix(struct shape_check *check, const struct ast *node,
                                    const struct local *locals)
{
    struct arena *scratch = &check->e.session->scratch;
    struct value *rows = ARENA_ARRAY(scratch, node->count, struct value);
    struct span *places = ARENA_ARRAY(scratch, node->count, struct span);
    bool known = true;
    struct shape row;
    for (size_t i = 0; i < node->count; i++) {
        const struct ast *text = node->child[i];
        places[i] = text->span;
        rows[i] = shape_of_row(check, text, locals);
        known = known && is_array(&rows[i]);
    }
    if (!known || !stack_fits(&check->e, node->span, rows, places, node->count, &row))
        return unknown;
    struct shape shape = shape_matrix(node->count, row.extent[0]);
    return shape_of_array(check, &shape);
}

/* ---- Comprehensions ---- */

/* The body, when every set is known and has elements, so that it is evaluated. */
static struct value shape_of_body(struct shape_check *check, const struct ast *node,
                                  size_t index, const struct local *locals,
                                  struct shape *names)
{
    if (index == node->count)
        return operand_of(check, node->child[0], locals);
    const struct ast *generator = node->child[index];
    struct value set = shape_of(check, generator->child[0], locals);
    struct local local = {.name = generator->name, .next = locals};
    size_t count = 0;
    if ((!is_array(&set) && set.kind != VALUE_RANGE) || !value_count(&set, &count) ||
        count == 0)
        return unknown;
    local.value = some_number(is_array(&set) && set.as.array->is_boolean);
    if (is_array(&set) && set.as.array->shape.rank == 2) {
        struct shape row = shape_vector(set.as.array->shape.extent[1]);
        local.value = shape_of_array(check, &row);
    }
    names->extent[names->rank++] = count;
    return shape_of_body(check, node, index + 1, &local, names);
}

static struct value shape_of_comprehension(struct shape_check *check,
                                           const struct ast *node,
                                           const struct local *locals)
{
    struct shape shape = {0};
    if (generate_is_flat(node) || generate_names(node) > 2)
        return unknown;
    struct value body = shape_of_body(check, node, 1, locals, &shape);
    struct shape core = core_shape(&check->e, &body);
    if (body.kind == VALUE_NONE || shape.rank + core.rank > 2)
        return unknown;
    if (core.rank == 1)
        shape.extent[shape.rank++] = core.extent[0];
    return shape_of_array(check, &shape);
}

/* ---- All ---- */

static struct value shape_of_name(struct shape_check *check, const struct ast *node,
                                  const struct local *locals)
{
    double number = 0;
    while (locals != NULL && locals->name != node->name)
        locals = locals->next;
    if (locals != NULL)
        return locals->value;
    if (node->name < check->count && check->globals[node->name].name != 0)
        return check->globals[node->name].value;
    return builtin_constant(intern_text(check->e.session->names, node->name), &number)
               ? some_number(false)
               : unknown;
}

/* Only the first operand is evaluated in any case. */
static struct value shape_of_connective(struct shape_check *check, const struct ast *node,
                                        const struct local *locals)
{
    (void)shape_of(check, node->child[0], locals);
    return node->kind == AST_CONDITIONAL ? unknown : some_number(true);
}

static struct value shape_of_kind(struct shape_check *check, const struct ast *node,
                                  const struct local *locals)
{
    switch (node->kind) {
    case AST_NUMBER:
        return value_number(node->number);
    case AST_TRUE:
    case AST_FALSE:
        return some_number(true);
    case AST_NAME:
        return shape_of_name(check, node, locals);
    case AST_GROUP:
        return shape_of(check, node->child[0], locals);
    case AST_ABSOLUTE:
        return operand_of(check, node->child[0], locals).kind == VALUE_NONE
                   ? unknown
                   : some_number(false);
    case AST_SUM:
        return shape_of_sum(check, node, locals);
    case AST_PRODUCT:
        return shape_of_product(check, node, locals);
    case AST_NEGATE:
    case AST_POSITIVE:
        return shape_of_sign(check, node, locals);
    case AST_GLUED:
    case AST_POWER:
    case AST_ROOT:
        return shape_of_arithmetic(check, node, locals);
    case AST_COMPARE:
        return shape_of_comparison(check, node, locals);
    case AST_AND:
    case AST_OR:
    case AST_NOT:
    case AST_CONDITIONAL:
        return shape_of_connective(check, node, locals);
    case AST_RANGE:
        return shape_of_range(check, node, locals);
    case AST_LIST:
        return shape_of_list(check, node, locals);
    case AST_MATRIX:
        return shape_of_matrix(check, node, locals);
    case AST_COMPREHENSION:
        return shape_of_comprehension(check, node, locals);
    case AST_CALL:
        return shape_of_call(check, node, locals);
    case AST_INDEX:
        return shape_of_index(check, node, locals);
    default:
        return unknown;
    }
}

struct value shape_of(struct shape_check *check, const struct ast *node,
                      const struct local *locals)
{
    size_t before = check->e.session->diagnostics.errors;
    if (++check->looks > MOST_LOOKS)
        return unknown;
    struct value value = shape_of_kind(check, node, locals);
    return check->e.session->diagnostics.errors > before ? unknown : value;
}
