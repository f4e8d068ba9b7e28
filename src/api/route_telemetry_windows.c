/* route_telemetry_windows: features of windows. */
#include <math.h>
#include <string.h>

#include "pitboard/feature_window.h"
#include "telemetry_read.h"

#define ROWS_MAX "20000"

/* A schema that is not ours, or marked as a mean of it by retention, still has our features in its first places. */
static void put_features(pb_json_writer *w, pb_value blob)
{
    const pb_feature_schema *schema = pb_window_schema();
    size_t                   n      = blob.kind == PB_VALUE_BLOB ? blob.text.len / sizeof(float) : 0;
    for (uint32_t i = 0; i < PB_WINDOW_FEATURES_N; i++) {
        float v = NAN;
        if (i == PB_WF_lap) continue; /* it is a member already */
        if (i < n) memcpy(&v, blob.text.at + i * sizeof v, sizeof v);
        if (isfinite(v))
            pb_json_put_fixed(w, schema->at[i].name, (double)v, 4);
        else
            pb_json_put_null(w, schema->at[i].name);
    }
}

static void put_window(pb_json_writer *w, const pb_store_rows *rows)
{
    int64_t sector = pb_store_column_i64(rows, 4, 0), lap = pb_store_column_i64(rows, 3, 0);
    pb__data_i64(w, "car", rows, 0);
    pb__data_ms(w, "lap", lap, 0);
    pb__data_ms(w, "sector", sector, 0);
    pb_json_put_utc(w, "from", pb_store_column_i64(rows, 1, 0));
    pb_json_put_i64(w, "length_ms", (pb_store_column_i64(rows, 2, 0) - pb_store_column_i64(rows, 1, 0)) / 1000);
    pb__data_i64(w, "points", rows, 5);
    put_features(w, pb_store_column(rows, 6));
}

static int64_t kind_of(const char *name)
{
    for (int k = 0; k < PB_WINDOW_N; k++)
        if (strcmp(pb_window_kind_name((pb_window_kind)k), name) == 0) return k;
    return PB_WINDOW_LAP;
}

static pb_status put_windows(pb_recordings *t, pb_store *store, const pb__recording *recording, pb_request *request,
                             pb_reply *reply, pb_error *error)
{
    const char *kind = pb_request_query(request, "kind"), *car = pb_request_query(request, "car");
    int64_t     k = kind_of(kind ? kind : "lap");
    (void)t;
    if (k != PB_WINDOW_LAP && !car)
        return pb_reply_problem(reply, 400, "car", "there are many windows of this kind: name a car (car=88)");
    const pb_value of[] = {pb_value_text(recording->id), pb_value_i64(k), pb_value_i64(car ? pb__car_read(car) : 0)};
    return pb__data_array(store, pb_reply_json(reply), NULL,
                          "SELECT car, from_us, to_us, lap, sector, points, features FROM live_windows WHERE session = "
                          "?1 AND kind = ?2 AND (?3 = 0 OR car = ?3) ORDER BY car, from_us LIMIT " ROWS_MAX,
                          of, 3, put_window, error);
}

pb_status pb__run_windows(void *context, pb_request *request, pb_reply *reply, pb_error *error)
{
    return pb__telemetry_do(context, put_windows, request, reply, error);
}
