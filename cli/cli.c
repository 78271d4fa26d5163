/* From argv to the command: one way for all of them.
 *
 * The order matters. Help is answered before anything is looked for, so it works in a broken installation; the
 * arguments are parsed before anything is loaded, so a slip costs no time; what the command needs is loaded last.
 * At the end the output is flushed and looked at: a report that a full disk cut short is no success. */
#include "cli/cli.h"

#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <string.h>
#include <sys/ioctl.h>

static int terminal_width(int descriptor) {
    const char *columns = getenv("COLUMNS");
    struct winsize size = {0};
    int width = columns ? atoi(columns) : 0;
    if (width <= 0 && ioctl(descriptor, TIOCGWINSZ, &size) == 0)
        width = size.ws_col;
    return width <= 0 ? 80 : width < 20 ? 20 : width;
}

/* For a locale that is asked for but not installed: the terminal still shows what its name says. */
static bool environment_says_utf8(void) {
    static const char *const variables[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    for (size_t i = 0; i < LENGTH_OF(variables); i++) {
        const char *value = getenv(variables[i]);
        if (value && *value)
            return strcasestr(value, "utf-8") || strcasestr(value, "utf8");
    }
    return false;
}

static void look_at_terminal(struct cli *cli) {
    const char *no_colour = getenv("NO_COLOR"), *kind = getenv("TERM");
    bool dumb = !kind || !*kind || !strcmp(kind, "dumb");
    bool terminal = isatty(fileno(cli->out));
    cli->interactive = terminal && isatty(fileno(cli->in));
    cli->terminal = terminal && !dumb;
    cli->colour = cli->terminal && !(no_colour && *no_colour);
    cli->width = terminal ? terminal_width(fileno(cli->out)) : 80;
    /* Widths of characters are asked of the locale; texts are UTF-8 whatever the terminal shows. */
    if (setlocale(LC_CTYPE, ""))
        cli->unicode = !strcmp(nl_langinfo(CODESET), "UTF-8");
    else
        cli->unicode = environment_says_utf8();
    if (strcmp(nl_langinfo(CODESET), "UTF-8"))
        setlocale(LC_CTYPE, "C.UTF-8");
}

const struct command *command_find(struct cli *cli, const char *name, struct error *error) {
    size_t count = 0;
    while (cli->commands[count])
        count++;
    const char **names = arena_alloc(cli->arena, (count + 1) * sizeof *names);
    size_t named = 0;
    for (size_t i = 0; i < count; i++) {
        if (*name && !strcmp(cli->commands[i]->name, name))
            return cli->commands[i];
        if (*cli->commands[i]->name)
            names[named++] = cli->commands[i]->name;
    }
    const char *near = nearest_name(name, names);
    if (near)
        fail(error, FAULT_INPUT, "unknown command `%s`; did you mean `%s`?", name, near);
    else
        fail(error, FAULT_INPUT, "unknown command `%s`; `%s help` lists the commands", name, cli->program);
    return NULL;
}

static bool prepare(struct cli *cli, unsigned needs, struct error *error) {
    char executable[4096];
    ssize_t length = readlink("/proc/self/exe", executable, sizeof executable - 1);
    executable[length < 0 ? 0 : length] = '\0';
    if (!paths_find(executable, cli->arena, &cli->paths, error))
        return false;
    if (cli->called_by_path && !program_on_path("backend-learn"))
        cli->program = path_shown(cli, executable);
    if (needs && !cli->paths.root) {
        const char *chosen = getenv("BACKEND_LEARN_ROOT");
        if (chosen && *chosen)
            return fail(error, FAULT_INPUT,
                        "BACKEND_LEARN_ROOT is %s, but there is no exercises/tracks.json in it", chosen);
        return fail(
            error, FAULT_OURS,
            "the exercises were not found beside %s; run the program from where `make` or `make install` "
            "put it",
            executable);
    }
    if (needs & NEED_CURRICULUM) {
        struct curriculum *curriculum = arena_alloc(cli->arena, sizeof *curriculum);
        if (!curriculum_load(cli->paths.root, cli->arena, curriculum, error))
            return false;
        cli->curriculum = curriculum;
    }
    const char *file = arena_printf(cli->arena, "%s/exercises/languages.json", cli->paths.root);
    return !(needs & NEED_LANGUAGES) || languages_load(file, cli->arena, &cli->languages, error);
}

static int run(struct cli *cli, int argc, char **argv) {
    struct error error = {0};
    const struct command *command = cli->commands[0];
    cli->called_by_path = argc > 0 && strchr(argv[0], '/');
    int used = 1;
    if (argc > 1 && (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h"))) {
        help_overview(cli, cli->out);
        return 0;
    }
    if (argc > 1 && !strcmp(argv[1], "--version")) {
        fputs("backend-learn " BACKEND_LEARN_VERSION "\n", cli->out);
        return 0;
    }
    if (argc > 1 && argv[1][0] != '-') {
        command = command_find(cli, argv[1], &error);
        if (!command)
            return complain(cli, &error);
        used = 2;
    }
    const struct arguments *arguments;
    if (!arguments_parse(command, argc > used ? argc - used : 0, argv + used, cli->arena, &arguments, &error))
        return complain(cli, &error);
    if (arguments->help) {
        help_command(cli, command, cli->out);
        return 0;
    }
    if (!prepare(cli, command->needs, &error))
        return complain(cli, &error);
    return command->run(cli, arguments);
}

int cli_main(const struct command *const *commands, int argc, char **argv) {
    SCOPE_ARENA struct arena *arena = arena_new();
    struct cli cli = {.in = stdin,
                      .out = stdout,
                      .err = stderr,
                      .arena = arena,
                      .commands = commands,
                      .program = "backend-learn"};
    look_at_terminal(&cli);
    int status = run(&cli, argc, argv);
    errno = 0;
    if ((fflush(cli.out) != 0 || ferror(cli.out)) && errno != EPIPE) {
        struct error error;
        errno = errno ? errno : EIO;
        fail_errno(&error, FAULT_OURS, "the output could not be written");
        return complain(&cli, &error);
    }
    return status;
}
