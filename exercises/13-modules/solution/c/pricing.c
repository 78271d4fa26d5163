#include "pricing.h"

long long line_total(long long cents, long long quantity) {
    return cents * quantity;
}

long long with_tax(long long cents, long long percent) {
    return cents + (cents * percent + 50) / 100;
}
