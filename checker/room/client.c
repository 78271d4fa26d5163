/* The cli's side: starts the broker, asks it for rooms.
 *
 * A request for a room carries the room's end of a fresh channel, and nothing comes back on the broker's own
 * socket: the room answers on its channel, and where it cannot be made the broker does. So several threads
 * may ask at once without a lock, and a slow room holds up no other.
 *
 * As root, folders that only root may reach (a toolchain below /root) are handed over as detached mounts: the
 * broker has become nobody by then, yet may attach them in the room's own mount namespace. */
#include "checker/base/json.h"
#include "checker/room/parts.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>

struct probe {
    pid_t broker;
    int control;
    bool plain;
};

/* In the child: async-signal-safe calls only, for the cli may have threads. */
_Noreturn static void become_broker(const char *executable, int control, int launcher) {
    /* Out of the way of 3 and 4 first: either may be one of them. */
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    control = fcntl(control, F_DUPFD_CLOEXEC, 10);
    launcher = fcntl(launcher, F_DUPFD_CLOEXEC, 10);
    if (null < 0 || dup2(null, 0) < 0 || dup2(null, 1) < 0 || dup2(null, 2) < 0 ||
        dup2(control, BROKER_CONTROL) < 0 || dup2(launcher, BROKER_LAUNCHER) < 0 ||
        close_range(BROKER_LAUNCHER + 1, ~0u, 0) != 0)
        _exit(3);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    char *const arguments[] = {(char *)(uintptr_t) "backend-learn-probe", (char *)(uintptr_t) "rooms", NULL};
    char *const environment[] = {NULL};
    execve(executable, arguments, environment);
    _exit(3);
}

bool probe_open(const char *executable, bool plain, struct probe **ret_probe, struct error *error) {
    const char *slash = strrchr(executable, '/');
    SCOPE_FREE char *beside =
        xprintf("%.*sbackend-learn-launcher", slash ? (int)(slash + 1 - executable) : 0, executable);
    if (access(executable, X_OK) != 0)
        return fail_errno(error, FAULT_OURS, "%s cannot be run: build or install backend-learn again",
                          executable);
    SCOPE_CLOSE int launcher = open(beside, O_RDONLY | O_CLOEXEC);
    if (launcher < 0)
        return fail_errno(error, FAULT_OURS, "%s cannot be opened: build or install backend-learn again",
                          beside);
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
        return fail_errno(error, FAULT_OURS, "cannot make a socket for %s", executable);
    pid_t broker = fork();
    if (broker == 0)
        become_broker(executable, ends[1], launcher);
    close(ends[1]);
    if (broker < 0) {
        fail_errno(error, FAULT_OURS, "cannot start %s", executable);
        close(ends[0]);
        return false;
    }
    struct probe *probe = xcalloc(1, sizeof *probe);
    *probe = (struct probe){.broker = broker, .control = ends[0], .plain = plain};
    *ret_probe = probe;
    return true;
}

/* Adds the mount of a folder that only root may be able to reach; where that fails the room goes by path. */
static void add_mount(const char *path, cJSON *mounts, int *descriptors, size_t *count) {
    if (!path || path[0] != '/' || *count >= DESCRIPTORS_MAX)
        return;
    int mount = open_tree(AT_FDCWD, path, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE);
    if (mount < 0)
        return;
    descriptors[(*count)++] = mount;
    cJSON_AddItemToArray(mounts, cJSON_CreateString(path));
}

static bool memfd_of(const char *text, int *ret_memfd, struct error *error) {
    int memfd = memfd_create("plan", MFD_CLOEXEC);
    size_t length = strlen(text);
    if (memfd < 0 || write(memfd, text, length) != (ssize_t)length) {
        fail_errno(error, FAULT_OURS, "cannot hand the plan of a room over");
        if (memfd >= 0)
            close(memfd);
        return false;
    }
    *ret_memfd = memfd;
    return true;
}

static bool ask(struct probe *probe, const cJSON *plan, int tree, bool test, int *ret_channel,
                struct error *error) {
    SCOPE_JSON cJSON *whole = plan ? cJSON_Duplicate(plan, true) : cJSON_CreateObject();
    cJSON *mounts = cJSON_CreateArray();
    json_set(whole, "mounts", mounts);
    json_set_bool(whole, "plain", probe->plain && !test);
    json_set_bool(whole, "test", test);
    const char *temporary = getenv("TMPDIR");
    json_set_text(whole, "temporary", temporary && temporary[0] == '/' ? temporary : "/tmp");

    int ends[2], descriptors[DESCRIPTORS_MAX];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return fail_errno(error, FAULT_OURS, "cannot make the channel of a room");
    SCOPE_CLOSE int room_end = ends[1];
    size_t count = 0, own = 1;
    descriptors[count++] = room_end;
    descriptors[count++] = -1; /* the plan, which says what mounts come along */
    if (tree >= 0)
        descriptors[count++] = tree;
    size_t first = count;
    if (geteuid() == 0 && !(probe->plain && !test)) {
        const cJSON *prefix;
        cJSON_ArrayForEach(prefix, json_get(whole, "prefixes"))
            add_mount(cJSON_IsString(prefix) ? prefix->valuestring : NULL, mounts, descriptors, &count);
        add_mount(json_text(whole, "packages"), mounts, descriptors, &count);
    }
    SCOPE_FREE char *text = json_print(whole);
    bool sent = memfd_of(text, &descriptors[own], error);
    if (sent) {
        struct request_room request = {.has_tree = tree >= 0, .mounts = (uint32_t)(count - first)};
        sent = packet_send(probe->control, &request, sizeof request, descriptors, count);
        if (!sent)
            fail_errno(error, FAULT_OURS, "backend-learn-probe has ended, so no room can be made");
        close(descriptors[own]);
    }
    for (size_t i = first; i < count; i++)
        close(descriptors[i]);
    if (!sent) {
        close(ends[0]);
        return false;
    }
    *ret_channel = ends[0];
    return true;
}

/* Reads the room's first line and not one byte more, for what comes next is the caller's. */
static bool first_line(int socket, double deadline, struct text *line, struct error *error) {
    char bytes[4096];
    for (;;) {
        double left = deadline - clock_now();
        struct pollfd poller = {.fd = socket, .events = POLLIN};
        if (left <= 0 || poll(&poller, 1, (int)(left * 1000) + 1) == 0)
            return fail(error, FAULT_OURS, "a room did not get ready in time: the machine is overloaded");
        ssize_t there = recv(socket, bytes, sizeof bytes, MSG_PEEK | MSG_DONTWAIT);
        if (there < 0 && (errno == EAGAIN || errno == EINTR))
            continue;
        if (there <= 0)
            return fail(error, FAULT_OURS, "a room ended before it was ready");
        const char *end = memchr(bytes, '\n', (size_t)there);
        ssize_t wanted = end ? end + 1 - bytes : there;
        if (recv(socket, bytes, (size_t)wanted, MSG_DONTWAIT) != wanted)
            return fail(error, FAULT_OURS, "a room ended before it was ready");
        text_add(line, bytes, (size_t)wanted);
        if (end)
            return true;
    }
}

bool probe_room_ready(int channel, bool *ret_lost, struct error *error) {
    SCOPE_TEXT struct text line = {.ceiling = 64 << 10};
    *ret_lost = false;
    if (!first_line(channel, clock_now() + 60, &line, error))
        return false;
    SCOPE_JSON cJSON *said = json_parse(line.bytes, line.length, NULL);
    const char *text = json_text(said, "error");
    *ret_lost = json_true(said, "lost");
    if (text)
        return fail(error, (enum fault)json_number(said, "fault", FAULT_OURS), "%s", text);
    return said ? true : fail(error, FAULT_OURS, "a room's first line is not JSON");
}

bool probe_room_ask(struct probe *probe, const cJSON *plan, int tree, int *ret_channel, struct error *error) {
    return ask(probe, plan, tree, false, ret_channel, error);
}

bool probe_room(struct probe *probe, const cJSON *plan, int tree, int *ret_channel, struct error *error) {
    int channel;
    bool lost;
    if (!probe_room_ask(probe, plan, tree, &channel, error))
        return false;
    if (!probe_room_ready(channel, &lost, error)) {
        close(channel);
        return false;
    }
    *ret_channel = channel;
    return true;
}

bool probe_rooms_work(struct probe *probe, struct error *error) {
    SCOPE_CLOSE int channel = -1;
    bool lost;
    return ask(probe, NULL, -1, true, &channel, error) && probe_room_ready(channel, &lost, error);
}

void probe_close(struct probe *probe) {
    if (!probe)
        return;
    close(probe->control);
    while (waitpid(probe->broker, NULL, 0) < 0 && errno == EINTR)
        ;
    free(probe);
}
