/* Takes the place of greet.c: says whether it was handed a title. */
#include <stdio.h>

void greet(const char *title, const char *name, const char *town);

void greet(const char *title, const char *name, const char *town) {
    printf("%s %s of %s\n", *title ? title : "no title", name, town);
}
