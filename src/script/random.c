/* SPDX-License-Identifier: MIT
 * The session's random numbers: xoshiro256** (Blackman and Vigna, Scrambled linear
 * pseudorandom number generators, 2018), seeded by splitmix64 as its authors advise. */
#include "script/session.h"

#include "math/functions.h"

#include <math.h>

static uint64_t rotate(uint64_t word, int bits)
{
    return word << bits | word >> (64 - bits);
}

void session_seed(struct session *session, uint64_t seed)
{
    session->seed = seed;
    for (int i = 0; i < 4; i++) {
        seed += 0x9e3779b97f4a7c15U;
        uint64_t mixed = seed;
        mixed = (mixed ^ mixed >> 30) * 0xbf58476d1ce4e5b9U;
        mixed = (mixed ^ mixed >> 27) * 0x94d049bb133111ebU;
        session->random.word[i] = mixed ^ mixed >> 31;
    }
}

static uint64_t next_word(struct random_state *random)
{
    uint64_t *word = random->word;
    uint64_t result = rotate(word[1] * 5, 7) * 9;
    uint64_t shifted = word[1] << 17;
    word[2] ^= word[0];
    word[3] ^= word[1];
    word[1] ^= word[2];
    word[0] ^= word[3];
    word[2] ^= shifted;
    word[3] = rotate(word[3], 45);
    return result;
}

double session_uniform(struct session *session)
{
    return (double)(next_word(&session->random) >> 11) * 0x1p-53;
}

/* Marsaglia's polar method; the second number of the pair is dropped, so that the state
 * is the four words alone. */
double session_normal(struct session *session)
{
    for (;;) {
        double a = 2 * session_uniform(session) - 1;
        double b = 2 * session_uniform(session) - 1;
        double square = a * a + b * b;
        if (square > 0 && square < 1)
            return a * sqrt(-2 * math_log(square) / square);
    }
}
