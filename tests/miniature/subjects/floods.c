/* verdict: hello failed
 * reason: The program wrote more than 1024 KiB and was ended. */
#include <stdio.h>

int main(void) {
    for (;;)
        puts("hello");
}
