/* Stints of a race: as a source lists them, else found in the laps. */
#include "data.h"
#include "pitboard/predict_store.h"

static void put_stint(pb_json_writer *w, const pb_store_rows *rows)
{
    int64_t from = pb_store_column_i64(rows, 2, 0), to = pb_store_column_i64(rows, 3, 0);
    pb__data_text(w, "driver", rows, 0);
    pb__data_i64(w, "stint", rows, 1);
    pb__data_i64(w, "from_lap", rows, 2);
    pb__data_i64(w, "to_lap", rows, 3);
    pb__data_ms(w, "laps", from > 0 && to > 0 ? to - from + 1 : 0, 0);
    pb__data_text(w, "compound", rows, 4);
    pb__data_i64(w, "age_at_start", rows, 5);
    pb__data_bool(w, "fresh", rows, 6);
    pb_json_put_bool(w, "derived", false);
}

/* Rows first .. last of a car are one set. */
static void put_set(pb_json_writer *w, const char *driver, uint32_t stint, const pb_lap *first, const pb_lap *last)
{
    const char *odd  = first->odd_compound;
    const char *name = first->compound == PB_COMPOUND_UNKNOWN ? odd : pb_compound_name((pb_compound)first->compound);
    pb_json_object(w, NULL);
    pb_json_put_text(w, "driver", driver);
    pb_json_put_i64(w, "stint", stint);
    pb_json_put_i64(w, "from_lap", first->number);
    pb_json_put_i64(w, "to_lap", last->number);
    pb_json_put_i64(w, "laps", last->number - first->number + 1);
    pb__data_word(w, "compound", name);
    pb__data_ms(w, "age_at_start", first->tyre_age_laps > 0 ? first->tyre_age_laps - 1 : -1, -1);
    if (first->fresh < 0)
        pb_json_put_null(w, "fresh");
    else
        pb_json_put_bool(w, "fresh", first->fresh > 0);
    pb_json_put_bool(w, "derived", true);
    pb_json_object_end(w);
}

static void put_car(pb_json_writer *w, const pb__data_race *race, const pb_log_car *car)
{
    const pb__data_entry *entry = pb__data_entry_of(race, car->code);
    uint32_t              stint = 1, first = 0;
    for (uint32_t i = 0; i < car->n_laps; i++) {
        if (i + 1 < car->n_laps && pb_same_set(car, i)) continue;
        put_set(w, entry ? entry->driver : car->code, stint++, &car->laps[first], &car->laps[i]);
        first = i + 1;
    }
}

static pb_status put_derived(pb_store *store, pb__data_race *race, pb_json_writer *w, pb_error *error)
{
    pb_race_log log;
    PB_TRY(pb__data_read_entries(store, race, error));
    pb_race_log_init(&log);
    pb_status status = pb_history_read_log(store, race->id, &log, error);
    pb_json_array(w, NULL);
    for (uint32_t c = 0; c < log.n_cars && status == PB_OK; c++) put_car(w, race, &log.cars[c]);
    pb_json_array_end(w);
    pb_race_log_fini(&log);
    return status == PB_E_EMPTY ? PB_OK : status; /* no laps: no stints */
}

static pb_status put_stints(pb_data *data, pb_store *store, pb_request *request, pb_reply *reply, pb_error *error)
{
    pb__data_race race;
    int64_t       n = 0;
    (void)data;
    PB_TRY(pb__data_find_race(store, request, reply, &race, error));
    const pb_value key = pb_value_i64(race.race);
    PB_TRY(pb_store_count(store, "SELECT count(*) FROM stints WHERE race = ?1", &key, 1, 0, &n, error));
    if (n == 0) return put_derived(store, &race, pb_reply_json(reply), error);
    return pb__data_array(store, pb_reply_json(reply), NULL,
                          "SELECT driver, stint, from_lap, to_lap, compound, age_at_start, fresh FROM stints "
                          "WHERE race = ?1 ORDER BY driver, stint",
                          &key, 1, put_stint, error);
}

pb_status pb__run_stints(void *context, pb_request *request, pb_reply *reply, pb_error *error)
{
    return pb__data_do(context, put_stints, request, reply, error);
}
