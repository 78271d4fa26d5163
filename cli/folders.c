#include "cli/folders.h"

#include "checker/base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>

static const char aside_mark[] = ".start-";

static int remove_one(const char *path, const struct stat *about, int kind, struct FTW *place) {
    (void)about, (void)kind, (void)place;
    return remove(path) < 0 && errno != ENOENT;
}

void folder_remove(const char *folder) {
    nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}

/* Opens and locks a folder aside; -1 if another start holds it, or it is gone. */
static int hold(const char *folder) {
    int descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    struct stat held, named;
    if (descriptor < 0)
        return -1;
    if (flock(descriptor, LOCK_EX | LOCK_NB) == 0 && fstat(descriptor, &held) == 0 &&
        lstat(folder, &named) == 0 && held.st_ino == named.st_ino && held.st_dev == named.st_dev)
        return descriptor;
    close(descriptor);
    return -1;
}

/* Only names this file makes: ".NAME.start-" and eight hexadecimal digits. */
static bool is_aside(const char *name) {
    const char *mark = name[0] == '.' ? strstr(name, aside_mark) : NULL;
    const char *digits = mark ? mark + strlen(aside_mark) : "";
    return strlen(digits) == 8 && strspn(digits, "0123456789abcdef") == 8;
}

static void sweep(const char *parent) {
    DIR *folder = opendir(parent);
    if (!folder)
        return;
    for (struct dirent *entry; (entry = readdir(folder));) {
        if (!is_aside(entry->d_name))
            continue;
        SCOPE_FREE char *path = xprintf("%s/%s", parent, entry->d_name);
        SCOPE_CLOSE int held = hold(path);
        if (held >= 0)
            folder_remove(path);
    }
    closedir(folder);
}

static bool make_aside(const char *parent, const char *name, char **ret_path, int *ret_held,
                       struct error *error) {
    for (int tries = 0; tries < 100; tries++) {
        uint32_t number;
        if (getrandom(&number, sizeof number, 0) != sizeof number)
            break;
        SCOPE_FREE char *path = xprintf("%s/.%s%s%08x", parent, name, aside_mark, number);
        if (mkdir(path, 0777) < 0 && errno != EEXIST)
            return fail_errno(error, FAULT_OURS, "nothing can be made in %s", parent);
        /* Another that sweeps may have swept it before it was locked: then once more. */
        int held = hold(path);
        if (held < 0)
            continue;
        *ret_path = xstrdup(path);
        *ret_held = held;
        return true;
    }
    return fail(error, FAULT_OURS, "no folder could be made in %s", parent);
}

static bool move_into_place(const char *from, const char *to) {
    if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
        return true;
    if (errno != EINVAL && errno != ENOSYS)
        return false;
    /* A file system without that: a plain rename of a folder replaces nothing but an empty folder. */
    return rename(from, to) == 0;
}

/* The tree, written beside folder: *ret_held must stay open until it is in its place. */
static bool build_aside(const struct tree *tree, const char *folder, char **ret_aside, int *ret_held,
                        struct error *error) {
    const char *slash = strrchr(folder, '/');
    SCOPE_FREE char *parent = slash == folder ? xstrdup("/") : xstrndup(folder, (size_t)(slash - folder));
    SCOPE_FREE char *aside = NULL;
    SCOPE_CLOSE int held = -1;
    if (!folder_make(parent, error))
        return false;
    sweep(parent);
    if (!make_aside(parent, slash + 1, &aside, &held, error))
        return false;
    if (!tree_write(tree, aside, error)) {
        folder_remove(aside);
        return false;
    }
    *ret_aside = aside;
    aside = NULL;
    *ret_held = held;
    held = -1;
    return true;
}

bool folder_place(const struct tree *tree, const char *folder, struct error *error) {
    SCOPE_FREE char *aside = NULL;
    SCOPE_CLOSE int held = -1;
    struct error why;
    if (!build_aside(tree, folder, &aside, &held, &why))
        return fail(error, why.fault, "%s was not made, and nothing is left of it: %s", folder, why.text);
    if (move_into_place(aside, folder))
        return true;
    fail_errno(error, errno == EEXIST || errno == ENOTEMPTY ? FAULT_INPUT : FAULT_OURS,
               "%s was not made, and nothing is left of it", folder);
    folder_remove(aside);
    return false;
}

/* Where the file system cannot let two folders change places (NFS): there is a moment without the folder, but none
 * without its content. */
static bool swap_by_turns(const char *built, const char *folder, const char *backup) {
    if (!move_into_place(folder, backup))
        return false;
    if (move_into_place(built, folder))
        return true;
    int reason = errno;
    move_into_place(backup, folder);
    errno = reason;
    return false;
}

bool folder_swap(const struct tree *tree, const char *folder, const char *backup, bool *ret_taken,
                 struct error *error) {
    SCOPE_FREE char *aside = NULL;
    SCOPE_CLOSE int held = -1;
    struct error why;
    *ret_taken = false;
    if (!build_aside(tree, folder, &aside, &held, &why))
        return fail(error, why.fault, "%s was left as it was: %s", folder, why.text);
    /* The new folder takes the backup's name first: after the exchange the old one lies there at once, and never
     * under a name that is swept. */
    if (move_into_place(aside, backup)) {
        if (renameat2(AT_FDCWD, backup, AT_FDCWD, folder, RENAME_EXCHANGE) == 0)
            return true;
        int reason = errno;
        bool back = move_into_place(backup, aside);
        errno = reason;
        if (back && (reason == EINVAL || reason == ENOSYS) && swap_by_turns(aside, folder, backup))
            return true;
    } else {
        *ret_taken = errno == EEXIST || errno == ENOTEMPTY;
    }
    fail_errno(error, *ret_taken ? FAULT_INPUT : FAULT_OURS, "%s was left as it was; it could not become %s",
               folder, backup);
    folder_remove(aside);
    return false;
}
