#include "checker/base/file.h"

#include "checker/base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

bool file_read(const char *path, size_t ceiling, bool own, struct arena *arena, const char **ret_bytes,
               size_t *ret_length, struct error *error) {
    int flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | (own ? 0 : O_NOFOLLOW);
    SCOPE_CLOSE int file = open(path, flags);
    SCOPE_FREE char *shown = text_printable(path, false);
    if (file < 0 && errno == ELOOP)
        return fail(error, FAULT_INPUT, "%s is a symbolic link; put a plain file in its place", shown);
    struct stat status;
    if (file < 0 || fstat(file, &status) != 0)
        return fail_errno(error, FAULT_INPUT, "%s cannot be opened", shown);
    if (!S_ISREG(status.st_mode))
        return fail(error, FAULT_INPUT, "%s is not a plain file; put one in its place", shown);
    if ((size_t)status.st_size > ceiling)
        return fail(error, FAULT_INPUT, "%s has %lld bytes, and %zu is the most it may have", shown,
                    (long long)status.st_size, ceiling);
    size_t size = (size_t)status.st_size, have = 0;
    char *bytes = arena_alloc(arena, size + 1);
    while (have < size) {
        ssize_t got = read(file, bytes + have, size - have);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return fail_errno(error, FAULT_INPUT, "%s cannot be read", shown);
        if (got == 0)
            break;
        have += (size_t)got;
    }
    bytes[have] = '\0';
    *ret_bytes = bytes;
    *ret_length = have;
    return true;
}

bool write_whole(int descriptor, const void *bytes, size_t length) {
    for (const char *at = bytes; length > 0;) {
        ssize_t wrote = write(descriptor, at, length);
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote < 0)
            return false;
        at += wrote;
        length -= (size_t)wrote;
    }
    return true;
}

bool file_replace(const char *path, const void *bytes, size_t length, struct error *error) {
    SCOPE_FREE char *aside = xprintf("%s.XXXXXX", path);
    int file = mkostemp(aside, O_CLOEXEC);
    if (file < 0)
        return fail_errno(error, FAULT_OURS, "%s cannot be written", path);
    bool ok = write_whole(file, bytes, length);
    ok &= close(file) == 0;
    if (ok && rename(aside, path) == 0)
        return true;
    int reason = errno;
    unlink(aside);
    errno = reason;
    return fail_errno(error, FAULT_OURS, "%s cannot be written", path);
}

bool folder_make(const char *path, struct error *error) {
    SCOPE_FREE char *part = xstrdup(path);
    for (char *slash = strchr(part + 1, '/');; slash = strchr(slash + 1, '/')) {
        if (slash)
            *slash = '\0';
        if (mkdir(part, 0700) != 0 && errno != EEXIST)
            return fail_errno(error, FAULT_OURS, "the folder %s cannot be made", part);
        if (!slash)
            break;
        *slash = '/';
    }
    struct stat status;
    if (stat(path, &status) == 0 && S_ISDIR(status.st_mode))
        return true;
    return fail(error, FAULT_OURS, "%s is not a folder; move it away", path);
}
