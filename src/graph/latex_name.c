/* SPDX-License-Identifier: MIT
 * Names in LaTeX: a letter or a Greek name with subscripts, or an upright word.
 *
 * name = stem [ '_' word ] [ digits ] [ '[' index ']' ] primes; the digits may be the
 * Unicode subscripts. */
#include "graph/latex.h"

#include <ctype.h>
#include <string.h>

struct greek {
    const char *name, *command;
    uint32_t character;
};

static const struct greek letters[] = {
    {"alpha", "\\alpha", 0x3b1},
    {"beta", "\\beta", 0x3b2},
    {"gamma", "\\gamma", 0x3b3},
    {"delta", "\\delta", 0x3b4},
    {"epsilon", "\\epsilon", 0x3f5},
    {"varepsilon", "\\varepsilon", 0x3b5},
    {"zeta", "\\zeta", 0x3b6},
    {"eta", "\\eta", 0x3b7},
    {"theta", "\\theta", 0x3b8},
    {"vartheta", "\\vartheta", 0x3d1},
    {"iota", "\\iota", 0x3b9},
    {"kappa", "\\kappa", 0x3ba},
    {"lambda", "\\lambda", 0x3bb},
    {"mu", "\\mu", 0x3bc},
    {"nu", "\\nu", 0x3bd},
    {"xi", "\\xi", 0x3be},
    {"omicron", "o", 0x3bf},
    {"pi", "\\pi", 0x3c0},
    {"rho", "\\rho", 0x3c1},
    {"sigma", "\\sigma", 0x3c3},
    {"varsigma", "\\varsigma", 0x3c2},
    {"tau", "\\tau", 0x3c4},
    {"upsilon", "\\upsilon", 0x3c5},
    {"phi", "\\phi", 0x3d5},
    {"varphi", "\\varphi", 0x3c6},
    {"chi", "\\chi", 0x3c7},
    {"psi", "\\psi", 0x3c8},
    {"omega", "\\omega", 0x3c9},
    {"Gamma", "\\Gamma", 0x393},
    {"Delta", "\\Delta", 0x394},
    {"Theta", "\\Theta", 0x398},
    {"Lambda", "\\Lambda", 0x39b},
    {"Xi", "\\Xi", 0x39e},
    {"Pi", "\\Pi", 0x3a0},
    {"Sigma", "\\Sigma", 0x3a3},
    {"Upsilon", "\\Upsilon", 0x3a5},
    {"Phi", "\\Phi", 0x3a6},
    {"Psi", "\\Psi", 0x3a8},
    {"Omega", "\\Omega", 0x3a9},
};

struct part {
    const char *text;
    size_t length;
};

/* The characters from `zero` to its ninth successor are the Unicode subscripts. */
enum { SUBSCRIPT_ZERO = 0x2080, SUBSCRIPT_BYTES = 3 };

static const char *greek_command(struct part part)
{
    uint32_t character = 0;
    bool is_one =
        part.length > 0 && utf8_decode(part.text, part.length, &character) == part.length;
    for (size_t i = 0; i < sizeof letters / sizeof *letters; i++) {
        const struct greek *g = &letters[i];
        if (is_one && character == g->character)
            return g->command;
        if (strlen(g->name) == part.length &&
            memcmp(g->name, part.text, part.length) == 0)
            return g->command;
    }
    return NULL;
}

/* A letter that math mode sets by itself, or a Greek one. */
static bool is_letter(struct part part)
{
    return greek_command(part) != NULL ||
           (part.length == 1 && isalpha((unsigned char)part.text[0]));
}

static bool is_number_part(struct part part)
{
    for (size_t i = 0; i < part.length; i++)
        if (!isdigit((unsigned char)part.text[i]))
            return false;
    return part.length > 0;
}

static void put_escaped(struct text *out, struct part part)
{
    for (size_t i = 0; i < part.length; i++) {
        if (strchr("_#$%&{}", part.text[i]) != NULL)
            text_putc(out, '\\');
        text_putc(out, part.text[i]);
    }
}

static bool is_ascii(struct part part)
{
    for (size_t i = 0; i < part.length; i++)
        if ((unsigned char)part.text[i] >= 0x80)
            return false;
    return true;
}

static void put_part(struct text *out, struct part part)
{
    const char *command = greek_command(part);
    if (command != NULL) {
        text_puts(out, command);
    } else if (is_letter(part) || is_number_part(part)) {
        text_put(out, part.text, part.length);
    } else {
        text_puts(out, is_ascii(part) ? "\\mathrm{" : "\\text{");
        put_escaped(out, part);
        text_putc(out, '}');
    }
}

/* The bytes of a digit at the end of the part, plain or a subscript; its value. */
static size_t last_digit(struct part part, char *digit)
{
    if (part.length == 0)
        return 0;
    const char *end = part.text + part.length;
    *digit = end[-1];
    if (isdigit((unsigned char)end[-1]))
        return 1;
    uint32_t character = 0;
    if (part.length < SUBSCRIPT_BYTES ||
        utf8_decode(end - SUBSCRIPT_BYTES, SUBSCRIPT_BYTES, &character) !=
            SUBSCRIPT_BYTES ||
        character < SUBSCRIPT_ZERO || character > SUBSCRIPT_ZERO + 9)
        return 0;
    *digit = (char)('0' + (character - SUBSCRIPT_ZERO));
    return SUBSCRIPT_BYTES;
}

/* What a name is made of; absent parts are empty. */
struct spelled {
    struct part stem, word, digits, index;
    size_t primes;
};

static struct part cut(struct part *from, size_t at)
{
    struct part tail = {from->text + at, from->length - at};
    from->length = at;
    return tail;
}

/* Takes w_max apart, but not learning_rate: only a letter carries a word below it. */
static void split_word(struct spelled *s)
{
    const char *bar = memchr(s->stem.text, '_', s->stem.length);
    if (bar == NULL)
        return;
    size_t at = (size_t)(bar - s->stem.text);
    struct part stem = {s->stem.text, at};
    if (!is_letter(stem) || at + 1 == s->stem.length)
        return;
    s->word = cut(&s->stem, at);
    s->word.text++;
    s->word.length--;
}

static struct spelled take_apart(struct part name)
{
    struct spelled s = {.stem = name};
    char digit = 0;
    while (s.stem.length > 1 && s.stem.text[s.stem.length - 1] == '\'') {
        s.stem.length--;
        s.primes++;
    }
    const char *bracket = memchr(s.stem.text, '[', s.stem.length);
    if (bracket != NULL && bracket > s.stem.text &&
        s.stem.text[s.stem.length - 1] == ']') {
        s.index = cut(&s.stem, (size_t)(bracket - s.stem.text));
        s.index.text++;
        s.index.length -= 2;
    }
    split_word(&s);
    size_t length = s.stem.length;
    for (size_t bytes; (bytes = last_digit(s.stem, &digit)) > 0;)
        s.stem.length -= bytes;
    if (s.stem.length == 0)
        s.stem.length = length;
    s.digits = (struct part){s.stem.text + s.stem.length, length - s.stem.length};
    return s;
}

static void put_digits(struct text *out, struct part digits)
{
    size_t at = 0;
    while (at < digits.length) {
        size_t bytes = isdigit((unsigned char)digits.text[at]) ? 1 : SUBSCRIPT_BYTES;
        struct part one = {digits.text + at, bytes};
        char digit = 0;
        (void)last_digit(one, &digit);
        text_putc(out, digit);
        at += bytes;
    }
}

/* grad(f) and hessian(f), as derivatives are called. */
static const struct {
    const char *opening, *sign;
} operators[] = {{"grad(", "\\nabla "}, {"hessian(", "\\nabla^{2} "}};

/* Writes the operator of such a name and takes it off. */
static struct part put_operator(struct text *out, struct part name)
{
    for (size_t i = 0; i < sizeof operators / sizeof *operators; i++) {
        size_t length = strlen(operators[i].opening);
        if (name.length > length + 1 && name.text[name.length - 1] == ')' &&
            memcmp(name.text, operators[i].opening, length) == 0) {
            text_puts(out, operators[i].sign);
            return (struct part){name.text + length, name.length - length - 1};
        }
    }
    return name;
}

void graph_latex_name(struct text *out, const char *name)
{
    struct spelled s = take_apart(put_operator(out, (struct part){name, strlen(name)}));
    put_part(out, s.stem);
    size_t start = out->length;
    if (s.digits.length + s.word.length + s.index.length > 0) {
        text_puts(out, "_{");
        start = out->length;
        put_digits(out, s.digits);
        if (s.word.length > 0) {
            text_puts(out, out->length > start ? "," : "");
            put_part(out, s.word);
        }
        if (s.index.length > 0) {
            text_puts(out, out->length > start ? "," : "");
            put_escaped(out, s.index);
        }
        text_putc(out, '}');
    }
    text_repeat(out, '\'', s.primes);
}
