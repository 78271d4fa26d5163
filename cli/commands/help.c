/* Help, made from the table of commands and from nothing else. */
#include "cli/cli.h"

#include <string.h>

static void heading(struct cli *cli, FILE *out, const char *text) {
    fprintf(out, "%s%s%s\n", style(cli, STYLE_BOLD), text, style(cli, STYLE_NONE));
}

static void row(struct cli *cli, FILE *out, int column, const char *left, const char *about) {
    int used = 2 + text_columns(left, strlen(left));
    fprintf(out, "  %s%*s", left, used < column ? column - used : 2, "");
    print_wrapped(cli, out, column, about);
}

static const char *usage(struct cli *cli, const struct command *command) {
    return arena_printf(cli->arena, "backend-learn%s%s%s%s%s", *command->name ? " " : "", command->name,
                        command->arguments ? " " : "", command->arguments ? command->arguments : "",
                        command->options && command->options->name ? " [options]" : "");
}

void help_overview(struct cli *cli, FILE *out) {
    fputs("backend-learn teaches backend development in 80 steps, and checks what you build.\n\n", out);
    fputs("  backend-learn                 where you are, and what to type next\n", out);
    fputs("  backend-learn COMMAND --help  what a command does, its options, examples\n", out);
    const char *group = NULL;
    for (const struct command *const *at = cli->commands; *at; at++) {
        const struct command *command = *at;
        if (!*command->name)
            continue;
        if (!group || strcmp(group, command->group)) {
            fputc('\n', out);
            heading(cli, out, command->group);
        }
        group = command->group;
        const char *left = arena_printf(cli->arena, "%s%s%s", command->name, command->arguments ? " " : "",
                                        command->arguments ? command->arguments : "");
        row(cli, out, 24, left, command->about);
    }
    fputs("\nN is a step's number (6), its name (fizzbuzz) or its id (P3); in a workspace it may be left "
          "out.\n",
          out);
    fputs("Exit status: 0 all is well, 1 the check does not hold, 2 wrong usage or input, 3 our own fault or "
          "a\n"
          "missing tool. Version: backend-learn --version.\n",
          out);
}

void help_command(struct cli *cli, const struct command *command, FILE *out) {
    if (!*command->name) {
        help_overview(cli, out);
        return;
    }
    fprintf(out, "%s%s%s: %s\n\n  %s\n", style(cli, STYLE_BOLD), command->name, style(cli, STYLE_NONE),
            command->about, usage(cli, command));
    for (const char *at = command->details; at && *at;) {
        const char *end = strstr(at, "\n\n");
        size_t length = end ? (size_t)(end - at) : strlen(at);
        SCOPE_FREE char *paragraph = xstrndup(at, length);
        fputc('\n', out);
        print_wrapped(cli, out, 0, paragraph);
        at += length + (end ? 2 : 0);
    }
    if (command->options && command->options->name) {
        fputc('\n', out);
        heading(cli, out, "Options");
        for (const struct command_option *option = command->options; option->name; option++) {
            const char *left = arena_printf(cli->arena, "--%s%s%s", option->name, option->argument ? " " : "",
                                            option->argument ? option->argument : "");
            row(cli, out, 24, left, option->about);
        }
    }
    if (command->examples && command->examples->line) {
        fputc('\n', out);
        heading(cli, out, "Examples");
        int column = 0;
        for (const struct command_example *example = command->examples; example->line; example++) {
            int width = (int)strlen(example->line) + (int)strlen("  backend-learn ") + 2;
            column = width > column ? width : column;
        }
        for (const struct command_example *example = command->examples; example->line; example++)
            row(cli, out, column, arena_printf(cli->arena, "backend-learn %s", example->line),
                example->about);
    }
}

static int run(struct cli *cli, const struct arguments *arguments) {
    if (!arguments->count) {
        help_overview(cli, cli->out);
        return 0;
    }
    struct error error;
    const struct command *command = command_find(cli, arguments->words[0], &error);
    if (!command)
        return complain(cli, &error);
    help_command(cli, command, cli->out);
    return 0;
}

const struct command command_help = {
    .name = "help",
    .arguments = "[COMMAND]",
    .about = "what a command does, its options, examples",
    .group = "Help",
    .details = "Without a command: the overview. `backend-learn COMMAND --help` says the same.",
    .examples = (const struct command_example[]){{"help check", "what check takes"}, {0}},
    .words = 1,
    .run = run,
};
