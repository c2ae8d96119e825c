/* SPDX-License-Identifier: MIT
 * pace_tests.h - the tests of `until` at many points that a search visits at once. */
#ifndef SCRIPT_PACE_TESTS_H
#define SCRIPT_PACE_TESTS_H

#include "script/solve.h"

struct pace_tests;

/* Whether all can be asked at many points: each is of numbers alone, or plain. */
bool pace_tests_fit(struct solve *solve);
struct pace_tests *pace_tests_new(struct solve *solve);
/* How many points, from the first on, there are before one at which the condition may
 * hold; but for roundings it does there. */
size_t pace_tests_ask(struct pace_tests *tests, struct solve *solve,
                      const descent_points *points);

#endif
