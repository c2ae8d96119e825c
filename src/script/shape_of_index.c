/* SPDX-License-Identifier: MIT
 * Shapes of what indices choose.  An index outside is a value, and told at run time. */
#include "script/check_shapes.h"
#include "script/index.h"

static const struct value unknown = {.kind = VALUE_NONE};

/* How many the index chooses along its axis; 0 with *is_one: the axis goes away.  False:
 * unknown. */
static bool chosen(struct shape_check *check, const struct ast *node, size_t extent,
                   const struct local *locals, size_t *count, bool *is_one)
{
    *is_one = false;
    *count = extent;
    if (node->kind == AST_ALL)
        return true;
    struct value index = shape_of(check, node, locals);
    if (index.kind == VALUE_NUMBER) {
        *is_one = true;
        return index.unknown || index_in_range(index.number, extent);
    }
    if (index.kind == VALUE_RANGE) {
        const struct range_value *range = index.as.range;
        double last = range->first + (double)range->count - 1;
        *count = range->count;
        if (range->count == 0)
            return true;
        return index_in_range(range->first, extent) && index_in_range(last, extent);
    }
    if (!is_array(&index) || index.as.array->is_boolean ||
        index.as.array->shape.rank != 1)
        return false;
    *count = index.as.array->shape.extent[0];
    return true;
}

struct value shape_of_index(struct shape_check *check, const struct ast *node,
                            const struct local *locals)
{
    struct value base = shape_of(check, node->child[0], locals);
    struct shape shape = {0};
    if (base.kind == VALUE_RANGE) {
        struct shape vector = shape_vector(base.as.range->count);
        base = shape_of_array(check, &vector);
    }
    if (!is_array(&base) || base.as.array->shape.rank != node->count - 1)
        return unknown;
    for (size_t i = 1; i < node->count; i++) {
        size_t count = 0;
        bool is_one = false;
        if (!chosen(check, node->child[i], base.as.array->shape.extent[i - 1], locals,
                    &count, &is_one))
            return unknown;
        if (!is_one)
            shape.extent[shape.rank++] = count;
    }
    struct value value = shape_of_array(check, &shape);
    if (is_array(&value))
        value.as.array->is_boolean = base.as.array->is_boolean;
    else if (base.as.array->is_boolean)
        value.kind = VALUE_BOOLEAN;
    return value;
}
