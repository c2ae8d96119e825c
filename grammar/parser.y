// SPDX-License-Identifier: MIT
// parser.y - every production of the language, each with one constructor call.
//
// LALR(1) without conflicts and without precedence declarations: the levels of an expression
// are nonterminals.  The lexer (syntax/lex.c) decides which words are keywords, what a
// newline ends, and whether a number is a coefficient.  docs/grammar.txt is this file as
// `lemon -g` prints it.

%name Parse
%token_prefix T_
%token_type {struct token}
%default_type {struct ast *}
%extra_argument {struct parser *p}
%stack_size 8000
%token ROW RESUME WRONG.

%include {
#include "syntax/parser.h"

#include <assert.h>
}
%syntax_error { p->failed = true; parser_unexpected(p); }
%stack_overflow { parser_overflow(p); }

//////////////////////////////////// Scripts and blocks ////////////////////////////////////
script ::= stmts.
stmts(S) ::= .                                 { S = ast_block(p); }
stmts(S) ::= stmts(L) sep.                     { S = L; }
stmts(S) ::= stmts(L) stmt(X) sep.             { S = ast_statement(p, L, X); }
stmts(S) ::= stmts(L) broken(X) sep(T).        { S = ast_statement(p, L, ast_reach(p, X, &T)); }
%type sep {struct token}
sep(S) ::= NEWLINE(T).                         { S = T; }
sep(S) ::= SEMI(T).                            { S = T; }
block(B) ::= LBRACE(O) stmts(S) RBRACE(C).         { B = ast_enclose(p, &O, S, NULL, &C); }
block(B) ::= LBRACE(O) stmts(S) stmt(X) RBRACE(C). { B = ast_enclose(p, &O, S, X, &C); }
block(B) ::= LBRACE(O) stmts(S) broken(X) RBRACE(C). { B = ast_enclose(p, &O, S, ast_reach(p, X, &C), &C); }

//////////////////////////////////////// Statements ////////////////////////////////////////
stmt(S) ::= expr(E).                           { S = ast_expression(p, E); }
stmt(S) ::= expr(L) ASSIGN(T) rhs(R).          { S = ast_define(p, L, &T, R); }
stmt(S) ::= solve(E).                          { S = E; }
stmt(S) ::= PRINT(T) items(L).                 { S = ast_listed(p, AST_PRINT, &T, L); }
stmt(S) ::= TABLE(T) items(L) tails(A).        { S = ast_tailed(p, AST_TABLE, &T, L, A); }
stmt(S) ::= PLOT(T) items(L) tails(A).         { S = ast_tailed(p, AST_PLOT, &T, L, A); }
stmt(S) ::= EXPECT(T) condition(L) tails(A).   { S = ast_tailed(p, AST_EXPECT, &T, L, A); }
stmt(S) ::= CLAIM(T) condition(L) tails(A).    { S = ast_tailed(p, AST_CLAIM, &T, L, A); }
stmt(S) ::= EXPLAIN(T) expr(E).                { S = ast_keyword(p, AST_EXPLAIN, &T, E); }
stmt(S) ::= USE(T) expr(E).                    { S = ast_keyword(p, AST_USE, &T, E); }
stmt(S) ::= SEED(T) expr(E).                   { S = ast_keyword(p, AST_SEED, &T, E); }
stmt(S) ::= FOR(T) IDENT(N) IN expr(E) block(B). { S = ast_loop(p, AST_FOR, &T, &N, E, B); }
stmt(S) ::= WHILE(T) expr(E) block(B).         { S = ast_loop(p, AST_WHILE, &T, NULL, E, B); }
stmt(S) ::= choice(E).                         { S = E; }
choice(S) ::= IF(T) expr(E) block(B).                 { S = ast_choice(p, &T, E, B, NULL); }
choice(S) ::= IF(T) expr(E) block(B) ELSE block(C).   { S = ast_choice(p, &T, E, B, C); }
choice(S) ::= IF(T) expr(E) block(B) ELSE choice(C).  { S = ast_choice(p, &T, E, B, C); }
condition(L) ::= expr(E).                      { L = ast_list(p, E); }
rhs(R) ::= expr(E).                            { R = E; }
rhs(R) ::= solve(E).                           { R = E; }

/////////////////////////////////////////// Tails //////////////////////////////////////////
tails(L) ::= .                                 { L = ast_none(p); }
tails(L) ::= tails(A) tail(B).                 { L = ast_more(p, A, B); }
tail(C) ::= AGAINST(T) expr(E).                { C = ast_keyword(p, AST_AGAINST, &T, E); }
tail(C) ::= OVER(T) variables(L).              { C = ast_listed(p, AST_OVER, &T, L); }
tail(C) ::= WITH(T) options(L).                { C = ast_listed(p, AST_WITH, &T, L); }
tail(C) ::= TO(T) expr(E).                     { C = ast_keyword(p, AST_TO, &T, E); }
tail(C) ::= WITHIN(T) expr(E).                 { C = ast_keyword(p, AST_WITHIN, &T, E); }
tail(C) ::= WORTH(T) expr(E).                  { C = ast_keyword(p, AST_WORTH, &T, E); }
tail(C) ::= HINT(T) expr(E).                   { C = ast_keyword(p, AST_HINT, &T, E); }
options(L) ::= option(A).                      { L = ast_list(p, A); }
options(L) ::= options(A) COMMA option(B).     { L = ast_more(p, A, B); }
option(A) ::= IDENT(N) ASSIGN expr(E).         { A = ast_named(p, AST_ARGUMENT, &N, E); }

////////////////////////////////////// Solve and sweep /////////////////////////////////////
solve(S) ::= MINIMIZE(T) expr(E) clauses(C).   { S = ast_solve(p, AST_MINIMIZE, &T, E, C); }
solve(S) ::= MAXIMIZE(T) expr(E) clauses(C).   { S = ast_solve(p, AST_MAXIMIZE, &T, E, C); }
solve(S) ::= SWEEP(T) IDENT(N) IN expr(E) solve(R). { S = ast_sweep(p, &T, &N, E, R); }
clauses(L) ::= clause(A).                      { L = ast_list(p, A); }
clauses(L) ::= clauses(A) clause(B).           { L = ast_more(p, A, B); }
clause(C) ::= OVER(T) variables(L).            { C = ast_listed(p, AST_OVER, &T, L); }
clause(C) ::= BY(T) expr(E).                   { C = ast_keyword(p, AST_BY, &T, E); }
clause(C) ::= STEP(T) expr(E).                 { C = ast_keyword(p, AST_STEP, &T, E); }
clause(C) ::= UNTIL(T) expr(E).                { C = ast_until(p, &T, E); }
clause(C) ::= SUBJECT(T) TO items(L).          { C = ast_listed(p, AST_SUBJECT, &T, L); }
clause(C) ::= BATCH(T) expr(E).                { C = ast_keyword(p, AST_BATCH, &T, E); }
clause(C) ::= STARTS(T) expr(E).               { C = ast_keyword(p, AST_STARTS, &T, E); }
variables(L) ::= variable(A).                  { L = ast_list(p, A); }
variables(L) ::= variables(A) COMMA variable(B). { L = ast_more(p, A, B); }
variable(V) ::= IDENT(N).                      { V = ast_variable(p, &N, NULL, NULL); }
variable(V) ::= IDENT(N) LBRACKET items(L) RBRACKET(C). { V = ast_variable(p, &N, L, &C); }
variable(V) ::= variable(X) IN(T) expr(E).     { V = ast_place(p, X, AST_PLACE_SET, &T, E); }
variable(V) ::= variable(X) FROM(T) expr(E).   { V = ast_place(p, X, AST_PLACE_START, &T, E); }

//////////////////////////// Expressions, from loosest to tightest /////////////////////////
expr(E) ::= IF(T) expr(C) THEN expr(A) ELSE expr(B). { E = ast_conditional(p, &T, C, A, B); }
expr(E) ::= disj(A).                           { E = A; }
disj(E) ::= disj(A) OR(T) conj(B).             { E = ast_chain(p, AST_OR, A, AST_FIRST, &T, B); }
disj(E) ::= conj(A).                           { E = A; }
conj(E) ::= conj(A) AND(T) neg(B).             { E = ast_chain(p, AST_AND, A, AST_FIRST, &T, B); }
conj(E) ::= neg(A).                            { E = A; }
neg(E) ::= NOT(T) neg(A).                      { E = ast_unary(p, AST_NOT, &T, A); }
neg(E) ::= comp(A).                            { E = A; }
comp(E) ::= comp(A) CMP(T) span(B).            { E = ast_chain(p, AST_COMPARE, A, T.word, &T, B); }
comp(E) ::= span(A).                           { E = A; }
span(E) ::= sum(A) DOTDOT(T) sum(B).           { E = ast_binary(p, AST_RANGE, A, &T, B); }
span(E) ::= sum(A) STEPS(T).                   { E = ast_budget(p, A, AST_STEPS, &T); }
span(E) ::= sum(A) EPOCHS(T).                  { E = ast_budget(p, A, AST_EPOCHS, &T); }
span(E) ::= sum(A) SECONDS(T).                 { E = ast_budget(p, A, AST_SECONDS, &T); }
span(E) ::= sum(A).                            { E = A; }
sum(E) ::= sum(A) PLUS(T) term(B).             { E = ast_chain(p, AST_SUM, A, AST_PLUS, &T, B); }
sum(E) ::= sum(A) MINUS(T) term(B).            { E = ast_chain(p, AST_SUM, A, AST_MINUS, &T, B); }
sum(E) ::= term(A).                            { E = A; }
term(E) ::= term(A) STAR(T) unary(B).          { E = ast_chain(p, AST_PRODUCT, A, AST_TIMES, &T, B); }
// No coefficient behind `/` and `^`: `1/2x` and `2^3x` are errors that show both readings.
term(E) ::= term(A) SLASH(T) exponent(B).      { E = ast_chain(p, AST_PRODUCT, A, AST_OVER_DIVIDE, &T, B); }
term(E) ::= term(A) AT(T) unary(B).            { E = ast_chain(p, AST_PRODUCT, A, AST_MATMUL, &T, B); }
term(E) ::= unary(A).                          { E = A; }
unary(E) ::= MINUS(T) unary(A).                { E = ast_unary(p, AST_NEGATE, &T, A); }
unary(E) ::= PLUS(T) unary(A).                 { E = ast_unary(p, AST_POSITIVE, &T, A); }
unary(E) ::= COEFF(T) power(A).                { E = ast_glued(p, &T, A); }
unary(E) ::= power(A).                         { E = A; }
power(E) ::= postfix(A) POW(T) exponent(B).    { E = ast_binary(p, AST_POWER, A, &T, B); }
power(E) ::= postfix(A) SUPERSCRIPT(T).        { E = ast_superscript(p, A, &T); }
power(E) ::= ROOT(T) postfix(A).               { E = ast_unary(p, AST_ROOT, &T, A); }
power(E) ::= postfix(A).                       { E = A; }
exponent(E) ::= MINUS(T) exponent(A).          { E = ast_unary(p, AST_NEGATE, &T, A); }
exponent(E) ::= PLUS(T) exponent(A).           { E = ast_unary(p, AST_POSITIVE, &T, A); }
exponent(E) ::= power(A).                      { E = A; }

////////////////////////////////// Calls, indices, fields //////////////////////////////////
postfix(E) ::= atom(A).                        { E = A; }
postfix(E) ::= postfix(A) LPAREN(O) args(L) RPAREN(C).        { E = ast_applied(p, AST_CALL, A, &O, L, &C); }
postfix(E) ::= postfix(A) LBRACKET(O) indices(L) RBRACKET(C). { E = ast_applied(p, AST_INDEX, A, &O, L, &C); }
postfix(E) ::= postfix(A) DOT IDENT(N).        { E = ast_field(p, A, &N); }
postfix(E) ::= postfix(A) PRIME(T).            { E = ast_prime(p, A, &T); }
args(L) ::= .                                  { L = ast_none(p); }
args(L) ::= arglist(A).                        { L = A; }
args(L) ::= comprehension(A).                  { L = ast_list(p, A); }
arglist(L) ::= arg(A).                         { L = ast_list(p, A); }
arglist(L) ::= arglist(A) COMMA arg(B).        { L = ast_more(p, A, B); }
arg(A) ::= expr(E).                            { A = E; }
arg(A) ::= IDENT(N) ASSIGN expr(E).            { A = ast_named(p, AST_ARGUMENT, &N, E); }
indices(L) ::= index(A).                       { L = ast_list(p, A); }
indices(L) ::= indices(A) COMMA index(B).      { L = ast_more(p, A, B); }
index(A) ::= expr(E).                          { A = E; }
index(A) ::= DOTDOT(T).                        { A = ast_leaf(p, AST_ALL, &T); }

/////////////////////////////////////////// Atoms //////////////////////////////////////////
atom(E) ::= NUMBER(T).                         { E = ast_number(p, &T); }
atom(E) ::= STRING(T).                         { E = ast_string(p, &T); }
atom(E) ::= IDENT(T).                          { E = ast_name(p, &T); }
atom(E) ::= NABLA(T) IDENT(N).                 { E = ast_nabla(p, &T, &N); }
atom(E) ::= TRUE(T).                           { E = ast_leaf(p, AST_TRUE, &T); }
atom(E) ::= FALSE(T).                          { E = ast_leaf(p, AST_FALSE, &T); }
atom(E) ::= LPAREN(O) expr(A) RPAREN(C).       { E = ast_enclosed(p, AST_GROUP, &O, A, &C); }
atom(E) ::= BAR(O) expr(A) BAR(C).             { E = ast_enclosed(p, AST_ABSOLUTE, &O, A, &C); }
atom(E) ::= LBRACKET(O) RBRACKET(C).           { E = ast_brackets(p, &O, NULL, &C); }
atom(E) ::= LBRACKET(O) rows(R) RBRACKET(C).   { E = ast_brackets(p, &O, R, &C); }
atom(E) ::= LBRACKET(O) comprehension(A) RBRACKET(C). { E = ast_spread(p, &O, A, &C); }
rows(L) ::= items(R).                          { L = ast_list(p, R); }
rows(L) ::= rows(A) ROW items(R).              { L = ast_more(p, A, R); }
items(L) ::= expr(E).                          { L = ast_list(p, E); }
items(L) ::= items(A) COMMA expr(E).           { L = ast_more(p, A, E); }
comprehension(E) ::= expr(A) FOR(T) generators(L) filter(F). { E = ast_comprehension(p, A, &T, L, F); }
generators(L) ::= generator(A).                { L = ast_list(p, A); }
generators(L) ::= generators(A) COMMA generator(B). { L = ast_more(p, A, B); }
generator(G) ::= IDENT(N) IN span(E).          { G = ast_named(p, AST_GENERATOR, &N, E); }
filter(F) ::= .                                { F = NULL; }
filter(F) ::= IF(T) disj(E).                   { F = ast_keyword(p, AST_FILTER, &T, E); }

///////////////////////////////////////// Recovery /////////////////////////////////////////
// The rest of a statement that is wrong is skipped up to its end, or up to the block that
// belongs to it, whose `{` then comes as RESUME: the block is read for its own mistakes.
broken(B) ::= error.                           { B = ast_mistake(p); }
broken(B) ::= broken(A) RESUME stmts RBRACE.         { B = A; }
broken(B) ::= broken(A) RESUME stmts stmt RBRACE.    { B = A; }
broken(B) ::= broken(A) RESUME stmts broken RBRACE.  { B = A; }
broken(B) ::= broken(A) ELSE block.                  { B = A; }
broken(B) ::= broken(A) ELSE IF expr block.          { B = A; }

%code {
static const unsigned char NUMBERS[] = {
#define TOKEN(id, spelling, class, traits) [TOKEN_##id] = T_##id,
#define T_END 0
#include "syntax/token.def"
#undef T_END
#undef TOKEN
};

void parser_start(struct parser *p)
{
    p->tables = arena_get(p->arena, sizeof(yyParser));
    ParseInit(p->tables);
}

void parser_feed(struct parser *p, const struct token *token)
{
    Parse(p->tables, NUMBERS[token->kind], *token, p);
}

void parser_recovered(struct parser *p)
{
    ((yyParser *)p->tables)->yyerrcnt = -1;
}
}
