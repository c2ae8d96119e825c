/* SPDX-License-Identifier: MIT */
#include "base/fail.h"

_Noreturn void fail_raise(struct fail *fail, enum fail_kind kind)
{
    fail->kind = kind;
    longjmp(fail->landing, 1);
}
