/* SPDX-License-Identifier: MIT
 * W3 load: CSV to columns, naive strtod on a slurped file */
#include "bench.h"
int main(void)
{
    for (int r = 0; r < 1; r++) {
        double t = now();
        size_t n;
        char *b = slurp(DATA "logit.csv", &n), *p = strchr(b, '\n') + 1;
        size_t cap = 1 << 20;
        double *d = malloc(cap * 11 * 8);
        size_t k = 0;
        while (*p) {
            d[k++] = strtod(p, &p);
            p++;
        }
        double s = 0;
        for (size_t i = 0; i < k; i++)
            s += d[i];
        result("CSV", "c", "ms/MB", (now() - t) * 1e3 / (n / 1e6), s);
    }
    return 0;
}
