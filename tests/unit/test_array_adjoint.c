/* SPDX-License-Identifier: MIT
 * Derivatives of arrays against differences: of every operation, of compositions, at
 * points where a naive formula fails, and second derivatives against differences of
 * gradients. */
#include "array_trial.h"

/* One operation of one kind on leaves of random shapes; false when none was made. */
static bool try_kind(struct world *w, enum kind kind, uint32_t *seed, int *usable)
{
    struct arena_mark mark = arena_mark(&w->arena);
    struct trial t = begin(w);
    struct choice c;
    struct shape a = random_shape(seed, 3);
    bool is_of_matrix = kind >= KIND_SOLVE && kind < KIND_MAKE_DIAGONAL;
    if (is_of_matrix && a.rank >= 2)
        a.extent[a.rank - 1] = a.extent[a.rank - 2];
    struct shape b = random_partner(seed, &a);
    bool is_possible = choose(&c, seed, kind, &a, &b);
    if (is_possible) {
        add_leaf(&t, &a, seed);
        add_leaf(&t, &b, seed);
        node_id node = make(w->graph, &c, t.leaves[0], t.leaves[1]);
        assert_int_not_equal(node, 0);
        t.f = weigh(w, node);
        *usable += check_derivatives(&t, seed);
    }
    arena_release(&w->arena, mark);
    return is_possible;
}

static void every_operation_differentiates(void **state)
{
    uint32_t seed = 12345;
    for (int kind = 0; kind < KIND_COUNT; kind++) {
        int made = 0, usable = 0;
        for (int i = 0; i < 1000 && made < 150; i++)
            made += try_kind(*state, (enum kind)kind, &seed, &usable);
        if (usable < 300)
            print_message("kind %d: %d made, %d compared\n", kind, made, usable);
        assert_true(usable >= 300);
    }
}

static bool is_finite_at(const struct trial *t, node_id node)
{
    const double *value = value_along(t, node, 0);
    for (size_t i = 0; i < elements(t->w, node); i++)
        if (!isfinite(value[i]))
            return false;
    return true;
}

static void compositions_differentiate(void **state)
{
    struct world *w = *state;
    uint32_t seed = 777;
    int usable = 0;
    for (int i = 0; i < 3000; i++) {
        struct arena_mark mark = arena_mark(&w->arena);
        struct trial t = begin(w);
        struct shape shape = random_shape(&seed, 3);
        struct shape partner = random_partner(&seed, &shape);
        add_leaf(&t, &shape, &seed);
        add_leaf(&t, &partner, &seed);
        node_id node = t.leaves[0], other = t.leaves[1];
        for (int made = 0, tried = 0; made < 4 && tried < 40; tried++) {
            struct choice c;
            struct shape a = graph_shape(w->graph, node),
                         b = graph_shape(w->graph, other);
            if (!choose(&c, &seed, (enum kind)below(&seed, KIND_COUNT), &a, &b))
                continue;
            node_id next = make(w->graph, &c, node, other);
            if (next == 0 || elements(w, next) > 200 || !is_finite_at(&t, next))
                continue;
            other = below(&seed, 2) == 0 ? node : other;
            node = next;
            made++;
        }
        t.f = weigh(w, node);
        usable += check_derivatives(&t, &seed);
        arena_release(&w->arena, mark);
    }
    assert_true(usable > 17500);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)
        TEST(every_operation_differentiates),
        TEST(compositions_differentiate),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
