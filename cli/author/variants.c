#include "cli/author/variants.h"

#include "checker/base/document.h"
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

struct header {
    const char *key;
    const char **value;
    size_t line; /* 0: not there */
};

/* Whether the line is "key: value"; keeps the value. */
static bool header_read(struct header *header, const char *line, size_t number, struct arena *arena) {
    size_t length = strlen(header->key);
    if (strncmp(line, header->key, length) != 0 || line[length] != ':')
        return false;
    const char *value = line + length + 1 + strspn(line + length + 1, " \t");
    *header->value = arena_copy_bytes(arena, value, strcspn(value, "\n"));
    header->line = number;
    return true;
}

static void judge_headers(const struct exercise *exercise, const struct variant *variant,
                          const struct header *headers, size_t count, struct problems *problems) {
    for (size_t i = 0; i < count; i++)
        if (!headers[i].line || !**headers[i].value)
            problem_add(problems, variant->patch, headers[i].line ? headers[i].line : 1,
                        "no `%s: …` in its first lines; add it above the difference", headers[i].key);
    const struct header *language = &headers[0], *check = &headers[2];
    if (language->line && *variant->language && !list_has(variant->language, exercise->languages))
        problem_add(problems, variant->patch, language->line,
                    "step %s is not made in \"%s\"; name one of its languages", exercise->step->id,
                    variant->language);
    if (count > 2 && check->line && *variant->check && !exercise_check(exercise, variant->check))
        problem_add(problems, variant->patch, check->line,
                    "step %s has no check \"%s\"; name one of exercise.json", exercise->step->id,
                    variant->check);
}

/* Reads a patch's header lines. Returns whether they are as they should be. */
static bool patch_read(const struct cli *cli, const struct exercise *exercise, struct variant *variant,
                       struct problems *problems) {
    SCOPE_FCLOSE FILE *file = fopen(variant->patch, "re");
    if (!file) {
        problem_add(problems, variant->patch, 0, "cannot be opened (%s); make it readable", strerror(errno));
        return false;
    }
    struct header headers[] = {
        {"language", &variant->language, 0},
        {variant->kind == VARIANT_WRONG ? "mistake" : "why", &variant->about, 0},
        {"check", &variant->check, 0},
    };
    const size_t count = variant->kind == VARIANT_WRONG ? 3 : 2;
    size_t before = problems->count, number = 0, capacity = 0;
    SCOPE_FREE char *line = NULL;
    bool difference = false;
    while (!difference && getline(&line, &capacity, file) > 0) {
        number++;
        bool known = strspn(line, " \t\n") == strlen(line) || !strncmp(line, "diff ", 5) ||
                     !strncmp(line, "index ", 6);
        for (size_t i = 0; i < count && !known; i++)
            known = header_read(&headers[i], line, number, cli->arena);
        difference = !known && strncmp(line, "--- ", 4) == 0;
        if (!known && !difference)
            problem_add(
                problems, variant->patch, number,
                "a line that is no header of a %s; its headers are %s`language: …` and `%s: …`, a line each",
                variant->kind == VARIANT_WRONG ? "wrong solution" : "valid one",
                count > 2 ? "`check: …`, " : "", headers[1].key);
    }
    judge_headers(exercise, variant, headers, count, problems);
    if (!difference)
        problem_add(problems, variant->patch, number, "holds no difference; make one with `diff -u`");
    return problems->count == before;
}

static int is_patch(const struct dirent *entry) {
    size_t length = strlen(entry->d_name);
    return length > 6 && strcmp(entry->d_name + length - 6, ".patch") == 0;
}

static void patches_find(const struct cli *cli, const struct exercise *exercise, enum variant_kind kind,
                         struct list *list, struct problems *problems) {
    const char *folder =
        arena_printf(cli->arena, "%s/%s", exercise->folder, kind == VARIANT_WRONG ? "wrong" : "valid");
    struct dirent **entries = NULL;
    int count = scandir(folder, &entries, is_patch, alphasort);
    for (int i = 0; i < count; i++) {
        struct variant variant = {
            .kind = kind,
            .name = arena_copy_bytes(cli->arena, entries[i]->d_name, strlen(entries[i]->d_name) - 6),
            .patch = arena_printf(cli->arena, "%s/%s", folder, entries[i]->d_name),
        };
        free(entries[i]);
        if (patch_read(cli, exercise, &variant, problems))
            add(list, variant);
    }
    free(entries);
}

void variants_examine(const struct cli *cli, const struct exercise *exercise, struct problems *problems,
                      const struct variant **ret_variants, size_t *ret_count) {
    struct list list = {0};
    static const enum variant_kind whole[] = {VARIANT_SOLUTION, VARIANT_STARTER};
    for (size_t i = 0; i < LENGTH_OF(whole); i++)
        for (const char *const *language = exercise->languages; *language; language++) {
            const char *part = whole[i] == VARIANT_SOLUTION ? "solution" : "starter";
            const char *folder =
                arena_printf(cli->arena, "%s/%s/%s", exercise->folder, part, folder_of(*language));
            if (exists(folder))
                add(&list, (struct variant){.kind = whole[i], .name = *language, .language = *language});
            else
                problem_add(problems, folder, 0,
                            "is not there, though exercise.json names the language; add it, or take the "
                            "language out");
        }
    patches_find(cli, exercise, VARIANT_WRONG, &list, problems);
    patches_find(cli, exercise, VARIANT_VALID, &list, problems);
    struct variant *kept = arena_alloc(cli->arena, (list.count + 1) * sizeof *kept);
    if (list.count)
        memcpy(kept, list.items, list.count * sizeof *kept);
    free(list.items);
    *ret_variants = kept;
    *ret_count = list.count;
}

bool variants_find(const struct cli *cli, const struct exercise *exercise,
                   const struct variant **ret_variants, size_t *ret_count, struct error *error) {
    SCOPE_PROBLEMS struct problems problems = {.arena = cli->arena};
    const struct variant *variants;
    size_t count;
    variants_examine(cli, exercise, &problems, &variants, &count);
    if (problems.count)
        return fail(error, FAULT_INPUT, "%s", problems.items[0]);
    *ret_variants = variants;
    *ret_count = count;
    return true;
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
        return fail(error, FAULT_INPUT,
                    "%s: does not apply to the solution; make it anew with `diff -u`. It said: %s", patch,
                    shown);
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
                           const struct toolchain *toolchain, const struct tree *tree,
                           const struct workspace **ret_workspace, struct error *error) {
    const char *file =
        arena_printf(cli->arena, "%s/starter/%s/workspace.json", exercise->folder, folder_of(language));
    /* The variant's own: a patch may change how it is built. */
    const struct tree_entry *entry = tree_find(tree, "workspace.json");
    SCOPE_JSON cJSON *own = NULL;
    if (entry)
        own = json_read("workspace.json", entry->bytes, entry->length, error);
    else if (exists(file))
        own = json_read_file(file, error);
    if (!own && (entry || exists(file)))
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
    struct tree source, tree;
    if (!tree_read(folder, &rules, &source, error))
        return false;
    if (variant->patch) {
        bool patched = patched_tree(cli, &source, variant->patch, &rules, &tree, error);
        tree_free(&source);
        if (!patched)
            return false;
    } else {
        tree = source;
    }
    if (!workspace_make(cli, exercise, variant->language, toolchain, &tree, ret_workspace, error)) {
        tree_free(&tree);
        return false;
    }
    *ret_tree = tree;
    return true;
}
