/* SPDX-License-Identifier: MIT
 * product_level.h - what of product.h is compiled once for each level of processors.
 *
 * The sums of a product's entries are its chains of product.h and nothing else depends on
 * the level but how fast they come, and whether products are rounded in them. */
#ifndef LINEAR_PRODUCT_LEVEL_H
#define LINEAR_PRODUCT_LEVEL_H

#include "base/cpu.h"
#include "linear/product.h"

struct product_level {
    bool is_fused;
    /* product_multiply where `inner` is at most PRODUCT_RUN; a sum of more is in blocks
     * one after the other, as if PRODUCT_RUN were larger. */
    void (*multiply)(enum product_use use, size_t rows, size_t inner, size_t columns,
                     struct view a, struct view b, double *c, size_t c_step);
    /* product_pack and product_packed. */
    void (*pack)(size_t inner, size_t columns, struct view b, double *packed);
    void (*packed)(enum product_use use, size_t rows, size_t inner, size_t columns,
                   struct view a, const double *packed, double *c, size_t c_step);
};

/* The copies that were built; product.c chooses. */
extern const struct product_level product_baseline;
#ifdef CPU_HAS_LEVELS
extern const struct product_level product_v3, product_v4;
#endif

#endif
