#include "cli/author/variants.h"

#include "checker/base/json.h"
#include "checker/base/memory.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <spawn.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

struct list {
    struct variant *items;
    size_t count;
};

static void add(struct list *list, struct variant variant) {
    list->items = xrealloc(list->items, (list->count + 1) * sizeof *list->items);
    list->items[list->count++] = variant;
}

static const char *folder_of(const char *language) {
    return strcmp(language, "any") == 0 ? "common" : language;
}

static bool exists(const char *path) {
    return access(path, F_OK) == 0;
}

/* --- patches -------------------------------------------------------------------------------------------- */

/* The rest of the line if it begins with "key: ". */
static const char *header(const char *line, const char *key, struct arena *arena) {
    size_t length = strlen(key);
    if (strncmp(line, key, length) != 0 || line[length] != ':')
        return NULL;
    const char *value = line + length + 1 + strspn(line + length + 1, " ");
    return arena_copy_bytes(arena, value, strcspn(value, "\n"));
}

static bool patch_read(const struct cli *cli, const struct exercise *exercise, struct variant *variant,
                       struct error *error) {
    SCOPE_FCLOSE FILE *file = fopen(variant->patch, "re");
    if (!file)
        return fail_errno(error, FAULT_INPUT, "%s", variant->patch);
    const char *about = variant->kind == VARIANT_WRONG ? "mistake" : "why";
    SCOPE_FREE char *line = NULL;
    size_t capacity = 0;
    bool difference = false;
    while (!difference && getline(&line, &capacity, file) > 0) {
        const char *value;
        if ((value = header(line, "check", cli->arena)))
            variant->check = value;
        else if ((value = header(line, "language", cli->arena)))
            variant->language = value;
        else if ((value = header(line, about, cli->arena)))
            variant->about = value;
        else
            difference = strncmp(line, "--- ", 4) == 0;
    }
    if (!variant->language || !variant->about || (variant->kind == VARIANT_WRONG && !variant->check))
        return fail(error, FAULT_INPUT, "%s: its first lines must be %s`language: …` and `%s: …`",
                    variant->patch, variant->kind == VARIANT_WRONG ? "`check: …`, " : "", about);
    if (!difference)
        return fail(error, FAULT_INPUT, "%s: holds no difference; make one with `diff -u`", variant->patch);
    if (variant->check && !exercise_check(exercise, variant->check))
        return fail(error, FAULT_INPUT, "%s: step %s has no check \"%s\"", variant->patch, exercise->step->id,
                    variant->check);
    bool known = false;
    for (const char *const *language = exercise->languages; *language; language++)
        known |= strcmp(*language, variant->language) == 0;
    if (!known)
        return fail(error, FAULT_INPUT, "%s: step %s is not made in \"%s\"", variant->patch,
                    exercise->step->id, variant->language);
    return true;
}

static int is_patch(const struct dirent *entry) {
    size_t length = strlen(entry->d_name);
    return length > 6 && strcmp(entry->d_name + length - 6, ".patch") == 0;
}

static bool patches_find(const struct cli *cli, const struct exercise *exercise, enum variant_kind kind,
                         struct list *list, struct error *error) {
    const char *folder =
        arena_printf(cli->arena, "%s/%s", exercise->folder, kind == VARIANT_WRONG ? "wrong" : "valid");
    struct dirent **entries = NULL;
    int count = scandir(folder, &entries, is_patch, alphasort);
    bool ok = true;
    for (int i = 0; i < count; i++) {
        struct variant variant = {
            .kind = kind,
            .name = arena_copy_bytes(cli->arena, entries[i]->d_name, strlen(entries[i]->d_name) - 6),
            .patch = arena_printf(cli->arena, "%s/%s", folder, entries[i]->d_name),
        };
        free(entries[i]);
        ok = ok && patch_read(cli, exercise, &variant, error);
        if (ok)
            add(list, variant);
    }
    free(entries);
    return ok;
}

bool variants_find(const struct cli *cli, const struct exercise *exercise,
                   const struct variant **ret_variants, size_t *ret_count, struct error *error) {
    struct list list = {0};
    bool ok = true;
    static const enum variant_kind whole[] = {VARIANT_SOLUTION, VARIANT_STARTER};
    for (size_t i = 0; i < LENGTH_OF(whole); i++)
        for (const char *const *language = exercise->languages; ok && *language; language++) {
            const char *part = whole[i] == VARIANT_SOLUTION ? "solution" : "starter";
            const char *folder =
                arena_printf(cli->arena, "%s/%s/%s", exercise->folder, part, folder_of(*language));
            if (!exists(folder))
                ok = fail(error, FAULT_INPUT, "%s: is missing, though exercise.json names the language",
                          folder);
            add(&list, (struct variant){.kind = whole[i], .name = *language, .language = *language});
        }
    ok = ok && patches_find(cli, exercise, VARIANT_WRONG, &list, error) &&
         patches_find(cli, exercise, VARIANT_VALID, &list, error);
    if (ok) {
        struct variant *kept = arena_alloc(cli->arena, list.count * sizeof *kept);
        if (list.count)
            memcpy(kept, list.items, list.count * sizeof *kept);
        *ret_variants = kept;
        *ret_count = list.count;
    }
    free(list.items);
    return ok;
}

/* --- preparing ------------------------------------------------------------------------------------------ */

static int remove_entry(const char *path, const struct stat *status, int type, struct FTW *walk) {
    (void)status;
    (void)walk;
    return type == FTW_DP ? rmdir(path) : unlink(path);
}

/* Runs `patch` in folder. What it says goes to the error. */
static bool patch_apply(const struct cli *cli, const char *folder, const char *patch, struct error *error) {
    const char *command = arena_printf(cli->arena, "%s/.patch-output", folder);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, command, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
    char *const arguments[] = {
        (char *)"patch", (char *)"-p1",  (char *)"-s",
        (char *)"-f",    (char *)"-F0",  (char *)"--no-backup-if-mismatch",
        (char *)"-d",    (char *)folder, (char *)"-i",
        (char *)patch,   NULL,
    };
    pid_t child;
    int problem = posix_spawnp(&child, "patch", &actions, NULL, arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    if (problem) {
        errno = problem;
        return fail_errno(error, FAULT_TOOL, "`patch` could not be started; install it (apt install patch)");
    }
    int status;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    char said[400] = "";
    FILE *output = fopen(command, "re");
    if (output) {
        said[fread(said, 1, sizeof said - 1, output)] = '\0';
        fclose(output);
    }
    unlink(command);
    if (status != 0) {
        SCOPE_FREE char *shown = text_printable(said, false);
        return fail(error, FAULT_INPUT, "%s: does not apply to the solution: %s", patch, shown);
    }
    return true;
}

static bool patched_tree(const struct cli *cli, const struct tree *source, const char *patch,
                         const struct tree_rules *rules, struct tree *ret_tree, struct error *error) {
    const char *base = getenv("TMPDIR");
    char *folder = arena_printf(cli->arena, "%s/backend-learn-XXXXXX", base && *base ? base : "/tmp");
    if (!mkdtemp(folder))
        return fail_errno(error, FAULT_OURS, "%s: cannot be made", folder);
    bool ok = tree_write(source, folder, error) && patch_apply(cli, folder, patch, error) &&
              tree_read(folder, rules, ret_tree, error);
    nftw(folder, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
    return ok;
}

/* What `start` would write into workspace.json, without its file. */
static bool workspace_make(struct cli *cli, const struct exercise *exercise, const char *language,
                           const struct toolchain *toolchain, const struct workspace **ret_workspace,
                           struct error *error) {
    const char *file =
        arena_printf(cli->arena, "%s/starter/%s/workspace.json", exercise->folder, folder_of(language));
    SCOPE_JSON cJSON *own = NULL;
    if (exists(file) && !(own = json_read_file(file, error)))
        return false;
    size_t count = 0;
    for (const char *const *name = exercise->processes; name && *name; name++)
        count++;
    struct process_command *processes = arena_alloc(cli->arena, count * sizeof *processes);
    for (size_t i = 0; i < count; i++) {
        const char *name = exercise->processes[i], *command = json_text(json_get(own, "processes"), name);
        processes[i] = (struct process_command){
            .name = name,
            .command =
                command ? arena_copy(cli->arena, command) : toolchain_process(toolchain, name, cli->arena),
        };
    }
    struct workspace *workspace = arena_alloc(cli->arena, sizeof *workspace);
    *workspace = (struct workspace){
        .folder = exercise->folder,
        .step = exercise->step,
        .language = language,
        .build = arena_copy(cli->arena, json_text(own, "build")),
        .processes = processes,
        .process_count = count,
        .seed = "0",
    };
    *ret_workspace = workspace;
    return true;
}

bool variant_prepare(struct cli *cli, const struct exercise *exercise, const struct variant *variant,
                     const struct toolchain *toolchain, struct tree *ret_tree,
                     const struct workspace **ret_workspace, struct error *error) {
    const char *part = variant->kind == VARIANT_STARTER ? "starter" : "solution";
    const char *folder =
        arena_printf(cli->arena, "%s/%s/%s", exercise->folder, part, folder_of(variant->language));
    const struct tree_rules rules = {
        .ignore = toolchain_ignore(toolchain, exercise->processes, cli->arena),
        .use_gitignore = true,
    };
    struct tree tree;
    if (!workspace_make(cli, exercise, variant->language, toolchain, ret_workspace, error) ||
        !tree_read(folder, &rules, &tree, error))
        return false;
    if (!variant->patch) {
        *ret_tree = tree;
        return true;
    }
    bool ok = patched_tree(cli, &tree, variant->patch, &rules, ret_tree, error);
    tree_free(&tree);
    return ok;
}
