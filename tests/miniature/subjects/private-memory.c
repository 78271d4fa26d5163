/* verdict: all passed
 * It takes what it gets, is refused more, and goes on. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv) {
    for (int i = 0; i < 10000; i++) {
        char *block = malloc(8 << 20);
        if (!block)
            break;
        if (i < 8)
            memset(block, 1, 8 << 20);
        if (i == 9999)
            return 5;
    }
    if (argc == 1)
        puts("hello");
    for (int i = 1; i < argc; i++)
        puts(argv[i]);
    return 0;
}
