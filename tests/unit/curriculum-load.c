/* Tracks, exercises and workspaces: what is taken, and every way in which a file is refused, word by word. */
#include "checker/base/file.h"
#include "checker/curriculum/curriculum.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <ftw.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *where) {
    (void)status, (void)kind, (void)where;
    return remove(path);
}

static void remove_folder(char **folder) {
    nftw(*folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    free(*folder);
}
#define SCOPE_FOLDER __attribute__((cleanup(remove_folder)))

static void put(const char *folder, const char *path, const char *text) {
    SCOPE_FREE char *whole = xprintf("%s/%s", folder, path), *parent = xstrdup(whole);
    *strrchr(parent, '/') = '\0';
    cr_assert(folder_make(parent, NULL));
    cr_assert(file_replace(whole, text, strlen(text), NULL));
}

static const char tracks[] =
    "{\"format\": 1, \"tracks\": [{\"name\": \"plan\", \"title\": \"The plan\", \"phases\": [\n"
    "  {\"title\": \"First\", \"steps\": [\n"
    "    {\"id\": \"6\", \"name\": \"fizzbuzz\", \"title\": \"Loops\", \"task\": \"Print numbers.\"},\n"
    "    {\"id\": \"7\", \"name\": \"functions\", \"title\": \"Functions\", \"task\": \"Write some.\"}]},\n"
    "  {\"title\": \"Second\", \"steps\": [\n"
    "    {\"id\": \"16\", \"name\": \"routing\", \"title\": \"Routes\", \"task\": \"Serve them.\"}]}]},\n"
    " {\"name\": \"capstones\", \"title\": \"Capstones\", \"phases\": [{\"title\": \"All\", \"steps\": [\n"
    "    {\"id\": \"P3\", \"name\": \"blog\", \"title\": \"A blog\", \"task\": \"Build it.\"}]}]}]}\n";

static const char good[] =
    "{\"$schema\": \"../exercise.schema.json\", \"step\": \"6\", \"name\": \"fizzbuzz\",\n"
    " \"languages\": [\"c\", \"python\"], \"processes\": [\"main\"], \"done\": \"You can loop.\", \"data\": "
    "{\"n\": 1},\n"
    " \"checks\": [\n"
    "  {\"name\": \"build\", \"says\": \"It builds.\", \"hint\": \"Read the first error.\", \"points\": 40, "
    "\"core\": true,\n"
    "   \"do\": [{\"build\": true}]},\n"
    "  {\"name\": \"edges\", \"says\": \"`main` prints 1 to 100.\", \"hint\": [\"Vague.\", \"Plain.\"], "
    "\"points\": 60,\n"
    "   \"needs\": [\"build\"], \"room\": \"one\", \"judge\": \"fizzbuzz.edges\"}]}\n";

static const char good_workspace[] =
    "{\n  \"step\": \"6\",\n  \"name\": \"fizzbuzz\",\n  \"language\": \"c\",\n"
    "  \"seed\": \"a1b2\",\n  \"processes\": {\"main\": \"./main\"}\n}\n";

static char *new_root(void) {
    char *root = xstrdup("/tmp/curriculum-XXXXXX");
    cr_assert_not_null(mkdtemp(root));
    put(root, "exercises/tracks.json", tracks);
    put(root, "exercises/06-fizzbuzz/exercise.json", good);
    put(root, "exercises/p3-blog/task.md", "");
    put(root, "exercises/99-stray/task.md", "");
    put(root, "work/workspace.json", good_workspace);
    return root;
}

/* text with the first (or only) place of from replaced by to */
static char *with(const char *text, const char *from, const char *to) {
    const char *found = strstr(text, from);
    cr_assert_not_null(found, "%s is not in the sample", from);
    return xprintf("%.*s%s%s", (int)(found - text), text, to, found + strlen(from));
}

/* --- tracks --------------------------------------------------------------------------------------------- */

Test(curriculum, steps_of_all_tracks) {
    SCOPE_FOLDER char *root = new_root();
    SCOPE_ARENA struct arena *arena = arena_new();
    struct curriculum curriculum;
    struct error error;
    cr_assert(curriculum_load(root, arena, &curriculum, &error), "%s", error.text);
    static const struct {
        const char *id;
        int number;
        const char *slug, *phase, *track;
        bool made;
    } rows[] = {
        {"6", 6, "06-fizzbuzz", "First", "plan", true},
        {"7", 7, "07-functions", "First", "plan", false},
        {"16", 16, "16-routing", "Second", "plan", false},
        {"P3", 0, "p3-blog", "All", "capstones", true},
    };
    cr_assert_eq(curriculum.count, LENGTH_OF(rows));
    for (size_t i = 0; i < LENGTH_OF(rows); i++) {
        const struct step *step = &curriculum.steps[i];
        cr_assert_str_eq(step->id, rows[i].id);
        cr_assert_eq(step->number, rows[i].number);
        cr_assert_str_eq(step->slug, rows[i].slug);
        cr_assert_str_eq(step->phase, rows[i].phase);
        cr_assert_str_eq(step->track, rows[i].track);
        cr_assert_eq(step->made, rows[i].made, "%s", step->name);
    }
}

Test(curriculum, steps_are_found_by_any_of_their_names) {
    SCOPE_FOLDER char *root = new_root();
    SCOPE_ARENA struct arena *arena = arena_new();
    struct curriculum curriculum;
    cr_assert(curriculum_load(root, arena, &curriculum, NULL));
    static const struct {
        const char *text, *name, *says;
    } rows[] = {
        {"6", "fizzbuzz", NULL},
        {"06", "fizzbuzz", NULL},
        {"fizzbuzz", "fizzbuzz", NULL},
        {"FizzBuzz", "fizzbuzz", NULL},
        {"06-fizzbuzz", "fizzbuzz", NULL},
        {"P3", "blog", NULL},
        {"p3", "blog", NULL},
        {"fizbuzz", NULL, "there is no step \"fizbuzz\"; did you mean fizzbuzz?"},
        {"rotuing", NULL, "there is no step \"rotuing\"; did you mean routing?"},
        {"81", NULL, "there is no step 81; the steps go from 1 to 16"},
        {"0", NULL, "there is no step 0; the steps go from 1 to 16"},
        {"", NULL, "there is no step \"\"; backend-learn list shows all"},
        {"kubernetes", NULL, "there is no step \"kubernetes\"; backend-learn list shows all"},
        {"a\x1b[2J", NULL, "there is no step \"a\\x1b[2J\"; backend-learn list shows all"},
    };
    for (size_t i = 0; i < LENGTH_OF(rows); i++) {
        const struct step *step = NULL;
        struct error error = {0};
        bool ok = curriculum_find(&curriculum, rows[i].text, &step, &error);
        cr_assert_eq(ok, rows[i].name != NULL, "%s", rows[i].text);
        if (ok)
            cr_assert_str_eq(step->name, rows[i].name);
        else
            cr_assert_str_eq(error.text, rows[i].says);
        cr_assert_eq(ok, step != NULL);
    }
}

Test(curriculum, malformed_tracks_are_refused_with_their_place) {
    static const struct {
        const char *from, *to, *says;
    } rows[] = {
        {"\"format\": 1", "\"format\": 2",
         ":1:2: a \"format\" other than 1; this version of backend-learn reads format 1"},
        {"\"7\"", "\"6\"", ":4:5: \"6\" belongs to another step already; choose another"},
        {"\"functions\"", "\"fizzbuzz\"",
         ":4:5: \"fizzbuzz\" belongs to another step already; choose another"},
        {"\"functions\"", "\"Functions\"",
         ":4:17: \"Functions\" is no name; use small letters, digits and hyphens"},
        {"\"functions\"", "\"a--b\"", ":4:17: \"a--b\" is no name; use small letters, digits and hyphens"},
        {"\"functions\"", "\"../../etc\"",
         ":4:17: \"../../etc\" is no name; use small letters, digits and hyphens"},
        {"\"7\"", "\"07\"", ":4:6: \"07\" is no id; write a number, or a capital letter and a number"},
        {"\"7\"", "7", ":4:6: \"id\" is an integer; write a text"},
        {", \"task\": \"Write some.\"", "", ":4:5: no \"task\" here; add one"},
        {"\"task\": \"Write some.\"", "\"task\": \"\"", ":4:60: \"task\" is empty; fill it in"},
        {"\"task\": \"Write", "\"tsk\": \"Write", ":4:60: an unknown member \"tsk\"; did you mean \"task\"?"},
        {"\"task\": \"Write", "\"colour\": \"red\", \"task\": \"Write",
         ":4:60: an unknown member \"colour\"; known are id, name, title and task"},
        {"\"Write some.\"},", "\"Write some.\"},,", NULL},
    };
    for (size_t i = 0; i < LENGTH_OF(rows); i++) {
        SCOPE_FOLDER char *root = new_root();
        SCOPE_ARENA struct arena *arena = arena_new();
        if (!rows[i].says)
            continue;
        SCOPE_FREE char *text = with(tracks, rows[i].from, rows[i].to),
                        *says = xprintf("%s/exercises/tracks.json%s", root, rows[i].says);
        put(root, "exercises/tracks.json", text);
        struct curriculum curriculum = {.count = 77};
        struct error error = {0};
        cr_assert_not(curriculum_load(root, arena, &curriculum, &error), "%s", rows[i].says);
        cr_assert_eq(error.fault, FAULT_INPUT);
        cr_assert_str_eq(error.text, says);
        cr_assert_eq(curriculum.count, 77);
    }
}

Test(curriculum, our_own_plan) {
    SCOPE_ARENA struct arena *arena = arena_new();
    struct curriculum curriculum;
    struct error error;
    cr_assert(curriculum_load(".", arena, &curriculum, &error), "%s", error.text);
    cr_assert_geq(curriculum.count, 80);
    for (int i = 0; i < 80; i++) {
        const struct step *step = &curriculum.steps[i];
        cr_assert_eq(step->number, i + 1);
        cr_assert_str_eq(step->track, "plan");
        cr_assert_eq(step->task[strlen(step->task) - 1], '.', "%s: %s", step->name, step->task);
        const struct exercise *exercise;
        SCOPE_FREE char *file = xprintf("exercises/%s/exercise.json", step->slug);
        if (step->made && access(file, F_OK) == 0)
            cr_assert(exercise_load(&curriculum, step, arena, &exercise, &error), "%s", error.text);
    }
}

/* --- exercises ------------------------------------------------------------------------------------------ */

Test(exercise, everything_of_the_envelope) {
    SCOPE_FOLDER char *root = new_root();
    SCOPE_ARENA struct arena *arena = arena_new();
    struct curriculum curriculum;
    const struct exercise *exercise;
    struct error error;
    cr_assert(curriculum_load(root, arena, &curriculum, &error), "%s", error.text);
    cr_assert(exercise_load(&curriculum, &curriculum.steps[0], arena, &exercise, &error), "%s", error.text);
    cr_assert_eq(exercise->step, &curriculum.steps[0]);
    cr_assert_str_eq(exercise->languages[1], "python");
    cr_assert_null(exercise->languages[2]);
    cr_assert_str_eq(exercise->processes[0], "main");
    cr_assert_str_eq(exercise->done, "You can loop.");
    cr_assert_eq(exercise->count, 2);
    const struct check *edges = exercise_check(exercise, "edges");
    cr_assert_str_eq(edges->says, "`main` prints 1 to 100.");
    cr_assert_str_eq(edges->hints[1], "Plain.");
    cr_assert_null(edges->hints[2]);
    cr_assert_eq(edges->points, 60);
    cr_assert_not(edges->core);
    cr_assert_str_eq(edges->needs[0], "build");
    cr_assert_null(edges->needs[1]);
    cr_assert_str_eq(edges->room, "one");
    cr_assert_str_eq(json_text(edges->body, "judge"), "fizzbuzz.edges");
    cr_assert(exercise->checks[0].core);
    cr_assert_null(exercise->checks[0].room);
    cr_assert_null(exercise->checks[0].hints[1]);
    cr_assert_null(exercise_check(exercise, "none"));
    cr_assert_eq(json_number(json_get(exercise->json, "data"), "n", 0), 1);
    cr_assert_not(exercise_load(&curriculum, &curriculum.steps[1], arena, &exercise, &error));
    cr_assert_str_eq(error.text, "step 7 (functions) is not made yet; backend-learn list shows which are");
}

Test(exercise, malformed_ones_are_refused_with_their_place) {
    static const struct {
        const char *from, *to, *says;
    } rows[] = {
        {"\"6\"", "\"7\"", ":1:40: \"step\" is \"7\", but the folder is of step 6; write \"6\""},
        {"\"fizzbuzz\"", "\"fizz\"",
         ":1:53: \"name\" is \"fizz\", but step 6 is called fizzbuzz; write \"fizzbuzz\""},
        {"[\"c\", \"python\"]", "\"all\"", ":2:2: \"all\" as \"languages\"; write a list, or \"any\""},
        {"[\"c\", \"python\"]", "[\"c\", \"any\"]", ":2:2: \"any\" in a list; write \"languages\": \"any\""},
        {"[\"c\", \"python\"]", "[]", ":2:2: \"languages\" is empty; fill it in"},
        {"[\"c\", \"python\"]", "[\"c\", \"c\"]", ":2:21: \"c\" twice in \"languages\"; remove one"},
        {"[\"main\"]", "[]", ":2:32: no \"processes\" here; name what the learner makes, as [\"main\"]"},
        {"[\"main\"]", "[\"./main\"]",
         ":2:46: \"./main\" is no name of a process; use small letters, digits and hyphens"},
        {"\"done\": \"You can loop.\"", "\"done\": \"you can loop\"",
         ":2:55: \"done\" does not begin with a capital letter; write a sentence"},
        {"\"done\": \"You can loop.\", ", "", ":1:1: no \"done\" here; add one"},
        {"\"data\":", "\"date\":", ":2:80: an unknown member \"date\"; did you mean \"data\"?"},
        {"\"edges\"", "\"build\"", ":6:4: a second check called \"build\"; give it another name"},
        {"\"edges\"", "\"Edges\"",
         ":6:4: \"Edges\" is no name of a check; use small letters, digits and hyphens"},
        {"It builds.", "It builds", ":4:21: \"says\" does not end with a full stop; write a sentence"},
        {"It builds.", "it builds.",
         ":4:21: \"says\" does not begin with a capital letter; write a sentence"},
        {"It builds.", "It builds.\\nAll.", ":4:21: \"says\" has more than one line; write one sentence"},
        {"\"says\": \"It builds.\", ", "", ":4:3: no \"says\" here; add one"},
        {"\"hint\": \"Read the first error.\"", "\"hint\": \"\"", ":4:43: \"hint\" is empty; fill it in"},
        {"\"hint\": \"Read the first error.\", ", "",
         ":4:3: no \"hint\" here; add a text, or a list from vague to plain"},
        {"[\"Vague.\", \"Plain.\"]", "[]",
         ":6:56: \"hint\" is empty; add a text, or a list from vague to plain"},
        {"[\"Vague.\", \"Plain.\"]", "[\"\"]",
         ":6:65: an empty text in \"hint\"; write a text that is not empty"},
        {"\"points\": 60", "\"points\": 0", ":6:86: \"points\" is 0; write a whole number from 1 to 100"},
        {"\"points\": 60", "\"points\": -5", ":6:86: \"points\" is -5; write a whole number from 1 to 100"},
        {"\"points\": 60", "\"points\": 2.5", ":6:86: \"points\" is 2.5; write a whole number from 1 to 100"},
        {"\"points\": 60", "\"points\": \"60\"",
         ":6:86: \"points\" is \"60\"; write a whole number from 1 to 100"},
        {"\"points\": 60", "\"points\": 59", ":3:2: the points of all checks sum to 99; make it 100"},
        {"\"core\": true", "\"core\": false",
         ":3:2: no check is core; mark those that the step's own task asks for"},
        {"\"core\": true", "\"core\": 1", ":4:90: \"core\" is an integer; write true or false"},
        {"\"needs\": [\"build\"]", "\"needs\": [\"bulid\"]",
         ":7:14: \"edges\" needs \"bulid\", which is no check before it; name an earlier one"},
        {"\"needs\": [\"build\"]", "\"needs\": [\"edges\"]",
         ":7:14: \"edges\" needs \"edges\", which is no check before it; name an earlier one"},
        {"\"needs\": [\"build\"]", "\"needs\": \"build\"",
         ":7:4: \"needs\" is a string; write a list of texts"},
        {"\"room\": \"one\"", "\"room\": \"One room\"",
         ":7:24: \"One room\" is no name of a room; use small letters, digits and hyphens"},
        {", \"judge\": \"fizzbuzz.edges\"", "",
         ":6:3: \"edges\" must have either \"do\" or \"judge\"; add what it does"},
        {"\"judge\":", "\"do\": [], \"judge\":",
         ":6:3: \"edges\" must have either \"do\" or \"judge\"; remove one"},
        {"\"do\":", "\"does\":",
         ":5:4: an unknown member \"does\"; known are name, says, hint, points, core, needs, room, env, "
         "data, do and judge"},
        {"\"fizzbuzz.edges\"}]}", "\"fizzbuzz.edges\"},]}", ":7:65: a comma before ]; remove it"},
    };
    for (size_t i = 0; i < LENGTH_OF(rows); i++) {
        SCOPE_FOLDER char *root = new_root();
        SCOPE_ARENA struct arena *arena = arena_new();
        SCOPE_FREE char *text = with(good, rows[i].from, rows[i].to),
                        *says = xprintf("%s/exercises/06-fizzbuzz/exercise.json%s", root, rows[i].says);
        put(root, "exercises/06-fizzbuzz/exercise.json", text);
        struct curriculum curriculum;
        struct error error = {0};
        const struct exercise *exercise = NULL;
        cr_assert(curriculum_load(root, arena, &curriculum, &error), "%s", error.text);
        cr_assert_not(exercise_load(&curriculum, &curriculum.steps[0], arena, &exercise, &error), "%s",
                      rows[i].says);
        cr_assert_eq(error.fault, FAULT_INPUT);
        cr_assert_str_eq(error.text, says);
        cr_assert_null(exercise);
    }
}

Test(exercise, where_no_language_matters_no_process_need_be) {
    SCOPE_FOLDER char *root = new_root();
    SCOPE_ARENA struct arena *arena = arena_new();
    SCOPE_FREE char *half = with(good, "[\"c\", \"python\"]", "\"any\""),
                    *text = with(half, "\"processes\": [\"main\"], ", "");
    put(root, "exercises/06-fizzbuzz/exercise.json", text);
    put(root, "work/workspace.json",
        "{\"step\": \"6\", \"name\": \"fizzbuzz\", \"language\": \"any\", \"seed\": \"1\"}");
    struct curriculum curriculum;
    const struct exercise *exercise;
    const struct workspace *workspace;
    struct error error;
    cr_assert(curriculum_load(root, arena, &curriculum, &error), "%s", error.text);
    cr_assert(exercise_load(&curriculum, &curriculum.steps[0], arena, &exercise, &error), "%s", error.text);
    cr_assert_str_eq(exercise->languages[0], "any");
    cr_assert_null(exercise->processes[0]);
    SCOPE_FREE char *folder = xprintf("%s/work", root);
    cr_assert(workspace_load(&curriculum, folder, arena, &workspace, &error), "%s", error.text);
    cr_assert_eq(workspace->process_count, 0);
}

/* --- workspaces ----------------------------------------------------------------------------------------- */

Test(workspace, everything_in_it) {
    SCOPE_FOLDER char *root = new_root();
    SCOPE_ARENA struct arena *arena = arena_new();
    SCOPE_FREE char *folder = xprintf("%s/work", root), *odd = xprintf("%s/work/./../work/", root),
                    *text = with(good_workspace, "\"seed\"", "\"build\": \"make all\", \"seed\"");
    put(root, "work/workspace.json", text);
    struct curriculum curriculum;
    const struct workspace *workspace;
    struct error error;
    cr_assert(curriculum_load(root, arena, &curriculum, &error), "%s", error.text);
    cr_assert(workspace_load(&curriculum, odd, arena, &workspace, &error), "%s", error.text);
    cr_assert_str_eq(workspace->folder, folder);
    cr_assert_eq(workspace->step, &curriculum.steps[0]);
    cr_assert_str_eq(workspace->language, "c");
    cr_assert_str_eq(workspace->build, "make all");
    cr_assert_str_eq(workspace->seed, "a1b2");
    cr_assert_eq(workspace->process_count, 1);
    cr_assert_str_eq(workspace->processes[0].name, "main");
    cr_assert_str_eq(workspace->processes[0].command, "./main");
    put(root, "work/workspace.json", good_workspace);
    cr_assert(workspace_load(&curriculum, folder, arena, &workspace, &error), "%s", error.text);
    cr_assert_null(workspace->build);
}

Test(workspace, malformed_ones_are_refused_with_their_place) {
    static const struct {
        const char *from, *to, *says;
    } rows[] = {
        {"\"6\"", "\"106\"", ":2:3: there is no step 106; the steps go from 1 to 16"},
        {"\"6\"", "6", ":2:3: \"step\" is an integer; write a text"},
        {"\"fizzbuzz\"", "\"fizz\"",
         ":3:3: \"name\" is \"fizz\", but step 6 is called fizzbuzz; write \"fizzbuzz\""},
        {"\"c\"", "\"ruby\"", ":4:3: step 6 has no language \"ruby\"; it can be done in c or python"},
        {"\"c\"", "\"pyhton\"", ":4:3: step 6 has no language \"pyhton\"; did you mean \"python\"?"},
        {"  \"language\": \"c\",\n", "", ":1:1: no \"language\" here; add one"},
        {"\"seed\"", "\"sead\"", ":5:3: an unknown member \"sead\"; did you mean \"seed\"?"},
        {"\"main\": \"./main\"", "", ":6:3: no process \"main\" here; add the command that starts it"},
        {"\"main\": \"./main\"", "\"web\": \"./web\"", ":6:17: an unknown member \"web\"; known are main"},
        {"\"main\": \"./main\"", "\"main\": \"\"", ":6:17: \"main\" is empty; fill it in"},
        {",\n  \"processes\": {\"main\": \"./main\"}", "",
         ":1:1: no \"processes\" here; add \"processes\": {\"main\": COMMAND}"},
        {"\"./main\"}\n", "\"./main\"},\n", ":6:34: a comma before }; remove it"},
        {"\"a1b2\",", "\"a1b2\"", NULL},
    };
    for (size_t i = 0; i < LENGTH_OF(rows); i++) {
        SCOPE_FOLDER char *root = new_root();
        SCOPE_ARENA struct arena *arena = arena_new();
        SCOPE_FREE char *text = with(good_workspace, rows[i].from, rows[i].to),
                        *folder = xprintf("%s/work", root),
                        *says =
                            xprintf("%s/workspace.json%s", folder, rows[i].says ? rows[i].says : ":6:3: ");
        put(root, "work/workspace.json", text);
        struct curriculum curriculum;
        const struct workspace *workspace = NULL;
        struct error error = {0};
        cr_assert(curriculum_load(root, arena, &curriculum, &error), "%s", error.text);
        cr_assert_not(workspace_load(&curriculum, folder, arena, &workspace, &error), "%s", rows[i].from);
        cr_assert_eq(error.fault, FAULT_INPUT);
        if (rows[i].says)
            cr_assert_str_eq(error.text, says);
        else
            cr_assert_eq(strncmp(error.text, says, strlen(says)), 0, "%s", error.text);
        cr_assert_null(workspace);
    }
}

Test(workspace, a_folder_without_one) {
    SCOPE_FOLDER char *root = new_root();
    SCOPE_ARENA struct arena *arena = arena_new();
    SCOPE_FREE char *says =
        xprintf("there is no workspace.json in %s; go to a folder that backend-learn start N has made", root);
    struct curriculum curriculum;
    const struct workspace *workspace;
    struct error error;
    cr_assert(curriculum_load(root, arena, &curriculum, NULL));
    cr_assert_not(workspace_load(&curriculum, root, arena, &workspace, &error));
    cr_assert_str_eq(error.text, says);
    cr_assert_not(workspace_load(&curriculum, "/tmp/curriculum-none", arena, &workspace, &error));
    cr_assert_str_eq(error.text,
                     "the folder /tmp/curriculum-none cannot be opened: No such file or directory");
}

/* A gradebook's workspace is a stranger's: a link to a secret must not be read, nor quoted in an error. */
Test(workspace, never_follows_a_link) {
    SCOPE_FOLDER char *root = new_root();
    SCOPE_ARENA struct arena *arena = arena_new();
    SCOPE_FREE char *folder = xprintf("%s/work", root), *file = xprintf("%s/workspace.json", folder),
                    *says = xprintf("%s is a symbolic link; put a plain file in its place", file),
                    *fifo_says = xprintf("%s is not a plain file; put one in its place", file);
    struct curriculum curriculum;
    const struct workspace *workspace;
    struct error error;
    cr_assert(curriculum_load(root, arena, &curriculum, NULL));
    unlink(file);
    cr_assert_eq(symlink("/etc/passwd", file), 0);
    cr_assert_not(workspace_load(&curriculum, folder, arena, &workspace, &error));
    cr_assert_str_eq(error.text, says);
    unlink(file);
    cr_assert_eq(mkfifo(file, 0600), 0);
    cr_assert_not(workspace_load(&curriculum, folder, arena, &workspace, &error),
                  "and does not wait for a FIFO");
    cr_assert_str_eq(error.text, fifo_says);
}

Test(workspace, is_looked_for_upwards) {
    SCOPE_FOLDER char *root = new_root();
    SCOPE_ARENA struct arena *arena = arena_new();
    put(root, "work/src/deep/a.c", "");
    SCOPE_FREE char *work = xprintf("%s/work", root), *deep = xprintf("%s/work/src/deep", root),
                    *none = xprintf("%s/none", root);
    cr_assert_str_eq(workspace_search(work, arena), work);
    cr_assert_str_eq(workspace_search(deep, arena), work);
    cr_assert_null(workspace_search(root, arena));
    cr_assert_null(workspace_search("/", arena));
    cr_assert_null(workspace_search(none, arena));
}
