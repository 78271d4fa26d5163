/* Options: one function parses for all commands, by the command's own table.
 *
 * Long options only, as --name VALUE or --name=VALUE; they may stand before, between and after words, and `--`
 * ends them. There are no abbreviations: a script that uses one would break when an option is added. A word
 * "step" in front is dropped, so that `check step 6` and `check 6` are the same. */
#include "cli/cli.h"

#include "checker/base/document.h"

#include <errno.h>
#include <string.h>

const char *nearest_name(const char *typed, const char *const *names) {
    /* A beginning of at least two letters that fits one name only: `prog` means progress. */
    const char *begun = NULL;
    size_t fitting = 0;
    for (const char *const *name = names; strlen(typed) >= 2 && *name; name++)
        if (!strncmp(typed, *name, strlen(typed))) {
            begun = *name;
            fitting++;
        }
    return fitting == 1 ? begun : list_nearest(typed, names);
}

static const struct command_option *find(const struct command *command, const char *name, size_t length) {
    for (const struct command_option *option = command->options; option && option->name; option++)
        if (strlen(option->name) == length && !strncmp(option->name, name, length))
            return option;
    return NULL;
}

/* "backend-learn check", or "backend-learn" for the row without a name. */
static const char *called(const struct command *command, struct arena *arena) {
    return arena_printf(arena, "backend-learn%s%s", *command->name ? " " : "", command->name);
}

static bool unknown(const struct command *command, const char *typed, size_t length, struct arena *arena,
                    struct error *error) {
    size_t count = 1;
    for (const struct command_option *option = command->options; option && option->name; option++)
        count++;
    const char **names = arena_alloc(arena, (count + 1) * sizeof *names);
    names[0] = "help";
    for (size_t i = 1; i < count; i++)
        names[i] = command->options[i - 1].name;
    SCOPE_FREE char *name = xstrndup(typed, length);
    size_t dashes = strspn(name, "-");
    const char *near = nearest_name(name + dashes, names);
    if (near)
        return fail(error, FAULT_INPUT, "unknown option `%s`; did you mean `--%s`?", name, near);
    return fail(error, FAULT_INPUT, "unknown option `%s`; `%s --help` lists the options", name,
                called(command, arena));
}

bool arguments_parse(const struct command *command, int argc, char *const *argv, struct arena *arena,
                     const struct arguments **ret_arguments, struct error *error) {
    struct arguments *arguments = arena_alloc(arena, sizeof *arguments);
    size_t room = (size_t)(argc > 0 ? argc : 0) + 1;
    const char **words = arena_alloc(arena, room * sizeof *words);
    struct argument_value *values = arena_alloc(arena, room * sizeof *values);
    arguments->command = command;
    arguments->words = words;
    arguments->values = values;
    bool ended = false, step = false;
    for (int i = 0; i < argc; i++) {
        const char *word = argv[i];
        if (ended || word[0] != '-' || !word[1]) {
            if (!ended && !step && !arguments->count && !strcmp(word, "step") && command->words) {
                step = true;
                continue;
            }
            if (arguments->count == command->words) {
                if (!command->words)
                    return fail(error, FAULT_INPUT, "`%s` takes no `%s`; see `%s --help`",
                                called(command, arena), word, called(command, arena));
                return fail(error, FAULT_INPUT, "`%s` is one word too many; see `%s --help`", word,
                            called(command, arena));
            }
            words[arguments->count++] = word;
            continue;
        }
        if (!strcmp(word, "--")) {
            ended = true;
            continue;
        }
        if (!strcmp(word, "--help") || !strcmp(word, "-h")) {
            arguments->help = true;
            break;
        }
        size_t length = strcspn(word, "=");
        const struct command_option *option =
            word[1] == '-' && length > 2 ? find(command, word + 2, length - 2) : NULL;
        if (!option)
            return unknown(command, word, length, arena, error);
        const char *value = word[length] ? word + length + 1 : NULL;
        if (!option->argument && value)
            return fail(error, FAULT_INPUT, "`--%s` stands alone; leave out `%s`", option->name,
                        word + length);
        if (option->argument && !value) {
            bool option_follows = i + 1 < argc && !strncmp(argv[i + 1], "--", 2);
            if (i + 1 >= argc || option_follows)
                return fail(error, FAULT_INPUT, "`--%s` wants %s after it (%s)", option->name,
                            option->argument, option->about);
            value = argv[++i];
        }
        if (option->argument && !*value)
            return fail(error, FAULT_INPUT, "`--%s` was given nothing; it wants %s (%s)", option->name,
                        option->argument, option->about);
        values[arguments->value_count++] = (struct argument_value){option, value};
    }
    *ret_arguments = arguments;
    return true;
}

static const struct command_option *declared(const struct arguments *arguments, const char *name) {
    const struct command_option *option = find(arguments->command, name, strlen(name));
    if (!option)
        abort();
    return option;
}

bool argument_given(const struct arguments *arguments, const char *name) {
    const struct command_option *option = declared(arguments, name);
    for (size_t i = 0; i < arguments->value_count; i++)
        if (arguments->values[i].option == option)
            return true;
    return false;
}

const char *argument_value(const struct arguments *arguments, const char *name) {
    const struct command_option *option = declared(arguments, name);
    for (size_t i = arguments->value_count; i-- > 0;)
        if (arguments->values[i].option == option)
            return arguments->values[i].value;
    return NULL;
}

const char *const *argument_values(const struct arguments *arguments, const char *name, struct arena *arena) {
    const struct command_option *option = declared(arguments, name);
    const char **all = arena_alloc(arena, (arguments->value_count + 1) * sizeof *all);
    size_t count = 0;
    for (size_t i = 0; i < arguments->value_count; i++)
        if (arguments->values[i].option == option)
            all[count++] = arguments->values[i].value;
    return all;
}

bool argument_integer(const struct arguments *arguments, const char *name, int64_t least, int64_t most,
                      int64_t otherwise, int64_t *ret_value, struct error *error) {
    const char *value = argument_value(arguments, name);
    if (!value) {
        *ret_value = otherwise;
        return true;
    }
    char *end;
    errno = 0;
    long long number = strtoll(value, &end, 10);
    if (*end || end == value || strspn(value, "-0123456789") != strlen(value) || errno || number < least ||
        number > most)
        return fail(error, FAULT_INPUT, "`--%s` wants a whole number from %lld to %lld, not `%s`", name,
                    (long long)least, (long long)most, value);
    *ret_value = number;
    return true;
}
