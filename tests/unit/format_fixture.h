/* SPDX-License-Identifier: MIT
 * format_fixture.h - scripts parsed, printed, and what must hold of every one of them. */
#ifndef TESTS_FORMAT_FIXTURE_H
#define TESTS_FORMAT_FIXTURE_H

#include "tree_fixture.h"

struct script {
    struct sources sources;
    struct diagnostics diagnostics;
    struct parse parse;
};

/* What a script makes lives in the arena of `t`. */
static inline enum parse_outcome script_parse(struct script *s, struct tree *t,
                                              const char *text, size_t length)
{
    memset(s, 0, sizeof *s);
    sources_init(&s->sources, &t->arena);
    diagnostics_init(&s->diagnostics, &t->arena);
    s->parse.arena = &t->arena;
    s->parse.names = t->names;
    s->parse.diagnostics = &s->diagnostics;
    s->parse.sources = &s->sources;
    return parse_source(&s->parse, sources_add(&s->sources, "test.opt", text, length));
}

static inline const char *script_printed(struct script *s, struct tree *t)
{
    struct text out;
    text_init(&out, &t->arena);
    format_script(&out, &s->parse);
    return text_string(&out);
}

/* The text in the one layout.  It has an equal tree and as many comments, and printing it
 * again gives the same bytes. */
static inline const char *laid_out(struct tree *t, const char *text)
{
    struct script first, second;
    if (script_parse(&first, t, text, strlen(text)) != PARSE_OK)
        fail_msg("does not parse:\n%s", text);
    const char *once = script_printed(&first, t);
    if (script_parse(&second, t, once, strlen(once)) != PARSE_OK)
        fail_msg("parses, but not when printed:\n%s\n---\n%s", text, once);
    if (!ast_equal(first.parse.script, second.parse.script))
        fail_msg("another tree when printed:\n%s\n---\n%s", text, once);
    if (first.parse.comment_count != second.parse.comment_count)
        fail_msg("other comments when printed:\n%s\n---\n%s", text, once);
    const char *twice = script_printed(&second, t);
    if (strcmp(once, twice) != 0)
        fail_msg("printing again changes it:\n%s\n---\n%s\n---\n%s", text, once, twice);
    return once;
}

#endif
