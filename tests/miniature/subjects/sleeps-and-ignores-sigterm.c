/* verdict: hello failed
 * reason: The program was still running after 1 s and was ended. */
#include <signal.h>
#include <unistd.h>

int main(void) {
    signal(SIGTERM, SIG_IGN);
    for (;;)
        sleep(1000);
}
