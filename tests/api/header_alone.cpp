/* SPDX-License-Identifier: MIT */
#include "header_alone.c"
