/* The room's own world, made of fresh namespaces as an ordinary user.
 *
 * clone3 gives all six at once; the new process has all privileges in them and none outside. It maps its user
 * and group to themselves (PostgreSQL refuses to run as root, and nobody here needs root), brings lo up, and
 * builds a root of its own, with nothing of the host in it but what the plan shows:
 *
 *   /view       what a learner will see as /, but for /proc:
 *     usr bin lib…   of the host, read-only           lab/app, data, tmp, dev/shm   folders of /stage
 *     etc            ours, and a few of the host's    lab/NAME   packages of the host, read-only
 *     PREFIXES       of the host, read-only           dev        null, zero, full, random, urandom, tty, pts
 *   /stage      one tmpfs with a size and an inode limit: app, data, tmp, shm
 *   /packages   of the host, read-only; /proc of this pid namespace; /usr, /etc… are links into /view
 *
 * So the probe sees no more of the host than a learner does, and the paths of the host stay out of
 * /proc/self/mountinfo. The whole view is made here, once a room, because bubblewrap reads all of mountinfo
 * again for each folder that it is told to bind: as one folder it starts in half the time.
 *
 * Folders of the host are cloned as detached mounts before the root is changed, where their paths and
 * symbolic links still mean what they mean to the host, and attached afterwards.
 *
 * Where rooms do not work, the step that fails says why; the sentences are written here, each once. */
#include "checker/room/parts.h"

#include <dirent.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <linux/sched.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#define LOST "programs cannot be closed off from this machine and its network: "
#define CHOICE "; or let the machine be the sandbox with --sandbox external"

static bool file_says(const char *path, char expected) {
    SCOPE_CLOSE int file = open(path, O_RDONLY | O_CLOEXEC);
    char byte;
    return file >= 0 && read(file, &byte, 1) == 1 && byte == expected;
}

static bool apparmor_restricts(void) {
    return file_says("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", '1');
}

static bool refused(struct error *error, const char *what) {
    if (apparmor_restricts())
        return fail_errno(
            error, FAULT_OURS,
            LOST "AppArmor restricts user namespaces on this system; allow them with `sudo sysctl -w "
                 "kernel.apparmor_restrict_unprivileged_userns=0`" CHOICE " (%s)",
            what);
    if (file_says("/proc/sys/kernel/unprivileged_userns_clone", '0'))
        return fail_errno(error, FAULT_OURS,
                          LOST "user namespaces are switched off; allow them with `sudo sysctl -w "
                               "kernel.unprivileged_userns_clone=1`" CHOICE " (%s)",
                          what);
    return fail_errno(error, FAULT_OURS,
                      LOST "this container or chroot forbids user namespaces; start the container with "
                           "`--security-opt seccomp=unconfined --security-opt systempaths=unconfined`" CHOICE
                           " (%s)",
                      what);
}

pid_t clone_room(struct error *error) {
    struct clone_args arguments = {
        .flags = CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWUTS,
        .exit_signal = SIGCHLD,
    };
    pid_t made = (pid_t)syscall(SYS_clone3, &arguments, sizeof arguments);
    if (made >= 0)
        return made;
    if (errno == ENOSPC || errno == EUSERS)
        fail_errno(error, FAULT_OURS,
                   LOST "the limit of namespaces is reached or 0; raise it with `sudo sysctl -w "
                        "user.max_user_namespaces=15000` (and user.max_net_namespaces)" CHOICE " (clone3)");
    else if (errno == EPERM || errno == ENOSYS || errno == EINVAL)
        refused(error, "clone3");
    else
        fail_errno(error, FAULT_OURS,
                   "a room could not be made: the machine is short of memory or processes (clone3)");
    return -1;
}

static bool write_file(const char *path, const char *text) {
    SCOPE_CLOSE int file = open(path, O_WRONLY | O_CLOEXEC);
    size_t length = strlen(text);
    return file >= 0 && write(file, text, length) == (ssize_t)length;
}

/* In the new root, whose folders exist. */
static bool create_file(const char *path, const char *text) {
    SCOPE_CLOSE int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    size_t length = strlen(text);
    return file >= 0 && write(file, text, length) == (ssize_t)length;
}

static bool map_ids(const struct birth *birth, struct error *error) {
    char users[64], groups[64];
    snprintf(users, sizeof users, "%u %u 1", birth->uid, birth->uid);
    snprintf(groups, sizeof groups, "%u %u 1", birth->gid, birth->gid);
    if (!write_file("/proc/self/setgroups", "deny") || !write_file("/proc/self/uid_map", users) ||
        !write_file("/proc/self/gid_map", groups))
        return refused(error, "uid_map");
    return true;
}

/* This, and not whether the namespace could be made, tells whether there are privileges in it. */
static bool bring_lo_up(struct error *error) {
    SCOPE_CLOSE int socket_ = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    struct ifreq request = {.ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING};
    if (socket_ < 0 || ioctl(socket_, SIOCSIFFLAGS, &request) != 0)
        return refused(error, "lo up");
    return true;
}

/* --- what is shown of the host -------------------------------------------------------------------------- */

#define VIEW "/view" /* what bubblewrap makes the root of */

struct bound {
    const char *target; /* in the new root */
    int mount;          /* detached */
    bool folder;
};

struct bounds {
    struct bound list[160];
    size_t count;
};

/* Of /etc, what compilers and runtimes read: names, some of them patterns. */
static const char *const shown_of_etc[] = {
    "alternatives", "ld.so.cache", "localtime", "ssl/certs", "ssl/openssl.cnf", "java-*",   "mono",
    "dotnet",       "python3*",    "perl",      "magic",     "mime.types",      "services", "protocols",
};

/* Written by us, the same everywhere. */
static const struct {
    const char *path, *text;
} written[] = {
    {VIEW "/etc/passwd", "root:x:0:0:root:/:/usr/sbin/nologin\nlearner:x:1000:1000::/tmp/home:/bin/sh\n"
                         "nobody:x:65534:65534::/:/usr/sbin/nologin\n"},
    {VIEW "/etc/group", "root:x:0:\nlearner:x:1000:\nnogroup:x:65534:\n"},
    {VIEW "/etc/hosts", "127.0.0.1 localhost box\n::1 localhost\n"},
    {VIEW "/etc/hostname", "box\n"},
    {VIEW "/etc/nsswitch.conf",
     "passwd: files\ngroup: files\nhosts: files\nservices: files\nprotocols: files\n"},
};

static const char *const devices[] = {"/dev/null",   "/dev/zero",    "/dev/full",
                                      "/dev/random", "/dev/urandom", "/dev/tty"};

/* Takes the mount; read-only and without setuid programs from here on. */
static bool take(struct bounds *bounds, int mount, const char *target, bool folder, bool device) {
    struct mount_attr attributes = {.attr_set = MOUNT_ATTR_NOSUID |
                                                (device ? 0 : MOUNT_ATTR_RDONLY | MOUNT_ATTR_NODEV)};
    if (bounds->count >= LENGTH_OF(bounds->list) ||
        mount_setattr(mount, "", AT_EMPTY_PATH | AT_RECURSIVE, &attributes, sizeof attributes) != 0) {
        close(mount);
        return false;
    }
    bounds->list[bounds->count++] = (struct bound){target, mount, folder};
    return true;
}

static bool show(struct bounds *bounds, const char *path, const char *target, bool device) {
    int mount = open_tree(AT_FDCWD, path, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE);
    if (mount < 0)
        return false;
    struct stat status;
    return take(bounds, mount, target, fstat(mount, &status) == 0 && S_ISDIR(status.st_mode), device);
}

static bool show_in_view(struct bounds *bounds, const char *path, bool device, struct arena *arena) {
    return show(bounds, path, arena_printf(arena, VIEW "%s", path), device);
}

/* What there is of it, as paths. */
const char *const *find_of_etc(struct arena *arena) {
    enum { MOST = 64 };
    const char **found = arena_alloc(arena, (MOST + 1) * sizeof *found);
    size_t count = 0;
    DIR *folder = opendir("/etc");
    for (size_t i = 0; i < LENGTH_OF(shown_of_etc); i++)
        if (strchr(shown_of_etc[i], '/') && count < MOST)
            found[count++] = arena_printf(arena, "/etc/%s", shown_of_etc[i]);
    for (const struct dirent *entry; folder && (entry = readdir(folder));)
        for (size_t i = 0; i < LENGTH_OF(shown_of_etc) && count < MOST; i++)
            if (fnmatch(shown_of_etc[i], entry->d_name, 0) == 0)
                found[count++] = arena_printf(arena, "/etc/%s", entry->d_name);
    if (folder)
        closedir(folder);
    found[count] = NULL;
    return found;
}

static bool show_folder(struct bounds *bounds, const struct shown *shown, const char *target,
                        struct error *error) {
    if (shown->descriptor >= 0) {
        if (take(bounds, shown->descriptor, target, true, false))
            return true;
    } else if (show(bounds, shown->path, target, false)) {
        return true;
    }
    return fail_errno(
        error, FAULT_INPUT,
        "%s cannot be shown in a room: see that it exists and that you (as root: user nobody) may read it",
        shown->path);
}

static bool gather(const struct birth *birth, struct bounds *bounds, struct error *error) {
    if (!show_in_view(bounds, "/usr", false, birth->arena))
        return fail_errno(error, FAULT_OURS,
                          LOST "this kernel (older than 5.12?) cannot show /usr in a room");
    for (size_t i = 0; i < BESIDE_USR; i++) {
        struct stat status;
        if (lstat(beside_usr[i], &status) == 0 && S_ISDIR(status.st_mode))
            show_in_view(bounds, beside_usr[i], false, birth->arena);
    }
    for (size_t i = 0; i < LENGTH_OF(devices); i++)
        if (!show_in_view(bounds, devices[i], true, birth->arena))
            return fail_errno(error, FAULT_OURS, LOST "%s cannot be shown in a room", devices[i]);
    for (const char *const *path = birth->etc; *path; path++)
        show_in_view(bounds, *path, false, birth->arena);
    const struct plan *plan = &birth->plan;
    for (size_t i = 0; i < plan->prefix_count; i++)
        if (!show_folder(bounds, &plan->prefixes[i],
                         arena_printf(birth->arena, VIEW "%s", plan->prefixes[i].path), error))
            return false;
    return !plan->packages.path || show_folder(bounds, &plan->packages, "/packages", error);
}

/* --- the new root --------------------------------------------------------------------------------------- */

/* The path as a folder, or as an empty file to mount on, and the folders above it. */
static bool make_place(const char *path, bool folder, struct arena *arena) {
    if (folder && (mkdir(path, 0755) == 0 || errno == EEXIST))
        return true;
    if (!folder) {
        SCOPE_CLOSE int file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0444);
        if (file >= 0)
            return true;
    }
    char *above = arena_copy(arena, path), *slash = strrchr(above, '/');
    if (errno != ENOENT || slash == above)
        return false;
    *slash = '\0';
    return make_place(above, true, arena) && make_place(path, folder, arena);
}

/* /bin and its like, where the host has links; and links of the room's own to what is in the view. */
static bool link_system(struct arena *arena, const char *old) {
    static const struct {
        const char *target, *path;
    } links[] = {
        {"view/usr", "/usr"},
        {"view/etc", "/etc"},
        {"view/dev", "/dev"},
        {"/tmp", VIEW "/var/tmp"},
        {"/proc/self/fd", VIEW "/dev/fd"},
        {"/proc/self/fd/0", VIEW "/dev/stdin"},
        {"/proc/self/fd/1", VIEW "/dev/stdout"},
        {"/proc/self/fd/2", VIEW "/dev/stderr"},
        {"pts/ptmx", VIEW "/dev/ptmx"},
    };
    for (size_t i = 0; i < LENGTH_OF(links); i++)
        if (symlink(links[i].target, links[i].path) != 0)
            return false;
    for (size_t i = 0; i < BESIDE_USR; i++) {
        char target[256];
        struct stat status;
        const char *path = arena_printf(arena, "%s%s", old, beside_usr[i]);
        if (lstat(path, &status) != 0)
            continue;
        ssize_t length = readlink(path, target, sizeof target - 1);
        if (length > 0) {
            target[length] = '\0';
            if (symlink(target, arena_printf(arena, VIEW "%s", beside_usr[i])) != 0)
                return false;
        }
        if (symlink(arena_printf(arena, "view%s", beside_usr[i]), beside_usr[i]) != 0)
            return false;
    }
    return true;
}

/* Packages lie beside the learner's folder in /lab; hidden names are notes of whoever installed them. */
static bool show_packages(struct arena *arena) {
    DIR *folder = opendir("/packages");
    bool good = true;
    for (const struct dirent *entry; folder && good && (entry = readdir(folder));) {
        if (entry->d_name[0] == '.' || strcmp(entry->d_name, "app") == 0)
            continue;
        const char *from = arena_printf(arena, "/packages/%s", entry->d_name);
        const char *to = arena_printf(arena, VIEW "/lab/%s", entry->d_name);
        struct stat status;
        good = stat(from, &status) == 0 && make_place(to, S_ISDIR(status.st_mode), arena) &&
               mount(from, to, NULL, MS_BIND | MS_REC, NULL) == 0;
    }
    if (folder)
        closedir(folder);
    return good;
}

/* One tmpfs for all that can be written, so that one size and one number of inodes bound it. */
static bool make_stage(const struct plan *plan, struct error *error) {
    char options[96];
    snprintf(options, sizeof options, "size=%ldm,nr_inodes=%ld,mode=0755", plan->size_mib, plan->inodes);
    if (mount("tmpfs", "/stage", "tmpfs", MS_NOSUID | MS_NODEV, options) != 0)
        return fail_errno(error, FAULT_OURS, LOST "the room's folder in memory cannot be made (tmpfs)");
    static const struct {
        const char *path, *shown;
        mode_t mode;
    } folders[] = {
        {"/stage/app", VIEW "/lab/app", 0755},
        {"/stage/data", VIEW "/data", 0755},
        {"/stage/tmp", VIEW "/tmp", 01777},
        {"/stage/shm", VIEW "/dev/shm", 01777},
    };
    for (size_t i = 0; i < LENGTH_OF(folders); i++)
        if (mkdir(folders[i].path, 0755) != 0 || chmod(folders[i].path, folders[i].mode) != 0 ||
            mount(folders[i].path, folders[i].shown, NULL, MS_BIND, NULL) != 0)
            return fail_errno(error, FAULT_OURS, LOST "%s cannot be made", folders[i].path);
    return mkdir("/stage/tmp/home", 0755) == 0 ||
           fail_errno(error, FAULT_OURS, LOST "/stage/tmp/home cannot be made");
}

static bool make_root(const struct birth *birth, const struct bounds *bounds, struct error *error) {
    const char *what =
        "/tmp"; /* any folder that surely exists: it is covered only until the roots are swapped */
    if (mount(NULL, "/", NULL, MS_REC | MS_SLAVE | MS_SILENT, NULL) != 0 ||
        mount("tmpfs", what, "tmpfs", MS_NOSUID | MS_NODEV, "size=4m,nr_inodes=4096,mode=0755") != 0)
        return refused(error, "mount");
    if (chdir(what) != 0 || mkdir("old", 0755) != 0 || syscall(SYS_pivot_root, ".", "old") != 0 ||
        chdir("/") != 0)
        return refused(error, "pivot_root");
    static const char *const folders[] = {
        "/proc",         "/tmp",          "/stage",     VIEW,
        VIEW "/etc",     VIEW "/etc/ssl", VIEW "/dev",  VIEW "/run",
        VIEW "/dev/pts", VIEW "/dev/shm", VIEW "/proc", VIEW "/tmp",
        VIEW "/data",    VIEW "/var",     VIEW "/lab",  VIEW "/lab/app",
    };
    bool good = true;
    for (size_t i = 0; i < LENGTH_OF(folders); i++)
        good = good && mkdir(folders[i], 0755) == 0;
    good = good && link_system(birth->arena, "/old");
    for (size_t i = 0; good && i < LENGTH_OF(written); i++)
        good = create_file(written[i].path, written[i].text);
    if (good && !make_stage(&birth->plan, error)) /* first: a prefix may lie below /tmp */
        return false;
    for (size_t i = 0; good && i < bounds->count; i++) {
        const struct bound *bound = &bounds->list[i];
        good = make_place(bound->target, bound->folder, birth->arena) &&
               move_mount(bound->mount, "", AT_FDCWD, bound->target, MOVE_MOUNT_F_EMPTY_PATH) == 0;
        close(bound->mount);
        if (!good)
            return fail_errno(error, FAULT_OURS, LOST "%s cannot be shown in a room", bound->target);
    }
    if (!good)
        return fail_errno(error, FAULT_OURS, LOST "the folders of a room cannot be made");
    /* Allowed only while a /proc without anything masked is in sight, hence before the old root goes. */
    if (mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) != 0)
        return fail_errno(error, FAULT_OURS,
                          LOST "this container hides parts of /proc; start it with "
                               "`--security-opt systempaths=unconfined`" CHOICE " (mounting /proc)");
    if (mount("devpts", VIEW "/dev/pts", "devpts", MS_NOSUID | MS_NOEXEC,
              "newinstance,ptmxmode=0666,mode=620") != 0)
        return fail_errno(error, FAULT_OURS, LOST "a room cannot have terminals of its own (devpts)");
    if (!show_packages(birth->arena))
        return fail_errno(error, FAULT_OURS, LOST "the packages cannot be shown in a room");
    if (umount2("/old", MNT_DETACH) != 0 || rmdir("/old") != 0 ||
        mount(NULL, "/", NULL, MS_BIND | MS_REMOUNT | MS_RDONLY | MS_NOSUID | MS_NODEV, NULL) != 0)
        return fail_errno(error, FAULT_OURS, LOST "the host's folders cannot be taken out of a room");
    return true;
}

bool world_isolate(const struct birth *birth, struct world *world, struct error *error) {
    umask(022);
    struct bounds bounds = {.count = 0};
    if (!map_ids(birth, error) || !bring_lo_up(error) || !gather(birth, &bounds, error) ||
        !make_root(birth, &bounds, error))
        return false;
    sethostname("box", 3);
    /* Last: becoming another user would have taken it back. */
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (access("/usr/bin/bwrap", X_OK) != 0)
        return fail(error, FAULT_TOOL,
                    LOST "bubblewrap is not installed; `sudo apt install bubblewrap` installs it" CHOICE);
    const char *path = birth->plan.path;
    *world = (struct world){
        .arena = birth->arena,
        .top = "",
        .app = "/stage/app",
        .data = "/stage/data",
        .temporary = "/stage/tmp",
        .path = path ? arena_printf(birth->arena, "%s:/usr/local/bin:/usr/bin:/bin", path)
                     : "/usr/local/bin:/usr/bin:/bin",
        .port = ROOM_PORT,
        .launcher = birth->launcher,
        .filter = birth->filter,
        .view = view_command,
    };
    return true;
}
