/* verdict: hello failed
 * reason: none
 * process: main exited with status 139 */
int main(void) {
    return 139;
}
