/* SPDX-License-Identifier: MIT
 * c.c - objectives that are like those of W3 to W5 and none of them, in plain C: value
 * and gradient in one pass, derivatives worked out on paper.
 *
 * usage: c NAME; without a name it writes their data */
#include "bench.h"
#include <stdint.h>

enum {
    ROWS = 999983,
    FEATURES = 7,
    WIDTH = 10,
    TURNS = 11,
    CHAIN = 99991,
    FOURS = 99988,
    PAIRS = 99990
};

static uint64_t seed = 88172645463325252ull;
static double uniform(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (seed >> 11) * 0x1p-53;
}
static double normal(void)
{
    return sqrt(-2 * log(uniform() + 1e-300)) * cos(6.283185307179586 * uniform());
}

/* x1 to x7, a class y, and v over t: three peaks. */
static void make(void)
{
    FILE *csv = fopen(DATA "variants.csv", "w"), *bin = fopen(DATA "variants.bin", "wb");
    fputs("x1,x2,x3,x4,x5,x6,x7,y,t,v\n", csv);
    for (int i = 0; i < ROWS; i++) {
        double row[WIDTH], z = 0, t = 250.0 * (i + 0.5) / ROWS;
        for (int k = 0; k < FEATURES; k++)
            z += 0.3 * (row[k] = normal());
        row[7] = uniform() < 1 / (1 + exp(-z));
        row[8] = t;
        row[9] = 90 * exp(-0.01 * t) + 80 * exp(-pow((t - 60) / 12, 2)) +
                 100 * exp(-pow((t - 112) / 23, 2)) + 67 * exp(-pow((t - 148) / 15, 2)) +
                 2.5 * normal();
        char text[512], *at = text;
        for (int k = 0; k < WIDTH; k++)
            at += sprintf(at, "%.6f%c", row[k], k < WIDTH - 1 ? ',' : '\n');
        fputs(text, csv);
        at = text;
        for (int k = 0; k < WIDTH; k++, at++)
            row[k] = strtod(at, &at);
        fwrite(row, 8, WIDTH, bin);
    }
    fclose(csv);
    fclose(bin);
}

static const double *D;
static double g[16], *x, *gx;

static double logistic(void)
{
    double F = 0, w[FEATURES];
    for (int k = 0; k < FEATURES; k++)
        w[k] = 0.1, g[k] = 0;
    for (const double *r = D; r < D + (size_t)ROWS * WIDTH; r += WIDTH) {
        double z = 0;
        for (int k = 0; k < FEATURES; k++)
            z += w[k] * r[k];
        double m = exp(-fabs(z)), p = z > 0 ? 1 / (1 + m) : m / (1 + m), e = p - r[7];
        F += (z > 0 ? z : 0) + log1p(m) - r[7] * z;
        for (int k = 0; k < FEATURES; k++)
            g[k] += e * r[k];
    }
    return F / ROWS;
}

static double poisson(void)
{
    double F = 0, w[FEATURES];
    for (int k = 0; k < FEATURES; k++)
        w[k] = 0.1, g[k] = 0;
    for (const double *r = D; r < D + (size_t)ROWS * WIDTH; r += WIDTH) {
        double z = 0;
        for (int k = 0; k < FEATURES; k++)
            z += w[k] * r[k];
        double m = exp(z), e = m - r[7];
        F += m - r[7] * z;
        for (int k = 0; k < FEATURES; k++)
            g[k] += e * r[k];
    }
    return F / ROWS;
}

static double gauss(void)
{
    const double b1 = 97, b2 = 0.009, h[3] = {75, 100, 70}, c[3] = {62, 113, 150},
                 s[3] = {1 / 13.0, 1 / 22.0, 1 / 16.0};
    double F = 0;
    memset(g, 0, sizeof g);
    for (const double *row = D; row < D + (size_t)ROWS * WIDTH; row += WIDTH) {
        double t = row[8], e = exp(-b2 * t), q[3], p[3], r = b1 * e - row[9];
        for (int k = 0; k < 3; k++) {
            q[k] = (t - c[k]) * s[k];
            p[k] = exp(-q[k] * q[k]);
            r += h[k] * p[k];
        }
        F += r * r;
        g[0] += 2 * r * e;
        g[1] -= 2 * r * b1 * t * e;
        for (int k = 0; k < 3; k++) {
            double d = 4 * r * h[k] * p[k] * q[k] * s[k];
            g[2 + 3 * k] += 2 * r * p[k];
            g[3 + 3 * k] += d;
            g[4 + 3 * k] += d * q[k];
        }
    }
    return F;
}

static double cauchy(void)
{
    const double a = 50, b = -40, c = 0.02, d = -2, s = 0.1;
    double F = 0;
    memset(g, 0, sizeof g);
    for (const double *row = D; row < D + (size_t)ROWS * WIDTH; row += WIDTH) {
        double t = row[8], h = tanh(c * t + d), r = (row[9] - a - b * h) * s;
        double e = -2 * r * s / (1 + r * r), k = e * b * (1 - h * h);
        F += log(1 + r * r);
        g[0] += e;
        g[1] += e * h;
        g[2] += k * t;
        g[3] += k;
    }
    return F;
}

/* Dixon and Price: neighbours, and the index as a factor. */
static double dixon_price(void)
{
    double F = (x[0] - 1) * (x[0] - 1);
    gx[0] = 2 * (x[0] - 1);
    for (size_t i = 1; i < CHAIN; i++) {
        double r = 2 * x[i] * x[i] - x[i - 1], m = (double)(i + 1);
        F += m * r * r;
        gx[i] = 8 * m * r * x[i];
        gx[i - 1] -= 2 * m * r;
    }
    return F;
}

/* A chain of pendulums: differences and cosines. */
static double pendulums(void)
{
    double F = 0;
    gx[0] = 0;
    for (size_t i = 0; i + 1 < CHAIN; i++) {
        double d = x[i + 1] - x[i];
        F += 0.5 * d * d - cos(x[i]);
        gx[i] += sin(x[i]) - d;
        gx[i + 1] = d;
    }
    return F;
}

/* Broyden's tridiagonal equations: both neighbours, and ends of their own. */
static double broyden(void)
{
    double F = 0;
    memset(gx, 0, 8 * CHAIN);
    for (size_t i = 0; i < CHAIN; i++) {
        double r = (3 - 2 * x[i]) * x[i] + 1;
        if (i > 0)
            r -= x[i - 1];
        if (i + 1 < CHAIN)
            r -= 2 * x[i + 1];
        F += r * r;
        gx[i] += 2 * r * (3 - 4 * x[i]);
        if (i > 0)
            gx[i - 1] -= 2 * r;
        if (i + 1 < CHAIN)
            gx[i + 1] -= 4 * r;
    }
    return F;
}

/* Powell's singular function, extended: groups of four. */
static double powell(void)
{
    double F = 0;
    for (size_t i = 0; i < FOURS; i += 4) {
        double a = x[i] + 10 * x[i + 1], b = x[i + 2] - x[i + 3];
        double c = x[i + 1] - 2 * x[i + 2], d = x[i] - x[i + 3];
        double c3 = c * c * c, d3 = d * d * d;
        F += a * a + 5 * b * b + c3 * c + 10 * d3 * d;
        gx[i] = 2 * a + 40 * d3;
        gx[i + 1] = 20 * a + 4 * c3;
        gx[i + 2] = 10 * b - 8 * c3;
        gx[i + 3] = -10 * b - 40 * d3;
    }
    return F;
}

/* Brown's almost linear equations: every residual has the sum of all. */
static double brown(void)
{
    double F = 0, all = 0, total = 0;
    for (size_t i = 0; i < CHAIN; i++)
        all += x[i];
    for (size_t i = 0; i + 1 < CHAIN; i++) {
        double r = x[i] + all - (CHAIN + 1);
        F += r * r;
        total += r;
        gx[i] = 2 * r;
    }
    gx[CHAIN - 1] = 0;
    for (size_t i = 0; i < CHAIN; i++)
        gx[i] += 2 * total;
    return F;
}

/* The trigonometric function: the sum of all cosines in every residual. */
static double trigonometric(void)
{
    static double s[CHAIN], c[CHAIN];
    double F = 0, all = 0, total = 0;
    for (size_t i = 0; i < CHAIN; i++) {
        s[i] = sin(x[i]);
        c[i] = cos(x[i]);
        all += c[i];
    }
    for (size_t i = 0; i < CHAIN; i++) {
        double m = (double)(i + 1), r = CHAIN - all + m * (1 - c[i]) - s[i];
        F += r * r;
        total += r;
        gx[i] = 2 * r * (m * s[i] - c[i]);
    }
    for (size_t i = 0; i < CHAIN; i++)
        gx[i] += 2 * total * s[i];
    return F;
}

/* Dixon and Maany's kind of sum: coefficients made of the index, and a condition on it.
 */
static double alternating(void)
{
    double F = 0;
    gx[0] = 0;
    for (size_t i = 0; i < CHAIN; i++) {
        double m = (double)(i + 1) / CHAIN;
        F += m * x[i] * x[i];
        gx[i] += 2 * m * x[i];
        if (i + 1 == CHAIN)
            break;
        double y = x[i + 1], p = y + y * y, k = i % 2 == 1 ? 1 : 3, q = m * m * x[i] * p;
        F += q * x[i] * p + k * x[i] * y;
        gx[i] += 2 * q * p + k * y;
        gx[i + 1] = 2 * q * x[i] * (1 + 2 * y) + k * x[i];
    }
    return F;
}

/* Rosenbrock's function, extended: pairs. */
static double pairs(void)
{
    double F = 0;
    for (size_t i = 0; i < PAIRS; i += 2) {
        double r = x[i + 1] - x[i] * x[i], d = 1 - x[i];
        F += 100 * r * r + d * d;
        gx[i] = -400 * r * x[i] - 2 * d;
        gx[i + 1] = 200 * r;
    }
    return F;
}

static const struct variant {
    const char *name;
    double (*evaluate)(void);
    double per;
} variants[] = {{"logistic", logistic, ROWS},
                {"poisson", poisson, ROWS},
                {"gauss", gauss, ROWS},
                {"cauchy", cauchy, ROWS},
                {"dixon_price", dixon_price, CHAIN},
                {"pendulums", pendulums, CHAIN},
                {"broyden", broyden, CHAIN},
                {"powell", powell, FOURS},
                {"brown", brown, CHAIN},
                {"trigonometric", trigonometric, CHAIN},
                {"alternating", alternating, CHAIN},
                {"pairs", pairs, PAIRS}};

static void run(const struct variant *variant)
{
    double seconds[TURNS], value = 0;
    for (int i = 0; i < TURNS; i++) {
        double begun = now();
        value = variant->evaluate();
        seconds[i] = now() - begun;
    }
    result(variant->name, "c", "ns", median(seconds, TURNS) / variant->per * 1e9, value);
}

int main(int count, char **arguments)
{
    size_t length;
    if (count < 2) {
        make();
        return 0;
    }
    D = slurp(DATA "variants.bin", &length);
    x = malloc(8 * CHAIN);
    gx = malloc(8 * CHAIN);
    for (size_t i = 0; i < CHAIN; i++)
        x[i] = i % 2 == 0 ? 0.7 : -0.4;
    for (size_t i = 0; i < sizeof variants / sizeof *variants; i++)
        if (strcmp(variants[i].name, arguments[1]) == 0)
            run(&variants[i]);
    return 0;
}
