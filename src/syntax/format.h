/* SPDX-License-Identifier: MIT
 * format.h - the parts of the printer, for each other. */
#ifndef SYNTAX_FORMAT_H
#define SYNTAX_FORMAT_H

#include "syntax/layout.h"

/* How tightly an expression binds, loosest first: the levels of the grammar. */
enum level {
    LEVEL_EXPRESSION,
    LEVEL_OR,
    LEVEL_AND,
    LEVEL_NOT,
    LEVEL_COMPARE,
    LEVEL_RANGE,
    LEVEL_SUM,
    LEVEL_PRODUCT,
    LEVEL_UNARY,
    LEVEL_EXPONENT, /* only asked for: POWER with signs before it, after `/` and `^` */
    LEVEL_POWER,
    LEVEL_POSTFIX,
    LEVEL_ATOM,
    LEVEL_GROUP /* only asked for: always in parentheses */
};

/* literal.c */
void format_name(struct layout *l, name_id name);
void format_number(struct layout *l, const struct ast *node);
void format_string(struct layout *l, const struct ast *node);

/* expression.c: the expression, in parentheses when it binds less tightly than `least` */
void format_expression(struct layout *l, const struct ast *node, enum level least);
/* A number made by hand may be negative: it prints as a sign and a number. */
bool format_is_signed(const struct ast *node);
/* The part of the expression that it begins with. */
const struct ast *format_first(const struct ast *node);

/* operator.c: the kinds between an expression and a postfix; `least` as above */
void format_operator(struct layout *l, const struct ast *node, enum level least);

/* list.c: `a, b, c`, the children from `first` to before `end` */
void format_items(struct layout *l, const struct ast *node, size_t first, size_t end);
/* Those from `first` on within brackets ("()" or "[]"), which stand at `between` in the
 * source. */
void format_bracketed(struct layout *l, const struct ast *node, const char *brackets,
                      size_t first, struct span between);
/* LIST, MATRIX and COMPREHENSION as atoms, CALL and INDEX behind their base */
void format_list(struct layout *l, const struct ast *node);

/* clause.c: SOLVE and SWEEP; clauses that do not fit on the line begin at `indent` */
void format_solve(struct layout *l, const struct ast *node, size_t indent);
/* PRINT, TABLE, PLOT, EXPECT, CLAIM, EXPLAIN, USE, SEED, with tails likewise */
void format_command(struct layout *l, const struct ast *node, size_t indent);

#endif
