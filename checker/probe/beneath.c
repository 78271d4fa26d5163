#include "checker/probe/beneath.h"

#include "checker/base/file.h"
#include "checker/base/memory.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

enum { DEPTH = 64 };

bool beneath_fits(const char *path) {
    for (const char *part = path;; part++) {
        size_t length = strcspn(part, "/");
        if (length == 0 || (length <= 2 && strncmp(part, "..", length) == 0))
            return false;
        part += length;
        if (!*part)
            return true;
    }
}

int beneath_parent(int top, const char *path, bool make, const char **ret_name) {
    int at = fcntl(top, F_DUPFD_CLOEXEC, 3);
    for (const char *slash; at >= 0 && (slash = strchr(path, '/')); path = slash + 1) {
        SCOPE_FREE char *part = xstrndup(path, (size_t)(slash - path));
        if (make && mkdirat(at, part, 0755) != 0 && errno != EEXIST) {
            int reason = errno;
            close(at);
            errno = reason;
            return -1;
        }
        int inner = openat(at, part, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), reason = errno;
        close(at);
        errno = reason;
        at = inner;
    }
    *ret_name = path;
    return at;
}

int beneath_open(int top, const char *path) {
    const char *name;
    SCOPE_CLOSE int parent = beneath_parent(top, path, false, &name);
    if (parent < 0)
        return -1;
    int file = openat(parent, name, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW | O_CLOEXEC);
    struct stat status;
    if (file >= 0 && (fstat(file, &status) != 0 || !S_ISREG(status.st_mode))) {
        close(file);
        errno = EISDIR;
        return -1;
    }
    return file;
}

bool beneath_read(int top, const char *path, struct text *ret_text) {
    SCOPE_CLOSE int file = beneath_open(top, path);
    if (file < 0)
        return false;
    char bytes[65536];
    while (!ret_text->overflowed) {
        ssize_t length = read(file, bytes, sizeof bytes);
        if (length < 0 && errno == EINTR)
            continue;
        if (length <= 0)
            return length == 0;
        text_add(ret_text, bytes, (size_t)length);
    }
    return true;
}

bool beneath_write(int top, const char *path, const void *bytes, size_t length, mode_t mode) {
    const char *name;
    SCOPE_CLOSE int parent = beneath_parent(top, path, true, &name);
    if (parent < 0 || (unlinkat(parent, name, 0) != 0 && errno != ENOENT))
        return false;
    SCOPE_CLOSE int file = openat(parent, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    return file >= 0 && write_whole(file, bytes, length) && fchmod(file, mode) == 0;
}

bool beneath_make_folder(int top, const char *path) {
    const char *name;
    SCOPE_CLOSE int parent = beneath_parent(top, path, true, &name);
    struct stat status;
    if (parent < 0 || (mkdirat(parent, name, 0755) != 0 && errno != EEXIST) ||
        fstatat(parent, name, &status, AT_SYMLINK_NOFOLLOW) != 0)
        return false;
    errno = ENOTDIR;
    return S_ISDIR(status.st_mode);
}

/* A folder of the names in another, opened anew because listing moves its offset. */
static DIR *list_of(int parent, const char *name) {
    int folder = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *list = folder < 0 ? NULL : fdopendir(folder);
    if (!list && folder >= 0)
        close(folder);
    return list;
}

static bool is_dots(const char *name) {
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

static bool remove_name(int parent, const char *name, int depth) {
    if (unlinkat(parent, name, 0) == 0 || errno == ENOENT)
        return true;
    if (errno != EISDIR || depth > DEPTH)
        return false;
    DIR *list = list_of(parent, name);
    bool good = list != NULL;
    for (const struct dirent *entry; good && (entry = readdir(list));)
        good = is_dots(entry->d_name) || remove_name(dirfd(list), entry->d_name, depth + 1);
    int reason = errno;
    if (list)
        closedir(list);
    errno = reason;
    return good && unlinkat(parent, name, AT_REMOVEDIR) == 0;
}

bool beneath_remove(int top, const char *path) {
    const char *name;
    SCOPE_CLOSE int parent = beneath_parent(top, path, false, &name);
    return parent < 0 ? errno == ENOENT : remove_name(parent, name, 0);
}

static bool walk(int parent, const char *name, const char *path, int depth,
                 bool (*visit)(void *context, const char *path), void *context) {
    DIR *list = depth > DEPTH ? NULL : list_of(parent, name);
    bool on = true;
    for (const struct dirent *entry; list && on && (entry = readdir(list));) {
        struct stat status;
        if (is_dots(entry->d_name) || fstatat(dirfd(list), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0)
            continue;
        SCOPE_FREE char *inner = xprintf("%s%s%s", path, *path ? "/" : "", entry->d_name);
        if (S_ISREG(status.st_mode))
            on = visit(context, inner);
        else if (S_ISDIR(status.st_mode) && entry->d_name[0] != '.' &&
                 strcmp(entry->d_name, "node_modules") != 0)
            on = walk(dirfd(list), entry->d_name, inner, depth + 1, visit, context);
    }
    if (list)
        closedir(list);
    return on;
}

bool beneath_walk(int top, bool (*visit)(void *context, const char *path), void *context) {
    return walk(top, ".", "", 0, visit, context);
}
