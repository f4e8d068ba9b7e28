/* store_rows: values in and out of statements. */
#include <math.h>
#include <stdlib.h>

#include "store_internal.h"

struct pb_store_rows {
    pb_store     *store;
    sqlite3_stmt *statement;
};

pb_value pb_value_null(void)
{
    return (pb_value){.kind = PB_VALUE_NULL};
}

pb_value pb_value_i64(int64_t value)
{
    return (pb_value){.kind = PB_VALUE_I64, .i64 = value};
}

pb_value pb_value_f64(double value)
{
    return isfinite(value) ? (pb_value){.kind = PB_VALUE_F64, .f64 = value} : pb_value_null();
}

pb_value pb_value_text(const char *text)
{
    return text && *text ? (pb_value){.kind = PB_VALUE_TEXT, .text = pb_span_of(text)} : pb_value_null();
}

void pb__store_bind(sqlite3_stmt *statement, int i, const pb_value *value)
{
    switch (value->kind) {
    case PB_VALUE_NULL:
        (void)sqlite3_bind_null(statement, i);
        break;
    case PB_VALUE_I64:
        (void)sqlite3_bind_int64(statement, i, value->i64);
        break;
    case PB_VALUE_F64:
        (void)sqlite3_bind_double(statement, i, value->f64);
        break;
    case PB_VALUE_TEXT:
        (void)sqlite3_bind_text(statement, i, value->text.at, (int)value->text.len, SQLITE_TRANSIENT);
        break;
    }
}

pb_value pb__store_value(sqlite3_stmt *statement, int column)
{
    switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER:
        return pb_value_i64(sqlite3_column_int64(statement, column));
    case SQLITE_FLOAT:
        return pb_value_f64(sqlite3_column_double(statement, column));
    case SQLITE_TEXT: {
        const char *text = (const char *)sqlite3_column_text(statement, column);
        return (pb_value){.kind = PB_VALUE_TEXT,
                          .text = {text ? text : "", text ? (size_t)sqlite3_column_bytes(statement, column) : 0}};
    }
    default:
        return pb_value_null();
    }
}

pb_status pb_store_select(pb_store *store, const char *sql, const pb_value *values, uint32_t n, pb_store_rows **out,
                          pb_error *error)
{
    pb_store_rows *rows = calloc(1, sizeof *rows);
    if (!rows) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    rows->store      = store;
    pb_status status = pb__store_prepare(store, sql, &rows->statement, error);
    if (status != PB_OK) {
        free(rows);
        return status;
    }
    for (uint32_t i = 0; i < n; i++) pb__store_bind(rows->statement, (int)i + 1, &values[i]);
    *out = rows;
    return PB_OK;
}

pb_status pb_store_rows_next(pb_store_rows *rows, pb_error *error)
{
    switch (sqlite3_step(rows->statement)) {
    case SQLITE_ROW:
        return PB_OK;
    case SQLITE_DONE:
        return PB_E_EMPTY;
    default:
        return pb__store_fail(rows->store, "reading", error);
    }
}

pb_value pb_store_column(const pb_store_rows *rows, uint32_t column)
{
    return pb__store_value(rows->statement, (int)column);
}

int64_t pb_store_column_i64(const pb_store_rows *rows, uint32_t column, int64_t none)
{
    int type = sqlite3_column_type(rows->statement, (int)column);
    return type == SQLITE_INTEGER ? sqlite3_column_int64(rows->statement, (int)column) : none;
}

double pb_store_column_f64(const pb_store_rows *rows, uint32_t column, double none)
{
    int type = sqlite3_column_type(rows->statement, (int)column);
    if (type != SQLITE_INTEGER && type != SQLITE_FLOAT) return none;
    return sqlite3_column_double(rows->statement, (int)column);
}

void pb_store_column_text(const pb_store_rows *rows, uint32_t column, char *out, size_t cap)
{
    const char *text = (const char *)sqlite3_column_text(rows->statement, (int)column);
    (void)pb_span_copy(pb_span_of(text), out, cap);
}

void pb_store_rows_close(pb_store_rows *rows)
{
    if (!rows) return;
    sqlite3_finalize(rows->statement);
    free(rows);
}

pb_status pb_store_count(pb_store *store, const char *sql, const pb_value *values, uint32_t n, int64_t none,
                         int64_t *out, pb_error *error)
{
    pb_store_rows *rows;
    PB_TRY(pb_store_select(store, sql, values, n, &rows, error));
    pb_status status = pb_store_rows_next(rows, error);
    if (status == PB_OK || status == PB_E_EMPTY) *out = status == PB_OK ? pb_store_column_i64(rows, 0, none) : none;
    pb_store_rows_close(rows);
    return status == PB_E_EMPTY ? PB_OK : status;
}
