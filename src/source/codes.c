/* SPDX-License-Identifier: MIT
 * The table of codes, and the page that explains one. */
#include "source/diagnostic.h"

#include <assert.h>
#include <string.h>

enum { PAGE_WIDTH = 80 };

static const struct code_info table[] = {
#define CODE(id, code, title, wrong, mended, explanation)                                \
    {code, title, wrong, mended, explanation},
#include "source/codes.def"
#undef CODE
};

const struct code_info *code_info(enum code code)
{
    assert(code < CODE_COUNT);
    return &table[code];
}

static char upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

static bool equal_ids(const char *a, const char *b)
{
    while (*a != '\0' && upper(*a) == upper(*b))
        a++, b++;
    return *a == *b;
}

bool code_find(const char *id, enum code *code)
{
    for (size_t i = 0; i < CODE_COUNT; i++)
        if (equal_ids(table[i].id, id)) {
            *code = (enum code)i;
            return true;
        }
    return false;
}

enum severity code_severity(enum code code)
{
    switch (code_info(code)->id[0]) {
    case 'W':
        return SEVERITY_WARNING;
    case 'N':
        return SEVERITY_NOTE;
    default:
        return SEVERITY_ERROR;
    }
}

/* One paragraph, broken between words. */
static void put_wrapped(struct text *out, const char *words, size_t length)
{
    size_t column = 0;
    for (size_t i = 0; i < length;) {
        const char *blank = memchr(words + i, ' ', length - i);
        size_t word = blank == NULL ? length - i : (size_t)(blank - (words + i));
        if (column > 0) {
            bool fits = column + 1 + word <= PAGE_WIDTH;
            text_putc(out, fits ? ' ' : '\n');
            column = fits ? column + 1 : 0;
        }
        text_put(out, words + i, word);
        column += word;
        i += word + 1;
    }
    text_putc(out, '\n');
}

static void put_script(struct text *out, const char *heading, const char *script)
{
    text_format(out, "\n%s\n\n", heading);
    while (*script != '\0') {
        size_t length = strcspn(script, "\n");
        if (length > 0)
            text_puts(out, "    ");
        text_put(out, script, length);
        text_putc(out, '\n');
        script += length + (script[length] == '\n');
    }
}

void code_page(struct text *out, enum code code)
{
    const struct code_info *info = code_info(code);
    text_format(out, "%s: %s\n", info->id, info->title);
    for (const char *at = info->explanation; *at != '\0';) {
        size_t length = strcspn(at, "\n");
        text_putc(out, '\n');
        put_wrapped(out, at, length);
        at += length;
        at += strspn(at, "\n");
    }
    if (info->wrong != NULL)
        put_script(out, "Wrong:", info->wrong);
    if (info->mended != NULL)
        put_script(out, "Right:", info->mended);
}
