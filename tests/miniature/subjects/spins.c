/* verdict: hello failed
 * reason: The program was still running after 1 s and was ended. */
int main(void) {
    for (volatile int n = 0;; n++)
        ;
}
