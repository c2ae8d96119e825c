/* SPDX-License-Identifier: MIT
 * The functions of math/ against digits computed with 40 places, closed forms and the
 * equations that they satisfy. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "math/functions.h"

#include <float.h>
#include <math.h>

#define INF ((double)INFINITY)

static void must_agree(const char *what, double x, double found, double wanted,
                       double tolerance)
{
    if (!(fabs(found - wanted) <= tolerance * fabs(wanted)))
        fail_msg("%s at %.17g: %.17g, not %.17g", what, x, found, wanted);
}

static const struct {
    double n, x, value;
} polygammas[] = {
    /* clang-format off */
    {0, 1.0, -0.57721566490153286061},
    {0, 0.5, -1.9635100260214234794},
    {0, 0.25, -4.2274535333762654081},
    {0, 2.0, 0.42278433509846713939},
    {0, 3.0, 0.92278433509846713939},
    {0, 2.385, 0.64514445602224509871},
    {0, 1.713, 0.21880917960868534665},
    {0, 0.377, -2.7377530131274506102},
    {0, 10.0, 2.2517525890667211076},
    {0, 9.999, 2.2516474172057353142},
    {0, 12.5, 2.4851956512749120482},
    {0, 100.25, 4.6026712432747125591},
    {0, 100000.0, 11.512920464961895087},
    {0, 0.001, -1000.5755719318102797},
    {0, 1e-10, -10000000000.5772153},
    {0, -0.5, 0.036489973978576520559},
    {0, -1.713, -1.6820631927083701521},
    {0, -0.377, 1.1929909718160539556},
    {0, -2.25, 4.1585835646579722748},
    {0, -10.3, 4.6624034935820870175},
    {0, -100.7, 2.3346021567199008768},
    {0, -1e-05, 99999.422767885629412},
    {1, 1.0, 1.6449340668482264365},
    {1, 0.5, 4.9348022005446793094},
    {1, 0.25, 17.197329154507110739},
    {1, 2.385, 0.51908577940011858756},
    {1, 1.713, 0.78545414676335783317},
    {1, 0.377, 8.084459810385823548},
    {1, 10.0, 0.10516633568168574612},
    {1, 100.25, 0.010024978698123366186},
    {1, 100000.0, 0.000010000050000166666667},
    {1, 0.001, 1000001.6425331958273},
    {1, -0.5, 8.9348022005446793094},
    {1, -1.713, 15.598392514719632776},
    {1, -0.377, 10.454863205160608535},
    {1, -10.3, 14.98688706572263782},
    {1, -100.7, 15.069532360278806797},
    {2, 1.0, -2.4041138063191885708},
    {2, 0.5, -16.828796644234319996},
    {2, 0.25, -129.32773993753692033},
    {2, 2.385, -0.26418483163717588764},
    {2, 1.713, -0.59268428890445248299},
    {2, 0.377, -38.35783645701219449},
    {2, 10.0, -0.011049834970802067462},
    {2, 100.25, -0.00010049935626057896637},
    {2, 100000.0, -1.00001000005e-10},
    {2, 0.001, -2000000002.3976321648},
    {2, -0.5, -0.8287966442343199956},
    {2, -1.713, -79.917359093280430616},
    {2, -0.377, 28.375692811377071314},
    {2, -10.3, 68.828988611036967985},
    {2, -100.7, -68.837641354672934939},
    {3, 1.0, 6.4939394022668291491},
    {3, 0.5, 97.409091034002437236},
    {3, 0.25, 1538.782144009188396},
    {3, 2.385, 0.26417565018101207947},
    {3, 1.713, 0.86516912241947871582},
    {3, 0.377, 298.95626960611086392},
    {3, 10.0, 0.0023199013042898683856},
    {3, 100.25, 2.014974063149375122e-6},
    {3, 100000.0, 2.0000300002e-15},
    {3, 0.001, 6000000000006.4686145},
    {3, -0.5, 193.40909103400243724},
    {3, -1.713, 910.75535287163574898},
    {3, -0.377, 337.90311204492025285},
    {3, -10.3, 769.01933342439874166},
    {3, -100.7, 769.0209124039052284},
    {5, 1.0, 122.08116743813389677},
    {5, 0.5, 7691.1135486024354962},
    {5, 0.25, 491552.51376768129205},
    {5, 2.385, 0.75685664579767703818},
    {5, 1.713, 5.1130326130172916223},
    {5, 0.377, 41814.22251608103762},
    {5, 10.0, 0.00030594516211726820905},
    {5, 100.25, 2.4299210663003932951e-9},
    {5, 100000.0, 2.4000600005999999999e-24},
    {5, 0.001, 1.1999999999999998513e+20},
    {5, -0.5, 15371.113548602435496},
    {5, -1.713, 215674.06907858862536},
    {5, -0.377, 43855.2114817619299},
    {5, -10.3, 165660.17429175061468},
    {5, -100.7, 165660.17445337354301},
    {12, 1.0, -479060379.88983145243},
    {12, 0.5, -3923983571677.6094268},
    {12, 0.25, -32145253256528547.381},
    {12, 2.385, -5993.9475118761440298},
    {12, 1.713, -439147.42287573521724},
    {12, 0.377, -154134349012076.62846},
    {12, 10.0, -0.00006888529381558792892},
    {12, 100.25, -4.1107137858008748102e-17},
    {12, 100000.0, -3.9919195059891839982e-53},
    {12, 0.001, -4.7900159999999987037e+47},
    {12, -0.5, -2464477.6094268285476},
    {12, -1.713, -5344033169431658.8399},
    {12, -0.377, 153909439132670.38742},
    {12, -10.3, 3004370635081307.9596},
    {12, -100.7, -3004370635081770.4962},
    {40, 1.0, -8.1591528324826876968e+47},
    {40, 0.5, -1.7942166824224242841e+60},
    {40, 0.25, -3.9455242101462683428e+72},
    {40, 2.385, -2.7203300728857172539e+32},
    {40, 1.713, -2.1261465173565038267e+38},
    {40, 0.377, -1.9127125600330093545e+65},
    {40, 10.0, -8327848.7216611865692},
    {40, 100.25, -2.239194692541598886e-34},
    {40, 100000.0, -2.0401961936384737118e-154},
    {40, 0.001, -8.1591528324789703798e+170},
    {40, -0.5, -4.9193015712427578828e+40},
    {40, -1.713, -1.3755845902318540651e+70},
    {40, -0.377, 1.9127125578571282782e+65},
    {40, -10.3, 2.2370393559398271098e+69},
    {40, -100.7, -2.2370393559409132764e+69},
    {169, 1.0, 4.2690680090047052749e+304},
    {169, 2.385, 2.8662092912968667371e+240},
    {169, 1.713, 7.7907876889745079578e+264},
    {169, 10.0, 4.2690684012671765918e+134},
    {169, 100.25, 3.4293538730809035816e-36},
    /* clang-format on */
};

static void polygamma_has_its_digits(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof polygammas / sizeof *polygammas; i++) {
        double found = math_polygamma(polygammas[i].n, polygammas[i].x);
        if (polygammas[i].n == 0)
            assert_true(found == math_digamma(polygammas[i].x));
        must_agree("polygamma", polygammas[i].x, found, polygammas[i].value, 1e-14);
    }
}

/* Abramowitz and Stegun 6.3.2, 6.3.3, 6.4.2, 6.4.4. */
static void closed_forms_hold(void **state)
{
    (void)state;
    const double gamma = 0.57721566490153286061, pi = 3.14159265358979323846;
    must_agree("digamma", 1, math_digamma(1), -gamma, 1e-15);
    must_agree("digamma", 0.5, math_digamma(0.5), -gamma - 2 * log(2), 1e-15);
    must_agree("trigamma", 1, math_polygamma(1, 1), pi * pi / 6, 1e-15);
    must_agree("trigamma", 0.5, math_polygamma(1, 0.5), pi * pi / 2, 1e-15);
    must_agree("tetragamma", 1, math_polygamma(2, 1), -2 * 1.2020569031595942854, 1e-15);
}

/* psi_n(x + 1) = psi_n(x) + (-1)^n n! x^(-n-1), on both sides of 0. */
static void the_recurrence_holds(void **state)
{
    (void)state;
    static const double places[] = {0.377,  1.713,  5.5,  9.25,  11.75, 40.5,
                                    -0.377, -1.713, -5.5, -9.25, -40.5};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        double factorial = 1, x = places[i];
        for (int n = 0; n < 12; n++) {
            factorial *= n > 1 ? n : 1;
            double step = (n % 2 == 0 ? factorial : -factorial) * pow(x, -n - 1);
            double left = math_polygamma(n, x + 1), right = math_polygamma(n, x) + step;
            double size = fabs(left) + fabs(step) + fabs(right - step);
            if (!(fabs(left - right) <= 2e-14 * size))
                fail_msg("n = %d, x = %g: %.17g, %.17g", n, x, left, right);
        }
    }
}

static void poles_and_edges(void **state)
{
    (void)state;
    assert_true(math_digamma(0) == -INF && math_digamma(-0.0) == INF);
    assert_true(isnan(math_digamma(-3)) && isnan(math_digamma(-INF)));
    assert_true(isnan(math_digamma((double)NAN)));
    assert_true(math_digamma(INF) == INF);
    assert_true(math_digamma(1e308) == log(1e308));
    assert_true(math_polygamma(1, 0) == INF && math_polygamma(1, -2) == INF);
    assert_true(math_polygamma(2, 0) == -INF && isnan(math_polygamma(2, -2)));
    assert_true(math_polygamma(1, INF) == 0 && math_polygamma(2, INF) == 0);
    assert_true(isnan(math_polygamma(1, -INF)) && isnan(math_polygamma(1, (double)NAN)));
    assert_true(isnan(math_polygamma(-1, 2)) && isnan(math_polygamma(0.5, 2)));
    assert_true(isnan(math_polygamma(INF, 2)) && isnan(math_polygamma((double)NAN, 2)));
    assert_true(math_polygamma(1, 1e-200) == INF);
    must_agree("trigamma", 1e-10, math_polygamma(1, 1e-10), 1e20, 1e-15);
}

/* An order that only a hostile script asks for costs no more than another. */
static void huge_orders_end(void **state)
{
    (void)state;
    for (double n = 171; n < 1e300; n *= 97) {
        for (double x = 1e-3; x < 1e300; x *= 317) {
            assert_true(!isnan(math_polygamma(n, x)));
            (void)math_polygamma(n, -x - 0.3);
        }
    }
    must_agree("polygamma 171", 100, math_polygamma(171, 100), 1.5158124172677881101e-35,
               1e-12);
    must_agree("polygamma 400", 90, math_polygamma(400, 90), -1.4466762164393915932e+85,
               1e-12);
}

static void the_logistic_function_loses_nothing(void **state)
{
    (void)state;
    static const struct {
        double x, sigmoid, softplus;
    } rows[] = {
        {0.0, 0.5, 0.69314718055994530942},
        {1.0, 0.73105857863000487925, 1.313261687518222834},
        {2.385, 0.9156763035785254829, 2.4730923571343529563},
        {-1.713, 0.15277500673598944048, 0.1657889841102443844},
        {40.0, 0.99999999999999999575, 40.000000000000000004},
        {-40.0, 4.2483542552915889773e-18, 4.2483542552915889863e-18},
        {-700.0, 9.8596765437597708567e-305, 9.8596765437597708567e-305},
        {30.0, 0.99999999999990642377, 30.000000000000093576},
        {-0.001, 0.49975000002083333124, 0.69264730555994010107},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        must_agree("sigmoid", rows[i].x, math_sigmoid(rows[i].x), rows[i].sigmoid, 1e-15);
        must_agree("softplus", rows[i].x, math_softplus(rows[i].x), rows[i].softplus,
                   1e-15);
    }
    assert_true(math_sigmoid(INF) == 1 && math_sigmoid(-INF) == 0);
    assert_true(math_softplus(INF) == INF && math_softplus(-INF) == 0);
    assert_true(isnan(math_sigmoid((double)NAN)) && isnan(math_softplus((double)NAN)));
}

static void the_remainder_is_exact(void **state)
{
    (void)state;
    static const struct {
        double x, y, value;
    } rows[] = {
        {7, 3, 1},
        {-7, 3, 2},
        {7, -3, -2},
        {-7, -3, -1},
        {5.5, 2, 1.5},
        {-5.5, 2, 0.5},
        {6, 3, 0},
        {0x1p60, 10, 6},
        {2, INF, 2},
        {-0x1p60, 10, 4},
        {-2, INF, INF},
        {0x1p1000, 7, 2},
        {0.3, 0.1, 0.09999999999999998},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        double found = math_modulo(rows[i].x, rows[i].y);
        if (found != rows[i].value)
            fail_msg("mod(%g, %g): %.17g", rows[i].x, rows[i].y, found);
    }
    assert_true(isnan(math_modulo(1, 0)) && isnan(math_modulo(INF, 2)));
    assert_true(isnan(math_modulo((double)NAN, 2)) && isnan(math_modulo(2, (double)NAN)));
}

static void cubes_have_their_roots(void **state)
{
    (void)state;
    for (int k = -1000; k <= 1000; k++)
        assert_true(math_cbrt((double)k * k * k) == k);
    for (double x = 1e-300; x < 1e300; x *= 17.3) {
        double root = math_cbrt(x);
        must_agree("cbrt", x, root * root * root, x, 4 * DBL_EPSILON);
    }
    assert_true(math_cbrt(INF) == INF && math_cbrt(-INF) == -INF);
    assert_true(isnan(math_cbrt((double)NAN)));
    must_agree("cbrt", 0x1p-1071, math_cbrt(0x1p-1071), 0x1p-357, 1e-15);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(polygamma_has_its_digits),
        cmocka_unit_test(closed_forms_hold),
        cmocka_unit_test(the_recurrence_holds),
        cmocka_unit_test(poles_and_edges),
        cmocka_unit_test(huge_orders_end),
        cmocka_unit_test(the_logistic_function_loses_nothing),
        cmocka_unit_test(the_remainder_is_exact),
        cmocka_unit_test(cubes_have_their_roots),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
