/* SPDX-License-Identifier: MIT
 * lexer.re - every token, one rule a line.
 *
 * One call reads one token.  It knows no context: which words are keywords, where a
 * statement ends, what a bar or a glued number means is decided in syntax/lex.c.  What
 * other languages write is read too, as a row of WRONG in syntax/token.def, so that it can
 * be named.  The text is UTF-8 (checked before) and ends with a NUL. */
#include "syntax/scan.h"

/*!include:re2c "unicode_categories.re" */

#define IS(id) kind = TOKEN_##id; break
#define COMPARE(id) kind = TOKEN_CMP; word = AST_##id; break
#define MISTAKE(id) wrong = TOKEN_WRONG_##id; kind = token_wrong_info(wrong)->kind; break
#define WIDE(id) wrong = TOKEN_WRONG_WIDE_SIGN; kind = TOKEN_##id; break

enum scanned lexer_next(struct lexer *l)
{
    const unsigned char *YYCURSOR = l->cursor, *YYMARKER = l->cursor, *YYCTXMARKER = l->cursor;
    enum token_kind kind = TOKEN_END;
    enum token_wrong wrong = TOKEN_RIGHT;
    enum ast_operator word = AST_FIRST;
    enum scanned scanned = SCANNED_TOKEN;
    for (;;) {
        l->begin = YYCURSOR;
        /*!re2c
        re2c:define:YYCTYPE = "unsigned char";
        re2c:yyfill:enable = 0;
        re2c:flags:8 = 1;

        bidi        = [\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069];
        blank       = [ \t\v\f\u0085] | Z | bidi;
        end         = "\r"? "\n";
        rest        = [^\n\x00]*;

        wide        = [\uff01-\uff5e];
        wide_digit  = [\uff10-\uff19];
        wide_letter = [\uff21-\uff3a\uff41-\uff5a];
        raised      = [\xaa\xba\u02b0-\u02b8\u02e0-\u02e4\u1d2c-\u1d61\u1d78\u1d9b-\u1dbf]
                    | [\u2071\u207f\u2c7d\ua69c-\ua69d\ua770\ua7f8-\ua7f9\uab5c-\uab5f];
        start       = ((L | Nl) \ raised \ wide) | "_";
        continue    = start | ((Mn | Mc | Nd | Pc) \ wide) | [\u2080-\u2089];
        name        = start continue*;

        minus       = [-\u2212\u2013];
        digits      = [0-9]+ ("_" [0-9]+)*;
        exponent    = [eE] ("+" | minus)? digits;
        number      = (digits | digits? "." digits) exponent?;
        underscored = [0-9] [0-9_]* ("." [0-9] [0-9_]*)?;
        superscript = [\u207a\u207b]? [\xb2\xb3\xb9\u2070\u2074-\u2079]+;

        string      = ["] ([^"\\\r\n\x00] | "\\" [^\r\n\x00])*;
        smart       = [\u201c-\u201f\xab\xbb];

        blank+                             { continue; }
        "#" rest                           { scanned = SCANNED_COMMENT; break; }
        end                                { IS(NEWLINE); }
        "\x00"                             { YYCURSOR--; IS(END); }

        name                               { IS(IDENT); }
        [\u221e]                           { IS(IDENT); }
        number                             { IS(NUMBER); }
        digits "." / ([^] \ start \ "." )  { IS(NUMBER); }
        superscript                        { IS(SUPERSCRIPT); }
        string ["]                         { IS(STRING); }

        ";"                                { IS(SEMI); }
        "("                                { IS(LPAREN); }
        ")"                                { IS(RPAREN); }
        "["                                { IS(LBRACKET); }
        "]"                                { IS(RBRACKET); }
        "{"                                { IS(LBRACE); }
        "}"                                { IS(RBRACE); }
        "|"                                { IS(BAR); }
        ","                                { IS(COMMA); }
        "."                                { IS(DOT); }
        ".."                               { IS(DOTDOT); }
        ['\u2032\u2033\u2034]              { IS(PRIME); }
        "="                                { IS(ASSIGN); }
        "=="                               { COMPARE(EQUAL); }
        "!=" | [\u2260]                    { COMPARE(NOT_EQUAL); }
        "<"                                { COMPARE(LESS); }
        "<=" | [\u2264\u2a7d]              { COMPARE(LESS_EQUAL); }
        ">"                                { COMPARE(GREATER); }
        ">=" | [\u2265\u2a7e]              { COMPARE(GREATER_EQUAL); }
        [\u2208]                           { IS(IN); }
        "+"                                { IS(PLUS); }
        minus                              { IS(MINUS); }
        [*\xb7\xd7\u22c5\u2217]            { IS(STAR); }
        [/\xf7]                            { IS(SLASH); }
        "@"                                { IS(AT); }
        "^"                                { IS(POW); }
        [\u221a]                           { IS(ROOT); }
        [\u2207]                           { IS(NABLA); }

        "**"                               { MISTAKE(STAR_STAR); }
        "&" | "&&" | [\u2227]              { MISTAKE(AND_AND); }
        [\u2228]                           { MISTAKE(OR_SIGN); }
        "!" | "~" | [\xac]                 { MISTAKE(BANG); }
        "<>" | "~="                        { word = AST_NOT_EQUAL; MISTAKE(NOT_EQUAL); }
        "=<"                               { word = AST_LESS_EQUAL; MISTAKE(AT_MOST); }
        "===" | [\u2261]                   { word = AST_EQUAL; MISTAKE(STRICTLY_EQUAL); }
        [\u2248\u2243]                     { word = AST_EQUAL; MISTAKE(NEARLY); }
        [\xb1]                             { MISTAKE(PLUS_MINUS); }
        ":=" | [\u2254]                    { MISTAKE(COLON_EQUAL); }
        ".^"                               { MISTAKE(DOT_POW); }
        ".*"                               { MISTAKE(DOT_STAR); }
        "./"                               { MISTAKE(DOT_SLASH); }
        ".+"                               { MISTAKE(DOT_PLUS); }
        ".-"                               { MISTAKE(DOT_MINUS); }
        [\u2026]                           { MISTAKE(ELLIPSIS_CHARACTER); }
        "..." "."*                         { MISTAKE(ELLIPSIS); }
        "+="                               { MISTAKE(PLUS_EQUAL); }
        "-="                               { MISTAKE(MINUS_EQUAL); }
        "*="                               { MISTAKE(STAR_EQUAL); }
        "/="                               { MISTAKE(SLASH_EQUAL); }
        "^=" | "**="                       { MISTAKE(POW_EQUAL); }
        "++" / ([ \t]* [\r\n;)}#\x00])     { MISTAKE(INCREMENT); }
        "--" / ([ \t]* [\r\n;)}#\x00])     { MISTAKE(DECREMENT); }
        "->" | "=>" | [\u2192\u21a6\u21d2] { MISTAKE(ARROW); }
        "<-" / [ \t]                       { MISTAKE(R_ARROW); }
        "//"                               { MISTAKE(COMMENT_SLASHES); }
        "/*"                               { MISTAKE(COMMENT_STAR); }
        "%"                                { MISTAKE(PERCENT); }
        "?"                                { MISTAKE(QUESTION); }
        ":"                                { MISTAKE(COLON); }
        "\\"                               { MISTAKE(BACKSLASH); }
        string                             { MISTAKE(UNCLOSED_STRING); }
        smart [^\u201c-\u201f\xab\xbb"\r\n\x00]* (smart | ["]) { MISTAKE(SMART_QUOTES); }
        smart | [\u2018\u201a\u201b]       { MISTAKE(LONE_QUOTE); }
        [\u2019]                           { MISTAKE(SMART_PRIME); }
        "0" [xXbB] continue*               { MISTAKE(HEXADECIMAL); }
        "0" [oO] [0-7]+                    { MISTAKE(HEXADECIMAL); }
        underscored                        { MISTAKE(UNDERSCORES); }
        "1" ("." "0"*)? [dD] [-+]? digits  { MISTAKE(EXPONENT_D); }
        raised                             { MISTAKE(SUPERSCRIPT_LETTER); }
        [\u2211]                           { MISTAKE(BIG_SUM); }
        [\u220f]                           { MISTAKE(BIG_PRODUCT); }
        [\u2202]                           { MISTAKE(PARTIAL); }
        [\u222b]                           { MISTAKE(INTEGRAL); }

        [\uff1b]                           { WIDE(SEMI); }
        [\uff08]                           { WIDE(LPAREN); }
        [\uff09]                           { WIDE(RPAREN); }
        [\uff3b]                           { WIDE(LBRACKET); }
        [\uff3d]                           { WIDE(RBRACKET); }
        [\uff5b]                           { WIDE(LBRACE); }
        [\uff5d]                           { WIDE(RBRACE); }
        [\uff5c]                           { WIDE(BAR); }
        [\uff0c]                           { WIDE(COMMA); }
        [\uff1d]                           { WIDE(ASSIGN); }
        [\uff1d] [\uff1d]                  { word = AST_EQUAL; WIDE(CMP); }
        [\uff1c]                           { word = AST_LESS; WIDE(CMP); }
        [\uff1e]                           { word = AST_GREATER; WIDE(CMP); }
        [\uff0b]                           { WIDE(PLUS); }
        [\uff0d]                           { WIDE(MINUS); }
        [\uff0a]                           { WIDE(STAR); }
        [\uff0f]                           { WIDE(SLASH); }
        [\uff20]                           { WIDE(AT); }
        [\uff3e]                           { WIDE(POW); }
        wide_digit+                        { WIDE(NUMBER); }
        wide_letter (wide_letter | wide_digit)* { WIDE(IDENT); }
        wide                               { WIDE(WRONG); }
        "\r"                               { MISTAKE(CARRIAGE_RETURN); }
        [^]                                { MISTAKE(CHARACTER); }
        *                                  { MISTAKE(CHARACTER); }
        */
    }
    l->cursor = YYCURSOR;
    l->kind = kind;
    l->wrong = wrong;
    l->word = word;
    return scanned;
}
