/* verdict: hello failed
 * reason: The program was still running after 1 s and was ended. */
#include <stdio.h>
#include <unistd.h>

int main(void) {
    puts("hello");
    fclose(stdout);
    fclose(stderr);
    for (;;)
        pause();
}
