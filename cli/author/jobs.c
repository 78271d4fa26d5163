#include "cli/author/jobs.h"

#include "checker/base/json.h"
#include "checker/base/memory.h"
#include "checker/base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

struct slot {
    pid_t child; /* 0: free */
    size_t index;
    int pipe;
    struct text answer;
};

static void child_main(const struct jobs *jobs, size_t index, int out) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    SCOPE_JSON cJSON *answer = jobs->work(jobs->context, index);
    SCOPE_FREE char *printed = json_print(answer);
    for (size_t sent = 0, length = strlen(printed); sent < length;) {
        ssize_t n = write(out, printed + sent, length - sent);
        if (n < 0 && errno != EINTR)
            _exit(3);
        sent += n > 0 ? (size_t)n : 0;
    }
    _exit(0);
}

static bool begin(const struct jobs *jobs, struct slot *slot, size_t index, struct error *error) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0)
        return fail_errno(error, FAULT_OURS, "no pipe for a job");
    fflush(NULL); /* or the child would write what is still in our buffers again */
    pid_t child = fork();
    if (child < 0) {
        close(ends[0]);
        close(ends[1]);
        return fail_errno(error, FAULT_OURS, "no process for a job");
    }
    if (child == 0) {
        close(ends[0]);
        child_main(jobs, index, ends[1]);
    }
    close(ends[1]);
    *slot = (struct slot){.child = child, .index = index, .pipe = ends[0], .answer = {.ceiling = 16u << 20}};
    return true;
}

static void finish(const struct jobs *jobs, struct slot *slot) {
    close(slot->pipe);
    int status;
    while (waitpid(slot->child, &status, 0) < 0 && errno == EINTR)
        ;
    SCOPE_JSON cJSON *answer =
        status == 0 && slot->answer.bytes ? json_parse(slot->answer.bytes, slot->answer.length, NULL) : NULL;
    jobs->done(jobs->context, slot->index, answer);
    text_free(&slot->answer);
    slot->child = 0;
}

bool jobs_run(const struct jobs *jobs, struct error *error) {
    size_t slots_count = jobs->at_once > 0 ? (size_t)jobs->at_once : 1, next = 0, running = 0;
    SCOPE_FREE struct slot *slots = xcalloc(slots_count, sizeof *slots);
    SCOPE_FREE struct pollfd *polled = xcalloc(slots_count, sizeof *polled);
    bool ok = true;
    while (running || (ok && next < jobs->count)) {
        for (size_t i = 0; ok && i < slots_count && next < jobs->count; i++)
            if (!slots[i].child && (ok = begin(jobs, &slots[i], next, error))) {
                next++;
                running++;
            }
        for (size_t i = 0; i < slots_count; i++)
            polled[i] = (struct pollfd){.fd = slots[i].child ? slots[i].pipe : -1, .events = POLLIN};
        if (!running || (poll(polled, slots_count, -1) < 0 && errno != EINTR))
            break;
        for (size_t i = 0; i < slots_count; i++) {
            if (!slots[i].child || !polled[i].revents)
                continue;
            char bytes[16384];
            ssize_t n = read(slots[i].pipe, bytes, sizeof bytes);
            if (n > 0) {
                text_add(&slots[i].answer, bytes, (size_t)n);
            } else if (n == 0 || errno != EINTR) {
                finish(jobs, &slots[i]);
                running--;
            }
        }
    }
    return ok;
}
