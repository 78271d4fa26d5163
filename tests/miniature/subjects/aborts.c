/* verdict: hello failed
 * reason: The program crashed: SIGABRT, it stopped itself (abort, a failed assertion, or memory found damaged).
 * stderr: Assertion */
#include <assert.h>

int main(int argc, char **argv) {
    (void)argv;
    assert(argc == 7);
}
