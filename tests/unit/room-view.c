/* What a program sees in a room, what it may write, and that it cannot reach out of it. */
#include "tests/unit/rooms/inside.h"

#include <arpa/inet.h>
#include <errno.h>
#include <sys/socket.h>
#include <sys/syscall.h>

/* Runs a command line and gives what it printed. */
static char *output_of(struct room *room, const char *command, struct text *why) {
    struct outcome outcome = {0};
    struct error error = {0};
    bool good = room_run(room, &(struct process_request){.command = command}, NULL, 0, &outcome, &error);
    EXPECT(good, "%s: %s", command, error.text);
    EXPECT(outcome.ended == ENDED_EXITED && outcome.status == 0, "%s: %s, status %#x", command,
           ended_name(outcome.ended), (unsigned)outcome.status);
    char *out = text_take(&outcome.out);
    if (outcome.err.length > 0)
        EXPECT(false, "%s: %s", command, outcome.err.bytes);
    outcome_free(&outcome);
    return out;
}

struct fact {
    const char *command, *out;
};

static void expect_facts(struct room *room, const struct fact *facts, size_t count, struct text *why) {
    for (size_t i = 0; i < count; i++) {
        SCOPE_FREE char *out = output_of(room, facts[i].command, why);
        EXPECT(strcmp(out, facts[i].out) == 0, "%s: %s", facts[i].command, out);
    }
}

static void it_looks_the_same_everywhere(struct room *room, struct text *why) {
    static const struct fact facts[] = {
        {"env", "PATH=/usr/local/bin:/usr/bin:/bin\nHOME=/tmp/home\nTMPDIR=/tmp\nDATA_DIR=/data\nPORT=8080\n"
                "LANG=C.UTF-8\nTZ=UTC\nUSER=learner\n"},
        {"pwd", "/lab/app\n"},
        {"hostname", "box\n"},
        {"id -un", "learner\n"},
        {"id -u", "1000\n"},
        {"ls -A /tmp /data /dev/shm", "/data:\n\n/dev/shm:\n\n/tmp:\nhome\n"},
        {"ls -A /tmp/home /run", "/run:\n\n/tmp/home:\n"},
        {"ls /home /root /srv /mnt /opt /stage 2>/dev/null; true", ""},
        {"cat /etc/hostname /etc/hosts", "box\n127.0.0.1 localhost box\n::1 localhost\n"},
        {"getent passwd 1000", "learner:x:1000:1000::/tmp/home:/bin/sh\n"},
        {"getent hosts localhost", "::1             localhost\n"},
        {"./subject pid", "1 1 1\n"}, /* not pid 1, and leader of its own session */
        {"./subject descriptors", "0 pipe\n1 pipe\n2 pipe\n"},
        {"umask;", "0022\n"},
        {"ulimit -c; ulimit -n; ulimit -s", "0\n256\n8192\n"},
        {"grep -E '^(CapPrm|CapBnd|NoNewPrivs|Seccomp):' /proc/self/status",
         "CapPrm:\t0000000000000000\nCapBnd:\t0000000000000000\nNoNewPrivs:\t1\nSeccomp:\t2\n"},
        {"grep SigIgn /proc/self/status", "SigIgn:\t0000000000000000\n"},
        {"grep SigBlk /proc/self/status", "SigBlk:\t0000000000000000\n"},
    };
    expect_facts(room, facts, LENGTH_OF(facts), why);
}

static void runtimes_run(struct room *room, struct text *why) {
    static const struct {
        const char *needs;
        struct fact fact;
    } rows[] = {
        {"/usr/bin/python3", {"/usr/bin/python3 -c 'import ssl, sqlite3, socket; print(6 * 7)'", "42\n"}},
        {"/usr/bin/node", {"node -e 'console.log(6 * 7)'", "42\n"}},
        {"/usr/bin/cc",
         {"echo 'int main(){return 0;}' > m.c && cc m.c -o made && ./made && echo ran", "ran\n"}},
        /* The limit of data and the ban of ptrace would end one that was built with a sanitizer. */
        {"/usr/bin/cc", {"cc -fsanitize=address,undefined m.c -o sanitized && echo made", "made\n"}},
        {"/usr/bin/cc", {"./sanitized", ""}},
        {"/usr/bin/javac",
         {"echo 'public class M { public static void main(String[] a) { System.out.println(6 * 7); } }' > "
          "M.java "
          "&& java M.java",
          "42\n"}},
    };
    for (size_t i = 0; i < LENGTH_OF(rows); i++)
        if (access(rows[i].needs, X_OK) == 0)
            expect_facts(room, &rows[i].fact, 1, why);
}

static void nothing_of_the_host_is_seen(struct room *room, struct text *why) {
    SCOPE_FREE char *mounts = output_of(room, "cat /proc/self/mountinfo", why);
    EXPECT(!strstr(mounts, "/stage") && !strstr(mounts, "/home") && !strstr(mounts, "/root"), "%s", mounts);
    SCOPE_FREE char *environment =
        output_of(room, "grep -l SECRET /proc/[0-9]*/environ 2>/dev/null; true", why);
    EXPECT(strcmp(environment, "") == 0, "%s", environment);
    SCOPE_FREE char *processes = output_of(room, "ls /proc | grep -c '^[0-9]'", why);
    EXPECT(atoi(processes) <= 5, "%s processes", processes);
    SCOPE_FREE char *canary = output_of(room, "ls /tmp/room-test-* 2>/dev/null; true", why);
    EXPECT(strcmp(canary, "") == 0, "%s", canary);
}

static void it_cannot_be_filled(struct room *room, struct text *why) {
    static const struct fact facts[] = {
        {"./subject fill 1 /x /dev/x /usr/x /etc/x /lab/x /proc/x",
         "/x: Read-only file system\n/dev/x: Read-only file system\n/usr/x: Read-only file system\n"
         "/etc/x: Read-only file system\n/lab/x: Read-only file system\n/proc/x: No such file or "
         "directory\n"},
        {"./subject fill 40 /lab/app/x /tmp/x", "/lab/app/x: done\n/tmp/x: No space left on device\n"},
        {"rm /lab/app/x /tmp/x && ./subject fill 40 /data/x /dev/shm/x",
         "/data/x: done\n/dev/shm/x: No space left on device\n"},
        {"rm /data/x /dev/shm/x && ls /data /dev/shm", "/data:\n\n/dev/shm:\n"},
    };
    expect_facts(room, facts, LENGTH_OF(facts), why);
    SCOPE_FREE char *inodes = output_of(room, "./subject inodes", why);
    EXPECT(atoi(inodes) > 4000 && atoi(inodes) < 8192 && strstr(inodes, "inodes: No space left on device"),
           "%s", inodes);
}

static void nothing_outside_is_reached(struct room *room, struct text *why) {
    static const struct fact facts[] = {
        {"./subject connect 192.0.2.1", "tcp: Network is unreachable\nudp: Network is unreachable\nvsock: "
                                        "Address family not supported by protocol\n"
                                        "packet: Address family not supported by protocol\n"},
        {"./subject connect 1.1.1.1", "tcp: Network is unreachable\nudp: Network is unreachable\nvsock: "
                                      "Address family not supported by protocol\n"
                                      "packet: Address family not supported by protocol\n"},
        {"./subject connect 127.0.0.1",
         "tcp: Connection refused\nudp: done\nvsock: Address family not supported by protocol\n"
         "packet: Address family not supported by protocol\n"},
        {"ls /sys/class/net 2>/dev/null; tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d ' '", "lo\n"},
        {"./subject attack",
         "kill 1: done\nptrace 1: Operation not permitted\nunshare: Operation not permitted\n"
         "clone: Operation not permitted\nmount: Operation not permitted\nmem of 1: Permission denied\n"
         "fd of 1: Permission denied\nenviron of 1: Permission denied\n"
         "tiocsti: Operation not permitted\nbpf: Operation not permitted\n"
         "memory: Cannot allocate memory\nraw: Operation not permitted\n"},
    };
    expect_facts(room, facts, LENGTH_OF(facts), why);
}

static void another_namespace_cannot_be_made(struct room *room, struct text *why) {
    SCOPE_FREE char *out = output_of(room, "unshare -U true 2>&1; true", why);
    EXPECT(strstr(out, "Operation not permitted") || strstr(out, "No space left on device"), "%s", out);
}

static void the_probe_is_confined(struct room *room, struct text *why) {
    EXPECT(open("/etc/passwd", O_RDONLY | O_CLOEXEC) >= 0, "%s", strerror(errno));
    EXPECT(open("/proc/self/net/tcp", O_RDONLY | O_CLOEXEC) >= 0, "%s", strerror(errno));
    EXPECT(open("/proc/1/status", O_RDONLY | O_CLOEXEC) >= 0, "%s", strerror(errno));
    EXPECT(open("/dev/urandom", O_RDONLY | O_CLOEXEC) >= 0, "%s", strerror(errno));
    EXPECT(open("/usr/x", O_WRONLY | O_CREAT | O_CLOEXEC, 0644) < 0, "wrote to /usr");
    EXPECT(open("/x", O_WRONLY | O_CREAT | O_CLOEXEC, 0644) < 0, "wrote to /");
    EXPECT(access("/root", F_OK) != 0 && access("/home", F_OK) != 0, "sees the host's homes");
    SCOPE_FREE char *path = xprintf("%s/made", room_data_folder(room));
    SCOPE_CLOSE int made = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    EXPECT(made >= 0 && write(made, "hello\n", 6) == 6, "%s", strerror(errno));
    SCOPE_FREE char *seen = output_of(room, "cat /data/made && rm /data/made", why);
    EXPECT(strcmp(seen, "hello\n") == 0, "%s", seen);
    EXPECT(execl("/usr/bin/true", "true", (char *)NULL) != 0 && errno == EPERM, "%s", strerror(errno));
    EXPECT(syscall(SYS_fork) < 0 && errno == EPERM, "%s", strerror(errno));
    EXPECT(kill(1, SIGKILL) != 0 && errno == EPERM, "%s", strerror(errno));
    SCOPE_CLOSE int sock = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(80), .sin_addr.s_addr = htonl(0xc0000201)};
    EXPECT(connect(sock, (struct sockaddr *)&address, sizeof address) != 0 && errno == ENETUNREACH, "%s",
           strerror(errno));
}

static void prefixes_and_packages(struct room *room, struct text *why) {
    static const struct fact facts[] = {
        {"greet", "hello from a tool\n"}, /* its folder is first in PATH */
        {"cat /lab/node_modules/kit/index.js", "kit\n"},
        {"cat ../node_modules/kit/index.js", "kit\n"},
        {"touch /lab/node_modules/x 2>&1; true",
         "touch: cannot touch '/lab/node_modules/x': Read-only file system\n"},
        {"ls /lab", "app\nnode_modules\n"},
    };
    expect_facts(room, facts, LENGTH_OF(facts), why);
}

const struct inside_test inside_tests[] = {
    {"same", it_looks_the_same_everywhere},
    {"runtimes", runtimes_run},
    {"host", nothing_of_the_host_is_seen},
    {"full", it_cannot_be_filled},
    {"reach", nothing_outside_is_reached},
    {"namespace", another_namespace_cannot_be_made},
    {"probe", the_probe_is_confined},
    {"prefixes", prefixes_and_packages},
    {NULL, NULL},
};

Test(view, it_looks_the_same_everywhere) {
    setenv("SECRET", "canary", 1);
    in_room("same");
}
Test(view, runtimes_run) {
    in_room("runtimes");
}
Test(view, nothing_of_the_host_is_seen) {
    setenv("SECRET", "canary", 1);
    in_room("host");
}
Test(view, it_cannot_be_filled) {
    in_room("full");
}
Test(view, nothing_outside_is_reached) {
    in_room("reach");
}
Test(view, another_namespace_cannot_be_made) {
    in_room("namespace");
}
Test(view, the_probe_is_confined) {
    in_room("probe");
}

/* The folders are closed to all but their owner, as /root is: for root they are handed over as mounts. */
Test(view, prefixes_and_packages_are_shown_read_only) {
    char top[] = "/tmp/room-shown-XXXXXX";
    cr_assert_not_null(mkdtemp(top));
    SCOPE_FREE char *make =
        xprintf("cd %s && mkdir -p tool/bin packages/node_modules/kit packages/app &&"
                "echo kit > packages/node_modules/kit/index.js && "
                "printf '#!/bin/sh\\necho hello from a tool\\n' > tool/bin/greet && chmod +x tool/bin/greet",
                top);
    cr_assert_eq(system(make), 0);
    SCOPE_FREE char *plan = xprintf(
        "{\"prefixes\":[\"%1$s/tool\"],\"packages\":\"%1$s/packages\",\"path\":\"%1$s/tool/bin\"}", top);
    in_room_with("prefixes", false, plan);
    SCOPE_FREE char *clean = xprintf("rm -rf %s", top);
    cr_assert_eq(system(clean), 0);
}

Test(view, folders_that_cannot_be_shown_are_refused) {
    static const struct {
        const char *plan, *says;
    } rows[] = {
        {"{\"prefixes\":[\"/\"]}", "/ cannot be shown in a room: name the toolchain's own folder"},
        {"{\"prefixes\":[\"/proc/1\"]}", "/proc/1 cannot be shown in a room"},
        {"{\"prefixes\":[\"/no/such\"]}", "/no/such cannot be shown in a room: see that it exists"},
        {"{\"packages\":\"/no/such\"}", "/no/such cannot be shown in a room: see that it exists"},
    };
    struct bench bench;
    bench_open(&bench, false);
    for (size_t i = 0; i < LENGTH_OF(rows); i++) {
        SCOPE_JSON cJSON *plan = json_parse(rows[i].plan, strlen(rows[i].plan), NULL);
        struct error error;
        int channel = -9;
        cr_assert_not(probe_room(bench.probe, plan, -1, &channel, &error), "%s", rows[i].plan);
        cr_assert_eq(channel, -9);
        cr_assert_eq(error.fault, FAULT_INPUT);
        cr_assert_not_null(strstr(error.text, rows[i].says), "%s", error.text);
    }
    bench_close(&bench);
}
