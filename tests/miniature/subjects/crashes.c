/* verdict: hello failed
 * reason: The program crashed: SIGSEGV, it read or wrote memory that is not its own (a bad pointer, or an index beyond the end). */
int main(void) {
    volatile int *nowhere = 0;
    return *nowhere;
}
