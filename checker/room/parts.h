/* What the parts of a room say to each other.
 *
 *   cli ──────── request_room + descriptors ───────▶ broker     nothing comes back: the room itself answers
 *   cli ◀──────── JSON lines, the channel ─────────▶ probe      first line {"room":"ready"} or
 *                                                               {"error":…, "fault":…, "lost": no rooms here}
 *   probe ─────── init_request + descriptors ──────▶ init       start, kill; who owns a socket
 *   probe ◀────── launcher_message + descriptors ──▶ launcher   launch, signal, end; ready, born, started, ended
 *
 * All but the channel are SOCK_SEQPACKET: one message is one packet, so none is ever half read. What has no
 * known size (a plan, a command line with its environment) travels as a memfd beside the packet.
 *
 * Three ends are events that cost no message: init sees the channel hang up when the cli is gone; the
 * launcher sees its socket hang up when the probe is gone; and the probe sees the end of a starter's pipe
 * when bubblewrap and the launcher are gone, which, as the launcher is pid 1 there, is when its namespace is
 * empty. */
#pragma once
#include "checker/base/memory.h"
#include "checker/room/room.h"

#include <errno.h>
#include <poll.h>
#include <stdalign.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>

enum {
    NOBODY = 65534,       /* whom root becomes before a room is made */
    DESCRIPTORS_MAX = 64, /* in one message; the kernel's own limit is 253 */
};

/* --- cli to broker -------------------------------------------------------------------------------------- */

enum { BROKER_CONTROL = 3, BROKER_LAUNCHER = 4 }; /* the descriptors a broker is started with */

struct request_room {
    uint32_t has_tree;
    uint32_t mounts; /* how many of the plan's "mounts" come with a descriptor of open_tree(2) */
};                   /* descriptors: channel, plan, [tree], mounts… */

/* A folder of the host's that a room shows, and where its mount is, if the cli made it (as root: the folder
 * may lie where nobody may go, such as below /root). */
struct shown {
    const char *path;
    int descriptor; /* -1: by path */
};

struct plan {
    struct shown *prefixes;
    size_t prefix_count;
    struct shown packages; /* path NULL: none */
    const char *path;      /* put in front of PATH, or NULL */
    long size_mib, inodes;
    const char *temporary; /* where plain rooms put their folder */
    bool plain;
    bool test;  /* probe_rooms_work: try everything, serve nothing */
    bool prove; /* ready only once bubblewrap has worked in it */
};

/* --- probe to init -------------------------------------------------------------------------------------- */

enum init_request_kind {
    INIT_START, /* descriptors: the launcher's socket, the pipe for what the starter complains about */
    INIT_KILL,  /* the starter with this number, for a launcher that does not answer */
    INIT_OWNER, /* answered by a packet: int32_t, the process that holds the socket with this inode, or 0 */
};
struct init_request {
    uint32_t kind;
    uint32_t number;
    uint64_t inode;
};

/* --- probe and launcher --------------------------------------------------------------------------------- */

enum launcher_kind {
    LAUNCHER_LAUNCH,  /* descriptors: a memfd with struct launch, stdin, stdout, stderr */
    LAUNCHER_SIGNAL,  /* value: the signal, for the process group */
    LAUNCHER_END,     /* end everything now; value: why (enum ended), comes back in LAUNCHER_ENDED */
    LAUNCHER_READY,   /* bubblewrap is done, and it waits for what to launch */
    LAUNCHER_BORN,    /* from the child itself: the kernel translates the sender's pid for the reader */
    LAUNCHER_STARTED, /* exec succeeded: the clock runs */
    LAUNCHER_FAILED,  /* it did not; value: enum launch_stage, status: errno */
    LAUNCHER_ENDED,   /* value: enum ended, status: the raw wait status, left_behind, ms */
};
enum launch_stage { STAGE_SETUP, STAGE_DIRECTORY, STAGE_EXEC };
struct launcher_message {
    uint32_t kind;
    int32_t value, status, left_behind;
    double ms;
};

/* After it, NUL-terminated: the directory, the arguments (the program first), the environment. */
struct launch {
    int64_t data_mib, memory_mib, processes, file_mib, open_files;
    double seconds;
    uint32_t arguments, environment;
};

/* --- messages with descriptors -------------------------------------------------------------------------- */

/* Sends one packet. Never raises SIGPIPE. */
static inline bool packet_send(int socket, const void *bytes, size_t length, const int *descriptors,
                               size_t count) {
    struct iovec part = {(void *)(uintptr_t)bytes, length};
    alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(int) * DESCRIPTORS_MAX)];
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    if (count > DESCRIPTORS_MAX) {
        errno = E2BIG;
        return false;
    }
    if (count > 0) {
        memset(control, 0, sizeof control);
        message.msg_control = control;
        message.msg_controllen = CMSG_SPACE(sizeof(int) * count);
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(sizeof(int) * count);
        memcpy(CMSG_DATA(header), descriptors, sizeof(int) * count);
    }
    ssize_t sent;
    do
        sent = sendmsg(socket, &message, MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    return sent == (ssize_t)length;
}

/* Receives what one recvmsg gives: a packet, or a piece of a stream. (ECONNRESET says that the other end
 * closed with something unread; what it sent before is still there.) Returns its length, 0 at the end, -1
 * with errno. Descriptors beyond max are closed; sender (may be NULL) needs SO_PASSCRED. */
static inline ssize_t packet_receive(int socket, void *bytes, size_t size, int *descriptors, size_t max,
                                     size_t *ret_count, pid_t *sender, int flags) {
    struct iovec part = {bytes, size};
    alignas(struct cmsghdr) char
        control[CMSG_SPACE(sizeof(int) * DESCRIPTORS_MAX) + CMSG_SPACE(sizeof(struct ucred))];
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    ssize_t received;
    do
        received = recvmsg(socket, &message, MSG_CMSG_CLOEXEC | flags);
    while (received < 0 && (errno == EINTR || errno == ECONNRESET));
    size_t count = 0;
    if (received >= 0)
        for (struct cmsghdr *header = CMSG_FIRSTHDR(&message); header;
             header = CMSG_NXTHDR(&message, header)) {
            if (header->cmsg_level != SOL_SOCKET)
                continue;
            if (header->cmsg_type == SCM_CREDENTIALS && sender) {
                struct ucred credentials;
                memcpy(&credentials, CMSG_DATA(header), sizeof credentials);
                *sender = credentials.pid;
            }
            if (header->cmsg_type != SCM_RIGHTS)
                continue;
            size_t here = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
            for (size_t i = 0; i < here; i++) {
                int descriptor;
                memcpy(&descriptor, CMSG_DATA(header) + i * sizeof descriptor, sizeof descriptor);
                if (count < max)
                    descriptors[count++] = descriptor;
                else
                    close(descriptor);
            }
        }
    if (ret_count)
        *ret_count = count;
    return received;
}

/* --- inside --------------------------------------------------------------------------------------------- */

/* What init made of the plan, known to the probe because it is forked from init. */
struct world {
    struct arena *arena;
    bool plain;
    const char *top;                    /* plain: the temporary folder; else "" */
    const char *app, *data, *temporary; /* as the probe sees them */
    const char *path;                   /* the learner's PATH */
    int port;
    int launcher;            /* the launcher's program, open */
    int filter;              /* the learner's seccomp filter as BPF, in a memfd */
    const char *const *view; /* bubblewrap's command line; plain: NULL */
};

/* A room that is about to be made, in the process that will be its init. */
struct birth {
    const struct room_worker *worker;
    struct plan plan;
    uid_t uid;
    gid_t gid;
    int channel, tree, life, launcher, filter, probe_filter;
    const char *const *etc; /* see find_of_etc */
    struct arena *arena;
};

/* The first line of a room that there will not be. lost: because rooms do not work here at all. */
void say_refused(int socket, const struct error *error, bool lost);
/* Becomes the room; called in the new process. Never returns. */
_Noreturn void room_live(struct birth *birth);

/* namespaces.c: turns the fresh namespaces of this process into the room's world. */
bool world_isolate(const struct birth *birth, struct world *world, struct error *error);
/* What a room shows of the host's /etc: looked for once, by the broker. */
const char *const *find_of_etc(struct arena *arena);
/* clone3(2) into new namespaces; the errors say why rooms do not work here. Returns as fork(2) does. */
pid_t clone_room(struct error *error);

/* plain.c: the same without namespaces. world_remove takes the folder away again. */
bool world_plain(const struct birth *birth, struct world *world, struct error *error);
void world_remove(const struct world *world);
/* Kills the children of this process, and theirs, except those in keep; true if there were any. */
bool kill_children(const pid_t *keep, size_t count);

/* view.c: bubblewrap's command line. */
extern const char *const view_command[];
/* What a merged /usr makes of /bin and its like: symbolic links, as the host has them, or folders of their
 * own. */
enum { BESIDE_USR = 6 };
extern const char *const beside_usr[BESIDE_USR];
enum { VIEW_CONTROL = 3, VIEW_FILTER = 4, VIEW_LAUNCHER = 5 }; /* the descriptors it is started with */

/* filter.c: a filter's instructions in a memfd; loading it on this process, for good. */
bool filter_write(bool probe, int *ret_memfd, struct error *error);
bool filter_load(int memfd, struct error *error);

/* landlock.c: on this process, for good; true too where the kernel has none. */
bool landlock_probe(const struct world *world, struct error *error);

/* process.c: the room as the probe holds it. */
struct room *room_new(const struct world *world, int init);
void room_free(struct room *room);
/* Has a launcher ready for the next start, so that bubblewrap's work is done by then. Does not wait. */
void room_prepare(struct room *room);
bool room_prove(struct room *room, struct error *error); /* looks at lo, waits until the launcher is ready */
bool room_test(struct room *room, struct error *error);  /* and starts /usr/bin/true */
