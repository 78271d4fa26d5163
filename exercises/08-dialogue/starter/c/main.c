/* A conversation about a bill. Build it with `make`, then try `./main`.
 *
 * ask, below, puts one question and brings back the answer. What to ask, what to make of an answer,
 * and what to do when it is no use, is up to you. */

#include <stdio.h>
#include <stdlib.h>

/* Shows the prompt and waits for one line. Returns it without the newline at its end, or NULL when
 * there is no line left. Give it back with free() when you no longer need it. */
static char *ask(const char *prompt) {
    fputs(prompt, stdout);
    fflush(stdout); /* else the prompt may lie in a buffer while the other side waits for it */

    char *line = NULL;
    size_t size = 0;
    ssize_t length = getline(&line, &size, stdin);
    if (length == -1) {
        free(line);
        return NULL;
    }
    if (line[length - 1] == '\n')
        line[length - 1] = '\0';
    return line;
}

int main(void) {
    char *name = ask("What is your name? ");
    if (!name)
        return 2;

    /* TODO: see that the name is usable, ask for the amount and the people, and print the result
     * instead of this line. */
    printf("TODO: \"%s\" wants to split a bill\n", name);
    free(name);
    return 0;
}
