/* Rooms: where learners' programs run.
 *
 *   backend-learn (cli)                 one socket to the broker, one channel to each room
 *    └ backend-learn-probe (broker)     started once a run; drops root; reads no hostile byte; forks rooms
 *       └ room: user, net, pid, mount, IPC and UTS namespaces, made by clone3 without an exec
 *          ├ init      pid 1: small, unfiltered; starts processes on request, reaps, ends all
 *          ├ probe     pid 2: under seccomp and Landlock; runs checks, talks to learners' processes
 *          └ bwrap ─ backend-learn-launcher (pid 1 of its own pid namespace) ─ the learner's process
 *
 * With a room goes everything in it: init holds PR_SET_PDEATHSIG on the broker, the broker on the cli, and
 * each also ends when its socket to the one above closes. bubblewrap passes no signals and blurs exit
 * statuses, so the launcher inside it takes requests over a socket, forwards signals, reports the raw wait
 * status, and, being pid 1, has its namespace empty before it says that the process ended. It then serves the
 * room's next start: bubblewrap is the dearest part of one.
 *
 * Where namespaces are forbidden, the same parts run without them ("plain" room): a temporary folder instead
 * of a tmpfs, a free port instead of 8080, no bubblewrap; the launcher is then a child subreaper.
 *
 * Inside every room the same view, in check and in grade:
 *   /usr, and what of /etc a compiler and a runtime need, read-only; the toolchain's own prefix read-only
 *   /lab          the languages' packages (read-only), parent of
 *   /lab/app      the code, a copy: the working directory
 *   /data         $DATA_DIR
 *   /tmp          and HOME=/tmp/home; all three on one tmpfs with a size and an inode limit
 */
#pragma once
#include "checker/base/error.h"
#include "checker/base/text.h"
#include "checker/base/tree.h"

#include <cjson/cJSON.h>
#include <signal.h>
#include <sys/types.h>

enum { ROOM_PORT = 8080 };

/* --- the cli's side ------------------------------------------------------------------------------------- */

struct probe; /* a running backend-learn-probe */

/* Starts the broker. executable: path of backend-learn-probe (its launcher lies beside it). The environment
 * it gets is empty. With plain, rooms have no namespaces. The broker ends with the thread that calls this;
 * rooms may be asked for from any thread. */
bool probe_open(const char *executable, bool plain, struct probe **ret_probe, struct error *error);

/* Whether rooms with namespaces work here: makes one, brings lo up, starts bwrap with /usr/bin/true in it.
 * false with a sentence that says what is lost, why, and the remedy (Docker's masked /proc, Ubuntu's AppArmor
 * restriction, user.max_user_namespaces, bubblewrap not installed). */
bool probe_rooms_work(struct probe *probe, struct error *error);

/* What a room needs, as one JSON object (all members optional):
 *   "prefixes": ["/opt/node"]   folders shown read-only at their own path (a toolchain outside /usr)
 *   "packages": "/path"         folder whose entries, but for hidden ones, are shown read-only in /lab
 *   "path": "/opt/node/bin"     put in front of PATH
 *   "size_mib", "inodes"        of the tmpfs (64, 8192)
 *   "prove": true               ready only once bubblewrap has worked in it: for the first room of a run
 * tree: a packed tree (see tree.h) unpacked to /lab/app, or -1; a file or memfd is read from its beginning
 * and keeps its offset, so many rooms may have the same one. Returns the channel: a connected unix stream
 * socket to the room's probe, which ends with the room; closing it ends the room. */
bool probe_room(struct probe *probe, const cJSON *plan, int tree, int *ret_channel, struct error *error);
/* The same in two steps, for a room that is made while something else runs: what is written to the channel
 * before the room is ready waits there. ret_lost, always written, tells whether rooms do not work here at all. */
bool probe_room_ask(struct probe *probe, const cJSON *plan, int tree, int *ret_channel, struct error *error);
bool probe_room_ready(int channel, bool *ret_lost, struct error *error);

/* Ends all rooms and the broker, and waits until they are gone. NULL is fine. */
void probe_close(struct probe *probe);

/* JSON lines over a channel, each up to 64 MiB, with an optional descriptor (-1: none). channel_read waits
 * until the deadline (CLOCK_MONOTONIC seconds, see clock_now; 0: none); false at the end, at a time-out, or
 * for a line that is not JSON. */
struct channel {
    int socket;
    struct text pending;
    int received; /* a descriptor that came with what was read last, or -1 */
};
bool channel_write(struct channel *channel, const cJSON *message, int descriptor, struct error *error);
bool channel_read(struct channel *channel, double deadline, cJSON **ret_message, int *ret_descriptor,
                  struct error *error);
void channel_close(struct channel *channel);

double clock_now(void); /* CLOCK_MONOTONIC in seconds */

/* --- inside a room, for the probe ----------------------------------------------------------------------- */

struct room; /* the room this process is in */

const char *room_app_folder(const struct room *room);  /* /lab/app as the probe sees it; writable */
const char *room_data_folder(const struct room *room); /* $DATA_DIR as the probe sees it */
bool room_is_plain(const struct room *room);
int room_port(const struct room *room); /* 8080, or a free one in a plain room */

/* The process that holds the socket with this inode (as /proc/self/net/tcp names it), as this room's /proc
 * shows it; 0: none that may be looked at. The probe cannot ask /proc/PID/fd itself: Landlock forbids it. */
pid_t room_socket_owner(struct room *room, uint64_t inode);

/* 0: none of that kind; all of them 0: limits_default. A server that is to live longer than ten seconds needs
 * more seconds than the default. */
struct limits {
    long data_mib;   /* RLIMIT_DATA (never RLIMIT_AS, which breaks Java and Node) */
    long memory_mib; /* the watchdog: resident memory of the process and all that it started */
    long processes;  /* RLIMIT_NPROC, set inside bubblewrap's user namespace */
    long file_mib;   /* RLIMIT_FSIZE */
    long open_files; /* RLIMIT_NOFILE */
    double seconds;  /* until it is ended: time in which it ran or waited, not time it waited for a CPU that
                         * others had; at most ten times as long on the wall clock */
    size_t output;   /* bytes kept and allowed on each of stdout and stderr; 0: the default */
};
extern const struct limits limits_default; /* 512, 512, 128, 64, 256, 10, 1 MiB */

enum ended {
    ENDED_EXITED,
    ENDED_SIGNALLED, /* by itself or its own doing, such as SIGSEGV */
    ENDED_STOPPED,   /* by a signal that we were asked to send (and what came of it) */
    ENDED_TIME_LIMIT,
    ENDED_OUTPUT_LIMIT,
    ENDED_MEMORY_LIMIT,
};
const char *ended_name(enum ended ended); /* "exited", "signalled", "time-limit"… */

/* A command line as words, in the arena, NULL-terminated, the arguments (may be NULL) appended as they are; with shell
 * characters in it, those of /bin/sh -c. */
bool command_words(const char *command, const char *const *arguments, struct arena *arena,
                   const char ***ret_words, struct error *error);

struct process; /* a learner's process, started */

struct process_request {
    const char *command; /* a command line: words, quoted as in a shell; with shell characters, sh runs it */
    const char *const *arguments;   /* appended as they are; NULL-terminated or NULL */
    const char *const *environment; /* NAME=value, added to the room's own (PATH, HOME, LANG, PORT…) */
    const char *directory;          /* NULL: /lab/app; relative to it, or absolute */
    struct limits limits;
};

/* Starts a process; its streams are pipes. True once it runs. What the learner did (no such file, not
 * executable) is FAULT_INPUT, a program that PATH does not have FAULT_TOOL, the rest FAULT_OURS. Written only
 * when true. */
bool room_start(struct room *room, const struct process_request *request, struct process **ret_process,
                struct error *error);

struct outcome {
    enum ended ended;
    int status;      /* the raw wait status */
    int left_behind; /* processes that were still there when it ended, and were ended */
    double ms;       /* from exec to its end, on the wall clock */
    struct text out, err;
};
void outcome_free(struct outcome *outcome);

/* Writes input (then closes it), reads both streams, waits for the end, enforces the limits. It ends when the
 * process does, also if that left others behind that hold the streams; they are ended then. */
bool room_run(struct room *room, const struct process_request *request, const char *input,
              size_t input_length, struct outcome *ret_outcome, struct error *error);

/* For servers and dialogues. The descriptors are non-blocking and stay the process's. process_step waits for
 * something to happen (output, room in an input that was full, the end) until the deadline (0: none), and
 * appends to out and err; it returns false only for a fault of ours. Limits of time and memory hold without
 * it; output beyond its limit is noticed by it, and up to 1 MiB a stream waits in the pipe between two
 * steps. */
int process_input(struct process *process); /* -1 once closed */
void process_close_input(struct process *process);
bool process_step(struct process *process, double deadline, struct error *error);
bool process_has_ended(const struct process *process);
/* Its streams so far; the rest when it has ended. */
const struct outcome *process_outcome(const struct process *process);
/* To its process group. Fine, and without effect, when it has ended. SIGTERM, SIGINT, SIGQUIT and SIGKILL
 * make its end ENDED_STOPPED, whatever came of them; another signal only if it is what killed it. */
bool process_signal(struct process *process, int signal, struct error *error);
pid_t process_pid(const struct process *process); /* of the learner's process as this room's /proc shows it */
void process_free(struct process *process);       /* ends it and all it started, waits for that */

/* What the worker of a room runs: defined by the probe program, called in pid 2 after filters are in place.
 * Returns the process's exit status. */
struct room_worker {
    int (*serve)(struct room *room, struct channel *channel);
    void (*warm)(void); /* once in the broker, before rooms are forked: initialise libraries */
};
int broker_main(const struct room_worker *worker, int argc, char **argv);
