/* check: judges a workspace, and keeps the attempt.
 *
 * The workspace is read once, into memory; that one snapshot is built, checked and kept. The report and the
 * recorder read the judge's events side by side; what only the store knows (what changed since the last
 * attempt) is put into run-finished on its way to the report. */
#include "cli/cli.h"
#include "cli/progress/store.h"
#include "cli/reports/har.h"
#include "cli/reports/report.h"
#include "cli/subject.h"

#include "checker/base/json.h"
#include "checker/base/memory.h"
#include "checker/room/room.h"

#include <string.h>

/* Stands between the judge and the report. */
struct relay {
    struct event_reader reader;
    struct recorder *recorder;
    const struct attempt *before; /* the last attempt at this step, or NULL */
    struct event_reader *har;     /* --har: reads every run, or NULL */
    struct event_reader *report;  /* NULL: events are kept, to be shown if this run is the one to show */
    cJSON *kept;
};

static void relay_event(struct event_reader *reader, const cJSON *event) {
    struct relay *relay = (struct relay *)reader;
    struct event_reader *recorder = recorder_reader(relay->recorder);
    recorder->on_event(recorder, event);
    SCOPE_JSON cJSON *with_delta = NULL;
    const char *name = json_text(event, "event");
    if (name && strcmp(name, "run-finished") == 0) {
        cJSON *delta = attempt_delta(relay->before, recorder_attempt(relay->recorder));
        if (delta) {
            with_delta = cJSON_Duplicate(event, true);
            json_set(with_delta, "delta", delta);
        }
    }
    const cJSON *told = with_delta ? with_delta : event;
    if (relay->har)
        relay->har->on_event(relay->har, told);
    if (relay->report)
        relay->report->on_event(relay->report, told);
    else
        cJSON_AddItemToArray(relay->kept, cJSON_Duplicate(told, true));
}

/* The report's options follow the terminal's nature. */
static struct report_options report_options(const struct cli *cli, bool all) {
    return (struct report_options){
        .out = cli->out,
        .terminal = cli->terminal,
        .colour = cli->colour,
        .ascii = !cli->unicode,
        .all = all,
        .width = cli->width,
        .program = cli->program,
        .home = cli->paths.user,
    };
}

static int exit_status(const struct judge_result *result, bool all) {
    if (result->errors)
        return 3;
    return (all ? result->mastered : result->done) ? 0 : 1;
}

/* Keeps the attempt. What was judged has been shown by now, so a store that fails does not hide the verdict;
 * it has its own exit status. */
static int keep(struct cli *cli, struct recorder *recorder, const struct tree *tree, int status) {
    struct error error = {0};
    struct store *store = NULL;
    int64_t id;
    bool ok = store_open(cli->paths.data, STORE_WRITE, &store, &error) &&
              recorder_save(recorder, store, tree, &id, &error);
    store_close(store);
    if (ok)
        return status;
    fprintf(cli->err, "%s: this attempt could not be kept: ", cli->program);
    print_text(cli->err, error.text, false);
    fputs("\n", cli->err);
    return 3;
}

static const struct attempt *last_attempt(struct cli *cli, const struct step *step) {
    struct store *store = NULL;
    const struct attempt *attempt = NULL;
    if (store_open(cli->paths.data, STORE_READ, &store, NULL))
        store_last(store, step->id, cli->arena, &attempt, NULL);
    store_close(store);
    return attempt;
}

/* A seed with which `--runs` failed is tried first from then on, until it passes: a fault that shows with one seed of
 * twenty would else seem mended by luck. Kept in the store by step; one that cannot be read or written is only not
 * remembered. */
static const char *pin_key(struct cli *cli, const struct step *step) {
    return arena_printf(cli->arena, "failing-seed/%s", step->id);
}

static bool pinned_seed(struct cli *cli, const struct step *step, uint64_t *ret_seed) {
    struct store *store = NULL;
    const char *seed = NULL;
    if (store_open(cli->paths.data, STORE_READ, &store, NULL))
        store_setting(store, pin_key(cli, step), cli->arena, &seed, NULL);
    store_close(store);
    return seed && *seed && seed_parse(seed, ret_seed, NULL);
}

static void pin_seed(struct cli *cli, const struct step *step, bool failed, uint64_t seed) {
    struct store *store = NULL;
    const char *text = failed ? arena_printf(cli->arena, "%08llx", (unsigned long long)seed) : "";
    if (store_open(cli->paths.data, STORE_WRITE, &store, NULL))
        store_set(store, pin_key(cli, step), text, NULL);
    store_close(store);
}

struct options {
    const char *har; /* where to write the exchanges, or NULL */
    bool pinned;     /* the first seed is one that failed before */
    const struct report *report;
    bool all, only;
    int64_t runs;
    uint64_t seed;
};

static bool options_read(struct cli *cli, const struct arguments *arguments, struct judge_request *request,
                         struct options *ret_options, struct error *error) {
    struct options options = {
        .report = reports[0],
        .all = argument_given(arguments, "all"),
        .only = argument_given(arguments, "only"),
        .har = argument_value(arguments, "har"),
        .seed = seed_fresh(),
    };
    const char *format = argument_value(arguments, "format"), *seed = argument_value(arguments, "seed");
    if (format && !(options.report = report_find(format)))
        return fail(error, FAULT_INPUT, "there is no format `%s`; `%s check --help` lists them", format,
                    cli->program);
    if (seed && !seed_parse(seed, &options.seed, error))
        return false;
    if (!argument_integer(arguments, "runs", 1, 10000, 1, &options.runs, error))
        return false;
    if (!seed)
        options.pinned = pinned_seed(cli, request->exercise->step, &options.seed);
    if (options.only)
        request->only = argument_values(arguments, "only", cli->arena);
    *ret_options = options;
    return true;
}

/* Runs up to options->runs times with fresh seeds and shows the first run that fails, else the last. */
static int judge_and_report(struct cli *cli, struct subject *subject, struct judge_request *request,
                            const struct options *options) {
    struct error error = {0};
    struct report_options shown = report_options(cli, options->all);
    struct event_reader *report = options->report->open(&shown);
    const struct attempt *before = options->only ? NULL : last_attempt(cli, subject->workspace->step);
    struct event_reader *har = options->har ? har_open() : NULL;
    int status = 0;
    struct recorder *recorder = NULL;
    bool ok = true;
    for (int64_t run = 1; ok && run <= options->runs; run++) {
        recorder_close(recorder);
        recorder = recorder_open();
        bool live = options->runs == 1;
        struct relay relay = {
            .reader = {relay_event},
            .recorder = recorder,
            .before = before,
            .har = har,
            .report = live ? report : NULL,
            .kept = cJSON_CreateArray(),
        };
        request->seed = run == 1 ? options->seed : seed_fresh();
        struct judge_result result;
        ok = judge_run(request, (struct event_reader *[]){&relay.reader, NULL}, &result, &error);
        status = ok ? exit_status(&result, options->all || options->only) : 0;
        if (ok && !live && (status != 0 || run == options->runs)) {
            const cJSON *event;
            cJSON_ArrayForEach(event, relay.kept) report->on_event(report, event);
            if (options->report == reports[0])
                fprintf(cli->out,
                        status ? "\nThat was run %lld of %lld; the ones before it passed.\n"
                               : "\nRun %lld of %lld: all of them passed, each with its own seed.\n",
                        (long long)run, (long long)options->runs);
        }
        cJSON_Delete(relay.kept);
        if (ok && run == 1 && options->pinned && status == 0)
            pin_seed(cli, subject->workspace->step, false, request->seed);
        if (ok && status == 1 && !live)
            pin_seed(cli, subject->workspace->step, true, request->seed);
        if (status != 0)
            break;
    }
    struct error unwritten = {0};
    bool written = options->report->close(report, &unwritten);
    if (har)
        written = har_close(har, options->har, &unwritten) && written;
    if (!ok)
        status = complain(cli, &error);
    else if (!written)
        status = complain(cli, &unwritten);
    if (ok && !options->only)
        status = keep(cli, recorder, &subject->tree, status);
    recorder_close(recorder);
    return status;
}

static int check(struct cli *cli, const struct arguments *arguments, struct probe *broker) {
    struct error error = {0};
    const struct workspace *workspace;
    struct subject subject;
    struct judge_request request;
    struct options options = {0};
    if (!workspace_meant(cli, arguments->count ? arguments->words[0] : NULL, argument_value(arguments, "dir"),
                         &workspace, &error) ||
        !subject_prepare(cli, workspace, &subject, &error))
        return complain(cli, &error);
    subject_request(cli, &subject, &request);
    request.broker = broker;
    int status;
    if (options_read(cli, arguments, &request, &options, &error))
        status = judge_and_report(cli, &subject, &request, &options);
    else
        status = complain(cli, &error);
    tree_free(&subject.tree);
    return status;
}

static int run(struct cli *cli, const struct arguments *arguments) {
    struct error error = {0};
    struct probe *broker;
    /* It loads its libraries while the workspace is read. */
    if (!probe_open(cli->paths.probe, false, &broker, &error))
        return complain(cli, &error);
    int status = check(cli, arguments, broker);
    probe_close(broker);
    return status;
}

const struct command command_check = {
    .name = "check",
    .arguments = "[step] [N]",
    .about = "build your program, try it, and say which checks hold",
    .group = "Learn",
    .details =
        "Copies your folder into a closed room, builds it there, runs it, and judges what it does. Your own "
        "folder is never written. N is a step's number or name; in a workspace it may be left out.\n\n"
        "A step is done when its core checks hold, and mastered when all do. The data are new in every run, "
        "made from the seed that is shown; the same seed gives the same run again.\n\n"
        "Exit status: 0 the core holds (with --all or --only: every check), 1 it does not, 2 bad usage or "
        "bad "
        "input, 3 a fault of our own or a missing tool.",
    .options =
        (const struct command_option[]){
            {"dir", "D", "the folder to check, if it is not the step's own or the current one"},
            {"only", "NAME",
             "run this check and what it needs; may be given several times; not kept as an attempt"},
            {"all", NULL, "ask for every check, not only the core"},
            {"seed", "S", "use this seed again"},
            {"runs", "K",
             "run K times with fresh seeds; a seed that fails is tried first from then on, until it passes"},
            {"har", "F", "write the HTTP exchanges to this file, as an HTTP Archive"},
            {"format", "F", "terminal (the default), or json: each event on a line, as it happens"},
            {NULL, NULL, NULL},
        },
    .examples =
        (const struct command_example[]){
            {"check 6", "check step 6"},
            {"check --only zero", "in a workspace: one check"},
            {"check 6 --runs 20", "twenty times, with twenty seeds"},
            {NULL, NULL},
        },
    .words = 1,
    .needs = NEED_CURRICULUM | NEED_LANGUAGES,
    .run = run,
};
