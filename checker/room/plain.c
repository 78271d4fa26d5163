/* A room without namespaces, for machines that forbid them.
 *
 * The same parts run, on the host's own view: a temporary folder stands for /lab, /data and /tmp, a free port
 * for 8080. What is lost is said by whoever chose it: the port differs from run to run, the network and the
 * host's files are open to the learner's program, limits on memory and disk are weaker. What still holds:
 * nothing that was started outlives the room, because the launcher, and above it init, adopt whatever loses
 * its parent. */
#include "checker/room/parts.h"

#include <dirent.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

/* A port that is free now. It is given back at once; between here and the learner's bind(2) another may take
 * it, which the kernel makes unlikely by handing out others first. */
static int free_port(void) {
    SCOPE_CLOSE int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    if (listener < 0 || bind(listener, (struct sockaddr *)&address, sizeof address) != 0 ||
        getsockname(listener, (struct sockaddr *)&address, &length) != 0)
        return 0;
    return ntohs(address.sin_port);
}

static bool link_packages(const struct shown *packages, const char *lab, struct arena *arena,
                          struct error *error) {
    DIR *folder = opendir(packages->path);
    if (!folder)
        return fail_errno(
            error, FAULT_INPUT,
            "%s cannot be read in a room: see that you (as root: user nobody, whom rooms run as) may",
            packages->path);
    bool good = true;
    for (const struct dirent *entry; good && (entry = readdir(folder));) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 ||
            strcmp(entry->d_name, "app") == 0)
            continue;
        good = symlink(arena_printf(arena, "%s/%s", packages->path, entry->d_name),
                       arena_printf(arena, "%s/%s", lab, entry->d_name)) == 0;
        if (!good)
            fail_errno(error, FAULT_OURS, "%s/%s cannot be made", lab, entry->d_name);
    }
    closedir(folder);
    return good;
}

bool world_plain(const struct birth *birth, struct world *world, struct error *error) {
    umask(022);
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    struct arena *arena = birth->arena;
    const struct plan *plan = &birth->plan;
    for (size_t i = 0; i < plan->prefix_count; i++)
        if (access(plan->prefixes[i].path, R_OK | X_OK) != 0)
            return fail_errno(
                error, FAULT_INPUT,
                "%s cannot be read in a room: see that you (as root: user nobody, whom rooms run as) may",
                plan->prefixes[i].path);
    char *top = arena_printf(arena, "%s/backend-learn-XXXXXX", plan->temporary);
    if (!mkdtemp(top)) {
        top = arena_copy(arena, "/tmp/backend-learn-XXXXXX");
        if (!mkdtemp(top))
            return fail_errno(error, FAULT_OURS, "cannot make a folder for a room in %s", plan->temporary);
    }
    const char *lab = arena_printf(arena, "%s/lab", top);
    const char *path = plan->path;
    *world = (struct world){
        .arena = arena,
        .plain = true,
        .top = top,
        .app = arena_printf(arena, "%s/app", lab),
        .data = arena_printf(arena, "%s/data", top),
        .temporary = arena_printf(arena, "%s/tmp", top),
        .path = path ? arena_printf(arena, "%s:/usr/local/bin:/usr/bin:/bin", path)
                     : "/usr/local/bin:/usr/bin:/bin",
        .port = free_port(),
        .launcher = birth->launcher,
        .filter = birth->filter,
    };
    const char *const folders[] = {lab, world->app, world->data, world->temporary,
                                   arena_printf(arena, "%s/home", world->temporary)};
    bool good = world->port > 0;
    if (!good)
        fail_errno(error, FAULT_OURS, "no port is free for a room");
    for (size_t i = 0; good && i < LENGTH_OF(folders); i++)
        if (mkdir(folders[i], 0755) != 0)
            good = fail_errno(error, FAULT_OURS, "%s cannot be made", folders[i]);
    if (good && plan->packages.path)
        good = link_packages(&plan->packages, lab, arena, error);
    if (!good)
        world_remove(world);
    return good;
}

/* Empties a folder that strangers filled: never follows a link, opens what they closed. */
static void empty(int folder, int depth) {
    DIR *list = fdopendir(folder);
    if (!list) {
        close(folder);
        return;
    }
    for (const struct dirent *entry; (entry = readdir(list));) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        if (unlinkat(dirfd(list), entry->d_name, 0) == 0)
            continue;
        fchmodat(dirfd(list), entry->d_name, 0700, 0);
        int below = openat(dirfd(list), entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (below >= 0 && depth < 200)
            empty(below, depth + 1);
        else if (below >= 0)
            close(below);
        unlinkat(dirfd(list), entry->d_name, AT_REMOVEDIR);
    }
    closedir(list);
}

void world_remove(const struct world *world) {
    if (!world->plain)
        return;
    int top = open(world->top, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (top >= 0)
        empty(top, 0);
    rmdir(world->top);
}

/* The children of one process, and below them, killed; those in keep, and what they started, are not. */
static bool kill_below(pid_t parent, const pid_t *keep, size_t count, int depth) {
    char path[64], list[4096];
    snprintf(path, sizeof path, "/proc/%d/task/%d/children", parent, parent);
    SCOPE_CLOSE int file = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length = file < 0 ? -1 : read(file, list, sizeof list - 1);
    if (length <= 0)
        return false;
    list[length] = '\0';
    bool any = false;
    for (char *at = list, *end;; at = end) {
        pid_t child = (pid_t)strtol(at, &end, 10);
        if (end == at || child <= 1)
            break;
        bool kept = false;
        for (size_t i = 0; i < count; i++)
            kept = kept || keep[i] == child;
        if (kept)
            continue;
        any = true;
        /* So that it cannot start others meanwhile. */
        struct rlimit none = {0, 0};
        prlimit(child, RLIMIT_NPROC, &none, NULL);
        if (depth < 64)
            kill_below(child, keep, count, depth + 1);
        kill(child, SIGKILL);
    }
    return any;
}

bool kill_children(const pid_t *keep, size_t count) {
    return kill_below(getpid(), keep, count, 0);
}
