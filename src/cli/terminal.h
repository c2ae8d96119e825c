/* SPDX-License-Identifier: MIT
 * terminal.h - what kind of thing a descriptor writes to. */
#ifndef CLI_TERMINAL_H
#define CLI_TERMINAL_H

#include "cli/command.h"

bool terminal_is(int descriptor);
/* Columns of the terminal, else of COLUMNS, else 0. */
int terminal_width(int descriptor);
/* Whether TERM names a terminal that cannot move its cursor. */
bool terminal_is_dumb(void);
/* Whether text to `descriptor` is coloured: the option, then NO_COLOR, FORCE_COLOR, TERM,
 * then whether it is a terminal. */
bool terminal_colour(int descriptor, enum colour colour);

#endif
