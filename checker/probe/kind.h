/* Probe kinds: the ways to act and to observe.
 *
 * A check's body is a list of steps. One key of a step names its kind, the other keys are the kind's options
 * and a few that every step knows (expect, save, each, in, case, steps…: see common_options in lint.c). The
 * engine fills in templates, calls act(), and gets ONE JSON value, which the step's pattern judges. So a kind
 * never says what is right; it says what happened.
 *
 * To add one: a file in kinds/ with a `const struct kind`, and its line in kinds.c. What is left out has a
 * default. Its documentation and example are in the struct, and the tests hold them to be complete and true.
 */
#pragma once
#include "checker/base/error.h"
#include "checker/base/json.h"
#include "checker/room/room.h"

struct scene; /* what is alive in a room: variables, environment, processes (see scene.h) */

/* One act of a kind. The kind reads step (filled in) and writes the rest. */
struct action {
    struct scene *scene;
    const cJSON *step;
    const cJSON *expect; /* the step's pattern as it stands in the file, or NULL: to see what it speaks of */
    cJSON *result;       /* the one JSON value; the engine's afterwards */
    struct text sent;    /* what was done, as a line that can be pasted into a shell */
    /* For a failure: how the learner's process fared. A sentence without a subject ("crashed: SIGSEGV, …"),
     * or NULL where nothing is to be said; its standard error as it came. */
    const char *process;
    char *ended, *stderr_text;
    /* Set where the act itself failed in a way that is the learner's to mend and that the pattern does not
     * speak of (no answer, a time limit): a whole sentence. */
    char *reason;
    /* Set where the check cannot be asked of this program (no replacement is written in its language): a whole
     * sentence. The check ends as skipped, and counts neither for nor against the learner. */
    char *skip;
    /* A sentence that explains a mismatch at or below the pointer note_at ("/body": why it is not JSON). */
    const char *note_at;
    char *note;
    cJSON *wire; /* what went over the wire: out, in (texts), ms; for the report, never judged */
    /* A stream's place that moves to mark_to when the step fitted and looked ("expect" or "save"): reading never
     * consumes by accident. */
    size_t *mark, mark_to;
    void *flight; /* what a kind that works in the background keeps between begin and finish */
};

struct kind_option {
    const char *name, *takes, *about;
    bool needed;
};

struct kind {
    const char *name;    /* the key */
    const char *takes;   /* what stands behind the key: "the name of a process" */
    const char *about;   /* what it does, units, limits */
    const char *gives;   /* the members of its value */
    const char *example; /* one step as JSON; the tests lint it */
    bool aside;          /* looks at what is not of the room: the exercise's `before` need not have run */
    const struct kind_option *options; /* ends with a NULL name; NULL: none */
    /* Static test beyond names of options; step is as in the file, with templates. NULL: nothing more. */
    bool (*check)(const cJSON *step, struct error *error);
    /* Acts. False only for a fault of ours or of the check file (never the learner's). */
    bool (*act)(struct action *action, struct error *error);
    /* "parallel": all rows' acts at the same instant. NULL: the kind cannot. */
    bool (*act_together)(struct action *actions, size_t count, struct error *error);
    /* "background": begin starts the act and returns; finish (from a later "join") waits for its end and fills the
     * action as act would; abandon frees the flight of one that nobody joined. All three, or none. */
    bool (*begin)(struct action *action, struct error *error);
    bool (*finish)(struct action *action, struct error *error);
    void (*abandon)(struct action *action);
    /* Gone on with whenever the scene is pumped, without waiting. NULL: it goes on by itself. */
    void (*pump)(struct action *action);
};

extern const struct kind *const kinds[];       /* NULL at the end */
const struct kind *kind_of(const cJSON *step); /* by its key; NULL if none or more than one */

/* What a step may have besides its kind's options. */
extern const struct kind_option common_options[];
