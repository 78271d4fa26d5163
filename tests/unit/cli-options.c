/* The command line: what is taken, what is refused, and how that is said. */
#include "cli/cli.h"

#include "checker/base/file.h"

#include <criterion/criterion.h>
#include <ftw.h>
#include <string.h>
#include <sys/stat.h>

static int nothing(struct cli *cli, const struct arguments *arguments) {
    (void)cli, (void)arguments;
    return 0;
}

static const struct command check = {
    .name = "check",
    .arguments = "[step] [N]",
    .about = "say which checks hold",
    .group = "Learn",
    .details =
        "One paragraph that is long enough to be wrapped, because it goes on and on beyond eighty columns of "
        "a terminal.\n\nAnother.",
    .options = (const struct command_option[]){{"only", "NAME", "run this check"},
                                               {"all", NULL, "ask for every check"},
                                               {"runs", "K", "run K times"},
                                               {0}},
    .examples =
        (const struct command_example[]){{"check 6", "step 6"}, {"check --only zero", "one check"}, {0}},
    .words = 1,
    .run = nothing,
};
static const struct command list = {.name = "list", .about = "all steps", .group = "Learn", .run = nothing};
static const struct command home = {.name = "", .group = "Learn", .run = nothing};
static const struct command *const commands[] = {&home, &check, &list, NULL};

static int split(char *line, char **words) {
    int count = 0;
    for (char *rest = line, *word; (word = strsep(&rest, " "));)
        if (*word)
            words[count++] = word;
    return count;
}

Test(options, what_is_taken) {
    static const struct {
        const char *line, *why;
        size_t words;
        const char *word, *only;
        bool all, help;
    } rows[] = {
        {"", "nothing at all", 0, NULL, NULL, false, false},
        {"6", "a word", 1, "6", NULL, false, false},
        {"step 6", "\"step\" in front is dropped", 1, "6", NULL, false, false},
        {"step step", "but only once", 1, "step", NULL, false, false},
        {"--only zero 6", "an option before the word", 1, "6", "zero", false, false},
        {"6 --only=zero --all", "and after it, in the other form", 1, "6", "zero", true, false},
        {"--only=a --only b", "the last one counts", 0, NULL, "b", false, false},
        {"--only=", "", 0, NULL, "?", false, false},
        {"--only -x", "a value may begin with one dash", 0, NULL, "-x", false, false},
        {"--only=--all", "or with two after =", 0, NULL, "--all", false, false},
        {"-- --all", "-- ends the options", 1, "--all", NULL, false, false},
        {"-", "a dash alone is a word", 1, "-", NULL, false, false},
        {"--help --nonsense", "--help is answered first", 0, NULL, NULL, false, true},
        {"6 -h", "-h too", 1, "6", NULL, false, true},
    };
    for (size_t i = 0; i < LENGTH_OF(rows); i++) {
        SCOPE_ARENA struct arena *arena = arena_new();
        char line[100], *words[20];
        strcpy(line, rows[i].line);
        int count = split(line, words);
        const struct arguments *arguments = NULL;
        struct error error = {0};
        bool ok = arguments_parse(&check, count, words, arena, &arguments, &error);
        if (rows[i].only && !strcmp(rows[i].only, "?")) {
            cr_assert_not(ok);
            cr_assert_null(arguments);
            continue;
        }
        cr_assert(ok, "%s: %s", rows[i].line, error.text);
        cr_assert_eq(arguments->help, rows[i].help, "%s", rows[i].why);
        cr_assert_eq(arguments->count, rows[i].words, "%s", rows[i].why);
        if (rows[i].word)
            cr_assert_str_eq(arguments->words[0], rows[i].word, "%s", rows[i].why);
        if (rows[i].only)
            cr_assert_str_eq(argument_value(arguments, "only"), rows[i].only, "%s", rows[i].why);
        else
            cr_assert_null(argument_value(arguments, "only"));
        cr_assert_eq(argument_given(arguments, "all"), rows[i].all, "%s", rows[i].why);
    }
}

Test(options, what_is_refused_and_how) {
    static const struct {
        const struct command *command;
        const char *line, *says;
    } rows[] = {
        {&check, "--onyl zero", "unknown option `--onyl`; did you mean `--only`?"},
        {&check, "--al", "unknown option `--al`; did you mean `--all`?"},
        {&check, "--hlep", "unknown option `--hlep`; did you mean `--help`?"},
        {&check, "--quux=3", "unknown option `--quux`; `backend-learn check --help` lists the options"},
        {&check, "-a", "unknown option `-a`; `backend-learn check --help` lists the options"},
        {&check, "--only", "`--only` wants NAME after it (run this check)"},
        {&check, "--only --all", "`--only` wants NAME after it (run this check)"},
        {&check, "--only=", "`--only` was given nothing; it wants NAME (run this check)"},
        {&check, "--all=yes", "`--all` stands alone; leave out `=yes`"},
        {&check, "6 7", "`7` is one word too many; see `backend-learn check --help`"},
        {&list, "6", "`backend-learn list` takes no `6`; see `backend-learn list --help`"},
        {&list, "--json", "unknown option `--json`; `backend-learn list --help` lists the options"},
    };
    for (size_t i = 0; i < LENGTH_OF(rows); i++) {
        SCOPE_ARENA struct arena *arena = arena_new();
        char line[100], *words[20];
        strcpy(line, rows[i].line);
        int count = split(line, words);
        const struct arguments *arguments = NULL;
        struct error error = {0};
        cr_assert_not(arguments_parse(rows[i].command, count, words, arena, &arguments, &error), "%s",
                      rows[i].line);
        cr_assert_null(arguments, "written on failure");
        cr_assert_str_eq(error.text, rows[i].says);
        cr_assert_eq(fault_exit_status(error.fault), 2);
    }
}

Test(options, numbers_are_whole_and_within_bounds) {
    static const struct {
        const char *line;
        bool ok;
        int64_t value;
    } rows[] = {
        {"", true, 1},
        {"--runs 20", true, 20},
        {"--runs 10001", false, 0},
        {"--runs 0", false, 0},
        {"--runs -3", false, 0},
        {"--runs 3x", false, 0},
        {"--runs 1e3", false, 0},
        {"--runs +3", false, 0},
        {"--runs 99999999999999999999", false, 0},
    };
    for (size_t i = 0; i < LENGTH_OF(rows); i++) {
        SCOPE_ARENA struct arena *arena = arena_new();
        char line[100], *words[20];
        strcpy(line, rows[i].line);
        int count = split(line, words);
        const struct arguments *arguments;
        struct error error = {0};
        int64_t value = 9999;
        cr_assert(arguments_parse(&check, count, words, arena, &arguments, &error), "%s", error.text);
        cr_assert_eq(argument_integer(arguments, "runs", 1, 10000, 1, &value, &error), rows[i].ok, "%s",
                     rows[i].line);
        cr_assert_eq(value, rows[i].ok ? rows[i].value : 9999, "%s", rows[i].line);
    }
}

Test(options, a_misspelt_command_is_guessed) {
    static const struct {
        const char *typed, *says;
    } rows[] = {
        {"chekc", "unknown command `chekc`; did you mean `check`?"},
        {"lsit", "unknown command `lsit`; did you mean `list`?"},
        {"che", "unknown command `che`; did you mean `check`?"},
        {"deploy", "unknown command `deploy`; `backend-learn help` lists the commands"},
        {"", "unknown command ``; `backend-learn help` lists the commands"},
    };
    SCOPE_ARENA struct arena *arena = arena_new();
    struct cli cli = {.arena = arena, .commands = commands, .program = "backend-learn"};
    for (size_t i = 0; i < LENGTH_OF(rows); i++) {
        struct error error = {0};
        cr_assert_null(command_find(&cli, rows[i].typed, &error));
        cr_assert_str_eq(error.text, rows[i].says);
        cr_assert_eq(fault_exit_status(error.fault), 2);
    }
    cr_assert_eq(command_find(&cli, "list", NULL), &list);
}

Test(options, help_is_made_from_the_row) {
    SCOPE_ARENA struct arena *arena = arena_new();
    struct cli cli = {.arena = arena, .commands = commands, .program = "backend-learn", .width = 80};
    SCOPE_FREE char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    help_command(&cli, &check, out);
    fclose(out);
    cr_assert_str_eq(text, "check: say which checks hold\n"
                           "\n"
                           "  backend-learn check [step] [N] [options]\n"
                           "\n"
                           "One paragraph that is long enough to be wrapped, because it goes on and on\n"
                           "beyond eighty columns of a terminal.\n"
                           "\n"
                           "Another.\n"
                           "\n"
                           "Options\n"
                           "  --only NAME           run this check\n"
                           "  --all                 ask for every check\n"
                           "  --runs K              run K times\n"
                           "\n"
                           "Examples\n"
                           "  backend-learn check 6            step 6\n"
                           "  backend-learn check --only zero  one check\n");
}

Test(paths, a_path_can_be_typed_as_it_is_shown) {
    static const struct {
        const char *path, *shown;
    } rows[] = {
        {"/home/ann/backend-lab/06-fizzbuzz", "~/backend-lab/06-fizzbuzz"},
        {"/home/ann", "~"},
        {"/home/anna/x", "/home/anna/x"},
        {"/home/ann/my lab", "~/'my lab'"},
        {"/srv/it's", "'/srv/it'\\''s'"},
        {"/srv/\x1b[2J", "$'/srv/\\x1b[2J'"},
    };
    SCOPE_ARENA struct arena *arena = arena_new();
    struct cli cli = {.arena = arena, .paths = {.user = "/home/ann"}};
    for (size_t i = 0; i < LENGTH_OF(rows); i++)
        cr_assert_str_eq(path_shown(&cli, rows[i].path), rows[i].shown);
}

Test(paths, the_users_folders_follow_the_environment) {
    static const struct {
        const char *why, *data_home, *lab, *data, *home;
    } rows[] = {
        {"nothing set", NULL, NULL, "/home/ann/.local/share/backend-learn", "/home/ann/backend-lab"},
        {"both set", "/data", "/lab", "/data/backend-learn", "/lab"},
        {"a relative XDG path is ignored, as its specification says", "data", NULL,
         "/home/ann/.local/share/backend-learn", "/home/ann/backend-lab"},
        {"an empty one too", "", "", "/home/ann/.local/share/backend-learn", "/home/ann/backend-lab"},
        {"ours may be relative: to where we are", NULL, "lab", "/home/ann/.local/share/backend-learn",
         "/lab"},
    };
    cr_assert_eq(chdir("/"), 0);
    setenv("HOME", "/home/ann", 1);
    for (size_t i = 0; i < LENGTH_OF(rows); i++) {
        SCOPE_ARENA struct arena *arena = arena_new();
        struct paths paths;
        struct error error = {0};
        rows[i].data_home ? setenv("XDG_DATA_HOME", rows[i].data_home, 1) : unsetenv("XDG_DATA_HOME");
        rows[i].lab ? setenv("BACKEND_LEARN_HOME", rows[i].lab, 1) : unsetenv("BACKEND_LEARN_HOME");
        cr_assert(paths_find("/nowhere/bin/backend-learn", arena, &paths, &error), "%s", error.text);
        cr_assert_str_eq(paths.data, rows[i].data, "%s", rows[i].why);
        const char *lab = paths.home[0] == '/' && paths.home[1] == '/' ? paths.home + 1 : paths.home;
        cr_assert_str_eq(lab, rows[i].home, "%s", rows[i].why);
        cr_assert_null(paths.root);
    }
}

static int remove_one(const char *path, const struct stat *about, int kind, struct FTW *place) {
    (void)about, (void)kind, (void)place;
    return remove(path);
}

Test(paths, the_program_finds_its_own_in_place_and_installed) {
    static const struct {
        const char *why, *executable, *probe, *tracks, *root, *expected_probe;
    } rows[] = {
        {"in place, after make", "build/backend-learn", "build/backend-learn-probe", "exercises/tracks.json",
         "", "build/backend-learn-probe"},
        {"installed below a prefix", "usr/bin/backend-learn", "usr/libexec/backend-learn/backend-learn-probe",
         "usr/share/backend-learn/exercises/tracks.json", "usr/share/backend-learn",
         "usr/libexec/backend-learn/backend-learn-probe"},
    };
    unsetenv("BACKEND_LEARN_ROOT");
    setenv("HOME", "/home/ann", 1);
    for (size_t i = 0; i < LENGTH_OF(rows); i++) {
        SCOPE_ARENA struct arena *arena = arena_new();
        char top[] = "/tmp/backend-learn-paths-XXXXXX";
        cr_assert_not_null(mkdtemp(top));
        struct error error = {0};
        const char *const made[] = {rows[i].executable, rows[i].probe, rows[i].tracks};
        for (size_t j = 0; j < LENGTH_OF(made); j++) {
            char *path = arena_printf(arena, "%s/%s", top, made[j]);
            cr_assert(
                folder_make(arena_copy_bytes(arena, path, (size_t)(strrchr(path, '/') - path)), &error));
            cr_assert(file_replace(path, "", 0, &error), "%s", error.text);
        }
        struct paths paths;
        cr_assert(paths_find(arena_printf(arena, "%s/%s", top, rows[i].executable), arena, &paths, &error));
        cr_assert_str_eq(paths.root,
                         arena_printf(arena, "%s%s%s", top, *rows[i].root ? "/" : "", rows[i].root), "%s",
                         rows[i].why);
        cr_assert_str_eq(paths.probe, arena_printf(arena, "%s/%s", top, rows[i].expected_probe), "%s",
                         rows[i].why);
        nftw(top, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    }
}
