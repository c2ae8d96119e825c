/* SPDX-License-Identifier: MIT
 * loops.c - fixed steps like those of W2 on other functions, with derivatives worked out
 * on paper.
 *
 * usage: loops NAME */
#include "bench.h"

enum { STEPS = 5000000 };

#define LOOP(name, step, derivative)                                                     \
    static double name(void)                                                             \
    {                                                                                    \
        double w = 0.5;                                                                  \
        for (int i = 0; i < STEPS; i++)                                                  \
            w -= (step) * (derivative);                                                  \
        return w;                                                                        \
    }
LOOP(loop_exp, 0.01, exp(w) - 2)
LOOP(loop_log, 0.01, 1 - 1 / w)
LOOP(loop_sqrt, 0.01, w / sqrt(1 + w * w) - 0.3)
LOOP(loop_sines, 0.01, cos(w) + 2 * cos(2 * w) + 0.2 * w)
LOOP(loop_softplus, 0.01, 2 / (1 + exp(-2 * w)) - 1 - 0.5 / (1 + exp(w)))
LOOP(loop_tanh, 0.01, tanh(w - 1) + 0.2 * w)
LOOP(loop_atan, 0.01, atan(w) - 1)
LOOP(loop_quartic, 0.001, 4 * w * w * w - 6 * w + 1)

static double loop_banana(void)
{
    double x = -1, y = 1;
    for (int i = 0; i < STEPS; i++) {
        double a = y - x * x, gx = -400 * x * a - 2 * (1 - x), gy = 200 * a;
        x -= 0.001 * gx;
        y -= 0.001 * gy;
    }
    return x;
}

static const struct {
    const char *name;
    double (*run)(void);
} loops[] = {
    {"loop_exp", loop_exp},           {"loop_log", loop_log},
    {"loop_sqrt", loop_sqrt},         {"loop_sines", loop_sines},
    {"loop_softplus", loop_softplus}, {"loop_tanh", loop_tanh},
    {"loop_atan", loop_atan},         {"loop_quartic", loop_quartic},
    {"loop_banana", loop_banana},
};

int main(int count, char **arguments)
{
    for (size_t i = 0; count > 1 && i < sizeof loops / sizeof *loops; i++) {
        if (strcmp(loops[i].name, arguments[1]) != 0)
            continue;
        double begun = now(), end = loops[i].run();
        result(loops[i].name, "c", "ns/iter", (now() - begun) / STEPS * 1e9, end);
    }
    return 0;
}
