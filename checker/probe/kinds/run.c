/* run: a program is run to its end.
 *
 * The room's limits apply; a program that crashed, or that we had to end, fails the step with a sentence of
 * its own unless the pattern speaks of how it ended. */
#include "checker/base/memory.h"
#include "checker/probe/kind.h"
#include "checker/probe/scene.h"

#include <math.h>
#include <string.h>
#include <sys/wait.h>

static cJSON *lines_of(const char *bytes, size_t length) {
    cJSON *lines = cJSON_CreateArray();
    for (size_t at = 0; at < length;) {
        const char *newline = memchr(bytes + at, '\n', length - at);
        size_t end = newline ? (size_t)(newline - bytes) : length;
        cJSON_AddItemToArray(lines, json_string(bytes + at, end - at));
        at = end + 1;
    }
    return lines;
}

/* The line a person can paste in the workspace: input and environment in front, arguments quoted. */
static void describe(struct text *sent, const char *command, char **arguments, const char *input,
                     char **environment) {
    if (input) {
        text_puts(sent, "printf %s ");
        text_add_shell_word(sent, input);
        text_puts(sent, " | ");
    }
    for (char **variable = environment; *variable; variable++) {
        size_t name = strcspn(*variable, "=") + 1;
        text_add(sent, *variable, name);
        text_add_shell_word(sent, *variable + name);
        text_putc(sent, ' ');
    }
    text_puts(sent, command);
    for (char **argument = arguments; *argument; argument++) {
        text_putc(sent, ' ');
        text_add_shell_word(sent, *argument);
    }
}

static bool act(struct action *action, struct error *error) {
    const cJSON *step = action->step;
    const char *name = json_text(step, "run"), *command = name ? scene_command(action->scene, name) : NULL;
    if (!command)
        return fail(error, FAULT_INPUT, "workspace.json names no process \"%s\"; add it to \"processes\"",
                    name ? name : "");
    SCOPE_STRINGS char **arguments = strings_from_json(json_get(step, "args"));
    SCOPE_STRINGS char **environment = scene_environment(action->scene, json_get(step, "env"));
    const cJSON *stdin_value = json_get(step, "stdin");
    SCOPE_FREE char *input = stdin_value ? json_as_text(stdin_value) : NULL;

    struct process_request request = {
        .command = command,
        .arguments = (const char *const *)arguments,
        .environment = (const char *const *)environment,
        .limits = limits_default,
    };
    request.limits.seconds = json_number(step, "seconds", request.limits.seconds);
    request.limits.output = (size_t)json_number(step, "output", (double)request.limits.output);
    describe(&action->sent, command, arguments, input, environment);

    struct outcome outcome = {0};
    struct error why = {0};
    if (!room_run(action->scene->room, &request, input ? input : "", input ? strlen(input) : 0, &outcome,
                  &why)) {
        if (why.fault != FAULT_INPUT) {
            *error = why;
            return false;
        }
        /* There is no such program, or none that can be executed: the learner's to mend. */
        action->result = cJSON_CreateObject();
        action->reason = xstrdup(why.text);
        return true;
    }
    cJSON *result = cJSON_CreateObject();
    outcome_members(&outcome, result);
    const char *out = outcome.out.bytes ? outcome.out.bytes : "",
               *err = outcome.err.bytes ? outcome.err.bytes : "";
    json_set(result, "stdout", json_string(out, outcome.out.length));
    json_set(result, "lines", lines_of(out, outcome.out.length));
    json_set(result, "stderr", json_string(err, outcome.err.length));
    json_set_integer(result, "left", outcome.left_behind);
    action->result = result;
    action->process = name;
    action->ended = outcome_sentence(&outcome, &request.limits);
    action->stderr_text = xstrdup(cJSON_GetStringValue(json_get(result, "stderr")));

    bool spoken_of = json_get(action->expect, "ended") || json_get(action->expect, "signal");
    if (outcome.ended != ENDED_EXITED && !spoken_of)
        action->reason = xprintf("The program %s.", action->ended);
    outcome_free(&outcome);
    return true;
}

static bool check(const cJSON *step, struct error *error) {
    const cJSON *seconds = json_get(step, "seconds");
    if (seconds && (!cJSON_IsNumber(seconds) || seconds->valuedouble <= 0 || seconds->valuedouble > 60))
        return fail(error, FAULT_INPUT, "/seconds \"seconds\" is a number above 0 and up to 60");
    const cJSON *arguments = json_get(step, "args");
    if (arguments && !cJSON_IsArray(arguments) && !cJSON_IsString(arguments))
        return fail(error, FAULT_INPUT, "/args \"args\" is a list, or a template that gives one");
    return true;
}

const struct kind kind_run = {
    .name = "run",
    .takes = "the name of a process in workspace.json",
    .about =
        "Runs a program to its end. Unless the pattern speaks of `ended` or `signal`, a program that crashed "
        "or had to be ended fails the step. Time is what the program had, not what it waited for a "
        "processor.",
    .gives = "exit (number or null), signal (\"SIGSEGV\" or null), ended (exited, signalled, time-limit, "
             "output-limit, memory-limit), stdout, lines (stdout cut at line ends), stderr, left (processes "
             "left behind), ms",
    .example = "{\"run\": \"main\", \"args\": [\"1\", \"5\"], \"stdin\": \"a\\n\", \"expect\": {\"exit\": 0, "
               "\"lines\": "
               "[\"1\"]}}",
    .options =
        (const struct kind_option[]){
            {"args", "list of values", "arguments; lists in it are flattened, numbers become text", false},
            {"stdin", "text", "standard input; without it, it is empty", false},
            {"env", "object", "more environment variables for this run", false},
            {"seconds", "number", "time limit, 10 by default", false},
            {"output", "bytes", "how much each stream may hold, 1 MiB by default", false},
            {NULL, NULL, NULL, false},
        },
    .check = check,
    .act = act,
};
