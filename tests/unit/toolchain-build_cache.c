/* The build cache: what is put in comes out, and nothing else ever does. */
#include "checker/base/file.h"
#include "checker/toolchain/parts.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

static const char key[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

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
    char *folder = xstrdup("/tmp/build-cache-XXXXXX");
    cr_assert_not_null(mkdtemp(folder));
    return folder;
}

static int memory_file(const char *bytes, size_t length) {
    int file = memfd_create("tree", MFD_CLOEXEC);
    cr_assert(write_whole(file, bytes, length)); /* the offset is left at the end, as after tree_pack */
    return file;
}

static size_t files_in(const char *folder) {
    SCOPE_FREE char *builds = xprintf("%s/builds", folder);
    DIR *stream = opendir(builds);
    size_t count = 0;
    for (const struct dirent *entry; stream && (entry = readdir(stream));)
        count += entry->d_name[0] != '.';
    if (stream)
        closedir(stream);
    return count;
}

static bool holds(const char *folder, const char *its_key, bool ok, const char *record, const char *tree) {
    SCOPE_ARENA struct arena *arena = arena_new();
    struct build_result result;
    if (!build_cache_get(folder, its_key, arena, &result))
        return false;
    SCOPE_CLOSE int file = result.tree;
    char bytes[100] = "";
    ssize_t length = file >= 0 ? read(file, bytes, sizeof bytes - 1) : 0;
    cr_assert_eq(result.ok, ok);
    cr_assert_str_eq(result.record, record);
    cr_assert_eq(file >= 0, tree != NULL);
    cr_assert_eq(length, tree ? (ssize_t)strlen(tree) : 0);
    cr_assert_str_eq(bytes, tree ? tree : "");
    return true;
}

Test(build_cache, gives_back_what_was_put_in) {
    SCOPE_FOLDER char *folder = new_folder();
    SCOPE_FREE char *deep = xprintf("%s/a/b", folder);
    SCOPE_CLOSE int tree = memory_file("the tree", 8);
    const char *record = "{\"exit\":0,\"output\":\"a \\\"quoted\\\"\\nline\"}";
    cr_assert_not(holds(deep, key, true, record, "the tree"));
    build_cache_put(deep, key, &(struct build_result){.ok = true, .record = record, .tree = tree});
    cr_assert(holds(deep, key, true, record, "the tree"));
    cr_assert(holds(deep, key, true, record, "the tree"), "twice");
    cr_assert_eq(lseek(tree, 0, SEEK_CUR), 8, "the offset is left alone");
    build_cache_put(deep, key, &(struct build_result){.ok = false, .record = "{}", .tree = -1});
    cr_assert(holds(deep, key, false, "{}", NULL), "a failed build has no tree");
    cr_assert_eq(files_in(deep), 1);
}

Test(build_cache, the_key_covers_all_that_a_build_depends_on) {
    struct tree_entry entries[] = {{.path = "main.c", .kind = 'f', .bytes = "a", .length = 1}},
                      edited[] = {{.path = "main.c", .kind = 'f', .bytes = "b", .length = 1}};
    struct tree tree = {.entries = entries, .count = 1}, other = {.entries = edited, .count = 1};
    struct tool tools[] = {{.identity = "cc:1"}}, newer[] = {{.identity = "cc:2"}};
    struct toolchain cc = {.tools = tools, .tool_count = 1, .path = ""},
                     cc2 = {.tools = newer, .tool_count = 1, .path = ""},
                     elsewhere = {.tools = tools, .tool_count = 1, .path = "/opt/bin"};
    const char *environment[] = {"CFLAGS=-O2", NULL}, *split[] = {"CFLAGS", "-O2", NULL};
    char keys[8][65];
    build_key(&tree, "make", NULL, &cc, keys[0]);
    build_key(&other, "make", NULL, &cc, keys[1]);
    build_key(&tree, "make all", NULL, &cc, keys[2]);
    build_key(&tree, "make", environment, &cc, keys[3]);
    build_key(&tree, "make", split, &cc, keys[4]);
    build_key(&tree, "make", NULL, &cc2, keys[5]);
    build_key(&tree, "make", NULL, &elsewhere, keys[6]);
    build_key(&tree, "make", NULL, NULL, keys[7]);
    for (size_t i = 0; i < LENGTH_OF(keys); i++)
        for (size_t j = 0; j < i; j++)
            cr_assert_str_neq(keys[i], keys[j], "%zu and %zu", i, j);
    char again[65];
    build_key(&tree, "make", NULL, &cc, again);
    cr_assert_str_eq(again, keys[0]);
}

/* Every single damaged byte and every cut is noticed, and the file is gone afterwards. */
Test(build_cache, a_damaged_file_is_as_good_as_none) {
    SCOPE_FOLDER char *folder = new_folder();
    SCOPE_CLOSE int tree = memory_file("the tree", 8);
    SCOPE_FREE char *path = xprintf("%s/builds/%s", folder, key);
    SCOPE_ARENA struct arena *arena = arena_new();
    build_cache_put(folder, key, &(struct build_result){.ok = true, .record = "{}", .tree = tree});
    const char *bytes;
    size_t length;
    cr_assert(file_read(path, 10000, true, arena, &bytes, &length, NULL));
    SCOPE_FREE char *damaged = xcalloc(1, length);
    for (size_t i = 0; i < length; i++) {
        memcpy(damaged, bytes, length);
        damaged[i] ^= 0x10;
        cr_assert(file_replace(path, damaged, length, NULL));
        struct build_result result = {.tree = -7};
        if (build_cache_get(folder, key, arena, &result)) {
            /* Flipping a letter of the record itself leaves a well-formed header: that is all it may change. */
            char whole[9] = "";
            cr_assert_eq(read(result.tree, whole, 8), 8);
            cr_assert_str_eq(whole, "the tree");
            close(result.tree);
            continue;
        }
        cr_assert_eq(result.tree, -7);
        cr_assert_neq(access(path, F_OK), 0, "removed");
    }
    for (size_t i = 0; i < length; i++) {
        cr_assert(file_replace(path, bytes, i, NULL));
        struct build_result result;
        cr_assert_not(build_cache_get(folder, key, arena, &result), "cut at %zu", i);
    }
    SCOPE_FREE char *longer = xprintf("%s more", bytes);
    cr_assert(file_replace(path, longer, length + 5, NULL));
    struct build_result result;
    cr_assert_not(build_cache_get(folder, key, arena, &result), "something behind the end");
}

Test(build_cache, a_full_disk_leaves_nothing) {
    SCOPE_FOLDER char *folder = new_folder();
    SCOPE_FREE char *large = xcalloc(1, 100000);
    SCOPE_CLOSE int tree = memory_file(large, 100000);
    pid_t child = fork();
    if (child == 0) {
        signal(SIGXFSZ, SIG_IGN);
        setrlimit(RLIMIT_FSIZE, &(struct rlimit){50000, 50000});
        build_cache_put(folder, key, &(struct build_result){.ok = true, .record = "{}", .tree = tree});
        _exit(0);
    }
    int status;
    waitpid(child, &status, 0);
    cr_assert_eq(status, 0);
    cr_assert_eq(files_in(folder), 0);
    build_cache_put("/proc/none", key, &(struct build_result){.ok = true, .record = "{}", .tree = tree});
}

Test(build_cache, a_killed_writer_leaves_what_was_there) {
    SCOPE_FOLDER char *folder = new_folder();
    SCOPE_CLOSE int tree = memory_file("the tree", 8);
    build_cache_put(folder, key, &(struct build_result){.ok = true, .record = "{}", .tree = tree});
    for (int i = 0; i < 30; i++) {
        int ends[2];
        cr_assert_eq(pipe(ends), 0);
        pid_t child = fork();
        if (child == 0) {
            for (char byte = 0;; write_whole(ends[1], &byte, 1))
                build_cache_put(folder, key,
                                &(struct build_result){.ok = true, .record = "{}", .tree = tree});
        }
        char byte;
        for (int j = 0; j <= i % 5; j++)
            cr_assert_eq(read(ends[0], &byte, 1), 1);
        kill(child, SIGKILL);
        waitpid(child, NULL, 0);
        close(ends[0]);
        close(ends[1]);
        cr_assert(holds(folder, key, true, "{}", "the tree"));
    }
}

Test(build_cache, two_processes_at_once) {
    SCOPE_FOLDER char *folder = new_folder();
    pid_t children[4];
    for (int i = 0; i < 4; i++) {
        children[i] = fork();
        if (children[i] != 0)
            continue;
        SCOPE_CLOSE int tree = memory_file(i % 2 ? "one tree" : "two tree", 8);
        for (int j = 0; j < 200; j++) {
            build_cache_put(folder, key,
                            &(struct build_result){.ok = true, .record = i % 2 ? "1" : "2", .tree = tree});
            SCOPE_ARENA struct arena *arena = arena_new();
            struct build_result result;
            if (!build_cache_get(folder, key, arena, &result))
                _exit(1);
            char bytes[9] = "";
            if (read(result.tree, bytes, 8) != 8 || (bytes[0] == 'o') != (result.record[0] == '1'))
                _exit(2);
            close(result.tree);
        }
        _exit(0);
    }
    for (int i = 0; i < 4; i++) {
        int status;
        waitpid(children[i], &status, 0);
        cr_assert_eq(status, 0);
    }
    cr_assert_eq(files_in(folder), 1);
}

Test(build_cache, the_least_recently_used_goes_first) {
    SCOPE_FOLDER char *folder = new_folder();
    SCOPE_CLOSE int tree = memory_file("the tree", 8);
    char name[65];
    struct build_result result = {.ok = true, .record = "{}", .tree = tree};
    for (int i = 0; i < 3; i++) {
        snprintf(name, sizeof name, "%064d", i);
        build_cache_put(folder, name, &result);
        SCOPE_FREE char *path = xprintf("%s/builds/%s", folder, name);
        struct timespec times[] = {{.tv_sec = 1000 + i}, {.tv_sec = 1000 + i}};
        cr_assert_eq(utimensat(AT_FDCWD, path, times, 0), 0);
        if (i == 1)
            cr_assert_eq(truncate(path, 400ll << 20), 0); /* sparse: damaged, but large */
    }
    snprintf(name, sizeof name, "%064d", 0);
    cr_assert(holds(folder, name, true, "{}", "the tree"), "using it makes it the newest");
    SCOPE_FREE char *stray = xprintf("%s/builds/new-abandoned", folder),
                    *big = xprintf("%s/builds/%064d", folder, 9);
    fclose(fopen(stray, "w"));
    cr_assert_eq(utimensat(AT_FDCWD, stray, (struct timespec[]){{.tv_sec = 1}, {.tv_sec = 1}}, 0), 0);
    fclose(fopen(big, "w"));
    cr_assert_eq(truncate(big, 200ll << 20), 0);
    build_cache_put(folder, key, &result);
    cr_assert_neq(access(stray, F_OK), 0, "what a killed writer left is swept");
    snprintf(name, sizeof name, "%064d", 1);
    cr_assert_not(holds(folder, name, true, "{}", "the tree"));
    snprintf(name, sizeof name, "%064d", 0);
    cr_assert(holds(folder, name, true, "{}", "the tree"));
    cr_assert(holds(folder, key, true, "{}", "the tree"));
    cr_assert_eq(access(big, F_OK), 0);
}
