/* SPDX-License-Identifier: MIT
 * decimal.h - decimal numbers in long texts, fast.
 *
 * The value is the double nearest to the digits, ties to even, as number_parse of
 * base/text.h gives it; nearly all numbers are read without it. */
#ifndef DATA_DECIMAL_H
#define DATA_DECIMAL_H

/* Reads the number that begins at `at`: a sign, digits with `point` ('.' or ',') among
 * them, an exponent.  Returns its end, as far as it is a number ("2e" is 2 with "e" left
 * over), or NULL where none begins.  Overflow gives inf.  Underscores, inf and nan are no
 * part of numbers here. */
const char *decimal_read(const char *at, const char *end, char point, double *value);

#endif
