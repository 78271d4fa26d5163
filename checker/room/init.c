/* Pid 1 of a room, and how the room's probe is born from it.
 *
 * Init starts processes because the probe may not: it is under a filter that forbids it, and bubblewrap
 * started from under a filter fails. It stays small and reads nothing that a learner wrote. Its end is the
 * room's end: the kernel then kills every process of the pid namespace, also those that tried to get away. It
 * ends when the probe does, when the channel hangs up (the cli is gone, or done), and when the broker's life
 * pipe does.
 *
 * In a plain room no kernel helps: init is a subreaper, so whoever loses its parent becomes its child, and
 * what it did not start itself is killed, at once when it turns up and all of it at the end. */
#include "checker/base/json.h"
#include "checker/room/parts.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/sendfile.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

enum { STARTERS_MAX = 256 };

struct init {
    const struct birth *birth;
    const struct world *world;
    int requests, signals;
    pid_t probe;
    int status; /* the probe's exit status */
    struct starter {
        uint32_t number;
        pid_t pid;
    } starters[STARTERS_MAX];
    size_t count;
};

/* --- starting ------------------------------------------------------------------------------------------- */

_Noreturn static void become_starter(const struct world *world, int control, int complaints) {
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    char own[40];
    snprintf(own, sizeof own, "/proc/self/fd/%d", world->filter);
    int filter = open(own, O_RDONLY | O_CLOEXEC); /* its own offset: several may start at once */
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    int from[] = {null, null, complaints, control, filter, world->launcher};
    for (size_t i = 0; i < LENGTH_OF(from); i++)
        from[i] = fcntl(from[i], F_DUPFD_CLOEXEC, 20);
    bool good = true;
    for (size_t i = 0; i < LENGTH_OF(from); i++)
        good = good && dup2(from[i], (int)i) >= 0;
    good = good && close_range(LENGTH_OF(from), ~0u, 0) == 0;
    char *const environment[] = {NULL};
    if (good && world->plain) {
        char *const arguments[] = {(char *)(uintptr_t) "backend-learn-launcher", (char *)(uintptr_t) "plain",
                                   NULL};
        fcntl(VIEW_LAUNCHER, F_SETFD, FD_CLOEXEC);
        if (filter_load(VIEW_FILTER, NULL)) /* bubblewrap would do it */
            execveat(VIEW_LAUNCHER, "", arguments, environment, AT_EMPTY_PATH);
    } else if (good) {
        execve("/usr/bin/bwrap", (char *const *)(uintptr_t)world->view, environment);
    }
    dprintf(2, "cannot start it: %s\n", strerror(errno));
    _exit(127);
}

static void start(struct init *init, uint32_t number, int control, int complaints) {
    /* vfork: to copy the page tables of all our libraries takes longer than what the child does with them. */
    pid_t pid = init->count < STARTERS_MAX ? vfork() : -1;
    if (pid == 0)
        become_starter(init->world, control, complaints);
    if (pid < 0)
        dprintf(complaints, "cannot start it: %s\n",
                init->count < STARTERS_MAX ? strerror(errno) : "256 processes are running in this room");
    else
        init->starters[init->count++] = (struct starter){number, pid};
}

/* --- who owns a socket ---------------------------------------------------------------------------------- */

static bool holds(const char *process, const char *wanted) {
    char path[300];
    snprintf(path, sizeof path, "/proc/%s/fd", process);
    DIR *folder = opendir(path);
    bool found = false;
    for (const struct dirent *entry; folder && !found && (entry = readdir(folder));) {
        char target[64];
        ssize_t length = readlinkat(dirfd(folder), entry->d_name, target, sizeof target - 1);
        found = length > 0 && (size_t)length == strlen(wanted) && memcmp(target, wanted, (size_t)length) == 0;
    }
    if (folder)
        closedir(folder);
    return found;
}

static int32_t owner_of(uint64_t inode) {
    char wanted[64];
    snprintf(wanted, sizeof wanted, "socket:[%llu]", (unsigned long long)inode);
    DIR *folder = opendir("/proc");
    int32_t owner = 0;
    for (const struct dirent *entry; folder && !owner && (entry = readdir(folder));)
        if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9' && holds(entry->d_name, wanted))
            owner = (int32_t)strtol(entry->d_name, NULL, 10);
    if (folder)
        closedir(folder);
    return owner;
}

/* --- the loop ------------------------------------------------------------------------------------------- */

static void serve_request(struct init *init) {
    struct init_request request;
    int descriptors[2];
    size_t count;
    ssize_t length =
        packet_receive(init->requests, &request, sizeof request, descriptors, 2, &count, NULL, 0);
    if (length == sizeof request)
        switch ((enum init_request_kind)request.kind) {
        case INIT_START:
            if (count == 2)
                start(init, request.number, descriptors[0], descriptors[1]);
            break;
        case INIT_KILL:
            for (size_t i = 0; i < init->count; i++)
                if (init->starters[i].number == request.number)
                    kill(init->starters[i].pid, SIGKILL);
            break;
        case INIT_OWNER: {
            int32_t owner = owner_of(request.inode);
            packet_send(init->requests, &owner, sizeof owner, NULL, 0);
            break;
        }
        }
    for (size_t i = 0; i < count; i++)
        close(descriptors[i]);
}

static void forget(struct init *init, pid_t pid) {
    for (size_t i = 0; i < init->count; i++)
        if (init->starters[i].pid == pid)
            init->starters[i] = init->starters[--init->count];
}

/* Reaps; false when the probe has ended. */
static bool reap(struct init *init) {
    struct signalfd_siginfo info;
    while (read(init->signals, &info, sizeof info) == sizeof info)
        ;
    bool lives = true;
    int status;
    for (pid_t pid; (pid = waitpid(-1, &status, WNOHANG)) > 0;) {
        if (pid == init->probe) {
            init->status = WIFEXITED(status) ? WEXITSTATUS(status) : 3;
            lives = false;
        }
        forget(init, pid);
    }
    if (init->world->plain && lives) {
        pid_t keep[STARTERS_MAX + 1] = {init->probe};
        for (size_t i = 0; i < init->count; i++)
            keep[i + 1] = init->starters[i].pid;
        kill_children(keep, init->count + 1);
    }
    return lives;
}

_Noreturn static void end_room(const struct init *init) {
    if (init->world->plain) {
        kill(init->probe, SIGKILL);
        /* Launchers end by themselves, with all that is theirs, when the probe is gone. What they lose on the
         * way comes here. */
        for (pid_t pid; (pid = waitpid(-1, NULL, 0)) > 0 || errno == EINTR;) {
            pid_t keep[STARTERS_MAX];
            for (size_t i = 0; i < init->count; i++)
                keep[i] = init->starters[i].pid;
            kill_children(keep, init->count);
        }
        world_remove(init->world);
    }
    _exit(init->status);
}

_Noreturn static void serve(struct init *init) {
    struct pollfd polled[] = {
        {.fd = init->signals, .events = POLLIN},
        {.fd = init->birth->life},    /* hangs up with the broker */
        {.fd = init->birth->channel}, /* hangs up with the cli */
        {.fd = init->requests, .events = POLLIN},
    };
    for (;;) {
        if (poll(polled, LENGTH_OF(polled), -1) < 0)
            continue;
        if (polled[0].revents && !reap(init))
            end_room(init);
        if (polled[1].revents || polled[2].revents)
            end_room(init);
        if (polled[3].revents & POLLIN)
            serve_request(init);
        else if (polled[3].revents)
            polled[3].fd = -1; /* the probe is ending; its status comes as a signal */
    }
}

/* --- the probe ------------------------------------------------------------------------------------------ */

static void say_line(int socket, const cJSON *line) {
    struct channel channel = {.socket = socket, .received = -1};
    channel_write(&channel, line, -1, NULL);
}

static void say_ready(int socket) {
    SCOPE_JSON cJSON *line = cJSON_CreateObject();
    json_set_text(line, "room", "ready");
    say_line(socket, line);
}

void say_refused(int socket, const struct error *error, bool lost) {
    SCOPE_JSON cJSON *line = cJSON_CreateObject();
    json_set_text(line, "error", error->text);
    json_set_integer(line, "fault", error->fault);
    json_set_bool(line, "lost", lost && error->fault != FAULT_INPUT);
    say_line(socket, line);
}

/* The tree from its beginning, with an offset of its own, for several rooms may hold the same file. */
static int reopen(int tree) {
    char own[40];
    struct stat status;
    if (tree < 0 || fstat(tree, &status) != 0 || !S_ISREG(status.st_mode))
        return tree;
    snprintf(own, sizeof own, "/proc/self/fd/%d", tree);
    int again = open(own, O_RDONLY | O_CLOEXEC);
    if (again < 0) { /* a file that was opened by root, and we are nobody */
        again = memfd_create("tree", MFD_CLOEXEC);
        for (off_t from = 0; from < status.st_size;)
            if (sendfile(again, tree, &from, (size_t)(status.st_size - from)) <= 0)
                break;
        lseek(again, 0, SEEK_SET);
    }
    close(tree);
    return again;
}

static bool unpack(int tree_file, const struct world *world, struct error *error) {
    static const struct tree_rules rules = {
        .links = true, .files = 20000, .bytes = 256 << 20, .file_bytes = 256 << 20, .depth = 64};
    struct tree tree;
    if (tree_file < 0)
        return true;
    if (!tree_unpack(tree_file, &rules, &tree, error))
        return false;
    bool good = tree_write(&tree, world->app, error);
    tree_free(&tree);
    close(tree_file);
    return good;
}

static bool drop_privileges(void) {
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct none[2] = {0};
    return syscall(SYS_capset, &header, none) == 0;
}

_Noreturn static void become_probe(const struct birth *birth, const struct world *world, int requests) {
    struct error error;
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (world->plain) /* the learner's process is the same user's here: keep it out of our memory */
        prctl(PR_SET_DUMPABLE, 0);
    close(birth->life);
    close(birth->launcher);
    close(birth->filter);
    struct room *room = room_new(world, requests);
    room_prepare(room); /* most rooms start something: bubblewrap works while we do */
    int tree = reopen(birth->tree);
    bool stands = drop_privileges() || fail_errno(&error, FAULT_OURS, "cannot drop privileges in a room");
    stands = stands && landlock_probe(world, &error) && filter_load(birth->probe_filter, &error);
    bool unpacked = stands && unpack(tree, world, &error);
    if (!unpacked || (birth->plan.prove && !room_prove(room, &error)) ||
        (birth->plan.test && !room_test(room, &error))) {
        say_refused(birth->channel, &error, !stands || unpacked);
        _exit(3);
    }
    say_ready(birth->channel);
    int status = 0;
    if (!birth->plan.test) {
        struct channel channel = {.socket = birth->channel, .received = -1};
        status = birth->worker->serve(room, &channel);
        channel_close(&channel);
    }
    room_free(room);
    fflush(NULL);
    _exit(status); /* what libraries would tidy up goes with the process */
}

void room_live(struct birth *birth) {
    struct world world;
    struct error error;
    int ends[2];
    bool good = birth->plan.plain ? world_plain(birth, &world, &error) : world_isolate(birth, &world, &error);
    if (good && socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
        good = fail_errno(&error, FAULT_OURS, "cannot make a room's sockets");
        world_remove(&world);
    }
    if (!good) {
        say_refused(birth->channel, &error, true);
        _exit(3);
    }
    struct init init = {.birth = birth, .world = &world, .requests = ends[0]};
    sigset_t mask;
    sigfillset(&mask);
    sigprocmask(SIG_SETMASK, &mask, NULL);
    sigemptyset(&mask);
    sigaddset(&mask, SIGCHLD);
    init.signals = signalfd(-1, &mask, SFD_CLOEXEC | SFD_NONBLOCK);
    init.probe = fork();
    if (init.probe == 0) {
        close(ends[0]);
        close(init.signals);
        become_probe(birth, &world, ends[1]);
    }
    if (init.probe < 0 || init.signals < 0) {
        fail_errno(&error, FAULT_OURS, "cannot start a room's probe");
        say_refused(birth->channel, &error, true);
        world_remove(&world);
        _exit(3);
    }
    close(ends[1]);
    if (birth->tree >= 0)
        close(birth->tree);
    serve(&init);
}
