/* store_change: one statement that writes, and how many rows it touched. */
#include "pitboard/store_server.h"
#include "store_internal.h"

static pb_status change(pb_store *store, const char *sql, const pb_value *values, uint32_t n, int64_t *changed,
                        pb_error *error)
{
    PB_TRY(pb__store_flush(store, error)); /* rows that wait come first */
    return pb__db_change(store->db, sql, values, n, changed, error);
}

pb_status pb_store_change(pb_store *store, const char *sql, const pb_value *values, uint32_t n, int64_t *changed,
                          pb_error *error)
{
    int64_t rows = 0;
    if (store->undone) return pb__store_is_undone(store, error);
    pb_status status = change(store, sql, values, n, &rows, error);
    if (status != PB_OK) return store->open_transaction ? pb__store_undo(store, status) : status;
    if (changed) *changed = rows;
    return PB_OK;
}
