/* SPDX-License-Identifier: MIT */
#include "base/text.h"

#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

void text_init(struct text *text, struct arena *arena)
{
    text->arena = arena;
    text->data = NULL;
    text->length = text->capacity = 0;
}

static void make_room(struct text *text, size_t more)
{
    if (text->capacity - text->length > more)
        return;
    size_t wanted = text->capacity < 64 ? 64 : text->capacity;
    while (wanted - text->length <= more)
        wanted *= 2;
    char *grown = arena_get(text->arena, wanted);
    if (text->length > 0)
        memcpy(grown, text->data, text->length);
    text->data = grown;
    text->capacity = wanted;
}

void text_put(struct text *text, const char *bytes, size_t length)
{
    make_room(text, length);
    if (length > 0)
        memcpy(text->data + text->length, bytes, length);
    text->length += length;
    text->data[text->length] = '\0';
}

void text_puts(struct text *text, const char *string)
{
    text_put(text, string, strlen(string));
}

void text_putc(struct text *text, char c)
{
    text_put(text, &c, 1);
}

void text_repeat(struct text *text, char c, size_t count)
{
    make_room(text, count);
    memset(text->data + text->length, c, count);
    text->length += count;
    text->data[text->length] = '\0';
}

static void put_whole(struct text *text, uint64_t rest)
{
    char digits[20];
    size_t at = sizeof digits;
    do
        digits[--at] = (char)('0' + rest % 10);
    while ((rest /= 10) > 0);
    text_put(text, digits + at, sizeof digits - at);
}

/* What printf makes of the rest of a format. */
static void print_rest(struct text *text, const char *format, va_list arguments)
{
    va_list again;
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (length <= 0)
        return;
    make_room(text, (size_t)length);
    (void)vsnprintf(text->data + text->length, (size_t)length + 1, format, arguments);
    text->length += (size_t)length;
}

/* The conversions that nearly all formats consist of; printf does the others. */
void text_format(struct text *text, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    while (*format != '\0') {
        size_t plain = strcspn(format, "%");
        text_put(text, format, plain);
        format += plain;
        if (*format == '\0')
            break;
        if (strncmp(format, "%s", 2) == 0) {
            text_puts(text, va_arg(arguments, const char *));
            format += 2;
        } else if (strncmp(format, "%zu", 3) == 0) {
            put_whole(text, va_arg(arguments, size_t));
            format += 3;
        } else {
            print_rest(text, format, arguments);
            break;
        }
    }
    va_end(arguments);
}

const char *text_string(const struct text *text)
{
    return text->data == NULL ? "" : text->data;
}

/* printf and strtod speak the program's locale, whose decimal point may have several
 * bytes; it is put back to '.'. */
static void use_point(char *digits)
{
    const char *point = localeconv()->decimal_point;
    char *at = strcmp(point, ".") == 0 ? NULL : strstr(digits, point);
    if (at == NULL)
        return;
    size_t length = strlen(point);
    *at = '.';
    memmove(at + 1, at + length, strlen(at + length) + 1);
}

/* 1e-05 is 1e-5 and 1e+23 is 1e23: the way people write it, and the shortest. */
static void shorten_exponent(char *digits)
{
    char *to = strchr(digits, 'e');
    if (to == NULL)
        return;
    const char *from = ++to;
    if (*from == '-')
        to++;
    from++; /* printf always writes a sign, and two digits */
    while (*from == '0')
        from++;
    memmove(to, from, strlen(from) + 1);
}

static size_t special_number(double value, char out[NUMBER_TEXT])
{
    const char *name = isnan(value) ? "nan" : value > 0 ? "inf" : "-inf";
    size_t length = strlen(name);
    memcpy(out, name, length + 1);
    return length;
}

/* size = whole / 10^digits with at most fifteen digits, few of them behind the point: the
 * quotient of the two is rounded once, so it is the number that a reader would get.
 * Returns `digits`, or -1. */
static int find_fraction(double size, double *whole)
{
    static const double powers[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8};
    if (size != 0 && size < 1e-4) /* has an exponent */
        return -1;
    for (int digits = 0; digits < (int)(sizeof powers / sizeof *powers); digits++) {
        *whole = floor(size * powers[digits] + 0.5);
        if (!(*whole < 1e15))
            return -1;
        if (*whole / powers[digits] == size)
            return digits;
    }
    return -1;
}

/* whole / 10^digits in plain notation. */
static size_t put_decimal(bool is_negative, double whole, int digits, char *out)
{
    char reversed[NUMBER_TEXT];
    size_t count = 0, length = 0;
    uint64_t rest = (uint64_t)whole;
    for (int place = 0; rest > 0 || place <= digits; place++, rest /= 10) {
        if (place == digits && digits > 0)
            reversed[count++] = '.';
        reversed[count++] = (char)('0' + rest % 10);
    }
    if (is_negative)
        out[length++] = '-';
    while (count > 0)
        out[length++] = reversed[--count];
    out[length] = '\0';
    return length;
}

size_t number_format(double value, char out[NUMBER_TEXT])
{
    double whole = 0;
    if (!isfinite(value))
        return special_number(value, out);
    int fraction = find_fraction(fabs(value), &whole);
    if (fraction >= 0) /* the sign of zero is no news to a reader */
        return put_decimal(value < 0, whole, fraction, out);
    /* Fifteen digits always survive in a normal number, so fewer are among them, as
     * zeros that %g drops; a subnormal one may have a single digit. */
    for (int digits = fabs(value) < DBL_MIN ? 1 : 15; digits <= 17; digits++) {
        (void)snprintf(out, NUMBER_TEXT, "%.*g", digits, value);
        if (strtod(out, NULL) == value)
            break;
    }
    use_point(out);
    shorten_exponent(out);
    return strlen(out);
}

static const char *skip_digits(const char *at)
{
    while (*at >= '0' && *at <= '9')
        at++;
    return at;
}

/* strtod takes more than decimal numbers: blanks, hexadecimal, inf, nan. */
static bool is_decimal(const char *at)
{
    at += *at == '-' || *at == '+';
    const char *whole = at, *fraction = skip_digits(at);
    at = skip_digits(*fraction == '.' ? fraction + 1 : fraction);
    bool digits = fraction > whole || at > fraction + 1;
    if (digits && (*at == 'e' || *at == 'E')) {
        at += at[1] == '-' || at[1] == '+' ? 2 : 1;
        const char *exponent = at;
        at = skip_digits(at);
        digits = at > exponent;
    }
    return digits && *at == '\0';
}

/* Puts the point of the locale, which may be longer than '.'. */
static void use_locale(char *number)
{
    const char *point = localeconv()->decimal_point;
    char *at = strchr(number, '.');
    if (at == NULL)
        return;
    size_t length = strlen(point);
    memmove(at + length, at + 1, strlen(at + 1) + 1);
    memcpy(at, point, length);
}

bool number_parse(const char *text, size_t length, double *value)
{
    char local[64];
    size_t room = length + strlen(localeconv()->decimal_point) + 1;
    char *copy = room <= sizeof local ? local : malloc(room);
    if (copy == NULL)
        return false;
    size_t used = 0;
    for (size_t i = 0; i < length; i++)
        if (text[i] != '_')
            copy[used++] = text[i];
    copy[used] = '\0';
    bool whole = strlen(copy) == used && is_decimal(copy);
    if (whole) {
        use_locale(copy);
        *value = strtod(copy, NULL);
    }
    if (copy != local)
        free(copy);
    return whole;
}

void text_number(struct text *text, double value)
{
    char digits[NUMBER_TEXT];
    size_t length = number_format(value, digits);
    text_put(text, digits, length);
}

/* A number that was written with at most so many digits is rounded to what was written.
 */
static bool has_digits(double value, int digits)
{
    double whole, most = 1;
    for (int i = 0; i < digits && i < DBL_DIG; i++)
        most *= 10;
    return digits <= DBL_DIG && find_fraction(fabs(value), &whole) >= 0 && whole < most;
}

void text_rounded(struct text *text, double value, int digits)
{
    char out[64];
    if (!isfinite(value) || has_digits(value, digits)) {
        text_number(text, value);
        return;
    }
    (void)snprintf(out, sizeof out, "%.*g", digits, value);
    use_point(out);
    shorten_exponent(out);
    text_puts(text, strcmp(out, "-0") == 0 ? "0" : out);
}

static void json_escape(struct text *text, unsigned char c)
{
    switch (c) {
    case '"':
        text_puts(text, "\\\"");
        break;
    case '\\':
        text_puts(text, "\\\\");
        break;
    case '\n':
        text_puts(text, "\\n");
        break;
    case '\t':
        text_puts(text, "\\t");
        break;
    default:
        text_format(text, "\\u%04x", c);
    }
}

void text_json(struct text *text, const char *bytes, size_t length)
{
    text_putc(text, '"');
    size_t plain = 0;
    for (size_t i = 0; i < length;) {
        unsigned char c = (unsigned char)bytes[i];
        uint32_t character = 0;
        size_t step = c < 0x80 ? 1 : utf8_decode(bytes + i, length - i, &character);
        bool escaped = c < 0x20 || c == 0x7f || c == '"' || c == '\\' || step == 0;
        if (escaped) {
            text_put(text, bytes + plain, i - plain);
            if (step == 0)
                text_puts(text, "\\ufffd");
            else
                json_escape(text, c);
            plain = i + 1;
        }
        i += step == 0 ? 1 : step;
    }
    text_put(text, bytes + plain, length - plain);
    text_putc(text, '"');
}

void text_json_number(struct text *text, double value)
{
    if (isfinite(value)) {
        text_number(text, value);
        return;
    }
    text_putc(text, '"');
    text_number(text, value);
    text_putc(text, '"');
}

size_t utf8_decode(const char *text, size_t length, uint32_t *character)
{
    utf8proc_int32_t found = 0;
    utf8proc_ssize_t limit = length > 4 ? 4 : (utf8proc_ssize_t)length;
    utf8proc_ssize_t used =
        utf8proc_iterate((const utf8proc_uint8_t *)text, limit, &found);
    if (used <= 0)
        return 0;
    *character = (uint32_t)found;
    return (size_t)used;
}

int utf8_width(uint32_t character)
{
    if (character < 0x7f)
        return character < 0x20 ? 0 : 1;
    int width = utf8proc_charwidth((utf8proc_int32_t)character);
    return width < 0 ? 0 : width;
}

size_t utf8_columns(const char *text)
{
    size_t columns = 0;
    for (size_t i = 0, length = strlen(text); i < length;) {
        uint32_t character = 0;
        size_t step = utf8_decode(text + i, length - i, &character);
        columns += step == 0 ? 1 : (size_t)utf8_width(character);
        i += step == 0 ? 1 : step;
    }
    return columns;
}
