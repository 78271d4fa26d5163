/* What the files of the store share: the open database, and statements without ceremony. Private to
 * cli/progress. */
#pragma once
#include "cli/progress/store.h"

#include <sqlite3.h>

struct store {
    sqlite3 *database;
    char *file;
};

static inline void scope_statement(sqlite3_stmt **statement) {
    sqlite3_finalize(*statement);
}
#define SCOPE_STATEMENT __attribute__((cleanup(scope_statement)))

/* What SQLite last said, as a sentence with the file's name and the remedy. Returns false. */
bool store_fail(struct store *store, struct error *error);

/* Runs statements that return nothing. */
bool store_run(struct store *store, const char *sql, struct error *error);

/* Prepares a statement and binds to its parameters, in order, what bindings says: 's' const char * (NULL is
 * NULL), 'i' int, 'l' int64_t, 'd' double, 'b' const void * and size_t. Texts and bytes must outlive it. */
bool store_prepare(struct store *store, sqlite3_stmt **ret_statement, struct error *error, const char *sql,
                   const char *bindings, ...);

/* The next row: *ret_row says whether there is one. */
bool store_step(struct store *store, sqlite3_stmt *statement, bool *ret_row, struct error *error);

/* Prepares, binds and runs a statement whose rows nobody reads. */
bool store_do(struct store *store, struct error *error, const char *sql, const char *bindings, ...);

/* A text column, copied; NULL stays NULL. */
const char *store_text(sqlite3_stmt *statement, int column, struct arena *arena);
