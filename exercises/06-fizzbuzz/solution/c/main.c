/* FizzBuzz over any range, by any rules.
 *
 *   main                       1 to 100, by the rules 3=Fizz and 5=Buzz
 *   main FROM TO               that range, both ends included
 *   main FROM TO N=Word ...    that range, by these rules instead
 *
 * Every argument is read and judged before the first line is printed, so a bad one leaves standard
 * output empty. */

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#define MAX_BOUND 1000000000000000LL /* 10^15, on either side of zero */
#define MAX_DIVISOR 1000000000LL     /* 10^9 */

struct rule {
    long long divisor;
    const char *word;
};

static const struct rule classic[] = {{3, "Fizz"}, {5, "Buzz"}};

static _Noreturn void refuse(const char *argument, const char *expected) {
    fprintf(stderr, "main: '%s' is not %s\n", argument, expected);
    exit(2);
}

/* Reads the integer that `text` begins with and returns the place behind it, or NULL when there is
 * none or it lies outside low..high. strtoll alone would also take blanks before it, and turns too
 * many digits into LLONG_MAX or LLONG_MIN, which lie outside as well. */
static const char *read_integer(const char *text, long long low, long long high, long long *ret_value) {
    const char *digits = *text == '-' ? text + 1 : text;
    if (!isdigit((unsigned char)*digits))
        return NULL;

    char *end;
    long long value = strtoll(text, &end, 10);
    if (value < low || value > high)
        return NULL;
    *ret_value = value;
    return end;
}

static long long parse_bound(const char *argument) {
    long long bound;
    const char *end = read_integer(argument, -MAX_BOUND, MAX_BOUND, &bound);
    if (!end || *end != '\0')
        refuse(argument, "an integer from -10^15 to 10^15");
    return bound;
}

static bool is_word(const char *text) {
    if (*text == '\0')
        return false;
    for (; *text != '\0'; text++)
        if (!isalpha((unsigned char)*text))
            return false;
    return true;
}

static struct rule parse_rule(const char *argument) {
    struct rule rule;
    const char *end = read_integer(argument, 1, MAX_DIVISOR, &rule.divisor);
    if (!end || *end != '=' || !is_word(end + 1))
        refuse(argument, "a rule such as 7=Bang, its number from 1 to 10^9");
    rule.word = end + 1;
    return rule;
}

static void print_line(long long n, const struct rule *rules, int rule_count) {
    bool matched = false;
    for (int i = 0; i < rule_count; i++) {
        if (n % rules[i].divisor == 0) {
            fputs(rules[i].word, stdout);
            matched = true;
        }
    }
    if (!matched)
        printf("%lld", n);
    putchar('\n');
}

static void print_range(long long from, long long to, const struct rule *rules, int rule_count) {
    for (long long n = from; n <= to; n++)
        print_line(n, rules, rule_count);
}

int main(int argc, char **argv) {
    if (argc == 1) {
        print_range(1, 100, classic, 2);
        return 0;
    }
    if (argc == 2) {
        fputs("usage: main [FROM TO [N=Word ...]]\n", stderr);
        return 2;
    }

    long long from = parse_bound(argv[1]);
    long long to = parse_bound(argv[2]);
    if (argc == 3) {
        print_range(from, to, classic, 2);
        return 0;
    }

    int rule_count = argc - 3;
    struct rule *rules = malloc(rule_count * sizeof *rules);
    if (!rules) {
        perror("main");
        return 2;
    }
    for (int i = 0; i < rule_count; i++)
        rules[i] = parse_rule(argv[3 + i]);
    print_range(from, to, rules, rule_count);
    free(rules);
    return 0;
}
