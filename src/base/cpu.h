/* SPDX-License-Identifier: MIT
 * cpu.h - which instructions the processor has, for code that is compiled several times.
 *
 * The levels are those of the x86-64 psABI (System V ABI, AMD64 supplement, section
 * 3.1.1): what a copy for a level may use, as far as our code does.  What the processor
 * can do is looked up where the C library keeps it, which costs a load and a branch that
 * is always predicted.  The compiler's library keeps it too, but asks the processor anew
 * when the process starts: some 30 microseconds in a virtual machine. */
#ifndef BASE_CPU_H
#define BASE_CPU_H

#include <stdbool.h>

#if defined __x86_64__ && defined MATH_HAS_LEVELS
#define CPU_HAS_LEVELS
#if __has_include(<sys/platform/x86.h>)
#include <sys/platform/x86.h>
#define CPU_HAS(feature, name) CPU_FEATURE_ACTIVE(feature)
#else
#define CPU_HAS(feature, name) __builtin_cpu_supports(name)
#endif
#endif

/* AVX2 and fused multiply-add. */
static inline bool cpu_has_v3(void)
{
#ifdef CPU_HAS_LEVELS
    return CPU_HAS(AVX2, "avx2") && CPU_HAS(FMA, "fma") && CPU_HAS(BMI1, "bmi") &&
           CPU_HAS(BMI2, "bmi2");
#else
    return false;
#endif
}

/* AVX-512 as well; a build of halves (meson_options.txt) needs none. */
static inline bool cpu_has_v4(void)
{
#if defined CPU_HAS_LEVELS && defined MATH_V4_IN_HALVES
    return cpu_has_v3();
#elif defined CPU_HAS_LEVELS
    return cpu_has_v3() && CPU_HAS(AVX512F, "avx512f") && CPU_HAS(AVX512BW, "avx512bw") &&
           CPU_HAS(AVX512CD, "avx512cd") && CPU_HAS(AVX512DQ, "avx512dq") &&
           CPU_HAS(AVX512VL, "avx512vl");
#else
    return false;
#endif
}

#endif
