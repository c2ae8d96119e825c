/* SPDX-License-Identifier: MIT */
#include "cli/terminal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { NARROWEST = 20, WIDEST = 1000 };

bool terminal_is(int descriptor)
{
    return isatty(descriptor) == 1;
}

int terminal_width(int descriptor)
{
    struct winsize size = {0};
    if (ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col >= NARROWEST)
        return size.ws_col;
    const char *columns = getenv("COLUMNS");
    double width = 0;
    if (columns == NULL || !number_parse(columns, strlen(columns), &width))
        return 0;
    return width >= NARROWEST && width <= WIDEST ? (int)width : 0;
}

bool terminal_is_dumb(void)
{
    const char *kind = getenv("TERM");
    return kind == NULL || *kind == '\0' || strcmp(kind, "dumb") == 0;
}

/* Set and not empty, as NO_COLOR asks. */
static bool is_set(const char *variable)
{
    const char *value = getenv(variable);
    return value != NULL && *value != '\0';
}

bool terminal_colour(int descriptor, enum colour colour)
{
    if (colour != COLOUR_AUTO)
        return colour == COLOUR_ALWAYS;
    if (is_set("NO_COLOR"))
        return false;
    if (is_set("FORCE_COLOR"))
        return true;
    return terminal_is(descriptor) && !terminal_is_dumb();
}
