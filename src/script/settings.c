/* SPDX-License-Identifier: MIT */
#include "script/settings.h"

#include <string.h>

size_t settings_count(const descent_setting *settings)
{
    size_t count = 0;
    while (settings[count].name != NULL)
        count++;
    return count;
}

double *settings_copy(struct arena *arena, const descent_setting *settings,
                      const double *values)
{
    size_t count = settings_count(settings);
    double *copy = ARENA_ARRAY(arena, count, double);
    if (count > 0)
        memcpy(copy, values, count * sizeof *copy);
    return copy;
}

void settings_put(struct text *out, const char *name, const descent_setting *settings,
                  const double *values, bool marks)
{
    const char *before = "(";
    text_puts(out, name);
    for (size_t i = 0; settings[i].name != NULL; i++) {
        text_format(out, "%s%s = ", before, settings[i].name);
        text_number(out, values[i]);
        text_puts(out, marks && values[i] == settings[i].initial ? " (default)" : "");
        before = ", ";
    }
    if (settings[0].name != NULL)
        text_putc(out, ')');
}
