/* SPDX-License-Identifier: MIT */
#include "cli/progress.h"
#include "cli/terminal.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

enum { LINE_MOST = 200, USUAL_WIDTH = 80, MEGABYTE = 1000000 };

/* Seconds that a run takes before it is worth a line. */
static const double patience = 1;

static void put_search(struct text *line, const tw_progress *progress)
{
    text_format(line, "step %llu", (unsigned long long)progress->steps);
    if (isnan(progress->value))
        return;
    text_puts(line, "   value ");
    text_rounded(line, progress->value, 6);
    text_puts(line, "   |grad| ");
    text_rounded(line, progress->gradient_norm, 3);
}

static void put_work(struct text *line, const tw_progress *progress)
{
    if (progress->activity == TW_READING)
        text_format(line, "reading %s   %d %% of %zu MB", progress->file,
                    (int)(100 * progress->fraction), progress->bytes / MEGABYTE);
    else if (progress->activity == TW_SEARCHING)
        put_search(line, progress);
    else
        text_puts(line, "computing");
    text_format(line, "   %llu s", (unsigned long long)progress->seconds);
}

/* The line is shorter than the terminal, or it would not be one. */
static void cut(struct text *line)
{
    int width = terminal_width(STDERR_FILENO);
    size_t most = (size_t)(width > 0 ? width : USUAL_WIDTH) - 1;
    most = most < LINE_MOST ? most : LINE_MOST;
    while (utf8_columns(text_string(line)) > most) {
        line->length--;
        while (line->length > 0 && (line->data[line->length] & 0xC0) == 0x80)
            line->length--;
    }
}

static bool draw(void *user, const tw_progress *progress)
{
    struct host *host = user;
    if (progress->seconds < patience)
        return true;
    struct fail fail, *outer = host->memory.fail;
    struct arena_mark mark = arena_mark(&host->arena);
    host->memory.fail = &fail;
    if (setjmp(fail.landing) == 0) {
        struct text line;
        text_init(&line, &host->arena);
        put_work(&line, progress);
        cut(&line);
        output_put(&host->messages, "\r", 1);
        output_put(&host->messages, text_string(&line), line.length);
        output_put(&host->messages, "\x1b[K", 3);
        host->draws_progress = true;
    }
    host->memory.fail = outer; /* without memory there is no line */
    arena_release(&host->arena, mark);
    return true;
}

progress_callback *progress_drawing(const struct settings *settings)
{
    bool is_seen = !settings->json && !settings->quiet &&
                   settings->command != COMMAND_BATCH && terminal_is(STDERR_FILENO) &&
                   !terminal_is_dumb();
    return is_seen ? draw : NULL;
}

void progress_erase(struct host *host)
{
    if (!host->draws_progress)
        return;
    host->draws_progress = false;
    output_put(&host->messages, "\r\x1b[K", 4);
}
