/* postgres_copy: a whole store out of one snapshot into a file of SQLite, and back
 * in one transaction.
 *
 *     REPEATABLE READ; for each table  COPY .. TO STDOUT (BINARY) -> tuples -> INSERT
 *     BEGIN; TRUNCATE all; for each table  SELECT -> tuples -> COPY .. FROM STDIN; COMMIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "db_postgres.h"
#include "db_sqlite.h"

#define HEADER_BYTES 19

typedef struct table {
    char        name[64];
    pb__column  columns[PB__STORE_COLUMNS];
    const char *names[PB__STORE_COLUMNS];
    uint32_t    n;
    char        list[1100];
} table;

static pb_status describe(pb__db *sqlite, const char *name, table *t, pb_error *error)
{
    size_t at = 0;
    (void)snprintf(t->name, sizeof t->name, "%s", name);
    PB_TRY(pb__db_columns(sqlite, name, t->columns, PB__STORE_COLUMNS, &t->n, error));
    for (uint32_t i = 0; i < t->n; i++) {
        t->names[i] = t->columns[i].name;
        at += (size_t)snprintf(t->list + at, sizeof t->list - at, "%s%s", i ? ", " : "", t->columns[i].name);
    }
    return PB_OK;
}

typedef pb_status on_table(pb__db *postgres, pb__db *sqlite, const table *t, pb_error *error);

/* In the order of the schema: what is referred to comes first. */
static pb_status each_table(pb__db *postgres, pb__db *sqlite, on_table *visit, pb_error *error)
{
    static const char sql[] = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' "
                              "ORDER BY rowid";
    table            *t     = malloc(sizeof *t);
    pb__statement    *each  = NULL;
    char              name[64];
    pb_status         status =
        t ? pb__sqlite.prepare(sqlite, sql, &each, error) : pb_error_set(error, PB_E_NOMEM, "out of memory");
    while (status == PB_OK && (status = pb__sqlite.step(each, error)) == PB_OK) {
        (void)pb_span_copy(pb__sqlite.column(each, 0).text, name, sizeof name);
        status = describe(sqlite, name, t, error);
        if (status == PB_OK) status = visit(postgres, sqlite, t, error);
    }
    pb__db_finalize(each);
    free(t);
    return status == PB_E_EMPTY ? PB_OK : status;
}

/* ---- out ---- */

/* Reads one field and moves *at past it; false when it is cut short. */
static bool read_field(const uint8_t **at, const uint8_t *end, char type, pb_value *out)
{
    if (end - *at < 4) return false;
    int32_t len = (int32_t)pb__big_endian(*at, 4);
    *at += 4;
    *out = pb_value_null();
    if (len < 0) return true;
    if (len > end - *at || ((type == 'i' || type == 'f') && len != 8)) return false;
    uint64_t bits = len == 8 ? pb__big_endian(*at, 8) : 0;
    if (type == 'i') *out = pb_value_i64((int64_t)bits);
    if (type == 'f') {
        double real;
        memcpy(&real, &bits, sizeof real);
        *out = pb_value_f64(real);
    }
    if (type == 't' || type == 'b')
        *out =
            (pb_value){.kind = type == 't' ? PB_VALUE_TEXT : PB_VALUE_BLOB, .text = {(const char *)*at, (size_t)len}};
    *at += len;
    return true;
}

/* One message of the server holds one tuple; the first has the header before it, the last is no tuple. */
static pb_status put_tuple(const table *t, const uint8_t *at, size_t len, pb__bulk *into, pb_error *error)
{
    const uint8_t *end = at + len;
    pb_value       values[PB__STORE_COLUMNS];
    if (len >= HEADER_BYTES && memcmp(at, "PGCOPY\n\377\r\n", 11) == 0) at += HEADER_BYTES;
    if (end - at < 2 || pb__big_endian(at, 2) == 0xffff) return PB_OK;
    bool good = pb__big_endian(at, 2) == t->n;
    at += 2;
    for (uint32_t i = 0; good && i < t->n; i++) good = read_field(&at, end, t->columns[i].type, &values[i]);
    if (!good) return pb_error_set(error, PB_E_SYNTAX, "%s: the server sent a row that was not understood", t->name);
    return pb__sqlite.bulk_row(into, values, error);
}

static pb_status drain(pb__db *postgres, const table *t, pb__bulk *into, pb_error *error)
{
    PGconn   *at     = pb__postgres_of(postgres)->at;
    char     *row    = NULL;
    pb_status status = PB_OK;
    int       len;
    while ((len = PQgetCopyData(at, &row, 0)) > 0) {
        if (status == PB_OK) status = put_tuple(t, (const uint8_t *)row, (size_t)len, into, error);
        PQfreemem(row);
    }
    for (PGresult *result; (result = PQgetResult(at)); PQclear(result))
        if (status == PB_OK && PQresultStatus(result) != PGRES_COMMAND_OK)
            status = pb__postgres_fail(postgres, result, "reading", error);
    if (status == PB_OK && len == -2) status = pb__postgres_fail(postgres, NULL, "reading", error);
    return status;
}

static pb_status copy_out(pb__db *postgres, pb__db *sqlite, const table *t, pb_error *error)
{
    char      sql[1400];
    pb__bulk *into;
    (void)snprintf(sql, sizeof sql, "COPY (SELECT %s FROM %s) TO STDOUT (FORMAT BINARY)", t->list, t->name);
    PGresult *result = PQexec(pb__postgres_of(postgres)->at, sql);
    pb_status status =
        PQresultStatus(result) == PGRES_COPY_OUT ? PB_OK : pb__postgres_fail(postgres, result, "reading", error);
    PQclear(result);
    PB_TRY(status);
    PB_TRY(pb__sqlite.bulk_open(sqlite, t->name, t->names, t->n, &into, error));
    status = drain(postgres, t, into, error);
    pb__sqlite.bulk_close(into);
    return status;
}

static pb_status fill(pb__db *postgres, pb__db *sqlite, pb_error *error)
{
    PB_TRY(pb__sqlite.run(sqlite, "BEGIN IMMEDIATE", false, error));
    PB_TRY(each_table(postgres, sqlite, copy_out, error));
    return pb__sqlite.run(sqlite, "COMMIT", false, error);
}

pb_status pb__postgres_backup(pb__db *db, const char *path, pb_error *error)
{
    pb__db *file;
    PB_TRY(pb__sqlite_new_copy(path, &file, error));
    pb_status status = pb__postgres_run(db, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", error);
    if (status == PB_OK) status = fill(db, file, error);
    (void)pb__postgres_run(db, "ROLLBACK", NULL);
    pb__sqlite.close(file);
    return status;
}

/* ---- in ---- */

static pb_status ready_sessions(pb__db *postgres, pb__db *sqlite, pb_error *error)
{
    static const char sql[] = "SELECT session FROM live_windows UNION SELECT session FROM live_chunks";
    pb__statement    *each;
    pb_status         status;
    PB_TRY(pb__sqlite.prepare(sqlite, sql, &each, error));
    while ((status = pb__sqlite.step(each, error)) == PB_OK) {
        char session[PB__WHERE_MAX];
        (void)pb_span_copy(pb__sqlite.column(each, 0).text, session, sizeof session);
        if ((status = pb__postgres_ready_session(postgres, session, error)) != PB_OK) break;
    }
    pb__db_finalize(each);
    return status == PB_E_EMPTY ? PB_OK : status;
}

static pb_status put_rows(pb__db *sqlite, const table *t, pb__bulk *into, pb_error *error)
{
    char           sql[1400];
    pb__statement *rows;
    pb_value       values[PB__STORE_COLUMNS];
    pb_status      status;
    (void)snprintf(sql, sizeof sql, "SELECT %s FROM %s", t->list, t->name);
    PB_TRY(pb__sqlite.prepare(sqlite, sql, &rows, error));
    while ((status = pb__sqlite.step(rows, error)) == PB_OK) {
        for (uint32_t i = 0; i < t->n; i++) values[i] = pb__sqlite.column(rows, i);
        if ((status = pb__postgres_bulk_row(into, values, error)) != PB_OK) break;
    }
    pb__db_finalize(rows);
    return status == PB_E_EMPTY ? pb__postgres_bulk_flush(into, error) : status;
}

static pb_status copy_back(pb__db *postgres, pb__db *sqlite, const table *t, pb_error *error)
{
    pb__bulk *into;
    PB_TRY(pb__postgres_bulk_open(postgres, t->name, t->names, t->n, &into, error));
    pb_status status = put_rows(sqlite, t, into, error);
    pb__postgres_bulk_close(into);
    return status;
}

static pb_status empty(pb__db *postgres, pb__db *sqlite, const table *t, pb_error *error)
{
    char sql[128];
    (void)sqlite;
    (void)snprintf(sql, sizeof sql, "TRUNCATE %s CASCADE", t->name);
    return pb__postgres_run(postgres, sql, error);
}

static pb_status replace_all(pb__db *postgres, pb__db *sqlite, pb_error *error)
{
    PB_TRY(pb__postgres.lock(postgres, error));
    PB_TRY(each_table(postgres, sqlite, empty, error));
    PB_TRY(ready_sessions(postgres, sqlite, error));
    PB_TRY(each_table(postgres, sqlite, copy_back, error));
    return pb__postgres_run(postgres,
                            "SELECT setval(pg_get_serial_sequence('sources', 'source'), coalesce(max(source), 0) + 1, "
                            "false) FROM sources; "
                            "SELECT setval(pg_get_serial_sequence('server_audit', 'id'), coalesce(max(id), 0) + 1, "
                            "false) FROM server_audit",
                            error);
}

pb_status pb__postgres_restore(pb__db *db, pb__db *from, pb_error *error)
{
    PB_TRY(pb__postgres_run(db, "BEGIN", error));
    pb_status status = replace_all(db, from, error);
    if (status == PB_OK) status = pb__postgres_run(db, "COMMIT", error);
    if (status != PB_OK) (void)pb__postgres_run(db, "ROLLBACK", NULL);
    return status;
}
