/* author verify: tests a step's checks by the programs it comes with.
 *
 * A check that cannot fail is worse than none, and one that fails a right answer is worse still. So every
 * wrong solution must be caught by the check it names, and every solution and valid variety must pass, with
 * every seed that is tried. */
#include "cli/author/author.h"
#include "cli/author/jobs.h"
#include "cli/author/variants.h"
#include "cli/cli.h"
#include "cli/subject.h"

#include "checker/base/json.h"
#include "checker/base/memory.h"

#include <string.h>
#include <unistd.h>

static const char *const kind_names[] = {"solution", "starter", "wrong", "valid"};

struct job {
    const struct exercise *exercise;
    const struct variant *variant;
    const struct toolchain *toolchain;
    uint64_t seed;
};

struct verification {
    struct cli *cli;
    struct job *jobs;
    size_t count;
    size_t passed[4], failed[4];
    size_t ended;
};

/* --- one job, in its own process ------------------------------------------------------------------------ */

struct collector {
    struct event_reader reader;
    cJSON *verdicts;     /* check -> verdict */
    cJSON *first_failed; /* check-finished of the first that did not pass */
};

static void collect(struct event_reader *reader, const cJSON *event) {
    struct collector *collector = (struct collector *)reader;
    const char *name = json_text(event, "event"), *verdict = json_text(event, "verdict");
    if (!name || strcmp(name, "check-finished") != 0)
        return;
    json_set_text(collector->verdicts, json_text(event, "check"), verdict);
    if (!collector->first_failed && strcmp(verdict, "passed") != 0)
        collector->first_failed = cJSON_Duplicate(event, true);
}

static cJSON *work(void *context, size_t index) {
    struct verification *verification = context;
    struct job *job = &verification->jobs[index];
    struct cli *cli = verification->cli;
    struct error error = {0};
    cJSON *answer = cJSON_CreateObject();
    struct subject subject = {.exercise = job->exercise, .toolchain = job->toolchain};
    struct judge_request request;
    struct judge_result result = {0};
    struct collector collector = {.reader = {collect}, .verdicts = cJSON_CreateObject()};
    bool ok = subject_packages(cli, &subject, job->variant->language, &error) &&
              variant_prepare(cli, job->exercise, job->variant, job->toolchain, &subject.tree,
                              &subject.workspace, &error);
    if (ok) {
        subject_request(cli, &subject, &request);
        request.seed = job->seed;
        /* Of a wrong one only the check that must catch it matters, with what that needs. */
        const char *const named[] = {job->variant->check, NULL};
        if (job->variant->check)
            request.only = named;
        ok = judge_run(&request, (struct event_reader *[]){&collector.reader, NULL}, &result, &error);
        tree_free(&subject.tree);
    }
    if (!ok)
        json_set_text(answer, "error", error.text);
    json_set(answer, "verdicts", collector.verdicts);
    if (collector.first_failed)
        json_set(answer, "first", collector.first_failed);
    json_set_bool(answer, "done", result.done);
    json_set_bool(answer, "mastered", result.mastered);
    return answer;
}

/* --- what came of it, in the parent --------------------------------------------------------------------- */

/* Why the variant is not what it should be; NULL if it is. */
static const char *complaint(struct cli *cli, const struct job *job, const cJSON *answer) {
    const struct variant *variant = job->variant;
    const cJSON *verdicts = json_get(answer, "verdicts");
    const char *error = json_text(answer, "error"), *named;
    if (!answer)
        return "the process that judged it died";
    if (error)
        return error;
    switch (variant->kind) {
    case VARIANT_SOLUTION:
    case VARIANT_VALID:
        if (json_true(answer, "mastered"))
            return NULL;
        return arena_printf(cli->arena, "does not pass `%s`", json_text(json_get(answer, "first"), "check"));
    case VARIANT_STARTER:
        named = json_text(verdicts, "build");
        if (named && strcmp(named, "passed") != 0)
            return "does not build";
        return json_true(answer, "done") ? "passes the core as it is" : NULL;
    case VARIANT_WRONG:
        named = json_text(verdicts, variant->check);
        if (named && strcmp(named, "failed") == 0)
            return NULL;
        return arena_printf(cli->arena, "`%s` should catch it, but came to \"%s\"", variant->check,
                            named ? named : "nothing");
    }
    return NULL;
}

static void print_member(struct cli *cli, const cJSON *failure, const char *key, const char *label) {
    const char *value = json_text(failure, key);
    if (!value || !*value)
        return;
    SCOPE_FREE char *shown = text_printable(value, false);
    fprintf(cli->out, "      %-9s %.300s\n", label, shown);
}

static void explain(struct cli *cli, const cJSON *answer) {
    const cJSON *first = json_get(answer, "first"), *failure = json_get(first, "failure");
    if (!first)
        return;
    fprintf(cli->out, "      first not passed: %s\n", json_text(first, "check"));
    print_member(cli, first, "because", "because");
    print_member(cli, failure, "case", "case");
    print_member(cli, failure, "sent", "ran");
    print_member(cli, failure, "reason", "reason");
    print_member(cli, failure, "at", "at");
    print_member(cli, failure, "expected", "expected");
    print_member(cli, failure, "came", "came");
    print_member(cli, json_get(failure, "process"), "stderr", "stderr");
}

static void done(void *context, size_t index, const cJSON *answer) {
    struct verification *verification = context;
    struct cli *cli = verification->cli;
    struct job *job = &verification->jobs[index];
    const char *wrong = complaint(cli, job, answer);
    (wrong ? verification->failed : verification->passed)[job->variant->kind]++;
    verification->ended++;
    if (cli->terminal)
        fprintf(cli->out, "\r%zu of %zu%s", verification->ended, verification->count,
                wrong ? "\r\033[K" : "");
    if (wrong) {
        fprintf(cli->out, "%s %s/%s (%s), seed %08llx: ", cli->unicode ? "✗" : "x",
                kind_names[job->variant->kind], job->variant->name, job->variant->language,
                (unsigned long long)job->seed);
        print_text(cli->out, wrong, false);
        fputs("\n", cli->out);
        if (job->variant->about)
            fprintf(cli->out, "      %s\n", job->variant->about);
        explain(cli, answer);
    }
    fflush(cli->out);
}

/* Checks that no wrong solution puts to the proof; `build` is seen to fail by anything that does not compile.
 */
static size_t unproven(struct cli *cli, const struct exercise *exercise, const struct variant *variants,
                       size_t count) {
    size_t lacking = 0;
    for (size_t i = 0; i < exercise->count; i++) {
        bool proven = strcmp(exercise->checks[i].name, "build") == 0;
        for (size_t j = 0; j < count; j++)
            proven |= variants[j].check && strcmp(variants[j].check, exercise->checks[i].name) == 0;
        if (!proven) {
            fprintf(cli->out, "%s no wrong solution is caught by `%s`: nobody has seen it fail\n",
                    cli->unicode ? "✗" : "x", exercise->checks[i].name);
            lacking++;
        }
    }
    return lacking;
}

/* What the probe says of the check file; all of it is shown. */
static bool lint_first(struct cli *cli, const struct exercise *exercise, struct error *error) {
    SCOPE_PROBLEMS struct problems problems = {.arena = cli->arena};
    if (!probe_lint(cli, exercise->file, &problems, error))
        return false;
    for (size_t i = 0; i < problems.count; i++) {
        print_text(cli->err, problems.items[i], false);
        fputc('\n', cli->err);
    }
    return !problems.count || fail(error, FAULT_INPUT, "%s: mend what is named above first", exercise->file);
}

struct options {
    int64_t runs, at_once;
    const char *seed, *language, *only;
};

static bool wanted(const struct options *options, const struct variant *variant) {
    return (!options->language || strcmp(options->language, variant->language) == 0) &&
           (!options->only || strcmp(options->only, variant->name) == 0 ||
            strcmp(options->only, kind_names[variant->kind]) == 0);
}

static bool plan_jobs(struct verification *verification, const struct exercise *exercise,
                      const struct variant *variants, size_t count, const struct options *options,
                      struct error *error) {
    struct cli *cli = verification->cli;
    uint64_t first = seed_fresh();
    if (options->seed && !seed_parse(options->seed, &first, error))
        return false;
    for (size_t i = 0; i < count; i++) {
        const struct variant *variant = &variants[i];
        if (!wanted(options, variant))
            continue;
        const struct toolchain *toolchain = NULL;
        if (strcmp(variant->language, "any") != 0 &&
            (!toolchain_find(cli->languages, variant->language, cli->paths.cache, cli->arena, &toolchain,
                             error) ||
             !toolchain_usable(toolchain, error)))
            return false;
        int64_t runs = variant->kind == VARIANT_STARTER ? 1 : options->runs;
        for (int64_t run = 0; run < runs; run++) {
            verification->jobs = xrealloc(verification->jobs, (verification->count + 1) * sizeof(struct job));
            verification->jobs[verification->count++] =
                (struct job){exercise, variant, toolchain, (first + (uint64_t)run) & 0xffffffffu};
        }
    }
    return true;
}

/* ret_held: everything is what it should be. */
static bool verify_step(struct cli *cli, const struct step *step, const struct options *options,
                        bool *ret_held, struct error *error) {
    const struct exercise *exercise;
    const struct variant *variants;
    size_t count;
    if (!exercise_load(cli->curriculum, step, cli->arena, &exercise, error) ||
        !lint_first(cli, exercise, error) || !variants_find(cli, exercise, &variants, &count, error))
        return false;
    struct verification verification = {.cli = cli};
    fprintf(cli->out, "%s · %s\n", step->id, step->name);
    bool ok = plan_jobs(&verification, exercise, variants, count, options, error);
    if (ok) {
        struct jobs jobs = {verification.count, (int)options->at_once, &verification, work, done};
        ok = jobs_run(&jobs, error);
    }
    if (ok) {
        if (cli->terminal)
            fputs("\r\033[K", cli->out);
        size_t lacking = options->only || options->language ? 0 : unproven(cli, exercise, variants, count);
        static const char *const statements[] = {"pass every check", "build and are not done",
                                                 "are caught by the check they name", "pass every check"};
        bool held = lacking == 0;
        for (int kind = 0; kind < 4; kind++) {
            size_t total = verification.passed[kind] + verification.failed[kind];
            held &= verification.failed[kind] == 0;
            if (total)
                fprintf(cli->out, "  %-9s %zu of %zu %s\n", kind_names[kind], verification.passed[kind],
                        total, statements[kind]);
        }
        *ret_held = held;
    }
    free(verification.jobs);
    return ok;
}

int author_verify(struct cli *cli, const struct arguments *arguments) {
    struct error error = {0};
    struct options options = {
        .seed = argument_value(arguments, "seed"),
        .language = argument_value(arguments, "lang"),
        .only = argument_value(arguments, "only"),
    };
    if (options.language && !(options.language = languages_find(cli->languages, options.language))) {
        fail(&error, FAULT_INPUT, "there is no language `%s`", argument_value(arguments, "lang"));
        return complain(cli, &error);
    }
    struct step_list list = {0};
    bool ok = argument_integer(arguments, "runs", 1, 100000, 1, &options.runs, &error) &&
              argument_integer(arguments, "jobs", 1, 256, sysconf(_SC_NPROCESSORS_ONLN), &options.at_once,
                               &error) &&
              author_steps(cli, arguments, &list, &error);
    bool all_held = true;
    for (size_t i = 0; ok && i < list.count; i++) {
        bool held = false;
        ok = verify_step(cli, list.steps[i], &options, &held, &error);
        all_held &= held;
    }
    return ok ? (all_held ? 0 : 1) : complain(cli, &error);
}
