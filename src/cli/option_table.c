/* SPDX-License-Identifier: MIT
 * The table of options.  A row holds all that is known of an option; its setter stores
 * the value and is false when the value is none. */
#include "cli/options.h"

#include <math.h>
#include <string.h>

#define ON(id) (1u << COMMAND_##id)
enum {
    RUNNING = ON(RUN) | ON(BATCH),
    READING = RUNNING | ON(CHECK),
    ANY = (1 << COMMAND_COUNT) - 1,
};
static const double longest_time = 1e9, largest_count = 9007199254740992.0;

#define FLAG(field)                                                                      \
    static bool set_##field(struct settings *settings, const char *value)                \
    {                                                                                    \
        (void)value;                                                                     \
        settings->field = true;                                                          \
        return true;                                                                     \
    }
FLAG(help)
FLAG(version)
FLAG(json)
FLAG(reproducible)
FLAG(verbose)
FLAG(quiet)
FLAG(strict)
FLAG(list_only)

/* A newline behind each text, so that two of them never become one statement. */
static bool set_text(struct settings *settings, const char *value)
{
    settings->has_text = true;
    text_puts(&settings->text, value);
    text_putc(&settings->text, '\n');
    return true;
}

static bool set_colour(struct settings *settings, const char *value)
{
    static const char *const names[] = {
        [COLOUR_AUTO] = "auto", [COLOUR_ALWAYS] = "always", [COLOUR_NEVER] = "never"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(value, names[i]) == 0) {
            settings->colour = (enum colour)i;
            return true;
        }
    return false;
}

static bool set_no_colour(struct settings *settings, const char *value)
{
    (void)value;
    settings->colour = COLOUR_NEVER;
    return true;
}

/* A number and at most one of `suffixes` behind it, whose place is in *suffix, or -1. */
static bool read_number(const char *value, const char *suffixes, double *number,
                        int *suffix)
{
    size_t length = strlen(value);
    if (length == 0 || value[0] < '.' || value[0] > '9') /* no sign, no blank, no name */
        return false;
    const char *found = strchr(suffixes, value[length - 1]);
    *suffix = found == NULL ? -1 : (int)(found - suffixes);
    return number_parse(value, length - (found != NULL), number) && isfinite(*number);
}

static bool set_memory(struct settings *settings, const char *value)
{
    double number = 0;
    int suffix = -1;
    if (!read_number(value, "KMGT", &number, &suffix))
        return false;
    number *= pow(1024, suffix + 1);
    if (number < 1 || number > largest_count)
        return false;
    settings->memory = (size_t)number;
    return true;
}

/* `20` and `20s` are the same. */
static bool read_seconds(const char *value, double *seconds)
{
    int suffix = -1;
    return read_number(value, "s", seconds, &suffix) && *seconds > 0 &&
           *seconds <= longest_time;
}

static bool set_time(struct settings *settings, const char *value)
{
    return read_seconds(value, &settings->time);
}

static bool set_timeout(struct settings *settings, const char *value)
{
    return read_seconds(value, &settings->timeout);
}

/* `1e6` is a count too. */
static bool read_count(const char *value, uint64_t *count)
{
    double number = 0;
    int suffix = -1;
    if (!read_number(value, "", &number, &suffix) || number < 1 ||
        number > largest_count || number != floor(number))
        return false;
    *count = (uint64_t)number;
    return true;
}

static bool set_steps(struct settings *settings, const char *value)
{
    return read_count(value, &settings->steps);
}

static bool set_jobs(struct settings *settings, const char *value)
{
    return read_count(value, &settings->jobs) && settings->jobs <= 256;
}

static bool set_threads(struct settings *settings, const char *value)
{
    return read_count(value, &settings->threads) && settings->threads <= 64;
}

static bool set_no_native(struct settings *settings, const char *value)
{
    (void)value;
    settings->no_native = true;
    return true;
}

static bool set_library(struct settings *settings, const char *value)
{
    settings->library = value;
    return *value != '\0';
}

/* clang-format off: one row a line */
const struct option option_table[] = {
    {'e', "eval", "TEXT", ON(RUN) | ON(CHECK) | ON(FMT), set_text,
     "run TEXT as a script; may be repeated, a line each"},
    {0, "json", NULL, READING, set_json, "one JSON object a line instead of text"},
    {0, "reproducible", NULL, RUNNING, set_reproducible, "leave times out"},
    {'v', "verbose", NULL, RUNNING, set_verbose, "reports with every setting that acted"},
    {'q', "quiet", NULL, READING, set_quiet, "errors alone: no warnings, notes, banner"},
    {0, "strict", NULL, RUNNING, set_strict, "undefined values are errors"},
    {0, "memory", "BYTES", READING | ON(FMT) | ON(DUMP), set_memory,
     "memory of a script at most, such as 256M or 2G"},
    {0, "time", "SECONDS", RUNNING, set_time, "time of a script at most, in seconds"},
    {0, "steps", "N", RUNNING, set_steps, "steps of all searches and loops at most"},
    {0, "threads", "N", RUNNING | ON(DUMP), set_threads,
     "threads of long evaluations; one a processor unless told"},
    {0, "no-native", NULL, RUNNING, set_no_native, "no machine code, even in long runs"},
    {0, "library", "FOLDER", READING, set_library,
     "a folder whose modules stand before the built-in ones"},
    {0, "check", NULL, ON(FMT), set_list_only, "list the files that would change"},
    {'j', "jobs", "N", ON(BATCH), set_jobs, "scripts that run side by side, 1 to 256"},
    {0, "timeout", "SECONDS", ON(BATCH), set_timeout,
     "seconds after which a script is ended; 60 unless told"},
    {0, "color", "WHEN", ANY, set_colour, "colours: auto, always or never"},
    {0, "no-color", NULL, ANY, set_no_colour, "the same as --color=never"},
    {'h', "help", NULL, ANY, set_help, "this help, or that of a subcommand"},
    {'V', "version", NULL, ANY, set_version, "the version"},
};
/* clang-format on */
const size_t option_count = sizeof option_table / sizeof *option_table;
