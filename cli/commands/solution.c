/* solution: how the step can be solved, as code that one would be proud to show.
 *
 * After the core held it shows without a word: comparing is how one learns from it. Before that it asks, because a
 * solution that was read cannot be unread, and the store remembers the look, so that progress stays honest. */
#include "cli/cli.h"
#include "cli/folders.h"
#include "cli/progress/store.h"
#include "cli/starter.h"

#include "checker/base/document.h"

#include <string.h>
#include <time.h>

/* --- asking and remembering ----------------------------------------------------------------------------- */

static bool is_done(struct cli *cli, const struct step *step, bool *ret_done, struct error *error) {
    struct standings standings;
    if (!standings_load(cli, false, &standings, error))
        return false;
    const struct standing *standing = standing_of(&standings, step->id);
    *ret_done = standing && standing->done;
    return true;
}

static bool agreed(struct cli *cli, const struct step *step, bool yes, bool *ret_agreed,
                   struct error *error) {
    *ret_agreed = yes;
    if (yes)
        return true;
    if (!cli->interactive)
        return fail(
            error, FAULT_INPUT,
            "you have not passed %s yet, and there is no terminal to ask you at; `%s hint %s` has one more "
            "hint, --yes shows the solution all the same",
            step_called(cli, step), cli->program, step->id);
    print_wrapped(
        cli, cli->out, 0,
        arena_printf(cli->arena,
                     "You have not passed %s yet. A solution that was read cannot be unread; `%s hint %s` "
                     "has one more hint instead. If you look now, your progress will say so.",
                     step_called(cli, step), cli->program, step->id));
    *ret_agreed = ask_yes(cli, "Show it all the same?");
    return true;
}

static bool remember(struct cli *cli, const struct step *step, struct error *error) {
    struct store *store;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (!store_open(cli->paths.data, STORE_WRITE, &store, error))
        return false;
    bool ok = store_set_solution_seen(store, step->id, now.tv_sec * 1000LL + now.tv_nsec / 1000000, error);
    store_close(store);
    return ok;
}

/* --- showing -------------------------------------------------------------------------------------------- */

static bool is_text(const struct tree_entry *entry) {
    return !memchr(entry->bytes, '\0', entry->length) &&
           utf8_valid_length(entry->bytes, entry->length) == entry->length;
}

static void add_file(struct cli *cli, struct text *text, const struct tree_entry *entry) {
    text_printf(text, "\n%s==> ", style(cli, STYLE_BOLD));
    text_add_printable(text, entry->path, strlen(entry->path), false);
    text_printf(text, " <==%s\n", style(cli, STYLE_NONE));
    if (!is_text(entry)) {
        text_printf(text, "(%zu bytes that are no text)\n", entry->length);
        return;
    }
    text_add_printable(text, entry->bytes, entry->length, true);
    if (entry->length && entry->bytes[entry->length - 1] != '\n')
        text_putc(text, '\n');
}

static void add_others(struct cli *cli, struct text *text, const struct starter *solution) {
    size_t count = 0;
    while (solution->exercise->languages[count])
        count++;
    const char **others = arena_alloc(cli->arena, (count + 1) * sizeof *others);
    size_t others_count = 0;
    for (size_t i = 0; i < count; i++)
        if (strcmp(solution->exercise->languages[i], solution->language))
            others[others_count++] = solution->exercise->languages[i];
    const char *id = solution->exercise->step->id;
    if (others_count)
        text_printf(text, "\nThere is one in %s too: %s solution %s --lang %s",
                    list_sentence(others, "and", cli->arena), cli->program, id, others[0]);
    text_printf(text, "\nTo build it and run it: %s solution %s --lang %s --to FOLDER\n", cli->program, id,
                solution->language);
}

static bool show(struct cli *cli, const struct starter *solution, struct error *error) {
    const struct step *step = solution->exercise->step;
    bool any = !strcmp(solution->language, "any");
    SCOPE_TEXT struct text text = {0};
    text_printf(&text, "Step %s, %s: a solution%s%s. It passes every check; others may do so too.\n",
                step->id, step->name, any ? "" : " in ", any ? "" : language_title(cli, solution->language));
    for (size_t i = 0; i < solution->code.count; i++) {
        const struct tree_entry *entry = &solution->code.entries[i];
        if (entry->kind != 'd' && entry->path[0] != '.')
            add_file(cli, &text, entry);
    }
    add_others(cli, &text, solution);
    return show_paged(cli, text.bytes, text.length, error);
}

/* A folder of its own that can be built, run and checked. */
static bool copy(struct cli *cli, const struct starter *solution, const char *folder, struct error *error) {
    if (access(folder, F_OK) == 0)
        return fail(error, FAULT_INPUT,
                    "%s is there already, and nothing is overwritten; name another folder",
                    path_shown(cli, folder));
    if (!folder_place(&solution->tree, folder, error))
        return false;
    const char *shown = path_shown(cli, folder), *bold = style(cli, STYLE_BOLD),
               *none = style(cli, STYLE_NONE);
    fprintf(cli->out, "Made %s: a solution of %s.\n\n  %scd %s%s\n  %s%s check%s: it passes\n", shown,
            step_called(cli, solution->exercise->step), bold, shown, none, bold, cli->program, none);
    return true;
}

/* --- the command ---------------------------------------------------------------------------------------- */

/* The language of the workspace that the command would be about; NULL if there is none. */
static const char *language_of_workspace(struct cli *cli, const struct step *step) {
    const struct workspace *workspace;
    return workspace_meant(cli, step->id, NULL, &workspace, NULL) ? workspace->language : NULL;
}

static bool solution(struct cli *cli, const struct step *step, const struct arguments *arguments,
                     bool *ret_shown, struct error *error) {
    const struct exercise *exercise;
    const char *language = NULL, *folder = argument_value(arguments, "to");
    struct starter made;
    bool done = false;
    if (!step->made)
        return fail(error, FAULT_INPUT, "%s is not made yet; `%s list` shows what is", step_called(cli, step),
                    cli->program);
    if (!exercise_load(cli->curriculum, step, cli->arena, &exercise, error) ||
        !starter_language(cli, exercise, argument_value(arguments, "lang"), language_of_workspace(cli, step),
                          &language, error) ||
        (folder && !folder_typed(cli, folder, &folder, error)) || !is_done(cli, step, &done, error) ||
        !agreed(cli, step, done || argument_given(arguments, "yes"), ret_shown, error))
        return false;
    if (!*ret_shown) {
        fputs("Good: go on with your own.\n", cli->out);
        return true;
    }
    if (!starter_read(cli, exercise, language, SOLUTION_CODE, &made, error))
        return false;
    bool ok = (done || remember(cli, step, error)) &&
              (folder ? copy(cli, &made, folder, error) : show(cli, &made, error));
    starter_free(&made);
    return ok;
}

static int run(struct cli *cli, const struct arguments *arguments) {
    struct error error;
    const struct step *step;
    bool shown = false;
    if (!step_meant(cli, arguments->count ? arguments->words[0] : NULL, &step, &error))
        return complain(cli, &error);
    if (!step) {
        fail(&error, FAULT_INPUT, "the solution of which step? Type its number, as in `%s solution 6`",
             cli->program);
        return complain(cli, &error);
    }
    if (!solution(cli, step, arguments, &shown, &error))
        return complain(cli, &error);
    return shown ? 0 : 1;
}

const struct command command_solution = {
    .name = "solution",
    .arguments = "[step] [N]",
    .about = "read how a step can be solved",
    .group = "Learn",
    .details =
        "Once you have passed the step's core it is shown at once. Before that you are asked, and if you "
        "look, "
        "`list` and `progress` say so. At a terminal it is shown by $PAGER; into a pipe it is plain text.\n\n"
        "Without N: the step of the workspace you are in, or the one you worked on last; its language is "
        "that of "
        "your workspace.",
    .options =
        (const struct command_option[]){{"lang", "L", "in this language"},
                                        {"to", "FOLDER", "make a folder of it that can be built and checked"},
                                        {"yes", NULL, "do not ask, also before you have passed"},
                                        {0}},
    .examples = (const struct command_example[]){{"solution 6", "in your language, page by page"},
                                                 {"solution 6 --lang python --to /tmp/fizz", "a copy to try"},
                                                 {0}},
    .words = 1,
    .needs = NEED_CURRICULUM | NEED_LANGUAGES,
    .run = run,
};
