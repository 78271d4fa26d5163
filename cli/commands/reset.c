/* reset: puts a workspace back to its starter.
 *
 * Nothing is ever lost: the whole folder, with whatever the learner keeps in it (.git, notes, a .venv), becomes a
 * backup beside it, named by the time; the two change places in one step (see folders.h). Beside it and not in some
 * data folder, because that is where one looks, and because it stays a workspace that `check` takes.
 *
 * A workspace.json that cannot be read any more is a reason to begin anew, not a reason to refuse it: then the step
 * has to be named. */
#include "cli/cli.h"
#include "cli/folders.h"
#include "cli/starter.h"

#include <string.h>
#include <time.h>

enum { BACKUPS_IN_A_SECOND = 100 };

struct target {
    const struct step *step;
    const char *folder, *language; /* language: NULL if workspace.json does not say */
};

static bool holds_workspace(struct cli *cli, const char *folder) {
    return access(arena_printf(cli->arena, "%s/workspace.json", folder), F_OK) == 0;
}

/* A folder whose workspace.json is broken, by the step that was typed. error is what was wrong with it. */
static bool find_broken(struct cli *cli, const char *word, const char *typed, struct target *ret_target,
                        struct error *error) {
    const struct step *step;
    const struct workspace *workspace;
    const char *folder = typed;
    if (!word) {
        folder = typed ? typed : cli->paths.here ? workspace_search(cli->paths.here, cli->arena) : NULL;
        if (!folder || !holds_workspace(cli, folder))
            return false;
        struct error why = *error;
        return fail(
            error, why.fault,
            "%s\nOr name the step, and the folder is put back to its starter whatever it holds: `%s reset N "
            "--dir %s`",
            why.text, cli->program, typed ? path_shown(cli, typed) : ".");
    }
    if (!curriculum_find(cli->curriculum, word, &step, NULL) || !step->made)
        return false;
    if (!folder)
        folder = arena_printf(cli->arena, "%s/%s", cli->paths.home, step->slug);
    SCOPE_FREE char *real = realpath(folder, NULL);
    if (!real || !holds_workspace(cli, real) ||
        workspace_load(cli->curriculum, real, cli->arena, &workspace, NULL))
        return false;
    *ret_target = (struct target){.step = step, .folder = arena_copy(cli->arena, real)};
    return true;
}

static bool find_target(struct cli *cli, const char *word, const char *typed, struct target *ret_target,
                        struct error *error) {
    const struct workspace *workspace;
    if (!workspace_meant(cli, word, typed, &workspace, error))
        return find_broken(cli, word, typed, ret_target, error);
    *ret_target = (struct target){workspace->step, workspace->folder, workspace->language};
    return true;
}

/* FOLDER.backup-20261121-143633; from the second within a second on, with a number behind it. */
static const char *backup_name(struct cli *cli, const char *folder, time_t now, int number) {
    struct tm local;
    char stamp[32];
    localtime_r(&now, &local);
    strftime(stamp, sizeof stamp, "%Y%m%d-%H%M%S", &local);
    const char *name = arena_printf(cli->arena, "%s.backup-%s", folder, stamp);
    return number ? arena_printf(cli->arena, "%s-%d", name, number + 1) : name;
}

static const char *called(struct cli *cli, const struct step *step, const char *language) {
    const char *in =
        strcmp(language, "any") ? arena_printf(cli->arena, ", in %s", language_title(cli, language)) : "";
    return arena_printf(cli->arena, "step %s, %s%s", step->id, step->name, in);
}

/* Whether to go on; where nobody can be asked, --yes has to be there. */
static bool agreed(struct cli *cli, const struct target *target, const char *language, const char *backup,
                   bool yes, bool *ret_agreed, struct error *error) {
    *ret_agreed = yes;
    if (yes)
        return true;
    if (!cli->interactive)
        return fail(error, FAULT_INPUT,
                    "%s would be put back to its starter, and there is no terminal to ask you at; add --yes",
                    path_shown(cli, target->folder));
    fprintf(cli->out, "%s goes back to what `start` made: %s.\n", path_shown(cli, target->folder),
            called(cli, target->step, language));
    fprintf(cli->out, "All that is in it now is kept beside it, in %s\n", strrchr(backup, '/') + 1);
    *ret_agreed = ask_yes(cli, "Go on?");
    return true;
}

/* Where the working directory lies in the folder, it went along with it. */
static void tell_where_we_are(struct cli *cli, const char *folder) {
    size_t length = strlen(folder);
    const char *here = cli->paths.here;
    if (here && !strncmp(here, folder, length) && (here[length] == '/' || !here[length]))
        fprintf(cli->out, "Your shell is in the folder that was moved; go to the new one: %scd %s%s\n",
                style(cli, STYLE_BOLD), path_shown(cli, folder), style(cli, STYLE_NONE));
}

static bool swap(struct cli *cli, const struct target *target, const struct starter *starter, time_t now,
                 struct error *error) {
    const char *backup = NULL;
    bool done = false, taken = true;
    for (int number = 0; !done && taken && number < BACKUPS_IN_A_SECOND; number++) {
        backup = backup_name(cli, target->folder, now, number);
        done = folder_swap(&starter->tree, target->folder, backup, &taken, error);
    }
    if (!done)
        return false;
    fprintf(cli->out, "%s is as `start` makes it: %s.\n", path_shown(cli, target->folder),
            called(cli, target->step, starter->language));
    fprintf(cli->out, "What was there is in %s\n", path_shown(cli, backup));
    tell_where_we_are(cli, target->folder);
    return true;
}

static bool reset(struct cli *cli, const struct arguments *arguments, bool *ret_done, struct error *error) {
    struct target target = {0};
    const struct exercise *exercise;
    const char *language = NULL, *word = arguments->count ? arguments->words[0] : NULL;
    struct starter starter;
    if (!find_target(cli, word, argument_value(arguments, "dir"), &target, error) ||
        !exercise_load(cli->curriculum, target.step, cli->arena, &exercise, error) ||
        !starter_language(cli, exercise, argument_value(arguments, "lang"), target.language, &language,
                          error))
        return false;
    time_t now = time(NULL);
    const char *backup = backup_name(cli, target.folder, now, 0);
    if (!agreed(cli, &target, language, backup, argument_given(arguments, "yes"), ret_done, error))
        return false;
    if (!*ret_done) {
        fputs("Nothing was changed.\n", cli->out);
        return true;
    }
    if (!starter_read(cli, exercise, language, STARTER_CODE, &starter, error))
        return false;
    bool ok = swap(cli, &target, &starter, now, error);
    starter_free(&starter);
    return ok;
}

static int run(struct cli *cli, const struct arguments *arguments) {
    struct error error;
    bool done = false;
    if (!reset(cli, arguments, &done, &error))
        return complain(cli, &error);
    return done ? 0 : 1;
}

const struct command command_reset = {
    .name = "reset",
    .arguments = "[step] [N]",
    .about = "put a workspace back to its starter",
    .group = "Learn",
    .details = "The whole folder becomes a backup beside it (NN-name.backup-DATE-TIME), and a new one takes "
               "its place, "
               "in the same language. Nothing is deleted, and your progress stays as it is. It asks first; "
               "where there "
               "is no terminal, it wants --yes.\n\n"
               "Without N: the workspace you are in.",
    .options = (const struct command_option[]){{"yes", NULL, "do not ask"},
                                               {"lang", "L", "the language of the new folder, if another"},
                                               {"dir", "D", "the workspace, wherever it is"},
                                               {0}},
    .examples = (const struct command_example[]){{"reset", "the workspace you are in"},
                                                 {"reset 6 --lang python", "begin anew, in another language"},
                                                 {0}},
    .words = 1,
    .needs = NEED_CURRICULUM | NEED_LANGUAGES,
    .run = run,
};
