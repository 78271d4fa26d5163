/* verdict: all passed
 * It writes until it is refused, which must be soon. */
#include <stdio.h>
#include <string.h>

int main(int argc, char **argv) {
    static char block[1 << 16];
    memset(block, 'x', sizeof block);
    FILE *file = fopen("big", "w");
    int written = 0;
    while (file && fwrite(block, 1, sizeof block, file) == sizeof block && written < 20000)
        written++;
    if (written == 20000)
        return 5;
    if (argc == 1)
        puts("hello");
    for (int i = 1; i < argc; i++)
        puts(argv[i]);
    return 0;
}
