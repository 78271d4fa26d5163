/* The commands, on a small curriculum of their own: what a learner sees, whole, and what is left on the disk. */
#include "cli/cli.h"
#include "cli/progress/store.h"

#include "checker/base/document.h"
#include "checker/base/file.h"
#include "checker/base/json.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <locale.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

extern const struct command command_home, command_list, command_lesson, command_start, command_hint,
    command_next, command_progress;

/* --- a curriculum and a person's folders, in a temporary place ------------------------------------------ */

static const struct {
    const char *path, *text;
} files[] = {
    {"exercises/tracks.json",
     "{\"format\": 1, \"tracks\": [{\"name\": \"plan\", \"title\": \"The plan\", \"phases\": [\n"
     " {\"title\": \"First things\", \"steps\": [\n"
     "  {\"id\": \"1\", \"name\": \"role\", \"title\": \"What it is\", \"task\": \"Read about it.\"},\n"
     "  {\"id\": \"6\", \"name\": \"fizzbuzz\", \"title\": \"Loops\", \"task\": \"Print 1 to 100.\"}]},\n"
     " {\"title\": \"Then\", \"steps\": [\n"
     "  {\"id\": \"7\", \"name\": \"notes\", \"title\": \"Notes\", \"task\": \"Write notes.\"},\n"
     "  {\"id\": \"16\", \"name\": \"routing\", \"title\": \"Routing\", \"task\": \"Serve "
     "routes.\"}]}]}]}\n"},
    {"exercises/languages.json",
     "{\"c\": {\"title\": \"C\", \"aliases\": [\"gcc\"], \"default\": true,\n"
     "   \"tools\": [{\"name\": \"sh\", \"any\": [\"true\"], \"version\": [\"--version\"], \"remedy\": "
     "\"apt\"}],\n"
     "   \"build\": \"true\", \"process\": \"./{process}\", \"ignore\": [\"*.o\"]},\n"
     " \"python\": {\"title\": \"Python\", \"aliases\": [\"py\"],\n"
     "   \"tools\": [{\"name\": \"sh\", \"any\": [\"true\"], \"version\": [\"--version\"], \"remedy\": "
     "\"apt\"}],\n"
     "   \"build\": \"true\", \"process\": \"python3 {process}.py\", \"ignore\": [\"*.pyc\"]}}\n"},
    {"exercises/06-fizzbuzz/exercise.json",
     "{\"step\": \"6\", \"name\": \"fizzbuzz\", \"languages\": "
     "[\"c\", \"python\"], \"processes\": [\"main\"],\n"
     " \"done\": \"It counts.\", \"checks\": [\n"
     "  {\"name\": \"build\", \"says\": \"The program builds.\", "
     "\"hint\": \"Read the first error.\", \"points\": 40,\n"
     "   \"core\": true, \"do\": [{\"build\": true}]},\n"
     "  {\"name\": \"range\", \"says\": \"Both bounds belong to the "
     "range.\", \"points\": 60, \"needs\": [\"build\"],\n"
     "   \"hint\": [\"Look at the bounds.\", \"Try 1 to 1.\", \"Which of < and <= is "
     "meant?\"], \"do\": [{\"build\": true}]}]}\n"},
    {"exercises/06-fizzbuzz/task.md", "# Print\n"},
    {"exercises/06-fizzbuzz/starter/c/main.c", "int main(void) {}\n"},
    {"exercises/06-fizzbuzz/starter/c/lib/words.h", "/* words */\n"},
    {"exercises/06-fizzbuzz/starter/python/main.py", "pass\n"},
    {"exercises/07-notes/exercise.json", "{\"step\": \"7\", \"name\": \"notes\", \"languages\": \"any\", "
                                         "\"processes\": [], \"done\": \"Noted.\",\n"
                                         " \"checks\": [{\"name\": \"notes\", \"says\": \"There are "
                                         "notes.\", \"hint\": \"Write.\", \"points\": 100,\n"
                                         "   \"core\": true, \"do\": [{\"build\": true}]}]}\n"},
    {"exercises/07-notes/task.md", "# Write\n"},
    {"exercises/07-notes/starter/common/notes.md", "# Notes\n"},
    {"exercises/07-notes/starter/common/workspace.json", "{\"build\": \"true\"}\n"},
    {"lessons/06-fizzbuzz.md", "# Loops\n\nA loop *repeats*.\n"},
};

struct place_of_test {
    char *folder;
    struct arena *arena;
};

static struct place_of_test place_new(void) {
    char folder[] = "/tmp/backend-learn-commands-XXXXXX";
    cr_assert_not_null(mkdtemp(folder));
    setlocale(LC_CTYPE, "C.UTF-8");
    struct place_of_test place = {xstrdup(folder), arena_new()};
    struct error error = {0};
    for (size_t i = 0; i < LENGTH_OF(files); i++) {
        char *path = arena_printf(place.arena, "%s/root/%s", folder, files[i].path);
        char *parent = arena_copy_bytes(place.arena, path, (size_t)(strrchr(path, '/') - path));
        cr_assert(folder_make(parent, &error), "%s", error.text);
        cr_assert(file_replace(path, files[i].text, strlen(files[i].text), &error), "%s", error.text);
    }
    cr_assert(folder_make(arena_printf(place.arena, "%s/user", folder), &error));
    return place;
}

static int remove_one(const char *path, const struct stat *about, int kind, struct FTW *place) {
    (void)about, (void)kind, (void)place;
    return remove(path);
}

static void place_remove(struct place_of_test *place) {
    nftw(place->folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    free(place->folder);
    arena_free(place->arena);
}
#define SCOPE_PLACE __attribute__((cleanup(place_remove)))

static const struct command *const commands[] = {&command_home, &command_list, &command_start, NULL};

/* Runs a command as main() would, with "user" as the person's home and the working directory; ~ is then shown for
 * it, so that pictures hold no temporary name. keys: what is typed at a terminal; NULL: there is none. */
static char *type(const struct place_of_test *place, const struct command *command, const char *line,
                  const char *keys, int *ret_status) {
    char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    FILE *in = fmemopen((void *)(keys && *keys ? keys : "\n"), keys && *keys ? strlen(keys) : 1, "r");
    SCOPE_ARENA struct arena *arena = arena_new();
    struct cli cli = {.in = in,
                      .out = out,
                      .err = out,
                      .arena = arena,
                      .commands = commands,
                      .program = "backend-learn",
                      .interactive = keys != NULL,
                      .unicode = true,
                      .width = 80};
    const char *user = arena_printf(arena, "%s/user", place->folder);
    cli.paths = (struct paths){
        .root = arena_printf(arena, "%s/root", place->folder),
        .data = arena_printf(arena, "%s/data", user),
        .cache = arena_printf(arena, "%s/cache", user),
        .home = arena_printf(arena, "%s/lab", user),
        .user = user,
        .here = user,
    };
    struct error error = {0};
    struct curriculum curriculum;
    bool ok = curriculum_load(cli.paths.root, arena, &curriculum, &error);
    cli.curriculum = &curriculum;
    ok = ok && languages_load(arena_printf(arena, "%s/exercises/languages.json", cli.paths.root), arena,
                              &cli.languages, &error);
    char *words[20], *rest = arena_copy(arena, line), *word;
    int count = 0;
    while (ok && (word = strsep(&rest, " ")))
        if (*word)
            words[count++] = word;
    const struct arguments *arguments;
    ok = ok && arguments_parse(command, count, words, arena, &arguments, &error);
    *ret_status = ok ? command->run(&cli, arguments) : complain(&cli, &error);
    fclose(in);
    fclose(out);
    return text;
}

static void expect(const struct place_of_test *place, const struct command *command, const char *line,
                   int status, const char *picture) {
    int came;
    SCOPE_FREE char *text = type(place, command, line, NULL, &came);
    cr_expect_str_eq(text, picture, "%s %s:\n%s", command->name, line, text);
    cr_expect_eq(came, status, "%s %s: exit status %d", command->name, line, came);
}

static struct store *store_of(const struct place_of_test *place) {
    struct error error = {0};
    struct store *store;
    cr_assert(
        store_open(arena_printf(place->arena, "%s/user/data", place->folder), STORE_WRITE, &store, &error),
        "%s", error.text);
    return store;
}

static void attempt(const struct place_of_test *place, const char *step, int points, const char *verdict) {
    bool passed = points == 100;
    struct attempt_result results[] = {{"build", "passed", 40, 40, 1},
                                       {"range", passed ? "passed" : "failed", passed ? 60 : 0, 60, 1}};
    struct attempt made = {.step = step,
                           .language = "c",
                           .folder = "/x",
                           .seed = "1",
                           .started = 1700000000000,
                           .ms = 5,
                           .verdict = verdict,
                           .done = strcmp(verdict, "failed") != 0,
                           .mastered = !strcmp(verdict, "mastered"),
                           .points = points,
                           .possible = 100,
                           .results = results,
                           .result_count = 2};
    struct error error = {0};
    int64_t id;
    struct store *store = store_of(place);
    cr_assert(store_record(store, &made, NULL, &id, &error), "%s", error.text);
    store_close(store);
}

static bool is_there(const struct place_of_test *place, const char *path) {
    return access(arena_printf(place->arena, "%s/user/%s", place->folder, path), F_OK) == 0;
}

/* --- tests ---------------------------------------------------------------------------------------------- */

Test(commands, looking_makes_no_store) {
    SCOPE_PLACE struct place_of_test place = place_new();
    static const struct command *const looking[] = {&command_home, &command_list, &command_next,
                                                    &command_progress, &command_hint};
    for (size_t i = 0; i < LENGTH_OF(looking); i++) {
        int status;
        SCOPE_FREE char *text = type(&place, looking[i], "", NULL, &status);
        cr_assert(strlen(text) > 0);
    }
    cr_assert_not(is_there(&place, "data"));
    cr_assert_not(is_there(&place, "lab"));
}

Test(commands, list) {
    SCOPE_PLACE struct place_of_test place = place_new();
    expect(&place, &command_list, "", 0,
           "First things  0 of 2 done\n"
           "     1  role           What it is (not made yet)\n"
           "     6  fizzbuzz       Loops\n"
           "\n"
           "Then  0 of 2 done\n"
           "     7  notes          Notes\n"
           "    16  routing        Routing (not made yet)\n"
           "\n"
           "✓ done, ★ mastered (every check holds); the number is your best, of 100 points.\n"
           "To begin one: backend-learn start N\n");
    attempt(&place, "6", 40, "done");
    attempt(&place, "6", 20, "failed");
    attempt(&place, "7", 100, "mastered");
    expect(&place, &command_list, "", 0,
           "First things  1 of 2 done\n"
           "     1  role           What it is (not made yet)\n"
           " ✓   6  fizzbuzz   40  Loops\n"
           "\n"
           "Then  1 of 2 done\n"
           " ★   7  notes     100  Notes\n"
           "    16  routing        Routing (not made yet)\n"
           "\n"
           "✓ done, ★ mastered (every check holds); the number is your best, of 100 points.\n"
           "To begin one: backend-learn start N\n");
    int status;
    SCOPE_FREE char *text = type(&place, &command_list, "--json", NULL, &status);
    SCOPE_JSON cJSON *json = json_parse(text, strlen(text), NULL);
    cr_assert_not_null(json);
    cr_assert(json_true(json_at(json, "/steps/1"), "done"));
    cr_assert_not(json_true(json_at(json, "/steps/1"), "mastered"));
    cr_assert_not(json_true(json_at(json, "/steps/3"), "made"));
}

Test(commands, progress) {
    SCOPE_PLACE struct place_of_test place = place_new();
    attempt(&place, "6", 40, "done");
    attempt(&place, "7", 100, "mastered");
    expect(&place, &command_progress, "", 0,
           "  First things  ██░░░░░░░░     40 of  200 points   1 of  2 done\n"
           "  Then          █████░░░░░    100 of  200 points   1 of  2 done\n"
           "\n"
           "2 of 4 steps done, 1 mastered; 140 points; 2 attempts on 1 day.\n"
           "2 of the 4 steps are made so far; `backend-learn list` marks the others.\n");
    int status;
    SCOPE_FREE char *text = type(&place, &command_progress, "--json", NULL, &status);
    SCOPE_JSON cJSON *json = json_parse(text, strlen(text), NULL);
    cr_assert_eq(json_number(json, "points", 0), 140);
    cr_assert_eq(json_number(json_at(json, "/phases/1"), "mastered", 0), 1);
}

Test(commands, start_makes_a_folder_and_says_what_next) {
    SCOPE_PLACE struct place_of_test place = place_new();
    expect(&place, &command_start, "6", 0,
           "Made ~/lab/06-fizzbuzz: step 6, fizzbuzz, in C.\n"
           "\n"
           "  cd ~/lab/06-fizzbuzz\n"
           "  read task.md: it says what to build\n"
           "  edit lib/words.h, main.c\n"
           "  backend-learn check: builds it, tries it, and says which checks hold\n");
    cr_assert(is_there(&place, "lab/06-fizzbuzz/task.md"));
    cr_assert(is_there(&place, "lab/06-fizzbuzz/lib/words.h"));
    struct error error = {0};
    SCOPE_JSON cJSON *workspace = json_read_file(
        arena_printf(place.arena, "%s/user/lab/06-fizzbuzz/workspace.json", place.folder), &error);
    cr_assert_not_null(workspace, "%s", error.text);
    cr_assert_str_eq(json_text(workspace, "step"), "6");
    cr_assert_str_eq(json_text(workspace, "language"), "c");
    cr_assert_str_eq(json_text(json_get(workspace, "processes"), "main"), "./main");
    cr_assert_eq(strlen(json_text(workspace, "seed")), 8);
    expect(&place, &command_start, "6", 2,
           "backend-learn: you have begun step 6 (fizzbuzz) already, and nothing of it is overwritten; go on "
           "with `cd "
           "~/lab/06-fizzbuzz`, or begin anew elsewhere with `backend-learn start 6 --dir FOLDER`\n");
    int status;
    SCOPE_FREE char *python = type(&place, &command_start, "6 --lang py", NULL, &status);
    cr_assert_eq(status, 0, "%s", python);
    cr_assert(is_there(&place, "lab/06-fizzbuzz-python/main.py"));
    SCOPE_FREE char *elsewhere = type(&place, &command_start, "6 --dir a/b/c/", NULL, &status);
    cr_assert_eq(status, 0, "%s", elsewhere);
    cr_assert(is_there(&place, "a/b/c/main.py"), "the language was remembered");
}

Test(commands, start_where_no_language_matters) {
    SCOPE_PLACE struct place_of_test place = place_new();
    expect(&place, &command_start, "notes", 0,
           "Made ~/lab/07-notes: step 7, notes.\n"
           "\n"
           "  cd ~/lab/07-notes\n"
           "  read task.md: it says what to build\n"
           "  edit notes.md\n"
           "  backend-learn check: builds it, tries it, and says which checks hold\n");
    struct error error = {0};
    SCOPE_JSON cJSON *workspace = json_read_file(
        arena_printf(place.arena, "%s/user/lab/07-notes/workspace.json", place.folder), &error);
    cr_assert_str_eq(json_text(workspace, "language"), "any");
    cr_assert_str_eq(json_text(workspace, "build"), "true", "what the starter's file adds is kept");
}

Test(commands, start_refuses) {
    static const struct {
        const char *line, *says;
    } rows[] = {
        {"", "backend-learn: start which step? `backend-learn next` names the one to go on with, "
             "`backend-learn list` "
             "all\n"},
        {"16", "backend-learn: step 16 (routing) is not made yet; `backend-learn list` shows what is\n"},
        {"6 --lang pyhton", "backend-learn: unknown language `pyhton`; did you mean `python`?\n"},
        {"6 --lang cobol", "backend-learn: unknown language `cobol`; there are c and python\n"},
        {"6 --dir file",
         "backend-learn: ~/file is there already, and nothing is overwritten; choose another folder "
         "with `backend-learn start 6 --dir FOLDER`\n"},
        {"6 --dir .",
         "backend-learn: ~/. is there already, and nothing is overwritten; choose another folder with "
         "`backend-learn start 6 --dir FOLDER`\n"},
    };
    SCOPE_PLACE struct place_of_test place = place_new();
    struct error error = {0};
    file_replace(arena_printf(place.arena, "%s/user/file", place.folder), "mine", 4, &error);
    for (size_t i = 0; i < LENGTH_OF(rows); i++)
        expect(&place, &command_start, rows[i].line, 2, rows[i].says);
    cr_assert_not(is_there(&place, "lab"));
}

/* How many entries a folder has that a killed start could have left. */
static int count_hidden(const struct place_of_test *place) {
    DIR *folder = opendir(arena_printf(place->arena, "%s/user/lab", place->folder));
    int count = 0;
    for (struct dirent *entry; folder && (entry = readdir(folder));)
        count += entry->d_name[0] == '.' && strcmp(entry->d_name, ".") && strcmp(entry->d_name, "..");
    if (folder)
        closedir(folder);
    return count;
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

Test(commands, start_that_is_killed_leaves_nothing_half_made, .timeout = 120) {
    SCOPE_PLACE struct place_of_test place = place_new();
    int status, made = 0, killed = 0;
    SCOPE_FREE char *first = type(&place, &command_start, "6", NULL, &status);
    cr_assert_eq(status, 0, "%s", first);
    double began = now();
    SCOPE_FREE char *second = type(&place, &command_start, "6 --dir lab/timed", NULL, &status);
    cr_assert_eq(status, 0, "%s", second);
    double takes = now() - began;
    for (int round = 0; round < 60; round++) {
        char *name = arena_printf(place.arena, "lab/round-%d", round);
        pid_t child = fork();
        if (child == 0) {
            int ignored;
            type(&place, &command_start, arena_printf(place.arena, "6 --dir %s", name), NULL, &ignored);
            _exit(0);
        }
        /* Killed at a moment that moves through all the time that it takes. */
        for (double end = now() + takes * 1.2 * round / 60; now() < end;)
            ;
        kill(child, SIGKILL);
        waitpid(child, &status, 0);
        killed += WIFSIGNALED(status);
        if (!is_there(&place, name))
            continue;
        made++;
        static const char *const expected[] = {"task.md", "workspace.json", "main.c", "lib/words.h"};
        for (size_t i = 0; i < LENGTH_OF(expected); i++) {
            struct stat found;
            char *path = arena_printf(place.arena, "%s/user/%s/%s", place.folder, name, expected[i]);
            cr_assert_eq(stat(path, &found), 0, "%s is missing", path);
            cr_assert_gt(found.st_size, 0);
        }
    }
    cr_assert_gt(killed, 0);
    SCOPE_FREE char *last = type(&place, &command_start, "6 --dir lab/last", NULL, &status);
    cr_assert_eq(status, 0, "%s", last);
    cr_assert_eq(count_hidden(&place), 0, "what the killed ones left is swept away");
}

/* A tiny tmpfs as the lab. Exit 77: namespaces are not to be had here. */
static int start_on_a_tiny_disk(const struct place_of_test *place) {
    struct error error = {0};
    char *lab = arena_printf(place->arena, "%s/user/lab", place->folder);
    folder_make(lab, &error);
    char *user = arena_printf(place->arena, "0 %d 1\n", (int)getuid());
    char *group = arena_printf(place->arena, "0 %d 1\n", (int)getgid());
    if (unshare(CLONE_NEWUSER | CLONE_NEWNS) < 0)
        return 77;
    const char *const maps[][2] = {
        {"/proc/self/setgroups", "deny"}, {"/proc/self/uid_map", user}, {"/proc/self/gid_map", group}};
    for (size_t i = 0; i < LENGTH_OF(maps); i++) {
        SCOPE_CLOSE int descriptor = open(maps[i][0], O_WRONLY);
        if (descriptor < 0 || !write_whole(descriptor, maps[i][1], strlen(maps[i][1])))
            return 77;
    }
    if (mount("tiny", lab, "tmpfs", 0, "size=8k") < 0)
        return 77;
    int status;
    SCOPE_FREE char *text = type(place, &command_start, "6", NULL, &status);
    if (status != 3 || !strstr(text, "/lab/06-fizzbuzz was not made, and nothing is left of it: ") ||
        !strstr(text, "No space left on device"))
        return 1;
    DIR *folder = opendir(lab);
    int count = 0;
    while (readdir(folder))
        count++;
    closedir(folder);
    return count == 2 ? 0 : 2;
}

Test(commands, start_on_a_full_disk_leaves_nothing, .timeout = 60) {
    SCOPE_PLACE struct place_of_test place = place_new();
    pid_t child = fork();
    if (child == 0)
        _exit(start_on_a_tiny_disk(&place));
    int status;
    cr_assert_eq(waitpid(child, &status, 0), child);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 77)
        cr_skip_test("no user namespaces here");
    cr_assert_eq(status, 0, "the child ended with %d", WIFEXITED(status) ? WEXITSTATUS(status) : -1);
}

Test(commands, hints_come_one_at_a_time) {
    SCOPE_PLACE struct place_of_test place = place_new();
    expect(&place, &command_hint, "", 2,
           "backend-learn: a hint for which step? Type its number, as in `backend-learn hint 6`\n");
    expect(&place, &command_hint, "6", 2,
           "backend-learn: there was no attempt at step 6 (fizzbuzz) yet, so there is nothing to hint at; "
           "first type "
           "`backend-learn check 6`\n");
    attempt(&place, "6", 40, "done");
    expect(&place, &command_hint, "", 0,
           "Step 6, fizzbuzz: the check range failed.\n"
           "  Both bounds belong to the range.\n"
           "\n"
           "Hint 1 of 3: Look at the bounds.\n"
           "Hint 2 of 3: Try 1 to 1.\n"
           "\n"
           "Try with that first; for another one, type: backend-learn hint 6\n");
    expect(&place, &command_hint, "6", 0,
           "Step 6, fizzbuzz: the check range failed.\n"
           "  Both bounds belong to the range.\n"
           "\n"
           "Hint 1 of 3: Look at the bounds.\n"
           "Hint 2 of 3: Try 1 to 1.\n"
           "Hint 3 of 3: Which of < and <= is meant?\n");
    expect(&place, &command_hint, "6", 0,
           "Step 6, fizzbuzz: the check range failed.\n"
           "  Both bounds belong to the range.\n"
           "\n"
           "Hint 1 of 3: Look at the bounds.\n"
           "Hint 2 of 3: Try 1 to 1.\n"
           "Hint 3 of 3: Which of < and <= is meant?\n"
           "\n"
           "There are no more hints for this check. backend-learn check 6 --only range shows it again; "
           "backend-learn "
           "lesson 6 explains the ideas.\n");
    attempt(&place, "6", 100, "mastered");
    expect(&place, &command_hint, "6", 0,
           "Every check of your last attempt at step 6 (fizzbuzz) holds: no hint is needed. Go on with "
           "backend-learn "
           "next\n");
}

Test(commands, next) {
    SCOPE_PLACE struct place_of_test place = place_new();
    expect(&place, &command_next, "", 0,
           "(1 step before it is not made yet.)\n"
           "Step 6, fizzbuzz: Loops\n"
           "  Print 1 to 100.\n"
           "\n"
           "  backend-learn lesson 6       read about it\n"
           "  backend-learn start 6        make a folder for it\n");
    attempt(&place, "6", 40, "failed");
    expect(&place, &command_next, "", 0,
           "Step 6, fizzbuzz, is not done yet: backend-learn check 6 says what is missing. After it comes:\n"
           "\n"
           "Step 7, notes: Notes\n"
           "  Write notes.\n"
           "\n"
           "  backend-learn start 7        make a folder for it\n");
    attempt(&place, "7", 100, "mastered");
    expect(&place, &command_next, "", 0,
           "No step after this one is made yet (1 to come).\n"
           "Still open: step 6, fizzbuzz. To begin it: backend-learn start 6\n");
}

Test(commands, lesson) {
    SCOPE_PLACE struct place_of_test place = place_new();
    expect(&place, &command_lesson, "step 6", 0, "Loops\n=====\n\nA loop repeats.\n");
    expect(&place, &command_lesson, "7", 2,
           "backend-learn: step 7 (notes) has no lesson yet; `backend-learn start 7` has its task\n");
    expect(&place, &command_lesson, "16", 2,
           "backend-learn: step 16 (routing) has no lesson and no exercise yet. It will be about this: Serve "
           "routes.\n");
    expect(&place, &command_lesson, "", 2,
           "backend-learn: which lesson? Type its number, as in `backend-learn lesson 6`; `backend-learn "
           "list` has "
           "them all\n");
}

Test(commands, home_on_a_pipe_asks_nothing) {
    SCOPE_PLACE struct place_of_test place = place_new();
    expect(&place, &command_home, "", 0,
           "backend-learn teaches backend development in 80 steps: you build, it checks.\n"
           "\n"
           "To begin, type:\n"
           "  backend-learn start 6         in C; add --lang python for another language\n"
           "  backend-learn list            all steps, and which are made\n"
           "  backend-learn help            all commands\n");
    cr_assert_not(is_there(&place, "data"));
}

Test(commands, home_asks_once_and_remembers) {
    SCOPE_PLACE struct place_of_test place = place_new();
    int status;
    SCOPE_FREE char *asked = type(&place, &command_home, "", "cobol\npy\n9\n1\n", &status);
    cr_assert_eq(status, 0);
    cr_assert_str_eq(
        asked,
        "backend-learn teaches backend development in 80 steps: you build, it checks.\n"
        "\n"
        "Which language do you want to write in?\n"
        "  1  C\n"
        "  2  Python\n"
        "Its number or name [C]: There is no `cobol`; type a number from 1 to 2, or just Enter.\n"
        "Its number or name [C]: \n"
        "Where do you want to begin?\n"
        "  1  step 1, from the very beginning: What it is (not made yet)\n"
        "  2  step 6, if you can already program a little: Loops\n"
        "  3  step 16, if you want to build a server now: Routing (not made yet)\n"
        "Its number [2]: Type a number from 1 to 3, or just Enter.\n"
        "Its number [2]: Step 1 is not made yet; the next one that is made is step 6.\n"
        "\n"
        "Step 6, fizzbuzz: Loops\n"
        "  Print 1 to 100.\n"
        "\n"
        "To begin, type:\n"
        "  backend-learn lesson 6        read about it\n"
        "  backend-learn start 6         a folder for it, in Python\n",
        "%s", asked);
    SCOPE_FREE char *again = type(&place, &command_home, "", "", &status);
    cr_assert_str_eq(again,
                     "Step 6, fizzbuzz: Loops\n"
                     "  Print 1 to 100.\n"
                     "  Not begun.\n"
                     "\n"
                     "0 steps done, 0 mastered. To go on, type:\n"
                     "  backend-learn lesson 6        read about it\n"
                     "  backend-learn start 6         make a folder for it\n"
                     "  backend-learn list            all steps\n",
                     "%s", again);
    SCOPE_FREE char *started = type(&place, &command_start, "6", NULL, &status);
    cr_assert_eq(status, 0, "%s", started);
    attempt(&place, "6", 40, "failed");
    expect(&place, &command_home, "", 0,
           "Step 6, fizzbuzz: Loops\n"
           "  Print 1 to 100.\n"
           "  Not done yet: 40 of 100 points, 1 attempt. It is in ~/lab/06-fizzbuzz\n"
           "\n"
           "0 steps done, 0 mastered. To go on, type:\n"
           "  backend-learn check 6         build it, try it, see which checks hold\n"
           "  backend-learn hint 6          a hint for the first check that failed\n"
           "  backend-learn list            all steps\n");
    attempt(&place, "6", 40, "done");
    expect(&place, &command_home, "", 0,
           "Step 6, fizzbuzz: Loops\n"
           "  Print 1 to 100.\n"
           "  Done: 40 of 100 points, 2 attempts. It is in ~/lab/06-fizzbuzz\n"
           "\n"
           "1 step done, 0 mastered. To go on, type:\n"
           "  backend-learn next            go on\n"
           "  backend-learn check 6 --all   what mastering it still asks for\n"
           "  backend-learn list            all steps\n");
}

Test(commands, home_takes_the_defaults_and_an_end_of_input) {
    SCOPE_PLACE struct place_of_test place = place_new();
    int status;
    SCOPE_FREE char *broken_off = type(&place, &command_home, "", "1\n", &status);
    cr_assert_not_null(strstr(broken_off, "Nothing was chosen. Type backend-learn again"), "%s", broken_off);
    cr_assert_not(is_there(&place, "data"), "half an answer is not remembered");
    SCOPE_FREE char *defaults = type(&place, &command_home, "", "\n\n", &status);
    cr_assert_not_null(strstr(defaults, "a folder for it, in C\n"), "%s", defaults);
    cr_assert(is_there(&place, "data/progress.db"));
}
