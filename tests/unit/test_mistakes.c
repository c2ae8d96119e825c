/* SPDX-License-Identifier: MIT
 * The scripts that were written before anything was built: each of
 * tests/grammar/written.txt parses, and each of tests/grammar/mistakes.txt gets the code
 * that is written here. */
#include "parse_fixture.h"

#define LEGAL ""   /* the language reads it as it stands */
#define CHECKER "" /* what is wrong shows with the names and values */

static const struct {
    const char *name, *codes;
} MISTAKES[] = {
    {"eq-in-subject", "E0121"},
    {"eq-in-if", "E0121"},
    {"eq-in-expect", "E0121"},
    {"eq-in-until", "E0121"},
    {"no-over", "E0112"},
    {"no-start", "E0207"},
    {"no-objective", "E0112"},
    {"func-no-arg", LEGAL},
    {"undefined-w", CHECKER},
    {"python-def", "E0117"},
    {"julia-function", "E0116"},
    {"matlab-func", "E0116"},
    {"r-func", "E0115"},
    {"python-pow", "E0113"},
    {"c-comment", "E0012"},
    {"matlab-comment", "E0012"},
    {"sql-comment", CHECKER},
    {"colon-range", "E0118"},
    {"c-for", "E0144"},
    {"for-eq", "E0122"},
    {"for-end", "E0132"},
    {"python-for", "E0132"},
    {"while", LEGAL},
    {"plus-eq", "E0115"},
    {"incr", "E0115"},
    {"and-c", "E0113"},
    {"not-c", "E0113"},
    {"ne", "E0113"},
    {"ternary", "E0119"},
    {"sin-no-paren", "E0123"},
    {"two-glue-names", "E0123"},
    {"name-glue", CHECKER},
    {"paren-times", CHECKER},
    {"name-paren-times", CHECKER},
    {"sin2", "E0124"},
    {"exp2x", "E0124"},
    {"half", "E0124"},
    {"x2y", "E0124"},
    {"octave-list", "E0130"},
    {"octave-neg", "E0129"},
    {"octave-transpose", CHECKER},
    {"octave-elementwise", "E0114 E0114"},
    {"octave-elementwise2", LEGAL},
    {"octave-cont", "E0118"},
    {"backslash", "E0113"},
    {"single-quote", "E0008"},
    {"unclosed-string", "E0005"},
    {"unclosed-paren", "E0125"},
    {"unclosed-bracket", "E0125"},
    {"extra-paren", "E0126"},
    {"unclosed-bar", "E0127"},
    {"fullwidth", "E0007"},
    {"smartquotes", "E0008"},
    {"nbsp", LEGAL},
    {"comma-clause", "E0142"},
    {"steps-no-until", "E0134"},
    {"until-number", "E0134"},
    {"until-step", "E0134"},
    {"step-equals", "E0122"},
    {"by-str", CHECKER},
    {"lr-name", "E0133"},
    {"from-first", "E0112"},
    {"start-eq", "E0122"},
    {"two-steps", "E0230"},
    {"missing-comma-over", "E0130"},
    {"subject-no-to", "E0143"},
    {"such-that", "E0133"},
    {"st", "E0133"},
    {"where", "E0133"},
    {"else-if-word", "E0117"},
    {"else-no-brace", "E0132"},
    {"then-assign", "E0137"},
    {"missing-else", "E0137"},
    {"brace-missing", "E0125"},
    {"stray-brace", "E0126"},
    {"print-format", "E0148"},
    {"fstring", "E0148"},
    {"concat", CHECKER},
    {"leading-plus", "E0128"},
    {"leading-minus", "E0128"},
    {"abs-mult", "E0127"},
    {"chained-bars", "E0127"},
    {"assign-expr", "E0135"},
    {"multi-assign", "E0135"},
    {"minimize-newline-text", LEGAL},
    {"method-arg-nokey", CHECKER},
    {"derivative-d", "E0147"},
    {"leibniz", CHECKER},
    {"prime-arg", "E0135"},
    {"redefine-kw", "E0136"},
    {"unit-glued", LEGAL},
    {"step-called", LEGAL},
    {"batch-word-next", LEGAL},
    {"plot-call", "E0141"},
    {"matrix-rows-newline", "E0130"},
    {"hex", "E0009"},
    {"fortran", "E0009"},
    {"comma-decimal", "E0011"},
    {"percent", "E0113"},
    {"thousand", "E0011"},
    {"dot-end", LEGAL},
    {"unicode-range", "E0118"},
    {"semicolon-after-if", "E0137"},
    {"comment-in-clause", LEGAL},
    {"question", "E0117"},
    {"generator-paren", "E0138"},
    {"sum-latex", "E0138"},
    {"sum-corpus", "E0138"},
    {"subject-for", "E0138"},
    {"in-tuple", "E0139"},
    {"open-interval", "E0139"},
    {"between", LEGAL},
    {"expect-approx", "E0113"},
    {"expect-pm", "E0113"},
    {"keyword-then-name", "E0136"},
    {"empty-block", LEGAL},
    {"neg-range", LEGAL},
    {"lab1-losses", "E0135"},
    {"two-names-data", "E0152"},
    {"two-names-sum", "E0152"},
    {"line-leading-plus", "E0128"},
    {"empty-print", "E0149"},
    {"trailing-comma", "E0131 E0131"},
    {"half-loss", "E0124 E0124 E0124"},
    {"neg-list-octave", "E0129"},
    {"matrix-newline-neg", "E0129"},
    {"clause-over-typo", "E0133"},
    {"clause-from-typo", "E0133"},
    {"clause-until-typo", "E0133"},
    {"clause-step-typo", "E0133"},
    {"clause-subject-typo", "E0133"},
    {"solve-for", "E0133"},
    {"solve-while", "E0133"},
    {"over-comparison", "E0139"},
    {"open-before-over", "E0125"},
    {"open-list-before-from", "E0125"},
    {"start-in-bounds", "E0207"},
    {"start-in-negative-bounds", "E0207"},
    {"start-in-simplex", "E0207"},
    {"start-positive", "E0207"},
    {"name-ln", CHECKER},
    {"name-np", CHECKER},
    {"name-e", CHECKER},
    {"method-sgd", CHECKER},
    {"setting-lr", CHECKER},
    {"setting-unknown", CHECKER},
    {"field-iterations", CHECKER},
    {"colon-row", "E0118"},
    {"colon-column", "E0118"},
};
enum { MISTAKE_COUNT = sizeof MISTAKES / sizeof *MISTAKES };

/* A file of cases: lines `=== name`, each followed by its script. */
struct cases {
    char *text;
    const char *at;
};

/* The file's folder is found from the place of this source. */
static void cases_open(struct cases *cases, const char *name)
{
    char path[1024] = __FILE__;
    char *slash = strrchr(path, '/');
    size_t size = 1 << 16;
    assert_non_null(slash);
    assert_true(snprintf(slash, sizeof path - (size_t)(slash - path), "/../grammar/%s",
                         name) > 0);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    cases->text = malloc(size);
    assert_non_null(cases->text);
    size_t length = fread(cases->text, 1, size - 1, file);
    assert_true(length > 0 && length < size - 1);
    cases->text[length] = '\0';
    cases->at = cases->text;
    assert_int_equal(fclose(file), 0);
}

/* The next case, or false. */
static bool cases_next(struct cases *cases, char name[64], const char **script,
                       size_t *length)
{
    static const char MARK[] = "=== ";
    if (strncmp(cases->at, MARK, strlen(MARK)) != 0)
        return false;
    const char *begin = cases->at + strlen(MARK), *end = strchr(begin, '\n');
    assert_true(end - begin < 64);
    memcpy(name, begin, (size_t)(end - begin));
    name[end - begin] = '\0';
    *script = end + 1;
    const char *next = strstr(end, "\n=== ");
    cases->at = next == NULL ? end + strlen(end) : next + 1;
    *length = (size_t)(cases->at - *script);
    return true;
}

static void what_was_written_parses(void **state)
{
    (void)state;
    struct cases cases;
    char name[64];
    const char *script;
    size_t length, count = 0;
    cases_open(&cases, "written.txt");
    while (cases_next(&cases, name, &script, &length)) {
        struct parsed p;
        parsed_open(&p, script, length);
        enum parse_outcome outcome = parse_source(&p.parse, p.base.script);
        if (outcome != PARSE_OK)
            print_error("case %s: %s\n", name, parsed_codes(&p));
        assert_int_equal(outcome, PARSE_OK);
        assert_int_equal(p.base.list.count, 0);
        parsed_close(&p);
        count++;
    }
    assert_true(count > 100);
    free(cases.text);
}

static const char *expected(const char *name)
{
    for (size_t i = 0; i < MISTAKE_COUNT; i++)
        if (strcmp(MISTAKES[i].name, name) == 0)
            return MISTAKES[i].codes;
    return NULL;
}

static void every_mistake_is_told_as_what_it_is(void **state)
{
    (void)state;
    struct cases cases;
    char name[64];
    const char *script;
    size_t length, count = 0;
    cases_open(&cases, "mistakes.txt");
    while (cases_next(&cases, name, &script, &length)) {
        struct parsed p;
        parsed_open(&p, script, length);
        enum parse_outcome outcome = parse_source(&p.parse, p.base.script);
        const char *codes = parsed_codes(&p), *wanted = expected(name);
        if (wanted == NULL || strcmp(codes, wanted) != 0)
            print_error("case %s: %s\n", name, codes);
        assert_non_null(wanted);
        assert_string_equal(codes, wanted);
        assert_int_equal(outcome == PARSE_OK, *wanted == '\0');
        parsed_close(&p);
        count++;
    }
    assert_int_equal(count, MISTAKE_COUNT);
    free(cases.text);
}

/* The general message is for what nobody thought of. */
static void no_mistake_gets_the_general_message(void **state)
{
    (void)state;
    const char *general = code_info(CODE_UNEXPECTED)->id;
    for (size_t i = 0; i < MISTAKE_COUNT; i++)
        assert_null(strstr(MISTAKES[i].codes, general));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_written_parses),
        cmocka_unit_test(every_mistake_is_told_as_what_it_is),
        cmocka_unit_test(no_mistake_gets_the_general_message),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
