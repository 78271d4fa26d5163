/* start: makes a learner's folder for a step.
 *
 * Nothing is ever overwritten and nothing is ever half made: the folder is built aside, under a hidden name beside
 * its place, and renamed into it, which the kernel does as a whole or refuses because something is there. The one
 * who builds holds a lock on the folder aside; so one that nobody holds was left by a killed start, and the next
 * start sweeps it away. */
#include "cli/cli.h"
#include "cli/progress/store.h"

#include "checker/base/document.h"
#include "checker/base/file.h"
#include "checker/base/json.h"
#include "checker/base/tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>

enum { TASK_CEILING = 1 << 20 };
static const char aside_mark[] = ".start-";

/* --- what goes into the folder -------------------------------------------------------------------------- */

static const char *language_title(struct cli *cli, const char *language) {
    const char *title = languages_title(cli->languages, language);
    return title ? title : language;
}

static bool offers(const struct exercise *exercise, const char *language) {
    for (const char *const *at = exercise->languages; language && *at; at++)
        if (!strcmp(*at, language))
            return true;
    return false;
}

static bool choose_language(struct cli *cli, const struct exercise *exercise, const char *typed,
                            const char **ret_language, struct error *error) {
    if (offers(exercise, "any")) {
        *ret_language = "any";
        return true;
    }
    const char *language = typed ? languages_find(cli->languages, typed) : NULL;
    if (typed && !language) {
        const char *near = list_nearest(typed, languages_keys(cli->languages));
        const char *known = list_sentence(languages_keys(cli->languages), "and", cli->arena);
        return near ? fail(error, FAULT_INPUT, "unknown language `%s`; did you mean `%s`?", typed, near)
                    : fail(error, FAULT_INPUT, "unknown language `%s`; there are %s", typed, known);
    }
    if (!typed && !setting_load(cli, "language", &language, error))
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

/* workspace.json: what is ours, and what the starter's own file adds. */
static bool workspace_file(struct cli *cli, const struct exercise *exercise, const char *language,
                           const struct toolchain *toolchain, const struct tree_entry *given,
                           struct tree_entry *ret_entry, struct error *error) {
    SCOPE_JSON cJSON *own = NULL;
    if (given) {
        SCOPE_FREE char *name = xprintf("%s/starter/%s/workspace.json", exercise->folder, language);
        own = json_read(name, given->bytes, given->length, error);
        if (!own)
            return false;
    }
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
    cJSON_ArrayForEach(member, json_get(own, "processes")) copy_member(processes, member);
    cJSON_ArrayForEach(member, own) if (!json_get(all, member->string) && strcmp(member->string, "processes"))
        copy_member(all, member);
    json_set(all, "processes", processes);
    SCOPE_FREE char *text = json_print_pretty(all);
    const char *bytes = arena_copy(cli->arena, text);
    *ret_entry = (struct tree_entry){"workspace.json", 'f', bytes, strlen(bytes)};
    return true;
}

static int by_path(const void *a, const void *b) {
    return strcmp(((const struct tree_entry *)a)->path, ((const struct tree_entry *)b)->path);
}

/* The folder to be, as a tree: the starter, task.md and workspace.json. */
static bool compose(struct cli *cli, const struct exercise *exercise, const char *language,
                    const struct toolchain *toolchain, const struct tree *starter, struct tree *ret_tree,
                    struct error *error) {
    struct tree_entry *entries = arena_alloc(cli->arena, (starter->count + 2) * sizeof *entries);
    size_t count = 0;
    for (size_t i = 0; i < starter->count; i++)
        if (strcmp(starter->entries[i].path, "workspace.json") && strcmp(starter->entries[i].path, "task.md"))
            entries[count++] = starter->entries[i];
    const char *task = arena_printf(cli->arena, "%s/task.md", exercise->folder), *bytes;
    size_t length;
    if (!file_read(task, TASK_CEILING, true, cli->arena, &bytes, &length, error))
        return false;
    entries[count++] = (struct tree_entry){"task.md", 'f', bytes, length};
    if (!workspace_file(cli, exercise, language, toolchain, tree_find(starter, "workspace.json"),
                        &entries[count], error))
        return false;
    count++;
    qsort(entries, count, sizeof *entries, by_path);
    *ret_tree = (struct tree){.arena = cli->arena, .entries = entries, .count = count};
    return true;
}

/* --- built aside, renamed into place -------------------------------------------------------------------- */

static int remove_one(const char *path, const struct stat *about, int kind, struct FTW *place) {
    (void)about, (void)kind, (void)place;
    return remove(path) < 0 && errno != ENOENT;
}

static void remove_folder(const char *folder) {
    nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}

/* Opens and locks a folder aside; -1 if another start holds it, or it is gone. */
static int hold(const char *folder) {
    int descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    struct stat held, named;
    if (descriptor < 0)
        return -1;
    if (flock(descriptor, LOCK_EX | LOCK_NB) == 0 && fstat(descriptor, &held) == 0 &&
        lstat(folder, &named) == 0 && held.st_ino == named.st_ino && held.st_dev == named.st_dev)
        return descriptor;
    close(descriptor);
    return -1;
}

/* Only names this file makes: ".NAME.start-" and eight hexadecimal digits. */
static bool is_aside(const char *name) {
    const char *mark = name[0] == '.' ? strstr(name, aside_mark) : NULL;
    const char *digits = mark ? mark + strlen(aside_mark) : "";
    return strlen(digits) == 8 && strspn(digits, "0123456789abcdef") == 8;
}

static void sweep(const char *parent) {
    DIR *folder = opendir(parent);
    if (!folder)
        return;
    for (struct dirent *entry; (entry = readdir(folder));) {
        if (!is_aside(entry->d_name))
            continue;
        SCOPE_FREE char *path = xprintf("%s/%s", parent, entry->d_name);
        SCOPE_CLOSE int held = hold(path);
        if (held >= 0)
            remove_folder(path);
    }
    closedir(folder);
}

static bool make_aside(const char *parent, const char *name, char **ret_path, int *ret_held,
                       struct error *error) {
    for (int tries = 0; tries < 100; tries++) {
        uint32_t number;
        if (getrandom(&number, sizeof number, 0) != sizeof number)
            break;
        SCOPE_FREE char *path = xprintf("%s/.%s%s%08x", parent, name, aside_mark, number);
        if (mkdir(path, 0777) < 0 && errno != EEXIST)
            return fail_errno(error, FAULT_OURS, "nothing can be made in %s", parent);
        /* Another start may have swept it before it was locked: then once more. */
        int held = hold(path);
        if (held < 0)
            continue;
        *ret_path = xstrdup(path);
        *ret_held = held;
        return true;
    }
    return fail(error, FAULT_OURS, "no folder could be made in %s", parent);
}

static bool move_into_place(const char *from, const char *to) {
    if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
        return true;
    if (errno != EINVAL && errno != ENOSYS)
        return false;
    /* A file system without that: a plain rename of a folder replaces nothing but an empty folder. */
    return rename(from, to) == 0;
}

static bool put_in_place(const struct tree *tree, const char *folder, struct error *error) {
    const char *slash = strrchr(folder, '/');
    SCOPE_FREE char *parent = slash == folder ? xstrdup("/") : xstrndup(folder, (size_t)(slash - folder));
    if (!folder_make(parent, error))
        return false;
    sweep(parent);
    SCOPE_FREE char *aside = NULL;
    SCOPE_CLOSE int held = -1;
    if (!make_aside(parent, slash + 1, &aside, &held, error))
        return false;
    struct error why;
    bool ok = tree_write(tree, aside, &why);
    if (!ok)
        fail(error, why.fault, "%s was not made, and nothing is left of it: %s", folder, why.text);
    if (ok && !move_into_place(aside, folder))
        ok = fail_errno(error, errno == EEXIST || errno == ENOTEMPTY ? FAULT_INPUT : FAULT_OURS,
                        "%s was not made, and nothing is left of it", folder);
    if (!ok)
        remove_folder(aside);
    return ok;
}

/* --- the command ---------------------------------------------------------------------------------------- */

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
        if (typed[0] != '/' && !cli->paths.here)
            return fail(error, FAULT_INPUT, "the folder you are in is gone; `cd` to one that is there");
        folder = typed[0] == '/' ? arena_copy(cli->arena, typed)
                                 : arena_printf(cli->arena, "%s/%s", cli->paths.here, typed);
        for (char *end = (char *)folder + strlen(folder); end - folder > 1 && end[-1] == '/'; end--)
            end[-1] = '\0';
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

static void print_made(struct cli *cli, const struct step *step, const char *language, const char *folder,
                       const struct tree *tree, const struct toolchain *toolchain) {
    const char *shown = path_shown(cli, folder);
    fprintf(cli->out, "Made %s: step %s, %s", shown, step->id, step->name);
    if (strcmp(language, "any"))
        fprintf(cli->out, ", in %s", language_title(cli, language));
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
    if (toolchain && !toolchain_usable(toolchain, &missing)) {
        fputs("\nBefore that: ", cli->out);
        print_text(cli->out, missing.text, false);
        fputc('\n', cli->out);
    }
}

static bool start(struct cli *cli, const struct step *step, const struct arguments *arguments,
                  struct error *error) {
    const struct exercise *exercise;
    const struct toolchain *toolchain = NULL;
    const char *language = NULL, *folder = NULL, *typed = argument_value(arguments, "lang");
    if (!step->made)
        return fail(error, FAULT_INPUT, "%s is not made yet; `%s list` shows what is", step_called(cli, step),
                    cli->program);
    if (!exercise_load(cli->curriculum, step, cli->arena, &exercise, error) ||
        !choose_language(cli, exercise, typed, &language, error) ||
        !choose_folder(cli, step, language, argument_value(arguments, "dir"), &folder, error))
        return false;
    bool any = !strcmp(language, "any");
    if (!any && !toolchain_find(cli->languages, language, cli->paths.cache, cli->arena, &toolchain, error))
        return false;
    const char *source =
        arena_printf(cli->arena, "%s/starter/%s", exercise->folder, any ? "common" : language);
    struct tree starter, tree;
    if (!tree_read(source, &(const struct tree_rules){0}, &starter, error))
        return false;
    bool ok = compose(cli, exercise, language, toolchain, &starter, &tree, error) &&
              put_in_place(&tree, folder, error);
    if (ok) {
        print_made(cli, step, language, folder, &tree, toolchain);
        ok = remember(cli, step, typed && !any ? language : NULL, error);
    }
    tree_free(&starter);
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
