/* A learner's process, as the probe holds it.
 *
 *   probe ══ pipes: input, out, err ═══════════════▶ learner's process
 *     ├───── control: launch, signal, end ─────────▶ launcher
 *     └───── complaints: what the starter says ◀──── bubblewrap; at its end all of it is gone
 *
 * The pipes go to the launcher with the request and are in nobody else's hands, so the end of a stream is the
 * learner's doing or its end. They are made as large as the output that is allowed, so a server that logs
 * while the probe is busy with a response is not held up by a full pipe.
 *
 * The launcher reports the end when nothing is left that could write; what was written is in the pipes by
 * then and is read to the last byte before the process counts as ended. */
#include "checker/room/parts.h"

#include <fcntl.h>
#include <math.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>

enum {
    START_SECONDS = 60, /* for bubblewrap and the launcher, on a machine under load */
    END_SECONDS = 20,   /* for the launcher to kill and reap everything */
    PIPE_MAX = 1 << 20, /* what the kernel grants everybody */
    READ_AT_ONCE = 64 << 10,
};

struct room {
    const struct world *world;
    int init;
    uint32_t number;       /* of the last starter */
    struct process *spare; /* a launcher that waits for what to launch, or NULL */
};

struct process {
    struct room *room;
    uint32_t number;
    int control, complaints, input, out, err; /* -1 when closed */
    pid_t pid;
    size_t output; /* allowed on each stream */
    bool reported, ended;
    bool asked_to_stop; /* by a signal that usually ends */
    sigset_t asked;     /* the signals that it was sent */
    bool ending;        /* LAUNCHER_END was sent */
    struct outcome outcome;
};

/* --- the room ------------------------------------------------------------------------------------------- */

struct room *room_new(const struct world *world, int init) {
    struct room *room = xcalloc(1, sizeof *room);
    *room = (struct room){.world = world, .init = init};
    return room;
}

static void process_forget(struct process *process);

void room_free(struct room *room) {
    process_forget(room->spare);
    free(room);
}

const char *room_app_folder(const struct room *room) {
    return room->world->app;
}

const char *room_data_folder(const struct room *room) {
    return room->world->data;
}

bool room_is_plain(const struct room *room) {
    return room->world->plain;
}

int room_port(const struct room *room) {
    return room->world->port;
}

pid_t room_socket_owner(struct room *room, uint64_t inode) {
    struct init_request request = {.kind = INIT_OWNER, .inode = inode};
    int32_t owner = 0;
    if (!packet_send(room->init, &request, sizeof request, NULL, 0) ||
        packet_receive(room->init, &owner, sizeof owner, NULL, 0, NULL, NULL, 0) != sizeof owner)
        return 0;
    return owner;
}

/* --- what is launched ----------------------------------------------------------------------------------- */

/* Where a folder of the learner's view lies: in a plain room below the temporary folder. */
static const char *inside(const struct world *world, const char *path, struct arena *arena) {
    const char *app = world->plain ? world->app : "/lab/app";
    if (!path)
        return app;
    if (path[0] != '/')
        return arena_printf(arena, "%s/%s", app, path);
    static const char *const own[] = {"/lab", "/data", "/tmp"};
    for (size_t i = 0; world->plain && i < LENGTH_OF(own); i++) {
        size_t length = strlen(own[i]);
        if (strncmp(path, own[i], length) == 0 && (path[length] == '\0' || path[length] == '/') &&
            strncmp(path, world->top, strlen(world->top)) != 0)
            return arena_printf(arena, "%s%s", world->top, path);
    }
    return path;
}

/* The room's own variables and the request's; a later one replaces an earlier of that name. */
static const char **environment_of(const struct world *world, const char *const *more, struct arena *arena,
                                   uint32_t *ret_count) {
    size_t extra = 0;
    while (more && more[extra])
        extra++;
    const char *temporary = inside(world, "/tmp", arena);
    const char *const own[] = {
        arena_printf(arena, "PATH=%s", world->path),
        arena_printf(arena, "HOME=%s/home", temporary),
        arena_printf(arena, "TMPDIR=%s", temporary),
        arena_printf(arena, "DATA_DIR=%s", inside(world, "/data", arena)),
        arena_printf(arena, "PORT=%d", world->port),
        "LANG=C.UTF-8",
        "TZ=UTC",
        "USER=learner",
    };
    const char **list = arena_alloc(arena, (LENGTH_OF(own) + extra + 1) * sizeof *list);
    size_t count = LENGTH_OF(own);
    memcpy(list, own, sizeof own);
    for (size_t i = 0; i < extra; i++) {
        size_t name = strcspn(more[i], "=") + 1, at = 0;
        while (at < count && strncmp(list[at], more[i], name) != 0)
            at++;
        list[at] = more[i];
        count += at == count;
    }
    *ret_count = (uint32_t)count;
    return list;
}

/* What struct launch describes, in a memfd. */
static bool write_launch(const struct world *world, const struct process_request *request,
                         const char *const *words, const struct limits *limits, struct arena *arena,
                         int *ret_memfd, struct error *error) {
    struct launch launch = {
        .data_mib = limits->data_mib,
        .memory_mib = limits->memory_mib,
        .processes = limits->processes,
        .file_mib = limits->file_mib,
        .open_files = limits->open_files,
        .seconds = limits->seconds,
    };
    const char **environment = environment_of(world, request->environment, arena, &launch.environment);
    while (words[launch.arguments])
        launch.arguments++;
    SCOPE_TEXT struct text text = {0};
    text_add(&text, (const char *)&launch, sizeof launch);
    const char *directory = inside(world, request->directory, arena);
    text_add(&text, directory, strlen(directory) + 1);
    for (size_t i = 0; i < launch.arguments; i++)
        text_add(&text, words[i], strlen(words[i]) + 1);
    for (size_t i = 0; i < launch.environment; i++)
        text_add(&text, environment[i], strlen(environment[i]) + 1);
    int memfd = memfd_create("launch", MFD_CLOEXEC);
    if (memfd < 0)
        return fail_errno(error, FAULT_OURS, "cannot hand a command line over");
    for (size_t written = 0; written < text.length;) {
        ssize_t length = write(memfd, text.bytes + written, text.length - written);
        if (length <= 0) {
            fail_errno(error, FAULT_OURS, "cannot hand a command line over");
            close(memfd);
            return false;
        }
        written += (size_t)length;
    }
    *ret_memfd = memfd;
    return true;
}

/* A learner reads this: what was started, what is wrong with it, what to do. */
static bool explain_failure(const struct world *world, const struct process_request *request,
                            const char *word, const struct launcher_message *message, struct error *error) {
    errno = message->status;
    if (message->value == STAGE_DIRECTORY)
        return fail_errno(error, FAULT_INPUT, "the folder %s, where `%s` should run, cannot be entered",
                          request->directory ? request->directory : "/lab/app", request->command);
    if (message->value != STAGE_EXEC)
        return fail_errno(error, FAULT_OURS,
                          "`%s` could not be started: the room is out of memory or processes", word);
    bool is_path = strchr(word, '/');
    struct stat status;
    SCOPE_FREE char *file = word[0] == '/' ? xstrdup(word) : xprintf("%s/%s", world->app, word);
    switch (message->status) {
    case ENOENT:
        if (!is_path)
            return fail(error, FAULT_TOOL, "`%s` is not installed here: no folder of PATH (%s) has it", word,
                        world->path);
        if (!request->directory && lstat(file, &status) == 0)
            return fail(error, FAULT_INPUT,
                        "%s is there, but what it needs to run is not: see the interpreter that its first "
                        "line (#!) names",
                        word);
        return fail(error, FAULT_INPUT, "%s is not there: the build did not make it, or gave it another name",
                    word);
    case ENOTDIR:
        return fail(error, FAULT_INPUT, "%s is not there: a part of its path is a file and not a folder",
                    word);
    case EACCES:
        if (!request->directory && lstat(file, &status) == 0 && S_ISDIR(status.st_mode))
            return fail(error, FAULT_INPUT, "%s is a folder and cannot be run: name the program in it", word);
        return fail(error, FAULT_INPUT, "%s may not be executed: `chmod +x %s` makes a program of a file",
                    word, word);
    case ENOEXEC:
        return fail(
            error, FAULT_INPUT,
            "%s is not a program that this system can run: a script begins with a line such as #!/bin/sh",
            word);
    case E2BIG:
        return fail(error, FAULT_INPUT,
                    "the arguments and variables for `%s` are too long for the system (one may have 128 KiB, "
                    "all 2 MiB)",
                    word);
    case ETXTBSY:
        return fail(error, FAULT_INPUT, "%s is still being written: the build has not ended", word);
    case EAGAIN:
    case ENOMEM:
        return fail_errno(error, FAULT_OURS, "`%s` could not be started: the machine is short of memory",
                          word);
    }
    return fail_errno(error, FAULT_INPUT, "`%s` could not be run", word);
}

/* --- starting ------------------------------------------------------------------------------------------- */

static void close_end(int *descriptor) {
    if (*descriptor >= 0)
        close(*descriptor);
    *descriptor = -1;
}

static void process_forget(struct process *process) {
    if (!process)
        return;
    close_end(&process->control);
    close_end(&process->complaints);
    close_end(&process->input);
    close_end(&process->out);
    close_end(&process->err);
    outcome_free(&process->outcome);
    free(process);
}

static bool wait_readable(int descriptor, double deadline) {
    for (;;) {
        double left = deadline - clock_now();
        if (left <= 0)
            return false;
        struct pollfd poller = {.fd = descriptor, .events = POLLIN};
        if (poll(&poller, 1, (int)(left * 1000) + 1) > 0)
            return true;
    }
}

/* Says why a starter ended without a launcher's word: its own complaint, on its last line. */
static bool explain_starter(const struct process *process, struct error *error) {
    char said[1000];
    size_t length = 0;
    double deadline = clock_now() + END_SECONDS;
    while (length < sizeof said - 1 && wait_readable(process->complaints, deadline)) {
        ssize_t more = read(process->complaints, said + length, sizeof said - 1 - length);
        if (more <= 0)
            break;
        length += (size_t)more;
    }
    said[length] = '\0';
    SCOPE_FREE char *printable = text_printable(said, false);
    if (strstr(said, "Unknown option"))
        return fail(error, FAULT_TOOL,
                    "bubblewrap is older than 0.8 and lacks an option: install a newer one (%s)", printable);
    return fail(error, FAULT_OURS, "bubblewrap could not close a program off from this machine: %s",
                length ? printable : "it was killed, perhaps because the machine is out of memory");
}

/* Waits for what the launcher says first. */
static bool await_start(struct process *process, const struct process_request *request, const char *word,
                        struct error *error) {
    double deadline = clock_now() + START_SECONDS;
    for (;;) {
        if (!wait_readable(process->control, deadline))
            return fail(error, FAULT_OURS,
                        "`%s` was not started within %d seconds: the machine is overloaded", word,
                        START_SECONDS);
        struct launcher_message message;
        pid_t sender = 0;
        ssize_t length =
            packet_receive(process->control, &message, sizeof message, NULL, 0, NULL, &sender, 0);
        if (length != sizeof message)
            return explain_starter(process, error);
        switch ((enum launcher_kind)message.kind) {
        case LAUNCHER_READY:
            break;
        case LAUNCHER_BORN:
            process->pid = sender;
            break;
        case LAUNCHER_STARTED:
            return true;
        case LAUNCHER_FAILED:
            return explain_failure(process->room->world, request, word, &message, error);
        default:
            return fail(error, FAULT_OURS, "the launcher said something unexpected (%u)", message.kind);
        }
    }
}

static struct process *process_new(struct room *room) {
    struct process *process = xcalloc(1, sizeof *process);
    *process = (struct process){.room = room,
                                .number = ++room->number,
                                .control = -1,
                                .complaints = -1,
                                .input = -1,
                                .out = -1,
                                .err = -1};
    sigemptyset(&process->asked);
    return process;
}

/* Has init start bubblewrap with a launcher in it, which then waits for what to launch. Does not wait. */
static bool begin_starter(struct process *process, struct error *error) {
    int ends[2], pipe_ends[2], on = 1;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
        return fail_errno(error, FAULT_OURS, "cannot make the sockets of a process");
    process->control = ends[0];
    SCOPE_CLOSE int control = ends[1];
    setsockopt(process->control, SOL_SOCKET, SO_PASSCRED, &on, sizeof on);
    if (pipe2(pipe_ends, O_CLOEXEC) != 0)
        return fail_errno(error, FAULT_OURS, "cannot make the pipes of a process");
    process->complaints = pipe_ends[0];
    SCOPE_CLOSE int complaints = pipe_ends[1];
    struct init_request start = {.kind = INIT_START, .number = process->number};
    return packet_send(process->room->init, &start, sizeof start, (int[]){control, complaints}, 2) ||
           fail_errno(error, FAULT_OURS, "the room is ending, so nothing can be started in it");
}

void room_prepare(struct room *room) {
    if (room->spare)
        return;
    struct process *process = process_new(room);
    if (begin_starter(process, NULL))
        room->spare = process;
    else
        process_forget(process); /* whoever starts something will hear why */
}

/* The pipes of its streams, ours in the process and the other ends in theirs. */
static bool connect_streams(struct process *process, int theirs[3], struct error *error) {
    int ends[2];
    int *const ours[] = {&process->input, &process->out, &process->err};
    for (size_t i = 0; i < LENGTH_OF(ours); i++) {
        if (pipe2(ends, O_CLOEXEC) != 0)
            return fail_errno(error, FAULT_OURS, "cannot make the pipes of a process");
        *ours[i] = ends[i == 0];
        theirs[i] = ends[i != 0];
        fcntl(*ours[i], F_SETFL, O_NONBLOCK);
        size_t size = process->output > PIPE_MAX ? PIPE_MAX : process->output;
        if (i > 0 && size > 65536)
            fcntl(*ours[i], F_SETPIPE_SZ, (int)size); /* a wish: the user's share may be used up */
    }
    return true;
}

static bool is_nothing(const struct limits *limits) {
    return limits->data_mib == 0 && limits->memory_mib == 0 && limits->processes == 0 &&
           limits->file_mib == 0 && limits->open_files == 0 && limits->seconds <= 0 && limits->output == 0;
}

bool room_start(struct room *room, const struct process_request *request, struct process **ret_process,
                struct error *error) {
    SCOPE_ARENA struct arena *arena = arena_new();
    const char **words;
    if (!command_words(request->command, request->arguments, arena, &words, error))
        return false;
    const struct limits *limits = is_nothing(&request->limits) ? &limits_default : &request->limits;
    SCOPE_CLOSE int launch = -1;
    if (!write_launch(room->world, request, words, limits, arena, &launch, error))
        return false;
    struct process *process = room->spare;
    room->spare = NULL;
    bool good = true;
    if (!process) {
        process = process_new(room);
        good = begin_starter(process, error);
    }
    process->output = limits->output ? limits->output : limits_default.output;
    process->outcome.out.ceiling = process->outcome.err.ceiling = process->output;
    int streams[3] = {-1, -1, -1};
    good = good && connect_streams(process, streams, error);
    if (good) {
        struct launcher_message message = {.kind = LAUNCHER_LAUNCH};
        good = packet_send(process->control, &message, sizeof message,
                           (int[]){launch, streams[0], streams[1], streams[2]}, 4) ||
               explain_starter(process, error);
    }
    for (size_t i = 0; i < LENGTH_OF(streams); i++)
        close_end(&streams[i]);
    good = good && await_start(process, request, words[0], error);
    if (!good) {
        process_forget(process);
        return false;
    }
    *ret_process = process;
    return true;
}

/* --- stepping ------------------------------------------------------------------------------------------- */

static void ask_to_end(struct process *process, enum ended why) {
    struct launcher_message message = {.kind = LAUNCHER_END, .value = why};
    if (!process->ending && !process->reported)
        packet_send(process->control, &message, sizeof message, NULL, 0);
    process->ending = true;
}

/* Reads what is there. */
static void read_stream(struct process *process, int *stream, struct text *text) {
    char bytes[READ_AT_ONCE];
    /* A bound for each step, so that a flood does not keep us from looking at anything else. */
    for (size_t i = 0; *stream >= 0 && (i < 16 || process->reported); i++) {
        ssize_t length = read(*stream, bytes, sizeof bytes);
        if (length > 0) {
            text_add(text, bytes, (size_t)length);
            if (text->overflowed)
                ask_to_end(process, ENDED_OUTPUT_LIMIT);
        } else if (length == 0) {
            close_end(stream);
        } else if (errno != EINTR) {
            break;
        }
    }
}

/* Whether the learner's process ended as we asked it to. */
static bool was_stopped(const struct process *process, int status) {
    return process->asked_to_stop ||
           (WIFSIGNALED(status) && sigismember(&process->asked, WTERMSIG(status)) == 1);
}

static bool read_control(struct process *process, struct error *error) {
    struct launcher_message message;
    ssize_t length =
        packet_receive(process->control, &message, sizeof message, NULL, 0, NULL, NULL, MSG_DONTWAIT);
    if (length < 0 && errno == EAGAIN)
        return true;
    if (length != sizeof message || message.kind != LAUNCHER_ENDED) {
        process->reported = process->ended = true;
        return fail(error, FAULT_OURS,
                    "a program was lost sight of: its launcher was killed, perhaps because the machine is "
                    "out of memory");
    }
    struct outcome *outcome = &process->outcome;
    process->reported = true;
    outcome->ended = (enum ended)message.value;
    outcome->status = message.status;
    outcome->left_behind = message.left_behind;
    outcome->ms = message.ms;
    if ((outcome->ended == ENDED_EXITED || outcome->ended == ENDED_SIGNALLED) &&
        was_stopped(process, outcome->status))
        outcome->ended = ENDED_STOPPED;
    return true;
}

/* Nothing can write any more: takes what is left in the pipes. */
static void finish(struct process *process) {
    read_stream(process, &process->out, &process->outcome.out);
    read_stream(process, &process->err, &process->outcome.err);
    close_end(&process->out);
    close_end(&process->err);
    close_end(&process->input);
    if (process->outcome.out.overflowed || process->outcome.err.overflowed)
        process->outcome.ended = ENDED_OUTPUT_LIMIT;
    process->ended = true;
}

int process_input(struct process *process) {
    return process->input;
}

void process_close_input(struct process *process) {
    close_end(&process->input);
}

/* A pipe that takes no more now is worth waiting for; one that does would end every wait at once. */
static bool input_is_full(const struct process *process) {
    struct pollfd poller = {.fd = process->input, .events = POLLOUT};
    return process->input >= 0 && poll(&poller, 1, 0) == 0;
}

bool process_step(struct process *process, double deadline, struct error *error) {
    if (process->ended)
        return true;
    struct pollfd polled[] = {
        {.fd = process->control, .events = POLLIN},
        {.fd = process->out, .events = POLLIN},
        {.fd = process->err, .events = POLLIN},
        {.fd = input_is_full(process) ? process->input : -1, .events = POLLOUT},
    };
    double left = deadline > 0 ? fmin(fmax(deadline - clock_now(), 0), 1e6) : 0;
    struct timespec timeout = {.tv_sec = (time_t)left, .tv_nsec = (long)(fmod(left, 1) * 1e9)};
    if (ppoll(polled, LENGTH_OF(polled), deadline > 0 ? &timeout : NULL, NULL) < 0)
        return errno == EINTR || fail_errno(error, FAULT_OURS, "cannot wait for a program");
    read_stream(process, &process->out, &process->outcome.out);
    read_stream(process, &process->err, &process->outcome.err);
    if (polled[0].revents) {
        if (!read_control(process, error))
            return false;
        if (process->reported)
            finish(process);
    }
    return true;
}

bool process_has_ended(const struct process *process) {
    return process->ended;
}

const struct outcome *process_outcome(const struct process *process) {
    return &process->outcome;
}

pid_t process_pid(const struct process *process) {
    return process->pid;
}

bool process_signal(struct process *process, int signal, struct error *error) {
    if (process->reported)
        return true;
    struct launcher_message message = {.kind = LAUNCHER_SIGNAL, .value = signal};
    sigaddset(&process->asked, signal);
    if (signal == SIGTERM || signal == SIGINT || signal == SIGQUIT || signal == SIGKILL)
        process->asked_to_stop = true;
    if (packet_send(process->control, &message, sizeof message, NULL, 0) || errno == EPIPE ||
        errno == ECONNRESET)
        return true; /* ended meanwhile; the next step reads how */
    return fail_errno(error, FAULT_OURS, "cannot send a signal to a program");
}

/* Whether the launcher of a process that has ended waits for another, which then is the room's next. It says so right
 * after it said how the process ended; or it is gone. */
static bool hand_launcher_back(struct process *process) {
    struct launcher_message message;
    struct room *room = process->room;
    if (!process->ended || room->spare || !wait_readable(process->control, clock_now() + END_SECONDS) ||
        packet_receive(process->control, &message, sizeof message, NULL, 0, NULL, NULL, 0) !=
            sizeof message ||
        message.kind != LAUNCHER_READY)
        return false;
    room->spare = process_new(room);
    room->spare->number = process->number;
    room->spare->control = process->control;
    room->spare->complaints = process->complaints;
    process->control = process->complaints = -1;
    return true;
}

void process_free(struct process *process) {
    if (process && !hand_launcher_back(process)) {
        ask_to_end(process, ENDED_STOPPED);
        close_end(&process->control);
        /* The pipe ends when bubblewrap and the launcher are gone, and with them all that was started. */
        char bytes[512];
        double deadline = clock_now() + END_SECONDS;
        while (wait_readable(process->complaints, deadline))
            if (read(process->complaints, bytes, sizeof bytes) <= 0)
                break;
        if (clock_now() >= deadline) {
            struct init_request kill = {.kind = INIT_KILL, .number = process->number};
            packet_send(process->room->init, &kill, sizeof kill, NULL, 0);
        }
    }
    process_forget(process);
}

/* --- a whole run ---------------------------------------------------------------------------------------- */

/* Writes what the pipe takes; closes it when all is written or nobody reads. */
static void feed(struct process *process, const char *input, size_t length, size_t *written) {
    while (process->input >= 0 && *written < length) {
        ssize_t taken = write(process->input, input + *written, length - *written);
        if (taken > 0)
            *written += (size_t)taken;
        else if (errno == EAGAIN)
            return;
        else if (errno != EINTR)
            break;
    }
    close_end(&process->input);
}

bool room_run(struct room *room, const struct process_request *request, const char *input,
              size_t input_length, struct outcome *ret_outcome, struct error *error) {
    struct process *process;
    if (!room_start(room, request, &process, error))
        return false;
    size_t written = 0;
    bool good = true;
    while (good && !process->ended) {
        feed(process, input, input_length, &written);
        good = process_step(process, 0, error);
    }
    if (good) {
        *ret_outcome = process->outcome;
        process->outcome = (struct outcome){0};
    }
    process_free(process);
    return good;
}

/* --- the test ------------------------------------------------------------------------------------------- */

bool room_prove(struct room *room, struct error *error) {
    SCOPE_CLOSE int any = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    struct ifreq request = {.ifr_name = "lo"};
    if (any < 0 || ioctl(any, SIOCGIFFLAGS, &request) != 0 || !(request.ifr_flags & IFF_UP))
        return fail_errno(error, FAULT_OURS, "the network inside a room (lo) cannot be used");
    room_prepare(room);
    struct launcher_message message;
    if (!room->spare)
        return fail(error, FAULT_OURS, "the room is ending, so nothing can be started in it");
    if (!wait_readable(room->spare->control, clock_now() + START_SECONDS))
        return fail(error, FAULT_OURS,
                    "bubblewrap did not start within %d seconds: the machine is overloaded", START_SECONDS);
    ssize_t length = packet_receive(room->spare->control, &message, sizeof message, NULL, 0, NULL, NULL, 0);
    return (length == sizeof message && message.kind == LAUNCHER_READY) ||
           explain_starter(room->spare, error);
}

bool room_test(struct room *room, struct error *error) {
    if (!room_prove(room, error))
        return false;
    struct outcome outcome;
    if (!room_run(room, &(struct process_request){.command = "/usr/bin/true"}, NULL, 0, &outcome, error))
        return false;
    int status = outcome.status;
    outcome_free(&outcome);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        return fail(error, FAULT_OURS, "/usr/bin/true does not run in a room (wait status %d)", status);
    return true;
}
