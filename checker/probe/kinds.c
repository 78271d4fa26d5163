/* The table of probe kinds: a line each. */
#include "checker/probe/kind.h"

extern const struct kind kind_build, kind_run, kind_value;

const struct kind *const kinds[] = {
    &kind_build,
    &kind_run,
    &kind_value,
    NULL,
};

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
