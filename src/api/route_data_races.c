/* Races: of a season, and one. */
#include <string.h>

#include "data.h"

#define MEMBERS                                                                                                        \
    "r.id, r.series, r.season, r.round, r.sprint, r.name, r.event, r.circuit, r.date, r.time, r.laps, "                \
    "(SELECT min(driver) FROM results WHERE results.race = r.race AND place = 1), "                                    \
    "(SELECT count(*) FROM (SELECT 1 FROM laps WHERE laps.race = r.race LIMIT 1) AS l) "

static void put_race(pb_json_writer *w, const pb_store_rows *rows)
{
    pb__data_text(w, "id", rows, 0);
    pb__data_text(w, "series", rows, 1);
    pb__data_i64(w, "season", rows, 2);
    pb__data_i64(w, "round", rows, 3);
    pb__data_bool(w, "sprint", rows, 4);
    pb__data_text(w, "name", rows, 5);
    pb__data_text(w, "event", rows, 6);
    pb__data_text(w, "circuit", rows, 7);
    pb__data_text(w, "date", rows, 8);
    pb__data_text(w, "time_utc", rows, 9);
    pb__data_i64(w, "laps", rows, 10);
    pb__data_text(w, "winner", rows, 11);
    pb__data_bool(w, "has_laps", rows, 12);
}

static pb_status put_season(pb_data *data, pb_store *store, pb_request *request, pb_reply *reply, pb_error *error)
{
    const char *year   = pb_request_param(request, "year");
    int64_t     season = 0;
    (void)data;
    if (strlen(year) != 4 || !pb_span_to_i64(pb_span_of(year), &season) || season < 1000)
        return pb_error_set(error, PB_E_NOENT, "no season %.20s: seasons are years, 2023", year);
    const pb_value key = pb_value_i64(season);
    return pb__data_array(store, pb_reply_json(reply), NULL,
                          "SELECT " MEMBERS "FROM races r WHERE r.season = ?1 ORDER BY r.race", &key, 1, put_race,
                          error);
}

static void put_a_season(pb_json_writer *w, const pb_store_rows *rows)
{
    pb__data_i64(w, "season", rows, 0);
    pb__data_i64(w, "races", rows, 1);
    pb__data_i64(w, "with_laps", rows, 2);
}

static pb_status put_seasons(pb_data *data, pb_store *store, pb_request *request, pb_reply *reply, pb_error *error)
{
    (void)data;
    (void)request;
    return pb__data_array(
        store, pb_reply_json(reply), NULL,
        "SELECT r.season, count(*), sum(CASE WHEN EXISTS (SELECT 1 FROM laps WHERE laps.race = r.race) "
        "THEN 1 ELSE 0 END) FROM races r GROUP BY r.season ORDER BY r.season DESC",
        NULL, 0, put_a_season, error);
}

static void put_entry(pb_json_writer *w, const pb__data_entry *e)
{
    pb_json_object(w, NULL);
    pb_json_put_text(w, "driver", e->driver);
    pb__data_ms(w, "number", e->number, -1);
    pb__data_word(w, "team", e->team);
    pb__data_word(w, "team_name", e->team_name);
    pb__data_ms(w, "grid", e->grid, -1);
    pb_json_object_end(w);
}

static void put_members(void *with, const pb_store_rows *rows)
{
    put_race(with, rows);
}

/* How many rows of each table the race has. */
static pb_status put_counts(pb_store *store, pb_json_writer *w, const pb_value *key, pb_error *error)
{
    static const struct {
        const char *name, *sql;
    } tables[]       = {{"laps", "SELECT count(*) FROM laps WHERE race = ?1"},
                        {"stints", "SELECT count(*) FROM stints WHERE race = ?1"},
                        {"pit_stops", "SELECT count(*) FROM pit_stops WHERE race = ?1"},
                        {"results", "SELECT count(*) FROM results WHERE race = ?1"},
                        {"qualifying", "SELECT count(*) FROM qualifying WHERE race = ?1"},
                        {"race_control", "SELECT count(*) FROM race_control WHERE race = ?1"},
                        {"weather", "SELECT count(*) FROM weather WHERE race = ?1"}};
    pb_status status = PB_OK;
    pb_json_object(w, "rows");
    for (size_t i = 0; i < sizeof tables / sizeof *tables && status == PB_OK; i++) {
        int64_t n = 0;
        status    = pb_store_count(store, tables[i].sql, key, 1, 0, &n, error);
        pb_json_put_i64(w, tables[i].name, n);
    }
    pb_json_object_end(w);
    return status;
}

static pb_status put_detail(pb_data *data, pb_store *store, pb_request *request, pb_reply *reply, pb_error *error)
{
    pb__data_race race;
    (void)data;
    PB_TRY(pb__data_find_race(store, request, reply, &race, error));
    PB_TRY(pb__data_read_entries(store, &race, error));
    const pb_value  key = pb_value_i64(race.race);
    pb_json_writer *w   = pb_reply_json(reply);
    pb_json_object(w, NULL);
    pb_status status =
        pb__data_each(store, "SELECT " MEMBERS "FROM races r WHERE r.race = ?1", &key, 1, put_members, w, error);
    pb_json_array(w, "entries");
    for (uint32_t i = 0; i < race.n_entries; i++) put_entry(w, &race.entries[i]);
    pb_json_array_end(w);
    if (status == PB_OK) status = put_counts(store, w, &key, error);
    pb_json_object_end(w);
    return status;
}

pb_status pb__run_seasons(void *context, pb_request *request, pb_reply *reply, pb_error *error)
{
    return pb__data_do(context, put_seasons, request, reply, error);
}

pb_status pb__run_races(void *context, pb_request *request, pb_reply *reply, pb_error *error)
{
    return pb__data_do(context, put_season, request, reply, error);
}

pb_status pb__run_race(void *context, pb_request *request, pb_reply *reply, pb_error *error)
{
    return pb__data_do(context, put_detail, request, reply, error);
}
