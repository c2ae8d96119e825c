/* SPDX-License-Identifier: MIT
 * lex_line.h - whether a newline ends the statement. */
#ifndef SYNTAX_LEX_LINE_H
#define SYNTAX_LEX_LINE_H

#include "syntax/lex.h"

/* Asked at the newline lex->next.  A sign that begins the next line is marked as wrong.
 */
bool lex_line_ends(struct lex *lex);

#endif
