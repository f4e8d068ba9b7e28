/* Retention: see db_retain.h. */
#include "db_retain.h"

#include <inttypes.h>

#include "pitboard/codec.h"
#include "pitboard/engine.h"
#include "terminal.h"

static void put_json(const pb__retain_args *a, const pb_store_retained *out)
{
    pb_json_writer w;
    pb_json_begin(&w, stdout, 2);
    pb_json_object(&w, NULL);
    pb_json_put_text(&w, "store", a->shown);
    pb_json_put_bool(&w, "deleted", a->now);
    pb_json_put_i64(&w, "telemetry_days", a->policy.telemetry_days);
    pb_json_put_i64(&w, "windows_days", a->policy.windows_days);
    pb_json_put_i64(&w, "session_days", a->policy.session_days);
    pb_json_put_i64(&w, "keep", a->policy.sessions_kept);
    pb_json_put_i64(&w, "sessions", out->sessions);
    pb_json_put_i64(&w, "chunks", out->chunks);
    pb_json_put_i64(&w, "chunk_bytes", out->chunk_bytes);
    pb_json_put_i64(&w, "windows", out->windows);
    pb_json_put_i64(&w, "session_rows", out->rows);
    pb_json_put_i64(&w, "rollups", out->rollups);
    pb_json_object_end(&w);
    pb_json_end(&w);
}

static void put_line(int64_t n, const char *what)
{
    char number[32];
    if (n > 0) printf("%14s  %s\n", pb__thousands((uint64_t)n, number), what);
}

static void put_text(const pb__retain_args *a, const pb_store_retained *out)
{
    put_line(out->chunks, "chunks of telemetry");
    put_line(out->chunk_bytes, "bytes in them");
    put_line(out->windows, "windows of features");
    put_line(out->rows, "rows of whole sessions");
    put_line(out->rollups, "rows written that sum them up");
    if (out->sessions == 0)
        printf("%s: nothing is old enough to go\n", a->shown);
    else if (a->now)
        printf("%s: deleted, of %" PRId64 " session%s\n", a->shown, out->sessions, out->sessions == 1 ? "" : "s");
    else
        printf("%s: would go, of %" PRId64 " session%s; --now does it\n", a->shown, out->sessions,
               out->sessions == 1 ? "" : "s");
}

pb_status pb__db_retain(const pb__retain_args *a, pb_error *error)
{
    pb_store         *store;
    pb_store_retained out;
    PB_TRY(pb_store_open(a->store, a->now ? PB_STORE_WRITE : PB_STORE_READ, &store, error));
    pb_status status = pb_store_retain(store, &a->policy, pb_engine_utc_s() * INT64_C(1000000), !a->now, &out, error);
    pb_store_close(store);
    if (status == PB_OK && a->json) put_json(a, &out);
    if (status == PB_OK && !a->json) put_text(a, &out);
    return status;
}
