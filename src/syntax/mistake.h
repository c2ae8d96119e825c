/* SPDX-License-Identifier: MIT
 * mistake.h - what people write instead, as rows of patterns over the tokens around the
 * one that does not fit.  The first row that matches tells. */
#ifndef SYNTAX_MISTAKE_H
#define SYNTAX_MISTAKE_H

#include "syntax/parser.h"

/* What a row may ask of a token beside its kind (0 is any). */
enum mistake_token {
    SOME_VALUE_END = TOKEN_COUNT,
    SOME_VALUE,          /* begins a value */
    SOME_WORD,           /* a keyword or a name */
    SOME_RESERVED,       /* a reserved word */
    SOME_CLAUSE_NAME,    /* a following word that stands as a name */
    SOME_STATEMENT_NAME, /* a statement word that stands as a name */
    SOME_STATEMENT,      /* a statement word that stands as a keyword */
    SOME_UNIT,           /* steps, epochs, seconds */
    SOME_TEXT_END,       /* the end of the text */
    SOME_OPENER,         /* ( [ , or the `;` of rows */
    SOME_END,            /* the end of the line, of the statement or of the text */
    SOME_CLOSER,         /* ) ] } */
    SOME_SOLVE,          /* minimize, maximize */
    SOME_BLOCK_WORD,     /* for, while, if */
    SOME_CLAUSE,         /* a word that begins a clause, or `from` */
    SOME_TAIL,           /* within, worth, hint, to, with, against */
    SOME_SIMPLE_CLAUSE,  /* by, step, until, batch, starts */
    SOME_NEEDS           /* needs something to its right */
};
enum { NOTHING_OPEN = TOKEN_COUNT }; /* of mistake.inside */

/* The surroundings of the token at hand. */
struct situation {
    const struct parser *p;
    const struct token *tokens;
    size_t first; /* of the statement */
    size_t at, before, third, after;
    enum token_kind clause; /* the last clause keyword before it; 0 for none */
    const struct lex_open *inside;
    bool solve;    /* in a solve */
    bool new_line; /* it is the first of its line */
};

enum mend {
    MEND_NONE,
    MEND_REPLACE, /* what is shown */
    MEND_DELETE,
    MEND_INSERT /* behind the token before */
};

/* Which token is shown, and what the edit touches. */
enum place { PLACE_AT, PLACE_BEFORE, PLACE_THIRD, PLACE_FIRST };

struct mistake {
    uint8_t first, clause, inside, third, before, at,
        after;               /* token patterns, 0 is any */
    uint8_t wrong;           /* enum token_wrong of the token at hand */
    const char *words;       /* its text is one of these */
    const char *first_words; /* the text of the statement's first token is one of these */
    bool solve;              /* only in a solve */
    bool (*when)(const struct situation *s);
    enum code code;
    /* with {at}, {before}, {third}, {after}, {first}; {meant} is the clause word near to
     * `at` */
    const char *message, *help;
    enum place place; /* what is shown */
    enum mend mend;
    const char *text; /* of the mend */
};

/* The tables, in the order in which they are tried; the last row matches anything. */
extern const struct mistake MISTAKES_FOREIGN[], MISTAKES_CLAUSES[], MISTAKES_VALUES[];
extern const size_t MISTAKES_FOREIGN_COUNT, MISTAKES_CLAUSES_COUNT, MISTAKES_VALUES_COUNT;

/* mistake.c */
struct situation mistake_look(const struct parser *p);
/* The text with what stands at the places in braces; other braces stay. */
const char *mistake_fill(struct parser *p, const struct situation *s, const char *text);
/* Tells the row that matches; with `wrong` only one about the token's own sign.  False
 * when there is nothing more to say than was said. */
bool mistake_tell_row(struct parser *p, const struct situation *s, bool wrong);

/* mistake_when.c: conditions of rows */
bool mistake_unit_cut(const struct situation *s);  /* `until 20 step` */
bool mistake_empty(const struct situation *s);     /* `print` alone on its line */
bool mistake_then_open(const struct situation *s); /* `if ... then`, no `else` yet */
bool mistake_no_then(const struct situation *s);   /* `if ...` as a value, no `then` */
bool mistake_defined_before(const struct situation *s); /* `a = b =` */
bool mistake_thousands(const struct situation *s);      /* `1,000,000` */
bool mistake_glued_numbers(const struct situation *s);  /* `0,5` */
bool mistake_set_half_open(const struct situation *s);  /* `in (0, 1]` */
bool mistake_set(const struct situation *s);            /* `in (0, 1)` */
bool mistake_command_call(const struct situation *s);   /* `plot (x, y)` */
bool mistake_opens_statement(
    const struct situation *s); /* `(x, y)` or `x, y` begins it */
bool mistake_new_line(const struct situation *s);
bool mistake_next_variable(const struct situation *s); /* `x from 0 y from 1` */
bool mistake_quotient_d(const struct situation *s);    /* `d/dx x^2` */
bool mistake_two_bars(const struct situation *s);      /* `a || b` */
bool mistake_two_minus(const struct situation *s);     /* `-- a comment` */
bool mistake_glued(const struct situation *s); /* the token touches the one before */
bool mistake_root(const struct situation *s);  /* of a power under a root */
bool mistake_opening(
    const struct situation *s); /* the token at hand begins the statement */

bool mistake_not_opening(const struct situation *s);
bool mistake_no_solve(const struct situation *s);
bool mistake_near_clause(const struct situation *s); /* `untl 5 steps` */

/* The word of a clause that the token at hand may mean, or NULL. */
const char *mistake_meant(const struct situation *s);
/* Whether a token is what a row asks for; 0 is any. */
bool mistake_is(const struct token *token, unsigned pattern);

/* mistake_glue.c: `1/2x`, `sin^2(x)`: both readings; false when it is not that. */
bool mistake_tell_glue(struct parser *p, const struct situation *s);
/* mistake_open.c: what was left open; false when nothing was. */
bool mistake_tell_open(struct parser *p, const struct situation *s);

#endif
