/* SPDX-License-Identifier: MIT
 * Diagnostics are collected first and shown later, in the order of their places, so the
 * rooms that find mistakes need not know who reads about them. */
#include "source/diagnostic.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A longer message is cut in the middle: these bytes of its head and its tail stay. */
enum { MESSAGE_LONGEST = 800, MESSAGE_HEAD = 400, MESSAGE_TAIL = 200 };

void diagnostics_init(struct diagnostics *list, struct arena *arena)
{
    *list = (struct diagnostics){.arena = arena};
}

void diagnostics_clear(struct diagnostics *list)
{
    diagnostics_init(list, list->arena);
}

static bool is_inside(char c)
{
    return ((unsigned char)c & 0xC0) == 0x80;
}

static const char *cut_middle(struct arena *arena, const char *message, size_t length)
{
    size_t head = MESSAGE_HEAD, tail = length - MESSAGE_TAIL;
    while (head > MESSAGE_HEAD - 4 && is_inside(message[head]))
        head--;
    while (tail < length && is_inside(message[tail]))
        tail++;
    struct text text;
    text_init(&text, arena);
    text_put(&text, message, head);
    text_puts(&text, "...");
    text_put(&text, message + tail, length - tail);
    return text_string(&text);
}

static const char *write_message(struct arena *arena, const char *format, va_list values)
{
    va_list again;
    va_copy(again, values);
    int length = vsnprintf(NULL, 0, format, values);
    size_t size = length < 0 ? 0 : (size_t)length;
    char *message = arena_zeroed(arena, size + 1, 1);
    if (size > 0)
        (void)vsnprintf(message, size + 1, format, again);
    va_end(again);
    return size <= MESSAGE_LONGEST ? message : cut_middle(arena, message, size);
}

/* Makes `into` the message of a function whose last named parameter is `format`. */
#define MESSAGE(arena, format, into)                                                     \
    do {                                                                                 \
        va_list values;                                                                  \
        va_start(values, format);                                                        \
        (into) = write_message(arena, format, values);                                   \
        va_end(values);                                                                  \
    } while (0)

/* Room for one more element in one of the arrays of a diagnostic. */
#define MAKE_ROOM(arena, array, count, capacity)                                         \
    do {                                                                                 \
        if ((count) == (capacity))                                                       \
            (array) = arena_grow(arena, array, count, &(capacity), sizeof *(array));     \
    } while (0)

static struct diagnostic *keep_none(struct diagnostics *list)
{
    if (list->spare == NULL)
        list->spare = ARENA_NEW(list->arena, struct diagnostic);
    list->dropped++;
    return list->spare;
}

struct diagnostic *diagnostic_add(struct diagnostics *list, enum code code,
                                  struct span where, const char *format, ...)
{
    if (code_severity(code) == SEVERITY_ERROR)
        list->errors++;
    if (list->count == DIAGNOSTICS_MOST)
        return keep_none(list);
    struct diagnostic *item = ARENA_NEW(list->arena, struct diagnostic);
    item->code = code;
    item->where = where;
    item->order = list->count;
    MESSAGE(list->arena, format, item->message);
    MAKE_ROOM(list->arena, list->items, list->count, list->capacity);
    list->items[list->count++] = item;
    return item;
}

void diagnostic_say(struct diagnostics *list, struct diagnostic *item, const char *format,
                    ...)
{
    if (item != list->spare)
        MESSAGE(list->arena, format, item->label);
}

void diagnostic_label(struct diagnostics *list, struct diagnostic *item,
                      struct span where, const char *format, ...)
{
    if (item == list->spare)
        return;
    MAKE_ROOM(list->arena, item->labels, item->label_count, item->label_capacity);
    struct label *label = &item->labels[item->label_count++];
    label->span = where;
    MESSAGE(list->arena, format, label->text);
}

void diagnostic_note(struct diagnostics *list, struct diagnostic *item,
                     const char *format, ...)
{
    if (item == list->spare)
        return;
    MAKE_ROOM(list->arena, item->notes, item->note_count, item->note_capacity);
    MESSAGE(list->arena, format, item->notes[item->note_count]);
    item->note_count++;
}

void diagnostic_help(struct diagnostics *list, struct diagnostic *item,
                     const char *format, ...)
{
    if (item == list->spare)
        return;
    MAKE_ROOM(list->arena, item->helps, item->help_count, item->help_capacity);
    struct help *help = &item->helps[item->help_count];
    *help = (struct help){0};
    MESSAGE(list->arena, format, help->text);
    item->help_count++;
}

void diagnostic_edit(struct diagnostics *list, struct diagnostic *item, struct span where,
                     const char *replacement)
{
    if (item == list->spare || item->help_count == 0)
        return;
    struct help *help = &item->helps[item->help_count - 1];
    MAKE_ROOM(list->arena, help->edits, help->edit_count, help->edit_capacity);
    struct edit *edit = &help->edits[help->edit_count++];
    edit->span = where;
    edit->text = arena_copy(list->arena, replacement, strlen(replacement));
}

void diagnostic_certain(struct diagnostic *item)
{
    if (item->help_count > 0)
        item->helps[item->help_count - 1].certain = true;
}

static int compare_numbers(size_t a, size_t b)
{
    return (a > b) - (a < b);
}

static int compare_spans(struct span a, struct span b)
{
    int order = compare_numbers(a.source, b.source);
    if (order == 0)
        order = compare_numbers(a.begin, b.begin);
    return order != 0 ? order : compare_numbers(a.end, b.end);
}

static int compare_items(const void *left, const void *right)
{
    const struct diagnostic *a = *(struct diagnostic *const *)left;
    const struct diagnostic *b = *(struct diagnostic *const *)right;
    int order = compare_spans(a->where, b->where);
    return order != 0 ? order : compare_numbers(a->order, b->order);
}

static bool is_repetition(const struct diagnostics *list, size_t kept,
                          const struct diagnostic *item)
{
    for (size_t i = kept; i-- > 0;) {
        if (compare_spans(list->items[i]->where, item->where) != 0)
            return false;
        if (list->items[i]->code == item->code)
            return true;
    }
    return false;
}

void diagnostics_sort(struct diagnostics *list)
{
    if (list->count < 2)
        return;
    qsort(list->items, list->count, sizeof(struct diagnostic *), compare_items);
    size_t kept = 0;
    for (size_t i = 0; i < list->count; i++) {
        struct diagnostic *item = list->items[i];
        if (!is_repetition(list, kept, item))
            list->items[kept++] = item;
        else if (code_severity(item->code) == SEVERITY_ERROR)
            list->errors--;
    }
    list->count = kept;
}
