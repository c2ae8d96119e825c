/* SPDX-License-Identifier: MIT
 * Words that are near: the optimal string alignment distance (Boytsov, Indexing methods
 * for approximate dictionary searching, 2011, section 2.2), three rows of its table at a
 * time.  Words longer than NEAR_LONGEST characters have no near word. */
#include "base/near.h"

#include "base/text.h"

#include <string.h>

enum { NEAR_LONGEST = 64 };

struct word {
    uint32_t characters[NEAR_LONGEST];
    size_t length;
};

/* False when the word is too long.  Broken bytes stand for themselves. */
static bool read_word(const char *text, struct word *word)
{
    size_t left = strnlen(text, 4 * NEAR_LONGEST + 1);
    word->length = 0;
    while (left > 0) {
        uint32_t character = 0;
        size_t used = utf8_decode(text, left, &character);
        if (used == 0) {
            character = (unsigned char)*text;
            used = 1;
        }
        if (word->length == NEAR_LONGEST)
            return false;
        word->characters[word->length++] = character;
        text += used;
        left -= used;
    }
    return true;
}

static uint32_t lower(uint32_t c)
{
    return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static size_t cell(const struct word *a, const struct word *b, size_t i, size_t j,
                   size_t (*rows)[NEAR_LONGEST + 1])
{
    const size_t *before = rows[0], *above = rows[1], *row = rows[2];
    bool same = lower(a->characters[i - 1]) == lower(b->characters[j - 1]);
    size_t best = above[j - 1] + !same;
    best = least(best, least(above[j], row[j - 1]) + 1);
    bool swapped = i > 1 && j > 1 && a->characters[i - 1] == b->characters[j - 2] &&
                   a->characters[i - 2] == b->characters[j - 1];
    return swapped ? least(best, before[j - 2] + 1) : best;
}

static size_t distance(const struct word *a, const struct word *b)
{
    size_t rows[3][NEAR_LONGEST + 1] = {{0}};
    for (size_t j = 0; j <= b->length; j++)
        rows[2][j] = j;
    for (size_t i = 1; i <= a->length; i++) {
        memcpy(rows[0], rows[1], sizeof rows[0]);
        memcpy(rows[1], rows[2], sizeof rows[1]);
        rows[2][0] = i;
        for (size_t j = 1; j <= b->length; j++)
            rows[2][j] = cell(a, b, i, j, rows);
    }
    return rows[2][b->length];
}

void near_init(struct near *near, const char *word)
{
    struct word wanted;
    size_t length = read_word(word, &wanted) ? wanted.length : 0;
    size_t limit = length < 6 ? 1 : length / 3;
    *near = (struct near){.word = word};
    /* One letter is not near every other letter. */
    near->distance = limit < length ? limit + 1 : length;
}

void near_try(struct near *near, const char *known)
{
    struct word word, other;
    if (near->distance == 0 || !read_word(near->word, &word) || !read_word(known, &other))
        return;
    size_t found = distance(&word, &other);
    if (found < near->distance) {
        near->best = known;
        near->distance = found;
    }
}

const char *near_word(const char *wanted, const char *const *known, size_t count)
{
    struct near near;
    near_init(&near, wanted);
    for (size_t i = 0; i < count; i++)
        near_try(&near, known[i]);
    return near.best;
}
