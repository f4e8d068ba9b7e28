/* Rows of the store as members of JSON objects: what is not known is null. */
#include "data.h"

pb_status pb__data_each(pb_store *store, const char *sql, const pb_value *values, uint32_t n, pb__data_row *row,
                        void *with, pb_error *error)
{
    pb_store_rows *rows = NULL;
    pb_status      status;
    PB_TRY(pb_store_select(store, sql, values, n, &rows, error));
    while ((status = pb_store_rows_next(rows, error)) == PB_OK) row(with, rows);
    pb_store_rows_close(rows);
    return status == PB_E_EMPTY ? PB_OK : status;
}

typedef struct array {
    pb_json_writer *w;
    void (*members)(pb_json_writer *w, const pb_store_rows *rows);
} array;

static void put_object(void *with, const pb_store_rows *rows)
{
    const array *a = with;
    pb_json_object(a->w, NULL);
    a->members(a->w, rows);
    pb_json_object_end(a->w);
}

pb_status pb__data_array(pb_store *store, pb_json_writer *w, const char *key, const char *sql, const pb_value *values,
                         uint32_t n, void (*members)(pb_json_writer *w, const pb_store_rows *rows), pb_error *error)
{
    array a = {w, members};
    pb_json_array(w, key);
    pb_status status = pb__data_each(store, sql, values, n, put_object, &a, error);
    pb_json_array_end(w);
    return status;
}

void pb__data_i64(pb_json_writer *w, const char *key, const pb_store_rows *rows, uint32_t column)
{
    pb_value value = pb_store_column(rows, column);
    if (value.kind == PB_VALUE_I64)
        pb_json_put_i64(w, key, value.i64);
    else
        pb_json_put_null(w, key);
}

void pb__data_f64(pb_json_writer *w, const char *key, const pb_store_rows *rows, uint32_t column, int decimals)
{
    if (pb_store_column(rows, column).kind == PB_VALUE_NULL)
        pb_json_put_null(w, key);
    else
        pb_json_put_fixed(w, key, pb_store_column_f64(rows, column, 0), decimals);
}

void pb__data_word(pb_json_writer *w, const char *key, const char *text)
{
    pb_json_put_text(w, key, text[0] ? text : NULL);
}

void pb__data_text(pb_json_writer *w, const char *key, const pb_store_rows *rows, uint32_t column)
{
    char text[1024];
    pb_store_column_text(rows, column, text, sizeof text);
    pb__data_word(w, key, text);
}

void pb__data_bool(pb_json_writer *w, const char *key, const pb_store_rows *rows, uint32_t column)
{
    pb_value value = pb_store_column(rows, column);
    if (value.kind == PB_VALUE_I64)
        pb_json_put_bool(w, key, value.i64 != 0);
    else
        pb_json_put_null(w, key);
}

void pb__data_ms(pb_json_writer *w, const char *key, int64_t ms, int64_t none)
{
    if (ms == none)
        pb_json_put_null(w, key);
    else
        pb_json_put_i64(w, key, ms);
}
