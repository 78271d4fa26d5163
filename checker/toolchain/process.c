/* What a language's row says of a process: how it is started where workspace.json does not say, and what of it is
 * made by building. Both are texts with a place for its name. */
#include "checker/toolchain/toolchain.h"

#include <string.h>

static const char placeholder[] = "{process}";

static const char *filled(const char *template, const char *name, struct arena *arena) {
    const char *found = strstr(template, placeholder);
    if (!found)
        return template;
    return arena_printf(arena, "%.*s%s%s", (int)(found - template), template, name,
                        found + strlen(placeholder));
}

const char *toolchain_process(const struct toolchain *toolchain, const char *name, struct arena *arena) {
    return filled(toolchain && toolchain->process ? toolchain->process : placeholder, name, arena);
}

const char *const *toolchain_ignore(const struct toolchain *toolchain, const char *const *processes,
                                    struct arena *arena) {
    const char *const *patterns = toolchain ? toolchain->ignore : NULL;
    size_t given = 0, names = 0, count = 0;
    while (patterns && patterns[given])
        given++;
    while (processes && processes[names])
        names++;
    const char **ignore = arena_alloc(arena, (given * (names + 1) + 1) * sizeof *ignore);
    for (size_t i = 0; i < given; i++) {
        if (!strstr(patterns[i], placeholder))
            ignore[count++] = patterns[i];
        else
            for (size_t j = 0; j < names; j++)
                ignore[count++] = filled(patterns[i], processes[j], arena);
    }
    return ignore;
}
