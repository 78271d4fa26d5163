/* Random numbers that depend on the run's seed and on what they are for, and on nothing else.
 *
 * Each datum opens a stream named by its path ("/checks/range/r"): the path's hash (FNV-1a) is mixed into the
 * seed and the stream is splitmix64 from there. So a check that runs alone, or after others were added, draws
 * what it drew in the full run, and the same seed gives the same data on every machine. Not for secrets. */
#include "checker/base/memory.h"
#include "checker/pattern/pattern.h"

struct random {
    uint64_t state;
};

static uint64_t mixed(uint64_t z) {
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

struct random *random_open(uint64_t seed, const char *path) {
    uint64_t hash = 0xcbf29ce484222325u;
    for (const unsigned char *c = (const unsigned char *)path; *c; c++)
        hash = (hash ^ *c) * 0x100000001b3u;
    struct random *random = xcalloc(1, sizeof *random);
    random->state = mixed(seed + 0x9e3779b97f4a7c15u) ^ mixed(hash);
    return random;
}

void random_close(struct random *random) {
    free(random);
}

uint64_t random_next(struct random *random) {
    return mixed(random->state += 0x9e3779b97f4a7c15u);
}

int64_t random_between(struct random *random, int64_t low, int64_t high) {
    if (low >= high)
        return low;
    uint64_t span = (uint64_t)high - (uint64_t)low + 1; /* 0: all 2^64 */
    if (span == 0)
        return (int64_t)random_next(random);
    uint64_t unfair = -span % span, drawn; /* 2^64 mod span: the numbers that would be drawn once too often */
    do
        drawn = random_next(random);
    while (drawn < unfair);
    return (int64_t)((uint64_t)low + drawn % span);
}
