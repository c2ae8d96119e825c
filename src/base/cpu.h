/* SPDX-License-Identifier: MIT
 * cpu.h - which instructions the processor has, for code that is compiled several times.
 *
 * The levels are those of the x86-64 psABI (System V ABI, AMD64 supplement, section
 * 3.1.1): what a copy for a level may use, as far as our code does.  What the processor
 * can do is looked up where the compiler's library keeps it, which costs a load and a
 * branch that is always predicted. */
#ifndef BASE_CPU_H
#define BASE_CPU_H

#include <stdbool.h>

#if defined __x86_64__ && defined MATH_HAS_LEVELS
#define CPU_HAS_LEVELS
#endif

/* AVX2 and fused multiply-add. */
static inline bool cpu_has_v3(void)
{
#ifdef CPU_HAS_LEVELS
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
           __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
#else
    return false;
#endif
}

/* AVX-512 as well. */
static inline bool cpu_has_v4(void)
{
#ifdef CPU_HAS_LEVELS
    return cpu_has_v3() && __builtin_cpu_supports("avx512f") &&
           __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512cd") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
#else
    return false;
#endif
}

#endif
