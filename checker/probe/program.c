#include "checker/probe/program.h"

#include "checker/base/memory.h"
#include "checker/probe/beneath.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

/* --- elsewhere ------------------------------------------------------------------------------------------ */

void program_words_elsewhere(const char **words, int app, const char *app_path, struct arena *arena) {
    if (words[0][0] != '/' && strchr(words[0], '/')) {
        words[0] = arena_printf(arena, "%s/%s", app_path, words[0]);
        return;
    }
    /* An interpreter: what follows is options, perhaps with files, then the script; the rest are its arguments. Whether
     * -u takes a value nobody knows here, so behind an option the search goes on, but only for what looks like a file. */
    bool found = false, script = false;
    for (size_t i = 1; words[i] && !script; i++) {
        struct stat status;
        if (words[i][0] == '-' || words[i][0] == '/' || (found && !strpbrk(words[i], "./")) ||
            fstatat(app, words[i], &status, 0) != 0)
            continue;
        script = words[i - 1][0] != '-' || i == 1;
        found = true;
        words[i] = arena_printf(arena, "%s/%s", app_path, words[i]);
    }
}

/* "python3 -m shop": no file says where the module lies. */
static bool runs_a_module(const char *const *words) {
    const char *slash = strrchr(words[0], '/');
    if (strncmp(slash ? slash + 1 : words[0], "python", 6) != 0)
        return false;
    for (size_t i = 1; words[i] && words[i][0] == '-'; i++)
        if (strcmp(words[i], "-m") == 0)
            return true;
    return false;
}

/* Adds a word as a person types it in the workspace, which a shell that went elsewhere knows as $OLDPWD. */
static void add_word(struct text *line, const char *word, const char *app_path) {
    size_t length = strlen(app_path);
    if (strncmp(word, app_path, length) == 0 && word[length] == '/') {
        const char *inner = word + length + 1;
        text_puts(line, "\"$OLDPWD\"/");
        text_add_shell_word(line, strncmp(inner, "./", 2) == 0 ? inner + 2 : inner);
    } else {
        text_add_shell_word(line, word);
    }
}

static void add_environment(struct text *line, char **environment) {
    for (char **variable = environment; *variable; variable++) {
        size_t name = strcspn(*variable, "=") + 1;
        text_add(line, *variable, name);
        text_add_shell_word(line, *variable + name);
        text_putc(line, ' ');
    }
}

static void add_variable(char ***environment, char *variable) {
    size_t count = 0;
    while ((*environment)[count])
        count++;
    *environment = xrealloc(*environment, (count + 2) * sizeof **environment);
    (*environment)[count] = variable;
    (*environment)[count + 1] = NULL;
}

/* The folder of the learner's view that a step names; one below the program's is made. */
static bool find_directory(struct scene *scene, const char *wanted, int app, struct program *program,
                           struct error *error) {
    static const char data[] = "$DATA_DIR";
    if (strncmp(wanted, data, strlen(data)) == 0 && strchr("/", wanted[strlen(data)]))
        program->directory = xprintf("/data%s", wanted + strlen(data));
    else
        program->directory = xstrdup(wanted);
    if (*wanted == '/' || *wanted == '$')
        return true;
    bool fits = beneath_fits(wanted);
    errno = EINVAL;
    if (!fits || !beneath_make_folder(app, wanted))
        return fail_errno(error, FAULT_INPUT, "the folder %s cannot be made below %s", wanted,
                          room_app_folder(scene->room));
    return true;
}

static bool go_elsewhere(struct scene *scene, const char *wanted, struct program *program, char **ret_reason,
                         struct error *error) {
    SCOPE_CLOSE int app = open(room_app_folder(scene->room), O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (app < 0)
        return fail_errno(error, FAULT_OURS, "the program's folder cannot be opened");
    if (!find_directory(scene, wanted, app, program, error))
        return false;
    SCOPE_ARENA struct arena *arena = arena_new();
    const char **words, *app_path = room_is_plain(scene->room) ? room_app_folder(scene->room) : "/lab/app";
    struct error why;
    if (!command_words(program->command, NULL, arena, &words, &why)) {
        *ret_reason = xstrdup(why.text);
        return true;
    }
    if (strcmp(words[0], "/bin/sh") == 0 && words[1] && strcmp(words[1], "-c") == 0) {
        *ret_reason = xprintf(
            "The process \"%s\" is a line for a shell (`%s`), which finds the program only in its own "
            "folder; write it in workspace.json as a program and its arguments, without $ ; & | < >.",
            program->name, program->command);
        return true;
    }
    text_puts(&program->line, "(cd ");
    text_add_shell_word(&program->line, wanted);
    text_puts(&program->line, " && ");
    add_environment(&program->line, program->environment);
    if (runs_a_module(words)) {
        add_variable(&program->environment, xprintf("PYTHONPATH=%s", app_path));
        text_puts(&program->line, "PYTHONPATH=\"$OLDPWD\" ");
    }
    program_words_elsewhere(words, app, app_path, arena);
    SCOPE_TEXT struct text command = {0};
    for (size_t i = 0; words[i]; i++) {
        text_puts(&command, i ? " " : "");
        text_puts(&program->line, i ? " " : "");
        text_add_shell_word(&command, words[i]);
        add_word(&program->line, words[i], app_path);
    }
    free(program->command);
    program->command = text_take(&command);
    return true;
}

/* --- what is started ------------------------------------------------------------------------------------ */

bool program_prepare(struct scene *scene, const cJSON *step, const char *key, struct program *ret_program,
                     char **ret_reason, struct error *error) {
    const char *name = json_text(step, key), *command = name ? scene_command(scene, name) : NULL;
    const char *directory = json_text(step, "directory");
    if (!command)
        return fail(error, FAULT_INPUT, "workspace.json names no process \"%s\"; add it to \"processes\"",
                    name ? name : "");
    struct program program = {
        .name = name,
        .command = xstrdup(command),
        .arguments = strings_from_json(json_get(step, "args")),
        .environment = scene_environment(scene, json_get(step, "env")),
    };
    if (directory && (!go_elsewhere(scene, directory, &program, ret_reason, error) || *ret_reason)) {
        program_free(&program);
        return *ret_reason != NULL;
    }
    if (!directory) {
        add_environment(&program.line, program.environment);
        text_puts(&program.line, command);
    }
    for (char **argument = program.arguments; *argument; argument++) {
        text_putc(&program.line, ' ');
        text_add_shell_word(&program.line, *argument);
    }
    if (directory)
        text_putc(&program.line, ')');
    program.request = (struct process_request){
        .command = program.command,
        .arguments = (const char *const *)program.arguments,
        .environment = (const char *const *)program.environment,
        .directory = program.directory,
        .limits = limits_default,
    };
    program.request.limits.seconds = json_number(step, "seconds", limits_default.seconds);
    program.request.limits.output = (size_t)json_number(step, "output", (double)limits_default.output);
    *ret_program = program;
    return true;
}

void program_free(struct program *program) {
    free_strings(program->arguments);
    free_strings(program->environment);
    free(program->command);
    free(program->directory);
    text_free(&program->line);
}

bool program_check(const cJSON *step, struct error *error) {
    const cJSON *seconds = json_get(step, "seconds"), *arguments = json_get(step, "args"),
                *directory = json_get(step, "directory");
    if (seconds && (!cJSON_IsNumber(seconds) || seconds->valuedouble <= 0 || seconds->valuedouble > 60))
        return fail(error, FAULT_INPUT, "/seconds \"seconds\" is a number above 0 and up to 60");
    if (arguments && !cJSON_IsArray(arguments) && !cJSON_IsString(arguments))
        return fail(error, FAULT_INPUT, "/args \"args\" is a list, or a template that gives one");
    if (directory && (!cJSON_IsString(directory) || !*directory->valuestring))
        return fail(error, FAULT_INPUT,
                    "/directory \"directory\" is a folder below the program's, or an absolute one");
    return true;
}

/* --- what came of it ------------------------------------------------------------------------------------ */

cJSON *lines_of(const char *bytes, size_t length) {
    cJSON *lines = cJSON_CreateArray();
    for (size_t at = 0; at < length;) {
        const char *newline = memchr(bytes + at, '\n', length - at);
        size_t end = newline ? (size_t)(newline - bytes) : length;
        cJSON_AddItemToArray(lines, json_string(bytes + at, end - at));
        at = end + 1;
    }
    return lines;
}

cJSON *program_result(const struct outcome *outcome) {
    cJSON *result = cJSON_CreateObject();
    outcome_members(outcome, result);
    const char *out = outcome->out.bytes ? outcome->out.bytes : "",
               *err = outcome->err.bytes ? outcome->err.bytes : "";
    json_set(result, "stdout", json_string(out, outcome->out.length));
    json_set(result, "lines", lines_of(out, outcome->out.length));
    json_set(result, "stderr", json_string(err, outcome->err.length));
    json_set_integer(result, "left", outcome->left_behind);
    return result;
}

cJSON *program_result_of_none(const char *problem) {
    cJSON *result = program_result(&(struct outcome){0});
    json_set(result, "exit", cJSON_CreateNull());
    json_set_text(result, "ended", "not-started");
    json_set_text(result, "problem", problem);
    return result;
}

void program_tell(struct action *action, const struct program *program, const struct outcome *outcome) {
    action->process = program->name;
    action->ended = outcome_sentence(outcome, &program->request.limits);
    action->stderr_text = xstrndup(outcome->err.bytes ? outcome->err.bytes : "", outcome->err.length);
    bool spoken_of = json_get(action->expect, "ended") || json_get(action->expect, "signal");
    if (outcome->ended != ENDED_EXITED && !spoken_of && !action->reason)
        action->reason = xprintf("The program %s.", action->ended);
}
