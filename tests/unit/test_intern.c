/* SPDX-License-Identifier: MIT
 * Names: equal text has one number, and numbers stay what they are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/intern.h"

#include <stdio.h>
#include <string.h>

struct fixture {
    struct fail fail;
    struct memory memory;
    struct arena arena;
    struct intern *names;
};

static int open_names(void **state)
{
    static struct fixture f;
    memset(&f, 0, sizeof f);
    f.memory.fail = &f.fail;
    arena_init(&f.arena, &f.memory);
    f.names = intern_new(&f.arena);
    *state = &f;
    return 0;
}

static int close_names(void **state)
{
    struct fixture *f = *state;
    arena_clear(&f->arena);
    return 0;
}

static void equal_text_has_one_number(void **state)
{
    struct fixture *f = *state;
    char copy[] = "weight";
    name_id first = intern_string(f->names, "weight");
    assert_int_equal(intern_string(f->names, copy), first);
    assert_int_equal(intern_name(f->names, "weights", 6), first);
    assert_int_not_equal(intern_name(f->names, "weights", 7), first);
    assert_int_equal(intern_count(f->names), 2);
}

static void no_name_is_zero(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(intern_count(f->names), 0);
    assert_string_equal(intern_text(f->names, 0), "");
    assert_int_equal(intern_find(f->names, "w", 1), 0);
    assert_int_not_equal(intern_string(f->names, "w"), 0);
}

static void finding_makes_no_name(void **state)
{
    struct fixture *f = *state;
    name_id w = intern_string(f->names, "w");
    assert_int_equal(intern_find(f->names, "w", 1), w);
    assert_int_equal(intern_find(f->names, "b", 1), 0);
    assert_int_equal(intern_count(f->names), 1);
}

static void a_name_may_be_empty_or_hold_any_byte(void **state)
{
    struct fixture *f = *state;
    name_id empty = intern_name(f->names, "", 0), nul = intern_name(f->names, "\0", 1),
            eta = intern_string(f->names, "\xCE\xB7");
    assert_int_not_equal(empty, 0);
    assert_int_not_equal(empty, nul);
    assert_int_equal(intern_name(f->names, "\0", 1), nul);
    assert_string_equal(intern_text(f->names, eta), "\xCE\xB7");
    assert_string_equal(intern_text(f->names, empty), "");
}

/* Past every growth of the table, numbers run from 1 and texts are where they were. */
static void many_names_keep_their_numbers(void **state)
{
    struct fixture *f = *state;
    enum { MANY = 50000 };
    const char *first = intern_text(f->names, intern_string(f->names, "x0"));
    char text[16];
    for (unsigned i = 1; i < MANY; i++) {
        int length = snprintf(text, sizeof text, "x%u", i);
        assert_int_equal(intern_name(f->names, text, (size_t)length), i + 1);
    }
    assert_int_equal(intern_count(f->names), MANY);
    for (unsigned i = 0; i < MANY; i++) {
        int length = snprintf(text, sizeof text, "x%u", i);
        assert_int_equal(intern_find(f->names, text, (size_t)length), i + 1);
        assert_string_equal(intern_text(f->names, i + 1), text);
    }
    assert_ptr_equal(intern_text(f->names, 1), first);
}

static enum fail_kind add_many(struct fixture *f)
{
    if (setjmp(f->fail.landing) != 0)
        return f->fail.kind;
    char text[16];
    for (unsigned i = 0; i < 3000; i++) {
        int length = snprintf(text, sizeof text, "x%u", i);
        (void)intern_name(f->names, text, (size_t)length);
    }
    return FAIL_NONE;
}

/* A failure in the middle leaves a table that works. */
static void a_failed_request_leaves_the_names_whole(void **state)
{
    struct fixture *f = *state;
    for (uint64_t k = 1;; k++) {
        arena_clear(&f->arena);
        f->names = intern_new(&f->arena);
        f->memory.fail_at = f->memory.requests + k;
        if (add_many(f) == FAIL_NONE) {
            assert_true(k > 3);
            break;
        }
        size_t count = intern_count(f->names);
        for (name_id name = 1; name <= count; name++) {
            const char *text = intern_text(f->names, name);
            assert_int_equal(intern_find(f->names, text, strlen(text)), name);
        }
        f->memory.fail_at = 0;
        assert_int_equal(add_many(f), FAIL_NONE);
        assert_int_equal(intern_count(f->names), 3000);
    }
    f->memory.fail_at = 0;
}

#define NAMES_TEST(name) cmocka_unit_test_setup_teardown(name, open_names, close_names)

int main(void)
{
    const struct CMUnitTest tests[] = {
        NAMES_TEST(equal_text_has_one_number),
        NAMES_TEST(no_name_is_zero),
        NAMES_TEST(finding_makes_no_name),
        NAMES_TEST(a_name_may_be_empty_or_hold_any_byte),
        NAMES_TEST(many_names_keep_their_numbers),
        NAMES_TEST(a_failed_request_leaves_the_names_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
