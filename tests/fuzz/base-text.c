/* Hostile text made harmless: nothing that reaches a terminal can move, ring or hide; a quoted word stays
 * one word. */
#include "tests/fuzz/fuzz.h"

#include "checker/base/memory.h"
#include "checker/base/text.h"

#include <string.h>

static bool harmless(const char *text, bool lines) {
    size_t length = strlen(text);
    for (size_t at = 0; at < length;) {
        uint32_t point;
        size_t n = utf8_decode(text + at, length - at, &point);
        bool allowed = lines && (point == '\n' || point == '\t');
        if (n == 0 || (!allowed && (point < 0x20 || (point >= 0x7f && point < 0xa0))) ||
            (point >= 0x202a && point <= 0x202e) || (point >= 0x2066 && point <= 0x2069))
            return false;
        at += n;
    }
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    SCOPE_FREE char *copy = malloc(size);
    memcpy(copy, data, size);
    for (int lines = 0; lines < 2; lines++) {
        SCOPE_TEXT struct text shown = {0};
        text_add_printable(&shown, copy, size, lines);
        hold(size == 0 || strlen(shown.bytes) == shown.length);
        hold(size == 0 || harmless(shown.bytes, lines));
    }
    SCOPE_FREE char *word = xstrndup(copy, size);
    SCOPE_TEXT struct text quoted = {0};
    text_add_shell_word(&quoted, word);
    hold(harmless(quoted.bytes, false) && quoted.length >= strlen(word));
    size_t valid = utf8_valid_length(copy, size);
    hold(valid <= size);
    SCOPE_TEXT struct text bounded = {.ceiling = 10};
    text_add(&bounded, copy, size);
    text_add(&bounded, copy, size);
    hold(bounded.length <= 10 && bounded.overflowed == (size * 2 > 10));
    return 0;
}
