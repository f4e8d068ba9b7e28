/* store_source: the books of what came from where. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store_internal.h"

/* ---- origins: who tells, as a bit ---- */

void pb__store_forget_sources(pb_store *store)
{
    store->n_origins = 0;
    if (store->origin_of_source) memset(store->origin_of_source, -1, store->n_origin_of_source);
}

static pb_status load_origins(pb_store *store, pb_error *error)
{
    pb_store_rows *rows;
    pb_status      status;
    PB_TRY(pb_store_select(store, "SELECT origin, name FROM origins ORDER BY origin", NULL, 0, &rows, error));
    store->n_origins = 0;
    while ((status = pb_store_rows_next(rows, error)) == PB_OK && store->n_origins < PB__STORE_ORIGINS) {
        pb_store_column_text(rows, 1, store->origins[store->n_origins], sizeof store->origins[0]);
        store->n_origins++;
    }
    pb_store_rows_close(rows);
    return status == PB_E_EMPTY ? PB_OK : status;
}

static pb_status origin_number(pb_store *store, const char *name, int *out, pb_error *error)
{
    if (store->n_origins == 0) PB_TRY(load_origins(store, error));
    for (*out = 0; *out < store->n_origins; (*out)++)
        if (strcmp(store->origins[*out], name) == 0) return PB_OK;
    if (store->n_origins == PB__STORE_ORIGINS)
        return pb_error_set(error, PB_E_LIMIT, "%s: more than %d origins", store->db->where, PB__STORE_ORIGINS);
    pb_value values[] = {pb_value_i64(*out), pb_value_text(name)};
    PB_TRY(pb__db_do(store->db, "INSERT INTO origins(origin, name) VALUES(?1, ?2)", values, 2, error));
    (void)snprintf(store->origins[store->n_origins++], sizeof store->origins[0], "%s", name);
    return PB_OK;
}

static bool room_for(pb_store *store, size_t source)
{
    if (source < store->n_origin_of_source) return true;
    size_t  n    = 2 * source + 256;
    int8_t *more = realloc(store->origin_of_source, n);
    if (!more) return false;
    memset(more + store->n_origin_of_source, -1, n - store->n_origin_of_source);
    store->origin_of_source   = more;
    store->n_origin_of_source = n;
    return true;
}

int pb__store_origin_of(pb_store *store, int64_t source)
{
    pb_value id    = pb_value_i64(source);
    int64_t  value = -1;
    if (source <= 0 || source > 1 << 24 || !room_for(store, (size_t)source)) return -1;
    if (store->origin_of_source[source] >= 0) return store->origin_of_source[source];
    (void)pb_store_count(store, "SELECT origin FROM sources WHERE source = ?1", &id, 1, -1, &value, NULL);
    store->origin_of_source[source] = (int8_t)value;
    return (int)value;
}

/* ---- a file ---- */

static pb_status find(pb_store *store, const pb_store_source *source, int64_t *id, int64_t *waiting, pb_error *error)
{
    static const char sql[]    = "SELECT source, open FROM sources WHERE sha256 = ?1 AND form = ?2 AND about = ?3";
    pb_value          values[] = {pb_value_text(source->sha256),
                                  pb_value_text(source->form),
                                  {.kind = PB_VALUE_TEXT, .text = pb_span_of(source->about)}};
    pb_store_rows    *rows;
    PB_TRY(pb_store_select(store, sql, values, 3, &rows, error));
    pb_status status = pb_store_rows_next(rows, error);
    *id              = status == PB_OK ? pb_store_column_i64(rows, 0, 0) : 0;
    *waiting         = status == PB_OK ? pb_store_column_i64(rows, 1, 0) : 0;
    pb_store_rows_close(rows);
    return status == PB_E_EMPTY ? PB_OK : status;
}

static pb_status insert(pb_store *store, const pb_store_source *source, int origin, pb_error *error)
{
    static const char sql[] =
        "INSERT INTO sources(path, form, format, origin, licence, sha256, bytes, imported_ms, about, "
        "page_what, page_from, page_to, page_of) "
        "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13) RETURNING source";
    bool     paged    = source->page_what && source->page_what[0];
    pb_value values[] = {pb_value_text(source->path),
                         pb_value_text(source->form),
                         pb_value_text(source->format),
                         pb_value_i64(origin),
                         pb_value_text(source->licence),
                         pb_value_text(source->sha256),
                         pb_value_i64(source->bytes),
                         pb_value_i64(source->imported_ms),
                         {.kind = PB_VALUE_TEXT, .text = pb_span_of(source->about)},
                         pb_value_text(source->page_what),
                         paged ? pb_value_i64(source->page_from) : pb_value_null(),
                         paged ? pb_value_i64(source->page_to) : pb_value_null(),
                         paged ? pb_value_i64(source->page_of) : pb_value_null()};
    return pb__db_count(store->db, sql, values, 13, 0, &store->source, error);
}

/* A file that is read again because rows of it waited: its quarantine is written anew. */
static pb_status clear(pb_store *store, int64_t id, pb_error *error)
{
    pb_value value = pb_value_i64(id);
    store->source  = id;
    return pb__db_do(store->db, "DELETE FROM quarantine WHERE source = ?1", &value, 1, error);
}

pb_status pb_store_source_begin(pb_store *store, const pb_store_source *source, bool *known, pb_error *error)
{
    int64_t id, waiting;
    int     origin = 0;
    PB_ASSERT(store->open_transaction);
    store->counts = (pb_store_counts){0};
    store->source = 0;
    PB_TRY(store->db->driver->lock(store->db, error)); /* numbers of files and origins are given one by one */
    PB_TRY(find(store, source, &id, &waiting, error));
    *known = id && !waiting;
    if (*known) return PB_OK;
    PB_TRY(origin_number(store, source->origin, &origin, error));
    PB_TRY(id ? clear(store, id, error) : insert(store, source, origin, error));
    store->source_origin = origin;
    return PB_OK;
}

pb_status pb_store_quarantine(pb_store *store, uint32_t line, const char *reason, pb_error *error)
{
    static const char sql[]    = "INSERT INTO quarantine(source, line, reason) VALUES(?1, ?2, ?3)";
    const pb__driver *driver   = store->db->driver;
    pb_value          values[] = {
                 pb_value_i64(store->source), pb_value_i64(line), {.kind = PB_VALUE_TEXT, .text = pb_span_of(reason)}};
    PB_ASSERT(store->source);
    if (!store->quarantine) PB_TRY(driver->prepare(store->db, sql, &store->quarantine, error));
    for (uint32_t i = 0; i < 3; i++) driver->bind(store->quarantine, i + 1, &values[i]);
    return pb__db_done(store->quarantine, error);
}

pb_status pb_store_source_end(pb_store *store, pb_store_counts *counts, pb_error *error)
{
    static const char sql[] =
        "UPDATE sources SET rows = ?2, accepted = ?3, quarantined = ?4, open = ?5, added = added + ?6, "
        "agreed = ?7, filled = filled + ?8, conflicts = ?9 WHERE source = ?1";
    PB_ASSERT(store->source);
    counts->added     = store->counts.added;
    counts->agreed    = store->counts.agreed;
    counts->filled    = store->counts.filled;
    counts->conflicts = store->counts.conflicts;
    int64_t  is[]     = {store->source, counts->rows,   counts->accepted, counts->quarantined, counts->open,
                         counts->added, counts->agreed, counts->filled,   counts->conflicts};
    pb_value values[9];
    for (int i = 0; i < 9; i++) values[i] = pb_value_i64(is[i]);
    store->source = 0;
    return pb__db_do(store->db, sql, values, 9, error);
}
