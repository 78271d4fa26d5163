/* What a learner's process sees, as bubblewrap's command line.
 *
 * Init has already built the view, mounts and all (namespaces.c), with nothing in it but what may be seen and
 * everything read-only but the room's own folders. bubblewrap makes it the root, in a user, pid, IPC and UTS
 * namespace of its own, where nothing of it can be changed any more, mounts a /proc that shows only what it
 * starts, takes all privileges away, and loads the filter. Its own environment would show in /proc/1/environ,
 * hence it is started with none.
 *
 * The launcher comes in as an open descriptor and is run from /proc/self/fd, so it needs no place in the
 * view. */
#include "checker/room/parts.h"

/* An option and what it takes are one line. */
/* clang-format off */
const char *const view_command[] = {
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
    "--dev-bind", "/view", "/", /* as it is; devices are those that init put there */
    "--proc", "/proc",
    "--chdir", "/lab/app",
    "--", "/proc/self/fd/5", "room",
    NULL,
};
/* clang-format on */

const char *const beside_usr[BESIDE_USR] = {"/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"};
