/* live_retain_windows: windows of a lap become one, then go.
 *
 * The store does not know what a feature means: it takes the mean over the 5 s
 * windows of the lap, weighted by their points, feature by feature, over those that
 * have it. The schema is marked, so that nobody takes it for a window that was
 * measured over the lap. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "live_retain.h"

#define FEATURES_MAX 256
#define WINDOW_5S 1 /* pb_window_kind, as the table has it */
#define WINDOW_LAP 2

typedef struct mean {
    double   total[FEATURES_MAX], weight[FEATURES_MAX];
    uint32_t n; /* features */
    int64_t  from_us, to_us, points;
    char     schema[64];
    bool     any;
} mean;

static void add_window(mean *m, const pb_store_rows *rows)
{
    pb_value bytes = pb_store_column(rows, 4);
    int64_t  from = pb_store_column_i64(rows, 0, 0), to = pb_store_column_i64(rows, 1, 0);
    int64_t  points = pb_store_column_i64(rows, 2, 0);
    uint32_t n      = bytes.kind == PB_VALUE_BLOB ? (uint32_t)(bytes.text.len / 4) : 0;
    if (n > FEATURES_MAX) n = FEATURES_MAX;
    if (!m->any || from < m->from_us) m->from_us = from;
    if (!m->any || to > m->to_us) m->to_us = to;
    if (!m->any) pb_store_column_text(rows, 3, m->schema, sizeof m->schema);
    if (n > m->n) m->n = n;
    m->any = true;
    m->points += points;
    for (uint32_t i = 0; i < n; i++) {
        float value;
        memcpy(&value, bytes.text.at + (size_t)4 * i, 4);
        if (!isfinite(value) || points <= 0) continue;
        m->total[i] += (double)value * (double)points;
        m->weight[i] += (double)points;
    }
}

static pb_status read_windows(pb__retain *r, int64_t car, int64_t lap, mean *m)
{
    static const char sql[] =
        "SELECT from_us, to_us, points, schema, features FROM live_windows WHERE session = ?1 AND "
        "car = ?2 AND kind = ?3 AND lap = ?4 ORDER BY from_us";
    pb_value values[] = {pb_value_text(r->session), pb_value_i64(car), pb_value_i64(WINDOW_5S), pb_value_i64(lap)};
    pb_store_rows *rows;
    pb_status      status;
    PB_TRY(pb_store_select(r->store, sql, values, 4, &rows, r->error));
    while ((status = pb_store_rows_next(rows, r->error)) == PB_OK) add_window(m, rows);
    pb_store_rows_close(rows);
    return status == PB_E_EMPTY ? PB_OK : status;
}

static pb_status put_mean(pb__retain *r, int64_t car, int64_t lap, const mean *m)
{
    static const char *const columns[] = {"session", "car",    "kind",   "from_us", "to_us",
                                          "lap",     "sector", "points", "schema",  "features"};
    float                    features[FEATURES_MAX];
    char                     schema[sizeof m->schema + sizeof "/mean"];
    pb_append               *into;
    for (uint32_t i = 0; i < m->n; i++) features[i] = m->weight[i] > 0 ? (float)(m->total[i] / m->weight[i]) : NAN;
    (void)snprintf(schema, sizeof schema, "%s/mean", m->schema);
    pb_value values[] = {pb_value_text(r->session), pb_value_i64(car),
                         pb_value_i64(WINDOW_LAP),  pb_value_i64(m->from_us),
                         pb_value_i64(m->to_us),    pb_value_i64(lap),
                         pb_value_i64(0),           pb_value_i64(m->points),
                         pb_value_text(schema),     pb_value_blob(features, (size_t)m->n * 4)};
    PB_TRY(pb_store_append_into(r->store, "live_windows", columns, 10, &into, r->error));
    r->out->rollups++;
    return pb_store_append_row(into, values, r->error);
}

/* Lap 0 is no lap: its windows have no sum. */
static pb_status roll_lap(pb__retain *r, int64_t car, int64_t lap)
{
    pb_value key[] = {pb_value_text(r->session), pb_value_i64(car), pb_value_i64(lap)};
    int64_t  there = 0;
    mean     m     = {0};
    if (lap <= 0) return PB_OK;
    PB_TRY(pb_store_count(r->store,
                          "SELECT count(*) FROM live_windows WHERE session = ?1 AND car = ?2 AND lap = ?3 AND kind = 2",
                          key, 3, 0, &there, r->error));
    if (there > 0) return PB_OK;
    PB_TRY(read_windows(r, car, lap, &m));
    return m.any ? put_mean(r, car, lap, &m) : PB_OK;
}

static pb_status delete_some(pb__retain *r, int64_t car, int64_t lap)
{
    static const char sql[] =
        "DELETE FROM live_windows WHERE session = ?1 AND car = ?2 AND kind <> 2 AND coalesce(lap, 0) = ?3 AND from_us "
        "IN (SELECT from_us FROM live_windows WHERE session = ?1 AND car = ?2 AND kind <> 2 AND coalesce(lap, 0) = ?3 "
        "ORDER BY from_us LIMIT ?4)";
    pb_value values[] = {pb_value_text(r->session), pb_value_i64(car), pb_value_i64(lap),
                         pb_value_i64(r->policy->step_rows)};
    int64_t  n        = 0;
    PB_TRY(pb__store_flush(r->store, r->error));
    PB_TRY(pb__db_change(r->store->db, sql, values, 4, &n, r->error));
    r->out->windows += n;
    return PB_OK;
}

static pb_status next_lap(pb__retain *r, int64_t *car, int64_t *lap, bool *any)
{
    static const char sql[] =
        "SELECT car, coalesce(lap, 0) FROM live_windows WHERE session = ?1 AND kind <> 2 ORDER BY "
        "car, from_us LIMIT 1";
    pb_value       key = pb_value_text(r->session);
    pb_store_rows *rows;
    PB_TRY(pb_store_select(r->store, sql, &key, 1, &rows, r->error));
    pb_status status = pb_store_rows_next(rows, r->error);
    *any             = status == PB_OK;
    *car             = *any ? pb_store_column_i64(rows, 0, 0) : 0;
    *lap             = *any ? pb_store_column_i64(rows, 1, 0) : 0;
    pb_store_rows_close(rows);
    return status == PB_E_EMPTY ? PB_OK : status;
}

pb_status pb__retain_windows(pb__retain *r)
{
    pb_status status = PB_OK;
    int64_t   car, lap;
    bool      any = true;
    while (status == PB_OK && any) {
        status = pb_store_begin(r->store, r->error);
        if (status == PB_OK) status = next_lap(r, &car, &lap, &any);
        if (status == PB_OK && any) status = roll_lap(r, car, lap);
        if (status == PB_OK && any) status = delete_some(r, car, lap);
        if (status == PB_OK) status = pb_store_commit(r->store, r->error);
        pb_store_rollback(r->store);
    }
    return status;
}
