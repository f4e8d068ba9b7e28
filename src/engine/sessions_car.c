/* One car: what the dashboard has of it, and its laps. */
#include <stdlib.h>

#include "sessions_car.h"

void pb__car_copy_laps(const pb_pipeline *pipeline, int16_t key, pb__car_laps *out)
{
    const pb_tracker  *tracker = pb_pipeline_tracker(pipeline);
    const pb_live_car *car     = pb_race_car_of(pb_tracker_state(tracker), key);
    out->n                     = 0;
    for (uint16_t lap = 1; car && lap <= car->laps && out->n < PB_LAPS_MAX; lap++) {
        const pb_lap *l = pb_tracker_lap(tracker, key, lap);
        if (l) out->at[out->n++] = *l;
    }
}

static void put_lap(pb_json_writer *w, const pb_lap *l)
{
    pb_json_object(w, NULL);
    pb_json_put_i64(w, "lap", l->number);
    pb__text_ms(w, "time_ms", l->time_ms);
    pb_json_array(w, "sector_ms");
    for (int i = 0; i < 3; i++) pb__text_ms(w, NULL, l->sector_ms[i]);
    pb_json_array_end(w);
    l->position > 0 ? pb_json_put_i64(w, "position", l->position) : pb_json_put_null(w, "position");
    pb_json_put_text(w, "compound", pb_compound_name((pb_compound)l->compound));
    l->tyre_age_laps >= 0 ? pb_json_put_i64(w, "tyre_age_laps", l->tyre_age_laps)
                          : pb_json_put_null(w, "tyre_age_laps");
    pb_json_put_bool(w, "pit_in", l->pit_in_ms != PB_MS_NONE);
    pb_json_put_bool(w, "pit_out", l->pit_out_ms != PB_MS_NONE);
    pb_json_put_bool(w, "deleted", l->deleted);
    pb_json_object_end(w);
}

static void put_four(pb_json_writer *w, const char *key, const float at[4], int decimals)
{
    pb_json_array(w, key);
    for (int i = 0; i < 4; i++) pb_json_put_fixed(w, NULL, (double)at[i], decimals);
    pb_json_array_end(w);
}

/* Who told each field, and who told another value. */
static void put_told(pb_json_writer *w, const pb_live_car *car)
{
    pb_json_object(w, "told");
    for (int f = 0; f < PB_TOLD_N; f++) {
        const pb_told *t = &car->told[f];
        if (!t->origin) continue;
        pb_json_object(w, pb_told_name((pb_told_field)f));
        pb_json_put_text(w, "origin", pb_origin_name((pb_origin)t->origin));
        pb_json_put_text(w, "other", t->other ? pb_origin_name((pb_origin)t->other) : NULL);
        pb_json_object_end(w);
    }
    pb_json_object_end(w);
}

void pb__put_one_car(const pb_live_car *car, const pb__car_laps *laps, pb_json_writer *to)
{
    pb_json_object(to, NULL);
    pb__put_live_car(car, to);
    pb__text_ms(to, "lane_ms", car->lane_ms);
    pb__text_ms(to, "still_ms", car->still_ms);
    put_four(to, "speed_kmh", car->speed_kmh, 1);
    put_four(to, "wear_frac", car->wear_frac, 3);
    pb_json_put_fixed(to, "fuel_kg", (double)car->fuel_kg, 2);
    pb_json_put_fixed(to, "lapdist_m", (double)car->lapdist_m, 1);
    pb_json_array(to, "lap_times");
    for (uint32_t i = 0; i < laps->n; i++) put_lap(to, &laps->at[i]);
    pb_json_array_end(to);
    put_told(to, car);
    pb_json_object_end(to);
}
