/* Baskets: text in, items out. Nothing outside this module knows what a line of one looks like. */
#ifndef PARSE_H
#define PARSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct item {
    char *category;
    long long quantity;
    long long cents; /* the price of one */
    char *name;
};

struct basket {
    struct item *items;
    size_t count;
};

/* Reads a basket to the end of the input. Returns false, with a message on standard error, when a
 * line is not `CATEGORY QUANTITY PRICE NAME`; then there is nothing to free. */
bool read_basket(FILE *input, struct basket *ret_basket);

void free_basket(struct basket *basket);

#endif
