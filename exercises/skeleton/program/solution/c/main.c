#include <stdio.h>

int main(int argc, char **argv) {
    if (argc != 2) {
        fprintf(stderr, "usage: main WORD\n");
        return 2;
    }
    puts(argv[1]);
    return 0;
}
