# SPDX-License-Identifier: MIT
"""Writes the powers of five that decimal numbers are scaled by as C: powers.py OUTPUT

Row i has the first 128 bits of 5^(LEAST + i), the upper half first, the highest bit set: cut off,
but rounded up for the exponents -27 to -1 (Lemire, "Number parsing at a gigabyte per second",
Software: Practice and Experience 51, 2021, section 5).
"""

import pathlib
import sys

LEAST, MOST = -342, 308


def bits_of(exponent):
    """The upper and the lower half."""
    power = 5 ** abs(exponent)
    length = power.bit_length()
    if exponent >= 0:
        wide = power << 128 >> length
    elif exponent >= -27:
        wide = (1 << length + 127) // power + 1
    else:
        wide = (1 << 2 * length + 128) // power
        wide >>= wide.bit_length() - 128
    return wide >> 64, wide & (1 << 64) - 1


def main(output):
    rows = ["    {0x%016XU, 0x%016XU}," % bits_of(exponent)
            for exponent in range(LEAST, MOST + 1)]
    lines = ['#include "data/scale.h"', "",
             "const uint64_t scale_powers[SCALE_MOST - SCALE_LEAST + 1][2] = {", *rows, "};", ""]
    pathlib.Path(output).write_text("\n".join(lines), encoding="utf-8")


main(*sys.argv[1:])
