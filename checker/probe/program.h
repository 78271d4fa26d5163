/* A learner's program, started by a step: what the kinds that run one to its end have in common.
 *
 * Started in another folder, a program must still be found: `./main` and the script of `python3 main.py` lie where the
 * workspace says, beside workspace.json. So with "directory" the command's own words that name something there are
 * made absolute; the step's arguments are not touched. */
#pragma once
#include "checker/probe/kind.h"
#include "checker/probe/scene.h"

struct program {
    const char *name;               /* in workspace.json */
    struct process_request request; /* points into what follows */
    char *command, **arguments, **environment, *directory;
    struct text line; /* how a person starts it, in the workspace */
};

/* From the step's args, env, seconds, output and directory; key: the kind's. ret_reason (malloc'd) is set, and no
 * program made, where the learner has something to mend; false: the check file has. */
bool program_prepare(struct scene *scene, const cJSON *step, const char *key, struct program *ret_program,
                     char **ret_reason, struct error *error);
void program_free(struct program *program); /* also one that was never prepared, of zeros */
/* The static test of those options. */
bool program_check(const cJSON *step, struct error *error);

/* The words of a command, NULL-terminated, as they are started elsewhere. exists: what lies in app (open). */
void program_words_elsewhere(const char **words, int app, const char *app_path, struct arena *arena);

/* exit, signal, ended, ms, stdout, lines, stderr, left. */
cJSON *program_result(const struct outcome *outcome);
/* The same members for one that could not be started, and why, as "problem". */
cJSON *program_result_of_none(const char *problem);
/* How it fared, for a failure; and the reason, where it ended in a way that the pattern does not speak of. */
void program_tell(struct action *action, const struct program *program, const struct outcome *outcome);

/* The lines of a text, each without its LF. */
cJSON *lines_of(const char *bytes, size_t length);
