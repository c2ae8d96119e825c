/* SPDX-License-Identifier: MIT
 * Whether the functions of lanes.def have the bits that unit/math_stream.h says, in
 * blocks and one by one: for machines on which this and src/math alone are built.  With
 * an argument it writes the checksums anew. */
#include "../unit/math_stream.h"

#include <inttypes.h>
#include <stdio.h>

static int count_differences(const struct stream_function *f)
{
    uint64_t state = 0x9e3779b97f4a7c15u;
    double x[STREAM_BLOCK], y[STREAM_BLOCK], out[STREAM_BLOCK];
    int count = 0;
    for (int i = 0; i < STREAM_BLOCK; i++) {
        x[i] = stream_number(&state);
        y[i] = stream_number(&state);
    }
    stream_run(f, math_best_level(), STREAM_BLOCK, x, y, out);
    for (int i = 0; i < STREAM_BLOCK; i++)
        count += !same_bits(out[i], stream_value(f, x[i], y[i]));
    return count;
}

int main(int count, char **arguments)
{
    int wrong = 0;
    (void)arguments;
    for (size_t i = 0; i < STREAM_FUNCTIONS; i++) {
        const struct stream_function *f = &stream_functions[i];
        uint64_t sum = stream_checksum(f, math_best_level());
        int differences = count_differences(f);
        bool is_wrong = sum != stream_wanted(f->name) || differences > 0;
        if (count > 1)
            printf("    {\"%s\", 0x%016" PRIx64 "u},\n", f->name, sum);
        else if (is_wrong)
            printf("%s: checksum 0x%016" PRIx64 ", %d numbers differ from the block's\n",
                   f->name, sum, differences);
        wrong += is_wrong;
    }
    return wrong > 0 && count == 1;
}
