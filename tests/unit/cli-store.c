/* The progress store: what is written is there, whole or not at all, whatever happens meanwhile. */
#include "cli/progress/store.h"

#include "checker/base/json.h"
#include "checker/base/text.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <sched.h>
#include <signal.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>

enum { RESULTS = 8, FILES = 20, FILE_BYTES = 3000 };

/* --- a folder for one test ------------------------------------------------------------------------------ */

static char *folder_new(void) {
    char *folder = xstrdup("/tmp/backend-learn-store-XXXXXX");
    cr_assert_not_null(mkdtemp(folder));
    return folder;
}

static int remove_one(const char *path, const struct stat *about, int kind, struct FTW *place) {
    (void)about, (void)kind, (void)place;
    return remove(path);
}

static void folder_remove(char **folder) {
    nftw(*folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    free(*folder);
}
#define SCOPE_FOLDER __attribute__((cleanup(folder_remove)))

static struct store *open_for_writing(const char *folder) {
    struct error error = {0};
    struct store *store;
    cr_assert(store_open(folder, STORE_WRITE, &store, &error), "%s", error.text);
    return store;
}

/* --- what is written in these tests --------------------------------------------------------------------- */

static const char *const check_names[RESULTS] = {"build", "edges", "hundred", "range",
                                                 "rules", "zero",  "big",     "refuses"};

/* The attempt of a writer, told apart by its seed; every third holds. */
static struct attempt make_attempt(struct arena *arena, const char *step, int number) {
    struct attempt_result *results = arena_alloc(arena, RESULTS * sizeof *results);
    for (int i = 0; i < RESULTS; i++)
        results[i] =
            (struct attempt_result){check_names[i], i == 3 && number % 3 ? "failed" : "passed", 10, 10, 1.5};
    bool done = number % 3 == 0;
    return (struct attempt){
        .step = step,
        .language = "c",
        .folder = "/home/somebody/backend-lab/06-fizzbuzz",
        .seed = arena_printf(arena, "%08x", number),
        .started = 1700000000000 + (int64_t)number * 1000,
        .ms = 120.5,
        .verdict = done ? "done" : "failed",
        .done = done,
        .points = done ? 80 : 70,
        .possible = 80,
        .results = results,
        .result_count = RESULTS,
    };
}

/* A tree whose first file differs with the number; the others stay, as when one file is edited. */
static struct tree make_tree(struct arena *arena, int number) {
    struct tree_entry *entries = arena_alloc(arena, (FILES + 1) * sizeof *entries);
    for (int i = 0; i < FILES; i++) {
        char *bytes = arena_alloc(arena, FILE_BYTES + 1);
        memset(bytes, 'a' + i, FILE_BYTES);
        if (i == 0)
            snprintf(bytes, 32, "version %d of the code", number);
        entries[i] =
            (struct tree_entry){arena_printf(arena, "file-%02d.c", i), i % 5 ? 'f' : 'x', bytes, FILE_BYTES};
    }
    entries[FILES] = (struct tree_entry){"sub", 'd', NULL, 0};
    return (struct tree){arena, entries, FILES + 1, (uint64_t)FILES * FILE_BYTES};
}

static bool record(struct store *store, const char *step, int number, struct error *error) {
    SCOPE_ARENA struct arena *arena = arena_new();
    struct attempt attempt = make_attempt(arena, step, number);
    struct tree tree = make_tree(arena, number);
    int64_t id;
    return store_record(store, &attempt, &tree, &id, error);
}

static int query(const char *folder, const char *sql) {
    SCOPE_FREE char *file = xprintf("%s/progress.db", folder);
    sqlite3 *database;
    sqlite3_stmt *statement;
    cr_assert_eq(sqlite3_open(file, &database), SQLITE_OK);
    cr_assert_eq(sqlite3_prepare_v2(database, sql, -1, &statement, NULL), SQLITE_OK, "%s",
                 sqlite3_errmsg(database));
    cr_assert_eq(sqlite3_step(statement), SQLITE_ROW, "%s", sqlite3_errmsg(database));
    int answer = sqlite3_column_int(statement, 0);
    const char *text = (const char *)sqlite3_column_text(statement, 0);
    if (text && !strcmp(text, "ok"))
        answer = 1;
    sqlite3_finalize(statement);
    sqlite3_close(database);
    return answer;
}

/* What holds of every store, however its writers ended. */
static void assert_whole(const char *folder) {
    cr_assert_eq(query(folder, "PRAGMA integrity_check"), 1);
    cr_assert_eq(query(folder, "SELECT count(*) FROM pragma_foreign_key_check"), 0);
    cr_assert_eq(query(folder,
                       "SELECT count(*) FROM attempts WHERE (SELECT count(*) FROM results WHERE attempt = id)"
                       " != 8"),
                 0, "an attempt without all its results");
    cr_assert_eq(query(folder, "SELECT count(*) FROM snapshots WHERE (SELECT count(*) FROM snapshot_entries"
                               " WHERE snapshot = id) != 21"),
                 0, "a snapshot without all its entries");
    cr_assert_eq(
        query(folder,
              "SELECT count(*) FROM (SELECT step, max(done), max(mastered), max(points), max(possible),"
              " count(*), min(started), max(started) FROM attempts GROUP BY step EXCEPT SELECT * FROM"
              " best)"),
        0, "what is added up differs from the attempts");
}

/* --- tests ---------------------------------------------------------------------------------------------- */

Test(store, reading_what_does_not_exist_makes_nothing) {
    SCOPE_FOLDER char *folder = folder_new();
    SCOPE_ARENA struct arena *arena = arena_new();
    SCOPE_FREE char *inner = xprintf("%s/share/backend-learn", folder);
    struct error error = {0};
    struct store *store = (struct store *)folder;
    cr_assert(store_open(inner, STORE_READ, &store, &error));
    cr_assert_null(store);
    const char *value = "poison";
    const struct attempt *attempt = (const struct attempt *)folder;
    struct standings standings = {.count = 99};
    int shown = 99;
    cr_assert(store_setting(store, "language", arena, &value, &error));
    cr_assert(store_last(store, NULL, arena, &attempt, &error));
    cr_assert(store_best(store, true, arena, &standings, &error));
    cr_assert(store_hints_shown(store, "6", "range", &shown, &error));
    cr_assert_null(value);
    cr_assert_null(attempt);
    cr_assert_eq(standings.count, 0);
    cr_assert_eq(shown, 0);
    cr_assert_eq(access(inner, F_OK), -1);
}

Test(store, what_was_recorded_is_read_back) {
    SCOPE_FOLDER char *folder = folder_new();
    SCOPE_ARENA struct arena *arena = arena_new();
    struct store *store = open_for_writing(folder);
    struct error error = {0};
    struct attempt attempt = make_attempt(arena, "6", 4);
    struct tree tree = make_tree(arena, 4);
    int64_t id;
    cr_assert(store_record(store, &attempt, &tree, &id, &error), "%s", error.text);
    const struct attempt *last;
    cr_assert(store_last(store, "6", arena, &last, &error));
    cr_assert_eq(last->id, id);
    cr_assert_str_eq(last->seed, "00000004");
    cr_assert_eq(last->started, 1700000004000);
    cr_assert_eq(last->result_count, RESULTS);
    cr_assert_str_eq(last->results[3].check, "range");
    cr_assert_str_eq(last->results[3].verdict, "failed");
    struct tree kept;
    cr_assert(store_snapshot_read(store, last->snapshot, &kept, &error), "%s", error.text);
    char hash[65], kept_hash[65];
    tree_hash(&tree, hash);
    tree_hash(&kept, kept_hash);
    cr_assert_str_eq(hash, kept_hash);
    tree_free(&kept);
    struct tree untouched = {.count = 77};
    cr_assert_not(store_snapshot_read(store, 1234, &untouched, &error));
    cr_assert_eq(untouched.count, 77);
    cr_assert(store_last(store, "7", arena, &last, &error));
    cr_assert_null(last);
    const char *step;
    cr_assert(store_setting(store, "step", arena, &step, &error));
    cr_assert_str_eq(step, "6", "the step last worked on");
    store_close(store);
}

Test(store, the_same_code_is_kept_once) {
    SCOPE_FOLDER char *folder = folder_new();
    struct store *store = open_for_writing(folder);
    struct error error = {0};
    for (int i = 0; i < 5; i++)
        cr_assert(record(store, "6", 1, &error), "%s", error.text);
    cr_assert(record(store, "6", 2, &error), "%s", error.text);
    store_close(store);
    cr_assert_eq(query(folder, "SELECT count(*) FROM attempts"), 6);
    cr_assert_eq(query(folder, "SELECT count(*) FROM snapshots"), 2);
    cr_assert_eq(query(folder, "SELECT count(*) FROM blobs"), FILES + 1, "one file differs between the two");
    assert_whole(folder);
}

Test(store, empty_files_and_links_come_back) {
    SCOPE_FOLDER char *folder = folder_new();
    SCOPE_ARENA struct arena *arena = arena_new();
    struct store *store = open_for_writing(folder);
    struct error error = {0};
    struct tree_entry entries[] = {{"a", 'f', NULL, 0}, {"b", 'l', "a", 1}, {"c", 'f', "\0x", 2}};
    struct tree tree = {arena, entries, 3, 3}, kept;
    struct attempt attempt = make_attempt(arena, "6", 1);
    int64_t id;
    const struct attempt *last;
    cr_assert(store_record(store, &attempt, &tree, &id, &error), "%s", error.text);
    cr_assert(store_last(store, NULL, arena, &last, &error));
    cr_assert(store_snapshot_read(store, last->snapshot, &kept, &error), "%s", error.text);
    cr_assert_eq(kept.count, 3);
    cr_assert_eq(kept.entries[0].length, 0);
    cr_assert_eq(kept.entries[1].kind, 'l');
    cr_assert_eq(memcmp(kept.entries[2].bytes, "\0x", 2), 0);
    tree_free(&kept);
    store_close(store);
}

Test(store, the_best_of_each_step_counts) {
    SCOPE_FOLDER char *folder = folder_new();
    SCOPE_ARENA struct arena *arena = arena_new();
    struct store *store = open_for_writing(folder);
    struct error error = {0};
    for (int i = 1; i <= 4; i++)
        cr_assert(record(store, "6", i, &error));
    cr_assert(record(store, "16", 1, &error));
    struct standings standings;
    cr_assert(store_best(store, true, arena, &standings, &error));
    cr_assert_eq(standings.count, 2);
    cr_assert_eq(standings.days, 1);
    const struct standing *six = standing_of(&standings, "6"), *sixteen = standing_of(&standings, "16");
    cr_assert(six->done);
    cr_assert_not(six->mastered);
    cr_assert_eq(six->points, 80);
    cr_assert_eq(six->attempts, 4);
    cr_assert_eq(six->first, 1700000001000);
    cr_assert_eq(six->last, 1700000004000);
    cr_assert_not(sixteen->done);
    cr_assert_null(standing_of(&standings, "7"));
    store_close(store);
}

Test(store, settings_and_hints_are_replaced) {
    SCOPE_FOLDER char *folder = folder_new();
    SCOPE_ARENA struct arena *arena = arena_new();
    struct store *store = open_for_writing(folder);
    struct error error = {0};
    const char *value;
    int shown;
    cr_assert(store_set(store, "language", "c", &error));
    cr_assert(store_set(store, "language", "python", &error));
    cr_assert(store_setting(store, "language", arena, &value, &error));
    cr_assert_str_eq(value, "python");
    cr_assert(store_set_hints_shown(store, "6", "range", 1, &error));
    cr_assert(store_set_hints_shown(store, "6", "range", 2, &error));
    cr_assert(store_hints_shown(store, "6", "range", &shown, &error));
    cr_assert_eq(shown, 2);
    store_close(store);
}

static void write_hundred(const char *folder, const char *step) {
    struct error error = {0};
    struct store *store;
    if (!store_open(folder, STORE_WRITE, &store, &error))
        _exit(1);
    for (int i = 0; i < 100; i++)
        if (!record(store, step, i, &error)) {
            fprintf(stderr, "%s\n", error.text);
            _exit(2);
        }
    store_close(store);
    _exit(0);
}

Test(store, two_writers_at_once_lose_nothing, .timeout = 120) {
    SCOPE_FOLDER char *folder = folder_new();
    pid_t writers[2];
    for (int i = 0; i < 2; i++)
        if ((writers[i] = fork()) == 0)
            write_hundred(folder, i ? "6" : "7");
    for (int i = 0; i < 2; i++) {
        int status;
        cr_assert_eq(waitpid(writers[i], &status, 0), writers[i]);
        cr_assert_eq(status, 0, "writer %d ended with %d", i, status);
    }
    cr_assert_eq(query(folder, "SELECT count(*) FROM attempts WHERE step = '6'"), 100);
    cr_assert_eq(query(folder, "SELECT count(*) FROM attempts WHERE step = '7'"), 100);
    assert_whole(folder);
}

Test(store, kill_in_the_middle_of_writing_leaves_whole_attempts, .timeout = 120) {
    SCOPE_FOLDER char *folder = folder_new();
    int written = 0;
    for (int round = 0; round < 40; round++) {
        int ends[2];
        cr_assert_eq(pipe(ends), 0);
        pid_t writer = fork();
        if (writer == 0) {
            struct error error = {0};
            struct store *store;
            if (!store_open(folder, STORE_WRITE, &store, &error))
                _exit(1);
            for (int i = 0;; i++)
                if (write(ends[1], "w", 1) != 1 || !record(store, "6", round * 1000 + i, &error) ||
                    write(ends[1], "d", 1) != 1)
                    _exit(2);
        }
        close(ends[1]);
        /* It is killed right after it said that it begins to write, after a different number of attempts. */
        char byte;
        for (int i = 0; i <= round % 7 * 2 && read(ends[0], &byte, 1) == 1; i++)
            ;
        kill(writer, SIGKILL);
        int status;
        cr_assert_eq(waitpid(writer, &status, 0), writer);
        cr_assert(WIFSIGNALED(status), "the writer ended with %d before it was killed", status);
        close(ends[0]);
        written += round % 7;
    }
    assert_whole(folder);
    cr_assert_geq(query(folder, "SELECT count(*) FROM attempts"), written,
                  "what was reported as written is there");
}

static bool write_text(const char *file, const char *text) {
    SCOPE_CLOSE int descriptor = open(file, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    return descriptor >= 0 && write(descriptor, text, strlen(text)) == (ssize_t)strlen(text);
}

/* A tiny tmpfs in a namespace of our own is the full disk; exit 77: namespaces are not to be had here. */
static int fill_a_tiny_disk(const char *folder) {
    uid_t user = getuid();
    gid_t group = getgid();
    if (unshare(CLONE_NEWUSER | CLONE_NEWNS) < 0)
        return 77;
    SCOPE_FREE char *map = xprintf("0 %d 1\n", (int)user);
    SCOPE_FREE char *group_map = xprintf("0 %d 1\n", (int)group);
    write_text("/proc/self/setgroups", "deny");
    if (!write_text("/proc/self/uid_map", map) || !write_text("/proc/self/gid_map", group_map))
        return 77;
    if (mount("tiny", folder, "tmpfs", 0, "size=512k") < 0)
        return 77;
    struct error error = {0};
    struct store *store;
    if (!store_open(folder, STORE_WRITE, &store, &error))
        return fprintf(stderr, "%s\n", error.text), 1;
    int count = 0;
    while (count < 1000 && record(store, "6", count, &error))
        count++;
    if (count == 0 || count == 1000)
        return fprintf(stderr, "%d attempts fitted: %s\n", count, error.text), 2;
    SCOPE_FREE char *expected = xprintf(
        "%s/progress.db could not be written: the disk is full. What it held before is intact; free some "
        "space there (see it with `df -h`), then do the same again",
        folder);
    if (strcmp(error.text, expected) || error.fault != FAULT_OURS)
        return fprintf(stderr, "%s\n", error.text), 3;
    store_close(store);
    if (query(folder, "SELECT count(*) FROM attempts") != count)
        return 4;
    assert_whole(folder);
    /* Nothing at all fits any more: what is there can still be read. */
    SCOPE_FREE char *ballast = xprintf("%s/ballast", folder);
    SCOPE_CLOSE int descriptor = open(ballast, O_WRONLY | O_CREAT, 0600);
    char page[4096] = {1};
    while (write(descriptor, page, sizeof page) > 0)
        ;
    SCOPE_ARENA struct arena *arena = arena_new();
    struct standings standings;
    if (!store_open(folder, STORE_READ, &store, &error) ||
        !store_best(store, false, arena, &standings, &error))
        return fprintf(stderr, "%s\n", error.text), 5;
    store_close(store);
    if (standings.count != 1 || standings.rows[0].attempts != count)
        return 6;
    /* And there is room again: the next attempt is kept. */
    unlink(ballast);
    if (ftruncate(descriptor, 0) < 0 || !store_open(folder, STORE_WRITE, &store, &error))
        return fprintf(stderr, "%s\n", error.text), 7;
    store_close(store);
    return 0;
}

Test(store, a_full_disk_is_said_and_hurts_nothing, .timeout = 120) {
    SCOPE_FOLDER char *folder = folder_new();
    pid_t child = fork();
    if (child == 0)
        _exit(fill_a_tiny_disk(folder));
    int status;
    cr_assert_eq(waitpid(child, &status, 0), child);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 77)
        cr_skip_test("no user namespaces here");
    cr_assert_eq(status, 0, "the child ended with %d", WIFEXITED(status) ? WEXITSTATUS(status) : -1);
}

static char *file_bytes(const char *file, size_t *ret_length) {
    SCOPE_FCLOSE FILE *stream = fopen(file, "re");
    cr_assert_not_null(stream);
    struct text text = {0};
    for (int byte; (byte = fgetc(stream)) != EOF;)
        text_putc(&text, (char)byte);
    *ret_length = text.length;
    return text_take(&text);
}

Test(store, files_that_are_not_ours_are_refused_and_left_alone) {
    static const struct {
        const char *why, *sql, *text, *says;
    } rows[] = {
        {"a newer schema", "PRAGMA user_version = 9", NULL,
         "was written by a newer backend-learn (its schema is 9, this program knows 2). It was left as it "
         "is; use the "
         "newer backend-learn"},
        {"another program's database", "PRAGMA application_id = 7", NULL,
         "is another program's database. It was left as it is; move it out of the way"},
        {"no database", NULL,
         "dear diary, this is longer than a header of SQLite has to be, by far, is it not?\n"
         "yes, a hundred bytes and more are here\n",
         "is not a progress database. It was left as it is; move it out of the way"},
    };
    static const enum store_mode modes[] = {STORE_READ, STORE_WRITE};
    for (size_t i = 0; i < LENGTH_OF(rows) * 2; i++) {
        SCOPE_FOLDER char *folder = folder_new();
        SCOPE_FREE char *file = xprintf("%s/progress.db", folder);
        if (rows[i / 2].sql) {
            store_close(open_for_writing(folder));
            sqlite3 *database;
            sqlite3_open(file, &database);
            cr_assert_eq(sqlite3_exec(database, rows[i / 2].sql, NULL, NULL, NULL), SQLITE_OK);
            sqlite3_close(database);
        } else {
            cr_assert(write_text(file, rows[i / 2].text));
        }
        size_t before_length, after_length;
        SCOPE_FREE char *before = file_bytes(file, &before_length);
        struct error error = {0};
        struct store *store = (struct store *)folder;
        cr_assert_not(store_open(folder, modes[i % 2], &store, &error), "%s", rows[i / 2].why);
        cr_assert_eq(store, (struct store *)folder, "written on failure");
        cr_assert_not_null(strstr(error.text, rows[i / 2].says), "%s: %s", rows[i / 2].why, error.text);
        cr_assert_eq(error.fault, FAULT_OURS);
        SCOPE_FREE char *after = file_bytes(file, &after_length);
        cr_assert_eq(before_length, after_length);
        cr_assert_eq(memcmp(before, after, after_length), 0, "%s: the file changed", rows[i / 2].why);
    }
}

static const struct standing *standing(struct store *store, struct arena *arena, const char *step) {
    struct error error = {0};
    struct standings standings;
    cr_assert(store_best(store, false, arena, &standings, &error), "%s", error.text);
    return standing_of(&standings, step);
}

Test(store, a_look_at_a_solution_is_remembered_once) {
    SCOPE_FOLDER char *folder = folder_new();
    SCOPE_ARENA struct arena *arena = arena_new();
    struct store *store = open_for_writing(folder);
    struct error error = {0};
    cr_assert(record(store, "7", 3, &error), "%s", error.text);
    cr_assert(store_set_solution_seen(store, "6", 1700000000000, &error), "%s", error.text);
    cr_assert(store_set_solution_seen(store, "6", 1800000000000, &error), "%s", error.text);
    const struct standing *six = standing(store, arena, "6");
    cr_assert_eq(six->solution_seen, 1700000000000, "the first time counts");
    cr_assert_eq(six->attempts, 0, "a look is no attempt");
    cr_assert_not(six->done);
    cr_assert_eq(standing(store, arena, "7")->solution_seen, 0);
    cr_assert(record(store, "6", 3, &error), "%s", error.text);
    six = standing(store, arena, "6");
    cr_assert(six->done && six->solution_seen && six->attempts == 1);
    store_close(store);
}

Test(store, an_older_schema_is_migrated_with_what_it_holds) {
    SCOPE_FOLDER char *folder = folder_new();
    SCOPE_ARENA struct arena *arena = arena_new();
    struct store *store = open_for_writing(folder);
    struct error error = {0};
    cr_assert(record(store, "6", 3, &error), "%s", error.text);
    store_close(store);
    SCOPE_FREE char *file = xprintf("%s/progress.db", folder);
    sqlite3 *database;
    sqlite3_open(file, &database);
    cr_assert_eq(sqlite3_exec(database, "DROP TABLE solutions; PRAGMA user_version = 1", NULL, NULL, NULL),
                 SQLITE_OK);
    sqlite3_close(database);
    cr_assert(store_open(folder, STORE_READ, &store, &error), "%s", error.text);
    int schema;
    cr_assert(store_schema(store, &schema, &error));
    cr_assert_eq(schema, STORE_SCHEMA);
    cr_assert(standing(store, arena, "6")->done);
    cr_assert_eq(standing(store, arena, "6")->solution_seen, 0);
    store_close(store);
    assert_whole(folder);
}

Test(store, an_empty_file_left_by_a_killed_start_is_used) {
    SCOPE_FOLDER char *folder = folder_new();
    SCOPE_FREE char *file = xprintf("%s/progress.db", folder);
    cr_assert(write_text(file, ""));
    struct store *store = open_for_writing(folder);
    struct error error = {0};
    cr_assert(record(store, "6", 1, &error), "%s", error.text);
    store_close(store);
    assert_whole(folder);
}

/* --- the recorder --------------------------------------------------------------------------------------- */

static void send(struct recorder *recorder, const char *const *events) {
    for (; *events; events++) {
        SCOPE_JSON cJSON *event = json_parse(*events, strlen(*events), NULL);
        cr_assert_not_null(event, "%s", *events);
        recorder_reader(recorder)->on_event(recorder_reader(recorder), event);
    }
}

static const char *const whole_run[] = {
    "{\"v\":1,\"event\":\"run-started\",\"step\":{\"id\":\"6\",\"name\":\"fizzbuzz\"},\"language\":\"c\","
    "\"folder\":\"/home/a\",\"seed\":\"4f2a91c3\"}",
    "{\"v\":1,\"event\":\"check-started\",\"check\":\"build\"}",
    "{\"v\":1,\"event\":\"check-finished\",\"check\":\"build\",\"verdict\":\"passed\",\"points\":5,"
    "\"possible\":5,\"ms\":80}",
    "{\"v\":1,\"event\":\"check-finished\",\"check\":\"range\",\"verdict\":\"failed\",\"points\":0,"
    "\"possible\":20,\"ms\":3}",
    "{\"v\":1,\"event\":\"run-finished\",\"verdict\":\"failed\",\"done\":false,\"points\":5,\"possible\":25,"
    "\"ms\":90}",
    NULL,
};

Test(recorder, makes_an_attempt_of_events) {
    SCOPE_FOLDER char *folder = folder_new();
    SCOPE_ARENA struct arena *arena = arena_new();
    struct store *store = open_for_writing(folder);
    struct error error = {0};
    struct recorder *recorder = recorder_open();
    send(recorder, whole_run);
    int64_t id;
    cr_assert(recorder_save(recorder, store, NULL, &id, &error), "%s", error.text);
    recorder_close(recorder);
    const struct attempt *last;
    cr_assert(store_last(store, "6", arena, &last, &error));
    cr_assert_eq(last->id, id);
    cr_assert_str_eq(last->verdict, "failed");
    cr_assert_str_eq(last->seed, "4f2a91c3");
    cr_assert_eq(last->points, 5);
    cr_assert_eq(last->result_count, 2);
    cr_assert_eq(last->snapshot, 0);
    cr_assert_gt(last->started, 1700000000000);
    store_close(store);
}

Test(recorder, an_interrupted_run_is_no_attempt) {
    SCOPE_FOLDER char *folder = folder_new();
    struct store *store = open_for_writing(folder);
    struct error error = {0};
    struct recorder *recorder = recorder_open();
    send(recorder, (const char *const[]){whole_run[0], whole_run[2], NULL});
    int64_t id = 99;
    cr_assert(recorder_save(recorder, store, NULL, &id, &error));
    cr_assert_eq(id, 0);
    recorder_close(recorder);
    store_close(store);
    cr_assert_eq(query(folder, "SELECT count(*) FROM attempts"), 0);
}

Test(recorder, the_difference_of_two_attempts) {
    static const struct attempt_result then[] = {
        {"a", "failed", 0, 1, 0},  {"b", "passed", 1, 1, 0}, {"c", "passed", 1, 1, 0},
        {"d", "skipped", 0, 1, 0}, {"e", "failed", 0, 1, 0},
    };
    static const struct attempt_result now[] = {
        {"a", "passed", 1, 1, 0}, {"b", "failed", 0, 1, 0},  {"c", "passed", 1, 1, 0},
        {"d", "passed", 1, 1, 0}, {"e", "skipped", 0, 1, 0}, {"f", "failed", 0, 1, 0},
    };
    struct attempt before = {.results = then, .result_count = LENGTH_OF(then)};
    struct attempt after = {.results = now, .result_count = LENGTH_OF(now)};
    SCOPE_JSON cJSON *delta = attempt_delta(&before, &after);
    SCOPE_FREE char *text = json_print(delta);
    cr_assert_str_eq(text, "{\"fixed\":[\"a\"],\"broken\":[\"b\"]}");
    cr_assert_null(attempt_delta(NULL, &after));
    cr_assert_null(attempt_delta(&after, &after));
}
