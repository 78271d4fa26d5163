#include "checker/probe/conversation.h"

#include "checker/base/memory.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>

static const double tick = 0.05;
enum { HARD_CAP = 10 /* times the patience, whoever had the processors */, CHILDREN_DEPTH = 8 };

size_t conversation_find(const char *output, size_t length, size_t from, const char *text) {
    if (!text) {
        const char *newline = from < length ? memchr(output + from, '\n', length - from) : NULL;
        return newline ? (size_t)(newline - output) + 1 : 0;
    }
    size_t size = strlen(text);
    for (size_t at = from; at + size <= length; at++) {
        size_t same = 0;
        while (same < size && tolower((unsigned char)output[at + same]) == tolower((unsigned char)text[same]))
            same++;
        if (same == size)
            return at + size;
    }
    return 0;
}

/* --- patience ------------------------------------------------------------------------------------------- */

struct times {
    unsigned long long ran, waited; /* nanoseconds, of a process and all below it */
    bool runnable;
};

static bool read_line(const char *path, char *line, size_t size) {
    SCOPE_CLOSE int file = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length = file < 0 ? -1 : read(file, line, size - 1);
    if (length <= 0)
        return false;
    line[length] = '\0';
    return true;
}

static void add_times(pid_t process, int depth, struct times *times) {
    char path[64], line[1024];
    unsigned long long ran, waited;
    snprintf(path, sizeof path, "/proc/%d/schedstat", process);
    if (read_line(path, line, sizeof line) && sscanf(line, "%llu %llu", &ran, &waited) == 2) {
        times->ran += ran;
        times->waited += waited;
    }
    snprintf(path, sizeof path, "/proc/%d/stat", process);
    const char *state = read_line(path, line, sizeof line) ? strrchr(line, ')') : NULL;
    times->runnable |= state && state[1] == ' ' && state[2] == 'R';
    snprintf(path, sizeof path, "/proc/%d/task/%d/children", process, process);
    if (depth == CHILDREN_DEPTH || !read_line(path, line, sizeof line))
        return;
    for (char *at = line, *end;; at = end) {
        pid_t child = (pid_t)strtol(at, &end, 10);
        if (end == at || child <= 0)
            return;
        add_times(child, depth + 1, times);
    }
}

struct patience {
    double seconds, begin, looked, credit;
    struct times times;
};

static struct patience patience_of(pid_t process, double seconds) {
    struct patience patience = {.seconds = seconds, .begin = clock_now()};
    patience.looked = patience.begin;
    add_times(process, 0, &patience.times);
    return patience;
}

/* What is left of it, looked at anew. Whoever is waiting for a processor right now gets a turn first, because the
 * kernel counts a wait only when it is over. */
static double patience_left(struct patience *patience, pid_t process) {
    struct times times = {0};
    add_times(process, 0, &times);
    double now = clock_now(), lost = times.waited > patience->times.waited
                                         ? (double)(times.waited - patience->times.waited) / 1e9
                                         : 0;
    patience->credit += lost < now - patience->looked ? lost : now - patience->looked;
    bool had_no_turn =
        times.runnable && times.ran == patience->times.ran && times.waited == patience->times.waited;
    patience->looked = now;
    patience->times = times;
    double wall = now - patience->begin, left = patience->seconds - (wall - patience->credit),
           hard = HARD_CAP * patience->seconds - wall;
    if (left <= 0 && had_no_turn)
        left = 0.01;
    return left < hard ? left : hard;
}

/* --- turns ---------------------------------------------------------------------------------------------- */

bool conversation_start(struct room *room, const struct process_request *request,
                        struct conversation *ret_conversation, struct error *error) {
    struct process *process;
    if (!room_start(room, request, &process, error))
        return false;
    *ret_conversation = (struct conversation){.process = process};
    return true;
}

void conversation_free(struct conversation *conversation) {
    process_free(conversation->process);
    conversation->process = NULL;
}

bool conversation_hear(struct conversation *conversation, const char *text, double patience,
                       enum hearing *ret_hearing, struct error *error) {
    struct process *process = conversation->process;
    const struct text *out = &process_outcome(process)->out;
    struct patience left = patience_of(process_pid(process), patience);
    size_t from = conversation->heard;
    for (bool last = false;;) {
        size_t end = conversation_find(out->bytes, out->length, from, text);
        if (end) {
            conversation->heard = end;
            *ret_hearing = HEARD;
            return true;
        }
        if (last || process_has_ended(process)) {
            *ret_hearing = process_has_ended(process) ? HEARD_THE_END : HEARD_NOTHING;
            return true;
        }
        /* What was searched need not be searched again, but for a beginning of the text. */
        size_t kept = text ? strlen(text) - 1 : 0;
        if (out->length > kept && out->length - kept > from)
            from = out->length - kept;
        double seconds = patience_left(&left, process_pid(process)), now = clock_now();
        last = seconds <= 0; /* a last look at what came while we had no processor ourselves */
        if (!process_step(process, last ? now : now + (seconds < tick ? seconds : tick), error))
            return false;
    }
}

bool conversation_say(struct conversation *conversation, const char *bytes, size_t length,
                      struct error *error) {
    struct process *process = conversation->process;
    for (size_t written = 0; written < length && process_input(process) >= 0;) {
        ssize_t taken = write(process_input(process), bytes + written, length - written);
        if (taken > 0)
            written += (size_t)taken;
        else if (errno == EAGAIN) {
            if (!process_step(process, 0, error))
                return false;
        } else if (errno != EINTR)
            process_close_input(process); /* nobody reads it any more */
    }
    return true;
}

bool conversation_end(struct conversation *conversation, bool close, struct error *error) {
    if (close)
        process_close_input(conversation->process);
    while (!process_has_ended(conversation->process))
        if (!process_step(conversation->process, 0, error))
            return false;
    return true;
}
