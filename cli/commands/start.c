/* start: makes a learner's folder for a step. Nothing is ever overwritten and nothing is ever half made: see
 * folders.h. */
#include "cli/cli.h"
#include "cli/folders.h"
#include "cli/progress/store.h"
#include "cli/starter.h"
#include "cli/subject.h"

#include <string.h>
#include <sys/stat.h>

static bool is_there(const char *path) {
    struct stat found;
    return lstat(path, &found) == 0;
}

/* What to say of a folder that is in the way. */
static bool in_the_way(struct cli *cli, const char *folder, const struct step *step, struct error *error) {
    const struct workspace *workspace = NULL;
    struct error ignored;
    if (workspace_load(cli->curriculum, folder, cli->arena, &workspace, &ignored) && workspace->step == step)
        return fail(
            error, FAULT_INPUT,
            "you have begun %s already, and nothing of it is overwritten; go on with `cd %s`, or begin anew "
            "elsewhere with `%s start %s --dir FOLDER`",
            step_called(cli, step), path_shown(cli, folder), cli->program, step->id);
    return fail(
        error, FAULT_INPUT,
        "%s is there already, and nothing is overwritten; choose another folder with `%s start %s --dir "
        "FOLDER`",
        path_shown(cli, folder), cli->program, step->id);
}

static bool choose_folder(struct cli *cli, const struct step *step, const char *language, const char *typed,
                          const char **ret_folder, struct error *error) {
    const char *folder;
    if (typed) {
        if (!folder_typed(cli, typed, &folder, error))
            return false;
    } else {
        folder = arena_printf(cli->arena, "%s/%s", cli->paths.home, step->slug);
        const struct workspace *workspace = NULL;
        struct error ignored;
        if (workspace_load(cli->curriculum, folder, cli->arena, &workspace, &ignored) &&
            workspace->step == step && strcmp(workspace->language, language))
            folder = arena_printf(cli->arena, "%s-%s", folder, language);
    }
    if (is_there(folder))
        return in_the_way(cli, folder, step, error);
    *ret_folder = folder;
    return true;
}

static bool remember(struct cli *cli, const struct step *step, const char *language, struct error *error) {
    struct store *store;
    if (!store_open(cli->paths.data, STORE_WRITE, &store, error))
        return false;
    bool ok = store_set(store, "step", step->id, error) &&
              (!language || store_set(store, "language", language, error));
    store_close(store);
    return ok;
}

/* Lets a learner build and run by hand what the checker builds and runs: ../kit and ../node_modules beside the
 * folder are links to the packages, as in a room. What is there already stays. */
static void link_packages(const char *folder, const char *packages) {
    static const char *const names[] = {"kit", "node_modules"};
    const char *slash = strrchr(folder, '/');
    for (size_t i = 0; i < LENGTH_OF(names); i++) {
        SCOPE_FREE char *target = xprintf("%s/%s", packages, names[i]);
        SCOPE_FREE char *link = xprintf("%.*s/%s", (int)(slash - folder), folder, names[i]);
        if (access(target, F_OK) == 0 && symlink(target, link) != 0)
            continue; /* one that is there, or a file system without links: the checker needs neither */
    }
}

/* What the exercise builds on, installed now, while somebody looks; the error says what is missing. */
static bool install_packages(struct cli *cli, const struct starter *starter, const char *folder,
                             struct error *error) {
    struct subject subject = {.exercise = starter->exercise};
    if (!subject_packages(cli, &subject, starter->language, error))
        return false;
    if (subject.packages)
        link_packages(folder, subject.packages);
    return true;
}

static void print_made(struct cli *cli, const struct starter *starter, const char *folder) {
    const struct step *step = starter->exercise->step;
    const struct tree *tree = &starter->tree;
    const char *shown = path_shown(cli, folder);
    fprintf(cli->out, "Made %s: step %s, %s", shown, step->id, step->name);
    if (strcmp(starter->language, "any"))
        fprintf(cli->out, ", in %s", language_title(cli, starter->language));
    fputs(".\n\n", cli->out);
    fprintf(cli->out, "  %scd %s%s\n", style(cli, STYLE_BOLD), shown, style(cli, STYLE_NONE));
    fputs("  read task.md: it says what to build", cli->out);
    size_t files = 0;
    for (size_t i = 0; i < tree->count; i++) {
        const char *path = tree->entries[i].path;
        if (tree->entries[i].kind == 'd' || path[0] == '.' || !strcmp(path, "task.md") ||
            !strcmp(path, "workspace.json"))
            continue;
        fputs(files == 0 ? "\n  edit " : files < 4 ? ", " : "", cli->out);
        if (files < 4)
            print_text(cli->out, path, false);
        else if (files == 4)
            fputs("…", cli->out);
        files++;
    }
    fprintf(cli->out, "\n  %s%s check%s: builds it, tries it, and says which checks hold\n",
            style(cli, STYLE_BOLD), cli->program, style(cli, STYLE_NONE));
    struct error missing;
    if ((starter->toolchain && !toolchain_usable(starter->toolchain, &missing)) ||
        !install_packages(cli, starter, folder, &missing)) {
        fputs("\nBefore that: ", cli->out);
        print_text(cli->out, missing.text, false);
        fputc('\n', cli->out);
    }
}

static bool start(struct cli *cli, const struct step *step, const struct arguments *arguments,
                  struct error *error) {
    const struct exercise *exercise;
    struct starter starter;
    const char *language = NULL, *folder = NULL, *typed = argument_value(arguments, "lang");
    if (!step->made)
        return fail(error, FAULT_INPUT, "%s is not made yet; `%s list` shows what is", step_called(cli, step),
                    cli->program);
    if (!exercise_load(cli->curriculum, step, cli->arena, &exercise, error) ||
        !starter_language(cli, exercise, typed, NULL, &language, error) ||
        !choose_folder(cli, step, language, argument_value(arguments, "dir"), &folder, error) ||
        !starter_read(cli, exercise, language, STARTER_CODE, &starter, error))
        return false;
    bool ok = folder_place(&starter.tree, folder, error);
    if (ok) {
        print_made(cli, &starter, folder);
        ok = remember(cli, step, typed && starter.toolchain ? language : NULL, error);
    }
    starter_free(&starter);
    return ok;
}

static int run(struct cli *cli, const struct arguments *arguments) {
    struct error error;
    const struct step *step;
    if (!arguments->count) {
        fail(&error, FAULT_INPUT, "start which step? `%s next` names the one to go on with, `%s list` all",
             cli->program, cli->program);
        return complain(cli, &error);
    }
    if (!curriculum_find(cli->curriculum, arguments->words[0], &step, &error) ||
        !start(cli, step, arguments, &error))
        return complain(cli, &error);
    return 0;
}

const struct command command_start = {
    .name = "start",
    .arguments = "[step] N",
    .about = "make a folder for a step, with something to begin from",
    .group = "Learn",
    .details =
        "The folder is NN-name in ~/backend-lab, or in $BACKEND_LEARN_HOME. It holds task.md, a program that "
        "builds and does not pass yet, and workspace.json, which says how to build and run it. Nothing that "
        "is there is ever overwritten; the same step in another language gets a folder of its own.\n\n"
        "The language you name is remembered for the next time.",
    .options = (const struct command_option[]){{"lang", "L", "the language: c, python, javascript…"},
                                               {"dir", "D", "the folder to make, instead"},
                                               {0}},
    .examples = (const struct command_example[]){{"start 6", "in your language"},
                                                 {"start fizzbuzz --lang python", "in another, from now on"},
                                                 {0}},
    .words = 1,
    .needs = NEED_CURRICULUM | NEED_LANGUAGES,
    .run = run,
};
