/* SPDX-License-Identifier: MIT
 * all.h - the functions of lanes.def. */
#ifndef MATH_LANES_ALL_H
#define MATH_LANES_ALL_H

#include "math/lanes/circular.h"
#include "math/lanes/error.h"
#include "math/lanes/exponential.h"
#include "math/lanes/gamma.h"
#include "math/lanes/hyperbolic.h"
#include "math/lanes/inverse.h"
#include "math/lanes/large_angle.h"
#include "math/lanes/logarithm.h"
#include "math/lanes/power.h"
#include "math/lanes/root.h"

#endif
