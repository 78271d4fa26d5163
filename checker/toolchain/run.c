/* Asking a tool something. It is a program on the user's PATH, but it may be broken in any way: hang, flood,
 * ask for input, leave children behind. So it gets no input, a deadline, a ceiling on what is kept of its
 * output, and a process group of its own that is ended when it has answered. */
#include "checker/toolchain/parts.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

enum { OUTPUT_BYTES = 64 << 10 };

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* In the child: only what is safe between fork and exec. */
static _Noreturn void become(const char *program, char *const *arguments, char *const *environment,
                             const char *folder, int output) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    setpgid(0, 0);
    signal(SIGPIPE, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    int nothing = open("/dev/null", O_RDONLY);
    if (nothing >= 0 && dup2(nothing, 0) == 0 && dup2(output, 1) == 1 && dup2(output, 2) == 2 &&
        chdir(folder) == 0) {
        syscall(SYS_close_range, 3u, ~0u, 0u);
        execve(program, arguments, environment);
    }
    _exit(127);
}

/* Reads until the program has ended (a child that keeps the pipe open does not count) or the deadline. */
static void listen_to(int output, int process, double deadline, struct tool_run *run) {
    for (bool open = true;;) {
        double left = deadline - now();
        struct pollfd waits[] = {{.fd = process, .events = POLLIN},
                                 {.fd = open ? output : -1, .events = POLLIN}};
        int ready = left > 0 ? poll(waits, 2, (int)(left * 1000) + 1) : 0;
        if (ready < 0 && errno == EINTR)
            continue;
        if (ready <= 0) {
            run->timed_out = true;
            return;
        }
        if (waits[1].revents) {
            char bytes[4096];
            ssize_t got = read(output, bytes, sizeof bytes);
            if (got > 0)
                text_add(&run->output, bytes, (size_t)got);
            else if (got == 0 || errno != EAGAIN)
                open = false;
        } else if (waits[0].revents) {
            return;
        }
    }
}

/* Ours, but speaking English, perhaps with another PATH. The list is malloc'd, its texts are not. */
static const char **environment_with(const char *search_path) {
    size_t count = 0;
    while (environ[count])
        count++;
    const char **made = xcalloc(count + 3, sizeof *made);
    count = 0;
    made[count++] = "LC_ALL=C";
    if (search_path)
        made[count++] = search_path;
    for (char **one = environ; *one; one++)
        if (strncmp(*one, "LC_ALL=", 7) != 0 && !(search_path && strncmp(*one, "PATH=", 5) == 0))
            made[count++] = *one;
    return made;
}

struct tool_run run_tool(const char *program, const char *const *arguments, const char *folder,
                         const char *search_path, double seconds) {
    struct tool_run run = {.output = {.ceiling = OUTPUT_BYTES}};
    size_t count = 0;
    while (arguments[count])
        count++;
    SCOPE_FREE char *path = search_path ? xprintf("PATH=%s", search_path) : NULL;
    SCOPE_FREE const char **environment = environment_with(path), **all = xcalloc(count + 2, sizeof *all);
    all[0] = program;
    memcpy(all + 1, arguments, count * sizeof *all);
    int ends[2];
    if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0)
        return run;
    pid_t child = fork();
    if (child == 0) {
        fcntl(ends[1], F_SETFL, 0);
        become(program, (char *const *)all, (char *const *)environment, folder, ends[1]);
    }
    close(ends[1]);
    if (child > 0) {
        setpgid(child, child); /* here too: whichever comes first */
        SCOPE_CLOSE int process = (int)syscall(SYS_pidfd_open, child, 0);
        if (process >= 0) {
            run.started = true;
            listen_to(ends[0], process, now() + seconds, &run);
        }
        kill(-child, SIGKILL);
        while (waitpid(child, &run.status, 0) < 0 && errno == EINTR)
            continue;
    }
    close(ends[0]);
    return run;
}

bool tool_succeeded(const struct tool_run *run) {
    return run->started && !run->timed_out && WIFEXITED(run->status) && WEXITSTATUS(run->status) == 0;
}
