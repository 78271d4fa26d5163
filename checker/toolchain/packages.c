/* Packages: copied from ours, or fetched once by the language's own package tool, or only looked for.
 *
 * What is there is known by a marker beside it that holds the hash of what it was made from, so a new version of the
 * kit or a changed lock file is installed again, and nothing is done twice. Each is made aside and renamed into place:
 * a killed or failed install leaves what was there before. */
#include "checker/base/file.h"
#include "checker/toolchain/parts.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

struct install {
    const char *exercises, *folder;
    void (*tell)(void *context, const char *sentence);
    void *context;
    struct arena *arena;
    struct text hashes;
};

static int remove_entry(const char *path, const struct stat *status, int type, struct FTW *walk) {
    (void)status;
    (void)walk;
    return type == FTW_DP ? rmdir(path) : unlink(path);
}

static void remove_folder(const char *path) {
    nftw(path, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

static bool marker_says(const struct install *install, const char *name, const char *hash) {
    const char *bytes;
    size_t length;
    const char *marker = arena_printf(install->arena, "%s/.%s.installed", install->folder, name);
    const char *target = arena_printf(install->arena, "%s/%s", install->folder, name);
    return access(target, F_OK) == 0 &&
           file_read(marker, 4096, true, install->arena, &bytes, &length, NULL) && strcmp(bytes, hash) == 0;
}

/* Puts a folder made aside in its place and writes the marker. */
static bool put_in_place(const struct install *install, const char *aside, const char *name, const char *hash,
                         struct error *error) {
    const char *target = arena_printf(install->arena, "%s/%s", install->folder, name);
    const char *old = arena_printf(install->arena, "%s/.%s.old", install->folder, name);
    const char *marker = arena_printf(install->arena, "%s/.%s.installed", install->folder, name);
    remove_folder(old);
    if ((rename(target, old) != 0 && errno != ENOENT) || rename(aside, target) != 0)
        return fail_errno(error, FAULT_OURS, "%s could not be put in its place", target);
    remove_folder(old);
    return file_replace(marker, hash, strlen(hash), error);
}

static bool make_aside(const struct install *install, const char *name, const char **ret_path,
                       struct error *error) {
    char *path = arena_printf(install->arena, "%s/.%s.XXXXXX", install->folder, name);
    if (!mkdtemp(path))
        return fail_errno(error, FAULT_OURS, "%s could not be made", path);
    /* Rooms of an unprivileged user read it. */
    chmod(path, 0755);
    *ret_path = path;
    return true;
}

static bool copy_ours(struct install *install, const struct package_demand *demand, struct error *error) {
    const char *from = arena_printf(install->arena, "%s/%s", install->exercises, demand->copy_from), *aside;
    struct tree tree;
    char hash[65];
    if (!tree_read(from, &(struct tree_rules){0}, &tree, error))
        return false;
    tree_hash(&tree, hash);
    text_puts(&install->hashes, hash);
    bool ok = true;
    if (!marker_says(install, demand->copy_to, hash)) {
        ok = make_aside(install, demand->copy_to, &aside, error);
        if (ok && (!tree_write(&tree, aside, error) ||
                   !put_in_place(install, aside, demand->copy_to, hash, error))) {
            remove_folder(aside);
            ok = false;
        }
    }
    tree_free(&tree);
    return ok;
}

/* The last lines of what a tool said, for a sentence. */
static const char *last_words(const struct tool_run *run, struct arena *arena) {
    size_t length = run->output.length, from = length > 600 ? length - 600 : 0;
    SCOPE_TEXT struct text shown = {0};
    if (length)
        text_add_printable(&shown, run->output.bytes + from, length - from, true);
    return arena_copy(arena, shown.bytes ? shown.bytes : "");
}

static bool npm_fetch(struct install *install, const struct package_demand *demand, const struct tree *tree,
                      const char *hash, struct error *error) {
    const char *aside;
    struct candidates npm = candidates_find((const char *const[]){"npm", NULL}, install->arena);
    if (!npm.count)
        return fail(error, FAULT_TOOL, "npm is not installed, which fetches the packages of this step; %s",
                    demand->remedy);
    if (install->tell)
        install->tell(install->context, "Fetching the JavaScript packages, once for all steps…");
    if (!make_aside(install, "npm", &aside, error))
        return false;
    bool ok = tree_write(tree, aside, error);
    if (ok) {
        static const char *const arguments[] = {"ci",         "--ignore-scripts", "--no-audit", "--no-fund",
                                                "--omit=dev", "--loglevel=error", NULL};
        struct tool_run run = run_tool(npm.list[0].path, arguments, aside, NULL, 300);
        ok = tool_succeeded(&run);
        if (!ok)
            fail(error, FAULT_TOOL,
                 "npm could not fetch the packages (a network is needed, once); it said:\n%s",
                 last_words(&run, install->arena));
        text_free(&run.output);
    }
    ok = ok && put_in_place(install, arena_printf(install->arena, "%s/node_modules", aside), "node_modules",
                            hash, error);
    remove_folder(aside);
    return ok;
}

static bool npm_ready(struct install *install, const struct package_demand *demand, struct error *error) {
    const char *from = arena_printf(install->arena, "%s/%s", install->exercises, demand->npm);
    struct tree tree;
    char hash[65];
    if (!tree_read(from, &(struct tree_rules){0}, &tree, error))
        return false;
    tree_hash(&tree, hash);
    text_puts(&install->hashes, hash);
    bool ok = marker_says(install, "node_modules", hash) || npm_fetch(install, demand, &tree, hash, error);
    tree_free(&tree);
    return ok;
}

static bool tool_ready(struct install *install, const struct package_demand *demand, struct error *error) {
    struct candidates found = candidates_find((const char *const[]){demand->tool, NULL}, install->arena);
    bool works = false;
    for (size_t i = 0; i < found.count && !works; i++) {
        /* One that works is remembered by what it is: asking costs up to 100 ms. */
        SCOPE_TEXT struct text key = {0};
        text_printf(&key, "%s", found.list[i].identity);
        for (const char *const *argument = demand->arguments; *argument; argument++)
            text_printf(&key, " %s", *argument);
        char hash[65];
        hash_bytes(key.bytes, key.length, hash);
        const char *marker = arena_printf(install->arena, "%s/.%s.works", install->folder, hash);
        if (access(marker, F_OK) == 0)
            return true;
        struct tool_run run = run_tool(found.list[i].path, demand->arguments, install->folder, NULL, 20);
        works = tool_succeeded(&run);
        text_free(&run.output);
        if (works)
            file_replace(marker, "", 0, NULL);
    }
    return works || fail(error, FAULT_TOOL, "what this step builds on (%s) is not installed; %s", demand->use,
                         demand->remedy);
}

static const struct package_demand *demand_of(const struct language *row, const char *use) {
    for (size_t i = 0; row && i < row->package_count; i++)
        if (strcmp(row->packages[i].use, use) == 0)
            return &row->packages[i];
    return NULL;
}

bool packages_known(const struct languages *languages, const char *key, const char *use) {
    return demand_of(languages_row(languages, key), use) != NULL;
}

/* Two processes that install at once wait for each other. */
static int lock_folder(const char *folder) {
    SCOPE_FREE char *path = xprintf("%s/.lock", folder);
    int lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (lock >= 0)
        while (flock(lock, LOCK_EX) != 0 && errno == EINTR)
            ;
    return lock;
}

bool packages_ready(const struct languages *languages, const char *key, const char *const *uses,
                    const char *exercises, const char *folder,
                    void (*tell)(void *context, const char *sentence), void *context, char ret_hash[65],
                    struct error *error) {
    SCOPE_ARENA struct arena *arena = arena_new();
    struct install state = {
        .exercises = exercises, .folder = folder, .tell = tell, .context = context, .arena = arena};
    bool ok = true;
    SCOPE_CLOSE int lock = -1;
    for (const char *const *use = uses; ok && use && *use; use++) {
        const struct package_demand *demand = demand_of(languages_row(languages, key), *use);
        if (!demand)
            continue;
        if (lock < 0) {
            if (!folder_make(folder, error))
                return false;
            chmod(folder, 0755); /* rooms of an unprivileged user look into it */
            lock = lock_folder(folder);
        }
        if (demand->tool)
            ok = tool_ready(&state, demand, error);
        if (ok && demand->copy_from)
            ok = copy_ours(&state, demand, error);
        if (ok && demand->npm)
            ok = npm_ready(&state, demand, error);
    }
    if (ok)
        hash_bytes(state.hashes.bytes ? state.hashes.bytes : "", state.hashes.length, ret_hash);
    text_free(&state.hashes);
    return ok;
}
