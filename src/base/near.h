/* SPDX-License-Identifier: MIT
 * near.h - which of some known words a mistyped one may mean.
 *
 * Near is the least edit distance (a swap of neighbours is one change, a change of letter
 * case is none), at most max(1, length/3) and less than the length; ties go to the
 * earliest.  Lengths are in characters. */
#ifndef BASE_NEAR_H
#define BASE_NEAR_H

#include <stddef.h>

struct near {
    const char *word;
    const char *best; /* the nearest so far that is near enough, or NULL */
    size_t distance;  /* a word must be nearer than this */
};

void near_init(struct near *near, const char *word);
/* Keeps `known` when it is nearer than the best.  It is not copied. */
void near_try(struct near *near, const char *known);
/* The same over an array. */
const char *near_word(const char *wanted, const char *const *known, size_t count);

#endif
