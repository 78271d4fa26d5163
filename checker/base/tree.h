/* A folder, read once into memory.
 *
 * Everything that is done with a learner's code is done with one such snapshot: it is hashed for the build
 * cache, kept by the progress store, and unpacked in rooms. So what was checked is what was kept, whatever
 * the editor writes meanwhile, and no room ever sees the workspace itself. Reading is hostile-proof: openat2
 * with RESOLVE_BENEATH|NO_SYMLINKS|NO_XDEV, O_NONBLOCK, plain files only, ceilings on count, size and depth;
 * what does not belong (a link, a FIFO, a device, a hard link, a name with control characters) is refused by
 * name.
 *
 * Packed form ("blob"), for pipes, memfds and the cache: the line "backend-learn tree 1\n", then for each
 * entry in order of path a line "f|x|d|l SIZE PATH-LENGTH\n" (plain file, executable, directory, symbolic
 * link), the path, and SIZE bytes of content (for a link: its target); at last "end\n". */
#pragma once
#include "checker/base/error.h"
#include "checker/base/memory.h"

#include <stdint.h>

struct tree_entry {
    const char *path; /* relative, '/' between parts, never "." or ".." among them */
    char kind;        /* 'f' plain, 'x' executable, 'd' directory, 'l' symbolic link (only where allowed) */
    const char *bytes;
    size_t length;
};

struct tree {
    struct arena *arena;        /* owns all of it */
    struct tree_entry *entries; /* in byte order of path */
    size_t count;
    uint64_t size; /* bytes of all contents */
};

struct tree_rules {
    const char *const
        *ignore;        /* gitignore patterns, NULL-terminated; those of a .gitignore at the top are added */
    bool use_gitignore; /* also leaves out .git, as git does, and what editors keep beside a file */
    bool links;         /* keep relative links that stay inside; else refuse them by name */
    size_t files, bytes, file_bytes, depth; /* ceilings; 0: the defaults (2,000; 32 MiB; 8 MiB; 16) */
};

/* Reads a folder (which itself may be reached through a link). The error names the entry, what is wrong with
 * it, and what to do. */
bool tree_read(const char *folder, const struct tree_rules *rules, struct tree *ret_tree,
               struct error *error);
void tree_free(struct tree *tree);
/* Creates the entries below an existing, empty folder, with modes 644 and 755 less the umask. */
bool tree_write(const struct tree *tree, const char *folder, struct error *error);
const struct tree_entry *tree_find(const struct tree *tree, const char *path);

/* Packs to a descriptor, where it stands; unpacks from one (a file, a memfd or a pipe), where it stands, up
 * to "end". Unpacking trusts nothing; of the rules it uses links and the ceilings. */
bool tree_pack(const struct tree *tree, int descriptor, struct error *error);
bool tree_unpack(int descriptor, const struct tree_rules *rules, struct tree *ret_tree, struct error *error);

/* SHA-256 over paths, kinds and contents, as 64 hexadecimal digits. */
void tree_hash(const struct tree *tree, char ret_hash[65]);

/* gitignore(5) for one path: the last matching pattern decides; "!" takes back; a trailing "/" asks for a
 * directory; a "/" elsewhere anchors; "**" crosses directories; what lies in an ignored directory is ignored.
 */
bool ignore_matches(const char *const *patterns, const char *path, bool directory);

/* SHA-256 of bytes as 64 hexadecimal digits. */
void hash_bytes(const void *bytes, size_t length, char ret_hash[65]);
