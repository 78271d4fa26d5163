/* The table of probe kinds: a line each. */
#include "checker/probe/kind.h"

#define KINDS(X)                                                                                             \
    X(build)                                                                                                 \
    X(run)                                                                                                   \
    X(start) X(stop) X(signal) X(http) X(raw) X(log) X(join) X(value) X(wait) X(dialogue) X(file) X(replace) \
        X(rebuild)

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
