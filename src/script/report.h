/* SPDX-License-Identifier: MIT
 * report.h - a solution in plain words and as JSON. */
#ifndef SCRIPT_REPORT_H
#define SCRIPT_REPORT_H

#include "script/solve.h"

enum { REPORT_DIGITS = 10, REPORT_SHORT = 4, REPORT_VARIABLES = 4, REPORT_ELEMENTS = 10 };

/* ---- report_reason.c ---- */
/* The sentence why it ended. */
const char *report_reason(struct session *session, const struct solution *solution);
/* "|grad| = 6.144e-05 < 1e-4", "4 of 500 steps", or the test itself where it compares no
 * two numbers. */
void report_test(struct text *out, const struct stopping_test *test);
/* "the value falls without limit along -x: it is -1e+300 at a distance of 1e+100". */
void report_fall(struct session *session, struct text *out, const struct solution *s);

/* ---- report_bounds.c ---- */
/* Which bounds act, with their multipliers. */
void report_bounds(struct session *session, struct text *out, const struct solution *s);

/* ---- report_kind.c, report_why.c, report_advice.c: lines of the report ---- */
/* What the point is, with the evidence. */
void report_kind(struct session *session, struct text *out, const struct solution *s);
/* Why the search went as it did: step and curvature, the stability bound, the pace. */
void report_why(struct session *session, struct text *out, const struct solution *s);
/* What to try, with numbers; nothing where all is well. */
void report_advice(struct session *session, struct text *out, const struct solution *s);

/* ---- report_fit.c ---- */
/* Of a sum of squares with more squares than variables: deviation, R^2, standard errors.
 */
void report_fit(struct session *session, struct text *out, const struct solution *s);

/* ---- conditions.c ---- */
/* The conditions that hold as equations, with their multipliers, and the broken ones. */
void report_conditions(struct text *out, const struct solution *s);

/* ---- report.c, report_json.c ---- */
/* A count in so many significant digits, without exponent where it is short: "1300". */
void report_about(struct text *out, double count, int digits);
/* The whole report; with all settings that acted when `settings`. */
void report_solution(struct session *session, struct text *out,
                     const struct solution *solution, bool settings);
void report_json(struct session *session, struct text *out,
                 const struct solution *solution);
/* "x = 1, y = 2" */
/* A number, or the first and the last numbers of an array. */
void report_numbers(struct text *out, const struct variable *v, const double *x);
void report_point(struct session *session, struct text *out, const struct solution *s,
                  const double *x);

#endif
