/* FizzBuzz. Build it with `make`, then try `./main` and `./main 1 20`.
 *
 * main, at the end of this file, has already read the arguments. Your work is fizzbuzz. */

#include <stdio.h>
#include <stdlib.h>

/* Prints the lines for the numbers `from` to `to`, both included.
 *
 * `rules` holds the arguments after FROM and TO as they were typed, such as "7=Bang": rules[0] to
 * rules[rule_count - 1]. Only "Go deeper" needs them, so leave them alone until then. */
static void fizzbuzz(long long from, long long to, int rule_count, char **rules) {
    /* TODO: print one line for each number instead of this one. */
    printf("TODO: the numbers from %lld to %lld, with %d rules given\n", from, to, rule_count);
    (void)rules; /* tells the compiler that not using it is no oversight: delete this once you do */
}

int main(int argc, char **argv) {
    long long from = 1;
    long long to = 100;
    int rule_count = 0;
    char **rules = NULL;

    /* argv[0] is the program's own name, so two arguments make argc 3. */
    if (argc >= 3) {
        from = strtoll(argv[1], NULL, 10);
        to = strtoll(argv[2], NULL, 10);
        rule_count = argc - 3;
        rules = argv + 3;
    }
    fizzbuzz(from, to, rule_count, rules);
    return 0;
}
