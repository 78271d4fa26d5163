/* A line of /proc/self/net/tcp. The kernel writes it, so it is no stranger's; but what is read with sscanf
 * should be looked at twice. */
#include "tests/fuzz/fuzz.h"

#include "checker/base/memory.h"
#include "checker/probe/listeners.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    SCOPE_FREE char *line = xstrndup((const char *)data, size);
    for (int six = 0; six < 2; six++) {
        struct listener listener = {0};
        if (!listener_parse(line, six, &listener)) {
            hold(listener.inode == 0 && !*listener.address);
            continue;
        }
        hold(listener.port >= 0 && listener.port <= 65535);
        hold(memchr(listener.address, '\0', sizeof listener.address) && *listener.address);
        hold(!strchr(listener.address, ':') == !six);
    }
    return 0;
}
