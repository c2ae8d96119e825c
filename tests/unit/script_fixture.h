/* SPDX-License-Identifier: MIT
 * script_fixture.h - one script in memory and a list of diagnostics about it. */
#ifndef TESTS_SCRIPT_FIXTURE_H
#define TESTS_SCRIPT_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "source/diagnostic.h"

#include <stdlib.h>
#include <string.h>

struct fixture {
    struct fail fail;
    struct memory memory;
    struct arena arena;
    struct sources sources;
    struct diagnostics list;
    uint32_t script; /* the source that span_of looks in */
    struct text out;
};

static inline void fixture_open(struct fixture *f, const char *name, const char *text)
{
    *f = (struct fixture){.memory = {.fail = &f->fail}};
    arena_init(&f->arena, &f->memory);
    sources_init(&f->sources, &f->arena);
    diagnostics_init(&f->list, &f->arena);
    text_init(&f->out, &f->arena);
    f->script = sources_add(&f->sources, name, text, strlen(text));
}

static inline void fixture_close(struct fixture *f)
{
    arena_clear(&f->arena);
}

static inline const struct source *fixture_source(const struct fixture *f)
{
    return sources_get(&f->sources, f->script);
}

/* Where `part` stands first. */
static inline struct span span_of(const struct fixture *f, const char *part)
{
    const char *text = fixture_source(f)->text, *at = strstr(text, part);
    assert_non_null(at);
    uint32_t begin = (uint32_t)(at - text);
    return (struct span){f->script, begin, begin + (uint32_t)strlen(part)};
}

static inline struct span span_at(const struct fixture *f, size_t begin, size_t end)
{
    return (struct span){f->script, (uint32_t)begin, (uint32_t)end};
}

#endif
