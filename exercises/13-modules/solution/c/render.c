#include "render.h"

#include <stdio.h>

struct amount money(long long cents) {
    struct amount amount;
    snprintf(amount.text, sizeof amount.text, "%lld.%02lld", cents / 100, cents % 100);
    return amount;
}
