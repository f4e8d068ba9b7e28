/* live_retain: what is old makes room, and leaves its sum behind.
 *
 *     chunks   -> live_rollups, a row a column      then deleted
 *     windows  -> one a lap, where there is none    then deleted
 *     sessions -> deleted
 *
 * A step is one transaction: sums and what they stand for change hands together. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "live_retain.h"

#define DAY_US INT64_C(86400000000)

pb_store_policy pb_store_policy_default(void)
{
    return (pb_store_policy){.telemetry_days = 90, .windows_days = 365, .sessions_kept = 3, .step_rows = 500};
}

/* ---- chunks ---- */

typedef struct sum {
    int64_t n;
    double  least, total, most;
} sum;

static void add(sum *s, double value)
{
    if (!isfinite(value)) return;
    if (s->n == 0 || value < s->least) s->least = value;
    if (s->n == 0 || value > s->most) s->most = value;
    s->total += value;
    s->n++;
}

static sum sum_of(const pb_chunk_column *column, uint32_t n_rows)
{
    sum s = {0};
    for (uint32_t i = 0; i < n_rows; i++) add(&s, column->i64 ? (double)column->i64[i] : (double)column->f32[i]);
    return s;
}

static pb_status put_sums(pb__retain *r, const pb_chunk *chunk)
{
    static const char *const columns[] = {"session", "car", "seq",   "name", "from_us",
                                          "to_us",   "n",   "least", "mean", "most"};
    pb_append               *into;
    PB_TRY(pb_store_append_into(r->store, "live_rollups", columns, 10, &into, r->error));
    for (uint32_t i = 1; i < chunk->n_columns; i++) {
        sum      s        = sum_of(&chunk->columns[i], chunk->n_rows);
        bool     any      = s.n > 0;
        pb_value values[] = {pb_value_text(r->session),
                             pb_value_i64(chunk->car),
                             pb_value_i64((int64_t)chunk->seq),
                             pb_value_text(chunk->columns[i].name),
                             pb_value_i64(chunk->from_us),
                             pb_value_i64(chunk->to_us),
                             pb_value_i64(s.n),
                             any ? pb_value_f64(s.least) : pb_value_null(),
                             any ? pb_value_f64(s.total / (double)s.n) : pb_value_null(),
                             any ? pb_value_f64(s.most) : pb_value_null()};
        PB_TRY(pb_store_append_row(into, values, r->error));
        r->out->rollups++;
    }
    return PB_OK;
}

/* One that is broken has no sum; it goes all the same, and check told of it long before. One that a newer
 * program wrote, or for which memory is short, stays. */
static pb_status roll_chunk(pb__retain *r, const pb_store_rows *rows, pb__chunk_key *key)
{
    pb_value bytes = pb_store_column(rows, 2);
    pb_chunk chunk = {.session = r->session};
    key->car       = pb_store_column_i64(rows, 0, 0);
    key->seq       = pb_store_column_i64(rows, 1, 0);
    chunk.car      = (int32_t)key->car;
    chunk.seq      = (uint64_t)key->seq;
    r->out->chunks++;
    r->out->chunk_bytes += (int64_t)bytes.text.len;
    pb_error  why    = {0};
    pb_status status = pb__chunk_decode(&r->store->work, bytes.text, &chunk, &why);
    if (status == PB_E_SYNTAX) return PB_OK;
    return status == PB_OK ? put_sums(r, &chunk) : pb_error_set(r->error, status, "%s", why.text);
}

/* Rolls up one page of chunks; keys[] are those that may go. */
static pb_status roll_page(pb__retain *r, pb__chunk_key *keys, uint32_t *n)
{
    static const char sql[] = "SELECT car, seq, bytes FROM live_chunks WHERE session = ?1 ORDER BY car, seq LIMIT ?2";
    pb_value          values[] = {pb_value_text(r->session), pb_value_i64(r->policy->step_rows)};
    pb_store_rows    *rows;
    pb_status         status;
    PB_TRY(pb_store_select(r->store, sql, values, 2, &rows, r->error));
    while ((status = pb_store_rows_next(rows, r->error)) == PB_OK)
        if ((status = roll_chunk(r, rows, &keys[(*n)++])) != PB_OK) break;
    pb_store_rows_close(rows);
    return status == PB_E_EMPTY ? PB_OK : status;
}

static pb_status delete_chunks(pb__retain *r, const pb__chunk_key *keys, uint32_t n)
{
    static const char sql[]  = "DELETE FROM live_chunks WHERE session = ?1 AND car = ?2 AND seq = ?3";
    const pb__driver *driver = r->store->db->driver;
    pb_status         status = PB_OK;
    pb__statement    *s;
    PB_TRY(driver->prepare(r->store->db, sql, &s, r->error));
    for (uint32_t i = 0; status == PB_OK && i < n; i++) {
        pb_value key[] = {pb_value_text(r->session), pb_value_i64(keys[i].car), pb_value_i64(keys[i].seq)};
        for (uint32_t k = 0; k < 3; k++) driver->bind(s, k + 1, &key[k]);
        status = pb__db_done(s, r->error);
    }
    pb__db_finalize(s);
    return status;
}

static pb_status chunk_step(pb__retain *r, pb__chunk_key *keys, uint32_t *n)
{
    PB_TRY(roll_page(r, keys, n));
    return delete_chunks(r, keys, *n);
}

static pb_status retain_chunks(pb__retain *r)
{
    uint32_t       n;
    pb__chunk_key *keys = calloc((size_t)r->policy->step_rows, sizeof *keys);
    if (!keys) return pb_error_set(r->error, PB_E_NOMEM, "out of memory");
    pb_status status = PB_OK;
    do {
        n      = 0;
        status = pb_store_begin(r->store, r->error);
        if (status == PB_OK) status = chunk_step(r, keys, &n);
        if (status == PB_OK) status = pb_store_commit(r->store, r->error);
        pb_store_rollback(r->store);
    } while (status == PB_OK && n == (uint32_t)r->policy->step_rows);
    free(keys);
    return status;
}

/* ---- whole sessions ---- */

/* `by` is the column whose values are taken a few at a time. */
static pb_status delete_by(pb__retain *r, const char *table, const char *by, int64_t most)
{
    char      sql[256];
    int64_t   gone     = 1;
    pb_value  values[] = {pb_value_text(r->session), pb_value_i64(most)};
    pb_status status   = PB_OK;
    (void)snprintf(sql, sizeof sql,
                   "DELETE FROM %s WHERE session = ?1 AND %s IN (SELECT DISTINCT %s FROM %s WHERE session = ?1 "
                   "ORDER BY %s LIMIT ?2)",
                   table, by, by, table, by);
    while (status == PB_OK && gone > 0) {
        status = pb_store_begin(r->store, r->error);
        if (status == PB_OK) status = pb__db_change(r->store->db, sql, values, 2, &gone, r->error);
        if (status == PB_OK) status = pb_store_commit(r->store, r->error);
        pb_store_rollback(r->store);
    }
    return status;
}

static pb_status forget_session(pb__retain *r)
{
    pb_value key = pb_value_text(r->session);
    PB_TRY(pb_store_begin(r->store, r->error));
    pb_status status = pb__db_do(r->store->db, "DELETE FROM live_applied WHERE session = ?1", &key, 1, r->error);
    if (status == PB_OK)
        status = pb__db_do(r->store->db, "DELETE FROM live_sessions WHERE session = ?1", &key, 1, r->error);
    if (status == PB_OK && r->store->db->driver->drop_session)
        status = r->store->db->driver->drop_session(r->store->db, r->session, r->error);
    if (status == PB_OK) status = pb_store_commit(r->store, r->error);
    pb_store_rollback(r->store);
    return status;
}

static pb_status delete_session(pb__retain *r)
{
    static const struct {
        const char *table, *by;
    } each[] = {{"live_chunks", "seq"},      {"live_windows", "car"}, {"live_rollups", "car"}, {"live_laps", "car"},
                {"live_stints", "car"},      {"live_events", "seq"},  {"live_weather", "seq"}, {"live_messages", "seq"},
                {"live_predictions", "seq"}, {"live_calls", "seq"},   {"live_gaps", "seq"}};
    for (size_t i = 0; i < sizeof each / sizeof *each; i++)
        PB_TRY(delete_by(r, each[i].table, each[i].by, each[i].by[0] == 'c' ? 1 : r->policy->step_rows));
    return forget_session(r);
}

static pb_status count_session(pb__retain *r)
{
    pb_value key = pb_value_text(r->session);
    for (uint32_t i = 0; pb_store_live_table(i); i++) {
        char    sql[128];
        int64_t n = 0;
        (void)snprintf(sql, sizeof sql, "SELECT count(*) FROM %s WHERE session = ?1", pb_store_live_table(i));
        PB_TRY(pb_store_count(r->store, sql, &key, 1, 0, &n, r->error));
        r->out->rows += n;
    }
    return PB_OK;
}

/* ---- a session ---- */

static pb_status count_old(pb__retain *r, const char *sql, int64_t *to)
{
    pb_value key = pb_value_text(r->session);
    int64_t  n   = 0;
    PB_TRY(pb_store_count(r->store, sql, &key, 1, 0, &n, r->error));
    *to += n;
    return PB_OK;
}

static pb_status count_chunks(pb__retain *r)
{
    PB_TRY(count_old(r, "SELECT count(*) FROM live_chunks WHERE session = ?1", &r->out->chunks));
    return count_old(r, "SELECT sum(length(bytes)) FROM live_chunks WHERE session = ?1", &r->out->chunk_bytes);
}

static bool older(int64_t age_us, int32_t days)
{
    return days > 0 && age_us >= days * DAY_US;
}

static pb_status retain_session(pb__retain *r, int64_t age_us)
{
    const pb_store_policy *p     = r->policy;
    bool                   whole = older(age_us, p->session_days);
    if (!whole && !older(age_us, p->telemetry_days) && !older(age_us, p->windows_days)) return PB_OK;
    r->out->sessions++;
    if (whole) {
        PB_TRY(count_session(r));
        return r->dry_run ? PB_OK : delete_session(r);
    }
    if (older(age_us, p->telemetry_days)) PB_TRY(r->dry_run ? count_chunks(r) : retain_chunks(r));
    if (!older(age_us, p->windows_days)) return PB_OK;
    if (!r->dry_run) return pb__retain_windows(r);
    return count_old(r, "SELECT count(*) FROM live_windows WHERE session = ?1 AND kind <> 2", &r->out->windows);
}

/* The newest comes first; one without a start is not among them. */
static pb_status next_session(pb__retain *r, int64_t skip, int64_t *started, bool *any)
{
    static const char sql[] = "SELECT session, started_us FROM live_sessions WHERE started_us IS NOT NULL ORDER BY "
                              "started_us DESC, session LIMIT 1 OFFSET ?1";
    pb_value          value = pb_value_i64(skip);
    pb_store_rows    *rows;
    PB_TRY(pb_store_select(r->store, sql, &value, 1, &rows, r->error));
    pb_status status = pb_store_rows_next(rows, r->error);
    *any             = status == PB_OK;
    if (*any) {
        pb_store_column_text(rows, 0, r->session, sizeof r->session);
        *started = pb_store_column_i64(rows, 1, 0);
    }
    pb_store_rows_close(rows);
    return status == PB_E_EMPTY ? PB_OK : status;
}

pb_status pb_store_retain(pb_store *store, const pb_store_policy *policy, int64_t now_us, bool dry_run,
                          pb_store_retained *out, pb_error *error)
{
    pb__retain *r = calloc(1, sizeof *r);
    PB_ASSERT(policy->step_rows >= 1 && policy->step_rows <= 100000 && policy->sessions_kept >= 0);
    if (!r) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    *out             = (pb_store_retained){0};
    *r               = (pb__retain){.store = store, .policy = policy, .dry_run = dry_run, .out = out, .error = error};
    pb_status status = PB_OK;
    int64_t   skip = policy->sessions_kept, started = 0, before = 0;
    bool      any = true;
    while (status == PB_OK && any) {
        status = next_session(r, skip, &started, &any);
        if (status != PB_OK || !any) break;
        before = out->rows;
        status = retain_session(r, now_us - started);
        skip += dry_run || out->rows == before; /* one that is gone makes room for the next */
    }
    free(r);
    return status;
}
