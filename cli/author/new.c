/* author new: a step's folder to begin from.
 *
 * It is whole from the first moment: a task, a lesson, a check that draws its data, a starter, a solution and a wrong
 * solution in each language, so that `author verify` passes before a line is written, and every change after that is a
 * change from green. What is to be written is marked TODO, and `author lint` counts the marks.
 *
 * The files come from exercises/skeleton/: program/ for steps with a program, document/ for those where no language
 * matters. They are exercises in form, with @ID@, @NAME@, @TITLE@, @TASK@, @LANGUAGES@ to be filled in, and one wrong
 * patch a language, of which the first language's is taken. A new language wants its part there. */
#include "cli/author/author.h"
#include "cli/folders.h"

#include "checker/base/document.h"
#include "checker/base/file.h"
#include "checker/base/json.h"
#include "checker/base/tree.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

static const char wrong_name[] = "wrong/another-word.patch";

struct blank {
    const char *name, *text; /* "@ID@", what goes there */
};

struct skeleton {
    struct cli *cli;
    const struct step *step;
    const char *const *languages; /* NULL-terminated; "any" alone where none matters */
    const char *title;
    struct tree source;
    struct blank blanks[5];
};

/* --- languages ------------------------------------------------------------------------------------------ */

static bool read_languages(struct cli *cli, const char *typed, const char *const **ret_languages,
                           struct error *error) {
    if (!typed) {
        *ret_languages = languages_keys(cli->languages);
        return true;
    }
    char *rest = arena_copy(cli->arena, typed), *word;
    const char **languages = arena_alloc(cli->arena, (strlen(typed) / 2 + 2) * sizeof *languages);
    size_t count = 0;
    while ((word = strsep(&rest, ", "))) {
        if (!*word)
            continue;
        const char *key = strcmp(word, "any") ? languages_find(cli->languages, word) : "any";
        if (!key)
            return fail(error, FAULT_INPUT,
                        "unknown language `%s`; there are %s, and `any` where none matters", word,
                        list_sentence(languages_keys(cli->languages), "and", cli->arena));
        if (!list_has(key, languages))
            languages[count++] = key;
    }
    if (!count || (list_has("any", languages) && count > 1))
        return fail(error, FAULT_INPUT,
                    "--languages wants names with commas between them, or `any` alone, not `%s`", typed);
    *ret_languages = languages;
    return true;
}

static const char *folder_of(const char *language) {
    return strcmp(language, "any") ? language : "common";
}

/* --- filling in ----------------------------------------------------------------------------------------- */

static void filled(const struct skeleton *skeleton, struct tree_entry *entry) {
    SCOPE_TEXT struct text text = {0};
    for (const char *at = entry->bytes, *end = at + entry->length; at < end;) {
        const struct blank *found = NULL;
        for (size_t i = 0; i < LENGTH_OF(skeleton->blanks) && !found && *at == '@'; i++)
            if (!strncmp(at, skeleton->blanks[i].name, strlen(skeleton->blanks[i].name)))
                found = &skeleton->blanks[i];
        if (found)
            text_puts(&text, found->text);
        else
            text_putc(&text, *at);
        at += found ? strlen(found->name) : 1;
    }
    entry->bytes = arena_copy_bytes(skeleton->cli->arena, text.bytes ? text.bytes : "", text.length);
    entry->length = text.length;
}

/* What becomes of a file of the skeleton: its path in the exercise, or NULL if it is not wanted. */
static const char *place_of(const struct skeleton *skeleton, const char *path) {
    static const char *const parts[] = {"starter/", "solution/"};
    struct arena *arena = skeleton->cli->arena;
    for (size_t i = 0; i < LENGTH_OF(parts); i++) {
        size_t length = strlen(parts[i]);
        if (strncmp(path, parts[i], length) != 0)
            continue;
        const char *language = arena_copy_bytes(arena, path + length, strcspn(path + length, "/"));
        for (const char *const *wanted = skeleton->languages; *wanted; wanted++)
            if (!strcmp(language, folder_of(*wanted)))
                return path;
        return NULL;
    }
    if (!strncmp(path, "wrong/", 6))
        return !strcmp(path + 6, arena_printf(arena, "%s.patch", folder_of(skeleton->languages[0])))
                   ? wrong_name
                   : NULL;
    return strcmp(path, "lesson.md") ? path : NULL;
}

static int by_path(const void *a, const void *b) {
    return strcmp(((const struct tree_entry *)a)->path, ((const struct tree_entry *)b)->path);
}

static struct tree exercise_tree(const struct skeleton *skeleton) {
    struct tree tree = {.arena = skeleton->cli->arena};
    tree.entries = arena_alloc(tree.arena, skeleton->source.count * sizeof *tree.entries);
    for (size_t i = 0; i < skeleton->source.count; i++) {
        struct tree_entry entry = skeleton->source.entries[i];
        entry.path = place_of(skeleton, entry.path);
        if (!entry.path)
            continue;
        if (entry.kind != 'd')
            filled(skeleton, &entry);
        tree.entries[tree.count++] = entry;
    }
    qsort(tree.entries, tree.count, sizeof *tree.entries, by_path);
    return tree;
}

static bool skeleton_has(const struct skeleton *skeleton, struct error *error) {
    for (const char *const *language = skeleton->languages; *language; language++) {
        const char *part = arena_printf(skeleton->cli->arena, "solution/%s", folder_of(*language));
        if (!tree_find(&skeleton->source, part))
            return fail(error, FAULT_INPUT,
                        "the skeleton has no %s yet; add starter/%s, solution/%s and wrong/%s.patch to "
                        "exercises/skeleton/program, or leave it out with --languages",
                        languages_title(skeleton->cli->languages, *language), *language, *language,
                        *language);
    }
    return true;
}

/* --- made as a whole ------------------------------------------------------------------------------------ */

/* The lesson may have been written before; then it is left alone. */
static bool place_lesson(const struct skeleton *skeleton, const char *file, bool *ret_made,
                         struct error *error) {
    struct tree_entry lesson = *tree_find(&skeleton->source, "lesson.md");
    filled(skeleton, &lesson);
    int descriptor = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (descriptor < 0 && errno != EEXIST)
        return fail_errno(error, FAULT_INPUT, "%s cannot be made", file);
    *ret_made = descriptor >= 0;
    if (descriptor < 0)
        return true;
    bool ok = write_whole(descriptor, lesson.bytes, lesson.length);
    ok &= close(descriptor) == 0;
    if (ok)
        return true;
    fail_errno(error, FAULT_OURS, "%s cannot be written", file);
    unlink(file);
    return false;
}

static bool make(const struct skeleton *skeleton, struct error *error) {
    struct cli *cli = skeleton->cli;
    const char *slug = skeleton->step->slug, *root = cli->paths.root;
    const char *folder = arena_printf(cli->arena, "%s/exercises/%s", root, slug);
    const char *lesson = arena_printf(cli->arena, "%s/lessons/%s.md", root, slug);
    struct tree tree = exercise_tree(skeleton);
    bool made = false;
    if (!place_lesson(skeleton, lesson, &made, error))
        return false;
    if (!folder_place(&tree, folder, error)) {
        if (made)
            unlink(lesson);
        return false;
    }
    fprintf(cli->out, "Made %s\n%s %s\n\n", path_shown(cli, folder),
            made ? "Made" : "Left as it is:", path_shown(cli, lesson));
    fprintf(cli->out, "  %s author lint %s    what is to be written: each is marked TODO\n", cli->program,
            skeleton->step->id);
    fprintf(cli->out, "  %s author verify %s  passes as it is; keep it so\n", cli->program,
            skeleton->step->id);
    return true;
}

static bool open_skeleton(struct cli *cli, const struct arguments *arguments, struct skeleton *ret_skeleton,
                          struct error *error) {
    struct skeleton skeleton = {.cli = cli};
    const char *title = argument_value(arguments, "title");
    if (arguments->count != 2)
        return fail(error, FAULT_INPUT,
                    "say which step, one at a time: `%s author new NAME`; `%s list` has those that "
                    "are not made yet",
                    cli->program, cli->program);
    if (!curriculum_find(cli->curriculum, arguments->words[1], &skeleton.step, error))
        return false;
    if (skeleton.step->made)
        return fail(error, FAULT_INPUT,
                    "%s is made already: it is in exercises/%s; `%s author lint %s` says what is "
                    "still to do",
                    step_called(cli, skeleton.step), skeleton.step->slug, cli->program, skeleton.step->id);
    if (!read_languages(cli, argument_value(arguments, "languages"), &skeleton.languages, error))
        return false;
    skeleton.title = title ? title : skeleton.step->title;
    const char *folder = arena_printf(cli->arena, "%s/exercises/skeleton/%s", cli->paths.root,
                                      strcmp(skeleton.languages[0], "any") ? "program" : "document");
    if (!tree_read(folder, NULL, &skeleton.source, error))
        return false;
    *ret_skeleton = skeleton;
    return true;
}

static void fill_blanks(struct skeleton *skeleton) {
    struct arena *arena = skeleton->cli->arena;
    SCOPE_TEXT struct text list = {0};
    for (size_t i = 0; skeleton->languages[i]; i++)
        text_printf(&list, "%s\"%s\"", i ? ", " : "", skeleton->languages[i]);
    const struct blank blanks[] = {
        {"@ID@", skeleton->step->id},
        {"@NAME@", skeleton->step->name},
        {"@TITLE@", skeleton->title},
        {"@TASK@", skeleton->step->task},
        {"@LANGUAGES@", arena_printf(arena, "[%s]", list.bytes)},
    };
    _Static_assert(sizeof blanks == sizeof skeleton->blanks, "a blank for each");
    memcpy(skeleton->blanks, blanks, sizeof blanks);
}

int author_new(struct cli *cli, const struct arguments *arguments) {
    struct error error;
    struct skeleton skeleton = {0};
    if (!open_skeleton(cli, arguments, &skeleton, &error))
        return complain(cli, &error);
    fill_blanks(&skeleton);
    bool ok = skeleton_has(&skeleton, &error) && make(&skeleton, &error);
    tree_free(&skeleton.source);
    return ok ? 0 : complain(cli, &error);
}
