/* route_telemetry_car: what a car's telemetry is worth. */
#include <math.h>
#include <stdlib.h>

#include "telemetry_read.h"

static void put_channel(pb_json_writer *w, const char *name, const char *unit, uint64_t seen, uint64_t points)
{
    if (seen == 0) return;
    pb_json_object(w, NULL);
    pb_json_put_text(w, "name", name);
    pb_json_put_text(w, "unit", unit[0] ? unit : NULL);
    pb_json_put_fixed(w, "share", (double)seen / (double)points, 4);
    pb_json_object_end(w);
}

static void put_channels(pb_json_writer *w, const pb__car_book *b)
{
    pb_json_array(w, "channels");
    for (int k = 0; k < PB_CH_N; k++)
        put_channel(w, pb_channel_name((pb_channel)k), pb__channel_unit(k), b->seen[k], b->points);
    put_channel(w, "place", "deg", b->placed, b->points);
    pb_json_array_end(w);
}

static void put_glitches(pb_json_writer *w, const pb_lap_report *r)
{
    pb_json_array(w, "glitches");
    for (int k = 0; k < PB_GLITCH_N; k++) {
        if (r->glitches_of[k] == 0) continue;
        pb_json_object(w, NULL);
        pb_json_put_text(w, "kind", pb_lap_glitch_name((pb_lap_glitch_kind)k));
        pb_json_put_i64(w, "n", r->glitches_of[k]);
        pb_json_object_end(w);
    }
    pb_json_array_end(w);
}

/* How dense the windows of five seconds are: where few points came. */
static void put_span(pb_json_writer *w, const pb_store_rows *rows)
{
    pb_json_put_utc(w, "from", pb_store_column_i64(rows, 0, 0));
    pb_json_put_i64(w, "points", pb_store_column_i64(rows, 1, 0));
}

static void put_health(pb_json_writer *w, const pb__car_book *b, int32_t car)
{
    double s = (double)(b->last_us - b->first_us) * 1e-6;
    pb_json_put_i64(w, "car", car);
    pb_json_put_i64(w, "points", (int64_t)b->points);
    pb_json_put_utc(w, "from", b->first_us);
    pb_json_put_utc(w, "to", b->last_us);
    s > 0 ? pb_json_put_fixed(w, "rate_hz", (double)b->points / s, 2) : pb_json_put_null(w, "rate_hz");
    pb_json_put_i64(w, "holes", b->holes);
    pb_json_put_fixed(w, "longest_hole_s", b->longest_hole_s, 3);
    pb_json_put_i64(w, "late_points", (int64_t)b->laps.late_points);
    pb_json_put_bool(w, "bursts", b->laps.bursts);
    pb_json_put_fixed(w, "burst_share", (double)b->laps.burst_frac, 4);
    b->laps.lap_m > 0 ? pb_json_put_fixed(w, "lap_m", (double)b->laps.lap_m, 1) : pb_json_put_null(w, "lap_m");
    pb_json_put_i64(w, "laps", b->laps.n_laps);
    put_channels(w, b);
    put_glitches(w, &b->laps);
}

static pb_status put_car(pb_recordings *t, pb_store *store, const pb__recording *recording, pb_request *request,
                         pb_reply *reply, pb_error *error)
{
    const char    *key  = pb_request_param(request, "car");
    int32_t        car  = pb__car_read(key);
    const pb_value of[] = {pb_value_text(recording->id), pb_value_i64(car)};
    if (car == 0) return pb_error_set(error, PB_E_NOENT, "%.40s is no key of a car (it is a number: 88)", key);
    pb__car_book *b = malloc(sizeof *b);
    if (!b) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    pb_status       status = pb__book_read(t->book, store, request, recording->id, car, b, error);
    pb_json_writer *w      = status == PB_OK ? pb_reply_json(reply) : NULL;
    if (w) {
        pb_json_object(w, NULL);
        put_health(w, b, car);
        status = pb__data_array(store, w, "density",
                                "SELECT from_us, points FROM live_windows WHERE session = ?1 AND car = ?2 AND kind = 1 "
                                "ORDER BY from_us LIMIT 5000",
                                of, 2, put_span, error);
        pb_json_object_end(w);
    }
    free(b);
    return status;
}

pb_status pb__run_telemetry_car(void *context, pb_request *request, pb_reply *reply, pb_error *error)
{
    return pb__telemetry_do(context, put_car, request, reply, error);
}
