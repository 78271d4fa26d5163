/* Folders in memory: what is read, what is refused and how it says so, and that packing survives anything. */
#include "checker/base/tree.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>

/* --- helpers -------------------------------------------------------------------------------------------- */

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *where) {
    (void)status, (void)kind, (void)where;
    return remove(path);
}

static void remove_folder(char **folder) {
    nftw(*folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    free(*folder);
}
#define SCOPE_FOLDER __attribute__((cleanup(remove_folder)))
#define SCOPE_TREE __attribute__((cleanup(tree_free)))

static char *new_folder(void) {
    char *folder = xstrdup("/tmp/base-tree-XXXXXX");
    cr_assert_not_null(mkdtemp(folder));
    return folder;
}

static void put(const char *folder, const char *path, const char *bytes) {
    SCOPE_FREE char *whole = xprintf("%s/%s", folder, path);
    for (char *slash = whole + strlen(folder) + 1; (slash = strchr(slash, '/')); slash++) {
        *slash = '\0';
        mkdir(whole, 0755);
        *slash = '/';
    }
    FILE *file = fopen(whole, "w");
    cr_assert_not_null(file, "%s", whole);
    fputs(bytes, file);
    fclose(file);
}

/* "d src\nf src/a 3\n…" */
static char *listing(const struct tree *tree) {
    char *text = xstrdup("");
    for (size_t i = 0; i < tree->count; i++) {
        const struct tree_entry *e = &tree->entries[i];
        char *more = e->kind == 'd' ? xprintf("%sd %s\n", text, e->path)
                                    : xprintf("%s%c %s %s\n", text, e->kind, e->path, e->bytes);
        free(text);
        text = more;
    }
    return text;
}

static int memory_file(const char *bytes, size_t length) {
    int file = memfd_create("blob", MFD_CLOEXEC);
    cr_assert_eq(write(file, bytes, length), (ssize_t)length);
    lseek(file, 0, SEEK_SET);
    return file;
}

static char *packed(const struct tree *tree, size_t *ret_length) {
    SCOPE_CLOSE int file = memfd_create("blob", MFD_CLOEXEC);
    cr_assert(tree_pack(tree, file, NULL));
    *ret_length = (size_t)lseek(file, 0, SEEK_CUR);
    char *bytes = xcalloc(1, *ret_length + 1);
    cr_assert_eq(pread(file, bytes, *ret_length, 0), (ssize_t)*ret_length);
    return bytes;
}

/* --- gitignore ------------------------------------------------------------------------------------------ */

Test(tree, ignores_as_git_does) {
    static const struct {
        const char *patterns[4];
        const char *path; /* ends in "/": a directory */
        bool ignored;
    } rows[] = {
        {{"*.o"}, "a.o", true},
        {{"*.o"}, "src/a.o", true},
        {{"*.o"}, "a.oo", false},
        {{"/a.o"}, "a.o", true},
        {{"/a.o"}, "src/a.o", false}, /* a leading slash anchors */
        {{"src/*.o"}, "src/a.o", true},
        {{"src/*.o"}, "lib/src/a.o", false},  /* so does one in the middle */
        {{"src/*.o"}, "src/deep/a.o", false}, /* and * stays in its folder */
        {{"build/"}, "build/", true},
        {{"build/"}, "build", false},      /* a file of that name is none */
        {{"build/"}, "x/build/", true},    /* a trailing slash does not anchor */
        {{"build/"}, "build/a/b.c", true}, /* what lies in it goes with it */
        {{"*.o", "!keep.o"}, "keep.o", false},
        {{"!keep.o", "*.o"}, "keep.o", true},            /* the last one decides */
        {{"build/", "!build/keep"}, "build/keep", true}, /* not out of an ignored folder */
        {{"build/*", "!build/keep"}, "build/keep", false},
        {{"**/logs"}, "logs/", true},
        {{"**/logs"}, "a/b/logs", true},
        {{"**/logs/x.log"}, "a/logs/x.log", true},
        {{"logs/**"}, "logs/", false}, /* what is inside, not itself */
        {{"logs/**"}, "logs/a/b", true},
        {{"a/**/b"}, "a/b", true},
        {{"a/**/b"}, "a/x/y/b", true},
        {{"a/**/b"}, "x/a/b", false},
        {{"a/**/b/*.c"}, "a/b/b/x/b/f.c", true}, /* an early b must not end the search */
        {{"a**b"}, "axxb", true},
        {{"a**b"}, "ax/xb", false}, /* ** that is not a whole part is * */
        {{"?.c"}, "a.c", true},
        {{"?.c"}, "ab.c", false},
        {{"[ab].c"}, "b.c", true},
        {{"[!ab].c"}, "b.c", false},
        {{"[^ab].c"}, "c.c", true},
        {{"[a-c]x"}, "bx", true},
        {{"[]-]x"}, "]x", true},
        {{"[[:digit:]x]"}, "7", true},
        {{"[[:digit:]x]"}, "y", false},
        {{"[a"}, "[a", false}, /* never closed, never matches */
        {{"\\!a"}, "!a", true},
        {{"\\#a"}, "#a", true},
        {{"#a"}, "#a", false}, /* a comment */
        {{"a\\*"}, "a*", true},
        {{"a\\*"}, "ab", false},
        {{"a\\"}, "a\\", false},
        {{"", "/", "!"}, "a", false},
        {{"*"}, "a/b", true},
        {{"**"}, "a/b", true},
        {{"*a*a*a*b"}, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false},
        {{"*/b"}, "a/b", true},
        {{"*/b"}, "x/a/b", false},
        {{"é*"}, "été", true},
    };
    for (size_t i = 0; i < LENGTH_OF(rows); i++) {
        SCOPE_FREE char *path = xstrdup(rows[i].path);
        size_t length = strlen(path);
        bool directory = path[length - 1] == '/';
        if (directory)
            path[length - 1] = '\0';
        cr_assert_eq(ignore_matches(rows[i].patterns, path, directory), rows[i].ignored, "%s against %s",
                     rows[i].patterns[0], rows[i].path);
    }
    cr_assert_not(ignore_matches(NULL, "a", false));
}

/* --- reading -------------------------------------------------------------------------------------------- */

Test(tree, reads_what_is_there_in_order) {
    SCOPE_FOLDER char *folder = new_folder();
    put(folder, "b.c", "two");
    put(folder, "a/x.c", "one");
    put(folder, "a.txt", "");
    put(folder, "run.sh", "#!/bin/sh");
    SCOPE_FREE char *script = xprintf("%s/run.sh", folder), *empty = xprintf("%s/empty", folder);
    chmod(script, 0755);
    mkdir(empty, 0755);
    SCOPE_TREE struct tree tree = {0};
    struct error error;
    cr_assert(tree_read(folder, NULL, &tree, &error), "%s", error.text);
    SCOPE_FREE char *text = listing(&tree);
    cr_assert_str_eq(text, "d a\nf a.txt \nf a/x.c one\nf b.c two\nd empty\nx run.sh #!/bin/sh\n");
    cr_assert_eq(tree.size, 15);
    cr_assert_str_eq(tree_find(&tree, "a/x.c")->bytes, "one");
    cr_assert_null(tree_find(&tree, "a/y.c"));
}

Test(tree, ignored_names_are_not_even_looked_at) {
    SCOPE_FOLDER char *folder = new_folder();
    put(folder, ".gitignore", "\xef\xbb\xbf# made\r\nnode_modules/\r\n*.log   \n\n!b.o\nlink\nsp\\ \n");
    put(folder, "a.c", "");
    put(folder, "b.o", "");
    put(folder, "c.o", "");
    put(folder, "sp ", "");
    put(folder, "x.log", "");
    put(folder, "node_modules/p/index.js", "");
    put(folder, ".git/HEAD", "");
    put(folder, "a.c~", "");
    put(folder, "#a.c#", "");
    put(folder, ".a.c.swp", "");
    SCOPE_FREE char *lock = xprintf("%s/.#a.c", folder); /* Emacs, with unsaved changes */
    cr_assert_eq(symlink("me@here.123", lock), 0);
    SCOPE_FREE char *pipe_path = xprintf("%s/node_modules/fifo", folder),
                    *link_path = xprintf("%s/link", folder);
    mkfifo(pipe_path, 0600);
    cr_assert_eq(symlink("/etc/passwd", link_path), 0);
    const char *made[] = {"*.o", NULL};
    SCOPE_TREE struct tree tree = {0};
    struct error error;
    cr_assert(tree_read(folder, &(struct tree_rules){.ignore = made, .use_gitignore = true}, &tree, &error),
              "%s", error.text);
    cr_assert_eq(tree.count, 3);
    cr_assert_not_null(tree_find(&tree, ".gitignore"));
    cr_assert_not_null(tree_find(&tree, "a.c"));
    cr_assert_not_null(tree_find(&tree, "b.o"));
}

static void make_link(const char *path) {
    cr_assert_eq(symlink("/etc/passwd", path), 0);
}
static void make_fifo(const char *path) {
    cr_assert_eq(mkfifo(path, 0600), 0);
}
static void make_socket(const char *path) {
    SCOPE_CLOSE int s = socket(AF_UNIX, SOCK_STREAM, 0);
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    cr_assert_eq(bind(s, (struct sockaddr *)&address, sizeof address), 0);
}
static void make_hard_link(const char *path) {
    SCOPE_FREE char *other = xprintf("%s.other", path);
    fclose(fopen(path, "w"));
    cr_assert_eq(link(path, other), 0);
}
static void make_file(const char *path) {
    fclose(fopen(path, "w"));
}
static void make_large(const char *path) {
    make_file(path);
    cr_assert_eq(truncate(path, (8 << 20) + 1), 0);
}
static void make_deep(const char *path) {
    SCOPE_FREE char *deep = xstrdup(path);
    for (int i = 0; i <= 16; i++) {
        mkdir(deep, 0755);
        char *next = xprintf("%s/d", deep);
        free(deep);
        deep = next;
    }
}
static void make_many(const char *path) {
    mkdir(path, 0755);
    for (int i = 0; i < 2001; i++) {
        SCOPE_FREE char *one = xprintf("%s/%d", path, i);
        make_file(one);
    }
}
static void make_loop(const char *path) {
    cr_assert_eq(symlink("entry", path), 0);
}

Test(tree, refuses_by_name_what_does_not_belong) {
    static const struct {
        const char *name;
        void (*make)(const char *path);
        const char *says;
    } rows[] = {
        {"entry", make_link,
         "entry is a symbolic link; put a copy of what it points to in its place, or name it in .gitignore"},
        {"entry", make_loop,
         "entry is a symbolic link; put a copy of what it points to in its place, or name it in .gitignore"},
        {"entry", make_fifo, "entry is a FIFO (a named pipe); remove it, or name it in .gitignore"},
        {"entry", make_socket, "entry is a socket; remove it, or name it in .gitignore"},
        {"an entry", make_hard_link,
         "an entry is a hard link, one file with several names; give it a file of its own: cp 'an entry' 'an "
         "entry'.new && mv 'an entry'.new 'an entry'"},
        {"two\nlines", make_file, "two\\nlines has a control character in its name; rename it"},
        {"\xc2\x9b", make_file, "\\x9b has a control character in its name; rename it"},
        {"caf\xe9", make_file, "caf\\xe9 has a name that is not UTF-8; rename it"},
        {"entry", make_large,
         "entry has 8388609 bytes, and a file may have 8388608 at most; remove it, or name it in .gitignore"},
        {"entry", make_deep,
         "entry/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d/d lies more than 16 folders deep; move it up, or name it in "
         ".gitignore"},
    };
    for (size_t i = 0; i < LENGTH_OF(rows); i++) {
        SCOPE_FOLDER char *folder = new_folder();
        SCOPE_FREE char *path = xprintf("%s/%s", folder, rows[i].name);
        rows[i].make(path);
        struct tree tree = {.count = 77};
        struct error error;
        cr_assert_not(tree_read(folder, NULL, &tree, &error), "%s", rows[i].says);
        cr_assert_eq(error.fault, FAULT_INPUT);
        cr_assert_str_eq(error.text, rows[i].says);
        cr_assert_eq(tree.count, 77, "written on failure");
    }
}

Test(tree, names_the_folder_that_makes_it_too_many) {
    SCOPE_FOLDER char *folder = new_folder();
    SCOPE_FREE char *path = xprintf("%s/vendor", folder),
                    *says = xprintf(
                        "%s holds more than 2000 files and folders, most of them in vendor; name what is "
                        "not yours in .gitignore",
                        folder);
    make_many(path);
    put(folder, "a.c", "");
    struct tree tree;
    struct error error;
    cr_assert_not(tree_read(folder, NULL, &tree, &error));
    cr_assert_str_eq(error.text, says);
}

Test(tree, a_folder_that_is_not_there) {
    struct tree tree;
    struct error error;
    cr_assert_not(tree_read("/tmp/base-tree-none", NULL, &tree, &error));
    cr_assert_eq(error.fault, FAULT_INPUT);
    cr_assert_str_eq(error.text,
                     "/tmp/base-tree-none cannot be opened as a folder: No such file or directory");
}

/* --- links ---------------------------------------------------------------------------------------------- */

Test(tree, links_are_kept_where_they_stay_inside) {
    static const struct {
        const char *path, *target;
        bool fits;
    } rows[] = {
        {"a/l", "b", true},    {"a/l", "../b", true},       {"l", "a/b", true},
        {"l", "../b", false},  {"a/l", "../../b", false},   {"l", "/etc/passwd", false},
        {"l", "./a//b", true}, {"a/l", "b/../../c", false}, /* up through what may be a link itself */
        {"l", "a/..", false},  {"a/l", "..", true},
    };
    for (size_t i = 0; i < LENGTH_OF(rows); i++) {
        SCOPE_FOLDER char *folder = new_folder();
        put(folder, "a/b", "text");
        SCOPE_FREE char *path = xprintf("%s/%s", folder, rows[i].path);
        cr_assert_eq(symlink(rows[i].target, path), 0);
        SCOPE_TREE struct tree tree = {0};
        struct error error;
        bool ok = tree_read(folder, &(struct tree_rules){.links = true}, &tree, &error);
        cr_assert_eq(ok, rows[i].fits, "%s -> %s", rows[i].path, rows[i].target);
        if (!ok)
            continue;
        cr_assert_str_eq(tree_find(&tree, rows[i].path)->bytes, rows[i].target);
        size_t length;
        SCOPE_FREE char *blob = packed(&tree, &length);
        SCOPE_CLOSE int file = memory_file(blob, length);
        struct tree refused;
        cr_assert_not(tree_unpack(file, NULL, &refused, &error), "a link where none may be");
    }
}

/* --- packing -------------------------------------------------------------------------------------------- */

static void make_sample(const char *folder) {
    put(folder, "Makefile", "all:\n\tcc -o main main.c\n");
    put(folder, "main.c", "int main(void) { return 0; }\n");
    put(folder, "src/deep/er.c", "");
    put(folder, "src.c", "x");
    SCOPE_FREE char *link_path = xprintf("%s/src/link", folder), *script = xprintf("%s/main.c", folder);
    cr_assert_eq(symlink("../src.c", link_path), 0);
    chmod(script, 0755);
}

Test(tree, packs_and_comes_back_the_same) {
    SCOPE_FOLDER char *folder = new_folder(), *again = new_folder();
    make_sample(folder);
    struct tree_rules rules = {.links = true};
    SCOPE_TREE struct tree tree = {0}, unpacked = {0}, written = {0};
    struct error error;
    cr_assert(tree_read(folder, &rules, &tree, &error), "%s", error.text);
    size_t length;
    SCOPE_FREE char *blob = packed(&tree, &length);
    int ends[2];
    cr_assert_eq(pipe(ends), 0);
    cr_assert_eq(write(ends[1], blob, length), (ssize_t)length);
    close(ends[1]);
    cr_assert(tree_unpack(ends[0], &rules, &unpacked, &error), "%s", error.text);
    close(ends[0]);
    cr_assert(tree_write(&unpacked, again, &error), "%s", error.text);
    cr_assert(tree_read(again, &rules, &written, &error), "%s", error.text);
    char first[65], second[65], third[65], of_blob[65];
    tree_hash(&tree, first);
    tree_hash(&unpacked, second);
    tree_hash(&written, third);
    hash_bytes(blob, length, of_blob);
    cr_assert_str_eq(first, second);
    cr_assert_str_eq(first, third);
    cr_assert_str_eq(first, of_blob);
    cr_assert_eq(strlen(first), 64);
}

Test(tree, leaves_a_file_behind_the_end) {
    static const char bytes[] = "backend-learn tree 1\nf 1 1\naXend\nmore";
    SCOPE_CLOSE int file = memory_file(bytes, strlen(bytes));
    SCOPE_TREE struct tree tree = {0};
    cr_assert(tree_unpack(file, NULL, &tree, NULL));
    char rest[5] = "";
    cr_assert_eq(read(file, rest, 4), 4);
    cr_assert_str_eq(rest, "more");
}

Test(tree, the_hash_tells_names_modes_and_contents_apart) {
    static const char *const blobs[] = {
        "backend-learn tree 1\nend\n",
        "backend-learn tree 1\nf 0 1\naend\n",
        "backend-learn tree 1\nx 0 1\naend\n",
        "backend-learn tree 1\nd 0 1\naend\n",
        "backend-learn tree 1\nf 1 1\nabend\n",
        "backend-learn tree 1\nf 0 2\nabend\n",
        "backend-learn tree 1\nf 0 1\naf 0 1\nbend\n",
    };
    char hashes[LENGTH_OF(blobs)][65];
    for (size_t i = 0; i < LENGTH_OF(blobs); i++) {
        SCOPE_CLOSE int file = memory_file(blobs[i], strlen(blobs[i]));
        SCOPE_TREE struct tree tree = {0};
        struct error error;
        cr_assert(tree_unpack(file, NULL, &tree, &error), "%s: %s", blobs[i], error.text);
        tree_hash(&tree, hashes[i]);
        for (size_t j = 0; j < i; j++)
            cr_assert_str_neq(hashes[i], hashes[j]);
    }
    char known[65];
    hash_bytes("abc", 3, known);
    cr_assert_str_eq(known, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

#define TREE "backend-learn tree 1\n"

Test(tree, unpacking_trusts_nothing) {
    static const struct {
        const char *bytes, *why;
    } rows[] = {
        {"", "nothing"},
        {"backend-learn tree 2\nend\n", "another version"},
        {TREE, "no end"},
        {TREE "f 5 1\naXXend\n", "content cut off"},
        {TREE "f 1 1\naX", "no end after an entry"},
        {TREE "q 0 1\naend\n", "a kind that is none"},
        {TREE "f -1 1\naend\n", "a negative size"},
        {TREE "f 99999999999999999999 1\na", "a size that overflows"},
        {TREE "f 8388609 1\na", "a file over its ceiling"},
        {TREE "f 0 5000\na", "a path over its ceiling"},
        {TREE "f 0 0\nend\n", "no path"},
        {TREE "f 0 2\n/aend\n", "an absolute path"},
        {TREE "f 0 4\n../aend\n", "up"},
        {TREE "d 0 1\naf 0 6\na/../bend\n", "up, later"},
        {TREE "f 0 1\n.end\n", "the folder itself"},
        {TREE "d 0 1\nad 0 2\na/end\n", "an empty part"},
        {TREE "f 0 3\na/bend\n", "a parent that is not there"},
        {TREE "f 0 1\naf 0 3\na/bend\n", "a parent that is a file"},
        {TREE "l 3 1\na../f 0 3\na/bend\n", "a parent that is a link"},
        {TREE "f 0 1\nbf 0 1\naend\n", "out of order"},
        {TREE "f 0 1\naf 0 1\naend\n", "twice"},
        {TREE "f 0 2\na\nend\n", "a control character"},
        {TREE "f 0 1\n\xff"
              "end\n",
         "not UTF-8"},
        {TREE "d 1 1\naXend\n", "a folder with bytes"},
        {TREE "l 4 1\na/etcend\n", "a link out"},
        {TREE "l 0 1\naend\n", "a link to nothing"},
        {TREE "f 0 1 \naend\n", "more on a line"},
        {TREE "f  0 1\naend\n", "two blanks"},
        {TREE "f 0 1\naend", "an end without its newline"},
    };
    for (size_t i = 0; i < LENGTH_OF(rows); i++) {
        SCOPE_CLOSE int file = memory_file(rows[i].bytes, strlen(rows[i].bytes));
        struct tree tree = {.count = 77};
        struct error error = {0};
        cr_assert_not(tree_unpack(file, &(struct tree_rules){.links = true}, &tree, &error), "%s",
                      rows[i].why);
        cr_assert_neq(error.text[0], '\0');
        cr_assert_eq(tree.count, 77);
    }
    /* A byte that a C string cannot show. */
    static const char zero[] = TREE "\0 0 1\naend\n";
    SCOPE_CLOSE int file = memory_file(zero, sizeof zero - 1);
    struct tree tree;
    cr_assert_not(tree_unpack(file, NULL, &tree, NULL));
}

Test(tree, unpacking_keeps_to_the_ceilings) {
    static const char bytes[] = TREE "f 3 1\naXXXf 3 1\nbXXXend\n";
    static const struct {
        struct tree_rules rules;
        bool fits;
    } rows[] = {
        {{.files = 2, .bytes = 6, .file_bytes = 3}, true},
        {{.files = 1}, false},
        {{.bytes = 5}, false},
        {{.file_bytes = 2}, false},
    };
    for (size_t i = 0; i < LENGTH_OF(rows); i++) {
        SCOPE_CLOSE int file = memory_file(bytes, strlen(bytes));
        SCOPE_TREE struct tree tree = {0};
        cr_assert_eq(tree_unpack(file, &rows[i].rules, &tree, NULL), rows[i].fits, "row %zu", i);
    }
}

/* Mutated blobs: whatever is accepted is well formed, can be written, and comes back with the same hash. */
Test(tree, survives_arbitrary_bytes) {
    SCOPE_FOLDER char *folder = new_folder();
    make_sample(folder);
    struct tree_rules rules = {.links = true, .bytes = 1 << 16, .file_bytes = 1 << 16};
    SCOPE_TREE struct tree sample = {0};
    cr_assert(tree_read(folder, &rules, &sample, NULL));
    size_t length;
    SCOPE_FREE char *blob = packed(&sample, &length);
    SCOPE_FREE char *mutated = xcalloc(1, length + 64);
    uint64_t state = 88172645463325252u; /* xorshift: the same mutations every time */
    size_t accepted = 0;
    for (int round = 0; round < 20000; round++) {
        memcpy(mutated, blob, length);
        size_t size = length;
        for (int edits = 1 + round % 4; edits > 0 && size > 1; edits--) {
            state ^= state << 13, state ^= state >> 7, state ^= state << 17;
            size_t at = (state >> 8) % size;
            switch (state % 4) {
            case 0:
                mutated[at] = (char)(state >> 40);
                break;
            case 1:
                mutated[at] ^= (char)(1 << (state >> 40) % 8);
                break;
            case 2:
                memmove(mutated + at, mutated + at + 1, size - at - 1);
                size--;
                break;
            default:
                size = at + 1;
            }
        }
        SCOPE_CLOSE int file = memory_file(mutated, size);
        SCOPE_TREE struct tree tree = {0};
        if (!tree_unpack(file, &rules, &tree, NULL))
            continue;
        accepted++;
        SCOPE_FOLDER char *out = new_folder();
        SCOPE_TREE struct tree back = {0};
        struct error error;
        char first[65], second[65];
        cr_assert(tree_write(&tree, out, &error), "%s", error.text);
        cr_assert(tree_read(out, &rules, &back, &error), "%s", error.text);
        tree_hash(&tree, first);
        tree_hash(&back, second);
        cr_assert_str_eq(first, second);
    }
    cr_assert_gt(accepted, 100, "the mutations reach beyond the first line");
}

/* Somebody who swaps a file for a link and back while we read gets their own file or a refusal, never
 * another. */
Test(tree, a_swapped_name_leads_nowhere) {
    SCOPE_FOLDER char *folder = new_folder();
    put(folder, "file", "mine");
    SCOPE_FREE char *file = xprintf("%s/file", folder), *link_path = xprintf("%s/link", folder);
    cr_assert_eq(symlink("/etc/passwd", link_path), 0);
    pid_t swapper = fork();
    if (swapper == 0)
        for (;;)
            renameat2(AT_FDCWD, file, AT_FDCWD, link_path, RENAME_EXCHANGE);
    for (int i = 0; i < 2000; i++) {
        SCOPE_TREE struct tree tree = {0};
        if (!tree_read(folder, &(struct tree_rules){.links = false, .ignore = (const char *[]){"link", NULL}},
                       &tree, NULL))
            continue;
        const struct tree_entry *entry = tree_find(&tree, "file");
        if (entry)
            cr_assert_str_eq(entry->bytes, "mine");
    }
    kill(swapper, SIGKILL);
    waitpid(swapper, NULL, 0);
}
