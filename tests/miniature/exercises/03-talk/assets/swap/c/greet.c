/* Takes the place of greet.c: says which number it got. */
#include <stdio.h>

void greet(const char *title, const char *name, const char *town);

void greet(const char *title, const char *name, const char *town) {
    (void)title;
    printf("Greeting @NUMBER@ %s of %s\n", name, town);
}
