/* verdict: hello failed
 * reason: The program was still running after 1 s and was ended. */
#include <unistd.h>

int main(void) {
    for (;;)
        fork();
}
