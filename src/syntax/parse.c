/* SPDX-License-Identifier: MIT
 * The driver: tokens go to the parser one by one; where one does not fit, the statement
 * is left and the next one begins.  All memory is the arena's, so running out of it
 * unwinds from anywhere. */
#include "syntax/parser.h"

#include <string.h>

enum { ERRORS_MOST = 100 }; /* of one text; more would hide the first ones */

static void init(struct parser *p, struct parse *parse, uint32_t source)
{
    *p = (struct parser){.parse = parse, .arena = parse->arena, .number = source};
    p->source = sources_get(parse->sources, source);
    p->first = parse->diagnostics->count;
    parse->script = NULL;
    parse->comments = NULL;
    parse->comment_count = parse->comment_capacity = 0;
}

static struct ast *empty_script(struct parser *p)
{
    struct span start = {p->number, 0, 0};
    return ast_new(p, AST_BLOCK, start, start);
}

/* Text in an encoding that cannot be read has no tokens. */
static bool scan(struct parser *p)
{
    struct tokens tokens;
    size_t before = p->parse->diagnostics->count;
    bool readable = scan_check(p->parse, p->number);
    p->wrong = p->parse->diagnostics->count > before;
    if (!readable)
        return false;
    scan_source(p->parse, p->number, &tokens);
    lex_init(&p->lex, p->arena, tokens);
    return true;
}

/* Notes where the statement of the token begins. */
static void note_statement(struct parser *p, const struct token *token)
{
    if (token->kind == TOKEN_NEWLINE || token->kind == TOKEN_END ||
        p->lex.statement == p->last_statement)
        return;
    p->last_statement = p->lex.statement;
    p->at_start = p->told;
    p->deep = false;
}

static void run(struct parser *p)
{
    parser_start(p);
    for (;;) {
        const struct token *token = lex_next(&p->lex);
        note_statement(p, token);
        if (token->wrong != TOKEN_RIGHT)
            parser_wrong(p, token);
        parser_mark(p);
        parser_feed(p, token);
        if (token->kind == TOKEN_END || p->overflow || p->told >= ERRORS_MOST)
            return;
        if (p->failed)
            parser_recover(p);
    }
}

enum parse_outcome parse_source(struct parse *parse, uint32_t source)
{
    struct parser p;
    init(&p, parse, source);
    if (scan(&p))
        run(&p);
    parse->script = p.script != NULL ? p.script : empty_script(&p);
    parse->outcome = p.wrong ? PARSE_WRONG : p.incomplete ? PARSE_INCOMPLETE : PARSE_OK;
    return parse->outcome;
}

/* Whether the last line has nothing on it but blanks. */
static bool ends_blank(const struct source *source)
{
    size_t i = source->length;
    if (i > 0 && source->text[i - 1] == '\n')
        i--;
    while (i > 0 && strchr(" \t\r", source->text[i - 1]) != NULL)
        i--;
    return i == 0 || source->text[i - 1] == '\n';
}

/* Whether the last statement holds a solve whose first line lacks `over`. */
static bool waits_for_clauses(const struct parser *p)
{
    const struct token *token = &p->lex.tokens.items[p->last_statement];
    bool solve = false, over = false;
    for (; token->kind != TOKEN_NEWLINE && token->kind != TOKEN_SEMI &&
           token->kind != TOKEN_END;
         token++) {
        solve = solve || token->kind == TOKEN_MINIMIZE || token->kind == TOKEN_MAXIMIZE ||
                token->kind == TOKEN_SWEEP;
        over = over || token->kind == TOKEN_OVER;
    }
    return solve && !over;
}

bool parse_wants_more(struct parse *parse, uint32_t source)
{
    struct parse quiet = *parse;
    struct diagnostics unseen;
    struct parser p;
    diagnostics_init(&unseen, parse->arena);
    quiet.diagnostics = &unseen;
    init(&p, &quiet, source);
    if (!scan(&p))
        return false;
    run(&p);
    if (p.wrong)
        return false;
    bool blank = ends_blank(p.source), open = lex_innermost(&p.lex) != NULL;
    if (p.incomplete)
        return open || !blank;
    return !blank && waits_for_clauses(&p);
}

void parse_dump_tokens(struct text *out, struct parse *parse, uint32_t source)
{
    struct parse quiet = *parse;
    struct diagnostics unseen;
    struct parser p;
    diagnostics_init(&unseen, parse->arena);
    quiet.diagnostics = &unseen;
    init(&p, &quiet, source);
    if (!scan(&p))
        return;
    const struct token *token;
    do {
        token = lex_next(&p.lex);
        struct position place = source_position(p.source, token->begin);
        text_format(out, "%zu:%zu %s", place.line, place.column,
                    token_info(token->kind)->id);
        if (token->end > token->begin && token->kind != TOKEN_NEWLINE) {
            text_putc(out, ' ');
            text_put(out, p.source->text + token->begin, token->end - token->begin);
        }
        text_putc(out, '\n');
    } while (token->kind != TOKEN_END);
}
