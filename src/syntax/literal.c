/* SPDX-License-Identifier: MIT
 * Names, numbers and strings as a script spells them. */
#include "syntax/format.h"

void format_name(struct layout *l, name_id name)
{
    layout_put(l, intern_text(l->names, name));
}

/* `-` for the signs of typed mathematics, and digits on both sides of a point: `1.*x` and
 * `1...5` would read otherwise. */
static void put_respelled(struct layout *l, const char *number, size_t length)
{
    struct text spelling;
    text_init(&spelling, l->arena);
    if (number[0] == '.')
        text_putc(&spelling, '0');
    if (number[length - 1] == '.')
        length--;
    for (size_t i = 0; i < length;) {
        uint32_t character = 0;
        size_t step = utf8_decode(number + i, length - i, &character);
        text_putc(&spelling, step == 1 ? number[i] : '-');
        i += step == 0 ? 1 : step;
    }
    layout_put_bytes(l, spelling.data, spelling.length);
}

/* The user's spelling, mostly: digits, underscores and exponents stay as they are.  A
 * number made by hand has none and gets the shortest that reads back. */
void format_number(struct layout *l, const struct ast *node)
{
    const char *number = node->text;
    size_t length = node->text_length;
    char digits[NUMBER_TEXT];
    if (number == NULL) {
        length = number_format(node->number, digits);
        number = digits;
    }
    bool plain = length > 0 && number[0] != '.' && number[length - 1] != '.';
    for (size_t i = 0; plain && i < length; i++)
        plain = (unsigned char)number[i] < 0x80;
    if (plain)
        layout_put_bytes(l, number, length);
    else if (length > 0)
        put_respelled(l, number, length);
}

/* Controls, and what has no width or turns the direction of writing: invisible in a
 * source, or refused there. */
static bool is_hidden(uint32_t character)
{
    static const struct {
        uint32_t first, last;
    } hidden[] = {{0, 0x1f},        {0x7f, 0x9f},     {0xad, 0xad},     {0x61c, 0x61c},
                  {0x200b, 0x200f}, {0x2028, 0x202e}, {0x2060, 0x206f}, {0xfeff, 0xfeff}};
    for (size_t i = 0; i < sizeof hidden / sizeof *hidden; i++)
        if (character >= hidden[i].first && character <= hidden[i].last)
            return true;
    return false;
}

/* Bytes that are no character have length 0. */
static void escape(struct text *out, uint32_t character, const char *bytes, size_t length)
{
    if (character == '\n')
        text_puts(out, "\\n");
    else if (character == '\t')
        text_puts(out, "\\t");
    else if (character == '"' || character == '\\')
        text_format(out, "\\%c", (char)character);
    else if (length == 0 || is_hidden(character))
        text_format(out, "\\u{%x}", (unsigned)character);
    else
        text_put(out, bytes, length);
}

void format_string(struct layout *l, const struct ast *node)
{
    struct text quoted;
    text_init(&quoted, l->arena);
    text_putc(&quoted, '"');
    for (size_t i = 0; i < node->text_length;) {
        uint32_t character = 0xfffd; /* stands for bytes that are not UTF-8 */
        size_t step = utf8_decode(node->text + i, node->text_length - i, &character);
        escape(&quoted, character, node->text + i, step);
        i += step == 0 ? 1 : step;
    }
    text_putc(&quoted, '"');
    layout_put_bytes(l, quoted.data, quoted.length);
}
