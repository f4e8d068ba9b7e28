/* live_append: rows into live tables and those of the server, in groups. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pitboard/store_server.h"
#include "store_internal.h"

#define TEXTS_MAX (1u << 16) /* bytes of one row that had to be mended */

struct pb_append {
    pb_store  *store;
    pb__bulk  *bulk;
    char       table[PB__COLUMN_NAME_MAX];
    char       columns[PB__STORE_COLUMNS][PB__COLUMN_NAME_MAX];
    uint32_t   n;
    int        session; /* column that names it, of a table whose sessions need room; -1 */
    char      *mended;  /* texts of a row, made when first needed */
    size_t     used;
    pb_append *next;
};

/* ---- handles ---- */

static pb_append *find(pb_store *store, const char *table, const char *const *columns, uint32_t n)
{
    for (pb_append *a = store->appends; a; a = a->next) {
        bool same = a->n == n && strcmp(a->table, table) == 0;
        for (uint32_t i = 0; same && i < n; i++) same = strcmp(a->columns[i], columns[i]) == 0;
        if (same) return a;
    }
    return NULL;
}

static bool takes_rows(const char *table)
{
    for (uint32_t i = 0; pb_store_live_table(i); i++)
        if (strcmp(pb_store_live_table(i), table) == 0) return true;
    for (uint32_t i = 0; pb_store_server_table(i); i++)
        if (strcmp(pb_store_server_table(i), table) == 0) return true;
    return false;
}

static bool has_partitions(const char *table)
{
    return strcmp(table, "live_chunks") == 0 || strcmp(table, "live_windows") == 0;
}

static pb_append *describe(pb_store *store, const char *table, const char *const *columns, uint32_t n)
{
    pb_append *a = calloc(1, sizeof *a);
    if (!a) return NULL;
    a->store   = store;
    a->n       = n;
    a->session = -1;
    (void)snprintf(a->table, sizeof a->table, "%s", table);
    for (uint32_t i = 0; i < n; i++) {
        (void)snprintf(a->columns[i], sizeof a->columns[i], "%s", columns[i]);
        if (has_partitions(table) && strcmp(columns[i], "session") == 0) a->session = (int)i;
    }
    return a;
}

pb_status pb_store_append_into(pb_store *store, const char *table, const char *const *columns, uint32_t n,
                               pb_append **out, pb_error *error)
{
    PB_ASSERT(n > 0 && n <= PB__STORE_COLUMNS && takes_rows(table));
    *out = find(store, table, columns, n);
    if (*out) return PB_OK;
    pb_append *a = describe(store, table, columns, n);
    if (!a) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    pb_status status = store->db->driver->bulk_open(store->db, table, columns, n, &a->bulk, error);
    if (status != PB_OK) {
        free(a);
        return status;
    }
    a->next        = store->appends;
    store->appends = a;
    *out           = a;
    return PB_OK;
}

void pb__store_free_appends(pb_store *store)
{
    while (store->appends) {
        pb_append *a   = store->appends;
        store->appends = a->next;
        store->db->driver->bulk_close(a->bulk);
        free(a->mended);
        free(a);
    }
}

void pb__store_forget_appends(pb_store *store)
{
    store->pending = false;
    for (pb_append *a = store->appends; a; a = a->next) store->db->driver->bulk_forget(a->bulk);
}

pb_status pb__store_flush(pb_store *store, pb_error *error)
{
    if (!store->pending) return PB_OK;
    store->pending = false;
    for (pb_append *a = store->appends; a; a = a->next) {
        pb_status status = store->db->driver->bulk_flush(a->bulk, error);
        if (status != PB_OK) return pb__store_undo(store, status);
    }
    return PB_OK;
}

/* ---- rows ---- */

/* What both databases take as it is: UTF-8 without a NUL. */
static bool is_clean(pb_span text)
{
    size_t i = 0;
    while (i < text.len && (signed char)text.at[i] > 0) i++;
    while (i < text.len) {
        size_t step = text.at[i] ? pb_utf8_step((pb_span){text.at + i, text.len - i}) : 0;
        if (step == 0) return false;
        i += step;
    }
    return true;
}

static pb_status mend(pb_append *a, pb_value *value, pb_error *error)
{
    static const char mark[] = "\xef\xbf\xbd"; /* U+FFFD */
    pb_span           text   = value->text;
    if (!a->mended) a->mended = malloc(TEXTS_MAX);
    if (!a->mended) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    if (3 * text.len > TEXTS_MAX - a->used)
        return pb_error_set(error, PB_E_LIMIT, "a text of %zu bytes for %s is no UTF-8, and too long to be mended",
                            text.len, a->table);
    char *to = a->mended + a->used, *end = to;
    for (size_t i = 0; i < text.len;) {
        size_t step = text.at[i] ? pb_utf8_step((pb_span){text.at + i, text.len - i}) : 0;
        size_t n    = step ? step : 3;
        memcpy(end, step ? text.at + i : mark, n);
        end += n;
        i += step ? step : 1;
    }
    a->used += (size_t)(end - to);
    value->text = (pb_span){to, (size_t)(end - to)};
    return PB_OK;
}

static pb_status ready(pb_append *a, const pb_value *values, pb_error *error)
{
    char              session[PB__WHERE_MAX];
    const pb__driver *driver = a->store->db->driver;
    if (a->session < 0 || !driver->ready_session || values[a->session].kind != PB_VALUE_TEXT) return PB_OK;
    if (!pb_span_copy(values[a->session].text, session, sizeof session))
        return pb_error_set(error, PB_E_LIMIT, "the name of the session is too long");
    return driver->ready_session(a->store->db, session, error);
}

static pb_status append(pb_append *a, const pb_value *values, pb_error *error)
{
    pb_value clean[PB__STORE_COLUMNS];
    a->used = 0;
    for (uint32_t i = 0; i < a->n; i++) {
        clean[i] = values[i];
        if (clean[i].kind == PB_VALUE_TEXT && !is_clean(clean[i].text)) PB_TRY(mend(a, &clean[i], error));
    }
    PB_TRY(ready(a, clean, error));
    a->store->pending = true;
    return a->store->db->driver->bulk_row(a->bulk, clean, error);
}

pb_status pb__store_is_undone(const pb_store *store, pb_error *error)
{
    return pb_error_set(error, PB_E_IO, "%s: something of this group failed before, and it was undone",
                        store->db->where);
}

pb_status pb_store_append_row(pb_append *a, const pb_value *values, pb_error *error)
{
    PB_ASSERT(a->store->open_transaction);
    if (a->store->undone) return pb__store_is_undone(a->store, error);
    pb_status status = append(a, values, error);
    return status == PB_OK ? PB_OK : pb__store_undo(a->store, status);
}

/* ---- how far ---- */

pb_status pb_store_applied(pb_store *store, const char *session, uint64_t *seq, pb_error *error)
{
    pb_value key   = pb_value_text(session);
    int64_t  value = 0;
    PB_TRY(pb_store_count(store, "SELECT seq FROM live_applied WHERE session = ?1", &key, 1, 0, &value, error));
    *seq = (uint64_t)value;
    return PB_OK;
}

static pb_status set_applied(pb_store *store, const char *session, uint64_t seq, pb_error *error)
{
    static const char sql[]    = "INSERT INTO live_applied(session, seq) VALUES(?1, ?2) ON CONFLICT(session) DO UPDATE "
                                 "SET seq = CASE WHEN excluded.seq > live_applied.seq THEN excluded.seq ELSE "
                                 "live_applied.seq END";
    const pb__driver *driver   = store->db->driver;
    pb_value          values[] = {pb_value_text(session), pb_value_i64((int64_t)seq)};
    if (!store->applied) PB_TRY(driver->prepare(store->db, sql, &store->applied, error));
    for (uint32_t i = 0; i < 2; i++) driver->bind(store->applied, i + 1, &values[i]);
    return pb__db_done(store->applied, error);
}

pb_status pb_store_set_applied(pb_store *store, const char *session, uint64_t seq, pb_error *error)
{
    PB_ASSERT(store->open_transaction && session && session[0]);
    if (store->undone) return pb__store_is_undone(store, error);
    if (seq > INT64_MAX) return pb__store_undo(store, pb_error_set(error, PB_E_RANGE, "record number beyond 2^63"));
    pb_status status = set_applied(store, session, seq, error);
    return status == PB_OK ? PB_OK : pb__store_undo(store, status);
}

/* ---- the log ---- */

pb_status pb_store_checkpoint(pb_store *store, pb_store_checkpoint_mode mode, pb_error *error)
{
    PB_ASSERT(!store->open_transaction);
    return store->db->driver->checkpoint(store->db, mode, error);
}

pb_status pb_store_auto_checkpoint(pb_store *store, int32_t pages, pb_error *error)
{
    PB_ASSERT(pages >= 0);
    return store->db->driver->auto_checkpoint(store->db, pages, error);
}
