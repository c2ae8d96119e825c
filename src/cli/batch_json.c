/* SPDX-License-Identifier: MIT
 * The summary of a batch for machines: an object a script, and one for all. */
#include "cli/batch.h"

#include <string.h>

static void put_key(struct text *out, const char *key)
{
    text_format(out, ",\"%s\":", key);
}

static void put_string(struct text *out, const char *key, const char *bytes,
                       size_t length)
{
    put_key(out, key);
    text_json(out, bytes, length);
}

static void put_count(struct text *out, const char *key, uint64_t count)
{
    put_key(out, key);
    text_format(out, "%llu", (unsigned long long)count);
}

static void put_number(struct text *out, const char *key, double number)
{
    put_key(out, key);
    text_json_number(out, number);
}

/* Fields of the last solve are left out when there was none. */
static void put_report(struct text *out, const struct batch_report *report)
{
    put_count(out, "expectations", report->expectations);
    put_count(out, "failed", report->failed);
    put_number(out, "points", report->points);
    put_number(out, "points_possible", report->points_possible);
    put_count(out, "solves", report->solves);
    if (report->last_status[0] == '\0')
        return;
    put_string(out, "status", report->last_status, strlen(report->last_status));
    put_count(out, "steps", report->steps);
    put_number(out, "value", report->value);
    put_number(out, "gradient_norm", report->gradient_norm);
}

static void put_stream(struct text *out, const char *key, const struct batch_job *job,
                       int stream)
{
    put_string(out, key, text_string(&job->kept[stream]), job->kept[stream].length);
    if (job->is_cut[stream])
        text_format(out, ",\"%s_cut\":true", key);
}

/* A child that died has no report: its counts are missing, not 0. */
static void put_job(struct text *out, const struct batch *batch,
                    const struct batch_job *job)
{
    const char *word = batch_result_words[job->result];
    text_puts(out, "{\"event\":\"script\"");
    put_string(out, "file", job->path, strlen(job->path));
    put_string(out, "result", word, strlen(word));
    put_count(out, "exit", (uint64_t)job->status);
    if (job->ended_by != 0)
        put_count(out, "signal", (uint64_t)job->ended_by);
    if (job->has_report)
        put_report(out, &job->report);
    if (!batch->settings->reproducible && job->process != 0) {
        put_number(out, "seconds", job->seconds);
        put_count(out, "memory_peak", job->report.memory_peak);
    }
    put_stream(out, "output", job, STREAM_RESULTS);
    put_stream(out, "messages", job, STREAM_MESSAGES);
    text_puts(out, "}\n");
}

static void put_summary(struct text *out, const struct batch *batch)
{
    uint64_t counts[RESULT_COUNT] = {0}, expectations = 0, failed = 0;
    for (size_t i = 0; i < batch->count; i++) {
        counts[batch->jobs[i].result]++;
        expectations += batch->jobs[i].report.expectations;
        failed += batch->jobs[i].report.failed;
    }
    text_puts(out, "{\"event\":\"summary\"");
    put_count(out, "scripts", batch->count);
    put_key(out, "results");
    for (int i = 0; i < RESULT_COUNT; i++)
        text_format(out, "%s\"%s\":%llu", i == 0 ? "{" : ",", batch_result_words[i],
                    (unsigned long long)counts[i]);
    text_putc(out, '}');
    put_count(out, "expectations", expectations);
    put_count(out, "failed", failed);
    put_count(out, "exit", (uint64_t)batch->status);
    if (!batch->settings->reproducible)
        put_number(out, "seconds", batch->seconds);
    text_puts(out, "}\n");
}

void batch_show_json(struct batch *batch)
{
    struct text out;
    text_init(&out, &batch->host->arena);
    for (size_t i = 0; i < batch->count; i++)
        put_job(&out, batch, &batch->jobs[i]);
    put_summary(&out, batch);
    host_show(batch->host, &out);
}
