/* Toolchains: how one language is found, built and run.
 *
 * A language is a row of exercises/languages.json, never a branch in C:
 *   "c": {
 *     "title": "C", "aliases": ["gcc"], "default": true,
 *     "tools": [ {"name": "cc", "any": ["gcc", "clang"], "version": ["--version"], "at_least": "…",
 *                 "try": ["-e", "…"]?, "prefix": ["-p", "…"]?, "remedy": "apt install gcc"} … ],
 *     "build": "make",                     what `build` runs unless workspace.json says otherwise
 *     "process": "./{process}",            the command of a process unless workspace.json says otherwise
 *     "ignore": ["*.o", …],                gitignore patterns for what building and running leave behind
 *   }
 * any: names of programs, the first that works is taken. try: arguments with which it must succeed, in an empty
 * folder. prefix: arguments that make it print the folder it lives in; without, that is the folder above its own.
 * A tool is found by running it, not by its name on PATH: a pyenv shim without a version, a `gcc` that cannot
 * link, a node that is too old are each told apart and named with their remedy. What was found is kept in the
 * cache folder, keyed by PATH and the files' identities, because a shim may take 100 ms to answer. */
#pragma once
#include "checker/base/error.h"
#include "checker/base/memory.h"
#include "checker/base/tree.h"

#include <cjson/cJSON.h>

struct tool {
    const char *name, *path; /* "cc", "/usr/bin/gcc": resolved */
    const char *version;     /* "12.2.0" */
    const char *identity;    /* path, size, modification time and inode of the executable, for cache keys */
    const char *problem;     /* a sentence if it is not usable, else NULL */
    const char *remedy;      /* what to type */
};

struct toolchain {
    const char *language, *title; /* "c", "C" */
    const struct tool *tools;
    size_t tool_count;
    const char *build, *process; /* defaults */
    const char *const *ignore;   /* NULL-terminated */
    const char *const *prefixes; /* folders outside /usr that a room must show, NULL-terminated */
    const char *path;            /* folders to put in front of PATH, ":"-separated, or "" */
};

struct languages;
/* Reads languages.json. */
bool languages_load(const char *path, struct arena *arena, const struct languages **ret_languages,
                    struct error *error);
/* The keys in file order, NULL-terminated. */
const char *const *languages_keys(const struct languages *languages);
const char *languages_default(const struct languages *languages);
const char *languages_title(const struct languages *languages, const char *key); /* NULL: no such language */
/* A key, a title or an alias ("js", "C#"), in any case; NULL if there is none. */
const char *languages_find(const struct languages *languages, const char *name);

/* Finds a language's tools by running them (or from what is kept in cache_folder, which may be NULL). Missing
 * tools do not make it fail: they are in the result with their problem. */
bool toolchain_find(const struct languages *languages, const char *key, const char *cache_folder,
                    struct arena *arena, const struct toolchain **ret_toolchain, struct error *error);
/* The first tool with a problem as a sentence with its remedy; true if there is none. */
bool toolchain_usable(const struct toolchain *toolchain, struct error *error);

/* The command of a process by the language's template: "./{process}" and "web" give "./web". toolchain may be NULL
 * (a step where no language matters): then the name itself. */
const char *toolchain_process(const struct toolchain *toolchain, const char *name, struct arena *arena);
/* The language's ignore patterns for an exercise with these processes (NULL-terminated): "/{process}" stands for a
 * pattern each, so that a program built outside is not taken for one that was built here. */
const char *const *toolchain_ignore(const struct toolchain *toolchain, const char *const *processes,
                                    struct arena *arena);

/* Packages: what exercises build on besides the language itself (an HTTP layer, a framework), installed once for all
 * steps into one folder that rooms show read-only as the parent of the code (/lab), and that lies beside the
 * workspaces for the learner (~/backend-lab/kit, ~/backend-lab/node_modules).
 *
 * uses: what the exercise names in "uses" (NULL-terminated, may be NULL). Copies ours, lets npm fetch what its lock
 * file names (once; it calls tell, which may be NULL, before), tests what a package manager must have installed.
 * FAULT_TOOL with the remedy where something is missing. ret_hash: 64 digits that change with what is installed, for
 * build keys. */
bool packages_ready(const struct languages *languages, const char *key, const char *const *uses,
                    const char *exercises, const char *folder,
                    void (*tell)(void *context, const char *sentence), void *context, char ret_hash[65],
                    struct error *error);
/* Whether a language can serve these uses at all. */
bool packages_known(const struct languages *languages, const char *key, const char *use);

/* The build cache: one file a build, named by its key, renamed into place:
 *
 *   {"format": 1, "ok": true, "record": "…", "size": N, "hash": SHA-256 of what follows}\n
 *   packed tree, N bytes
 *
 * A file that is not exactly that is removed and as good as none. */
struct build_result {
    bool ok;            /* the command exited 0 */
    const char *record; /* what the judge wants to see again, as JSON: exit, output, ms; never NULL */
    int tree;           /* packed built tree from offset 0, or -1; the caller closes it */
};
/* The key: SHA-256 over the source tree, workspace.json's build command, the environment, the path in the room,
 * the tools' identities and the checker's own version. environment and toolchain may be NULL. */
void build_key(const struct tree *source, const char *command, const char *const *environment,
               const struct toolchain *toolchain, char ret_key[65]);
bool build_cache_get(const char *cache_folder, const char *key, struct arena *arena,
                     struct build_result *ret_result);
/* Keeps a result (never a time-out or a fault of ours: the caller does not offer those); a full disk is no
 * error, the cache is only not filled. Evicts the least recently used beyond 512 MiB. The tree is read from its
 * beginning and its offset left alone. */
void build_cache_put(const char *cache_folder, const char *key, const struct build_result *result);
