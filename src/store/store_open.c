/* store_open: a file becomes a store: opened, recognised, brought up to date. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store_internal.h"

#define BUSY_MS 3000

/* ---- words for what SQLite says ---- */

static pb_status fail_as(int code, const char *path, const char *doing, const char *words, pb_error *error)
{
    switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return pb_error_set(error, PB_E_IO, "%s: %s: it is locked by another program (wait for it, or end it)", path,
                            doing);
    case SQLITE_FULL:
        return pb_error_set(error, PB_E_IO,
                            "%s: %s: the disk is full; nothing of this file was kept (make room, then again)", path,
                            doing);
    case SQLITE_NOTADB:
        return pb_error_set(error, PB_E_SYNTAX, "%s: it is no SQLite file (name another file for the store)", path);
    case SQLITE_CORRUPT:
        return pb_error_set(error, PB_E_SYNTAX,
                            "%s: %s: the file is damaged: %s (restore a backup: pitboard db restore)", path, doing,
                            words);
    case SQLITE_READONLY:
        return pb_error_set(error, PB_E_IO, "%s: %s: no permission to write it (check owner and mode)", path, doing);
    case SQLITE_CANTOPEN:
        return pb_error_set(error, PB_E_IO, "%s: %s: it cannot be opened (check the folder and its mode)", path, doing);
    case SQLITE_NOMEM:
        return pb_error_set(error, PB_E_NOMEM, "%s: %s: out of memory", path, doing);
    case SQLITE_IOERR:
        return pb_error_set(error, PB_E_IO, "%s: %s: it cannot be read or written: %s (is the disk full?)", path, doing,
                            words);
    case SQLITE_CONSTRAINT:
        return pb_error_set(error, PB_E_RANGE, "%s: %s: %s", path, doing, words);
    default:
        return pb_error_set(error, PB_E_IO, "%s: %s: %s", path, doing, words);
    }
}

pb_status pb__store_fail_db(sqlite3 *db, const char *path, const char *doing, pb_error *error)
{
    return fail_as(sqlite3_errcode(db), path, doing, sqlite3_errmsg(db), error);
}

pb_status pb__store_fail(const pb_store *store, const char *doing, pb_error *error)
{
    return pb__store_fail_db(store->db, store->path, doing, error);
}

/* ---- small statements ---- */

pb_status pb__store_run(pb_store *store, const char *sql, pb_error *error)
{
    return sqlite3_exec(store->db, sql, NULL, NULL, NULL) == SQLITE_OK ? PB_OK
                                                                       : pb__store_fail(store, "writing", error);
}

/* Our statements are right: what SQLite does not understand of one is due to the tables. */
pb_status pb__store_prepare(pb_store *store, const char *sql, sqlite3_stmt **out, pb_error *error)
{
    int code = sqlite3_prepare_v2(store->db, sql, -1, out, NULL);
    if (code == SQLITE_OK) return PB_OK;
    if ((code & 0xff) != SQLITE_ERROR) return pb__store_fail(store, "reading", error);
    return pb_error_set(error, PB_E_SYNTAX,
                        "%s: its tables were changed by another program: %s (restore a backup: pitboard db restore)",
                        store->path, sqlite3_errmsg(store->db));
}

int64_t pb__store_pragma(sqlite3 *db, const char *sql, int64_t none)
{
    sqlite3_stmt *statement = NULL;
    int64_t       value     = none;
    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK && sqlite3_step(statement) == SQLITE_ROW)
        value = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return value;
}

/* ---- transactions ---- */

pb_status pb_store_begin(pb_store *store, pb_error *error)
{
    PB_ASSERT(!store->open_transaction);
    PB_TRY(pb__store_run(store, "BEGIN IMMEDIATE", error));
    store->open_transaction = true;
    return PB_OK;
}

pb_status pb_store_commit(pb_store *store, pb_error *error)
{
    PB_ASSERT(store->open_transaction);
    PB_TRY(pb__store_run(store, "COMMIT", error));
    store->open_transaction = false;
    return PB_OK;
}

void pb_store_rollback(pb_store *store)
{
    if (!store->open_transaction) return;
    (void)sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
    store->open_transaction = false;
    store->source           = 0;
    pb__store_forget_sources(store);
}

/* ---- versions ---- */

/* Ours by its mark; or empty, when it may be made one. */
static pb_status recognise(pb_store *store, pb_store_mode mode, pb_error *error)
{
    int64_t tables = pb__store_pragma(store->db, "SELECT count(*) FROM sqlite_schema", -1);
    if (tables < 0) return pb__store_fail(store, "opening", error);
    int64_t mark = pb__store_pragma(store->db, "PRAGMA application_id", 0);
    store->found = (int)pb__store_pragma(store->db, "PRAGMA user_version", 0);
    if (mark != PB__STORE_APPLICATION && (tables > 0 || mode != PB_STORE_CREATE))
        return pb_error_set(error, PB_E_SYNTAX, "%s: an SQLite file, but no store of Pitboard (name another file)",
                            store->path);
    if (store->found > PB_STORE_VERSION)
        return pb_error_set(
            error, PB_E_UNSUPPORTED,
            "%s: its schema is version %d, this program knows up to %d (use a newer pitboard; the store "
            "was left alone)",
            store->path, store->found, PB_STORE_VERSION);
    if (store->found < PB_STORE_VERSION && mode != PB_STORE_CREATE)
        return pb_error_set(error, PB_E_UNSUPPORTED, "%s: its schema is version %d, not %d (run: pitboard db migrate)",
                            store->path, store->found, PB_STORE_VERSION);
    return PB_OK;
}

static pb_status take_steps(pb_store *store, pb_error *error)
{
    char sql[96];
    for (int v = store->found; v < PB_STORE_VERSION; v++) PB_TRY(pb__store_run(store, pb__store_steps[v], error));
    snprintf(sql, sizeof sql, "PRAGMA application_id = %d; PRAGMA user_version = %d", PB__STORE_APPLICATION,
             PB_STORE_VERSION);
    return pb__store_run(store, sql, error);
}

/* All steps or none; another program may have been quicker. */
static pb_status migrate(pb_store *store, pb_error *error)
{
    if (store->found == PB_STORE_VERSION) return PB_OK;
    PB_TRY(pb_store_begin(store, error));
    int       found  = store->found;
    pb_status status = recognise(store, PB_STORE_CREATE, error);
    if (status == PB_OK) status = take_steps(store, error);
    if (status == PB_OK) status = pb_store_commit(store, error);
    pb_store_rollback(store);
    store->found = found;
    return status;
}

/* ---- opening ---- */

static pb_status path_of(const char *url, char *out, size_t cap, pb_error *error)
{
    size_t n = strlen(PB_STORE_SCHEME);
    if (!url || strncmp(url, PB_STORE_SCHEME, n) != 0 || url[n] == '\0')
        return pb_error_set(error, PB_E_USAGE, "'%s' is no store; write sqlite:PATH, as in sqlite:races.db",
                            url ? url : "");
    if (strcmp(url + n, ":memory:") == 0)
        return pb_error_set(error, PB_E_USAGE, "'%s' would be gone at once; write sqlite:PATH, as in sqlite:races.db",
                            url);
    if (pb_span_copy(pb_span_of(url + n), out, cap)) return PB_OK;
    return pb_error_set(error, PB_E_LIMIT, "the path of the store is longer than %zu bytes", cap - 1);
}

/* WAL: readers do not wait for a writer. FULL: a commit is on the disk when it returns. */
static pb_status set_up(pb_store *store, pb_store_mode mode, pb_error *error)
{
    PB_TRY(pb__store_run(store, "PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON",
                         error));
    PB_TRY(recognise(store, mode, error));
    if (mode == PB_STORE_READ) return PB_OK;
    PB_TRY(pb__store_run(store, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -16000",
                         error));
    return migrate(store, error);
}

pb_status pb_store_open(const char *url, pb_store_mode mode, pb_store **out, pb_error *error)
{
    int       flags[] = {SQLITE_OPEN_READONLY, SQLITE_OPEN_READWRITE, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE};
    pb_store *store   = calloc(1, sizeof *store);
    if (!store) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    pb_status status = path_of(url, store->path, sizeof store->path, error);
    bool      there  = status == PB_OK && access(store->path, F_OK) == 0;
    if (status == PB_OK && !there && mode != PB_STORE_CREATE)
        status = pb_error_set(error, PB_E_NOENT, "%s: no such store (pitboard import ... --store sqlite:%s makes one)",
                              store->path, store->path);
    if (status == PB_OK &&
        sqlite3_open_v2(store->path, &store->db, flags[mode] | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
        status = store->db ? pb__store_fail(store, "opening", error) : pb_error_set(error, PB_E_NOMEM, "out of memory");
    if (status == PB_OK) {
        (void)sqlite3_busy_timeout(store->db, BUSY_MS);
        (void)sqlite3_extended_result_codes(store->db, 0);
        status = set_up(store, mode, error);
    }
    if (status == PB_OK)
        *out = store;
    else
        pb_store_close(store);
    return status;
}

void pb_store_close(pb_store *store)
{
    if (!store) return;
    pb_store_rollback(store);
    pb__store_free_puts(store);
    sqlite3_finalize(store->quarantine);
    sqlite3_finalize(store->conflict);
    sqlite3_finalize(store->reconcile);
    sqlite3_finalize(store->settle);
    sqlite3_close(store->db);
    free(store->origin_of_source);
    free(store);
}

int pb_store_version_found(const pb_store *store)
{
    return store->found;
}
