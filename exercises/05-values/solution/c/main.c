/* The price of a shopping list, in exact money.
 *
 *   main DISCOUNT TAX < LIST
 *
 * DISCOUNT and TAX are whole percents. Each line of the list is QUANTITY PRICE NAME. An amount is a
 * whole number of cents from the moment it is read until the moment it is printed, so nothing is
 * rounded but the two percentages. */

#include <stdio.h>
#include <stdlib.h>

static int parse_percent(const char *text) {
    char *end;
    long percent = strtol(text, &end, 10);
    if (end == text || *end != '\0' || percent < 0 || percent > 100) {
        fprintf(stderr, "main: '%s' is not a whole percent from 0 to 100\n", text);
        exit(2);
    }
    return (int)percent;
}

/* Rounded to the cent, half up: adding half of the divisor first turns the division, which cuts, into
 * one that rounds. Right for amounts that are not negative, and there are no others here. */
static long long percent_of(long long amount, int percent) {
    return (amount * percent + 50) / 100;
}

static void print_amount(const char *label, long long amount) {
    printf("%s %lld.%02lld\n", label, amount / 100, amount % 100);
}

int main(int argc, char **argv) {
    if (argc != 3) {
        fputs("usage: main DISCOUNT TAX < LIST\n", stderr);
        return 2;
    }
    int discount_percent = parse_percent(argv[1]);
    int tax_percent = parse_percent(argv[2]);

    long long items = 0;
    long long subtotal = 0;
    char *line = NULL;
    size_t size = 0;
    while (getline(&line, &size, stdin) != -1) {
        /* The widths hold everything the task promises and nothing that would overflow. The name is
         * whatever follows; the bill does not show it. */
        long long quantity, whole, cents;
        if (sscanf(line, "%7lld %11lld.%2lld", &quantity, &whole, &cents) != 3) {
            fprintf(stderr, "main: not QUANTITY PRICE NAME: %s", line);
            free(line);
            return 2;
        }
        items += quantity;
        subtotal += quantity * (whole * 100 + cents);
    }
    free(line);

    long long discount = percent_of(subtotal, discount_percent);
    long long tax = percent_of(subtotal - discount, tax_percent);

    printf("items %lld\n", items);
    print_amount("subtotal", subtotal);
    print_amount("discount", discount);
    print_amount("tax", tax);
    print_amount("total", subtotal - discount + tax);
    return 0;
}
