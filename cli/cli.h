/* What a command is, and what it is given.
 *
 * A command is one `const struct command` with named members in a file of its own, and one line of the table in
 * main.c. Everything that is said about commands (--help of each, the overview, "did you mean") is made from
 * that row, so help cannot drift from what the parser takes. What a command needs (the curriculum, the
 * languages) is data too: cli_main() has it ready before the command runs, and a command that needs nothing, such
 * as `help`, works in a broken installation.
 *
 * The struct cli is the first parameter everywhere; there are no globals. It lives as long as the program runs,
 * and so does all that is taken from its arena.
 *
 * Exit status, fixed because scripts rely on it: 0 all is well (check: the core holds), 1 it does not hold, 2 bad
 * usage or bad input, 3 our own fault or a missing tool. */
#pragma once
#include "checker/base/error.h"
#include "checker/base/memory.h"
#include "checker/base/text.h"
#include "checker/curriculum/curriculum.h"
#include "checker/toolchain/toolchain.h"

#include <stdint.h>
#include <stdio.h>

struct cli;
struct arguments;
struct standings;

/* --- commands (cli.c, commands/help.c) ------------------------------------------------------------------ */

enum need {
    NEED_CURRICULUM = 1,
    NEED_LANGUAGES = 2,
};

struct command_option {
    const char *name;     /* "lang": typed as --lang C or --lang=C */
    const char *argument; /* what follows it ("L"); NULL: it stands alone */
    const char *about;    /* "the language to write in" */
};

struct command_example {
    const char *line, *about; /* "check 6 --all", "…": the program's name is put in front */
};

struct command {
    const char *name;      /* as typed; "" for what runs when nothing is typed */
    const char *arguments; /* "[step] [N]", or NULL */
    const char *about;     /* one line, lower case, without a full stop */
    const char *group;     /* the heading in the overview: "Learn", "Look back", "Write exercises"… */
    const char *details;   /* paragraphs, an empty line between them */
    const struct command_option *options;   /* up to a row without a name, or NULL */
    const struct command_example *examples; /* up to a row without a line, or NULL */
    size_t words;                           /* how many words it takes at most, "step" not counted */
    unsigned needs;                         /* enum need */
    int (*run)(struct cli *cli, const struct arguments *arguments); /* returns the exit status */
};

/* Everything main() does: finds the paths, parses, prepares what the command needs, runs it. commands is
 * NULL-terminated. Returns the exit status. */
int cli_main(const struct command *const *commands, int argc, char **argv);

/* Help, from the table only. */
void help_overview(struct cli *cli, FILE *out);
void help_command(struct cli *cli, const struct command *command, FILE *out);
/* NULL and an error with a suggestion if there is none of that name. */
const struct command *command_find(struct cli *cli, const char *name, struct error *error);

/* --- options (options.c) -------------------------------------------------------------------------------- */

/* What was typed after the command's name. */
struct argument_value {
    const struct command_option *option;
    const char *value; /* NULL for an option that stands alone */
};
struct arguments {
    const struct command *command;
    const char *const *words; /* what is no option, in order, without a leading "step"; NULL-terminated */
    size_t count;
    const struct argument_value *values; /* in the order they were typed */
    size_t value_count;
    bool help; /* --help or -h: nothing else was looked at */
};

/* Parses argv (after the command's name). `--` ends the options. The error suggests the nearest option. */
bool arguments_parse(const struct command *command, int argc, char *const *argv, struct arena *arena,
                     const struct arguments **ret_arguments, struct error *error);
/* Whether --name was given; its last value (NULL if not given); all its values, NULL-terminated. Asking for
 * an option that the command's table does not have is a mistake of ours and ends the program. */
bool argument_given(const struct arguments *arguments, const char *name);
const char *argument_value(const struct arguments *arguments, const char *name);
const char *const *argument_values(const struct arguments *arguments, const char *name, struct arena *arena);
/* An integer within bounds, or otherwise if the option was not given. */
bool argument_integer(const struct arguments *arguments, const char *name, int64_t least, int64_t most,
                      int64_t otherwise, int64_t *ret_value, struct error *error);

/* Of NULL-terminated names, the one that was probably meant; NULL if none is near. */
const char *nearest_name(const char *typed, const char *const *names);

/* --- paths (paths.c) ------------------------------------------------------------------------------------ */

struct paths {
    const char *root;  /* holds exercises/ and lessons/; NULL if it was not found */
    const char *probe; /* backend-learn-probe */
    const char *data;  /* progress.db; not made until something is written */
    const char *cache;
    const char *home; /* workspaces: $BACKEND_LEARN_HOME or ~/backend-lab */
    const char *user; /* the person's home folder, for writing ~ */
    const char *here; /* the working directory, NULL if it is gone */
};
/* executable: what /proc/self/exe says. */
bool paths_find(const char *executable, struct arena *arena, struct paths *ret_paths, struct error *error);
/* A path as it can be typed in a shell: ~/backend-lab/06-fizzbuzz, quoted where that is needed. */
const char *path_shown(const struct cli *cli, const char *path);

/* --- the context ---------------------------------------------------------------------------------------- */

struct cli {
    FILE *in, *out, *err;
    struct arena *arena;
    struct paths paths;
    const struct command *const *commands; /* NULL-terminated */
    const char *
        program; /* how to call it in a command to type: "backend-learn", or its path if that is not on PATH */
    const struct curriculum *curriculum; /* NULL unless the command needs it */
    const struct languages *languages;
    bool called_by_path; /* as ./build/backend-learn */
    bool interactive;    /* in and out are terminals: questions may be asked */
    bool terminal;       /* out is one: lines may be replaced, a pager may be used */
    bool colour;         /* a terminal, not dumb, and no NO_COLOR */
    bool unicode;        /* the locale's characters are UTF-8: marks may be ✓ ✗ ★ */
    int width;           /* columns; 80 where there is no terminal */
};

enum style {
    STYLE_NONE,
    STYLE_BOLD,
    STYLE_DIM,
    STYLE_GREEN,
    STYLE_RED,
    STYLE_YELLOW,
    STYLE_CYAN,
    STYLE_UNDERLINE
};
/* What to print to begin a style (STYLE_NONE: to end it); "" without colour. */
const char *style(const struct cli *cli, enum style which);

/* Prints "backend-learn: sentence" to err, made printable, and returns the exit status that goes with it. */
int complain(struct cli *cli, const struct error *error);
/* Prints a text made printable; with lines, line breaks and tabs stay. */
void print_text(FILE *out, const char *text, bool lines);
/* How many columns a text takes on a terminal. */
int text_columns(const char *text, size_t length);
/* Prints words wrapped to the width; every line after the first begins with indent spaces (the first one's are
 * the caller's, counted in indent too). */
void print_wrapped(struct cli *cli, FILE *out, int indent, const char *text);
/* Asks at the terminal; anything but a yes, and the end of input, is a no. Only where cli->interactive. */
bool ask_yes(struct cli *cli, const char *question);
/* Whether a program of that name is on PATH. */
bool program_on_path(const char *name);
/* Shows text through $PAGER (less -R if that is not set) on a terminal; writes it as it is elsewhere. */
bool show_paged(struct cli *cli, const char *text, size_t length, struct error *error);

/* --- which step, which workspace (steps.c) -------------------------------------------------------------- */

/* The step a command is about: the word typed; else that of the workspace we are in; else the one last worked
 * on. *ret_step is NULL (and the answer true) if there is none of these. */
bool step_meant(struct cli *cli, const char *word, const struct step **ret_step, struct error *error);
/* The workspace a command is about. word: the step as typed, or NULL; folder: from --dir, or NULL.
 *   folder given      that one (and it must be of the step typed)
 *   a step typed      the workspace we are in if it is of that step, else that step's in the workspace home, in
 *                     the remembered language if there are several
 *   neither           the workspace we are in
 * The error says what to type, such as `backend-learn start 6`. */
bool workspace_meant(struct cli *cli, const char *word, const char *folder,
                     const struct workspace **ret_workspace, struct error *error);
/* The best of every step; empty if there is no store yet. */
bool standings_load(struct cli *cli, bool with_days, struct standings *ret_standings, struct error *error);
/* A setting of the store; NULL if it was never set. */
bool setting_load(struct cli *cli, const char *key, const char **ret_value, struct error *error);
/* The file of a step's lesson; NULL if there is none. */
const char *lesson_file(struct cli *cli, const struct step *step);
/* "step 6 (fizzbuzz)": how a step is called in a sentence. */
const char *step_called(struct cli *cli, const struct step *step);
/* The step after this one in its track that is made and not done; NULL if there is none. from may be NULL: the
 * first. ret_skipped counts those not made that were passed over. */
bool step_next(struct cli *cli, const struct step *from, const struct step **ret_step, size_t *ret_skipped,
               struct error *error);
