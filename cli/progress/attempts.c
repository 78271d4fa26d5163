/* Attempts: written in one transaction, with the code beside them.
 *
 * The code is content-addressed twice: a folder that did not change is the same snapshot, and a file that did not
 * change is the same blob, in whichever step or snapshot it appears. So a hundred attempts at one exercise cost
 * little more than what was edited between them. */
#include "cli/progress/database.h"

#include <string.h>

/* The id of the tree's snapshot, made unless it is there. */
static bool keep_snapshot(struct store *store, const struct tree *tree, int64_t *ret_snapshot,
                          struct error *error) {
    char hash[65];
    tree_hash(tree, hash);
    SCOPE_STATEMENT sqlite3_stmt *known = NULL;
    bool row;
    if (!store_prepare(store, &known, error, "SELECT id FROM snapshots WHERE hash = ?", "s", hash) ||
        !store_step(store, known, &row, error))
        return false;
    if (row) {
        *ret_snapshot = sqlite3_column_int64(known, 0);
        return true;
    }
    if (!store_do(store, error, "INSERT INTO snapshots(hash) VALUES(?)", "s", hash))
        return false;
    int64_t snapshot = sqlite3_last_insert_rowid(store->database);
    for (size_t i = 0; i < tree->count; i++) {
        const struct tree_entry *entry = &tree->entries[i];
        bool folder = entry->kind == 'd';
        char kind[2] = {entry->kind, '\0'}, blob[65] = "";
        if (!folder) {
            hash_bytes(entry->bytes, entry->length, blob);
            if (!store_do(store, error, "INSERT OR IGNORE INTO blobs(hash, content) VALUES(?, ?)", "sb", blob,
                          (const void *)entry->bytes, entry->length))
                return false;
        }
        if (!store_do(store, error,
                      "INSERT INTO snapshot_entries(snapshot, path, kind, blob) VALUES(?, ?, ?, ?)", "lsss",
                      snapshot, entry->path, kind, folder ? (const char *)NULL : blob))
            return false;
    }
    *ret_snapshot = snapshot;
    return true;
}

/* What list asks for is kept added up: thousands of attempts later it is still one row a step. */
static bool add_to_best(struct store *store, const struct attempt *attempt, struct error *error) {
    return store_do(store, error,
                    "INSERT INTO best(step, done, mastered, points, possible, attempts, first, last)"
                    " VALUES(?1, ?2, ?3, ?4, ?5, 1, ?6, ?6) ON CONFLICT(step) DO UPDATE SET"
                    " done = max(done, excluded.done), mastered = max(mastered, excluded.mastered),"
                    " points = max(points, excluded.points), possible = max(possible, excluded.possible),"
                    " attempts = attempts + 1, first = min(first, excluded.first),"
                    " last = max(last, excluded.last)",
                    "siiiil", attempt->step, (int)attempt->done, (int)attempt->mastered, attempt->points,
                    attempt->possible, attempt->started);
}

static bool record(struct store *store, const struct attempt *attempt, const struct tree *tree,
                   int64_t *ret_id, struct error *error) {
    int64_t snapshot = 0;
    if (tree && !keep_snapshot(store, tree, &snapshot, error))
        return false;
    if (!store_do(
            store, error,
            "INSERT INTO attempts(step, language, folder, seed, started, ms, verdict, done, mastered, points,"
            " possible, snapshot) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, nullif(?, 0))",
            "ssssldsiiiil", attempt->step, attempt->language, attempt->folder, attempt->seed,
            attempt->started, attempt->ms, attempt->verdict, (int)attempt->done, (int)attempt->mastered,
            attempt->points, attempt->possible, snapshot))
        return false;
    int64_t id = sqlite3_last_insert_rowid(store->database);
    for (size_t i = 0; i < attempt->result_count; i++) {
        const struct attempt_result *result = &attempt->results[i];
        if (!store_do(store, error,
                      "INSERT INTO results(attempt, place, check_name, verdict, points, possible, ms)"
                      " VALUES(?, ?, ?, ?, ?, ?, ?)",
                      "lissiid", id, (int)i, result->check, result->verdict, result->points, result->possible,
                      result->ms))
            return false;
    }
    if (!add_to_best(store, attempt, error) || !store_set(store, "step", attempt->step, error))
        return false;
    *ret_id = id;
    return true;
}

bool store_record(struct store *store, const struct attempt *attempt, const struct tree *tree,
                  int64_t *ret_id, struct error *error) {
    /* IMMEDIATE: a writer that waits does so here, before it has read anything that could grow stale. */
    int64_t id;
    if (!store_run(store, "BEGIN IMMEDIATE", error))
        return false;
    if (!record(store, attempt, tree, &id, error) || !store_run(store, "COMMIT", error)) {
        sqlite3_exec(store->database, "ROLLBACK", NULL, NULL, NULL);
        return false;
    }
    *ret_id = id;
    return true;
}

static bool read_results(struct store *store, struct attempt *attempt, struct arena *arena,
                         struct error *error) {
    SCOPE_STATEMENT sqlite3_stmt *statement = NULL;
    if (!store_prepare(store, &statement, error,
                       "SELECT check_name, verdict, points, possible, ms, count(*) OVER () FROM results"
                       " WHERE attempt = ? ORDER BY place",
                       "l", attempt->id))
        return false;
    struct attempt_result *results = NULL;
    bool row;
    while (true) {
        if (!store_step(store, statement, &row, error))
            return false;
        if (!row)
            break;
        if (!results)
            results = arena_alloc(arena, (size_t)sqlite3_column_int64(statement, 5) * sizeof *results);
        results[attempt->result_count++] = (struct attempt_result){
            .check = store_text(statement, 0, arena),
            .verdict = store_text(statement, 1, arena),
            .points = sqlite3_column_int(statement, 2),
            .possible = sqlite3_column_int(statement, 3),
            .ms = sqlite3_column_double(statement, 4),
        };
    }
    attempt->results = results;
    return true;
}

bool store_last(struct store *store, const char *step, struct arena *arena,
                const struct attempt **ret_attempt, struct error *error) {
    if (!store) {
        *ret_attempt = NULL;
        return true;
    }
    SCOPE_STATEMENT sqlite3_stmt *statement = NULL;
    const char *sql =
        step ? "SELECT id, step, language, folder, seed, started, ms, verdict, done, mastered, points,"
               " possible, snapshot FROM attempts WHERE step = ? ORDER BY id DESC LIMIT 1"
             : "SELECT id, step, language, folder, seed, started, ms, verdict, done, mastered, points,"
               " possible, snapshot FROM attempts ORDER BY id DESC LIMIT 1";
    bool row;
    if (!store_prepare(store, &statement, error, sql, step ? "s" : "", step) ||
        !store_step(store, statement, &row, error))
        return false;
    if (!row) {
        *ret_attempt = NULL;
        return true;
    }
    struct attempt *attempt = arena_alloc(arena, sizeof *attempt);
    *attempt = (struct attempt){
        .id = sqlite3_column_int64(statement, 0),
        .step = store_text(statement, 1, arena),
        .language = store_text(statement, 2, arena),
        .folder = store_text(statement, 3, arena),
        .seed = store_text(statement, 4, arena),
        .started = sqlite3_column_int64(statement, 5),
        .ms = sqlite3_column_double(statement, 6),
        .verdict = store_text(statement, 7, arena),
        .done = sqlite3_column_int(statement, 8),
        .mastered = sqlite3_column_int(statement, 9),
        .points = sqlite3_column_int(statement, 10),
        .possible = sqlite3_column_int(statement, 11),
        .snapshot = sqlite3_column_int64(statement, 12),
    };
    if (!read_results(store, attempt, arena, error))
        return false;
    *ret_attempt = attempt;
    return true;
}

static bool count_days(struct store *store, int *ret_days, struct error *error) {
    SCOPE_STATEMENT sqlite3_stmt *statement = NULL;
    bool row;
    if (!store_prepare(store, &statement, error,
                       "SELECT count(DISTINCT date(started / 1000, 'unixepoch', 'localtime')) FROM attempts",
                       "") ||
        !store_step(store, statement, &row, error))
        return false;
    *ret_days = sqlite3_column_int(statement, 0);
    return true;
}

bool store_best(struct store *store, bool with_days, struct arena *arena, struct standings *ret_standings,
                struct error *error) {
    struct standings standings = {0};
    if (!store) {
        *ret_standings = standings;
        return true;
    }
    SCOPE_STATEMENT sqlite3_stmt *statement = NULL;
    if (!store_prepare(
            store, &statement, error,
            "SELECT step, done, mastered, points, possible, attempts, first, last, coalesce(seen, 0),"
            " count(*) OVER () FROM (SELECT step FROM best UNION SELECT step FROM solutions)"
            " LEFT JOIN best USING(step) LEFT JOIN solutions USING(step)",
            ""))
        return false;
    struct standing *rows = NULL;
    bool row;
    while (true) {
        if (!store_step(store, statement, &row, error))
            return false;
        if (!row)
            break;
        if (!rows)
            rows = arena_alloc(arena, (size_t)sqlite3_column_int64(statement, 9) * sizeof *rows);
        rows[standings.count++] = (struct standing){
            .step = store_text(statement, 0, arena),
            .done = sqlite3_column_int(statement, 1),
            .mastered = sqlite3_column_int(statement, 2),
            .points = sqlite3_column_int(statement, 3),
            .possible = sqlite3_column_int(statement, 4),
            .attempts = sqlite3_column_int(statement, 5),
            .first = sqlite3_column_int64(statement, 6),
            .last = sqlite3_column_int64(statement, 7),
            .solution_seen = sqlite3_column_int64(statement, 8),
        };
    }
    standings.rows = rows;
    if (with_days && !count_days(store, &standings.days, error))
        return false;
    *ret_standings = standings;
    return true;
}

const struct standing *standing_of(const struct standings *standings, const char *step) {
    for (size_t i = 0; i < standings->count; i++)
        if (!strcmp(standings->rows[i].step, step))
            return &standings->rows[i];
    return NULL;
}

static bool read_entries(struct store *store, int64_t snapshot, struct tree *tree, struct error *error) {
    SCOPE_STATEMENT sqlite3_stmt *statement = NULL;
    if (!store_prepare(store, &statement, error,
                       "SELECT path, kind, content, count(*) OVER () FROM snapshot_entries LEFT JOIN blobs"
                       " ON blobs.hash = blob WHERE snapshot = ? ORDER BY path",
                       "l", snapshot))
        return false;
    bool row;
    while (true) {
        if (!store_step(store, statement, &row, error))
            return false;
        if (!row)
            return true;
        if (!tree->entries)
            tree->entries =
                arena_alloc(tree->arena, (size_t)sqlite3_column_int64(statement, 3) * sizeof *tree->entries);
        const void *bytes = sqlite3_column_blob(statement, 2);
        size_t length = (size_t)sqlite3_column_bytes(statement, 2);
        tree->entries[tree->count++] = (struct tree_entry){
            .path = store_text(statement, 0, tree->arena),
            .kind = ((const char *)sqlite3_column_text(statement, 1))[0],
            .bytes = arena_copy_bytes(tree->arena, bytes, length),
            .length = length,
        };
        tree->size += length;
    }
}

bool store_snapshot_read(struct store *store, int64_t snapshot, struct tree *ret_tree, struct error *error) {
    SCOPE_STATEMENT sqlite3_stmt *statement = NULL;
    bool row;
    if (!store_prepare(store, &statement, error, "SELECT 1 FROM snapshots WHERE id = ?", "l", snapshot) ||
        !store_step(store, statement, &row, error))
        return false;
    if (!row)
        return fail(error, FAULT_INPUT,
                    "%s has no snapshot %lld; `backend-learn progress` shows what there is", store->file,
                    (long long)snapshot);
    struct tree tree = {.arena = arena_new()};
    if (!read_entries(store, snapshot, &tree, error)) {
        arena_free(tree.arena);
        return false;
    }
    *ret_tree = tree;
    return true;
}
