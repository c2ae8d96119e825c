/* SPDX-License-Identifier: MIT
 * shared helpers of the hand-written C peers: clock, result line, file reading */
#ifndef BENCH_H
#define BENCH_H
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
/* CPU time of this process by default: the machine is shared, and wall time would count
 * the neighbours; WALL=1 for threaded runs */
static int WALL;
static inline double now(void)
{
    struct timespec t;
    clock_gettime(WALL ? CLOCK_MONOTONIC : CLOCK_PROCESS_CPUTIME_ID, &t);
    return t.tv_sec + 1e-9 * t.tv_nsec;
}
static int cmpd(const void *a, const void *b)
{
    double x = *(double *)a, y = *(double *)b;
    return (x > y) - (x < y);
}
static inline double median(double *v, int n)
{
    qsort(v, n, sizeof *v, cmpd);
    return n & 1 ? v[n / 2] : 0.5 * (v[n / 2 - 1] + v[n / 2]);
}
/* one result: workload peer metric value check-number */
static inline void result(const char *w, const char *p, const char *m, double v, double c)
{
    printf("@ %s %s %s %.6g %.12g\n", w, p, m, v, c);
}
static inline void *slurp(const char *f, size_t *n)
{
    FILE *h = fopen(f, "rb");
    if (!h) {
        perror(f);
        exit(1);
    }
    fseek(h, 0, SEEK_END);
    *n = ftell(h);
    rewind(h);
    char *b = aligned_alloc(64, (*n + 64 + 63) / 64 * 64);
    if (fread(b, 1, *n, h) != *n) {
        perror(f);
        exit(1);
    }
    b[*n] = 0;
    fclose(h);
    return b;
}
#ifndef DATA
#define DATA "data/"
#endif
#endif
