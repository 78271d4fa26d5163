/* Programs that may be the tool we want, by name only; and telling versions apart. */
#include "checker/toolchain/parts.h"

#include <ctype.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

/* Rooms of root's run as nobody: what lies below /root is of no use there, whoever may run it here. */
bool reachable_by_all(const char *path) {
    if (geteuid() != 0)
        return true;
    struct stat status;
    SCOPE_FREE char *part = xstrdup(path);
    for (char *slash = strchr(part + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (stat(part, &status) != 0 || !(status.st_mode & S_IXOTH))
            return false;
        *slash = '/';
    }
    return stat(path, &status) == 0 && (status.st_mode & S_IXOTH) && (status.st_mode & S_IROTH);
}

const char *identity_of(const char *path, struct arena *arena) {
    struct stat status;
    if (stat(path, &status) != 0 || !S_ISREG(status.st_mode) || access(path, X_OK) != 0)
        return NULL;
    return arena_printf(arena, "%s:%lld:%lld.%09ld:%llu", path, (long long)status.st_size,
                        (long long)status.st_mtim.tv_sec, status.st_mtim.tv_nsec,
                        (unsigned long long)status.st_ino);
}

/* The same file under the same name is one candidate; under another name it may act differently (ccache,
 * busybox). */
static bool known(const struct candidates *candidates, const char *real, const char *name) {
    for (size_t i = 0; i < candidates->count; i++)
        if (strcmp(candidates->list[i].real, real) == 0 &&
            strcmp(strrchr(candidates->list[i].path, '/') + 1, name) == 0)
            return true;
    return false;
}

static void look_in(struct candidates *candidates, const char *folder, size_t length, const char *name,
                    struct arena *arena) {
    if (length == 0 || *folder != '/')
        return; /* what a relative PATH finds depends on where one stands */
    SCOPE_FREE char *path = xprintf("%.*s/%s", (int)length, folder, name);
    char real[PATH_MAX];
    if (access(path, X_OK) != 0 || !realpath(path, real))
        return;
    const char *identity = identity_of(real, arena);
    if (!identity || known(candidates, real, name))
        return;
    candidates->list = xrealloc(candidates->list, (candidates->count + 1) * sizeof *candidates->list);
    candidates->list[candidates->count++] = (struct candidate){
        .path = arena_copy(arena, path),
        .real = arena_copy(arena, real),
        .identity = identity,
        .reachable = reachable_by_all(path) && reachable_by_all(real),
    };
}

struct candidates candidates_find(const char *const *names, struct arena *arena) {
    struct candidates found = {0};
    const char *path = getenv("PATH");
    SCOPE_FREE char *folders = xprintf("%s:/usr/local/bin:/usr/bin", path ? path : "");
    for (size_t i = 0; names[i]; i++)
        for (const char *folder = folders; *folder;) {
            size_t length = strcspn(folder, ":");
            look_in(&found, folder, length, names[i], arena);
            folder += length + (folder[length] == ':');
        }
    struct candidates kept = {.count = found.count};
    kept.list = (void *)arena_copy_bytes(arena, found.list, found.count * sizeof *found.list);
    free(found.list);
    return kept;
}

/* The first thing that looks like digits.digits; where there is none ("javac 21"), the first number of its
 * own. */
const char *version_in(const char *text, struct arena *arena) {
    const char *plain = NULL;
    for (const char *c = text; *c; c++) {
        if (!isdigit((unsigned char)*c) || (c > text && (isdigit((unsigned char)c[-1]) || c[-1] == '.')))
            continue;
        size_t length = strspn(c, "0123456789.");
        while (c[length - 1] == '.')
            length--;
        if (memchr(c, '.', length))
            return arena_copy_bytes(arena, c, length);
        if (!plain && (c == text || !isalnum((unsigned char)c[-1])))
            plain = arena_copy_bytes(arena, c, length);
    }
    return plain;
}

int compare_versions(const char *a, const char *b) {
    while (*a || *b) {
        char *after_a, *after_b;
        unsigned long x = strtoul(a, &after_a, 10), y = strtoul(b, &after_b, 10);
        if (x != y)
            return x < y ? -1 : 1;
        a = *after_a == '.' ? after_a + 1 : "";
        b = *after_b == '.' ? after_b + 1 : "";
    }
    return 0;
}
