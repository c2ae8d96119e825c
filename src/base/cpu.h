/* SPDX-License-Identifier: MIT
 * cpu.h - which instructions the processor has, for code that is compiled several times.
 *
 * Such code stands in files that are built once for each level that the compiler knows;
 * the best copy that runs here is chosen when it is called.  The levels are those of the
 * x86-64 psABI (Linux Foundation, System V ABI, AMD64 supplement, section 3.1.1); on
 * other processors there is the baseline alone. */
#ifndef BASE_CPU_H
#define BASE_CPU_H

enum cpu_level {
    CPU_BASELINE,
    CPU_V3, /* AVX2 and fused multiply-add */
    CPU_V4  /* AVX-512 */
};

/* The highest level of this processor and its operating system. */
enum cpu_level cpu_level(void);

#endif
