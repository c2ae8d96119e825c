/* SPDX-License-Identifier: MIT
 * test_solve_regimes.c - on a parabola a fixed step multiplies the distance by
 * 1 - step * curvature: the regime and the factor of 1000 random ones. */
#include "solve_fixture.h"

enum { PARABOLAS = 1000 };

/* The step times the curvature, as the doubles of the script have it. */
struct parabola {
    double curvature, middle, start, step, product;
};

/* One of eight has the product 1 to the last bit. */
static struct parabola random_parabola(uint64_t *state)
{
    struct parabola p = {.middle = random_between(state, -3, 3)};
    p.curvature = pow(10, random_between(state, -6, 6));
    double product = random_between(state, 0, 2.5);
    double side = random_bits(state) >> 63 ? 1 : -1;
    p.start = p.middle + side * random_between(state, 0.5, 4);
    if (random_integer(state, 1, 8) == 1) {
        p.curvature = ldexp(1, random_integer(state, -19, 19));
        p.middle = random_integer(state, -9, 9);
        p.start = p.middle + side * random_integer(state, 1, 9);
        product = 1;
    }
    p.step = product / p.curvature;
    p.product = p.step * p.curvature;
    return p;
}

/* Too near to a border for a factor that is right to 1e-6. */
static bool is_doubtful(const struct parabola *p)
{
    const double borders[] = {0, 1 - 0.933, 1, 2};
    for (size_t i = 0; i < sizeof borders / sizeof *borders; i++)
        if (p->product != 1 && fabs(p->product - borders[i]) < 2e-6)
            return true;
    return false;
}

static const char *regime_of(double factor)
{
    return fabs(factor) > 1 ? "diverging"
           : factor < 0     ? "oscillating"
           : factor > 0.933 ? "slow"
                            : "steady";
}

static void solve_parabola(struct run *run, const struct parabola *p)
{
    char script[SCRIPT_MOST];
    snprintf(script, sizeof script,
             "minimize %.17g/2*(x - %.17g)^2 over x from %.17g step %.17g "
             "until 40 steps\n",
             p->curvature, p->middle, p->start, p->step);
    run_json(run, script);
}

static void regimes_and_factors_are_those_of_the_product(void **state)
{
    (void)state;
    uint64_t draws = 4;
    size_t seen[4] = {0}, ones = 0;
    const char *const regimes[] = {"diverging", "oscillating", "slow", "steady"};
    for (size_t i = 0; i < PARABOLAS; i++) {
        struct parabola p = random_parabola(&draws);
        if (is_doubtful(&p))
            continue;
        struct run run;
        solve_parabola(&run, &p);
        double factor = json_number(&run, "factor"), expected = 1 - p.product;
        if (!json_is(&run, "regime", regime_of(expected)) ||
            !(fabs(factor - expected) <= 1e-6))
            fail_msg("%zu: not %s by %.17g but %s", i, regime_of(expected), expected,
                     run.shown);
        ones += p.product == 1;
        for (size_t j = 0; j < 4; j++)
            seen[j] += json_is(&run, "regime", regimes[j]);
    }
    for (size_t j = 0; j < 4; j++)
        assert_in_range(seen[j], 10, PARABOLAS);
    assert_in_range(ones, 50, PARABOLAS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(regimes_and_factors_are_those_of_the_product),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
