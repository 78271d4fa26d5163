/* A shopping list and what it costs. Build it with `make`, then try `./main 2 1 < list.txt`.
 *
 * The file list.txt comes in as standard input. Reading it, and cutting each line into three strings,
 * is done below. Turning the strings into numbers and working with them is up to you. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv) {
    /* argv[0] is the program's own name, so two arguments make argc 3. */
    if (argc != 3) {
        fputs("usage: ./main DISCOUNT TAX < list.txt\n", stderr);
        return 2;
    }
    const char *discount_text = argv[1];
    const char *tax_text = argv[2];

    /* TODO: here belongs what has to be remembered from one line to the next. */

    char *line = NULL;
    size_t size = 0;
    while (getline(&line, &size, stdin) != -1) { /* once for each line */
        const char *quantity = strtok(line, " ");
        const char *price = strtok(NULL, " ");
        const char *name = strtok(NULL, "\n"); /* the rest of the line; the bill does not need it */
        if (!name) {
            fputs("main: a line is not QUANTITY PRICE NAME\n", stderr);
            free(line);
            return 2;
        }

        /* TODO: make numbers of quantity and price, and add them up, instead of this. */
        printf("TODO: \"%s\" of \"%s\" at \"%s\"\n", quantity, name, price);
    }
    free(line);

    /* TODO: work out discount, tax and total, and print the five lines instead of this one. */
    printf("TODO: \"%s\" percent off, then \"%s\" percent tax\n", discount_text, tax_text);
    return 0;
}
