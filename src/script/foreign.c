/* SPDX-License-Identifier: MIT */
#include "script/foreign.h"

#include "base/near.h"

#include <string.h>

static const struct foreign_name foreign_names[] = {
#define FOREIGN(place, name, mend, help) {FOREIGN_##place, name, mend, help},
#include "script/foreign_names.def"
#undef FOREIGN
};
enum { ROWS = sizeof foreign_names / sizeof *foreign_names, MOST_TOLD = 8 };

const struct foreign_name *foreign_at(size_t index)
{
    return index < ROWS ? &foreign_names[index] : NULL;
}

static const struct foreign_name *find(enum foreign_place place, const char *name)
{
    for (size_t i = 0; i < ROWS; i++)
        if (foreign_names[i].place == place && strcmp(foreign_names[i].name, name) == 0)
            return &foreign_names[i];
    return NULL;
}

/* All names, where they are few. */
static void tell_known(struct session *session, const char *const *known, size_t count)
{
    struct text names;
    text_init(&names, &session->scratch);
    for (size_t i = 0; i < count; i++)
        text_format(&names, "%s`%s`", i == 0 ? "" : ", ", known[i]);
    if (count > 0 && count <= MOST_TOLD)
        diagnostic_help(&session->diagnostics, session_last(session), "there is %s",
                        text_string(&names));
}

void foreign_tell(struct session *session, struct span at, enum foreign_place place,
                  const char *name, const char *const *known, size_t count)
{
    struct diagnostics *list = &session->diagnostics;
    struct diagnostic *item = session_last(session);
    const struct foreign_name *row = find(place, name);
    const char *mend = row != NULL ? row->mend : near_word(name, known, count);
    if (mend != NULL) {
        diagnostic_say(list, item, "write `%s`", mend);
        diagnostic_edit(list, item, at, mend);
    }
    if (row != NULL && row->help != NULL)
        diagnostic_help(list, item, "%s", row->help);
    else if (mend != NULL)
        diagnostic_help(list, item, "write `%s`", mend);
    else
        tell_known(session, known, count);
}
