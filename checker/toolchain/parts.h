/* What the files of this module share. */
#pragma once
#include "checker/base/text.h"
#include "checker/toolchain/toolchain.h"

/* --- languages.json ------------------------------------------------------------------------------------- */

struct tool_demand {
    const char *name;
    const char *const *any;     /* names of programs, the first that works is taken */
    const char *const *version; /* arguments that make it tell its version */
    const char *at_least;       /* "18", or NULL */
    const char *const *prefix;  /* arguments that make it print the folder it lives in; empty: worked out */
    const char *const *try;     /* arguments with which it must succeed, in an empty folder; may be empty */
    const char *remedy;
};

/* What exercises that name it in "uses" need besides the tools. */
struct package_demand {
    const char *use;                 /* "http" */
    const char *copy_from, *copy_to; /* folder below exercises/, its name among the packages; or NULL */
    const char *npm;                 /* folder below exercises/ with package.json and its lock; or NULL */
    const char *tool;                /* that must succeed with these arguments; or NULL */
    const char *const *arguments;
    const char *remedy;
};

struct language {
    const char *key, *title;
    const char *const *aliases;
    const struct tool_demand *tools;
    size_t tool_count;
    const char *build, *process;
    const char *const *ignore;
    const struct package_demand *packages;
    size_t package_count;
    const char *row; /* as JSON: what is kept about it holds no longer when it changes */
    bool is_default;
};

struct languages {
    const struct language *rows;
    size_t count;
    const char *const *keys;
};

const struct language *languages_row(const struct languages *languages, const char *key);

/* --- running tools -------------------------------------------------------------------------------------- */

struct tool_run {
    bool started, timed_out;
    int status;         /* of waitpid */
    struct text output; /* both streams, at most 64 KiB */
};

/* Runs a program without input, in a folder, for at most so many seconds; whatever it leaves behind in its
 * process group is ended. search_path: its PATH, NULL for ours. The caller frees the output. */
struct tool_run run_tool(const char *program, const char *const *arguments, const char *folder,
                         const char *search_path, double seconds);
/* Whether it ended by itself with status 0. */
bool tool_succeeded(const struct tool_run *run);

/* --- candidates ----------------------------------------------------------------------------------------- */

struct candidate {
    const char *path;     /* as found on PATH */
    const char *real;     /* no link in it */
    const char *identity; /* of real: path, size, modification time, inode */
    bool reachable;       /* also for the unprivileged user that rooms run as when we are root */
};

struct candidates {
    struct candidate *list;
    size_t count;
};

/* All programs of these names: on PATH, then in /usr/local/bin and /usr/bin; each only once. */
struct candidates candidates_find(const char *const *names, struct arena *arena);
/* "path:size:seconds.nanoseconds:inode", or NULL if it is no program. */
const char *identity_of(const char *path, struct arena *arena);
bool reachable_by_all(const char *path);

/* "gcc (Debian 12.2.0-14) 12.2.0" -> "12.2.0"; NULL if there is no number. */
const char *version_in(const char *text, struct arena *arena);
/* By number and part: -1, 0, 1. */
int compare_versions(const char *a, const char *b);

/* --- what was found before ------------------------------------------------------------------------------ */

/* A key over everything the answer depends on. */
void finding_key(const struct language *language, const struct candidates *candidates, char ret_key[65]);
bool finding_get(const char *cache_folder, const char *key, const struct language *language,
                 struct arena *arena, struct toolchain *ret_toolchain);
void finding_put(const char *cache_folder, const char *key, const struct toolchain *toolchain);
