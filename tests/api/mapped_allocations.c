/* SPDX-License-Identifier: MIT
 * mapped_allocations.c - data that a program maps, read and summed over by several
 * threads, while every request for memory fails once: whatever was mapped is given back,
 * and a run says that memory ended or has the whole result. */
#include "talweg.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 20000 };

struct host {
    char *table, *matrix;
    size_t table_length, matrix_length;
    int mapped, unmapped;
    char results[256];
};

static void keep(void *user, tw_channel channel, const char *text, size_t length)
{
    struct host *host = user;
    size_t used = strlen(host->results);
    if (channel == TW_RESULTS && length < sizeof host->results - used) {
        memcpy(host->results + used, text, length);
        host->results[used + length] = '\0';
    }
}

/* A copy without a byte to spare, so that the address sanitizer sees what reads on. */
static int map(void *user, const char *path, char **text, size_t *length)
{
    struct host *host = user;
    bool is_table = strcmp(path, "table.csv") == 0;
    *length = is_table ? host->table_length : host->matrix_length;
    *text = malloc(*length);
    if (*text == NULL)
        return ENOMEM;
    memcpy(*text, is_table ? host->table : host->matrix, *length);
    host->mapped++;
    return 0;
}

static int unmap(void *user, char *text)
{
    struct host *host = user;
    host->unmapped++;
    free(text);
    return 0;
}

static unsigned count_threads(void *user)
{
    (void)user;
    return 3;
}

static void *take(size_t size)
{
    void *block = malloc(size);
    if (block == NULL)
        exit(1);
    return block;
}

/* Rows in quotes and without, and two columns of doubles as NumPy writes them. */
static void make_data(struct host *host)
{
    static const char head[] =
        "\x93NUMPY\x01\x00\x76\x00{'descr': '<f8', 'fortran_order': "
        "False, 'shape': (20000, 2), }";
    char *at = host->table = take((size_t)ROWS * 32 + 16);
    at += sprintf(at, "a,b,name\n");
    for (int i = 0; i < ROWS; i++)
        at += sprintf(at, "%d.5,\"%d\",\"n, %d\"\n", i % 100, i % 7, i % 3);
    host->table_length = (size_t)(at - host->table);
    host->matrix_length = 128 + (size_t)ROWS * 2 * sizeof(double);
    host->matrix = take(host->matrix_length);
    memset(host->matrix, ' ', 128);
    memcpy(host->matrix, head, sizeof head - 1);
    host->matrix[127] = '\n';
    for (size_t i = 0; i < 2 * (size_t)ROWS; i++) {
        double number = (double)(i % 10);
        memcpy(host->matrix + 128 + i * sizeof number, &number, sizeof number);
    }
}

static const char script[] =
    "d = read(\"table.csv\")\n"
    "m = read(\"matrix.npy\")\n"
    "r = minimize mean((r.a - w - exp(v)*r.b)^2 for r in d) + mean((m[i, 1] - w)^2 for i "
    "in "
    "1..20000) over w from 1, v from 0 by gradient step 0.01 until 2 steps\n"
    "print rows(d), columns(d, \"a\")[2, 1], r.value\n";

/* With the request that fails; 0: none does. */
static tw_status run(struct host *host, uint64_t request)
{
    tw_options options = {.user = host,
                          .write = keep,
                          .map_file = map,
                          .unmap_file = unmap,
                          .threads = count_threads,
                          .fail_request = request};
    host->mapped = host->unmapped = 0;
    host->results[0] = '\0';
    tw_session *session = tw_open(&options);
    if (session == NULL)
        return TW_LIMIT;
    tw_status status = tw_run(session, "test", script, sizeof script - 1);
    tw_close(session);
    return status;
}

int main(void)
{
    struct host host = {0};
    char whole[sizeof host.results];
    make_data(&host);
    bool fine = run(&host, 0) == TW_OK && host.mapped == 2 && host.unmapped == 2;
    memcpy(whole, host.results, sizeof whole);
    uint64_t request = 1;
    for (tw_status status = TW_LIMIT; fine && status != TW_OK; request++) {
        status = run(&host, request);
        fine =
            host.mapped == host.unmapped &&
            (status == TW_LIMIT || (status == TW_OK && strcmp(whole, host.results) == 0));
    }
    if (!fine || request < 20)
        (void)fprintf(stderr, "failed at request %llu: %d mapped, %d given back, %s\n",
                      (unsigned long long)request, host.mapped, host.unmapped,
                      host.results);
    free(host.table);
    free(host.matrix);
    return fine && request >= 20 ? 0 : 1;
}
