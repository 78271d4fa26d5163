/* The reader of a room's channel: whatever comes over the socket, each line is a message or an error, and
 * it ends. */
#include "tests/fuzz/fuzz.h"

#include "checker/base/json.h"
#include "checker/base/memory.h"
#include "checker/room/room.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    int ends[2];
    hold(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
    struct channel channel = {.socket = ends[0], .received = -1};
    hold(write(ends[1], data, size) == (ssize_t)size);
    close(ends[1]);
    size_t lines = 0, messages = 0;
    for (size_t i = 0; i < size; i++)
        lines += data[i] == '\n';
    for (size_t i = 0; i <= lines; i++) {
        SCOPE_JSON cJSON *message = NULL;
        int descriptor = -1;
        struct error error = {0};
        bool ok = channel_read(&channel, clock_now() + 5, &message, &descriptor, &error);
        hold(ok == (message != NULL) && descriptor == -1 && ok == !*error.text);
        messages += ok;
    }
    hold(messages <= lines);
    channel_close(&channel);
    return 0;
}
