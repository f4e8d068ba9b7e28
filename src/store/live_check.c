/* live_check: what must hold of live sessions. */
#include <stdio.h>

#include "store_internal.h"

#define PAGE 64 /* chunks read at once */

typedef struct finder {
    pb_store         *store;
    pb_store_finding *tell;
    void             *with;
    uint32_t         *n;
    pb_error         *error;
} finder;

static void found(const finder *f, const char *text)
{
    ++*f->n;
    f->tell(f->with, text);
}

/* Rows and the number of the last record are committed together. */
static pb_status rows_beyond(const finder *f, const char *table)
{
    char           sql[256];
    pb_store_rows *rows;
    pb_status      status;
    (void)snprintf(sql, sizeof sql,
                   "SELECT a.session, a.seq, max(t.seq) FROM live_applied a JOIN %s t ON t.session = a.session "
                   "GROUP BY a.session, a.seq HAVING max(t.seq) > a.seq",
                   table);
    PB_TRY(pb_store_select(f->store, sql, NULL, 0, &rows, f->error));
    while ((status = pb_store_rows_next(rows, f->error)) == PB_OK) {
        char session[128], text[400];
        pb_store_column_text(rows, 0, session, sizeof session);
        (void)snprintf(text, sizeof text, "session %s: record %lld was applied last, but %s has rows of record %lld",
                       session, (long long)pb_store_column_i64(rows, 1, 0), table,
                       (long long)pb_store_column_i64(rows, 2, 0));
        found(f, text);
    }
    pb_store_rows_close(rows);
    return status == PB_E_EMPTY ? PB_OK : status;
}

static pb_status count_of(const finder *f, const char *sql, const char *what)
{
    int64_t n = 0;
    char    text[200];
    PB_TRY(pb_store_count(f->store, sql, NULL, 0, 0, &n, f->error));
    (void)snprintf(text, sizeof text, "%lld %s", (long long)n, what);
    if (n > 0) found(f, text);
    return PB_OK;
}

/* ---- chunks: every one is decoded ---- */

typedef struct place {
    char    session[PB__WHERE_MAX];
    int64_t car, seq;
} place;

static void judge_chunk(const finder *f, const pb_store_rows *rows, const place *at)
{
    pb_error why   = {0};
    pb_chunk chunk = {0};
    pb_value bytes = pb_store_column(rows, 3);
    char     text[PB_ERROR_TEXT_MAX + 200];
    if (pb__chunk_decode(&f->store->work, bytes.kind == PB_VALUE_BLOB ? bytes.text : pb_span_of(""), &chunk, &why) ==
            PB_OK &&
        (chunk.from_us != pb_store_column_i64(rows, 4, 0) || chunk.to_us != pb_store_column_i64(rows, 5, 0) ||
         chunk.n_rows != pb_store_column_i64(rows, 6, 0)))
        (void)pb_error_set(&why, PB_E_SYNTAX, "telemetry chunk: it is another row's");
    if (why.status == PB_OK) return;
    (void)snprintf(text, sizeof text, "session %.100s, car %lld, record %lld: %s", at->session, (long long)at->car,
                   (long long)at->seq, why.text);
    found(f, text);
}

static pb_status judge_page(const finder *f, place *at, bool *more)
{
    static const char sql[]    = "SELECT session, car, seq, bytes, from_us, to_us, points FROM live_chunks WHERE "
                                 "(session, car, seq) > (?1, ?2, ?3) ORDER BY session, car, seq LIMIT 64";
    pb_value          values[] = {
                 {.kind = PB_VALUE_TEXT, .text = pb_span_of(at->session)}, pb_value_i64(at->car), pb_value_i64(at->seq)};
    pb_store_rows *rows;
    pb_status      status;
    uint32_t       n = 0;
    PB_TRY(pb_store_select(f->store, sql, values, 3, &rows, f->error));
    while ((status = pb_store_rows_next(rows, f->error)) == PB_OK) {
        pb_store_column_text(rows, 0, at->session, sizeof at->session);
        at->car = pb_store_column_i64(rows, 1, 0);
        at->seq = pb_store_column_i64(rows, 2, 0);
        judge_chunk(f, rows, at);
        n++;
    }
    pb_store_rows_close(rows);
    *more = n == PAGE;
    return status == PB_E_EMPTY ? PB_OK : status;
}

pb_status pb__live_check(pb_store *store, pb_store_finding *tell, void *with, uint32_t *n, pb_error *error)
{
    static const char *const numbered[] = {"live_events",      "live_weather", "live_messages", "live_chunks",
                                           "live_predictions", "live_calls",   "live_gaps"};
    const finder             f          = {store, tell, with, n, error};
    place                    at         = {.session = "", .car = INT64_MIN, .seq = INT64_MIN};
    bool                     more       = true;
    for (size_t i = 0; i < sizeof numbered / sizeof *numbered; i++) PB_TRY(rows_beyond(&f, numbered[i]));
    PB_TRY(count_of(&f, "SELECT count(*) FROM live_windows WHERE length(features) % 4 <> 0 OR to_us < from_us",
                    "windows that end before they begin, or with part of a feature"));
    PB_TRY(
        count_of(&f, "SELECT count(*) FROM live_stints WHERE to_lap < from_lap", "stints that end before they begin"));
    while (more) PB_TRY(judge_page(&f, &at, &more));
    return PB_OK;
}
