/* The broker: gives up root, warms up once, and forks a room for every request.
 *
 * A room is a fork and not a program of its own, so what warm() initialised (TLS, curl, tables) is paid once
 * a run and not once a room. For that the broker must stay single-threaded, and must never read a byte that a
 * learner wrote: whoever took it over would sit in every room to come. It reads requests from the cli and
 * nothing else.
 *
 * The order as root matters: another user first; that takes PR_SET_DUMPABLE, without which /proc/self/uid_map
 * belongs to root, and would take PR_SET_PDEATHSIG, so both are set after it.
 *
 * Rooms end with the broker by a pipe that only it holds open for writing (and by PR_SET_PDEATHSIG); the
 * broker ends with the cli by its socket (and by PR_SET_PDEATHSIG). */
#include "checker/base/json.h"
#include "checker/room/parts.h"

#include <fcntl.h>
#include <grp.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>

struct broker {
    const struct room_worker *worker;
    int life[2]; /* nobody ever writes to it */
    int filter, probe_filter, signals;
    const char *const *etc;
    struct error broken; /* why there can be no rooms at all; FAULT_NONE if there can */
};

/* Whether this root is one only in its own user namespace (a rootless container): outside it is an ordinary
 * user, there may be no nobody to become, and nothing to give up. */
static bool is_root_by_name_only(void) {
    char map[64] = "";
    SCOPE_CLOSE int file = open("/proc/self/uid_map", O_RDONLY | O_CLOEXEC);
    unsigned inside, outside, count;
    return file >= 0 && read(file, map, sizeof map - 1) > 0 &&
           sscanf(map, "%u %u %u", &inside, &outside, &count) == 3 && (outside != 0 || count != ~0u);
}

static bool drop_root(struct error *error) {
    if (geteuid() == 0 &&
        (setgroups(0, NULL) != 0 || setresgid(NOBODY, NOBODY, NOBODY) != 0 ||
         setresuid(NOBODY, NOBODY, NOBODY) != 0) &&
        !is_root_by_name_only())
        return fail_errno(error, FAULT_OURS,
                          "cannot become user nobody; start backend-learn as an ordinary user");
    prctl(PR_SET_DUMPABLE, 1);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    return true;
}

/* --- the plan ------------------------------------------------------------------------------------------- */

static bool is_below(const char *path, const char *top) {
    size_t length = strlen(top);
    return strncmp(path, top, length) == 0 && (path[length] == '/' || path[length] == '\0');
}

/* A folder that may be shown at its own path without covering what a room is made of. */
static bool check_prefix(const char *path, struct error *error) {
    static const char *const own[] = {"/proc", "/dev",   "/sys",      "/etc", "/lab",
                                      "/data", "/stage", "/packages", "/run"};
    bool good = path && path[0] == '/' && path[1] && !strstr(path, "/../") && strcmp(path, "/tmp") != 0;
    for (size_t i = 0; good && i < LENGTH_OF(own); i++)
        good = !is_below(path, own[i]);
    return good || fail(error, FAULT_INPUT, "%s cannot be shown in a room: name the toolchain's own folder",
                        path ? path : "a prefix that is not text");
}

static struct shown shown(const char *path, const cJSON *mounts, const int *descriptors, size_t count) {
    struct shown shown = {path, -1};
    size_t i = 0;
    const cJSON *mount;
    cJSON_ArrayForEach(mount, mounts) {
        if (i < count && cJSON_IsString(mount) && strcmp(mount->valuestring, path) == 0)
            shown.descriptor = descriptors[i];
        i++;
    }
    return shown;
}

static bool read_plan(int memfd, const int *mount_descriptors, size_t mount_count, struct birth *birth,
                      struct error *error) {
    struct stat status;
    if (fstat(memfd, &status) != 0 || status.st_size > 1 << 20)
        return fail(error, FAULT_OURS, "the plan of a room is too long");
    size_t length = (size_t)status.st_size;
    char *text = arena_alloc(birth->arena, length + 1);
    if (pread(memfd, text, length, 0) != (ssize_t)length)
        return fail_errno(error, FAULT_OURS, "the plan of a room cannot be read");
    SCOPE_JSON cJSON *json = json_read("the plan of a room", text, length, error);
    if (!json)
        return false;
    struct plan *plan = &birth->plan;
    *plan = (struct plan){
        .packages = {NULL, -1},
        .path = arena_copy(birth->arena, json_text(json, "path")),
        .size_mib = (long)json_number(json, "size_mib", 64),
        .inodes = (long)json_number(json, "inodes", 8192),
        .temporary = arena_copy(birth->arena, json_text(json, "temporary")),
        .plain = json_true(json, "plain"),
        .test = json_true(json, "test"),
        .prove = json_true(json, "prove"),
    };
    const cJSON *mounts = json_get(json, "mounts"), *prefix, *prefixes = json_get(json, "prefixes");
    plan->prefixes =
        arena_alloc(birth->arena, (size_t)(cJSON_GetArraySize(prefixes) + 1) * sizeof *plan->prefixes);
    cJSON_ArrayForEach(prefix, prefixes) {
        const char *path = cJSON_IsString(prefix) ? arena_copy(birth->arena, prefix->valuestring) : NULL;
        if (path && is_below(path, "/usr"))
            continue; /* shown anyway */
        if (!check_prefix(path, error))
            return false;
        plan->prefixes[plan->prefix_count++] = shown(path, mounts, mount_descriptors, mount_count);
    }
    const char *packages = arena_copy(birth->arena, json_text(json, "packages"));
    if (packages)
        plan->packages = shown(packages, mounts, mount_descriptors, mount_count);
    return true;
}

/* --- rooms ---------------------------------------------------------------------------------------------- */

static void make_room(const struct broker *broker, const struct request_room *request, const int *descriptors,
                      size_t count) {
    if (broker->broken.fault != FAULT_NONE) {
        say_refused(descriptors[0], &broker->broken, true);
        return;
    }
    struct error error;
    size_t first = request->has_tree ? 3 : 2;
    struct birth birth = {
        .worker = broker->worker,
        .uid = getuid(),
        .gid = getgid(),
        .channel = descriptors[0],
        .tree = request->has_tree ? descriptors[2] : -1,
        .life = broker->life[0],
        .launcher = BROKER_LAUNCHER,
        .filter = broker->filter,
        .probe_filter = broker->probe_filter,
        .etc = broker->etc,
        .arena = arena_new(),
    };
    bool good = read_plan(descriptors[1], descriptors + first, count - first, &birth, &error);
    pid_t room = 0;
    if (good) {
        room = birth.plan.plain ? fork() : clone_room(&error);
        if (room < 0 && birth.plan.plain)
            fail_errno(&error, FAULT_OURS, "a room could not be made");
    }
    if (good && room == 0) {
        close(BROKER_CONTROL);
        close(broker->life[1]);
        close(broker->signals);
        close(descriptors[1]);
        room_live(&birth);
    }
    if (!good || room < 0)
        say_refused(birth.channel, &error, good);
    arena_free(birth.arena);
}

/* One request; false when the cli is gone. */
static bool serve_request(const struct broker *broker) {
    struct request_room request;
    int descriptors[DESCRIPTORS_MAX];
    size_t count;
    ssize_t length = packet_receive(BROKER_CONTROL, &request, sizeof request, descriptors,
                                    LENGTH_OF(descriptors), &count, NULL, 0);
    if (length == sizeof request && count == (request.has_tree ? 3 : 2) + (size_t)request.mounts)
        make_room(broker, &request, descriptors, count);
    for (size_t i = 0; i < count; i++)
        close(descriptors[i]);
    return length > 0;
}

static void reap(int signals) {
    struct signalfd_siginfo info;
    while (read(signals, &info, sizeof info) == sizeof info)
        ;
    while (waitpid(-1, NULL, WNOHANG) > 0)
        ;
}

int broker_main(const struct room_worker *worker, int argc, char **argv) {
    int type;
    socklen_t length = sizeof type;
    if (argc < 2 || strcmp(argv[1], "rooms") != 0 ||
        getsockopt(BROKER_CONTROL, SOL_SOCKET, SO_TYPE, &type, &length) != 0 || type != SOCK_SEQPACKET) {
        fputs("backend-learn-probe is started by backend-learn and does nothing alone: run `backend-learn`\n",
              stderr);
        return 2;
    }
    SCOPE_ARENA struct arena *arena = arena_new();
    struct broker broker = {.worker = worker, .etc = find_of_etc(arena)};
    fcntl(BROKER_CONTROL, F_SETFD, FD_CLOEXEC);
    fcntl(BROKER_LAUNCHER, F_SETFD, FD_CLOEXEC);
    setsid(); /* a Ctrl-C in the terminal is for the cli, which then ends its rooms in order */
    signal(SIGPIPE, SIG_IGN);
    sigset_t mask;
    sigemptyset(&mask);
    sigaddset(&mask, SIGCHLD);
    sigprocmask(SIG_BLOCK, &mask, NULL);
    broker.signals = signalfd(-1, &mask, SFD_CLOEXEC | SFD_NONBLOCK);
    if (broker.signals < 0 || pipe2(broker.life, O_CLOEXEC) != 0)
        return 3;
    if (drop_root(&broker.broken) && filter_write(false, &broker.filter, &broker.broken))
        filter_write(true, &broker.probe_filter, &broker.broken);
    if (worker->warm)
        worker->warm();
    struct pollfd polled[] = {
        {.fd = BROKER_CONTROL, .events = POLLIN},
        {.fd = broker.signals, .events = POLLIN},
    };
    for (;;) {
        if (poll(polled, LENGTH_OF(polled), -1) < 0)
            continue;
        if (polled[1].revents)
            reap(broker.signals);
        if (polled[0].revents && !serve_request(&broker))
            break;
    }
    close(broker.life[1]);
    while (waitpid(-1, NULL, 0) > 0 || errno == EINTR)
        ;
    return 0;
}
