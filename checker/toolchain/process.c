/* Which command line starts a process, where workspace.json does not say. */
#include "checker/toolchain/toolchain.h"

#include <string.h>

const char *toolchain_process(const struct toolchain *toolchain, const char *name, struct arena *arena) {
    static const char placeholder[] = "{process}";
    const char *template = toolchain && toolchain->process ? toolchain->process : placeholder;
    const char *found = strstr(template, placeholder);
    if (!found)
        return template;
    return arena_printf(arena, "%.*s%s%s", (int)(found - template), template, name, found + strlen(placeholder));
}
