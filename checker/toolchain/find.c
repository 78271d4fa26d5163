/* Finding a language's tools by running them.
 *
 * A name on PATH proves nothing: a pyenv shim without a version, a gcc without its headers, a node from ten
 * years ago all bear the right name. So each candidate is asked for its version, and to do a little of its
 * work; the first that can is taken. What runs here must be what runs in a room, which shows /usr, the tool's
 * own prefix, and nothing of anybody's home: a tool that lies among somebody's own files is passed over. */
#include "checker/toolchain/parts.h"

#include <ftw.h>
#include <limits.h>
#include <pwd.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

static const double tool_seconds = 10;
static const char *const room_path[] = {"/usr/local/bin", "/usr/bin", "/bin"};

/* A tool that works, and how a room gets it. */
struct found {
    const char *path;   /* what a room would call */
    const char *prefix; /* to be shown in a room, or NULL if it lies in what every room shows */
    const char *version;
};

/* --- what went wrong, in words -------------------------------------------------------------------------- */

static const char *first_line(const struct text *output, struct arena *arena) {
    const char *bytes = output->bytes ? output->bytes : "";
    bytes += strspn(bytes, " \t\r\n");
    SCOPE_TEXT struct text line = {.ceiling = 200};
    text_add_printable(&line, bytes, strcspn(bytes, "\r\n"), false);
    return line.length ? arena_printf(arena, ", and said: %s", line.bytes) : "";
}

static const char *how_it_ended(const struct tool_run *run, struct arena *arena) {
    if (!run->started)
        return "could not be started";
    if (run->timed_out)
        return arena_printf(arena, "did not answer within %.0f seconds", tool_seconds);
    if (WIFSIGNALED(run->status))
        return arena_printf(arena, "was ended by signal %s%s", sigabbrev_np(WTERMSIG(run->status)),
                            first_line(&run->output, arena));
    return arena_printf(arena, "ended with exit status %d%s", WEXITSTATUS(run->status),
                        first_line(&run->output, arena));
}

/* --- where it lives ------------------------------------------------------------------------------------- */

static bool below(const char *path, const char *folder) {
    size_t length = strlen(folder);
    return strncmp(path, folder, length) == 0 && (path[length] == '/' || path[length] == '\0');
}

static bool every_room_shows(const char *path) {
    return below(path, "/usr") || below(path, "/bin") || below(path, "/lib") || below(path, "/lib64");
}

/* A prefix that is somebody's home, holds one, or is where a home keeps its own things, must not be shown. */
static bool is_private(const char *prefix) {
    if (strcmp(prefix, "/") == 0)
        return true;
    const struct passwd *user = getpwuid(geteuid());
    const char *homes[] = {getenv("HOME"), user ? user->pw_dir : NULL, "/root", "/home"};
    for (size_t i = 0; i < LENGTH_OF(homes); i++) {
        if (!homes[i] || *homes[i] != '/' || homes[i][1] == '\0')
            continue;
        SCOPE_FREE char *local = xprintf("%s/.local", homes[i]);
        if (below(homes[i], prefix) || strcmp(prefix, local) == 0)
            return true;
    }
    return false;
}

static const char *parent_of(const char *path, struct arena *arena) {
    const char *slash = strrchr(path, '/');
    return slash && slash != path ? arena_copy_bytes(arena, path, (size_t)(slash - path)) : "/";
}

/* Asks the tool, or takes the folder above its own. NULL with a problem. */
static const char *prefix_of(const struct tool_demand *demand, const struct candidate *candidate,
                             struct arena *arena, const char **ret_problem) {
    if (!*demand->prefix)
        return parent_of(parent_of(candidate->real, arena), arena);
    struct tool_run run = run_tool(candidate->path, demand->prefix, "/", NULL, tool_seconds);
    char real[PATH_MAX];
    const char *prefix = NULL;
    if (tool_succeeded(&run) && run.output.length) {
        run.output.bytes[strcspn(run.output.bytes, "\r\n")] = '\0';
        if (*run.output.bytes == '/' && realpath(run.output.bytes, real))
            prefix = arena_copy(arena, real);
    }
    if (!prefix)
        *ret_problem = arena_printf(arena, "%s %s when it was asked where it lives", candidate->path,
                                    how_it_ended(&run, arena));
    text_free(&run.output);
    return prefix;
}

/* The path by which a room calls it: a shim leads to what it stands for. NULL if there is none. */
static const char *path_in_room(const struct tool_demand *demand, const struct candidate *candidate,
                                const char *prefix, struct arena *arena) {
    const char *name = strrchr(candidate->path, '/') + 1;
    const char *places[] = {
        *demand->prefix ? arena_printf(arena, "%s/bin/%s", prefix, name) : candidate->path,
        arena_printf(arena, "%s/%s", parent_of(candidate->real, arena), name),
        candidate->path,
    };
    for (size_t i = 0; i < LENGTH_OF(places); i++) {
        char real[PATH_MAX];
        if (access(places[i], X_OK) != 0 || !realpath(places[i], real))
            continue;
        bool shown = (every_room_shows(places[i]) || below(places[i], prefix)) &&
                     (every_room_shows(real) || below(real, prefix));
        if (shown && reachable_by_all(places[i]) && reachable_by_all(real))
            return places[i];
    }
    return NULL;
}

static bool locate(const struct tool_demand *demand, const struct candidate *candidate, struct arena *arena,
                   struct found *found, const char **ret_problem) {
    const char *prefix = prefix_of(demand, candidate, arena, ret_problem);
    if (!prefix)
        return false;
    if (!every_room_shows(prefix) && is_private(prefix) && !every_room_shows(candidate->real)) {
        *ret_problem =
            arena_printf(arena, "%s lies in %s among personal files, which programs under check do not see",
                         candidate->path, prefix);
        return false;
    }
    found->path = path_in_room(demand, candidate, prefix, arena);
    if (!found->path) {
        *ret_problem = arena_printf(arena, "%s leads to %s, which programs under check cannot reach",
                                    candidate->path, prefix);
        return false;
    }
    found->prefix = every_room_shows(prefix) || is_private(prefix) ? NULL : prefix;
    return true;
}

/* --- trying --------------------------------------------------------------------------------------------- */

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *where) {
    (void)status, (void)kind, (void)where;
    return remove(path);
}

/* With the PATH that it will have in a room. */
static const char *try_out(const struct tool_demand *demand, const char *path, struct arena *arena) {
    if (!*demand->try)
        return NULL;
    const char *temporary = getenv("TMPDIR");
    SCOPE_FREE char *folder =
        xprintf("%s/backend-learn-XXXXXX", temporary && *temporary == '/' ? temporary : "/tmp");
    if (!mkdtemp(folder))
        return arena_printf(arena, "%s could not be tried, for want of a temporary folder in %s", path,
                            parent_of(folder, arena));
    const char *search_path =
        arena_printf(arena, "%s:%s:%s:%s", parent_of(path, arena), room_path[0], room_path[1], room_path[2]);
    struct tool_run run = run_tool(path, demand->try, folder, search_path, tool_seconds);
    const char *problem = NULL;
    if (!tool_succeeded(&run))
        problem = arena_printf(arena, "%s is there but does not do its work: it %s", path,
                               how_it_ended(&run, arena));
    text_free(&run.output);
    nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    return problem;
}

/* NULL if this candidate is what we want. */
static const char *examine(const struct tool_demand *demand, const struct candidate *candidate,
                           struct arena *arena, struct found *found) {
    const char *problem = NULL;
    if (!candidate->reachable)
        return arena_printf(arena, "%s cannot be reached by the unprivileged user that root's checks run as",
                            candidate->path);
    struct tool_run run = run_tool(candidate->path, demand->version, "/", NULL, tool_seconds);
    const char *version = NULL;
    if (!tool_succeeded(&run))
        problem = arena_printf(arena, "%s %s", candidate->path, how_it_ended(&run, arena));
    else if (!(version = version_in(run.output.bytes ? run.output.bytes : "", arena)))
        problem = arena_printf(arena, "%s does not tell its version%s", candidate->path,
                               first_line(&run.output, arena));
    text_free(&run.output);
    if (problem)
        return problem;
    found->version = version;
    if (demand->at_least && compare_versions(version, demand->at_least) < 0)
        return arena_printf(arena, "%s is version %s, and at least %s is needed", candidate->path, version,
                            demand->at_least);
    if (!locate(demand, candidate, arena, found, &problem))
        return problem;
    return try_out(demand, found->path, arena);
}

/* --- all tools of a language ---------------------------------------------------------------------------- */

static const char *remedy_of(const struct tool_demand *demand, struct arena *arena) {
    bool sudo = geteuid() != 0 && strncmp(demand->remedy, "apt ", 4) == 0;
    return arena_printf(arena, "%s%s", sudo ? "sudo " : "", demand->remedy);
}

static const char *not_found(const struct tool_demand *demand, struct arena *arena) {
    SCOPE_TEXT struct text names = {0};
    for (size_t i = 0; demand->any[i]; i++)
        text_printf(&names, "%s%s", i == 0 ? "" : demand->any[i + 1] ? ", " : " or ", demand->any[i]);
    return arena_printf(arena, "there is no %s on PATH or in /usr/bin", names.bytes);
}

static struct tool find_tool(const struct tool_demand *demand, const struct candidates *candidates,
                             struct arena *arena, struct found *found) {
    struct tool tool = {.name = demand->name, .remedy = remedy_of(demand, arena)};
    for (size_t i = 0; i < candidates->count; i++) {
        const struct candidate *candidate = &candidates->list[i];
        *found = (struct found){0};
        const char *problem = examine(demand, candidate, arena, found);
        if (!problem) {
            char real[PATH_MAX];
            tool.path = found->path;
            tool.version = found->version;
            tool.identity = realpath(found->path, real) ? identity_of(real, arena) : candidate->identity;
            tool.problem = NULL;
            return tool;
        }
        /* Of several that do not work, the first is the one its owner means. */
        if (tool.problem)
            continue;
        tool.problem = problem;
        tool.path = candidate->path;
        tool.version = found->version;
        tool.identity = candidate->identity;
    }
    if (!tool.problem)
        tool.problem = not_found(demand, arena);
    *found = (struct found){0};
    return tool;
}

/* Whether a room calls this program when it is called by its name, with these folders in front of its PATH.
 */
static bool called_by_name(const char *path, const char *front) {
    const char *name = strrchr(path, '/') + 1;
    SCOPE_FREE char *folders =
        xprintf("%s%s%s:%s:%s", front, *front ? ":" : "", room_path[0], room_path[1], room_path[2]);
    for (const char *folder = folders; *folder;) {
        size_t length = strcspn(folder, ":");
        SCOPE_FREE char *here = xprintf("%.*s/%s", (int)length, folder, name);
        if (access(here, X_OK) == 0) {
            char first[PATH_MAX], second[PATH_MAX];
            return strcmp(here, path) == 0 ||
                   (realpath(here, first) && realpath(path, second) && strcmp(first, second) == 0);
        }
        folder += length + (folder[length] == ':');
    }
    return false;
}

static bool has_text(const char **list, size_t count, const char *text) {
    for (size_t i = 0; i < count; i++)
        if (strcmp(list[i], text) == 0)
            return true;
    return false;
}

static void find_all(const struct language *language, const struct candidates *candidates,
                     struct arena *arena, struct toolchain *toolchain) {
    struct tool *tools = arena_alloc(arena, language->tool_count * sizeof *tools);
    const char **prefixes = arena_alloc(arena, (language->tool_count + 1) * sizeof *prefixes);
    size_t prefix_count = 0;
    const char *front = "";
    for (size_t i = 0; i < language->tool_count; i++) {
        struct found found;
        tools[i] = find_tool(&language->tools[i], &candidates[i], arena, &found);
        if (found.prefix && !has_text(prefixes, prefix_count, found.prefix))
            prefixes[prefix_count++] = found.prefix;
        if (found.path && !called_by_name(found.path, front))
            front = arena_printf(arena, "%s%s%s", front, *front ? ":" : "", parent_of(found.path, arena));
    }
    toolchain->tools = tools;
    toolchain->prefixes = prefixes;
    toolchain->path = front;
}

bool toolchain_find(const struct languages *languages, const char *key, const char *cache_folder,
                    struct arena *arena, const struct toolchain **ret_toolchain, struct error *error) {
    const struct language *language = languages_row(languages, key);
    if (!language)
        return fail(error, FAULT_INPUT, "there is no language \"%s\"; backend-learn doctor shows all", key);
    struct toolchain *toolchain = arena_alloc(arena, sizeof *toolchain);
    *toolchain = (struct toolchain){
        .language = language->key,
        .title = language->title,
        .tool_count = language->tool_count,
        .build = language->build,
        .process = language->process,
        .ignore = language->ignore,
    };
    struct candidates *candidates = arena_alloc(arena, language->tool_count * sizeof *candidates);
    for (size_t i = 0; i < language->tool_count; i++)
        candidates[i] = candidates_find(language->tools[i].any, arena);
    char finding[65];
    finding_key(language, candidates, finding);
    if (!cache_folder || !finding_get(cache_folder, finding, language, arena, toolchain)) {
        find_all(language, candidates, arena, toolchain);
        /* Only what works is kept: a broken tool is mended without its file being touched. */
        if (cache_folder && toolchain_usable(toolchain, NULL))
            finding_put(cache_folder, finding, toolchain);
    }
    *ret_toolchain = toolchain;
    return true;
}

bool toolchain_usable(const struct toolchain *toolchain, struct error *error) {
    for (size_t i = 0; i < toolchain->tool_count; i++)
        if (toolchain->tools[i].problem)
            return fail(error, FAULT_TOOL, "%s cannot be used: %s; type: %s", toolchain->title,
                        toolchain->tools[i].problem, toolchain->tools[i].remedy);
    return true;
}
