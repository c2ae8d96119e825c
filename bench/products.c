/* SPDX-License-Identifier: MIT
 * products.c - products of matrices of the shapes that objectives have, beside three
 * plain loops and, when a BLAS is there to be loaded, its dgemm and dgemv.
 *
 * Usage: products [LIBRARY]; e.g. libopenblas.so.0.  A figure is the least of several
 * repetitions in milliards of operations a second, of memory for thin ones in GB/s. */
#include "linear/product.h"

#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef void gemm(int order, int turn_a, int turn_b, int m, int n, int k, double alpha,
                  const double *a, int lda, const double *b, int ldb, double beta,
                  double *c, int ldc);

struct shape {
    const char *name;
    size_t rows, inner, columns;
    bool a_turned, b_turned;
};

static const struct shape shapes[] = {
    {"X W         1797x64 64x10", 1797, 64, 10, false, false},
    {"X W'        1797x64 (10x64)'", 1797, 64, 10, false, true},
    {"X' R        (1797x64)' 1797x10", 64, 1797, 10, true, false},
    {"R' X        (1797x10)' 1797x64", 10, 1797, 64, true, false},
    {"R W'        1797x10 (64x10)'", 1797, 10, 64, false, true},
    {"X W         1797x64 64x64", 1797, 64, 64, false, false},
    {"X' R        (1797x64)' 1797x64", 64, 1797, 64, true, false},
    {"R W'        1797x64 (64x64)'", 1797, 64, 64, false, true},
    {"X' R        (10^6x11)' 10^6x3", 11, 1000000, 3, true, false},
    {"A B         1000x1000", 1000, 1000, 1000, false, false},
    {"A' B        1000x1000", 1000, 1000, 1000, true, false},
    {"A B'        1000x1000", 1000, 1000, 1000, false, true},
    {"A' B'       1024x1024", 1024, 1024, 1024, true, true},
    {"A B         100x100", 100, 100, 100, false, false},
    {"X w         10^6x11", 1000000, 11, 1, false, false},
    {"X' r        (10^6x11)'", 11, 1000000, 1, true, false},
    {"X w         1797x64", 1797, 64, 1, false, false},
    {"X' r        (1797x64)'", 64, 1797, 1, true, false},
    {"A B         2x2", 2, 2, 2, false, false},
    {"A B         3x3", 3, 3, 3, false, false},
    {"A B         4x4", 4, 4, 4, false, false},
    {"A B         8x8", 8, 8, 8, false, false},
    {"A x         8x8", 8, 8, 1, false, false},
};

struct operands {
    const struct shape *shape;
    double *a, *b, *c;
    gemm *blas;
};

static struct view view_of(const double *x, size_t rows, size_t columns, bool turned)
{
    return turned ? view_transposed(view_rows(x, rows)) : view_rows(x, columns);
}

static void run_ours(const struct operands *o)
{
    const struct shape *s = o->shape;
    product_multiply(PRODUCT_SET, s->rows, s->inner, s->columns,
                     view_of(o->a, s->rows, s->inner, s->a_turned),
                     view_of(o->b, s->inner, s->columns, s->b_turned), o->c, s->columns);
}

/* Rows, then terms, then columns: what one would write. */
static void run_plain(const struct operands *o)
{
    const struct shape *s = o->shape;
    struct view a = view_of(o->a, s->rows, s->inner, s->a_turned);
    struct view b = view_of(o->b, s->inner, s->columns, s->b_turned);
    memset(o->c, 0, s->rows * s->columns * sizeof *o->c);
    for (size_t i = 0; i < s->rows; i++)
        for (size_t k = 0; k < s->inner; k++)
            for (size_t j = 0; j < s->columns; j++)
                o->c[i * s->columns + j] += view_entry(a, i, k) * view_entry(b, k, j);
}

static void run_blas(const struct operands *o)
{
    const struct shape *s = o->shape;
    o->blas(101, s->a_turned ? 112 : 111, s->b_turned ? 112 : 111, (int)s->rows,
            (int)s->columns, (int)s->inner, 1, o->a,
            (int)(s->a_turned ? s->rows : s->inner), o->b,
            (int)(s->b_turned ? s->inner : s->columns), 0, o->c, (int)s->columns);
}

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* The least time of a call. */
static double time_of(void (*run)(const struct operands *), const struct operands *o)
{
    const struct shape *s = o->shape;
    double work = (double)s->rows * (double)s->inner * (double)s->columns;
    size_t calls = (size_t)(2e7 / work) + 1;
    double least = 1e9;
    for (int round = 0; round < 7; round++) {
        double begin = seconds();
        for (size_t i = 0; i < calls; i++)
            run(o);
        double time = (seconds() - begin) / (double)calls;
        least = time < least ? time : least;
    }
    return least;
}

static double *numbers(size_t count)
{
    double *x = malloc((count + 8) * sizeof *x);
    uint64_t seed = count;
    for (size_t i = 0; x != NULL && i < count; i++) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        x[i] = (double)(seed >> 11) / 4503599627370496.0 - 1;
    }
    if (x == NULL)
        exit(1);
    return x;
}

static void measure(const struct shape *s, gemm *blas)
{
    struct operands o = {s, numbers(s->rows * s->inner), numbers(s->inner * s->columns),
                         numbers(s->rows * s->columns), blas};
    double entries =
        (double)(s->rows * s->inner + s->inner * s->columns + s->rows * s->columns);
    double work = 2e-9 * (double)s->rows * (double)s->inner * (double)s->columns;
    double ours = time_of(run_ours, &o), plain = time_of(run_plain, &o);
    printf("%-32s %12.3f %8.2f %8.2f %8.2f", s->name, 1e6 * ours, work / ours,
           8e-9 * entries / ours, work / plain);
    if (blas != NULL)
        printf(" %8.2f", work / time_of(run_blas, &o));
    printf("\n");
    free(o.a);
    free(o.b);
    free(o.c);
}

int main(int count, char **arguments)
{
    gemm *blas = NULL;
    void *library = count > 1 ? dlopen(arguments[1], RTLD_NOW) : NULL;
    void *symbol = library == NULL ? NULL : dlsym(library, "cblas_dgemm");
    memcpy(&blas, &symbol, sizeof blas);
    printf("%-32s %12s %8s %8s %8s %8s\n", "", "us", "GFLOP/s", "GB/s", "plain", "BLAS");
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        measure(&shapes[i], blas);
    return 0;
}
