/* SPDX-License-Identifier: MIT
 * The help, made from the tables of subcommands and options. */
#include "cli/options.h"

#include <string.h>

enum { INDENT = 2, HELP_COLUMN = 28 };

static const char examples[] =
    "Examples:\n"
    "  talweg lab.opt\n"
    "  talweg -e 'minimize (w*2 - 6)^2 over w from 0 step 0.12 until |grad| < 1e-4'\n"
    "  talweg batch labs/\n";

static const char usage[] =
    "\nUsage:\n"
    "  talweg                    the prompt, on a terminal; else the script on standard "
    "input\n"
    "  talweg [OPTIONS] FILE...  run scripts; `-` is standard input\n";

static const char statuses[] =
    "\nExit status (the highest of several files):\n"
    "  0    all ran, every `expect` and `claim` held; divergence is a result\n"
    "  1    an `expect` or `claim` failed, or `fmt --check` found a file to change\n"
    "  2    wrong usage, or a file cannot be read or written\n"
    "  3    a script does not parse or check\n"
    "  4    an error while a script ran\n"
    "  5    a limit was reached: memory, time, steps\n"
    "  70   a mistake of Talweg's own\n"
    "  130  interrupted\n";

/* The help stands in a column of its own, on the next line when the left is long. */
static void put_row(struct text *out, const char *left, size_t length, const char *help)
{
    text_repeat(out, ' ', INDENT);
    text_put(out, left, length);
    size_t column = INDENT + length;
    if (column + 2 > HELP_COLUMN) {
        text_putc(out, '\n');
        column = 0;
    }
    text_repeat(out, ' ', HELP_COLUMN - column);
    text_puts(out, help);
    text_putc(out, '\n');
}

static void put_command(struct text *out, const struct command *command)
{
    char left[128] = "talweg ";
    strncat(left, command->name, 40);
    strncat(left, " ", 2);
    strncat(left, command->arguments, 60);
    put_row(out, left, strlen(left), command->summary);
}

/* `-e, --eval=TEXT`; without a letter the long names stand below each other. */
static void put_option(struct text *out, const struct option *option)
{
    char left[128] = "    ";
    if (option->letter != 0) {
        left[0] = '-';
        left[1] = option->letter;
        left[2] = ',';
    }
    strncat(left, "--", 3);
    strncat(left, option->name, 40);
    if (option->argument != NULL) {
        strncat(left, "=", 2);
        strncat(left, option->argument, 40);
    }
    put_row(out, left, strlen(left), option->help);
}

static void put_options(struct text *out, unsigned commands)
{
    text_puts(out, "\nOptions:\n");
    for (size_t i = 0; i < option_count; i++)
        if ((option_table[i].commands & commands) != 0)
            put_option(out, &option_table[i]);
}

void usage_all(struct text *out)
{
    text_puts(out, examples);
    text_puts(out, usage);
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        put_command(out, &command_table[i]);
    put_options(out, ~0u);
    text_puts(out, statuses);
}

void usage_command(struct text *out, enum command_id command)
{
    text_puts(out, "Usage:\n");
    put_command(out, &command_table[command]);
    put_options(out, 1u << command);
}
