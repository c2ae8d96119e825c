/* SPDX-License-Identifier: MIT
 * text.h - text that is built piece by piece, and numbers in and out of it.
 *
 * Numbers are locale-free and round-trip: the shortest digits that read back. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define TEXT_FORMAT(string, first) __attribute__((format(printf, string, first)))
#else
#define TEXT_FORMAT(string, first)
#endif

/* `data` is NUL-terminated as soon as something was put. */
struct text {
    struct arena *arena;
    char *data;
    size_t length, capacity;
};

void text_init(struct text *text, struct arena *arena);
void text_put(struct text *text, const char *bytes, size_t length);
void text_puts(struct text *text, const char *string);
void text_putc(struct text *text, char c);
void text_repeat(struct text *text, char c, size_t count);
/* printf without floating point conversions, whose form the locale decides. */
void text_format(struct text *text, const char *format, ...) TEXT_FORMAT(2, 3);
/* The shortest decimal digits that read back as `value`; inf, -inf, nan. */
void text_number(struct text *text, double value);
/* `value` in `digits` significant digits, trailing zeros dropped. */
void text_rounded(struct text *text, double value, int digits);
/* `bytes` as a JSON string with its quotes. */
void text_json(struct text *text, const char *bytes, size_t length);
/* `value` as JSON: a number that reads back, or "inf", "-inf", "nan" as strings. */
void text_json_number(struct text *text, double value);
/* The built text, NUL-terminated, never NULL. */
const char *text_string(const struct text *text);

enum { NUMBER_TEXT = 32 }; /* bytes that hold any formatted double */

/* Writes as text_number does; returns the length. */
size_t number_format(double value, char out[NUMBER_TEXT]);
/* Reads a decimal number that fills `length` bytes; underscores are skipped.
 * False when it is not one.  Overflow gives inf, as IEEE rounding does. */
bool number_parse(const char *text, size_t length, double *value);

/* Decodes one UTF-8 character at `text` (`length` bytes left, at least 1); returns its
 * bytes, or 0 when the bytes are not UTF-8 (overlong, surrogate, out of range, cut). */
size_t utf8_decode(const char *text, size_t length, uint32_t *character);
/* Columns that the character takes on a terminal: 0, 1 or 2. */
int utf8_width(uint32_t character);
/* Columns that a NUL-terminated text takes; a byte that is no UTF-8 takes one. */
size_t utf8_columns(const char *text);

#endif
