/* SPDX-License-Identifier: MIT
 * fail.h - the one way out when a resource ends.
 *
 * Running out of memory or of a limit unwinds once, from wherever it happens to
 * the entry of the public API, which sets the landing with setjmp and resets the
 * arenas.  Nothing between may own anything that an arena does not. */
#ifndef BASE_FAIL_H
#define BASE_FAIL_H

#include <setjmp.h>

enum fail_kind {
    FAIL_NONE,
    FAIL_MEMORY,      /* the system has no more */
    FAIL_MEMORY_LIMIT /* the session's own limit is reached */
};

struct fail {
    jmp_buf landing;
    enum fail_kind kind;
};

/* Records the kind and jumps to the landing.  Does not return. */
_Noreturn void fail_raise(struct fail *fail, enum fail_kind kind);

#endif
