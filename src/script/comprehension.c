/* SPDX-License-Identifier: MIT
 * Comprehensions: numbers become a vector or, with two names, a matrix; vectors become
 * the rows of a matrix; anything else a list.
 *
 * With a filter, or a set that uses an earlier name, what comes out has no rows of its
 * own: numbers become a vector then however many names there are. */
#include "script/array.h"
#include "script/vectorize.h"

#include <string.h>

/* Known numbers are kept as such until something else comes. */
struct collection {
    double *numbers;
    size_t number_capacity;
    struct value *items; /* NULL: all are in `numbers` */
    size_t capacity, count;
    size_t kept; /* how often memory was taken that must stay */
    bool booleans;
    struct span place;
};

static bool is_plain(const struct value *value)
{
    return is_numeric(value) && value->node == 0 && !value->unknown;
}

static void add_number(struct arena *arena, struct collection *c,
                       const struct value *value)
{
    if (c->count == c->number_capacity) {
        c->numbers = arena_grow(arena, c->numbers, c->count, &c->number_capacity,
                                sizeof *c->numbers);
        c->kept++;
    }
    c->booleans = c->booleans && value->kind == VALUE_BOOLEAN;
    c->numbers[c->count++] = value->number;
}

/* What was collected as numbers becomes values. */
static void give_up_numbers(struct arena *arena, struct collection *c)
{
    c->capacity = c->count < 8 ? 8 : 2 * c->count;
    c->items = ARENA_ARRAY(arena, c->capacity, struct value);
    for (size_t i = 0; i < c->count; i++)
        c->items[i] =
            c->booleans ? value_boolean(c->numbers[i] != 0) : value_number(c->numbers[i]);
}

static bool too_many(struct evaluation *e, struct span place)
{
    return session_error(e->session, CODE_TOO_LARGE, place,
                         "this makes too many elements: the most are 2^28");
}

static bool collect(struct evaluation *e, const struct value *value, void *user)
{
    struct collection *c = user;
    struct arena *scratch = &e->session->scratch;
    if (c->count == SHAPE_MOST_ELEMENTS)
        return too_many(e, c->place);
    if (c->items == NULL && is_plain(value)) {
        add_number(scratch, c, value);
        return true;
    }
    if (c->items == NULL)
        give_up_numbers(scratch, c);
    if (c->count == c->capacity)
        c->items =
            arena_grow(scratch, c->items, c->count, &c->capacity, sizeof *c->items);
    c->items[c->count] = *value;
    c->kept++;
    if (value->kind == VALUE_RANGE)
        return take_operand(e, c->place, &c->items[c->count++]);
    c->count++;
    return true;
}

/* ---- What becomes of it ---- */

bool comprehension_shape(struct evaluation *e, const struct ast *comprehension,
                         size_t rank)
{
    size_t names = generate_is_flat(comprehension) ? 1 : generate_names(comprehension);
    if (names + rank <= 2)
        return true;
    return session_error(e->session, CODE_WRONG_TYPE, comprehension->span,
                         "an array has one or two indices, and %s of %zu name%s would "
                         "have %zu",
                         rank == 0   ? "numbers"
                         : rank == 1 ? "vectors"
                                     : "matrices",
                         names, names == 1 ? "" : "s", names + rank);
}

/* Numbers of two names stand in rows as long as the second set. */
static void as_rows(struct evaluation *e, const struct ast *comprehension,
                    const struct value *sets, struct value *out)
{
    size_t rows = 0, columns = 0;
    if (generate_is_flat(comprehension) || generate_names(comprehension) != 2)
        return;
    (void)value_count(&sets[1], &rows);
    (void)value_count(&sets[2], &columns);
    if (out->node != 0) {
        graph_set_origin(e->trace->graph,
                         provenance_origin(&e->session->provenance, comprehension->span));
        struct graph *graph = e->trace->graph;
        struct shape whole = graph_shape(graph, out->node);
        struct shape wanted = {.rank = out->batch};
        for (size_t i = 0; i < wanted.rank; i++)
            wanted.extent[i] = whole.extent[i];
        wanted.extent[wanted.rank++] = rows;
        wanted.extent[wanted.rank++] = columns;
        out->node = graph_reshape(graph, out->node, &wanted);
    }
    out->as.array->shape = shape_matrix(rows, columns);
}

static void finish_numbers(struct evaluation *e, const struct collection *c,
                           struct value *out)
{
    struct array_value *array = ARENA_NEW(&e->session->scratch, struct array_value);
    array->shape = shape_vector(c->count);
    array->numbers = c->numbers;
    if (c->numbers == NULL)
        array->numbers = ARENA_ARRAY(&e->session->scratch, 1, double);
    array->is_boolean = c->booleans && c->count > 0;
    *out = value_number(0);
    out->kind = VALUE_ARRAY;
    out->as.array = array;
}

/* Numbers, or vectors, or else a list. */
static bool finish_items(struct evaluation *e, const struct ast *comprehension,
                         const struct collection *c, size_t *rank, struct value *out)
{
    size_t numbers = 0, arrays = 0;
    for (size_t i = 0; i < c->count; i++) {
        numbers += is_numeric(&c->items[i]);
        arrays += is_array(&c->items[i]);
    }
    if (arrays < c->count || arrays == 0) {
        *rank = numbers == c->count ? 0 : SHAPE_MOST_AXES;
        return make_array(e, c->place, c->items, c->count, out);
    }
    *rank = c->items[0].as.array->shape.rank;
    return comprehension_shape(e, comprehension, *rank) &&
           stack_values(e, comprehension->child[0]->span, c->items, NULL, c->count, out);
}

static bool known_too_large(struct evaluation *e, const struct ast *comprehension,
                            const struct value *sets)
{
    double terms = 1;
    if (generate_is_flat(comprehension))
        return false;
    for (size_t i = 1; i <= generate_names(comprehension); i++) {
        size_t count = 0;
        (void)value_count(&sets[i], &count);
        terms *= (double)count;
    }
    return terms > SHAPE_MOST_ELEMENTS && !too_many(e, comprehension->span);
}

static bool write_out(struct evaluation *e, const struct ast *node,
                      const struct local *locals, struct value *out)
{
    struct collection c = {.booleans = true, .place = node->span};
    struct value *sets;
    size_t rank = 0;
    if (!generate_sets(e, node, locals, &sets) || known_too_large(e, node, sets) ||
        !generate(e, node, sets, locals, &c.kept, collect, &c))
        return false;
    if (c.items == NULL)
        finish_numbers(e, &c, out);
    else if (!finish_items(e, node, &c, &rank, out))
        return false;
    if (rank > 0)
        return true;
    if (!comprehension_shape(e, node, 0))
        return false;
    as_rows(e, node, sets, out);
    return true;
}

bool evaluate_comprehension(struct evaluation *e, const struct ast *node,
                            const struct local *locals, struct value *out)
{
    enum vectorize how = vectorize_choose(e, node, locals);
    struct message_mark messages = session_message_mark(e->session);
    if (how != VECTORIZE_NOT && vectorize_array(e, node, locals, out))
        return true;
    if (how == VECTORIZE_ONLY)
        return false;
    session_forget(e->session, messages);
    return write_out(e, node, locals, out);
}
