/* SPDX-License-Identifier: MIT
 * modules_from_memory.c - modules that a program hands over through read_file: what it
 * gives comes back whatever fails, and a session goes on as a prompt does. */
#include "talweg.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct file {
    const char *path, *text;
};

static const struct file files[] = {
    {"lab/outer.opt", "use \"inner.opt\"\nouter(x) = 2*inner(x)\n"},
    {"lab/inner.opt", "c = 3\ninner(x) = c*x\nexpect inner(1) == 3\n"},
    {"own/losses.opt", "# Mine.\nhuber(r) = 77*r\n"},
    {"lab/wrong.opt", "f(x) = (x\n"},
    {"lab/ring.opt", "use \"ring.opt\"\n"},
};

struct host {
    char shown[65536];
    size_t length;
    int held; /* texts that were given and did not come back */
    int reads;
};

static void keep(void *user, tw_channel channel, const char *text, size_t length)
{
    struct host *host = user;
    if (channel != TW_RESULTS || length >= sizeof host->shown - host->length)
        return;
    memcpy(host->shown + host->length, text, length);
    host->length += length;
    host->shown[host->length] = '\0';
}

/* A comment behind each text makes it so long that its copy needs memory of its own. */
enum { PADDING = 200 * 1000 };

static int give(void *user, const char *path, char **text, size_t *length)
{
    struct host *host = user;
    host->reads++;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        if (strcmp(files[i].path, path) == 0) {
            size_t own = strlen(files[i].text);
            *length = own + PADDING;
            *text = malloc(*length); /* no NUL behind it */
            if (*text == NULL)
                return ENOMEM;
            memcpy(*text, files[i].text, own);
            memset(*text + own, '#', PADDING);
            host->held++;
            return 0;
        }
    return ENOENT;
}

static void take_back(void *user, char *text)
{
    struct host *host = user;
    host->held--;
    free(text);
}

static tw_session *open_host(struct host *host, uint64_t fail_request,
                             const char *library)
{
    tw_options options = {.user = host,
                          .write = keep,
                          .read_file = give,
                          .release = take_back,
                          .library_path = library,
                          .fail_request = fail_request};
    *host = (struct host){.length = 0};
    return tw_open(&options);
}

static tw_status run(tw_session *session, const char *script)
{
    return tw_run(session, "lab/main.opt", script, strlen(script));
}

static int failed;

static void check(bool holds, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "does not hold: %s\n", what);
    failed = 1;
}

/* Every memory request fails once: nothing that was given is lost. */
static void each_request_fails(const char *script, tw_status wanted)
{
    static struct host host;
    tw_status status = TW_LIMIT;
    uint64_t request = 1;
    for (; status == TW_LIMIT && request < 100000; request++) {
        tw_session *session = open_host(&host, request, "own");
        if (session == NULL)
            continue;
        status = run(session, script);
        check(host.held == 0, script);
        check(status != TW_LIMIT || run(session, "print 1") == TW_OK, "a run afterwards");
        tw_close(session);
    }
    check(request > 3, "some request fails");
    check(status == wanted, script);
}

static void a_prompt_goes_on(void)
{
    static struct host host;
    char folder[] = "own";
    tw_session *session = open_host(&host, 0, folder);
    if (session == NULL)
        abort();
    memset(folder, 'x', sizeof folder - 1); /* the session has a copy */
    check(run(session, "use \"outer.opt\"") == TW_OK, "use");
    check(run(session, "print outer(1)") == TW_OK, "a later run");
    int reads = host.reads;
    check(run(session, "use \"outer.opt\"\nuse losses\nprint huber(1)") == TW_OK,
          "again");
    check(host.reads == reads + 3, "a file is read again by a later run");
    check(strcmp(host.shown, "6\n77\n") == 0, host.shown);
    host.length = 0;
    check(tw_help(session, "huber") && strstr(host.shown, "Mine.") != NULL,
          "its comment");
    tw_reset(session);
    check(run(session, "print outer(1)") == TW_BAD_SCRIPT, "forgotten");
    check(run(session, "use \"outer.opt\"\nprint outer(1)") == TW_OK, "after a reset");
    tw_close(session);
}

/* Without read_file the built-in modules are there, and files are not. */
static void a_sandbox_reads_nothing(void)
{
    static struct host host;
    tw_options options = {.user = &host, .write = keep, .library_path = "own"};
    tw_session *session = tw_open(&options);
    if (session == NULL)
        abort();
    check(run(session, "use losses\nprint huber(3, 1)") == TW_OK, "a built-in module");
    check(run(session, "use \"outer.opt\"") == TW_UNREADABLE, "no file");
    check(strcmp(host.shown, "2.5\n") == 0, host.shown);
    tw_close(session);
}

static void find_losses(void *user, const char *name)
{
    if (strcmp(name, "losses") == 0)
        *(bool *)user = true;
}

static void completion_knows_modules(void)
{
    static struct host host;
    bool found = false;
    tw_session *session = open_host(&host, 0, NULL);
    tw_complete(session, "loss", find_losses, &found);
    check(found, "completion");
    tw_close(session);
}

int main(void)
{
    each_request_fails("use \"outer.opt\"\nuse losses\nprint outer(1)", TW_OK);
    each_request_fails("use \"wrong.opt\"", TW_BAD_SCRIPT);
    each_request_fails("use \"ring.opt\"", TW_BAD_SCRIPT);
    each_request_fails("use \"none.opt\"", TW_UNREADABLE);
    a_prompt_goes_on();
    a_sandbox_reads_nothing();
    completion_knows_modules();
    return failed;
}
