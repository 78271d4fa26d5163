/* lesson: the text that goes with a step, in the terminal. */
#include "cli/cli.h"
#include "cli/markdown.h"

#include "checker/base/file.h"

enum { LESSON_CEILING = 1 << 20, COMFORTABLE_WIDTH = 96 };

static bool no_lesson(struct cli *cli, const struct step *step, struct error *error) {
    if (step->made)
        return fail(error, FAULT_INPUT, "%s has no lesson yet; `%s start %s` has its task",
                    step_called(cli, step), cli->program, step->id);
    return fail(error, FAULT_INPUT, "%s has no lesson and no exercise yet. It will be about this: %s",
                step_called(cli, step), step->task);
}

static bool show(struct cli *cli, const struct step *step, struct error *error) {
    const char *file = lesson_file(cli, step);
    if (!file)
        return no_lesson(cli, step, error);
    const char *markdown;
    size_t length;
    SCOPE_TEXT struct text text = {0};
    if (!file_read(file, LESSON_CEILING, true, cli->arena, &markdown, &length, error))
        return false;
    const struct markdown_options options = {
        .width = cli->width < COMFORTABLE_WIDTH ? cli->width : COMFORTABLE_WIDTH,
        .colour = cli->colour,
        .unicode = cli->unicode,
    };
    markdown_render(markdown, length, &options, &text);
    return show_paged(cli, text.length ? text.bytes : "", text.length, error);
}

static int run(struct cli *cli, const struct arguments *arguments) {
    struct error error;
    const struct step *step;
    if (!step_meant(cli, arguments->count ? arguments->words[0] : NULL, &step, &error))
        return complain(cli, &error);
    if (!step) {
        fail(&error, FAULT_INPUT,
             "which lesson? Type its number, as in `%s lesson 6`; `%s list` has them all", cli->program,
             cli->program);
        return complain(cli, &error);
    }
    return show(cli, step, &error) ? 0 : complain(cli, &error);
}

const struct command command_lesson = {
    .name = "lesson",
    .arguments = "[step] [N]",
    .about = "read about a step",
    .group = "Learn",
    .details =
        "Without N: the lesson of the workspace you are in, or of the step you worked on last. At a terminal "
        "it is shown by $PAGER (less -R if that is not set); into a pipe it is plain text.",
    .examples = (const struct command_example[]){{"lesson 6", "at a terminal, page by page"},
                                                 {"lesson 6 | lpr", "on paper"},
                                                 {0}},
    .words = 1,
    .needs = NEED_CURRICULUM,
    .run = run,
};
