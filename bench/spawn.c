/* SPDX-License-Identifier: MIT
 * spawn.c - what whole processes cost: spawn ROUNDS NAME=COMMAND...
 *
 * The commands (words separated by blanks, no shell) run in turn, round after round, so
 * that what else the machine does meets all alike; a first round is not counted.  For
 * each one line "NAME WALL CPU": medians in milliseconds; WALL from posix_spawn to the
 * end, CPU user and system time of the process as wait4 tells it. */
#define _GNU_SOURCE /* wait4 */
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

enum { WORDS_MOST = 32, PEERS_MOST = 32, ROUNDS_MOST = 100000 };

struct peer {
    const char *name;
    char *words[WORDS_MOST]; /* NULL-terminated */
    double *wall, *cpu;      /* milliseconds, one a round */
};

extern char **environ;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return 1e3 * (double)t.tv_sec + 1e-6 * (double)t.tv_nsec;
}

static double milliseconds(struct timeval t)
{
    return 1e3 * (double)t.tv_sec + 1e-3 * (double)t.tv_usec;
}

static void fail(const char *what, const char *which)
{
    fprintf(stderr, "spawn: %s: %s\n", what, which);
    exit(2);
}

/* Splits NAME=COMMAND in place. */
static void read_peer(struct peer *peer, char *argument, size_t rounds)
{
    char *command = strchr(argument, '=');
    if (command == NULL)
        fail("no NAME=COMMAND", argument);
    *command++ = '\0';
    peer->name = argument;
    size_t count = 0;
    for (char *word = strtok(command, " "); word != NULL; word = strtok(NULL, " ")) {
        if (count + 1 == WORDS_MOST)
            fail("too many words", peer->name);
        peer->words[count++] = word;
    }
    peer->words[count] = NULL;
    peer->wall = calloc(rounds, sizeof *peer->wall);
    peer->cpu = calloc(rounds, sizeof *peer->cpu);
    if (count == 0 || peer->wall == NULL || peer->cpu == NULL)
        fail("no command, or no memory", peer->name);
}

static void run_peer(const struct peer *peer, posix_spawn_file_actions_t *actions,
                     double *wall, double *cpu)
{
    pid_t child;
    int status;
    struct rusage usage;
    double begin = now();
    if (posix_spawnp(&child, peer->words[0], actions, NULL, peer->words, environ) != 0)
        fail("cannot start", peer->words[0]);
    if (wait4(child, &status, 0, &usage) != child || status != 0)
        fail("did not end with status 0", peer->name);
    *wall = now() - begin;
    *cpu = milliseconds(usage.ru_utime) + milliseconds(usage.ru_stime);
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *values, size_t count)
{
    qsort(values, count, sizeof *values, compare);
    return (values[(count - 1) / 2] + values[count / 2]) / 2;
}

int main(int argument_count, char **arguments)
{
    long wanted = argument_count < 3 ? 0 : strtol(arguments[1], NULL, 10);
    size_t peers = argument_count < 3 ? 0 : (size_t)argument_count - 2;
    if (wanted < 1 || wanted > ROUNDS_MOST || peers > PEERS_MOST)
        fail("usage", "spawn ROUNDS NAME=COMMAND...");
    size_t rounds = (size_t)wanted;
    struct peer peer[PEERS_MOST];
    for (size_t i = 0; i < peers; i++)
        read_peer(&peer[i], arguments[i + 2], rounds);

    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    double unused[2];
    for (size_t i = 0; i < peers; i++)
        run_peer(&peer[i], &actions, &unused[0], &unused[1]);
    for (size_t round = 0; round < rounds; round++)
        for (size_t i = 0; i < peers; i++)
            run_peer(&peer[i], &actions, &peer[i].wall[round], &peer[i].cpu[round]);
    posix_spawn_file_actions_destroy(&actions);

    for (size_t i = 0; i < peers; i++) {
        printf("%s %.4f %.4f\n", peer[i].name, median(peer[i].wall, rounds),
               median(peer[i].cpu, rounds));
        free(peer[i].wall);
        free(peer[i].cpu);
    }
    return 0;
}
