/* verdict: build failed
 * reason: none
 * process: the build exited with status 2
 * stderr: main.c:8:12: error: */
#include <stdio.h>

int main(void) {
    return hello;
}
