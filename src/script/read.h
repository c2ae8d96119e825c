/* SPDX-License-Identifier: MIT
 * read.h - functions that make data sets, and what is made of their columns. */
#ifndef SCRIPT_READ_H
#define SCRIPT_READ_H

#include "script/builtins.h"

/* ---- read.c ---- */
builtin_call call_read;
/* ---- data_functions.c ---- */
builtin_call call_data, call_columns;
builtin_function apply_codes, apply_levels, apply_onehot, apply_shuffle, apply_sample;

#endif
