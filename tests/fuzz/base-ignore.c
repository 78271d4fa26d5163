/* gitignore patterns: the first line is a path, each further line a pattern. Also twice the same answer,
 * and what lies in an ignored folder is ignored. */
#include "tests/fuzz/fuzz.h"

#include "checker/base/memory.h"
#include "checker/base/tree.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size > 2000)
        return 0;
    SCOPE_FREE char *text = xstrndup((const char *)data, size);
    const char *patterns[64] = {0};
    size_t count = 0;
    char *rest = text, *path = strsep(&rest, "\n");
    while (rest && count < LENGTH_OF(patterns) - 1)
        patterns[count++] = strsep(&rest, "\n");
    bool file = ignore_matches(patterns, path, false), folder = ignore_matches(patterns, path, true);
    hold(!file || folder); /* a pattern for folders only takes more, unless "!" gives back */
    SCOPE_FREE char *below = xprintf("%s/x", path);
    if (*path && folder)
        hold(ignore_matches(patterns, below, false));
    return 0;
}
