/* SPDX-License-Identifier: MIT
 * Memory that may be executed: it goes with its arena, is never writable as well, and may
 * be refused. */
#ifdef __linux__
#define _DEFAULT_SOURCE
#endif
#include "base/executable.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#if defined __linux__ && defined __x86_64__
#include <sys/resource.h>

/* mov eax, 42; ret */
static const unsigned char code[] = {0xb8, 0x2a, 0, 0, 0, 0xc3};

/* What the system says of the memory at `at`: "r-xp", or nothing. */
static void find_rights(const void *at, char rights[8])
{
    char line[512];
    FILE *maps = fopen("/proc/self/maps", "r");
    assert_non_null(maps);
    memset(rights, 0, 8);
    while (fgets(line, sizeof line, maps) != NULL) {
        unsigned long begin = 0, end = 0;
        char found[8] = "";
        if (sscanf(line, "%lx-%lx %7s", &begin, &end, found) == 3 &&
            begin <= (uintptr_t)at && (uintptr_t)at < end)
            memcpy(rights, found, sizeof found);
    }
    assert_int_equal(fclose(maps), 0);
}

static void code_runs_and_goes_with_its_arena(void **state)
{
    struct fail fail;
    struct memory memory = {.fail = &fail};
    struct arena arena;
    char rights[8];
    (void)state;
    arena_init(&arena, &memory);
    (void)arena_get(&arena, 100);
    struct arena_mark mark = arena_mark(&arena);
    int (*function)(void) = NULL;
    const void *first = executable_new(&arena, code, sizeof code);
    const void *second = executable_new(&arena, code, sizeof code);
    assert_non_null(first);
    assert_non_null(second);
    memcpy(&function, &first, sizeof function);
    assert_int_equal(function(), 42);
    find_rights(second, rights);
    assert_string_equal(rights, "r-xp");
    arena_release(&arena, mark);
    find_rights(first, rights);
    assert_int_not_equal(rights[2], 'x');
    first = executable_new(&arena, code, sizeof code);
    assert_non_null(first);
    arena_clear(&arena);
    find_rights(first, rights);
    assert_int_not_equal(rights[2], 'x');
    assert_int_equal(memory.used, 0);
}

static void a_refusal_is_told(void **state)
{
    struct fail fail;
    struct memory memory = {.fail = &fail};
    struct arena arena;
    struct rlimit limit, none = {0};
    (void)state;
    arena_init(&arena, &memory);
    (void)arena_get(&arena, 100);
    assert_int_equal(getrlimit(RLIMIT_AS, &limit), 0);
    none.rlim_max = limit.rlim_max;
    assert_int_equal(setrlimit(RLIMIT_AS, &none), 0);
    const void *refused = executable_new(&arena, code, sizeof code);
    assert_int_equal(setrlimit(RLIMIT_AS, &limit), 0);
    assert_null(refused);
    arena_clear(&arena);
    assert_int_equal(memory.used, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(code_runs_and_goes_with_its_arena),
        cmocka_unit_test(a_refusal_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
#else
int main(void)
{
    return 0;
}
#endif
