/* db_sqlite: SQLite as a driver. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "db_sqlite.h"

#define BUSY_MS 3000

typedef struct statement {
    pb__statement head;
    sqlite3_stmt *at;
} statement;

static sqlite3 *handle(const pb__db *db)
{
    return ((const pb__sqlite_db *)db)->at;
}

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
                            "%s: %s: the disk is full; what was being written is undone (make room, then again)", path,
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

pb_status pb__sqlite_fail(sqlite3 *at, const char *path, const char *doing, pb_error *error)
{
    return fail_as(sqlite3_errcode(at), path, doing, sqlite3_errmsg(at), error);
}

static pb_status fail(const pb__db *db, const char *doing, pb_error *error)
{
    return pb__sqlite_fail(handle(db), db->where, doing, error);
}

int64_t pb__sqlite_pragma(sqlite3 *at, const char *sql, int64_t none)
{
    sqlite3_stmt *s     = NULL;
    int64_t       value = none;
    if (sqlite3_prepare_v2(at, sql, -1, &s, NULL) == SQLITE_OK && sqlite3_step(s) == SQLITE_ROW)
        value = sqlite3_column_int64(s, 0);
    sqlite3_finalize(s);
    return value;
}

/* ---- statements ---- */

static pb_status run(pb__db *db, const char *sql, bool schema, pb_error *error)
{
    (void)schema;
    return sqlite3_exec(handle(db), sql, NULL, NULL, NULL) == SQLITE_OK ? PB_OK : fail(db, "writing", error);
}

/* Our statements are right: what SQLite does not understand of one is due to the tables. */
static pb_status prepare(pb__db *db, const char *sql, pb__statement **out, pb_error *error)
{
    statement *s = calloc(1, sizeof *s);
    if (!s) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    s->head.db = db;
    int code   = sqlite3_prepare_v2(handle(db), sql, -1, &s->at, NULL);
    if (code == SQLITE_OK) {
        *out = &s->head;
        return PB_OK;
    }
    free(s);
    if ((code & 0xff) != SQLITE_ERROR) return fail(db, "reading", error);
    return pb_error_set(error, PB_E_SYNTAX,
                        "%s: its tables were changed by another program: %s (restore a backup: pitboard db restore)",
                        db->where, sqlite3_errmsg(handle(db)));
}

/* Bytes that the caller keeps until the step need no copy. */
static void bind_to(sqlite3_stmt *at, int i, const pb_value *value, sqlite3_destructor_type how)
{
    switch (value->kind) {
    case PB_VALUE_NULL:
        (void)sqlite3_bind_null(at, i);
        break;
    case PB_VALUE_I64:
        (void)sqlite3_bind_int64(at, i, value->i64);
        break;
    case PB_VALUE_F64:
        (void)sqlite3_bind_double(at, i, value->f64);
        break;
    case PB_VALUE_TEXT:
        (void)sqlite3_bind_text(at, i, value->text.at, (int)value->text.len, how);
        break;
    case PB_VALUE_BLOB:
        (void)sqlite3_bind_blob64(at, i, value->text.at, value->text.len, how);
        break;
    }
}

static void bind(pb__statement *s, uint32_t i, const pb_value *value)
{
    bind_to(((statement *)s)->at, (int)i, value, SQLITE_TRANSIENT);
}

static pb_status step(pb__statement *s, pb_error *error)
{
    switch (sqlite3_step(((statement *)s)->at)) {
    case SQLITE_ROW:
        return PB_OK;
    case SQLITE_DONE:
        return PB_E_EMPTY;
    default:
        return fail(s->db, sqlite3_stmt_readonly(((statement *)s)->at) ? "reading" : "writing", error);
    }
}

static int64_t changes(const pb__statement *s)
{
    return sqlite3_changes64(handle(s->db));
}

static pb_value bytes_of(sqlite3_stmt *at, int i, pb_value_kind kind)
{
    const char *bytes = kind == PB_VALUE_TEXT ? (const char *)sqlite3_column_text(at, i) : sqlite3_column_blob(at, i);
    return (pb_value){.kind = kind, .text = {bytes ? bytes : "", bytes ? (size_t)sqlite3_column_bytes(at, i) : 0}};
}

static pb_value column(const pb__statement *s, uint32_t i)
{
    sqlite3_stmt *at = ((const statement *)s)->at;
    switch (sqlite3_column_type(at, (int)i)) {
    case SQLITE_INTEGER:
        return pb_value_i64(sqlite3_column_int64(at, (int)i));
    case SQLITE_FLOAT:
        return pb_value_f64(sqlite3_column_double(at, (int)i));
    case SQLITE_TEXT:
        return bytes_of(at, (int)i, PB_VALUE_TEXT);
    case SQLITE_BLOB:
        return bytes_of(at, (int)i, PB_VALUE_BLOB);
    default:
        return pb_value_null();
    }
}

static void reset(pb__statement *s)
{
    (void)sqlite3_reset(((statement *)s)->at);
}

static void finalize(pb__statement *s)
{
    if (!s) return;
    sqlite3_finalize(((statement *)s)->at);
    free(s);
}

/* ---- many rows: one upsert, prepared ---- */

typedef struct bulk {
    pb__bulk      head;
    sqlite3_stmt *upsert;
    uint32_t      n;
} bulk;

/* INSERT INTO t(a, b, c) VALUES(?1, ?2, ?3) ON CONFLICT(a) DO UPDATE SET b = excluded.b, c = excluded.c */
static size_t upsert_sql(char *sql, size_t cap, const char *table, const char *const *columns, uint32_t n,
                         const pb__column *known, uint32_t n_known)
{
    size_t at = (size_t)snprintf(sql, cap, "INSERT INTO %s(", table);
    for (uint32_t i = 0; i < n; i++) at += (size_t)snprintf(sql + at, cap - at, "%s%s", i ? ", " : "", columns[i]);
    at += (size_t)snprintf(sql + at, cap - at, ") VALUES(");
    for (uint32_t i = 0; i < n; i++) at += (size_t)snprintf(sql + at, cap - at, "%s?%u", i ? ", " : "", i + 1);
    at += (size_t)snprintf(sql + at, cap - at, ") ON CONFLICT");
    return at + pb__upsert_tail(sql + at, cap - at, columns, n, known, n_known);
}

static bool is_key(const char *name, const pb__column *known, uint32_t n_known)
{
    for (uint32_t i = 0; i < n_known; i++)
        if (strcmp(known[i].name, name) == 0) return known[i].key;
    return false;
}

size_t pb__upsert_tail(char *sql, size_t cap, const char *const *columns, uint32_t n, const pb__column *known,
                       uint32_t n_known)
{
    const char *between = "";
    bool        keyed   = false;
    for (uint32_t i = 0; i < n_known; i++) keyed = keyed || known[i].key;
    if (!keyed) return (size_t)snprintf(sql, cap, " DO NOTHING");
    size_t at = (size_t)snprintf(sql, cap, "(");
    for (uint32_t i = 0; i < n_known; i++)
        if (known[i].key) {
            at += (size_t)snprintf(sql + at, cap - at, "%s%s", between, known[i].name);
            between = ", ";
        }
    at += (size_t)snprintf(sql + at, cap - at, ") DO ");
    between = "UPDATE SET ";
    for (uint32_t i = 0; i < n; i++)
        if (!is_key(columns[i], known, n_known)) {
            at += (size_t)snprintf(sql + at, cap - at, "%s%s = excluded.%s", between, columns[i], columns[i]);
            between = ", ";
        }
    if (strcmp(between, "UPDATE SET ") == 0) at += (size_t)snprintf(sql + at, cap - at, "NOTHING");
    return at;
}

static pb_status bulk_open(pb__db *db, const char *table, const char *const *columns, uint32_t n, pb__bulk **out,
                           pb_error *error)
{
    pb__column known[PB__STORE_COLUMNS];
    uint32_t   n_known;
    char       sql[4096];
    PB_TRY(pb__db_columns(db, table, known, PB__STORE_COLUMNS, &n_known, error));
    if (n_known == 0) return pb__db_changed(db, table, error);
    PB_ASSERT(upsert_sql(sql, sizeof sql, table, columns, n, known, n_known) < sizeof sql);
    bulk *b = calloc(1, sizeof *b);
    if (!b) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    b->head.db = db;
    b->n       = n;
    if (sqlite3_prepare_v3(handle(db), sql, -1, SQLITE_PREPARE_PERSISTENT, &b->upsert, NULL) != SQLITE_OK) {
        free(b);
        return pb__db_changed(db, table, error);
    }
    *out = &b->head;
    return PB_OK;
}

static pb_status bulk_row(pb__bulk *b, const pb_value *values, pb_error *error)
{
    sqlite3_stmt *at = ((bulk *)b)->upsert;
    for (uint32_t i = 0; i < ((bulk *)b)->n; i++) bind_to(at, (int)i + 1, &values[i], SQLITE_STATIC);
    int       code   = sqlite3_step(at);
    pb_status status = code == SQLITE_DONE ? PB_OK : fail(b->db, "writing", error);
    (void)sqlite3_reset(at);
    return status;
}

static pb_status bulk_flush(pb__bulk *b, pb_error *error)
{
    (void)b, (void)error;
    return PB_OK;
}

static void bulk_forget(pb__bulk *b)
{
    (void)b;
}

static void bulk_close(pb__bulk *b)
{
    sqlite3_finalize(((bulk *)b)->upsert);
    free(b);
}

/* ---- opening ---- */

static pb_status path_of(const char *url, char *out, size_t cap, pb_error *error)
{
    size_t n = strlen(PB_STORE_SCHEME);
    if (url[n] == '\0')
        return pb_error_set(error, PB_E_USAGE, "'%s' is no store; write sqlite:PATH, as in sqlite:races.db", url);
    if (strcmp(url + n, ":memory:") == 0)
        return pb_error_set(error, PB_E_USAGE, "'%s' would be gone at once; write sqlite:PATH, as in sqlite:races.db",
                            url);
    if (pb_span_copy(pb_span_of(url + n), out, cap)) return PB_OK;
    return pb_error_set(error, PB_E_LIMIT, "the path of the store is longer than %zu bytes", cap - 1);
}

static void close_db(pb__db *db)
{
    if (!db) return;
    sqlite3_close(handle(db));
    free(db);
}

/* How a handle is used, before anything is known of the file. */
static pb_status connect_to(pb__sqlite_db *db, pb_store_mode mode, pb_error *error)
{
    int         flags[] = {SQLITE_OPEN_READONLY, SQLITE_OPEN_READWRITE, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE};
    const char *path    = db->head.where;
    if (mode != PB_STORE_CREATE && access(path, F_OK) != 0)
        return pb_error_set(error, PB_E_NOENT, "%s: no such store (pitboard import ... --store sqlite:%s makes one)",
                            path, path);
    if (sqlite3_open_v2(path, &db->at, flags[mode] | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
        return db->at ? fail(&db->head, "opening", error) : pb_error_set(error, PB_E_NOMEM, "out of memory");
    if (mode != PB_STORE_READ && sqlite3_db_readonly(db->at, "main") == 1) /* SQLite would tell at the first row */
        return fail_as(SQLITE_READONLY, path, "opening", "", error);
    (void)sqlite3_busy_timeout(db->at, BUSY_MS);
    (void)sqlite3_extended_result_codes(db->at, 0);
    return run(&db->head, "PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON", false,
               error);
}

static pb_status open_db(const char *url, pb_store_mode mode, pb__db **out, pb_error *error)
{
    pb__sqlite_db *db = calloc(1, sizeof *db);
    if (!db) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    db->head.driver  = &pb__sqlite;
    pb_status status = path_of(url, db->head.where, sizeof db->head.where, error);
    if (status == PB_OK) status = connect_to(db, mode, error);
    if (status == PB_OK)
        *out = &db->head;
    else
        close_db(&db->head);
    return status;
}

/* Ours by its mark; or empty, when it may be made one. */
static pb_status recognise(pb__db *db, int *version, pb_error *error)
{
    int64_t tables = pb__sqlite_pragma(handle(db), "SELECT count(*) FROM sqlite_schema", -1);
    if (tables < 0) return fail(db, "opening", error);
    int64_t mark = pb__sqlite_pragma(handle(db), "PRAGMA application_id", 0);
    *version     = (int)pb__sqlite_pragma(handle(db), "PRAGMA user_version", 0);
    if (mark == PB__STORE_APPLICATION) return PB_OK;
    if (tables == 0) {
        *version = 0;
        return PB_OK;
    }
    return pb_error_set(error, PB_E_SYNTAX, "%s: an SQLite file, but no store of Pitboard (name another file)",
                        db->where);
}

/* WAL: readers do not wait for a writer. FULL: a commit is on the disk when it returns. */
static pb_status set_up(pb__db *db, pb_error *error)
{
    return run(db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -16000", false, error);
}

static pb_status lock(pb__db *db, pb_error *error)
{
    (void)db, (void)error; /* BEGIN IMMEDIATE did it */
    return PB_OK;
}

static pb_status mark(pb__db *db, int version, pb_error *error)
{
    char sql[96];
    (void)snprintf(sql, sizeof sql, "PRAGMA application_id = %d; PRAGMA user_version = %d", PB__STORE_APPLICATION,
                   version);
    return run(db, sql, false, error);
}

/* ---- care ---- */

/* A reader that stays on an old page holds the log back: that is no failure. */
static pb_status checkpoint(pb__db *db, pb_store_checkpoint_mode mode, pb_error *error)
{
    int how  = mode == PB_CHECKPOINT_TRUNCATE ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE;
    int code = sqlite3_wal_checkpoint_v2(handle(db), NULL, how, NULL, NULL);
    return code == SQLITE_OK || (code & 0xff) == SQLITE_BUSY ? PB_OK : fail(db, "moving the log into the file", error);
}

static pb_status auto_checkpoint(pb__db *db, int32_t pages, pb_error *error)
{
    return sqlite3_wal_autocheckpoint(handle(db), pages) == SQLITE_OK ? PB_OK : fail(db, "opening", error);
}

const pb__driver pb__sqlite = {
    .scheme           = PB_STORE_SCHEME,
    .begin            = "BEGIN IMMEDIATE",
    .open             = open_db,
    .close            = close_db,
    .recognise        = recognise,
    .set_up           = set_up,
    .lock             = lock,
    .mark             = mark,
    .run              = run,
    .prepare          = prepare,
    .bind             = bind,
    .step             = step,
    .changes          = changes,
    .column           = column,
    .reset            = reset,
    .finalize         = finalize,
    .bulk_open        = bulk_open,
    .bulk_row         = bulk_row,
    .bulk_flush       = bulk_flush,
    .bulk_forget      = bulk_forget,
    .bulk_close       = bulk_close,
    .columns_sql      = "SELECT name, pk > 0, type FROM pragma_table_info(?1)",
    .check            = pb__sqlite_check,
    .check_references = pb__sqlite_references,
    .backup           = pb__sqlite_backup,
    .restore          = pb__sqlite_restore,
    .checkpoint       = checkpoint,
    .auto_checkpoint  = auto_checkpoint,
};
