/* SPDX-License-Identifier: MIT
 * The summary of a batch for people: a table, totals, and the output of what failed. */
#include "cli/batch.h"

#include <string.h>

enum { DIGITS = 6 };

static void put_script(struct text *out, const struct batch_job *job)
{
    text_puts(out, job->path);
}

static void put_result(struct text *out, const struct batch_job *job)
{
    text_puts(out, batch_result_words[job->result]);
}

static void put_checks(struct text *out, const struct batch_job *job)
{
    if (job->has_report && job->report.expectations > 0)
        text_format(out, "%llu/%llu",
                    (unsigned long long)(job->report.expectations - job->report.failed),
                    (unsigned long long)job->report.expectations);
}

static double passed(const struct batch_report *report)
{
    return (double)(report->expectations - report->failed);
}

/* Points that only count the checks again are left out. */
static void put_points(struct text *out, const struct batch_job *job)
{
    const struct batch_report *report = &job->report;
    bool is_count = report->points <= passed(report) &&
                    report->points >= passed(report) &&
                    report->points_possible <= (double)report->expectations &&
                    report->points_possible >= (double)report->expectations;
    if (!job->has_report || is_count)
        return;
    text_rounded(out, report->points, DIGITS);
    text_putc(out, '/');
    text_rounded(out, report->points_possible, DIGITS);
}

static void put_solves(struct text *out, const struct batch_job *job)
{
    if (job->has_report)
        text_format(out, "%llu", (unsigned long long)job->report.solves);
}

static bool has_solve(const struct batch_job *job)
{
    return job->has_report && job->report.last_status[0] != '\0';
}

static void put_status(struct text *out, const struct batch_job *job)
{
    if (has_solve(job))
        text_puts(out, job->report.last_status);
}

static void put_steps(struct text *out, const struct batch_job *job)
{
    if (has_solve(job))
        text_format(out, "%llu", (unsigned long long)job->report.steps);
}

static void put_value(struct text *out, const struct batch_job *job)
{
    if (has_solve(job))
        text_rounded(out, job->report.value, DIGITS);
}

/* Two decimals without printf, whose decimal point is the locale's. */
static void put_seconds(struct text *out, double seconds)
{
    unsigned long long hundredths = (unsigned long long)(seconds * 100 + 0.5);
    text_format(out, "%llu.%02llu s", hundredths / 100, hundredths % 100);
}

static void put_time(struct text *out, const struct batch_job *job)
{
    if (job->process != 0)
        put_seconds(out, job->seconds);
}

/* The columns; one without any cell is left out, and time with --reproducible. */
static const struct column {
    const char *title;
    bool is_right, is_time;
    void (*put)(struct text *out, const struct batch_job *job);
} columns[] = {
    {"script", false, false, put_script}, {"result", false, false, put_result},
    {"checks", true, false, put_checks},  {"points", true, false, put_points},
    {"solves", true, false, put_solves},  {"last solve", false, false, put_status},
    {"steps", true, false, put_steps},    {"value", true, false, put_value},
    {"time", true, true, put_time},
};
enum { COLUMN_COUNT = sizeof columns / sizeof *columns };

/* Columns on a terminal: a name may be in any script. */
static size_t width_of(const struct text *cell)
{
    size_t width = 0;
    const char *text = text_string(cell);
    for (size_t i = 0; i < cell->length;) {
        uint32_t character = '?';
        size_t step = utf8_decode(text + i, cell->length - i, &character);
        width += (size_t)utf8_width(character);
        i += step == 0 ? 1 : step;
    }
    return width;
}

/* Widths of the columns; 0 is a column that is left out. */
static void measure(const struct batch *batch, struct text *cell, size_t widths[])
{
    for (size_t j = 0; j < COLUMN_COUNT; j++) {
        widths[j] = 0;
        for (size_t i = 0; i < batch->count; i++) {
            cell->length = 0;
            columns[j].put(cell, &batch->jobs[i]);
            size_t width = width_of(cell);
            widths[j] = width > widths[j] ? width : widths[j];
        }
        size_t title = strlen(columns[j].title);
        bool is_left_out =
            widths[j] == 0 || (columns[j].is_time && batch->settings->reproducible);
        widths[j] = is_left_out ? 0 : widths[j] > title ? widths[j] : title;
    }
}

/* `job` NULL is the row of titles. */
static void put_row(struct text *out, struct text *cell, const size_t widths[],
                    const struct batch_job *job)
{
    size_t pending = 0; /* blanks that stand only before something */
    for (size_t j = 0; j < COLUMN_COUNT; j++) {
        if (widths[j] == 0)
            continue;
        cell->length = 0;
        if (job == NULL)
            text_puts(cell, columns[j].title);
        else
            columns[j].put(cell, job);
        size_t gap = widths[j] - width_of(cell);
        if (cell->length > 0)
            text_repeat(out, ' ', pending + (columns[j].is_right ? gap : 0));
        text_put(out, text_string(cell), cell->length);
        if (cell->length == 0)
            pending += gap + 2;
        else
            pending = 2 + (columns[j].is_right ? 0 : gap);
    }
    text_putc(out, '\n');
}

/* The last line of the table: counts a result, checks, solves, time. */
static void put_totals(struct text *out, const struct batch *batch)
{
    size_t counts[RESULT_COUNT] = {0};
    struct batch_report sum = {0};
    for (size_t i = 0; i < batch->count; i++) {
        const struct batch_report *report = &batch->jobs[i].report;
        counts[batch->jobs[i].result]++;
        sum.expectations += report->expectations;
        sum.failed += report->failed;
        sum.solves += report->solves;
    }
    text_format(out, "%zu script%s", batch->count, batch->count == 1 ? "" : "s");
    const char *before = ":";
    for (int i = 0; i < RESULT_COUNT; i++)
        if (counts[i] > 0) {
            text_format(out, "%s %zu %s", before, counts[i], batch_result_words[i]);
            before = ",";
        }
    text_format(out, "; %llu of %llu checks passed; %llu solve%s",
                (unsigned long long)(sum.expectations - sum.failed),
                (unsigned long long)sum.expectations, (unsigned long long)sum.solves,
                sum.solves == 1 ? "" : "s");
    if (!batch->settings->reproducible) {
        text_puts(out, "; ");
        put_seconds(out, batch->seconds);
    }
    text_putc(out, '\n');
}

static void put_stream(struct text *out, const struct batch_job *job, int stream)
{
    const struct text *kept = &job->kept[stream];
    text_put(out, text_string(kept), kept->length);
    if (kept->length > 0 && kept->data[kept->length - 1] != '\n')
        text_putc(out, '\n');
    if (job->is_cut[stream])
        text_format(out, "... cut after %d bytes\n", (int)BATCH_KEPT);
}

/* All that the script wrote, results before messages: they came apart, so the order
 * between them is not known. */
static void put_failure(struct text *out, const struct batch *batch,
                        const struct batch_job *job)
{
    text_format(out, "\n==== %s: %s", job->path, batch_result_words[job->result]);
    if (job->is_late) {
        text_puts(out, ", ended after ");
        text_number(out, batch->settings->timeout);
        text_puts(out, " s");
    } else if (job->ended_by != 0 && !job->is_stopped) {
        text_format(out, ", ended by signal %d (%s)", job->ended_by,
                    strsignal(job->ended_by));
    } else {
        text_format(out, ", exit status %d", (int)job->status);
    }
    text_puts(out, " ====\n");
    put_stream(out, job, STREAM_RESULTS);
    put_stream(out, job, STREAM_MESSAGES);
}

void batch_show(struct batch *batch)
{
    struct text out, cell;
    size_t widths[COLUMN_COUNT];
    text_init(&out, &batch->host->arena);
    text_init(&cell, &batch->host->arena);
    measure(batch, &cell, widths);
    put_row(&out, &cell, widths, NULL);
    for (size_t i = 0; i < batch->count; i++)
        if (!batch->settings->quiet || batch->jobs[i].result != RESULT_OK)
            put_row(&out, &cell, widths, &batch->jobs[i]);
    put_totals(&out, batch);
    for (size_t i = 0; i < batch->count; i++)
        if (batch->jobs[i].result != RESULT_OK &&
            batch->jobs[i].result != RESULT_INTERRUPTED)
            put_failure(&out, batch, &batch->jobs[i]);
    host_show(batch->host, &out);
}
