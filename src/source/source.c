/* SPDX-License-Identifier: MIT
 * Lines and columns are asked for when something went wrong, but then for the whole
 * text at once, so both come from tables made when the text arrives: a place costs a
 * binary search and the count of one block, in a line of ten megabytes too. */
#include "source/source.h"

#include <assert.h>
#include <string.h>

enum { COUNT_BLOCK = 4096 };

void sources_init(struct sources *sources, struct arena *arena)
{
    *sources = (struct sources){.arena = arena};
}

static size_t byte_order_mark(const char *text, size_t length)
{
    return length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
}

static void find_lines(struct source *source, struct arena *arena)
{
    const char *end = source->text + source->length;
    size_t count = 1;
    for (const char *at = source->text;
         (at = memchr(at, '\n', (size_t)(end - at))) != NULL; at++)
        count++;
    source->lines = ARENA_ARRAY(arena, count, uint32_t);
    source->line_count = count;
    source->lines[0] = (uint32_t)byte_order_mark(source->text, source->length);
    const char *at = source->text;
    for (size_t i = 1; i < count; i++) {
        at = (const char *)memchr(at, '\n', (size_t)(end - at)) + 1;
        source->lines[i] = (uint32_t)(at - source->text);
    }
}

/* Counts characters by the bytes that begin one; four-byte characters are two units of
 * UTF-16. */
static void count_bytes(const char *text, size_t length, struct source_count *count)
{
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)text[i];
        count->characters += (c & 0xC0) != 0x80;
        count->wide += c >= 0xF0;
    }
}

static void count_blocks(struct source *source, struct arena *arena)
{
    size_t blocks = source->length / COUNT_BLOCK;
    source->counts = ARENA_ARRAY(arena, blocks + 1, struct source_count);
    for (size_t i = 0; i < blocks; i++) {
        source->counts[i + 1] = source->counts[i];
        count_bytes(source->text + i * COUNT_BLOCK, COUNT_BLOCK, &source->counts[i + 1]);
    }
}

uint32_t sources_add(struct sources *sources, const char *name, const char *text,
                     size_t length)
{
    assert(length <= SOURCE_LONGEST);
    struct source source = {
        .name = arena_copy(sources->arena, name, strlen(name)),
        .text = arena_copy(sources->arena, text, length),
        .length = length,
    };
    find_lines(&source, sources->arena);
    count_blocks(&source, sources->arena);
    if (sources->count == sources->capacity)
        sources->items = arena_grow(sources->arena, sources->items, sources->count,
                                    &sources->capacity, sizeof(struct source));
    sources->items[sources->count++] = source;
    return (uint32_t)sources->count;
}

const struct source *sources_get(const struct sources *sources, uint32_t number)
{
    return number == 0 || number > sources->count ? NULL : &sources->items[number - 1];
}

/* The line, from 0, that holds an offset. */
static size_t find_line(const struct source *source, size_t offset)
{
    size_t low = 0, high = source->line_count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (source->lines[middle] <= offset)
            low = middle;
        else
            high = middle;
    }
    return low;
}

static struct source_count count_before(const struct source *source, size_t offset)
{
    size_t block = offset / COUNT_BLOCK;
    struct source_count count = source->counts[block];
    count_bytes(source->text + block * COUNT_BLOCK, offset % COUNT_BLOCK, &count);
    return count;
}

struct position source_position(const struct source *source, size_t offset)
{
    size_t line = find_line(source, offset), length = 0;
    size_t begin = source->lines[line];
    (void)source_line(source, line + 1, &length);
    size_t at = offset < begin ? begin : offset;
    if (at > begin + length)
        at = begin + length; /* in the line's end */
    struct source_count from = count_before(source, begin);
    struct source_count to = count_before(source, at);
    size_t characters = to.characters - from.characters;
    return (struct position){
        .line = line + 1,
        .column = characters + 1,
        .column_utf16 = characters + (to.wide - from.wide) + 1,
    };
}

const char *source_line(const struct source *source, size_t line, size_t *length)
{
    assert(line >= 1 && line <= source->line_count);
    const char *begin = source->text + source->lines[line - 1];
    const char *end = source->text + source->length;
    if (line < source->line_count) {
        end = source->text + source->lines[line] - 1;
        if (end > begin && end[-1] == '\r')
            end--;
    }
    *length = (size_t)(end - begin);
    return begin;
}

struct span span_join(struct span a, struct span b)
{
    return (struct span){a.source, a.begin, b.end};
}

struct span span_after(struct span a)
{
    return (struct span){a.source, a.end, a.end};
}
