/* A learner's program for the tests of rooms: each mode is one thing that programs do, or that they should
 * not be able to do. What came of it is printed. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

static void say(const char *what, int failed) {
    printf("%s: %s\n", what, failed ? strerror(errno) : "done");
}

static void touch_all(char *bytes, size_t length) {
    for (size_t i = 0; i < length; i += 4096)
        bytes[i] = 1;
}

static void fill(const char *path, long mib) {
    static char block[1 << 16];
    int file = open(path, O_WRONLY | O_CREAT, 0644);
    for (long i = 0; file >= 0 && i < mib * 16; i++)
        if (write(file, block, sizeof block) < 0) {
            say(path, 1);
            return;
        }
    say(path, file < 0);
}

static void go_away(void) {
    if (fork() == 0) {
        setsid();
        if (fork() == 0)
            for (;;)
                pause();
        _exit(0);
    }
    wait(NULL);
}

int main(int argc, char **argv) {
    const char *mode = argc > 1 ? argv[1] : "";
    long number = argc > 2 ? atol(argv[2]) : 0;
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (!strcmp(mode, "exit"))
        return (int)number;
    if (!strcmp(mode, "segfault"))
        raise(SIGSEGV);
    if (!strcmp(mode, "pid"))
        printf("%d %d %d\n", getpid() > 1, getppid(), getsid(0) == getpid());
    if (!strcmp(mode, "number"))
        printf("%d\n", getpid());
    if (!strcmp(mode, "spoil")) /* what the same user may do to its launcher */
        say("spoil",
            prlimit(1, RLIMIT_NPROC, &(struct rlimit){0, 0}, NULL) || setpriority(PRIO_PROCESS, 1, 19));
    if (!strcmp(mode, "wait")) {
        puts("ready");
        for (;;)
            pause();
    }
    if (!strcmp(mode, "ignore-term")) {
        signal(SIGTERM, SIG_IGN);
        puts("ready");
        for (;;)
            pause();
    }
    if (!strcmp(mode, "handle-term")) {
        sigset_t set;
        sigemptyset(&set);
        sigaddset(&set, SIGTERM);
        sigprocmask(SIG_BLOCK, &set, NULL);
        puts("ready");
        int which;
        sigwait(&set, &which);
        puts("goodbye");
        return 7;
    }
    if (!strcmp(mode, "spin"))
        for (volatile long i = 0;; i++)
            ;
    if (!strcmp(mode, "work")) /* a known amount of work, some 100 ms */
        for (volatile long i = 0; i < number; i++)
            ;
    if (!strcmp(mode, "write")) { /* NUMBER bytes on stdout, then a last line on stderr, then exit at once */
        char block[1000];
        memset(block, 'x', sizeof block);
        for (long left = number; left > 0; left -= 1000)
            if (write(1, block, left < 1000 ? (size_t)left : 1000) < 0)
                return 1;
        if (write(2, "last words", 10) < 0)
            return 1;
        _exit(0);
    }
    if (!strcmp(mode, "fork-bomb")) {
        for (int made = 0;;) {
            pid_t child = fork();
            if (child == 0)
                for (;;)
                    if (fork() < 0)
                        sched_yield();
            if (child < 0 && made++ > 100)
                return 5;
        }
    }
    if (!strcmp(mode, "forks")) { /* how many children can it have? */
        int made = 0;
        while (made < 1000) {
            pid_t child = fork();
            if (child == 0)
                for (;;)
                    pause();
            if (child < 0)
                break;
            made++;
        }
        printf("%d %s\n", made, strerror(errno));
    }
    if (!strcmp(mode, "malloc")) {
        for (long i = 0; i < number; i++) {
            char *some = malloc(1 << 20);
            if (!some) {
                printf("refused after %ld MiB\n", i);
                return 6;
            }
            touch_all(some, 1 << 20);
        }
        puts("granted");
    }
    if (!strcmp(mode, "shared")) {
        char *all =
            mmap(NULL, (size_t)number << 20, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        touch_all(all, (size_t)number << 20);
        puts("granted");
        sleep(5);
    }
    if (!strcmp(mode, "shared-by-eight")) { /* NUMBER MiB once, mapped by eight processes */
        char *all =
            mmap(NULL, (size_t)number << 20, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        touch_all(all, (size_t)number << 20);
        for (int i = 0; i < 7; i++)
            if (fork() == 0) {
                touch_all(all, (size_t)number << 20);
                usleep(300000);
                _exit(0);
            }
        while (wait(NULL) > 0)
            ;
        puts("granted");
    }
    if (!strcmp(mode, "memfd")) { /* written, never mapped */
        static char block[1 << 20];
        for (long i = 0; i < number; i++) {
            int memfd = i % 32 == 0 ? memfd_create("x", 0) : (int)(3 + i / 32);
            if (write(memfd, block, sizeof block) < 0)
                say("memfd", 1);
        }
        puts("granted");
        sleep(5);
    }
    if (!strcmp(mode, "daemon")) {
        go_away();
        puts("gone");
    }
    if (!strcmp(mode, "descriptors")) {
        for (int i = 0; i < 256; i++) {
            char path[40], target[200];
            snprintf(path, sizeof path, "/proc/self/fd/%d", i);
            ssize_t length = readlink(path, target, sizeof target - 1);
            if (length > 0)
                printf("%d %.4s\n", i, target);
        }
    }
    if (!strcmp(mode, "connect")) {
        struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(80)};
        inet_pton(AF_INET, argv[2], &address.sin_addr);
        int tcp = socket(AF_INET, SOCK_STREAM, 0), udp = socket(AF_INET, SOCK_DGRAM, 0);
        say("tcp", connect(tcp, (struct sockaddr *)&address, sizeof address));
        say("udp", sendto(udp, "x", 1, 0, (struct sockaddr *)&address, sizeof address) < 0);
        say("vsock", socket(AF_VSOCK, SOCK_STREAM, 0) < 0);
        say("packet", socket(AF_PACKET, SOCK_RAW, 0) < 0);
    }
    if (!strcmp(mode, "listen")) {
        struct sockaddr_in address = {.sin_family = AF_INET,
                                      .sin_port = htons((unsigned short)atoi(getenv("PORT")))};
        int listener = socket(AF_INET, SOCK_STREAM, 0);
        say("bind", bind(listener, (struct sockaddr *)&address, sizeof address));
        say("listen", listen(listener, 5));
        for (;;)
            pause();
    }
    if (!strcmp(mode, "fill"))
        for (int i = 3; i < argc; i++)
            fill(argv[i], number);
    if (!strcmp(mode, "inodes")) {
        long made = 0;
        for (; made < 20000; made++) {
            char path[60];
            snprintf(path, sizeof path, "/tmp/%ld", made);
            int file = open(path, O_WRONLY | O_CREAT, 0644);
            if (file < 0)
                break;
            close(file);
        }
        printf("%ld\n", made);
        say("inodes", 1);
    }
    if (!strcmp(mode, "attack")) {
        int one = 1;
        say("kill 1", kill(1, SIGKILL) || kill(1, SIGSTOP) || kill(1, SIGTERM));
        say("ptrace 1", ptrace(PTRACE_ATTACH, 1, NULL, NULL) != 0);
        say("unshare", unshare(CLONE_NEWUSER));
        say("clone", syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, NULL, NULL, NULL, NULL) < 0);
        say("mount", mount_setattr(-1, "", 0, NULL, 0));
        say("mem of 1", open("/proc/1/mem", O_RDWR) < 0);
        say("fd of 1", opendir("/proc/1/fd") == NULL);
        say("environ of 1", open("/proc/1/environ", O_RDONLY) < 0);
        say("tiocsti", ioctl(0, TIOCSTI, "x"));
        say("bpf", (int)syscall(SYS_bpf, 0, NULL, 0));
        say("memory", (int)syscall(SYS_shmget, 0, 1 << 30, 01600) < 0);
        say("raw", socket(AF_INET, SOCK_RAW, 1) < 0);
        (void)one;
    }
    if (!strcmp(mode, "arguments"))
        for (int i = 2; i < argc; i++)
            printf("%zu %.40s\n", strlen(argv[i]), argv[i]);
    if (!strcmp(mode, "cat")) {
        char bytes[4096];
        for (ssize_t length; (length = read(0, bytes, sizeof bytes)) > 0;)
            if (write(1, bytes, (size_t)length) < 0)
                return 1;
    }
    return 0;
}
