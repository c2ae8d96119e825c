/* SPDX-License-Identifier: MIT
 * A search asks after every step, which may take less than a look at the clock: after a
 * look that came early more calls are skipped, after one that came late none. */
#include "script/progress.h"

#include "script/session.h"

#include <math.h>

static const double usual_interval = 0.1;
enum { SKIPPED_MOST = 1 << 8 };

static double interval_of(const struct session *session)
{
    double own = session->options.progress_interval;
    return own > 0 ? own : usual_interval;
}

static void set_activity(struct session *session, tw_activity activity)
{
    session->progress.skipped = 0;
    session->progress.now = (tw_progress){
        .activity = activity, .value = (double)NAN, .gradient_norm = (double)NAN};
}

void progress_begin(struct session *session)
{
    session->progress = (struct progress){0};
    session->progress.looked = session->start_time;
    session->progress.next = session->start_time + interval_of(session);
    set_activity(session, TW_COMPUTING);
}

void progress_read(struct session *session, const char *file, size_t bytes)
{
    set_activity(session, TW_READING);
    session->progress.now.file = file;
    session->progress.now.bytes = bytes;
}

void progress_search(struct session *session)
{
    set_activity(session, TW_SEARCHING);
}

void progress_end(struct session *session)
{
    set_activity(session, TW_COMPUTING);
}

/* Aims at ten looks an interval. */
static void adapt(struct progress *progress, double passed, double interval)
{
    if (passed > interval / 5)
        progress->skipped /= 8;
    else if (passed < interval / 20 && progress->skipped < SKIPPED_MOST)
        progress->skipped = 2 * progress->skipped + 1;
}

bool progress_goes_on(struct session *session)
{
    struct progress *progress = &session->progress;
    const tw_options *options = &session->options;
    if (options->progress == NULL || options->clock == NULL ||
        progress->calls++ < progress->skipped)
        return true;
    double now = session_clock(session), interval = interval_of(session);
    adapt(progress, now - progress->looked, interval);
    progress->looked = now;
    progress->calls = 0;
    if (now < progress->next)
        return true;
    progress->next = now + interval;
    progress->now.seconds = now - session->start_time;
    return options->progress(options->user, &progress->now);
}
