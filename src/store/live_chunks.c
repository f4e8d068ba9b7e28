/* live_chunks: telemetry of a car in and out of its table. */
#include <string.h>

#include "store_internal.h"

static const char *const columns[] = {"session", "car", "seq", "from_us", "to_us", "points", "bytes"};

pb_status pb_store_put_chunk(pb_store *store, const pb_chunk *chunk, pb_error *error)
{
    pb_span bytes = {0};
    PB_ASSERT(store->open_transaction);
    if (chunk->seq > INT64_MAX || chunk->from_us > chunk->to_us || !chunk->session || !chunk->session[0])
        return pb__store_undo(store, pb_error_set(error, PB_E_RANGE,
                                                  "a chunk without a session, of a record beyond "
                                                  "2^63, or that ends before it begins"));
    pb_status status = PB_OK;
    if (!store->chunks) status = pb_store_append_into(store, "live_chunks", columns, 7, &store->chunks, error);
    if (status == PB_OK) status = pb__chunk_encode(&store->work, chunk, &bytes, error);
    if (status != PB_OK) return pb__store_undo(store, status);
    pb_value values[] = {pb_value_text(chunk->session),     pb_value_i64(chunk->car),
                         pb_value_i64((int64_t)chunk->seq), pb_value_i64(chunk->from_us),
                         pb_value_i64(chunk->to_us),        pb_value_i64(chunk->n_rows),
                         pb_value_blob(bytes.at, bytes.len)};
    return pb_store_append_row(store->chunks, values, error);
}

/* The name is the caller's: what the statement has of it ends with the next step. */
static pb_status read_one(pb_store *store, const pb_store_rows *rows, const char *session, int32_t car, pb_chunk *chunk,
                          pb_error *error)
{
    *chunk         = (pb_chunk){.session = session, .car = car, .seq = (uint64_t)pb_store_column_i64(rows, 0, 0)};
    pb_value bytes = pb_store_column(rows, 1);
    PB_TRY(pb__chunk_decode(&store->work, bytes.kind == PB_VALUE_BLOB ? bytes.text : pb_span_of(""), chunk, error));
    if (chunk->from_us == pb_store_column_i64(rows, 2, 0) && chunk->to_us == pb_store_column_i64(rows, 3, 0))
        return PB_OK;
    return pb_error_set(error, PB_E_SYNTAX,
                        "telemetry chunk: it is another row's (restore a backup: pitboard db "
                        "restore)");
}

pb_status pb_store_read_chunks(pb_store *store, const char *session, int32_t car, int64_t from_us, int64_t to_us,
                               pb_chunk_give *give, void *user, pb_error *error)
{
    static const char sql[] = "SELECT seq, bytes, from_us, to_us FROM live_chunks WHERE session = ?1 AND car = ?2 AND "
                              "to_us >= ?3 AND from_us <= ?4 ORDER BY from_us, seq";
    pb_value       values[] = {pb_value_text(session), pb_value_i64(car), pb_value_i64(from_us), pb_value_i64(to_us)};
    pb_store_rows *rows;
    pb_chunk       chunk;
    pb_status      status;
    PB_TRY(pb_store_select(store, sql, values, 4, &rows, error));
    while ((status = pb_store_rows_next(rows, error)) == PB_OK) {
        status = read_one(store, rows, session, car, &chunk, error);
        if (status != PB_OK || !give(user, &chunk)) break;
    }
    pb_store_rows_close(rows);
    return status == PB_E_EMPTY ? PB_OK : status;
}
