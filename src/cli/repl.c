/* SPDX-License-Identifier: MIT
 * The prompt.  What is typed is gathered until the language calls it complete, then runs
 * as one script in a session that lasts; a line that begins with `:` or `?` is a command
 * to the prompt itself. */
#include "cli/repl.h"
#include "cli/files.h"
#include "cli/interrupt.h"
#include "cli/progress.h"
#include "cli/terminal.h"

#include <string.h>
#include <unistd.h>

static const char first_prompt[] = "talweg> ", next_prompt[] = "   ...> ";

static void complete(void *user, const char *prefix, lineedit_found *found, void *list)
{
    struct repl *repl = user;
    tw_complete(repl->session, prefix, found, list);
}

static bool wants_file(void *user, const char *line)
{
    (void)user;
    return strncmp(line, ":load ", 6) == 0 || strncmp(line, ":save ", 6) == 0;
}

/* Taken once: the next Ctrl-C at the prompt is a first one again and never ends it. */
static bool take_interrupt(void *user)
{
    (void)user;
    bool pending = interrupt_pending();
    interrupt_clear();
    return pending;
}

static void show_banner(struct repl *repl)
{
    struct text out;
    text_init(&out, &repl->input);
    text_format(&out, "Talweg %s   help: what can be typed   Ctrl-D: leave\n",
                tw_version());
    (void)output_write_all(repl->editor_host.output, text_string(&out), out.length);
}

/* Whether it ran: what failed is not worth saving. */
bool repl_run_text(struct repl *repl, const char *name, const char *text, size_t length)
{
    interrupt_clear();
    tw_status status = tw_run(repl->session, name, text, length);
    progress_erase(repl->host);
    interrupt_clear();
    bool ran = status == TW_OK || status == TW_EXPECT_FAILED;
    if (ran) {
        text_put(&repl->kept, text, length);
        if (length > 0 && text[length - 1] != '\n')
            text_putc(&repl->kept, '\n');
    }
    return ran;
}

static void run_pending(struct repl *repl)
{
    char name[40] = "<input ";
    size_t used = strlen(name);
    char digits[NUMBER_TEXT];
    size_t length = number_format((double)++repl->number, digits);
    memcpy(name + used, digits, length);
    memcpy(name + used + length, ">", 2);
    repl_run_text(repl, name, text_string(&repl->pending), repl->pending.length);
}

static bool is_blank(const struct text *text)
{
    return strspn(text_string(text), " \t\r\n") >= text->length;
}

/* After each input all that it needed is given back. */
static void drop_pending(struct repl *repl)
{
    arena_clear(&repl->input);
    text_init(&repl->pending, &repl->input);
}

/* The newlines at the end asked for no more than to run. */
static void trim(struct text *text)
{
    while (text->length > 0 && text->data[text->length - 1] == '\n')
        text->data[--text->length] = '\0';
}

/* One line, or a paste of several, is added to what is pending and runs when it is
 * complete.  An empty line behind it says so where the language leaves it open. */
static void take_line(struct repl *repl, const char *line, size_t length)
{
    bool is_first = repl->pending.length == 0;
    text_put(&repl->pending, line, length);
    bool is_command = is_first && repl_is_command(line);
    if (is_first && is_blank(&repl->pending)) {
        drop_pending(repl);
        return;
    }
    text_putc(&repl->pending, '\n');
    if (!is_command &&
        tw_wants_more(repl->session, text_string(&repl->pending), repl->pending.length))
        return;
    trim(&repl->pending);
    repl->editor.editor->remember(repl->editor.state, text_string(&repl->pending));
    if (is_command)
        repl_command(repl, text_string(&repl->pending));
    else
        run_pending(repl);
    drop_pending(repl);
}

static void step(struct repl *repl)
{
    const char *prompt = repl->pending.length == 0 ? first_prompt : next_prompt;
    const char *line = NULL;
    size_t length = 0;
    output_flush(&repl->host->results);
    switch (repl->editor.editor->read(repl->editor.state, prompt, &line, &length)) {
    case LINEEDIT_LINE:
        take_line(repl, line, length);
        break;
    case LINEEDIT_INTERRUPTED:
        drop_pending(repl);
        break;
    case LINEEDIT_END:
        (void)output_write_all(repl->editor_host.output, "\n", 1);
        repl->leaves = true;
        break;
    }
}

/* With standard output elsewhere the prompt goes to standard error, where readline
 * cannot draw: the plain reader serves. */
static void open_editor(struct repl *repl)
{
    bool is_shown = terminal_is(STDOUT_FILENO);
    repl->editor_host = (struct lineedit_host){
        .user = repl,
        .arena = &repl->host->arena,
        .arguments = repl->host->arguments,
        .output = is_shown ? STDOUT_FILENO : STDERR_FILENO,
        .history = repl_history_path(&repl->host->arena),
        .complete = complete,
        .wants_file = wants_file,
        .interrupted = take_interrupt,
    };
    repl->editor = lineedit_choose(&repl->editor_host, !is_shown || terminal_is_dumb());
}

tw_status repl_run(struct host *host, const struct settings *settings)
{
    struct repl repl = {.host = host, .settings = settings};
    tw_options options = host_options(host, settings);
    options.prompt = true;
    repl.session = tw_open(&options);
    if (repl.session == NULL) {
        host_say(host, "out of memory");
        return TW_LIMIT;
    }
    arena_init(&repl.input, &host->memory);
    text_init(&repl.pending, &repl.input);
    text_init(&repl.kept, &host->arena);
    open_editor(&repl);
    if (!settings->quiet && !settings->json)
        show_banner(&repl);
    drop_pending(&repl);
    while (!repl.leaves && host->results.error == 0)
        step(&repl);
    repl.editor.editor->close(repl.editor.state);
    tw_finish(repl.session, TW_OK);
    tw_close(repl.session);
    arena_clear(&repl.input);
    return TW_OK;
}
