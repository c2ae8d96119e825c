/* SPDX-License-Identifier: MIT
 * formula.h - formulas as text, for tests of the graph, which knows no syntax.
 *
 * A small reader of the language's expressions gives a tree, which can be evaluated as it
 * stands, without any folding, or built as a graph.  Names are one letter, which is the
 * symbol: a to f parameters, the others variables. */
#ifndef TESTS_FORMULA_H
#define TESTS_FORMULA_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "graph/graph.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

struct formula {
    enum op op;
    uint32_t symbol;
    double value;
    struct formula *operand[3];
    size_t count;
};

struct reader {
    struct arena *arena;
    const char *at;
};

static struct formula *read_condition(struct reader *r);
static struct formula *read_unary(struct reader *r);

static inline struct formula *make_formula(struct reader *r, enum op op,
                                           struct formula *a, struct formula *b)
{
    struct formula *f = ARENA_NEW(r->arena, struct formula);
    f->op = op;
    f->operand[0] = a;
    f->operand[1] = b;
    f->count = (size_t)(a != NULL) + (size_t)(b != NULL);
    return f;
}

static inline bool takes(struct reader *r, const char *token)
{
    size_t length = strlen(token);
    while (*r->at == ' ')
        r->at++;
    if (strncmp(r->at, token, length) != 0)
        return false;
    if (isalpha((unsigned char)token[0]) && isalpha((unsigned char)r->at[length]))
        return false;
    r->at += length;
    return true;
}

static inline void must_take(struct reader *r, const char *token)
{
    if (!takes(r, token))
        fail_msg("`%s` expected before `%s`", token, r->at);
}

static inline struct formula *read_call(struct reader *r, enum op op)
{
    struct formula *f = make_formula(r, op, NULL, NULL);
    f->count = (size_t)op_info(op)->arity;
    must_take(r, "(");
    for (size_t i = 0; i < f->count; i++) {
        f->operand[i] = read_condition(r);
        must_take(r, i + 1 < f->count ? "," : ")");
    }
    return f;
}

static inline struct formula *read_number(struct reader *r)
{
    size_t length = strspn(r->at, "0123456789.");
    if (r->at[length] == 'e' && (isdigit((unsigned char)r->at[length + 1]) ||
                                 strchr("+-", r->at[length + 1]) != NULL))
        length += 2 + strspn(r->at + length + 2, "0123456789");
    struct formula *f = make_formula(r, OP_CONSTANT, NULL, NULL);
    if (takes(r, "inf"))
        f->value = (double)INFINITY;
    else if (takes(r, "nan"))
        f->value = (double)NAN;
    else if (takes(r, "pi"))
        f->value = 3.14159265358979323846;
    else if (!number_parse(r->at, length, &f->value))
        fail_msg("no expression at `%s`", r->at);
    else
        r->at += length;
    return f;
}

static inline struct formula *read_word(struct reader *r)
{
    char word[16] = "";
    size_t length = 0;
    while (isalnum((unsigned char)r->at[length]) && length + 1 < sizeof word)
        length++;
    memcpy(word, r->at, length);
    enum op op = OP_COUNT;
    if (length == 1) {
        r->at++;
        op = *word >= 'a' && *word <= 'f' ? OP_PARAMETER : OP_VARIABLE;
        struct formula *f = make_formula(r, op, NULL, NULL);
        f->symbol = (uint32_t)*word;
        return f;
    }
    if (!op_find_function(word, &op))
        return read_number(r);
    r->at += length;
    return read_call(r, op);
}

static inline struct formula *read_atom(struct reader *r)
{
    struct formula *inner = NULL;
    if (takes(r, "(")) {
        inner = read_condition(r);
        must_take(r, ")");
        return inner;
    }
    if (takes(r, "|")) {
        inner = make_formula(r, OP_ABS, read_condition(r), NULL);
        must_take(r, "|");
        return inner;
    }
    return isalpha((unsigned char)*r->at) ? read_word(r) : read_number(r);
}

static inline struct formula *read_exponent(struct reader *r)
{
    if (takes(r, "-"))
        return make_formula(r, OP_NEGATE, read_exponent(r), NULL);
    struct formula *base = read_atom(r);
    return takes(r, "^") ? make_formula(r, OP_POWER, base, read_exponent(r)) : base;
}

static inline struct formula *read_unary(struct reader *r)
{
    if (takes(r, "-"))
        return make_formula(r, OP_NEGATE, read_unary(r), NULL);
    return read_exponent(r);
}

static inline struct formula *read_product(struct reader *r)
{
    struct formula *left = read_unary(r);
    for (;;) {
        if (takes(r, "*"))
            left = make_formula(r, OP_MULTIPLY, left, read_unary(r));
        else if (takes(r, "/"))
            left = make_formula(r, OP_DIVIDE, left, read_exponent(r));
        else
            return left;
    }
}

static inline struct formula *read_sum(struct reader *r)
{
    struct formula *left = read_product(r);
    for (;;) {
        if (takes(r, "+"))
            left = make_formula(r, OP_ADD, left, read_product(r));
        else if (takes(r, "-"))
            left = make_formula(r, OP_ADD, left,
                                make_formula(r, OP_NEGATE, read_product(r), NULL));
        else
            return left;
    }
}

static inline struct formula *read_comparison(struct reader *r)
{
    static const enum op comparisons[] = {OP_LESS_EQUAL, OP_LESS,  OP_GREATER_EQUAL,
                                          OP_GREATER,    OP_EQUAL, OP_NOT_EQUAL};
    struct formula *left = read_sum(r);
    for (size_t i = 0; i < sizeof comparisons / sizeof *comparisons; i++)
        if (takes(r, op_info(comparisons[i])->spelling))
            return make_formula(r, comparisons[i], left, read_sum(r));
    return left;
}

static inline struct formula *read_not(struct reader *r)
{
    if (takes(r, "not"))
        return make_formula(r, OP_NOT, read_not(r), NULL);
    return read_comparison(r);
}

static inline struct formula *read_and(struct reader *r)
{
    struct formula *left = read_not(r);
    while (takes(r, "and"))
        left = make_formula(r, OP_AND, left, read_not(r));
    return left;
}

static inline struct formula *read_or(struct reader *r)
{
    struct formula *left = read_and(r);
    while (takes(r, "or"))
        left = make_formula(r, OP_OR, left, read_and(r));
    return left;
}

static inline struct formula *read_condition(struct reader *r)
{
    if (!takes(r, "if"))
        return read_or(r);
    struct formula *f = make_formula(r, OP_SELECT, read_condition(r), NULL);
    must_take(r, "then");
    f->operand[1] = read_condition(r);
    must_take(r, "else");
    f->operand[2] = read_condition(r);
    f->count = 3;
    return f;
}

static inline struct formula *read_formula(struct arena *arena, const char *text)
{
    struct reader r = {arena, text};
    struct formula *f = read_condition(&r);
    if (*r.at != '\0')
        fail_msg("`%s` is left of `%s`", r.at, text);
    return f;
}

/* The value where the variables have the values of `point`, by symbol: as written. */
static inline double formula_value(const struct formula *f, const double *point)
{
    double values[3] = {0};
    if (f->op == OP_CONSTANT)
        return f->value;
    if (f->op == OP_VARIABLE || f->op == OP_PARAMETER)
        return point[f->symbol];
    for (size_t i = 0; i < f->count; i++)
        values[i] = formula_value(f->operand[i], point);
    return op_value(f->op, values, f->count);
}

enum { MOST_OPERANDS = 64 };

static inline node_id build_formula(struct graph *graph, const struct formula *f);

/* The operands of a chain a + b + c or a*b*c, built from the first to the last. */
static inline size_t build_operands(struct graph *graph, const struct formula *f,
                                    node_id *operands)
{
    bool is_chain = f->op == OP_ADD || f->op == OP_MULTIPLY;
    size_t count = 0;
    if (is_chain && f->operand[0]->op == f->op)
        count = build_operands(graph, f->operand[0], operands);
    for (size_t i = count > 0 ? 1 : 0; i < f->count; i++) {
        assert_true(count < MOST_OPERANDS);
        operands[count++] = build_formula(graph, f->operand[i]);
    }
    return count;
}

static inline node_id build_formula(struct graph *graph, const struct formula *f)
{
    if (f->op == OP_CONSTANT)
        return graph_constant(graph, f->value);
    if (f->op == OP_VARIABLE)
        return graph_variable(graph, f->symbol);
    if (f->op == OP_PARAMETER)
        return graph_parameter(graph, f->symbol);
    node_id operands[MOST_OPERANDS];
    size_t count = build_operands(graph, f, operands);
    return graph_apply(graph, f->op, operands, count);
}

#endif
