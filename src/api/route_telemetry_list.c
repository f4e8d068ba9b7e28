/* route_telemetry_list: recordings, and one of them. */
#include <string.h>

#include "telemetry_read.h"

/* The chunks of a session are read once: there may be a million. */
#define SELECT(which)                                                                                                  \
    "SELECT s.session, coalesce(s.record, ''), s.name, s.type, s.circuit, s.season, s.round, s.started_us, "           \
    "count(DISTINCT c.car), coalesce(sum(c.points), 0), min(c.from_us), max(c.to_us), "                                \
    "(SELECT count(*) FROM live_windows w WHERE w.session = s.session), "                                              \
    "(SELECT max(f.path) FROM sources f WHERE f.about = s.record AND f.form = 'telemetry') "                           \
    "FROM live_sessions s LEFT JOIN live_chunks c ON c.session = s.session WHERE " which " GROUP BY s.session "

static void put_utc(pb_json_writer *w, const char *key, const pb_store_rows *rows, uint32_t column)
{
    if (pb_store_column(rows, column).kind == PB_VALUE_I64)
        pb_json_put_utc(w, key, pb_store_column_i64(rows, column, 0));
    else
        pb_json_put_null(w, key);
}

/* Of a file its name alone: where it lay is nobody's business. */
static void put_file(pb_json_writer *w, const char *key, const pb_store_rows *rows, uint32_t column)
{
    char path[1024];
    pb_store_column_text(rows, column, path, sizeof path);
    const char *slash = strrchr(path, '/');
    pb__data_word(w, key, slash ? slash + 1 : path);
}

static void put_members(pb_json_writer *w, const pb_store_rows *rows, const pb__owner *owner)
{
    static const char *const texts[] = {"name", "type", "circuit"};
    pb__data_text(w, "id", rows, 0);
    pb__data_word(w, "session", owner ? owner->session : "");
    for (uint32_t i = 0; i < 3; i++) pb__data_text(w, texts[i], rows, 2 + i);
    pb__data_i64(w, "season", rows, 5);
    pb__data_i64(w, "round", rows, 6);
    put_file(w, "file", rows, 13);
    put_utc(w, "from", rows, 10);
    put_utc(w, "to", rows, 11);
    pb_json_put_i64(w, "cars", pb_store_column_i64(rows, 8, 0));
    pb_json_put_i64(w, "points", pb_store_column_i64(rows, 9, 0));
    pb_json_put_i64(w, "windows", pb_store_column_i64(rows, 12, 0));
}

/* ---- all of them ---- */

typedef struct list {
    pb_json_writer *w;
    pb__owners      owners;
} list;

static void put_item(void *with, const pb_store_rows *rows)
{
    list *l = with;
    char  record[PB__RECORDING_MAX];
    pb_store_column_text(rows, 1, record, sizeof record);
    pb_json_object(l->w, NULL);
    put_members(l->w, rows, pb__owner_of(&l->owners, record));
    pb_json_object_end(l->w);
}

pb_status pb__run_recordings(void *context, pb_request *request, pb_reply *reply, pb_error *error)
{
    pb_recordings   *t = context;
    pb_store        *store;
    const pb_caller *caller  = pb_request_caller(request);
    const pb_value   whose[] = {pb_value_text(caller->team), pb_value_i64(caller->home)};
    pb_error         why     = {0};
    list             l       = {.w = pb_reply_json(reply)};
    PB_TRY(pb__data_take(t->data, &store, error));
    pb__owners_of(t, &l.owners);
    pb_json_array(l.w, NULL);
    static const char theirs[] = SELECT("(s.team = ?1 OR (s.team IS NULL AND ?2 = 1)) AND "
                                        "(EXISTS (SELECT 1 FROM live_chunks d WHERE d.session = s.session) OR "
                                        "EXISTS (SELECT 1 FROM live_windows w WHERE w.session = s.session))") //
        "ORDER BY coalesce(s.started_us, 0) DESC, s.session LIMIT 500";
    pb_status status = pb__data_each(store, theirs, whose, 2, put_item, &l, &why);
    pb_json_array_end(l.w);
    return pb__data_tell(pb__data_give(t->data, store, status), &why, request, error);
}

/* ---- one ---- */

static void put_car(pb_json_writer *w, const pb_store_rows *rows)
{
    int64_t points = pb_store_column_i64(rows, 1, 0);
    double  s      = (double)(pb_store_column_i64(rows, 3, 0) - pb_store_column_i64(rows, 2, 0)) * 1e-6;
    pb__data_i64(w, "car", rows, 0);
    pb__data_text(w, "code", rows, 4);
    pb_json_put_i64(w, "points", points);
    if (s > 0)
        pb_json_put_fixed(w, "rate_hz", (double)points / s, 2);
    else
        pb_json_put_null(w, "rate_hz");
    put_utc(w, "from", rows, 2);
    put_utc(w, "to", rows, 3);
}

static void put_refused(pb_json_writer *w, const pb_store_rows *rows)
{
    pb__data_text(w, "why", rows, 0);
    pb_json_put_i64(w, "n", pb_store_column_i64(rows, 1, 0));
}

static void put_source(pb_json_writer *w, const pb_store_rows *rows)
{
    put_file(w, "file", rows, 0);
    pb__data_i64(w, "rows", rows, 1);
    pb__data_i64(w, "left_out", rows, 2);
}

static void put_kinds(pb_json_writer *w, const char *key, const pb_live_status *s, bool dropped)
{
    pb_json_object(w, key);
    for (int k = PB_FEED_NONE + 1; k < PB_FEED_N; k++) {
        const pb_live_drops *d = &s->drops[k];
        uint64_t             n = dropped ? d->kernel + d->record + d->process + d->cut : s->received[k];
        if (s->received[k] > 0 || n > 0) pb_json_put_i64(w, pb_feed_kind_name((pb_feed_kind)k), (int64_t)n);
    }
    pb_json_object_end(w);
}

static void put_live(pb_json_writer *w, pb_session *session)
{
    pb_live_status s;
    pb_live_status_get(pb_session_live(session), &s);
    pb_json_object(w, "live");
    put_kinds(w, "received", &s, false);
    put_kinds(w, "dropped", &s, true);
    pb_json_put_i64(w, "points", (int64_t)s.points);
    pb_json_put_i64(w, "refused", (int64_t)s.refused);
    pb_json_put_i64(w, "clocks", (int64_t)s.clocks);
    pb_json_put_i64(w, "unstored", s.durable_seq > s.applied_seq ? (int64_t)(s.durable_seq - s.applied_seq) : 0);
    if (s.latency.n > 0) {
        pb_json_put_fixed(w, "late_p50_ms", s.latency.p50_ms, 2);
        pb_json_put_fixed(w, "late_p99_ms", s.latency.p99_ms, 2);
    } else {
        pb_json_put_null(w, "late_p50_ms");
        pb_json_put_null(w, "late_p99_ms");
    }
    pb_json_object_end(w);
}

static pb_status put_parts(pb_recordings *t, pb_store *store, const pb__recording *r, const char *record,
                           pb_request *request, pb_json_writer *w, pb_error *error)
{
    const pb_value of[] = {pb_value_text(r->id)}, from[] = {pb_value_text(record)};
    PB_TRY(pb__data_array(store, w, "by_car",
                          "SELECT c.car, sum(c.points), min(c.from_us), max(c.to_us), (SELECT max(l.code) FROM "
                          "live_laps l WHERE l.session = ?1 AND l.car = c.car) FROM live_chunks c WHERE c.session = ?1 "
                          "GROUP BY c.car ORDER BY c.car",
                          of, 1, put_car, error));
    PB_TRY(pb__data_array(store, w, "refused",
                          "SELECT why, sum(n) FROM live_gaps WHERE session = ?1 GROUP BY why ORDER BY 2 DESC, why "
                          "LIMIT 50",
                          of, 1, put_refused, error));
    PB_TRY(pb__data_array(store, w, "files",
                          "SELECT path, rows, quarantined FROM sources WHERE about = ?1 AND form = 'telemetry' ORDER "
                          "BY source LIMIT 50",
                          from, 1, put_source, error));
    pb_session *s = t->sessions && r->session[0]
                        ? pb_sessions_find(t->sessions, pb_request_caller(request)->team, r->session)
                        : NULL;
    if (!s) {
        pb_json_put_null(w, "live");
        return PB_OK;
    }
    put_live(w, s);
    pb_session_drop(s);
    return PB_OK;
}

typedef struct one {
    pb_json_writer      *w;
    const pb__recording *recording;
    char                 record[PB__RECORDING_MAX];
} one;

static void put_one(void *with, const pb_store_rows *rows)
{
    one      *o     = with;
    pb__owner owner = {0};
    (void)pb_span_copy(pb_span_of(o->recording->session), owner.session, sizeof owner.session);
    pb_store_column_text(rows, 1, o->record, sizeof o->record);
    put_members(o->w, rows, &owner);
}

static pb_status put_recording(pb_recordings *t, pb_store *store, const pb__recording *recording, pb_request *request,
                               pb_reply *reply, pb_error *error)
{
    const pb_value id = pb_value_text(recording->id);
    one            o  = {.w = pb_reply_json(reply), .recording = recording};
    pb_json_object(o.w, NULL);
    pb_status status = pb__data_each(store, SELECT("s.session = ?1"), &id, 1, put_one, &o, error);
    if (status == PB_OK) status = put_parts(t, store, recording, o.record, request, o.w, error);
    pb_json_object_end(o.w);
    return status;
}

pb_status pb__run_recording(void *context, pb_request *request, pb_reply *reply, pb_error *error)
{
    return pb__telemetry_do(context, put_recording, request, reply, error);
}
