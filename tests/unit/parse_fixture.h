/* SPDX-License-Identifier: MIT
 * parse_fixture.h - a text, parsed: its tokens, its tree, its diagnostics. */
#ifndef TESTS_PARSE_FIXTURE_H
#define TESTS_PARSE_FIXTURE_H

#include "script_fixture.h"

#include "syntax/parse.h"

#include <stdio.h>

struct parsed {
    struct fixture base;
    struct intern *names;
    struct parse parse;
};

static inline void parsed_open(struct parsed *p, const char *text, size_t length)
{
    fixture_open(&p->base, "t.opt", "");
    p->names = intern_new(&p->base.arena);
    p->base.script = sources_add(&p->base.sources, "t.opt", text, length);
    p->parse = (struct parse){.arena = &p->base.arena,
                              .names = p->names,
                              .diagnostics = &p->base.list,
                              .sources = &p->base.sources};
}

static inline void parsed_close(struct parsed *p)
{
    fixture_close(&p->base);
    assert_int_equal(p->base.memory.used, 0);
}

/* The codes of all diagnostics in order, with blanks between. */
static inline const char *parsed_codes(struct parsed *p)
{
    struct text codes;
    text_init(&codes, &p->base.arena);
    diagnostics_sort(&p->base.list);
    for (size_t i = 0; i < p->base.list.count; i++)
        text_format(&codes, "%s%s", i > 0 ? " " : "",
                    code_info(p->base.list.items[i]->code)->id);
    return text_string(&codes);
}

/* `count` times `part`, between `before` and `after`. */
static inline const char *repeated(struct parsed *p, const char *before, const char *part,
                                   size_t count, const char *after)
{
    struct text text;
    text_init(&text, &p->base.arena);
    text_puts(&text, before);
    for (size_t i = 0; i < count; i++)
        text_puts(&text, part);
    text_puts(&text, after);
    return text_string(&text);
}

#endif
