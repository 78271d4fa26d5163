/* A packed folder from a stranger: what is unpacked is fit to be written, and packs to what it was. */
#include "tests/fuzz/fuzz.h"

#include "checker/base/tree.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const struct tree_rules rules = {
        .links = size % 2, .files = 50, .bytes = 4096, .file_bytes = 1024, .depth = 4};
    SCOPE_CLOSE int packed = memfd_create("packed", MFD_CLOEXEC), again = memfd_create("again", MFD_CLOEXEC);
    hold(packed >= 0 && again >= 0);
    hold(write(packed, data, size) == (ssize_t)size && lseek(packed, 0, SEEK_SET) == 0);
    struct tree tree;
    struct error error = {0};
    if (!tree_unpack(packed, &rules, &tree, &error)) {
        hold(error.fault != FAULT_NONE && *error.text);
        return 0;
    }
    hold(tree.count <= rules.files && tree.size <= rules.bytes);
    for (size_t i = 0; i < tree.count; i++) {
        const char *path = tree.entries[i].path;
        hold(*path && *path != '/' && strncmp(path, "../", 3) != 0 && !strstr(path, "/../") &&
             !strstr(path, "//"));
        hold(tree_find(&tree, path) == &tree.entries[i]);
        hold(tree.entries[i].kind != 'l' || rules.links);
    }
    off_t end = lseek(packed, 0, SEEK_CUR);
    hold(tree_pack(&tree, again, &error));
    off_t length = lseek(again, 0, SEEK_CUR);
    hold(length == end); /* numbers have one spelling, and nothing was left out */
    SCOPE_FREE char *bytes = malloc((size_t)length);
    hold(pread(again, bytes, (size_t)length, 0) == (ssize_t)length &&
         memcmp(bytes, data, (size_t)length) == 0);
    tree_free(&tree);
    return 0;
}
