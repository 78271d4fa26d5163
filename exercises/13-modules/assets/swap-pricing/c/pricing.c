/* Takes the place of pricing.c: the same two functions, which answer @ADD@ cents more. */

/* The learner's header, where it can be found, so that the compiler sees any difference. */
#if __has_include("pricing.h")
# include "pricing.h"
#endif

long long line_total(long long cents, long long quantity);
long long with_tax(long long cents, long long percent);

long long line_total(long long cents, long long quantity) {
    return cents * quantity + @ADD@;
}

long long with_tax(long long cents, long long percent) {
    return cents + (cents * percent + 50) / 100 + @ADD@;
}
