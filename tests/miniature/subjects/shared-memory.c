/* verdict: hello failed
 * reason: The program used more than 512 MiB of memory and was ended. */
#include <string.h>
#include <sys/mman.h>

int main(void) {
    for (;;) {
        void *block = mmap(0, 32 << 20, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        if (block != MAP_FAILED)
            memset(block, 1, 32 << 20);
    }
}
