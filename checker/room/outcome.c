/* The names and defaults of limits, which the cli's reports need too, without the rest of a room. */
#include "checker/room/room.h"

const struct limits limits_default = {
    .data_mib = 512,
    .memory_mib = 512,
    .processes = 128,
    .file_mib = 64,
    .open_files = 256,
    .seconds = 10,
    .output = 1 << 20,
};

const char *ended_name(enum ended ended) {
    static const char *const names[] = {
        [ENDED_EXITED] = "exited",
        [ENDED_SIGNALLED] = "signalled",
        [ENDED_STOPPED] = "stopped",
        [ENDED_TIME_LIMIT] = "time-limit",
        [ENDED_OUTPUT_LIMIT] = "output-limit",
        [ENDED_MEMORY_LIMIT] = "memory-limit",
    };
    return names[ended];
}

void outcome_free(struct outcome *outcome) {
    text_free(&outcome->out);
    text_free(&outcome->err);
}
