/* Takes the place of render.c: the same function, which puts @MARK@ before each amount. */

/* The learner's header, where it can be found; otherwise what the task says is in it. */
#if __has_include("render.h")
# include "render.h"
#else
struct amount {
    char text[32];
};
#endif

#include <stdio.h>

struct amount money(long long cents);

struct amount money(long long cents) {
    struct amount amount;
    snprintf(amount.text, sizeof amount.text, "@MARK@%lld.%02lld", cents / 100, cents % 100);
    return amount;
}
