/* exec: a command line of the check's own is run beside the learner's code.
 *
 * Some of what is promised shows in no output of the learner's programs: that a header compiles alone, that a module
 * may be imported without anything happening. Then a compiler or an interpreter has to be asked, in the room, where it
 * sees what the learner's program sees and may do no more. What it is asked in differs by language, so the step has a
 * line for each. */
#include "checker/base/memory.h"
#include "checker/probe/bytes.h"
#include "checker/probe/conversation.h"
#include "checker/probe/kind.h"
#include "checker/probe/program.h"

#include <string.h>

/* The line for the learner's language; NULL: there is none. */
static const char *line_for(const cJSON *step, const char *language) {
    const cJSON *lines = json_get(step, "exec");
    return cJSON_IsString(lines) ? lines->valuestring : language ? json_text(lines, language) : NULL;
}

static bool stays_open(const cJSON *step) {
    const char *then = json_text(step, "then");
    return then && strcmp(then, "wait") == 0;
}

/* What was run, as a line for a shell in the workspace. */
static void describe(struct program *program, const struct text *input, bool open) {
    SCOPE_TEXT struct text typed = {0};
    if (input->length)
        bytes_add_printf(&typed, input->bytes, input->length);
    if (open)
        text_printf(&program->line, typed.length ? "{ %s; sleep 60; } | " : "%ssleep 60 | ",
                    typed.length ? typed.bytes : "");
    else if (typed.length)
        text_printf(&program->line, "%s | ", typed.bytes);
    text_puts(&program->line, program->command);
    for (char **argument = program->arguments; *argument; argument++) {
        text_putc(&program->line, ' ');
        text_add_shell_word(&program->line, *argument);
    }
}

static bool run(struct action *action, const struct program *program, const struct text *input,
                struct error *error) {
    bool open = stays_open(action->step);
    struct conversation conversation;
    if (!conversation_start(action->scene->room, &program->request, &conversation, error))
        return false;
    bool ok = conversation_say(&conversation, input->bytes ? input->bytes : "", input->length, error) &&
              conversation_end(&conversation, !open, error);
    if (ok) {
        const struct outcome *outcome = process_outcome(conversation.process);
        action->result = program_result(outcome);
        program_tell(action, program, outcome);
        if (action->reason && open && outcome->ended == ENDED_TIME_LIMIT) {
            free(action->reason);
            action->reason = xprintf("The command %s. Its standard input was a pipe that stayed open: what "
                                     "reads it, or listens to it, waits for ever.",
                                     action->ended);
        }
    }
    conversation_free(&conversation);
    return ok;
}

static bool act(struct action *action, struct error *error) {
    const char *language = action->scene->language, *line = line_for(action->step, language);
    if (!line) {
        action->result = cJSON_CreateObject();
        action->skip = xprintf("The check runs a command that differs by language, and has none for %s.",
                               language ? language : "this one");
        text_printf(&action->sent, "(no command for %s)", language ? language : "this language");
        return true;
    }
    SCOPE_TEXT struct text input = {0};
    if (!bytes_of_member(action->step, "stdin", &input, error))
        return false;
    struct program program = {
        .name = "the command",
        .command = xstrdup(line),
        .arguments = strings_from_json(json_get(action->step, "args")),
        .environment = scene_environment(action->scene, NULL),
    };
    program.request = (struct process_request){
        .command = program.command,
        .arguments = (const char *const *)program.arguments,
        .environment = (const char *const *)program.environment,
        .limits = limits_default,
    };
    program.request.limits.seconds = json_number(action->step, "seconds", limits_default.seconds);
    program.request.limits.output =
        (size_t)json_number(action->step, "output", (double)limits_default.output);
    describe(&program, &input, stays_open(action->step));
    text_add(&action->sent, program.line.bytes, program.line.length);
    bool ok = run(action, &program, &input, error);
    program_free(&program);
    return ok;
}

static bool check(const cJSON *step, struct error *error) {
    const cJSON *lines = json_get(step, "exec"), *then = json_get(step, "then"), *line;
    const char *word = cJSON_GetStringValue(then);
    bool good = cJSON_IsString(lines) ? *lines->valuestring != '\0' : cJSON_IsObject(lines) && lines->child;
    if (cJSON_IsObject(lines))
        cJSON_ArrayForEach(line, lines) good = good && cJSON_IsString(line) && *line->valuestring;
    if (!good)
        return fail(
            error, FAULT_INPUT,
            "/exec \"exec\" is a command line, or an object of one for each language, such as {\"c\": \"cc "
            "…\"}");
    if (then && (!word || (strcmp(word, "close") != 0 && strcmp(word, "wait") != 0)))
        return fail(error, FAULT_INPUT, "/then \"then\" is \"close\" or \"wait\"");
    return program_check(step, error) && bytes_check_encoding(step, error);
}

const struct kind kind_exec = {
    .name = "exec",
    .takes = "a command line, or an object: language -> command line",
    .about = "Runs a command of the check's own in the program's folder, as a learner's program is run: a "
             "compiler that is to take a header alone, an interpreter that is to import a module. With shell "
             "characters in it, sh runs it. A language without a line skips the check, which then counts "
             "neither for nor against. How it may end: as with run.",
    .gives = "as run gives: exit, signal, ended, stdout, lines, stderr, left, ms",
    .example = "{\"exec\": {\"python\": \"python3 -c 'import shop'\", \"javascript\": \"node -e "
               "'require(\\\"./shop\\\")'\"}, "
               "\"then\": \"wait\", \"seconds\": 5, \"expect\": {\"exit\": 0, \"stdout\": \"\"}}",
    .options =
        (const struct kind_option[]){
            {"args", "list of values", "arguments; lists in it are flattened, numbers become text", false},
            {"stdin", "text", "standard input; without it, nothing comes", false},
            {"encoding", "\"bytes\"", "code points of stdin up to U+00FF are bytes; UTF-8 by default", false},
            {"then", "\"close\" or \"wait\"",
             "\"wait\" leaves standard input open, so that who reads it to the end does not end", false},
            {"seconds", "number", "time limit, 10 by default", false},
            {"output", "bytes", "how much each stream may hold, 1 MiB by default", false},
            {NULL, NULL, NULL, false},
        },
    .check = check,
    .act = act,
};
