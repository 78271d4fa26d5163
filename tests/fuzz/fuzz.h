/* What the fuzz programs share. libFuzzer calls LLVMFuzzerTestOneInput with bytes that it changes until
 * they reach new code; a crash, a leak, a sanitizer's complaint, or a hold() that does not, ends it and
 * keeps the bytes. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What must be so for every input. */
#define hold(condition)                                                                                      \
    do {                                                                                                     \
        if (!(condition)) {                                                                                  \
            fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #condition);                   \
            abort();                                                                                         \
        }                                                                                                    \
    } while (0)
