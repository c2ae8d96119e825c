/* SPDX-License-Identifier: MIT
 * csv_write.c - a table as text. */
#include "data/csv.h"

#include <math.h>
#include <string.h>

/* What is not given back as it stands: what a quote protects, blanks at the ends, a line
 * of its own that is blank, what looks like a comment or a byte order mark. */
static bool needs_quotes(const char *text, char separator, bool is_alone, bool is_first)
{
    size_t length = strlen(text);
    if (length == 0)
        return is_alone;
    const char ends[] = {text[0], text[length - 1]};
    for (size_t i = 0; i < sizeof ends; i++)
        if (ends[i] == ' ' || ends[i] == '\t')
            return true;
    if (is_first && ((unsigned char)text[0] == 0xEF || strchr("#%!;/*", text[0]) != NULL))
        return true;
    return strchr(text, separator) != NULL || strpbrk(text, "\"\r\n") != NULL;
}

static void put_text(struct text *out, const char *text, char separator, bool is_alone,
                     bool is_first)
{
    if (!needs_quotes(text, separator, is_alone, is_first)) {
        text_puts(out, text);
        return;
    }
    text_putc(out, '"');
    for (const char *at = text; *at != '\0';) {
        size_t length = strcspn(at, "\"");
        text_put(out, at, length);
        at += length;
        if (*at != '\0') {
            text_puts(out, "\"\"");
            at++;
        }
    }
    text_putc(out, '"');
}

static void put_cell(struct text *out, const struct csv_column *column, size_t row,
                     char separator, bool is_alone, bool is_first)
{
    if (column->numbers == NULL)
        put_text(out, column->texts[row], separator, is_alone, is_first);
    else if (column->numbers[row] == 0 && signbit(column->numbers[row]))
        text_puts(out, "-0");
    else
        text_number(out, column->numbers[row]);
}

bool csv_write(struct text *out, const struct csv_column *columns, size_t column_count,
               size_t row_count, char separator, struct data_poll poll)
{
    const bool is_alone = column_count == 1;
    for (size_t i = 0; i < column_count; i++) {
        put_text(out, columns[i].name, separator, is_alone, i == 0);
        text_putc(out, i + 1 < column_count ? separator : '\n');
    }
    size_t polled = out->length;
    for (size_t row = 0; row < row_count; row++)
        for (size_t i = 0; i < column_count; i++) {
            put_cell(out, &columns[i], row, separator, is_alone, i == 0);
            text_putc(out, i + 1 < column_count ? separator : '\n');
            if (out->length - polled < DATA_POLL_BYTES)
                continue;
            polled = out->length;
            if (!data_goes_on(poll))
                return false;
        }
    return true;
}
