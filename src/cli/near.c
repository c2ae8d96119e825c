/* SPDX-License-Identifier: MIT
 * Optimal string alignment distance (Damerau 1964): insertions, deletions, replacements
 * and swaps of neighbours count one each. */
#include "cli/near.h"

#include <string.h>

enum { LONGEST = 40 };

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static size_t distance(const char *a, const char *b)
{
    size_t n = strlen(a), m = strlen(b);
    if (n > LONGEST || m > LONGEST)
        return LONGEST;
    size_t row[LONGEST + 1][LONGEST + 1];
    for (size_t i = 0; i <= n; i++)
        row[i][0] = i;
    for (size_t j = 0; j <= m; j++)
        row[0][j] = j;
    for (size_t i = 1; i <= n; i++)
        for (size_t j = 1; j <= m; j++) {
            size_t replaced = row[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
            row[i][j] = least(replaced, 1 + least(row[i - 1][j], row[i][j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[i][j] = least(row[i][j], row[i - 2][j - 2] + 1);
        }
    return row[n][m];
}

void near_init(struct near *near, const char *word)
{
    size_t length = strlen(word);
    near->word = word;
    near->best = NULL;
    near->distance = (length < 6 ? 1 : length / 3) + 1;
}

void near_try(struct near *near, const char *name)
{
    size_t found = distance(near->word, name);
    if (found < near->distance && found < strlen(near->word)) {
        near->best = name;
        near->distance = found;
    }
}
