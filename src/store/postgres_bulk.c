/* postgres_bulk: rows to the server by COPY BINARY.
 *
 *     rows -> tuples in memory -> COPY table            while keys are new
 *                              -> COPY stage -> INSERT .. ON CONFLICT    from the first
 *                                                                        key on that is not
 *
 * The straight way is tried inside a savepoint. Tables whose rows change as a matter
 * of course go by the stage from the beginning: every collision is an error in the
 * server's log. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "db_postgres.h"

#define FLUSH_BYTES (8u << 20)                      /* that wait in memory */
#define HEADER "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0" /* signature, flags, length of the extension */
#define HEADER_BYTES 19

typedef struct bulk {
    pb__bulk   head;
    char       table[PB__COLUMN_NAME_MAX], stage[PB__COLUMN_NAME_MAX];
    pb__column columns[PB__STORE_COLUMNS]; /* those that are given */
    uint32_t   n;
    char       list[1100]; /* "a, b, c" */
    char       keys[200];
    char       tail[2400]; /* "(a) DO UPDATE SET ..." */
    bool       staged;
    char      *at;
    size_t     used, cap;
} bulk;

/* ---- tuples ---- */

static bool room(bulk *b, size_t more)
{
    if (b->used + more <= b->cap) return true;
    size_t cap = 2 * b->cap + more + 65536;
    char  *to  = realloc(b->at, cap);
    if (!to) return false;
    b->at  = to;
    b->cap = cap;
    return true;
}

static void put_big(bulk *b, uint64_t value, int bytes)
{
    for (int i = bytes - 1; i >= 0; i--) b->at[b->used++] = (char)(value >> (8 * i));
}

static void put_field(bulk *b, const char *bytes, size_t n)
{
    put_big(b, n, 4);
    if (n > 0) memcpy(b->at + b->used, bytes, n);
    b->used += n;
}

static pb_status wrong(const bulk *b, const pb__column *column, pb_error *error)
{
    return pb_error_set(error, PB_E_RANGE, "%s: writing: a value of another type for %s.%s", b->head.db->where,
                        b->table, column->name);
}

/* As STRICT tables of SQLite take it: a whole double is an integer, a number can be a text. */
static bool as_whole(const pb_value *value, int64_t *out)
{
    if (value->kind == PB_VALUE_I64) *out = value->i64;
    if (value->kind == PB_VALUE_F64 && value->f64 >= -9e18 && value->f64 <= 9e18) {
        *out = (int64_t)value->f64;
        return (double)*out == value->f64;
    }
    return value->kind == PB_VALUE_I64;
}

static pb_status put_number(bulk *b, const pb__column *column, const pb_value *value, pb_error *error)
{
    int64_t  whole = 0;
    double   real  = value->kind == PB_VALUE_I64 ? (double)value->i64 : value->f64;
    uint64_t bits;
    if (value->kind != PB_VALUE_I64 && value->kind != PB_VALUE_F64) return wrong(b, column, error);
    if (column->type == 'i' && !as_whole(value, &whole)) return wrong(b, column, error);
    memcpy(&bits, &real, sizeof bits);
    put_big(b, 8, 4);
    put_big(b, column->type == 'i' ? (uint64_t)whole : bits, 8);
    return PB_OK;
}

static pb_status put_value(bulk *b, const pb__column *column, const pb_value *value, pb_error *error)
{
    char text[32];
    if (value->kind == PB_VALUE_NULL) {
        put_big(b, UINT32_MAX, 4);
        return PB_OK;
    }
    if (column->type == 'i' || column->type == 'f') return put_number(b, column, value, error);
    bool blob = value->kind == PB_VALUE_BLOB;
    if (blob != (column->type == 'b')) return wrong(b, column, error);
    if (blob || value->kind == PB_VALUE_TEXT)
        put_field(b, value->text.at, value->text.len);
    else if (value->kind == PB_VALUE_I64)
        put_field(b, text, (size_t)snprintf(text, sizeof text, "%lld", (long long)value->i64));
    else
        put_field(b, text, (size_t)snprintf(text, sizeof text, "%.15g", value->f64));
    return PB_OK;
}

pb_status pb__postgres_bulk_row(pb__bulk *head, const pb_value *values, pb_error *error)
{
    bulk  *b    = (bulk *)head;
    size_t need = 2 + 36 * (size_t)b->n;
    for (uint32_t i = 0; i < b->n; i++)
        if (values[i].kind == PB_VALUE_TEXT || values[i].kind == PB_VALUE_BLOB) need += values[i].text.len;
    if (!room(b, need + HEADER_BYTES + 2)) return pb_error_set(error, PB_E_NOMEM, "out of memory for rows");
    if (b->used == 0) {
        memcpy(b->at, HEADER, HEADER_BYTES);
        b->used = HEADER_BYTES;
    }
    put_big(b, b->n, 2);
    for (uint32_t i = 0; i < b->n; i++) PB_TRY(put_value(b, &b->columns[i], &values[i], error));
    return b->used > FLUSH_BYTES ? pb__postgres_bulk_flush(head, error) : PB_OK;
}

/* ---- commands ---- */

static PGconn *handle(const bulk *b)
{
    return pb__postgres_of(b->head.db)->at;
}

/* What comes after the last COPY of a command; its first error. */
static PGresult *last_result(PGconn *at)
{
    PGresult *result, *kept = NULL;
    while ((result = PQgetResult(at))) {
        bool good = PQresultStatus(result) == PGRES_COMMAND_OK;
        if (good || kept)
            PQclear(result);
        else
            kept = result;
        if (PQstatus(at) == CONNECTION_BAD) break;
    }
    return kept;
}

/* Runs `sql`, which ends in a COPY .. FROM STDIN, and sends the tuples. *collided: a
 * key is there already. */
static pb_status copy_in(bulk *b, const char *sql, bool *collided, pb_error *error)
{
    PGconn   *at     = handle(b);
    PGresult *result = PQexec(at, sql);
    bool      ready  = PQresultStatus(result) == PGRES_COPY_IN;
    pb_status status = ready ? PB_OK : pb__postgres_fail(b->head.db, result, "writing", error);
    PQclear(result);
    if (!ready) return status;
    b->at[b->used]     = (char)0xff;
    b->at[b->used + 1] = (char)0xff;
    if (PQputCopyData(at, b->at, (int)(b->used + 2)) != 1 || PQputCopyEnd(at, NULL) != 1)
        status = pb__postgres_fail(b->head.db, NULL, "writing", error);
    result = last_result(at);
    if (status == PB_OK && result) {
        const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
        *collided         = state && strcmp(state, "23505") == 0;
        status            = pb__postgres_fail(b->head.db, result, "writing", error);
    } else if (status == PB_OK && PQstatus(at) == CONNECTION_BAD) {
        status = pb__postgres_fail(b->head.db, NULL, "writing", error);
    }
    PQclear(result);
    return status;
}

static pb_status straight(bulk *b, bool *collided, pb_error *error)
{
    char sql[1400];
    (void)snprintf(sql, sizeof sql, "SAVEPOINT pb_bulk; COPY %s(%s) FROM STDIN (FORMAT BINARY)", b->table, b->list);
    pb_status status = copy_in(b, sql, collided, error);
    if (status == PB_OK) return pb__postgres_run(b->head.db, "RELEASE SAVEPOINT pb_bulk", error);
    if (!*collided) return status;
    return pb__postgres_run(b->head.db, "ROLLBACK TO SAVEPOINT pb_bulk; RELEASE SAVEPOINT pb_bulk", error);
}

/* Of two rows with one key in a group the later stands; the stage is empty after a commit. */
static pb_status by_stage(bulk *b, pb_error *error)
{
    char sql[6400];
    bool collided = false;
    (void)snprintf(sql, sizeof sql,
                   "CREATE TEMP TABLE IF NOT EXISTS %s ON COMMIT DELETE ROWS AS SELECT %s FROM %s WHERE false; DELETE "
                   "FROM %s; COPY %s(%s) FROM STDIN (FORMAT BINARY)",
                   b->stage, b->list, b->table, b->stage, b->stage, b->list);
    PB_TRY(copy_in(b, sql, &collided, error));
    (void)snprintf(sql, sizeof sql,
                   "INSERT INTO %s(%s) SELECT DISTINCT ON (%s) %s FROM %s ORDER BY %s, ctid DESC ON CONFLICT%s",
                   b->table, b->list, b->keys, b->list, b->stage, b->keys, b->tail);
    return pb__postgres_run(b->head.db, sql, error);
}

pb_status pb__postgres_bulk_flush(pb__bulk *head, pb_error *error)
{
    bulk     *b        = (bulk *)head;
    bool      collided = false;
    pb_status status   = PB_OK;
    if (b->used == 0) return PB_OK;
    if (!b->staged) {
        status = straight(b, &collided, error);
        if (collided && status == PB_OK) b->staged = true;
    }
    if (status == PB_OK && b->staged) status = by_stage(b, error);
    b->used = 0;
    return status;
}

void pb__postgres_bulk_forget(pb__bulk *head)
{
    ((bulk *)head)->used = 0;
}

void pb__postgres_bulk_close(pb__bulk *head)
{
    free(((bulk *)head)->at);
    free(head);
}

/* ---- opening ---- */

static pb_status find_columns(bulk *b, const pb__column *known, uint32_t n_known, const char *const *columns,
                              pb_error *error)
{
    for (uint32_t i = 0; i < b->n; i++) {
        uint32_t k = 0;
        while (k < n_known && strcmp(known[k].name, columns[i]) != 0) k++;
        if (k == n_known) return pb__db_changed(b->head.db, b->table, error);
        b->columns[i] = known[k];
    }
    return PB_OK;
}

static void write_lists(bulk *b, const pb__column *known, uint32_t n_known)
{
    size_t at = 0;
    for (uint32_t i = 0; i < b->n; i++)
        at += (size_t)snprintf(b->list + at, sizeof b->list - at, "%s%s", i ? ", " : "", b->columns[i].name);
    at = 0;
    for (uint32_t k = 0; k < n_known; k++)
        if (known[k].key)
            at += (size_t)snprintf(b->keys + at, sizeof b->keys - at, "%s%s", at ? ", " : "", known[k].name);
}

static bool changes_often(const char *table)
{
    static const char *const tables[] = {"live_sessions", "live_laps", "live_stints"};
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        if (strcmp(tables[i], table) == 0) return true;
    return strncmp(table, "server_", 7) == 0 && strcmp(table, "server_audit") != 0; /* that one only grows */
}

pb_status pb__postgres_bulk_open(pb__db *db, const char *table, const char *const *columns, uint32_t n, pb__bulk **out,
                                 pb_error *error)
{
    pb__column known[PB__STORE_COLUMNS];
    uint32_t   n_known;
    PB_TRY(pb__db_columns(db, table, known, PB__STORE_COLUMNS, &n_known, error));
    bulk *b = calloc(1, sizeof *b);
    if (!b) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    b->head.db = db;
    b->n       = n;
    b->staged  = changes_often(table);
    (void)snprintf(b->table, sizeof b->table, "%s", table);
    (void)snprintf(b->stage, sizeof b->stage, "pb_stage_%u", ++pb__postgres_of(db)->n_names);
    pb_status status = find_columns(b, known, n_known, columns, error);
    if (status != PB_OK) {
        free(b);
        return status;
    }
    write_lists(b, known, n_known);
    (void)pb__upsert_tail(b->tail, sizeof b->tail, columns, n, known, n_known);
    *out = &b->head;
    return PB_OK;
}
