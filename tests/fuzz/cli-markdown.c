/* CommonMark for the terminal: whatever a file says, nothing reaches the terminal but text and our own
 * colours. */
#include "tests/fuzz/fuzz.h"

#include "checker/base/memory.h"
#include "cli/markdown.h"

#include <string.h>

/* Steps over one of our own: ESC [ digits and semicolons m. */
static size_t colour(const char *text) {
    if (strncmp(text, "\x1b[", 2) != 0)
        return 0;
    size_t length = 2 + strspn(text + 2, "0123456789;");
    return text[length] == 'm' ? length + 1 : 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 1)
        return 0;
    const struct markdown_options options = {
        .width = 20 + data[0] % 64, .colour = data[0] & 0x40, .unicode = data[0] & 0x80};
    SCOPE_TEXT struct text out = {0};
    markdown_render((const char *)data + 1, size - 1, &options, &out);
    const char *text = out.bytes ? out.bytes : "";
    hold(strlen(text) == out.length);
    for (size_t at = 0; at < out.length;) {
        uint32_t point;
        size_t own = options.colour ? colour(text + at) : 0,
               n = utf8_decode(text + at, out.length - at, &point);
        hold(own ||
             (n && (point >= 0x20 || point == '\n' || point == '\t') && (point < 0x7f || point >= 0xa0)));
        at += own ? own : n;
    }
    return 0;
}
