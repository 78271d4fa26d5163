/* Prints what each category of a basket comes to, in the order in which they first appear, then all
 * of them together. */

#include "parse.h"
#include "pricing.h"
#include "rates.h"
#include "render.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static void print_line(const char *label, long long net, long long percent) {
    printf("%s %s with tax %s\n", label, money(net).text, money(with_tax(net, percent)).text);
}

static bool is_first_of_category(const struct basket *basket, size_t index) {
    for (size_t i = 0; i < index; i++)
        if (strcmp(basket->items[i].category, basket->items[index].category) == 0)
            return false;
    return true;
}

static long long net_of_category(const struct basket *basket, const char *category) {
    long long net = 0;
    for (size_t i = 0; i < basket->count; i++) {
        const struct item *item = &basket->items[i];
        if (strcmp(item->category, category) == 0)
            net += line_total(item->cents, item->quantity);
    }
    return net;
}

static void print_summary(const struct basket *basket, long long percent) {
    long long all = 0;
    for (size_t i = 0; i < basket->count; i++) {
        if (!is_first_of_category(basket, i))
            continue;
        const char *category = basket->items[i].category;
        long long net = net_of_category(basket, category);
        print_line(category, net, percent);
        all += net;
    }
    print_line("total", all, percent);
}

int main(void) {
    struct basket basket;
    long long percent;
    if (!read_tax_percent(&percent) || !read_basket(stdin, &basket))
        return 2;
    print_summary(&basket, percent);
    free_basket(&basket);
    return 0;
}
