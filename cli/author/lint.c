/* author lint: whatever can be seen of an exercise without running it.
 *
 * It reads all files of a step once and says all that is wrong with them, each with its place and its remedy. What
 * takes running, such as whether a wrong solution is really caught, is verify's to find out.
 *
 * A file that says TODO is unfinished, and that is the one thing said of it: it is not measured besides. So a fresh
 * skeleton (see new.c) has as many problems as it has marks. */
#include "cli/author/author.h"
#include "cli/author/variants.h"

#include "checker/base/document.h"
#include "checker/base/file.h"
#include "checker/base/json.h"
#include "checker/base/tree.h"

#include <ctype.h>
#include <dirent.h>
#include <string.h>

enum {
    LEAST_WRONG = 5,
    LEAST_WORDS = 700,
    MOST_WORDS = 1500,
    LESSON_CEILING = 1 << 20,
    TODO_SHOWN = 90, /* bytes of a line */
};

/* A step under the lint. */
struct subject {
    struct cli *cli;
    const struct step *step;
    const struct exercise *exercise; /* NULL where its envelope is broken */
    const char *folder, *lesson;
    struct tree tree; /* all of the exercise's folder */
    struct problems *problems;
};

/* --- lines ---------------------------------------------------------------------------------------------- */

/* The next line of a text, without its end; false after the last. */
struct lines {
    const char *at, *end;
    size_t number;
    const char *line;
    size_t length;
};

static bool next_line(struct lines *lines) {
    if (lines->at >= lines->end)
        return false;
    const char *newline = memchr(lines->at, '\n', (size_t)(lines->end - lines->at));
    lines->line = lines->at;
    lines->length = (size_t)((newline ? newline : lines->end) - lines->at);
    lines->at = newline ? newline + 1 : lines->end;
    lines->number++;
    return true;
}

static struct lines lines_of(const char *bytes, size_t length) {
    return (struct lines){.at = bytes, .end = bytes + length};
}

/* Where a word stands by itself in the line, or NULL. */
static const char *word_in(const struct lines *lines, const char *word) {
    size_t length = strlen(word);
    for (const char *at = lines->line, *end = at + lines->length;
         (at = memmem(at, (size_t)(end - at), word, length)); at += length) {
        bool begins = at == lines->line || (!isalnum((unsigned char)at[-1]) && at[-1] != '_');
        bool ends = at + length == end || (!isalnum((unsigned char)at[length]) && at[length] != '_');
        if (begins && ends)
            return at;
    }
    return NULL;
}

static const char *unfinished_mark(const struct lines *lines) {
    const char *mark = word_in(lines, "TODO");
    return mark ? mark : word_in(lines, "FIXME");
}

static bool is_unfinished(const char *bytes, size_t length) {
    for (struct lines lines = lines_of(bytes, length); next_line(&lines);)
        if (unfinished_mark(&lines))
            return true;
    return false;
}

/* --- what no file may hold ------------------------------------------------------------------------------ */

/* The end of a path of somebody's machine that begins here, or NULL. */
static const char *machine_path(const struct subject *subject, const char *at, const char *end) {
    static const char *const homes[] = {"/home/", "/Users/"};
    const char *root = subject->cli->paths.root;
    size_t length = strlen(root);
    if (length > 1 && (size_t)(end - at) >= length && !memcmp(at, root, length) &&
        (at + length == end || !isalnum((unsigned char)at[length])))
        return at + length;
    for (size_t i = 0; i < LENGTH_OF(homes); i++) {
        length = strlen(homes[i]);
        if ((size_t)(end - at) <= length || memcmp(at, homes[i], length) != 0)
            continue;
        const char *after = at + length;
        while (after < end && (isalnum((unsigned char)*after) || strchr("._-", *after)))
            after++;
        if (after > at + length)
            return after;
    }
    return NULL;
}

static void find_machine_path(const struct subject *subject, const char *file, const struct lines *lines) {
    const char *end = lines->line + lines->length;
    for (const char *at = lines->line; at < end; at++) {
        bool begins = *at == '/' &&
                      (at == lines->line || (!isalnum((unsigned char)at[-1]) && !strchr("~._-/}", at[-1])));
        const char *after = begins ? machine_path(subject, at, end) : NULL;
        if (!after)
            continue;
        problem_add(subject->problems, file, lines->number,
                    "%.*s is a path of somebody's machine; write ~, a relative path, or one such as /srv/app",
                    (int)(after - at), at);
        return;
    }
}

static void find_unfinished(const struct subject *subject, const char *file, const struct lines *lines) {
    const char *mark = unfinished_mark(lines);
    if (!mark)
        return;
    size_t whole = (size_t)(lines->line + lines->length - mark);
    while (whole && strchr("\",; \t}]*/", mark[whole - 1]))
        whole--;
    bool cut = whole > TODO_SHOWN;
    problem_add(subject->problems, file, lines->number, "%.*s%s",
                (int)utf8_valid_length(mark, cut ? TODO_SHOWN : whole), mark, cut ? "…" : "");
}

/* A starter's TODO is the learner's. */
static void read_lines(const struct subject *subject, const char *file, const char *bytes, size_t length,
                       bool may_be_unfinished) {
    if (memchr(bytes, '\0', length))
        return;
    for (struct lines lines = lines_of(bytes, length); next_line(&lines);) {
        find_machine_path(subject, file, &lines);
        if (!may_be_unfinished)
            find_unfinished(subject, file, &lines);
    }
}

/* --- which files there are ------------------------------------------------------------------------------ */

static bool begins(const char *path, const char *with) {
    return strncmp(path, with, strlen(with)) == 0;
}

static const char *path_of(const struct subject *subject, const char *below) {
    return arena_printf(subject->cli->arena, "%s/%s", subject->folder, below);
}

/* exercise.json, task.md, starter/LANG/…, solution/LANG/…, wrong/NAME.patch, valid/NAME.patch, assets/… */
static const char *why_stray(const struct subject *subject, const struct tree_entry *entry) {
    static const char *const files[] = {"exercise.json", "task.md", NULL};
    static const char *const folders[] = {"starter", "solution", "wrong", "valid", "assets", NULL};
    struct arena *arena = subject->cli->arena;
    const char *path = entry->path, *slash = strchr(path, '/');
    const char *top = slash ? arena_copy_bytes(arena, path, (size_t)(slash - path)) : path;
    if (!slash)
        return list_has(path, entry->kind == 'd' ? folders : files)
                   ? NULL
                   : "does not belong into an exercise; remove it, or put it into assets/";
    if (!list_has(top, folders))
        return NULL; /* said of the folder already */
    if (!strcmp(top, "wrong") || !strcmp(top, "valid")) {
        size_t length = strlen(slash + 1);
        bool plain = strspn(slash + 1, "abcdefghijklmnopqrstuvwxyz0123456789.-") == length;
        return plain && length > 6 && !strcmp(slash + 1 + length - 6, ".patch")
                   ? NULL
                   : "is no patch with a name of small letters, digits, dots and hyphens; rename or remove "
                     "it";
    }
    if ((!strcmp(top, "starter") || !strcmp(top, "solution")) && !strchr(slash + 1, '/') &&
        subject->exercise) {
        bool any = list_has("any", subject->exercise->languages);
        bool known = any ? !strcmp(slash + 1, "common") : list_has(slash + 1, subject->exercise->languages);
        return known && entry->kind == 'd'
                   ? NULL
                   : "is of no language that exercise.json names; name it there, or remove it";
    }
    return NULL;
}

/* A solution is built and run as its starter says; a file of its own that says otherwise would be read by nobody. */
static void look_at_solutions_own(const struct subject *subject, const struct tree_entry *entry) {
    const char *name =
        begins(entry->path, "solution/") ? strchr(entry->path + strlen("solution/"), '/') : NULL;
    if (!name || strcmp(name, "/workspace.json") != 0)
        return;
    const char *path = arena_printf(subject->cli->arena, "starter/%s", entry->path + strlen("solution/"));
    const struct tree_entry *starter = tree_find(&subject->tree, path);
    if (!starter || starter->length != entry->length ||
        memcmp(starter->bytes, entry->bytes, entry->length) != 0)
        problem_add(subject->problems, path_of(subject, entry->path), 0,
                    "is read by nobody, and says other than %s; remove it, or make the two alike", path);
}

static void look_at_files(const struct subject *subject) {
    for (size_t i = 0; i < subject->tree.count; i++) {
        const struct tree_entry *entry = &subject->tree.entries[i];
        const char *why = why_stray(subject, entry), *file = path_of(subject, entry->path);
        if (why)
            problem_add(subject->problems, file, 0, "%s", why);
        look_at_solutions_own(subject, entry);
        if (entry->kind != 'd')
            read_lines(subject, file, entry->bytes, entry->length, begins(entry->path, "starter/"));
    }
}

/* Each folder of code holds at least a file. */
static void look_for_empty(const struct subject *subject) {
    static const char *const parts[] = {"starter", "solution"};
    for (size_t i = 0; i < LENGTH_OF(parts); i++)
        for (const char *const *language = subject->exercise->languages; *language; language++) {
            const char *folder = arena_printf(subject->cli->arena, "%s/%s/", parts[i],
                                              strcmp(*language, "any") ? *language : "common");
            bool there = false, filled = false;
            for (size_t j = 0; j < subject->tree.count; j++) {
                const struct tree_entry *entry = &subject->tree.entries[j];
                bool below = begins(entry->path, folder);
                there |= below || (entry->kind == 'd' && !strncmp(entry->path, folder, strlen(folder) - 1) &&
                                   strlen(entry->path) == strlen(folder) - 1);
                filled |= below && entry->kind != 'd';
            }
            if (there && !filled)
                problem_add(subject->problems, path_of(subject, folder), 0,
                            "is empty; put the %s's files into it", parts[i]);
        }
}

/* starter/LANG/workspace.json adds to what `start` writes, and to no more than these. */
static void look_at_workspaces(const struct subject *subject) {
    static const char *const allowed[] = {"processes", "build", NULL};
    for (size_t i = 0; i < subject->tree.count; i++) {
        const char *path = subject->tree.entries[i].path;
        const char *name = begins(path, "starter/") ? strchr(path + strlen("starter/"), '/') : NULL;
        struct error error;
        struct document document;
        if (!name || strcmp(name, "/workspace.json") != 0)
            continue;
        if (!document_read(path_of(subject, path), true, subject->cli->arena, &document, &error)) {
            problem_said(subject->problems, error.text);
            continue;
        }
        struct place top = document_top(&document, subject->cli->arena), processes;
        if (!place_only(&top, allowed, &error)) {
            problem_said(subject->problems, error.text);
            continue;
        }
        processes = place_member(&top, "processes");
        if (processes.value && !place_only(&processes, subject->exercise->processes, &error))
            problem_said(subject->problems, error.text);
    }
}

/* --- what the files say --------------------------------------------------------------------------------- */

static size_t line_of(const struct subject *subject, const char *pointer) {
    const struct tree_entry *entry = tree_find(&subject->tree, "exercise.json");
    size_t line = 0, column;
    return entry && json_place(entry->bytes, entry->length, pointer, &line, &column) ? line : 0;
}

static void look_at_checks(const struct subject *subject) {
    const struct exercise *exercise = subject->exercise;
    for (const char *const *language = exercise->languages; *language; language++)
        if (strcmp(*language, "any") != 0 && !languages_title(subject->cli->languages, *language))
            problem_add(subject->problems, exercise->file, line_of(subject, "/languages"),
                        "there is no language \"%s\" in languages.json; the ones that are there are %s",
                        *language,
                        list_sentence(languages_keys(subject->cli->languages), "and", subject->cli->arena));
    for (size_t i = 0; i < exercise->count; i++)
        for (size_t j = 0; exercise->checks[i].hints[j]; j++) {
            const char *hint = exercise->checks[i].hints[j];
            if (strchr(".?!:)`\"", hint[strlen(hint) - 1]))
                continue;
            const char *pointer = arena_printf(subject->cli->arena, "/checks/%zu/hint/%zu", i, j);
            size_t line = line_of(subject, pointer);
            problem_add(subject->problems, exercise->file,
                        line ? line
                             : line_of(subject, arena_printf(subject->cli->arena, "/checks/%zu/hint", i)),
                        "a hint of \"%s\" does not end as a sentence does; end it with a full stop",
                        exercise->checks[i].name);
        }
}

/* The line of the first heading, or 0 if the first line with text is none. */
static size_t heading_line(const char *bytes, size_t length) {
    for (struct lines lines = lines_of(bytes, length); next_line(&lines);)
        if (lines.length)
            return lines.length > 2 && !memcmp(lines.line, "# ", 2) ? lines.number : 0;
    return 0;
}

static bool has_line(const char *bytes, size_t length, const char *text) {
    for (struct lines lines = lines_of(bytes, length); next_line(&lines);)
        if (lines.length == strlen(text) && !memcmp(lines.line, text, lines.length))
            return true;
    return false;
}

static void look_at_task(const struct subject *subject) {
    const char *file = path_of(subject, "task.md");
    const struct tree_entry *task = tree_find(&subject->tree, "task.md");
    bool depth = false;
    for (size_t i = 0; subject->exercise && i < subject->exercise->count; i++)
        depth |= !subject->exercise->checks[i].core;
    if (!task) {
        problem_add(subject->problems, file, 0, "is not there; write what to build, the core first");
        return;
    }
    if (!heading_line(task->bytes, task->length))
        problem_add(subject->problems, file, 1,
                    "does not begin with a heading; begin with \"# \" and what is built");
    if (depth && !has_line(task->bytes, task->length, "## Go deeper"))
        problem_add(subject->problems, file, 1,
                    "has no section \"## Go deeper\", though not every check is core; say there what the "
                    "others ask for");
}

/* Words that are read: code between fences is not. */
static size_t count_words(const char *bytes, size_t length) {
    size_t words = 0;
    bool code = false;
    for (struct lines lines = lines_of(bytes, length); next_line(&lines);) {
        if (lines.length >= 3 && !memcmp(lines.line, "```", 3)) {
            code = !code;
            continue;
        }
        for (size_t i = 0; !code && i < lines.length; i++)
            words +=
                !isspace((unsigned char)lines.line[i]) && (!i || isspace((unsigned char)lines.line[i - 1]));
    }
    return words;
}

static void look_at_lesson(const struct subject *subject) {
    const char *bytes;
    size_t length;
    struct error error;
    if (access(subject->lesson, F_OK) != 0) {
        problem_add(subject->problems, subject->lesson, 0, "is not there; write the lesson of this step");
        return;
    }
    if (!file_read(subject->lesson, LESSON_CEILING, true, subject->cli->arena, &bytes, &length, &error)) {
        problem_said(subject->problems, error.text);
        return;
    }
    if (!heading_line(bytes, length))
        problem_add(subject->problems, subject->lesson, 1,
                    "does not begin with a heading; begin with \"# \" and a title");
    read_lines(subject, subject->lesson, bytes, length, false);
    size_t words = count_words(bytes, length);
    if ((words < LEAST_WORDS || words > MOST_WORDS) && !is_unfinished(bytes, length))
        problem_add(subject->problems, subject->lesson, 1, "has %zu words beside its code; %s", words,
                    words < LEAST_WORDS ? "a lesson has 700 or more: explain the ideas that the step needs"
                                        : "a lesson has 1,500 at most: keep to what the step needs");
}

/* --- patches -------------------------------------------------------------------------------------------- */

static bool patch_applies(const struct subject *subject, const struct variant *variant, struct error *error) {
    const struct toolchain *toolchain = NULL;
    const struct workspace *workspace;
    struct tree tree;
    struct cli *cli = subject->cli;
    if (strcmp(variant->language, "any") != 0 &&
        !toolchain_find(cli->languages, variant->language, cli->paths.cache, cli->arena, &toolchain, error))
        return false;
    if (!variant_prepare(cli, subject->exercise, variant, toolchain, &tree, &workspace, error))
        return false;
    tree_free(&tree);
    return true;
}

static void look_for_unproven(const struct subject *subject, const struct variant *variants, size_t count) {
    for (size_t i = 0; i < subject->exercise->count; i++) {
        const char *name = subject->exercise->checks[i].name;
        bool proven = !strcmp(name, "build");
        for (size_t j = 0; j < count; j++)
            proven |= variants[j].kind == VARIANT_WRONG && !strcmp(variants[j].check, name);
        if (!proven)
            problem_add(subject->problems, subject->exercise->file,
                        line_of(subject, arena_printf(subject->cli->arena, "/checks/%zu", i)),
                        "no wrong solution is caught by \"%s\"; add a patch to wrong/ that names it", name);
    }
}

static void look_at_variants(const struct subject *subject) {
    const struct variant *variants;
    size_t count, wrong = 0;
    bool unfinished = false;
    variants_examine(subject->cli, subject->exercise, subject->problems, &variants, &count);
    for (size_t i = 0; i < count; i++) {
        struct error error;
        if (!variants[i].patch)
            continue;
        wrong += variants[i].kind == VARIANT_WRONG;
        unfinished |= strstr(variants[i].about, "TODO") != NULL;
        if (!patch_applies(subject, &variants[i], &error))
            problem_said(subject->problems, error.text);
    }
    if (wrong < LEAST_WRONG && !unfinished)
        problem_add(subject->problems, path_of(subject, "wrong"), 0,
                    "has %zu wrong solutions; add mistakes that learners make, until there are %d", wrong,
                    LEAST_WRONG);
    look_for_unproven(subject, variants, count);
}

/* --- a step, all steps ---------------------------------------------------------------------------------- */

/* Reads the exercise's folder, but not what building left in it. */
static bool read_folder(struct subject *subject, struct error *error) {
    static const char *const ignored[] = {"node_modules/", "__pycache__/", ".venv/", "*.o", NULL};
    return tree_read(subject->folder, &(const struct tree_rules){.ignore = ignored}, &subject->tree, error);
}

static bool lint_step(struct cli *cli, const struct step *step, struct problems *problems,
                      struct error *error) {
    struct subject subject = {
        .cli = cli,
        .step = step,
        .folder = arena_printf(cli->arena, "%s/exercises/%s", cli->paths.root, step->slug),
        .lesson = arena_printf(cli->arena, "%s/lessons/%s.md", cli->paths.root, step->slug),
        .problems = problems,
    };
    struct error why;
    const char *file = path_of(&subject, "exercise.json");
    if (!exercise_load(cli->curriculum, step, cli->arena, &subject.exercise, &why)) {
        problem_said(problems, why.text);
        subject.exercise = NULL;
    }
    SCOPE_JSON cJSON *json = json_read_file(file, &why);
    if (json && !probe_lint(cli, file, problems, error))
        return false;
    if (read_folder(&subject, &why)) {
        look_at_files(&subject);
        look_at_task(&subject);
        if (subject.exercise) {
            look_at_checks(&subject);
            look_for_empty(&subject);
            look_at_workspaces(&subject);
            look_at_variants(&subject);
        }
        tree_free(&subject.tree);
    } else {
        problem_add(problems, subject.folder, 0, "%s", why.text);
    }
    look_at_lesson(&subject);
    return true;
}

/* "06-fizzbuzz", "p3-notes": what looks like a step's folder or lesson. */
static bool is_slug(const char *name) {
    const char *digits = name + (islower((unsigned char)*name) != 0);
    size_t count = strspn(digits, "0123456789");
    return count && digits[count] == '-';
}

/* Folders and lessons that belong to no step: a slip in their names, and nobody would ever see them. */
static void look_for_lost(struct cli *cli, const char *part, const char *ending, struct problems *problems) {
    const char *folder = arena_printf(cli->arena, "%s/%s", cli->paths.root, part);
    struct dirent **entries = NULL;
    int count = scandir(folder, &entries, NULL, alphasort);
    for (int i = 0; i < count; i++) {
        const char *name = entries[i]->d_name;
        bool known = !is_slug(name);
        for (size_t j = 0; j < cli->curriculum->count && !known; j++) {
            const char *slug = cli->curriculum->steps[j].slug;
            known = begins(name, slug) && !strcmp(name + strlen(slug), ending);
        }
        if (!known)
            problem_add(problems, arena_printf(cli->arena, "%s/%s", folder, name), 0,
                        "belongs to no step of tracks.json; rename it, or add the step there");
        free(entries[i]);
    }
    free(entries);
}

/* The sentence, its path as seen from here where that is shorter. */
static void print_problem(struct cli *cli, const char *sentence) {
    const char *here = cli->paths.here;
    size_t length = here ? strlen(here) : 0;
    if (length > 1 && !strncmp(sentence, here, length) && sentence[length] == '/')
        sentence += length + 1;
    print_text(cli->out, sentence, false);
    fputc('\n', cli->out);
}

int author_lint(struct cli *cli, const struct arguments *arguments) {
    struct error error;
    struct step_list list = {0};
    SCOPE_PROBLEMS struct problems problems = {.arena = cli->arena};
    bool ok = author_steps(cli, arguments, &list, &error);
    if (ok && arguments->count == 1) {
        look_for_lost(cli, "exercises", "", &problems);
        look_for_lost(cli, "lessons", ".md", &problems);
    }
    for (size_t i = 0; ok && i < list.count; i++)
        ok = lint_step(cli, list.steps[i], &problems, &error);
    if (!ok)
        return complain(cli, &error);
    for (size_t i = 0; i < problems.count; i++)
        print_problem(cli, problems.items[i]);
    fprintf(cli->out, "%s%zu %s, %zu %s\n", problems.count ? "\n" : "", list.count,
            list.count == 1 ? "step" : "steps", problems.count, problems.count == 1 ? "problem" : "problems");
    return problems.count ? 2 : 0;
}
