/* Where things are.
 *
 *   in place    build/backend-learn, with exercises/ and lessons/ beside build/ and the probe beside the program
 *   installed   PREFIX/bin/backend-learn, PREFIX/share/backend-learn/{exercises,lessons},
 *               PREFIX/libexec/backend-learn/backend-learn-probe
 *
 * The program asks /proc/self/exe where it lies, so it can be moved or installed anywhere without being told.
 * $BACKEND_LEARN_ROOT, for authors of exercises, names another folder with exercises/ in it. A person's own folders
 * follow the XDG base directory specification, which says that a relative path there is to be ignored. */
#include "cli/cli.h"

#include <pwd.h>
#include <string.h>

static bool has_exercises(const char *root) {
    SCOPE_FREE char *file = xprintf("%s/exercises/tracks.json", root);
    return access(file, F_OK) == 0;
}

static const char *parent_of(const char *path, struct arena *arena) {
    const char *slash = strrchr(path, '/');
    if (!slash || slash == path)
        return "/";
    return arena_copy_bytes(arena, path, (size_t)(slash - path));
}

static const char *user_folder(struct arena *arena) {
    const char *home = getenv("HOME");
    if (home && home[0] == '/')
        return arena_copy(arena, home);
    const struct passwd *entry = getpwuid(getuid());
    return entry && entry->pw_dir && entry->pw_dir[0] == '/' ? arena_copy(arena, entry->pw_dir) : NULL;
}

static const char *base_folder(const char *variable, const char *user, const char *otherwise,
                               struct arena *arena) {
    const char *value = getenv(variable);
    if (value && value[0] == '/')
        return arena_printf(arena, "%s/backend-learn", value);
    return user ? arena_printf(arena, "%s/%s/backend-learn", user, otherwise) : NULL;
}

bool paths_find(const char *executable, struct arena *arena, struct paths *ret_paths, struct error *error) {
    struct paths paths = {0};
    const char *folder = parent_of(executable, arena), *above = parent_of(folder, arena);
    const char *installed = arena_printf(arena, "%s/share/backend-learn", above);
    const char *helper = arena_printf(arena, "%s/libexec/backend-learn/backend-learn-probe", above);
    paths.probe = arena_printf(arena, "%s/backend-learn-probe", folder);
    if (access(paths.probe, F_OK) < 0 && access(helper, F_OK) == 0)
        paths.probe = helper;
    const char *chosen = getenv("BACKEND_LEARN_ROOT");
    char here[4096];
    paths.here = arena_copy(arena, getcwd(here, sizeof here));
    if (chosen && *chosen) {
        SCOPE_FREE char *real = realpath(chosen, NULL);
        if (real && has_exercises(real))
            paths.root = arena_copy(arena, real);
    } else if (has_exercises(above)) {
        paths.root = above;
    } else if (has_exercises(installed)) {
        paths.root = installed;
    }
    paths.user = user_folder(arena);
    paths.data = base_folder("XDG_DATA_HOME", paths.user, ".local/share", arena);
    paths.cache = base_folder("XDG_CACHE_HOME", paths.user, ".cache", arena);
    const char *home = getenv("BACKEND_LEARN_HOME");
    if (home && home[0] == '/')
        paths.home = arena_copy(arena, home);
    else if (home && *home && paths.here)
        paths.home = arena_printf(arena, "%s/%s", paths.here, home);
    else if (paths.user)
        paths.home = arena_printf(arena, "%s/backend-lab", paths.user);
    if (!paths.data || !paths.cache || !paths.home)
        return fail(error, FAULT_INPUT,
                    "your home folder is not known; set HOME to it (export HOME=/home/NAME)");
    *ret_paths = paths;
    return true;
}

const char *path_shown(const struct cli *cli, const char *path) {
    const char *user = cli->paths.user;
    size_t length = user ? strlen(user) : 0;
    struct text text = {0};
    if (length > 1 && !strncmp(path, user, length) && (path[length] == '/' || !path[length])) {
        /* The ~ must stay outside quotes: a shell does not expand it within. */
        text_putc(&text, '~');
        if (path[length]) {
            text_putc(&text, '/');
            if (path[length + 1])
                text_add_shell_word(&text, path + length + 1);
        }
    } else {
        text_add_shell_word(&text, path);
    }
    SCOPE_FREE char *shown = text_take(&text);
    return arena_copy(cli->arena, shown);
}
