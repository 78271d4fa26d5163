/* Build it with `make`, then try `./main pear`. */

#include <stdio.h>

int main(int argc, char **argv) {
    /* TODO: print the word instead of how many arguments there are. */
    printf("%d\n", argc - 1);
    (void)argv; /* tells the compiler that not using it is no oversight: delete this once you do */
    return 0;
}
