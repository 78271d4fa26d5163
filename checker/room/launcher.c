/* backend-learn-launcher: stands between bubblewrap and the learner's process.
 *
 * bubblewrap passes no signals on and reports 139 for both a segfault and exit(139). So it runs this small
 * static program as pid 1 of the new pid namespace, which starts the learner's process as pid 2 (a process
 * that is pid 1 ignores SIGTERM), does to it what the probe asks over a socket, and says how it ended, raw.
 *
 * It also is the watchdog, because it is the one place that sees exactly the processes of one start, and goes
 * on watching while the probe is busy talking to them:
 *
 *   time    wall time, less what others took from it: in each tick, the longest wait for a CPU among all its
 *           threads (schedstat), scaled down by how much of the machine they used themselves; so a busy box
 *           fails nobody, and a hundred spinning threads buy no time. At most ten times the limit. The kernel
 *           adds a wait only when it is over, so a process that is waiting right now gets its turn first.
 *   memory  resident pages of all processes, and memfds, mapped or not; when over the limit, confirmed by the
 *           proportional share, for pages shared by eight processes are there once.
 *
 * When the learner's process ends, everything it left behind is killed and reaped, and only then the end is
 * reported. As pid 1 that is kill(-1); in a plain room it is a subreaper and walks its children. When its
 * socket hangs up, everything ends the same way.
 *
 * Then it is as it was at first, alone in its namespace, and waits for the next process to launch: to have
 * bubblewrap make another such place takes longer than most programs run. Files are the room's anyway.
 *
 * It runs as the learner's own user, out of reach: pid 1 gets no signal from inside, and PR_SET_DUMPABLE
 * keeps ptrace and /proc/1/fd closed. What that user may still change of it, limits and priorities, it
 * compares with what it began with, and ends if they differ. */
#include "checker/room/parts.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

enum {
    CONTROL = VIEW_CONTROL,
    TICK_MS = 50,
    CLOSE_TICK_MS = 10, /* when half of the memory is used, or the time is up */
    TASKS_MAX = 4096,
    MEMFDS_MAX = 1024,
    HARD_CAP = 10, /* times the limit of seconds */
};

struct task {
    pid_t id;
    uint64_t ran, waited; /* nanoseconds */
};

struct tasks {
    struct task list[TASKS_MAX];
    size_t count;
};

struct launcher {
    bool plain;
    int signals;
    struct launch launch;
    char *bytes; /* the memfd it came in, mapped: what follows points into it */
    size_t length;
    const char *directory;
    char **arguments, **environment;
    pid_t child;                    /* 0: none runs */
    double started, looked, credit; /* seconds */
    struct tasks *before, *now;     /* the last tick's and this one's */
    struct members *members;
    double processors;
    dev_t memfds; /* the device that memfds lie on */
    long resident_kib;
    struct standing {
        struct rlimit limits[RLIMIT_NLIMITS];
        cpu_set_t processors;
        int policy, nice, io;
    } began, stands; /* what the learner's user could change of us: at first, and now */
};

static double clock_seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void say(enum launcher_kind kind, int value, int status, int left_behind, double ms) {
    struct launcher_message message = {
        .kind = kind, .value = value, .status = status, .left_behind = left_behind, .ms = ms};
    packet_send(CONTROL, &message, sizeof message, NULL, 0);
}

/* --- who is there --------------------------------------------------------------------------------------- */

struct members {
    pid_t list[TASKS_MAX];
    size_t count;
};

static ssize_t read_file(const char *path, char *bytes, size_t size) {
    SCOPE_CLOSE int file = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length = file < 0 ? -1 : read(file, bytes, size - 1);
    if (length >= 0)
        bytes[length] = '\0';
    return length;
}

/* Plain: the children of every thread of a process, and theirs. */
static void add_descendants(struct members *members, pid_t parent, int depth) {
    char path[64], list[8192];
    snprintf(path, sizeof path, "/proc/%d/task", parent);
    DIR *tasks = opendir(path);
    for (const struct dirent *entry; tasks && (entry = readdir(tasks));) {
        char children[340];
        snprintf(children, sizeof children, "/proc/%d/task/%s/children", parent, entry->d_name);
        if (!isdigit((unsigned char)entry->d_name[0]) || read_file(children, list, sizeof list) <= 0)
            continue;
        for (char *at = list, *end;; at = end) {
            pid_t child = (pid_t)strtol(at, &end, 10);
            if (end == at || members->count >= TASKS_MAX)
                break;
            members->list[members->count++] = child;
            if (depth < 64)
                add_descendants(members, child, depth + 1);
        }
    }
    if (tasks)
        closedir(tasks);
}

static void find_members(const struct launcher *launcher, struct members *members) {
    members->count = 0;
    if (launcher->plain) {
        add_descendants(members, getpid(), 0);
        return;
    }
    DIR *folder = opendir("/proc");
    for (const struct dirent *entry; folder && (entry = readdir(folder));) {
        pid_t id = (pid_t)strtol(entry->d_name, NULL, 10);
        if (id > 1 && members->count < TASKS_MAX)
            members->list[members->count++] = id;
    }
    if (folder)
        closedir(folder);
}

/* --- time ----------------------------------------------------------------------------------------------- */

static void add_tasks(struct tasks *tasks, pid_t process) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/task", process);
    DIR *folder = opendir(path);
    for (const struct dirent *entry; folder && (entry = readdir(folder)) && tasks->count < TASKS_MAX;) {
        char file[340], line[128];
        snprintf(file, sizeof file, "/proc/%d/task/%s/schedstat", process, entry->d_name);
        unsigned long long ran, waited;
        if (isdigit((unsigned char)entry->d_name[0]) && read_file(file, line, sizeof line) > 0 &&
            sscanf(line, "%llu %llu", &ran, &waited) == 2)
            tasks->list[tasks->count++] = (struct task){(pid_t)strtol(entry->d_name, NULL, 10), ran, waited};
    }
    if (folder)
        closedir(folder);
}

static int compare_tasks(const void *a, const void *b) {
    pid_t left = ((const struct task *)a)->id, right = ((const struct task *)b)->id;
    return (left > right) - (left < right);
}

/* Adds to the credit what this tick lost to others. Returns whether any thread ran. */
static bool account_time(struct launcher *launcher, const struct members *members) {
    struct tasks *now = launcher->now, *before = launcher->before;
    double clock = clock_seconds(), tick = clock - launcher->looked;
    now->count = 0;
    for (size_t i = 0; i < members->count; i++)
        add_tasks(now, members->list[i]);
    qsort(now->list, now->count, sizeof *now->list, compare_tasks);
    double longest = 0, used = 0;
    bool ran = false;
    for (size_t i = 0; i < now->count; i++) {
        const struct task *task = &now->list[i];
        const struct task *was = bsearch(task, before->list, before->count, sizeof *task, compare_tasks);
        double waited = (double)(task->waited - (was && was->waited <= task->waited ? was->waited : 0)) / 1e9;
        used += (double)(task->ran - (was && was->ran <= task->ran ? was->ran : 0)) / 1e9;
        longest = waited > longest ? waited : longest;
        ran = ran || !was || was->ran != task->ran || was->waited != task->waited;
    }
    if (longest > tick)
        longest = tick;
    double share = used / (launcher->processors * tick);
    if (share < 1)
        launcher->credit += longest * (1 - share);
    launcher->looked = clock;
    launcher->now = before;
    launcher->before = now;
    return ran;
}

/* Whether any thread would run if it were given a processor. */
static bool is_runnable(const struct members *members) {
    for (size_t i = 0; i < members->count; i++) {
        char path[64];
        snprintf(path, sizeof path, "/proc/%d/task", members->list[i]);
        DIR *folder = opendir(path);
        bool runnable = false;
        for (const struct dirent *entry; folder && !runnable && (entry = readdir(folder));) {
            char file[340], line[512];
            snprintf(file, sizeof file, "/proc/%d/task/%s/stat", members->list[i], entry->d_name);
            const char *state =
                isdigit((unsigned char)entry->d_name[0]) && read_file(file, line, sizeof line) > 0
                    ? strrchr(line, ')')
                    : NULL;
            runnable = state && state[1] == ' ' && state[2] == 'R';
        }
        if (folder)
            closedir(folder);
        if (runnable)
            return true;
    }
    return false;
}

static double seconds_left(const struct launcher *launcher) {
    double wall = clock_seconds() - launcher->started, limit = launcher->launch.seconds;
    double hard = HARD_CAP * limit - wall, soft = limit - (wall - launcher->credit);
    return hard < soft ? hard : soft;
}

static bool is_past_hard_cap(const struct launcher *launcher) {
    return clock_seconds() - launcher->started > HARD_CAP * launcher->launch.seconds;
}

/* --- memory --------------------------------------------------------------------------------------------- */

static long resident(pid_t process) {
    char path[64], line[128];
    long size, pages;
    snprintf(path, sizeof path, "/proc/%d/statm", process);
    if (read_file(path, line, sizeof line) <= 0 || sscanf(line, "%ld %ld", &size, &pages) != 2)
        return 0;
    return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

/* Memfds that a process holds, each counted once, in KiB. */
static long memfds_of(const struct launcher *launcher, pid_t process, ino_t *seen, size_t *count) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/fd", process);
    DIR *folder = opendir(path);
    long kib = 0;
    for (const struct dirent *entry; folder && (entry = readdir(folder));) {
        struct stat status;
        if (fstatat(dirfd(folder), entry->d_name, &status, 0) != 0 || status.st_dev != launcher->memfds ||
            !S_ISREG(status.st_mode))
            continue;
        bool known = false;
        for (size_t i = 0; i < *count && !known; i++)
            known = seen[i] == status.st_ino;
        if (known || *count >= MEMFDS_MAX)
            continue;
        seen[(*count)++] = status.st_ino;
        kib += status.st_blocks / 2;
    }
    if (folder)
        closedir(folder);
    return kib;
}

static long line_of(const char *text, const char *name) {
    const char *line = strstr(text, name);
    return line ? strtol(line + strlen(name), NULL, 10) : 0;
}

/* Whether all processes together are over the limit of memory. */
static bool memory_over(struct launcher *launcher, const struct members *members) {
    long limit = launcher->launch.memory_mib * 1024, all = 0, files = 0;
    ino_t seen[MEMFDS_MAX];
    size_t count = 0;
    for (size_t i = 0; i < members->count; i++) {
        all += resident(members->list[i]);
        files += memfds_of(launcher, members->list[i], seen, &count);
    }
    launcher->resident_kib = all + files;
    if (limit <= 0 || all + files <= limit)
        return false;
    long share = 0, shared = 0;
    for (size_t i = 0; i < members->count; i++) {
        char path[64], text[4096];
        snprintf(path, sizeof path, "/proc/%d/smaps_rollup", members->list[i]);
        if (read_file(path, text, sizeof text) > 0) {
            share += line_of(text, "\nPss:");
            shared += line_of(text, "\nPss_Shmem:");
        } else {
            share += resident(members->list[i]);
        }
    }
    /* A mapped memfd is in both sums. */
    return share - shared + (shared > files ? shared : files) > limit;
}

/* --- the end -------------------------------------------------------------------------------------------- */

static void kill_all(const struct launcher *launcher) {
    if (!launcher->plain) {
        kill(-1, SIGKILL);
        return;
    }
    struct members members;
    find_members(launcher, &members);
    struct rlimit none = {0, 0};
    for (size_t i = 0; i < members.count; i++) {
        prlimit(members.list[i], RLIMIT_NPROC, &none, NULL);
        kill(members.list[i], SIGKILL);
    }
}

static void read_standing(struct standing *standing) {
    memset(standing, 0, sizeof *standing);
    for (int i = 0; i < RLIMIT_NLIMITS; i++)
        getrlimit((__rlimit_resource_t)i, &standing->limits[i]);
    sched_getaffinity(0, sizeof standing->processors, &standing->processors);
    standing->policy = sched_getscheduler(0);
    standing->nice = getpriority(PRIO_PROCESS, 0);
    standing->io = (int)syscall(SYS_ioprio_get, 1 /* IOPRIO_WHO_PROCESS */, 0);
}

static bool stands_as_it_began(struct launcher *launcher) {
    read_standing(&launcher->stands);
    return memcmp(&launcher->began, &launcher->stands, sizeof launcher->began) == 0;
}

/* Kills and reaps all, and says so. status: of the child, if it was reaped already. */
static void end_all(struct launcher *launcher, enum ended why, bool reaped, int status) {
    double ms = (clock_seconds() - launcher->started) * 1000;
    int left_behind = 0, other;
    /* What had ended by itself, and was only waiting to be reaped, was not left behind. */
    for (pid_t pid; (pid = waitpid(-1, &other, WNOHANG)) > 0;)
        if (pid == launcher->child) {
            status = other;
            reaped = true;
        }
    kill_all(launcher);
    for (pid_t pid; (pid = waitpid(-1, &other, 0)) > 0 || (pid < 0 && errno == EINTR);) {
        if (pid == launcher->child && !reaped) {
            status = other;
            reaped = true;
            ms = (clock_seconds() - launcher->started) * 1000;
        } else if (pid > 0) {
            left_behind++;
        }
        if (launcher->plain)
            kill_all(launcher);
    }
    say(LAUNCHER_ENDED, (int)why, status, left_behind, ms);
    if (!stands_as_it_began(launcher))
        _exit(0);
    launcher->child = 0;
}

/* --- the start ------------------------------------------------------------------------------------------ */

static bool read_launch(struct launcher *launcher, int memfd) {
    struct stat status;
    if (fstat(memfd, &status) != 0 || (size_t)status.st_size <= sizeof launcher->launch)
        return false;
    size_t length = (size_t)status.st_size;
    char *bytes = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_PRIVATE, memfd, 0);
    if (bytes == MAP_FAILED)
        return false;
    launcher->bytes = bytes;
    launcher->length = length;
    if (bytes[length - 1] != '\0')
        return false;
    memcpy(&launcher->launch, bytes, sizeof launcher->launch);
    char *at = bytes + sizeof launcher->launch, *end = bytes + length;
    launcher->directory = at;
    at += strlen(at) + 1;
    size_t counts[] = {launcher->launch.arguments, launcher->launch.environment};
    char ***lists[] = {&launcher->arguments, &launcher->environment};
    for (size_t l = 0; l < LENGTH_OF(lists); l++) {
        *lists[l] = calloc(counts[l] + 2, sizeof **lists[l]);
        for (size_t i = 0; *lists[l] && i < counts[l] && at < end; i++) {
            (*lists[l])[i] = at;
            at += strlen(at) + 1;
        }
        if (!*lists[l])
            return false;
    }
    return launcher->launch.arguments > 0;
}

static void limit(int resource, int64_t value) {
    struct rlimit now;
    if (value <= 0 || getrlimit((__rlimit_resource_t)resource, &now) != 0)
        return;
    rlim_t wanted = (rlim_t)value;
    if (now.rlim_max != RLIM_INFINITY && wanted > now.rlim_max)
        wanted = now.rlim_max;
    now.rlim_cur = now.rlim_max = wanted;
    setrlimit((__rlimit_resource_t)resource, &now);
}

/* In a plain room the limit of processes counts all that this user has; so it comes on top of them. */
static int64_t threads_of_user(void) {
    DIR *folder = opendir("/proc");
    int64_t threads = 0;
    for (const struct dirent *entry; folder && (entry = readdir(folder));) {
        char path[300];
        struct stat status;
        snprintf(path, sizeof path, "/proc/%s/task", entry->d_name);
        if (isdigit((unsigned char)entry->d_name[0]) && stat(path, &status) == 0 && status.st_uid == getuid())
            threads += status.st_nlink > 2 ? (int64_t)status.st_nlink - 2 : 1;
    }
    if (folder)
        closedir(folder);
    return threads;
}

/* Whether a program was built with a sanitizer. It reserves terabytes of address space, which the limit of
 * data forbids (the watchdog remains), and at its end looks for leaks by ptrace, which the filter forbids. */
static bool is_sanitized(const char *program) {
    static const char *const marks[] = {"__asan_init", "__tsan_init", "__msan_init", "__lsan_init"};
    SCOPE_CLOSE int file = strchr(program, '/') ? open(program, O_RDONLY | O_NONBLOCK | O_CLOEXEC) : -1;
    struct stat status;
    if (file < 0 || fstat(file, &status) != 0 || !S_ISREG(status.st_mode) || status.st_size < 64)
        return false;
    size_t length = (size_t)status.st_size;
    char *bytes = mmap(NULL, length, PROT_READ, MAP_PRIVATE, file, 0);
    if (bytes == MAP_FAILED)
        return false;
    bool found = false;
    for (size_t i = 0; memcmp(bytes, "\177ELF", 4) == 0 && i < LENGTH_OF(marks) && !found; i++)
        found = memmem(bytes, length, marks[i], strlen(marks[i])) != NULL;
    munmap(bytes, length);
    return found;
}

/* Adds a variable for which read_launch() left a place, unless there is one of that name. */
static void add_variable(const struct launcher *launcher, const char *variable) {
    char **at = launcher->environment;
    while (*at && strncmp(*at, variable, strcspn(variable, "=") + 1) != 0)
        at++;
    if (!*at)
        *at = (char *)(uintptr_t)variable;
}

static void set_limits(const struct launcher *launcher, bool sanitized) {
    const struct launch *launch = &launcher->launch;
    struct rlimit none = {0, 0}, stack;
    setrlimit(RLIMIT_CORE, &none);
    if (getrlimit(RLIMIT_STACK, &stack) == 0) { /* the same everywhere */
        rlim_t usual = 8 << 20;
        stack.rlim_cur = stack.rlim_max == RLIM_INFINITY || stack.rlim_max > usual ? usual : stack.rlim_max;
        setrlimit(RLIMIT_STACK, &stack);
    }
    if (!sanitized)
        limit(RLIMIT_DATA, launch->data_mib << 20);
    limit(RLIMIT_FSIZE, launch->file_mib << 20);
    limit(RLIMIT_NOFILE, launch->open_files);
    if (launch->processes > 0)
        limit(RLIMIT_NPROC, launch->processes + (launcher->plain ? threads_of_user() : 0));
}

/* Tries the program where PATH says; errno is that of the most telling failure. */
static void execute(const struct launcher *launcher) {
    const char *program = launcher->arguments[0], *path = "/usr/local/bin:/usr/bin:/bin";
    if (strchr(program, '/')) {
        execve(program, launcher->arguments, launcher->environment);
        return;
    }
    for (char **variable = launcher->environment; *variable; variable++)
        if (strncmp(*variable, "PATH=", 5) == 0)
            path = *variable + 5;
    int telling = ENOENT;
    while (*path) {
        size_t length = strcspn(path, ":");
        char whole[PATH_MAX];
        if (snprintf(whole, sizeof whole, "%.*s/%s", (int)length, path, program) < (int)sizeof whole)
            execve(whole, launcher->arguments, launcher->environment);
        if (errno != ENOENT && errno != ENOTDIR)
            telling = errno;
        path += length + (path[length] == ':');
    }
    errno = telling;
}

struct failure {
    int32_t stage, number;
};

_Noreturn static void become_learner(const struct launcher *launcher, const int *streams, int failed) {
    struct failure failure = {STAGE_SETUP, 0};
    /* So that the probe learns our pid as it sees it: the kernel translates the sender's. */
    say(LAUNCHER_BORN, 0, 0, 0, 0);
    setsid();
    umask(022);
    bool good = true;
    for (int i = 0; i < 3; i++)
        good = good && dup2(streams[i], i) == i;
    good = good && close_range(3, ~0u, CLOSE_RANGE_CLOEXEC) == 0;
    /* By the system call: the library keeps its hands off two signals of its own, which whoever started us may have
     * left ignored. */
    const struct {
        void (*handler)(int);
        unsigned long flags;
        void (*restorer)(void);
        uint64_t mask;
    } default_action = {0};
    for (int number = 1; number <= 64; number++)
        syscall(SYS_rt_sigaction, number, &default_action, NULL, sizeof default_action.mask);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    if (good) {
        failure.stage = STAGE_DIRECTORY;
        if (chdir(launcher->directory) == 0) {
            failure.stage = STAGE_EXEC;
            bool sanitized = is_sanitized(launcher->arguments[0]);
            set_limits(launcher, sanitized);
            if (sanitized)
                add_variable(launcher, "ASAN_OPTIONS=detect_leaks=0");
            execute(launcher);
        }
    }
    failure.number = errno;
    if (write(failed, &failure, sizeof failure) < 0)
        _exit(126);
    _exit(127);
}

/* Forgets the last process. */
static void clear(struct launcher *launcher) {
    free(launcher->arguments);
    free(launcher->environment);
    if (launcher->bytes)
        munmap(launcher->bytes, launcher->length);
    launcher->arguments = launcher->environment = NULL;
    launcher->bytes = NULL;
    launcher->before->count = 0;
    launcher->credit = 0;
    launcher->resident_kib = 0;
}

/* Waits for what to launch. What was still meant for the last process, a signal or its end, is too late. */
static void await_launch(int descriptors[4]) {
    struct launcher_message message;
    size_t count;
    say(LAUNCHER_READY, 0, 0, 0, 0);
    do
        if (packet_receive(CONTROL, &message, sizeof message, descriptors, 4, &count, NULL, 0) <= 0)
            _exit(0); /* no longer needed */
    while (message.kind != LAUNCHER_LAUNCH);
    if (count == 4)
        return;
    say(LAUNCHER_FAILED, STAGE_SETUP, EPROTO, 0, 0);
    _exit(0);
}

/* Starts the learner's process; returns when it runs, exits when it cannot. */
static void launch(struct launcher *launcher) {
    int descriptors[4], failed[2];
    clear(launcher);
    await_launch(descriptors);
    errno = EPROTO;
    bool good = read_launch(launcher, descriptors[0]) && pipe2(failed, O_CLOEXEC) == 0;
    launcher->child = good ? fork() : -1;
    if (launcher->child == 0) {
        /* The streams must not lie where they are put. */
        int streams[3];
        for (int i = 0; i < 3; i++)
            streams[i] = fcntl(descriptors[i + 1], F_DUPFD_CLOEXEC, 10);
        become_learner(launcher, streams, failed[1]);
    }
    if (launcher->child < 0) {
        say(LAUNCHER_FAILED, STAGE_SETUP, errno, 0, 0);
        _exit(0);
    }
    for (size_t i = 0; i < LENGTH_OF(descriptors); i++)
        close(descriptors[i]);
    close(failed[1]);
    struct failure failure;
    if (read(failed[0], &failure, sizeof failure) == sizeof failure) {
        waitpid(launcher->child, NULL, 0);
        say(LAUNCHER_FAILED, failure.stage, failure.number, 0, 0);
        _exit(0);
    }
    close(failed[0]);
    launcher->started = launcher->looked = clock_seconds();
    say(LAUNCHER_STARTED, launcher->child, 0, 0, 0);
}

/* --- the loop ------------------------------------------------------------------------------------------- */

static void serve_request(struct launcher *launcher) {
    struct launcher_message message;
    ssize_t length = packet_receive(CONTROL, &message, sizeof message, NULL, 0, NULL, NULL, 0);
    if (length <= 0) {
        end_all(launcher, ENDED_STOPPED, false, 0);
        _exit(0);
    }
    if (message.kind == LAUNCHER_SIGNAL)
        kill(-launcher->child, message.value);
    else if (message.kind == LAUNCHER_END)
        end_all(launcher, (enum ended)message.value, false, 0);
}

/* Reaps, and ends what is left when the learner's process has ended. */
static void serve_signals(struct launcher *launcher) {
    struct signalfd_siginfo info;
    while (read(launcher->signals, &info, sizeof info) == sizeof info)
        if (info.ssi_signo == SIGTERM) { /* plain: init is gone */
            end_all(launcher, ENDED_STOPPED, false, 0);
            _exit(0);
        }
    int status;
    for (pid_t pid; launcher->child && (pid = waitpid(-1, &status, WNOHANG)) > 0;)
        if (pid == launcher->child)
            end_all(launcher, WIFSIGNALED(status) ? ENDED_SIGNALLED : ENDED_EXITED, true, status);
}

/* Until the learner's process has ended. */
static void watch(struct launcher *launcher) {
    struct pollfd polled[] = {
        {.fd = launcher->signals, .events = POLLIN},
        {.fd = CONTROL, .events = POLLIN},
    };
    struct members *members = launcher->members;
    bool limited = launcher->launch.seconds > 0, confirming = false;
    double next = launcher->started + TICK_MS / 1000.0;
    while (launcher->child) {
        double wait = next - clock_seconds();
        if (limited && !confirming) {
            double left = seconds_left(launcher);
            wait = left < wait ? left : wait;
        }
        int ready = poll(polled, LENGTH_OF(polled), wait > 0 ? (int)(wait * 1000) + 1 : 0);
        if (ready > 0 && polled[0].revents)
            serve_signals(launcher);
        if (launcher->child && ready > 0 && polled[1].revents)
            serve_request(launcher);
        if (!launcher->child || (ready > 0 && clock_seconds() < next))
            continue;
        find_members(launcher, members);
        bool ran = account_time(launcher, members);
        if (memory_over(launcher, members))
            end_all(launcher, ENDED_MEMORY_LIMIT, false, 0);
        bool over = limited && seconds_left(launcher) <= 0;
        if (launcher->child && over &&
            (is_past_hard_cap(launcher) || (confirming && ran) || !is_runnable(members)))
            end_all(launcher, ENDED_TIME_LIMIT, false, 0);
        confirming = over;
        bool close_to =
            launcher->launch.memory_mib > 0 && launcher->resident_kib > launcher->launch.memory_mib * 512;
        next = clock_seconds() + (close_to || confirming ? CLOSE_TICK_MS : TICK_MS) / 1000.0;
    }
}

int main(int argc, char **argv) {
    struct launcher launcher = {.plain = argc == 2 && strcmp(argv[1], "plain") == 0};
    if (argc != 2) {
        fputs("backend-learn-launcher is started by backend-learn and does nothing alone\n", stderr);
        return 2;
    }
    close_range(CONTROL + 1, ~0u, 0);
    prctl(PR_SET_NAME, "launcher");
    prctl(PR_SET_DUMPABLE, 0);
    signal(SIGPIPE, SIG_IGN);
    sigset_t mask;
    sigemptyset(&mask);
    sigaddset(&mask, SIGCHLD);
    if (launcher.plain)
        sigaddset(&mask, SIGTERM);
    sigprocmask(SIG_BLOCK, &mask, NULL);
    launcher.signals = signalfd(-1, &mask, SFD_CLOEXEC | SFD_NONBLOCK);
    if (launcher.plain) {
        prctl(PR_SET_CHILD_SUBREAPER, 1);
        prctl(PR_SET_PDEATHSIG, SIGTERM);
    }
    cpu_set_t processors;
    launcher.processors =
        sched_getaffinity(0, sizeof processors, &processors) == 0 ? CPU_COUNT(&processors) : 1;
    launcher.before = calloc(1, sizeof *launcher.before);
    launcher.now = calloc(1, sizeof *launcher.now);
    struct stat status;
    int memfd = memfd_create("device", MFD_CLOEXEC);
    if (memfd >= 0 && fstat(memfd, &status) == 0)
        launcher.memfds = status.st_dev;
    close(memfd);
    launcher.members = calloc(1, sizeof *launcher.members);
    if (launcher.signals < 0 || !launcher.before || !launcher.now || !launcher.members) {
        dprintf(2, "the launcher cannot start: %s\n", strerror(errno));
        /* cppcheck-suppress memleak; the process ends here */
        return 3;
    }
    read_standing(&launcher.began);
    for (;;) {
        launch(&launcher);
        watch(&launcher);
    }
}
