/* The judge: runs a step's checks in dependency order and tells what happens as events.
 *
 * Everything that shows, reports or keeps a verdict reads this one stream, so none can disagree. An event is
 * a JSON object {"v": 1, "event": NAME, …}; `check --format json` prints them as they are, a line each:
 *
 *   run-started     step {id, number, name, title}, language, title (of the language), folder, seed,
 *                   sandbox ("room" | "plain"), lost [sentences, when plain], checks [{name, says, points, core, needs}], version
 *   build-started   command
 *   build-finished  ok, cached, ms
 *   check-started   check
 *   acted           check, kind, sent, ms        a probe kind has done one step;
 *                   wire {out, in, ms} where it spoke over a connection: the bytes as they went
 *   check-finished  check, verdict, points, possible, ms, warnings [sentences],
 *                   because (skipped: the check it needs; error: a sentence),
 *                   applies (false: skipped because it cannot be asked in this language, which counts neither for nor
 *                   against: possible is 0, and because is a sentence),
 *                   failure (failed) {case, sent, at, expected, came, mark, before [lines that were right],
 *                            reason, process {name, ended, stderr}, hint}
 *   run-finished    verdict ("mastered" | "done" | "failed" | "error"), done, whole (false: only some checks were
 *                   asked for), points, possible, passed, failed, skipped, errors, warned, ms,
 *                   told (done: what the learner can do now); the cli adds delta {fixed, broken} [names] where
 *                   there was an attempt before
 *
 * verdict of a check: passed, failed, skipped (a check it needs did not pass, or it does not apply), error (a fault of ours or a
 * missing tool: never counted against the learner). All texts that come from the learner's program are raw:
 * a reader that shows them makes them printable. */
#pragma once
#include "checker/curriculum/curriculum.h"
#include "checker/toolchain/toolchain.h"

struct probe;

enum { EVENT_VERSION = 1 };

/* Reads events; on_event must not keep the pointer. */
struct event_reader {
    void (*on_event)(struct event_reader *reader, const cJSON *event);
};

struct judge_request {
    const struct exercise *exercise;
    const struct workspace *workspace;
    const struct toolchain *toolchain;
    const struct tree *tree; /* the workspace as it was read */
    const char *const *only; /* names of checks (what they need runs too); NULL: all */
    uint64_t seed;
    const char *probe;         /* path of backend-learn-probe */
    struct probe *broker;      /* one that runs already and stays the caller's (see probe_open), or NULL */
    const char *cache_folder;  /* build cache; NULL: none */
    const char *packages;      /* folder with the language's packages, or NULL */
    const char *packages_hash; /* of what is in it (see packages_ready), or NULL */
};

struct judge_result {
    bool done, mastered; /* the core held; everything held */
    int points, possible;
    int failed, errors;
};

/* Runs the checks. The readers (NULL-terminated) see every event. False only where nothing could be judged at
 * all (a broken exercise: FAULT_INPUT; no room at all: FAULT_OURS). */
bool judge_run(const struct judge_request *request, struct event_reader *const *readers,
               struct judge_result *ret_result, struct error *error);
