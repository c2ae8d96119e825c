/* SPDX-License-Identifier: MIT
 * source.h - a text with a name, and places in it. */
#ifndef SOURCE_SOURCE_H
#define SOURCE_SOURCE_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes begin .. end (end excluded) of source number `source`; 0 is no source. */
struct span {
    uint32_t source, begin, end;
};

/* Characters before an offset, and those of them that are two UTF-16 units. */
struct source_count {
    uint32_t characters, wide;
};

struct source {
    const char *name; /* as the user wrote the path, or "<input 7>" */
    const char *text; /* NUL-terminated copy */
    size_t length;    /* at most SOURCE_LONGEST */
    uint32_t *lines;  /* offset of the beginning of each line, in order; behind a BOM */
    size_t line_count;
    struct source_count *counts; /* one for every block of bytes: columns in long lines */
};

enum { SOURCE_LONGEST = 1 << 30 };

/* All the texts of a session, numbered from 1. */
struct sources {
    struct arena *arena;
    struct source *items;
    size_t count, capacity;
};

/* A place for people: line and column from 1, column in code points; column_utf16 in
 * UTF-16 units, as editors count. */
struct position {
    size_t line, column, column_utf16;
};

void sources_init(struct sources *sources, struct arena *arena);
/* Copies name and text; returns the source's number.  The length must not exceed
 * SOURCE_LONGEST. */
uint32_t sources_add(struct sources *sources, const char *name, const char *text,
                     size_t length);
/* NULL for number 0 and for numbers that were not given. */
const struct source *sources_get(const struct sources *sources, uint32_t number);
/* An offset behind the text stands for its end.  A byte that is no UTF-8 is a column
 * of its own unless it looks like the inside of a character. */
struct position source_position(const struct source *source, size_t offset);
/* The line (from 1 to line_count) without its end, LF or CRLF; *length gets its bytes. */
const char *source_line(const struct source *source, size_t line, size_t *length);
/* From the beginning of `a` to the end of `b`. */
struct span span_join(struct span a, struct span b);
/* No bytes, right behind `a`. */
struct span span_after(struct span a);

#endif
