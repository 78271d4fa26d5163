/* Reading a folder that may be hostile, and its packed form.
 *
 * Reading. Every name is opened one part at a time below an open directory, so nothing that is swapped
 * meanwhile (a folder for a link, a file for a FIFO) can lead elsewhere: what was looked at by name is
 * compared with what was opened. Names are taken in sorted order, so the same folder always gives the same
 * tree and the same complaint. An editor may save while we read: then everything is read again, and only a
 * folder that will not hold still is an error.
 *
 * Packing. The hash is the SHA-256 of the packed form, so there is one definition of what a tree is.
 * Unpacking believes no number before it has compared it with a ceiling, and no path before it has found its
 * directory among the entries already read; so writing an unpacked tree never passes through a link. */
#include "checker/base/tree.h"

#include "checker/base/file.h"
#include "checker/base/text.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sha256.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>

static const char first_line[] = "backend-learn tree 1\n";
static const char last_line[] = "end\n";

enum {
    DEFAULT_FILES = 2000,
    DEFAULT_BYTES = 32 << 20,
    DEFAULT_FILE_BYTES = 8 << 20,
    DEFAULT_DEPTH = 16,
    GITIGNORE_BYTES = 64 << 10,
    READ_ATTEMPTS = 3,
    PATH_BYTES = 4095,
    NAME_BYTES = 255,
};

/* What comparing names with patterns may cost: a few seconds at the very worst. */
static const uint64_t match_steps = 200 * 1000 * 1000;

/* What an editor keeps beside a file while it is open: Emacs's lock is even a dangling link. Nobody who saves
 * a file should be refused for it. A .gitignore can take them back. */
static const char *const left_by_editors[] = {".#*", "\\#*#", "*~", ".*.sw?", ".DS_Store"};

struct ceilings {
    size_t files, bytes, file_bytes, depth;
    bool links;
};

static struct ceilings ceilings_of(const struct tree_rules *rules) {
    static const struct tree_rules none = {0};
    if (!rules)
        rules = &none;
    return (struct ceilings){
        .files = rules->files ? rules->files : DEFAULT_FILES,
        .bytes = rules->bytes ? rules->bytes : DEFAULT_BYTES,
        .file_bytes = rules->file_bytes ? rules->file_bytes : DEFAULT_FILE_BYTES,
        .depth = rules->depth ? rules->depth : DEFAULT_DEPTH,
        .links = rules->links,
    };
}

/* --- gitignore ------------------------------------------------------------------------------------------ */

static bool in_class(const char *name, size_t length, unsigned char c) {
    static const struct {
        const char *name;
        int (*holds)(int);
    } classes[] = {
        {"alnum", isalnum}, {"alpha", isalpha}, {"blank", isblank}, {"cntrl", iscntrl},
        {"digit", isdigit}, {"graph", isgraph}, {"lower", islower}, {"print", isprint},
        {"punct", ispunct}, {"space", isspace}, {"upper", isupper}, {"xdigit", isxdigit},
    };
    for (size_t i = 0; i < LENGTH_OF(classes); i++)
        if (strlen(classes[i].name) == length && memcmp(classes[i].name, name, length) == 0)
            return c < 0x80 && classes[i].holds(c);
    return false;
}

/* p is behind the "[". Returns what follows the "]", or NULL if there is none. */
static const char *match_set(const char *p, const char *end, unsigned char c, bool *ret_holds) {
    bool negated = p < end && (*p == '!' || *p == '^');
    if (negated)
        p++;
    bool holds = false;
    unsigned char before = 0; /* the character a "-" would continue */
    for (const char *start = p; p < end && (*p != ']' || p == start); p++) {
        unsigned char here = (unsigned char)*p;
        if (here == '[' && p + 1 < end && p[1] == ':') {
            const char *close = memchr(p + 2, ']', (size_t)(end - p - 2));
            if (close && close > p + 2 && close[-1] == ':') {
                holds |= in_class(p + 2, (size_t)(close - 1 - (p + 2)), c);
                p = close;
                before = 0;
                continue;
            }
        }
        if (here == '-' && before && p + 1 < end && p[1] != ']') {
            p++;
            if (*p == '\\' && ++p == end)
                return NULL;
            holds |= c >= before && c <= (unsigned char)*p;
            before = 0;
            continue;
        }
        if (here == '\\') {
            if (++p == end)
                return NULL;
            here = (unsigned char)*p;
        }
        holds |= c == here;
        before = here;
    }
    if (p >= end)
        return NULL;
    *ret_holds = holds != negated && c != '/';
    return p + 1;
}

/* Without recursion: a "*" that fails is tried again one byte further, a "**" one folder further. Only the
 * last of each need be remembered: matching the earlier ones as soon as possible leaves the most to match
 * with. */
static bool match_glob(const char *p, const char *end, const char *text, uint64_t *steps) {
    const char *start = p, *star = NULL, *star_text = NULL, *folders = NULL, *folders_text = NULL;
    for (;;) {
        ++*steps;
        if (p < end && *p == '*') {
            const char *stars = p;
            while (p < end && *p == '*')
                p++;
            bool crosses = p - stars >= 2 && (stars == start || stars[-1] == '/') && (p == end || *p == '/');
            if (crosses && p == end)
                return *text != '\0';
            if (crosses) {
                folders = ++p;
                folders_text = text;
                star = NULL;
            } else {
                star = p;
                star_text = text;
            }
            continue;
        }
        if (*text == '\0')
            return p == end;
        bool holds = false;
        if (p < end) {
            const char *next = p + 1;
            if (*p == '?') {
                holds = *text != '/';
            } else if (*p == '[') {
                next = match_set(p + 1, end, (unsigned char)*text, &holds);
                if (!next)
                    return false;
            } else if (*p == '\\') {
                if (next == end)
                    return false;
                holds = *next++ == *text;
            } else {
                holds = *p == *text;
            }
            if (holds) {
                if (*text == '/')
                    star = NULL;
                p = next;
                text++;
                continue;
            }
        }
        if (star && *star_text != '/' && *star_text != '\0') {
            p = star;
            text = ++star_text;
        } else if (folders && (text = strchr(folders_text, '/'))) {
            p = folders;
            folders_text = ++text;
            star = NULL;
        } else {
            return false;
        }
    }
}

/* One path, its parents not looked at. */
static bool ignored(const char *const *patterns, size_t count, const char *path, bool directory,
                    uint64_t *steps) {
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    for (size_t i = count; i-- > 0;) {
        const char *p = patterns[i];
        if (*p == '#')
            continue;
        bool back = *p == '!';
        if (back)
            p++;
        const char *end = p + strlen(p);
        bool directories_only = end > p && end[-1] == '/';
        if (directories_only)
            end--;
        if (p == end || (directories_only && !directory))
            continue;
        bool anchored = memchr(p, '/', (size_t)(end - p)) != NULL;
        if (*p == '/')
            p++;
        if (match_glob(p, end, anchored ? path : name, steps))
            return !back;
    }
    return false;
}

static size_t count_of(const char *const *list) {
    size_t count = 0;
    while (list && list[count])
        count++;
    return count;
}

bool ignore_matches(const char *const *patterns, const char *path, bool directory) {
    size_t count = count_of(patterns);
    uint64_t steps = 0;
    SCOPE_FREE char *parent = xstrdup(path);
    for (char *slash = strchr(parent, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (ignored(patterns, count, parent, true, &steps))
            return true;
        *slash = '/';
    }
    return ignored(patterns, count, path, directory, &steps);
}

/* --- names and entries ---------------------------------------------------------------------------------- */

static const char *name_fault(const char *name, size_t length) {
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)name[i] < 0x20 || name[i] == 0x7f)
            return "has a control character in its name";
    if (utf8_valid_length(name, length) < length)
        return "has a name that is not UTF-8";
    for (size_t i = 0; i + 1 < length; i++)
        if (name[i] == '\xc2' && (unsigned char)name[i + 1] <= 0x9f)
            return "has a control character in its name";
    return NULL;
}

/* A link may climb only at its start, where each ".." leaves a folder that is known to be real; so no chain
 * of links can lead out. */
static bool link_stays_inside(const char *path, const char *target, size_t length) {
    if (length == 0 || *target == '/' || length > PATH_BYTES || memchr(target, '\0', length))
        return false;
    size_t depth = 0;
    for (const char *c = path; *c; c++)
        depth += *c == '/';
    bool climbing = true;
    for (const char *part = target, *end = target + length; part < end;) {
        const char *slash = memchr(part, '/', (size_t)(end - part));
        size_t size = (size_t)((slash ? slash : end) - part);
        if (size == 2 && part[0] == '.' && part[1] == '.') {
            if (!climbing || depth-- == 0)
                return false;
        } else if (size > 0 && !(size == 1 && *part == '.')) {
            climbing = false;
        }
        part += size + 1;
    }
    return true;
}

static int by_path(const void *a, const void *b) {
    return strcmp(((const struct tree_entry *)a)->path, ((const struct tree_entry *)b)->path);
}

struct entries {
    struct tree_entry *list;
    size_t count, capacity;
    uint64_t size;
};

static void free_entries(struct entries *entries) {
    free(entries->list);
}

static void add_entry(struct entries *entries, struct tree_entry entry) {
    if (entries->count == entries->capacity) {
        entries->capacity = entries->capacity ? entries->capacity * 2 : 64;
        entries->list = xrealloc(entries->list, entries->capacity * sizeof *entries->list);
    }
    entries->list[entries->count++] = entry;
    entries->size += entry.length;
}

static struct tree finish(struct arena *arena, const struct entries *entries) {
    return (struct tree){
        .arena = arena,
        .entries = (void *)arena_copy_bytes(arena, entries->list, entries->count * sizeof *entries->list),
        .count = entries->count,
        .size = entries->size,
    };
}

/* --- reading -------------------------------------------------------------------------------------------- */

struct reading {
    struct arena *arena;
    struct ceilings at_most;
    const char *folder;
    const char **patterns;
    size_t pattern_count;
    struct entries entries;
    size_t seen;    /* names, ignored ones too */
    uint64_t steps; /* of comparing names with patterns */
    dev_t device;
    bool changed; /* the error is that somebody writes here: reading again may help */
    struct error *error;
};

/* Opens one name in a directory, whatever it was swapped for meanwhile. */
static int open_name(struct reading *r, int directory, const char *name, int flags) {
    flags |= O_RDONLY | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW | O_CLOEXEC;
    struct open_how how = {
        .flags = (unsigned long)flags,
        .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_XDEV,
    };
    int opened = (int)syscall(SYS_openat2, directory, name, &how, sizeof how);
    /* EPERM is what older container runtimes answer to a call they do not know. */
    if (opened >= 0 || (errno != ENOSYS && errno != EPERM))
        return opened;
    opened = openat(directory, name, flags);
    struct stat status;
    if (opened >= 0 && (flags & O_DIRECTORY) && (fstat(opened, &status) != 0 || status.st_dev != r->device)) {
        close(opened);
        errno = EXDEV;
        return -1;
    }
    return opened;
}

static bool changed(struct reading *r, const char *path) {
    r->changed = true;
    SCOPE_FREE char *shown = text_printable(path, false);
    return fail(r->error, FAULT_INPUT, "%s changed while it was read; save and try again", shown);
}

/* "PATH WHAT; remedy" */
static bool refuse(struct reading *r, const char *path, const char *what, const char *remedy) {
    SCOPE_FREE char *shown = text_printable(path, false);
    return fail(r->error, FAULT_INPUT, "%s %s; %s", shown, what, remedy);
}

static bool cannot_open(struct reading *r, const char *path) {
    switch (errno) {
    case ENOENT:
    case ELOOP:
    case ENOTDIR:
    case ENXIO:
        return changed(r, path);
    case EXDEV:
        return refuse(r, path, "is on another file system",
                      "copy its contents here, or name it in .gitignore");
    case EACCES: {
        SCOPE_TEXT struct text remedy = {0};
        text_puts(&remedy, "type: chmod u+rX ");
        text_add_shell_word(&remedy, path);
        return refuse(r, path, "cannot be read by you", remedy.bytes);
    }
    }
    SCOPE_FREE char *shown = text_printable(path, false);
    return fail_errno(r->error, FAULT_OURS, "%s cannot be opened", shown);
}

/* Many small files are nearly always one folder that nobody wrote by hand: say which. */
static bool too_many(struct reading *r) {
    const char *largest = "";
    size_t largest_length = 0, most = 0;
    const struct entries *all = &r->entries;
    for (size_t i = 0; i < all->count;) {
        const char *path = all->list[i].path;
        size_t length = strcspn(path, "/"), first = i;
        while (i < all->count && strncmp(all->list[i].path, path, length) == 0 &&
               (all->list[i].path[length] == '/' || all->list[i].path[length] == '\0'))
            i++;
        if (i - first > most) {
            most = i - first;
            largest = path;
            largest_length = length;
        }
    }
    SCOPE_FREE char *folder = text_printable(r->folder, false);
    SCOPE_TEXT struct text top = {0};
    text_add_printable(&top, largest, largest_length, false);
    if (most * 2 > all->count && most > 1)
        return fail(r->error, FAULT_INPUT,
                    "%s holds more than %zu files and folders, most of them in %s; name what is not yours in "
                    ".gitignore",
                    folder, r->at_most.files, top.bytes);
    return fail(r->error, FAULT_INPUT,
                "%s holds more than %zu files and folders; name what is not yours in .gitignore", folder,
                r->at_most.files);
}

static bool room_for(struct reading *r, const char *path, uint64_t size) {
    SCOPE_FREE char *shown = text_printable(path, false);
    if (size > r->at_most.file_bytes)
        return fail(r->error, FAULT_INPUT,
                    "%s has %llu bytes, and a file may have %zu at most; remove it, or name it in .gitignore",
                    shown, (unsigned long long)size, r->at_most.file_bytes);
    if (r->entries.size + size > r->at_most.bytes)
        return fail(r->error, FAULT_INPUT,
                    "the files up to %s have more than %zu bytes together; remove large ones, or name them "
                    "in .gitignore",
                    shown, r->at_most.bytes);
    return true;
}

static bool read_file(struct reading *r, int directory, const char *name, const char *path,
                      const struct stat *looked_at) {
    if (!room_for(r, path, (uint64_t)looked_at->st_size))
        return false;
    SCOPE_CLOSE int file = open_name(r, directory, name, 0);
    if (file < 0)
        return cannot_open(r, path);
    struct stat before, after;
    if (fstat(file, &before) != 0)
        return fail_errno(r->error, FAULT_OURS, "%s cannot be examined", path);
    if (!S_ISREG(before.st_mode) || before.st_ino != looked_at->st_ino ||
        before.st_dev != looked_at->st_dev || before.st_size != looked_at->st_size)
        return changed(r, path);
    if (before.st_nlink > 1) {
        SCOPE_TEXT struct text remedy = {0}, word = {0};
        text_add_shell_word(&word, path);
        text_printf(&remedy, "give it a file of its own: cp %s %s.new && mv %s.new %s", word.bytes,
                    word.bytes, word.bytes, word.bytes);
        return refuse(r, path, "is a hard link, one file with several names", remedy.bytes);
    }
    size_t size = (size_t)before.st_size, have = 0;
    char *bytes = arena_alloc(r->arena, size + 1);
    /* One byte more is asked for, so that a file that grows is seen. */
    while (have <= size) {
        ssize_t got = read(file, bytes + have, size + 1 - have);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return fail_errno(r->error, FAULT_OURS, "%s cannot be read", path);
        if (got == 0)
            break;
        have += (size_t)got;
    }
    if (have != size || fstat(file, &after) != 0 || after.st_size != before.st_size ||
        after.st_mtim.tv_sec != before.st_mtim.tv_sec || after.st_mtim.tv_nsec != before.st_mtim.tv_nsec)
        return changed(r, path);
    add_entry(&r->entries, (struct tree_entry){.path = path,
                                               .kind = before.st_mode & S_IXUSR ? 'x' : 'f',
                                               .bytes = bytes,
                                               .length = size});
    return true;
}

static bool read_link(struct reading *r, int directory, const char *name, const char *path) {
    if (!r->at_most.links)
        return refuse(r, path, "is a symbolic link",
                      "put a copy of what it points to in its place, or name it in .gitignore");
    char target[PATH_BYTES + 1];
    ssize_t length = readlinkat(directory, name, target, sizeof target);
    if (length < 0)
        return changed(r, path);
    if (!link_stays_inside(path, target, (size_t)length))
        return refuse(r, path, "is a symbolic link that leads out of its folder",
                      "make it a relative link within it");
    if (!room_for(r, path, (uint64_t)length))
        return false;
    const char *bytes = arena_copy_bytes(r->arena, target, (size_t)length);
    add_entry(&r->entries,
              (struct tree_entry){.path = path, .kind = 'l', .bytes = bytes, .length = (size_t)length});
    return true;
}

static const char *odd_kind(mode_t mode) {
    return S_ISFIFO(mode) ? "is a FIFO (a named pipe)" : S_ISSOCK(mode) ? "is a socket" : "is a device";
}

struct names {
    char **list;
    size_t count;
};

static void free_names(struct names *names) {
    for (size_t i = 0; i < names->count; i++)
        free(names->list[i]);
    free(names->list);
}

static int by_name(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* All names of a directory, sorted. The descriptor stays the caller's. */
static bool read_names(struct reading *r, int directory, const char *path, struct names *ret_names) {
    int again = fcntl(directory, F_DUPFD_CLOEXEC, 3);
    DIR *stream = again >= 0 ? fdopendir(again) : NULL;
    if (!stream) {
        if (again >= 0)
            close(again);
        return fail_errno(r->error, FAULT_OURS, "%s cannot be listed", *path ? path : r->folder);
    }
    size_t capacity = 0;
    const struct dirent *entry;
    bool ok = true;
    while (ok && (entry = readdir(stream))) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        /* Ignored names are not kept, but a million of them must not cost a million allocations. */
        if (++r->seen > r->at_most.files * 50) {
            ok =
                fail(r->error, FAULT_INPUT, "%s holds more than %zu names, ignored ones counted; remove some",
                     *path ? path : r->folder, r->at_most.files * 50);
            break;
        }
        if (ret_names->count == capacity) {
            capacity = capacity ? capacity * 2 : 32;
            ret_names->list = xrealloc(ret_names->list, capacity * sizeof *ret_names->list);
        }
        ret_names->list[ret_names->count++] = xstrdup(entry->d_name);
    }
    closedir(stream);
    if (ok && ret_names->count)
        qsort(ret_names->list, ret_names->count, sizeof *ret_names->list, by_name);
    return ok;
}

static bool read_directory(struct reading *r, int directory, const char *path, size_t depth);

static bool read_entry(struct reading *r, int directory, const char *parent, const char *name, size_t depth) {
    const char *path = *parent ? arena_printf(r->arena, "%s/%s", parent, name) : arena_copy(r->arena, name);
    struct stat status;
    if (fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) != 0)
        return cannot_open(r, path);
    bool is_directory = S_ISDIR(status.st_mode);
    if (ignored(r->patterns, r->pattern_count, path, is_directory, &r->steps))
        return true;
    if (r->steps > match_steps)
        return fail(r->error, FAULT_INPUT,
                    "the patterns of %s/.gitignore take too long to compare; shorten them", r->folder);
    const char *fault = name_fault(name, strlen(name));
    if (fault)
        return refuse(r, path, fault, "rename it");
    if (strlen(path) > PATH_BYTES)
        return refuse(r, path, "has too long a path", "use shorter names");
    if (r->entries.count >= r->at_most.files)
        return too_many(r);
    if (S_ISLNK(status.st_mode))
        return read_link(r, directory, name, path);
    if (S_ISREG(status.st_mode))
        return read_file(r, directory, name, path, &status);
    if (!is_directory)
        return refuse(r, path, odd_kind(status.st_mode), "remove it, or name it in .gitignore");
    if (depth >= r->at_most.depth) {
        SCOPE_FREE char *shown = text_printable(path, false);
        return fail(r->error, FAULT_INPUT,
                    "%s lies more than %zu folders deep; move it up, or name it in .gitignore", shown,
                    r->at_most.depth);
    }
    SCOPE_CLOSE int inner = open_name(r, directory, name, O_DIRECTORY);
    if (inner < 0)
        return cannot_open(r, path);
    struct stat opened;
    if (fstat(inner, &opened) != 0 || opened.st_ino != status.st_ino || opened.st_dev != status.st_dev)
        return changed(r, path);
    add_entry(&r->entries, (struct tree_entry){.path = path, .kind = 'd', .bytes = ""});
    return read_directory(r, inner, path, depth + 1);
}

static bool read_directory(struct reading *r, int directory, const char *path, size_t depth) {
    __attribute__((cleanup(free_names))) struct names names = {0};
    if (!read_names(r, directory, path, &names))
        return false;
    for (size_t i = 0; i < names.count; i++)
        if (!read_entry(r, directory, path, names.list[i], depth))
            return false;
    return true;
}

static void add_pattern(struct reading *r, const char *pattern) {
    r->patterns = xrealloc(r->patterns, (r->pattern_count + 1) * sizeof *r->patterns);
    r->patterns[r->pattern_count++] = pattern;
}

/* A line of a .gitignore as git reads it: CR and spaces at its end go, unless a backslash keeps the space. */
static void trim_pattern(char *line) {
    size_t length = strlen(line);
    if (length && line[length - 1] == '\r')
        line[length - 1] = '\0';
    char *spaces = NULL;
    for (char *c = line; *c; c++) {
        if (*c == ' ') {
            spaces = spaces ? spaces : c;
            continue;
        }
        spaces = NULL;
        if (*c == '\\' && c[1])
            c++;
    }
    if (spaces)
        *spaces = '\0';
}

/* A .gitignore that is no plain file adds nothing here: it is met again among the names, and refused there.
 */
static bool read_gitignore(struct reading *r, int directory) {
    SCOPE_CLOSE int file = open_name(r, directory, ".gitignore", 0);
    struct stat status;
    if (file < 0 || fstat(file, &status) != 0 || !S_ISREG(status.st_mode))
        return true;
    if (status.st_size > GITIGNORE_BYTES)
        return refuse(r, ".gitignore", "has more than 64 KiB", "shorten it");
    char *text = arena_alloc(r->arena, GITIGNORE_BYTES + 1);
    ssize_t length = read(file, text, GITIGNORE_BYTES);
    if (length < 0)
        return fail_errno(r->error, FAULT_OURS, ".gitignore cannot be read");
    char *line = strncmp(text, "\xef\xbb\xbf", 3) == 0 ? text + 3 : text;
    while (line) {
        char *next = strchr(line, '\n');
        if (next)
            *next++ = '\0';
        trim_pattern(line);
        if (*line && *line != '#')
            add_pattern(r, line);
        line = next;
    }
    return true;
}

static bool read_once(struct reading *r, const struct tree_rules *rules, struct tree *ret_tree) {
    SCOPE_CLOSE int directory = open(r->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    SCOPE_FREE char *shown = text_printable(r->folder, false);
    struct stat status;
    if (directory < 0 || fstat(directory, &status) != 0) {
        bool ours = errno != ENOENT && errno != ENOTDIR && errno != EACCES && errno != ELOOP;
        return fail_errno(r->error, ours ? FAULT_OURS : FAULT_INPUT, "%s cannot be opened as a folder",
                          shown);
    }
    r->device = status.st_dev;
    for (size_t i = 0; rules && rules->use_gitignore && i < LENGTH_OF(left_by_editors); i++)
        add_pattern(r, left_by_editors[i]);
    for (size_t i = 0; rules && rules->ignore && rules->ignore[i]; i++)
        add_pattern(r, rules->ignore[i]);
    if (rules && rules->use_gitignore) {
        if (!read_gitignore(r, directory))
            return false;
        add_pattern(r, ".git"); /* as git does, and not to be taken back */
    }
    if (!read_directory(r, directory, "", 0))
        return false;
    if (r->entries.count)
        qsort(r->entries.list, r->entries.count, sizeof *r->entries.list, by_path);
    *ret_tree = finish(r->arena, &r->entries);
    return true;
}

bool tree_read(const char *folder, const struct tree_rules *rules, struct tree *ret_tree,
               struct error *error) {
    for (int attempt = 1;; attempt++) {
        struct reading r = {
            .arena = arena_new(), .at_most = ceilings_of(rules), .folder = folder, .error = error};
        bool ok = read_once(&r, rules, ret_tree);
        free_entries(&r.entries);
        free(r.patterns);
        if (ok)
            return true;
        arena_free(r.arena);
        if (!r.changed || attempt == READ_ATTEMPTS)
            return false;
    }
}

void tree_free(struct tree *tree) {
    if (!tree)
        return;
    arena_free(tree->arena);
    *tree = (struct tree){0};
}

const struct tree_entry *tree_find(const struct tree *tree, const char *path) {
    struct tree_entry wanted = {.path = path};
    return tree->count ? bsearch(&wanted, tree->entries, tree->count, sizeof wanted, by_path) : NULL;
}

/* --- writing -------------------------------------------------------------------------------------------- */

/* Opens a directory below another, following no link on the way. length 0 is the directory itself. */
static int open_below(int top, const char *path, size_t length) {
    int at = fcntl(top, F_DUPFD_CLOEXEC, 3);
    while (at >= 0 && length > 0) {
        const char *slash = memchr(path, '/', length);
        size_t size = slash ? (size_t)(slash - path) : length;
        SCOPE_FREE char *name = xstrndup(path, size);
        int inner = openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        close(at);
        at = inner;
        size_t used = slash ? size + 1 : size;
        path += used;
        length -= used;
    }
    return at;
}

static bool write_entry(int directory, const char *name, const struct tree_entry *entry) {
    if (entry->kind == 'd')
        return mkdirat(directory, name, 0755) == 0;
    if (entry->kind == 'l') {
        SCOPE_FREE char *target = xstrndup(entry->bytes, entry->length);
        return symlinkat(target, directory, name) == 0;
    }
    SCOPE_CLOSE int file = openat(directory, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                                  entry->kind == 'x' ? 0755 : 0644);
    return file >= 0 && write_whole(file, entry->bytes, entry->length);
}

bool tree_write(const struct tree *tree, const char *folder, struct error *error) {
    SCOPE_CLOSE int top = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (top < 0)
        return fail_errno(error, FAULT_OURS, "%s cannot be opened as a folder", folder);
    SCOPE_CLOSE int parent = -1;
    const char *parent_path = NULL;
    size_t parent_length = 0;
    for (size_t i = 0; i < tree->count; i++) {
        const char *path = tree->entries[i].path, *slash = strrchr(path, '/');
        size_t length = slash ? (size_t)(slash - path) : 0;
        if (!parent_path || length != parent_length || memcmp(path, parent_path, length) != 0) {
            if (parent >= 0)
                close(parent);
            parent = open_below(top, path, length);
            parent_path = path;
            parent_length = length;
        }
        if (parent < 0 || !write_entry(parent, slash ? slash + 1 : path, &tree->entries[i]))
            return fail_errno(error, FAULT_OURS, "%s/%s cannot be written", folder, path);
    }
    return true;
}

/* --- the packed form ------------------------------------------------------------------------------------ */

/* Hands the packed form piece by piece to a function, which may stop it by returning false. */
static bool emit(const struct tree *tree, bool (*take)(void *to, const char *bytes, size_t length),
                 void *to) {
    if (!take(to, first_line, strlen(first_line)))
        return false;
    for (size_t i = 0; i < tree->count; i++) {
        const struct tree_entry *entry = &tree->entries[i];
        char line[64];
        size_t path_length = strlen(entry->path);
        int length = snprintf(line, sizeof line, "%c %zu %zu\n", entry->kind, entry->length, path_length);
        if (!take(to, line, (size_t)length) || !take(to, entry->path, path_length) ||
            !take(to, entry->bytes, entry->length))
            return false;
    }
    return take(to, last_line, strlen(last_line));
}

struct packing {
    int descriptor;
    size_t used;
    char buffer[64 * 1024];
};

static bool pack_flush(struct packing *packing) {
    size_t used = packing->used;
    packing->used = 0;
    return write_whole(packing->descriptor, packing->buffer, used);
}

static bool pack_take(void *to, const char *bytes, size_t length) {
    struct packing *packing = to;
    if (length > sizeof packing->buffer - packing->used && !pack_flush(packing))
        return false;
    if (length > sizeof packing->buffer)
        return write_whole(packing->descriptor, bytes, length);
    memcpy(packing->buffer + packing->used, bytes, length);
    packing->used += length;
    return true;
}

bool tree_pack(const struct tree *tree, int descriptor, struct error *error) {
    struct packing packing;
    packing.descriptor = descriptor;
    packing.used = 0;
    if (emit(tree, pack_take, &packing) && pack_flush(&packing))
        return true;
    return fail_errno(error, FAULT_OURS, "a packed folder cannot be written");
}

static bool hash_take(void *to, const char *bytes, size_t length) {
    SHA256Update(to, (const uint8_t *)bytes, length);
    return true;
}

void tree_hash(const struct tree *tree, char ret_hash[65]) {
    SHA2_CTX context;
    SHA256Init(&context);
    emit(tree, hash_take, &context);
    SHA256End(&context, ret_hash);
}

void hash_bytes(const void *bytes, size_t length, char ret_hash[65]) {
    SHA2_CTX context;
    SHA256Init(&context);
    SHA256Update(&context, bytes, length);
    SHA256End(&context, ret_hash);
}

struct unpacking {
    int descriptor;
    struct arena *arena;
    struct ceilings at_most;
    struct entries entries;
    struct error *error;
    size_t at, end;
    char buffer[64 * 1024];
};

static bool damaged(struct unpacking *u, const char *what) {
    return fail(u->error, FAULT_OURS, "a packed folder is damaged: entry %zu %s", u->entries.count + 1, what);
}

static bool over(struct unpacking *u, const char *path, const char *what) {
    return fail(u->error, FAULT_INPUT, "a packed folder is refused: %s %s; remove what is not needed", path,
                what);
}

static bool take_bytes(struct unpacking *u, char *out, size_t length) {
    while (length > 0) {
        if (u->at == u->end) {
            ssize_t got = read(u->descriptor, u->buffer, sizeof u->buffer);
            if (got < 0 && errno == EINTR)
                continue;
            if (got < 0)
                return fail_errno(u->error, FAULT_OURS, "a packed folder cannot be read");
            if (got == 0)
                return damaged(u, "is cut off");
            u->at = 0;
            u->end = (size_t)got;
        }
        size_t some = u->end - u->at < length ? u->end - u->at : length;
        memcpy(out, u->buffer + u->at, some);
        u->at += some;
        out += some;
        length -= some;
    }
    return true;
}

static bool take_line(struct unpacking *u, char *out, size_t size) {
    for (size_t length = 0; length + 1 < size; length++) {
        if (!take_bytes(u, out + length, 1))
            return false;
        if (out[length] == '\n') {
            out[length + 1] = '\0';
            return true;
        }
    }
    return damaged(u, "begins with too long a line");
}

/* Decimal digits and the byte that must end them. */
static bool take_number(const char **text, char ending, size_t *ret_number) {
    size_t number = 0, digits = 0;
    while (isdigit((unsigned char)**text) && digits++ < 12)
        number = number * 10 + (size_t)(*(*text)++ - '0');
    if (digits == 0 || *(*text)++ != ending)
        return false;
    *ret_number = number;
    return true;
}

static bool path_is_fit(struct unpacking *u, const char *path, size_t length) {
    if (memchr(path, '\0', length) || name_fault(path, length))
        return damaged(u, "has a path with bytes that no path has");
    size_t depth = 0;
    for (const char *part = path;; part = strchr(part, '/') + 1) {
        size_t size = strcspn(part, "/");
        if (size == 0 || size > NAME_BYTES || (size == 1 && *part == '.') ||
            (size == 2 && part[0] == '.' && part[1] == '.'))
            return damaged(u, "has a path that leads elsewhere");
        if (part[size] == '\0')
            break;
        depth++;
    }
    if (depth > u->at_most.depth)
        return over(u, path, "lies too deep");
    const struct entries *all = &u->entries;
    if (all->count && strcmp(all->list[all->count - 1].path, path) >= 0)
        return damaged(u, "is out of order");
    const char *slash = strrchr(path, '/');
    if (!slash)
        return true;
    SCOPE_FREE char *parent = xstrndup(path, (size_t)(slash - path));
    struct tree so_far = {.entries = all->list, .count = all->count};
    const struct tree_entry *found = tree_find(&so_far, parent);
    return (found && found->kind == 'd') || damaged(u, "lies in a folder that is not there");
}

static bool take_entry(struct unpacking *u, const char *line) {
    char kind = line[0];
    size_t size, path_length;
    const char *rest = line + 2;
    if (!kind || !strchr("fxdl", kind) || line[1] != ' ' || !take_number(&rest, ' ', &size) ||
        !take_number(&rest, '\n', &path_length) || *rest != '\0')
        return damaged(u, "begins with a line that is none of ours");
    if (path_length == 0 || path_length > PATH_BYTES)
        return damaged(u, "has no fit path");
    if (u->entries.count >= u->at_most.files)
        return over(u, "it", "holds too many files");
    char *path = arena_alloc(u->arena, path_length + 1);
    if (!take_bytes(u, path, path_length) || !path_is_fit(u, path, path_length))
        return false;
    if (kind == 'd' && size > 0)
        return damaged(u, "is a folder with bytes of its own");
    if (size > u->at_most.file_bytes || (kind == 'l' && size > PATH_BYTES))
        return over(u, path, "is too large");
    if (u->entries.size + size > u->at_most.bytes)
        return over(u, path, "makes it too large");
    char *bytes = arena_alloc(u->arena, size + 1);
    if (!take_bytes(u, bytes, size))
        return false;
    if (kind == 'l' && (!u->at_most.links || !link_stays_inside(path, bytes, size)))
        return over(u, path, "is a symbolic link that may not be there");
    add_entry(&u->entries, (struct tree_entry){.path = path, .kind = kind, .bytes = bytes, .length = size});
    return true;
}

static bool unpack(struct unpacking *u) {
    char line[64];
    if (!take_line(u, line, sizeof line))
        return false;
    if (strcmp(line, first_line) != 0)
        return fail(u->error, FAULT_OURS, "a packed folder is damaged: it does not begin as one");
    for (;;) {
        if (!take_line(u, line, sizeof line))
            return false;
        if (strcmp(line, last_line) == 0)
            break;
        if (!take_entry(u, line))
            return false;
    }
    /* What was read beyond the end is given back where that is possible. */
    if (u->at < u->end && lseek(u->descriptor, -(off_t)(u->end - u->at), SEEK_CUR) < 0)
        return fail(u->error, FAULT_OURS, "a packed folder is damaged: something follows its end");
    return true;
}

bool tree_unpack(int descriptor, const struct tree_rules *rules, struct tree *ret_tree, struct error *error) {
    struct unpacking u;
    u.descriptor = descriptor;
    u.arena = arena_new();
    u.at_most = ceilings_of(rules);
    u.entries = (struct entries){0};
    u.error = error;
    u.at = u.end = 0;
    bool ok = unpack(&u);
    if (ok)
        *ret_tree = finish(u.arena, &u.entries);
    else
        arena_free(u.arena);
    free_entries(&u.entries);
    return ok;
}
