#include "greet.h"

#include <stdio.h>

void greet(const char *title, const char *name, const char *town) {
    printf("Hello %s%s of %s\n", title, name, town);
}
