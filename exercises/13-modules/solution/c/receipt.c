/* Prints each item of a basket with its price, then what they come to, the tax, and the total. */

#include "parse.h"
#include "pricing.h"
#include "rates.h"
#include "render.h"

#include <stdio.h>

static void print_receipt(const struct basket *basket, long long percent) {
    long long net = 0;
    for (size_t i = 0; i < basket->count; i++) {
        const struct item *item = &basket->items[i];
        long long total = line_total(item->cents, item->quantity);
        printf("%lld x %s at %s = %s\n", item->quantity, item->name, money(item->cents).text,
               money(total).text);
        net += total;
    }
    long long gross = with_tax(net, percent);
    printf("net %s\n", money(net).text);
    printf("tax %lld%% %s\n", percent, money(gross - net).text);
    printf("total %s\n", money(gross).text);
}

int main(void) {
    struct basket basket;
    long long percent;
    if (!read_tax_percent(&percent) || !read_basket(stdin, &basket))
        return 2;
    print_receipt(&basket, percent);
    free_basket(&basket);
    return 0;
}
