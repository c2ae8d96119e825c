/* SPDX-License-Identifier: MIT
 * test_solve_polynomials.c - quartics and sextics whose stationary points are known: what
 * is called a minimum is one, and what ends at one is called so.
 *
 * The derivative is a product of factors with roots on a grid, so that all coefficients
 * are exact: the polynomial of the script has the very roots, double and triple ones too,
 * and no tolerance hides a minimum that is none. */
#include "solve_fixture.h"

#include <float.h>

enum { POLYNOMIALS = 2000, DEGREE_MOST = 5, GRID = 32, FARTHEST = 3 * GRID };

/* c * product of (x - root)^multiplicity and of (x - a)^2 + b^2; all times 1/GRID. */
struct slope {
    size_t root_count, pair_count;
    int root[DEGREE_MOST], multiplicity[DEGREE_MOST];
    int a[2], b[2];
    int degree;
    double leading;
    double coefficient[DEGREE_MOST + 1]; /* of x^0, x^1 ... */
};

static double power(double x, int n)
{
    double result = 1;
    for (int i = 0; i < n; i++)
        result *= x;
    return result;
}

/* The factors themselves: right to a few units in the last place. */
static double slope_at(const struct slope *s, double x)
{
    double product = s->leading;
    for (size_t i = 0; i < s->root_count; i++)
        product *= power(x - (double)s->root[i] / GRID, s->multiplicity[i]);
    for (size_t i = 0; i < s->pair_count; i++) {
        double u = x - (double)s->a[i] / GRID, v = (double)s->b[i] / GRID;
        product *= u * u + v * v;
    }
    return product;
}

/* What rounding can make of the coefficients' sum, generously. */
static double rounding_at(const struct slope *s, double x)
{
    double sum = 0;
    for (int j = s->degree; j >= 0; j--)
        sum = sum * fabs(x) + fabs(s->coefficient[j]);
    return 64 * DBL_EPSILON * sum;
}

/* ---- a random one ---- */

static void multiply(int64_t *coefficient, int *degree, int64_t constant, int64_t linear,
                     bool quadratic)
{
    int64_t product[DEGREE_MOST + 1] = {0};
    for (int j = 0; j <= *degree; j++) {
        product[j] += coefficient[j] * constant;
        product[j + 1] += coefficient[j] * linear;
        if (quadratic)
            product[j + 2] += coefficient[j];
    }
    *degree += quadratic ? 2 : 1;
    memcpy(coefficient, product, sizeof product);
}

/* In y = GRID x, where all is whole. */
static void expand(struct slope *s)
{
    int64_t coefficient[DEGREE_MOST + 1] = {1};
    int degree = 0;
    for (size_t i = 0; i < s->root_count; i++)
        for (int k = 0; k < s->multiplicity[i]; k++)
            multiply(coefficient, &degree, -s->root[i], 1, false);
    for (size_t i = 0; i < s->pair_count; i++)
        multiply(coefficient, &degree, (int64_t)s->a[i] * s->a[i] + s->b[i] * s->b[i],
                 -2 * s->a[i], true);
    assert_int_equal(degree, s->degree);
    for (int j = 0; j <= degree; j++)
        s->coefficient[j] =
            s->leading * (double)coefficient[j] * power(GRID, j) / power(GRID, degree);
}

static bool has_root(const struct slope *s, int root)
{
    for (size_t i = 0; i < s->root_count; i++)
        if (s->root[i] == root)
            return true;
    return false;
}

/* 60 is divided by all exponents of the integral. */
static struct slope random_slope(uint64_t *draws)
{
    struct slope s = {.degree = random_integer(draws, 0, 1) ? 3 : 5};
    s.leading = 60 * ldexp(random_integer(draws, 1, 7), random_integer(draws, -9, 3));
    if (random_integer(draws, 1, 4) == 1)
        s.leading = -s.leading;
    for (int left = s.degree; left > 0;) {
        int sort = random_integer(draws, 1, 9);
        if (sort <= 2 && left >= 2) {
            s.a[s.pair_count] = random_integer(draws, -FARTHEST, FARTHEST);
            s.b[s.pair_count++] = random_integer(draws, 1, GRID);
            left -= 2;
            continue;
        }
        int multiplicity = sort <= 5 ? random_integer(draws, 2, 3) : 1;
        int root = random_integer(draws, -FARTHEST, FARTHEST);
        if (multiplicity > left || has_root(&s, root))
            continue;
        s.root[s.root_count] = root;
        s.multiplicity[s.root_count++] = multiplicity;
        left -= multiplicity;
    }
    expand(&s);
    return s;
}

struct writer {
    char text[SCRIPT_MOST];
    size_t length;
};

static void put(struct writer *out, const char *format, double number, int exponent)
{
    int written = snprintf(out->text + out->length, SCRIPT_MOST - out->length, format,
                           number, exponent);
    assert_true(written >= 0 && out->length + (size_t)written < SCRIPT_MOST);
    out->length += (size_t)written;
}

/* The integral as a sum of powers or by Horner's rule; that it is exact is checked. */
static void put_integral(struct writer *out, const struct slope *s, bool horner)
{
    double coefficient[DEGREE_MOST + 1];
    for (int j = 0; j <= s->degree; j++) {
        coefficient[j] = s->coefficient[j] / (j + 1);
        assert_true(fma(coefficient[j], j + 1, -s->coefficient[j]) == 0);
    }
    put(out, "f(x) = 0", 0, 0);
    for (int j = s->degree; !horner && j >= 0; j--)
        put(out, " + %.17g*x^%d", coefficient[j], j + 1);
    for (int j = 0; horner && j <= s->degree; j++)
        put(out, " + x*(%.17g", coefficient[j], 0);
    for (int j = 0; horner && j <= s->degree; j++)
        put(out, ")", 0, 0);
    put(out, "\n", 0, 0);
}

/* ---- what is true ---- */

/* How far from a root the sign of the slope may drown in rounding. */
static double blur(const struct slope *s, double root)
{
    double d = DBL_EPSILON * fmax(fabs(root), 1);
    while (fabs(slope_at(s, root - d)) <= rounding_at(s, root - d) ||
           fabs(slope_at(s, root + d)) <= rounding_at(s, root + d))
        d *= 2;
    return d;
}

/* The kind of the root: the slope right of it, less that left of it. */
static const char *kind_of(const struct slope *s, double root)
{
    double d = 0.25 / GRID; /* no other root is that near */
    bool rises = slope_at(s, root + d) > 0, fell = slope_at(s, root - d) < 0;
    return rises && fell ? "minimum" : rises || fell ? "inflection" : "maximum";
}

struct count {
    size_t solves, near, told, minima, others, flat;
};

static void judge(const struct slope *s, const struct run *run, const char *script,
                  struct count *count)
{
    double x = json_point(run, "solution", "x");
    double point = json_point(run, "stationary", "x");
    double distance = json_number(run, "distance");
    bool critical = !json_is(run, "kind", "not critical"), found = false;
    count->solves++;
    count->minima += json_is(run, "kind", "minimum");
    count->others += critical && !json_is(run, "kind", "minimum");
    count->flat += json_is(run, "kind", "flat");
    for (size_t i = 0; i < s->root_count; i++) {
        double root = (double)s->root[i] / GRID;
        const char *kind = kind_of(s, root);
        bool names = json_is(run, "kind", kind) || json_is(run, "kind", "flat");
        found = found || (names && fabs(point - root) <= 2 * blur(s, root));
        if (strcmp(kind, "minimum") == 0 && fabs(x - root) <= 1e-6) {
            count->near++;
            count->told += json_is(run, "kind", "minimum");
        }
    }
    if (critical && (!found || fabs(distance - fabs(x - point)) > 1e-12 * (1 + fabs(x))))
        fail_msg("no such point\n%s%s", script, run->shown);
}

static void solve_slope(const struct slope *s, bool horner, double start,
                        const char *method, struct count *count)
{
    struct run run;
    struct writer out = {.length = 0};
    put_integral(&out, s, horner);
    put(&out, "minimize f over x from %.17g", start, 0);
    put(&out, method, 0, 0);
    put(&out, "\n", 0, 0);
    run_json(&run, out.text);
    judge(s, &run, out.text, count);
}

static void check_method(const char *method)
{
    uint64_t draws = 46;
    struct count count = {0};
    for (size_t i = 0; i < POLYNOMIALS; i++) {
        struct slope s = random_slope(&draws);
        double start = random_between(&draws, -4, 4);
        solve_slope(&s, i % 2 == 0, start, method, &count);
    }
    print_message("# %zu solves, %zu end near a minimum, %zu of them are called one; "
                  "%zu minima, %zu other points, %zu flat\n",
                  count.solves, count.near, count.told, count.minima, count.others,
                  count.flat);
    assert_in_range(count.near, POLYNOMIALS / 4, POLYNOMIALS);
    assert_true(100 * count.told >= 95 * count.near);
    assert_true(20 * count.flat <= count.solves);
}

static void gradient_names_true_points_alone(void **state)
{
    (void)state;
    check_method("");
}

static void newton_names_true_points_alone(void **state)
{
    (void)state;
    check_method(" by newton");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gradient_names_true_points_alone),
        cmocka_unit_test(newton_names_true_points_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
