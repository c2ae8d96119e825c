/* SPDX-License-Identifier: MIT
 * The plain reader: the terminal's own line editing, no history. */
#include "cli/lineedit.h"
#include "cli/output.h"

#include "base/text.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

struct plain {
    const struct lineedit_host *host;
    struct text line;
    char buffer[4096];
    size_t next, filled; /* what was read and not yet taken */
};

static void *open_plain(const struct lineedit_host *host)
{
    struct plain *plain = ARENA_NEW(host->arena, struct plain);
    plain->host = host;
    text_init(&plain->line, host->arena);
    return plain;
}

/* Takes what is in the buffer up to a newline; true when there was one. */
static bool take_line(struct plain *plain)
{
    const char *start = plain->buffer + plain->next;
    size_t left = plain->filled - plain->next;
    const char *newline = left == 0 ? NULL : memchr(start, '\n', left);
    size_t taken = newline == NULL ? left : (size_t)(newline - start);
    text_put(&plain->line, start, taken);
    plain->next += taken + (newline != NULL);
    return newline != NULL;
}

static enum lineedit_event give(const struct plain *plain, const char **text,
                                size_t *length)
{
    *text = text_string(&plain->line);
    *length = plain->line.length;
    return LINEEDIT_LINE;
}

static enum lineedit_event read_plain(void *state, const char *prompt, const char **text,
                                      size_t *length)
{
    struct plain *plain = state;
    const struct lineedit_host *host = plain->host;
    plain->line.length = 0;
    (void)output_write_all(host->output, prompt, strlen(prompt));
    while (!take_line(plain)) {
        ssize_t got = read(STDIN_FILENO, plain->buffer, sizeof plain->buffer);
        plain->next = 0;
        plain->filled = got < 0 ? 0 : (size_t)got;
        if (got < 0 && errno == EINTR) {
            if (!host->interrupted(host->user))
                continue;
            (void)output_write_all(host->output, "\n", 1);
            return LINEEDIT_INTERRUPTED;
        }
        if (got > 0)
            continue;
        return plain->line.length > 0 ? give(plain, text, length) : LINEEDIT_END;
    }
    return give(plain, text, length);
}

static void remember_nothing(void *state, const char *text)
{
    (void)state;
    (void)text;
}

static void close_plain(void *state)
{
    (void)state;
}

const struct lineedit lineedit_plain = {
    .version = LINEEDIT_VERSION,
    .open = open_plain,
    .read = read_plain,
    .remember = remember_nothing,
    .close = close_plain,
};
