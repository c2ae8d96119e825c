/* SPDX-License-Identifier: MIT
 * What is told of a claim: nothing when it holds, unless all is to be told. */
#include "script/claim.h"

#include "script/execute.h"

#include <math.h>
#include <string.h>

enum { DIGITS = 10 };

/* One number out of the enclosure: exact, or its first digits. */
static double shown(struct interval x)
{
    return isinf(x.low) || isinf(x.high) ? (isinf(x.high) ? x.low : x.high)
                                         : x.low + (x.high - x.low) / 2;
}

static void put_side(struct text *out, const struct claim_verdict *v,
                     struct interval side)
{
    double left = shown(v->left), right = shown(v->right);
    bool is_close =
        left != right && fabs(left - right) < 1e-8 * fmax(fabs(left), fabs(right));
    text_puts(out, isinf(side.high) ? "more than " : isinf(side.low) ? "less than " : "");
    text_rounded(out, shown(side), is_close ? 17 : DIGITS);
}

static void put_point(const struct claim_outcome *s, struct text *out)
{
    const struct claim *claim = s->claim;
    for (size_t i = 0; i < claim->n; i++) {
        text_format(out, "%s%s = ", i == 0 ? "" : ", ",
                    intern_text(claim->e->session->names, claim->names[i]));
        text_number(out, s->verdict.at[i]);
    }
}

static const char *claim_text(const struct claim_outcome *s)
{
    return session_text(s->claim->e->session, s->claim->node->child[0]->span);
}

static void tell_failure(struct claim_outcome *s)
{
    struct session *session = s->claim->e->session;
    const struct claim_verdict *v = &s->verdict;
    struct span place =
        span_join(v->relation->left_text->span, v->relation->right_text->span);
    struct text why;
    text_init(&why, &session->scratch);
    text_puts(&why, "at ");
    put_point(s, &why);
    if (v->relation->element > 0)
        text_format(&why, " element %zu of", v->relation->element);
    text_puts(&why, " the left side is ");
    put_side(&why, v, v->left);
    text_puts(&why, ", the right side ");
    put_side(&why, v, v->right);
    (void)session_error(session, CODE_CLAIM_FAILED, place, "`claim %s` fails: %s",
                        claim_text(s), text_string(&why));
    if (s->slip != NULL)
        diagnostic_note(&session->diagnostics, session_last(session), "%s", s->slip);
    if (s->hint != NULL)
        diagnostic_help(&session->diagnostics, session_last(session), "%s", s->hint);
}

static void tell_undecided(struct claim_outcome *s)
{
    struct session *session = s->claim->e->session;
    const struct claim_verdict *v = &s->verdict;
    struct diagnostic *item = diagnostic_add(&session->diagnostics, CODE_CLAIM_UNDECIDED,
                                             s->claim->node->child[0]->span,
                                             "`claim %s` is not decided: the sides are "
                                             "not the same formula, and no point tells "
                                             "them apart",
                                             claim_text(s));
    diagnostic_note(&session->diagnostics, item,
                    "they agree at %zu points; at %zu a side is undefined, at %zu the "
                    "bounds are too wide",
                    v->points, v->undefined, v->unclear);
    if (v->undefined > v->points + v->unclear)
        diagnostic_help(&session->diagnostics, item,
                        "say where it should hold: `over x in [0, 1]`");
}

static const char *reason_text(const struct claim_outcome *s)
{
    const struct claim_verdict *v = &s->verdict;
    struct text out;
    text_init(&out, &s->claim->e->session->scratch);
    bool equal = v->relation->word == AST_EQUAL;
    if (v->reason == BY_SIMPLIFICATION)
        text_puts(&out, "equal by simplification");
    else if (v->reason == BY_INTERVALS)
        text_puts(&out, "holds, proved in interval arithmetic");
    else
        text_format(&out, "%s at %zu points in interval arithmetic",
                    equal ? "equal" : "holds", v->points);
    return text_string(&out);
}

static void put_event(struct claim_outcome *s)
{
    static const char *const decisions[] = {"holds", "fails", "undecided"};
    static const char *const reasons[] = {"simplification", "intervals", "points"};
    const struct claim *claim = s->claim;
    struct session *session = claim->e->session;
    const struct claim_verdict *v = &s->verdict;
    struct text out;
    text_init(&out, &session->scratch);
    begin_event(session, &out, "claim", claim->node->span);
    text_format(&out, ",\"passed\":%s,\"decision\":\"%s\",\"by\":\"%s\",\"points\":%zu",
                v->decision == CLAIM_HOLDS ? "true" : "false", decisions[v->decision],
                reasons[v->reason], v->points);
    for (size_t i = 0; v->decision == CLAIM_FAILS && i < claim->n; i++) {
        const char *name = intern_text(session->names, claim->names[i]);
        text_puts(&out, i == 0 ? ",\"counterexample\":{" : ",");
        text_json(&out, name, strlen(name));
        text_putc(&out, ':');
        text_json_number(&out, v->at[i]);
    }
    if (v->decision == CLAIM_FAILS) {
        text_puts(&out, "},\"left\":");
        text_json_number(&out, shown(v->left));
        text_puts(&out, ",\"right\":");
        text_json_number(&out, shown(v->right));
    }
    if (s->slip != NULL) {
        text_puts(&out, ",\"slip\":");
        text_json(&out, s->slip, strlen(s->slip));
    }
    text_puts(&out, ",\"worth\":");
    text_json_number(&out, s->worth);
    text_puts(&out, "}\n");
    session_write(session, out.data, out.length);
}

static void put_reason(struct claim_outcome *s)
{
    struct session *session = s->claim->e->session;
    struct text out;
    text_init(&out, &session->scratch);
    text_format(&out, "claim %s: %s\n", claim_text(s), reason_text(s));
    session_write(session, text_string(&out), out.length);
}

void claim_tell(struct claim_outcome *s)
{
    struct session *session = s->claim->e->session;
    bool holds = s->verdict.decision == CLAIM_HOLDS;
    session->summary.expectations++;
    session->summary.points_possible += s->worth;
    session->summary.points += holds ? s->worth : 0;
    session->summary.failed += holds ? 0 : 1;
    if (session->options.json)
        put_event(s);
    else if (holds && (session->options.verbose || session->options.prompt))
        put_reason(s);
    if (holds)
        return;
    if (s->verdict.decision == CLAIM_FAILS)
        tell_failure(s);
    else
        tell_undecided(s);
    if (session->status < TW_EXPECT_FAILED)
        session->status = TW_EXPECT_FAILED;
    session_flush(session, TW_EXPECT_FAILED);
}
