/* The table of probe kinds: a line each. */
#include "checker/probe/kind.h"

/* clang-format off */
#define KINDS(row) \
    row(build) \
    row(run) \
    row(start) \
    row(stop) \
    row(signal) \
    row(http) \
    row(raw) \
    row(log) \
    row(join) \
    row(value) \
    row(wait) \
    row(dialogue) \
    row(file) \
    row(replace) \
    row(rebuild) \
    row(exec) \
    row(suite)
/* clang-format on */
#define DECLARE(name) extern const struct kind kind_##name;
KINDS(DECLARE)

#define ROW(name) &kind_##name,
const struct kind *const kinds[] = {KINDS(ROW) NULL};

const struct kind *kind_of(const cJSON *step) {
    const struct kind *found = NULL;
    for (const struct kind *const *kind = kinds; *kind; kind++)
        if (json_get(step, (*kind)->name)) {
            if (found)
                return NULL;
            found = *kind;
        }
    return found;
}
