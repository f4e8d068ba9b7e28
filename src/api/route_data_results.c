/* How a race ended: as it was published, else by the laps. */
#include <stdlib.h>

#include "data.h"
#include "pitboard/predict_store.h"

static void put_result(pb_json_writer *w, const pb_store_rows *rows)
{
    pb__data_i64(w, "place", rows, 0);
    pb__data_text(w, "place_text", rows, 1);
    pb__data_text(w, "driver", rows, 2);
    pb__data_i64(w, "number", rows, 3);
    pb__data_text(w, "team", rows, 4);
    pb__data_text(w, "team_name", rows, 5);
    pb__data_i64(w, "grid", rows, 6);
    pb__data_text(w, "status", rows, 7);
    pb__data_f64(w, "points", rows, 8, 2);
    pb__data_i64(w, "laps", rows, 9);
    pb__data_i64(w, "time_ms", rows, 10);
    pb_json_put_bool(w, "derived", false);
}

static const pb__data_entry nobody = {.number = -1, .grid = -1};

static void put_car(pb_json_writer *w, const pb__data_race *race, const pb_log_car *car, const pb_car_result *result,
                    const pb_race_outcome *outcome)
{
    const pb__data_entry *e = pb__data_entry_of(race, car->code);
    char                  place[8];
    (void)snprintf(place, sizeof place, "%u", result->place);
    if (!e) e = &nobody;
    pb_json_object(w, NULL);
    pb_json_put_i64(w, "place", result->place);
    pb_json_put_text(w, "place_text", result->took_flag ? place : "R");
    pb_json_put_text(w, "driver", e->driver[0] ? e->driver : car->code);
    pb__data_ms(w, "number", e->number, -1);
    pb__data_word(w, "team", e->team);
    pb__data_word(w, "team_name", e->team_name);
    pb__data_ms(w, "grid", e->grid, -1);
    pb_json_put_text(w, "status",
                     !result->took_flag                  ? "Retired"
                     : result->laps_done < outcome->laps ? "Lapped"
                                                         : "Finished");
    pb_json_put_null(w, "points");
    pb_json_put_i64(w, "laps", result->laps_done);
    bool timed = result->took_flag && result->end_ms != PB_MS_NONE && outcome->start_ms != PB_MS_NONE;
    pb__data_ms(w, "time_ms", timed ? (int64_t)result->end_ms - outcome->start_ms : -1, -1);
    pb_json_put_bool(w, "derived", true);
    pb_json_object_end(w);
}

static pb_status put_order(const pb__data_race *race, const pb_race_log *log, pb_json_writer *w, pb_error *error)
{
    pb_race_outcome *outcome = malloc(sizeof *outcome);
    if (!outcome) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    bool any = pb_race_outcome_of(log, outcome) == PB_OK;
    for (uint32_t i = 0; i < log->n_cars && any; i++) {
        uint32_t c = outcome->order[i];
        put_car(w, race, &log->cars[c], &outcome->car[c], outcome);
    }
    free(outcome);
    return PB_OK;
}

static pb_status put_derived(pb_store *store, pb__data_race *race, pb_json_writer *w, pb_error *error)
{
    pb_race_log log;
    PB_TRY(pb__data_read_entries(store, race, error));
    pb_race_log_init(&log);
    pb_status status = pb_history_read_log(store, race->id, &log, error);
    pb_json_array(w, NULL);
    if (status == PB_OK) status = put_order(race, &log, w, error);
    pb_json_array_end(w);
    pb_race_log_fini(&log);
    return status == PB_E_EMPTY ? PB_OK : status; /* no laps: no order */
}

static pb_status put_results(pb_data *data, pb_store *store, pb_request *request, pb_reply *reply, pb_error *error)
{
    pb__data_race race;
    (void)data;
    PB_TRY(pb__data_find_race(store, request, reply, &race, error));
    if (!race.has_results) return put_derived(store, &race, pb_reply_json(reply), error);
    const pb_value key = pb_value_i64(race.race);
    return pb__data_array(store, pb_reply_json(reply), NULL,
                          "SELECT r.place, r.place_text, r.driver, e.number, e.team, e.team_name, g.grid, r.status, "
                          "r.points, r.laps, r.time_ms FROM results r "
                          "LEFT JOIN entries e ON e.race = r.race AND e.driver = r.driver "
                          "LEFT JOIN grids g ON g.race = r.race AND g.driver = r.driver "
                          "WHERE r.race = ?1 ORDER BY coalesce(r.place, 999), r.driver",
                          &key, 1, put_result, error);
}

pb_status pb__run_results(void *context, pb_request *request, pb_reply *reply, pb_error *error)
{
    return pb__data_do(context, put_results, request, reply, error);
}
