/* SPDX-License-Identifier: MIT
 * Arenas: what they hand out, take back and count, and how they fail. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"

#include <stdbool.h>
#include <string.h>

struct fixture {
    struct fail fail;
    struct memory memory;
    struct arena arena;
};

static int open_arena(void **state)
{
    static struct fixture f;
    memset(&f, 0, sizeof f);
    f.memory.fail = &f.fail;
    arena_init(&f.arena, &f.memory);
    *state = &f;
    return 0;
}

/* Every test ends with all memory given back. */
static int close_arena(void **state)
{
    struct fixture *f = *state;
    arena_clear(&f->arena);
    assert_int_equal(f->memory.used, 0);
    assert_int_equal(arena_held(&f->arena), 0);
    return 0;
}

static void what_is_handed_out_is_aligned_and_apart(void **state)
{
    struct fixture *f = *state;
    unsigned char *blocks[300];
    for (size_t i = 0; i < 300; i++) {
        blocks[i] = arena_get(&f->arena, i);
        assert_int_equal((uintptr_t)blocks[i] % _Alignof(max_align_t), 0);
        memset(blocks[i], (int)(i % 251), i);
    }
    for (size_t i = 0; i < 300; i++)
        for (size_t k = 0; k < i; k++)
            assert_int_equal(blocks[i][k], i % 251);
}

static void zeroed_memory_is_zero_where_it_was_used_before(void **state)
{
    struct fixture *f = *state;
    struct arena_mark mark = arena_mark(&f->arena);
    memset(arena_get(&f->arena, 2000), 0xff, 2000);
    arena_release(&f->arena, mark);
    double *numbers = ARENA_ARRAY(&f->arena, 250, double);
    for (size_t i = 0; i < 250; i++)
        assert_true(numbers[i] == 0);
}

static void a_copy_ends_with_nul_and_may_hold_nul(void **state)
{
    struct fixture *f = *state;
    char *copy = arena_copy(&f->arena, "a\0bcd", 4);
    assert_memory_equal(copy, "a\0bc", 5);
    assert_string_equal(arena_copy(&f->arena, NULL, 0), "");
}

static void an_array_grows_and_keeps_what_it_holds(void **state)
{
    struct fixture *f = *state;
    size_t count = 0, capacity = 0;
    uint32_t *items = NULL;
    for (; count < 1000; count++) {
        if (count == capacity)
            items = arena_grow(&f->arena, items, count, &capacity, sizeof *items);
        assert_true(capacity > count);
        items[count] = (uint32_t)(count * count);
    }
    for (size_t i = 0; i < count; i++)
        assert_int_equal(items[i], i * i);
}

static void a_mark_gives_back_all_since_it_and_keeps_the_rest(void **state)
{
    struct fixture *f = *state;
    char *kept = arena_copy(&f->arena, "kept", 4);
    struct arena_mark mark = arena_mark(&f->arena);
    size_t held = arena_held(&f->arena);
    for (size_t i = 0; i < 100; i++)
        (void)arena_get(&f->arena, 10000);
    assert_true(arena_held(&f->arena) >= 1000000);
    assert_true(f->memory.peak >= 1000000);
    arena_release(&f->arena, mark);
    /* one block stays for what comes next */
    assert_true(arena_held(&f->arena) <= held + (1 << 20) + 64);
    assert_int_equal(f->memory.used, arena_held(&f->arena));
    assert_string_equal(kept, "kept");
    arena_clear(&f->arena);
    assert_int_equal(f->memory.used, 0);
}

static void marks_nest_across_blocks(void **state)
{
    struct fixture *f = *state;
    struct arena_mark first = arena_mark(&f->arena);
    char *outer = arena_copy(&f->arena, "outer", 5);
    struct arena_mark second = arena_mark(&f->arena);
    (void)arena_get(&f->arena, 100000);
    arena_release(&f->arena, second);
    assert_ptr_equal(arena_get(&f->arena, 8), outer + 16);
    arena_release(&f->arena, first);
    arena_clear(&f->arena);
    assert_int_equal(arena_held(&f->arena), 0);
}

/* A mark may stand at the end of a block. */
static void a_loop_at_the_end_of_a_block_asks_for_nothing(void **state)
{
    struct fixture *f = *state;
    for (size_t before = 0; before < 300; before++) {
        (void)arena_get(&f->arena, 16);
        struct arena_mark mark = arena_mark(&f->arena);
        (void)arena_get(&f->arena, 5000);
        arena_release(&f->arena, mark);
        uint64_t requests = f->memory.requests;
        for (size_t i = 0; i < 10; i++) {
            (void)arena_get(&f->arena, 5000);
            arena_release(&f->arena, mark);
        }
        assert_int_equal(f->memory.requests, requests);
    }
}

static void a_released_place_is_used_again(void **state)
{
    struct fixture *f = *state;
    (void)arena_get(&f->arena, 1);
    struct arena_mark mark = arena_mark(&f->arena);
    uint64_t requests = f->memory.requests;
    for (size_t i = 0; i < 100000; i++) {
        (void)arena_get(&f->arena, 100);
        arena_release(&f->arena, mark);
    }
    assert_int_equal(f->memory.requests, requests);
}

static void a_session_of_any_size_makes_few_requests(void **state)
{
    struct fixture *f = *state;
    for (size_t i = 0; i < 1000000; i++)
        (void)arena_get(&f->arena, 16);
    assert_in_range(f->memory.requests, 1, 40);
}

/* Failures.  Each returns how it ended: the kind that was raised, or FAIL_NONE. */

static enum fail_kind fill(struct fixture *f, size_t blocks, size_t size)
{
    if (setjmp(f->fail.landing) != 0)
        return f->fail.kind;
    for (size_t i = 0; i < blocks; i++)
        memset(arena_get(&f->arena, size), 1, size);
    return FAIL_NONE;
}

static void the_kth_request_can_be_told_to_fail(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(fill(f, 100, 5000), FAIL_NONE);
    uint64_t requests = f->memory.requests;
    assert_true(requests > 3);
    for (uint64_t k = 1; k <= requests; k++) {
        arena_clear(&f->arena);
        f->memory.requests = 0;
        f->memory.fail_at = k;
        assert_int_equal(fill(f, 100, 5000), FAIL_MEMORY);
        assert_int_equal(f->memory.requests, k);
        assert_int_equal(f->memory.used, arena_held(&f->arena));
    }
    arena_clear(&f->arena);
    f->memory.requests = 0;
    f->memory.fail_at = requests + 1;
    assert_int_equal(fill(f, 100, 5000), FAIL_NONE);
}

static void a_limit_holds_for_all_arenas_together(void **state)
{
    struct fixture *f = *state;
    struct arena other;
    arena_init(&other, &f->memory);
    f->memory.limit = 100000;
    (void)arena_get(&other, 60000);
    assert_int_equal(fill(f, 1, 60000), FAIL_MEMORY_LIMIT);
    assert_true(f->memory.used <= f->memory.limit);
    assert_true(f->memory.peak <= f->memory.limit);
    arena_clear(&other);
    assert_int_equal(fill(f, 1, 60000), FAIL_NONE);
}

static void a_limit_may_be_set_below_what_is_used(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(fill(f, 1, 60000), FAIL_NONE);
    f->memory.limit = 1000;
    assert_int_equal(fill(f, 1, 60000), FAIL_MEMORY_LIMIT);
}

static enum fail_kind ask(struct fixture *f, size_t count, size_t size)
{
    if (setjmp(f->fail.landing) != 0)
        return f->fail.kind;
    (void)arena_zeroed(&f->arena, count, size);
    return FAIL_NONE;
}

static enum fail_kind ask_bytes(struct fixture *f, size_t size)
{
    if (setjmp(f->fail.landing) != 0)
        return f->fail.kind;
    (void)arena_get(&f->arena, size);
    return FAIL_NONE;
}

static void a_size_that_overflows_is_a_limit(void **state)
{
    struct fixture *f = *state;
    static const size_t rows[][2] = {
        {SIZE_MAX, 1},        {1, SIZE_MAX},     {SIZE_MAX / 8 + 2, 8},
        {SIZE_MAX, SIZE_MAX}, {SIZE_MAX / 2, 2}, {(size_t)1 << 33, (size_t)1 << 33}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(ask(f, rows[i][0], rows[i][1]), FAIL_MEMORY_LIMIT);
    for (size_t less = 0; less < 40; less++)
        assert_int_equal(ask_bytes(f, SIZE_MAX - less), FAIL_MEMORY_LIMIT);
    assert_int_equal(f->memory.used, 0);
    assert_int_equal(ask(f, 0, SIZE_MAX), FAIL_NONE);
    assert_int_equal(ask(f, SIZE_MAX, 0), FAIL_NONE);
}

static void blocks_apart_are_counted(void **state)
{
    struct fixture *f = *state;
    void *block = memory_take(&f->memory, 1000);
    assert_int_equal(f->memory.used, 1000);
    memory_give(&f->memory, NULL, 7);
    assert_int_equal(f->memory.used, 1000);
    memory_give(&f->memory, block, 1000);
    assert_int_equal(f->memory.used, 0);
    assert_int_equal(f->memory.peak, 1000);
}

#define ARENA_TEST(name) cmocka_unit_test_setup_teardown(name, open_arena, close_arena)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ARENA_TEST(what_is_handed_out_is_aligned_and_apart),
        ARENA_TEST(zeroed_memory_is_zero_where_it_was_used_before),
        ARENA_TEST(a_copy_ends_with_nul_and_may_hold_nul),
        ARENA_TEST(an_array_grows_and_keeps_what_it_holds),
        ARENA_TEST(a_mark_gives_back_all_since_it_and_keeps_the_rest),
        ARENA_TEST(marks_nest_across_blocks),
        ARENA_TEST(a_loop_at_the_end_of_a_block_asks_for_nothing),
        ARENA_TEST(a_released_place_is_used_again),
        ARENA_TEST(a_session_of_any_size_makes_few_requests),
        ARENA_TEST(the_kth_request_can_be_told_to_fail),
        ARENA_TEST(a_limit_holds_for_all_arenas_together),
        ARENA_TEST(a_limit_may_be_set_below_what_is_used),
        ARENA_TEST(a_size_that_overflows_is_a_limit),
        ARENA_TEST(blocks_apart_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
