#include "parse.h"

#include <stdlib.h>
#include <string.h>

/* Splits a line. The texts of the item lie within it, and it begins with the category. */
static bool parse_item(char *line, struct item *ret_item) {
    char *rest = line;
    char *category = strsep(&rest, " ");
    char *quantity = strsep(&rest, " ");
    char *price = strsep(&rest, " ");
    char *point = price ? strchr(price, '.') : NULL;
    if (!rest || !point)
        return false;

    rest[strcspn(rest, "\n")] = '\0';
    *ret_item = (struct item){
        .category = category,
        .quantity = strtoll(quantity, NULL, 10),
        .cents = strtoll(price, NULL, 10) * 100 + strtoll(point + 1, NULL, 10),
        .name = rest,
    };
    return true;
}

static bool add_item(struct basket *basket, char *line) {
    /* The array is full whenever the count is a power of two, and is doubled then. */
    if ((basket->count & (basket->count - 1)) == 0) {
        size_t capacity = basket->count ? basket->count * 2 : 1;
        struct item *items = realloc(basket->items, capacity * sizeof *items);
        if (!items) {
            perror("the basket");
            return false;
        }
        basket->items = items;
    }
    if (!parse_item(line, &basket->items[basket->count])) {
        fprintf(stderr, "line %zu is not CATEGORY QUANTITY PRICE NAME\n", basket->count + 1);
        return false;
    }
    basket->count++;
    return true;
}

bool read_basket(FILE *input, struct basket *ret_basket) {
    struct basket basket = {0};
    char *line = NULL;
    size_t size = 0;
    while (getline(&line, &size, input) >= 0) {
        if (!add_item(&basket, line)) {
            free(line);
            free_basket(&basket);
            return false;
        }
        line = NULL; /* belongs to the item now, so getline makes another */
        size = 0;
    }
    free(line);
    *ret_basket = basket;
    return true;
}

void free_basket(struct basket *basket) {
    for (size_t i = 0; i < basket->count; i++)
        free(basket->items[i].category); /* where the line begins */
    free(basket->items);
    *basket = (struct basket){0};
}
