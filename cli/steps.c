/* Which step, which workspace: the rules by which a number may be left out. */
#include "cli/cli.h"
#include "cli/progress/store.h"

#include <string.h>

const char *step_called(struct cli *cli, const struct step *step) {
    return arena_printf(cli->arena, "step %s (%s)", step->id, step->name);
}

/* The workspace the working directory belongs to; NULL if none, or if it is not readable (whoever needs it for
 * more than its step will say so). */
static const struct workspace *workspace_here(struct cli *cli) {
    if (!cli->paths.here)
        return NULL;
    const char *folder = workspace_search(cli->paths.here, cli->arena);
    const struct workspace *workspace = NULL;
    if (folder)
        workspace_load(cli->curriculum, folder, cli->arena, &workspace, NULL);
    return workspace;
}

static const struct step *step_by_id(const struct cli *cli, const char *id) {
    for (size_t i = 0; id && i < cli->curriculum->count; i++)
        if (!strcmp(cli->curriculum->steps[i].id, id))
            return &cli->curriculum->steps[i];
    return NULL;
}

bool standings_load(struct cli *cli, bool with_days, struct standings *ret_standings, struct error *error) {
    struct store *store;
    if (!store_open(cli->paths.data, STORE_READ, &store, error))
        return false;
    bool ok = store_best(store, with_days, cli->arena, ret_standings, error);
    store_close(store);
    return ok;
}

bool setting_load(struct cli *cli, const char *key, const char **ret_value, struct error *error) {
    struct store *store;
    if (!store_open(cli->paths.data, STORE_READ, &store, error))
        return false;
    bool ok = store_setting(store, key, cli->arena, ret_value, error);
    store_close(store);
    return ok;
}

const char *lesson_file(struct cli *cli, const struct step *step) {
    const char *file = arena_printf(cli->arena, "%s/lessons/%s.md", cli->curriculum->root, step->slug);
    return access(file, R_OK) == 0 ? file : NULL;
}

bool step_meant(struct cli *cli, const char *word, const struct step **ret_step, struct error *error) {
    if (word)
        return curriculum_find(cli->curriculum, word, ret_step, error);
    const struct workspace *here = workspace_here(cli);
    if (here) {
        *ret_step = here->step;
        return true;
    }
    const char *id;
    if (!setting_load(cli, "step", &id, error))
        return false;
    *ret_step = step_by_id(cli, id);
    return true;
}

static bool has_workspace(struct cli *cli, const char *folder) {
    return access(arena_printf(cli->arena, "%s/workspace.json", folder), F_OK) == 0;
}

/* The language that start remembered; a store that cannot be read has none. */
static const char *remembered_language(struct cli *cli) {
    const char *language = NULL;
    setting_load(cli, "language", &language, NULL);
    return language;
}

/* The folder of a step in the workspace home: NN-name in whichever language it is, or NN-name-LANG. */
static const char *folder_of(struct cli *cli, const struct step *step) {
    const char *plain = arena_printf(cli->arena, "%s/%s", cli->paths.home, step->slug);
    const char *language = remembered_language(cli);
    if (language) {
        const char *named = arena_printf(cli->arena, "%s-%s", plain, language);
        if (has_workspace(cli, named))
            return named;
    }
    if (has_workspace(cli, plain))
        return plain;
    for (const char *const *key = cli->languages ? languages_keys(cli->languages)
                                                 : (const char *const[]){NULL};
         *key; key++) {
        const char *named = arena_printf(cli->arena, "%s-%s", plain, *key);
        if (has_workspace(cli, named))
            return named;
    }
    return NULL;
}

bool workspace_meant(struct cli *cli, const char *word, const char *folder,
                     const struct workspace **ret_workspace, struct error *error) {
    const struct step *step = NULL;
    if (word && !curriculum_find(cli->curriculum, word, &step, error))
        return false;
    if (folder) {
        SCOPE_FREE char *real = realpath(folder, NULL);
        const struct workspace *workspace;
        if (!real)
            return fail_errno(error, FAULT_INPUT, "the folder %s could not be opened", folder);
        if (!workspace_load(cli->curriculum, real, cli->arena, &workspace, error))
            return false;
        if (step && workspace->step != step)
            return fail(error, FAULT_INPUT,
                        "%s is a workspace of %s, not of %s; leave out the step, or the folder",
                        path_shown(cli, real), step_called(cli, workspace->step), step_called(cli, step));
        *ret_workspace = workspace;
        return true;
    }
    const char *here = cli->paths.here ? workspace_search(cli->paths.here, cli->arena) : NULL;
    if (!step) {
        if (!here)
            return fail(error, FAULT_INPUT,
                        "this folder is no workspace; `cd` into one, or name the step, as in `%s %s`",
                        cli->program, "check 6");
        return workspace_load(cli->curriculum, here, cli->arena, ret_workspace, error);
    }
    const struct workspace *workspace = here ? workspace_here(cli) : NULL;
    if (workspace && workspace->step == step) {
        *ret_workspace = workspace;
        return true;
    }
    const char *found = folder_of(cli, step);
    if (!found && !step->made)
        return fail(error, FAULT_INPUT, "%s is not made yet; `%s list` shows what is", step_called(cli, step),
                    cli->program);
    if (!found)
        return fail(error, FAULT_INPUT, "%s has not been started; type `%s start %s`", step_called(cli, step),
                    cli->program, step->id);
    return workspace_load(cli->curriculum, found, cli->arena, ret_workspace, error);
}

bool step_next(struct cli *cli, const struct step *from, const struct step **ret_step, size_t *ret_skipped,
               struct error *error) {
    struct standings standings;
    if (!standings_load(cli, false, &standings, error))
        return false;
    const struct curriculum *curriculum = cli->curriculum;
    const struct step *next = NULL;
    size_t skipped = 0;
    for (size_t i = from ? (size_t)(from - curriculum->steps) + 1 : 0; i < curriculum->count && !next; i++) {
        const struct step *step = &curriculum->steps[i];
        if (from && strcmp(step->track, from->track))
            break;
        const struct standing *standing = standing_of(&standings, step->id);
        if (!step->made)
            skipped++;
        else if (!standing || !standing->done)
            next = step;
    }
    *ret_step = next;
    *ret_skipped = skipped;
    return true;
}
