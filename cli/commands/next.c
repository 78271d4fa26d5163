/* next: names the step to go on with. It only says so: neither a save nor a success moves anybody on. */
#include "cli/cli.h"
#include "cli/progress/store.h"

#include <string.h>

static bool is_done(struct cli *cli, const struct step *step, bool *ret_done, struct error *error) {
    struct standings standings;
    if (!standings_load(cli, false, &standings, error))
        return false;
    const struct standing *standing = standing_of(&standings, step->id);
    *ret_done = standing && standing->done;
    return true;
}

static void print_command(struct cli *cli, const char *command, const char *id, const char *about) {
    fprintf(cli->out, "  %s%s %s %s%s%*s%s\n", style(cli, STYLE_BOLD), cli->program, command, id,
            style(cli, STYLE_NONE), (int)(14 - strlen(command) - strlen(id)), "", about);
}

static void print_next(struct cli *cli, const struct step *step, size_t skipped) {
    if (skipped)
        fprintf(cli->out, "(%zu %s before it %s not made yet.)\n", skipped, skipped == 1 ? "step" : "steps",
                skipped == 1 ? "is" : "are");
    fprintf(cli->out, "%sStep %s, %s: ", style(cli, STYLE_BOLD), step->id, step->name);
    print_text(cli->out, step->title, false);
    fprintf(cli->out, "%s\n", style(cli, STYLE_NONE));
    fputs("  ", cli->out);
    print_wrapped(cli, cli->out, 2, step->task);
    const struct workspace *workspace;
    fputc('\n', cli->out);
    if (lesson_file(cli, step))
        print_command(cli, "lesson", step->id, "read about it");
    if (workspace_meant(cli, step->id, NULL, &workspace, NULL)) {
        print_command(cli, "check", step->id, "what is missing");
        fprintf(cli->out, "You have begun it in %s\n", path_shown(cli, workspace->folder));
    } else {
        print_command(cli, "start", step->id, "make a folder for it");
    }
}

static int run(struct cli *cli, const struct arguments *arguments) {
    (void)arguments;
    struct error error;
    const struct step *current, *next;
    size_t skipped;
    bool done = true;
    if (!step_meant(cli, NULL, &current, &error) || (current && !is_done(cli, current, &done, &error)) ||
        !step_next(cli, current, &next, &skipped, &error))
        return complain(cli, &error);
    if (current && current->made && !done)
        fprintf(cli->out,
                "Step %s, %s, is not done yet: %s check %s says what is missing. After it comes:\n\n",
                current->id, current->name, cli->program, current->id);
    if (next) {
        print_next(cli, next, skipped);
        return 0;
    }
    size_t ignored;
    const struct step *earlier;
    if (!step_next(cli, NULL, &earlier, &ignored, &error))
        return complain(cli, &error);
    if (skipped)
        fprintf(cli->out, "No step after this one is made yet (%zu to come).\n", skipped);
    else
        fputs("This is the end of the track.\n", cli->out);
    if (earlier && earlier != current)
        fprintf(cli->out, "Still open: step %s, %s. To begin it: %s start %s\n", earlier->id, earlier->name,
                cli->program, earlier->id);
    return 0;
}

const struct command command_next = {
    .name = "next",
    .about = "which step comes next, what it is about, how to begin it",
    .group = "Learn",
    .details =
        "The next step that is made and not done, counted from the workspace you are in, else from the step "
        "you worked on last. Nothing moves on by itself.",
    .needs = NEED_CURRICULUM | NEED_LANGUAGES,
    .run = run,
};
