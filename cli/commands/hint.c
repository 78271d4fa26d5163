/* hint: the next hint for the first check that failed in the last attempt.
 *
 * Hints go from vague to plain, one more a call, because a hint that is read too early takes the exercise away.
 * check shows the first one with the failure, so the first call adds the second. The store remembers how many were
 * shown. */
#include "cli/cli.h"
#include "cli/progress/store.h"

#include <string.h>

/* The first check that failed and still exists. */
static const struct check *failing_check(const struct exercise *exercise, const struct attempt *attempt) {
    for (size_t i = 0; i < attempt->result_count; i++) {
        if (strcmp(attempt->results[i].verdict, "failed"))
            continue;
        const struct check *check = exercise_check(exercise, attempt->results[i].check);
        if (check)
            return check;
    }
    return NULL;
}

static void print_hint(struct cli *cli, int number, int count, const char *hint) {
    const char *label = count == 1 ? "Hint: " : arena_printf(cli->arena, "Hint %d of %d: ", number, count);
    fprintf(cli->out, "%s%s%s", style(cli, STYLE_YELLOW), label, style(cli, STYLE_NONE));
    print_wrapped(cli, cli->out, (int)strlen(label), hint);
}

static bool print_hints(struct cli *cli, struct store *store, const struct step *step,
                        const struct check *check, struct error *error) {
    int count = 0, shown;
    while (check->hints && check->hints[count])
        count++;
    if (!store_hints_shown(store, step->id, check->name, &shown, error))
        return false;
    fprintf(cli->out, "Step %s, %s: the check %s%s%s failed.\n  ", step->id, step->name,
            style(cli, STYLE_BOLD), check->name, style(cli, STYLE_NONE));
    print_wrapped(cli, cli->out, 2, check->says);
    fputc('\n', cli->out);
    /* The first one came with the failure that check showed. */
    bool more = count > 1 && shown < count;
    int visible = !more ? count : shown < 2 ? 2 : shown + 1;
    if (more && !store_set_hints_shown(store, step->id, check->name, visible, error))
        return false;
    for (int i = 0; i < visible; i++)
        print_hint(cli, i + 1, count, check->hints[i]);
    if (visible < count)
        fprintf(cli->out, "\nTry with that first; for another one, type: %s hint %s\n", cli->program,
                step->id);
    if (more)
        return true;
    fprintf(cli->out, "%sThere are no more hints for this check. %s check %s --only %s shows it again",
            count ? "\n" : "", cli->program, step->id, check->name);
    if (lesson_file(cli, step))
        fprintf(cli->out, "; %s lesson %s explains the ideas", cli->program, step->id);
    fputs(".\n", cli->out);
    return true;
}

static bool hint(struct cli *cli, struct store *store, const struct step *step, struct error *error) {
    const struct attempt *attempt;
    const struct exercise *exercise;
    if (!store_last(store, step->id, cli->arena, &attempt, error))
        return false;
    if (!attempt)
        return fail(error, FAULT_INPUT,
                    "there was no attempt at %s yet, so there is nothing to hint at; first type "
                    "`%s check %s`",
                    step_called(cli, step), cli->program, step->id);
    if (!exercise_load(cli->curriculum, step, cli->arena, &exercise, error))
        return false;
    const struct check *check = failing_check(exercise, attempt);
    if (check)
        return print_hints(cli, store, step, check, error);
    if (!strcmp(attempt->verdict, "error"))
        fprintf(cli->out,
                "No check failed in your last attempt at %s, but not all could be judged; %s doctor looks "
                "for the cause.\n",
                step_called(cli, step), cli->program);
    else
        fprintf(cli->out,
                "Every check of your last attempt at %s holds: no hint is needed. Go on with %s next\n",
                step_called(cli, step), cli->program);
    return true;
}

static int run(struct cli *cli, const struct arguments *arguments) {
    struct error error;
    const struct step *step;
    struct store *store;
    if (!step_meant(cli, arguments->count ? arguments->words[0] : NULL, &step, &error))
        return complain(cli, &error);
    if (!step) {
        fail(&error, FAULT_INPUT, "a hint for which step? Type its number, as in `%s hint 6`", cli->program);
        return complain(cli, &error);
    }
    /* Only a store that exists is opened for writing: without an attempt there is nothing to remember. */
    if (!store_open(cli->paths.data, STORE_READ, &store, &error))
        return complain(cli, &error);
    bool ok = hint(cli, store, step, &error);
    store_close(store);
    return ok ? 0 : complain(cli, &error);
}

const struct command command_hint = {
    .name = "hint",
    .arguments = "[N]",
    .about = "the next hint for the first check that failed",
    .group = "Learn",
    .details = "Hints belong to the last attempt, and go from vague to plain, one each time you ask.",
    .examples =
        (const struct command_example[]){
            {"hint", "in a workspace, or for the step you worked on last"}, {"hint 6", "for step 6"}, {0}},
    .words = 1,
    .needs = NEED_CURRICULUM | NEED_LANGUAGES,
    .run = run,
};
