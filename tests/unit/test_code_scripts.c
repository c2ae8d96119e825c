/* SPDX-License-Identifier: MIT
 * Every code that a script can show: its wrong script gets that code and no other, its
 * mended script gets none.  So the pages of `talweg explain` are true. */
#include "script_fixture.h"
#include "talweg.h"

#include <errno.h>

enum { OUTPUT_MOST = 1 << 16 };

/* What a run wrote as JSON; more than fits is dropped. */
struct output {
    char text[OUTPUT_MOST];
    size_t length;
};

static void keep(void *user, tw_channel channel, const char *text, size_t length)
{
    (void)channel;
    struct output *output = user;
    if (length >= OUTPUT_MOST - output->length)
        length = OUTPUT_MOST - 1 - output->length;
    memcpy(output->text + output->length, text, length);
    output->length += length;
}

static int read_nothing(void *user, const char *path, char **text, size_t *length)
{
    (void)user;
    (void)path;
    *text = NULL;
    *length = 0;
    return ENOENT;
}

/* Runs a script; `codes` gets those of its messages, a blank behind each. */
static void run(const char *script, char *codes, size_t size)
{
    static struct output output; /* too large for the stack */
    output.length = 0;
    tw_options options = {.user = &output,
                          .write = keep,
                          .read_file = read_nothing,
                          .json = true,
                          .step_limit = 100000};
    tw_session *session = tw_open(&options);
    assert_non_null(session);
    tw_run(session, "page.opt", script, strlen(script));
    tw_close(session);
    output.text[output.length] = '\0';
    static const char field[] = "\"code\":\"";
    size_t used = 0;
    codes[0] = '\0';
    for (const char *at = output.text; (at = strstr(at, field)) != NULL;) {
        at += sizeof field - 1;
        size_t length = strcspn(at, "\"");
        if (used + length + 2 > size)
            break;
        memcpy(codes + used, at, length);
        used += length;
        codes[used++] = ' ';
        codes[used] = '\0';
    }
}

static void the_scripts_of_the_table_are_true(void **state)
{
    (void)state;
    size_t untrue = 0;
    for (size_t i = 0; i < CODE_COUNT; i++) {
        const struct code_info *info = code_info((enum code)i);
        if (info->wrong == NULL)
            continue;
        char expected[16], wrong[256], mended[256];
        run(info->wrong, wrong, sizeof wrong);
        run(info->mended, mended, sizeof mended);
        size_t length = strlen(info->id);
        memcpy(expected, info->id, length);
        memcpy(expected + length, " ", 2);
        if (strcmp(wrong, expected) != 0 || strcmp(mended, "") != 0) {
            print_message("# %s: the wrong script gets [%s], the mended one [%s]\n",
                          info->id, wrong, mended);
            untrue++;
        }
    }
    assert_int_equal(untrue, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_scripts_of_the_table_are_true),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
