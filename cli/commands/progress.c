/* progress: what was reached, by phase. Days are counted, streaks are not: a day off costs nothing. */
#include "cli/cli.h"
#include "cli/progress/store.h"

#include "checker/base/json.h"

#include <string.h>

enum { STEP_POINTS = 100 }; /* the points of a step's checks sum to this */

struct sum {
    const char *track, *phase; /* NULL for the whole */
    int steps, made, done, mastered, points, attempts;
    int seen; /* done, after a look at the solution */
};

static void add(struct sum *sum, const struct step *step, const struct standing *standing) {
    sum->steps++;
    sum->made += step->made;
    if (!standing)
        return;
    sum->done += standing->done;
    sum->mastered += standing->mastered;
    sum->points += standing->points;
    sum->attempts += standing->attempts;
    sum->seen += standing->done && standing->solution_seen;
}

/* Sums by phase; the last row is the whole. */
static struct sum *sums_of(struct cli *cli, const struct standings *standings, size_t *ret_count) {
    const struct curriculum *curriculum = cli->curriculum;
    struct sum *sums = arena_alloc(cli->arena, (curriculum->count + 1) * sizeof *sums), whole = {0};
    size_t count = 0;
    for (size_t i = 0; i < curriculum->count; i++) {
        const struct step *step = &curriculum->steps[i];
        if (!count || strcmp(sums[count - 1].phase, step->phase) ||
            strcmp(sums[count - 1].track, step->track))
            sums[count++] = (struct sum){.track = step->track, .phase = step->phase};
        add(&sums[count - 1], step, standing_of(standings, step->id));
        add(&whole, step, standing_of(standings, step->id));
    }
    sums[count] = whole;
    *ret_count = count;
    return sums;
}

static void put_sum(cJSON *object, const struct sum *sum) {
    json_set_integer(object, "steps", sum->steps);
    json_set_integer(object, "made", sum->made);
    json_set_integer(object, "done", sum->done);
    json_set_integer(object, "mastered", sum->mastered);
    json_set_integer(object, "points", sum->points);
    json_set_integer(object, "possible", sum->steps * STEP_POINTS);
    json_set_integer(object, "attempts", sum->attempts);
    json_set_integer(object, "solutions_seen", sum->seen);
}

static void print_json(struct cli *cli, const struct sum *sums, size_t count,
                       const struct standings *standings) {
    SCOPE_JSON cJSON *all = cJSON_CreateObject();
    json_set_integer(all, "format", 1);
    put_sum(all, &sums[count]);
    json_set_integer(all, "days", standings->days);
    cJSON *phases = cJSON_CreateArray();
    for (size_t i = 0; i < count; i++) {
        cJSON *phase = cJSON_CreateObject();
        json_set_text(phase, "track", sums[i].track);
        json_set_text(phase, "phase", sums[i].phase);
        put_sum(phase, &sums[i]);
        cJSON_AddItemToArray(phases, phase);
    }
    json_set(all, "phases", phases);
    SCOPE_FREE char *text = json_print_pretty(all);
    fputs(text, cli->out);
}

static void print_bar(struct cli *cli, const struct sum *sum) {
    enum { CELLS = 10 };
    int filled = sum->steps ? sum->points * CELLS / (sum->steps * STEP_POINTS) : 0;
    fputs(style(cli, STYLE_GREEN), cli->out);
    for (int i = 0; i < CELLS; i++) {
        if (i == filled)
            fputs(style(cli, STYLE_DIM), cli->out);
        fputs(i < filled ? (cli->unicode ? "█" : "#") : (cli->unicode ? "░" : "."), cli->out);
    }
    fputs(style(cli, STYLE_NONE), cli->out);
}

static void print_plain(struct cli *cli, const struct sum *sums, size_t count,
                        const struct standings *standings) {
    int width = 0;
    for (size_t i = 0; i < count; i++) {
        int columns = text_columns(sums[i].phase, strlen(sums[i].phase));
        width = columns > width ? columns : width;
    }
    for (size_t i = 0; i < count; i++) {
        fputs("  ", cli->out);
        print_text(cli->out, sums[i].phase, false);
        fprintf(cli->out, "%*s", width - text_columns(sums[i].phase, strlen(sums[i].phase)) + 2, "");
        print_bar(cli, &sums[i]);
        fprintf(cli->out, "  %5d of %4d points  %2d of %2d done\n", sums[i].points,
                sums[i].steps * STEP_POINTS, sums[i].done, sums[i].steps);
    }
    const struct sum *whole = &sums[count];
    fprintf(cli->out, "\n%d of %d steps done, %d mastered; %d points; %d %s on %d %s.\n", whole->done,
            whole->steps, whole->mastered, whole->points, whole->attempts,
            whole->attempts == 1 ? "attempt" : "attempts", standings->days,
            standings->days == 1 ? "day" : "days");
    if (whole->seen)
        fprintf(cli->out, "%d %s done after a look at %s; `%s list` marks %s.\n", whole->seen,
                whole->seen == 1 ? "step was" : "steps were",
                whole->seen == 1 ? "its solution" : "their solutions", cli->program,
                whole->seen == 1 ? "it" : "them");
    if (whole->made < whole->steps)
        fprintf(cli->out, "%d of the %d steps are made so far; `%s list` marks the others.\n", whole->made,
                whole->steps, cli->program);
}

static int run(struct cli *cli, const struct arguments *arguments) {
    struct error error;
    struct standings standings;
    if (!standings_load(cli, true, &standings, &error))
        return complain(cli, &error);
    size_t count;
    struct sum *sums = sums_of(cli, &standings, &count);
    if (argument_given(arguments, "json"))
        print_json(cli, sums, count, &standings);
    else
        print_plain(cli, sums, count, &standings);
    return 0;
}

const struct command command_progress = {
    .name = "progress",
    .about = "points, steps done and mastered, attempts, days",
    .group = "Learn",
    .details = "A step counts with the best attempt you made at it. Every attempt is kept, with the code as "
               "it was. Steps "
               "whose solution you looked at before they were done are counted apart.",
    .options = (const struct command_option[]){{"json", NULL, "as JSON, for programs"}, {0}},
    .needs = NEED_CURRICULUM,
    .run = run,
};
