/* Opening the store: who may create, who migrates, and what is refused.
 *
 *   - The version is looked at before anything is written. A file from a newer backend-learn is closed again as it
 *     was found; so is a file that is no database, or another program's.
 *   - The switch to WAL and the migrations run under a lock on the folder: SQLite gives up at once, without
 *     waiting, when two processes switch the same new file at the same time.
 *   - A reader on a full or read-only disk cannot make WAL's shared-memory file; it then reads the file as it lies
 *     there, provided that no write-ahead log waits beside it. */
#include "cli/progress/database.h"

#include "checker/base/file.h"
#include "checker/base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

enum {
    APPLICATION_ID = 0x626c726e, /* "blrn" */
    BUSY_MS = 20000,
};

/* migrations[n] leads from version n to n + 1. A row, once released, never changes. */
static const char *const migrations[STORE_SCHEMA] = {
    "CREATE TABLE settings(key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE TABLE blobs(hash TEXT PRIMARY KEY, content BLOB NOT NULL) STRICT;"
    "CREATE TABLE snapshots(id INTEGER PRIMARY KEY, hash TEXT NOT NULL UNIQUE) STRICT;"
    "CREATE TABLE snapshot_entries(snapshot INTEGER NOT NULL REFERENCES snapshots(id), path TEXT NOT NULL,"
    "  kind TEXT NOT NULL, blob TEXT REFERENCES blobs(hash), PRIMARY KEY(snapshot, path)) STRICT, WITHOUT "
    "ROWID;"
    "CREATE TABLE attempts(id INTEGER PRIMARY KEY, step TEXT NOT NULL, language TEXT, folder TEXT, seed TEXT,"
    "  started INTEGER NOT NULL, ms REAL NOT NULL, verdict TEXT NOT NULL, done INTEGER NOT NULL,"
    "  mastered INTEGER NOT NULL, points INTEGER NOT NULL, possible INTEGER NOT NULL,"
    "  snapshot INTEGER REFERENCES snapshots(id)) STRICT;"
    "CREATE INDEX attempts_of_step ON attempts(step);"
    "CREATE TABLE best(step TEXT PRIMARY KEY, done INTEGER NOT NULL, mastered INTEGER NOT NULL,"
    "  points INTEGER NOT NULL, possible INTEGER NOT NULL, attempts INTEGER NOT NULL, first INTEGER NOT NULL,"
    "  last INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE TABLE results(attempt INTEGER NOT NULL REFERENCES attempts(id), place INTEGER NOT NULL,"
    "  check_name TEXT NOT NULL, verdict TEXT NOT NULL, points INTEGER NOT NULL, possible INTEGER NOT NULL,"
    "  ms REAL NOT NULL, PRIMARY KEY(attempt, place)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE hints(step TEXT NOT NULL, check_name TEXT NOT NULL, shown INTEGER NOT NULL,"
    "  PRIMARY KEY(step, check_name)) STRICT, WITHOUT ROWID;",
    "CREATE TABLE solutions(step TEXT PRIMARY KEY, seen INTEGER NOT NULL) STRICT, WITHOUT ROWID;",
};

bool store_fail(struct store *store, struct error *error) {
    sqlite3 *database = store->database;
    int code = sqlite3_errcode(database) & 0xff;
    int reason = sqlite3_system_errno(database);
    const char *said = sqlite3_errmsg(database), *file = store->file;
    if (code == SQLITE_FULL || ((code == SQLITE_IOERR || code == SQLITE_CANTOPEN) && reason == ENOSPC))
        return fail(
            error, FAULT_OURS,
            "%s could not be written: the disk is full. What it held before is intact; free some space "
            "there (see it with `df -h`), then do the same again",
            file);
    if ((code == SQLITE_IOERR || code == SQLITE_CANTOPEN) && reason == EDQUOT)
        return fail(
            error, FAULT_OURS,
            "%s could not be written: your disk quota is used up. What it held before is intact; delete "
            "something, then do the same again",
            file);
    switch (code) {
    case SQLITE_NOTADB:
        return fail(error, FAULT_OURS,
                    "%s is not a progress database. It was left as it is; move it out of the way (`mv %s "
                    "%s.old`), and a new one is made",
                    file, file, file);
    case SQLITE_CORRUPT:
        return fail(
            error, FAULT_OURS,
            "%s is damaged (%s). It was left as it is; keep it (`mv %s %s.damaged`), and a new one is "
            "made; `sqlite3 %s.damaged .recover` reads what is left of it",
            file, said, file, file, file);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return fail(
            error, FAULT_OURS,
            "%s has been in use by another program for %d seconds; end that one (`fuser %s` names it), "
            "then do the same again",
            file, BUSY_MS / 1000, file);
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_CANTOPEN:
    case SQLITE_AUTH:
        /* SQLite's last try is to open what it could not make: its ENOENT says less than we know. */
        return fail(
            error, FAULT_OURS,
            "%s could not be opened for writing (%s); make it and its folder yours (`ls -ld` shows whose "
            "they are), or set XDG_DATA_HOME to a folder that is",
            file,
            reason == ENOENT ? "it cannot be made there"
            : reason         ? strerrordesc_np(reason)
                             : said);
    default:
        return fail(error, FAULT_OURS, "%s could not be used (%s); `backend-learn doctor` looks at it", file,
                    reason && code == SQLITE_IOERR ? strerrordesc_np(reason) : said);
    }
}

bool store_run(struct store *store, const char *sql, struct error *error) {
    return sqlite3_exec(store->database, sql, NULL, NULL, NULL) == SQLITE_OK || store_fail(store, error);
}

static bool prepare(struct store *store, sqlite3_stmt **ret_statement, struct error *error, const char *sql,
                    const char *bindings, va_list values) {
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(store->database, sql, -1, &statement, NULL) != SQLITE_OK)
        return store_fail(store, error);
    int code = SQLITE_OK;
    for (int place = 1; *bindings && code == SQLITE_OK; place++, bindings++)
        switch (*bindings) {
        case 's':
            code = sqlite3_bind_text(statement, place, va_arg(values, const char *), -1, SQLITE_STATIC);
            break;
        case 'i':
            code = sqlite3_bind_int(statement, place, va_arg(values, int));
            break;
        case 'l':
            code = sqlite3_bind_int64(statement, place, va_arg(values, int64_t));
            break;
        case 'd':
            code = sqlite3_bind_double(statement, place, va_arg(values, double));
            break;
        case 'b': {
            const void *bytes = va_arg(values, const void *);
            size_t length = va_arg(values, size_t);
            /* An empty blob must not be bound as a null pointer: that is NULL. */
            code = sqlite3_bind_blob64(statement, place, bytes ? bytes : "", length, SQLITE_STATIC);
            break;
        }
        default:
            abort();
        }
    if (code != SQLITE_OK) {
        store_fail(store, error);
        sqlite3_finalize(statement);
        return false;
    }
    *ret_statement = statement;
    return true;
}

bool store_prepare(struct store *store, sqlite3_stmt **ret_statement, struct error *error, const char *sql,
                   const char *bindings, ...) {
    va_list values;
    va_start(values, bindings);
    bool ok = prepare(store, ret_statement, error, sql, bindings, values);
    va_end(values);
    return ok;
}

bool store_step(struct store *store, sqlite3_stmt *statement, bool *ret_row, struct error *error) {
    int code = sqlite3_step(statement);
    if (code != SQLITE_ROW && code != SQLITE_DONE)
        return store_fail(store, error);
    *ret_row = code == SQLITE_ROW;
    return true;
}

bool store_do(struct store *store, struct error *error, const char *sql, const char *bindings, ...) {
    SCOPE_STATEMENT sqlite3_stmt *statement = NULL;
    va_list values;
    va_start(values, bindings);
    bool ok = prepare(store, &statement, error, sql, bindings, values);
    va_end(values);
    bool row;
    return ok && store_step(store, statement, &row, error);
}

const char *store_text(sqlite3_stmt *statement, int column, struct arena *arena) {
    const char *text = (const char *)sqlite3_column_text(statement, column);
    return text ? arena_copy_bytes(arena, text, (size_t)sqlite3_column_bytes(statement, column)) : NULL;
}

static bool number(struct store *store, const char *sql, int *ret_number, struct error *error) {
    SCOPE_STATEMENT sqlite3_stmt *statement = NULL;
    bool row = false;
    if (!store_prepare(store, &statement, error, sql, "") || !store_step(store, statement, &row, error))
        return false;
    *ret_number = row ? sqlite3_column_int(statement, 0) : 0;
    return true;
}

bool store_schema(struct store *store, int *ret_schema, struct error *error) {
    return number(store, "PRAGMA user_version", ret_schema, error);
}

const char *store_file(const struct store *store) {
    return store->file;
}

/* Version and owner, looked at before anything is written. */
static bool look(struct store *store, int *ret_version, struct error *error) {
    int version, owner, tables;
    if (!store_schema(store, &version, error) || !number(store, "PRAGMA application_id", &owner, error) ||
        !number(store, "SELECT count(*) FROM sqlite_schema", &tables, error))
        return false;
    if (tables && owner != APPLICATION_ID)
        return fail(error, FAULT_OURS,
                    "%s is another program's database. It was left as it is; move it out of the way (`mv %s "
                    "%s.old`), and a new one is made",
                    store->file, store->file, store->file);
    if (version > STORE_SCHEMA)
        return fail(
            error, FAULT_OURS,
            "%s was written by a newer backend-learn (its schema is %d, this program knows %d). It was "
            "left as it is; use the newer backend-learn",
            store->file, version, STORE_SCHEMA);
    *ret_version = version;
    return true;
}

static bool migrate(struct store *store, struct error *error) {
    if (!store_run(store, "BEGIN IMMEDIATE", error))
        return false;
    int version;
    bool ok = look(store, &version, error);
    for (; ok && version < STORE_SCHEMA; version++)
        ok = store_run(store, migrations[version], error);
    if (ok) {
        SCOPE_FREE char *marks = xprintf("PRAGMA application_id = %d; PRAGMA user_version = %d; COMMIT",
                                         APPLICATION_ID, STORE_SCHEMA);
        ok = store_run(store, marks, error);
    }
    if (!ok)
        sqlite3_exec(store->database, "ROLLBACK", NULL, NULL, NULL);
    return ok;
}

static bool prepare_file(struct store *store, const char *folder, struct error *error) {
    SCOPE_CLOSE int lock = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (lock < 0)
        return fail_errno(error, FAULT_OURS, "the folder %s could not be opened", folder);
    while (flock(lock, LOCK_EX) < 0 && errno == EINTR)
        ;
    return store_run(store, "PRAGMA journal_mode = WAL", error) && migrate(store, error);
}

static bool open_database(struct store *store, const char *name, int flags, struct error *error) {
    sqlite3_close(store->database);
    store->database = NULL;
    if (sqlite3_open_v2(name, &store->database, flags | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK) {
        if (!store->database)
            return fail(error, FAULT_OURS, "%s could not be opened: no memory is left", store->file);
        return store_fail(store, error);
    }
    sqlite3_extended_result_codes(store->database, 1);
    sqlite3_busy_timeout(store->database, BUSY_MS);
    sqlite3_db_config(store->database, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    /* Closing must not move a log into a file that look() refuses. */
    sqlite3_db_config(store->database, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    return true;
}

/* Reads the file as it lies there: "immutable" needs neither locks nor a shared-memory file. */
static bool open_as_it_is(struct store *store, int *ret_version, struct error *error) {
    SCOPE_FREE char *log = xprintf("%s-wal", store->file);
    struct stat found;
    if (stat(log, &found) == 0 && found.st_size > 0)
        return false;
    struct text name = {0};
    text_puts(&name, "file:");
    for (const char *c = store->file; *c; c++)
        if (strchr("%?#", *c))
            text_printf(&name, "%%%02X", (unsigned char)*c);
        else
            text_putc(&name, *c);
    text_puts(&name, "?immutable=1");
    SCOPE_FREE char *uri = text_take(&name);
    return open_database(store, uri, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, error) &&
           look(store, ret_version, error) && *ret_version == STORE_SCHEMA;
}

static bool open_store(struct store *store, const char *folder, enum store_mode mode, struct error *error) {
    int flags = SQLITE_OPEN_READWRITE | (mode == STORE_WRITE ? SQLITE_OPEN_CREATE : 0);
    int version;
    if (!open_database(store, store->file, flags, error))
        return false;
    if (!look(store, &version, error)) {
        int code = sqlite3_errcode(store->database) & 0xff;
        bool disk =
            code == SQLITE_CANTOPEN || code == SQLITE_READONLY || code == SQLITE_IOERR || code == SQLITE_FULL;
        struct error ignored;
        return mode == STORE_READ && disk && open_as_it_is(store, &version, &ignored);
    }
    if (version < STORE_SCHEMA && !prepare_file(store, folder, error))
        return false;
    if (!store_run(store, "PRAGMA foreign_keys = ON; PRAGMA synchronous = NORMAL", error))
        return false;
    sqlite3_db_config(store->database, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, NULL);
    return true;
}

bool store_open(const char *folder, enum store_mode mode, struct store **ret_store, struct error *error) {
    SCOPE_FREE char *file = xprintf("%s/progress.db", folder);
    if (mode == STORE_READ && access(file, F_OK) < 0 && (errno == ENOENT || errno == ENOTDIR)) {
        *ret_store = NULL;
        return true;
    }
    if (mode == STORE_WRITE && !folder_make(folder, error))
        return false;
    struct store *store = xcalloc(1, sizeof *store);
    store->file = xstrdup(file);
    if (!open_store(store, folder, mode, error)) {
        store_close(store);
        return false;
    }
    *ret_store = store;
    return true;
}

void store_close(struct store *store) {
    if (!store)
        return;
    sqlite3_close(store->database);
    free(store->file);
    free(store);
}

bool store_setting(struct store *store, const char *key, struct arena *arena, const char **ret_value,
                   struct error *error) {
    SCOPE_STATEMENT sqlite3_stmt *statement = NULL;
    bool row = false;
    if (store &&
        (!store_prepare(store, &statement, error, "SELECT value FROM settings WHERE key = ?", "s", key) ||
         !store_step(store, statement, &row, error)))
        return false;
    *ret_value = row ? store_text(statement, 0, arena) : NULL;
    return true;
}

bool store_set(struct store *store, const char *key, const char *value, struct error *error) {
    return store_do(store, error,
                    "INSERT INTO settings(key, value) VALUES(?, ?)"
                    " ON CONFLICT(key) DO UPDATE SET value = excluded.value",
                    "ss", key, value);
}

bool store_hints_shown(struct store *store, const char *step, const char *check, int *ret_shown,
                       struct error *error) {
    SCOPE_STATEMENT sqlite3_stmt *statement = NULL;
    bool row = false;
    if (store &&
        (!store_prepare(store, &statement, error, "SELECT shown FROM hints WHERE step = ? AND check_name = ?",
                        "ss", step, check) ||
         !store_step(store, statement, &row, error)))
        return false;
    *ret_shown = row ? sqlite3_column_int(statement, 0) : 0;
    return true;
}

bool store_set_hints_shown(struct store *store, const char *step, const char *check, int shown,
                           struct error *error) {
    return store_do(store, error,
                    "INSERT INTO hints(step, check_name, shown) VALUES(?, ?, ?)"
                    " ON CONFLICT(step, check_name) DO UPDATE SET shown = excluded.shown",
                    "ssi", step, check, shown);
}

bool store_set_solution_seen(struct store *store, const char *step, int64_t seen, struct error *error) {
    return store_do(store, error, "INSERT OR IGNORE INTO solutions(step, seen) VALUES(?, ?)", "sl", step,
                    seen);
}
