/* SPDX-License-Identifier: MIT
 * What can be told of a module without running it comes from its text: in the one layout
 * a definition begins its line, and its comment stands directly above. */
#include "script/library.h"

#include "base/near.h"

#include <string.h>

const struct library_module *library_find(const char *name)
{
    for (const struct library_module *m = library_modules; m->name != NULL; m++)
        if (strcmp(m->name, name) == 0)
            return m;
    return NULL;
}

const char *library_near(const char *name)
{
    struct near near;
    near_init(&near, name);
    for (const struct library_module *m = library_modules; m->name != NULL; m++)
        near_try(&near, m->name);
    return near.best;
}

/* ---- lines ---- */

static const char *next_line(const char *line)
{
    const char *end = strchr(line, '\n');
    return end == NULL ? line + strlen(line) : end + 1;
}

static const char *line_before(const char *text, const char *line)
{
    line--;
    while (line > text && line[-1] != '\n')
        line--;
    return line;
}

/* Bytes of the name that the line defines; 0 when it defines none. */
static size_t defined_length(const char *line)
{
    bool is_name = (*line >= 'a' && *line <= 'z') || (*line >= 'A' && *line <= 'Z');
    size_t length = is_name ? strcspn(line, "( =\n") : 0;
    return line[length] == '(' || strncmp(line + length, " = ", 3) == 0 ? length : 0;
}

const struct library_module *library_definition(const char *name, size_t *offset)
{
    size_t length = strlen(name);
    for (const struct library_module *m = library_modules; m->name != NULL; m++)
        for (const char *line = m->text; *line != '\0'; line = next_line(line))
            if (length > 0 && defined_length(line) == length &&
                memcmp(line, name, length) == 0) {
                *offset = (size_t)(line - m->text);
                return m;
            }
    return NULL;
}

/* ---- comments ---- */

/* Lines of a comment from `line` on, up to `end`, without their marks. */
static void put_comment(struct text *out, const char *line, const char *end)
{
    while (line < end && *line == '#') {
        const char *words = line + 1 + (line[1] == ' ');
        size_t length = strcspn(words, "\r\n");
        text_puts(out, "  ");
        text_put(out, words, length);
        text_putc(out, '\n');
        line = next_line(line);
    }
}

bool library_comment(struct text *out, const char *text, size_t offset)
{
    const char *line = text + offset;
    while (line > text && line[-1] != '\n')
        line--;
    const char *first = line;
    while (first > text && *line_before(text, first) == '#')
        first = line_before(text, first);
    put_comment(out, first, line);
    return first != line;
}

void library_page(struct text *out, const struct library_module *module)
{
    const char *end = module->text + module->length;
    text_format(out, "%s: a module, used by `use %s`\n", module->name, module->name);
    put_comment(out, module->text, end);
    for (const char *line = module->text; *line != '\0'; line = next_line(line)) {
        size_t name = defined_length(line), head = strcspn(line, ")=");
        if (name > 0)
            text_format(out, "  %.*s%s\n", (int)(line[name] == '(' ? head : name), line,
                        line[name] == '(' ? ")" : "");
    }
}
