/* SPDX-License-Identifier: MIT
 * data_fixture.h - memory, random numbers and hostile texts for the tests of src/data. */
#ifndef DATA_FIXTURE_H
#define DATA_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/text.h"
#include "data/poll.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct fixture {
    struct fail fail;
    struct memory memory;
    struct arena arena;
};

static int open_fixture(void **state)
{
    static struct fixture f;
    memset(&f, 0, sizeof f);
    f.memory.fail = &f.fail;
    arena_init(&f.arena, &f.memory);
    *state = &f;
    return 0;
}

static int close_fixture(void **state)
{
    struct fixture *f = *state;
    arena_clear(&f->arena);
    assert_int_equal(f->memory.used, 0);
    return 0;
}

/* xorshift64*: (0, limit) without the limit. */
static inline size_t draw(uint64_t *seed, size_t limit)
{
    *seed ^= *seed >> 12;
    *seed ^= *seed << 25;
    *seed ^= *seed >> 27;
    return (size_t)((*seed * 0x2545F4914F6CDD1DU) >> 33) % limit;
}

static inline bool are_same_bits(double a, double b)
{
    return memcmp(&a, &b, sizeof a) == 0 || (isnan(a) && isnan(b));
}

/* Says no at the `left`-th question. */
static inline bool count_down(void *user)
{
    size_t *left = user;
    return *left == 0 || --*left > 0;
}

/* A block without a byte to spare behind it, so that a sanitizer sees what reads on. */
static inline char *exact_copy(const char *bytes, size_t length)
{
    char *copy = malloc(length == 0 ? 1 : length);
    assert_non_null(copy);
    if (length > 0)
        memcpy(copy, bytes, length);
    return copy;
}

/* Changes, removes, doubles or inserts a few bytes; the room must be `length` + 64. */
static inline size_t mutate(uint64_t *seed, const char *alphabet, char *bytes,
                            size_t length)
{
    for (size_t turns = 1 + draw(seed, 4); turns > 0 && length > 0; turns--) {
        size_t at = draw(seed, length), many = 1 + draw(seed, 8);
        char c = alphabet[draw(seed, strlen(alphabet))];
        switch (draw(seed, 4)) {
        case 0:
            bytes[at] = draw(seed, 2) == 0 ? c : (char)draw(seed, 256);
            break;
        case 1:
            many = many > length - at ? length - at : many;
            memmove(bytes + at, bytes + at + many, length - at - many);
            length -= many;
            break;
        case 2:
            many = many > length - at ? length - at : many;
            memmove(bytes + at + many, bytes + at, length - at);
            length += many;
            break;
        default:
            memmove(bytes + at + 1, bytes + at, length - at);
            bytes[at] = c;
            length++;
        }
    }
    return length;
}

#endif
