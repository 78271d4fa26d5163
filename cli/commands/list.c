/* list: every step of every track, what is done, and, honestly, what is not made yet.
 *
 * It is the command that is typed most, so it reads tracks.json, one folder and one query, and nothing else. */
#include "cli/cli.h"
#include "cli/progress/store.h"

#include "checker/base/json.h"

#include <string.h>

static cJSON *step_json(const struct step *step, const struct standing *standing) {
    cJSON *object = cJSON_CreateObject();
    json_set_text(object, "id", step->id);
    json_set_text(object, "name", step->name);
    json_set_text(object, "title", step->title);
    json_set_text(object, "task", step->task);
    json_set_text(object, "track", step->track);
    json_set_text(object, "phase", step->phase);
    json_set_bool(object, "made", step->made);
    json_set_bool(object, "done", standing && standing->done);
    json_set_bool(object, "mastered", standing && standing->mastered);
    json_set_integer(object, "points", standing ? standing->points : 0);
    json_set_integer(object, "attempts", standing ? standing->attempts : 0);
    json_set_bool(object, "solution_seen", standing && standing->solution_seen);
    return object;
}

static int print_json(struct cli *cli, const struct standings *standings) {
    SCOPE_JSON cJSON *all = cJSON_CreateObject();
    json_set_integer(all, "format", 1);
    cJSON *steps = cJSON_CreateArray();
    for (size_t i = 0; i < cli->curriculum->count; i++) {
        const struct step *step = &cli->curriculum->steps[i];
        cJSON_AddItemToArray(steps, step_json(step, standing_of(standings, step->id)));
    }
    json_set(all, "steps", steps);
    SCOPE_FREE char *text = json_print_pretty(all);
    fputs(text, cli->out);
    return 0;
}

static void print_phase(struct cli *cli, size_t first, const struct standings *standings) {
    const struct curriculum *curriculum = cli->curriculum;
    const struct step *steps = curriculum->steps;
    size_t count = 0, done = 0;
    for (size_t i = first; i < curriculum->count && !strcmp(steps[i].phase, steps[first].phase) &&
                           !strcmp(steps[i].track, steps[first].track);
         i++) {
        const struct standing *standing = standing_of(standings, steps[i].id);
        count++;
        done += standing && standing->done;
    }
    fputs(first ? "\n" : "", cli->out);
    fputs(style(cli, STYLE_BOLD), cli->out);
    print_text(cli->out, steps[first].phase, false);
    fprintf(cli->out, "%s  %s%zu of %zu done%s\n", style(cli, STYLE_NONE), style(cli, STYLE_DIM), done, count,
            style(cli, STYLE_NONE));
}

static void print_step(struct cli *cli, const struct step *step, const struct standing *standing,
                       int name_width) {
    bool done = standing && standing->done, mastered = standing && standing->mastered;
    const char *mark = mastered ? (cli->unicode ? "★" : "*") : done ? (cli->unicode ? "✓" : "+") : " ";
    enum style colour = mastered ? STYLE_YELLOW : done ? STYLE_GREEN : STYLE_NONE;
    fprintf(cli->out, " %s%s%s %3s  ", style(cli, colour), mark, style(cli, STYLE_NONE), step->id);
    fputs(step->made ? "" : style(cli, STYLE_DIM), cli->out);
    print_text(cli->out, step->name, false);
    fprintf(cli->out, "%*s", name_width - text_columns(step->name, strlen(step->name)) + 2, "");
    if (standing && standing->attempts)
        fprintf(cli->out, "%3d  ", standing->points);
    else
        fputs("     ", cli->out);
    print_text(cli->out, step->title, false);
    if (standing && standing->solution_seen)
        fprintf(cli->out, " %s(solution seen)%s", style(cli, STYLE_DIM), style(cli, STYLE_NONE));
    fprintf(cli->out, "%s%s\n", step->made ? "" : " (not made yet)",
            step->made ? "" : style(cli, STYLE_NONE));
}

static int print_plain(struct cli *cli, const struct standings *standings) {
    const struct curriculum *curriculum = cli->curriculum;
    int name_width = 0;
    for (size_t i = 0; i < curriculum->count; i++) {
        int width = text_columns(curriculum->steps[i].name, strlen(curriculum->steps[i].name));
        name_width = width > name_width ? width : name_width;
    }
    for (size_t i = 0; i < curriculum->count; i++) {
        const struct step *step = &curriculum->steps[i], *before = i ? step - 1 : NULL;
        if (!before || strcmp(step->phase, before->phase) || strcmp(step->track, before->track))
            print_phase(cli, i, standings);
        print_step(cli, step, standing_of(standings, step->id), name_width);
    }
    fprintf(cli->out, "\n%s done, %s mastered (every check holds); the number is your best, of 100 points.\n",
            cli->unicode ? "✓" : "+", cli->unicode ? "★" : "*");
    fprintf(cli->out, "To begin one: %s start N\n", cli->program);
    return 0;
}

static int run(struct cli *cli, const struct arguments *arguments) {
    struct error error;
    struct standings standings;
    if (!standings_load(cli, false, &standings, &error))
        return complain(cli, &error);
    return argument_given(arguments, "json") ? print_json(cli, &standings) : print_plain(cli, &standings);
}

const struct command command_list = {
    .name = "list",
    .about = "all steps, what is done, what is not made yet",
    .group = "Learn",
    .details =
        "Steps that have no exercise yet are marked; their lessons and checks come with later versions.",
    .options = (const struct command_option[]){{"json", NULL, "as JSON, for programs"}, {0}},
    .examples =
        (const struct command_example[]){{"list", "the whole plan by phase"},
                                         {"list --json | jq '.steps[] | select(.made)'", "what is made"},
                                         {0}},
    .needs = NEED_CURRICULUM,
    .run = run,
};
