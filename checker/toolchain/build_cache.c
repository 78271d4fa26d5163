/* Building the same again is the longest wait between a save and its verdict that nobody needs.
 *
 * The cache folder is shared by all runs at once, without a lock: a file appears under its key by rename,
 * whole or not at all; it is never changed afterwards; and whoever removes one that another is reading takes
 * only its name.
 * What is taken out is copied to a memfd while it is compared with its hash, so nobody can change it later.
 * Modification times say when a file was last used. */
#include "checker/base/file.h"
#include "checker/base/json.h"
#include "checker/base/text.h"
#include "checker/toolchain/parts.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sha256.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>

static const uint64_t cache_bytes = 512ull << 20;
static const char path_in_room[] = "/lab/app";

enum { HEADER_BYTES = 4 << 20, TREE_BYTES = 256 << 20, TEMPORARY_SECONDS = 3600 };

/* Lengths go before the parts, so that no two lists of parts look alike. */
static void add_part(struct text *text, const char *part) {
    text_printf(text, "%zu:", part ? strlen(part) : 0);
    text_puts(text, part ? part : "");
}

void build_key(const struct tree *source, const char *command, const char *const *environment,
               const struct toolchain *toolchain, char ret_key[65]) {
    SCOPE_TEXT struct text text = {0};
    char hash[65];
    tree_hash(source, hash);
    add_part(&text, BACKEND_LEARN_VERSION);
    add_part(&text, path_in_room);
    add_part(&text, hash);
    add_part(&text, command);
    for (size_t i = 0; environment && environment[i]; i++)
        add_part(&text, environment[i]);
    text_puts(&text, "tools");
    if (toolchain) {
        add_part(&text, toolchain->path);
        for (size_t i = 0; i < toolchain->tool_count; i++)
            add_part(&text, toolchain->tools[i].identity);
    }
    hash_bytes(text.bytes, text.length, ret_key);
}

/* --- taking out ----------------------------------------------------------------------------------------- */

static void into_hex(const uint8_t digest[SHA256_DIGEST_LENGTH], char out[65]) {
    for (size_t i = 0; i < SHA256_DIGEST_LENGTH; i++)
        snprintf(out + 2 * i, 3, "%02x", digest[i]);
}

/* Copies size bytes from one descriptor's offset to another's (-1: nowhere), hashing them on the way. */
static bool copy_hashed(int from, off_t offset, int to, uint64_t size, char ret_hash[65]) {
    SCOPE_FREE char *buffer = xcalloc(1, 1 << 16);
    SHA2_CTX context;
    SHA256Init(&context);
    while (size > 0) {
        ssize_t got = pread(from, buffer, size < 1 << 16 ? size : 1 << 16, offset);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0 || (to >= 0 && !write_whole(to, buffer, (size_t)got)))
            return false;
        SHA256Update(&context, (uint8_t *)buffer, (size_t)got);
        offset += got;
        size -= (uint64_t)got;
    }
    uint8_t digest[SHA256_DIGEST_LENGTH];
    SHA256Final(digest, &context);
    into_hex(digest, ret_hash);
    return true;
}

/* The first line; NULL if there is none or it is no header of ours. *ret_length counts its newline. */
static cJSON *read_header(int file, size_t *ret_length) {
    SCOPE_TEXT struct text head = {.ceiling = HEADER_BYTES};
    char bytes[4096];
    for (;;) {
        ssize_t got = pread(file, bytes, sizeof bytes, (off_t)head.length);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return NULL;
        const char *newline = memchr(bytes, '\n', (size_t)got);
        text_add(&head, bytes, newline ? (size_t)(newline - bytes) : (size_t)got);
        if (head.overflowed)
            return NULL;
        if (newline)
            break;
    }
    *ret_length = head.length + 1;
    return head.length ? json_parse(head.bytes, head.length, NULL) : NULL;
}

static bool take_out(int file, struct arena *arena, struct build_result *ret_result) {
    size_t header_length;
    struct stat status;
    SCOPE_JSON cJSON *header = read_header(file, &header_length);
    const char *record = json_text(header, "record"), *hash = json_text(header, "hash");
    const cJSON *ok = json_get(header, "ok");
    int64_t size;
    if (!header || json_number(header, "format", 0) != 1 || !record || !hash || !cJSON_IsBool(ok) ||
        !json_get(header, "size") || !json_integer_value(json_get(header, "size"), &size) || size < 0 ||
        size > TREE_BYTES || fstat(file, &status) != 0 || status.st_size != (off_t)header_length + size)
        return false;
    SCOPE_CLOSE int tree = size > 0 ? memfd_create("built", MFD_CLOEXEC) : -1;
    char found[65];
    if ((size > 0 && tree < 0) || !copy_hashed(file, (off_t)header_length, tree, (uint64_t)size, found) ||
        strcmp(found, hash) != 0)
        return false;
    if (tree >= 0)
        lseek(tree, 0, SEEK_SET);
    *ret_result =
        (struct build_result){.ok = cJSON_IsTrue(ok), .record = arena_copy(arena, record), .tree = tree};
    tree = -1;
    return true;
}

static bool is_key(const char *text) {
    return strlen(text) == 64 && text[strspn(text, "0123456789abcdef")] == '\0';
}

bool build_cache_get(const char *cache_folder, const char *key, struct arena *arena,
                     struct build_result *ret_result) {
    SCOPE_FREE char *path = xprintf("%s/builds/%s", cache_folder, key);
    SCOPE_CLOSE int file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (file < 0)
        return false;
    if (!take_out(file, arena, ret_result)) {
        unlink(path);
        return false;
    }
    futimens(file, NULL);
    return true;
}

/* --- keeping -------------------------------------------------------------------------------------------- */

struct kept {
    char name[65];
    uint64_t size;
    struct timespec used;
};

static int by_use(const void *a, const void *b) {
    const struct timespec *x = &((const struct kept *)a)->used, *y = &((const struct kept *)b)->used;
    if (x->tv_sec != y->tv_sec)
        return x->tv_sec < y->tv_sec ? -1 : 1;
    return (x->tv_nsec > y->tv_nsec) - (x->tv_nsec < y->tv_nsec);
}

/* Removes what was used least recently until the rest fits, and what a killed process left half written. */
static void evict(const char *folder, uint64_t at_most) {
    DIR *stream = opendir(folder);
    if (!stream)
        return;
    struct kept *all = NULL;
    size_t count = 0, capacity = 0;
    uint64_t size = 0;
    time_t now = time(NULL);
    for (const struct dirent *entry; (entry = readdir(stream));) {
        struct stat status;
        if (fstatat(dirfd(stream), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0 ||
            !S_ISREG(status.st_mode))
            continue;
        if (!is_key(entry->d_name)) {
            if (strncmp(entry->d_name, "new-", 4) == 0 && now - status.st_mtime > TEMPORARY_SECONDS)
                unlinkat(dirfd(stream), entry->d_name, 0);
            continue;
        }
        if (count == capacity) {
            capacity = capacity ? capacity * 2 : 64;
            all = xrealloc(all, capacity * sizeof *all);
        }
        all[count] = (struct kept){.size = (uint64_t)status.st_size, .used = status.st_mtim};
        strcpy(all[count].name, entry->d_name);
        size += all[count++].size;
    }
    if (size > at_most) {
        qsort(all, count, sizeof *all, by_use);
        for (size_t i = 0; i < count && size > at_most; i++) {
            unlinkat(dirfd(stream), all[i].name, 0);
            size -= all[i].size;
        }
    }
    free(all);
    closedir(stream);
}

static bool write_result(int file, const struct build_result *result) {
    struct stat status = {0};
    if (result->tree >= 0 && fstat(result->tree, &status) != 0)
        return false;
    uint64_t size = (uint64_t)status.st_size;
    char hash[65], again[65];
    if (size > TREE_BYTES || !copy_hashed(result->tree, 0, -1, size, hash))
        return false;
    SCOPE_JSON cJSON *header = cJSON_CreateObject();
    json_set_integer(header, "format", 1);
    json_set_bool(header, "ok", result->ok);
    json_set_text(header, "record", result->record);
    json_set_integer(header, "size", (int64_t)size);
    json_set_text(header, "hash", hash);
    SCOPE_FREE char *line = json_print(header);
    size_t length = strlen(line);
    if (length >= HEADER_BYTES)
        return false;
    line[length] = '\n';
    return write_whole(file, line, length + 1) && copy_hashed(result->tree, 0, file, size, again) &&
           strcmp(hash, again) == 0;
}

void build_cache_put(const char *cache_folder, const char *key, const struct build_result *result) {
    SCOPE_FREE char *folder = xprintf("%s/builds", cache_folder), *path = xprintf("%s/%s", folder, key),
                    *aside = xprintf("%s/new-XXXXXX", folder);
    if (!is_key(key) || !result->record || !folder_make(folder, NULL))
        return;
    int file = mkostemp(aside, O_CLOEXEC);
    if (file < 0)
        return;
    bool ok = write_result(file, result);
    ok &= close(file) == 0;
    if (!ok || rename(aside, path) != 0) {
        unlink(aside);
        return;
    }
    evict(folder, cache_bytes);
}
