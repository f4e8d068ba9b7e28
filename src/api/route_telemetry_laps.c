/* route_telemetry_laps: laps of the cars of a recording. */
#include <math.h>
#include <stdlib.h>

#include "telemetry_read.h"

#define CARS_MAX 128

typedef struct cars {
    int32_t  at[CARS_MAX];
    uint32_t n;
} cars;

static void take_car(void *to, const pb_store_rows *rows)
{
    cars *c = to;
    if (c->n < CARS_MAX) c->at[c->n++] = (int32_t)pb_store_column_i64(rows, 0, 0);
}

static void put_lap(pb_json_writer *w, const pb__car_book *b, const pb_telemetry_lap *l, bool best)
{
    pb_json_object(w, NULL);
    pb_json_put_i64(w, "car", b->laps.car);
    pb_json_put_i64(w, "lap", l->number);
    pb_json_put_i64(w, "time_ms", llround(l->time_s * 1000));
    pb_json_put_bool(w, "best", best);
    pb_json_put_bool(w, "plausible", l->plausible);
    pb_json_put_bool(w, "whole", l->unbroken);
    pb_json_put_text(w, "by", b->by_windows ? "counter" : b->laps.bursts ? "driven" : "line");
    pb_json_put_utc(w, "from", l->start_us);
    pb_json_put_utc(w, "to", l->end_us);
    pb_json_object_end(w);
}

static void put_car(pb_json_writer *w, pb__car_book *b, int32_t car)
{
    const pb_telemetry_lap *best = pb__book_best(b);
    b->laps.car                  = car;
    for (uint32_t i = 0; i < b->laps.n_laps; i++)
        if (b->laps.laps[i].number > 0) put_lap(w, b, &b->laps.laps[i], best == &b->laps.laps[i]);
}

static pb_status put_laps(pb_recordings *t, pb_store *store, const pb__recording *recording, pb_request *request,
                          pb_reply *reply, pb_error *error)
{
    const pb_value  of[] = {pb_value_text(recording->id)};
    const char     *only = pb_request_query(request, "car");
    cars            c    = {0};
    pb_json_writer *w    = pb_reply_json(reply);
    PB_TRY(pb__data_each(store, "SELECT DISTINCT car FROM live_chunks WHERE session = ?1 ORDER BY car", of, 1, take_car,
                         &c, error));
    pb__car_book *b = malloc(sizeof *b);
    if (!b) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    pb_status status = PB_OK;
    pb_json_array(w, NULL);
    for (uint32_t i = 0; i < c.n && status == PB_OK; i++) {
        if (only && pb__car_read(only) != c.at[i]) continue;
        status = pb__book_read(t->book, store, request, recording->id, c.at[i], b, error);
        if (status == PB_OK) put_car(w, b, c.at[i]);
    }
    pb_json_array_end(w);
    free(b);
    return status;
}

pb_status pb__run_telemetry_laps(void *context, pb_request *request, pb_reply *reply, pb_error *error)
{
    return pb__telemetry_do(context, put_laps, request, reply, error);
}
