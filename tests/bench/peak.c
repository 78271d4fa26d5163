/* peak PROGRAM WORD…: runs it and prints, on a last line of standard output, the most memory it held, in KiB.
 *
 * The kernel counts what a process held before exec(2) too, so whoever starts it should hold nothing: a test driver in
 * Python would measure itself. */
#include <spawn.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv) {
    pid_t child;
    struct rusage usage;
    if (argc < 2 || posix_spawnp(&child, argv[1], NULL, NULL, argv + 1, environ) != 0 ||
        wait4(child, NULL, 0, &usage) < 0) {
        fputs("peak PROGRAM WORD…\n", stderr);
        return 2;
    }
    printf("%ld\n", usage.ru_maxrss);
    return 0;
}
