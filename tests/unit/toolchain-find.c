/* Finding tools: each way in which a program of the right name can be the wrong one, told apart in words. The
 * machine's own tools are not asked, but for one test: PATH leads to little scripts. */
#include "checker/base/file.h"
#include "checker/toolchain/parts.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <ftw.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *where) {
    (void)status, (void)kind, (void)where;
    return remove(path);
}

static void remove_folder(char **folder) {
    nftw(*folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    free(*folder);
}
#define SCOPE_FOLDER __attribute__((cleanup(remove_folder)))

static char *new_folder(void) {
    char *folder = xstrdup("/tmp/toolchain-find-XXXXXX");
    cr_assert_not_null(mkdtemp(folder));
    chmod(folder, 0755);
    return folder;
}

static void put_script(const char *folder, const char *path, const char *script) {
    SCOPE_FREE char *whole = xprintf("%s/%s", folder, path);
    for (char *slash = whole + strlen(folder) + 1; (slash = strchr(slash, '/')); slash++) {
        *slash = '\0';
        mkdir(whole, 0755);
        chmod(whole, 0755);
        *slash = '/';
    }
    FILE *file = fopen(whole, "w");
    cr_assert_not_null(file);
    fprintf(file, "#!/bin/sh\n%s\n", script);
    fclose(file);
    cr_assert_eq(chmod(whole, 0755), 0);
}

static const struct languages *load(struct arena *arena, const char *folder, const char *text) {
    SCOPE_FREE char *path = xprintf("%s/languages.json", folder);
    cr_assert(file_replace(path, text, strlen(text), NULL));
    const struct languages *languages;
    struct error error;
    cr_assert(languages_load(path, arena, &languages, &error), "%s", error.text);
    return languages;
}

#define TOOL(more)                                                                                           \
    "{\"x\": {\"title\": \"X\", \"default\": true, \"process\": \"./{process}\", \"ignore\": [], "           \
    "\"tools\": ["                                                                                           \
    "{\"name\": \"zz\", \"any\": [\"zz-test\", \"zz-other\"], \"version\": [\"--version\"], "                \
    "\"remedy\": \"install zz\"" more "}]}}"

Test(toolchain, says_what_is_wrong_with_a_tool) {
    static const struct {
        const char *script, *more, *problem; /* %s: the script's path */
    } rows[] = {
        {NULL, "", "there is no zz-test or zz-other on PATH or in /usr/bin"},
        {"echo zz 3.4.5", "", NULL},
        {"echo 'no version'", "", "%s does not tell its version, and said: no version"},
        {"echo 'pyenv: zz: command not found' >&2; exit 127", "",
         "%s ended with exit status 127, and said: pyenv: zz: command not found"},
        {"printf '\\033]0;owned\\007\\n'; exit 1", "",
         "%s ended with exit status 1, and said: \\x1b]0;owned\\x07"}, /* no escape reaches a terminal */
        {"kill -SEGV $$", "", "%s was ended by signal SEGV"},
        {"echo zz 3.4.5", ", \"at_least\": \"3.10\"", "%s is version 3.4.5, and at least 3.10 is needed"},
        {"echo zz 3.10", ", \"at_least\": \"3.9\"", NULL},
        {"[ $1 = --version ] && echo 1.0 || { echo no headers; exit 3; }", ", \"try\": [\"work\"]",
         "%s is there but does not do its work: it ended with exit status 3, and said: no headers"},
        {"[ $1 = --version ] && echo 1.0 || touch made", ", \"try\": [\"work\"]", NULL},
        {"[ $1 = --version ] && echo 1.0 || exit 4", ", \"prefix\": [\"where\"]",
         "%s ended with exit status 4 when it was asked where it lives"},
        {"read answer; echo 1.$?", "", NULL}, /* input ends at once */
        {"sleep 100 & echo 1.5", "", NULL},   /* a child that keeps the pipe is not waited for */
        {"yes 1.2 | head -c 5000000", "", NULL},
    };
    for (size_t i = 0; i < LENGTH_OF(rows); i++) {
        SCOPE_FOLDER char *folder = new_folder();
        SCOPE_ARENA struct arena *arena = arena_new();
        SCOPE_FREE char *bin = xprintf("%s/zz/bin", folder), *script = xprintf("%s/zz-test", bin),
                        *path = xprintf("%s:/usr/bin:/bin", bin), *text = xprintf(TOOL("%s"), rows[i].more);
        if (rows[i].script)
            put_script(folder, "zz/bin/zz-test", rows[i].script);
        setenv("PATH", path, 1);
        const struct toolchain *toolchain;
        cr_assert(toolchain_find(load(arena, folder, text), "x", NULL, arena, &toolchain, NULL));
        const struct tool *tool = &toolchain->tools[0];
        if (!rows[i].problem) {
            cr_assert_null(tool->problem, "%s: %s", rows[i].script, tool->problem);
            cr_assert_str_eq(tool->path, script);
            cr_assert_str_eq(toolchain->path, bin);
            cr_assert_eq(strncmp(toolchain->prefixes[0], folder, strlen(folder)), 0);
            continue;
        }
        const char *mark = strstr(rows[i].problem, "%s");
        SCOPE_FREE char *problem = mark ? xprintf("%s%s", script, mark + 2) : xstrdup(rows[i].problem),
                        *sentence = xprintf("X cannot be used: %s; type: install zz", problem);
        cr_assert_not_null(tool->problem, "%s", rows[i].script);
        cr_assert_str_eq(tool->problem, problem);
        struct error error = {0};
        cr_assert_not(toolchain_usable(toolchain, &error));
        cr_assert_eq(error.fault, FAULT_TOOL);
        cr_assert_str_eq(error.text, sentence);
    }
}

Test(toolchain, takes_the_first_that_works) {
    SCOPE_FOLDER char *folder = new_folder();
    SCOPE_ARENA struct arena *arena = arena_new();
    put_script(folder, "shims/zz-test", "exit 127");
    put_script(folder, "good/bin/zz-test", "echo 2.0");
    put_script(folder, "later/bin/zz-test", "echo 3.0");
    SCOPE_FREE char *path = xprintf("relative:%s/shims:%s/good/bin:%s/later/bin:/usr/bin:/bin", folder,
                                    folder, folder),
                    *expected = xprintf("%s/good/bin/zz-test", folder), *prefix = xprintf("%s/good", folder);
    setenv("PATH", path, 1);
    const struct toolchain *toolchain;
    cr_assert(toolchain_find(load(arena, folder, TOOL("")), "x", NULL, arena, &toolchain, NULL));
    cr_assert_null(toolchain->tools[0].problem);
    cr_assert_str_eq(toolchain->tools[0].path, expected);
    cr_assert_str_eq(toolchain->prefixes[0], prefix);
    cr_assert_null(toolchain->prefixes[1]);
}

/* A shim tells where its tool lives; the room is shown that folder, and calls what is in its bin. */
Test(toolchain, follows_a_shim_to_what_it_stands_for) {
    SCOPE_FOLDER char *folder = new_folder();
    SCOPE_ARENA struct arena *arena = arena_new();
    SCOPE_FREE char *shim = xprintf("[ $1 = where ] && echo %s/versions/2 || echo 2.0", folder),
                    *path = xprintf("%s/shims:/usr/bin:/bin", folder),
                    *bin = xprintf("%s/versions/2/bin", folder), *expected = xprintf("%s/zz-test", bin);
    put_script(folder, "shims/zz-test", shim);
    put_script(folder, "versions/2/bin/zz-test", "echo 2.0");
    setenv("PATH", path, 1);
    const struct toolchain *toolchain;
    cr_assert(toolchain_find(load(arena, folder, TOOL(", \"prefix\": [\"where\"]")), "x", NULL, arena,
                             &toolchain, NULL));
    cr_assert_null(toolchain->tools[0].problem, "%s", toolchain->tools[0].problem);
    cr_assert_str_eq(toolchain->tools[0].path, expected);
    cr_assert_str_eq(toolchain->path, bin);
}

Test(toolchain, never_shows_a_home) {
    static const char *const places[] = {"home/bin/zz-test", "home/.local/bin/zz-test"};
    for (size_t i = 0; i < LENGTH_OF(places); i++) {
        SCOPE_FOLDER char *folder = new_folder();
        SCOPE_ARENA struct arena *arena = arena_new();
        put_script(folder, places[i], "echo 2.0");
        SCOPE_FREE char *home = xprintf("%s/home", folder),
                        *path = xprintf("%s/home/bin:%s/home/.local/bin:/usr/bin:/bin", folder, folder);
        setenv("HOME", home, 1);
        setenv("PATH", path, 1);
        const struct toolchain *toolchain;
        cr_assert(toolchain_find(load(arena, folder, TOOL("")), "x", NULL, arena, &toolchain, NULL));
        cr_assert_not_null(toolchain->tools[0].problem);
        cr_assert_not_null(strstr(toolchain->tools[0].problem, "personal files"), "%s",
                           toolchain->tools[0].problem);
        cr_assert_null(toolchain->prefixes[0]);
        cr_assert_str_eq(toolchain->path, "");
    }
}

Test(toolchain, what_only_root_reaches_is_passed_over_by_root) {
    if (geteuid() != 0)
        cr_skip("only root is different");
    SCOPE_FOLDER char *folder = new_folder();
    SCOPE_ARENA struct arena *arena = arena_new();
    put_script(folder, "mine/bin/zz-test", "echo 2.0");
    SCOPE_FREE char *mine = xprintf("%s/mine", folder), *path = xprintf("%s/bin:/usr/bin:/bin", mine);
    chmod(mine, 0700);
    setenv("PATH", path, 1);
    const struct toolchain *toolchain;
    cr_assert(toolchain_find(load(arena, folder, TOOL("")), "x", NULL, arena, &toolchain, NULL));
    cr_assert_not_null(strstr(toolchain->tools[0].problem, "cannot be reached by the unprivileged user"));
}

/* --- what was found before ------------------------------------------------------------------------------ */

static const char *version_found(const struct languages *languages, const char *cache) {
    SCOPE_ARENA struct arena *arena = arena_new();
    const struct toolchain *toolchain;
    cr_assert(toolchain_find(languages, "x", cache, arena, &toolchain, NULL));
    return toolchain->tools[0].problem ? "none" : toolchain->tools[0].version[0] == '2' ? "2" : "3";
}

Test(toolchain, findings_are_kept_until_something_changes) {
    SCOPE_FOLDER char *folder = new_folder();
    SCOPE_ARENA struct arena *arena = arena_new();
    SCOPE_FREE char *count = xprintf("echo >> %s/asked; echo 2.0", folder),
                    *again = xprintf("echo >> %s/asked; echo 3.0 ", folder),
                    *path = xprintf("%s/bin:/usr/bin:/bin", folder),
                    *cache = xprintf("%s/deep/cache", folder), *asked = xprintf("%s/asked", folder),
                    *kept = xprintf("%s/toolchains.json", cache);
    put_script(folder, "bin/zz-test", count);
    setenv("PATH", path, 1);
    const struct languages *languages = load(arena, folder, TOOL(""));
    struct stat status;
    cr_assert_str_eq(version_found(languages, cache), "2");
    cr_assert_str_eq(version_found(languages, cache), "2");
    cr_assert_str_eq(version_found(languages, cache), "2");
    cr_assert_eq(stat(asked, &status), 0);
    cr_assert_eq(status.st_size, 1, "asked once, not %lld times", (long long)status.st_size);
    put_script(folder, "bin/zz-test", again);
    cr_assert_str_eq(version_found(languages, cache), "3", "another file is asked again");

    static const char *const garbage[] = {
        "",
        "{",
        "[]",
        "null",
        "{\"format\":1}",
        "{\"format\":1,\"found\":{}}",
        "{\"format\":1,\"found\":[1,null,{}]}",
        "{\"format\":2,\"found\":[]}",
        "\xff\xfe",
        "{\"format\":1,\"found\":[{\"key\":7,\"tools\":\"x\"}]}",
    };
    for (size_t i = 0; i < LENGTH_OF(garbage); i++) {
        cr_assert(file_replace(kept, garbage[i], strlen(garbage[i]), NULL));
        cr_assert_str_eq(version_found(languages, cache), "3", "%s", garbage[i]);
    }
    /* The right key over anything else. */
    SCOPE_ARENA struct arena *other = arena_new();
    struct candidates candidates = candidates_find(languages_row(languages, "x")->tools[0].any, other);
    char key[65];
    finding_key(languages_row(languages, "x"), &candidates, key);
    static const char *const halves[] = {
        "{\"format\":1,\"found\":[{\"key\":\"%s\"}]}",
        "{\"format\":1,\"found\":[{\"key\":\"%s\",\"path\":\"\",\"prefixes\":[],\"tools\":[]}]}",
        "{\"format\":1,\"found\":[{\"key\":\"%s\",\"path\":\"\",\"prefixes\":[],\"tools\":[{\"path\":\"/bin/"
        "sh\","
        "\"version\":\"9.9\",\"identity\":\"x\"}]}]}",
        "{\"format\":1,\"found\":[{\"key\":\"%s\",\"path\":\"\",\"prefixes\":[7],\"tools\":[{}]}]}",
    };
    for (size_t i = 0; i < LENGTH_OF(halves); i++) {
        const char *mark = strstr(halves[i], "%s");
        SCOPE_FREE char *text = xprintf("%.*s%s%s", (int)(mark - halves[i]), halves[i], key, mark + 2);
        cr_assert(file_replace(kept, text, strlen(text), NULL));
        cr_assert_str_eq(version_found(languages, cache), "3", "%s", text);
    }
}

Test(toolchain, a_broken_tool_is_not_remembered_as_broken) {
    SCOPE_FOLDER char *folder = new_folder();
    SCOPE_ARENA struct arena *arena = arena_new();
    SCOPE_FREE char *script = xprintf("[ -e %s/mended ] && echo 2.0", folder),
                    *path = xprintf("%s/bin:/usr/bin:/bin", folder), *mended = xprintf("%s/mended", folder);
    put_script(folder, "bin/zz-test", script);
    setenv("PATH", path, 1);
    const struct languages *languages = load(arena, folder, TOOL(""));
    cr_assert_str_eq(version_found(languages, folder), "none");
    fclose(fopen(mended, "w"));
    cr_assert_str_eq(version_found(languages, folder), "2");
}

/* --- versions ------------------------------------------------------------------------------------------- */

Test(toolchain, versions_are_read_and_compared_by_number) {
    static const struct {
        const char *text, *version;
    } rows[] = {
        {"gcc (Debian 12.2.0-14+deb12u1) 12.2.0", "12.2.0"},
        {"Debian clang version 14.0.6", "14.0.6"},
        {"v20.20.2", "20.20.2"},
        {"Python 3.11.2", "3.11.2"},
        {"javac 21", "21"},
        {"openjdk 17.0.9 2023-10-17", "17.0.9"},
        {"Mono C# compiler version 6.8.0.105", "6.8.0.105"},
        {"version 3. of 4", "3"},
        {"none", NULL},
        {"", NULL},
    };
    SCOPE_ARENA struct arena *arena = arena_new();
    for (size_t i = 0; i < LENGTH_OF(rows); i++) {
        const char *version = version_in(rows[i].text, arena);
        cr_assert_eq(!version, !rows[i].version, "%s", rows[i].text);
        if (version)
            cr_assert_str_eq(version, rows[i].version);
    }
    cr_assert_lt(compare_versions("3.9", "3.10"), 0);
    cr_assert_gt(compare_versions("18", "9.9.9"), 0);
    cr_assert_eq(compare_versions("18", "18.0.0"), 0);
    cr_assert_lt(compare_versions("17.9", "18"), 0);
}

/* --- languages.json ------------------------------------------------------------------------------------- */

Test(toolchain, our_languages) {
    SCOPE_ARENA struct arena *arena = arena_new();
    const struct languages *languages;
    struct error error;
    cr_assert(languages_load("exercises/languages.json", arena, &languages, &error), "%s", error.text);
    cr_assert_str_eq(languages_default(languages), "c");
    cr_assert_str_eq(languages_keys(languages)[0], "c");
    cr_assert_str_eq(languages_find(languages, "JS"), "javascript");
    cr_assert_str_eq(languages_find(languages, "Python"), "python");
    cr_assert_str_eq(languages_title(languages, "javascript"), "JavaScript");
    cr_assert_null(languages_find(languages, "cobol"));
    cr_assert_null(languages_title(languages, "cobol"));
    for (const char *const *key = languages_keys(languages); *key; key++) {
        const struct toolchain *toolchain;
        cr_assert(toolchain_find(languages, *key, NULL, arena, &toolchain, &error), "%s", error.text);
        cr_assert_str_eq(toolchain->language, *key);
        cr_assert_not_null(strstr(toolchain->process, "{process}"));
        for (size_t i = 0; i < toolchain->tool_count; i++)
            cr_assert(toolchain->tools[i].problem || toolchain->tools[i].path[0] == '/');
    }
    const struct toolchain *toolchain;
    cr_assert_not(toolchain_find(languages, "cobol", NULL, arena, &toolchain, &error));
    cr_assert_str_eq(error.text, "there is no language \"cobol\"; backend-learn doctor shows all");
}

Test(toolchain, a_malformed_row_is_refused_with_its_place) {
    static const struct {
        const char *text, *says;
    } rows[] = {
        {"{}", ":1:1: no language here; add one"},
        {"{\"x\": 1}", ":1:2: an integer where an object should be"},
        {"{\"x\": {\"titel\": \"X\"}}", ":1:8: an unknown member \"titel\"; did you mean \"title\"?"},
        {"{\"x\": {\"title\": \"X\", \"process\": \"p\",\n \"tools\": []}}",
         ":2:2: \"tools\" is empty; fill it in"},
        {"{\"x\": {\"title\": \"X\", \"process\": \"p\", \"tools\": [\n{\"name\": \"t\", \"any\": "
         "[\"/bin/t\"], "
         "\"version\": [\"-v\"], \"remedy\": \"r\"}]}}",
         ":2:23: \"/bin/t\" is a path; write the name of a program"},
        {"{\"x\": {\"title\": \"X\", \"process\": \"p\", \"tools\": [{\"name\": \"t\", \"any\": [\"t\"], "
         "\"version\": [\"-v\"], \"remedy\": \"r\"}]}}",
         ":1:1: 0 languages are the default; give one \"default\": true"},
    };
    for (size_t i = 0; i < LENGTH_OF(rows); i++) {
        SCOPE_FOLDER char *folder = new_folder();
        SCOPE_ARENA struct arena *arena = arena_new();
        SCOPE_FREE char *path = xprintf("%s/l.json", folder), *says = xprintf("%s%s", path, rows[i].says);
        cr_assert(file_replace(path, rows[i].text, strlen(rows[i].text), NULL));
        const struct languages *languages = NULL;
        struct error error;
        cr_assert_not(languages_load(path, arena, &languages, &error), "%s", rows[i].text);
        cr_assert_str_eq(error.text, says);
        cr_assert_null(languages);
    }
}
