/* Programs that are talked to while they run: servers, dialogues, signals. */
#include "tests/unit/rooms/inside.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <sys/socket.h>

static struct process *start(struct room *room, const char *command, struct text *why) {
    struct error error = {0};
    struct process *process = NULL;
    struct process_request request = {.command = command, .limits = limits_default};
    request.limits.seconds = 60;
    EXPECT(room_start(room, &request, &process, &error), "%s: %s", command, error.text);
    return process;
}

/* Steps until out holds a text, or the process has ended. */
static bool step_until(struct process *process, const char *wanted, struct text *why) {
    double deadline = clock_now() + 10;
    struct error error = {0};
    while (!process_has_ended(process) && clock_now() < deadline) {
        const char *out = process_outcome(process)->out.bytes;
        if (wanted && out && strstr(out, wanted))
            return true;
        EXPECT(process_step(process, deadline, &error), "%s", error.text);
    }
    const char *out = process_outcome(process)->out.bytes;
    return process_has_ended(process) && (!wanted || (out && strstr(out, wanted)));
}

static void signals_reach_it(struct room *room, struct text *why) {
    static const struct {
        const char *command;
        int signal;
        enum ended ended;
        int exited, killed; /* -1: not so */
    } rows[] = {
        {"./subject wait", SIGTERM, ENDED_STOPPED, -1, SIGTERM}, /* no handler, and not pid 1: ends at once */
        {"./subject wait", SIGINT, ENDED_STOPPED, -1, SIGINT},
        {"./subject wait", SIGKILL, ENDED_STOPPED, -1, SIGKILL},
        {"./subject wait", SIGHUP, ENDED_STOPPED, -1, SIGHUP},
        {"./subject handle-term", SIGTERM, ENDED_STOPPED, 7, -1},
        {"sh -c './subject wait; exit 3'", SIGTERM, ENDED_STOPPED, -1,
         SIGTERM}, /* the group, not only the shell */
        {"exec ./subject wait $PORT", SIGTERM, ENDED_STOPPED, -1, SIGTERM},
    };
    for (size_t i = 0; i < LENGTH_OF(rows); i++) {
        struct process *process = start(room, rows[i].command, why);
        if (!process)
            return;
        struct error error = {0};
        EXPECT(step_until(process, "ready", why), "%s is not ready", rows[i].command);
        double sent = clock_now();
        EXPECT(process_signal(process, rows[i].signal, &error), "%s", error.text);
        EXPECT(step_until(process, NULL, why), "%s did not end", rows[i].command);
        double took = clock_now() - sent;
        const struct outcome *outcome = process_outcome(process);
        int exited = WIFEXITED(outcome->status) ? WEXITSTATUS(outcome->status) : -1;
        int killed = WIFSIGNALED(outcome->status) ? WTERMSIG(outcome->status) : -1;
        EXPECT(outcome->ended == rows[i].ended && exited == rows[i].exited && killed == rows[i].killed,
               "%s: %s, exited %d, killed %d", rows[i].command, ended_name(outcome->ended), exited, killed);
        EXPECT(took < 1, "%s took %g s", rows[i].command, took);
        EXPECT(process_signal(process, SIGTERM, &error), "a signal to one that has ended: %s", error.text);
        process_free(process);
    }
}

static void one_that_ignores_sigterm_is_ended(struct room *room, struct text *why) {
    struct process *process = start(room, "./subject ignore-term", why);
    struct error error = {0};
    if (!process)
        return;
    EXPECT(step_until(process, "ready", why), "not ready");
    process_signal(process, SIGTERM, &error);
    EXPECT(process_step(process, clock_now() + 0.1, &error) && !process_has_ended(process), "it ended");
    double began = clock_now();
    process_free(process);
    EXPECT(clock_now() - began < 2, "%g s", clock_now() - began);
}

static void a_signal_that_does_not_end_it_does_not_count(struct room *room, struct text *why) {
    struct process *process = start(room, "sh -c 'trap \"\" HUP; echo ready; read x; exit 4'", why);
    struct error error = {0};
    if (!process)
        return;
    EXPECT(step_until(process, "ready", why), "not ready");
    process_signal(process, SIGHUP, &error);
    process_close_input(process);
    EXPECT(process_input(process) == -1, "%d", process_input(process));
    EXPECT(step_until(process, NULL, why), "did not end");
    EXPECT(process_outcome(process)->ended == ENDED_EXITED &&
               WEXITSTATUS(process_outcome(process)->status) == 4,
           "%s", ended_name(process_outcome(process)->ended));
    process_free(process);
}

static void dialogues(struct room *room, struct text *why) {
    struct process *process = start(room, "./subject cat", why);
    struct error error = {0};
    if (!process)
        return;
    for (int i = 0; i < 20; i++) {
        char line[32];
        int length = snprintf(line, sizeof line, "line %d\n", i);
        EXPECT(write(process_input(process), line, (size_t)length) == length, "%s", strerror(errno));
        EXPECT(step_until(process, line, why), "%s did not come back", line);
    }
    /* Nothing happens: the step ends at its deadline, not at once. */
    double began = clock_now();
    EXPECT(process_step(process, began + 0.1, &error) && clock_now() - began >= 0.1, "%g",
           clock_now() - began);
    /* More than the pipe takes: the step ends when there is room again. */
    static char block[1 << 16];
    size_t written = 0;
    while (written < 4 * sizeof block) {
        ssize_t taken = write(process_input(process), block, sizeof block);
        if (taken > 0)
            written += (size_t)taken;
        else
            EXPECT(errno == EAGAIN && process_step(process, clock_now() + 5, &error), "%s", error.text);
        if (clock_now() > began + 10)
            break;
    }
    process_close_input(process);
    EXPECT(step_until(process, NULL, why), "did not end");
    EXPECT(process_outcome(process)->out.length > 4 * sizeof block, "%zu",
           process_outcome(process)->out.length);
    process_free(process);
}

static void servers_share_the_room(struct room *room, struct text *why) {
    struct process *server = start(room, "./subject listen", why);
    if (!server)
        return;
    EXPECT(step_until(server, "listen: done", why), "not listening");
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)room_port(room)),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    SCOPE_CLOSE int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    EXPECT(connect(client, (struct sockaddr *)&address, sizeof address) == 0, "%s", strerror(errno));
    /* Who listens: by the inode in /proc/self/net/tcp. */
    char table[8192] = "", wanted[32];
    SCOPE_CLOSE int file = open("/proc/self/net/tcp", O_RDONLY | O_CLOEXEC);
    EXPECT(file >= 0 && read(file, table, sizeof table - 1) > 0, "%s", strerror(errno));
    snprintf(wanted, sizeof wanted, ":%04X 00000000:0000 0A", room_port(room));
    char *line = strstr(table, wanted);
    unsigned long long inode = 0;
    EXPECT(line && sscanf(line, "%*s %*s %*s %*s %*s %*s %*s %*s %llu", &inode) == 1, "%s", table);
    while (line && line > table && line[-1] != '\n')
        line--;
    if (line)
        sscanf(line, "%*s %*s %*s %*s %*s %*s %*s %*s %*s %llu", &inode);
    pid_t owner = room_socket_owner(room, inode);
    EXPECT(owner == process_pid(server), "inode %llu: %d, not %d", inode, owner, process_pid(server));
    EXPECT(room_socket_owner(room, 1) == 0, "an inode that is nobody's");
    SCOPE_FREE char *name = xprintf("/proc/%d/comm", owner);
    char comm[32] = "";
    SCOPE_CLOSE int comm_file = open(name, O_RDONLY | O_CLOEXEC);
    EXPECT(comm_file >= 0 && read(comm_file, comm, sizeof comm - 1) > 0 && strcmp(comm, "subject\n") == 0,
           "%s", comm);
    /* Another one finds the port taken. */
    struct process *second = start(room, "./subject listen", why);
    EXPECT(second && step_until(second, "bind: Address already in use", why), "two on one port");
    process_free(second);
    process_free(server);
    SCOPE_CLOSE int again = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    EXPECT(connect(again, (struct sockaddr *)&address, sizeof address) != 0 && errno == ECONNREFUSED,
           "still there");
}

static void limits_hold_without_steps(struct room *room, struct text *why) {
    /* The probe is busy elsewhere: a server over its memory is ended all the same. */
    struct process *process = NULL;
    struct error error = {0};
    struct process_request request = {.command = "./subject shared 600", .limits = {.memory_mib = 200}};
    EXPECT(room_start(room, &request, &process, &error), "%s", error.text);
    if (!process)
        return;
    char path[64];
    snprintf(path, sizeof path, "/proc/%d", process_pid(process));
    double deadline = clock_now() + 4;
    while (access(path, F_OK) == 0 && clock_now() < deadline)
        poll(NULL, 0, 5);
    EXPECT(access(path, F_OK) != 0, "it is still there");
    EXPECT(step_until(process, NULL, why), "did not end");
    EXPECT(process_outcome(process)->ended == ENDED_MEMORY_LIMIT, "%s",
           ended_name(process_outcome(process)->ended));
    process_free(process);
}

static void logging_is_not_held_up(struct room *room, struct text *why) {
    /* 900 kB fit between two steps. */
    struct process *process = start(room, "sh -c './subject write 900000; echo > /data/written'", why);
    if (!process)
        return;
    SCOPE_FREE char *path = xprintf("%s/written", room_data_folder(room));
    double deadline = clock_now() + 5;
    while (access(path, F_OK) != 0 && clock_now() < deadline)
        poll(NULL, 0, 5);
    EXPECT(access(path, F_OK) == 0, "it waits for the pipe");
    EXPECT(step_until(process, NULL, why) && process_outcome(process)->out.length == 900000, "%zu",
           process_outcome(process)->out.length);
    process_free(process);
}

static void many_at_once(struct room *room, struct text *why) {
    struct process *processes[20];
    for (size_t i = 0; i < LENGTH_OF(processes); i++)
        processes[i] = start(room, "./subject cat", why);
    for (size_t i = 0; i < LENGTH_OF(processes); i++) {
        SCOPE_FREE char *line = xprintf("to %zu\n", i);
        if (processes[i] && write(process_input(processes[i]), line, strlen(line)) > 0)
            EXPECT(step_until(processes[i], line, why), "%zu", i);
    }
    for (size_t i = 0; i < LENGTH_OF(processes); i++)
        process_free(processes[i]);
}

const struct inside_test inside_tests[] = {
    {"signals", signals_reach_it},
    {"ignores", one_that_ignores_sigterm_is_ended},
    {"counts", a_signal_that_does_not_end_it_does_not_count},
    {"dialogues", dialogues},
    {"servers", servers_share_the_room},
    {"limits", limits_hold_without_steps},
    {"logs", logging_is_not_held_up},
    {"many", many_at_once},
    {NULL, NULL},
};

Test(process, signals_reach_it) {
    in_room("signals");
}
Test(process, one_that_ignores_sigterm_is_ended) {
    in_room("ignores");
}
Test(process, a_signal_that_does_not_end_it_does_not_count) {
    in_room("counts");
}
Test(process, dialogues) {
    in_room("dialogues");
}
Test(process, servers_share_the_room) {
    in_room("servers");
}
Test(process, limits_hold_without_steps) {
    in_room("limits");
}
Test(process, logging_is_not_held_up) {
    in_room("logs");
}
Test(process, many_at_once) {
    in_room("many");
}
/* The same without namespaces. */
Test(plain_process, signals_reach_it) {
    in_plain_room("signals");
}
Test(plain_process, one_that_ignores_sigterm_is_ended) {
    in_plain_room("ignores");
}
Test(plain_process, dialogues) {
    in_plain_room("dialogues");
}
Test(plain_process, servers_share_the_room) {
    in_plain_room("servers");
}
Test(plain_process, limits_hold_without_steps) {
    in_plain_room("limits");
}
