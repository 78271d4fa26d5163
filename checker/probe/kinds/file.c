/* file: looks at a file of the learner's program, after changing it if the step says so.
 *
 * The program wrote it, so it may be anything: a link out of the room, a FIFO that nobody writes to, 60 MiB. Only plain
 * files are opened, no link is followed, and no more than 8 MiB is read. */
#include "checker/base/memory.h"
#include "checker/base/tree.h"
#include "checker/probe/beneath.h"
#include "checker/probe/bytes.h"
#include "checker/probe/kind.h"
#include "checker/probe/program.h"
#include "checker/probe/scene.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

enum { MOST_BYTES = 8 << 20, MOST_ENTRIES = 10000 };
static const char data_folder[] = "$DATA_DIR";

/* Where a step's path lies: beneath the program's folder, or $DATA_DIR. "." and "$DATA_DIR" are the folders. */
struct place {
    const char *top, *path; /* path NULL: the top itself */
};

static bool find_place(const struct scene *scene, const char *path, struct place *ret_place,
                       struct error *error) {
    bool data = path && strncmp(path, data_folder, strlen(data_folder)) == 0;
    if (data)
        path += strlen(data_folder);
    bool top = path && (data ? !*path : strcmp(path, ".") == 0), slash = data && path && *path == '/';
    if (!path || (!top && ((data && !slash) || !beneath_fits(path + slash))))
        return fail(
            error, FAULT_INPUT,
            "/file wants a path below the program's folder, or below $DATA_DIR, such as \"notes/a.txt\"");
    *ret_place = (struct place){
        .top = !scene ? NULL
               : data ? room_data_folder(scene->room)
                      : room_app_folder(scene->room),
        .path = top ? NULL : path + slash,
    };
    return true;
}

/* --- changing ------------------------------------------------------------------------------------------- */

static bool mode_of(const cJSON *step, mode_t *ret_mode) {
    const char *text = json_text(step, "mode");
    if (!text)
        return false;
    char *end;
    unsigned long mode = strtoul(text, &end, 8);
    *ret_mode = (mode_t)mode;
    return *text && !*end && mode <= 07777;
}

/* O_PATH, so that a file that may not be read can be changed, too. */
static bool change_mode(int top, const char *path, mode_t mode) {
    const char *name = ".";
    SCOPE_CLOSE int parent = path ? beneath_parent(top, path, false, &name) : fcntl(top, F_DUPFD_CLOEXEC, 3);
    SCOPE_CLOSE int file = parent < 0 ? -1 : openat(parent, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
    struct stat status;
    if (file < 0 || fstat(file, &status) != 0)
        return false;
    errno = ELOOP;
    char self[64];
    snprintf(self, sizeof self, "/proc/self/fd/%d", file);
    return !S_ISLNK(status.st_mode) && chmod(self, mode) == 0;
}

/* Adds a shell word that may begin with $DATA_DIR. */
static void add_path(struct text *sent, const char *path) {
    if (strncmp(path, data_folder, strlen(data_folder)) == 0) {
        text_puts(sent, "\"$DATA_DIR\"");
        path += strlen(data_folder);
        if (!*path)
            return;
    }
    text_add_shell_word(sent, path);
}

static void describe(struct text *sent, const cJSON *step, const struct text *bytes) {
    const char *path = json_text(step, "file"), *mode = json_text(step, "mode");
    bool changes = true;
    if (json_get(step, "write")) {
        bytes_add_printf(sent, bytes->bytes, bytes->length);
        text_puts(sent, " > ");
    } else if (json_true(step, "remove")) {
        text_puts(sent, "rm -rf ");
    } else if (json_true(step, "folder")) {
        text_puts(sent, "mkdir -p ");
    } else {
        changes = false;
    }
    if (changes)
        add_path(sent, path);
    if (mode) {
        text_printf(sent, "%schmod %s ", changes ? " && " : "", mode);
        add_path(sent, path);
    } else if (!changes) {
        text_puts(sent, "cat ");
        add_path(sent, path);
    }
}

/* True if the step changed what it wanted to, or nothing; else errno says why not. */
static bool change(int top, const char *path, const cJSON *step, const struct text *bytes) {
    mode_t mode;
    bool ok = true, wants_mode = mode_of(step, &mode);
    if (json_get(step, "write"))
        ok = beneath_write(top, path, bytes->bytes ? bytes->bytes : "", bytes->length, 0644);
    else if (json_true(step, "remove"))
        ok = beneath_remove(top, path);
    else if (json_true(step, "folder"))
        ok = beneath_make_folder(top, path);
    return ok && (!wants_mode || change_mode(top, path, mode));
}

/* --- looking -------------------------------------------------------------------------------------------- */

static void add_content(cJSON *result, int top, const char *path, struct action *action) {
    SCOPE_TEXT struct text text = {.ceiling = MOST_BYTES};
    if (!beneath_read(top, path, &text) || text.overflowed) {
        json_set(result, "text", cJSON_CreateNull());
        return;
    }
    const char *bytes = text.bytes ? text.bytes : "";
    json_set(result, "text", json_string(bytes, text.length));
    json_set(result, "lines", lines_of(bytes, text.length));
    char hash[65];
    hash_bytes(bytes, text.length, hash);
    json_set_text(result, "sha256", hash);
    struct json_fault fault;
    cJSON *json = json_parse(bytes, text.length, &fault);
    if (json) {
        json_set(result, "json", json);
        return;
    }
    SCOPE_FREE char *why = xprintf("line %zu, column %zu: %s%s%s", fault.line, fault.column, fault.what,
                                   *fault.remedy ? "; " : "", fault.remedy);
    json_set_text(result, "not_json", why);
    action->note_at = "/json";
    action->note = xprintf("The file is not JSON: %s.", why);
}

static int by_name(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void add_entries(cJSON *result, int parent, const char *name) {
    int folder = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *list = folder < 0 ? NULL : fdopendir(folder);
    SCOPE_STRINGS char **names = xcalloc(MOST_ENTRIES + 1, sizeof *names);
    size_t count = 0;
    for (const struct dirent *entry; list && count < MOST_ENTRIES && (entry = readdir(list));)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            names[count++] = xstrdup(entry->d_name);
    if (list)
        closedir(list);
    qsort(names, count, sizeof *names, by_name);
    cJSON *entries = cJSON_CreateArray();
    for (size_t i = 0; i < count; i++)
        cJSON_AddItemToArray(entries, json_string(names[i], strlen(names[i])));
    json_set(result, "entries", entries);
}

static cJSON *look(int top, const char *path, struct action *action) {
    cJSON *result = cJSON_CreateObject();
    const char *name = ".";
    SCOPE_CLOSE int parent = path ? beneath_parent(top, path, false, &name) : fcntl(top, F_DUPFD_CLOEXEC, 3);
    struct stat status;
    bool exists = parent >= 0 && fstatat(parent, name, &status, AT_SYMLINK_NOFOLLOW) == 0;
    json_set_bool(result, "exists", exists);
    if (!exists)
        return result;
    bool file = S_ISREG(status.st_mode), folder = S_ISDIR(status.st_mode);
    json_set_text(result, "type",
                  file                      ? "file"
                  : folder                  ? "folder"
                  : S_ISLNK(status.st_mode) ? "link"
                                            : "other");
    json_set_integer(result, "size", status.st_size);
    SCOPE_FREE char *mode = xprintf("%04o", status.st_mode & 07777);
    json_set_text(result, "mode", mode);
    if (file)
        add_content(result, top, path, action);
    else if (folder)
        add_entries(result, parent, name);
    return result;
}

static bool act(struct action *action, struct error *error) {
    const cJSON *step = action->step;
    SCOPE_TEXT struct text bytes = {0};
    struct place place;
    if (!find_place(action->scene, json_text(step, "file"), &place, error) ||
        !bytes_of_member(step, "write", &bytes, error))
        return false;
    SCOPE_CLOSE int top = open(place.top, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (top < 0)
        return fail_errno(error, FAULT_OURS, "the folder %s cannot be opened", place.top);
    describe(&action->sent, step, &bytes);
    /* What is in the way is the program's doing: a folder by that name, a full disk. */
    if (!change(top, place.path, step, &bytes))
        action->reason = xprintf("`%.200s` did not work in the program's folder: %s.", action->sent.bytes,
                                 strerror(errno));
    action->result = look(top, place.path, action);
    return true;
}

static bool check(const cJSON *step, struct error *error) {
    static const char *const flags[] = {"remove", "folder"};
    const char *path = json_text(step, "file");
    struct place place = {.path = path};
    int changes = json_get(step, "write") != NULL;
    if (!path || (!strstr(path, "${") && !find_place(NULL, path, &place, error)))
        return path ? false : fail(error, FAULT_INPUT, "/file wants a path such as \"notes/a.txt\"");
    for (size_t i = 0; i < LENGTH_OF(flags); i++) {
        if (json_get(step, flags[i]) && !json_true(step, flags[i]))
            return fail(error, FAULT_INPUT, "/%s \"%s\" is true, or left out", flags[i], flags[i]);
        changes += json_true(step, flags[i]);
    }
    if (changes > 1 || (json_get(step, "remove") && json_get(step, "mode")))
        return fail(error, FAULT_INPUT, "/file a step does one thing to a file: write, remove or folder");
    if (changes && !place.path)
        return fail(error, FAULT_INPUT, "/file the folder itself can only be looked at, or given a mode");
    mode_t mode;
    if (json_get(step, "mode") && !mode_of(step, &mode))
        return fail(error, FAULT_INPUT, "/mode \"mode\" is octal digits in a text, such as \"0644\"");
    return bytes_check_encoding(step, error);
}

const struct kind kind_file = {
    .name = "file",
    .takes = "a path below the program's folder, or below $DATA_DIR (\"$DATA_DIR/notes.json\"); \".\" is the "
             "folder",
    .about = "Looks at a file, or first writes, removes or makes it. Links are not followed; of a file above "
             "8 MiB, or "
             "one that may not be read, text is null and what follows from it is absent.",
    .gives = "exists, and if it does: type (file, folder, link, other), size, mode (\"0644\"); of a file: "
             "text, lines, "
             "sha256, json (if it is JSON), not_json (why it is not); of a folder: entries (names, sorted)",
    .example = "{\"file\": \"notes/a.txt\", \"write\": \"one\\ntwo\\n\", \"expect\": {\"lines\": [\"one\", "
               "\"two\"]}}",
    .options =
        (const struct kind_option[]){
            {"write", "text", "a new file with this content; folders on the way are made", false},
            {"encoding", "\"bytes\"", "code points of the text up to U+00FF are bytes; UTF-8 by default",
             false},
            {"remove", "true", "the file or folder goes; fine if it is not there", false},
            {"folder", "true", "a folder, with those above it", false},
            {"mode", "octal digits", "sets the mode, such as \"0444\"", false},
            {NULL, NULL, NULL, false},
        },
    .check = check,
    .act = act,
};
