/* Asks who pays, how much, and for how many, and prints how the bill is split to the cent.
 *
 * The answers may come from a person, who waits for each question, or from a pipe, which may have
 * written them all before the first question is out. So each prompt is flushed before its answer is
 * read, and no more than one line is taken for an answer.
 *
 * An answer passes through three stages: ask() returns only text that is usable, to_cents() and
 * strtol() turn that into numbers, and print_split() never sees anything but numbers. */

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TRIES 3
#define MAX_PEOPLE 1000

static _Noreturn void give_up(const char *reason) {
    fprintf(stderr, "main: %s\n", reason);
    exit(2);
}

/* Drops white space at both ends, the line's own end included. */
static void trim(char *text) {
    char *end = text + strlen(text);
    while (end > text && isspace((unsigned char)end[-1]))
        end--;
    *end = '\0';

    const char *start = text;
    while (isspace((unsigned char)*start))
        start++;
    memmove(text, start, strlen(start) + 1);
}

/* Asks until the answer is usable, and returns it; the caller frees it. */
static char *ask(const char *prompt, bool (*is_usable)(const char *), const char *expected) {
    char *line = NULL;
    size_t size = 0;
    for (int i = 0; i < TRIES; i++) {
        fputs(prompt, stdout);
        fflush(stdout);
        if (getline(&line, &size, stdin) == -1)
            give_up("the input ended before the last answer");
        trim(line);
        if (is_usable(line))
            return line;
        fprintf(stderr, "Please give %s.\n", expected);
    }
    give_up("too many answers of no use");
}

static size_t count_digits(const char *text) {
    return strspn(text, "0123456789");
}

static bool is_name(const char *text) {
    return *text != '\0';
}

static bool is_amount(const char *text) {
    size_t digits = count_digits(text);
    if (digits < 1 || digits > 9)
        return false;
    text += digits;
    if (*text == '\0')
        return true;
    if (*text++ != '.')
        return false;
    digits = count_digits(text);
    return (digits == 1 || digits == 2) && text[digits] == '\0';
}

/* strtol turns too many digits into LONG_MAX, which is more than MAX_PEOPLE as well. */
static bool is_people(const char *text) {
    size_t digits = count_digits(text);
    if (digits == 0 || text[digits] != '\0')
        return false;
    long people = strtol(text, NULL, 10);
    return people >= 1 && people <= MAX_PEOPLE;
}

/* The cents of an amount that is_amount() has found usable. */
static long long to_cents(const char *amount) {
    char *rest;
    long long cents = strtoll(amount, &rest, 10) * 100;
    if (*rest == '.') {
        cents += (rest[1] - '0') * 10;
        if (rest[2] != '\0')
            cents += rest[2] - '0';
    }
    return cents;
}

static void print_shares(long count, long long cents) {
    printf("%ld x %lld.%02lld", count, cents / 100, cents % 100);
}

static void print_split(const char *name, long long cents, long people) {
    long long share = cents / people;
    long larger = cents % people; /* so many pay one cent more */

    printf("RESULT %s: ", name);
    if (larger > 0) {
        print_shares(larger, share + 1);
        printf(" + ");
    }
    print_shares(people - larger, share);
    printf("\n");
}

int main(void) {
    char *name = ask("Your name? ", is_name, "a name");
    char *amount = ask("Amount of the bill? ", is_amount, "an amount such as 20 or 12.50");
    char *people = ask("How many people share it? ", is_people, "a whole number from 1 to 1000");

    print_split(name, to_cents(amount), strtol(people, NULL, 10));

    free(people);
    free(amount);
    free(name);
    return 0;
}
