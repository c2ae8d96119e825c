/* SPDX-License-Identifier: MIT */
#include "syntax/token.h"

#include <string.h>

#define ENDS TOKEN_ENDS
#define BEGINS TOKEN_BEGINS
#define NEEDS TOKEN_NEEDS
#define LEADS TOKEN_LEADS

static const struct token_info TOKENS[] = {
#define TOKEN(id, spelling, class, traits)                                               \
    [TOKEN_##id] = {#id, spelling, TOKEN_CLASS_##class, traits},
#include "syntax/token.def"
#undef TOKEN
};

static const struct token_wrong_info WRONGS[] = {
    [TOKEN_RIGHT] = {TOKEN_WRONG, NULL, CODE_COUNT, NULL, NULL},
#define WRONG(id, kind, text, code, message, help)                                       \
    [TOKEN_WRONG_##id] = {TOKEN_##kind, text, CODE_##code, message, help},
#include "syntax/token.def"
#undef WRONG
};

const struct token_info *token_info(enum token_kind kind)
{
    return &TOKENS[kind];
}

const struct token_wrong_info *token_wrong_info(enum token_wrong wrong)
{
    return &WRONGS[wrong];
}

bool token_has(enum token_kind kind, enum token_trait trait)
{
    return (TOKENS[kind].traits & (unsigned)trait) != 0;
}

bool token_is_word(enum token_kind kind)
{
    return kind == TOKEN_IDENT || TOKENS[kind].class != TOKEN_CLASS_SIGN;
}

enum token_kind token_word(const char *text, size_t length)
{
    enum { SHORTEST = 2, LONGEST = 8 };
    if (length < SHORTEST || length > LONGEST)
        return TOKEN_IDENT;
    for (enum token_kind kind = TOKEN_MINIMIZE; kind < TOKEN_COUNT; kind++) {
        const char *word = TOKENS[kind].spelling;
        if (word[0] == text[0] && strncmp(word, text, length) == 0 &&
            word[length] == '\0')
            return kind;
    }
    return TOKEN_IDENT;
}
