/* verdict: all passed
 * What it leaves behind holds standard output open, and is ended with it. */
#include <stdio.h>
#include <unistd.h>

int main(int argc, char **argv) {
    if (argc == 1)
        puts("hello");
    for (int i = 1; i < argc; i++)
        puts(argv[i]);
    fflush(stdout);
    if (fork() == 0) {
        setsid();
        if (fork() == 0)
            for (;;)
                pause();
        _exit(0);
    }
    return 0;
}
