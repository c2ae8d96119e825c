/* SPDX-License-Identifier: MIT
 * sweep_allocations.c - every memory request of every test script fails once.
 *
 * A script is run with its 1st, 2nd, 3rd ... request failing until one run is not reached
 * by the failure any more.  A script that takes long has fewer of its requests fail. Each
 * failing run must end as TW_LIMIT, and its session must run a further script.  What
 * leaks is found by the leak sanitizer at the end.
 *
 * sweep_allocations SHARE/SHARES FOLDER...: one of so many shares of the scripts, from 0.
 */
#include "talweg.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

enum {
    PATH_ROOM = 1024,
    SCRIPTS_MOST = 4096,
    EACH_ONE = 300,  /* so many requests fail one by one, then every tenth part; */
    EACH_LEAST = 30, /* at least so many, */
    EACH_MILLISECONDS = 3000, /* in about that time */
    ENDLESS = 1000 * 1000     /* a sweep that long has gone wrong */
};

/* Scripts that loop for ever end by this. */
static const uint64_t STEP_LIMIT = 20 * 1000;

struct paths {
    char *items[SCRIPTS_MOST];
    size_t count;
};

static bool is_script(const char *name)
{
    size_t length = strlen(name);
    return length > 4 && strcmp(name + length - 4, ".opt") == 0;
}

static void collect(struct paths *paths, const char *folder)
{
    DIR *directory = opendir(folder);
    if (directory == NULL)
        return;
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
        char path[PATH_ROOM];
        struct stat status;
        int length = snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        if (entry->d_name[0] == '.' || length >= PATH_ROOM || stat(path, &status) != 0)
            continue;
        if (S_ISDIR(status.st_mode))
            collect(paths, path);
        else if (is_script(path) && paths->count < SCRIPTS_MOST)
            paths->items[paths->count++] = strdup(path);
    }
    closedir(directory);
}

static int compare_paths(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The whole file, NUL-terminated, or NULL. */
static char *read_whole(const char *path, size_t *length)
{
    FILE *file = fopen(path, "rb");
    struct stat status;
    if (file == NULL || fstat(fileno(file), &status) != 0)
        return NULL;
    char *text = calloc(1, (size_t)status.st_size + 1);
    if (text != NULL)
        *length = fread(text, 1, (size_t)status.st_size, file);
    fclose(file);
    return text;
}

static void ignore(void *user, tw_channel channel, const char *text, size_t length)
{
    (void)user, (void)channel, (void)text, (void)length;
}

/* Tables that a script reads lie beside it; what it writes is dropped. */
static int read_file(void *user, const char *path, char **text, size_t *length)
{
    (void)user;
    *text = read_whole(path, length);
    return *text == NULL ? ENOENT : 0;
}

static void release(void *user, char *text)
{
    (void)user;
    free(text);
}

static int drop_file(void *user, const char *path, const char *text, size_t length)
{
    (void)user, (void)path, (void)text, (void)length;
    return 0;
}

/* Runs the script with one failing request (0: none).  *reusable tells whether the
 * session could run a further script. */
static tw_status run_once(const char *path, const char *text, size_t length,
                          uint64_t fail_request, bool *reusable)
{
    tw_options options = {.write = ignore,
                          .read_file = read_file,
                          .release = release,
                          .write_file = drop_file,
                          .step_limit = STEP_LIMIT,
                          .fail_request = fail_request};
    tw_session *session = tw_open(&options);
    *reusable = true;
    if (session == NULL)
        return TW_LIMIT;
    tw_status status = tw_run(session, path, text, length);
    if (fail_request != 0 && status == TW_LIMIT)
        *reusable = tw_run(session, "after", "print 1 + 1\n", 12) == TW_OK;
    tw_close(session);
    return status;
}

/* Of a script that takes so long. */
static uint64_t one_by_one(clock_t duration)
{
    double milliseconds = 1000.0 * (double)duration / CLOCKS_PER_SEC;
    double runs = EACH_MILLISECONDS / (milliseconds > 1 ? milliseconds : 1);
    return runs > EACH_ONE ? EACH_ONE : runs < EACH_LEAST ? EACH_LEAST : (uint64_t)runs;
}

static uint64_t next_request(uint64_t request, uint64_t each)
{
    return request < each || request < 10 ? request + 1 : request + request / 10;
}

/* Writes the case's line; returns whether it passed. */
static bool sweep(size_t number, const char *path, const char *name)
{
    size_t length = 0;
    char *text = read_whole(path, &length);
    if (text == NULL) {
        printf("not ok %zu - %s\n# cannot be read\n", number, name);
        return false;
    }
    bool reusable = true;
    clock_t began = clock();
    tw_status wanted = run_once(path, text, length, 0, &reusable);
    uint64_t each = one_by_one(clock() - began);
    tw_status got = TW_LIMIT;
    uint64_t request = 1;
    /* Where the script meets a limit of its own, the end of the sweep cannot be seen, and
     * the session has no steps left for a further script. */
    bool limited = wanted == TW_LIMIT;
    uint64_t last = limited ? 100 : ENDLESS;
    for (; request <= last; request = next_request(request, each)) {
        got = run_once(path, text, length, request, &reusable);
        reusable = reusable || limited;
        if (got != TW_LIMIT || !reusable)
            break;
    }
    free(text);
    bool passed = reusable && got == wanted && request > 1 && request < ENDLESS;
    printf("%sok %zu - %s\n", passed ? "" : "not ", number, name);
    if (!passed)
        printf("# request %llu failing: %s, without: %s%s\n", (unsigned long long)request,
               tw_status_name(got), tw_status_name(wanted),
               reusable ? "" : "; the session is of no use afterwards");
    return passed;
}

int main(int count, char **arguments)
{
    static struct paths paths;
    bool passed = true;
    size_t share = 0, shares = 1, number = 0;
    if (count < 3 || sscanf(arguments[1], "%zu/%zu", &share, &shares) != 2)
        return 2;
    for (int i = 2; i < count; i++)
        collect(&paths, arguments[i]);
    qsort(paths.items, paths.count, sizeof paths.items[0], compare_paths);
    for (size_t i = 0; i < paths.count; i++) {
        const char *name = strrchr(paths.items[i], '/');
        if (i % shares == share && !sweep(++number, paths.items[i], name + 1))
            passed = false;
        free(paths.items[i]);
    }
    printf("1..%zu\n", number);
    return passed && number > 0 ? 0 : 1;
}
