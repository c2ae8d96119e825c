/* SPDX-License-Identifier: MIT
 * foreign.h - what a name means that is not known: that of another tool, or a slip. */
#ifndef SCRIPT_FOREIGN_H
#define SCRIPT_FOREIGN_H

#include "script/session.h"

enum foreign_place { FOREIGN_NAME, FOREIGN_SETTING, FOREIGN_FIELD };

struct foreign_name {
    enum foreign_place place;
    const char *name, *mend, *help; /* foreign_names.def */
};

/* NULL past the last row. */
const struct foreign_name *foreign_at(size_t index);

/* Adds to the last diagnostic what to write at `at` in place of the name, if that can be
 * told: what other tools mean by it, else the nearest of the names that are known. */
void foreign_tell(struct session *session, struct span at, enum foreign_place place,
                  const char *name, const char *const *known, size_t count);

#endif
