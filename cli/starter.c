#include "cli/starter.h"

#include "checker/base/document.h"
#include "checker/base/file.h"
#include "checker/base/json.h"

#include <string.h>
#include <sys/random.h>

enum { TASK_CEILING = 1 << 20 };

const char *language_title(struct cli *cli, const char *language) {
    const char *title = languages_title(cli->languages, language);
    return title ? title : language;
}

static bool offers(const struct exercise *exercise, const char *language) {
    for (const char *const *at = exercise->languages; language && *at; at++)
        if (!strcmp(*at, language))
            return true;
    return false;
}

bool starter_language(struct cli *cli, const struct exercise *exercise, const char *typed,
                      const char *otherwise, const char **ret_language, struct error *error) {
    if (offers(exercise, "any")) {
        *ret_language = "any";
        return true;
    }
    const char *language = typed ? languages_find(cli->languages, typed) : otherwise;
    if (typed && !language) {
        const char *near = list_nearest(typed, languages_keys(cli->languages));
        const char *known = list_sentence(languages_keys(cli->languages), "and", cli->arena);
        return near ? fail(error, FAULT_INPUT, "unknown language `%s`; did you mean `%s`?", typed, near)
                    : fail(error, FAULT_INPUT, "unknown language `%s`; there are %s", typed, known);
    }
    if (!language && !setting_load(cli, "language", &language, error))
        return false;
    if (!language)
        language = languages_keys(cli->languages)[0];
    if (!offers(exercise, language))
        return fail(error, FAULT_INPUT, "%s is not made in %s yet; add --lang %s",
                    step_called(cli, exercise->step),
                    language ? language_title(cli, language) : "that language",
                    list_sentence(exercise->languages, "or", cli->arena));
    *ret_language = language;
    return true;
}

static void copy_member(cJSON *object, const cJSON *member) {
    cJSON *copy = cJSON_Duplicate(member, true);
    /* json_set gives it its name: the one it comes with would be lost. */
    cJSON_free(copy->string);
    copy->string = NULL;
    json_set(object, member->string, copy);
}

/* workspace.json: what is ours, and what the starter's own file adds; the solution is built and run as the starter. */
static bool workspace_file(struct cli *cli, const struct exercise *exercise, const char *language,
                           const struct toolchain *toolchain, struct tree_entry *ret_entry,
                           struct error *error) {
    SCOPE_JSON cJSON *own = NULL;
    SCOPE_FREE char *file =
        xprintf("%s/starter/%s/workspace.json", exercise->folder, toolchain ? language : "common");
    if (access(file, F_OK) == 0 && !(own = json_read_file(file, error)))
        return false;
    uint32_t seed;
    if (getrandom(&seed, sizeof seed, 0) != sizeof seed)
        return fail_errno(error, FAULT_OURS, "no random seed could be drawn");
    SCOPE_JSON cJSON *all = cJSON_CreateObject();
    json_set_text(all, "step", exercise->step->id);
    json_set_text(all, "name", exercise->step->name);
    json_set_text(all, "language", language);
    json_set_text(all, "seed", arena_printf(cli->arena, "%08x", seed));
    cJSON *processes = cJSON_CreateObject();
    for (const char *const *process = exercise->processes; toolchain && process && *process; process++)
        json_set_text(processes, *process, toolchain_process(toolchain, *process, cli->arena));
    const cJSON *member;
    cJSON_ArrayForEach(member, json_get(own, "processes")) {
        copy_member(processes, member);
    }
    cJSON_ArrayForEach(member, own) {
        if (!json_get(all, member->string) && strcmp(member->string, "processes"))
            copy_member(all, member);
    }
    json_set(all, "processes", processes);
    SCOPE_FREE char *text = json_print_pretty(all);
    const char *bytes = arena_copy(cli->arena, text);
    *ret_entry = (struct tree_entry){"workspace.json", 'f', bytes, strlen(bytes)};
    return true;
}

static int by_path(const void *a, const void *b) {
    return strcmp(((const struct tree_entry *)a)->path, ((const struct tree_entry *)b)->path);
}

/* The exercise's code with task.md and workspace.json beside it. */
static bool compose(struct cli *cli, struct starter *starter, struct error *error) {
    const struct exercise *exercise = starter->exercise;
    const struct tree *code = &starter->code;
    struct tree_entry *entries = arena_alloc(cli->arena, (code->count + 2) * sizeof *entries);
    size_t count = 0;
    for (size_t i = 0; i < code->count; i++)
        if (strcmp(code->entries[i].path, "workspace.json") && strcmp(code->entries[i].path, "task.md"))
            entries[count++] = code->entries[i];
    const char *task = arena_printf(cli->arena, "%s/task.md", exercise->folder), *bytes;
    size_t length;
    if (!file_read(task, TASK_CEILING, true, cli->arena, &bytes, &length, error))
        return false;
    entries[count++] = (struct tree_entry){"task.md", 'f', bytes, length};
    if (!workspace_file(cli, exercise, starter->language, starter->toolchain, &entries[count], error))
        return false;
    count++;
    qsort(entries, count, sizeof *entries, by_path);
    starter->tree = (struct tree){.arena = cli->arena, .entries = entries, .count = count};
    return true;
}

bool starter_read(struct cli *cli, const struct exercise *exercise, const char *language,
                  enum starter_part part, struct starter *ret_starter, struct error *error) {
    struct starter starter = {.exercise = exercise, .language = language};
    bool any = !strcmp(language, "any");
    if (!any &&
        !toolchain_find(cli->languages, language, cli->paths.cache, cli->arena, &starter.toolchain, error))
        return false;
    const char *source =
        arena_printf(cli->arena, "%s/%s/%s", exercise->folder, part == STARTER_CODE ? "starter" : "solution",
                     any ? "common" : language);
    /* What an author's own build left beside the code is no part of it. */
    const struct tree_rules rules = {
        .ignore = toolchain_ignore(starter.toolchain, exercise->processes, cli->arena),
        .use_gitignore = true,
    };
    if (!tree_read(source, &rules, &starter.code, error))
        return false;
    if (!compose(cli, &starter, error)) {
        tree_free(&starter.code);
        return false;
    }
    *ret_starter = starter;
    return true;
}

void starter_free(struct starter *starter) {
    tree_free(&starter->code);
}

bool folder_typed(struct cli *cli, const char *typed, const char **ret_folder, struct error *error) {
    if (typed[0] != '/' && !cli->paths.here)
        return fail(error, FAULT_INPUT, "the folder you are in is gone; `cd` to one that is there");
    char *folder = typed[0] == '/' ? arena_copy(cli->arena, typed)
                                   : arena_printf(cli->arena, "%s/%s", cli->paths.here, typed);
    for (char *end = folder + strlen(folder); end - folder > 1 && end[-1] == '/'; end--)
        end[-1] = '\0';
    *ret_folder = folder;
    return true;
}
