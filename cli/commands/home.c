/* What runs when nothing is typed: where I am, and what to type next.
 *
 * The first time, and only at a terminal, it asks two questions: which language, and where to begin. Enter takes
 * the default; both answers are remembered and can be changed by `start N --lang L`. Away from a terminal it asks
 * nothing and says what to type. */
#include "cli/cli.h"
#include "cli/progress/store.h"

#include <ctype.h>
#include <string.h>

/* Where one may begin. A row whose step is not made yet is shown as such. */
static const struct beginning {
    const char *step, *who;
} beginnings[] = {
    {"1", "from the very beginning"},
    {"6", "you can already program a little"},
    {"16", "you want to build a server now"},
};

/* --- questions ------------------------------------------------------------------------------------------ */

/* A line without its end, in the arena; NULL at the end of input. */
static const char *ask(struct cli *cli, const char *question, const char *otherwise) {
    fprintf(cli->out, "%s [%s]: ", question, otherwise);
    fflush(cli->out);
    SCOPE_FREE char *line = NULL;
    size_t room = 0;
    ssize_t length = getline(&line, &room, cli->in);
    if (length < 0) {
        fputc('\n', cli->out);
        return NULL;
    }
    while (length > 0 && isspace((unsigned char)line[length - 1]))
        line[--length] = '\0';
    const char *start = line + strspn(line, " \t");
    return *start ? arena_copy(cli->arena, start) : otherwise;
}

/* A number from 1 to count, or 0. */
static size_t chosen_number(const char *answer, size_t count) {
    char *end;
    unsigned long number = strtoul(answer, &end, 10);
    return isdigit((unsigned char)answer[0]) && !*end && number >= 1 && number <= count ? number : 0;
}

static const char *ask_language(struct cli *cli) {
    const char *const *keys = languages_keys(cli->languages);
    size_t count = 0;
    fputs("Which language do you want to write in?\n", cli->out);
    for (; keys[count]; count++)
        fprintf(cli->out, "  %zu  %s\n", count + 1, languages_title(cli->languages, keys[count]));
    while (true) {
        const char *answer = ask(cli, "Its number or name", languages_title(cli->languages, keys[0]));
        if (!answer)
            return NULL;
        size_t number = chosen_number(answer, count);
        const char *key = number ? keys[number - 1] : languages_find(cli->languages, answer);
        if (key)
            return key;
        fputs("There is no `", cli->out);
        print_text(cli->out, answer, false);
        fprintf(cli->out, "`; type a number from 1 to %zu, or just Enter.\n", count);
    }
}

static const struct step *step_by_id(struct cli *cli, const char *id) {
    const struct step *step = NULL;
    return curriculum_find(cli->curriculum, id, &step, NULL) ? step : NULL;
}

/* The first step from this one on that is made; NULL if none is. */
static const struct step *made_from(struct cli *cli, const struct step *step) {
    const struct step *end = cli->curriculum->steps + cli->curriculum->count;
    for (; step && step < end; step++)
        if (step->made)
            return step;
    return NULL;
}

/* The beginning that is proposed: the first whose step is made. */
static size_t default_beginning(struct cli *cli) {
    for (size_t i = 0; i < LENGTH_OF(beginnings); i++) {
        const struct step *step = step_by_id(cli, beginnings[i].step);
        if (step && step->made)
            return i;
    }
    return 0;
}

static const struct step *ask_beginning(struct cli *cli) {
    fputs("\nWhere do you want to begin?\n", cli->out);
    for (size_t i = 0; i < LENGTH_OF(beginnings); i++) {
        const struct step *step = step_by_id(cli, beginnings[i].step);
        const char *title = step ? step->title : "";
        SCOPE_FREE char *shown = text_printable(title, false);
        const char *line =
            arena_printf(cli->arena, "step %s, if %s: %s%s", beginnings[i].step, beginnings[i].who, shown,
                         step && step->made ? "" : " (not made yet)");
        if (i == 0)
            line = arena_printf(cli->arena, "step %s, %s: %s%s", beginnings[i].step, beginnings[i].who, shown,
                                step && step->made ? "" : " (not made yet)");
        fprintf(cli->out, "  %zu  ", i + 1);
        print_wrapped(cli, cli->out, 5, line);
    }
    const char *otherwise = arena_printf(cli->arena, "%zu", default_beginning(cli) + 1);
    while (true) {
        const char *answer = ask(cli, "Its number", otherwise);
        if (!answer)
            return NULL;
        size_t number = chosen_number(answer, LENGTH_OF(beginnings));
        for (size_t i = 0; !number && i < LENGTH_OF(beginnings); i++)
            if (!strcmp(answer, beginnings[i].step)) /* the step's own number is as good */
                number = i + 1;
        const struct step *step = number ? step_by_id(cli, beginnings[number - 1].step) : NULL;
        const struct step *made = made_from(cli, step);
        if (made && made != step)
            fprintf(cli->out, "Step %s is not made yet; the next one that is made is step %s.\n", step->id,
                    made->id);
        if (made)
            return made;
        if (number)
            fprintf(cli->out, "Step %s is not made yet, nor is any after it; choose another.\n",
                    beginnings[number - 1].step);
        else
            fprintf(cli->out, "Type a number from 1 to %zu, or just Enter.\n", LENGTH_OF(beginnings));
    }
}

static bool remember(struct cli *cli, const char *language, const struct step *step, struct error *error) {
    struct store *store;
    if (!store_open(cli->paths.data, STORE_WRITE, &store, error))
        return false;
    bool ok = store_set(store, "language", language, error) && store_set(store, "step", step->id, error);
    store_close(store);
    return ok;
}

/* --- where I am ----------------------------------------------------------------------------------------- */

static void print_command(struct cli *cli, const char *command, const char *about) {
    const char *line = arena_printf(cli->arena, "%s %s", cli->program, command);
    fprintf(cli->out, "  %s%-28s%s  %s\n", style(cli, STYLE_BOLD), line, style(cli, STYLE_NONE), about);
}

static void print_welcome(struct cli *cli) {
    fputs("backend-learn teaches backend development in 80 steps: you build, it checks.\n\n", cli->out);
}

static void print_step(struct cli *cli, const struct step *step) {
    fprintf(cli->out, "%sStep %s, %s: ", style(cli, STYLE_BOLD), step->id, step->name);
    print_text(cli->out, step->title, false);
    fprintf(cli->out, "%s\n  ", style(cli, STYLE_NONE));
    print_wrapped(cli, cli->out, 2, step->task);
}

static int first_run_told(struct cli *cli) {
    print_welcome(cli);
    const struct step *step = step_by_id(cli, beginnings[default_beginning(cli)].step);
    step = step && step->made ? step : made_from(cli, cli->curriculum->steps);
    if (!step) {
        fputs("No step is made yet in this version.\n", cli->out);
        return 0;
    }
    const char *const *keys = languages_keys(cli->languages);
    fputs("To begin, type:\n", cli->out);
    print_command(cli, arena_printf(cli->arena, "start %s", step->id),
                  arena_printf(cli->arena, "in %s; add --lang %s for another language",
                               languages_title(cli->languages, keys[0]), keys[1] ? keys[1] : keys[0]));
    print_command(cli, "list", "all steps, and which are made");
    print_command(cli, "help", "all commands");
    return 0;
}

static int first_run_asked(struct cli *cli) {
    struct error error;
    print_welcome(cli);
    const char *language = ask_language(cli);
    const struct step *step = language ? ask_beginning(cli) : NULL;
    if (!step) {
        fprintf(cli->out, "Nothing was chosen. Type %s again, or %s help\n", cli->program, cli->program);
        return 0;
    }
    if (!remember(cli, language, step, &error))
        return complain(cli, &error);
    fputc('\n', cli->out);
    print_step(cli, step);
    fputs("\nTo begin, type:\n", cli->out);
    if (lesson_file(cli, step))
        print_command(cli, arena_printf(cli->arena, "lesson %s", step->id), "read about it");
    print_command(
        cli, arena_printf(cli->arena, "start %s", step->id),
        arena_printf(cli->arena, "a folder for it, in %s", languages_title(cli->languages, language)));
    return 0;
}

static void print_standing(struct cli *cli, const struct step *step, const struct standing *standing,
                           const struct workspace *workspace) {
    print_step(cli, step);
    fputs("  ", cli->out);
    bool tried = standing && standing->attempts;
    if (!tried && !workspace)
        fputs("Not begun.", cli->out);
    else if (!tried)
        fputs("Begun, not checked yet.", cli->out);
    else
        fprintf(cli->out, "%s: %d of 100 points, %d %s.",
                standing->mastered ? "Mastered"
                : standing->done   ? "Done"
                                   : "Not done yet",
                standing->points, standing->attempts, standing->attempts == 1 ? "attempt" : "attempts");
    if (workspace)
        fprintf(cli->out, " It is in %s", path_shown(cli, workspace->folder));
    fputc('\n', cli->out);
}

static void print_commands(struct cli *cli, const struct step *step, const struct standing *standing,
                           const struct workspace *workspace) {
    const char *id = step->id;
    if (!workspace) {
        if (lesson_file(cli, step))
            print_command(cli, arena_printf(cli->arena, "lesson %s", id), "read about it");
        print_command(cli, arena_printf(cli->arena, "start %s", id), "make a folder for it");
    } else if (!standing || !standing->done) {
        print_command(cli, arena_printf(cli->arena, "check %s", id),
                      "build it, try it, see which checks hold");
        if (standing && standing->attempts)
            print_command(cli, arena_printf(cli->arena, "hint %s", id),
                          "a hint for the first check that failed");
    } else {
        print_command(cli, "next", "go on");
        if (!standing->mastered)
            print_command(cli, arena_printf(cli->arena, "check %s --all", id),
                          "what mastering it still asks for");
    }
    print_command(cli, "list", "all steps");
}

static int where_i_am(struct cli *cli, const struct step *step) {
    struct error error;
    struct standings standings;
    if (!standings_load(cli, false, &standings, &error))
        return complain(cli, &error);
    int done = 0, mastered = 0;
    for (size_t i = 0; i < standings.count; i++) {
        done += standings.rows[i].done;
        mastered += standings.rows[i].mastered;
    }
    const struct workspace *workspace = NULL;
    if (!workspace_meant(cli, step->id, NULL, &workspace, NULL))
        workspace = NULL;
    const struct standing *standing = standing_of(&standings, step->id);
    print_standing(cli, step, standing, workspace);
    fprintf(cli->out, "\n%d %s done, %d mastered. To go on, type:\n", done, done == 1 ? "step" : "steps",
            mastered);
    print_commands(cli, step, standing, workspace);
    return 0;
}

static int run(struct cli *cli, const struct arguments *arguments) {
    (void)arguments;
    struct error error;
    const struct step *step;
    if (!step_meant(cli, NULL, &step, &error))
        return complain(cli, &error);
    if (step)
        return where_i_am(cli, step);
    return cli->interactive ? first_run_asked(cli) : first_run_told(cli);
}

const struct command command_home = {
    .name = "",
    .about = "where you are, and what to type next",
    .group = "Learn",
    .needs = NEED_CURRICULUM | NEED_LANGUAGES,
    .run = run,
};
