/* store_rows: values in and out of statements. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store_internal.h"

struct pb_store_rows {
    pb__statement *statement;
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

pb_value pb_value_blob(const void *bytes, size_t n)
{
    return bytes ? (pb_value){.kind = PB_VALUE_BLOB, .text = {bytes, n}} : pb_value_null();
}

pb_status pb_store_select(pb_store *store, const char *sql, const pb_value *values, uint32_t n, pb_store_rows **out,
                          pb_error *error)
{
    const pb__driver *driver = store->db->driver;
    PB_TRY(pb__store_flush(store, error));
    pb_store_rows *rows = calloc(1, sizeof *rows);
    if (!rows) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    pb_status status = driver->prepare(store->db, sql, &rows->statement, error);
    if (status != PB_OK) {
        free(rows);
        return status;
    }
    for (uint32_t i = 0; i < n; i++) driver->bind(rows->statement, i + 1, &values[i]);
    *out = rows;
    return PB_OK;
}

pb_status pb_store_rows_next(pb_store_rows *rows, pb_error *error)
{
    return rows->statement->db->driver->step(rows->statement, error);
}

pb_value pb_store_column(const pb_store_rows *rows, uint32_t column)
{
    return rows->statement->db->driver->column(rows->statement, column);
}

int64_t pb_store_column_i64(const pb_store_rows *rows, uint32_t column, int64_t none)
{
    pb_value value = pb_store_column(rows, column);
    return value.kind == PB_VALUE_I64 ? value.i64 : none;
}

double pb_store_column_f64(const pb_store_rows *rows, uint32_t column, double none)
{
    pb_value value = pb_store_column(rows, column);
    if (value.kind == PB_VALUE_I64) return (double)value.i64;
    return value.kind == PB_VALUE_F64 ? value.f64 : none;
}

void pb_store_column_text(const pb_store_rows *rows, uint32_t column, char *out, size_t cap)
{
    pb_value value = pb_store_column(rows, column);
    out[0]         = '\0';
    if (value.kind == PB_VALUE_TEXT) (void)pb_span_copy(value.text, out, cap);
    if (value.kind == PB_VALUE_I64) (void)snprintf(out, cap, "%lld", (long long)value.i64);
    if (value.kind == PB_VALUE_F64) (void)snprintf(out, cap, "%.15g", value.f64);
}

void pb_store_rows_close(pb_store_rows *rows)
{
    if (!rows) return;
    pb__db_finalize(rows->statement);
    free(rows);
}

pb_status pb_store_count(pb_store *store, const char *sql, const pb_value *values, uint32_t n, int64_t none,
                         int64_t *out, pb_error *error)
{
    PB_TRY(pb__store_flush(store, error));
    return pb__db_count(store->db, sql, values, n, none, out, error);
}
