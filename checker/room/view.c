/* What a learner's process sees, as bubblewrap's command line.
 *
 * Init has already built a small root for the room (namespaces.c) with nothing in it but what may be seen, so
 * this line only says again, from there, what is bound where; bubblewrap adds its own user, pid, IPC and UTS
 * namespaces, takes all privileges away, and loads the filter. Its defaults leave / and /dev writable, hence
 * the two --remount-ro; its own environment would show in /proc/1/environ, hence it is started with none.
 *
 * The launcher comes in as an open descriptor and is run from /proc/self/fd, so it needs no place in the
 * view. */
#include "checker/room/parts.h"

#include <sys/stat.h>

/* An option and what it takes are one line. */
/* clang-format off */
static const char *const always[] = {
    "bwrap",
    "--unshare-user", "--disable-userns", "--uid", "1000", "--gid", "1000",
    "--unshare-pid", "--as-pid-1",
    "--unshare-ipc",
    "--unshare-uts", "--hostname", "box",
    "--unshare-cgroup-try",
    "--new-session",     /* no controlling terminal to push characters into */
    "--die-with-parent", /* with init, all goes */
    "--cap-drop", "ALL",
    "--seccomp", "4",
    "--ro-bind", "/usr", "/usr",
    "--ro-bind", "/etc", "/etc",
    "--dir", "/run", "--dir", "/var", "--symlink", "/tmp", "/var/tmp",
    "--proc", "/proc",
    "--dev", "/dev",
    "--bind", "/stage/shm", "/dev/shm",
    "--bind", "/stage/tmp", "/tmp",
    "--bind", "/stage/data", "/data",
    "--bind", "/stage/app", "/lab/app",
};

static const char *const last[] = {
    "--remount-ro", "/dev",
    "--remount-ro", "/",
    "--chdir", "/lab/app",
    "--", "/proc/self/fd/5", "room",
};
/* clang-format on */

const char *const beside_usr[BESIDE_USR] = {"/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"};

static void put(const char **line, size_t *count, const char *option, const char *from, const char *to) {
    line[(*count)++] = option;
    line[(*count)++] = from;
    line[(*count)++] = to;
}

const char *const *view_command(const struct plan *plan, const char *const *packages, struct arena *arena) {
    size_t package_count = 0;
    while (packages[package_count])
        package_count++;
    size_t room =
        LENGTH_OF(always) + LENGTH_OF(last) + 3 * (BESIDE_USR + plan->prefix_count + package_count) + 1;
    const char **line = arena_alloc(arena, room * sizeof *line);
    size_t count = 0;
    memcpy(line, always, sizeof always);
    count += LENGTH_OF(always);
    for (size_t i = 0; i < BESIDE_USR; i++) {
        char target[256];
        ssize_t length = readlink(beside_usr[i], target, sizeof target - 1);
        struct stat status;
        if (length > 0)
            put(line, &count, "--symlink", arena_copy_bytes(arena, target, (size_t)length), beside_usr[i]);
        else if (stat(beside_usr[i], &status) == 0 && S_ISDIR(status.st_mode))
            put(line, &count, "--ro-bind", beside_usr[i], beside_usr[i]);
    }
    for (size_t i = 0; i < plan->prefix_count; i++)
        put(line, &count, "--ro-bind", plan->prefixes[i].path, plan->prefixes[i].path);
    for (size_t i = 0; i < package_count; i++)
        put(line, &count, "--ro-bind-try", arena_printf(arena, "/packages/%s", packages[i]),
            arena_printf(arena, "/lab/%s", packages[i]));
    memcpy(line + count, last, sizeof last);
    count += LENGTH_OF(last);
    line[count] = NULL;
    return line;
}
