/* Rooms come and go: what ends them, that nothing stays behind, and what is said where there can be none. */
#include "tests/unit/rooms/inside.h"

#include <ctype.h>
#include <dirent.h>
#include <poll.h>
#include <signal.h>

/* --- inside --------------------------------------------------------------------------------------------- */

/* Leaves a server, a daemon and a stubborn one running, all with the marker in their command lines. */
static void leave_some_running(struct room *room, struct text *why) {
    static const char *const commands[] = {"sleep 98989", "./subject ignore-term 98989",
                                           "sh -c 'setsid setsid sleep 98989 & sleep 98989'"};
    for (size_t i = 0; i < LENGTH_OF(commands); i++) {
        struct process *process;
        struct error error;
        EXPECT(room_start(room, &(struct process_request){.command = commands[i], .limits = {.seconds = 100}},
                          &process, &error),
               "%s", error.text);
    }
}

static void stay_busy(struct room *room, struct text *why) {
    leave_some_running(room, why);
    struct outcome outcome;
    struct error error;
    room_run(room, &(struct process_request){.command = "sleep 98989", .limits = {.seconds = 100}}, NULL, 0,
             &outcome, &error);
}

static void die(struct room *room, struct text *why) {
    leave_some_running(room, why);
    abort();
}

static void say_where_we_are(struct room *room, struct text *why) {
    struct error error = {0};
    EXPECT(room_is_plain(room), "not plain");
    EXPECT(room_port(room) > 1024, "port %d", room_port(room));
    EXPECT(access(room_app_folder(room), R_OK | W_OK) == 0, "%s", room_app_folder(room));
    SCOPE_FREE char *expected =
        xprintf("%s\n%d\n%s\n", room_app_folder(room), room_port(room), room_data_folder(room));
    struct outcome outcome = {0};
    EXPECT(room_run(room, &(struct process_request){.command = "pwd; echo $PORT; echo $DATA_DIR"}, NULL, 0,
                    &outcome, &error),
           "%s", error.text);
    EXPECT(outcome.out.bytes && strcmp(outcome.out.bytes, expected) == 0, "%s", outcome.out.bytes);
    outcome_free(&outcome);
    EXPECT(room_run(room, &(struct process_request){.command = "pwd", .directory = "/data"}, NULL, 0,
                    &outcome, &error),
           "%s", error.text);
    EXPECT(outcome.out.length > 5 &&
               strncmp(outcome.out.bytes, room_data_folder(room), outcome.out.length - 1) == 0,
           "%s", outcome.out.bytes);
    outcome_free(&outcome);
    EXPECT(room_run(room, &(struct process_request){.command = "mkdir -p closed/in && chmod 0 closed && env"},
                    NULL, 0, &outcome, &error),
           "%s", error.text);
    EXPECT(outcome.out.bytes && !strstr(outcome.out.bytes, "SECRET"), "%s", outcome.out.bytes);
    outcome_free(&outcome);
}

static void plain_programs_run(struct room *room, struct text *why) {
    static const struct {
        const char *command;
        struct limits limits;
        enum ended ended;
        int status, left_behind;
    } rows[] = {
        {"./subject exit 3", {0}, ENDED_EXITED, 3 << 8, 0},
        {"./subject segfault", {0}, ENDED_SIGNALLED, SIGSEGV, 0},
        {"./subject daemon", {0}, ENDED_EXITED, 0, 1},
        {"sh -c 'sleep 98989 & exit 1'", {0}, ENDED_EXITED, 1 << 8, 1},
        {"yes", {0}, ENDED_OUTPUT_LIMIT, SIGKILL, 0},
        {"./subject shared 600", {.memory_mib = 200}, ENDED_MEMORY_LIMIT, SIGKILL, 0},
        {"./subject ignore-term", {.seconds = 0.2}, ENDED_TIME_LIMIT, SIGKILL, 0},
        {"./subject descriptors", {0}, ENDED_EXITED, 0, 0},
    };
    for (size_t i = 0; i < LENGTH_OF(rows); i++) {
        struct outcome outcome = {0};
        struct error error = {0};
        EXPECT(room_run(room, &(struct process_request){.command = rows[i].command, .limits = rows[i].limits},
                        NULL, 0, &outcome, &error),
               "%s", error.text);
        EXPECT(outcome.ended == rows[i].ended && outcome.status == rows[i].status &&
                   outcome.left_behind == rows[i].left_behind,
               "%s: %s, status %#x, %d left behind", rows[i].command, ended_name(outcome.ended),
               (unsigned)outcome.status, outcome.left_behind);
        if (strstr(rows[i].command, "descriptors"))
            EXPECT(outcome.out.bytes && strcmp(outcome.out.bytes, "0 pipe\n1 pipe\n2 pipe\n") == 0, "%s",
                   outcome.out.bytes);
        outcome_free(&outcome);
    }
    struct outcome outcome = {0};
    struct error error = {0};
    EXPECT(room_run(room,
                    &(struct process_request){.command = "./subject fork-bomb",
                                              .limits = {.processes = 50, .seconds = 0.5}},
                    NULL, 0, &outcome, &error),
           "%s", error.text);
    EXPECT(outcome.left_behind > 20 && outcome.left_behind < 120, "%d left behind", outcome.left_behind);
    outcome_free(&outcome);
}

const struct inside_test inside_tests[] = {
    {"leave", leave_some_running},    {"busy", stay_busy}, {"die", die}, {"where", say_where_we_are},
    {"programs", plain_programs_run}, {NULL, NULL},
};

/* --- outside -------------------------------------------------------------------------------------------- */

/* How many processes of the host have the marker in their command line, or are below one with it. */
static int marked(const char *marker) {
    DIR *folder = opendir("/proc");
    int count = 0;
    for (const struct dirent *entry; (entry = readdir(folder));) {
        char path[300], line[4096] = "";
        snprintf(path, sizeof path, "/proc/%s/cmdline", entry->d_name);
        SCOPE_CLOSE int file =
            isdigit((unsigned char)entry->d_name[0]) ? open(path, O_RDONLY | O_CLOEXEC) : -1;
        ssize_t length = file < 0 ? 0 : read(file, line, sizeof line - 1);
        for (ssize_t i = 0; i < length; i++)
            if (line[i] == '\0')
                line[i] = ' ';
        count += strstr(line, marker) != NULL;
    }
    closedir(folder);
    return count;
}

/* Ends come as events in the rooms; from outside only looking again shows them. */
static int marked_in_the_end(const char *marker) {
    double deadline = clock_now() + 10;
    int count;
    while ((count = marked(marker)) > 0 && clock_now() < deadline)
        poll(NULL, 0, 5);
    return count;
}

static void ask(int socket, const char *name) {
    struct channel channel = {.socket = socket, .received = -1};
    SCOPE_JSON cJSON *request = cJSON_CreateObject();
    json_set_text(request, "run", name);
    struct error error;
    cr_assert(channel_write(&channel, request, -1, &error), "%s", error.text);
}

static void wait_until_running(void) {
    double deadline = clock_now() + 20;
    int count;
    while ((count = marked("98989")) < 5 && clock_now() < deadline)
        poll(NULL, 0, 5);
    cr_assert_geq(count, 5, "only %d are running", count);
}

/* The tests of this file look for the same marker, so they run one after another. */
static int lock_machine(void) {
    int lock = open("/tmp/room-life.lock", O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    cr_assert_geq(lock, 0);
    fchmod(lock, 0666);
    cr_assert_eq(lockf(lock, F_LOCK, 0), 0);
    return lock;
}

static void ends_when(const char *what, bool plain) {
    SCOPE_CLOSE int lock = lock_machine();
    cr_assert_geq(lock, 0);
    struct bench bench;
    bench_open(&bench, plain);
    int tree = bench_tree(&bench), channel;
    struct error error;
    cr_assert(probe_room(bench.probe, NULL, tree, &channel, &error), "%s", error.text);
    close(tree);
    ask(channel, strcmp(what, "the probe dies") == 0 ? "die" : "busy");
    if (strcmp(what, "the probe dies") != 0)
        wait_until_running();
    pid_t broker = 0;
    if (strcmp(what, "the channel closes") == 0)
        close(channel);
    if (strcmp(what, "the broker is killed") == 0) {
        char children[100] = "";
        SCOPE_FREE char *path = xprintf("/proc/self/task/%d/children", getpid());
        SCOPE_CLOSE int file = open(path, O_RDONLY | O_CLOEXEC);
        cr_assert_gt(read(file, children, sizeof children - 1), 0);
        broker = atoi(children);
        cr_assert_eq(kill(broker, SIGKILL), 0);
    }
    if (strcmp(what, "it is closed") == 0)
        bench_close(&bench);
    cr_assert_eq(marked_in_the_end("98989"), 0, "%s: %d are left", what, marked("98989"));
    char byte;
    if (strcmp(what, "the channel closes") != 0) {
        cr_assert_leq(read(channel, &byte, 1), 0, "%s: the channel is still open", what);
        close(channel);
    }
    if (strcmp(what, "it is closed") != 0)
        bench_close(&bench);
}

Test(life, a_room_ends_with_its_channel) {
    ends_when("the channel closes", false);
    ends_when("the channel closes", true);
}
Test(life, a_room_ends_with_its_probe) {
    ends_when("the probe dies", false);
    ends_when("the probe dies", true);
}
Test(life, rooms_end_with_the_broker) {
    ends_when("the broker is killed", false);
    ends_when("the broker is killed", true);
}
Test(life, rooms_end_when_closed) {
    ends_when("it is closed", false);
    ends_when("it is closed", true);
}

static void killed_cli(bool plain) {
    SCOPE_CLOSE int lock = lock_machine();
    cr_assert_geq(lock, 0);
    struct bench *bench = mmap(NULL, sizeof *bench, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
                               0); /* seen by both */
    cr_assert_neq(bench, MAP_FAILED);
    pid_t cli = fork();
    if (cli == 0) { /* stands for the cli */
        bench_open(bench, plain);
        int tree = bench_tree(bench), channel;
        struct error error;
        if (!probe_room(bench->probe, NULL, tree, &channel, &error))
            _exit(1);
        ask(channel, "busy");
        for (;;)
            pause();
    }
    wait_until_running();
    kill(cli, SIGKILL);
    waitpid(cli, NULL, 0);
    cr_assert_eq(marked_in_the_end("98989"), 0, "%d are left", marked("98989"));
    SCOPE_FREE char *command = xprintf("rm -rf %s", bench->folder);
    cr_assert_eq(system(command), 0);
}

Test(life, rooms_end_when_the_cli_is_killed) {
    killed_cli(false);
    killed_cli(true);
}

Test(life, many_rooms_have_the_same_tree) {
    SCOPE_CLOSE int lock = lock_machine();
    cr_assert_geq(lock, 0);
    struct bench bench;
    bench_open(&bench, false);
    int tree = bench_tree(&bench), channels[30];
    struct error error;
    for (size_t i = 0; i < LENGTH_OF(channels); i++)
        cr_assert(probe_room(bench.probe, NULL, tree, &channels[i], &error), "%s", error.text);
    close(tree);
    for (size_t i = 0; i < LENGTH_OF(channels); i++) {
        SCOPE_FREE char *why = ask_room(channels[i], "leave");
        cr_assert_str_empty(why, "%s", why);
        close(channels[i]);
    }
    bench_close(&bench);
}

Test(life, a_broken_tree_is_refused) {
    struct bench bench;
    bench_open(&bench, false);
    SCOPE_CLOSE int tree = memfd_create("tree", MFD_CLOEXEC);
    cr_assert_eq(write(tree, "nonsense\n", 9), 9);
    struct error error = {0};
    int channel = -9;
    cr_assert_not(probe_room(bench.probe, NULL, tree, &channel, &error));
    cr_assert_eq(channel, -9);
    cr_assert(error.fault != FAULT_NONE && error.text[0]);
    bench_close(&bench);
}

Test(life, plain_rooms_work_and_leave_no_folder) {
    char top[] = "/tmp/room-plain-XXXXXX";
    cr_assert_not_null(mkdtemp(top));
    chmod(top, 01777);
    setenv("TMPDIR", top, 1);
    setenv("SECRET", "canary", 1);
    in_plain_room("where");
    in_plain_room("programs");
    cr_assert_eq(rmdir(top), 0, "something is left in %s", top);
}

/* --- where rooms do not work ---------------------------------------------------------------------------- */

Test(life, rooms_work_here) {
    struct bench bench;
    bench_open(&bench, true); /* the answer is about rooms with namespaces, whatever this probe makes */
    struct error error;
    cr_assert(probe_rooms_work(bench.probe, &error), "%s", error.text);
    bench_close(&bench);
}

/* Runs this program's own check of rooms under bubblewrap with further arguments; gives what it said. */
static char *rooms_work_under(const char *arguments) {
    char self[4096];
    ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
    cr_assert_gt(length, 0);
    self[length] = '\0';
    SCOPE_FREE char *command = xprintf("bwrap --dev-bind / / %s %s rooms-work 2>&1", arguments, self);
    FILE *pipe = popen(command, "r");
    char said[3000] = "";
    cr_assert_not_null(pipe);
    size_t read = fread(said, 1, sizeof said - 1, pipe);
    said[read] = '\0';
    pclose(pipe);
    return xstrdup(said);
}

__attribute__((constructor)) static void say_whether_rooms_work(int argc, char **argv) {
    if (argc != 2 || strcmp(argv[1], "rooms-work") != 0)
        return;
    char folder[] = "/tmp/room-test-XXXXXX", self[4096];
    ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
    if (length <= 0 || !mkdtemp(folder))
        _exit(1);
    self[length] = '\0';
    SCOPE_FREE char *probe_path = xprintf("%s/backend-learn-probe", folder);
    SCOPE_FREE char *launcher_path = xprintf("%s/backend-learn-launcher", folder);
    if (symlink(self, probe_path) != 0)
        _exit(1);
    for (int i = 0; i < 2; i++)
        *strrchr(self, '/') = '\0';
    SCOPE_FREE char *launcher = xprintf("%s/backend-learn-launcher", self);
    if (symlink(launcher, launcher_path) != 0)
        _exit(1);
    struct probe *probe;
    struct error error = {0};
    bool work = probe_open(probe_path, false, &probe, &error) && probe_rooms_work(probe, &error);
    dprintf(1, "%s\n", work ? "rooms work" : error.text);
    unlink(probe_path);
    unlink(launcher_path);
    rmdir(folder);
    _exit(0);
}

Test(life, what_forbids_rooms_is_named) {
    static const struct {
        const char *arguments, *says;
    } rows[] = {
        {"", "rooms work"},
        {"--unshare-user --disable-userns", "sysctl -w user.max_user_namespaces"},
        {"--ro-bind /dev/null /usr/bin/bwrap", "bubblewrap is not installed"},
        {"--tmpfs /proc/fs", "systempaths=unconfined"}, /* as containers mask it */
    };
    for (size_t i = 0; i < LENGTH_OF(rows); i++) {
        SCOPE_FREE char *said = rooms_work_under(rows[i].arguments);
        cr_assert_not_null(strstr(said, rows[i].says), "%s: %s", rows[i].arguments, said);
    }
}
