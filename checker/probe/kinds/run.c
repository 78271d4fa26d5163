/* run: a program is run to its end.
 *
 * The room's limits apply; a program that crashed, or that we had to end, fails the step with a sentence of
 * its own unless the pattern speaks of how it ended. */
#include "checker/base/memory.h"
#include "checker/probe/bytes.h"
#include "checker/probe/kind.h"
#include "checker/probe/program.h"

/* There is no such program, or none that can be executed: the learner's to mend, or what a check looks for. */
static bool not_started(struct action *action, const char *why) {
    action->result = program_result_of_none(why);
    if (!json_get(action->expect, "problem"))
        action->reason = xstrdup(why);
    return true;
}

static bool run(struct action *action, const struct program *program, const struct text *input,
                struct error *error) {
    if (json_get(action->step, "stdin")) {
        bytes_add_printf(&action->sent, input->bytes, input->length);
        text_puts(&action->sent, " | ");
    }
    text_add(&action->sent, program->line.bytes, program->line.length);
    struct outcome outcome = {0};
    struct error why = {0};
    if (!room_run(action->scene->room, &program->request, input->bytes, input->length, &outcome, &why)) {
        if (why.fault == FAULT_INPUT)
            return not_started(action, why.text);
        *error = why;
        return false;
    }
    action->result = program_result(&outcome);
    program_tell(action, program, &outcome);
    outcome_free(&outcome);
    return true;
}

static bool act(struct action *action, struct error *error) {
    SCOPE_TEXT struct text input = {0};
    SCOPE_FREE char *reason = NULL;
    struct program program = {0};
    if (!bytes_of_member(action->step, "stdin", &input, error) ||
        !program_prepare(action->scene, action->step, "run", &program, &reason, error))
        return false;
    bool ok = reason ? not_started(action, reason) : run(action, &program, &input, error);
    program_free(&program);
    return ok;
}

static bool check(const cJSON *step, struct error *error) {
    return program_check(step, error) && bytes_check_encoding(step, error);
}

const struct kind kind_run = {
    .name = "run",
    .takes = "the name of a process in workspace.json",
    .about =
        "Runs a program to its end. Unless the pattern speaks of `ended` or `signal`, a program that crashed "
        "or had to be ended fails the step; unless it speaks of `problem`, so does one that cannot be "
        "started. "
        "Time is what the program had, not what it waited for a processor.",
    .gives =
        "exit (number or null), signal (\"SIGSEGV\" or null), ended (exited, signalled, time-limit, "
        "output-limit, memory-limit, not-started), stdout, lines (stdout cut at line ends), stderr, left "
        "(processes left behind), ms, problem (why it could not be started; absent if it was)",
    .example = "{\"run\": \"main\", \"args\": [\"1\", \"5\"], \"stdin\": \"a\\n\", \"expect\": {\"exit\": 0, "
               "\"lines\": "
               "[\"1\"]}}",
    .options =
        (const struct kind_option[]){
            {"args", "list of values", "arguments; lists in it are flattened, numbers become text", false},
            {"stdin", "text", "standard input; without it, it is empty", false},
            {"encoding", "\"bytes\"", "code points of stdin up to U+00FF are bytes; UTF-8 by default", false},
            {"env", "object", "more environment variables for this run", false},
            {"directory", "folder",
             "where it is started: below the program's own folder (made if it is not there), or absolute; "
             "the program "
             "and its script are found all the same",
             false},
            {"seconds", "number", "time limit, 10 by default", false},
            {"output", "bytes", "how much each stream may hold, 1 MiB by default", false},
            {NULL, NULL, NULL, false},
        },
    .check = check,
    .act = act,
};
