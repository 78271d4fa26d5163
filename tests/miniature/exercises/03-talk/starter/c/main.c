#include <stdio.h>

int main(void) {
    puts("Welcome.");
    return 0;
}
